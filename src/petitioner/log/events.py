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
"""What the first event has before it."""

# Columns that 0001 did not have are hashed only where they say something, so that older events keep their hashes.
_ADDED_LATER = {"home"}


class Details(BaseModel):
    """The details of an event beyond its columns; the chain holds only its hash, so that it can be redacted.

    ``account`` is the name of the sender's account, ``said`` the last words of the other side, ``refused`` its answers
    to the addresses that it did not take: the program saw them all. For a printer, ``account`` is the name of its queue
    ``job`` the number of the job in it, and ``title`` what the job is called there.
    ``mail_class`` and ``postage`` say how it was posted, and what that cost, with the currency. ``met`` is who took
    what was handed over, or refused it, in the words of the person who reports it.
    ``mail`` is the Message-ID of the e-mail that reported it, so that it is recorded once.
    ``settles`` are the hashes of entries of other logs, or of this one before an older copy was restored, that claimed
    the packet, and of which a person says how it ended.
    ``flags`` maps a stable code to the words in which something unusual was reported. ``withdraws``, ``confirms`` and
    ``redacts`` are ids of other events. A redaction carries over the first two of the event whose details it erases,
    so that what was taken back stays taken back; ``erased`` are the hashes of the files whose bytes went with it.
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
    flags: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class Document:
    """A file that an event was about; its bytes are kept under ``sha256``. ``role`` says what it was: ``letter``."""

    role: str
    name: str
    media_type: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes into the log along with an event."""

    role: str
    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Erasure:
    """What goes for good: the details of an event, and the bytes kept under some hashes. The chain stays provable."""

    event: int
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BuiltFile:
    """A file that the last build made, and the hash of the bytes that it made. Names are unique per recipient.

    ``fault`` says why it must not be kept as such; empty when it may be kept.
    """

    path: Path
    sha256: str
    media_type: str
    fault: str = ""


@dataclass(frozen=True, slots=True)
class KeptFiles:
    """The files of a packet that can be kept, approved ones or else the last build's, and why others cannot, by name.

    ``unapproved`` says why they are not approved; it is empty when they are. ``outdated`` says which input files were
    changed after the approval.
    """

    attachments: tuple[Attachment | Document, ...] = ()
    left_out: Mapping[str, str] = field(default_factory=dict)
    unapproved: str = "nothing was approved"
    outdated: str = ""


@dataclass(frozen=True, slots=True)
class PacketKey:
    """The key of a packet: one mailing, one recipient, one way, one attempt."""

    campaign: str
    edition: int
    recipient: str
    channel: str
    attempt: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What every line of the log says. Name and ``destination`` are as they stood on the packet that day.

    ``happened_on`` is a day where the coordinator is; ``recorded_at`` an aware time, kept in UTC to the second.
    ``home`` is where the log lives from this entry on, and empty where it stays.
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
    """An entry about to be appended, with its files; a ``Document`` is one that the log has already."""

    attachments: tuple[Attachment | Document, ...] = ()
    erasure: Erasure | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Event(Entry):
    """An entry in the log; ``id`` counts from 1, ``hash`` covers the entry and through ``previous_hash`` all before."""

    id: int
    documents: tuple[Document, ...]
    previous_hash: str
    hash: str


def serialize_json(value: object) -> str:
    """Serialize a value as canonical JSON: keys sorted, no blanks, characters as they are."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def format_time(moment: datetime) -> str:
    """Format a time as UTC to the second, ``2027-09-10T03:04:05Z``. Raises ValueError for a naive one."""
    if moment.tzinfo is None:
        raise ValueError("a time in the log needs its time zone")
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def hash_event(columns: Mapping[str, object], documents: Iterable[Document]) -> str:
    """The hash of an event: over all its columns but ``hash`` itself, ``previous_hash`` included, and its documents.

    Raises TypeError or ValueError for values that this program does not write, such as bytes or half a character.
    """
    said = {name: value for name, value in columns.items() if value or name not in _ADDED_LATER}
    hashed = {**said, "documents": sorted(list(astuple(document)) for document in documents)}
    return digest(serialize_json(hashed).encode())


def find_tip(events: Sequence[Event]) -> str | None:
    """Return the hash of the last event, which covers all; reports name it, so that a missing end is noticed later."""
    return events[-1].hash if events else None
