"""Working days: the weekends and public holidays of countries, by the ``holidays`` package."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from holidays import HolidayBase

_DAY = timedelta(days=1)
_WEEKEND = frozenset({5, 6})  # Saturday and Sunday, as date.weekday() counts


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
