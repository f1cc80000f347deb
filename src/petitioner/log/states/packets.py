"""The state of a packet, derived from the events about it alone."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import reduce
from operator import attrgetter
from typing import Literal

from petitioner.log.events import Event, PacketKey
from petitioner.log.kinds import Kind


class State(StrEnum):
    """The state of a packet or a recipient, in the words that a person reads and in the order of the sum."""

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


# One line a kind: the state in which it leaves its packet. Kinds without a line leave the packet where it is, as those
# about the log itself do, and answers of programs, which say nothing about who has read it. From ``committing`` on
# silence means doubt, so that nobody has to write the doubt down.
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
"""The state in which each kind of event leaves its packet."""

ON_PAPER = frozenset({State.PRINTED, State.PRINT_IN_DOUBT})
"""The states of a packet that lies on paper, or may: the program prints it again only on request."""

_PREPARED = frozenset({State.OPEN, State.APPROVED, State.LAPSED, State.NOT_PRINTED}) | ON_PAPER

UNSENT = _PREPARED | {State.HANDING_OVER, State.DEFERRED}
"""The states of a packet that is still to be sent: nothing can have left so far."""

TAKEN_UP = frozenset({State.HANDING_OVER, State.DEFERRED})
"""The states of a packet that a run has begun with, and of which nothing can have left."""

UNDECIDED = frozenset({State.IN_DOUBT, State.DRAFTED, State.EXPORTED})
"""The states of a packet of which only a person, or what comes back, can say whether it left."""

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
"""The states of a packet that has gone out and, for all anybody knows, has arrived."""

FAILED = frozenset(
    {State.RETURNED, State.BOUNCED, State.REFUSED, State.REFUSED_AT_GATE, State.SETTLED_NOT_SENT},
)
"""The states of a packet that certainly did not arrive, and can be reopened."""

# What is only made ready says nothing about a packet that has left, even when it is entered or dated later.
_MOVES_ONLY: Mapping[Kind, frozenset[State]] = {
    **dict.fromkeys((Kind.APPROVED, Kind.LAPSED, Kind.REOPENED), _PREPARED),
    **dict.fromkeys((Kind.PRINTED, Kind.PRINTING, Kind.PRINT_IN_DOUBT, Kind.NOT_PRINTED), _PREPARED),
    Kind.HANDING_OVER: UNSENT,
    # Of several addresses one may deliver and another not: what failed is not hidden, and an answer is an answer.
    Kind.DELIVERED: frozenset(State) - {State.REPLIED, State.BOUNCED, State.RETURNED},
    Kind.BOUNCED: frozenset(State) - {State.REPLIED},
}


@dataclass(frozen=True, slots=True)
class PacketStatus:
    """The state of a packet that something has happened to, since which event, and all events about it."""

    key: PacketKey
    state: State
    since: Event
    events: tuple[Event, ...]

    @property
    def bounces(self) -> tuple[Event, ...]:
        """What came back of it, one event for each report; an answer, before or after, takes none of them away."""
        return tuple(event for event in self.events if event.kind is Kind.BOUNCED)

    @property
    def can_be_reopened(self) -> bool:
        """Whether it did not arrive, or was answered although it bounced: of several addresses one may have failed."""
        return self.state in FAILED or (self.state is State.REPLIED and bool(self.bounces))


def find_earlier(key: PacketKey, packets: Iterable[PacketStatus]) -> PacketStatus | None:
    """An earlier attempt by the same way that, as the log has it by now, may have arrived after all.

    What was answered although it bounced is none, where the answer was known when a person reopened it.
    """
    everything = tuple(packets)
    moved = (event for packet in everything if packet.key == key for event in packet.events)
    reopened = max((event.id for event in moved if event.kind is Kind.REOPENED), default=0)
    before = (packet for packet in everything if _precedes(packet.key, key))
    return next((packet for packet in before if not _was_given_up(packet, reopened)), None)


def _was_given_up(packet: PacketStatus, reopened: int) -> bool:
    return packet.state in FAILED or (packet.can_be_reopened and packet.since.id < reopened)


def _precedes(one: PacketKey, other: PacketKey) -> bool:
    return one.attempt < other.attempt and replace(one, attempt=other.attempt) == other


def withdrawals(events: Iterable[Event]) -> Mapping[int, Event]:
    """The events that take another back, by the id of the one taken back."""
    return _link(events, "withdraws")


def confirmations(events: Iterable[Event]) -> Mapping[int, Event]:
    """Return the events that confirm another, by the id of that one."""
    everything = tuple(events)
    taken_back = withdrawals(everything)
    links = _link(everything, "confirms")
    return {about: event for about, event in links.items() if event.id not in taken_back}


def redactions(events: Iterable[Event]) -> Mapping[int, Event]:
    """The events that erased the words of another, by the id of that one; the first, where there are several."""
    return {event.details.redacts: event for event in reversed(tuple(events)) if event.details.redacts is not None}


def effective_events(events: Iterable[Event]) -> tuple[Event, ...]:
    """The events that still count, in the order in which things happened: neither withdrawn nor withdrawals.

    Facts are recorded late and out of order, so the day on which a thing happened goes before the number of the event.
    """
    everything = tuple(events)
    taken_back = withdrawals(everything)
    effective = (event for event in everything if event.id not in taken_back and event.kind is not Kind.WITHDRAWN)
    return tuple(sorted(effective, key=attrgetter("happened_on", "id")))


def list_packets(events: Iterable[Event]) -> tuple[PacketStatus, ...]:
    """Every packet that something has happened to; the last event that moved it decides."""
    packets: dict[PacketKey, list[Event]] = {}
    for event in (event for event in effective_events(events) if event.kind in STATE_AFTER):
        packets.setdefault(event.packet, []).append(event)
    return tuple(_derive_status(key, tuple(moved)) for key, moved in packets.items())


def _derive_status(key: PacketKey, events: tuple[Event, ...]) -> PacketStatus:
    start: tuple[State, Event] = State.OPEN, events[0]
    state, since = reduce(_apply_event, events, start)
    return PacketStatus(key, state, since, events)


def _apply_event(before: tuple[State, Event], event: Event) -> tuple[State, Event]:
    only = _MOVES_ONLY.get(event.kind)
    return before if only and before[0] not in only else (STATE_AFTER[event.kind], event)


def _link(events: Iterable[Event], what: Literal["withdraws", "confirms"]) -> Mapping[int, Event]:
    """The events that say ``what`` of another; where the words of one were erased, its redaction still has the link."""
    everything = tuple(events)
    numbered = {event.id: event for event in everything}
    return dict(_follow(everything, numbered, what))


def _follow(
    events: Iterable[Event], numbered: Mapping[int, Event], what: Literal["withdraws", "confirms"]
) -> Iterator[tuple[int, Event]]:
    for event in events:
        about: int | None = getattr(event.details, what)
        if about is not None:
            redacted = event.details.redacts
            yield about, numbered.get(redacted, event) if redacted else event
