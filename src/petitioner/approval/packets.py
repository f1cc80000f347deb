"""Packets that wait for approval, packets that were approved, and whether the approval is still valid."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import PurePosixPath

from petitioner.approval.approvals import (
    CONTENT,
    ENCLOSURE,
    LETTER,
    NOTE,
    PacketApproval,
    check_approval,
    find_content,
    list_files,
    list_open_packets,
)
from petitioner.approval.content import Content, PacketSource, describe_content, diff_lines, read_content
from petitioner.log.context import LogContext
from petitioner.log.events import Attachment, Details, Document, Draft, Event, PacketKey
from petitioner.log.kinds import Kind
from petitioner.log.states.event_text import find_history
from petitioner.model.letter import Letter
from petitioner.model.recipient import Channel, Recipient
from petitioner.model.theme import Theme


@dataclass(frozen=True, slots=True)
class Change:
    """One part of a packet that changed since the approval: removed lines (``- …``) and added ones (``+ …``)."""

    part: str
    lines: tuple[str, ...]


def list_changes(approved: bytes | None, present: Content) -> tuple[Change, ...]:
    """List what changed since an approval; nothing if the approved content was redacted."""
    try:
        before = read_content(approved).parts if approved else None
    except (ValueError, KeyError, AttributeError):
        before = None
    if before is None:
        return ()
    names = dict.fromkeys((*present.parts, *before))
    changes = (Change(name, diff_lines(before.get(name, ()), present.parts.get(name, ()))) for name in names)
    return tuple(change for change in changes if change.lines)


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
    """The covering note of an e-mail: its subject, and its text in two formats."""

    language: str
    subject: str
    text: FrozenFile
    html: FrozenFile


@dataclass(frozen=True, slots=True)
class Approval:
    """An approval: ``event`` is its number in the log, ``content`` the SHA-256 of the approved content."""

    event: int
    by: str
    at: datetime
    content: str


@dataclass(frozen=True, slots=True)
class ApprovedPacket:
    """What one recipient gets by one channel, as it was approved: ``letters`` are in the order of the envelope.

    Name and ``destination`` are those of the day of approval. ``subjects`` has one line for each letter.
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


def open_packet(approval: Event, content: bytes) -> ApprovedPacket:
    """Return the approved packet; ``content`` are the bytes of the document that ``find_content`` returns.

    Raises ValueError for an event that is no approval, or content that this program cannot read.
    """
    approved = find_content(approval)
    if approved is None:
        raise ValueError(f"event {approval.id} is no approval")
    parts = read_content(content).parts
    envelope = parts["envelope"]
    frozen = list_files(approval)
    return ApprovedPacket(
        key=approval.packet,
        name=approval.recipient_name,
        destination=approval.destination,
        letters=tuple(_read_letter(name, frozen) for name in envelope),
        enclosures=tuple(_make_frozen_file(document) for document in frozen if document.role == ENCLOSURE),
        note=_find_note(parts, frozen),
        reference=" ".join(parts["reference"]),
        subjects=tuple(parts[f"{name}: subject"][0] for name in envelope),
        approval=Approval(approval.id, approval.by, approval.recorded_at, approved.sha256),
    )


def _find_note(parts: Mapping[str, tuple[str, ...]], frozen: Iterable[Document]) -> FrozenNote | None:
    files = {document.media_type: document for document in frozen if document.role == NOTE}
    if not {"text/plain", "text/html"} <= files.keys():
        return None
    text, html = _make_frozen_file(files["text/plain"]), _make_frozen_file(files["text/html"])
    return FrozenNote(PurePosixPath(text.name).stem.split(".")[1], parts["covering note: subject"][0], text, html)


def _read_letter(name: str, frozen: tuple[Document, ...]) -> FrozenLetter:
    stem, language = name.split(".")
    own = (document for document in frozen if document.role == LETTER and PurePosixPath(document.name).stem == name)
    return FrozenLetter(stem, language, tuple(_make_frozen_file(document) for document in own))


def _make_frozen_file(document: Document) -> FrozenFile:
    return FrozenFile(document.name, document.media_type, document.sha256)


@dataclass(frozen=True, slots=True)
class PacketSources:
    """What packets are made from: merged letters, covering notes, enclosures by their path, and the theme."""

    letters: tuple[Letter, ...]
    notes: tuple[Letter, ...]
    enclosures: Mapping[str, bytes]
    theme: Theme

    def group_letters(self) -> Mapping[str, tuple[Letter, ...]]:
        """Return the letters of each recipient, in the order of the envelope."""
        groups: dict[str, tuple[Letter, ...]] = {}
        for letter in self.letters:
            groups[letter.recipient] = (*groups.get(letter.recipient, ()), letter)
        return groups

    def find_note(self, recipient: str, channel: str) -> Letter | None:
        """Return the covering note of a packet; None for other channels than e-mail."""
        own = (note for note in self.notes if note.recipient == recipient and channel == Channel.EMAIL)
        return next(own, None)

    def make_content(self, recipient: Recipient, channel: str, letters: tuple[Letter, ...]) -> Content:
        """Return the content of the packet that one recipient gets by one channel."""
        note = self.find_note(recipient.id, channel)
        return describe_content(PacketSource(recipient, channel, letters, note, self.enclosures), self.theme)


@dataclass(frozen=True, slots=True)
class ApprovalRequest(PacketApproval):
    """A packet that is still to go out, with its letters and its content."""

    letters: tuple[Letter, ...]
    note: Letter | None
    content: Content

    @property
    def papers(self) -> tuple[Letter, ...]:
        """The letters, and the covering note of an e-mail."""
        return (*self.letters, *([self.note] if self.note else []))

    @property
    def addresses(self) -> tuple[str, ...]:
        """The addresses that it goes to by e-mail; none for other channels."""
        return self.recipient.email if self.key.channel == Channel.EMAIL else ()

    @property
    def name(self) -> str:
        """``jp-osaka (post)``."""
        return f"{self.recipient.id} ({self.key.channel})"


def list_requests(sources: PacketSources, context: LogContext, events: Iterable[Event]) -> tuple[ApprovalRequest, ...]:
    """Return every packet that is still to go out and has letters, approved or not."""
    letters = sources.group_letters()

    def request(recipient: Recipient, key: PacketKey, approval: Event | None) -> ApprovalRequest:
        own, note = letters[recipient.id], sources.find_note(recipient.id, key.channel)
        content = sources.make_content(recipient, key.channel, own)
        verdict = check_approval(approval, content.sha256)
        return ApprovalRequest(recipient, key, approval, verdict, own, note, content)

    return tuple(request(*packet) for packet in list_open_packets(context, events, letters))


def draft_approval(
    request: ApprovalRequest,
    context: LogContext,
    files: Iterable[Attachment],
    flags: Mapping[str, str],
    events: Iterable[Event],
) -> Draft:
    """Draft the log entry of an approval, with the files to be sent and the approved content."""
    key = request.key
    history = find_history(key.recipient, context, events)
    serialized = Attachment(CONTENT, "content.json", "application/json", request.content.serialize())
    destination = history.find_destination(key.channel, context.campaign)
    draft = context.draft(key, history.name, destination, Kind.APPROVED, Details(flags=flags))
    return replace(draft, attachments=(*files, serialized))
