"""What a coordinator should do next, the most urgent first: the one place where bare ``petitioner`` chooses."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter

from petitioner.approval.packets import ApprovalRequest, ApprovalState
from petitioner.approval.review import hold_command
from petitioner.commands.load_and_check import count_things, name_ids
from petitioner.log.states.attention import Concern
from petitioner.log.states.packets import GOT_THROUGH, ON_PAPER, UNSENT, State
from petitioner.log.states.recipient_status import ChannelStatus
from petitioner.model.recipient import Channel


@dataclass(frozen=True, slots=True)
class Agenda:
    """Where everything stands. ``requests`` are None while the letters have errors; ``built`` counts files.

    ``outdated`` are the recipients whose files in ``out/`` are not those of the present letters.
    """

    ways: Sequence[ChannelStatus]
    requests: Sequence[ApprovalRequest] | None
    concerns: Sequence[Concern]
    built: int
    outdated: frozenset[str] = frozenset()

    @property
    def in_doubt(self) -> bool:
        """Whether nobody knows of some e-mail whether it left."""
        return any(map(_is_doubtful, self.ways))

    @property
    def attention(self) -> str:
        """How much needs attention, where some of it is more than what other steps are named for."""
        going_on = {way.key for way in self.ways if way.state in UNSENT or _is_doubtful(way)}
        if not any(one.stops or (one.event and one.event.packet not in going_on) for one in self.concerns):
            return ""
        count = len(self.concerns)
        return f"{count_things(count, 'thing')} {'needs' if count == 1 else 'need'} attention"

    @property
    def has_errors(self) -> bool:
        """Whether letters that should go out cannot be made as they are written."""
        return self.is_open and self.requests is None

    @property
    def unbuilt(self) -> str:
        """What a build would do for what waits for a yes."""
        if not self.is_open or self.has_errors:
            return ""
        if not self.built:
            return "it makes every letter"
        is_outdated = any(one.recipient.id in self.outdated for one in self._list_unapproved())
        return "it makes every letter that is out of date" if is_outdated else ""

    @property
    def unapproved(self) -> bool:
        """Whether something waits for a yes, and may have one."""
        return not self.unbuilt and any(self._list_unapproved())

    @property
    def emails(self) -> bool:
        """Whether e-mails are approved, and not on hold."""
        return any(self._list_approved(Channel.EMAIL))

    @property
    def print_in_doubt(self) -> str:
        """The command that asks after the first packet of which nobody knows whether it lies on paper."""
        doubtful = (way.packet for way in self.ways if way.packet and way.state is State.PRINT_IN_DOUBT)
        return next((f"petitioner print --printer {packet.since.details.account}" for packet in doubtful), "")

    @property
    def unprinted(self) -> bool:
        """Whether letters on paper are approved, not on hold, and not printed yet."""
        lying = {way.key for way in self.ways if way.state in ON_PAPER}
        return any(one.key not in lying for way in (Channel.POST, Channel.HAND) for one in self._list_approved(way))

    @property
    def posts(self) -> str:
        """Whose letters go by post, are approved, and not on hold, as a command is told them."""
        return name_ids(one.recipient.id for one in self._list_approved(Channel.POST))

    @property
    def hands(self) -> str:
        """Whose letters are handed over, are approved, and not on hold, as a command is told them."""
        return name_ids(one.recipient.id for one in self._list_approved(Channel.HAND))

    @property
    def release(self) -> str:
        """The command that takes the first hold away, where there is one."""
        held = (one.recipient.id for one in self.requests or () if one.recipient.hold)
        return next((hold_command(id_) for id_ in held), "")

    @property
    def is_open(self) -> bool:
        """Whether somebody is still to be written to."""
        return any(way.channel in way.status.open_channels for way in self.ways)

    @property
    def has_failed(self) -> bool:
        """Whether something left and did not arrive."""
        over = GOT_THROUGH | {State.CLOSED, State.SKIPPED}
        return any(
            way.state not in over and not (way.packet and way.status.is_replaced(way.packet)) for way in self.ways
        )

    def _list_unapproved(self) -> Iterator[ApprovalRequest]:
        return (one for one in self.requests or () if one.verdict is not ApprovalState.APPROVED and self._may_go(one))

    def _list_approved(self, channel: Channel) -> Iterator[ApprovalRequest]:
        approved = (one for one in self.requests or () if one.verdict is ApprovalState.APPROVED and self._may_go(one))
        return (one for one in approved if one.key.channel == channel)

    def _may_go(self, request: ApprovalRequest) -> bool:
        """Whether a packet waits for nothing but its approval."""
        stopped = {(concern.recipient, concern.stops) for concern in self.concerns if concern.stops}
        return not request.recipient.hold and (request.recipient.id, request.key.channel) not in stopped


def _is_doubtful(way: ChannelStatus) -> bool:
    return way.state is State.IN_DOUBT and way.channel == Channel.EMAIL


# In the order of urgency, one line a command: when it is named, how it is typed, and what it does. What the first gives
# stands for {} in the others.
_STEPS: tuple[tuple[Callable[[Agenda], str | bool], str, str], ...] = (
    (attrgetter("in_doubt"), "petitioner inbox", "it looks for signs of what became of those in doubt"),
    (attrgetter("attention"), "petitioner log", "{}"),
    (attrgetter("print_in_doubt"), "{}", "it asks the queue what became of those in doubt"),
    (attrgetter("has_errors"), "petitioner check", "the letters have errors"),
    (attrgetter("unbuilt"), "petitioner build", "{}"),
    (attrgetter("unapproved"), "petitioner approve", "it shows each letter once, and asks"),
    (attrgetter("emails"), "petitioner send", "it says what would go out by e-mail; nothing leaves yet"),
    (attrgetter("unprinted"), "petitioner print", "all that is approved on paper in one file, and a cover sheet"),
    (attrgetter("posts"), "petitioner log add posted {}", "after printing and posting"),
    (attrgetter("hands"), "petitioner log add handed {}", "after printing and handing over"),
    (attrgetter("release"), "{}", "it is on hold; once that is settled"),
)
_LATE = (
    (attrgetter("is_open"), "petitioner log", "after posting: petitioner log add posted ID… --tracking NUMBER"),
    (attrgetter("has_failed"), "petitioner log", "not every letter got through"),
    (bool, "petitioner log", "nobody is left to write to"),
)


def list_steps(agenda: Agenda) -> tuple[tuple[str, str], ...]:
    """Every command that there is work for, and why, the most urgent first; never none."""
    steps = [(command.format(said), why.format(said)) for ask, command, why in _STEPS if (said := ask(agenda))]
    rest = ((command, why) for ask, command, why in _LATE if ask(agenda))
    return tuple(steps) or (next(rest),)
