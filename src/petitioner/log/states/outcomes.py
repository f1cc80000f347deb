"""What became of a year's letters, over all its editions: the outcome for each recipient."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from petitioner.log.events import Event
from petitioner.log.kinds import LEAVING, Kind
from petitioner.log.states.packets import FAILED, GOT_THROUGH, PacketStatus, State
from petitioner.log.states.recipient_status import WORST_TO_BEST, RecipientStatus, list_recipient_statuses
from petitioner.model.recipient import Campaign, Recipient


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the letters to one recipient: ``status`` is that of the edition that decides.

    That is the edition that was answered, or else the last one in which something happened.
    """

    record: Recipient
    edition: int
    status: RecipientStatus

    @property
    def state(self) -> State:
        """The best state of a packet, by whatever channel; that of the recipient if nothing was sent."""
        return self._best.state if self._best and self.sent else self.status.state

    @property
    def is_answered(self) -> bool:
        """Whether the recipient has answered."""
        return self.state is State.REPLIED

    @property
    def has_arrived(self) -> bool:
        """Whether a letter was sent and has probably arrived."""
        return self.state in GOT_THROUGH

    @property
    def failed(self) -> tuple[PacketStatus, ...]:
        """The packets that came back, bounced or were refused."""
        return tuple(packet for packet in self.status.packets if packet.state in FAILED)

    @property
    def sent(self) -> Event | None:
        """The last event by which a letter left, or may have left; None if nothing was sent."""
        left = [event for packet in self.status.packets for event in packet.events if event.kind in LEAVING]
        return max(left, key=lambda event: (event.happened_on, event.id), default=None)

    @property
    def _best(self) -> PacketStatus | None:
        return max(self.status.packets, key=lambda packet: WORST_TO_BEST.index(packet.state), default=None)

    def _describe_silence(self) -> str:
        early = _find_early_answer(self.status.packets)
        if early is None:
            return "no answer"
        return f"no answer since; the one of {early.happened_on} (event {early.id}) is dated before it was sent"

    def describe(self) -> str:
        """Describe the outcome in a few words: ``posted on 2027-09-03, no answer``."""
        best = self._best
        if best is None or self.sent is None:
            return "nothing was sent"
        again = f" in edition {self.edition}" if self.edition > 1 else ""
        silence = f", {self._describe_silence()}" if self.has_arrived and not self.is_answered else ""
        others = (f"; by {one.key.channel} {_describe_packet(one)}" for one in self.failed if one is not best)
        return "".join((_describe_packet(best), again, silence, *others))


def _find_early_answer(packets: Iterable[PacketStatus]) -> Event | None:
    """Return the first answer that is dated before its packet left, and so does not count as an answer to it."""
    return next((one for packet in packets for one in packet.events if one.kind is Kind.REPLIED), None)


def _describe_packet(packet: PacketStatus) -> str:
    words = f"{packet.state} on {packet.since.happened_on}"
    note = packet.since.details.note if packet.state in FAILED else None
    return f"{words}: {' '.join(note.split())}" if note else words


def list_outcomes(recipients: Sequence[Recipient], campaign: Campaign, events: Iterable[Event]) -> tuple[Outcome, ...]:
    """Return the outcome of a year for each recipient in recipients.yaml, over all editions of that year."""
    everything = tuple(events)
    numbers = sorted({1, *(event.edition for event in everything if event.campaign == campaign.id)})
    by_edition = {
        number: {
            one.id: one
            for one in list_recipient_statuses(recipients, campaign.model_copy(update={"edition": number}), everything)
        }
        for number in numbers
    }
    return tuple(
        _choose_outcome(who, {number: found[who.id] for number, found in by_edition.items()}) for who in recipients
    )


def _choose_outcome(record: Recipient, statuses: dict[int, RecipientStatus]) -> Outcome:
    outcomes = [Outcome(record, number, status) for number, status in statuses.items()]
    answered = next((one for one in outcomes if one.is_answered), None)
    happened = [one for one in outcomes if one.sent]
    return answered or (happened or outcomes[:1])[-1]
