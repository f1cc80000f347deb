"""Join the logs of several countries: leave out copies of one log, and find missions that several logs wrote to."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from petitioner.errors import PetitionerError
from petitioner.log.events import Event, PacketKey
from petitioner.log.kinds import LEAVING
from petitioner.log.states.packets import effective_events
from petitioner.user_data.claims import normalize_destination

_Place = tuple[str, str, str]
"""A campaign, a channel and a destination by it; or a campaign, nothing, and the id of a recipient."""


@dataclass(frozen=True, slots=True)
class VerifiedLog:
    """A log that was verified. ``read_file`` returns the bytes of a document by its hash, or None if it was erased."""

    name: str
    events: tuple[Event, ...]
    read_file: Callable[[str], bytes | None]

    @property
    def tip(self) -> str:
        """The hash of the last event, which depends on all events."""
        return self.events[-1].hash


@dataclass(frozen=True, slots=True)
class Overlap:
    """Missions that several logs wrote to in one year: several ids if the destination is the same."""

    campaign: str
    recipients: tuple[str, ...]
    logs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class JoinedLogs:
    """The different logs, and overlaps; ``copies`` are pairs of a copy that was left out and the log that it copies."""

    logs: tuple[VerifiedLog, ...]
    copies: tuple[tuple[str, str], ...]
    overlaps: tuple[Overlap, ...]


def join_logs(logs: Sequence[VerifiedLog]) -> JoinedLogs:
    """Join logs. Of several copies of one log, the longest counts.

    Raises ``PetitionerError`` for two versions of one log, if neither is a copy of the other.
    """
    kept: list[VerifiedLog] = []
    copies: list[tuple[str, str]] = []
    for log in sorted(logs, key=lambda one: -len(one.events)):
        whole = next((one for one in kept if one.events[0].hash == log.events[0].hash), None)
        if whole is None:
            kept.append(log)
        elif whole.events[len(log.events) - 1].hash == log.tip:
            copies.append((log.name, whole.name))
        else:
            raise _make_fork_error(whole, log)
    ordered = tuple(log for log in logs if any(log is one for one in kept))
    return JoinedLogs(ordered, tuple(sorted(copies)), tuple(_find_overlaps(ordered)))


def _make_fork_error(one: VerifiedLog, other: VerifiedLog) -> PetitionerError:
    pairs = zip(one.events, other.events, strict=False)
    first = next(ours.id for ours, theirs in pairs if ours.hash != theirs.hash)
    words = f"{other.name} and {one.name} are two versions of one log, which differ from event {first} on."
    return PetitionerError(words, "Find out which one is right, and name only that one.")


def _find_overlaps(logs: Sequence[VerifiedLog]) -> Iterator[Overlap]:
    """Yield the missions that got letters from different logs: those of one id, and those of one destination."""
    found: dict[_Place, tuple[set[str], set[str]]] = {}
    for log in logs if len(logs) > 1 else ():
        for packet, destination in _list_sent(log.events):
            for place in _list_places(packet, destination):
                recipients, names = found.setdefault(place, (set(), set()))
                recipients.add(packet.recipient)
                names.add(log.name)
    shared = (
        Overlap(campaign, tuple(sorted(recipients)), tuple(sorted(names)))
        for (campaign, *_), (recipients, names) in found.items()
        if len(names) > 1
    )
    yield from sorted(dict.fromkeys(shared), key=lambda one: (one.campaign, one.recipients))


def _list_sent(events: Iterable[Event]) -> Iterable[tuple[PacketKey, str]]:
    sent = (event for event in effective_events(events) if event.kind in LEAVING)
    return dict.fromkeys((event.packet, event.destination) for event in sent)


def _list_places(packet: PacketKey, destination: str) -> Iterator[_Place]:
    yield packet.campaign, "", packet.recipient
    for place in normalize_destination(packet.channel, destination):
        yield packet.campaign, packet.channel, place
