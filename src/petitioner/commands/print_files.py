"""Where printed files are saved, and for whom envelopes and labels are made."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from petitioner.build.manifest import OUT, locate_output, require_no_link
from petitioner.commands.load_and_check import Scope, count_things, name_ids
from petitioner.commands.runs import Prepared, show_staying
from petitioner.errors import ExitStatus, PetitionerError, Problem, UsageError, WorkspaceError
from petitioner.files import find_link, write_atomically
from petitioner.fonts import measure_line
from petitioner.inputs.workspace import LETTERS as SOURCES
from petitioner.log.states.packets import ON_PAPER
from petitioner.model.recipient import PRINTS
from petitioner.model.theme import Theme
from petitioner.paper.address_lines import MailItem, MeasureText, make_mail_item
from petitioner.paper.page_style import PaperFeed
from petitioner.render import RenderError
from petitioner.terminal import Terminal

LETTERS, COVER, ENVELOPES, LABELS, DELIVERIES = "letters", "cover", "envelopes", "labels", "deliveries"
"""The names of what is printed from what is approved."""


def place_print(folder: Path, campaign: str, name: str, to: Path | None = None) -> Path:
    """The file for a PDF: ``to``, or ``out/2027/print/NAME.pdf``.

    Raises UsageError for another ending, and for a place where letters are, and what they are made from; WorkspaceError
    when ``out/2027/print`` is a link.
    """
    own = locate_output(folder, campaign) / PRINTS
    path = to or find_print(folder, campaign, name)
    if to is None:
        require_no_link(folder, campaign, PRINTS)
    taken = [one.resolve() for one in (folder / SOURCES, folder / OUT)]
    is_inside = any(path.resolve().is_relative_to(one) for one in taken)
    if is_inside and not path.resolve().is_relative_to(own.resolve()):
        raise UsageError(f"{path} lies among the letters, and could take the place of one.", "Name another: --to FILE")
    if path.suffix.lower() != ".pdf":
        raise UsageError(f"{path} does not end in .pdf.", f"Name it so: --to {path.with_suffix('.pdf')}")
    return path


def find_print(folder: Path, campaign: str, name: str) -> Path:
    """Where a PDF lies that was made without another place for it."""
    return locate_output(folder, campaign) / PRINTS / f"{name}.pdf"


def clear_prints(
    folder: Path, campaign: str, names: tuple[str, ...] = (LETTERS, COVER, ENVELOPES, LABELS, DELIVERIES)
) -> bool:
    """Take away what was made before, lest it be printed in the place of what is approved now; whether any was there.

    Raises ``PetitionerError`` for a file that cannot be taken away.
    """
    if find_link(folder, OUT, campaign, PRINTS):
        return False  # nothing was ever made there
    there = [path for path in (find_print(folder, campaign, name) for name in names) if path.exists()]
    for path in there:
        try:
            path.unlink()
        except OSError as error:
            sentence = f"{shorten(path, folder)} is no longer what is approved, and cannot be taken away"
            raise PetitionerError(f"{sentence} ({error.strerror}).", "Remove it, and do not print it.") from None
    return bool(there)


def write_print(path: Path, render: Callable[[], bytes], hint: str = "Name another: --to FILE") -> bytes:
    """Make pages, and write them. Raises ``PetitionerError`` with ``hint`` for what cannot be written, or be set."""
    try:
        content = render()
        write_atomically(path, content)
    except RenderError as error:
        more = "petitioner check tells more of fonts and of the words."
        raise PetitionerError(f"These pages cannot be set: {error}.", more) from error
    except OSError as error:
        raise PetitionerError(f"{path} cannot be written ({error.strerror}).", hint) from None
    return content


def shorten(path: Path, folder: Path) -> str:
    """A path as it is told: from the workspace on, where it lies in it."""
    return str(path.relative_to(folder) if path.is_relative_to(folder) else path)


@dataclass(frozen=True, slots=True)
class Output:
    """How pages are made: how the printer feeds, a page with outlines instead of addresses, and a file of one's own."""

    feed: PaperFeed = field(default_factory=PaperFeed)
    calibrate: bool = False
    to: Path | None = None


def list_pieces(prepared: Prepared) -> tuple[MailItem, ...]:
    """The pieces of mail that go out now, in the order of recipients.yaml."""
    mailing, _ = prepared.found.require()
    planned = (prepared.requests[one.packet.key] for one in prepared.plan.planned)
    return tuple(make_mail_item(request.recipient, mailing, request.letters) for request in planned)


def open_measure(theme: Theme) -> MeasureText:
    """The widths of lines in the fonts of a theme."""
    return lambda text, tag, size: measure_line(text, theme.fonts[tag].pdf, size)


def refuse(problems: Iterable[Problem]) -> None:
    """Raise ``WorkspaceError`` where there are any problems."""
    if found := tuple(problems):
        raise WorkspaceError(found, "Nothing is ever cut. Mend what is named, or choose something with more room.")


def write_pieces(scope: Scope, campaign: str, name: str, output: Output, render: Callable[[], bytes]) -> str:
    """Make the pages of envelopes or labels, and return their file as it is shown."""
    path = place_print(scope.folder, campaign, name, output.to)
    write_print(path, render)
    return shorten(path, scope.folder)


def show_outlines(terminal: Terminal, path: str, what: str, name: str, *, as_json: bool) -> ExitStatus:
    """Show where the page of outlines lies, for ``what`` is called ``name``, and how to go on."""
    if as_json:
        terminal.show_json({"file": path})
    terminal.say(f"Outlines and rulers for {name}: {path}")
    if what == "labels":
        terminal.say("Print it on plain paper, and hold it with a sheet of labels against the light.")
    terminal.say_next(f"petitioner print {what} --offset-x=MM --offset-y=MM", "once you have measured")
    return ExitStatus.DONE


def conclude(terminal: Terminal, prepared: Prepared, count: int, what: str) -> ExitStatus:
    """Tell who is left out, and why: 0 when nobody is who should not be."""
    skipped = prepared.plan.skipped
    show_staying(terminal, skipped)
    if not count:
        terminal.say(f"There is no {what} to print now.")
    is_left = any(not stay.is_done for stay in skipped)
    if any(stay.needs_approval for stay in skipped):
        terminal.say_next("petitioner approve", "whoever is not approved gets nothing yet")
    elif count and (unprinted := _list_unprinted(prepared)):
        terminal.say_next(*_name_letters(prepared, unprinted, count_things(count, what)))
    elif count:
        terminal.say_next("petitioner log add posted --scan", "once they are in the post; handed for what you carry")
    else:
        terminal.say_next("petitioner", "where every packet stands")
    return ExitStatus.FAILED if is_left else ExitStatus.DONE


def _list_unprinted(prepared: Prepared) -> tuple[str, ...]:
    lying = {packet.key for one in prepared.statuses for packet in one.packets if packet.state in ON_PAPER}
    keys = (one.packet.key for one in prepared.plan.planned)
    return tuple(dict.fromkeys(key.recipient for key in keys if key not in lying))


def _name_letters(prepared: Prepared, unprinted: Iterable[str], pieces: str) -> tuple[str, str]:
    """The command that makes the letters or, once they were made, the one that tells that they lie on paper."""
    if find_print(prepared.context.folder, prepared.context.campaign.id, LETTERS).exists():
        return f"petitioner log add printed {name_ids(unprinted)}", "once the letters lie on paper, too"
    return "petitioner print", f"the letters that go with {pieces}"
