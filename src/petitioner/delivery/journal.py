"""The journal of a run: an entry is appended only if the packet's state still allows it at that moment."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from petitioner.approval.approvals import list_approvals
from petitioner.approval.packets import ApprovedPacket
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
"""Returns the present time, aware."""

_SETTING_DATES = DATED | {Kind.APPROVED, Kind.PRINTED, Kind.REOPENED}

_SEE = "See its state: petitioner log"


class PacketTakenError(PetitionerError):
    """The run may not deliver a packet any more: another run began with it, or its approval changed."""


@dataclass(frozen=True, slots=True)
class Journal:
    """Appends the entries of a run to the log; ``preview`` is the command that shows what the run would do."""

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
        """Append one entry, if the packet is in one of the states ``only``, and there ``since`` that event.

        Both are checked in the transaction. Raises ``PacketTakenError`` if they have changed, and what the log raises.
        """

        def compose(events: tuple[Event, ...]) -> Iterable[Draft]:
            if only is not None:
                self._require_state(packet, events, only, since)
            draft = self.context.draft(packet.key, packet.name, packet.destination, kind, details)
            return self._set_dates(draft, events, attachments)

        (event,) = self.log.append(compose, ahead=kind in BEFORE_ACTION)
        return event

    def claim(self, begun: Event) -> None:
        """Claim the packet of an entry among all logs of this user, before anything is sent.

        Raises ``PacketTakenError`` if another log has claimed it, ``PetitionerError`` if the claim cannot be written.
        """
        events = self.log.read()
        record = next((one for one in self.context.recipients if one.id == begun.recipient), None)

        def check(claims: Claims) -> None:
            taken = record and EarlierDeliveries.read(self.context, events, claims).find(record, begun.channel)
            if taken:
                raise PacketTakenError(taken.words, taken.hint.format(id=begun.recipient))

        self.log.claim(begun, events, check)

    def answer(self, begun: Event, kind: Kind, details: Details, since: int) -> Event:
        """Append the result of what the entry ``begun`` announced, if the packet's last event is still ``since``.

        Raises ``PacketTakenError`` if somebody has recorded another result, and what the log raises.
        """

        def compose(events: tuple[Event, ...]) -> Iterable[Draft]:
            status = next(iter(list_packets(event for event in events if event.packet == begun.packet)), None)
            if status is None or status.since.id != since:
                raise PacketTakenError(
                    f"somebody else has recorded something about {begun.recipient} in the meantime", _SEE
                )
            return self._set_dates(draft_about(begun, kind, details, self.context), events)

        (event,) = self.log.append(compose)
        return event

    def _require_state(
        self, packet: ApprovedPacket, events: Sequence[Event], states: frozenset[State], since: int | None
    ) -> None:
        """Raise ``PacketTakenError`` if approval or state of a packet changed after the run was planned."""
        own = [event for event in events if event.packet == packet.key]
        approval, id_ = list_approvals(own).get(packet.key), packet.key.recipient
        if approval is None or approval.id != packet.approval.event:
            sentence = f"the approval of {id_} (event {packet.approval.event}) was taken back or renewed just now"
            raise PacketTakenError(sentence, f"See what would be sent: {self.preview}")
        status = next(iter(list_packets(own)), None)
        if status is None or status.state not in states or since not in (None, status.since.id):
            raise PacketTakenError(f"another run took {id_} up in the meantime", _SEE)
        if earlier := find_earlier(packet.key, list_packets(events)):
            reason = f"attempt {earlier.key.attempt} for {id_} is {earlier.state} after all (event {earlier.since.id})"
            raise PacketTakenError(reason, _SEE)

    def _set_dates(
        self, draft: Draft, events: Sequence[Event], attachments: tuple[Attachment | Document, ...] = ()
    ) -> list[Draft]:
        """Date an entry now, or on the day of the packet's last event if the clock was set back."""
        own = (event for event in events if event.packet == draft.packet)
        seen = (event.happened_on for event in effective_events(own) if event.kind in _SETTING_DATES)
        day = max([self.context.campaign.day_at(self.clock()), *seen])
        now = self.clock().astimezone(UTC)
        return [replace(draft, happened_on=day, recorded_at=now, attachments=attachments)]
