"""The state of a packet, derived from the events about it alone."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import reduce
from operator import attrgetter
from typing import Literal

from petitioner.log.events import Event, PacketKey
from petitioner.log.kinds import HANDLED, Kind


class State(StrEnum):
    """The state of a packet or recipient, in the words that are shown and in the order in which they are counted."""

    POSTED = "posted"
    HANDED_OVER = "handed over"
    LEFT_IN_LETTER_BOX = "left in the letter box"
    FAXED = "faxed"
    ACCEPTED = "accepted"
    DELIVERED = "delivered"
    SETTLED_SENT = "settled sent"
    REPLIED = "replied"
    IN_DOUBT = "in doubt"
    DRAFTED = "drafted"
    EXPORTED = "exported"
    RETURNED = "returned"
    BOUNCED = "bounced"
    REFUSED = "refused"
    REFUSED_AT_GATE = "refused at the gate"
    SETTLED_NOT_SENT = "settled not sent"
    DEFERRED = "deferred"
    HANDING_OVER = "handing over"
    PRINT_IN_DOUBT = "print in doubt"
    PRINTED = "printed"
    NOT_PRINTED = "not printed"
    APPROVED = "approved"
    LAPSED = "lapsed"
    OPEN = "open"
    CLOSED = "closed"
    SKIPPED = "skipped"


# Kinds without a line do not change the state: those about the log itself, and answers of programs, which do not show
# that a person has read the letter. After ``committing`` a packet is in doubt until another event follows.
STATE_AFTER: Mapping[Kind, State] = {
    Kind.POSTED: State.POSTED,
    Kind.HANDED_OVER: State.HANDED_OVER,
    Kind.LEFT_IN_LETTER_BOX: State.LEFT_IN_LETTER_BOX,
    Kind.REFUSED_AT_GATE: State.REFUSED_AT_GATE,
    Kind.FAXED: State.FAXED,
    Kind.RETURNED: State.RETURNED,
    Kind.REPLIED: State.REPLIED,
    Kind.APPROVED: State.APPROVED,
    Kind.LAPSED: State.LAPSED,
    Kind.PRINTED: State.PRINTED,
    Kind.PRINTING: State.PRINT_IN_DOUBT,
    Kind.PRINT_IN_DOUBT: State.PRINT_IN_DOUBT,
    Kind.NOT_PRINTED: State.NOT_PRINTED,
    Kind.HANDING_OVER: State.HANDING_OVER,
    Kind.COMMITTING: State.IN_DOUBT,
    Kind.ACCEPTED: State.ACCEPTED,
    Kind.REFUSED: State.REFUSED,
    Kind.DEFERRED: State.DEFERRED,
    Kind.IN_DOUBT: State.IN_DOUBT,
    Kind.DRAFTED: State.DRAFTED,
    Kind.EXPORTED: State.EXPORTED,
    Kind.BOUNCED: State.BOUNCED,
    Kind.DELIVERED: State.DELIVERED,
    Kind.SETTLED_SENT: State.SETTLED_SENT,
    Kind.SETTLED_NOT_SENT: State.SETTLED_NOT_SENT,
    Kind.REOPENED: State.OPEN,
}
"""The state of a packet after each kind of event."""

ON_PAPER = frozenset({State.PRINTED, State.PRINT_IN_DOUBT})
"""The states of a packet that is printed, or may be: the program prints it again only on request."""

_PREPARED = frozenset({State.OPEN, State.APPROVED, State.LAPSED, State.NOT_PRINTED}) | ON_PAPER

UNSENT = _PREPARED | {State.HANDING_OVER, State.DEFERRED}
"""The states of a packet that is still to be sent: it certainly was not sent before."""

TAKEN_UP = frozenset({State.HANDING_OVER, State.DEFERRED})
"""The states of a packet that a run has begun with, but certainly did not send."""

UNDECIDED = frozenset({State.IN_DOUBT, State.DRAFTED, State.EXPORTED})
"""The states of a packet that may have been sent; only a person or a reply can decide it."""

GOT_THROUGH = frozenset(
    {
        State.POSTED,
        State.HANDED_OVER,
        State.LEFT_IN_LETTER_BOX,
        State.FAXED,
        State.ACCEPTED,
        State.DELIVERED,
        State.SETTLED_SENT,
        State.REPLIED,
    }
)
"""The states of a packet that was sent and has probably arrived."""

FAILED = frozenset(
    {State.RETURNED, State.BOUNCED, State.REFUSED, State.REFUSED_AT_GATE, State.SETTLED_NOT_SENT},
)
"""The states of a packet that certainly did not arrive, and can be reopened."""

# Preparing a packet does not change the state of a sent one, even if it is entered or dated later.
_MOVES_ONLY: Mapping[Kind, frozenset[State]] = {
    **dict.fromkeys((Kind.APPROVED, Kind.LAPSED, Kind.REOPENED), _PREPARED),
    **dict.fromkeys((Kind.PRINTED, Kind.PRINTING, Kind.PRINT_IN_DOUBT, Kind.NOT_PRINTED), _PREPARED),
    Kind.HANDING_OVER: UNSENT,
    # Of several addresses one may deliver and another not: a delivery hides no failure, and a reply stays a reply.
    Kind.DELIVERED: frozenset(State) - {State.REPLIED, State.BOUNCED, State.RETURNED},
    Kind.BOUNCED: frozenset(State) - {State.REPLIED},
}


@dataclass(frozen=True, slots=True)
class PacketStatus:
    """The state of a packet with at least one event, the event ``since`` which it has it, and all its events."""

    key: PacketKey
    state: State
    since: Event
    events: tuple[Event, ...]

    @property
    def bounces(self) -> tuple[Event, ...]:
        """The bounces of the packet, one event for each report."""
        return tuple(event for event in self.events if event.kind is Kind.BOUNCED)

    @property
    def can_be_reopened(self) -> bool:
        """Whether it failed at one of its addresses at least, so that a new attempt makes sense."""
        return self.state in FAILED or (self.state is State.REPLIED and bool(self.bounces))


def describe_repetition(kind: Kind, before: PacketStatus | None) -> str:
    """Describe why a packet is posted, handed over, faxed or printed again; ``before`` is its status until then.

    Empty if it is not done again.
    """
    twice = {State.PRINTED} if kind is Kind.PRINTED else set()  # printed twice is unusual, too
    if kind not in HANDLED or before is None or before.state not in GOT_THROUGH | twice:
        return ""
    return f"not the first time: event {before.since.id} says {before.state} on {before.since.happened_on}"


def find_earlier(key: PacketKey, packets: Iterable[PacketStatus]) -> PacketStatus | None:
    """Return an earlier attempt by the same channel that may have arrived after all, or None.

    An attempt that bounced and was answered counts only if the answer came after the reopening.
    """
    everything = tuple(packets)
    events = (event for packet in everything if packet.key == key for event in packet.events)
    reopened = max((event.id for event in events if event.kind is Kind.REOPENED), default=0)
    before = (packet for packet in everything if _precedes(packet.key, key))
    return next((packet for packet in before if not _was_given_up(packet, reopened)), None)


def _was_given_up(packet: PacketStatus, reopened: int) -> bool:
    return packet.state in FAILED or (packet.can_be_reopened and packet.since.id < reopened)


def _precedes(one: PacketKey, other: PacketKey) -> bool:
    return one.attempt < other.attempt and replace(one, attempt=other.attempt) == other


def map_withdrawals(events: Iterable[Event]) -> Mapping[int, Event]:
    """Return the events that withdraw another one, by the id of that one."""
    return _link(events, "withdraws")


def map_confirmations(events: Iterable[Event]) -> Mapping[int, Event]:
    """Return the events that confirm another, by the id of that one."""
    everything = tuple(events)
    taken_back = map_withdrawals(everything)
    links = _link(everything, "confirms")
    return {about: event for about, event in links.items() if event.id not in taken_back}


def map_redactions(events: Iterable[Event]) -> Mapping[int, Event]:
    """Return the events that redact another one, by the id of that one; the first, if there are several."""
    return {event.details.redacts: event for event in reversed(tuple(events)) if event.details.redacts is not None}


def effective_events(events: Iterable[Event]) -> tuple[Event, ...]:
    """Return the events that count, without withdrawn ones and withdrawals, by the day when they happened.

    Facts may be recorded late, so the day goes before the number of the event.
    """
    everything = tuple(events)
    taken_back = map_withdrawals(everything)
    effective = (event for event in everything if event.id not in taken_back and event.kind is not Kind.WITHDRAWN)
    return tuple(sorted(effective, key=attrgetter("happened_on", "id")))


def list_packets(events: Iterable[Event]) -> tuple[PacketStatus, ...]:
    """Return the state of every packet that has events."""
    packets: dict[PacketKey, list[Event]] = {}
    for event in (event for event in effective_events(events) if event.kind in STATE_AFTER):
        packets.setdefault(event.packet, []).append(event)
    return tuple(_derive_status(key, tuple(events)) for key, events in packets.items())


def _derive_status(key: PacketKey, events: tuple[Event, ...]) -> PacketStatus:
    start: tuple[State, Event] = State.OPEN, events[0]
    state, since = reduce(_apply_event, events, start)
    return PacketStatus(key, state, since, events)


def _apply_event(before: tuple[State, Event], event: Event) -> tuple[State, Event]:
    only = _MOVES_ONLY.get(event.kind)
    return before if only and before[0] not in only else (STATE_AFTER[event.kind], event)


def _link(events: Iterable[Event], what: Literal["withdraws", "confirms"]) -> Mapping[int, Event]:
    """Return the events that withdraw or confirm another one, by its id; a redaction keeps the id of a redacted one."""
    everything = tuple(events)
    by_id = {event.id: event for event in everything}
    links: dict[int, Event] = {}
    for event in everything:
        about: int | None = getattr(event.details, what)
        if about is not None:
            links[about] = by_id.get(event.details.redacts or 0, event)
    return links
