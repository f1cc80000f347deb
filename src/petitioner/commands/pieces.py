"""What the commands about envelopes and labels have in common: whom they are for, and where the pages are written."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from petitioner.commands.inspection import Scope, count_things
from petitioner.commands.receipts import show_staying
from petitioner.commands.tray import Tray
from petitioner.errors import ExitStatus, PetitionerError, Problem, UsageError, WorkspaceError
from petitioner.files import write_atomically
from petitioner.fonts import measure_line
from petitioner.mailing.plan import Staying
from petitioner.model.campaign import Campaign
from petitioner.model.theme import Theme
from petitioner.production.manifest import locate
from petitioner.renderers import RenderError
from petitioner.sheets.addressing import Piece, address_piece
from petitioner.sheets.fitting import MeasureText
from petitioner.sheets.style import Feed
from petitioner.terminal import Terminal

_FOLDER = "print"


@dataclass(frozen=True, slots=True)
class Output:
    """How pages are made: how the printer feeds, a page with outlines instead of addresses, and a file of one's own."""

    feed: Feed = field(default_factory=Feed)
    calibrate: bool = False
    to: Path | None = None


def list_pieces(tray: Tray) -> tuple[Piece, ...]:
    """The pieces of mail that go out now, in the order of recipients.yaml."""
    mailing, _ = tray.found.require()
    requests = {request.key: request for request in tray.requests}
    going = (requests[one.packet.key] for one in tray.plan.going)
    return tuple(address_piece(request.recipient, mailing, request.letters) for request in going)


def open_measure(theme: Theme) -> MeasureText:
    """The widths of lines in the fonts of a theme."""
    return lambda text, tag, size: measure_line(text, theme.fonts[tag].pdf, size)


def refuse(problems: Iterable[Problem]) -> None:
    """Raise ``WorkspaceError`` where there are any problems."""
    if found := tuple(problems):
        raise WorkspaceError(found, "Nothing is ever cut. Mend what is named, or choose something with more room.")


def write_pages(scope: Scope, mailing: Campaign, name: str, output: Output, render: Callable[[], bytes]) -> Path:
    """Make the pages and write them, to ``output.to`` or beside the letters. Raises ``PetitionerError``."""
    path = output.to or locate(scope.folder, mailing.id) / _FOLDER / f"{name}.pdf"
    if path.suffix.lower() != ".pdf":
        raise UsageError(f"{path} does not end in .pdf.", f"Name it so: --to {path.with_suffix('.pdf')}")
    try:
        write_atomically(path, render())
    except RenderError as error:
        hint = "petitioner check tells more of fonts and of the words."
        raise PetitionerError(f"These pages cannot be set: {error}.", hint) from None
    except OSError as error:
        raise PetitionerError(f"{path} cannot be written ({error.strerror}).", "Name another: --to FILE") from None
    return path


def shorten(path: Path, scope: Scope) -> str:
    """A path as it is told: from the workspace on, where it lies in it."""
    return str(path.relative_to(scope.folder) if path.is_relative_to(scope.folder) else path)


def conclude(terminal: Terminal, staying: Sequence[Staying], count: int, what: str) -> ExitStatus:
    """Tell who is left out, and why: 0 when nobody is who should not be."""
    show_staying(terminal, staying)
    if not count:
        terminal.say(f"There is no {what} to print now.")
    is_left = any(not stay.is_done for stay in staying)
    if any(stay.needs_approval for stay in staying):
        terminal.say_next("petitioner approve", "whoever is not approved gets nothing yet")
    elif count:
        terminal.say_next("petitioner print", f"the letters that go with {count_things(count, what)}")
    else:
        terminal.say_next("petitioner", "where every packet stands")
    return ExitStatus.FAILED if is_left else ExitStatus.DONE


def describe_staying(staying: Iterable[Staying]) -> list[dict[str, object]]:
    """Who is left out, for a program."""
    return [{"recipient": one.id, "channel": one.way, "reason": one.reason, "done": one.is_done} for one in staying]
