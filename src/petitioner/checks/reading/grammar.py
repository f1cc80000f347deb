"""How dates are written, as patterns over a folded text: each finds the parts of a date by name.

The groups are ``y`` year, ``m`` month as a number, ``n`` its name, ``d`` day, ``e`` era and ``c`` the count of years in
it, ``w`` a weekday before or ``v`` after, and ``a`` and ``b`` for 24/9 or 9/24, of which the calendar knows the order.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import chain

from petitioner.checks.reading.eras import list_era_names, load_eras, name_first_year
from petitioner.checks.reading.numerals import join_words
from petitioner.locales.calendar import Calendar
from petitioner.model.locale import TimeWords

_YEAR = r"(?P<y>(?<!\d)\d{4}(?!\d))"
_MONTH, _DAY = r"(?P<m>(?<!\d)\d{1,2}(?!\d))", r"(?P<d>(?<!\d)\d{1,2}(?!\d))"
_SUFFIX = r"(?:[^\W\d_]{1,2}(?![^\W\d_]))?"
_ORDINAL = rf"(?:{_SUFFIX}|[.º])"
_LINK = r"[\s,.]*(?:(?<![^\W\d_])[^\W\d_]{1,3}[\s,.]+){0,2}"
_BREAK = r"[\s,.]+(?:[^\W\d_]{1,3}[\s,.]+){0,2}"
_NUMERIC = r"\u200f?(?P<s>\s?[-/.]\s?)"
_AGAIN = r"\u200f?(?P=s)"


@dataclass(frozen=True, slots=True)
class Grammar:
    """The words of a language and its neighbours, and the patterns made of them."""

    months: Mapping[str, int]
    weekdays: Mapping[str, int]
    day_first: bool
    patterns: tuple[re.Pattern[str], ...]


def make_grammar(own: Calendar, words: TimeWords, others: Iterable[Calendar], day_marks: Iterable[str]) -> Grammar:
    """The grammar of a language, in which dates of the ``others`` are read too, since letters quote them.

    ``day_marks`` are those beside CLDR's own.
    """
    all_of = (own, *others)
    months = _join_cases(calendar.months for calendar in all_of)
    weekdays = _join_cases(calendar.weekdays for calendar in all_of)
    glued = _join_cases(calendar.weekdays for calendar in all_of if calendar.day_marks)
    marks = {
        "y": join_words(chain.from_iterable(calendar.year_marks for calendar in all_of)),
        "m": join_words(chain.from_iterable(calendar.month_marks for calendar in all_of)),
        "d": join_words((*chain.from_iterable(calendar.day_marks for calendar in all_of), *day_marks)),
    }
    patterns = _list_patterns(join_words(months), _join_weekdays(weekdays, glued), marks, join_words(words.decades))
    return Grammar(months, weekdays, own.day_first, tuple(re.compile(pattern) for pattern in patterns))


def _join_cases(names: Iterable[Mapping[str, int]]) -> dict[str, int]:
    """Names as dictionaries and as headlines write them; in lower case, "may" and "march" are other words."""
    joined: dict[str, int] = {}
    for each in names:
        for name, number in each.items():
            for form in (name, name.upper(), name[:1].upper() + name[1:]):
                joined.setdefault(form, number)
    return joined


def _join_weekdays(names: Iterable[str], glued: Collection[str]) -> tuple[str, str]:
    """Patterns for the weekdays of more than one sign, and for all; ``glued`` ones have no blank after them."""
    wide = [name for name in names if len(name) > 1]
    apart = join_words(name for name in wide if name not in glued)
    return rf"(?:{join_words(name for name in wide if name in glued)}|{apart}(?![^\W\d_]))", join_words(names)


def _list_patterns(months: str, weekdays: tuple[str, str], marks: Mapping[str, str], decades: str) -> list[str]:
    wide, short = weekdays
    before = rf"(?:(?<![^\W\d_])(?P<w>{wide})[^\w\s]?\s*(?:[^\W\d_]{{1,3}}\s+)?)?"
    beside = rf"(?:[.\s]?[,、(]\s*(?:[^\W\d_]\s+)?|\s*)(?P<v>{wide})(?!,?\s*\d{{1,2}}\W+{months})\)?"
    after = rf"(?:{beside}|\s?\(\s*(?P<u>{short})(?=\s?[),.、・·曜 ])\)?)?"
    name = rf"(?<![^\W\d_])(?P<n>{months})(?![^\W\d_])\.?"
    era = rf"(?P<e>{join_words(list_era_names())})\s?(?P<c>{name_first_year()}|\d{{1,2}})"
    initial = rf"(?<![^\W_])(?P<e>{join_words(key for key in load_eras() if key.isascii())})(?P<c>\d{{1,2}})"
    month_day = rf"{_MONTH}\s?{marks['m']}(?:\s?{_DAY}\s?{marks['d']}{after})?"
    whole = rf"(?:[\s,、]?{month_day})?(?!{decades})"
    year = rf"(?:{_YEAR}|{era})\s?{marks['y']}"
    return [
        rf"{before}{year}{whole}",
        rf"{before}{_MONTH}\s?{marks['m']}\s?{_DAY}\s?{marks['d']}{after}",
        rf"{before}(?<![\d.,/-]){_YEAR}{_NUMERIC}{_MONTH}{_AGAIN}{_DAY}\.?(?!\d){after}",
        rf"{before}(?<![\d.,/-])(?P<a>\d{{1,2}}){_NUMERIC}(?P<b>\d{{1,2}}){_AGAIN}{_YEAR}{after}",
        rf"{initial}{_NUMERIC}{_MONTH}{_AGAIN}{_DAY}",
        rf"{before}{_DAY}{_ORDINAL}{_LINK}{name}(?:{_BREAK}{_YEAR})?{after}",
        rf"{before}{name}{_LINK}{_DAY}{_SUFFIX}(?:\s?[-–]\s?\d{{1,2}})?(?:{_BREAK}{_YEAR})?{after}",
        rf"{before}{_YEAR}[\s,.]+{name}{_LINK}{_DAY}{_SUFFIX}{after}",
        rf"{name}{_BREAK}{_YEAR}",
        rf"(?<![\d.,/:])(?<!\d-){_YEAR}(?!:)(?![.,/]\d)(?!-\d{{3}}\D)(?![^\W\d_])(?!{decades})",
    ]
