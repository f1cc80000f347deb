"""The log as it lies in the file: rows as they are, whatever they say, for whoever verifies them."""

import re
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import Connection, NullPool, create_engine, select

from petitioner.files import digest
from petitioner.mailing_log.storage.schema import blobs, create_tables, details, documents, events

Row = Mapping[str, object]
"""A row by the names of its columns. A row that was tampered with may hold anything."""

_OBJECTS = "SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_stat%'"


@dataclass(frozen=True, slots=True)
class RawLog:
    """Everything that is in the file.

    By the hash they are kept under, ``details`` gives the text and ``blobs`` the hash of the bytes that are there; None
    where they were emptied. ``objects`` are tables, indexes and triggers by name, with their SQL, and None when there
    is no log; ``damage`` is what SQLite finds.
    """

    events: tuple[Row, ...] = ()
    documents: tuple[Row, ...] = ()
    details: Mapping[object, object] = field(default_factory=dict)
    blobs: Mapping[object, str | None] = field(default_factory=dict)
    objects: Mapping[str, str] | None = None
    damage: tuple[str, ...] = ()


def read_raw(connection: Connection) -> RawLog:
    """All that the file holds; blobs are hashed one at a time."""
    driver = connection.connection.driver_connection
    if isinstance(driver, sqlite3.Connection):  # a row with half a character in it must be named, not stumbled over
        driver.text_factory = lambda content: content.decode("utf-8", "surrogateescape")
    return RawLog(
        events=tuple(row._asdict() for row in connection.execute(select(events).order_by(events.c.id))),
        documents=tuple(row._asdict() for row in connection.execute(select(documents))),
        details={row.sha256: row.json for row in connection.execute(select(details))},
        blobs={name: hash_content(content) for name, content in connection.execute(select(blobs))},
        objects=_describe_objects(connection),
        damage=tuple(line for (line,) in connection.exec_driver_sql("PRAGMA integrity_check(10)") if line != "ok"),
    )


def describe_schema() -> Mapping[str, str]:
    """The tables, indexes and triggers that a log has to have, made anew in memory."""
    with create_engine("sqlite://", poolclass=NullPool).begin() as connection:
        create_tables(connection)
        return _describe_objects(connection)


def hash_content(content: object) -> str | None:
    """The hash of bytes or text as they lie in the file; None for nothing."""
    match content:
        case None:
            return None
        case bytes():
            return digest(content)
        case _:
            return digest(str(content).encode("utf-8", "surrogateescape"))


def _describe_objects(connection: Connection) -> Mapping[str, str]:
    # A column that was added later stands in SQLite's own text on another line than one that was there from the start.
    found = connection.exec_driver_sql(_OBJECTS)
    return {f"{kind} {name}": re.sub(r"\s+", " ", sql or "") for kind, name, sql in found}
