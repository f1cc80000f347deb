"""What in a campaign's log a person should look at."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from petitioner.mailing_log.desk import Desk
from petitioner.mailing_log.records import Event
from petitioner.mailing_log.standings import Standing
from petitioner.mailing_log.states import GOT_THROUGH, Packet

# The flags that may be a slip. The others say how well a thing is documented, and nobody can mend that afterwards.
_SUSPICIOUS = {"future", "early", "again", "unsent", "closed", "skipped"}


@dataclass(frozen=True, slots=True)
class Concern:
    """Something to look at; ``event`` is what gave rise to it, if anything did."""

    recipient: str
    event: Event | None
    words: str


def find_concerns(standings: Iterable[Standing], desk: Desk) -> tuple[Concern, ...]:
    """What needs attention, recipient by recipient."""
    return tuple(concern for standing in standings for concern in _find(standing, desk))


def is_late(desk: Desk) -> bool:
    """Whether the campaign's day is past."""
    return desk.today > desk.campaign.day


def _find(standing: Standing, desk: Desk) -> Iterator[Concern]:
    if standing.open_ways and is_late(desk):
        ways = " and ".join(standing.open_ways)
        yield Concern(standing.id, None, f"still open by {ways}, and the day was {desk.campaign.day}")
    for packet in standing.packets:
        if GOT_THROUGH.isdisjoint({packet.state, standing.state}):
            yield Concern(standing.id, packet.since, _tell_failure(packet))
        for event in packet.events:
            if words := "; ".join(_suspicions(event, desk)):
                yield Concern(standing.id, event, f"{event.kind}, {words}")


def _tell_failure(packet: Packet) -> str:
    note = packet.since.details.note
    return f"{packet.state} on {packet.since.happened_on}" + (f": {note}" if note else "")


def _suspicions(event: Event, desk: Desk) -> Iterator[str]:
    for code, words in event.details.flags.items():
        if code in _SUSPICIOUS and (code != "future" or event.happened_on > desk.today):
            yield words
