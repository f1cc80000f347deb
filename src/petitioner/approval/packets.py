"""Packets as they leave the house: frozen at approval, and never made again."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath

from petitioner.approval.content import read_content
from petitioner.approval.verdicts import CONTENT, find_content
from petitioner.mailing_log.events.records import Document, Event, PacketKey

LETTER, ENCLOSURE, NOTE = "letter", "enclosure", "covering note"
"""The roles in the log of what leaves the house; a covering note is the words of an e-mail, as text and as HTML."""


@dataclass(frozen=True, slots=True)
class FrozenFile:
    """A file whose bytes the log keeps under ``sha256``."""

    name: str
    media_type: str
    sha256: str


@dataclass(frozen=True, slots=True)
class FrozenLetter:
    """One letter in one language, in every format that it was made in."""

    stem: str
    language: str
    files: tuple[FrozenFile, ...]


@dataclass(frozen=True, slots=True)
class FrozenNote:
    """The covering note of an e-mail: its subject, and its words in two formats."""

    language: str
    subject: str
    text: FrozenFile
    html: FrozenFile


@dataclass(frozen=True, slots=True)
class Approval:
    """Who said yes to what: ``event`` is its number in the log, ``content`` the digest of what was approved."""

    event: int
    by: str
    at: datetime
    content: str


@dataclass(frozen=True, slots=True)
class Packet:
    """What one recipient gets by one channel: ``letters`` in the order of the envelope, as they were approved.

    Name and ``destination`` are those of the day of approval. ``subjects`` has one line a letter.
    """

    key: PacketKey
    name: str
    destination: str
    letters: tuple[FrozenLetter, ...]
    enclosures: tuple[FrozenFile, ...]
    note: FrozenNote | None
    reference: str
    subjects: tuple[str, ...]
    approval: Approval


def open_packet(approval: Event, content: bytes) -> Packet:
    """The packet that an approval froze; ``content`` are the bytes of its document of that role.

    Raises ValueError for an event that is no approval, or content that this program cannot read.
    """
    approved = find_content(approval)
    if approved is None:
        raise ValueError(f"event {approval.id} is no approval")
    parts = read_content(content).parts
    envelope = parts["envelope"]
    frozen = list_files(approval)
    return Packet(
        key=approval.packet,
        name=approval.recipient_name,
        destination=approval.destination,
        letters=tuple(_gather(name, frozen) for name in envelope),
        enclosures=tuple(_freeze(document) for document in frozen if document.role == ENCLOSURE),
        note=_find_note(parts, frozen),
        reference=" ".join(parts["reference"]),
        subjects=tuple(parts[f"{name}: subject"][0] for name in envelope),
        approval=Approval(approval.id, approval.by, approval.recorded_at, approved.sha256),
    )


def list_files(approval: Event) -> tuple[Document, ...]:
    """The files that an approval froze and that leave the house."""
    return tuple(document for document in approval.documents if document.role != CONTENT)


def _find_note(parts: Mapping[str, tuple[str, ...]], frozen: Iterable[Document]) -> FrozenNote | None:
    files = {document.media_type: document for document in frozen if document.role == NOTE}
    if not {"text/plain", "text/html"} <= files.keys():
        return None
    text, html = _freeze(files["text/plain"]), _freeze(files["text/html"])
    return FrozenNote(PurePosixPath(text.name).stem.split(".")[1], parts["covering note: subject"][0], text, html)


def _gather(name: str, frozen: tuple[Document, ...]) -> FrozenLetter:
    stem, language = name.split(".")
    own = (document for document in frozen if document.role == LETTER and PurePosixPath(document.name).stem == name)
    return FrozenLetter(stem, language, tuple(_freeze(document) for document in own))


def _freeze(document: Document) -> FrozenFile:
    return FrozenFile(document.name, document.media_type, document.sha256)
