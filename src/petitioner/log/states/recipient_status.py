"""The status of every recipient, overall and by channel."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from operator import attrgetter

from petitioner.errors import UsageError, suggest
from petitioner.log.events import Event, PacketKey
from petitioner.log.kinds import CHANNELS, PAPER
from petitioner.log.states.packets import FAILED, GOT_THROUGH, UNSENT, PacketStatus, State, list_packets
from petitioner.model.recipient import Campaign, Recipient
from petitioner.model.types import OWN_LANGUAGE, choose_text

WORST_TO_BEST = (
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
"""The states of a packet, from the worst to the best."""


@dataclass(frozen=True, slots=True)
class RecipientStatus:
    """The status of one recipient. ``packets`` has the latest attempt of each channel that has events.

    ``record`` is None if the recipient is no longer in recipients.yaml; both names are then that of the last packet.
    ``open_channels`` are those by which a packet is still to be sent.
    """

    id: str
    name: str
    short_name: str
    record: Recipient | None
    state: State
    packets: tuple[PacketStatus, ...]
    open_channels: tuple[str, ...]

    def format_id(self, packet: PacketStatus) -> str:
        """Format a packet as arguments of a command: ``jp-osaka``, or ``jp-osaka --channel email`` of several."""
        return self.id if len(self.packets) == 1 else f"{self.id} --channel {packet.key.channel}"

    def is_replaced(self, packet: PacketStatus) -> bool:
        """Whether other channels replace a packet: its own is no longer planned, and others arrived or are open."""
        planned = self.record.channels if self.record else (packet.key.channel,)
        return packet.key.channel not in planned and (self.state in GOT_THROUGH or bool(self.open_channels))

    @property
    def hold_reason(self) -> str:
        """Why nothing is sent to the recipient, as recipients.yaml says: closed, skipped or on hold; else empty."""
        if self.record is None:
            return ""
        if self.record.closed:
            return f"closed since {self.record.closed}"
        return self.record.reason_to_skip or (f"hold: {self.record.hold}" if self.record.hold else "")


def list_recipient_statuses(
    recipients: Iterable[Recipient], campaign: Campaign, events: Iterable[Event]
) -> tuple[RecipientStatus, ...]:
    """Return the status of each recipient in a campaign's present edition; removed recipients come last.

    recipients.yaml plans the latest campaign. If a later one has begun, a channel without events is no longer open,
    unless the recipient has no event at all.
    """
    everything = tuple(events)
    is_over = any((event.campaign, event.edition) > (campaign.id, campaign.edition) for event in everything)
    packets: dict[str, dict[str, PacketStatus]] = {}
    for packet in list_packets(event for event in everything if is_current(event, campaign)):
        latest = packets.setdefault(packet.key.recipient, {})
        if packet.key.channel not in latest or packet.key.attempt > latest[packet.key.channel].key.attempt:
            latest[packet.key.channel] = packet
    present = tuple(_make_status(recipient, packets.pop(recipient.id, {}), is_over=is_over) for recipient in recipients)
    return present + tuple(_make_removed_status(tuple(latest.values())) for latest in packets.values())


def is_current(event: Event, campaign: Campaign) -> bool:
    """Whether an event is about a campaign's present edition."""
    return (event.campaign, event.edition) == (campaign.id, campaign.edition)


def count_states(statuses: Iterable[RecipientStatus]) -> Mapping[State, int]:
    """Count the recipients in each state, in the order of ``State``; states without any are left out."""
    counts = Counter(status.state for status in statuses)
    return {state: counts[state] for state in State if counts[state]}


def format_state_counts(statuses: Iterable[RecipientStatus]) -> str:
    """Format the number of recipients in each state: ``7 = 5 posted + 1 handed over + 1 open``."""
    return format_counts(count_states(statuses)) or "0 recipients"


def format_counts(counts: Mapping[State, int]) -> str:
    """Format counts as ``7 = 5 posted + 2 open``; an empty text without any."""
    parts = " + ".join(f"{count} {state}" for state, count in counts.items())
    return f"{sum(counts.values())} = {parts}" if parts else ""


def find_replacement(channel: str, status: RecipientStatus) -> PacketStatus | None:
    """Return the packet by an unplanned channel that replaces a planned one; the one with the best state of several."""
    planned = status.record.channels if status.record else ()
    others = [
        packet for packet in status.packets if packet.key.channel not in planned and _can_replace(packet, channel)
    ]
    return max(others, key=lambda packet: WORST_TO_BEST.index(packet.state), default=None)


def name_in_english(recipient: Recipient) -> str:
    """Return the English name, or else the one on the envelope."""
    return recipient.name.get(OWN_LANGUAGE) or name_as_sent(recipient)


def name_in_short(recipient: Recipient) -> str:
    """Return a short name for tables: ``Osaka consulate general``."""
    city = choose_text(recipient.city)
    return f"{city} {recipient.kind.replace('-', ' ')}".strip()


def name_as_sent(recipient: Recipient) -> str:
    """Return the name on the envelope, in the recipient's first language."""
    return recipient.name.get(next(iter(recipient.languages), "")) or next(iter(recipient.name.values()))


def require_known(ids: Collection[str], recipients: Iterable[Recipient], events: Iterable[Event]) -> None:
    """Raise ``UsageError`` if ids are neither in recipients.yaml nor in the log, and name each of them.

    The ``events``, all of the log, are only looked at for ids that are not in recipients.yaml.
    """
    known = {recipient.id for recipient in recipients}
    if known.issuperset(ids):
        return
    known |= {event.recipient for event in events}
    unknown = [f"'{id_}' is not a recipient. {suggest(id_, sorted(known))}".strip() for id_ in ids if id_ not in known]
    if unknown:
        raise UsageError("\n".join(unknown), "The ids are in recipients.yaml; `petitioner log` shows them all.")


def _make_status(recipient: Recipient, latest: Mapping[str, PacketStatus], *, is_over: bool) -> RecipientStatus:
    planned = _list_planned_channels(recipient, latest, is_over=is_over)
    states = {channel: _find_furthest_state(channel, planned, latest) for channel in planned}
    still_open = tuple(str(channel) for channel, state in states.items() if state in UNSENT)
    names = name_in_english(recipient), name_in_short(recipient)
    state = _derive_state(recipient, states, latest)
    return RecipientStatus(recipient.id, *names, recipient, state, tuple(latest.values()), still_open)


def _list_planned_channels(
    recipient: Recipient, latest: Mapping[str, PacketStatus], *, is_over: bool
) -> tuple[str, ...]:
    """List the channels by which a recipient is, or was, to be written to."""
    if not recipient.is_written_to:
        return ()
    return tuple(channel for channel in recipient.channels if channel in latest or not (is_over and latest))


def _derive_state(recipient: Recipient, states: Mapping[str, State], latest: Mapping[str, PacketStatus]) -> State:
    """Return the state of a recipient: the worst of the planned channels; without any, the best of the others."""
    present = {packet.state for packet in latest.values()}
    if State.IN_DOUBT in present:
        return State.IN_DOUBT  # a person must decide it, whatever the states of the other channels
    relevant = set(states.values()) or present & GOT_THROUGH
    if not relevant:
        return max(present - UNSENT, key=WORST_TO_BEST.index, default=_find_state_without_events(recipient))
    # One answer is enough, once nothing is left to do.
    is_answered = relevant <= GOT_THROUGH and State.REPLIED in relevant
    return State.REPLIED if is_answered else min(relevant, key=WORST_TO_BEST.index)


def _find_state_without_events(recipient: Recipient) -> State:
    if recipient.closed:
        return State.CLOSED
    return State.SKIPPED if recipient.reason_to_skip else State.OPEN


def _find_furthest_state(channel: str, planned: Iterable[str], latest: Mapping[str, PacketStatus]) -> State:
    """Return the state of a planned channel, or that of an unplanned packet that replaces it."""
    unplanned = (packet for packet in latest.values() if packet.key.channel not in planned)
    stand_ins = (packet.state for packet in unplanned if _can_replace(packet, channel))
    return max(
        (latest[channel].state if channel in latest else State.OPEN, *stand_ins),
        key=WORST_TO_BEST.index,
    )


def _can_replace(packet: PacketStatus, channel: str) -> bool:
    # A letter that was handed over need not be posted, but one that was refused or came back still must be. An answer
    # proves that the letter arrived, by any channel.
    return packet.state is State.REPLIED or (packet.state in GOT_THROUGH and {packet.key.channel, channel} <= PAPER)


def _make_removed_status(packets: tuple[PacketStatus, ...]) -> RecipientStatus:
    latest = max((packet.since for packet in packets), key=attrgetter("id"))
    state = max((packet.state for packet in packets), key=WORST_TO_BEST.index)
    names = latest.recipient_name, latest.recipient_name
    return RecipientStatus(latest.recipient, *names, None, state, packets, ())


@dataclass(frozen=True, slots=True)
class ChannelStatus:
    """One channel of a recipient, and the state of its packet.

    ``packet`` is the latest attempt, or None without any event. ``replaced_by`` is the channel of the packet that
    replaces it and whose state it then has; else empty.
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
    """List every channel of every recipient, planned ones first."""
    return tuple(one for status in statuses for one in _list_channels(status))


def count_by_channel(channels: Iterable[ChannelStatus]) -> Mapping[str, Mapping[State, int]]:
    """Count the packets in each state, channel by channel; channels and states without any are left out.

    Channels that were given up are not counted.
    """
    everything = tuple(one for one in channels if not one.is_given_up)
    counts = {channel: Counter(one.state for one in everything if one.channel == channel) for channel in CHANNELS}
    return {
        channel: {state: count[state] for state in State if count[state]} for channel, count in counts.items() if count
    }


def _list_channels(status: RecipientStatus) -> Iterator[ChannelStatus]:
    packets = {str(packet.key.channel): packet for packet in status.packets}
    planned = tuple(map(str, status.record.channels)) if status.record else ()
    for channel in dict.fromkeys((*planned, *packets)):
        packet, record = packets.get(channel), status.record
        if channel in planned and record and (packet is None or packet.state in UNSENT):
            yield from _list_unsent(status, record, channel, packet)
        elif packet:
            yield ChannelStatus(status, channel, packet.state, packet)


def _list_unsent(
    status: RecipientStatus, record: Recipient, channel: str, packet: PacketStatus | None
) -> Iterator[ChannelStatus]:
    """Yield the status of a planned packet that was not sent; nothing if a later campaign has begun."""
    if not record.is_written_to:
        yield ChannelStatus(status, channel, State.CLOSED if record.closed else State.SKIPPED, packet)
    elif channel in status.open_channels:
        yield ChannelStatus(status, channel, packet.state if packet else State.OPEN, packet)
    elif other := find_replacement(channel, status):
        yield ChannelStatus(status, channel, other.state, packet, other.key.channel)
