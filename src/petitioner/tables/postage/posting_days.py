"""Working days, and the last day to post a letter that must arrive in time."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from petitioner.model.postage import MailClass, Reach, Rounds
from petitioner.tables.postage import choose_class, load_postage

if TYPE_CHECKING:
    from holidays import HolidayBase

_ONE_DAY = timedelta(days=1)
_WEEKEND = frozenset({5, 6})  # Saturday and Sunday, as date.weekday() counts
_DEFAULT_DAYS_DOMESTIC, _DEFAULT_DAYS_ABROAD = 3, 14
"""Days in transit without a table for a post: working days, so that three are five over a weekend."""


@dataclass(frozen=True, slots=True)
class Holiday:
    """A public holiday of a country, with its English name if it has one."""

    day: date
    country: str
    name: str


@dataclass(frozen=True, slots=True)
class Calendar:
    """The days on which people work in all of some countries, by their codes (ISO 3166).

    For a country that the package holidays does not have, only Saturdays and Sundays are days off.
    """

    countries: tuple[str, ...]

    def is_working(self, day: date) -> bool:
        """Whether a day is a working day in all of the countries."""
        return not any(_is_day_off(country, day) for country in self.countries)

    def find_holidays(self, first: date, last: date) -> tuple[Holiday, ...]:
        """Return the holidays from ``first`` to ``last`` that are not on a weekend."""
        days = [first + number * _ONE_DAY for number in range((last - first).days + 1)]
        found = [(day, country) for day in days for country in self.countries if _name_holiday(country, day)]
        return tuple(Holiday(day, country, _name_holiday(country, day)) for day, country in found)

    def add(self, day: date, count: int) -> date:
        """Return the working day that is ``count`` working days after a day."""
        for _ in range(count):
            day = self.go_on(day + _ONE_DAY)
        return day

    def go_on(self, day: date) -> date:
        """Return the day itself if it is a working day, or else the next working day."""
        while not self.is_working(day):
            day += _ONE_DAY
        return day

    def go_back(self, day: date) -> date:
        """Return the day itself if it is a working day, or else the last working day before it."""
        while not self.is_working(day):
            day -= _ONE_DAY
        return day

    @property
    def unknown(self) -> tuple[str, ...]:
        """The countries without a list of holidays."""
        return tuple(country for country in self.countries if _load_holidays(country) is None)


def _is_day_off(country: str, day: date) -> bool:
    holidays = _load_holidays(country)
    if holidays is None:
        return day.weekday() in _WEEKEND
    return not holidays.is_working_day(day)  # it knows weekends that move, and those on which a country works


def _name_holiday(country: str, day: date) -> str:
    holidays = _load_holidays(country)
    if holidays is None or holidays.is_weekend(day):
        return ""
    return str(holidays.get(day) or "")


@cache
def _load_holidays(country: str) -> "HolidayBase | None":
    """Return the public and bank holidays of a country, when post offices are closed; None without a list."""
    from holidays import BANK, PUBLIC, country_holidays  # noqa: PLC0415 - a third of a second, only for who counts days

    try:
        public = country_holidays(country, language="en_US")
        categories = {BANK, PUBLIC} & set(public.supported_categories)
        return country_holidays(country, language="en_US", categories=categories) if BANK in categories else public
    except NotImplementedError:
        return None


@dataclass(frozen=True, slots=True)
class PostalRoute:
    """The route of a letter: from one country to another, by a class of mail.

    ``hosts`` are further countries on whose holidays the mission is closed, such as the one that it represents.
    """

    country: str
    to_country: str
    hosts: tuple[str, ...] = ()
    mail_class: str | None = None

    @property
    def post(self) -> Calendar:
        """The days on which mail is transported: working days in both countries."""
        return Calendar(tuple(dict.fromkeys((self.country, self.to_country))))

    @property
    def counter(self) -> Calendar:
        """The days on which every post office accepts letters."""
        return Calendar((self.country,))

    @property
    def door(self) -> Calendar:
        """The days on which the recipient is open and can receive the letter."""
        return Calendar(tuple(dict.fromkeys((self.to_country, *self.hosts))))


@dataclass(frozen=True, slots=True)
class Deadline:
    """The last day to post a letter (``post_by``) that must arrive on ``arrives`` at the latest.

    ``days`` are the days in transit, working days if ``counts_working_days``; ``holidays`` are those in this time.
    ``remark`` names what is only an estimate.
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
    """Return the last day to post a letter so that it arrives on or before a day.

    Days in transit are days on which the post works; the letter is posted on a working day of its own country.
    """
    name = choose_class(route.country, route.mail_class, route.to_country)
    days, working, remark = _find_transit_days(route, name)
    arrives = route.door.go_back(day)
    post_by = route.counter.go_back(arrives)
    while _find_arrival(route, post_by, days, working=working) > arrives:
        post_by = route.counter.go_back(post_by - _ONE_DAY)
    calendar = Calendar(tuple(dict.fromkeys((*route.post.countries, *route.door.countries))))
    unknown = [f"the holidays of {country} are not known here, only weekends" for country in calendar.unknown]
    remark = "; ".join(filter(None, (remark, *unknown)))
    return Deadline(name, post_by, arrives, days, working, calendar.find_holidays(post_by, day), remark)


def list_classes_in_time(route: PostalRoute, day: date, today: date) -> tuple[Deadline, ...]:
    """Return the deadlines of all classes of mail that still arrive in time, the latest deadline first."""
    table = load_postage().get(route.country)
    reach = Reach.DOMESTIC if route.to_country == route.country else Reach.ABROAD
    names: Iterable[str] = (name for name, one in table.classes.items() if one.reach is reach) if table else ()
    routes = (PostalRoute(route.country, route.to_country, route.hosts, name) for name in names)
    found = [find_deadline(one, day) for one in routes]
    return tuple(
        sorted(
            (one for one in found if one.post_by >= today),
            key=lambda one: one.post_by,
            reverse=True,
        )
    )


def _find_arrival(route: PostalRoute, posted: date, days: int, *, working: bool) -> date:
    """Return the day on which the recipient receives a letter that was ``posted`` on a day."""
    delivered = route.post.add(posted, days) if working else posted + timedelta(days=days)
    return route.door.go_on(delivered)


def _find_transit_days(route: PostalRoute, name: str | None) -> tuple[int, bool, str]:
    """Return the days in transit, whether they are working days, and what is only an estimate."""
    at_home = route.country == route.to_country
    table = load_postage().get(route.country)
    if table is None or name is None:
        days = _DEFAULT_DAYS_DOMESTIC if at_home else _DEFAULT_DAYS_ABROAD
        return days, True, f"how long mail takes from {route.country} is not known here; {days} days by caution"
    chosen: MailClass = table.classes[name]
    days = chosen.days_to.get(route.to_country, chosen.days)
    is_sure = route.to_country in chosen.days_to and chosen.days_to
    return days, chosen.rounds is Rounds.WORKING_DAYS, "" if is_sure else chosen.remark or ""
