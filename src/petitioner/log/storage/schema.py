"""The tables of the log and its triggers, for a new log. Importing this imports SQLAlchemy, which takes long to load.

Logs are read and appended to by SQLite's own driver; SQLAlchemy writes the definitions, also for other databases.
"""

import sqlite3
from typing import Final

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    create_mock_engine,
)
from sqlalchemy.schema import ExecutableDDLElement

from petitioner.log.storage.sqlite import VERSION

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


def create_tables(connection: sqlite3.Connection) -> None:
    """Create the tables and triggers of a new log and set its version, in the open transaction."""

    def execute(statement: ExecutableDDLElement, *_: object) -> None:
        connection.execute(str(statement.compile(dialect=engine.dialect)))

    engine = create_mock_engine("sqlite://", execute)
    metadata.create_all(engine, checkfirst=False)
    for trigger in SQLITE_TRIGGERS:
        connection.execute(trigger)
    connection.execute("INSERT INTO alembic_version (version_num) VALUES (?)", (VERSION,))
