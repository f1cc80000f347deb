"""Which packets go out now, and why the others do not: everybody who is written to by a way is accounted for."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from petitioner.approval.packets import ApprovalRequest, ApprovalState, ApprovedPacket, find_content, open_packet
from petitioner.approval.review import hold_command
from petitioner.log.events import Event
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
"""Gives the bytes that the log keeps under a hash, or None when they are gone."""

_BY_HAND = "Send it from the mail program, then: petitioner inbox, or petitioner log settle {id}"
_HINTS = {
    State.IN_DOUBT: "Find out, then: petitioner log settle {id}",
    State.DRAFTED: _BY_HAND,
    State.EXPORTED: _BY_HAND,
    **dict.fromkeys(FAILED, 'Mend the cause, then: petitioner log reopen {id} --because "…"'),
}


@dataclass(frozen=True, slots=True)
class PlannedPacket:
    """A packet that goes out now. ``claim`` is the event that took it up before, of which nothing can have left."""

    packet: ApprovedPacket
    claim: Event | None = None


@dataclass(frozen=True, slots=True)
class SkippedPacket:
    """A packet that does not go out now, and why; ``is_done`` when it has gone out already, or is not to any more.

    ``is_taken`` says that the destination was written to under another id, or by another log.
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
    """Everybody who is written to by some ways, or was, in the order of recipients.yaml."""

    planned: tuple[PlannedPacket, ...]
    skipped: tuple[SkippedPacket, ...]


def plan_sending(
    requests: Iterable[ApprovalRequest],
    statuses: Iterable[RecipientStatus],
    events: Sequence[Event],
    read: ReadBlob,
    others: EarlierDeliveries,
    channels: tuple[str, ...] = (Channel.EMAIL,),
) -> Plan:
    """Plan what goes out now by some channels: approved and unchanged, not on hold, and certain not to have left.

    ``requests`` are the packets still to go out; ``events`` those of the campaign's present edition. ``others`` says
    whether a destination was written to already, under another id or by another log.
    """
    open_ones = {(request.recipient.id, request.key.channel): request for request in requests}
    meant = ((status, channel) for status in statuses for channel in channels if is_meant(status, channel))
    decided = [_decide(one, channel, open_ones.get((one.id, channel)), events, read, others) for one, channel in meant]
    decided = list(_complete_hints(_drop_same_destination(decided, others)))
    planned = tuple(one for one in decided if isinstance(one, PlannedPacket))
    return Plan(planned, tuple(one for one in decided if isinstance(one, SkippedPacket)))


def is_meant(status: RecipientStatus, channel: str = Channel.EMAIL) -> bool:
    """Whether somebody is to be written to by a way, or was."""
    record = status.record
    is_planned = record is not None and record.is_written_to and channel in record.channels
    return is_planned or any(stood.key.channel == channel for stood in status.packets)


def _decide(
    status: RecipientStatus,
    channel: str,
    request: ApprovalRequest | None,
    events: Sequence[Event],
    read: ReadBlob,
    others: EarlierDeliveries,
) -> PlannedPacket | SkippedPacket:
    taken = request and others.find(request.recipient, channel)
    if taken:
        return SkippedPacket(status.id, taken.words, taken.hint, channel=channel, is_taken=True)
    decided = _check_packet(status, channel, request, events, read)
    return replace(decided, channel=channel) if isinstance(decided, SkippedPacket) else decided


def _drop_same_destination(
    decided: Iterable[PlannedPacket | SkippedPacket], others: EarlierDeliveries
) -> Iterator[PlannedPacket | SkippedPacket]:
    """The same; of two packets to one destination that need not share it, only the first goes."""
    earlier: list[ApprovedPacket] = []
    for one in decided:
        if isinstance(one, PlannedPacket) and (
            twin := next((it for it in earlier if _clashes(it, one.packet, others)), None)
        ):
            id_, other = one.packet.key.recipient, twin.key.recipient
            hint = f"If both really have it, write 'shares_with: {other}' below {id_} in recipients.yaml."
            yield SkippedPacket(id_, f"it goes to the same address as {other}", hint, channel=one.packet.key.channel)
            continue
        if isinstance(one, PlannedPacket):
            earlier.append(one.packet)
        yield one


def _complete_hints(decided: Iterable[PlannedPacket | SkippedPacket]) -> Iterator[PlannedPacket | SkippedPacket]:
    """The same; what is to be done about packets that others took up is said in the same words of several."""
    everything = tuple(decided)
    taken = {one.id for one in everything if isinstance(one, SkippedPacket) and one.is_taken}
    for one in everything:
        if isinstance(one, SkippedPacket) and one.is_taken:
            yield replace(one, hint=one.hint.format(id=one.id if len(taken) == 1 else "ID"))
        else:
            yield one


def _clashes(one: ApprovedPacket, other: ApprovedPacket, others: EarlierDeliveries) -> bool:
    """Whether two packets go to one destination by the same channel, and were not said to share it."""
    if one.key.channel != other.key.channel:
        return False
    places, more = (set(normalize_destination(it.key.channel, it.destination)) for it in (one, other))
    return bool(places & more) and other.key.recipient not in others.shared.get(one.key.recipient, ())


def _check_packet(
    status: RecipientStatus, channel: str, request: ApprovalRequest | None, events: Sequence[Event], read: ReadBlob
) -> PlannedPacket | SkippedPacket:
    if request is None:
        return _explain_state(status, channel)
    if request.recipient.hold:
        hint = f"When that is settled: {hold_command(status.id)}"
        return SkippedPacket(status.id, f"on hold: {request.recipient.hold}", hint)
    if request.approval is None or request.verdict is not ApprovalState.APPROVED:
        return _explain_verdict(request)
    content = find_content(request.approval)
    serialized = read(content.sha256) if content else None
    if serialized is None:
        hint = (
            f'petitioner log withdraw {request.approval.id} --because "…", then: petitioner build, petitioner approve'
        )
        return SkippedPacket(status.id, "what was approved is no longer in the log", hint)
    if earlier := find_earlier(request.key, list_packets(events)):
        reason = f"attempt {earlier.key.attempt} is {earlier.state} after all (event {earlier.since.id})"
        hint = 'Withdraw the approval, then the reopening: petitioner log withdraw EVENT --because "…"'
        return SkippedPacket(status.id, reason, hint)
    return _check_claim(PlannedPacket(open_packet(request.approval, serialized), _find_claim(request, events)))


def _check_claim(planned: PlannedPacket) -> PlannedPacket | SkippedPacket:
    claim, approval = planned.claim, planned.packet.approval
    if claim is None or claim.id > approval.event:
        return planned
    # The claim fixed its message; the packet was approved anew since, and must not go out in its old words.
    reason = f"it was taken up in other words (event {claim.id}) before it was approved anew (event {approval.event})"
    id_ = planned.packet.key.recipient
    hint = f"petitioner log settle {id_}, then log reopen {id_}, then petitioner approve"
    return SkippedPacket(id_, reason, hint)


def _find_claim(request: ApprovalRequest, events: Sequence[Event]) -> Event | None:
    own = (
        event for event in effective_events(events) if event.packet == request.key and event.kind is Kind.HANDING_OVER
    )
    return next(own, None)


def _explain_verdict(request: ApprovalRequest) -> SkippedPacket:
    id_ = request.recipient.id
    if request.approval is None:
        return SkippedPacket(id_, "not approved", "Read and approve it: petitioner approve", needs_approval=True)
    since = f"approved on {request.approval.happened_on} (event {request.approval.id}), and changed since"
    return SkippedPacket(id_, since, "See what changed, and approve it again: petitioner approve", needs_approval=True)


def _explain_state(status: RecipientStatus, channel: str) -> SkippedPacket:
    stood = next((stood for stood in status.packets if stood.key.channel == channel), None)
    if stood is None:
        return SkippedPacket(status.id, status.hold_reason or _name_replacement(status, channel), is_done=True)
    if stood.state in FAILED and status.is_replaced(stood):
        rest = f"still to leave by {' and '.join(status.open_channels)}"
        now = rest if status.open_channels else f"{status.state} by another way"
        reason = f"{stood.state} on {stood.since.happened_on}, and {now}"
        return SkippedPacket(status.id, reason, is_done=True)
    return _explain_packet(status, stood)


def _explain_packet(status: RecipientStatus, stood: PacketStatus) -> SkippedPacket:
    if stood.state in UNSENT and stood.key.channel not in status.open_channels:
        return _explain_dropped(status, stood)
    is_done = stood.state in GOT_THROUGH
    reason = f"{stood.state} on {stood.since.happened_on}" + ("" if is_done else f" (event {stood.since.id})")
    hint = _HINTS.get(stood.state, "").format(id=status.format_id(stood))
    return SkippedPacket(status.id, reason, hint, is_done, stood.state is State.IN_DOUBT)


def _name_replacement(status: RecipientStatus, channel: str) -> str:
    """Why nothing is to leave any more by a way that recipients.yaml plans."""
    other = find_replacement(channel, status)
    return f"{other.state}, by another way" if other else "a later campaign has begun"


def _explain_dropped(status: RecipientStatus, stood: PacketStatus) -> SkippedPacket:
    """Why a packet that was made ready, and never left, is not to leave any more."""
    record, channel = status.record, stood.key.channel
    if record is None:
        why = "recipients.yaml has it no longer"
    elif not record.is_written_to:
        why = status.hold_reason
    elif channel not in record.channels:
        why = f"recipients.yaml no longer plans {channel}"
    else:
        why = _name_replacement(status, channel)
    was = f"it was {stood.state} on {stood.since.happened_on} (event {stood.since.id})"
    return SkippedPacket(status.id, f"{why}; {was}", is_done=True)
