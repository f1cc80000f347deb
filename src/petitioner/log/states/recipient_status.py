"""The status of every recipient, overall and by channel."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from operator import attrgetter

from petitioner.errors import UsageError, suggest
from petitioner.log.events import Event, PacketKey
from petitioner.log.kinds import CHANNELS, PAPER
from petitioner.log.states.packets import FAILED, GOT_THROUGH, UNSENT, PacketStatus, State, list_packets
from petitioner.model.recipient import Campaign, Recipient
from petitioner.tables.locales import OWN_LANGUAGE, choose_text

# From the worst to the best that can be said of a packet.
_FURTHEST = (
    State.OPEN,
    State.LAPSED,
    State.APPROVED,
    State.NOT_PRINTED,
    State.PRINTED,
    State.PRINT_IN_DOUBT,
    State.HANDING_OVER,
    State.DEFERRED,
    State.SETTLED_NOT_SENT,
    State.REFUSED,
    State.REFUSED_AT_GATE,
    State.BOUNCED,
    State.RETURNED,
    State.DRAFTED,
    State.EXPORTED,
    State.IN_DOUBT,
    State.LEFT_IN_LETTER_BOX,
    State.POSTED,
    State.FAXED,
    State.SETTLED_SENT,
    State.ACCEPTED,
    State.HANDED_OVER,
    State.DELIVERED,
    State.REPLIED,
)


@dataclass(frozen=True, slots=True)
class RecipientStatus:
    """The status of one recipient. ``packets`` holds the latest attempt per way, and only what something happened to.

    ``record`` is None for a recipient that recipients.yaml no longer has; both names are then the one written to.
    ``open_channels`` are those by which it is still to be written to.
    """

    id: str
    name: str
    short_name: str
    record: Recipient | None
    state: State
    packets: tuple[PacketStatus, ...]
    open_channels: tuple[str, ...]

    def format_id(self, packet: PacketStatus) -> str:
        """Return how a command names this packet: ``jp-osaka``, or ``jp-osaka --channel email`` of several."""
        return self.id if len(self.packets) == 1 else f"{self.id} --channel {packet.key.channel}"

    def is_replaced(self, packet: PacketStatus) -> bool:
        """Whether other ways replace a packet: its own is no longer planned, and they got through or are still open."""
        planned = self.record.channels if self.record else (packet.key.channel,)
        return packet.key.channel not in planned and (self.state in GOT_THROUGH or bool(self.open_channels))

    @property
    def hold_reason(self) -> str:
        """Why nothing goes out, or is held back, in the words of recipients.yaml; mostly empty."""
        if self.record is None:
            return ""
        if self.record.closed:
            return f"closed since {self.record.closed}"
        return self.record.skip or (f"hold: {self.record.hold}" if self.record.hold else "")


def list_recipient_statuses(
    recipients: Iterable[Recipient], campaign: Campaign, events: Iterable[Event]
) -> tuple[RecipientStatus, ...]:
    """Return the status of each recipient in a campaign's present edition; those gone from recipients.yaml come last.

    What recipients.yaml plans is meant for the latest campaign. Once a later one was begun, a way by which nothing
    happened is no longer open, unless nothing happened at all.
    """
    everything = tuple(events)
    is_over = any(event.campaign > campaign.id for event in everything)
    packets: dict[str, dict[str, PacketStatus]] = {}
    for packet in list_packets(event for event in everything if is_current(event, campaign)):
        ways = packets.setdefault(packet.key.recipient, {})
        if packet.key.channel not in ways or packet.key.attempt > ways[packet.key.channel].key.attempt:
            ways[packet.key.channel] = packet
    present = tuple(_make_status(recipient, packets.pop(recipient.id, {}), is_over=is_over) for recipient in recipients)
    return present + tuple(_make_removed_status(tuple(ways.values())) for ways in packets.values())


def is_current(event: Event, campaign: Campaign) -> bool:
    """Whether an event is about a campaign's present edition."""
    return (event.campaign, event.edition) == (campaign.id, campaign.edition)


def count_states(statuses: Iterable[RecipientStatus]) -> Mapping[State, int]:
    """Count the recipients in each state, in the order of ``State``; states without any are left out."""
    counts = Counter(status.state for status in statuses)
    return {state: counts[state] for state in State if counts[state]}


def format_state_counts(statuses: Iterable[RecipientStatus]) -> str:
    """``7 = 5 posted + 1 handed over + 1 open``: all of them, each counted once."""
    return format_counts(count_states(statuses)) or "0 recipients"


def format_counts(counts: Mapping[State, int]) -> str:
    """``7 = 5 posted + 2 open``; nothing where nothing was counted."""
    parts = " + ".join(f"{count} {state}" for state, count in counts.items())
    return f"{sum(counts.values())} = {parts}" if parts else ""


def find_replacement(way: str, status: RecipientStatus) -> PacketStatus | None:
    """Return the packet by an unplanned channel that replaces a planned one, the furthest of several."""
    planned = status.record.channels if status.record else ()
    others = [packet for packet in status.packets if packet.key.channel not in planned and _can_replace(packet, way)]
    return max(others, key=lambda packet: _FURTHEST.index(packet.state), default=None)


def name_in_english(recipient: Recipient) -> str:
    """The English name, or else the one on the envelope."""
    return recipient.name.get(OWN_LANGUAGE) or name_as_sent(recipient)


def name_in_short(recipient: Recipient) -> str:
    """What fits into a table: ``Osaka consulate general``."""
    city = choose_text(recipient.city)
    return f"{city} {recipient.kind.replace('-', ' ')}".strip()


def name_as_sent(recipient: Recipient) -> str:
    """The name in the language that sets the address on the envelope."""
    return recipient.name.get(recipient.languages[0]) or next(iter(recipient.name.values()))


def require_known(ids: Iterable[str], recipients: Iterable[Recipient], events: Iterable[Event]) -> None:
    """Raise ``UsageError`` that names every id which neither recipients.yaml nor the log knows."""
    known = {recipient.id for recipient in recipients} | {event.recipient for event in events}
    unknown = [f"'{id_}' is not a recipient. {suggest(id_, sorted(known))}".strip() for id_ in ids if id_ not in known]
    if unknown:
        raise UsageError("\n".join(unknown), "The ids are in recipients.yaml; `petitioner log` shows them all.")


def _make_status(recipient: Recipient, ways: Mapping[str, PacketStatus], *, is_over: bool) -> RecipientStatus:
    planned = _plan(recipient, ways, is_over=is_over)
    reached = {way: _furthest_state(way, planned, ways) for way in planned}
    still_open = tuple(str(way) for way, there in reached.items() if there in UNSENT)
    names = name_in_english(recipient), name_in_short(recipient)
    state = _sum_up_ways(recipient, reached, ways)
    return RecipientStatus(recipient.id, *names, recipient, state, tuple(ways.values()), still_open)


def _plan(recipient: Recipient, ways: Mapping[str, PacketStatus], *, is_over: bool) -> tuple[str, ...]:
    """The ways by which a recipient is, or was, to be written to."""
    if not recipient.is_written_to:
        return ()
    return tuple(way for way in recipient.channels if way in ways or not (is_over and ways))


def _sum_up_ways(recipient: Recipient, reached: Mapping[str, State], ways: Mapping[str, PacketStatus]) -> State:
    """The one state of a recipient: as bad as the worst planned way; without a plan, of those that went well."""
    there = {packet.state for packet in ways.values()}
    if State.IN_DOUBT in there:
        return State.IN_DOUBT  # it waits for a person, however well the other ways went
    states = set(reached.values()) or there & GOT_THROUGH
    if not states:
        return max(there - UNSENT, key=_FURTHEST.index, default=_state_without_events(recipient))
    # One answer is enough, once nothing is left to do.
    return State.REPLIED if states <= GOT_THROUGH and State.REPLIED in states else min(states, key=_FURTHEST.index)


def _state_without_events(recipient: Recipient) -> State:
    if recipient.closed:
        return State.CLOSED
    return State.SKIPPED if recipient.skip else State.OPEN


def _furthest_state(way: str, planned: Iterable[str], ways: Mapping[str, PacketStatus]) -> State:
    """How far a recipient was reached by a planned way, or by another that got through in its place."""
    unplanned = (packet for packet in ways.values() if packet.key.channel not in planned)
    stand_ins = (packet.state for packet in unplanned if _can_replace(packet, way))
    return max((ways[way].state if way in ways else State.OPEN, *stand_ins), key=_FURTHEST.index)


def _can_replace(packet: PacketStatus, way: str) -> bool:
    # A letter that was handed over need not be posted, but one that was refused or came back still must be. An answer
    # proves that the letter arrived, by any channel.
    return packet.state is State.REPLIED or (packet.state in GOT_THROUGH and {packet.key.channel, way} <= PAPER)


def _make_removed_status(packets: tuple[PacketStatus, ...]) -> RecipientStatus:
    latest = max((packet.since for packet in packets), key=attrgetter("id"))
    state = max((packet.state for packet in packets), key=_FURTHEST.index)
    names = latest.recipient_name, latest.recipient_name
    return RecipientStatus(latest.recipient, *names, None, state, packets, ())


@dataclass(frozen=True, slots=True)
class ChannelStatus:
    """One channel by which somebody is, was or would be written to, and the state of that packet.

    ``packet`` is its latest attempt, or None where nothing happened by this channel. ``replaced_by`` is the channel of
    the packet that stood in for it, whose state it then has; mostly empty.
    """

    status: RecipientStatus
    channel: str
    state: State
    packet: PacketStatus | None = None
    replaced_by: str = ""

    @property
    def key(self) -> PacketKey | None:
        """The packet in the log, if anything happened to it."""
        return self.packet.key if self.packet else None

    @property
    def is_given_up(self) -> bool:
        """Whether nothing got through by this channel, and recipients.yaml no longer plans it."""
        record = self.status.record
        return self.state in UNSENT | FAILED and (record is None or self.channel not in record.channels)


def list_channel_statuses(statuses: Iterable[RecipientStatus]) -> tuple[ChannelStatus, ...]:
    """List every channel of every recipient, planned ones first; closed or skipped where nobody is written to."""
    return tuple(way for status in statuses for way in _list(status))


def count_by_channel(ways: Iterable[ChannelStatus]) -> Mapping[str, Mapping[State, int]]:
    """Count the packets in each state, channel by channel; channels and states without any are left out.

    Nobody counts by a channel that was given up.
    """
    everything = tuple(way for way in ways if not way.is_given_up)
    counts = {channel: Counter(way.state for way in everything if way.channel == channel) for channel in CHANNELS}
    return {
        channel: {state: count[state] for state in State if count[state]} for channel, count in counts.items() if count
    }


def _list(status: RecipientStatus) -> Iterator[ChannelStatus]:
    begun = {str(packet.key.channel): packet for packet in status.packets}
    planned = tuple(map(str, status.record.channels)) if status.record else ()
    for channel in dict.fromkeys((*planned, *begun)):
        packet, record = begun.get(channel), status.record
        if channel in planned and record and (packet is None or packet.state in UNSENT):
            yield from _list_unsent(status, record, channel, packet)
        elif packet:
            yield ChannelStatus(status, channel, packet.state, packet)


def _list_unsent(
    status: RecipientStatus, record: Recipient, channel: str, packet: PacketStatus | None
) -> Iterator[ChannelStatus]:
    """Yield the status of a planned packet that did not leave; nothing once a later campaign was begun without it."""
    if record.closed or record.skip:
        yield ChannelStatus(status, channel, State.CLOSED if record.closed else State.SKIPPED, packet)
    elif channel in status.open_channels:
        yield ChannelStatus(status, channel, packet.state if packet else State.OPEN, packet)
    elif other := find_replacement(channel, status):
        yield ChannelStatus(status, channel, other.state, packet, other.key.channel)
