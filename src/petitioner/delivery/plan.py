"""Which packets go out now, and why the others do not."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from petitioner.approval.approvals import ApprovalState, find_content, format_hold_command
from petitioner.approval.packets import ApprovalRequest, ApprovedPacket, open_packet
from petitioner.log.events import Event, PacketKey
from petitioner.log.kinds import Kind
from petitioner.log.states.earlier_deliveries import EarlierDeliveries
from petitioner.log.states.packets import (
    FAILED,
    GOT_THROUGH,
    UNSENT,
    PacketStatus,
    State,
    effective_events,
    find_earlier,
    list_packets,
)
from petitioner.log.states.recipient_status import RecipientStatus, find_replacement
from petitioner.model.recipient import Channel
from petitioner.user_data.claims import normalize_destination

ReadBlob = Callable[[str], bytes | None]
"""Returns the bytes that the log keeps under a hash, or None if they were redacted."""

_BY_HAND = "Send it from your mail program, then: petitioner inbox"
_HINTS = {
    State.IN_DOUBT: "Find out, then: petitioner log settle {id}",
    State.DRAFTED: _BY_HAND,
    State.EXPORTED: _BY_HAND,
    **dict.fromkeys(FAILED, 'Correct the cause, then: petitioner log reopen {id} --because "…"'),
}


@dataclass(frozen=True, slots=True)
class PlannedPacket:
    """A packet that goes out now. ``claim`` is the event of an earlier run that began with it and sent nothing."""

    packet: ApprovedPacket
    claim: Event | None = None


@dataclass(frozen=True, slots=True)
class SkippedPacket:
    """A packet that does not go out now, and why; ``is_done`` if it need not go out any more.

    ``is_taken`` means that its destination was written to under another id or by another log.
    """

    id: str
    reason: str
    hint: str = ""
    is_done: bool = False
    in_doubt: bool = False
    needs_approval: bool = False
    channel: str = Channel.EMAIL
    is_taken: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """The packets of some channels that go out now and those that do not, in the order of recipients.yaml."""

    planned: tuple[PlannedPacket, ...]
    skipped: tuple[SkippedPacket, ...]


def plan_sending(
    requests: Iterable[ApprovalRequest],
    statuses: Iterable[RecipientStatus],
    events: Sequence[Event],
    read: ReadBlob,
    deliveries: EarlierDeliveries,
    channels: tuple[str, ...] = (Channel.EMAIL,),
) -> Plan:
    """Plan what goes out now by some channels: approved and unchanged, not on hold, and certainly not sent before.

    ``requests`` are the packets still to go out; ``events`` those of the campaign's present edition. ``deliveries``
    finds what was sent to the same destination under another id or by another log.
    """
    requests_by_key = {(request.recipient.id, request.key.channel): request for request in requests}
    meant = ((status, channel) for status in statuses for channel in channels if is_meant(status, channel))
    decided = [
        _plan_packet(one, channel, requests_by_key.get((one.id, channel)), events, read, deliveries)
        for one, channel in meant
    ]
    decided = list(_complete_hints(_skip_same_destination(decided, deliveries)))
    planned = tuple(one for one in decided if isinstance(one, PlannedPacket))
    return Plan(planned, tuple(one for one in decided if isinstance(one, SkippedPacket)))


def is_meant(status: RecipientStatus, channel: str = Channel.EMAIL) -> bool:
    """Whether a recipient is to get a packet by a channel, or got one."""
    record = status.record
    is_planned = record is not None and record.is_written_to and channel in record.channels
    return is_planned or any(packet.key.channel == channel for packet in status.packets)


def _plan_packet(
    status: RecipientStatus,
    channel: str,
    request: ApprovalRequest | None,
    events: Sequence[Event],
    read: ReadBlob,
    deliveries: EarlierDeliveries,
) -> PlannedPacket | SkippedPacket:
    taken = request and deliveries.find(request.recipient, channel)
    if taken:
        return SkippedPacket(status.id, taken.words, taken.hint, channel=channel, is_taken=True)
    decided = _check_packet(status, channel, request, events, read)
    return replace(decided, channel=channel) if isinstance(decided, SkippedPacket) else decided


def _skip_same_destination(
    decided: Iterable[PlannedPacket | SkippedPacket], deliveries: EarlierDeliveries
) -> Iterator[PlannedPacket | SkippedPacket]:
    """Skip each packet that goes to the same destination as an earlier one, unless the two share it."""
    earlier: list[ApprovedPacket] = []
    for one in decided:
        if isinstance(one, PlannedPacket) and (
            same := next((packet for packet in earlier if _have_same_destination(packet, one.packet, deliveries)), None)
        ):
            id_, other = one.packet.key.recipient, same.key.recipient
            hint = f"If both really have it, write 'shares_with: {other}' below {id_} in recipients.yaml."
            yield SkippedPacket(id_, f"it goes to the same address as {other}", hint, channel=one.packet.key.channel)
            continue
        if isinstance(one, PlannedPacket):
            earlier.append(one.packet)
        yield one


def _complete_hints(decided: Iterable[PlannedPacket | SkippedPacket]) -> Iterator[PlannedPacket | SkippedPacket]:
    """Fill the id into the hints of packets that were delivered elsewhere; ``ID`` if there are several."""
    everything = tuple(decided)
    taken = {one.id for one in everything if isinstance(one, SkippedPacket) and one.is_taken}
    for one in everything:
        if isinstance(one, SkippedPacket) and one.is_taken:
            yield replace(one, hint=one.hint.format(id=one.id if len(taken) == 1 else "ID"))
        else:
            yield one


def _have_same_destination(one: ApprovedPacket, other: ApprovedPacket, deliveries: EarlierDeliveries) -> bool:
    """Whether two packets go to one destination by the same channel without ``shares_with:``."""
    if one.key.channel != other.key.channel:
        return False
    places, more = (set(normalize_destination(it.key.channel, it.destination)) for it in (one, other))
    return bool(places & more) and other.key.recipient not in deliveries.shared.get(one.key.recipient, ())


def _check_packet(
    status: RecipientStatus, channel: str, request: ApprovalRequest | None, events: Sequence[Event], read: ReadBlob
) -> PlannedPacket | SkippedPacket:
    if request is None:
        return _skip_by_state(status, channel)
    if request.recipient.hold:
        hint = f"To solve this: {format_hold_command(status.id)}"
        return SkippedPacket(status.id, f"on hold: {request.recipient.hold}", hint)
    if request.approval is None or request.verdict is not ApprovalState.APPROVED:
        return _skip_unapproved(request)
    content = find_content(request.approval)
    serialized = read(content.sha256) if content else None
    if serialized is None:
        hint = (
            f'petitioner log withdraw {request.approval.id} --because "…", then: petitioner build, petitioner approve'
        )
        return SkippedPacket(status.id, "what was approved is no longer in the log", hint)
    if earlier := find_earlier(request.key, list_packets(events)):
        reason = f"attempt {earlier.key.attempt} is {earlier.state} after all (event {earlier.since.id})"
        numbers = [request.approval.id, *(event.id for event in _list_reopenings(request.key, events))]
        hint = "; ".join(f'petitioner log withdraw {number} --because "…"' for number in numbers)
        hint = f"Withdraw the approval, then the reopening: {hint}"
        return SkippedPacket(status.id, reason, hint)
    return _check_claim(PlannedPacket(open_packet(request.approval, serialized), _find_claim(request, events)))


def _list_reopenings(key: PacketKey, events: Iterable[Event]) -> list[Event]:
    """List the entry that began this attempt, if it still counts."""
    present = effective_events(events)
    return [event for event in present if event.kind is Kind.REOPENED and event.packet == key]


def _check_claim(planned: PlannedPacket) -> PlannedPacket | SkippedPacket:
    claim, approval = planned.claim, planned.packet.approval
    if claim is None or claim.id > approval.event:
        return planned
    # The claim belongs to the message of an earlier approval, which must not go out any more.
    reason = f"a run began to send it (event {claim.id}) before it was changed and approved (event {approval.event})"
    id_ = planned.packet.key.recipient
    hint = f"petitioner log settle {id_}, then petitioner log reopen {id_}, then petitioner approve"
    return SkippedPacket(id_, reason, hint)


def _find_claim(request: ApprovalRequest, events: Sequence[Event]) -> Event | None:
    own = (
        event for event in effective_events(events) if event.packet == request.key and event.kind is Kind.HANDING_OVER
    )
    return next(own, None)


def _skip_unapproved(request: ApprovalRequest) -> SkippedPacket:
    id_ = request.recipient.id
    if request.approval is None:
        return SkippedPacket(id_, "not approved", "Read and approve it: petitioner approve", needs_approval=True)
    since = f"approved on {request.approval.happened_on} (event {request.approval.id}), and changed since"
    return SkippedPacket(id_, since, "See what changed, and approve it again: petitioner approve", needs_approval=True)


def _skip_by_state(status: RecipientStatus, channel: str) -> SkippedPacket:
    packet = next((packet for packet in status.packets if packet.key.channel == channel), None)
    if packet is None:
        return SkippedPacket(status.id, status.hold_reason or _explain_replacement(status, channel), is_done=True)
    if packet.state in FAILED and status.is_replaced(packet):
        rest = f"still to leave by {' and '.join(status.open_channels)}"
        now = rest if status.open_channels else f"{status.state} by another channel"
        reason = f"{packet.state} on {packet.since.happened_on}, and {now}"
        return SkippedPacket(status.id, reason, is_done=True)
    return _skip_handled(status, packet)


def _skip_handled(status: RecipientStatus, packet: PacketStatus) -> SkippedPacket:
    if packet.state in UNSENT and packet.key.channel not in status.open_channels:
        return _skip_dropped(status, packet)
    is_done = packet.state in GOT_THROUGH
    reason = f"{packet.state} on {packet.since.happened_on}" + ("" if is_done else f" (event {packet.since.id})")
    hint = _HINTS.get(packet.state, "").format(id=status.format_id(packet))
    return SkippedPacket(status.id, reason, hint, is_done, packet.state is State.IN_DOUBT)


def _explain_replacement(status: RecipientStatus, channel: str) -> str:
    """Return why nothing is to be sent any more by a planned channel."""
    other = find_replacement(channel, status)
    return f"{other.state}, by another channel" if other else "a later campaign has begun"


def _skip_dropped(status: RecipientStatus, packet: PacketStatus) -> SkippedPacket:
    """Skip a packet that was prepared, never sent, and is not to be sent any more."""
    record, channel = status.record, packet.key.channel
    if record is None:
        why = "it is no longer in recipients.yaml"
    elif not record.is_written_to:
        why = status.hold_reason
    elif channel not in record.channels:
        why = f"{channel} is no longer among its channels in recipients.yaml"
    else:
        why = _explain_replacement(status, channel)
    was = f"it was {packet.state} on {packet.since.happened_on} (event {packet.since.id})"
    return SkippedPacket(status.id, f"{why}; {was}", is_done=True)
