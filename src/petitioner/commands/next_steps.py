"""The next steps of a coordinator, the most urgent first."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter

from petitioner.approval.approvals import ApprovalState, PacketApproval, format_hold_command
from petitioner.log.states.attention import Concern
from petitioner.log.states.packets import GOT_THROUGH, ON_PAPER, UNSENT, State
from petitioner.log.states.recipient_status import ChannelStatus
from petitioner.model.recipient import Channel
from petitioner.terminal import MOST_NAMED, format_count, format_ids


@dataclass(frozen=True, slots=True)
class CampaignStatus:
    """What is done and what is left. ``requests`` is None while letters have errors; ``built`` counts files.

    ``outdated`` are the recipients whose files in ``out/`` do not have the present content.
    """

    channels: Sequence[ChannelStatus]
    requests: Sequence[PacketApproval] | None
    concerns: Sequence[Concern]
    built: int
    outdated: frozenset[str] = frozenset()

    @property
    def in_doubt(self) -> bool:
        """Whether an e-mail is in doubt."""
        return any(map(_is_doubtful, self.channels))

    @property
    def attention(self) -> str:
        """How many things need attention, if other steps do not cover all of them."""
        going_on = {one.key for one in self.channels if one.state in UNSENT or _is_doubtful(one)}
        if not any(one.stops or (one.event and one.event.packet not in going_on) for one in self.concerns):
            return ""
        count = len(self.concerns)
        return f"{format_count(count, 'thing')} {'needs' if count == 1 else 'need'} attention"

    @property
    def has_errors(self) -> bool:
        """Whether letters that should go out have errors."""
        return self.is_open and self.requests is None

    @property
    def unbuilt(self) -> str:
        """What a build would do for the packets that wait for approval."""
        if not self.is_open or self.has_errors:
            return ""
        if not self.built:
            return "it makes every letter"
        is_outdated = any(one.recipient.id in self.outdated for one in self._list_unapproved())
        return "it makes every letter that is out of date" if is_outdated else ""

    @property
    def unapproved(self) -> bool:
        """Whether a packet waits for approval and can be approved."""
        return not self.unbuilt and any(self._list_unapproved())

    @property
    def emails(self) -> bool:
        """Whether an e-mail is approved and not on hold."""
        return any(self._list_approved(Channel.EMAIL))

    @property
    def print_in_doubt(self) -> str:
        """The command that finds out about the first packet whose printing is in doubt."""
        doubtful = (one.packet for one in self.channels if one.packet and one.state is State.PRINT_IN_DOUBT)
        return next((f"petitioner print --printer {packet.since.details.account}" for packet in doubtful), "")

    @property
    def unprinted(self) -> bool:
        """Whether a letter on paper is approved, not on hold, and not printed yet."""
        printed = {one.key for one in self.channels if one.state in ON_PAPER}
        approved = (*self._list_approved(Channel.POST), *self._list_approved(Channel.HAND))
        return any(one.key not in printed for one in approved)

    @property
    def posts(self) -> str:
        """The recipients of approved letters by post, as arguments of a command."""
        return format_ids(one.recipient.id for one in self._list_approved(Channel.POST))

    @property
    def hands(self) -> str:
        """The recipients of approved letters by hand, as arguments of a command."""
        return format_ids(one.recipient.id for one in self._list_approved(Channel.HAND))

    @property
    def release(self) -> str:
        """The command that asks about the recipients on hold, or about the first of very many."""
        held = tuple(dict.fromkeys(one.recipient.id for one in self.requests or () if one.recipient.hold))
        return format_hold_command(*held[:MOST_NAMED]) if held else ""

    @property
    def is_open(self) -> bool:
        """Whether a packet is still to go out."""
        return any(one.channel in one.status.open_channels for one in self.channels)

    @property
    def has_failed(self) -> bool:
        """Whether a packet has neither got through nor is closed, skipped or replaced; asked when none is open."""
        over = GOT_THROUGH | {State.CLOSED, State.SKIPPED}
        return any(
            one.state not in over and not (one.packet and one.status.is_replaced(one.packet)) for one in self.channels
        )

    def _list_unapproved(self) -> Iterator[PacketApproval]:
        return (one for one in self.requests or () if one.verdict is not ApprovalState.APPROVED and self._may_go(one))

    def _list_approved(self, channel: Channel) -> Iterator[PacketApproval]:
        approved = (one for one in self.requests or () if one.verdict is ApprovalState.APPROVED and self._may_go(one))
        return (one for one in approved if one.key.channel == channel)

    def _may_go(self, request: PacketApproval) -> bool:
        """Whether a packet needs nothing but its approval."""
        stopped = {(concern.recipient, concern.stops) for concern in self.concerns if concern.stops}
        return not request.recipient.hold and (request.recipient.id, request.key.channel) not in stopped


def _is_doubtful(one: ChannelStatus) -> bool:
    return one.state is State.IN_DOUBT and one.channel == Channel.EMAIL


# In the order of urgency: a value that is empty if there is no work, the command, and why. {} is the value.
_STEPS: tuple[tuple[Callable[[CampaignStatus], str | bool], str, str], ...] = (
    (attrgetter("in_doubt"), "petitioner inbox", "it looks for news of those in doubt"),
    (attrgetter("attention"), "petitioner log", "{}"),
    (attrgetter("print_in_doubt"), "{}", "it asks the queue about those in doubt"),
    (attrgetter("has_errors"), "petitioner check", "the letters have errors"),
    (attrgetter("unbuilt"), "petitioner build", "{}"),
    (attrgetter("unapproved"), "petitioner approve", "it shows each letter once, then asks"),
    (attrgetter("emails"), "petitioner send", "it shows what would be sent by e-mail; nothing is sent yet"),
    (attrgetter("unprinted"), "petitioner print", "one file of all approved letters on paper, and a cover sheet"),
    (attrgetter("posts"), "petitioner log add posted {}", "after printing and posting"),
    (attrgetter("hands"), "petitioner log add handed {}", "after printing and handing over"),
    (attrgetter("release"), "{}", "to solve what is on hold: it asks about each one"),
)
_LATE = (
    (attrgetter("is_open"), "petitioner log", "after posting: petitioner log add posted ID… --tracking NUMBER"),
    (attrgetter("has_failed"), "petitioner log", "not every letter got through"),
    (bool, "petitioner log", "every letter has left"),
)


def list_steps(state: CampaignStatus) -> tuple[tuple[str, str], ...]:
    """Return every command that there is work for, and why, the most urgent first; at least one."""
    steps = [(command.format(value), why.format(value)) for ask, command, why in _STEPS if (value := ask(state))]
    rest = ((command, why) for ask, command, why in _LATE if ask(state))
    return tuple(steps) or (next(rest),)
