"""Where a packet stands, derived from the events about it and from nothing else."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from operator import attrgetter

from petitioner.mailing_log.kinds import Kind
from petitioner.mailing_log.records import Event, PacketKey


class State(StrEnum):
    """Where a packet or a recipient stands, in the words that a person reads and in the order of the sum.

    ``OPEN``, ``CLOSED`` and ``SKIPPED`` are those to whom nothing has gone out.
    """

    POSTED = "posted"
    HANDED_OVER = "handed over"
    LEFT_IN_LETTER_BOX = "left in the letter box"
    FAXED = "faxed"
    REPLIED = "replied"
    RETURNED = "returned"
    REFUSED_AT_GATE = "refused at the gate"
    OPEN = "open"
    CLOSED = "closed"
    SKIPPED = "skipped"


# One line a kind: the state in which it leaves its packet. Kinds without a line leave the packet where it is, as those
# about the log itself do. A kind that ends one attempt and begins another needs only another ``attempt`` in its events.
STATE_AFTER: Mapping[Kind, State] = {
    Kind.POSTED: State.POSTED,
    Kind.HANDED_OVER: State.HANDED_OVER,
    Kind.LEFT_IN_LETTER_BOX: State.LEFT_IN_LETTER_BOX,
    Kind.REFUSED_AT_GATE: State.REFUSED_AT_GATE,
    Kind.FAXED: State.FAXED,
    Kind.RETURNED: State.RETURNED,
    Kind.REPLIED: State.REPLIED,
}
"""The state in which each kind of event leaves its packet."""


GOT_THROUGH = frozenset(
    {State.POSTED, State.HANDED_OVER, State.LEFT_IN_LETTER_BOX, State.FAXED, State.REPLIED},
)
"""The states of a packet that has gone out and, for all anybody knows, has arrived."""


@dataclass(frozen=True, slots=True)
class Packet:
    """A packet that something has happened to: where it stands, since which event, and all that moved it."""

    key: PacketKey
    state: State
    since: Event
    events: tuple[Event, ...]


def withdrawals(events: Iterable[Event]) -> Mapping[int, Event]:
    """The events that take another back, by the id of the one taken back."""
    return {event.details.withdraws: event for event in events if event.details.withdraws is not None}


def counted(events: Iterable[Event]) -> tuple[Event, ...]:
    """The events that still count, in the order in which things happened: neither withdrawn nor withdrawals.

    Slips come in late and out of order, so the day on which a thing happened goes before the number of the event.
    """
    everything = tuple(events)
    taken_back = withdrawals(everything)
    standing = (event for event in everything if event.id not in taken_back and event.kind is not Kind.WITHDRAWN)
    return tuple(sorted(standing, key=attrgetter("happened_on", "id")))


def fold_packets(events: Iterable[Event]) -> tuple[Packet, ...]:
    """Every packet that something has happened to; the last event that moved it decides."""
    packets: dict[PacketKey, list[Event]] = {}
    for event in (event for event in counted(events) if event.kind in STATE_AFTER):
        packets.setdefault(event.packet, []).append(event)
    return tuple(Packet(key, STATE_AFTER[moved[-1].kind], moved[-1], tuple(moved)) for key, moved in packets.items())
