"""Converts entries of the log to rows of its tables, and back."""

import secrets
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import asdict, fields
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from petitioner.files import digest
from petitioner.mailing_log.events.chain import GENESIS, hash_event, spell_json, spell_time
from petitioner.mailing_log.events.kinds import Kind
from petitioner.mailing_log.events.records import Attachment, Details, Document, Draft, Entry, Erasure, Event
from petitioner.mailing_log.storage.raw import Row, find_misfit
from petitioner.mailing_log.storage.schema import blobs, details, documents, events
from petitioner.mailing_log.storage.sqlite import VERIFY, DamagedError

_THERE = details.c.sha256.label("there")


def read_events(connection: Connection) -> tuple[Event, ...]:
    """All events, with details and documents, in the order of the chain. Raises ``DamagedError``."""
    attached = defaultdict(list)
    for document in connection.execute(select(documents).order_by(documents.c.event, documents.c.name)):
        row = document._asdict()
        _require_ours(row["event"], row)
        attached[row.pop("event")].append(Document(**row))
    # An event whose details were deleted must not vanish with them.
    found = connection.execute(select(events, details.c.json, _THERE).outerjoin(details).order_by(events.c.id))
    rows = (row._asdict() for row in found)
    return tuple(_read_event(row, tuple(attached[row["id"]])) for row in rows)


def append_draft(connection: Connection, draft: Draft) -> Event:
    """Add one entry at the end of the chain; the caller's transaction keeps all others out meanwhile."""
    last = connection.execute(select(events.c.id, events.c.hash).order_by(events.c.id.desc()).limit(1)).first()
    kept = tuple(_keep_blob(connection, attachment) for attachment in draft.attachments)
    row: dict[str, Any] = {
        "id": last.id + 1 if last else 1,
        **{field.name: _format_value(getattr(draft, field.name)) for field in fields(Entry) if field.name != "details"},
        "details_sha256": _keep_details(connection, draft.details),
        "previous_hash": last.hash if last else GENESIS,
    }
    row["hash"] = hash_event(row, kept)
    connection.execute(insert(events).values(row))
    for document in kept:
        connection.execute(insert(documents).values(event=row["id"], **asdict(document)))
    if draft.erasure:
        _erase(connection, draft.erasure)
    return _to_event(row, draft.details, kept)


def _format_value(value: object) -> str | int:
    match value:
        case datetime():  # before date, which it is too
            return spell_time(value)
        case date():
            return value.isoformat()
        case int():
            return value
        case _:
            return str(value)


def _read_event(row: dict[str, Any], attached: tuple[Document, ...]) -> Event:
    is_there, json = row.pop("there"), row.pop("json")
    _require_ours(row["id"], row)
    if is_there is None:
        raise _explain_event(row["id"], ": its details are gone")
    try:
        return _to_event(row, _read_details(json), attached)
    except ValueError:
        raise _explain_event(row["id"]) from None


def _require_ours(event: object, row: Row) -> None:
    if column := find_misfit(row):
        raise _explain_event(event, f": its column '{column}' holds what petitioner never writes")


def _explain_event(event: object, why: str = "") -> DamagedError:
    sentence = f"Event {event} of the mailing log is not as it was recorded and cannot be read{why}."
    return DamagedError(sentence, VERIFY)


def _to_event(row: Mapping[str, Any], told: Details, attached: tuple[Document, ...]) -> Event:
    as_written = {name: value for name, value in row.items() if name != "details_sha256"}
    as_meant = {
        "kind": Kind(row["kind"]),
        "happened_on": date.fromisoformat(row["happened_on"]),
        "recorded_at": datetime.fromisoformat(row["recorded_at"]),
    }
    return Event(**{**as_written, **as_meant}, details=told, documents=attached)


def _read_details(json: object) -> Details:
    match json:
        case None:
            return Details()  # redacted
        case str():
            return Details.model_validate_json(json)
        case _:
            raise ValueError("details are text")


def _erase(connection: Connection, erasure: Erasure) -> None:
    """Empty the details of an event and the bytes of files, in the transaction that is open.

    What was there is overwritten with zeros (https://www.sqlite.org/pragma.html#pragma_secure_delete): otherwise it
    would lie on in the file, in pages that nobody uses. Copies that were made earlier still hold it.
    """
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA secure_delete = ON")
    told = select(events.c.details_sha256).where(events.c.id == erasure.event).scalar_subquery()
    connection.execute(update(details).where(details.c.sha256 == told).values(json=None))
    connection.execute(update(blobs).where(blobs.c.sha256.in_(erasure.files)).values(bytes=None))


def _keep_details(connection: Connection, told: Details) -> str:
    # A short note could be guessed from its hash once it is redacted; the salt goes with it and leaves nothing to try.
    # It also gives every event a row of its own, so that redacting one takes no words from another.
    text = spell_json({**told.model_dump(exclude_defaults=True), "salt": secrets.token_hex(16)})
    sha256 = digest(text.encode())
    connection.execute(insert(details).values(sha256=sha256, json=text))
    return sha256


def _keep_blob(connection: Connection, attachment: Attachment | Document) -> Document:
    if isinstance(attachment, Document):
        return attachment
    sha256 = digest(attachment.content)
    if connection.scalar(select(blobs.c.sha256).where(blobs.c.sha256 == sha256)) is None:
        connection.execute(insert(blobs).values(sha256=sha256, bytes=attachment.content))
    return Document(attachment.role, attachment.name, attachment.media_type, sha256)
