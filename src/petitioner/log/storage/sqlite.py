"""The tables of the log, its triggers, and the SQLite file that holds them."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from sqlalchemy import (
    CheckConstraint,
    Column,
    Connection,
    Engine,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    NullPool,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    cast,
    create_engine,
    event,
    exc,
    insert,
    select,
)

from petitioner.errors import PetitionerError
from petitioner.files import create_private
from petitioner.log.kinds import Kind

VERSION: Final = "0002"
"""The version of these tables, which Alembic reads from the table ``alembic_version``."""

OLDER: Final = ("0001",)
"""The versions that ``migrations`` can migrate to this one."""

metadata = MetaData()

# Hashed columns are text and whole numbers only: a database's own dates and JSON do not come back as they went in.
# No constraint lists the kinds: SQLite can widen one only by copying the table, which drops its triggers silently.
events = Table(
    "events",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("campaign", Text, nullable=False),
    Column("edition", Integer, CheckConstraint("edition >= 1"), nullable=False),
    Column("recipient", Text, nullable=False),
    Column("recipient_name", Text, nullable=False),
    Column("destination", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("attempt", Integer, CheckConstraint("attempt >= 1"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("happened_on", Text, nullable=False),
    Column("recorded_at", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("details_sha256", String(64), ForeignKey("details.sha256"), nullable=False),
    Column("previous_hash", String(64), nullable=False, unique=True),
    Column("hash", String(64), CheckConstraint("length(hash) = 64"), nullable=False, unique=True),
    Column("home", Text, nullable=False, server_default=""),  # since 0002
)

_handing_over = events.c.kind == "handing over"
Index(
    "one_claim",
    events.c.campaign,
    events.c.edition,
    events.c.recipient,
    events.c.channel,
    events.c.attempt,
    unique=True,
    sqlite_where=_handing_over,
    postgresql_where=_handing_over,
)

documents = Table(
    "documents",
    metadata,
    Column("event", ForeignKey("events.id"), primary_key=True),
    Column("role", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("media_type", Text, nullable=False),
    Column("sha256", ForeignKey("blobs.sha256"), nullable=False),
)

# A redaction empties the text or the bytes and leaves the hash, so that the chain stays whole and shows the gap.
details = Table(
    "details",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("json", Text),
)
blobs = Table(
    "blobs",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("bytes", LargeBinary),
)

alembic_version = Table(
    "alembic_version",
    metadata,
    Column("version_num", String(32), nullable=False),
    PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),
)

# REPLACE deletes rows without firing a delete trigger, so each insertion that would replace an old row is refused.
_CLAIM = "(campaign, edition, recipient, channel, attempt)"
_NEW_CLAIM = "(NEW.campaign, NEW.edition, NEW.recipient, NEW.channel, NEW.attempt)"
_DISPLACES = {
    "events": "id = NEW.id OR hash = NEW.hash OR previous_hash = NEW.previous_hash"
    f" OR (kind = 'handing over' AND NEW.kind = 'handing over' AND {_CLAIM} = {_NEW_CLAIM})",
    "documents": "event = NEW.event AND role = NEW.role AND name = NEW.name",
    "details": "sha256 = NEW.sha256",
    "blobs": "sha256 = NEW.sha256",
}
# Events and documents never change; only the whole content of details and blobs may be erased.
_CHANGES = {
    "events": "TRUE",
    "documents": "TRUE",
    "details": "NEW.json IS NOT NULL OR NEW.sha256 <> OLD.sha256",
    "blobs": "NEW.bytes IS NOT NULL OR NEW.sha256 <> OLD.sha256",
}
# The word in the middle of SQLite's error names (https://www.sqlite.org/rescode.html): what it means, what to do.
_IN_USE = "is in use by another program", "Close that program, then try again."
_EXPLANATIONS = {
    "BUSY": _IN_USE,
    "LOCKED": _IN_USE,
    "FULL": ("cannot be written: the disk is full", "Make room, then try again; what was recorded before is whole."),
    "IOERR": ("cannot be read or written", "Look whether the disk is full or failing, then try again."),
    "READONLY": ("cannot be written: it is read-only", "Allow yourself to write the file and its folder."),
    "CANTOPEN": ("cannot be opened", "It has to be a file, in a folder that you may write to."),
    "PERM": ("cannot be opened", "Allow yourself to read and write the file and its folder."),
    "AUTH": ("cannot be opened", "Allow yourself to read and write the file and its folder."),
    "NOTADB": ("is not a mailing log, and was left as it is", "Move it away, or put the right file in its place."),
    "CORRUPT": ("is damaged", "Put a copy of it in its place: petitioner log restore COPY"),
}
VERIFY: Final = "See what is wrong with it: petitioner log verify"
"""What to do about a log that holds what this program did not write."""

_NOT_TEXT = "Could not decode to UTF-8 column "  # how the driver of SQLite begins to say so, which has no code
_BEYOND_READING = (_EXPLANATIONS["NOTADB"], _EXPLANATIONS["CORRUPT"])


def _make_trigger(table: str, verb: str, condition: str, what: str) -> str:
    return (
        f"CREATE TRIGGER {table}_refuse_{verb} BEFORE {verb} ON {table} WHEN {condition}"
        f" BEGIN SELECT RAISE(ABORT, 'the mailing log is only appended to: {what} in {table}'); END"
    )


SQLITE_TRIGGERS: Final = (
    *(_make_trigger(table, "delete", "TRUE", "nothing is deleted") for table in _CHANGES),
    *(_make_trigger(table, "update", condition, "nothing is changed") for table, condition in _CHANGES.items()),
    *(
        _make_trigger(table, "insert", f"EXISTS (SELECT 1 FROM {table} WHERE {condition})", "nothing is replaced")  # noqa: S608 - made of our own words only
        for table, condition in _DISPLACES.items()
    ),
)
"""The triggers of a new log."""


def create_tables(connection: Connection) -> None:
    """Create the tables and triggers of a new log and set its version, in the open transaction."""
    metadata.create_all(connection)
    for trigger in SQLITE_TRIGGERS:
        connection.exec_driver_sql(trigger)
    connection.execute(insert(alembic_version).values(version_num=VERSION))


class DamagedError(PetitionerError):
    """The file is not a log, or a damaged one; a copy can replace it."""


def open_engine(path: Path, *, writing: bool, patience: float) -> Engine:
    """Return an engine for the log's file. SQLite waits ``patience`` seconds for locks of other processes.

    A ``writing`` engine creates a missing file, and takes the write lock when a transaction begins.
    """
    engine = create_engine(
        "sqlite://", creator=lambda: connect(path, writing=writing, patience=patience), poolclass=NullPool
    )
    begin = "BEGIN IMMEDIATE" if writing else "BEGIN"
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql(begin))
    return engine


def connect(path: Path, *, writing: bool, patience: float) -> sqlite3.Connection:
    """Connect to the log's file. Raises SQLite's errors, and ``PetitionerError`` for another program's database."""
    refuse_links(path)
    if writing:
        with suppress(OSError):  # SQLite reports better what is wrong
            create_private(path)  # the journal gets the rights of the file
    # Readers open the file for writing too: after a crash the first one has to roll the unfinished write back.
    address = f"{path.absolute().as_uri()}?mode={'rwc' if writing else 'rw'}"
    # Without an isolation level the driver begins no transactions by itself.
    connection = sqlite3.connect(address, uri=True, timeout=patience, isolation_level=None)
    try:
        _configure(connection, path, writing=writing)
    except BaseException:
        connection.close()
        raise
    return connection


@contextmanager
def translate_errors(path: Path) -> Iterator[None]:
    """Raise SQLite's errors for the log as ``PetitionerError`` that names the file and what to do."""
    try:
        yield
    except (exc.DBAPIError, sqlite3.Error) as error:
        cause = error.orig if isinstance(error, exc.DBAPIError) else error
        if (message := str(cause)).startswith(_NOT_TEXT):
            column = message.removeprefix(_NOT_TEXT).split("'")[1]
            raise DamagedError(f"The mailing log {path} holds text in '{column}' that is no UTF-8.", VERIFY) from error
        if not (explanation := _find_explanation(cause)):
            raise  # a bug, which deserves its traceback
        sentence, hint = explanation
        kind = DamagedError if explanation in _BEYOND_READING else PetitionerError
        raise kind(f"The mailing log {path} {sentence} ({cause}).", hint) from error


def is_there(path: Path) -> bool:
    """Whether the log's file exists. Raises ``PetitionerError`` when that cannot be found out."""
    refuse_links(path)
    try:
        return path.exists()
    except OSError as error:
        sentence, hint = _EXPLANATIONS["CANTOPEN"]
        raise PetitionerError(f"The mailing log {path} {sentence} ({error.strerror}).", hint) from error


def refuse_links(path: Path) -> None:
    """Raise ``PetitionerError`` for a log or journal that is a link, since it would be written outside the folder."""
    for place in (path, path.with_name(f"{path.name}-journal")):
        with suppress(OSError):  # a folder that may not be searched is reported when the file is opened
            if place.is_symlink():
                hint = "Put the file itself there instead of the link; nothing was read and nothing was written."
                raise PetitionerError(f"{place} is a link, so the mailing log would be outside of its folder.", hint)


def is_behind(connection: Connection, path: Path) -> bool:
    """Whether the tables have an older version. Raises ``PetitionerError`` for a newer one."""
    found = connection.scalar(select(cast(alembic_version.c.version_num, LargeBinary)))
    version = (found or b"").decode(errors="backslashreplace")
    if not version.isdecimal():
        sentence = f"The mailing log {path} does not say of which version its tables are ('{version}')."
        raise DamagedError(sentence, _EXPLANATIONS["CORRUPT"][1])
    if version not in {VERSION, *OLDER}:
        raise _make_newer_error(path, f"its tables are of version {version}, and this program knows {VERSION}")
    return bool(version != VERSION)


def refuse_unknown(connection: Connection, path: Path) -> None:
    """Raise ``PetitionerError`` for a log with a kind of event that this program does not know."""
    # A later version may add kinds to the same tables; without them states would be wrong.
    found = connection.scalars(select(events.c.kind).distinct())
    unknown = [kind for kind in found if isinstance(kind, str) and kind.isprintable() and kind not in set(Kind)]
    if unknown:
        raise _make_newer_error(path, f"it has an event '{min(unknown)}', which this program does not know")


def has_tables(connection: Connection) -> bool:
    """Whether the tables exist; an empty file has none."""
    return connection.dialect.has_table(connection, events.name)


def _make_newer_error(path: Path, why: str) -> PetitionerError:
    return PetitionerError(
        f"The mailing log {path} was written by a newer petitioner: {why}.",
        "Install the newer petitioner. The log was left as it is.",
    )


def _configure(connection: sqlite3.Connection, path: Path, *, writing: bool) -> None:
    # In rollback-journal mode a commit is the deletion of the journal, and only EXTRA flushes that deletion to disk:
    # with FULL a power cut may undo a commit (https://www.sqlite.org/pragma.html#pragma_synchronous).
    connection.execute("PRAGMA synchronous = EXTRA")
    connection.execute("PRAGMA foreign_keys = ON")
    _refuse_other_database(connection, path)
    if writing:
        # Only in this mode the log is a single file; another program may have changed it.
        connection.execute("PRAGMA journal_mode = DELETE")
        # Nothing is written to the file before the commit, so that a plain copy is nearly always whole.
        connection.execute("PRAGMA cache_spill = OFF")


def _refuse_other_database(connection: sqlite3.Connection, path: Path) -> None:
    named = connection.execute("SELECT CAST(name AS BLOB) FROM sqlite_master WHERE type = 'table'")
    found = {name for (name,) in named}
    if found and not found.issuperset(name.encode() for name in metadata.tables):
        sentence, hint = _EXPLANATIONS["NOTADB"]
        raise PetitionerError(f"{path} {sentence}: it is another program's database.", hint)


def _find_explanation(cause: BaseException | None) -> tuple[str, str] | None:
    words = getattr(cause, "sqlite_errorname", "").split("_")
    return _EXPLANATIONS.get(words[1]) if len(words) > 1 else None
