"""Find what needs a person's attention in a campaign's log."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from petitioner.log.context import LogContext
from petitioner.log.events import Event
from petitioner.log.kinds import CHANNEL_OF, Kind
from petitioner.log.states.earlier_deliveries import EarlierDeliveries
from petitioner.log.states.packets import (
    FAILED,
    GOT_THROUGH,
    UNDECIDED,
    PacketStatus,
    State,
    describe_repetition,
    effective_events,
    list_packets,
    map_confirmations,
    map_withdrawals,
)
from petitioner.log.states.recipient_status import RecipientStatus

SUSPICIOUS = frozenset(
    {"future", "early", "again", "unsent", "closed", "skipped", "tracking-digit", "tracking-shared", "taken"}
)
"""The flags that may be a mistake. The others say how well an event is documented, which nobody can change later."""

_WRITE_AGAIN = (
    'To write once more: petitioner log reopen {id} --because "…"; '
    'if nothing is left to do: petitioner log confirm {event} --because "…"'
)
_UNAPPROVED = (
    "{kind}, and nobody approved its letter. If the id was mistyped: "
    'petitioner log withdraw {event} --because "wrong id"; '
    'if it was sent: petitioner log confirm {event} --because "it was sent"'
)
_SENT_BY_HAND = "send it, then: petitioner inbox"

# What a person should do about a packet in this state.
_TODO: Mapping[State, str] = {
    State.IN_DOUBT: "nobody knows whether it was sent; find out, then: petitioner log settle {id}",
    State.DRAFTED: _SENT_BY_HAND,
    State.EXPORTED: _SENT_BY_HAND,
    State.PRINT_IN_DOUBT: "nobody knows whether it was printed; look at the printer, then: "
    "petitioner log add printed {id}, or petitioner print --again {id}",
    State.NOT_PRINTED: "it can be printed again: petitioner print",
    State.HANDING_OVER: "interrupted before anything was sent; it can be sent again: petitioner send",
    State.DEFERRED: "put off by the server; it can be sent again: petitioner send",
    State.LAPSED: "it was changed after it was approved; approve it again",
    **dict.fromkeys(FAILED, _WRITE_AGAIN),
}

_NEAR = 21  # days
_DOUBTS = (State.IN_DOUBT, State.PRINT_IN_DOUBT)

# The states for which the last answer of the server or queue gives the reason.
_WITH_REASON = FAILED | {State.PRINT_IN_DOUBT, State.NOT_PRINTED}


@dataclass(frozen=True, slots=True)
class Concern:
    """Something that needs attention, and the ``event`` that it is about, if any.

    ``stops`` is the channel by which nothing is sent before a person has decided.
    """

    recipient: str
    event: Event | None
    words: str
    stops: str = ""


def find_concerns(
    statuses: Iterable[RecipientStatus], context: LogContext, deliveries: EarlierDeliveries
) -> tuple[Concern, ...]:
    """List what needs attention and is not confirmed, recipient by recipient; packets in doubt come first."""
    everybody, log = tuple(statuses), deliveries.log
    confirmed = map_confirmations(deliveries.events)
    found = [concern for status in everybody for concern in _find_packet_concerns(status, context, confirmed, log)]
    found += [concern for status in everybody for concern in _find_stopped_channels(status, deliveries)]
    approvals = [event for event in effective_events(deliveries.events) if event.kind is Kind.APPROVED]
    unapproved = [concern for status in everybody for concern in _find_unapproved(status, approvals)]
    found += [one for one in unapproved if one.event and one.event.id not in confirmed]
    return tuple(sorted(found, key=lambda concern: not concern.words.startswith(_DOUBTS)))


def exclude_foreign_claims(concerns: Iterable[Concern]) -> tuple[Concern, ...]:
    """Return the concerns without those about claims of other logs, which may be those of a missing log."""
    return tuple(concern for concern in concerns if concern.event or not concern.stops)


def is_late(context: LogContext) -> bool:
    """Whether the campaign's day is past."""
    return context.today > context.campaign.ends


def is_near(context: LogContext) -> bool:
    """Whether the campaign's day is so near that the last day to post is shown."""
    return 0 <= (context.campaign.day - context.today).days < _NEAR


def _find_packet_concerns(
    status: RecipientStatus, context: LogContext, confirmed: Mapping[int, Event], log: Sequence[Event]
) -> Iterator[Concern]:
    if status.open_channels and is_late(context):
        channels = " and ".join(status.open_channels)
        yield Concern(status.id, None, f"still open by {channels}, and the day was {context.campaign.day}")
    for packet in status.packets:
        if _is_stuck(packet, status) and (packet.since.id not in confirmed or packet.state in UNDECIDED):
            yield Concern(status.id, packet.since, _describe_packet(packet, status))
        bounces = () if status.is_replaced(packet) else packet.bounces
        for bounce in (event for event in bounces if event.id not in confirmed):
            yield Concern(status.id, bounce, _describe_bounce(bounce, packet, status))
        for event in packet.events:
            flags = _list_suspicious_flags(event, packet, context, log)
            if event.id not in confirmed and (words := "; ".join(flags)):
                yield Concern(status.id, event, f"{event.kind}, {words}")


def _is_stuck(packet: PacketStatus, status: RecipientStatus) -> bool:
    if packet.state in UNDECIDED:
        return True
    if packet.state in FAILED and status.is_replaced(packet):
        return False
    needs_action = packet.state in set(_TODO) - {State.BOUNCED}
    return status.state not in GOT_THROUGH and needs_action


def _describe_packet(packet: PacketStatus, status: RecipientStatus) -> str:
    details = packet.since.details
    note = details.note or (details.said if packet.state in _WITH_REASON else None)
    facts = ": ".join(part for part in (f"{packet.state} on {packet.since.happened_on}", note) if part)
    todo = _TODO.get(packet.state, "").format(id=status.format_id(packet), event=packet.since.id)
    return (". " if packet.state in FAILED else ": ").join(part for part in (facts, todo) if part)


def _describe_bounce(bounce: Event, packet: PacketStatus, status: RecipientStatus) -> str:
    since = packet.since
    facts = f"{bounce.kind} on {bounce.happened_on}"
    if packet.state is not State.BOUNCED:
        facts += f", and {packet.state} on {since.happened_on} (event {since.id})"
    todo = _WRITE_AGAIN if packet.can_be_reopened else ""
    sentence = ": ".join(part for part in (facts, bounce.details.note or bounce.details.said) if part)
    return f"{sentence}. {todo.format(id=status.format_id(packet), event=bounce.id)}".removesuffix(". ")


def _list_suspicious_flags(
    event: Event, packet: PacketStatus, context: LogContext, log: Sequence[Event]
) -> Iterator[str]:
    """List what may be a mistake, as it is now: a day may have come, and another entry may have been withdrawn."""
    for code, words in event.details.flags.items():
        if code == "again":
            before = next(iter(list_packets(one for one in packet.events if one.id < event.id)), None)
            yield from filter(None, [describe_repetition(event.kind, before)])
        elif code == "tracking-shared" and _has_own_number(event, log):
            continue
        elif code in SUSPICIOUS and (code != "future" or event.happened_on > context.today):
            yield words


def _has_own_number(event: Event, log: Sequence[Event]) -> bool:
    """Whether every entry that gave the same tracking number to another packet was withdrawn."""
    from petitioner.tables.postage import normalize_code  # noqa: PLC0415 - few events need it

    code, withdrawn = normalize_code(event.details.tracking or ""), map_withdrawals(log)
    others = (one for one in log if one.details.tracking and one.packet != event.packet)
    same = [one for one in others if normalize_code(one.details.tracking or "") == code]
    return bool(same) and all(one.id in withdrawn for one in same)


def _find_unapproved(status: RecipientStatus, approvals: Sequence[Event]) -> Iterator[Concern]:
    """Yield a concern for each letter that left without an approval, after others of the campaign were approved.

    Whoever never approves records letters that were made elsewhere, and so does who names the file that was used.
    """
    if not approvals or any(one.recipient == status.id for one in approvals):
        return
    first = min(one.id for one in approvals)
    for event in (event for packet in status.packets for event in packet.events):
        is_own = any(document.role == "used" for document in event.documents)
        if event.kind in CHANNEL_OF and "unapproved" in event.details.flags and event.id > first and not is_own:
            yield Concern(status.id, event, _UNAPPROVED.format(kind=event.kind, event=event.id))


def _find_stopped_channels(status: RecipientStatus, deliveries: EarlierDeliveries) -> Iterator[Concern]:
    """Yield a concern for each open channel by which nothing is sent, because the destination was written to before."""
    for channel in status.open_channels if status.record else ():
        if status.record and (taken := deliveries.find(status.record, channel)):
            yield Concern(
                status.id, taken.event, f"by {channel}: {taken.words}. {taken.hint.format(id=status.id)}", stops=channel
            )
