"""What is said about an event later: that it does not count, that it is true as it stands, that its words are gone."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import chain

from petitioner.errors import PetitionerError, UsageError
from petitioner.mailing_log.desk import Desk
from petitioner.mailing_log.events.kinds import ABOUT_THE_LOG, AT_THE_PRINTER, WITNESSED, Kind
from petitioner.mailing_log.events.records import Attachment, Details, Draft, Erasure, Event
from petitioner.mailing_log.states.packets import (
    STATE_AFTER,
    UNDECIDED,
    UNSENT,
    Packet,
    confirmations,
    counted,
    fold_packets,
    redactions,
    withdrawals,
)

_STAY = ABOUT_THE_LOG | {Kind.WITHDRAWN}
_TO_SETTLE = {Kind.COMMITTING, Kind.IN_DOUBT, Kind.DRAFTED, Kind.EXPORTED}


def draft_withdrawal(number: int, because: str, desk: Desk, events: Sequence[Event]) -> Draft:
    """The entry that takes an event back. Raises when there is no such event, or none that can be taken back."""
    event = find_event(number, events)
    if event.kind is Kind.WITHDRAWN:
        hint = "Record once more what really happened: petitioner log add …"
        taken = next((number for number, by in withdrawals(events).items() if by.id == event.id), None)
        raise PetitionerError(f"Event {number} takes back event {taken}, and stays.", hint)
    _refuse_withdrawn(event, events, "It counts no longer; there is nothing left to do.")
    if event.kind in WITNESSED | ABOUT_THE_LOG:
        hint = "Where it is in doubt whether a letter left: petitioner log settle ID."
        if event.kind in AT_THE_PRINTER:
            hint = f"To print it once more all the same: petitioner print --again {event.recipient}"
        raise PetitionerError(f"Event {number} ({event.kind}) is what the program itself did, and stays.", hint)
    _refuse_undermining(event, events)
    return draft_about(event, Kind.WITHDRAWN, Details(note=because, withdraws=event.id), desk)


def draft_confirmation(
    number: int, because: str, desk: Desk, events: Sequence[Event], attachments: tuple[Attachment, ...] = ()
) -> Draft:
    """The entry that says of an unusual event that it is true as it stands. Raises where that would say nothing."""
    event = find_event(number, events)
    _refuse_withdrawn(event, events, "What does not count needs no confirming.")
    if event.kind in _STAY | {Kind.CONFIRMED}:
        raise PetitionerError(f"Event {number} ({event.kind}) needs no confirming.", "`petitioner log` says what does.")
    if event.kind in _TO_SETTLE:
        hint = f"Find out, then: petitioner log settle {event.recipient}"
        raise PetitionerError(f"Event {number} says {event.kind}: that waits for an answer, not for a yes.", hint)
    if event.kind in {Kind.PRINTING, Kind.PRINT_IN_DOUBT}:
        hint = f"Once it lies on paper: petitioner log add printed {event.recipient}"
        raise PetitionerError(f"Event {number} says {event.kind}: that waits for an answer, not for a yes.", hint)
    if earlier := confirmations(events).get(number):
        said = earlier.details.note or "(its words were redacted)"
        raise PetitionerError(f"Event {number} was confirmed already, by event {earlier.id}: {said}")
    return draft_about(event, Kind.CONFIRMED, Details(note=because, confirms=number), desk, attachments)


def draft_redaction(number: int, because: str, desk: Desk, events: Sequence[Event], *, files: bool) -> Draft:
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
    return draft_about(event, Kind.REDACTED, details, desk, erasure=Erasure(number, erased))


def draft_about(
    event: Event,
    kind: Kind,
    details: Details,
    desk: Desk,
    attachments: tuple[Attachment, ...] = (),
    erasure: Erasure | None = None,
) -> Draft:
    """An entry of today about the packet that another event was about."""
    draft = desk.draft(event.packet, event.recipient_name, event.destination, kind, details)
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


def _refuse_undermining(event: Event, events: Sequence[Event]) -> None:
    """Refuse what would leave a later attempt to be sent although the earlier one, for all we know, arrived."""
    moves = (one for one in counted(events) if one.kind in STATE_AFTER and one.id != event.id)
    same = [one for one in moves if _is_same_way(one, event)]
    later = [one for one in same if one.attempt > event.attempt]
    if event.kind is Kind.REOPENED:
        later += [one for one in same if one.attempt == event.attempt]
    packets = {packet.key.attempt: packet for packet in fold_packets(same)}
    if later and (event.kind is Kind.REOPENED or _opens_twice(packets, event.attempt)):
        standing = later[-1]
        hint = f'First, if it is a slip too: petitioner log withdraw {standing.id} --because "…"'
        raise PetitionerError(f"Event {standing.id} ({standing.kind}) stands on event {event.id}.", hint)


def _opens_twice(packets: Mapping[int, Packet], attempt: int) -> bool:
    is_over = attempt in packets and packets[attempt].can_be_reopened
    return not is_over and packets[max(packets)].state in UNSENT


def _is_same_way(one: Event, other: Event) -> bool:
    return replace(one.packet, attempt=other.attempt) == other.packet


def _refuse_needed(event: Event, events: Iterable[Event]) -> None:
    packet = next((packet for packet in fold_packets(events) if packet.key == event.packet), None)
    needed = packet is not None and packet.state in UNSENT | UNDECIDED
    if needed and packet and event.kind in WITNESSED | {Kind.APPROVED, Kind.PRINTED}:
        sentence = f"Event {event.id} ({event.kind}) is what would be sent to {event.recipient}; it is still needed."
        raise PetitionerError(sentence, "Redact it once the packet is sent, settled or closed.")
