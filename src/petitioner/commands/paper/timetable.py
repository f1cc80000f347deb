"""When letters on paper must leave: what ``print --mail-by`` and the bare command begin with."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from petitioner.locales import choose_text
from petitioner.mailing_log.desk import Desk
from petitioner.mailing_log.states.standings import Standing
from petitioner.model.recipient import Channel
from petitioner.postage import load_books
from petitioner.postage.arrival import Deadline, Journey, find_deadline, list_ways_left

_NEAR = 21
"""How many days before the campaign's day somebody wants to know when to post."""


@dataclass(frozen=True, slots=True)
class Trip:
    """A letter that is still to leave by ``way``, from ``country``; ``left`` are the classes that are still in time.

    Of one that is handed over, the deadline's ``post_by`` is the last day on which somebody is there.
    """

    id: str
    name: str
    way: str
    country: str
    deadline: Deadline
    left: tuple[Deadline, ...]


def plan_trips(desk: Desk, standings: Iterable[Standing]) -> tuple[Trip, ...]:
    """Every letter on paper that is still to leave, in the order of recipients.yaml."""
    return tuple(
        _plan(standing, standing.record.country, way, desk)
        for standing in standings
        for way in standing.open_ways
        if standing.record and way in (Channel.POST, Channel.HAND)
    )


def tell_first_posting(desk: Desk, standings: Iterable[Standing]) -> str:
    """By when the first letter must be posted, in a line; nothing while that is far off, past, or none waits."""
    waiting = [standing for standing in standings if Channel.POST in standing.open_ways]
    if not waiting or not 0 <= (desk.campaign.day - desk.today).days < _NEAR:
        return ""
    days = [trip.deadline.post_by for trip in plan_trips(desk, waiting) if trip.way == Channel.POST]
    verb = "had" if min(days) < desk.today else "has"
    return f"The first letter {verb} to be posted by {tell_day(min(days))}: petitioner print --mail-by"


def name_class(country: str, name: str | None) -> str:
    """What a class of mail is called, in English and in the words of its own post: ``express letter (速達)``."""
    book = load_books().get(country)
    found = book.classes.get(name) if book and name else None
    if found is None:
        return name or "letter"
    first, *others = dict.fromkeys((choose_text(found.name), *found.name.values()))
    return f"{first} ({', '.join(others)})" if others else first


def tell_day(day: date) -> str:
    """A day with its weekday: ``Friday 24 September 2027``."""
    return f"{day:%A} {day.day} {day:%B %Y}"


def _plan(standing: Standing, country: str, way: str, desk: Desk) -> Trip:
    campaign, day = desk.campaign, desk.campaign.day
    hosts = (campaign.addressee.country,) if campaign.addressee.country else ()
    mail_class = campaign.post.mail_class if way == Channel.POST else None
    journey = Journey(campaign.sender.country, country, hosts, mail_class)
    if way == Channel.HAND:
        there = journey.door.go_back(day)
        deadline = Deadline(None, there, there, 0, counts_working_days=False, holidays=())
        return Trip(standing.id, standing.short_name, way, journey.country, deadline, ())
    left = list_ways_left(journey, day, desk.today)
    return Trip(standing.id, standing.short_name, way, journey.country, find_deadline(journey, day), left)
