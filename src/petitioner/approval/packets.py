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
"""The role in the log of the document with the approved content; the approval is valid for its SHA-256."""
LETTER, ENCLOSURE, NOTE = "letter", "enclosure", "covering note"
"""The roles in the log of the files that are sent; a covering note is the text of an e-mail, plain and as HTML."""


class ApprovalState(StrEnum):
    """Whether a packet is approved. An approval lapses with any change of content, and counts again if it is undone."""

    APPROVED = "approved"
    LAPSED = "lapsed"
    NEVER = "not approved"


@dataclass(frozen=True, slots=True)
class Change:
    """One part of a packet that changed since the approval: removed lines (``- …``) and added ones (``+ …``)."""

    part: str
    lines: tuple[str, ...]


def list_approvals(events: Iterable[Event]) -> Mapping[PacketKey, Event]:
    """Return the approval of each packet: the last one that was not withdrawn."""
    recorded = sorted(effective_events(events), key=lambda event: event.id)
    return {event.packet: event for event in recorded if event.kind is Kind.APPROVED}


def find_content(approval: Event) -> Document | None:
    """Return the document of an approval that has the approved content, or None."""
    return next((document for document in approval.documents if document.role == CONTENT), None)


def check_approval(approval: Event | None, present: Content) -> ApprovalState:
    """Return whether the present content of a packet was never approved, is approved, or was changed since."""
    if approval is None:
        return ApprovalState.NEVER
    approved = find_content(approval)
    return ApprovalState.APPROVED if approved and approved.sha256 == present.sha256 else ApprovalState.LAPSED


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


def list_files(approval: Event) -> tuple[Document, ...]:
    """Return the files of an approval that are sent."""
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
class ApprovalRequest:
    """One packet that is still to go out; ``verdict`` says whether its approval, if it has one, is still valid."""

    recipient: Recipient
    key: PacketKey
    letters: tuple[Letter, ...]
    note: Letter | None
    content: Content
    approval: Event | None
    verdict: ApprovalState

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
    everything = tuple(events)
    present = tuple(event for event in everything if is_current(event, context.campaign))
    approvals = list_approvals(present)
    letters = sources.group_letters()

    def request(recipient: Recipient, channel: str, attempt: int) -> ApprovalRequest:
        key = PacketKey(context.campaign.id, context.campaign.edition, recipient.id, channel, attempt)
        own, approval = letters[recipient.id], approvals.get(key)
        content, note = sources.make_content(recipient, channel, own), sources.find_note(recipient.id, channel)
        return ApprovalRequest(recipient, key, own, note, content, approval, check_approval(approval, content))

    return tuple(
        request(status.record, channel, find_history(status.id, context, present).find_attempt(channel))
        for status in list_recipient_statuses(context.recipients, context.campaign, everything)
        if status.record and status.id in letters
        for channel in status.open_channels
    )


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
