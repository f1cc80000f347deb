"""``petitioner log evidence``: the files that the log keeps, written out again."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from petitioner.commands.secretary import open_log, read_log
from petitioner.errors import ExitStatus, PetitionerError
from petitioner.files import digest, make_private, write_atomically
from petitioner.mailing_log.desk import Desk
from petitioner.mailing_log.entries.corrections import find_event
from petitioner.mailing_log.entries.evidence import Exhibit, list_exhibits
from petitioner.mailing_log.events.records import Event
from petitioner.mailing_log.states.standings import require_known
from petitioner.mailing_log.storage.sqlite import DamagedError
from petitioner.mailing_log.storage.store import MailingLog
from petitioner.terminal import Terminal


@dataclass(frozen=True, slots=True)
class _Fate:
    """What became of one exhibit: ``fault`` is empty for a file that is there now."""

    exhibit: Exhibit
    path: Path
    fault: str = ""


def write_evidence(terminal: Terminal, desk: Desk, about: str, to: Path | None, *, as_json: bool = False) -> int:
    """Write out all files kept with one event, or with all events of a recipient, over all years.

    Gives 1 when one of them is no longer in the log. Raises ``UsageError`` for an unknown event or recipient,
    ``PetitionerError`` when a file of that name holds something else: nothing is written then.
    """
    log = open_log(terminal, desk.folder, desk.recipients)
    events = _choose(about, desk, read_log(terminal, log))
    exhibits = list_exhibits(events)
    folder = to or desk.folder / "out" / "evidence" / events[0].recipient
    _refuse_others(exhibits, folder)
    fates = [_write(exhibit, folder / exhibit.name, log) for exhibit in exhibits]
    if as_json:
        terminal.show_json({"files": [_export(fate) for fate in fates]})
    else:
        _show(terminal, fates)
    terminal.say_next(f"petitioner log show {events[0].recipient}", "to see which event each belongs to")
    return ExitStatus.FAILED if any(fate.fault for fate in fates) else ExitStatus.DONE


def _choose(about: str, desk: Desk, events: Sequence[Event]) -> Sequence[Event]:
    if about.isascii() and about.isdecimal():
        return [find_event(int(about), events)]
    require_known([about], desk.recipients, events)
    chosen = [event for event in events if event.recipient == about]
    if not chosen:
        raise PetitionerError(f"The log has nothing of {about}.", "`petitioner log` shows whom it knows.")
    return chosen


def _refuse_others(exhibits: Iterable[Exhibit], folder: Path) -> None:
    others = [folder / exhibit.name for exhibit in exhibits if _is_other(folder / exhibit.name, exhibit)]
    if others:
        names = "\n".join(f"{path} is there already, and holds something else." for path in others)
        raise PetitionerError(names, "Nothing was written. Choose another folder: --to DIR")


def _is_other(path: Path, exhibit: Exhibit) -> bool:
    try:
        return digest(path.read_bytes()) != exhibit.document.sha256
    except FileNotFoundError:
        return False
    except OSError as error:
        raise PetitionerError(f"{path} cannot be read ({error.strerror}).", "Choose another: --to DIR") from None


def _write(exhibit: Exhibit, path: Path, log: MailingLog) -> _Fate:
    try:
        content = log.read_blob(exhibit.document.sha256)
    except DamagedError:
        return _Fate(exhibit, path, "its bytes are not those that were recorded; petitioner log verify tells more")
    if content is None:
        return _Fate(exhibit, path, "its bytes were redacted")
    if not path.exists():
        try:
            write_atomically(path, content, private=True)
        except OSError as error:
            raise PetitionerError(f"{path} cannot be written ({error.strerror}).", "Choose another: --to DIR") from None
    make_private(path)  # an older version may have written it
    return _Fate(exhibit, path)


def _show(terminal: Terminal, fates: Iterable[_Fate]) -> None:
    lines = list(_tell(fates))
    for line in lines or ["No file is kept with it."]:
        terminal.show(line)


def _tell(fates: Iterable[_Fate]) -> Iterator[str]:
    for fate in fates:
        document = fate.exhibit.document
        yield (
            f"{fate.path}  ({document.role} {document.name}, {document.media_type})"
            if not fate.fault
            else (f"event {fate.exhibit.event.id}, {document.role} {document.name}: {fate.fault}")
        )


def _export(fate: _Fate) -> dict[str, object]:
    written = None if fate.fault else str(fate.path)
    return {"event": fate.exhibit.event.id, **asdict(fate.exhibit.document), "path": written, "fault": fate.fault}
