"""Copy the log, put a copy back, or adopt a log from another place."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path

from petitioner.commands.log_context import ask_author, ask_reason, open_log, read_log, restrict_access
from petitioner.errors import ExitStatus, PetitionerError
from petitioner.inputs.settings import locate_data
from petitioner.log.context import LogContext
from petitioner.log.events import Details, Draft, Event, find_tip
from petitioner.log.export import export_recorded
from petitioner.log.kinds import ABOUT_THE_LOG, Kind
from petitioner.log.states.event_text import find_destination, format_event, list_destinations
from petitioner.log.states.recipient_status import name_as_sent
from petitioner.log.storage.location import (
    LocationProblem,
    draft_log_entry,
    find_location,
    list_hand_overs,
    list_hashes,
    list_lost,
)
from petitioner.log.storage.restore import Comparison, restore
from petitioner.log.storage.rows import describe_schema
from petitioner.log.storage.store import MailingLog
from petitioner.log.storage.verify import find_faults
from petitioner.terminal import Terminal, format_count
from petitioner.user_data.claims import Claims, Target
from petitioner.user_data.logs import LogLocation, find_current_location, read_memories, remember_adopted
from petitioner.user_data.memories import HandOver, Memory

_SHOWN = 10
_REMEMBERED = "entered from what this machine remembers; name and address are those of recipients.yaml on this day"


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


def adopt_log(terminal: Terminal, context: LogContext, *, because: str | None, as_json: bool = False) -> int:
    """Record that the log belongs to this computer and folder; do nothing when it does already.

    Deliveries that only this computer remembers are entered too. If the log is lost, a new one is begun. Raises
    ``UsageError`` without a reason, ``PetitionerError`` when no log was ever used here, or when the data folder cannot
    be written.
    """
    reason = ask_reason(terminal, because)
    named_context, log = ask_author(terminal, context), open_log(terminal, context.folder, context.recipients)
    restrict_access(terminal, context.folder)
    events, here = log.read(), find_current_location(context.folder)
    absence = log.find_location_problem(events)
    if not events and absence is None:
        hint = "The first approval begins a log: petitioner approve"
        raise PetitionerError("There is no log here to adopt, and this computer remembers none.", hint)
    if here is None and absence:
        raise PetitionerError(f"The log cannot be adopted: {absence.words}.", absence.hint)
    recorded: tuple[Event, ...] = ()
    if here and absence:
        lost = list_lost(events, here, read_memories())
        recorded = _record_adoption(
            log, named_context, here, _draft_adoption(reason, absence, lost, named_context, here), lost
        )
        if any(memory.hand_overs is None for memory in lost):
            sentence = "An older version remembered the lost log, but not which packets it had sent."
            terminal.warn(sentence, "Enter them before you send or print anything: petitioner log add posted ID")
    if as_json:
        terminal.show_json(export_recorded(recorded))
    elif absence:
        _show_adoption(terminal, context.folder, recorded, absence)
    else:
        terminal.show("The log is in use here already; nothing was recorded.")
    terminal.say_next("petitioner log", "to see the state of every packet")
    return 0


def _draft_adoption(
    reason: str, absence: LocationProblem, lost: Sequence[Memory], context: LogContext, here: LogLocation
) -> Draft:
    missing = "; ".join(f"log {one.identity} of {one.events} events, tip {one.tip}" for one in lost)
    flags = {"absent": absence.account, **({"missing": missing} if missing else {})}
    return draft_log_entry(Kind.ADOPTED, reason, context, home=str(here), flags=flags)


def _record_adoption(
    log: MailingLog, context: LogContext, here: LogLocation, adoption: Draft, lost: Sequence[Memory]
) -> tuple[Event, ...]:
    """Append the adoption, then the deliveries by lost logs; then remember the log."""

    def compose(events: tuple[Event, ...]) -> Iterator[Draft]:
        yield adoption
        known = {*list_hand_overs(events)}
        remembered: dict[HandOver, str] = {}
        for one, identity in ((one, memory.identity) for memory in lost for one in memory.hand_overs or ()):
            remembered.setdefault(replace(one, recipient=log.former.get(one.recipient, one.recipient)), identity)
        claims = {mailing: _read_claims(*mailing) for mailing in {(one.campaign, one.edition) for one in remembered}}
        for one, identity in remembered.items():
            if one not in known:
                yield _draft_remembered(one, context, claims[one.campaign, one.edition], identity)

    with log.block_sending():
        recorded = log.append(compose)
    events = log.read()
    try:
        remember_adopted(here, list_hashes(events), list_hand_overs(events))
    except OSError as error:
        sentence = f"The log is in use here now, but {locate_data()} cannot remember it ({error.strerror})."
        raise PetitionerError(sentence, "Allow yourself to write there, then adopt it again.") from error
    return recorded


def _read_claims(campaign: str, edition: int) -> Claims:
    """Return the claims of a mailing, or none when they cannot be read, which sending reports."""
    try:
        return Claims.read(campaign, edition)
    except PetitionerError:
        return Claims()


def _draft_remembered(delivery: HandOver, context: LogContext, claims: Claims, log: str) -> Draft:
    """Draft the entry for a delivery by a lost ``log``; one that had begun is in doubt.

    The entry settles the claims that the lost log made for the same attempt.
    """
    if delivery.kind not in set(Kind) - ABOUT_THE_LOG:
        hint = "Install the newer petitioner. Nothing was recorded."
        raise PetitionerError(f"{locate_data()} remembers '{delivery.kind}', which this program does not know.", hint)
    kind = Kind.IN_DOUBT if delivery.kind == Kind.COMMITTING else Kind(delivery.kind)
    record = next((one for one in context.recipients if one.id == delivery.recipient), None)
    destinations = list_destinations(record, delivery.channel, context.campaign) if record else ()
    found = (claims.find(Target(delivery.campaign, delivery.edition, delivery.channel, one)) for one in destinations)
    own = (one.event for several in found for one in several if (one.log, one.attempt) == (log, delivery.attempt))
    return Draft(
        campaign=delivery.campaign,
        edition=delivery.edition,
        recipient=delivery.recipient,
        recipient_name=name_as_sent(record) if record else delivery.recipient,
        destination=find_destination(record, delivery.channel, context.campaign) if record else "",
        channel=delivery.channel,
        attempt=delivery.attempt,
        kind=kind,
        happened_on=date.fromisoformat(delivery.day),
        recorded_at=context.now,
        by=context.by,
        details=Details(flags={"remembered": _REMEMBERED}, settles=tuple(dict.fromkeys(own))),
    )


def _show_adoption(terminal: Terminal, folder: Path, recorded: Sequence[Event], absence: LocationProblem) -> None:
    adoption, *entered = recorded
    terminal.show(f"Event {adoption.id}: the log in {folder.resolve()} is used from now on")
    if entered:
        kinds = Counter(str(event.kind) for event in entered)
        counts = ", ".join(f"{count} {kind}" for kind, count in kinds.items())
        numbers = f"Event {entered[0].id}" if len(entered) == 1 else f"Events {entered[0].id} to {entered[-1].id}"
        terminal.show(f"{numbers}, from what this computer remembers: {counts}")
    terminal.say(f"Before, {absence.account}. Delete every other copy, or never write to it again.", style="yellow")


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
