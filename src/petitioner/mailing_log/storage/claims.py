"""From the entries of a log to the claims that all logs of this user share."""

import os
from collections.abc import Callable, Container, Iterable
from datetime import UTC
from pathlib import Path

from petitioner.mailing_log.events.kinds import AT_THE_PRINTER, CLAIMING, Kind
from petitioner.mailing_log.events.records import Entry, Event
from petitioner.user_data.claims import Claim, Claims, Target, take


def find_target(entry: Entry) -> Target:
    """Where the packet goes that an entry is about."""
    return Target(entry.campaign, entry.edition, entry.channel, entry.destination)


def claim_event(
    event: Event, own: Container[str], log: str, folder: Path, judge: Callable[[Claims], None] = lambda _: None
) -> None:
    """Claim the packet of an entry, unless one of its kind in ``own`` has. ``log`` and ``folder`` are the log's.

    Raises ``PetitionerError`` when that cannot be written, and whatever ``judge`` raises on seeing others' claims.
    """
    take(find_target(event), _draft(event, log, _name(folder)), own, judge)


def claim_all(events: Iterable[Event], own: Container[str], log: str, folder: Path) -> None:
    """Claim, as facts, what a log has sent or printed, and nobody claimed for it, as before there were claims.

    Raises ``PetitionerError`` when that cannot be written.
    """
    everything, place = tuple(events), _name(folder)
    known, withdrawn = Claims.read(), {event.details.withdraws for event in everything}
    ends = {event.packet: event.kind for event in everything if event.kind in AT_THE_PRINTER | {Kind.PRINTED}}
    for event in everything:
        is_unprinted = event.kind is Kind.PRINTING and ends[event.packet] is Kind.NOT_PRINTED
        if event.kind not in CLAIMING or event.id in withdrawn or is_unprinted:
            continue
        if not known.covers(find_target(event), _draft(event, log, place), own):
            claim_event(event, own, log, folder)


def _draft(event: Event, log: str, folder: str) -> Claim:
    at = f"{event.recorded_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    kind = Kind.HANDING_OVER if event.kind is Kind.COMMITTING else event.kind  # nothing more is known by then
    return Claim(event.attempt, event.recipient, event.recipient_name, kind.value, event.hash, log, folder, at)


def _name(folder: Path) -> str:
    return os.fsencode(folder.resolve()).decode(errors="backslashreplace")
