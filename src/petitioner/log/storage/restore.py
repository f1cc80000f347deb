"""Putting a copy of the log back: compared first, and the present log itself copied before it goes."""

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from petitioner.errors import PetitionerError
from petitioner.log.events import Draft, Event
from petitioner.log.storage.copies import copy_over, keep_copy, keep_damaged, overwrite, stage
from petitioner.log.storage.location import list_hashes
from petitioner.log.storage.rows import describe_schema, read_events
from petitioner.log.storage.sqlite import DamagedError, errors_explained, is_there, open_engine
from petitioner.log.storage.store import MailingLog
from petitioner.log.storage.verify import find_faults
from petitioner.user_data.logs import identify_log


@dataclass(frozen=True, slots=True)
class Comparison:
    """What putting a copy back would do. ``present`` is None when the present log cannot be read.

    ``lost`` are the events of the present log that the copy lacks, ``gained`` counts those that only the copy has.
    """

    copy: tuple[Event, ...]
    present: tuple[Event, ...] | None
    lost: tuple[Event, ...]
    gained: int

    @property
    def is_safe(self) -> bool:
        """Whether it is certain that nothing is lost."""
        return self.present is not None and not self.lost


@dataclass(frozen=True, slots=True)
class Restored:
    """What was done, and where the log that was there before is kept now, if there was one."""

    comparison: Comparison
    kept: Path | None


Consent = Callable[[Comparison], Draft | None]
"""Sees what would happen before it does: gives an entry to append to the copy, or none, or raises to stop it."""


def compare(copy: Sequence[Event], present: Sequence[Event] | None) -> Comparison:
    """What is lost and gained when ``copy`` takes the place of ``present``."""
    there = tuple(present or ())
    pairs = enumerate(zip(copy, there, strict=False))
    parting = (place for place, (ours, theirs) in pairs if ours.hash != theirs.hash)
    shared = next(parting, min(len(copy), len(there)))
    return Comparison(tuple(copy), None if present is None else there, there[shared:], len(copy) - shared)


def restore(log: MailingLog, copy: Path, consent: Consent) -> Restored:
    """Put a copy in the log's place, all of it or nothing; ``copy`` itself stays as it is.

    Raises ``PetitionerError`` when the copy is no log, does not verify or lies where the log is, and what
    ``consent`` raises.
    """
    if is_there(log.path) and copy.exists() and copy.samefile(log.path):
        raise PetitionerError(f"{copy} is the log itself.", "Name a copy of it.")
    with stage(copy) as staged:
        candidate = MailingLog(staged)
        events = _read_sound(candidate, copy)
        try:
            if log.read():
                return _exchange(log, candidate, consent, events)
            return _replace(log, candidate, consent, events, damaged=False)
        except DamagedError:
            return _replace(log, candidate, consent, events, damaged=True)


def _read_sound(candidate: MailingLog, copy: Path) -> tuple[Event, ...]:
    try:
        faults = find_faults(candidate.read_raw(), describe_schema())
        events = candidate.read() if not faults else ()
    except PetitionerError as error:
        words = str(error).replace(str(candidate.path), str(copy))
        raise PetitionerError(f"Nothing was restored. {words}", "Take another copy.") from error
    if faults or not events:
        words = " ".join(f"{fault}." for fault in faults[:3]) or "It holds no event."
        raise PetitionerError(f"Nothing was restored: {copy} does not verify. {words}", "Take another copy.")
    return events


def _exchange(log: MailingLog, candidate: MailingLog, consent: Consent, events: tuple[Event, ...]) -> Restored:
    engine = open_engine(log.path, writing=True, patience=log.patience)
    with errors_explained(log.path), engine.connect() as connection:
        # Held until the connection ends, so that nobody appends between the comparison and the exchange.
        connection.exec_driver_sql("PRAGMA locking_mode = EXCLUSIVE")
        comparison = compare(events, read_events(connection))
        entry = consent(comparison)
        kept = keep_copy(log.path, "before-restoring", log.patience)
        _record(candidate, entry)
        connection.commit()
        if isinstance(driver := connection.connection.driver_connection, sqlite3.Connection):
            overwrite(driver, candidate.path)
    return Restored(comparison, kept)


def _replace(
    log: MailingLog, candidate: MailingLog, consent: Consent, events: tuple[Event, ...], *, damaged: bool
) -> Restored:
    """Put a copy in the place of no log, or of one that cannot be read and is kept as it is."""
    comparison = compare(events, None if damaged else ())
    entry = consent(comparison)
    kept = keep_damaged(log.path, identify_log(list_hashes(events))) if damaged else None
    _record(candidate, entry)
    copy_over(candidate.path, log.path, log.patience)
    return Restored(comparison, kept)


def _record(candidate: MailingLog, entry: Draft | None) -> None:
    if entry:
        candidate.append(lambda _: [entry])
