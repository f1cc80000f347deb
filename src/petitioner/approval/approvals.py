"""The approvals of packets in the log, and the files that were approved."""

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from petitioner.log.context import LogContext
from petitioner.log.events import Document, Event, PacketKey
from petitioner.log.kinds import Kind
from petitioner.log.states.packets import effective_events
from petitioner.log.states.recipient_status import is_current, list_recipient_statuses
from petitioner.model.recipient import Recipient

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
class PacketApproval:
    """One packet that is still to go out; ``verdict`` says whether its approval, if it has one, is still valid."""

    recipient: Recipient
    key: PacketKey
    approval: Event | None
    verdict: ApprovalState


def list_approvals(events: Iterable[Event]) -> Mapping[PacketKey, Event]:
    """Return the approval of each packet: the last one that was not withdrawn."""
    recorded = sorted(effective_events(events), key=lambda event: event.id)
    return {event.packet: event for event in recorded if event.kind is Kind.APPROVED}


def find_content(approval: Event) -> Document | None:
    """Return the document of an approval that has the approved content, or None."""
    return next((document for document in approval.documents if document.role == CONTENT), None)


def list_files(approval: Event) -> tuple[Document, ...]:
    """Return the files of an approval that are sent."""
    return tuple(document for document in approval.documents if document.role != CONTENT)


def check_approval(approval: Event | None, present: str) -> ApprovalState:
    """Return whether a packet was never approved, is approved, or was changed since: ``present`` hashes its content."""
    if approval is None:
        return ApprovalState.NEVER
    approved = find_content(approval)
    return ApprovalState.APPROVED if approved and approved.sha256 == present else ApprovalState.LAPSED


def list_open_packets(
    context: LogContext, events: Iterable[Event], ids: Container[str]
) -> Iterator[tuple[Recipient, PacketKey, Event | None]]:
    """Yield every packet that is still to go out to the recipients with these ids, and its approval."""
    everything = tuple(events)
    present = tuple(event for event in everything if is_current(event, context.campaign))
    approvals, own_events = list_approvals(present), dict[str, list[Event]]()
    for event in present:
        own_events.setdefault(event.recipient, []).append(event)
    for status in list_recipient_statuses(context.recipients, context.campaign, everything):
        if status.record is None or status.id not in ids:
            continue
        effective = effective_events(own_events.get(status.id, ()))
        for channel in status.open_channels:
            attempt = max((event.attempt for event in effective if event.channel == channel), default=1)
            key = PacketKey(context.campaign.id, context.campaign.edition, status.id, channel, attempt)
            yield status.record, key, approvals.get(key)


def list_packet_approvals(
    context: LogContext, events: Iterable[Event], contents: Mapping[str, Mapping[str, str]]
) -> tuple[PacketApproval, ...]:
    """Return every packet that is still to go out; ``contents`` has the hashes of contents by recipient and channel."""
    return tuple(
        PacketApproval(recipient, key, approval, check_approval(approval, contents[recipient.id][key.channel]))
        for recipient, key, approval in list_open_packets(context, events, contents)
    )


def format_hold_command(*ids: str) -> str:
    """Format the command that asks whether the reason of each hold is gone, and then ends the hold."""
    return f"petitioner recipients verify {' '.join(ids)}"
