"""``petitioner recipients export``: write the recipients as a table that can be imported again."""

from pathlib import Path

from petitioner.errors import (
    ExitStatus,
    PetitionerError,
    UsageError,
    WorkspaceError,
    advise_writing,
    errors_in,
    suggest,
)
from petitioner.files import write_atomically
from petitioner.inputs.folder import UnreadableError, read_file
from petitioner.inputs.recipients import PATH, read_recipients
from petitioner.lists.export import make_rows, write_workbook
from petitioner.lists.fields import flatten_recipients
from petitioner.source.table import write_csv
from petitioner.source.text import decode
from petitioner.source.yaml import Document, parse_yaml
from petitioner.terminal import Terminal, format_count

_FORMATS = ("csv", "xlsx")
_BOM = "\ufeff"  # without it, Excel reads a CSV in the old encoding of its country


def export_recipients(terminal: Terminal, folder: Path, to: Path | None) -> int:
    """Write all recipients to a CSV or XLSX file, or as CSV to standard output.

    Raises ``UsageError`` for another ending, ``WorkspaceError`` for errors in recipients.yaml, ``PetitionerError`` for
    a file that cannot be written.
    """
    form = _choose_format(to)
    _, document = read_document(folder)
    rows = make_rows(flatten_recipients(document).values())
    if to is None:
        terminal.show_text(write_csv(rows))
    else:
        content = (_BOM + write_csv(rows)).encode() if form == "csv" else write_workbook(rows)
        try:
            write_atomically(to, content)
        except OSError as error:
            hint = advise_writing(error, "Name another: --to FILE")
            raise PetitionerError(f"{to} cannot be written ({error.strerror}).", hint) from None
        terminal.say(f"{format_count(len(rows) - 1, 'recipient')} {'is' if len(rows) == 2 else 'are'} in {to}.")  # noqa: PLR2004 - one
    terminal.say_next("petitioner recipients import FILE", "after you changed the table")
    return ExitStatus.DONE


def read_document(folder: Path) -> tuple[bytes, Document]:
    """Return the bytes of recipients.yaml and its values as they are written.

    Raises ``WorkspaceError`` if it has errors, ``PetitionerError`` if it cannot be read.
    """
    try:
        content = read_file(folder, PATH)
    except UnreadableError as error:
        raise PetitionerError(f"{PATH} {error}.", error.hint) from None
    _, problems = read_recipients(content)
    document = parse_yaml(PATH, decode(PATH, content)[0] or "")[0]
    if errors_in(problems) or document is None:
        raise WorkspaceError(problems, "Fix the errors above, then run this again.")
    return content, document


def _choose_format(to: Path | None) -> str:
    form = to.suffix.lower().removeprefix(".") if to else "csv"
    if to and form not in _FORMATS:
        near = suggest(form, _FORMATS)
        hint = f"{near} Name it so: --to {to.with_suffix('.xlsx')}".strip()
        raise UsageError(f"{to} ends neither in .csv nor in .xlsx.", hint)
    return form
