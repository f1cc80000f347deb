"""``petitioner log export`` and ``log evidence``: write the log and its files."""

import json
import shlex
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from petitioner.commands.log_context import open_log, read_log
from petitioner.errors import ExitStatus, PetitionerError, UsageError, advise_writing, suggest
from petitioner.files import digest, make_private, write_atomically
from petitioner.log.context import LogContext
from petitioner.log.corrections import find_event
from petitioner.log.events import Event
from petitioner.log.evidence import ExportedFile, list_exported_files
from petitioner.log.export import export_whole, format_csv, make_rows
from petitioner.log.states.recipient_status import require_known
from petitioner.log.storage.sqlite import DamagedError
from petitioner.log.storage.store import MailingLog
from petitioner.terminal import Terminal

_FORMATS = ("csv", "json", "xlsx")


def export_log_file(
    terminal: Terminal, folder: Path, *, campaign: str | None = None, form: str | None = None, to: Path | None = None
) -> int:
    """Write the events of all years, or of one campaign, to a file or as text to standard output.

    Raises ``UsageError`` for an unknown format or one that does not fit the file, ``PetitionerError`` for a file that
    cannot be written.
    """
    chosen = _choose_format(form, to)
    everything = read_log(terminal, open_log(terminal, folder))
    events = _filter_campaign(everything, campaign)
    content = format_events(chosen, events, everything)
    if to is not None:
        _write_file(to, content)
        terminal.say(f"{len(events)} events are in {to}.")
    elif chosen == "json":
        terminal.show_json(export_whole(events, everything))
    else:
        terminal.show_text(content.decode())
    if chosen == "csv" and not content.isascii():
        again = " ".join(("petitioner", *(("--campaign", campaign) if campaign else ()), "log export --to"))
        book = shlex.quote(str(to.with_suffix(".xlsx") if to else "log.xlsx"))
        terminal.say(f"Excel garbles the names in a CSV. For Excel: {again} {book}")
    terminal.say_next("petitioner log", "to see the state of every packet")
    return 0


def format_events(form: str, events: Sequence[Event], everything: Sequence[Event]) -> bytes:
    """Return events as a file: ``csv``, ``json`` or ``xlsx``; ``everything`` are all events of the log."""
    match form:
        case "json":
            return (json.dumps(export_whole(events, everything), ensure_ascii=False, indent=2) + "\n").encode()
        case "csv":
            return format_csv(make_rows(events, everything)).encode()
        case _:
            from petitioner.log.workbook import write_workbook  # noqa: PLC0415 - only who wants it waits for it

            return write_workbook(make_rows(events, everything))


def _choose_format(form: str | None, to: Path | None) -> str:
    ending = to.suffix.lower().removeprefix(".") if to else ""
    chosen = form or ending or "csv"
    if chosen not in _FORMATS:
        hint = suggest(chosen, _FORMATS) or "Write csv for programs and tables, json for everything, xlsx for Excel."
        raise UsageError(f"'{chosen}' is not a format; write csv, json or xlsx.", hint)
    if to and ending != chosen:
        # A typing mistake must not overwrite recipients.yaml or the log itself.
        raise UsageError(f"{to} does not end in .{chosen}.", f"Name it so: --to {to.with_suffix('.' + chosen)}")
    if chosen == "xlsx" and to is None:
        raise UsageError("A spreadsheet cannot be printed on a terminal.", "Name a file: --to log.xlsx")
    return chosen


def _filter_campaign(events: Sequence[Event], campaign: str | None) -> Sequence[Event]:
    known = sorted({name for event in events for name in _list_names(event)})
    if campaign is not None and campaign not in known:
        there = f"it has {', '.join(known)}" if known else "it is empty"
        raise UsageError(f"The log has nothing of {campaign}; {there}.", suggest(campaign, known))
    return [event for event in events if campaign is None or campaign in _list_names(event)]


def _list_names(event: Event) -> tuple[str, ...]:
    """Return the names that choose an event: its year, and of a later edition also that with its number."""
    return (event.campaign, f"{event.campaign}-{event.edition}")[: event.edition]


def _write_file(path: Path, content: bytes, hint: str = "Name another: --to FILE") -> None:
    try:
        write_atomically(path, content, private=True)
    except OSError as error:
        raise PetitionerError(f"{path} cannot be written ({error.strerror}).", advise_writing(error, hint)) from None


@dataclass(frozen=True, slots=True)
class _EvidenceFile:
    """The result for one file, for ``--json``; it has either a ``path`` or a ``fault``."""

    event: int
    role: str
    name: str
    media_type: str
    sha256: str
    path: str | None
    fault: str

    def __str__(self) -> str:
        if self.fault:
            return f"event {self.event}, {self.role} {self.name}: {self.fault}"
        return f"{self.path}  ({self.role} {self.name}, {self.media_type})"


def write_evidence(
    terminal: Terminal, context: LogContext, about: str, to: Path | None, *, as_json: bool = False
) -> int:
    """Write all files of one event, or of all events of a recipient, over all years.

    Return 1 when one of them is no longer in the log. Raises ``UsageError`` for an unknown event or recipient,
    ``PetitionerError`` when a file of that name has other content: nothing is written then.
    """
    log = open_log(terminal, context.folder, context.recipients)
    events = _choose_events(about, context, read_log(terminal, log))
    wanted = list_exported_files(events)
    folder = to or context.folder / "out" / "evidence" / events[0].recipient
    _refuse_overwriting(wanted, folder)
    files = [_write_evidence_file(exported, folder / exported.name, log) for exported in wanted]
    if as_json:
        terminal.show_json({"files": [asdict(file) for file in files]})
    else:
        terminal.show("\n".join(map(str, files)) or "No file is kept with it.")
    terminal.say_next(f"petitioner log show {events[0].recipient}", "to see which event each belongs to")
    return ExitStatus.FAILED if any(file.fault for file in files) else ExitStatus.DONE


def _choose_events(about: str, context: LogContext, events: Sequence[Event]) -> Sequence[Event]:
    if about.isascii() and about.isdecimal():
        return [find_event(int(about), events)]
    require_known([about], context.recipients, events)
    chosen = [event for event in events if event.recipient == about]
    if not chosen:
        raise PetitionerError(f"The log has nothing of {about}.", "`petitioner log` shows the recipients that it has.")
    return chosen


def _refuse_overwriting(wanted: Iterable[ExportedFile], folder: Path) -> None:
    changed = [folder / exported.name for exported in wanted if _has_other_content(folder / exported.name, exported)]
    if changed:
        names = "\n".join(f"{path} is there already, and holds something else." for path in changed)
        raise PetitionerError(names, "Nothing was written. Choose another folder: --to DIR")


def _has_other_content(path: Path, exported: ExportedFile) -> bool:
    try:
        return digest(path.read_bytes()) != exported.document.sha256
    except FileNotFoundError:
        return False
    except OSError as error:
        raise PetitionerError(f"{path} cannot be read ({error.strerror}).", "Choose another: --to DIR") from None


def _write_evidence_file(exported: ExportedFile, path: Path, log: MailingLog) -> _EvidenceFile:
    fault = _write_blob(exported.document.sha256, path, log)
    written = None if fault else str(path)
    return _EvidenceFile(exported.event.id, **asdict(exported.document), path=written, fault=fault)


def _write_blob(sha256: str, path: Path, log: MailingLog) -> str:
    """Write the bytes of a file, and return why that is impossible, or an empty text."""
    try:
        content = log.read_blob(sha256)
    except DamagedError:
        return "its bytes are not those that were recorded; see petitioner log verify"
    if content is None:
        return "its bytes were redacted"
    if path.exists():
        make_private(path)  # an older version may have written it
    else:
        _write_file(path, content, "Choose another: --to DIR")
    return ""
