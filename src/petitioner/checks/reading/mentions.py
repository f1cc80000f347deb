"""A date as it stands in a text: as much of it as was written."""

import datetime as dt
from calendar import monthrange
from dataclasses import dataclass

from petitioner.checks.reading.eras import Era, load_eras, name_first_year

_LEAP = 2000
"""A year with a 29 February, for dates without a year."""


@dataclass(frozen=True, slots=True)
class Mention:
    """A date, a month or a year in a text.

    ``start`` and ``end`` count characters of the text as written, ``inner_start`` and ``inner_end`` of the folded one.
    ``weekday`` counts from Monday, 0. ``era`` is the one that the year was counted in. A ``loose`` mention may be
    something else: in "In May 31 people …" there is no date.
    """

    start: int
    end: int
    inner_start: int
    inner_end: int
    year: int | None = None
    month: int | None = None
    day: int | None = None
    weekday: int | None = None
    era: Era | None = None
    loose: bool = False

    @property
    def exists(self) -> bool:
        """Whether the calendar has such a day, and the era such a date."""
        if self.month is not None and not 1 <= self.month <= 12:  # noqa: PLR2004 - months of a year
            return False
        if self.month and self.day is not None and not 1 <= self.day <= monthrange(self.year or _LEAP, self.month)[1]:
            return False
        return self.era is None or self.year is None or self.era.holds(self.year, self.month, self.day)

    @property
    def date(self) -> dt.date | None:
        """The day, when it was given whole and exists."""
        return self.date_in(self.year) if self.year else None

    def date_in(self, year: int) -> dt.date | None:
        """The day in its own year or else in the one given; None when no day was given, or none exists."""
        if not self.month or not self.day or not self.exists:
            return None
        try:
            return dt.date(self.year or year, self.month, self.day)
        except ValueError:  # 29 February
            return None


def read_era(name: str, count: str) -> tuple[Era, int]:
    """An era by its name or initial, and the year that its count, such as 元 or 9, stands for."""
    era = load_eras()[name]
    return era, era.year_of(1 if count == name_first_year() else int(count))
