"""Events of the log as records, and the chain of their hashes."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from petitioner.files import digest
from petitioner.log.kinds import Kind

GENESIS = "0" * 64
"""The ``previous_hash`` of the first event."""

# Columns that 0001 did not have are hashed only if they are not empty, so that older events keep their hashes.
_ADDED_LATER = {"home"}


class Details(BaseModel):
    """The details of an event beyond its columns; the chain holds only its hash, so that it can be redacted.

    ``account`` is the mail account or print queue, ``said`` the last answer of the server or queue, ``refused`` the
    answers for refused addresses. ``job`` and ``title`` are the number and title of a print job.
    ``mail_class`` and ``postage`` (with currency) say how it was posted; ``met`` is who took or refused a letter.
    ``mail`` is the Message-ID of the e-mail that reported the event, so that it is recorded once.
    ``settles`` are the hashes of entries of other logs that claimed the packet, and that this entry settles.
    ``public`` allows its photographs in a public report.
    ``flags`` maps stable codes to sentences about something unusual. ``withdraws``, ``confirms`` and ``redacts`` are
    ids of other events. A redaction copies the first two from the event that it redacts, so that they stay in force;
    ``erased`` are the hashes of the files that were erased with it.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")  # a later version may add keys

    tracking: str | None = None
    mail_class: str | None = None
    postage: str | None = None
    met: str | None = None
    note: str | None = None
    account: str | None = None
    said: str | None = None
    job: int | None = None
    title: str | None = None
    refused: Mapping[str, str] = {}
    mail: str | None = None
    withdraws: int | None = None
    confirms: int | None = None
    redacts: int | None = None
    erased: tuple[str, ...] = ()
    settles: tuple[str, ...] = ()
    public: bool = False
    flags: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class Document:
    """A file of an event; its bytes are kept under ``sha256``. ``role`` is its purpose, such as ``letter``."""

    role: str
    name: str
    media_type: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file to be kept in the log with an event."""

    role: str
    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Erasure:
    """What a redaction erases: the details of an event, and the bytes of ``files``, given by their SHA-256."""

    event: int
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BuiltFile:
    """A file of the last build, and the hash that it had then. ``fault`` is why it must not be kept, or empty."""

    path: Path
    sha256: str
    media_type: str
    fault: str = ""


@dataclass(frozen=True, slots=True)
class KeptFiles:
    """The files of a packet that are kept in the log; ``left_out`` maps the names of other files to the reason.

    ``unapproved`` is why the kept ones are not approved, or empty. ``outdated`` names input files that were changed
    after the approval.
    """

    attachments: tuple[Attachment | Document, ...] = ()
    left_out: Mapping[str, str] = field(default_factory=dict)
    unapproved: str = "nothing was approved"
    outdated: str = ""


@dataclass(frozen=True, slots=True)
class PacketKey:
    """The key of a packet: one mailing, one recipient, one channel, one attempt."""

    campaign: str
    edition: int
    recipient: str
    channel: str
    attempt: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """The fields of every entry. ``recipient_name`` and ``destination`` are as they were on the packet that day.

    ``happened_on`` is a day in the campaign's time zone; ``recorded_at`` an aware time, kept in UTC to the second.
    ``home`` is the log's machine and folder from this entry on, or empty if they do not change.
    """

    campaign: str
    edition: int
    recipient: str
    recipient_name: str
    destination: str
    channel: str
    attempt: int
    kind: Kind
    happened_on: date
    recorded_at: datetime
    by: str
    home: str = ""
    details: Details = field(default_factory=Details)

    @property
    def packet(self) -> PacketKey:
        """The packet that the entry is about."""
        return PacketKey(self.campaign, self.edition, self.recipient, self.channel, self.attempt)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft(Entry):
    """An entry to be appended, with its files; a ``Document`` is a file that the log has already."""

    attachments: tuple[Attachment | Document, ...] = ()
    erasure: Erasure | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Event(Entry):
    """An entry in the log; ``id`` counts from 1, ``hash`` covers the entry and through ``previous_hash`` all before."""

    id: int
    documents: Sequence[Document]
    previous_hash: str
    hash: str


def serialize_json(value: object) -> str:
    """Serialize a value as canonical JSON: keys sorted, no spaces, no escaped characters."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def format_time(moment: datetime) -> str:
    """Format a time as UTC to the second, ``2027-09-10T03:04:05Z``. Raises ValueError for a naive one."""
    if moment.tzinfo is None:
        raise ValueError("a time in the log needs its time zone")
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def hash_event(columns: Mapping[str, object], documents: Iterable[Document]) -> str:
    """Compute the hash of an event over its columns without ``hash``, and its documents.

    Raises TypeError or ValueError for values that this program does not write, such as bytes or half a character.
    """
    present = {name: value for name, value in columns.items() if value or name not in _ADDED_LATER}
    hashed = {**present, "documents": sorted(list(astuple(document)) for document in documents)}
    return digest(serialize_json(hashed).encode())


def find_tip(events: Sequence[Event]) -> str | None:
    """Return the hash of the last event, which covers all; reports name it, so that a missing end is noticed later."""
    return events[-1].hash if events else None
