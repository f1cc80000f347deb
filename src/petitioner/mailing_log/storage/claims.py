"""From the entries of a log to the claims that all logs of this user share."""

from collections.abc import Callable, Container, Iterable
from datetime import UTC
from pathlib import Path

from petitioner.mailing_log.events.kinds import AT_THE_PRINTER, CLAIMING, Kind
from petitioner.mailing_log.events.records import Entry, Event
from petitioner.user_data.claims import Claim, Claims, Target, note_progress, read_progress, take
from petitioner.user_data.logs import name_folder


def find_target(entry: Entry) -> Target:
    """Where the packet goes that an entry is about."""
    return Target(entry.campaign, entry.edition, entry.channel, entry.destination)


def claim_event(
    event: Event, own: Container[str], log: str, folder: Path, judge: Callable[[Claims], None] = lambda _: None
) -> None:
    """Claim the packet of an entry, unless one of its kind in ``own`` has. ``log`` and ``folder`` are the log's.

    Raises ``PetitionerError`` when that cannot be written, and whatever ``judge`` raises on seeing others' claims.
    """
    take(find_target(event), _draft(event, log, name_folder(folder)), own, judge)


def claim_all(events: Iterable[Event], own: Container[str], log: str, folder: Path) -> None:
    """Claim, as facts, what a log has sent or printed, and nobody claimed for it, as before there were claims.

    Raises ``PetitionerError`` when that cannot be written.
    """
    everything = tuple(events)
    count, last = read_progress(log)
    start = count if 0 < count <= len(everything) and everything[count - 1].hash == last else 0
    withdrawn = {event.details.withdraws for event in everything}
    ends = {event.packet: event.kind for event in everything if event.kind in AT_THE_PRINTER | {Kind.PRINTED}}
    left = [event for event in everything[start:] if event.kind in CLAIMING and event.id not in withdrawn]
    for event in left:
        if event.kind is not Kind.PRINTING or ends[event.packet] is not Kind.NOT_PRINTED:
            claim_event(event, own, log, folder)
    if left:
        note_progress(log, len(everything), everything[-1].hash)


def _draft(event: Event, log: str, folder: str) -> Claim:
    at = f"{event.recorded_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    kind = Kind.HANDING_OVER if event.kind is Kind.COMMITTING else event.kind  # nothing more is known by then
    return Claim(event.attempt, event.recipient, event.recipient_name, kind.value, event.hash, log, folder, at)
