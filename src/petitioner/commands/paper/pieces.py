"""What the commands about envelopes and labels have in common: whom they are for, and where the pages are written."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from petitioner.commands.inspection import Scope, count_things, name_ids
from petitioner.commands.prints import LETTERS, find_print, place_print, shorten, write_print
from petitioner.commands.runs import Prepared
from petitioner.commands.staying import show_staying
from petitioner.errors import ExitStatus, Problem, WorkspaceError
from petitioner.fonts import measure_line
from petitioner.mailing_log.states.packets import ON_PAPER
from petitioner.model.theme import Theme
from petitioner.sheets.addressing import Piece, address_piece
from petitioner.sheets.fitting import MeasureText
from petitioner.sheets.style import Feed
from petitioner.terminal import Terminal


@dataclass(frozen=True, slots=True)
class Output:
    """How pages are made: how the printer feeds, a page with outlines instead of addresses, and a file of one's own."""

    feed: Feed = field(default_factory=Feed)
    calibrate: bool = False
    to: Path | None = None


def list_pieces(prepared: Prepared) -> tuple[Piece, ...]:
    """The pieces of mail that go out now, in the order of recipients.yaml."""
    mailing, _ = prepared.found.require()
    going = (prepared.requests[one.packet.key] for one in prepared.plan.going)
    return tuple(address_piece(request.recipient, mailing, request.letters) for request in going)


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
    staying = prepared.plan.staying
    show_staying(terminal, staying)
    if not count:
        terminal.say(f"There is no {what} to print now.")
    is_left = any(not stay.is_done for stay in staying)
    if any(stay.needs_approval for stay in staying):
        terminal.say_next("petitioner approve", "whoever is not approved gets nothing yet")
    elif count and (unprinted := _list_unprinted(prepared)):
        terminal.say_next(*_name_letters(prepared, unprinted, count_things(count, what)))
    elif count:
        terminal.say_next("petitioner log add posted --scan", "once they are in the post; handed for what you carry")
    else:
        terminal.say_next("petitioner", "where every packet stands")
    return ExitStatus.FAILED if is_left else ExitStatus.DONE


def _list_unprinted(prepared: Prepared) -> tuple[str, ...]:
    lying = {packet.key for one in prepared.standings for packet in one.packets if packet.state in ON_PAPER}
    keys = (one.packet.key for one in prepared.plan.going)
    return tuple(dict.fromkeys(key.recipient for key in keys if key not in lying))


def _name_letters(prepared: Prepared, unprinted: Iterable[str], pieces: str) -> tuple[str, str]:
    """The command that makes the letters or, once they were made, the one that tells that they lie on paper."""
    if find_print(prepared.desk.folder, prepared.desk.campaign.id, LETTERS).exists():
        return f"petitioner log add printed {name_ids(unprinted)}", "once the letters lie on paper, too"
    return "petitioner print", f"the letters that go with {pieces}"
