"""Read the log from its file, and append to it."""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final, Self

from petitioner.errors import PetitionerError, advise_writing
from petitioner.files import digest, hold_lock
from petitioner.inputs.settings import locate_data
from petitioner.log.events import Draft, Event
from petitioner.log.kinds import CLAIMING, Kind
from petitioner.log.storage.copies import copy_log, keep_copy
from petitioner.log.storage.location import (
    LocationProblem,
    LogLocationError,
    claim_all,
    claim_event,
    count_claimed,
    extend_hand_overs,
    find_location,
    find_location_problem,
    list_hand_overs,
    list_hashes,
    set_location,
    withdraw_claim_of,
)
from petitioner.log.storage.part import LogPart
from petitioner.log.storage.rows import (
    RawLog,
    append_draft,
    read_events,
    read_events_after,
    read_hashes,
    read_raw,
)
from petitioner.log.storage.sqlite import (
    VERIFY,
    DamagedError,
    begin,
    has_tables,
    is_behind,
    is_there,
    refuse_unknown,
    translate_errors,
)
from petitioner.model.recipient import Recipient, list_former
from petitioner.user_data.claims import Claims
from petitioner.user_data.logs import (
    ADOPT,
    LOG_NAME,
    LogLocation,
    PendingMemory,
    find_current_location,
    identify_log,
    prepare_memory,
    read_memories,
)
from petitioner.user_data.memories import HandOver, Memory

FILE_NAME: Final = LOG_NAME
"""The log's name in a workspace."""

SENDING_LOCK: Final = f"{FILE_NAME}.sending"
"""The lock file of a run that sends, so that no other command takes its unfinished deliveries for lost."""

Composer = Callable[[tuple[Event, ...]], Iterable[Draft]]
"""Returns what to append, given all events of the log."""

Warn = Callable[[str, str], None]
"""Shows a warning and a hint; called when an entry was appended but something else failed."""


_MAKE_ROOM = "Make room there, or allow yourself to read and write there"


class NotRememberedError(PetitionerError):
    """An action cannot be remembered outside of the log, so it must not happen."""


def _ignore_warning(_sentence: str, _hint: str) -> None:
    return


@dataclass(frozen=True, slots=True)
class MailingLog:
    """The log in one file, which need not exist. ``patience`` is how long to wait for other programs, in seconds.

    ``former`` maps earlier ids of recipients to the present ones, under which their events are read. ``warn`` is called
    for entries that this machine cannot remember. With a ``part``, no other events are read. Every method raises
    ``PetitionerError`` when the file cannot be read or written, is no log, or is a newer one. An older log is copied
    and then migrated.
    """

    path: Path
    patience: float = 15.0
    former: Mapping[str, str] = field(default_factory=dict)
    warn: Warn = _ignore_warning
    part: LogPart | None = None
    _known: list[Event] = field(default_factory=list, init=False, repr=False, compare=False)  # as they are in the file
    _hashes: list[str] = field(default_factory=list, init=False, repr=False, compare=False)  # of all events

    @classmethod
    def within(
        cls,
        folder: Path,
        recipients: Iterable[Recipient] = (),
        warn: Warn = _ignore_warning,
        part: LogPart | None = None,
    ) -> Self:
        """Return the log of a workspace; events of ``recipients`` are read under their present ids."""
        return cls(folder / FILE_NAME, former=list_former(recipients), warn=warn, part=part)

    def read(self) -> tuple[Event, ...]:
        """Return all events, or those of the part, as they were recorded; none if there is no log."""
        with self._open_for_reading() as connection:
            if connection is None:
                return ()
            refuse_unknown(connection, self.path)
            return self._read_events(connection)

    def iterate(self) -> Iterator[Event]:
        """Yield all events of the whole log, which is read when the first one is asked for."""
        yield from (self if self.part is None else replace(self, part=None)).read()

    def read_raw(self) -> RawLog:
        """Return everything as it is in the file, for its verification."""
        with self._open_for_reading() as connection:
            return read_raw(connection) if connection else RawLog()

    def find_change(self) -> DamagedError | None:
        """Verify the whole chain, without the files; return an error if somebody changed an event, else None."""
        from petitioner.log.storage.verify import find_chain_faults  # noqa: PLC0415 - for what leaves only

        with self._open_for_reading() as connection:
            faults = find_chain_faults(read_raw(connection, with_files=False)) if connection else ()
        if not faults:
            return None
        more = f" and {len(faults) - 1} more" if len(faults) > 1 else ""
        return DamagedError(f"The mailing log {self.path} is not as it was recorded. {faults[0]}{more}.", VERIFY)

    def read_blob(self, sha256: str) -> bytes | None:
        """Return the bytes of a document, or None if they were redacted. Raises ``DamagedError`` for other bytes."""
        with self._open_for_reading() as connection:
            query = "SELECT bytes FROM blobs WHERE sha256 = ?"
            (content,) = (connection and connection.execute(query, (sha256,)).fetchone()) or (None,)
        if content is not None and (not isinstance(content, bytes) or digest(content) != sha256):
            raise DamagedError(f"The mailing log {self.path} holds a file that is not the one recorded.", VERIFY)
        return content

    def append(self, compose: Composer, *, ahead: bool = False) -> tuple[Event, ...]:
        """Append the drafts that ``compose`` returns for what ``read`` returns: all of them or, on any error, none.

        The log is locked meanwhile, so ``compose`` must be quick; it may yield its drafts one by one. The first append
        creates the file and records its location, unless another log is missing there. This machine remembers the
        entries, too. If that fails, a fact is recorded all the same, but for an entry ``ahead`` of its action
        ``NotRememberedError`` is raised.
        """
        here, note = find_current_location(self.path.parent), None
        try:
            with self.hold() as connection:
                refuse_unknown(connection, self.path)
                before = self._read_events(connection)
                absence = None if before else self.find_location_problem(before)
                place = LogLocation(here.machine, "") if here and absence else here
                drafts = set_location(compose(before), before, place)
                appended = tuple(append_draft(connection, draft) for draft in drafts)
                hashes = self._list_hashes(before + appended, connection)
                note = self._prepare_memory(here, before, appended, hashes, ahead=ahead)
        except BaseException:
            if note:
                note.drop()
            raise
        if note:
            self._keep_memory(note, ahead=ahead)
        if absence and appended and appended[0].home != str(here):
            self.warn("A new log was begun. Nothing is sent or printed by it until it is adopted.", ADOPT)
        self._claim_facts(appended, hashes)
        return appended

    def refresh_memory(self, events: tuple[Event, ...]) -> None:
        """Remember the events of a log in use here, if an older version or an interrupted run did not."""
        here = find_current_location(self.path.parent)
        with suppress(OSError, ValueError):
            hashes = self._list_hashes(events)
            if (
                events
                and here
                and (note := prepare_memory(here, hashes, lambda _: list_hand_overs(self.iterate()), is_new=False))
            ):
                note.keep()

    def read_and_claim(self) -> tuple[Event, ...]:
        """Return all events, and claim the packets that an older version sent without a claim, if possible."""
        events = self.read()
        with suppress(PetitionerError):  # sending reports it
            self.claim_all()
        return events

    def claim(self, event: Event, events: Sequence[Event], check: Callable[[Claims], None] = lambda _: None) -> None:
        """Claim the packet of one event, as ``claim_event`` does; ``events`` are all of the log."""
        hashes = list_hashes(events)
        claim_event(event, set(hashes), identify_log(hashes), self.path.parent, check)

    def claim_all(self) -> None:
        """Claim all packets that were sent or printed. Raises ``PetitionerError``."""
        with self._open_for_reading() as connection:
            hashes = self._read_hashes(connection) if connection else []
            count = count_claimed(hashes)
            if connection is None or count == len(hashes):
                return
            query = "SELECT id FROM events WHERE hash = ?"
            (last,) = connection.execute(query, (hashes[count - 1],)).fetchone() if count else (0,)
            later = self._rename(read_events_after(connection, last, self._open_for_reading))
        claim_all(later, hashes, self.path.parent)

    def copy_before(self, why: str) -> Path | None:
        """Keep a copy in the user's data folder before an action such as ``sending``; None for an empty log."""
        with translate_errors(self.path):
            return keep_copy(self.path, f"before-{why}", self.patience)

    def copy_by_hand(self, to: Path | None) -> Path:
        """Copy the log, which has an event, to a new file or to the user's data folder; return the path."""
        with translate_errors(self.path):
            if to is not None:
                copy_log(self.path, to, self.patience)
            return to or keep_copy(self.path, "by-hand", self.patience) or self.path

    def find_location_problem(self, events: Sequence[Event]) -> LocationProblem | None:
        """Return why the log is not in use in its folder; None if it is. ``events`` are those that were read."""
        memories, here = read_memories(), find_current_location(self.path.parent)
        return find_location_problem(self._list_hashes(events), find_location(events), here, memories)

    def require_complete(self, events: Sequence[Event]) -> None:
        """Raise ``LogLocationError`` if this machine has seen events that the log, with these ``events``, lacks."""
        absence = self.find_location_problem(events)
        if absence and absence.lost:
            raise LogLocationError(absence.describe(self.path), absence.hint)

    def require_location(self) -> None:
        """Raise ``LogLocationError`` if nothing may be sent with this log: it was copied or moved, or is an old one.

        Raises ``DamagedError`` if somebody changed an event: the whole chain is verified.
        """
        if absence := self.find_location_problem(self.read()):
            raise LogLocationError(absence.describe(self.path), absence.hint)
        self.require_unchanged()

    def require_unchanged(self) -> None:
        """Raise ``DamagedError`` if somebody changed an event: the whole chain is verified."""
        if change := self.find_change():
            raise change

    @contextmanager
    def block_sending(self) -> Iterator[None]:
        """Lock the log against runs that send. Raises ``PetitionerError`` at once if one is sending now."""
        lock = self.path.with_name(SENDING_LOCK)
        with ExitStack() as held:
            try:
                is_ours = held.enter_context(hold_lock(lock))
            except OSError as error:
                sentence = f"{lock} cannot be written ({error.strerror})."
                advice = advise_writing(error, "Make the folder writable.")
                raise PetitionerError(sentence, f"Nothing was done. {advice}") from None
            if not is_ours:
                raise PetitionerError("A run is sending from here.", "Wait for its end, then run the command again.")
            yield

    @contextmanager
    def hold(self) -> Iterator[sqlite3.Connection]:
        """Open a transaction with the write lock; create the file if it is missing, migrate it if it is old."""
        with translate_errors(self.path):
            self._migrate_if_behind()
            with begin(self.path, writing=True, patience=self.patience) as connection:
                if not has_tables(connection):
                    from petitioner.log.storage.schema import create_tables  # noqa: PLC0415 - as in rows.py

                    create_tables(connection)
                yield connection

    @contextmanager
    def _open_for_reading(self) -> Iterator[sqlite3.Connection | None]:
        if not is_there(self.path):
            yield None
            return
        with translate_errors(self.path):
            self._migrate_if_behind()
            with begin(self.path, writing=False, patience=self.patience) as connection:
                yield connection if has_tables(connection) else None

    def _list_hashes(self, events: Iterable[Event], connection: sqlite3.Connection | None = None) -> list[str]:
        """Return the hashes of the whole log, of which ``events`` were read."""
        if self.part is None:
            return list_hashes(events)
        if connection:
            return self._read_hashes(connection)
        with self._open_for_reading() as opened:
            return self._read_hashes(opened) if opened else []

    def _read_hashes(self, connection: sqlite3.Connection) -> list[str]:
        self._hashes[:] = read_hashes(connection, self._hashes)
        return [*self._hashes]

    def _prepare_memory(
        self,
        here: LogLocation | None,
        before: tuple[Event, ...],
        appended: tuple[Event, ...],
        hashes: Sequence[str],
        *,
        ahead: bool,
    ) -> PendingMemory | None:
        """Write the memory of the new entries to disk before the commit, so that a full disk is noticed in time."""

        def list_all(known: Memory) -> Iterable[HandOver]:
            later, is_next = self._rename(appended), known.events == len(hashes) - len(appended)
            has_all = is_next and known.hand_overs is not None
            extended = extend_hand_overs(known.hand_overs or (), later, self.former) if has_all else None
            return list_hand_overs((*self.iterate(), *later)) if extended is None else extended

        home = find_location(before + appended)
        is_kept = here is not None and home in {here, LogLocation(here.machine, "")}
        note = None
        try:
            if here and is_kept and appended:
                note = prepare_memory(here, hashes, list_all, is_new=find_location(before) is None)
        except (OSError, ValueError) as error:
            self._report_not_remembered(error, ahead=ahead)
        else:
            if note is None and ahead:
                self._report_not_remembered(ValueError("it does not remember this log"), ahead=ahead)
        return note

    def _keep_memory(self, note: PendingMemory, *, ahead: bool) -> None:
        try:
            note.keep()
        except OSError as error:
            note.drop()
            self._report_not_remembered(error, ahead=ahead)

    def _report_not_remembered(self, error: OSError | ValueError, *, ahead: bool) -> None:
        why = error.strerror if isinstance(error, OSError) else str(error)
        data = locate_data()
        if ahead:
            sentence = f"The next packet did not leave, since {data} cannot remember it ({why})."
            raise NotRememberedError(sentence, f"{_MAKE_ROOM}, then run the command again.") from error
        sentence = f"It is recorded in the log, but {data} cannot remember it ({why})."
        self.warn(sentence, f"{_MAKE_ROOM}. Until then the program sends and prints nothing.")

    def _claim_facts(self, appended: Iterable[Event], hashes: Sequence[str]) -> None:
        """Claim the recorded facts; if that fails, warn, since they are claimed before anything else is sent."""
        own_hashes, log = set(hashes), identify_log(hashes)
        try:
            for event in appended:
                if event.kind in CLAIMING - {Kind.PRINTING, Kind.COMMITTING}:  # they were claimed beforehand
                    claim_event(event, own_hashes, log, self.path.parent)
                elif event.kind is Kind.WITHDRAWN:
                    withdraw_claim_of(event, hashes, self.path.parent)
        except PetitionerError as error:
            self.warn(f"It is recorded in the log. {error}", error.hint)

    def _read_events(self, connection: sqlite3.Connection) -> tuple[Event, ...]:
        """Read what was appended since the last time, and return all events under the present ids of recipients."""
        if self.part:
            former = (old for old, id_ in self.former.items() if id_ in self.part.recipients)
            only = self.part.make_condition(former)
            self._known[:] = read_events(connection, self._open_for_reading, tuple(self._known), only)
        else:
            self._known[:] = read_events(connection, self._open_for_reading, tuple(self._known))
        return self._rename(tuple(self._known))

    def _rename(self, events: tuple[Event, ...]) -> tuple[Event, ...]:
        if self.former.keys().isdisjoint(one.recipient for one in events):
            return events
        return tuple(replace(one, recipient=self.former.get(one.recipient, one.recipient)) for one in events)

    def _migrate_if_behind(self) -> None:
        if not is_there(self.path):
            return
        with begin(self.path, writing=False, patience=self.patience) as connection:
            if not has_tables(connection) or not is_behind(connection, self.path):
                return
        from petitioner.log.storage.migrations import migrate_file  # noqa: PLC0415 - as in rows.py

        migrate_file(self.path, self.patience)
