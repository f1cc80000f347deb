"""Rows of the tables: convert them to events and back, read them unchecked, and erase details and files."""

import gc
import re
import secrets
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict, dataclass, field, fields
from datetime import MAXYEAR, MINYEAR, date, datetime
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import Connection, NullPool, Select, create_engine, insert, select, type_coerce, update
from sqlalchemy.types import NullType

from petitioner.files import digest
from petitioner.log.events import (
    GENESIS,
    Attachment,
    Details,
    Document,
    Draft,
    Entry,
    Erasure,
    Event,
    format_time,
    hash_event,
    serialize_json,
)
from petitioner.log.kinds import Kind
from petitioner.log.storage.sqlite import VERIFY, DamagedError, blobs, create_tables, details, documents, events

Row = Mapping[str, object]
"""A row by the names of its columns. If somebody changed the file, a value may be anything."""

_CONTENTS = select(blobs.c.sha256, type_coerce(blobs.c.bytes, NullType()))  # without converting the type
_OBJECTS = "SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_stat%'"
_THERE = details.c.sha256.label("there")
_BLOCK = 1000  # events whose documents are read together
_CHECKED_LATER = frozenset({"json", "there"})  # may be NULL


@dataclass(frozen=True, slots=True)
class RawLog:
    """Everything in the file, unchecked.

    ``details`` maps each hash to its text, ``blobs`` to the hash of the bytes that are really there; None if they were
    erased. ``objects`` maps tables, indexes and triggers to their SQL, and is None without a log; ``damage`` is what
    SQLite's integrity check reports.
    """

    events: tuple[Row, ...] = ()
    documents: tuple[Row, ...] = ()
    details: Mapping[object, object] = field(default_factory=dict)
    blobs: Mapping[object, str | None] = field(default_factory=dict)
    objects: Mapping[str, str] | None = None
    damage: tuple[str, ...] = ()


def read_raw(connection: Connection, *, with_files: bool = True) -> RawLog:
    """Read everything in the file, unchecked; only one blob is in memory at a time.

    Unless ``with_files``, no blobs are read, and SQLite does not check its pages: the chain alone can be verified.
    """
    driver = connection.connection.driver_connection
    if isinstance(driver, sqlite3.Connection):  # a row with an invalid character must be reported, not raise an error
        driver.text_factory = lambda content: content.decode("utf-8", "surrogateescape")
    return RawLog(
        events=_read_rows(connection, select(events).order_by(events.c.id)),
        documents=_read_rows(connection, select(documents)),
        details={row.sha256: row.json for row in connection.execute(select(details))},
        blobs={name: hash_content(content) for name, content in connection.execute(_CONTENTS)} if with_files else {},
        objects=_describe_objects(connection),
        damage=_list_damage(connection) if with_files else (),
    )


def _read_rows(connection: Connection, wanted: Select[Any]) -> tuple[Row, ...]:
    found = connection.execute(wanted)
    names = tuple(found.keys())
    return tuple(dict(zip(names, row, strict=True)) for row in found)


def _list_damage(connection: Connection) -> tuple[str, ...]:
    return tuple(line for (line,) in connection.exec_driver_sql("PRAGMA integrity_check(10)") if line != "ok")


def find_invalid_column(row: Row) -> str | None:
    """Return the first column of a row that has a value which this program never writes there, or None."""
    forms = _list_forms(tuple(row))
    try:
        if all(fits(value) for fits, value in zip(forms, row.values(), strict=True)):
            return None
    except (TypeError, ValueError, OverflowError):
        pass
    return next(name for name, fits, value in zip(row, forms, row.values(), strict=True) if not _has_form(fits, value))


def describe_schema() -> Mapping[str, str]:
    """Return the tables, indexes and triggers that a log must have, with their SQL."""
    with create_engine("sqlite://", poolclass=NullPool).begin() as connection:
        create_tables(connection)
        return _describe_objects(connection)


def hash_content(content: object) -> str | None:
    """Return the hash of bytes or text in the file, or None for None."""
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
"""Whether this program writes such a value; may raise TypeError, ValueError or OverflowError for others."""


def _has_form(form: _Form, value: object) -> bool:
    try:
        return form(value)
    except (TypeError, ValueError, OverflowError):
        return False


def _is_number(value: object) -> bool:
    return isinstance(value, int) and value >= 1


def _is_text(value: object) -> bool:
    return isinstance(value, str) and (value.isascii() or value.isprintable() or bool(value.encode()))


def _is_word(value: object) -> bool:
    return isinstance(value, str) and value.isprintable()  # no id has control characters


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


Reopen = Callable[[], AbstractContextManager[Connection | None]]
"""Opens the log once more, for reading."""


class _StoredDocuments(Sequence[Document]):
    """The documents of an event, which are read from the log when they are first looked at."""

    __slots__ = ("_event", "_list_documents")

    def __init__(self, event: int, list_documents: Callable[[int], tuple[Document, ...]]) -> None:
        self._event, self._list_documents = event, list_documents

    def __getitem__(self, index: Any) -> Any:  # noqa: ANN401 - a number or a slice
        return self._list_documents(self._event)[index]

    def __len__(self) -> int:
        return len(self._list_documents(self._event))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and tuple(self) == tuple(other)

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __repr__(self) -> str:
        return repr(tuple(self))


def read_events(connection: Connection, reopen: Reopen, known: tuple[Event, ...] = ()) -> tuple[Event, ...]:
    """Return all events, with details and documents, in the order of the chain. Raises ``DamagedError``.

    Documents are five times as many as events, so they are read when they are looked at: then ``reopen`` opens the log.
    ``known`` are events that this process has read before: only later ones are read, if the last one is still there.
    """
    if known:
        tip = connection.scalar(select(events.c.hash).where(events.c.id == known[-1].id))
        later = _read_events_after(connection, known[-1].id, reopen) if tip == known[-1].hash else None
        if later is not None and all(event.kind is not Kind.REDACTED for event in later):
            return known + later
    return _read_events_after(connection, 0, reopen)


@contextmanager
def _without_collections() -> Iterator[None]:
    """Pause the garbage collector: else it walks again and again over the events that are being made."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


@_without_collections()
def _read_events_after(connection: Connection, number: int, reopen: Reopen) -> tuple[Event, ...]:
    # An event whose details were deleted must not vanish with them.
    wanted = select(events, details.c.json, _THERE).outerjoin(details).where(events.c.id > number)
    found = connection.execute(wanted.order_by(events.c.id))
    names, rows = tuple(found.keys()), found.all()
    _require_valid(names, rows, "id")
    read_block = cache(lambda block: _read_documents(reopen, block))

    def list_documents(event: int) -> tuple[Document, ...]:
        return tuple(read_block(event // _BLOCK).get(event, ()))

    return tuple(
        _read_event(dict(zip(names, row, strict=True)), _StoredDocuments(row[0], list_documents)) for row in rows
    )


def _read_documents(reopen: Reopen, block: int) -> Mapping[int, Sequence[Document]]:
    """Read the documents of a block of events, by the numbers of the events. Raises ``DamagedError``."""
    wanted = select(documents).where(documents.c.event.between(block * _BLOCK, (block + 1) * _BLOCK - 1))
    with reopen() as connection:
        found = connection.execute(wanted.order_by(documents.c.event, documents.c.name)) if connection else None
        names, rows = (tuple(found.keys()), found.all()) if found else ((), [])
    _require_valid(names, rows, "event")
    attached: dict[int, list[Document]] = {}
    for event, *columns in rows:
        attached.setdefault(event, []).append(Document(*columns))
    return attached


def append_draft(connection: Connection, draft: Draft) -> Event:
    """Append one entry to the chain, in the caller's transaction, which must have the write lock."""
    last = connection.execute(select(events.c.id, events.c.hash).order_by(events.c.id.desc()).limit(1)).first()
    kept = tuple(_store_blob(connection, attachment) for attachment in draft.attachments)
    row: dict[str, Any] = {
        "id": last.id + 1 if last else 1,
        **{field.name: _format_value(getattr(draft, field.name)) for field in fields(Entry) if field.name != "details"},
        "details_sha256": _store_details(connection, draft.details),
        "previous_hash": last.hash if last else GENESIS,
    }
    row["hash"] = hash_event(row, kept)
    connection.execute(insert(events).values(row))
    for document in kept:
        connection.execute(insert(documents).values(event=row["id"], **asdict(document)))
    if draft.erasure:
        _erase_content(connection, draft.erasure)
    return _make_event(row, draft.details, kept)


def _format_value(value: object) -> str | int:
    match value:
        case datetime():  # before date, which it is too
            return format_time(value)
        case date():
            return value.isoformat()
        case int():
            return value
        case _:
            return str(value)


def _read_event(row: dict[str, Any], attached: Sequence[Document]) -> Event:
    is_there, json = row.pop("there"), row.pop("json")
    if is_there is None:
        raise _make_damage_error(row["id"], ": its details are gone")
    try:
        return _make_event(row, _read_details(json), attached)
    except ValueError:
        raise _make_damage_error(row["id"]) from None


def _require_valid(names: Sequence[str], rows: Sequence[Sequence[Any]], number: str) -> None:
    """Raise ``DamagedError`` for the first row with a value that this program never writes; ``number`` is its event."""
    if _are_valid(names, rows):
        return
    for row in (dict(zip(names, values, strict=True)) for values in rows):
        if column := find_invalid_column({name: row[name] for name in names if name not in _CHECKED_LATER}):
            raise _make_damage_error(row[number], f": its column '{column}' holds what petitioner never writes")


def _are_valid(names: Sequence[str], rows: Sequence[Sequence[Any]]) -> bool:
    """Whether each column has one type, and only values that this program writes; equal values are looked at once."""
    columns = zip(names, zip(*rows, strict=True), strict=False)
    return all(
        len(set(map(type, values))) == 1 and all(_has_form(_FORMS.get(name, _is_text), value) for value in set(values))
        for name, values in columns
        if name not in _CHECKED_LATER
    )


def _make_damage_error(event: object, why: str = "") -> DamagedError:
    sentence = f"Event {event} of the mailing log is not as it was recorded and cannot be read{why}."
    return DamagedError(sentence, VERIFY)


def _make_event(row: Mapping[str, Any], event_details: Details, attached: Sequence[Document]) -> Event:
    columns = {
        **row,
        "kind": Kind(row["kind"]),
        "happened_on": _read_day(row["happened_on"]),
        "recorded_at": datetime.fromisoformat(row["recorded_at"]),
    }
    del columns["details_sha256"]
    return Event(**columns, details=event_details, documents=attached)


_read_day = lru_cache(1000)(date.fromisoformat)


def _read_details(json: object) -> Details:
    match json:
        case None:
            return Details()  # redacted
        case str():
            return Details.model_validate_json(json)
        case _:
            raise ValueError("details are text")


def _erase_content(connection: Connection, erasure: Erasure) -> None:
    """Empty the details of an event and the bytes of files, in the open transaction.

    SQLite overwrites them with zeros (https://www.sqlite.org/pragma.html#pragma_secure_delete): otherwise they would
    stay in unused pages of the file. Earlier copies still have them.
    """
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA secure_delete = ON")
    event_details = select(events.c.details_sha256).where(events.c.id == erasure.event).scalar_subquery()
    connection.execute(update(details).where(details.c.sha256 == event_details).values(json=None))
    connection.execute(update(blobs).where(blobs.c.sha256.in_(erasure.files)).values(bytes=None))


def _store_details(connection: Connection, event_details: Details) -> str:
    # Without the salt, which is erased too, a short redacted note could be guessed from its hash. The salt also gives
    # every event its own row, so that redacting one does not redact another.
    text = serialize_json({**event_details.model_dump(exclude_defaults=True), "salt": secrets.token_hex(16)})
    sha256 = digest(text.encode())
    connection.execute(insert(details).values(sha256=sha256, json=text))
    return sha256


def _store_blob(connection: Connection, attachment: Attachment | Document) -> Document:
    if isinstance(attachment, Document):
        return attachment
    sha256 = digest(attachment.content)
    if connection.scalar(select(blobs.c.sha256).where(blobs.c.sha256 == sha256)) is None:
        connection.execute(insert(blobs).values(sha256=sha256, bytes=attachment.content))
    return Document(attachment.role, attachment.name, attachment.media_type, sha256)
