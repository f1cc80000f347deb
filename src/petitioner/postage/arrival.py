"""The last day to post a letter so that it arrives in time, and the ways that are left after it. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from petitioner.model.postage import MailClass, Reach, Rounds
from petitioner.postage import choose_class, load_books
from petitioner.postage.workdays import Calendar, Holiday

_DAY = timedelta(days=1)
_CAUTIOUS_HOME, _CAUTIOUS_ABROAD = 3, 14
"""Days in transit where nothing is known of a post: counted as working days, so that a weekend makes them five."""


@dataclass(frozen=True, slots=True)
class Journey:
    """A letter's way: from a country to a country, to people who also keep the holidays of ``hosts``, by a class.

    ``hosts`` are further countries, such as the one that a mission represents: it is closed on their holidays, too.
    """

    country: str
    to_country: str
    hosts: tuple[str, ...] = ()
    mail_class: str | None = None

    @property
    def post(self) -> Calendar:
        """The days on which letters move on: both countries work."""
        return Calendar(tuple(dict.fromkeys((self.country, self.to_country))))

    @property
    def counter(self) -> Calendar:
        """The days on which letters are taken in at every post office."""
        return Calendar((self.country,))

    @property
    def door(self) -> Calendar:
        """The days on which somebody is there to take the letter."""
        return Calendar(tuple(dict.fromkeys((self.to_country, *self.hosts))))


@dataclass(frozen=True, slots=True)
class Deadline:
    """``post_by`` is the last day to post a letter that is there on ``arrives``, the last day that is good enough.

    ``days`` are days in transit, working days where ``counts_working_days``. ``holidays`` lie in between. ``remark``
    says where something was taken by caution.
    """

    mail_class: str | None
    post_by: date
    arrives: date
    days: int
    counts_working_days: bool
    holidays: tuple[Holiday, ...]
    remark: str = ""


@lru_cache(maxsize=4096)
def find_deadline(journey: Journey, day: date) -> Deadline:
    """The last day to post so that a letter arrives on or before a day.

    A day counts for the way when the post works on it; the letter is posted on a working day of its own country.
    """
    name = choose_class(journey.country, journey.mail_class, journey.to_country)
    days, working, remark = _measure(journey, name)
    arrives = journey.door.go_back(day)
    post_by = journey.counter.go_back(arrives)
    while _arrive(journey, post_by, days, working=working) > arrives:
        post_by = journey.counter.go_back(post_by - _DAY)
    calendar = Calendar(tuple(dict.fromkeys((*journey.post.countries, *journey.door.countries))))
    unknown = [f"the holidays of {country} are not known here, only weekends" for country in calendar.unknown]
    remark = "; ".join(filter(None, (remark, *unknown)))
    return Deadline(name, post_by, arrives, days, working, calendar.find_holidays(post_by, day), remark)


def list_ways_left(journey: Journey, day: date, today: date) -> tuple[Deadline, ...]:
    """The classes by which a letter still arrives in time when it is posted today or later, the fastest first."""
    book = load_books().get(journey.country)
    reach = Reach.DOMESTIC if journey.to_country == journey.country else Reach.ABROAD
    names: Iterable[str] = (name for name, one in book.classes.items() if one.reach is reach) if book else ()
    ways = (Journey(journey.country, journey.to_country, journey.hosts, name) for name in names)
    found = [find_deadline(way, day) for way in ways]
    return tuple(sorted((one for one in found if one.post_by >= today), key=lambda one: one.post_by, reverse=True))


def _arrive(journey: Journey, posted: date, days: int, *, working: bool) -> date:
    """When a letter is in the hands of those whom it is for."""
    there = journey.post.add(posted, days) if working else posted + timedelta(days=days)
    return journey.door.go_on(there)


def _measure(journey: Journey, name: str | None) -> tuple[int, bool, str]:
    """Days in transit, whether they are working days, and what was taken by caution."""
    at_home = journey.country == journey.to_country
    book = load_books().get(journey.country)
    if book is None or name is None:
        days = _CAUTIOUS_HOME if at_home else _CAUTIOUS_ABROAD
        return days, True, f"how long mail takes from {journey.country} is not known here; {days} days by caution"
    chosen: MailClass = book.classes[name]
    days = chosen.days_to.get(journey.to_country, chosen.days)
    is_sure = journey.to_country in chosen.days_to and chosen.days_to
    return days, chosen.rounds is Rounds.WORKING_DAYS, "" if is_sure else chosen.remark or ""
