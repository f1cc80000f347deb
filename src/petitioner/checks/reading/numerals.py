"""Numbers in any script, as digits: ２０２７, 二〇二七年, 二千二十七年, forty-five; and the sentences around them."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

_LIKE_ASCII = {0x3000: " ", 0x2019: "'", 0x2018: "'", **{0xFF01 + place: chr(0x21 + place) for place in range(94)}}
_FOREIGN_DIGIT = re.compile(r"[^\D0-9]")
_PLACES = (10, 100, 1000)
_SPELT = 4  # signs: so many digits in a row that hold a zero are a year, whatever follows

# A full stop ends a sentence after a word of three letters or a number, so that "Mr. President" and "24 Sept. 2027"
# stay whole; the next sentence does not begin in lower case, nor with a number.
_END = re.compile(r"[。！？!?\n]+|(?:(?<=[^\W\d_]{3})|(?<=\d)|(?<=\)))\.['\"”)]*\s+(?=[^\da-z\s])")


@dataclass(frozen=True, slots=True)
class Folded:
    """A text whose numbers are ASCII digits, and whose full-width signs are ASCII too.

    ``offsets`` tells for each character, and for the end, where it stands in the text as written.
    """

    text: str
    offsets: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Numerals:
    """The words and signs for numbers that a text may hold; ``counters`` are what signs must stand before."""

    values: Mapping[str, int]
    counters: tuple[str, ...]

    def compile(self) -> re.Pattern[str]:
        """Finds each run of signs before a counter, and each run of words."""
        signs = "".join(sorted(word for word in self.values if len(word) == 1))
        zeros = "".join(sorted(word for word in signs if not self.values[word]))
        words = join_words(word for word in self.values if len(word) > 1)
        spelt = f"(?=[{signs}]*[{zeros}])[{signs}]{{{_SPELT},}}" if zeros else "(?!)"
        before = f"(?={join_words(self.counters)})"
        word = rf"(?<![^\W_]){words}(?:(?:-|\s+){words})*(?![^\W_])"
        return re.compile(
            rf"(?P<signs>(?<![0-9])[{signs or '∅'}]+(?=\s?{before})|{spelt})|(?P<words>{word})", re.IGNORECASE
        )

    def value_of(self, found: re.Match[str]) -> int | None:
        """The number that a run stands for, or None when it is none."""
        if signs := found["signs"]:
            return _add_signs([self.values[sign] for sign in signs])
        return _add_words([self.values[word] for word in re.split(r"[-\s]+", found["words"].lower())])


def fold(text: str, numerals: Numerals, finder: re.Pattern[str]) -> Folded:
    """A text with its numbers as digits; ``finder`` is what the numerals compile to."""
    even = _FOREIGN_DIGIT.sub(lambda found: str(unicodedata.decimal(found.group())), text.translate(_LIKE_ASCII))
    pieces: list[str] = []
    offsets: list[int] = []
    done = 0
    for found in finder.finditer(even):
        value = numerals.value_of(found)
        if value is not None:
            digits = str(value)
            pieces += [even[done : found.start()], digits]
            offsets += [*range(done, found.start()), *[found.start()] * len(digits)]
            done = found.end()
    return Folded("".join((*pieces, even[done:])), (*offsets, *range(done, len(text) + 1)))


def join_words(words: Iterable[str]) -> str:
    """A pattern for any of some words, the longest first; for nothing at all when there are none."""
    longest_first = sorted(set(words), key=lambda word: (-len(word), word))
    return f"(?:{'|'.join(map(re.escape, longest_first))})" if longest_first else "(?!)"


def _add_signs(values: list[int]) -> int:
    """二千二十七 by places, or 二〇二七 digit by digit."""
    if not any(value in _PLACES for value in values) and all(value < _PLACES[0] for value in values):
        return int("".join(map(str, values)))
    total = pending = 0
    for value in values:
        if value in _PLACES:
            total, pending = total + max(pending, 1) * value, 0
        else:
            pending += value
    return total + pending


def _add_words(values: list[int]) -> int | None:
    """Forty-five, two thousand, and twenty twenty-seven; None for words that make no number together."""
    total, last = 0, 10_000
    for value in values:
        if value in _PLACES[1:] and total:
            total, last = total * value, value
        elif value < last and (last >= _PLACES[1] or (last % 10 == 0 and last > 10 > value)):  # noqa: PLR2004 - tens, then ones
            total, last = total + value, value
        elif 10 <= total < 100 and 10 <= value < 100:  # noqa: PLR2004 - a century and the years in it
            total, last = total * 100 + value, value
        else:
            return None
    return total


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a folded text, from ``start`` up to ``end``."""

    start: int
    end: int

    def holds(self, start: int, end: int) -> bool:
        """Whether another stretch lies in this one."""
        return self.start <= start and end <= self.end


def split_sentences(folded: Folded) -> tuple[Span, ...]:
    """The sentences of a text, in order and without gaps."""
    ends = [found.end() for found in _END.finditer(folded.text)]
    edges = [0, *(end for end in ends if end < len(folded.text)), len(folded.text)]
    return tuple(Span(start, end) for start, end in pairwise(edges))
