"""Reads the log as it is in the file, rows of any content, for its verification."""

import re
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import MAXYEAR, MINYEAR, date, datetime
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import Connection, NullPool, create_engine, select, type_coerce
from sqlalchemy.types import NullType

from petitioner.files import digest
from petitioner.mailing_log.storage.schema import blobs, create_tables, details, documents, events

Row = Mapping[str, object]
"""A row by the names of its columns. A row that was tampered with may hold anything."""

_CONTENTS = select(blobs.c.sha256, type_coerce(blobs.c.bytes, NullType()))  # whatever type each has
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
        blobs={name: hash_content(content) for name, content in connection.execute(_CONTENTS)},
        objects=_describe_objects(connection),
        damage=tuple(line for (line,) in connection.exec_driver_sql("PRAGMA integrity_check(10)") if line != "ok"),
    )


def find_misfit(row: Row) -> str | None:
    """The first column of an event or of a document that holds what this program never writes there; None for none."""
    forms = _list_forms(tuple(row))
    try:
        if all(fits(value) for fits, value in zip(forms, row.values(), strict=True)):
            return None
    except (TypeError, ValueError, OverflowError):
        pass
    return next(name for name, fits, value in zip(row, forms, row.values(), strict=True) if not _fits(fits, value))


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
    # A column that was added later is on another line of SQLite's own text than one that was there from the start.
    found = connection.exec_driver_sql(_OBJECTS)
    return {f"{kind} {name}": re.sub(r"\s+", " ", sql or "") for kind, name, sql in found}


_Form = Callable[[Any], bool]
"""Says whether this program writes such a value; may raise TypeError, ValueError or OverflowError for others."""


def _fits(form: _Form, value: object) -> bool:
    try:
        return form(value)
    except (TypeError, ValueError, OverflowError):
        return False


def _is_number(value: object) -> bool:
    return isinstance(value, int) and value >= 1


def _is_text(value: object) -> bool:
    return isinstance(value, str) and (value.isascii() or value.isprintable() or bool(value.encode()))


def _is_word(value: object) -> bool:
    return isinstance(value, str) and value.isprintable()  # what could command a terminal is in no id


def _is_hash(value: str) -> bool:
    return _HASH.fullmatch(value) is not None


@lru_cache(1000)
def _is_day(value: str) -> bool:
    return date.fromisoformat(value).isoformat() == value


def _is_time(value: str) -> bool:
    if not _TIME.fullmatch(value):
        return False
    return MINYEAR < datetime.fromisoformat(value).year < MAXYEAR  # in every time zone


@cache
def _list_forms(columns: tuple[str, ...]) -> tuple[_Form, ...]:
    return tuple(_FORMS.get(column, _is_text) for column in columns)


_HASH = re.compile(r"[0-9a-f]{64}")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII)
_FORMS: Mapping[str, _Form] = {
    **dict.fromkeys(("id", "edition", "attempt", "event"), _is_number),
    **dict.fromkeys(("campaign", "recipient", "channel", "kind"), _is_word),
    **dict.fromkeys(("details_sha256", "previous_hash", "hash", "sha256"), _is_hash),
    "happened_on": _is_day,
    "recorded_at": _is_time,
}
