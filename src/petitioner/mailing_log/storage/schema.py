"""The tables of the log, and the triggers that keep what was written."""

from typing import Final

from sqlalchemy import (
    CheckConstraint,
    Column,
    Connection,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    insert,
)

VERSION: Final = "0002"
"""The version of these tables. It is where Alembic looks for it, so that migrations can start from there."""

OLDER: Final = ("0001",)
"""The versions that ``migrations`` brings up to this one."""

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

# REPLACE deletes rows without firing a delete trigger, so each way in which a new row could displace an old one is
# refused before it is inserted.
_CLAIM = "(campaign, edition, recipient, channel, attempt)"
_NEW_CLAIM = "(NEW.campaign, NEW.edition, NEW.recipient, NEW.channel, NEW.attempt)"
_DISPLACES = {
    "events": "id = NEW.id OR hash = NEW.hash OR previous_hash = NEW.previous_hash"
    f" OR (kind = 'handing over' AND NEW.kind = 'handing over' AND {_CLAIM} = {_NEW_CLAIM})",
    "documents": "event = NEW.event AND role = NEW.role AND name = NEW.name",
    "details": "sha256 = NEW.sha256",
    "blobs": "sha256 = NEW.sha256",
}
# Events and documents never change; of details and blobs only the content may go, and only whole.
_CHANGES = {
    "events": "TRUE",
    "documents": "TRUE",
    "details": "NEW.json IS NOT NULL OR NEW.sha256 <> OLD.sha256",
    "blobs": "NEW.bytes IS NOT NULL OR NEW.sha256 <> OLD.sha256",
}


def _refuse(table: str, verb: str, condition: str, what: str) -> str:
    return (
        f"CREATE TRIGGER {table}_refuse_{verb} BEFORE {verb} ON {table} WHEN {condition}"
        f" BEGIN SELECT RAISE(ABORT, 'the mailing log is only appended to: {what} in {table}'); END"
    )


SQLITE_TRIGGERS: Final = (
    *(_refuse(table, "delete", "TRUE", "nothing is deleted") for table in _CHANGES),
    *(_refuse(table, "update", condition, "nothing is changed") for table, condition in _CHANGES.items()),
    *(
        _refuse(table, "insert", f"EXISTS (SELECT 1 FROM {table} WHERE {condition})", "nothing is replaced")  # noqa: S608 - made of our own words only
        for table, condition in _DISPLACES.items()
    ),
)
"""What SQLite runs once after the tables are made."""


def create_tables(connection: Connection) -> None:
    """Make the tables and triggers of a new log and stamp it with its version, in the transaction that is open."""
    metadata.create_all(connection)
    for trigger in SQLITE_TRIGGERS:
        connection.exec_driver_sql(trigger)
    connection.execute(insert(alembic_version).values(version_num=VERSION))
