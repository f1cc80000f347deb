"""``petitioner log copy`` and ``restore``: copy the log, or replace it by a copy."""

from dataclasses import asdict, dataclass
from pathlib import Path

from petitioner.commands.log_context import ask_author, ask_reason, open_log, read_log, restrict_access
from petitioner.errors import ExitStatus, PetitionerError
from petitioner.log.context import LogContext
from petitioner.log.events import Draft, find_tip
from petitioner.log.kinds import Kind
from petitioner.log.states.event_text import format_event
from petitioner.log.storage.location import (
    draft_log_entry,
    find_location,
)
from petitioner.log.storage.restore import Comparison, restore
from petitioner.log.storage.rows import describe_schema
from petitioner.log.storage.store import MailingLog
from petitioner.log.storage.verify import find_faults
from petitioner.terminal import Terminal, format_count
from petitioner.user_data.logs import find_current_location

_SHOWN = 10


@dataclass(frozen=True, slots=True)
class _Restored:
    """The result for ``--json``: ids of ``lost`` events (None if unknown); ``kept`` is the path of the replaced log."""

    events: int
    lost: list[int] | None
    gained: int
    kept: str | None


@dataclass(frozen=True, slots=True)
class _Copied:
    """The result for ``--json``; a copy is ``whole`` when it has no faults."""

    copy: str
    events: int
    tip: str
    whole: bool


def restore_copy(
    terminal: Terminal, context: LogContext, *, copy: Path, because: str | None = None, as_json: bool = False
) -> int:
    """Replace the log by a copy. If events may be lost, a reason is needed, which the restored log keeps.

    Raises ``PetitionerError`` without that reason, for a copy that does not verify, or a log that cannot be written.
    """
    named_context = ask_author(terminal, context)
    log = open_log(terminal, context.folder)
    restrict_access(terminal, context.folder)

    def consent(comparison: Comparison) -> Draft | None:
        if comparison.is_safe:
            return None
        if because is None and not terminal.can_ask:
            hint = f'To restore it all the same: petitioner log restore {copy} --because "…"'
            raise PetitionerError(f"Nothing was restored yet. {_format_loss(comparison)}", hint)
        if because is None:
            terminal.say(_format_loss(comparison), style="yellow")
        reason = ask_reason(terminal, because, "Why restore it all the same? The log keeps the answer (q quits):")
        home = "" if find_location(comparison.copy) else str(find_current_location(context.folder) or "")
        return draft_log_entry(
            Kind.RESTORED, reason, named_context, home=home, flags={"restored": _format_loss(comparison)}
        )

    with log.block_sending():
        done = restore(log, copy, consent)
    events = log.read()
    comparison = done.comparison
    lost = [event.id for event in comparison.lost] if comparison.present is not None else None
    result = _Restored(len(events), lost, comparison.gained, str(done.kept) if done.kept else None)
    if as_json:
        terminal.show_json(asdict(result))
    else:
        terminal.show(f"Restored {copy}: the log has {format_count(result.events, 'event')}.")
        if result.kept:
            terminal.show(f"The log that was there before is kept in {result.kept}")
    if absence := log.find_location_problem(events):
        terminal.say(f"Note: {absence.describe(log.path)}", style="yellow")
        terminal.say_next('petitioner log adopt --because "…"', "before anything is sent by it")
    else:
        terminal.say_next("petitioner log", "to see the state of every packet")
    return 0


def _format_loss(comparison: Comparison) -> str:
    if comparison.present is None:
        return "The present log cannot be read, so it is not known what is missing in the copy."
    lost = [f"{event.recipient} {format_event(event)}".strip() for event in comparison.lost]
    more = f"; and {len(lost) - _SHOWN} more" if len(lost) > _SHOWN else ""
    words = "event that the present log has is" if len(lost) == 1 else "events that the present log has are"
    return f"{len(lost)} {words} not in the copy: {'; '.join(lost[:_SHOWN])}{more}."


def copy_by_hand(terminal: Terminal, folder: Path, *, to: Path | None = None, as_json: bool = False) -> int:
    """Copy the log to ``to``, a new file or a folder, or to the user's data, where the last ten are kept.

    Return 1 when the log and so its copy have faults. Raises ``PetitionerError`` when there is no log or it cannot be
    copied.
    """
    log = open_log(terminal, folder)
    events = read_log(terminal, log)
    tip = find_tip(events)
    if tip is None:
        raise PetitionerError(
            "There is no log yet, so there is nothing to copy.", "Record something: petitioner log add"
        )
    if to is not None and to.is_dir():
        to /= f"mailing-log-{len(events)}-{tip[:8]}.sqlite"
    made = log.copy_by_hand(to)
    raw = MailingLog(made).read_raw()
    result = _Copied(str(made), len(raw.events), tip, whole=not find_faults(raw, describe_schema()))
    if as_json:
        terminal.show_json(asdict(result))
    else:
        terminal.show(f"{result.copy}: {format_count(result.events, 'event')}, tip {tip}")
    if result.whole:
        terminal.say_next(f"petitioner log restore {made}", "if the log is ever lost")
        return ExitStatus.DONE
    terminal.say("The log has faults, and so has its copy.", style="yellow")
    terminal.say_next("petitioner log verify", "to see them")
    return ExitStatus.FAILED
