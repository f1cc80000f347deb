"""What a look at the mailbox brought: what was recorded, what a person should look at, and who still waits."""

from collections.abc import Sequence
from dataclasses import dataclass

from petitioner.mailbox.folders import Harvest
from petitioner.mailing.match import Match, list_troubles
from petitioner.mailing.remarks import Remark, list_remarks
from petitioner.mailing.returns import Docket
from petitioner.mailing.sent import Sent
from petitioner.mailing_log.desk import Desk
from petitioner.mailing_log.events.kinds import Kind
from petitioner.mailing_log.events.records import Event
from petitioner.mailing_log.states.packets import UNDECIDED, Packet, State
from petitioner.mailing_log.states.standings import take_stock
from petitioner.model.recipient import Channel


@dataclass(frozen=True, slots=True)
class Waiting:
    """A packet of which nobody can say yet whether it left, and the message that carries it."""

    packet: Packet
    sent: Sent | None
    spelt: str

    @property
    def id(self) -> str:
        """Whose packet it is."""
        return self.packet.key.recipient

    @property
    def is_in_doubt(self) -> bool:
        """Whether not even a person has it in hand."""
        return self.packet.state is State.IN_DOUBT


@dataclass(frozen=True, slots=True)
class Findings:
    """What a look brought: ``events`` were recorded, ``remarks`` are for a person, ``waiting`` is still undecided.

    ``failed`` are those of whom it became known that they got nothing, as commands are told of them; nobody whose
    later attempt is under way, who answered all the same, or to whom nothing is sent any more.
    """

    harvest: Harvest
    matches: Sequence[Match]
    events: tuple[Event, ...]
    remarks: tuple[Remark, ...]
    waiting: tuple[Waiting, ...]
    failed: tuple[str, ...]

    @property
    def concerning(self) -> int:
        """How many e-mails are about ours, or may be."""
        remarked = {id(remark.mail) for remark in self.remarks if not remark.is_foreign}
        return sum(bool(match.sent) or id(match.mail) in remarked for match in self.matches)

    @property
    def has_bounced(self) -> bool:
        """Whether anything came back."""
        return any(event.kind is Kind.BOUNCED for event in self.events)

    @property
    def advice(self) -> tuple[str, ...]:
        """What can be done about each address that failed, where its server's status tells."""
        noted = {event.details.mail for event in self.events if event.kind is Kind.BOUNCED}
        sure = (match for match in self.matches if match.is_sure and match.mail.id in noted)
        troubles = (trouble for match in sure for trouble in list_troubles(match.mail, match.sent[0]) if trouble.hint)
        return tuple(dict.fromkeys(f"{trouble.address}: {trouble.hint}." for trouble in troubles))

    @property
    def doubtful(self) -> tuple[str, ...]:
        """Whose packets are in doubt, as commands are told of them."""
        return tuple(waiting.spelt for waiting in self.waiting if waiting.is_in_doubt)


def draw_conclusions(
    harvest: Harvest,
    matches: Sequence[Match],
    recorded: tuple[Event, ...],
    events: Sequence[Event],
    desk: Desk,
    sent: Sequence[Sent],
) -> Findings:
    """What is left to say once ``recorded`` stands among the ``events`` of the log."""
    standings = take_stock(desk.recipients, desk.campaign, events)
    stood = [(one, packet) for one in standings for packet in one.packets if packet.key.channel == Channel.EMAIL]
    messages = {one.key: one for one in sent}
    waiting = tuple(
        Waiting(packet, messages.get(packet.key), one.spell(packet))
        for one, packet in stood
        if packet.state in UNDECIDED
    )
    bounced = {event.packet for event in recorded if event.kind is Kind.BOUNCED}
    failed = tuple(
        one.spell(packet)
        for one, packet in stood
        if packet.key in bounced and packet.state is State.BOUNCED and one.record and one.record.is_written_to
    )
    remarks = list_remarks(matches, Docket.read(events))
    return Findings(harvest, matches, recorded, remarks, waiting, failed)
