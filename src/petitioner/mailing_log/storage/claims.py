"""From the entries of a log to the claims that all logs of this user share."""

import os
from collections.abc import Callable, Container, Iterable
from datetime import UTC
from pathlib import Path

from petitioner.mailing_log.events.kinds import CLAIMING
from petitioner.mailing_log.events.records import Entry, Event
from petitioner.user_data.claims import Claim, Claims, Target, take


def find_target(entry: Entry) -> Target:
    """Where the packet goes that an entry is about."""
    return Target(entry.campaign, entry.edition, entry.channel, entry.destination)


def claim_event(
    event: Event, own: Container[str], log: str, folder: Path, judge: Callable[[Claims], None] = lambda _: None
) -> None:
    """Claim the packet of an entry, unless an entry in ``own`` has done so. ``log`` and ``folder`` are the log's.

    Raises ``PetitionerError`` when that cannot be written, and whatever ``judge`` raises on seeing others' claims.
    """
    at = f"{event.recorded_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    place = os.fsencode(folder.resolve()).decode(errors="backslashreplace")
    name, kind = event.recipient_name, str(event.kind)
    claim = Claim(event.attempt, event.recipient, name, kind, event.hash, log, place, at)
    take(find_target(event), claim, own, judge)


def claim_all(events: Iterable[Event], own: Container[str], log: str, folder: Path) -> None:
    """Claim, as facts, what a log has sent or printed, and nobody claimed for it, as before there were claims.

    Raises ``PetitionerError`` when that cannot be written.
    """
    everything = tuple(events)
    known, withdrawn = Claims.read(), {event.details.withdraws for event in everything}
    for event in everything:
        counts = event.kind in CLAIMING and event.id not in withdrawn
        if counts and not known.covers(find_target(event), event.attempt, own):
            claim_event(event, own, log, folder)
