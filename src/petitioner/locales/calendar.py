"""The calendar of a language: its names of months and weekdays, and the order of a date, from Unicode CLDR."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from babel import Locale as Cldr

_KINDS = ("format", "stand-alone")
_WIDTHS = ("wide", "abbreviated")
_MARKED = re.compile(r"([yMd])\1*([^\W\d_A-Za-z]+)")


@dataclass(frozen=True, slots=True)
class Calendar:
    """How dates are written in one language.

    ``months`` give each name's number from 1, ``weekdays`` each name's from Monday, 0. ``year_marks``, ``month_marks``
    and ``day_marks`` are signs that follow a number, as in 9月24日. ``day_first`` tells 24/9 from 9/24.
    """

    months: Mapping[str, int]
    weekdays: Mapping[str, int]
    year_marks: frozenset[str]
    month_marks: frozenset[str]
    day_marks: frozenset[str]
    day_first: bool


@cache
def read_calendar(cldr: str) -> Calendar:
    """Return the calendar of a CLDR locale, such as ``en_GB``, with the names of the bare language beside its own."""
    own = Cldr.parse(cldr)
    both = (own, Cldr(own.language))
    months = {name: number for part in both for name, number in _list_names(part.months["format"])}
    marks = {(field, mark) for pattern in own.date_formats.values() for field, mark in _MARKED.findall(pattern.pattern)}
    marks |= {("M", name.lstrip("0123456789")) for name in months if name[:1].isdigit()}
    short = own.date_formats["short"].pattern
    return Calendar(
        months={name: number for name, number in months.items() if not name[:1].isdigit()},
        weekdays={name: number for part in both for kind in _KINDS for name, number in _list_names(part.days[kind])},
        year_marks=_choose(marks, "y"),
        month_marks=_choose(marks, "M"),
        day_marks=_choose(marks, "d"),
        day_first=not -1 < short.find("M") < short.find("d") or short.startswith("y"),
    )


def _list_names(names: Mapping[str, Mapping[int, str]]) -> Iterator[tuple[str, int]]:
    for width in _WIDTHS:
        yield from ((name.rstrip("."), number) for number, name in names[width].items())


def _choose(marks: set[tuple[str, str]], field: str) -> frozenset[str]:
    return frozenset(mark for kind, mark in marks if kind == field and mark)


def name_weekday(cldr: str, weekday: int) -> str:
    """Return the name of a weekday, counted from Monday, 0."""
    return str(Cldr.parse(cldr).days["format"]["wide"][weekday])
