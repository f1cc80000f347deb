"""From what a person did to the entry that records it."""

from collections.abc import Iterable
from dataclasses import replace

from petitioner.errors import PetitionerError, UsageError
from petitioner.mailing_log.desk import Desk
from petitioner.mailing_log.flags import find_flags
from petitioner.mailing_log.kinds import Kind
from petitioner.mailing_log.parties import Party
from petitioner.mailing_log.records import Details, Draft, Event, Kept
from petitioner.mailing_log.slips import Report
from petitioner.mailing_log.states import withdrawals


def draft_fact(report: Report, party: Party, desk: Desk, kept: Kept) -> Draft:
    """The entry for a fact about one recipient, with a flag for whatever is unusual about it."""
    way = report.way or party.way_answered()
    draft = Draft(
        campaign=desk.campaign.id,
        edition=desk.campaign.edition,
        recipient=party.id,
        recipient_name=party.name,
        destination=party.destination(way, desk.campaign),
        channel=way,
        attempt=party.attempt(way),
        kind=report.kind,
        happened_on=report.happened_on,
        recorded_at=desk.now,
        by=desk.by,
        attachments=kept.attachments,
    )
    flags = find_flags(draft, party, desk, kept)
    return replace(draft, details=Details(tracking=report.tracking, note=report.note, flags=flags))


def draft_withdrawal(number: int, because: str, desk: Desk, events: Iterable[Event]) -> Draft:
    """The entry that takes an event back. Raises when there is no such event, or none that can be taken back."""
    everything = tuple(events)
    event = next((event for event in everything if event.id == number), None)
    if event is None:
        sentence = f"The log has no event {number}; {_count_events(len(everything))}"
        raise UsageError(sentence, "`petitioner log` shows the numbers.")
    if event.kind is Kind.WITHDRAWN:
        hint = "Record once more what really happened: petitioner log add …"
        raise PetitionerError(f"Event {number} takes back event {event.details.withdraws}, and stays.", hint)
    if earlier := withdrawals(everything).get(number):
        sentence = f"Event {number} was withdrawn already, by event {earlier.id}: {earlier.details.note}"
        raise PetitionerError(sentence, "It counts no longer; there is nothing left to do.")
    return _take_back(event, because, desk)


def _take_back(event: Event, because: str, desk: Desk) -> Draft:
    return Draft(
        campaign=event.campaign,
        edition=event.edition,
        recipient=event.recipient,
        recipient_name=event.recipient_name,
        destination=event.destination,
        channel=event.channel,
        attempt=event.attempt,
        kind=Kind.WITHDRAWN,
        happened_on=desk.today,
        recorded_at=desk.now,
        by=desk.by,
        details=Details(note=because, withdraws=event.id),
    )


def _count_events(count: int) -> str:
    return f"its numbers run from 1 to {count}." if count else "it is empty."
