"""Whether what was approved is still what would go out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from petitioner.approval.content import Content, read_content
from petitioner.approval.differences import tell_difference
from petitioner.mailing_log.events.kinds import Kind
from petitioner.mailing_log.events.records import Document, Event, PacketKey
from petitioner.mailing_log.states.packets import counted

CONTENT = "content"
"""The role in the log of the document that says what was approved; its SHA-256 is the digest of the approval."""


class Verdict(StrEnum):
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
    recorded = sorted(counted(events), key=lambda event: event.id)
    return {event.packet: event for event in recorded if event.kind is Kind.APPROVED}


def find_content(approval: Event) -> Document | None:
    """The document of an approval that says what was approved."""
    return next((document for document in approval.documents if document.role == CONTENT), None)


def judge(approval: Event | None, present: Content) -> Verdict:
    """Hold an approval, if there is one, against what would go out now."""
    if approval is None:
        return Verdict.NEVER
    approved = find_content(approval)
    return Verdict.APPROVED if approved and approved.sha256 == present.sha256 else Verdict.LAPSED


def tell_changes(approved: bytes | None, present: Content) -> tuple[Change, ...]:
    """What changed since an approval; nothing when the log no longer has the words (they were redacted)."""
    try:
        before = read_content(approved).parts if approved else None
    except (ValueError, KeyError, AttributeError):
        before = None
    if before is None:
        return ()
    names = dict.fromkeys((*present.parts, *before))
    changes = (Change(name, tell_difference(before.get(name, ()), present.parts.get(name, ()))) for name in names)
    return tuple(change for change in changes if change.lines)
