"""What a person decides about a packet that did not end well: try anew, or say how it ended."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from operator import attrgetter

from petitioner.errors import PetitionerError, UsageError
from petitioner.mailing_log.desk import Desk
from petitioner.mailing_log.entries.corrections import draft_about
from petitioner.mailing_log.events.kinds import Kind
from petitioner.mailing_log.events.records import Details, Draft, Event, PacketKey
from petitioner.mailing_log.states.packets import (
    GOT_THROUGH,
    TAKEN_UP,
    UNDECIDED,
    UNSENT,
    Packet,
    State,
    counted,
)
from petitioner.mailing_log.states.parties import find_party
from petitioner.mailing_log.states.standings import require_known, take_stock
from petitioner.mailing_log.states.taken import Others, Taken, tell_claims


def draft_reopening(id_: str, because: str, others: Others, channel: str | None = None) -> Draft:
    """The entry that begins a new attempt for a packet that did not arrive, or not everywhere. Raises for any other.

    It is an attempt that no log of this user has claimed; one that another log has begun must be settled first.
    """
    desk, events = others.desk, others.log
    packet = _choose(id_, desk, events, attrgetter("can_be_reopened"), channel)
    if packet is None:
        raise _refuse_reopening(id_, desk, _list_packets(id_, desk, events, channel))
    party = find_party(id_, desk, events)
    if party.record is None or not party.record.is_written_to:
        sentence = f"Nothing is sent to {id_}: recipients.yaml has it no longer, or says that it is closed or skipped."
        raise PetitionerError(sentence, "Mend recipients.yaml first.")
    way = packet.key.channel
    if taken := others.find(party.record, way):
        raise PetitionerError(f"{id_} is not reopened: {taken.words}.", taken.hint.format(id=id_))
    draft = draft_about(packet.since, Kind.REOPENED, Details(note=because), desk)
    return replace(
        draft,
        recipient_name=party.name,
        destination=party.destination(way, desk.campaign),
        attempt=max(packet.key.attempt, others.find_highest(party.record, way)) + 1,
    )


def list_spared(reopened: Event, events: Sequence[Event]) -> tuple[str, ...]:
    """The addresses of a new attempt where the e-mail before it may lie: it went there, and no bounce names them."""
    own = [event for event in counted(events) if replace(event.packet, attempt=reopened.attempt) == reopened.packet]
    last = max((event.attempt for event in own if event.attempt < reopened.attempt), default=0)
    earlier = [event for event in own if event.attempt == last]
    bounces = [event.details.said or "" for event in earlier if event.kind is Kind.BOUNCED]
    named = set(re.split(r"[\s:;]+", " ".join(bounces).lower()))
    had = {address for event in earlier for address in event.destination.split("\n")} if bounces else set()
    return tuple(one for one in reopened.destination.split("\n") if one in had and one.lower() not in named)


def draft_settlement(id_: str, kind: Kind, because: str, others: Others, channel: str | None = None) -> Draft:
    """The entry that says how a packet ended: ``kind`` is settled sent or settled not sent.

    One that was taken up, and of which nothing can have left, can be settled as not sent; one whose destination was
    written to under another id or by another log, as either. Raises for a packet of which nothing is in doubt.
    """
    desk, events = others.desk, others.log
    states = UNDECIDED | TAKEN_UP if kind is Kind.SETTLED_NOT_SENT else UNDECIDED
    taken = _list_taken(id_, others, channel)
    packet = _choose(id_, desk, events, lambda one: one.state in states or one.key.channel in taken, channel)
    begun = {one.key.channel for one in _list_packets(id_, desk, events, channel)}
    untouched = [way for way in taken if way not in begun]
    if len(untouched) > 1 or (untouched and packet):
        raise UsageError(f"Say which packet of {id_} is meant.", f"Add --channel {' or --channel '.join(taken)}.")
    if packet is None and not untouched:
        raise _refuse_settling(id_, desk, _list_packets(id_, desk, events, channel))
    way = packet.key.channel if packet else untouched[0]
    settled = taken[way].claims if way in taken else ()
    flags = {"claimed": "; ".join(tell_claims(settled))} if settled else {}
    details = Details(note=because, settles=tuple(one.event for one in settled), flags=flags)
    if packet is None:
        party, key = find_party(id_, desk, events), PacketKey(desk.campaign.id, desk.campaign.edition, id_, way, 1)
        return desk.draft(key, party.name, party.destination(way, desk.campaign), kind, details)
    draft = draft_about(packet.since, kind, details, desk)
    # A clock that ran ahead must not date what is decided now before what it decides.
    return replace(draft, happened_on=max(draft.happened_on, packet.since.happened_on))


def _list_taken(id_: str, others: Others, channel: str | None) -> Mapping[str, Taken]:
    """The ways by which somebody was perhaps written to already, so that the packet is stopped; why, by way."""
    party = find_party(id_, others.desk, others.log)
    stood = {packet.key.channel: packet for packet in _list_packets(id_, others.desk, others.log, channel)}
    if party.record is None:
        return {}
    planned = [str(way) for way in party.record.channels if channel in (None, way)]
    ways = [way for way in dict.fromkeys((*planned, *stood)) if way not in stood or stood[way].state not in GOT_THROUGH]
    found = {way: others.find(party.record, way) for way in ways}
    return {way: taken for way, taken in found.items() if taken}


def _choose(
    id_: str, desk: Desk, events: Sequence[Event], fits: Callable[[Packet], bool], channel: str | None
) -> Packet | None:
    fitting = [packet for packet in _list_packets(id_, desk, events, channel) if fits(packet)]
    if len(fitting) > 1:
        ways = [packet.key.channel for packet in fitting]
        told = " and ".join(f"{packet.state} by {packet.key.channel}" for packet in fitting)
        raise UsageError(f"{id_} is {told}; say which is meant.", f"Add --channel {' or --channel '.join(ways)}.")
    return fitting[0] if fitting else None


def _list_packets(id_: str, desk: Desk, events: Sequence[Event], channel: str | None) -> tuple[Packet, ...]:
    """The latest attempt by each way, or by the one that is meant."""
    require_known([id_], desk.recipients, events)
    about = [event for event in events if event.recipient == id_]
    standings = take_stock([one for one in desk.recipients if one.id == id_], desk.campaign, about)
    packets = (packet for standing in standings for packet in standing.packets)
    return tuple(packet for packet in packets if channel in (None, packet.key.channel))


def _refuse_reopening(id_: str, desk: Desk, packets: Sequence[Packet]) -> PetitionerError:
    told = _tell(id_, desk, packets)
    if any(packet.state in UNDECIDED for packet in packets):
        hint = f"Settle it first: petitioner log settle {id_}"
        return PetitionerError(f"{told}: nobody knows whether it left, and a second one must not go out.", hint)
    if all(packet.state in UNSENT for packet in packets):
        return PetitionerError(f"{told}: it is still to be sent, and there is nothing to reopen.", "`petitioner log`")
    hint = f"If it came back, say so first: petitioner log add returned {id_}"
    return PetitionerError(f"{told}: for all anybody knows it arrived, and a new attempt would be a second.", hint)


def _refuse_settling(id_: str, desk: Desk, packets: Sequence[Packet]) -> PetitionerError:
    told = _tell(id_, desk, packets)
    if any(packet.state is State.PRINT_IN_DOUBT for packet in packets):
        hint = f"Once it lies on paper: petitioner log add printed {id_}; else petitioner print --again {id_}"
        return PetitionerError(f"{told}: it is here, printed or not, and there is nothing to settle.", hint)
    hint = "A slip is taken back by `petitioner log withdraw`; what happened is recorded by `petitioner log add`."
    return PetitionerError(
        f"{told}: only what is in doubt, drafted, exported, or taken up and not sent, is settled.", hint
    )


def _tell(id_: str, desk: Desk, packets: Sequence[Packet]) -> str:
    ways = " and ".join(f"{packet.state} by {packet.key.channel}" for packet in packets)
    return f"{id_} is {ways} in {desk.campaign.id}" if ways else f"Nothing has happened to {id_} in {desk.campaign.id}"
