"""Corrections of events, new attempts, and decisions about packets in doubt."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from operator import attrgetter

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
    confirmations,
    effective_events,
    list_packets,
    redactions,
    withdrawals,
)
from petitioner.log.states.recipient_status import list_recipient_statuses, require_known

_STAY = ABOUT_THE_LOG | {Kind.WITHDRAWN}
_TO_SETTLE = {Kind.COMMITTING, Kind.IN_DOUBT, Kind.DRAFTED, Kind.EXPORTED}


def draft_withdrawal(number: int, because: str, context: LogContext, events: Sequence[Event]) -> Draft:
    """The entry that takes an event back. Raises when there is no such event, or none that can be taken back."""
    event = find_event(number, events)
    if event.kind is Kind.WITHDRAWN:
        hint = "Record once more what really happened: petitioner log add …"
        taken = next((number for number, by in withdrawals(events).items() if by.id == event.id), None)
        raise PetitionerError(f"Event {number} takes back event {taken}, and stays.", hint)
    _refuse_withdrawn(event, events, "It counts no longer; there is nothing left to do.")
    if event.kind in OBSERVED | ABOUT_THE_LOG:
        hint = "Where it is in doubt whether a letter left: petitioner log settle ID."
        if event.kind in AT_THE_PRINTER:
            hint = f"To print it once more all the same: petitioner print --again {event.recipient}"
        raise PetitionerError(f"Event {number} ({event.kind}) is what the program itself did, and stays.", hint)
    _refuse_needed_later(event, events)
    return draft_about(event, Kind.WITHDRAWN, Details(note=because, withdraws=event.id), context)


def draft_confirmation(
    number: int, because: str, context: LogContext, events: Sequence[Event], attachments: tuple[Attachment, ...] = ()
) -> Draft:
    """Draft the entry that confirms an unusual event. Raises where there is nothing to confirm."""
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
    if earlier := confirmations(events).get(number):
        said = earlier.details.note or "(its words were redacted)"
        raise PetitionerError(f"Event {number} was confirmed already, by event {earlier.id}: {said}")
    return draft_about(event, Kind.CONFIRMED, Details(note=because, confirms=number), context, attachments)


def draft_redaction(number: int, because: str, context: LogContext, events: Sequence[Event], *, files: bool) -> Draft:
    """The entry that says an event's words are gone, and with ``files`` the bytes of its files; appending it erases.

    Raises where nothing is there to erase, or where what would be erased is still needed.
    """
    event = find_event(number, events)
    if event.kind is Kind.REDACTED:
        raise PetitionerError(f"Event {number} is a redaction; its reason stays, so that the gap is explained.")
    earlier = redactions(events).get(number)
    if earlier and not files:
        raise PetitionerError(f"The words of event {number} were redacted already, by event {earlier.id}.")
    _refuse_needed(event, events)
    erased = tuple(dict.fromkeys(document.sha256 for document in event.documents)) if files else ()
    if files and not set(erased) - set(chain.from_iterable(one.details.erased for one in events)):
        raise PetitionerError(f"Event {number} has no files left to redact.", "Leave --files out for its words.")
    told = event.details
    links = {"withdraws": told.withdraws, "confirms": told.confirms, "settles": told.settles}
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
    """An entry of today about the packet that another event was about."""
    draft = context.draft(event.packet, event.recipient_name, event.destination, kind, details)
    return replace(draft, attachments=attachments, erasure=erasure)


def find_event(number: int, events: Sequence[Event]) -> Event:
    """The event of that number. Raises ``UsageError`` when the log has none."""
    event = next((event for event in events if event.id == number), None)
    if event is None:
        there = f"its numbers run from 1 to {len(events)}." if events else "it is empty."
        raise UsageError(f"The log has no event {number}; {there}", "`petitioner log` shows the numbers.")
    return event


def _refuse_withdrawn(event: Event, events: Sequence[Event], hint: str) -> None:
    if earlier := withdrawals(events).get(event.id):
        said = earlier.details.note or "(its words were redacted)"
        raise PetitionerError(f"Event {event.id} was withdrawn already, by event {earlier.id}: {said}", hint)


def _refuse_needed_later(event: Event, events: Sequence[Event]) -> None:
    """Refuse what would leave a later attempt to be sent although the earlier one, for all we know, arrived."""
    moves = (one for one in effective_events(events) if one.kind in STATE_AFTER and one.id != event.id)
    same = [one for one in moves if _is_same_way(one, event)]
    later = [one for one in same if one.attempt > event.attempt]
    if event.kind is Kind.REOPENED:
        later += [one for one in same if one.attempt == event.attempt]
    packets = {packet.key.attempt: packet for packet in list_packets(same)}
    if later and (event.kind is Kind.REOPENED or _opens_twice(packets, event.attempt)):
        last = later[-1]
        hint = f'First, if it is a mistake too: petitioner log withdraw {last.id} --because "…"'
        raise PetitionerError(f"Event {last.id} ({last.kind}) depends on event {event.id}.", hint)


def _opens_twice(packets: Mapping[int, PacketStatus], attempt: int) -> bool:
    is_over = attempt in packets and packets[attempt].can_be_reopened
    return not is_over and packets[max(packets)].state in UNSENT


def _is_same_way(one: Event, other: Event) -> bool:
    return replace(one.packet, attempt=other.attempt) == other.packet


def _refuse_needed(event: Event, events: Iterable[Event]) -> None:
    packet = next((packet for packet in list_packets(events) if packet.key == event.packet), None)
    needed = packet is not None and packet.state in UNSENT | UNDECIDED
    if needed and packet and event.kind in OBSERVED | {Kind.APPROVED, Kind.PRINTED}:
        sentence = f"Event {event.id} ({event.kind}) is what would be sent to {event.recipient}; it is still needed."
        raise PetitionerError(sentence, "Redact it once the packet is sent, settled or closed.")


def draft_reopening(id_: str, because: str, others: EarlierDeliveries, channel: str | None = None) -> Draft:
    """The entry that begins a new attempt for a packet that did not arrive, or not everywhere. Raises for any other.

    It is an attempt that no log of this user has claimed; one that another log has begun must be settled first.
    """
    context, events = others.context, others.log
    packet = _choose(id_, context, events, attrgetter("can_be_reopened"), channel)
    if packet is None:
        raise _refuse_reopening(id_, context, _list_packets(id_, context, events, channel))
    history = find_history(id_, context, events)
    if history.record is None or not history.record.is_written_to:
        sentence = f"Nothing is sent to {id_}: recipients.yaml has it no longer, or says that it is closed or skipped."
        raise PetitionerError(sentence, "Mend recipients.yaml first.")
    way = packet.key.channel
    if taken := others.find(history.record, way):
        raise PetitionerError(f"{id_} is not reopened: {taken.words}.", taken.hint.format(id=id_))
    draft = draft_about(packet.since, Kind.REOPENED, Details(note=because), context)
    return replace(
        draft,
        recipient_name=history.name,
        destination=history.destination(way, context.campaign),
        attempt=max(packet.key.attempt, others.find_highest(history.record, way)) + 1,
    )


def list_addresses_reached(reopened: Event, events: Sequence[Event]) -> tuple[str, ...]:
    """The addresses of a new attempt where the e-mail before it may lie: it went there, and no bounce names them."""
    own = [
        event
        for event in effective_events(events)
        if replace(event.packet, attempt=reopened.attempt) == reopened.packet
    ]
    last = max((event.attempt for event in own if event.attempt < reopened.attempt), default=0)
    earlier = [event for event in own if event.attempt == last]
    bounces = [event.details.said or "" for event in earlier if event.kind is Kind.BOUNCED]
    named = set(re.split(r"[\s:;]+", " ".join(bounces).lower()))
    had = {address for event in earlier for address in event.destination.split("\n")} if bounces else set()
    return tuple(one for one in reopened.destination.split("\n") if one in had and one.lower() not in named)


def draft_settlement(
    id_: str, kind: Kind, because: str, others: EarlierDeliveries, channel: str | None = None
) -> Draft:
    """The entry that says how a packet ended: ``kind`` is settled sent or settled not sent.

    One that was taken up, and of which nothing can have left, can be settled as not sent; one whose destination was
    written to under another id or by another log, as either. Raises for a packet of which nothing is in doubt.
    """
    context, events = others.context, others.log
    states = UNDECIDED | TAKEN_UP if kind is Kind.SETTLED_NOT_SENT else UNDECIDED
    taken = _list_taken(id_, others, channel)
    packet = _choose(id_, context, events, lambda one: one.state in states or one.key.channel in taken, channel)
    begun = {one.key.channel for one in _list_packets(id_, context, events, channel)}
    untouched = [way for way in taken if way not in begun]
    if len(untouched) > 1 or (untouched and packet):
        raise UsageError(f"Say which packet of {id_} is meant.", f"Add --channel {' or --channel '.join(taken)}.")
    if packet is None and not untouched:
        raise _refuse_settling(id_, context, _list_packets(id_, context, events, channel))
    way = packet.key.channel if packet else untouched[0]
    settled = taken[way].claims if way in taken else ()
    flags = {"claimed": "; ".join(describe_claims(settled))} if settled else {}
    details = Details(note=because, settles=tuple(one.event for one in settled), flags=flags)
    if packet is None:
        history, key = (
            find_history(id_, context, events),
            PacketKey(context.campaign.id, context.campaign.edition, id_, way, 1),
        )
        return context.draft(key, history.name, history.destination(way, context.campaign), kind, details)
    draft = draft_about(packet.since, kind, details, context)
    # A clock that ran ahead must not date what is decided now before what it decides.
    return replace(draft, happened_on=max(draft.happened_on, packet.since.happened_on))


def _list_taken(id_: str, others: EarlierDeliveries, channel: str | None) -> Mapping[str, EarlierDelivery]:
    """The ways by which somebody was perhaps written to already, so that the packet is stopped; why, by way."""
    history = find_history(id_, others.context, others.log)
    stood = {packet.key.channel: packet for packet in _list_packets(id_, others.context, others.log, channel)}
    if history.record is None:
        return {}
    planned = [str(way) for way in history.record.channels if channel in (None, way)]
    ways = [way for way in dict.fromkeys((*planned, *stood)) if way not in stood or stood[way].state not in GOT_THROUGH]
    found = {way: others.find(history.record, way) for way in ways}
    return {way: taken for way, taken in found.items() if taken}


def _choose(
    id_: str, context: LogContext, events: Sequence[Event], fits: Callable[[PacketStatus], bool], channel: str | None
) -> PacketStatus | None:
    fitting = [packet for packet in _list_packets(id_, context, events, channel) if fits(packet)]
    if len(fitting) > 1:
        ways = [packet.key.channel for packet in fitting]
        told = " and ".join(f"{packet.state} by {packet.key.channel}" for packet in fitting)
        raise UsageError(f"{id_} is {told}; say which is meant.", f"Add --channel {' or --channel '.join(ways)}.")
    return fitting[0] if fitting else None


def _list_packets(
    id_: str, context: LogContext, events: Sequence[Event], channel: str | None
) -> tuple[PacketStatus, ...]:
    """The latest attempt by each way, or by the one that is meant."""
    require_known([id_], context.recipients, events)
    about = [event for event in events if event.recipient == id_]
    statuses = list_recipient_statuses([one for one in context.recipients if one.id == id_], context.campaign, about)
    packets = (packet for status in statuses for packet in status.packets)
    return tuple(packet for packet in packets if channel in (None, packet.key.channel))


def _refuse_reopening(id_: str, context: LogContext, packets: Sequence[PacketStatus]) -> PetitionerError:
    told = _describe_states(id_, context, packets)
    if any(packet.state in UNDECIDED for packet in packets):
        hint = f"Settle it first: petitioner log settle {id_}"
        return PetitionerError(f"{told}: nobody knows whether it left, and a second one must not go out.", hint)
    if all(packet.state in UNSENT for packet in packets):
        return PetitionerError(f"{told}: it is still to be sent, and there is nothing to reopen.", "`petitioner log`")
    hint = f"If it came back, say so first: petitioner log add returned {id_}"
    return PetitionerError(f"{told}: it arrived, as far as anybody knows, and a new attempt would send it twice.", hint)


def _refuse_settling(id_: str, context: LogContext, packets: Sequence[PacketStatus]) -> PetitionerError:
    told = _describe_states(id_, context, packets)
    if any(packet.state is State.PRINT_IN_DOUBT for packet in packets):
        hint = f"If it is printed: petitioner log add printed {id_}; else petitioner print --again {id_}"
        return PetitionerError(f"{told}: it is here, printed or not, and there is nothing to settle.", hint)
    hint = "Take a mistake back with `petitioner log withdraw`; record what happened with `petitioner log add`."
    return PetitionerError(
        f"{told}: only what is in doubt, drafted, exported, or taken up and not sent, is settled.", hint
    )


def _describe_states(id_: str, context: LogContext, packets: Sequence[PacketStatus]) -> str:
    ways = " and ".join(f"{packet.state} by {packet.key.channel}" for packet in packets)
    return (
        f"{id_} is {ways} in {context.campaign.id}"
        if ways
        else f"Nothing has happened to {id_} in {context.campaign.id}"
    )
