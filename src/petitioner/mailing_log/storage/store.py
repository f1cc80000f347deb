"""The log on disk: read whole, appended to, and nothing else."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final, Self

from sqlalchemy import Connection, exc, select

from petitioner.errors import PetitionerError
from petitioner.files import hold_alone
from petitioner.mailing_log.events.kinds import CLAIMING, Kind
from petitioner.mailing_log.events.records import Draft, Event
from petitioner.mailing_log.storage.claims import claim_all, claim_event
from petitioner.mailing_log.storage.copies import copy_log, keep_copy
from petitioner.mailing_log.storage.home import Absence, NotHomeError, find_absence, find_home, list_hashes, settle_in
from petitioner.mailing_log.storage.raw import RawLog, read_raw
from petitioner.mailing_log.storage.rows import append_draft, read_events
from petitioner.mailing_log.storage.schema import VERSION, blobs, create_tables
from petitioner.mailing_log.storage.sqlite import (
    errors_explained,
    has_tables,
    is_behind,
    is_there,
    open_engine,
    refuse_unknown,
)
from petitioner.model.recipient import Recipient, list_former
from petitioner.user_data.claims import Claims
from petitioner.user_data.logs import find_here, identify, recall, remember

FILE_NAME: Final = "mailing-log.sqlite"
"""The log's name in a workspace."""

SENDING_LOCK: Final = f"{FILE_NAME}.sending"
"""The file beside the log that a run holds which sends, so that what it has just handed over is not taken for lost."""

Composer = Callable[[tuple[Event, ...]], Iterable[Draft]]
"""Decides what to append, from what the log holds at that moment."""


@dataclass(frozen=True, slots=True)
class MailingLog:
    """The log in one file, which need not exist. ``patience`` is how long to try while others are at it, in seconds.

    ``former`` are ids that recipients had before: what was recorded under them is read under their present ones.
    Every method raises ``PetitionerError`` when the file cannot be read or written, is no log, or is a newer one. An
    older one is brought up to date first, and before that a copy of it is kept.
    """

    path: Path
    patience: float = 15.0
    former: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def within(cls, folder: Path, recipients: Iterable[Recipient] = ()) -> Self:
        """The log of a workspace, with what it holds of these recipients under their present ids."""
        return cls(folder / FILE_NAME, former=list_former(recipients))

    def read(self) -> tuple[Event, ...]:
        """All events in the order in which they were recorded. No log is an empty log, and none is made."""
        with self._open_for_reading() as connection:
            if connection is None:
                return ()
            refuse_unknown(connection, self.path)
            return self._rename(read_events(connection))

    def read_raw(self) -> RawLog:
        """Everything as it lies in the file, for whoever verifies it."""
        with self._open_for_reading() as connection:
            return read_raw(connection) if connection else RawLog()

    def read_blob(self, sha256: str) -> bytes | None:
        """The bytes of a document, or None when the log does not have them."""
        with self._open_for_reading() as connection:
            found = select(blobs.c.bytes).where(blobs.c.sha256 == sha256)
            return connection.scalar(found) if connection else None

    def append(self, compose: Composer) -> tuple[Event, ...]:
        """Append what ``compose`` makes of the events so far: all of it or, when anything fails, nothing.

        Nobody can append between that reading and the writing, so ``compose`` must be quick; it may give its drafts one
        by one. The first append makes the file, and fixes where the log lives.
        """
        here = find_here(self.path.parent)
        with self.hold() as connection:
            refuse_unknown(connection, self.path)
            before = self._rename(read_events(connection))
            drafts = settle_in(compose(before), before, here)
            appended = tuple(append_draft(connection, draft) for draft in drafts)
        events = before + appended
        if here and events and find_home(events) == here:
            remember(here, list_hashes(events))
        with suppress(PetitionerError):  # a fact is recorded all the same, and claimed before anything else is sent
            for event in appended:
                if event.kind in CLAIMING - {Kind.PRINTING, Kind.COMMITTING}:  # a claim stands before their deed
                    self.claim(event, events)
        return appended

    def read_and_claim(self) -> tuple[Event, ...]:
        """All events; what an older version of this program sent, and so nobody claimed, is claimed if it can be."""
        events = self.read()
        with suppress(PetitionerError):  # whoever sends will be told
            self.claim_all(events)
        return events

    def claim(self, event: Event, events: Sequence[Event], judge: Callable[[Claims], None] = lambda _: None) -> None:
        """Claim the packet of one of these events, which are all of the log, as ``claim_event`` does."""
        hashes = list_hashes(events)
        claim_event(event, set(hashes), identify(hashes) or "", self.path.parent, judge)

    def claim_all(self, events: Sequence[Event]) -> None:
        """Claim what these events, all of the log, say was sent or printed. Raises ``PetitionerError``."""
        hashes = list_hashes(events)
        claim_all(events, set(hashes), identify(hashes) or "", self.path.parent)

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

    def find_absence(self, events: Sequence[Event]) -> Absence | None:
        """Why the log, which holds these events, is not at home where it lies; None when it is."""
        return find_absence(events, find_here(self.path.parent), recall())

    def require_home(self) -> None:
        """Raise ``NotHomeError`` when nothing may be sent by this log: it was copied, moved, or is an older one."""
        if absence := self.find_absence(self.read()):
            raise NotHomeError(f"The mailing log {self.path} is not at home: {absence.words}.", absence.hint)

    @contextmanager
    def keep_sending_out(self) -> Iterator[None]:
        """Keep every run that sends out, and wait for none: what it does in between must not be decided otherwise.

        Raises ``PetitionerError`` while one is sending.
        """
        lock = self.path.with_name(SENDING_LOCK)
        with ExitStack() as held:
            try:
                is_ours = held.enter_context(hold_alone(lock))
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

    def _rename(self, events: tuple[Event, ...]) -> tuple[Event, ...]:
        if not self.former:
            return events
        return tuple(replace(one, recipient=self.former.get(one.recipient, one.recipient)) for one in events)

    def _migrate(self, connection: Connection) -> None:
        from petitioner.mailing_log.storage.migrations import migrate  # noqa: PLC0415 - takes longer to load than a log to read

        # Another connection reads beside the one that holds the log, so nothing comes in between copy and migration.
        kept = keep_copy(self.path, "before-migrating", self.patience)
        try:
            migrate(connection)
        except exc.OperationalError as error:
            if "ERROR" not in getattr(error.orig, "sqlite_errorname", ""):
                raise
            sentence = f"The mailing log {self.path} cannot be brought to version {VERSION} ({error.orig})."
            raise PetitionerError(sentence, f"It was left as it is; a copy stands in {kept}.") from error
