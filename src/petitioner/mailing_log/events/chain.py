"""The hash chain: each event has a hash over itself and, by the previous hash, over all events before it."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple
from datetime import UTC, datetime

from petitioner.files import digest
from petitioner.mailing_log.events.records import Document, Event

GENESIS = "0" * 64
"""What the first event has before it."""

# Columns that 0001 did not have are hashed only where they say something, so that older events keep their hashes.
_ADDED_LATER = {"home"}


def spell_json(value: object) -> str:
    """Serialize a value as canonical JSON: keys sorted, no blanks, characters as they are."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def spell_time(moment: datetime) -> str:
    """Format a time as UTC to the second, ``2027-09-10T03:04:05Z``. Raises ValueError for a naive one."""
    if moment.tzinfo is None:
        raise ValueError("a time in the log needs its time zone")
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def hash_event(columns: Mapping[str, object], documents: Iterable[Document]) -> str:
    """The hash of an event: over all its columns but ``hash`` itself, ``previous_hash`` included, and its documents.

    Raises TypeError or ValueError for values that this program does not write, such as bytes or half a character.
    """
    said = {name: value for name, value in columns.items() if value or name not in _ADDED_LATER}
    hashed = {**said, "documents": sorted(list(astuple(document)) for document in documents)}
    return digest(spell_json(hashed).encode())


def find_tip(events: Sequence[Event]) -> str | None:
    """Return the hash of the last event, which covers all; reports name it, so that a missing end is noticed later."""
    return events[-1].hash if events else None
