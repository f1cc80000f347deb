"""The log on disk: read whole, appended to, and nothing else."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from sqlalchemy import Connection, select

from petitioner.mailing_log.records import Draft, Event
from petitioner.mailing_log.rows import append_draft, read_events
from petitioner.mailing_log.schema import blobs, create_tables
from petitioner.mailing_log.sqlite import errors_explained, has_tables, is_there, open_engine, refuse_newer

FILE_NAME: Final = "mailing-log.sqlite"
"""The log's name in a workspace."""

Composer = Callable[[tuple[Event, ...]], Iterable[Draft]]
"""Decides what to append, from what the log holds at that moment."""


@dataclass(frozen=True, slots=True)
class MailingLog:
    """The log in one file, which need not exist. ``patience`` is how long to try while others are at it, in seconds.

    Every method raises ``PetitionerError`` when the file cannot be read or written, is no log, or is a newer one.
    """

    path: Path
    patience: float = 15.0

    @classmethod
    def within(cls, folder: Path) -> Self:
        """The log of a workspace."""
        return cls(folder / FILE_NAME)

    def read(self) -> tuple[Event, ...]:
        """All events in the order in which they were recorded. No log is an empty log, and none is made."""
        with self._open_for_reading() as connection:
            return read_events(connection) if connection else ()

    def read_blob(self, sha256: str) -> bytes | None:
        """The bytes of a document, or None when the log does not have them."""
        with self._open_for_reading() as connection:
            found = select(blobs.c.bytes).where(blobs.c.sha256 == sha256)
            return connection.scalar(found) if connection else None

    def append(self, compose: Composer) -> tuple[Event, ...]:
        """Append what ``compose`` makes of the events so far: all of it or, when anything fails, nothing.

        Nobody can append between that reading and the writing, so ``compose`` must be quick; it may give its drafts one
        by one. The first append makes the file.
        """
        engine = open_engine(self.path, writing=True, patience=self.patience)
        with errors_explained(self.path), engine.begin() as connection:
            if not has_tables(connection):
                create_tables(connection)
            refuse_newer(connection, self.path)
            return tuple(append_draft(connection, draft) for draft in compose(read_events(connection)))

    @contextmanager
    def _open_for_reading(self) -> Iterator[Connection | None]:
        if not is_there(self.path):
            yield None
            return
        engine = open_engine(self.path, writing=False, patience=self.patience)
        with errors_explained(self.path), engine.begin() as connection:
            begun = has_tables(connection)
            if begun:
                refuse_newer(connection, self.path)
            yield connection if begun else None
