"""``petitioner log adopt``: use the log on this computer, also a new one after a loss."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from petitioner.commands.log_context import ask_author, ask_reason, open_log, restrict_access
from petitioner.errors import PetitionerError, advise_writing
from petitioner.inputs.settings import locate_data
from petitioner.log.context import LogContext
from petitioner.log.events import Details, Draft, Event
from petitioner.log.export import export_recorded
from petitioner.log.kinds import ABOUT_THE_LOG, Kind
from petitioner.log.states.event_text import find_destination, list_destinations
from petitioner.log.states.recipient_status import name_as_sent
from petitioner.log.storage.location import (
    LocationProblem,
    draft_log_entry,
    list_hand_overs,
    list_hashes,
    list_lost,
)
from petitioner.log.storage.store import MailingLog
from petitioner.terminal import Terminal
from petitioner.user_data.claims import Claims, Target
from petitioner.user_data.logs import LogLocation, find_current_location, read_memories, remember_adopted
from petitioner.user_data.memories import HandOver, Memory

_REMEMBERED = "entered from what this machine remembers; name and address are those of recipients.yaml on this day"


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
    if change := log.find_change():
        terminal.warn(str(change), change.hint)
    absence = log.find_location_problem(events)
    if not events and absence is None:
        hint = "The first approval begins a log: petitioner approve"
        raise PetitionerError("There is no log here to adopt, and this computer remembers none.", hint)
    if here is None and absence:
        raise PetitionerError(f"The log cannot be adopted: {absence.words}.", absence.hint)
    recorded: tuple[Event, ...] = ()
    if here and absence:
        lost = list_lost(events, here, read_memories())
        recorded = _adopt_and_enter_lost_deliveries(
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


def _adopt_and_enter_lost_deliveries(
    log: MailingLog, context: LogContext, here: LogLocation, adoption: Draft, lost: Sequence[Memory]
) -> tuple[Event, ...]:
    """Append the adoption, then the deliveries by lost logs; then remember the log."""

    def compose(events: tuple[Event, ...]) -> Iterator[Draft]:
        yield adoption
        known = {*list_hand_overs(events)}
        remembered: dict[HandOver, str] = {}
        for one, identity in ((one, memory.identity) for memory in lost for one in memory.hand_overs or ()):
            remembered.setdefault(one._replace(recipient=log.former.get(one.recipient, one.recipient)), identity)
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
        hint = advise_writing(error, "Allow yourself to write there, then adopt it again.")
        raise PetitionerError(sentence, hint) from error
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
