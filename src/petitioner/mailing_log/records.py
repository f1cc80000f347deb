"""What the log holds, as records: events, their details, and the documents they were about."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from petitioner.mailing_log.kinds import Kind


class Details(BaseModel):
    """What an event has to tell beyond its columns; the chain holds only its hash, so that it can be redacted.

    ``flags`` maps a stable code to the words in which something unusual was told. ``withdraws`` is the id of the event
    that is taken back; a redaction has to carry it over.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")  # a later version may tell more

    tracking: str | None = None
    note: str | None = None
    withdraws: int | None = None
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
class BuiltFile:
    """A file that the last build made, and the hash of the bytes that it made. Names are unique per recipient."""

    path: Path
    sha256: str
    media_type: str


@dataclass(frozen=True, slots=True)
class Kept:
    """The files of a packet's last build that can be kept, and why others cannot, by name."""

    attachments: tuple[Attachment, ...] = ()
    left_out: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PacketKey:
    """What tells one packet from another: one mailing, one recipient, one way, one attempt."""

    campaign: str
    edition: int
    recipient: str
    channel: str
    attempt: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What every line of the log says. Name and ``destination`` are as they stood on the packet that day.

    ``happened_on`` is a day where the coordinator is; ``recorded_at`` an aware time, kept in UTC to the second.
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
    details: Details = field(default_factory=Details)

    @property
    def packet(self) -> PacketKey:
        """The packet that the entry is about."""
        return PacketKey(self.campaign, self.edition, self.recipient, self.channel, self.attempt)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft(Entry):
    """An entry about to be appended, with the files that it was about."""

    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Event(Entry):
    """An entry in the log; ``id`` counts from 1, ``hash`` covers the entry and through ``previous_hash`` all before."""

    id: int
    documents: tuple[Document, ...]
    previous_hash: str
    hash: str
