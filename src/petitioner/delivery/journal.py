"""The journal of a run: each entry is made only if, at that very moment, it may still be made."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from petitioner.approval.packets import ApprovedPacket, list_approvals
from petitioner.errors import PetitionerError
from petitioner.log.context import LogContext
from petitioner.log.corrections import draft_about
from petitioner.log.events import Attachment, Details, Document, Draft, Event
from petitioner.log.kinds import BEFORE_ACTION, DATED, Kind
from petitioner.log.states.earlier_deliveries import EarlierDeliveries
from petitioner.log.states.packets import State, effective_events, find_earlier, list_packets
from petitioner.log.storage.store import MailingLog
from petitioner.user_data.claims import Claims

Clock = Callable[[], datetime]
"""Gives the present time, aware."""

_DATED = DATED | {Kind.APPROVED, Kind.PRINTED, Kind.REOPENED}

_SEE = "See its state: petitioner log"


class TakenError(PetitionerError):
    """A packet is no longer this run's: another one took it up, or its approval changed."""


@dataclass(frozen=True, slots=True)
class Journal:
    """Where a run enters what it does; ``preview`` is the command that shows what it would do."""

    log: MailingLog
    context: LogContext
    clock: Clock
    preview: str

    def enter(
        self,
        packet: ApprovedPacket,
        kind: Kind,
        details: Details,
        attachments: tuple[Attachment | Document, ...] = (),
        *,
        only: frozenset[State] | None = None,
        since: int | None = None,
    ) -> Event:
        """Append one entry, if the packet is in ``only`` one of these states, ``since`` that event where one is named.

        Both are looked at in the transaction. Raises ``TakenError`` where that is so no more, and whatever the log
        raises.
        """

        def compose(events: tuple[Event, ...]) -> Iterable[Draft]:
            if only is not None:
                self._require(packet, events, only, since)
            draft = self.context.draft(packet.key, packet.name, packet.destination, kind, details)
            return self._date(draft, events, attachments)

        (event,) = self.log.append(compose, ahead=kind in BEFORE_ACTION)
        return event

    def claim(self, begun: Event) -> None:
        """Claim the packet of an entry that took it up, among all logs of this user. It comes before anything leaves.

        Raises ``TakenError`` where another log has claimed it, and ``PetitionerError`` where it cannot be written.
        """
        events = self.log.read()
        record = next((one for one in self.context.recipients if one.id == begun.recipient), None)

        def check(claims: Claims) -> None:
            taken = record and EarlierDeliveries.read(self.context, events, claims).find(record, begun.channel)
            if taken:
                raise TakenError(taken.words, taken.hint.format(id=begun.recipient))

        self.log.claim(begun, events, check)

    def answer(self, begun: Event, kind: Kind, details: Details, since: int) -> Event:
        """Append how it ended what an entry had ``begun``, if its packet has not changed since an event.

        Raises ``TakenError`` where somebody has answered already, and whatever the log raises.
        """

        def compose(events: tuple[Event, ...]) -> Iterable[Draft]:
            stood = next(iter(list_packets(event for event in events if event.packet == begun.packet)), None)
            if stood is None or stood.since.id != since:
                raise TakenError(f"somebody else has recorded something about {begun.recipient} in the meantime", _SEE)
            return self._date(draft_about(begun, kind, details, self.context), events)

        (event,) = self.log.append(compose)
        return event

    def _require(
        self, packet: ApprovedPacket, events: Sequence[Event], states: frozenset[State], since: int | None
    ) -> None:
        """Look once more, right before it is written: what was planned on may have changed since."""
        own = [event for event in events if event.packet == packet.key]
        approval, id_ = list_approvals(own).get(packet.key), packet.key.recipient
        if approval is None or approval.id != packet.approval.event:
            sentence = f"the approval of {id_} (event {packet.approval.event}) was taken back or renewed just now"
            raise TakenError(sentence, f"See what would be sent: {self.preview}")
        stood = next(iter(list_packets(own)), None)
        if stood is None or stood.state not in states or since not in (None, stood.since.id):
            raise TakenError(f"another run took {id_} up in the meantime", _SEE)
        if earlier := find_earlier(packet.key, list_packets(events)):
            told = f"attempt {earlier.key.attempt} for {id_} is {earlier.state} after all (event {earlier.since.id})"
            raise TakenError(told, _SEE)

    def _date(
        self, draft: Draft, events: Sequence[Event], attachments: tuple[Attachment | Document, ...] = ()
    ) -> list[Draft]:
        """Date an entry now; but after a clock was set back no later entry may seem to be an earlier one."""
        own = (event for event in events if event.packet == draft.packet)
        seen = (event.happened_on for event in effective_events(own) if event.kind in _DATED)
        day = max([self.context.campaign.day_at(self.clock()), *seen])
        now = self.clock().astimezone(UTC)
        return [replace(draft, happened_on=day, recorded_at=now, attachments=attachments)]
