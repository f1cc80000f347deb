"""Eras, and the years that are counted from them: 令和八年 is 2026. The table is ``eras.yaml``."""

from collections.abc import Mapping
from functools import cache

from petitioner.model.types import Day, Line, Record
from petitioner.source.package import read_package_record


class Era(Record):
    """One era: its ``names`` and ``initial``, its first day, and its last, which is open for the present one."""

    names: tuple[Line, ...]
    initial: Line
    begins: Day
    ends: Day | None = None

    def year_of(self, count: int) -> int:
        """The year of our calendar in which the era's year falls, counted from 1."""
        return self.begins.year + count - 1

    def holds(self, year: int, month: int | None, day: int | None) -> bool:
        """Whether any day of a year, a month or a single day lies in the era."""
        first = (year, month or 1, day or 1)
        last = (year, month or 12, day or 31)
        begins, ends = self.begins, self.ends
        return last >= (begins.year, begins.month, begins.day) and (
            ends is None or first <= (ends.year, ends.month, ends.day)
        )


class _Eras(Record):
    first: Line
    eras: tuple[Era, ...]


@cache
def load_eras() -> Mapping[str, Era]:
    """Every era by each of its names and by its initial. Read once a process."""
    return {name: era for era in _load().eras for name in (*era.names, era.initial)}


def list_era_names() -> tuple[str, ...]:
    """The names of the eras as they stand in running text."""
    return tuple(name for era in _load().eras for name in era.names)


def name_first_year() -> str:
    """What is written for the number of an era's first year."""
    return _load().first


@cache
def _load() -> _Eras:
    return read_package_record(_Eras, __package__, "eras.yaml")
