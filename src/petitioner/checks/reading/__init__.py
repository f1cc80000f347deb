"""Find the dates and years in a text, in any language and script."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import chain

from petitioner.checks.reading.eras import Mention, list_era_names, load_eras, name_first_year, read_era
from petitioner.checks.reading.numerals import NormalizedText, NumberWords, join_words, normalize_numbers
from petitioner.model.locale import Locale, TimeWords
from petitioner.tables.locales import CalendarWords, load_locales, read_calendar

_YEAR = r"(?P<y>(?<!\d)\d{4}(?!\d))"
_MONTH, _DAY = r"(?P<m>(?<!\d)\d{1,2}(?!\d))", r"(?P<d>(?<!\d)\d{1,2}(?!\d))"
_SUFFIX = r"(?:[^\W\d_]{1,2}(?![^\W\d_]))?"
_ORDINAL = rf"(?:{_SUFFIX}|[.º])"
_LINK = r"[\s,.]*(?:(?<![^\W\d_])[^\W\d_]{1,3}[\s,.]+){0,2}"
_BREAK = r"[\s,.]+(?:[^\W\d_]{1,3}[\s,.]+){0,2}"
_NUMERIC = r"\u200f?(?P<s>\s?[-/.]\s?)"
_NUMERIC_CLUE = r"\d\u200f?\s?[-/.]\s?\d"
_AGAIN = r"\u200f?(?P=s)"

# Web addresses, and symbols of documents such as A/HRC/25/63: their numbers are no dates.
_ADDRESSES = re.compile(r"(?:https?://|www\.)[^\s)>、。，）」]+|(?<!\S)\S+@\S+|(?<![^\W\d_])[A-Z]+(?:/[A-Z0-9.()]+)+")
_NEXT_WORD = re.compile(r"\s+[^\W\d_]")


@dataclass(frozen=True, slots=True)
class DatePattern:
    """A pattern of dates, and a short one for a part that each of them has."""

    clue: str
    whole: str

    def find(self, text: str) -> Iterator[re.Match[str]]:
        """Yield the dates in a text. The pattern is compiled when there may be one, since it is long."""
        return _compile(self.whole).finditer(text) if _compile(self.clue).search(text) else iter(())


_compile = cache(re.compile)


@dataclass(frozen=True, slots=True)
class Grammar:
    """The months and weekdays of a language, and patterns of its dates."""

    months: Mapping[str, int]
    weekdays: Mapping[str, int]
    day_first: bool
    patterns: tuple[DatePattern, ...]


def make_grammar(
    own: CalendarWords, words: TimeWords, others: Iterable[CalendarWords], day_marks: Iterable[str]
) -> Grammar:
    """Return the grammar of a language, which also reads dates of the ``others``, since letters quote them.

    ``day_marks`` are words after a day's number, in addition to those of CLDR.
    """
    all_of = (own, *others)
    months = _add_letter_cases(calendar.months for calendar in all_of)
    weekdays = _add_letter_cases(calendar.weekdays for calendar in all_of)
    glued = _add_letter_cases(calendar.weekdays for calendar in all_of if calendar.day_marks)
    marks = {
        "y": join_words(chain.from_iterable(calendar.year_marks for calendar in all_of)),
        "m": join_words(chain.from_iterable(calendar.month_marks for calendar in all_of)),
        "d": join_words((*chain.from_iterable(calendar.day_marks for calendar in all_of), *day_marks)),
    }
    patterns = _list_date_patterns(
        join_words(months), _make_weekday_patterns(weekdays, glued), marks, join_words(words.decades)
    )
    return Grammar(months, weekdays, own.day_first, tuple(patterns))


def _add_letter_cases(names: Iterable[Mapping[str, int]]) -> dict[str, int]:
    """Return names also in upper case and capitalized; not in lower case, since "may" and "march" are other words."""
    joined: dict[str, int] = {}
    for each in names:
        for name, number in each.items():
            for form in (name, name.upper(), name[:1].upper() + name[1:]):
                joined.setdefault(form, number)
    return joined


def _make_weekday_patterns(names: Iterable[str], glued: Collection[str]) -> tuple[str, str]:
    """Return patterns for long weekday names, and for all; ``glued`` ones have no blank after them."""
    wide = [name for name in names if len(name) > 1]
    apart = join_words(name for name in wide if name not in glued)
    return rf"(?:{join_words(name for name in wide if name in glued)}|{apart}(?![^\W\d_]))", join_words(names)


def _list_date_patterns(
    months: str, weekdays: tuple[str, str], marks: Mapping[str, str], decades: str
) -> Iterator[DatePattern]:
    wide, short = weekdays
    before = rf"(?:(?<![^\W\d_])(?P<w>{wide})[^\w\s]?\s*(?:[^\W\d_]{{1,3}}\s+)?)?"
    beside = rf"(?:[.\s]?[,、(]\s*(?:[^\W\d_]\s+)?|\s*)(?P<v>{wide})(?!,?\s*\d{{1,2}}\W+{months})\)?"
    year_word = r"(?:\s[^\W\d_]{1,4}\.?(?=\s?\())?"  # 2027 года (пятница)
    after = rf"(?:{year_word}(?:{beside}|\s?\(\s*(?P<u>{short})(?=\s?[),.、・·曜 ])\)?))?"
    name = rf"(?<![^\W\d_])(?P<n>{months})(?![^\W\d_])\.?"
    era = rf"(?P<e>{join_words(list_era_names())})\s?(?P<c>{name_first_year()}|\d{{1,2}})"
    initial = rf"(?<![^\W_])(?P<e>{join_words(key for key in load_eras() if key.isascii())})(?P<c>\d{{1,2}})"
    month_day = rf"{_MONTH}\s?{marks['m']}(?:\s?{_DAY}\s?{marks['d']}{after})?"
    whole = rf"(?:[\s,、]?{month_day})?(?!{decades})"
    year = rf"(?:{_YEAR}|{era})\s?{marks['y']}"
    yield from (
        DatePattern(marks["y"], rf"{before}{year}{whole}"),
        DatePattern(marks["m"], rf"{before}{_MONTH}\s?{marks['m']}\s?{_DAY}\s?{marks['d']}{after}"),
    )
    for numeric in (
        rf"{before}(?<![\d.,/-]){_YEAR}{_NUMERIC}{_MONTH}{_AGAIN}{_DAY}\.?(?!\d){after}",
        rf"{before}(?<![\d.,/-])(?P<a>\d{{1,2}}){_NUMERIC}(?P<b>\d{{1,2}}){_AGAIN}{_YEAR}{after}",
        rf"{initial}{_NUMERIC}{_MONTH}{_AGAIN}{_DAY}",
    ):
        yield DatePattern(_NUMERIC_CLUE, numeric)
    # Most dates are of the first kind. The clues of the others are long enough that few letters need their patterns.
    yield from (
        DatePattern(
            rf"{_DAY}{_ORDINAL}{_LINK}[^\s\d]", rf"{before}{_DAY}{_ORDINAL}{_LINK}{name}(?:{_BREAK}{_YEAR})?{after}"
        ),
        DatePattern(
            rf"{name}{_LINK}{_DAY}",
            rf"{before}{name}{_LINK}{_DAY}{_SUFFIX}(?:\s?[-–]\s?\d{{1,2}})?(?:{_BREAK}{_YEAR})?{after}",
        ),
        DatePattern(rf"{_YEAR}[\s,.]+{name}", rf"{before}{_YEAR}[\s,.]+{name}{_LINK}{_DAY}{_SUFFIX}{after}"),
        DatePattern(rf"[^\s\d]\.?{_BREAK}{_YEAR}", rf"{name}{_BREAK}{_YEAR}"),
    )
    alone = rf"(?<![\d.,/:])(?<!\d-){_YEAR}(?!:)(?![.,/]\d)(?!-\d{{3}}\D)(?![^\W\d_])(?!{decades})"
    yield DatePattern(_YEAR, alone)


__all__ = ["DateParser", "Mention", "ParsedText", "load_parser", "make_date_parser", "parse_text"]

_FIRST_YEAR, _LAST_YEAR = 1800, 2199
"""The years that a bare number of four digits can mean."""


@dataclass(frozen=True, slots=True)
class ParsedText:
    """A text, its normalized form, and the ``dates`` in it, in their order."""

    text: str
    normalized: NormalizedText
    dates: tuple[Mention, ...]

    def words(self, mention: Mention) -> str:
        """Return a date as it was written."""
        return self.text[mention.start : mention.end]


@dataclass(frozen=True, slots=True)
class DateParser:
    """Finds the dates in texts of one language."""

    numerals: NumberWords
    finder: re.Pattern[str]
    grammar: Grammar

    def read(self, text: str) -> ParsedText:
        """Return a text with all dates in it."""
        normalized = normalize_numbers(text, self.numerals, self.finder)
        shown = _ADDRESSES.sub(lambda found: " " * len(found.group()), normalized.text)
        return ParsedText(text, normalized, tuple(self._read_dates(shown, normalized)))

    def _read_dates(self, shown: str, normalized: NormalizedText) -> Iterator[Mention]:
        """Yield the longest of the dates that overlap, in the order of the text."""
        if not any(character.isdigit() for character in shown):
            return
        found = [
            mention for pattern in self.grammar.patterns for mention in self._match_pattern(pattern, shown, normalized)
        ]
        taken: dict[int, Mention] = {}  # by each character that a date covers
        for mention in sorted(found, key=lambda each: (each.start - each.end, each.start)):
            stretch = range(mention.start, mention.end)
            if not any(place in taken for place in (stretch[0], stretch[-1])):
                taken |= dict.fromkeys(stretch, mention)
        yield from sorted(set(taken.values()), key=lambda each: each.start)

    def _match_pattern(self, pattern: DatePattern, shown: str, normalized: NormalizedText) -> Iterator[Mention]:
        for found in pattern.find(shown):
            mention = self._make_mention(found, normalized)
            if mention.year is None or (_FIRST_YEAR <= mention.year <= _LAST_YEAR and not _is_round_number(mention)):
                yield mention

    def _make_mention(self, found: re.Match[str], normalized: NormalizedText) -> Mention:
        parts = {name: text for name, text in found.groupdict().items() if text is not None}
        year, month, day = (int(parts[key]) if key in parts else None for key in ("y", "m", "d"))
        weekday = next((self.grammar.weekdays[parts[key]] for key in "wvu" if key in parts), None)
        month = self.grammar.months[parts["n"]] if "n" in parts else month
        era = None
        if "e" in parts:
            era, year = read_era(parts["e"], parts["c"])
        if "a" in parts:
            month, day = self._order_month_and_day(int(parts["a"]), int(parts["b"]))
        start, end = found.start(), found.start() + len(found.group().rstrip(" ,."))
        is_loose = "n" in parts and year is None and found.start("n") < found.start("d") and _is_followed_by_word(found)
        place = (normalized.offsets[start], normalized.offsets[end], start, end)
        return Mention(*place, year, month, day, weekday, era, is_loose)

    def _order_month_and_day(self, one: int, two: int) -> tuple[int, int]:
        """Return month and day of 24/9 or 9/24: in the order of the language, unless only the other order is a date."""
        month, day = (two, one) if self.grammar.day_first else (one, two)
        return (day, month) if month > 12 >= day else (month, day)  # noqa: PLR2004 - months of a year


def make_date_parser(calendar: CalendarWords, words: TimeWords, others: Iterable[Locale]) -> DateParser:
    """Return a parser of dates in one language; it also knows the numerals, marks and months of ``others``."""
    others = tuple(others)
    calendars = tuple(read_calendar(other.cldr) for other in others)
    numerals_of_others = {
        character: value for other in others for character, value in other.time.numbers.items() if len(character) == 1
    }
    every = (words, *(other.time for other in others))
    marks = {mark for each in (calendar, *calendars) for mark in each.year_marks | each.month_marks | each.day_marks}
    day_marks = {mark for each in every for mark in each.day_marks}
    counters = {counter for each in every for counter in each.counters}
    months = frozenset(name.casefold() for each in (calendar, *calendars) for name in each.months)
    values = {**numerals_of_others, **words.numbers}
    numerals = NumberWords(values, tuple(sorted(marks | day_marks | counters)), months)
    return DateParser(numerals, numerals.compile(), make_grammar(calendar, words, calendars, day_marks))


@cache
def load_parser(tag: str) -> DateParser:
    """Return the date parser of a language. Made once a process."""
    locales = load_locales()
    own = locales[tag]
    return make_date_parser(
        read_calendar(own.cldr), own.time, [other for other in locales.values() if other is not own]
    )


@lru_cache(maxsize=4096)
def parse_text(text: str, tag: str) -> ParsedText:
    """Return a text with its dates. Cached, since many letters contain the same paragraphs."""
    return load_parser(tag).read(text)


def _is_round_number(mention: Mention) -> bool:
    """Return whether a year without a month is a multiple of 100, and so probably a count: 2000 people."""
    return mention.year is not None and mention.year % 100 == 0 and mention.month is None and mention.era is None


def _is_followed_by_word(found: re.Match[str]) -> bool:
    """Return whether a word follows a month and a number, so that the number may count it: in May 31 people."""
    return found.string[found.end() - 1].isdigit() and bool(_NEXT_WORD.match(found.string, found.end()))
