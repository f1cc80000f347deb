"""Reading what a text says of time, in any language and script: dates, years, numbers of years, deadlines."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from petitioner.checks.reading.grammar import Grammar, make_grammar
from petitioner.checks.reading.mentions import Mention, read_era
from petitioner.checks.reading.numerals import Folded, Numerals, fold
from petitioner.locales import load_locales
from petitioner.locales.calendar import Calendar, read_calendar
from petitioner.model.locale import Locale, TimeWords

__all__ = ["Mention", "Reader", "Reading", "make_reader", "open_reader", "read_text"]

_FIRST, _LAST = 1800, 2199
"""The years that a bare number of four digits can mean."""

# Addresses on the web, and symbols of documents such as A/HRC/25/63: their numbers say nothing of time.
_ADDRESSES = re.compile(r"(?:https?://|www\.)[^\s)>、。，）」]+|\S+@\S+|(?<![^\W\d_])[A-Z]+(?:/[A-Z0-9.()]+)+")
_UNSURE = re.compile(r"\s+[^\W\d_]")


@dataclass(frozen=True, slots=True)
class Reading:
    """A text with all that was read in it: ``dates`` in the order in which they stand."""

    text: str
    folded: Folded
    dates: tuple[Mention, ...]

    def words(self, mention: Mention) -> str:
        """A date as it was written."""
        return self.text[mention.start : mention.end]


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads the texts of one language."""

    numerals: Numerals
    finder: re.Pattern[str]
    grammar: Grammar

    def read(self, text: str) -> Reading:
        """A text with all dates in it."""
        folded = fold(text, self.numerals, self.finder)
        shown = _ADDRESSES.sub(lambda found: " " * len(found.group()), folded.text)
        return Reading(text, folded, tuple(self._read_dates(shown, folded)))

    def _read_dates(self, shown: str, folded: Folded) -> Iterator[Mention]:
        """The longest of the dates that overlap, in the order of the text."""
        if not any(character.isdigit() for character in shown):
            return
        found = [mention for pattern in self.grammar.patterns for mention in self._try(pattern, shown, folded)]
        taken: dict[int, Mention] = {}  # by each character that a date covers
        for mention in sorted(found, key=lambda each: (each.start - each.end, each.start)):
            stretch = range(mention.start, mention.end)
            if not any(place in taken for place in (stretch[0], stretch[-1])):
                taken |= dict.fromkeys(stretch, mention)
        yield from sorted(set(taken.values()), key=lambda each: each.start)

    def _try(self, pattern: re.Pattern[str], shown: str, folded: Folded) -> Iterator[Mention]:
        for found in pattern.finditer(shown):
            mention = self._understand(found, folded)
            if mention.year is None or (_FIRST <= mention.year <= _LAST and not _is_round(mention)):
                yield mention

    def _understand(self, found: re.Match[str], folded: Folded) -> Mention:
        parts = {name: text for name, text in found.groupdict().items() if text is not None}
        year, month, day = (int(parts[key]) if key in parts else None for key in ("y", "m", "d"))
        weekday = next((self.grammar.weekdays[parts[key]] for key in "wvu" if key in parts), None)
        month = self.grammar.months[parts["n"]] if "n" in parts else month
        era = None
        if "e" in parts:
            era, year = read_era(parts["e"], parts["c"])
        if "a" in parts:
            month, day = self._order(int(parts["a"]), int(parts["b"]))
        start, end = found.start(), found.start() + len(found.group().rstrip(" ,."))
        loose = "n" in parts and year is None and found.start("n") < found.start("d") and _goes_on(found)
        place = (folded.offsets[start], folded.offsets[end], start, end)
        return Mention(*place, year, month, day, weekday, era, loose)

    def _order(self, one: int, two: int) -> tuple[int, int]:
        """Month and day of 24/9 or 9/24, by the calendar's order, or the other way where that alone makes a date."""
        month, day = (two, one) if self.grammar.day_first else (one, two)
        return (day, month) if month > 12 >= day else (month, day)  # noqa: PLR2004 - months of a year


def make_reader(calendar: Calendar, words: TimeWords, others: Iterable[Locale]) -> Reader:
    """A reader of a language that knows the signs, the marks and the names of months of the ``others`` too."""
    others = tuple(others)
    calendars = tuple(read_calendar(other.cldr) for other in others)
    signs = {sign: value for other in others for sign, value in other.time.numbers.items() if len(sign) == 1}
    every = (words, *(other.time for other in others))
    marks = {mark for each in (calendar, *calendars) for mark in each.year_marks | each.month_marks | each.day_marks}
    day_marks = {mark for each in every for mark in each.day_marks}
    counters = {counter for each in every for counter in each.counters}
    numerals = Numerals({**signs, **words.numbers}, tuple(sorted(marks | day_marks | counters)))
    return Reader(numerals, numerals.compile(), make_grammar(calendar, words, calendars, day_marks))


@cache
def open_reader(tag: str) -> Reader:
    """The reader of a language that letters are written in."""
    locales = load_locales()
    own = locales[tag]
    return make_reader(read_calendar(own.cldr), own.time, [other for other in locales.values() if other is not own])


@lru_cache(maxsize=4096)
def read_text(text: str, tag: str) -> Reading:
    """A text in a language, read; many letters hold the same paragraphs, and each is read once."""
    return open_reader(tag).read(text)


def _is_round(mention: Mention) -> bool:
    """Whether a bare year is rather a count, such as 2000 people."""
    return mention.year is not None and mention.year % 100 == 0 and mention.month is None and mention.era is None


def _goes_on(found: re.Match[str]) -> bool:
    """Whether the sentence goes on at once after a month and a number: the number may count what follows."""
    return found.string[found.end() - 1].isdigit() and bool(_UNSURE.match(found.string, found.end()))
