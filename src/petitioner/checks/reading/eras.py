"""Dates mentioned in a text, and Japanese eras, which count years: 令和八年 is 2026. The eras are in ``eras.yaml``."""

import datetime as dt
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from petitioner.model.types import Day, Line, Record
from petitioner.source.records import read_package_record

_LEAP = 2000
"""A year with a 29 February, for dates without a year."""


class JapaneseEra(Record):
    """One era: its ``names`` and the ``initial`` of R9/9/24, its first day, and its last, if it is over."""

    names: tuple[Line, ...]
    initial: Line | None = None
    begins: Day
    ends: Day | None = None

    def year_of(self, count: int) -> int:
        """Return the year in the common calendar of the era's year ``count``, counted from 1."""
        return self.begins.year + count - 1

    def includes(self, year: int, month: int | None, day: int | None) -> bool:
        """Return whether any day of a year, or of a month, or this single day is in the era."""
        first = (year, month or 1, day or 1)
        last = (year, month or 12, day or 31)
        begins, ends = self.begins, self.ends
        return last >= (begins.year, begins.month, begins.day) and (
            ends is None or first <= (ends.year, ends.month, ends.day)
        )


class _Eras(Record):
    first: Line
    eras: tuple[JapaneseEra, ...]


@cache
def load_eras() -> Mapping[str, JapaneseEra]:
    """Return every era by each of its names and by its initial. Read once a process."""
    return {name: era for era in _load_table().eras for name in (*era.names, era.initial) if name}


def list_era_names() -> tuple[str, ...]:
    """Return the names of the eras as written in running text."""
    return tuple(name for era in _load_table().eras for name in era.names)


def name_first_year() -> str:
    """Return what is written for the number of an era's first year."""
    return _load_table().first


@cache
def _load_table() -> _Eras:
    return read_package_record(_Eras, __package__, "eras.yaml")


@dataclass(frozen=True, slots=True)
class Mention:
    """A date, a month or a year in a text.

    ``start`` and ``end`` count characters of the text as written, ``inner_start`` and ``inner_end`` those of the
    normalized text.
    ``weekday`` counts from Monday, 0. ``era`` is the one that the year was counted in. An ``is_loose`` mention may be
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
    era: JapaneseEra | None = None
    is_loose: bool = False

    @property
    def exists(self) -> bool:
        """Whether the calendar has this day, and the era this date."""
        if self.month is not None and not 1 <= self.month <= 12:  # noqa: PLR2004 - months of a year
            return False
        if self.month and self.day is not None and not 1 <= self.day <= monthrange(self.year or _LEAP, self.month)[1]:
            return False
        return self.era is None or self.year is None or self.era.includes(self.year, self.month, self.day)

    @property
    def date(self) -> dt.date | None:
        """The day, if year, month and day are given and it exists."""
        return self.date_in(self.year) if self.year else None

    def date_in(self, year: int) -> dt.date | None:
        """Return the day in its own year, or else in ``year``; None without month and day, or if it does not exist."""
        if not self.month or not self.day or not self.exists:
            return None
        try:
            return dt.date(self.year or year, self.month, self.day)
        except ValueError:  # 29 February
            return None


def read_era(name: str, count: str) -> tuple[JapaneseEra, int]:
    """Return an era by its name or initial, and the common year for its count, such as 元 or 9."""
    era = load_eras()[name]
    return era, era.year_of(1 if count == name_first_year() else int(count))
