"""Where printed files are saved, and the mail items that envelopes and labels are made for."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from petitioner.build.last_build import OUT
from petitioner.build.manifest import locate_output, require_no_link
from petitioner.commands.load_and_check import Scope
from petitioner.commands.runs import PreparedRun, show_skipped
from petitioner.errors import ExitStatus, PetitionerError, Problem, UsageError, WorkspaceError, advise_writing
from petitioner.files import find_link, write_atomically
from petitioner.fonts import measure_line
from petitioner.inputs.folder import LETTERS as SOURCES
from petitioner.log.states.packets import ON_PAPER
from petitioner.model.recipient import PRINTS
from petitioner.model.theme import Theme
from petitioner.paper.address_lines import MailItem, MeasureText, make_mail_item
from petitioner.paper.page_style import PrinterCorrection
from petitioner.paper.print_batch import PrintBatch
from petitioner.render import RenderError
from petitioner.terminal import Terminal, format_count, format_ids

LETTERS, COVER, ENVELOPES, LABELS, DELIVERIES = "letters", "cover", "envelopes", "labels", "deliveries"
"""The names of the files that are printed from approved packets."""

NOTHING = "There is nothing to print now."


def choose_path(folder: Path, campaign: str, name: str, to: Path | None = None) -> Path:
    """Return the path of a PDF: ``to``, or ``out/2027/print/NAME.pdf``.

    Raises UsageError for another ending and for a place among the letters or their sources, WorkspaceError when
    ``out/2027/print`` is a link.
    """
    own = locate_output(folder, campaign) / PRINTS
    path = to or locate_print(folder, campaign, name)
    if to is None:
        require_no_link(folder, campaign, PRINTS)
    taken = [one.resolve() for one in (folder / SOURCES, folder / OUT)]
    is_inside = any(path.resolve().is_relative_to(one) for one in taken)
    if is_inside and not path.resolve().is_relative_to(own.resolve()):
        raise UsageError(f"{path} is in a folder of letters, where it could overwrite one.", "Name another: --to FILE")
    if path.suffix.lower() != ".pdf":
        raise UsageError(f"{path} does not end in .pdf.", f"Name it so: --to {path.with_suffix('.pdf')}")
    return path


def locate_print(folder: Path, campaign: str, name: str) -> Path:
    """Return the default path of a PDF."""
    return locate_output(folder, campaign) / PRINTS / f"{name}.pdf"


def clear_prints(
    folder: Path, campaign: str, names: tuple[str, ...] = (LETTERS, COVER, ENVELOPES, LABELS, DELIVERIES)
) -> bool:
    """Remove earlier prints, so that nobody prints them instead of what is approved now; return whether one was there.

    Raises ``PetitionerError`` for a file that cannot be removed.
    """
    if find_link(folder, OUT, campaign, PRINTS):
        return False  # nothing was ever made there
    there = [path for path in (locate_print(folder, campaign, name) for name in names) if path.exists()]
    for path in there:
        try:
            path.unlink()
        except OSError as error:
            sentence = f"{format_path(path, folder)} is no longer what is approved, and cannot be removed"
            raise PetitionerError(f"{sentence} ({error.strerror}).", "Remove it, and do not print it.") from None
    return bool(there)


def write_print(path: Path, render: Callable[[], bytes], hint: str = "Name another: --to FILE") -> bytes:
    """Render pages and write them. Raises ``PetitionerError`` for an error of either, with ``hint`` for writing."""
    try:
        content = render()
        write_atomically(path, content)
    except RenderError as error:
        more = "petitioner check shows more about fonts and text."
        raise PetitionerError(f"These pages cannot be set: {error}.", more) from error
    except OSError as error:
        raise PetitionerError(f"{path} cannot be written ({error.strerror}).", advise_writing(error, hint)) from None
    return content


def format_path(path: Path, folder: Path) -> str:
    """Format a path relative to the workspace, if it is inside."""
    return str(path.relative_to(folder) if path.is_relative_to(folder) else path)


@dataclass(frozen=True, slots=True)
class Output:
    """The options of envelopes and labels: ``feed`` corrects the printer, ``calibrate`` prints outlines only.

    ``to`` is the path of the PDF instead of the default one.
    """

    feed: PrinterCorrection = field(default_factory=PrinterCorrection)
    calibrate: bool = False
    to: Path | None = None


def list_mail_items(prepared: PreparedRun) -> tuple[MailItem, ...]:
    """Return the mail items that go out now, in the order of recipients.yaml."""
    mailing, _ = prepared.checked.require()
    planned = (prepared.requests[one.packet.key] for one in prepared.plan.planned)
    return tuple(make_mail_item(request.recipient, mailing, request.letters) for request in planned)


def make_text_measure(theme: Theme) -> MeasureText:
    """Return a function that measures lines in the fonts of a theme."""
    return lambda text, tag, size: measure_line(text, theme.fonts[tag].pdf, size)


def raise_problems(problems: Iterable[Problem]) -> None:
    """Raise ``WorkspaceError`` if there are problems."""
    if found := tuple(problems):
        raise WorkspaceError(found, "No text is cut off. Shorten what is named, or choose a larger size.")


def write_pages(scope: Scope, campaign: str, name: str, output: Output, render: Callable[[], bytes]) -> str:
    """Write the pages of envelopes or labels, and return their path as it is shown."""
    path = choose_path(scope.folder, campaign, name, output.to)
    write_print(path, render)
    return format_path(path, scope.folder)


def show_outlines(terminal: Terminal, path: str, what: str, name: str, *, as_json: bool) -> ExitStatus:
    """Show the path of the page of outlines, and how to go on."""
    if as_json:
        terminal.show_json({"file": path})
    terminal.say(f"Outlines and rulers for {name}: {path}")
    if what == "labels":
        terminal.say("Print it on plain paper, and hold it with a sheet of labels against the light.")
    terminal.say_next(f"petitioner print {what} --offset-x=MM --offset-y=MM", "once you have measured")
    return ExitStatus.DONE


def report_left_out(terminal: Terminal, prepared: PreparedRun, count: int, what: str) -> ExitStatus:
    """Report the skipped packets and the next command; return 1 when packets wait and none could be printed."""
    skipped = prepared.plan.skipped
    show_skipped(terminal, skipped)
    if not count:
        terminal.say(f"There is no {what} to print now.")
    if any(one.needs_approval for one in skipped):
        terminal.say_next("petitioner approve", "only what is approved is sent")
    elif count and (unprinted := _list_unprinted(prepared)):
        terminal.say_next(*_find_letters_step(prepared, unprinted, format_count(count, what)))
    elif count:
        terminal.say_next("petitioner log add posted --scan", "after they are posted; use handed for what you carry")
    else:
        terminal.say_next("petitioner", "to see the state of every packet")
    return ExitStatus(not count and any(not one.is_done for one in skipped))


def _list_unprinted(prepared: PreparedRun) -> tuple[str, ...]:
    on_paper = {packet.key for one in prepared.statuses for packet in one.packets if packet.state in ON_PAPER}
    keys = (one.packet.key for one in prepared.plan.planned)
    return tuple(dict.fromkeys(key.recipient for key in keys if key not in on_paper))


def _find_letters_step(prepared: PreparedRun, unprinted: Iterable[str], pieces: str) -> tuple[str, str]:
    """Return the command that makes the letters, or records that they are printed if they were made."""
    if locate_print(prepared.context.folder, prepared.context.campaign.folder, LETTERS).exists():
        return f"petitioner log add printed {format_ids(unprinted)}", "after the letters are printed, too"
    return "petitioner print", f"the letters that go with {pieces}"


def find_step_without_jobs(batch: PrintBatch) -> tuple[str, str]:
    """Return the next command when nothing is to be printed, and why."""
    if any(one.needs_approval for one in batch.skipped):
        return "petitioner approve", "only what is approved is printed"
    return "petitioner log", "to see the state of every packet"
