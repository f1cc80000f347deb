"""The outcome of each letter, and of each mission's letters in a year, from the events of several logs."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property

from petitioner.log.events import Event, PacketKey
from petitioner.log.kinds import CHANNEL_OF, LEAVING, Kind
from petitioner.log.states.packets import FAILED, GOT_THROUGH, UNDECIDED, PacketStatus, State, list_packets
from petitioner.report.joining import VerifiedLog


class Outcome(StrEnum):
    """The outcome of a letter, from the best to the worst. The values are keys of the report's words."""

    ANSWERED = "answered"
    SENT = "sent"
    UNKNOWN = "unknown"
    FAILED = "failed"
    UNSENT = "unsent"


SENT_OUTCOMES = tuple(one for one in Outcome if one is not Outcome.UNSENT)
"""The outcomes of letters that were sent, or may have been."""

_RANKS = {outcome: rank for rank, outcome in enumerate(Outcome)}


def find_outcome(state: State) -> Outcome:
    """Return the outcome of a letter in a state."""
    if state is State.REPLIED:
        return Outcome.ANSWERED
    if state in GOT_THROUGH:
        return Outcome.SENT
    if state in UNDECIDED:
        return Outcome.UNKNOWN
    return Outcome.FAILED if state in FAILED - {State.SETTLED_NOT_SENT} else Outcome.UNSENT


def choose_best(outcomes: Iterable[Outcome]) -> Outcome:
    """Return the best of some outcomes."""
    return min(outcomes, key=_RANKS.__getitem__)


@dataclass(frozen=True)
class Letter:
    """One packet of one log: everything that went to a mission by one channel in one attempt."""

    log: str
    packet: PacketStatus

    @property
    def key(self) -> PacketKey:
        """The key of the packet in its log."""
        return self.packet.key

    @cached_property
    def outcome(self) -> Outcome:
        """The outcome of its last state."""
        return find_outcome(self.packet.state)

    @cached_property
    def sending(self) -> Event | None:
        """The event by which it left, or may have left; None if the log has none."""
        left = [event for event in self.packet.events if event.kind in LEAVING]
        by_hand = [event for event in left if event.kind in CHANNEL_OF]
        return next(iter(by_hand or left), None)

    @property
    def sent_on(self) -> date | None:
        """The day on which it left."""
        return self.sending.happened_on if self.sending else None

    @cached_property
    def answer(self) -> Event | None:
        """The first answer of a person."""
        return next((event for event in self.packet.events if event.kind is Kind.REPLIED), None)


@dataclass(frozen=True)
class MissionYear:
    """All letters to one mission in one year, from all logs and of all editions."""

    year: str
    recipient: str
    letters: tuple[Letter, ...]

    @cached_property
    def outcome(self) -> Outcome:
        """The best outcome of a letter."""
        return choose_best(letter.outcome for letter in self.letters)

    @cached_property
    def answer(self) -> Event | None:
        """The first answer to any of the letters."""
        answers = [one.answer for one in self.letters if one.answer and one.outcome is Outcome.ANSWERED]
        return min(answers, key=lambda event: (event.happened_on, event.id), default=None)

    @cached_property
    def sent_on(self) -> date | None:
        """The day on which the first letter left."""
        return min((one.sent_on for one in self.letters if one.sent_on), default=None)

    @property
    def days(self) -> int | None:
        """The days from the first letter to the answer; None without an answer, or if a day is not known."""
        if self.answer is None or self.sent_on is None:
            return None
        return max((self.answer.happened_on - self.sent_on).days, 0)


def list_letters(logs: Iterable[VerifiedLog], campaigns: Collection[str] | None = None) -> tuple[Letter, ...]:
    """Return all packets of the named campaigns, such as 2027 or 2027-2; None means all campaigns."""
    return tuple(
        Letter(log.name, packet)
        for log in logs
        for packet in list_packets(event for event in log.events if is_chosen(event, campaigns))
    )


def is_chosen(event: Event, campaigns: Collection[str] | None) -> bool:
    """Whether an event belongs to one of some campaigns: a year with all its editions, or one edition."""
    return campaigns is None or event.campaign in campaigns or f"{event.campaign}-{event.edition}" in campaigns


def group_by_mission(letters: Sequence[Letter]) -> tuple[MissionYear, ...]:
    """Return the letters of each mission and year, in the order of years and ids."""
    groups: dict[tuple[str, str], list[Letter]] = {}
    for letter in letters:
        groups.setdefault((letter.key.campaign, letter.key.recipient), []).append(letter)
    return tuple(MissionYear(*key, tuple(groups[key])) for key in sorted(groups))


def keep_sent(missions: Iterable[MissionYear]) -> Iterator[MissionYear]:
    """Yield the missions to which a letter was sent, or may have been."""
    return (mission for mission in missions if mission.outcome is not Outcome.UNSENT)
