"""Find earlier deliveries to the destination of a packet: under another id, or by another log of this user."""

from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from petitioner.errors import PetitionerError
from petitioner.log.context import LogContext
from petitioner.log.events import Event
from petitioner.log.kinds import CLAIMING, PAPER, Kind
from petitioner.log.states.event_text import list_destinations
from petitioner.log.states.packets import ON_PAPER, UNSENT, PacketStatus, list_packets, map_withdrawals
from petitioner.log.states.recipient_status import is_current, name_as_sent
from petitioner.model.recipient import Recipient, group_shared
from petitioner.user_data.claims import Claim, Claims, Target, normalize_destination
from petitioner.user_data.logs import identify_log

_AT_THE_PRINTER = frozenset(map(str, (Kind.PRINTING, Kind.PRINTED)))
_BEGUN = {Kind.HANDING_OVER: "began to send it", Kind.PRINTING: "began to print it", "": "took it up"}

_DECIDED = frozenset({Kind.SETTLED_NOT_SENT, Kind.REOPENED})
"""The kinds by which a person decides that a packet is still to be sent."""


@dataclass(frozen=True, slots=True)
class EarlierDelivery:
    """Why a packet must not be sent, and what to do about it; ``{id}`` in the hint is the recipient.

    ``event`` is the entry of this log that shows it; ``claims`` are those of other logs.
    """

    words: str
    hint: str
    event: Event | None = None
    claims: tuple[Claim, ...] = ()

    @property
    def printed(self) -> tuple[Claim, ...]:
        """The claims, if all of them are about a printed packet that was not sent; else none."""
        return self.claims if _are_printed(self.claims) else ()


@dataclass(frozen=True, slots=True)
class EarlierDeliveries:
    """All deliveries of a campaign's edition, from this log and from the claims of other logs.

    ``log`` are all events, ``claims`` all claims of the user, ``foreign`` the claims of other logs that are not settled
    in this one. ``events`` are those of the edition, ``sent`` the sent and printed packets by destination, and
    ``decided`` the last event by which a person decided to send a packet after all, by id and channel.
    """

    context: LogContext
    log: tuple[Event, ...]
    claims: Claims
    events: tuple[Event, ...]
    foreign: Claims
    shared: Mapping[str, frozenset[str]]
    sent: Mapping[str, Sequence[PacketStatus]]
    decided: Mapping[tuple[str, str], Event]

    @classmethod
    def read(cls, context: LogContext, events: Iterable[Event], claims: Claims | None = None) -> "EarlierDeliveries":
        """Derive it from all events of the log; claims are read if they are not given.

        Raises ``PetitionerError`` if they cannot be read.
        """
        everything = tuple(events)
        claims = claims or Claims.read(context.campaign.id, context.campaign.edition)
        present = tuple(event for event in everything if is_current(event, context.campaign))
        withdrawn = map_withdrawals(everything)
        settling = (one for one in everything if withdrawn.keys().isdisjoint((one.id, one.details.redacts)))
        known = {event.hash for event in everything}.union(*(event.details.settles for event in settling))
        sent: dict[str, list[PacketStatus]] = {}
        for packet in list_packets(present):
            for place in _list_places(packet):
                sent.setdefault(place, []).append(packet)
        deciding = (event for event in present if event.kind in _DECIDED and event.id not in withdrawn)
        decided = {(event.recipient, event.channel): event for event in deciding}
        shared = group_shared(context.recipients)
        return cls(context, everything, claims, present, claims.without(known), shared, sent, decided)

    @classmethod
    def read_if_possible(cls, context: LogContext, events: Iterable[Event]) -> "EarlierDeliveries":
        """Derive them as ``read`` does, but without claims that cannot be read; sending reports those later."""
        try:
            claims = Claims.open(context.campaign.id, context.campaign.edition)
        except PetitionerError:
            claims = Claims()
        return cls.read(context, events, claims)

    def find(self, record: Recipient, channel: str) -> EarlierDelivery | None:
        """Return why a packet of a recipient may have been sent before; None if it was not."""
        channels = _list_equivalent_channels(record, channel)
        return self._find_in_this_log(record, channel, channels) or self._find_in_other_logs(record, channel, channels)

    def find_highest_attempt(self, record: Recipient, channel: str) -> int:
        """Return the number of the highest attempt that any log has claimed for a recipient; 0 without a claim."""
        return max((one.attempt for one in self._find_claims(self.claims, record, channel)), default=0)

    def _find_claims(self, claims: Claims, record: Recipient, channel: str) -> Iterable[Claim]:
        targets = self._list_targets(record, channel)
        return dict.fromkeys(one for target in targets for one in claims.find(target))

    def _list_targets(self, record: Recipient, channel: str) -> Iterator[Target]:
        mailing = self.context.campaign
        for destination in list_destinations(record, channel, mailing):
            yield Target(mailing.id, mailing.edition, channel, destination)

    def _find_in_this_log(self, record: Recipient, channel: str, channels: Container[str]) -> EarlierDelivery | None:
        """Find a packet of another recipient in this log, sent or printed, with an unshared destination of this one."""
        places = [place for target in self._list_targets(record, channel) for place in target.places]
        decided = self._find_decision(record, channel, places)
        for packet in (one for place in places for one in self.sent.get(place, ())):
            is_other = packet.key.recipient != record.id and packet.key.channel in channels
            if not is_other or packet.since.id < decided:
                continue
            named = {one.id for one in self.context.recipients if _is_named(packet.since.recipient_name, one)}
            if record.id in named or not {packet.key.recipient, *named} & self.shared.get(record.id, frozenset()):
                return _describe_own(packet, record, self.context, named)
        return None

    def _find_decision(self, record: Recipient, channel: str, places: Collection[str]) -> int:
        """Return the number of the event that decided to send a packet to these places after all; 0 without one.

        A new attempt for another destination decides nothing about an address that was entered later.
        """
        event = self.decided.get((record.id, channel))
        if event is None:
            return 0
        meant = set(normalize_destination(channel, event.destination))
        is_same = meant & set(places) if channel in PAPER else meant >= set(places)
        return event.id if event.kind is Kind.SETTLED_NOT_SENT or is_same else 0

    def _find_in_other_logs(self, record: Recipient, channel: str, channels: Sequence[str]) -> EarlierDelivery | None:
        found = (claim for one in channels for claim in self._find_claims(self.foreign, record, one))
        foreign = tuple(one for one in found if not self._is_for_other_mission(one, record))
        if not foreign:
            return None
        last = max(reversed(foreign), key=lambda one: one.at)
        option = "" if len(record.channels) == 1 else f" --channel {channel}"
        settle = f"petitioner log settle {{id}}{option}"
        next_step = f"find out whether it left, then: {settle}"
        if _are_printed(foreign):
            next_step = f"and you have its paper: petitioner log add printed {{id}}{option}; "
            next_step += f"if it was never printed: {settle}"
        return EarlierDelivery(*self._describe_foreign(last, record, next_step), claims=foreign)

    def _is_for_other_mission(self, claim: Claim, record: Recipient) -> bool:
        """Whether a claim is for another mission that shares the destination."""
        ids = {record.id, *record.formerly}
        is_named = any(self.claims.is_named(claim, name) for name in _list_recipient_names(record))
        return claim.recipient not in ids and not is_named and claim.recipient in self.shared.get(record.id, ())

    def _describe_foreign(self, claim: Claim, record: Recipient, next_step: str) -> tuple[str, str]:
        whom = "" if claim.recipient in ("", record.id) else f" as {claim.recipient}"
        done = _BEGUN.get(claim.kind, f"has it as '{claim.kind}'")
        sentence = f"{done}{whom}{_format_when(claim, self.context)}"
        if claim.log and claim.log == identify_log([event.hash for event in self.log[:1]]):
            words = f"another copy of this log {sentence}, in {claim.folder}; this one does not have that entry"
            return words, f"Go on with that copy; petitioner log restore COPY puts it here. If it is gone, {next_step}"
        if any(f"log {claim.log} of " in event.details.flags.get("missing", "") for event in self.log):
            return f"the log that is lost {sentence}", f"If it is gone for good, {next_step}"
        return f"another log {sentence}: the one in {claim.folder}", f"Go on with that log. If it is gone, {next_step}"


def _are_printed(claims: Iterable[Claim]) -> bool:
    return all(one.kind in _AT_THE_PRINTER for one in claims)


def describe_claims(claims: Iterable[Claim]) -> Iterator[str]:
    """Describe each claim for the entry that settles it."""
    for claim in claims:
        yield f"claimed as attempt {claim.attempt} at {claim.at} by the log in {claim.folder}"


def _list_equivalent_channels(record: Recipient, channel: str) -> tuple[str, ...]:
    """List the channels that may bring the same letter; on paper, unplanned channels too."""
    equivalent = sorted(PAPER - {*record.channels, channel}) if channel in PAPER else ()
    return (channel, *equivalent)


def _list_places(packet: PacketStatus) -> set[str]:
    """Return the destinations of a packet that was sent or printed; none for any other."""
    if packet.state in UNSENT - ON_PAPER:
        return set()
    went = (event for event in packet.events if event.kind in CLAIMING)
    return {place for event in went for place in normalize_destination(event.channel, event.destination)}


def _is_named(name: str, record: Recipient) -> bool:
    wanted = normalize_destination("post", name)
    return any(normalize_destination("post", one) == wanted for one in _list_recipient_names(record))


def _list_recipient_names(record: Recipient) -> set[str]:
    return {name_as_sent(record), *record.name.values()}


def _describe_own(
    packet: PacketStatus, record: Recipient, context: LogContext, named: Collection[str]
) -> EarlierDelivery:
    """Explain a packet of this log to the destination of ``record``; ``named`` are the ids that have its name now."""
    id_, since, is_named = packet.key.recipient, packet.since, record.id in named
    is_there = any(one.id == id_ for one in context.recipients)
    gone = "" if is_there else ", gone from recipients.yaml,"
    name = "under the same name" if is_named else f"as {since.recipient_name}"
    words = f"{id_}{gone} was {packet.state} at this very address {name} on {since.happened_on}"
    if is_named and is_there and id_ not in named:
        hint = f"{id_} is the id of another mission now. Give each the id in recipients.yaml that it had on that day."
        return EarlierDelivery(words, hint, since)
    if not is_named and not is_there and (successor := next(iter(named), None)):
        hint = f"If that mission is {successor} now, write 'formerly: [{id_}]' below {successor} in recipients.yaml"
        return EarlierDelivery(words, f"{hint}, and 'shares_with: {successor}' below {record.id}.", since)
    delete = f"delete the entry {id_}, and " if is_there else ""
    same = f"If it is the same mission, {delete}write 'formerly: [{id_}]' below {record.id} in recipients.yaml"
    back = "" if is_there else f"put {id_} back with 'closed:', and "
    other = "" if is_named else f"; if it is another one, {back}write 'shares_with: {id_}' below {record.id}"
    return EarlierDelivery(words, f"{same}{other}.", since)


def _format_when(claim: Claim, context: LogContext) -> str:
    try:
        return f" on {context.campaign.day_at(datetime.fromisoformat(claim.at))}"
    except ValueError:
        return ""
