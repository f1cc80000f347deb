"""How a campaign stands way by way: each packet, by each channel, counted once."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from petitioner.mailing_log.events.kinds import WAYS
from petitioner.mailing_log.events.records import PacketKey
from petitioner.mailing_log.states.packets import FAILED, UNSENT, Packet, State
from petitioner.mailing_log.states.standings import Standing, find_stand_in
from petitioner.model.recipient import Recipient


@dataclass(frozen=True, slots=True)
class Way:
    """One channel by which somebody is, was or would be written to, and where that packet stands.

    ``packet`` is its latest attempt, or None where nothing happened by this channel. ``instead`` is the channel of the
    packet that stood in for it, whose state it then has; mostly empty.
    """

    standing: Standing
    channel: str
    state: State
    packet: Packet | None = None
    instead: str = ""

    @property
    def key(self) -> PacketKey | None:
        """The packet in the log, if anything happened to it."""
        return self.packet.key if self.packet else None

    @property
    def is_given_up(self) -> bool:
        """Whether nothing got through by this channel, and recipients.yaml no longer plans it."""
        record = self.standing.record
        return self.state in UNSENT | FAILED and (record is None or self.channel not in record.channels)


def list_ways(standings: Iterable[Standing]) -> tuple[Way, ...]:
    """Every channel of everybody, planned ones first; those of who is not written to stand as closed or skipped."""
    return tuple(way for standing in standings for way in _list(standing))


def count_ways(ways: Iterable[Way]) -> Mapping[str, Mapping[State, int]]:
    """How many packets stand in each state, channel by channel; channels and states without any left out.

    Nobody counts by a channel that was given up.
    """
    everything = tuple(way for way in ways if not way.is_given_up)
    counts = {channel: Counter(way.state for way in everything if way.channel == channel) for channel in WAYS}
    return {
        channel: {state: count[state] for state in State if count[state]} for channel, count in counts.items() if count
    }


def _list(standing: Standing) -> Iterator[Way]:
    begun = {str(packet.key.channel): packet for packet in standing.packets}
    planned = tuple(map(str, standing.record.channels)) if standing.record else ()
    for channel in dict.fromkeys((*planned, *begun)):
        packet, record = begun.get(channel), standing.record
        if channel in planned and record and (packet is None or packet.state in UNSENT):
            yield from _judge_unsent(standing, record, channel, packet)
        elif packet:
            yield Way(standing, channel, packet.state, packet)


def _judge_unsent(standing: Standing, record: Recipient, channel: str, packet: Packet | None) -> Iterator[Way]:
    """Where a planned packet stands that did not leave; nothing once a later campaign was begun without it."""
    if record.closed or record.skip:
        yield Way(standing, channel, State.CLOSED if record.closed else State.SKIPPED, packet)
    elif channel in standing.open_ways:
        yield Way(standing, channel, packet.state if packet else State.OPEN, packet)
    elif other := find_stand_in(channel, standing):
        yield Way(standing, channel, other.state, packet, other.key.channel)
