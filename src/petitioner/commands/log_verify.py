"""``petitioner log verify``: check the log, and find what a file is."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from petitioner.commands.log_context import open_log, report_log_copies, restrict_access
from petitioner.errors import PetitionerError, UsageError
from petitioner.files import digest, get_file_size
from petitioner.log.events import Event
from petitioner.log.evidence import clean_evidence
from petitioner.log.export import export_events
from petitioner.log.states.event_text import Trace, format_trace, trace_file, trace_message
from petitioner.log.states.packets import map_withdrawals
from petitioner.log.storage.location import LocationProblem
from petitioner.log.storage.rows import RawLog, describe_schema
from petitioner.log.storage.sqlite import DamagedError
from petitioner.log.storage.store import MailingLog
from petitioner.log.storage.verify import FaultCode, LogFault, find_faults, find_tip_fault, locate_tip
from petitioner.terminal import Terminal, format_count

_SHORTEST = 8


@dataclass(frozen=True, slots=True)
class _Verification:
    """The result; ``events`` is empty and no file is known when the log cannot be read."""

    raw: RawLog
    events: tuple[Event, ...]
    faults: tuple[LogFault, ...]
    absence: LocationProblem | None
    files: tuple[tuple[Path, str, tuple[Trace, ...]], ...]

    @property
    def tip(self) -> str | None:
        return str(self.raw.events[-1]["hash"]) if self.raw.events else None


def verify_log(
    terminal: Terminal, folder: Path, *, files: Sequence[Path] = (), tip: str | None = None, as_json: bool = False
) -> int:
    """Compute every hash of the log again, and show for each file what the log knows of it.

    Return 1 when something is wrong, or a file is unknown. Raises ``UsageError`` for an invalid tip,
    ``PetitionerError`` for a file that cannot be read or a log that cannot be opened.
    """
    noted = _read_tip(tip) if tip is not None else None
    contents = [(path, _read_file(path)) for path in files]
    restrict_access(terminal, folder)
    verification = _check_log(open_log(terminal, folder), contents, noted)
    if as_json:
        terminal.show_json(_serialize_verification(verification))
    else:
        _show_verification(terminal, verification, noted)
    report_log_copies(terminal, folder)
    _say_next(terminal, verification)
    return int(bool(verification.faults) or not all(traces for _, _, traces in verification.files))


def _check_log(log: MailingLog, contents: Iterable[tuple[Path, bytes]], tip: str | None) -> _Verification:
    raw = log.read_raw()
    faults = list(find_faults(raw, describe_schema()))
    try:
        events = log.read()
    except PetitionerError as error:
        if not (faults or isinstance(error, DamagedError)):
            raise  # a newer program's log, which may be whole
        events = ()
    absence = log.find_location_problem(events) if events or not raw.events else None
    if tip and (cut := find_tip_fault(raw, tip)):
        faults.append(cut)
    if absence and absence.lost:
        faults.append(LogFault(FaultCode.CUT, None, f"the log {absence.state}: {absence.words}"))
    traces = tuple((path, digest(content), _find_traces(content, events)) for path, content in contents)
    return _Verification(raw, events, tuple(faults), absence, traces)


def _find_traces(content: bytes, events: Iterable[Event]) -> tuple[Trace, ...]:
    """Find what a file was; a photograph is also found by its content without metadata."""
    known = trace_file(digest(content), events) or trace_message(content, events)
    return known or trace_file(digest(clean_evidence(content)), events)


def _show_verification(terminal: Terminal, verification: _Verification, tip: str | None) -> None:
    count = len(verification.raw.events)
    for fault in verification.faults:
        terminal.show(str(fault), style="red")
    if verification.faults:
        terminal.show(f"{format_count(len(verification.faults), 'fault')} in the log.", style="bold")
    elif count:
        words = f"The log is whole: {format_count(count, 'event')}, and every hash, file and trigger is correct."
        terminal.show(words)
    else:
        terminal.show("There is no log yet.")
    if tip and (number := locate_tip(verification.raw, tip)) is not None:
        terminal.show(
            f"Nothing up to event {number}, which has the hash {tip}, was cut off; {count - number} came after."
        )
    if verification.tip:
        terminal.show(f"Tip: {verification.tip}")
    taken_back = map_withdrawals(verification.events)
    for path, sha256, traces in verification.files:
        lines = [line for trace in traces for line in format_trace(trace, taken_back)]
        for line in lines or [f"The log does not know this file (SHA-256 {sha256})."]:
            terminal.show(f"{path}: {line}".removesuffix(".") + ".")


def _say_next(terminal: Terminal, verification: _Verification) -> None:
    if absence := verification.absence:
        note = "" if absence.lost else f"Note: the log {absence.state}: {absence.words}. "
        terminal.say(f"{note}{absence.hint}", style="yellow")
    if verification.faults:
        kept = ("petitioner log restore COPY", "when you know what happened; the present log is kept too")
        terminal.say_next(*(absence.step if absence and absence.lost else kept))
    elif verification.raw.events:
        terminal.say_next(
            "petitioner log copy",
            "and note the tip elsewhere: only it can show a cut-off end",
        )
    else:
        terminal.say_next("petitioner log", "to see what is to be done")


def _serialize_verification(verification: _Verification) -> dict[str, object]:
    return {
        "whole": not verification.faults,
        "events": len(verification.raw.events),
        "tip": verification.tip,
        "faults": [asdict(fault) for fault in verification.faults],
        "not_at_home": verification.absence.words if verification.absence else None,
        "files": [
            {
                "file": str(path),
                "sha256": sha256,
                "known": bool(traces),
                "packets": [_serialize_trace(trace, verification.events) for trace in traces],
            }
            for path, sha256, traces in verification.files
        ],
    }


def _serialize_trace(trace: Trace, events: Sequence[Event]) -> dict[str, object]:
    about = sorted((*trace.events, *trace.others), key=lambda event: event.id)
    document = asdict(trace.document)
    return {"role": document["role"], "name": document["name"], "events": export_events(about, events)}


def _read_tip(text: str) -> str:
    tip = "".join(text.split()).lower()
    if not re.fullmatch(rf"[0-9a-f]{{{_SHORTEST},64}}", tip):
        hint = "`petitioner log verify` shows it."
        raise UsageError(f"'{text}' is not a tip. A tip has {_SHORTEST} to 64 of the digits 0-9 and a-f.", hint)
    return tip


def _read_file(path: Path) -> bytes:
    try:
        get_file_size(path)
        return path.read_bytes()
    except OSError as error:
        raise PetitionerError(f"{path} cannot be read ({error.strerror}).", "Name a file, such as a PDF.") from error
