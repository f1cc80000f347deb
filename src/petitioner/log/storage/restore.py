"""Restore a copy of the log: compare it with the present log first, and keep a copy of the present one."""

from collections.abc import Callable, Sequence
from contextlib import closing, nullcontext
from dataclasses import dataclass
from pathlib import Path

from petitioner.errors import PetitionerError
from petitioner.log.events import Draft, Event
from petitioner.log.storage.copies import copy_over, keep_copy, keep_damaged, open_staged, overwrite
from petitioner.log.storage.location import list_hashes
from petitioner.log.storage.rows import describe_schema, read_events
from petitioner.log.storage.sqlite import DamagedError, connect, is_there, translate_errors
from petitioner.log.storage.store import MailingLog
from petitioner.log.storage.verify import find_faults
from petitioner.user_data.logs import identify_log


@dataclass(frozen=True, slots=True)
class Comparison:
    """The difference between a copy and the present log. ``present`` is None when the log cannot be read.

    ``lost`` are the events that only the present log has, ``gained`` counts those that only the copy has.
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
    """The result of restoring; ``kept`` is the path of a copy of the log before, or None if there was none."""

    comparison: Comparison
    kept: Path | None


Consent = Callable[[Comparison], Draft | None]
"""Called before anything is restored: returns an entry to append to the copy, or None; may raise to stop it."""


def compare(copy: Sequence[Event], present: Sequence[Event] | None) -> Comparison:
    """Compare the events of a copy with those of the present log."""
    before = tuple(present or ())
    pairs = enumerate(zip(copy, before, strict=False))
    different = (place for place, (ours, theirs) in pairs if ours.hash != theirs.hash)
    shared = next(different, min(len(copy), len(before)))
    return Comparison(tuple(copy), None if present is None else before, before[shared:], len(copy) - shared)


def restore(log: MailingLog, copy: Path, consent: Consent) -> Restored:
    """Replace the log by a copy, completely or not at all; ``copy`` itself is not changed.

    Raises ``PetitionerError`` when the copy is no log, does not verify or is the log itself, and what ``consent``
    raises.
    """
    if is_there(log.path) and copy.exists() and copy.samefile(log.path):
        raise PetitionerError(f"{copy} is the log itself.", "Name a copy of it.")
    with open_staged(copy) as staged:
        candidate = MailingLog(staged)
        events = _read_verified(candidate, copy)
        try:
            if log.read():
                return _replace_content(log, candidate, consent, events)
            return _replace_file(log, candidate, consent, events, damaged=False)
        except DamagedError:
            return _replace_file(log, candidate, consent, events, damaged=True)


def _read_verified(candidate: MailingLog, copy: Path) -> tuple[Event, ...]:
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


def _replace_content(log: MailingLog, candidate: MailingLog, consent: Consent, events: tuple[Event, ...]) -> Restored:
    with (
        translate_errors(log.path),
        closing(connect(log.path, writing=True, patience=log.patience)) as connection,
    ):
        # Locked until the connection ends, so that nothing is appended between the comparison and the replacement.
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        comparison = compare(events, read_events(connection, lambda: nullcontext(connection)))
        entry = consent(comparison)
        kept = keep_copy(log.path, "before-restoring", log.patience)
        _append_entry(candidate, entry)
        connection.commit()
        overwrite(connection, candidate.path)
    return Restored(comparison, kept)


def _replace_file(
    log: MailingLog, candidate: MailingLog, consent: Consent, events: tuple[Event, ...], *, damaged: bool
) -> Restored:
    """Restore a copy where there is no log, or one that cannot be read, which is copied first."""
    comparison = compare(events, None if damaged else ())
    entry = consent(comparison)
    kept = keep_damaged(log.path, identify_log(list_hashes(events))) if damaged else None
    _append_entry(candidate, entry)
    copy_over(candidate.path, log.path, log.patience)
    return Restored(comparison, kept)


def _append_entry(candidate: MailingLog, entry: Draft | None) -> None:
    if entry:
        candidate.append(lambda _: [entry])
