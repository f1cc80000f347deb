"""Corrections of events, new attempts, and decisions about packets in doubt."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from operator import attrgetter
from shlex import quote

from petitioner.errors import PetitionerError, UsageError
from petitioner.log.context import LogContext
from petitioner.log.events import Attachment, Details, Draft, Erasure, Event, PacketKey
from petitioner.log.kinds import ABOUT_THE_LOG, AT_THE_PRINTER, OBSERVED, Kind
from petitioner.log.states.earlier_deliveries import EarlierDeliveries, EarlierDelivery, describe_claims
from petitioner.log.states.event_text import find_history
from petitioner.log.states.packets import (
    GOT_THROUGH,
    STATE_AFTER,
    TAKEN_UP,
    UNDECIDED,
    UNSENT,
    PacketStatus,
    State,
    effective_events,
    list_packets,
    map_confirmations,
    map_redactions,
    map_withdrawals,
)
from petitioner.log.states.recipient_status import list_recipient_statuses, require_known

_STAY = ABOUT_THE_LOG | {Kind.WITHDRAWN}
_TO_SETTLE = {Kind.COMMITTING, Kind.IN_DOUBT, Kind.DRAFTED, Kind.EXPORTED}


def draft_withdrawal(number: int, because: str, context: LogContext, events: Sequence[Event]) -> Draft:
    """Draft the entry that withdraws an event. Raises ``PetitionerError`` if it is unknown or cannot be withdrawn."""
    event = find_event(number, events)
    if event.kind is Kind.WITHDRAWN:
        hint = "Record once more what really happened: petitioner log add …"
        taken = next((number for number, by in map_withdrawals(events).items() if by.id == event.id), None)
        raise PetitionerError(f"Event {number} withdraws event {taken}, and cannot be withdrawn itself.", hint)
    _refuse_withdrawn(event, events, "It no longer counts; there is nothing left to do.")
    if event.kind in OBSERVED | ABOUT_THE_LOG:
        hint = "If it is in doubt whether a letter was sent: petitioner log settle ID"
        if event.kind in AT_THE_PRINTER:
            hint = f"To print it once more all the same: petitioner print --again {event.recipient}"
        raise PetitionerError(f"Event {number} ({event.kind}) is what the program did; it cannot be withdrawn.", hint)
    _refuse_if_later_ones_depend(event, events)
    return draft_about(event, Kind.WITHDRAWN, Details(note=because, withdraws=event.id), context)


def draft_withdrawals(
    withdrawn: Iterable[Event], because: str, context: LogContext, events: Sequence[Event]
) -> list[Draft]:
    """Draft the entries that withdraw several events. Raises as ``draft_withdrawal`` does."""
    return [draft_withdrawal(event.id, because, context, events) for event in withdrawn]


def find_last_entries(by: str, events: Sequence[Event]) -> tuple[Event, ...]:
    """Return what a person recorded last and did not withdraw: the entries of one command, one or more.

    Raises ``PetitionerError`` if there are none.
    """
    entries = [event for event in effective_events(events) if event.kind not in _STAY]
    own = [event for event in entries if event.by == by]
    if not own:
        raise PetitionerError(f"There is no entry of {by} to take back.", _describe_last_entry(entries))
    last = max(own, key=attrgetter("id"))  # an entry may be about an earlier day than the one before it
    return tuple(event for event in own if (event.recorded_at, event.kind) == (last.recorded_at, last.kind))


def _describe_last_entry(entries: Iterable[Event]) -> str:
    """Return a hint that names the last entry of a person, and how this person takes it back."""
    last = max((event for event in entries if event.kind not in OBSERVED), key=attrgetter("id"), default=None)
    if last is None:
        return "`petitioner log` shows all entries."
    words = f"The last entry, event {last.id}, is of {last.by}. If that is you"
    return f"{words}: petitioner log undo --by {quote(last.by)}"


def draft_confirmation(
    number: int, because: str, context: LogContext, events: Sequence[Event], attachments: tuple[Attachment, ...] = ()
) -> Draft:
    """Draft the entry that confirms an unusual event. Raises ``PetitionerError`` if there is nothing to confirm."""
    event = find_event(number, events)
    _refuse_withdrawn(event, events, "What does not count needs no confirming.")
    if event.kind in _STAY | {Kind.CONFIRMED}:
        raise PetitionerError(f"Event {number} ({event.kind}) needs no confirming.", "`petitioner log` says what does.")
    if event.kind in _TO_SETTLE:
        hint = f"Find out, then: petitioner log settle {event.recipient}"
        raise PetitionerError(f"Event {number} says {event.kind}: that waits for an answer, not for a yes.", hint)
    if event.kind in {Kind.PRINTING, Kind.PRINT_IN_DOUBT}:
        hint = f"If it is printed: petitioner log add printed {event.recipient}"
        raise PetitionerError(f"Event {number} says {event.kind}: that waits for an answer, not for a yes.", hint)
    if earlier := map_confirmations(events).get(number):
        note = earlier.details.note or "(its words were redacted)"
        raise PetitionerError(f"Event {number} was confirmed already, by event {earlier.id}: {note}")
    return draft_about(event, Kind.CONFIRMED, Details(note=because, confirms=number), context, attachments)


def draft_redaction(number: int, because: str, context: LogContext, events: Sequence[Event], *, files: bool) -> Draft:
    """Draft the entry that erases an event's details when it is appended, and with ``files`` the bytes of its files.

    Raises ``PetitionerError`` if nothing is left to erase, or if it is still needed.
    """
    event = find_event(number, events)
    if event.kind is Kind.REDACTED:
        raise PetitionerError(f"Event {number} is a redaction; its reason stays, so that the gap is explained.")
    earlier = map_redactions(events).get(number)
    if earlier and not files:
        raise PetitionerError(f"The words of event {number} were redacted already, by event {earlier.id}.")
    _refuse_if_needed(event, events)
    erased = tuple(dict.fromkeys(document.sha256 for document in event.documents)) if files else ()
    if files and not set(erased) - set(chain.from_iterable(one.details.erased for one in events)):
        raise PetitionerError(f"Event {number} has no files left to redact.", "Leave --files out for its words.")
    state = event.details
    links = {"withdraws": state.withdraws, "confirms": state.confirms, "settles": state.settles}
    details = Details(note=because, redacts=number, erased=erased, **links)
    return draft_about(event, Kind.REDACTED, details, context, erasure=Erasure(number, erased))


def draft_about(
    event: Event,
    kind: Kind,
    details: Details,
    context: LogContext,
    attachments: tuple[Attachment, ...] = (),
    erasure: Erasure | None = None,
) -> Draft:
    """Draft an entry of today about the packet of another event."""
    draft = context.draft(event.packet, event.recipient_name, event.destination, kind, details)
    return replace(draft, attachments=attachments, erasure=erasure)


def find_event(number: int, events: Sequence[Event]) -> Event:
    """Return the event with a number. Raises ``UsageError`` if the log has none."""
    event = next((event for event in events if event.id == number), None)
    if event is None:
        there = f"its numbers run from 1 to {len(events)}." if events else "it is empty."
        raise UsageError(f"The log has no event {number}; {there}", "`petitioner log` shows the numbers.")
    return event


def _refuse_withdrawn(event: Event, events: Sequence[Event], hint: str) -> None:
    if earlier := map_withdrawals(events).get(event.id):
        note = earlier.details.note or "(its words were redacted)"
        raise PetitionerError(f"Event {event.id} was withdrawn already, by event {earlier.id}: {note}", hint)


def _refuse_if_later_ones_depend(event: Event, events: Sequence[Event]) -> None:
    """Refuse to withdraw an event if a later attempt would be sent although this one may have arrived."""
    moves = (one for one in effective_events(events) if one.kind in STATE_AFTER and one.id != event.id)
    same = [one for one in moves if replace(one.packet, attempt=event.attempt) == event.packet]
    later = [one for one in same if one.attempt > event.attempt]
    if event.kind is Kind.REOPENED:
        later += [one for one in same if one.attempt == event.attempt]
    packets = {packet.key.attempt: packet for packet in list_packets(same)}
    if later and (event.kind is Kind.REOPENED or _would_send_twice(packets, event.attempt)):
        last = later[-1]
        hint = f'First, if it is a mistake too: petitioner log withdraw {last.id} --because "…"'
        raise PetitionerError(f"Event {last.id} ({last.kind}) depends on event {event.id}.", hint)


def _would_send_twice(packets: Mapping[int, PacketStatus], attempt: int) -> bool:
    is_over = attempt in packets and packets[attempt].can_be_reopened
    return not is_over and packets[max(packets)].state in UNSENT


def _refuse_if_needed(event: Event, events: Iterable[Event]) -> None:
    packet = next((packet for packet in list_packets(events) if packet.key == event.packet), None)
    needed = packet is not None and packet.state in UNSENT | UNDECIDED
    if needed and packet and event.kind in OBSERVED | {Kind.APPROVED, Kind.PRINTED}:
        sentence = f"Event {event.id} ({event.kind}) is what would be sent to {event.recipient}; it is still needed."
        raise PetitionerError(sentence, "Redact it once the packet is sent, settled or closed.")


def draft_reopening(id_: str, because: str, deliveries: EarlierDeliveries, channel: str | None = None) -> Draft:
    """Draft the entry that begins a new attempt for a packet that did not arrive at all its addresses.

    The new attempt has a number that no log of this user has claimed. Raises ``PetitionerError`` if the packet may have
    arrived, or if another log has begun to deliver it.
    """
    context, events = deliveries.context, deliveries.log
    packet = _find_packet(id_, context, events, attrgetter("can_be_reopened"), channel)
    if packet is None:
        raise _make_reopen_error(id_, context, _list_packets(id_, context, events, channel))
    history = find_history(id_, context, events)
    if history.record is None or not history.record.is_written_to:
        sentence = f"Nothing is sent to {id_}: in recipients.yaml it is missing, closed or skipped."
        raise PetitionerError(sentence, "Correct recipients.yaml first.")
    chosen = packet.key.channel
    if taken := deliveries.find(history.record, chosen):
        raise PetitionerError(f"{id_} is not reopened: {taken.words}.", taken.hint.format(id=id_))
    draft = draft_about(packet.since, Kind.REOPENED, Details(note=because), context)
    return replace(
        draft,
        recipient_name=history.name,
        destination=history.find_destination(chosen, context.campaign),
        attempt=max(packet.key.attempt, deliveries.find_highest_attempt(history.record, chosen)) + 1,
    )


def list_addresses_reached(reopened: Event, events: Sequence[Event]) -> tuple[str, ...]:
    """List the addresses of a new attempt that the e-mail before may have reached: no bounce names them."""
    own = [
        event
        for event in effective_events(events)
        if replace(event.packet, attempt=reopened.attempt) == reopened.packet
    ]
    last = max((event.attempt for event in own if event.attempt < reopened.attempt), default=0)
    earlier = [event for event in own if event.attempt == last]
    bounces = [event.details.said or "" for event in earlier if event.kind is Kind.BOUNCED]
    named = set(re.split(r"[\s:;]+", " ".join(bounces).lower()))
    reached = {address for event in earlier for address in event.destination.split("\n")} if bounces else set()
    return tuple(one for one in reopened.destination.split("\n") if one in reached and one.lower() not in named)


def draft_settlement(
    id_: str, kind: Kind, because: str, deliveries: EarlierDeliveries, channel: str | None = None
) -> Draft:
    """Draft the entry that says how a packet ended: ``kind`` is settled sent or settled not sent.

    A packet that a run began with and did not send can only be settled as not sent. Raises ``PetitionerError`` for a
    packet that is not in doubt and that was not delivered under another id or by another log.
    """
    context, events = deliveries.context, deliveries.log
    states = UNDECIDED | TAKEN_UP if kind is Kind.SETTLED_NOT_SENT else UNDECIDED
    taken = _list_earlier_deliveries(id_, deliveries, channel)
    packet = _find_packet(id_, context, events, lambda one: one.state in states or one.key.channel in taken, channel)
    begun = {one.key.channel for one in _list_packets(id_, context, events, channel)}
    untouched = [one for one in taken if one not in begun]
    if len(untouched) > 1 or (untouched and packet):
        raise UsageError(f"Say which packet of {id_} is meant.", f"Add --channel {' or --channel '.join(taken)}.")
    if packet is None and not untouched:
        raise _make_settle_error(id_, context, _list_packets(id_, context, events, channel))
    chosen = packet.key.channel if packet else untouched[0]
    settled = taken[chosen].claims if chosen in taken else ()
    flags = {"claimed": "; ".join(describe_claims(settled))} if settled else {}
    details = Details(note=because, settles=tuple(one.event for one in settled), flags=flags)
    if packet is None:
        history = find_history(id_, context, events)
        key = PacketKey(context.campaign.id, context.campaign.edition, id_, chosen, 1)
        return context.draft(key, history.name, history.find_destination(chosen, context.campaign), kind, details)
    draft = draft_about(packet.since, kind, details, context)
    # A clock that ran ahead must not date what is decided now before what it decides.
    return replace(draft, happened_on=max(draft.happened_on, packet.since.happened_on))


def _list_earlier_deliveries(
    id_: str, deliveries: EarlierDeliveries, channel: str | None
) -> Mapping[str, EarlierDelivery]:
    """Map each channel to the earlier delivery that stops its packet, under another id or by another log."""
    history = find_history(id_, deliveries.context, deliveries.log)
    packets = {packet.key.channel: packet for packet in _list_packets(id_, deliveries.context, deliveries.log, channel)}
    if history.record is None:
        return {}
    planned = [str(one) for one in history.record.channels if channel in (None, one)]
    unsent = [
        one
        for one in dict.fromkeys((*planned, *packets))
        if one not in packets or packets[one].state not in GOT_THROUGH
    ]
    found = {one: deliveries.find(history.record, one) for one in unsent}
    return {one: taken for one, taken in found.items() if taken}


def _find_packet(
    id_: str, context: LogContext, events: Sequence[Event], fits: Callable[[PacketStatus], bool], channel: str | None
) -> PacketStatus | None:
    fitting = [packet for packet in _list_packets(id_, context, events, channel) if fits(packet)]
    if len(fitting) > 1:
        channels = [packet.key.channel for packet in fitting]
        state = " and ".join(f"{packet.state} by {packet.key.channel}" for packet in fitting)
        raise UsageError(f"{id_} is {state}; say which is meant.", f"Add --channel {' or --channel '.join(channels)}.")
    return fitting[0] if fitting else None


def _list_packets(
    id_: str, context: LogContext, events: Sequence[Event], channel: str | None
) -> tuple[PacketStatus, ...]:
    """List the latest attempt by each channel, or by ``channel`` only."""
    require_known([id_], context.recipients, events)
    about = [event for event in events if event.recipient == id_]
    statuses = list_recipient_statuses([one for one in context.recipients if one.id == id_], context.campaign, about)
    packets = (packet for status in statuses for packet in status.packets)
    return tuple(packet for packet in packets if channel in (None, packet.key.channel))


def _make_reopen_error(id_: str, context: LogContext, packets: Sequence[PacketStatus]) -> PetitionerError:
    state = _describe_states(id_, context, packets)
    if any(packet.state in UNDECIDED for packet in packets):
        hint = f"Settle it first: petitioner log settle {id_}"
        return PetitionerError(f"{state}: nobody knows whether it was sent, and a second one must not go out.", hint)
    if all(packet.state in UNSENT for packet in packets):
        return PetitionerError(f"{state}: it is still to be sent, and there is nothing to reopen.", "`petitioner log`")
    hint = f"If it came back, say so first: petitioner log add returned {id_}"
    return PetitionerError(
        f"{state}: it arrived, as far as anybody knows, and a new attempt would send it twice.", hint
    )


def _make_settle_error(id_: str, context: LogContext, packets: Sequence[PacketStatus]) -> PetitionerError:
    state = _describe_states(id_, context, packets)
    if any(packet.state is State.PRINT_IN_DOUBT for packet in packets):
        hint = f"If it is printed: petitioner log add printed {id_}; else petitioner print --again {id_}"
        return PetitionerError(f"{state}: it is here, printed or not, and there is nothing to settle.", hint)
    hint = "Record what happened: petitioner log add"
    return PetitionerError(
        f"{state}: only what is in doubt, drafted, exported, or taken up and not sent, is settled.", hint
    )


def _describe_states(id_: str, context: LogContext, packets: Sequence[PacketStatus]) -> str:
    channels = " and ".join(f"{packet.state} by {packet.key.channel}" for packet in packets)
    return (
        f"{id_} is {channels} in {context.campaign.id}"
        if channels
        else f"Nothing has happened to {id_} in {context.campaign.id}"
    )
