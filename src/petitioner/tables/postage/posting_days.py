"""Working days, and the last day to post a letter that must arrive in time."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from holidays import HolidayBase
from collections.abc import Iterable
from functools import lru_cache

from petitioner.model.postage import MailClass, Reach, Rounds
from petitioner.tables.postage import choose_class, load_postage

_DAY = timedelta(days=1)
_WEEKEND = frozenset({5, 6})  # Saturday and Sunday, as date.weekday() counts
_ONE_DAY = timedelta(days=1)
_CAUTIOUS_HOME, _CAUTIOUS_ABROAD = 3, 14
"""Days in transit where nothing is known of a post: counted as working days, so that a weekend makes them five."""


@dataclass(frozen=True, slots=True)
class Holiday:
    """A public holiday of a country, by its English name where there is one."""

    day: date
    country: str
    name: str


@dataclass(frozen=True, slots=True)
class Calendar:
    """The days on which people work in all of some countries, by their codes (ISO 3166).

    Of a country that the package does not know, Saturdays and Sundays are taken to be free and no day else.
    """

    countries: tuple[str, ...]

    def is_working(self, day: date) -> bool:
        """Whether a day is neither of a weekend nor a holiday in any of the countries."""
        return not any(_is_free(country, day) for country in self.countries)

    def find_holidays(self, first: date, last: date) -> tuple[Holiday, ...]:
        """The holidays from one day to another, both included, that are not of a weekend anyway."""
        days = list(_walk(first, last))
        found = [(day, country) for day in days for country in self.countries if _name_holiday(country, day)]
        return tuple(Holiday(day, country, _name_holiday(country, day)) for day, country in found)

    def add(self, day: date, count: int) -> date:
        """The working day that is ``count`` working days after a day."""
        for _ in range(count):
            day = self.go_on(day + _DAY)
        return day

    def go_on(self, day: date) -> date:
        """The day itself when it is a working day, else the next one that is."""
        while not self.is_working(day):
            day += _DAY
        return day

    def go_back(self, day: date) -> date:
        """The day itself when it is a working day, else the last one before that is."""
        while not self.is_working(day):
            day -= _DAY
        return day

    @property
    def unknown(self) -> tuple[str, ...]:
        """The countries whose holidays nobody knows here."""
        return tuple(country for country in self.countries if _open_country(country) is None)


def _walk(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += _DAY


def _is_free(country: str, day: date) -> bool:
    known = _open_country(country)
    if known is None:
        return day.weekday() in _WEEKEND
    return not known.is_working_day(day)  # it knows weekends that move, and those on which a country works


def _name_holiday(country: str, day: date) -> str:
    known = _open_country(country)
    if known is None or known.is_weekend(day):
        return ""
    return str(known.get(day) or "")


@cache
def _open_country(country: str) -> "HolidayBase | None":
    """The holidays of a country, and the days on which its banks are closed besides: counters and offices are, too."""
    from holidays import BANK, PUBLIC, country_holidays  # noqa: PLC0415 - a third of a second, only for who counts days

    try:
        known = country_holidays(country, language="en_US")
        closed = {BANK, PUBLIC} & set(known.supported_categories)
        return country_holidays(country, language="en_US", categories=closed) if BANK in closed else known
    except NotImplementedError:
        return None


@dataclass(frozen=True, slots=True)
class PostalRoute:
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
def find_deadline(route: PostalRoute, day: date) -> Deadline:
    """The last day to post so that a letter arrives on or before a day.

    A day counts for the way when the post works on it; the letter is posted on a working day of its own country.
    """
    name = choose_class(route.country, route.mail_class, route.to_country)
    days, working, remark = _measure(route, name)
    arrives = route.door.go_back(day)
    post_by = route.counter.go_back(arrives)
    while _arrive(route, post_by, days, working=working) > arrives:
        post_by = route.counter.go_back(post_by - _ONE_DAY)
    calendar = Calendar(tuple(dict.fromkeys((*route.post.countries, *route.door.countries))))
    unknown = [f"the holidays of {country} are not known here, only weekends" for country in calendar.unknown]
    remark = "; ".join(filter(None, (remark, *unknown)))
    return Deadline(name, post_by, arrives, days, working, calendar.find_holidays(post_by, day), remark)


def list_classes_in_time(route: PostalRoute, day: date, today: date) -> tuple[Deadline, ...]:
    """The classes by which a letter still arrives in time when it is posted today or later, the fastest first."""
    book = load_postage().get(route.country)
    reach = Reach.DOMESTIC if route.to_country == route.country else Reach.ABROAD
    names: Iterable[str] = (name for name, one in book.classes.items() if one.reach is reach) if book else ()
    routes = (PostalRoute(route.country, route.to_country, route.hosts, name) for name in names)
    found = [find_deadline(one, day) for one in routes]
    return tuple(sorted((one for one in found if one.post_by >= today), key=lambda one: one.post_by, reverse=True))


def _arrive(route: PostalRoute, posted: date, days: int, *, working: bool) -> date:
    """When a letter is in the hands of those whom it is for."""
    there = route.post.add(posted, days) if working else posted + timedelta(days=days)
    return route.door.go_on(there)


def _measure(route: PostalRoute, name: str | None) -> tuple[int, bool, str]:
    """Days in transit, whether they are working days, and what was taken by caution."""
    at_home = route.country == route.to_country
    book = load_postage().get(route.country)
    if book is None or name is None:
        days = _CAUTIOUS_HOME if at_home else _CAUTIOUS_ABROAD
        return days, True, f"how long mail takes from {route.country} is not known here; {days} days by caution"
    chosen: MailClass = book.classes[name]
    days = chosen.days_to.get(route.to_country, chosen.days)
    is_sure = route.to_country in chosen.days_to and chosen.days_to
    return days, chosen.rounds is Rounds.WORKING_DAYS, "" if is_sure else chosen.remark or ""
