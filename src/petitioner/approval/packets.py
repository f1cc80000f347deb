"""Packets that wait for approval, packets that were approved, and whether the approval is still valid."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from pathlib import PurePosixPath

from petitioner.approval.content import Content, PacketSource, describe_content, diff_lines, read_content
from petitioner.log.context import LogContext
from petitioner.log.events import Attachment, Details, Document, Draft, Event, PacketKey
from petitioner.log.kinds import Kind
from petitioner.log.states.event_text import find_history
from petitioner.log.states.packets import effective_events
from petitioner.log.states.recipient_status import is_current, list_recipient_statuses
from petitioner.model.letter import Letter
from petitioner.model.recipient import Channel, Recipient
from petitioner.model.theme import Theme

CONTENT = "content"
"""The role in the log of the document that says what was approved; its SHA-256 is the digest of the approval."""
LETTER, ENCLOSURE, NOTE = "letter", "enclosure", "covering note"
"""The roles in the log of what is sent; a covering note is the words of an e-mail, as text and as HTML."""


class ApprovalState(StrEnum):
    """What became of an approval. It lapses with any change of content, and comes back with the old content."""

    APPROVED = "approved"
    LAPSED = "lapsed"
    NEVER = "not approved"


@dataclass(frozen=True, slots=True)
class Change:
    """One part of a packet that is no longer as it was approved: lines that went (``- …``) and that came (``+ …``)."""

    part: str
    lines: tuple[str, ...]


def list_approvals(events: Iterable[Event]) -> Mapping[PacketKey, Event]:
    """The approval that counts for each packet: the last one that nobody took back."""
    recorded = sorted(effective_events(events), key=lambda event: event.id)
    return {event.packet: event for event in recorded if event.kind is Kind.APPROVED}


def find_content(approval: Event) -> Document | None:
    """The document of an approval that says what was approved."""
    return next((document for document in approval.documents if document.role == CONTENT), None)


def check_approval(approval: Event | None, present: Content) -> ApprovalState:
    """Hold an approval, if there is one, against what would go out now."""
    if approval is None:
        return ApprovalState.NEVER
    approved = find_content(approval)
    return ApprovalState.APPROVED if approved and approved.sha256 == present.sha256 else ApprovalState.LAPSED


def list_changes(approved: bytes | None, present: Content) -> tuple[Change, ...]:
    """What changed since an approval; nothing when the log no longer has the words (they were redacted)."""
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
class ApprovedPacket:
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


def open_packet(approval: Event, content: bytes) -> ApprovedPacket:
    """The packet that an approval froze; ``content`` are the bytes of its document of that role.

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


def list_files(approval: Event) -> tuple[Document, ...]:
    """Return the files that an approval froze and that are sent."""
    return tuple(document for document in approval.documents if document.role != CONTENT)


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

    def group(self) -> Mapping[str, tuple[Letter, ...]]:
        """The letters of each recipient, in the order of the envelope."""
        groups: dict[str, tuple[Letter, ...]] = {}
        for letter in self.letters:
            groups[letter.recipient] = (*groups.get(letter.recipient, ()), letter)
        return groups

    def find_note(self, recipient: str, channel: str) -> Letter | None:
        """The covering note of a packet; only an e-mail has one."""
        own = (note for note in self.notes if note.recipient == recipient and channel == Channel.EMAIL)
        return next(own, None)

    def describe(self, recipient: Recipient, channel: str, letters: tuple[Letter, ...]) -> Content:
        """What one recipient gets by one channel."""
        note = self.find_note(recipient.id, channel)
        return describe_content(PacketSource(recipient, channel, letters, note, self.enclosures), self.theme)


@dataclass(frozen=True, slots=True)
class ApprovalRequest:
    """One packet that is still to go out: what is in it, and what its approval is worth, if there is one."""

    recipient: Recipient
    key: PacketKey
    letters: tuple[Letter, ...]
    note: Letter | None
    content: Content
    approval: Event | None
    verdict: ApprovalState

    @property
    def papers(self) -> tuple[Letter, ...]:
        """Everything in it that has words: the letters, and the covering note of an e-mail."""
        return (*self.letters, *([self.note] if self.note else []))

    @property
    def addresses(self) -> tuple[str, ...]:
        """To whom it goes by e-mail, as it is approved; nobody by other channels."""
        return self.recipient.email if self.key.channel == Channel.EMAIL else ()

    @property
    def name(self) -> str:
        """``jp-osaka (post)``."""
        return f"{self.recipient.id} ({self.key.channel})"


def list_requests(supply: PacketSources, context: LogContext, events: Iterable[Event]) -> tuple[ApprovalRequest, ...]:
    """Every packet that is still to go out and that there are letters for, approved or not."""
    everything = tuple(events)
    present = tuple(event for event in everything if is_current(event, context.campaign))
    approvals = list_approvals(present)
    letters = supply.group()

    def request(recipient: Recipient, way: str, attempt: int) -> ApprovalRequest:
        key = PacketKey(context.campaign.id, context.campaign.edition, recipient.id, way, attempt)
        own, approval = letters[recipient.id], approvals.get(key)
        content, note = supply.describe(recipient, way, own), supply.find_note(recipient.id, way)
        return ApprovalRequest(recipient, key, own, note, content, approval, check_approval(approval, content))

    return tuple(
        request(status.record, way, find_history(status.id, context, present).attempt(way))
        for status in list_recipient_statuses(context.recipients, context.campaign, everything)
        if status.record and status.id in letters
        for way in status.open_channels
    )


def draft_approval(
    request: ApprovalRequest,
    context: LogContext,
    files: Iterable[Attachment],
    flags: Mapping[str, str],
    events: Iterable[Event],
) -> Draft:
    """The entry that records an approval, with the files that it freezes and the words that it is of."""
    key = request.key
    history = find_history(key.recipient, context, events)
    serialized = Attachment(CONTENT, "content.json", "application/json", request.content.serialize())
    destination = history.destination(key.channel, context.campaign)
    draft = context.draft(key, history.name, destination, Kind.APPROVED, Details(flags=flags))
    return replace(draft, attachments=(*files, serialized))
