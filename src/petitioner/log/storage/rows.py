"""Rows of the tables: convert them to events and back, read them unchecked, and erase details and files."""

import gc
import re
import secrets
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import asdict, dataclass, field, fields
from datetime import MAXYEAR, MINYEAR, date, datetime
from functools import cache, lru_cache
from typing import Any

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
from petitioner.log.storage.sqlite import VERIFY, DamagedError

Row = Mapping[str, object]
"""A row by the names of its columns. If somebody changed the file, a value may be anything."""

_KEPT = (one.name for one in fields(Entry) if one.name not in {"details", "home"})
_EVENT = ("id", *_KEPT, "details_sha256", "previous_hash", "hash", "home")  # the columns in the order of the table
_DOCUMENT = ("event", *(one.name for one in fields(Document)))
_DETAILED = (*_EVENT, "json", "there")
_EVENTS = f"SELECT {', '.join(_EVENT)} FROM events"  # noqa: S608 - our own names, as below
_DETAILED_EVENTS = f"SELECT {', '.join(_EVENT)}, json, sha256 FROM events LEFT JOIN details ON sha256 = details_sha256"  # noqa: S608
_DOCUMENTS = f"SELECT {', '.join(_DOCUMENT)} FROM documents"  # noqa: S608
_OBJECTS = "SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_stat%'"
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


def read_raw(connection: sqlite3.Connection, *, with_files: bool = True) -> RawLog:
    """Read everything in the file, unchecked; only one blob is in memory at a time.

    Unless ``with_files``, no blobs are read, and SQLite does not check its pages: the chain alone can be verified.
    """
    # A row with an invalid character must be reported, not raise an error.
    connection.text_factory = lambda content: content.decode("utf-8", "surrogateescape")
    contents = connection.execute("SELECT sha256, bytes FROM blobs") if with_files else ()
    return RawLog(
        events=_read_rows(connection, f"{_EVENTS} ORDER BY id", _EVENT),
        documents=_read_rows(connection, _DOCUMENTS, _DOCUMENT),
        details=dict(connection.execute("SELECT sha256, json FROM details")),
        blobs={name: hash_content(content) for name, content in contents},
        objects=_describe_objects(connection),
        damage=_list_damage(connection) if with_files else (),
    )


def _read_rows(connection: sqlite3.Connection, query: str, names: Sequence[str]) -> tuple[Row, ...]:
    return tuple(dict(zip(names, row, strict=True)) for row in connection.execute(query))


def _list_damage(connection: sqlite3.Connection) -> tuple[str, ...]:
    return tuple(line for (line,) in connection.execute("PRAGMA integrity_check(10)") if line != "ok")


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
    from petitioner.log.storage.schema import create_tables  # noqa: PLC0415 - takes longer to load than a log to read

    with closing(sqlite3.connect(":memory:")) as connection:
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


def _describe_objects(connection: sqlite3.Connection) -> Mapping[str, str]:
    # A column that was added later is on another line of SQLite's own text than one that was there from the start.
    found = connection.execute(_OBJECTS)
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


Reopen = Callable[[], AbstractContextManager[sqlite3.Connection | None]]
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


Condition = tuple[str, tuple[str | int, ...]]
"""A condition in SQL about an event, and its values."""

_ANY: Condition = ("TRUE", ())


def read_events(
    connection: sqlite3.Connection, reopen: Reopen, known: tuple[Event, ...] = (), only: Condition = _ANY
) -> tuple[Event, ...]:
    """Return the events that meet a condition, with details and documents, in the order of the chain.

    Documents are five times as many as events, so they are read when they are looked at: then ``reopen`` opens the log.
    ``known`` are events that this process has read before: all later ones are read, if the last one is still there.
    Raises ``DamagedError``.
    """
    if known:
        tip = connection.execute("SELECT hash FROM events WHERE id = ?", (known[-1].id,)).fetchone()
        later = read_events_after(connection, known[-1].id, reopen) if tip == (known[-1].hash,) else None
        if later is not None and all(event.kind is not Kind.REDACTED for event in later):
            return known + later
    return read_events_after(connection, 0, reopen, only)


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
def read_events_after(
    connection: sqlite3.Connection, number: int, reopen: Reopen, only: Condition = _ANY
) -> tuple[Event, ...]:
    """Return the events after that with a number, as ``read_events`` does."""
    # An event whose details were deleted must not vanish with them.
    condition, values = only
    query = f"{_DETAILED_EVENTS} WHERE id > ? AND {condition} ORDER BY id"
    rows = connection.execute(query, (number, *values)).fetchall()
    _require_valid(_DETAILED, rows, "id")
    read_block = cache(lambda block: _read_documents(reopen, block))

    def list_documents(event: int) -> tuple[Document, ...]:
        return tuple(read_block(event // _BLOCK).get(event, ()))

    return tuple(
        _read_event(dict(zip(_DETAILED, row, strict=True)), _StoredDocuments(row[0], list_documents)) for row in rows
    )


def _read_documents(reopen: Reopen, block: int) -> Mapping[int, Sequence[Document]]:
    """Read the documents of a block of events, by the numbers of the events. Raises ``DamagedError``."""
    query = f"{_DOCUMENTS} WHERE event BETWEEN ? AND ? ORDER BY event, name"
    limits = block * _BLOCK, (block + 1) * _BLOCK - 1
    with reopen() as connection:
        rows = connection.execute(query, limits).fetchall() if connection else []
    _require_valid(_DOCUMENT, rows, "event")
    attached: dict[int, list[Document]] = {}
    for event, *columns in rows:
        attached.setdefault(event, []).append(Document(*columns))
    return attached


def read_hashes(connection: sqlite3.Connection, known: Sequence[str] = ()) -> list[str]:
    """Return the hashes of all events, in order; only later ones are read if the last one ``known`` is still there."""
    query, last = "SELECT id FROM events WHERE hash = ?", known[-1] if known else ""
    (number,) = connection.execute(query, (last,)).fetchone() or (0,)
    later = connection.execute("SELECT hash FROM events WHERE id > ? ORDER BY id", (number,))
    return [*(known if number else ()), *(str(hash_) for (hash_,) in later)]


def append_draft(connection: sqlite3.Connection, draft: Draft) -> Event:
    """Append one entry to the chain, in the caller's transaction, which must have the write lock."""
    last = connection.execute("SELECT id, hash FROM events ORDER BY id DESC LIMIT 1").fetchone() or (0, GENESIS)
    kept = tuple(_store_blob(connection, attachment) for attachment in draft.attachments)
    row: dict[str, Any] = {
        "id": last[0] + 1,
        **{field.name: _format_value(getattr(draft, field.name)) for field in fields(Entry) if field.name != "details"},
        "details_sha256": _store_details(connection, draft.details),
        "previous_hash": last[1],
    }
    row["hash"] = hash_event(row, kept)
    _insert(connection, "events", row)
    for document in kept:
        _insert(connection, "documents", {"event": row["id"], **asdict(document)})
    if draft.erasure:
        _erase_content(connection, draft.erasure)
    return _make_event(row, draft.details, kept)


def _insert(connection: sqlite3.Connection, table: str, row: Mapping[str, Any]) -> None:
    places = ", ".join(f":{name}" for name in row)
    connection.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({places})", row)  # noqa: S608 - our own names


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


def _erase_content(connection: sqlite3.Connection, erasure: Erasure) -> None:
    """Empty the details of an event and the bytes of files, in the open transaction.

    SQLite overwrites them with zeros (https://www.sqlite.org/pragma.html#pragma_secure_delete): otherwise they would
    stay in unused pages of the file. Earlier copies still have them.
    """
    connection.execute("PRAGMA secure_delete = ON")
    own = "UPDATE details SET json = NULL WHERE sha256 = (SELECT details_sha256 FROM events WHERE id = ?)"
    connection.execute(own, (erasure.event,))
    erased = [(sha256,) for sha256 in erasure.files]
    connection.executemany("UPDATE blobs SET bytes = NULL WHERE sha256 = ?", erased)


def _store_details(connection: sqlite3.Connection, event_details: Details) -> str:
    # Without the salt, which is erased too, a short redacted note could be guessed from its hash. The salt also gives
    # every event its own row, so that redacting one does not redact another.
    text = serialize_json({**event_details.model_dump(exclude_defaults=True), "salt": secrets.token_hex(16)})
    sha256 = digest(text.encode())
    _insert(connection, "details", {"sha256": sha256, "json": text})
    return sha256


def _store_blob(connection: sqlite3.Connection, attachment: Attachment | Document) -> Document:
    if isinstance(attachment, Document):
        return attachment
    sha256 = digest(attachment.content)
    if connection.execute("SELECT 1 FROM blobs WHERE sha256 = ?", (sha256,)).fetchone() is None:
        _insert(connection, "blobs", {"sha256": sha256, "bytes": attachment.content})
    return Document(attachment.role, attachment.name, attachment.media_type, sha256)
