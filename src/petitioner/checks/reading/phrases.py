"""Numbers of years and deadlines: the phrases of a language, found in a normalized text."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from petitioner.checks.reading.eras import Mention
from petitioner.model.locale import Locale
from petitioner.tables.locales import load_locales

_NUMBER = r"(?<![\d.,])(?P<n>\d{1,3})(?:[^\W\d_]{2}(?=\s))?"
_NEAR = 14  # characters before a number where a word such as "nearly" belongs to it

_LONGEST = 40  # characters that the words around a deadline may take


class CountKind(StrEnum):
    """How a number of years is counted: years gone by, an anniversary, or the year that is running."""

    AGO = "ago"
    ANNIVERSARY = "anniversary"
    RUNNING = "running"


class Degree(StrEnum):
    """How exactly a number is meant."""

    EXACTLY = "exactly"
    NEARLY = "nearly"
    ABOUT = "about"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Years:
    """A number of years in a normalized text, between ``start`` and ``end``."""

    start: int
    end: int
    count: int
    kind: CountKind
    degree: Degree | None


@dataclass(frozen=True, slots=True)
class Phrases:
    """The phrases of a language as patterns: of ways to count, of degrees, and what is before and after a deadline."""

    kinds: tuple[tuple[CountKind, re.Pattern[str]], ...]
    degrees: tuple[tuple[Degree, re.Pattern[str]], ...]
    deadlines: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]
    is_spaced: bool

    def find_degrees(self, before: str, number: str) -> Iterator[Degree]:
        """The degrees that a number has by itself or by words before it; in scripts without blanks, right before it."""
        for degree, words in self.degrees:
            ends = (found.end() for found in words.finditer(before))
            if words.search(number) or any(self.is_spaced or end == len(before) for end in ends):
                yield degree


def find_years(text: str, tag: str) -> Iterator[Years]:
    """Yield every number of years that is counted up to now, in a normalized text in a language."""
    phrases = load_phrases(tag)
    seen: set[int] = set()
    for kind, pattern in phrases.kinds:
        for found in pattern.finditer(text):
            if found.start("n") in seen:
                continue
            seen.add(found.start("n"))
            before = re.split(r"\d", text[max(0, found.start() - _NEAR) : found.start()])[-1].rstrip()
            degree = next(phrases.find_degrees(before, found.group()), None)
            yield Years(found.start("n"), found.end(), int(found["n"]), kind, degree)


def is_deadline(text: str, mention: Mention, tag: str) -> bool:
    """Return whether a date in a normalized text is one by which something must be done."""
    before = text[max(0, mention.inner_start - _LONGEST) : mention.inner_start]
    after = text[mention.inner_end : mention.inner_end + _LONGEST]
    return any(first.search(before) and last.match(after) for first, last in load_phrases(tag).deadlines)


def is_counted(text: str, mention: Mention, tag: str) -> bool:
    """Return whether a bare number follows a word such as "more than", and so is no year."""
    phrases = load_phrases(tag)
    before = text[max(0, mention.inner_start - _NEAR) : mention.inner_start].rstrip()
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
        kinds=tuple((kind, _compile(phrase, locale)) for kind, phrases in kinds.items() for phrase in phrases),
        degrees=tuple((degree, _compile(word, locale)) for degree, some in degrees.items() for word in some),
        deadlines=tuple((_compile(f"{first}$", locale), _compile(last, locale)) for first, last in halves),
        is_spaced=locale.joins_lines_with_space,
    )


def _compile(phrase: str, locale: Locale) -> re.Pattern[str]:
    """Return a phrase as a pattern: any spaces count as one; words are whole in languages with spaces."""
    pattern = re.sub(r"(?:\\ )+", r"\\s+", re.escape(phrase)).replace(re.escape("{n}"), _NUMBER).replace(r"\$", r"\s*$")
    if locale.joins_lines_with_space and phrase[:1].isalpha():
        pattern = rf"(?<![^\W\d_]){pattern}"
    if locale.joins_lines_with_space and phrase.isalpha():
        pattern = rf"{pattern}(?![^\W\d_])"
    return re.compile(pattern, re.IGNORECASE)
