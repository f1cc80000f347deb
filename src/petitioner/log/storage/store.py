"""The log on disk: read whole, appended to, and nothing else."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final, Self

from sqlalchemy import Connection, bindparam, exc, select, type_coerce
from sqlalchemy.types import NullType

from petitioner.errors import PetitionerError
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
    find_location,
    find_location_problem,
    list_hand_overs,
    list_hashes,
    set_location,
)
from petitioner.log.storage.rows import RawLog, append_draft, read_events, read_raw
from petitioner.log.storage.sqlite import (
    VERIFY,
    VERSION,
    DamagedError,
    blobs,
    create_tables,
    errors_explained,
    has_tables,
    is_behind,
    is_there,
    open_engine,
    refuse_unknown,
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

FILE_NAME: Final = LOG_NAME
"""The log's name in a workspace."""

SENDING_LOCK: Final = f"{FILE_NAME}.sending"
"""The file beside the log that a run holds which sends, so that what it has just handed over is not taken for lost."""

_CONTENT = select(type_coerce(blobs.c.bytes, NullType())).where(blobs.c.sha256 == bindparam("sha256"))

Composer = Callable[[tuple[Event, ...]], Iterable[Draft]]
"""Decides what to append, from what the log holds at that moment."""

Warn = Callable[[str, str], None]
"""Reports what went wrong, and what to do about it, although the entry was made."""


_MAKE_ROOM = "Make room there, or allow yourself to read and write there"


class NotRememberedError(PetitionerError):
    """What is about to happen cannot be remembered outside of the log, so it must not happen."""


def _ignore_warning(_sentence: str, _hint: str) -> None:
    return


@dataclass(frozen=True, slots=True)
class MailingLog:
    """The log in one file, which need not exist. ``patience`` is how long to try while others are at it, in seconds.
    ``warn`` hears of entries that were made although this machine cannot remember them.

    ``former`` are ids that recipients had before: what was recorded under them is read under their present ones.
    Every method raises ``PetitionerError`` when the file cannot be read or written, is no log, or is a newer one. An
    older one is brought up to date first, and before that a copy of it is kept.
    """

    path: Path
    patience: float = 15.0
    former: Mapping[str, str] = field(default_factory=dict)
    warn: Warn = _ignore_warning

    @classmethod
    def within(cls, folder: Path, recipients: Iterable[Recipient] = (), warn: Warn = _ignore_warning) -> Self:
        """The log of a workspace, with what it holds of these recipients under their present ids."""
        return cls(folder / FILE_NAME, former=list_former(recipients), warn=warn)

    def read(self) -> tuple[Event, ...]:
        """All events in the order in which they were recorded. No log is an empty log, and none is made."""
        with self._open_for_reading() as connection:
            if connection is None:
                return ()
            refuse_unknown(connection, self.path)
            return self._rename(read_events(connection))

    def read_raw(self) -> RawLog:
        """Return everything as it is in the file, for its verification."""
        with self._open_for_reading() as connection:
            return read_raw(connection) if connection else RawLog()

    def read_blob(self, sha256: str) -> bytes | None:
        """The bytes of a document, or None when the log does not have them. Raises ``DamagedError`` for other bytes."""
        with self._open_for_reading() as connection:
            content = connection.scalar(_CONTENT, {"sha256": sha256}) if connection else None
        if content is not None and (not isinstance(content, bytes) or digest(content) != sha256):
            raise DamagedError(f"The mailing log {self.path} holds a file that is not the one recorded.", VERIFY)
        return content

    def append(self, compose: Composer, *, ahead: bool = False) -> tuple[Event, ...]:
        """Append what ``compose`` makes of the events so far: all of it or, when anything fails, nothing.

        Nobody can append between that reading and the writing, so ``compose`` must be quick; it may give its drafts one
        by one. The first append makes the file, and fixes where the log lives; not while another log is missing there.
        What is recorded is remembered outside of the log, too. Where that fails a fact is recorded all the same, but
        nothing ``ahead`` of its deed: then ``NotRememberedError`` is raised.
        """
        here, note = find_current_location(self.path.parent), None
        try:
            with self.hold() as connection:
                refuse_unknown(connection, self.path)
                before = self._rename(read_events(connection))
                absence = None if before else self.find_location_problem(before)
                place = LogLocation(here.machine, "") if here and absence else here
                drafts = set_location(compose(before), before, place)
                appended = tuple(append_draft(connection, draft) for draft in drafts)
                note = self._prepare_note(here, before, appended, ahead=ahead)
        except BaseException:
            if note:
                note.drop()
            raise
        if note:
            self._keep_note(note, ahead=ahead)
        if absence and appended and appended[0].home != str(here):
            self.warn("A new log was begun. Nothing is sent or printed by it until it is adopted.", ADOPT)
        self._claim_facts(appended, before + appended)
        return appended

    def refresh_memory(self, events: tuple[Event, ...]) -> None:
        """Remember what a log that is in use here holds, where an older version or a cut-off run left that out."""
        here = find_current_location(self.path.parent)
        with suppress(OSError, ValueError):
            if (
                events
                and here
                and (note := prepare_memory(here, list_hashes(events), list_hand_overs(events), is_new=False))
            ):
                note.keep()

    def read_and_claim(self) -> tuple[Event, ...]:
        """All events; what an older version of this program sent, and so nobody claimed, is claimed if it can be."""
        events = self.read()
        with suppress(PetitionerError):  # sending reports it
            self.claim_all(events)
        return events

    def claim(self, event: Event, events: Sequence[Event], check: Callable[[Claims], None] = lambda _: None) -> None:
        """Claim the packet of one of these events, which are all of the log, as ``claim_event`` does."""
        hashes = list_hashes(events)
        claim_event(event, set(hashes), identify_log(hashes), self.path.parent, check)

    def claim_all(self, events: Sequence[Event]) -> None:
        """Claim what these events, all of the log, say was sent or printed. Raises ``PetitionerError``."""
        hashes = list_hashes(events)
        claim_all(events, set(hashes), identify_log(hashes), self.path.parent)

    def copy_before(self, why: str) -> Path | None:
        """Keep a copy among the user's data before something is done, such as ``sending``; None for an empty log."""
        with errors_explained(self.path):
            return keep_copy(self.path, f"before-{why}", self.patience)

    def copy_by_hand(self, to: Path | None) -> Path:
        """Copy the log to a new file, or among the user's data, and give its place. The log must hold an event."""
        with errors_explained(self.path):
            if to is not None:
                copy_log(self.path, to, self.patience)
            return to or keep_copy(self.path, "by-hand", self.patience) or self.path

    def find_location_problem(self, events: Sequence[Event]) -> LocationProblem | None:
        """Return why the log, which holds these events, is not in use in its folder; None when it is."""
        return find_location_problem(events, find_current_location(self.path.parent), read_memories())

    def require_complete(self, events: Sequence[Event]) -> None:
        """Raise ``LogLocationError`` when events are missing that this machine has seen.

        ``events`` are all that the log holds.
        """
        absence = self.find_location_problem(events)
        if absence and absence.lost:
            raise LogLocationError(absence.describe(self.path), absence.hint)

    def require_location(self) -> None:
        """Raise ``LogLocationError`` when nothing may be sent by this log: it was copied, moved, or is an older one."""
        if absence := self.find_location_problem(self.read()):
            raise LogLocationError(absence.describe(self.path), absence.hint)

    @contextmanager
    def block_sending(self) -> Iterator[None]:
        """Keep every run that sends out, and wait for none: what it does in between must not be decided otherwise.

        Raises ``PetitionerError`` while one is sending.
        """
        lock = self.path.with_name(SENDING_LOCK)
        with ExitStack() as held:
            try:
                is_ours = held.enter_context(hold_lock(lock))
            except OSError as error:
                sentence = f"{lock} cannot be written ({error.strerror})."
                raise PetitionerError(sentence, "Nothing was done; make the folder writable.") from None
            if not is_ours:
                raise PetitionerError("A run is sending from here.", "Wait for its end, then run the command again.")
            yield

    @contextmanager
    def hold(self) -> Iterator[Connection]:
        """The log, up to date and kept from other writers, for one transaction; makes the file when it is missing."""
        engine = open_engine(self.path, writing=True, patience=self.patience)
        with errors_explained(self.path), engine.begin() as connection:
            if not has_tables(connection):
                create_tables(connection)
            elif is_behind(connection, self.path):
                self._migrate(connection)
            yield connection

    @contextmanager
    def _open_for_reading(self) -> Iterator[Connection | None]:
        if not is_there(self.path):
            yield None
            return
        engine = open_engine(self.path, writing=False, patience=self.patience)
        with errors_explained(self.path):
            with engine.begin() as connection:
                late = has_tables(connection) and is_behind(connection, self.path)
            if late:
                with self.hold():
                    pass
            with engine.begin() as connection:
                yield connection if has_tables(connection) else None

    def _prepare_note(
        self, here: LogLocation | None, before: tuple[Event, ...], appended: tuple[Event, ...], *, ahead: bool
    ) -> PendingMemory | None:
        """The memory of what is about to be recorded; on disk before the log is, so that no room is missing later."""
        events = before + appended
        home = find_location(events)
        is_kept = here is not None and home in {here, LogLocation(here.machine, "")}
        note = None
        try:
            if here and is_kept and appended:
                hashes, is_new = list_hashes(events), find_location(before) is None
                note = prepare_memory(here, hashes, list_hand_overs(events), is_new=is_new)
        except (OSError, ValueError) as error:
            self._report_not_remembered(error, ahead=ahead)
        else:
            if note is None and ahead:
                self._report_not_remembered(ValueError("it does not remember this log"), ahead=ahead)
        return note

    def _keep_note(self, note: PendingMemory, *, ahead: bool) -> None:
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

    def _claim_facts(self, appended: Iterable[Event], events: Sequence[Event]) -> None:
        """Claim what was recorded; a fact is recorded all the same, and claimed before anything else is sent."""
        try:
            for event in appended:
                if event.kind in CLAIMING - {Kind.PRINTING, Kind.COMMITTING}:  # they were claimed beforehand
                    self.claim(event, events)
        except PetitionerError as error:
            self.warn(f"It is recorded in the log. {error}", error.hint)

    def _rename(self, events: tuple[Event, ...]) -> tuple[Event, ...]:
        if not self.former:
            return events
        return tuple(replace(one, recipient=self.former.get(one.recipient, one.recipient)) for one in events)

    def _migrate(self, connection: Connection) -> None:
        from petitioner.log.storage.migrations import migrate  # noqa: PLC0415 - takes longer to load than a log to read

        # Another connection reads beside the one that holds the log, so nothing comes in between copy and migration.
        kept = keep_copy(self.path, "before-migrating", self.patience)
        try:
            migrate(connection)
        except exc.OperationalError as error:
            if "ERROR" not in getattr(error.orig, "sqlite_errorname", ""):
                raise
            sentence = f"The mailing log {self.path} cannot be brought to version {VERSION} ({error.orig})."
            raise PetitionerError(sentence, f"It was left as it is; a copy is in {kept}.") from error
