"""Find numbers of years and deadlines in a normalized text, by the phrases of a language."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from petitioner.checks.reading.eras import Mention
from petitioner.model.locale import Locale
from petitioner.tables.locales import load_locales

_NUMBER = r"(?<![\d.,])(?P<n>\d{1,3})(?:[^\W\d_]{2}(?=\s))?"
_WORD_DISTANCE = 14  # characters before a number where a word such as "nearly" belongs to it

_DEADLINE_DISTANCE = 40  # characters that the words around a deadline may take


class CountKind(StrEnum):
    """What a number of years counts: years ago, an anniversary, or the current year of a series."""

    AGO = "ago"
    ANNIVERSARY = "anniversary"
    RUNNING = "running"


class Degree(StrEnum):
    """How exact a number is."""

    EXACTLY = "exactly"
    NEARLY = "nearly"
    ABOUT = "about"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class YearCount:
    """A number of years in a normalized text, between ``start`` and ``end``."""

    start: int
    end: int
    count: int
    kind: CountKind
    degree: Degree | None


@dataclass(frozen=True, slots=True)
class Phrases:
    """The phrases of a language as patterns: for kinds of counts, for degrees, and before and after a deadline."""

    kinds: tuple[tuple[CountKind, re.Pattern[str]], ...]
    degrees: tuple[tuple[Degree, re.Pattern[str]], ...]
    deadlines: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]
    is_spaced: bool

    def find_degrees(self, before: str, number: str) -> Iterator[Degree]:
        """Yield how exact a number is ("nearly", "over"), by its own words or by the words ``before`` it."""
        for degree, words in self.degrees:
            ends = (found.end() for found in words.finditer(before))
            if words.search(number) or any(self.is_spaced or end == len(before) for end in ends):
                yield degree


def find_year_counts(text: str, tag: str) -> Iterator[YearCount]:
    """Yield every number of years up to now in a normalized text in a language."""
    phrases = load_phrases(tag)
    seen: set[int] = set()
    for kind, pattern in phrases.kinds:
        for found in pattern.finditer(text):
            if found.start("n") in seen:
                continue
            seen.add(found.start("n"))
            before = re.split(r"\d", text[max(0, found.start() - _WORD_DISTANCE) : found.start()])[-1].rstrip()
            degree = next(phrases.find_degrees(before, found.group()), None)
            yield YearCount(found.start("n"), found.end(), int(found["n"]), kind, degree)


def is_deadline(text: str, mention: Mention, tag: str) -> bool:
    """Return whether a date in a normalized text is a deadline, by the words around it."""
    before = text[max(0, mention.inner_start - _DEADLINE_DISTANCE) : mention.inner_start]
    after = text[mention.inner_end : mention.inner_end + _DEADLINE_DISTANCE]
    return any(first.search(before) and last.match(after) for first, last in load_phrases(tag).deadlines)


def is_quantity(text: str, mention: Mention, tag: str) -> bool:
    """Return whether a bare number follows a word such as "more than", and so is no year."""
    phrases = load_phrases(tag)
    before = text[max(0, mention.inner_start - _WORD_DISTANCE) : mention.inner_start].rstrip()
    ends = (found.end() for _, words in phrases.degrees for found in words.finditer(before))
    return mention.month is None and len(before) in ends


@cache
def load_phrases(tag: str) -> Phrases:
    """Return the phrases of a language that letters are written in."""
    locale = load_locales()[tag]
    words = locale.time
    kinds: Mapping[CountKind, tuple[str, ...]] = {
        CountKind.ANNIVERSARY: words.anniversary,
        CountKind.RUNNING: words.running,
        CountKind.AGO: words.ago,
    }
    degrees: Mapping[Degree, tuple[str, ...]] = {
        Degree.NEARLY: words.nearly,
        Degree.EXACTLY: words.exactly,
        Degree.OVER: words.over,
        Degree.ABOUT: words.about,
    }
    halves = (phrase.split("{date}") for phrase in words.deadline)
    return Phrases(
        kinds=tuple((kind, _compile_phrase(phrase, locale)) for kind, phrases in kinds.items() for phrase in phrases),
        degrees=tuple((degree, _compile_phrase(word, locale)) for degree, some in degrees.items() for word in some),
        deadlines=tuple(
            (_compile_phrase(f"{first}$", locale), _compile_phrase(last, locale)) for first, last in halves
        ),
        is_spaced=locale.joins_lines_with_space,
    )


def _compile_phrase(phrase: str, locale: Locale) -> re.Pattern[str]:
    """Return a phrase as a pattern: any spaces count as one; words are whole in languages with spaces."""
    pattern = re.sub(r"(?:\\ )+", r"\\s+", re.escape(phrase)).replace(re.escape("{n}"), _NUMBER).replace(r"\$", r"\s*$")
    if locale.joins_lines_with_space and phrase[:1].isalpha():
        pattern = rf"(?<![^\W\d_]){pattern}"
    if locale.joins_lines_with_space and phrase.isalpha():
        pattern = rf"{pattern}(?![^\W\d_])"
    return re.compile(pattern, re.IGNORECASE)
