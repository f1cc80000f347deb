"""What the log holds, as records: events, their details, and the documents they were about."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from petitioner.mailing_log.events.kinds import Kind


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
class Kept:
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
