"""Read the file of a list: a text in any usual encoding, or a sheet of a workbook."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from petitioner.errors import UsageError, find_similar, suggest
from petitioner.lists.columns import list_known_words, quote_option
from petitioner.source.encoding import ENCODINGS, Reading, decode_as, find_invalid_line, find_readings, list_samples
from petitioner.source.table import (
    DELIMITERS,
    Table,
    TableError,
    TwoReadingsError,
    list_first_cells,
    make_table,
    read_table,
    refuse_title,
)
from petitioner.source.text import find_media_type
from petitioner.source.workbook import is_workbook, read_sheets
from petitioner.source.workbook_scan import Sheet

_SAMPLES = 3
_MOST_PLACES = 10  # that are named in one message


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """How a person wants a file to be read; ``command`` is the command line that a hint repeats."""

    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    command: str = ""


def read_list(content: bytes, path: str, options: ReadOptions) -> tuple[Table, bool]:
    """Return the table in a file, and whether it is a text.

    Raises ``TableError`` for a file that is no table, ``UsageError`` when nobody but a person can say how it is read.
    """
    if is_workbook(content):
        _refuse(options.encoding or options.delimiter, "--encoding and --delimiter are for text files, such as CSV.")
        sheet = _choose_sheet(read_sheets(content), path, options)
        found = make_table(sheet.rows, f"sheet '{sheet.name}'")
        refuse_title([found], frozenset(name.casefold() for name in list_known_words()))
        return found, False
    _refuse(options.sheet, "--sheet is for workbooks, such as XLSX.")
    reading = _decode(content, path, options)
    try:
        table = read_table(reading.text, _require_known(options.delimiter, DELIMITERS, "delimiter"), list_known_words())
    except TwoReadingsError as error:
        samples = {name: tuple(list_first_cells(table, _SAMPLES)) for name, table in error.tables.items()}
        raise _make_choice(path, "separated by", "delimiter", samples, options) from None
    return Table(table.names, table.rows, f"{reading.encoding}, {table.how}"), True


def _refuse(option: str | None, sentence: str) -> None:
    if option:
        raise UsageError(sentence, "Leave it out.")


def _decode(content: bytes, path: str, options: ReadOptions) -> Reading:
    if encoding := _require_known(options.encoding, ENCODINGS, "encoding"):
        if reading := decode_as(content, encoding):
            return _require_text(reading)
        line = find_invalid_line(content, encoding)
        raise TableError(f"bytes on this line are not {encoding}", "Leave --encoding out, or name another.", line)
    if kind := find_media_type(content):
        raise TableError(f"it is not a table: its type is {kind}", "Save the list as CSV, TSV, XLSX or ODS.")
    readings = find_readings(content, list_known_words())
    if len(readings) > 1:
        samples = {one.encoding: list_samples(one, readings, _SAMPLES) for one in readings}
        raise _make_choice(path, "read as", "encoding", samples, options)
    if not readings:
        hint = f"Save it as CSV in UTF-8, or name its encoding: {options.command} --encoding Shift_JIS"
        raise TableError("it is not text in an encoding that is known", hint)
    return _require_text(readings[0])


def _require_text(reading: Reading) -> Reading:
    if "\0" in reading.text:
        raise TableError("it is not text", "Save the list as CSV, TSV, XLSX or ODS.")
    return reading


def _require_known(given: str | None, known: Mapping[str, str], option: str) -> str | None:
    """Return the name of an encoding or delimiter as the program writes it. Raises ``UsageError`` for another."""
    if given is None:
        return None
    plain = {name.casefold().replace("-", "_"): name for name in known} | {sign: name for name, sign in known.items()}
    written = given.casefold().replace("-", "_")
    found = plain.get(given) or plain.get(written)
    if not found:
        near = plain.get(find_similar(written, plain), "")
        hint = f"Did you mean '{near}'? Known: {', '.join(known)}." if near else f"Known: {', '.join(known)}."
        raise UsageError(f"'{given}' is not a known {option}.", hint)
    return found


def _make_choice(
    path: str, verb: str, option: str, samples: Mapping[str, Sequence[str]], options: ReadOptions
) -> UsageError:
    """Return an error that shows how names look in each reading, and the command for each."""
    lines = [f"    {name}: {',  '.join(cells)}" for name, cells in samples.items()]
    sentence = "\n".join((f"{path} can be {verb} {' or '.join(samples)}. Which names are right?", *lines))
    commands = (f"{options.command} --{option} {name}" for name in samples)
    return UsageError(sentence, "\n".join(("Nothing was guessed. Run one of these:", *commands)))


def _choose_sheet(sheets: Sequence[Sheet], path: str, options: ReadOptions) -> Sheet:
    names = [sheet.name for sheet in sheets]
    if options.sheet is not None and options.sheet not in names:
        hint = f"{suggest(options.sheet, names)} Its sheets: {', '.join(names)}.".strip()
        raise UsageError(f"{path} has no sheet '{options.sheet}' with anything in it.", hint)
    if not sheets:
        raise TableError("it has no rows", "Is it the right file?")
    if options.sheet is None and len(sheets) > 1:
        lines = (f"    {sheet.name}: {len(sheet.rows)} rows" for sheet in sheets)
        commands = (f"{options.command} --sheet {quote_option(name)}" for name in names)
        sentence = "\n".join((f"{path} has {len(sheets)} sheets. Which one is the list?", *lines))
        raise UsageError(sentence, "\n".join(("Run one of these:", *commands)))
    sheet = next(sheet for sheet in sheets if options.sheet in (None, sheet.name))
    if sheet.merged:
        cells = ", ".join(sheet.merged[:_MOST_PLACES]) + (" and more" if len(sheet.merged) > _MOST_PLACES else "")
        hint = "In Excel or LibreOffice: select all, unmerge the cells, and write the value into each row."
        message = f"cells are merged, so it is not certain to which rows they belong: {cells}"
        raise TableError(message, hint, int("".join(filter(str.isdigit, sheet.merged[0].partition(":")[0])) or 0))
    return sheet
