"""Numbers in any script, as digits: ２０２７, 二〇二七年, 二千二十七年, forty-five; and the sentences around them."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from petitioner.checks.reading.eras import list_era_names, name_first_year, read_era

_LIKE_ASCII = {0x3000: " ", 0x2019: "'", 0x2018: "'", **{0xFF01 + place: chr(0x21 + place) for place in range(94)}}
_FOREIGN_DIGIT = re.compile(r"[^\D0-9]")
_MYRIAD = 10_000
_UNITS = (10, 100, 1000, _MYRIAD, 10**8)
_DIGIT_ROWS = ("〇零", "一壱", "二两弐", "三参", *"四五六七八九")
_DIGIT_SIGNS = {sign: value for value, row in enumerate(_DIGIT_ROWS) for sign in row}
_UNIT_ROWS = ("十", "百백", "千천", "万萬만", "億亿억")
_UNIT_SIGNS = {sign: value for value, row in zip(_UNITS, _UNIT_ROWS, strict=True) for sign in row}
_SIGNS = {**_DIGIT_SIGNS, **_UNIT_SIGNS}
"""The signs of Chinese numerals in any language, for numbers whose language is not known; locales list their own."""

_FIGURES = re.compile(r"\d{1,3}(?:,\d{3})+(?!\d)|\d+")
_NUMERAL = re.compile(f"[{''.join(_SIGNS)}]+")
_MIXED = re.compile(f"(?:\\d+[{''.join(_UNIT_SIGNS)}]+)+\\d*")  # 2万4千, 5百
_BY_PLACES = re.compile(f"[{''.join(_DIGIT_SIGNS)}]{{4}}")  # 二〇二六
_COUNTED = re.compile("[一二三四五六七八九](?:百(?:[一二三四五六七八九]?十|零)?|十)[一二三四五六七八九]?")
_SPELT = 4  # signs: so many digits in a row that hold a zero are a year, whatever follows

# A full stop ends a sentence after a word of three letters or a number, so that "Mr. President" and "24 Sept. 2027"
# stay whole; the next sentence does not begin in lower case, nor with a number.
_END = re.compile(r"[。！？!?\n]+|(?:(?<=[^\W\d_]{3})|(?<=\d)|(?<=\)))\.['\"”)]*\s+(?=[^\da-z\s])")


@dataclass(frozen=True, slots=True)
class NormalizedText:
    """A text whose numbers are ASCII digits, and whose full-width signs are ASCII too.

    ``offsets`` tells for each character, and for the end, its offset in the text as written.
    """

    text: str
    offsets: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class NumberWords:
    """The words and signs for numbers that a text may hold; ``counters`` are the words that follow numbers in signs."""

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
        """Return the value of a run, or None if it is not a number."""
        if signs := found["signs"]:
            return _read_signs(signs, self.values)
        return _add_words([self.values[word] for word in re.split(r"[-\s]+", found["words"].lower())])


def normalize_numbers(text: str, numerals: NumberWords, finder: re.Pattern[str]) -> NormalizedText:
    """Return a text with its numbers as digits; ``finder`` is what the numerals compile to."""
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
    return NormalizedText("".join((*pieces, even[done:])), (*offsets, *range(done, len(text) + 1)))


def join_words(words: Iterable[str]) -> str:
    """Return a pattern for any of some words, the longest first; for nothing at all when there are none."""
    longest_first = sorted(set(words), key=lambda word: (-len(word), word))
    return f"(?:{'|'.join(map(re.escape, longest_first))})" if longest_first else "(?!)"


def read_certain(text: str) -> frozenset[int]:
    """Return the numbers that nobody can take for anything else: in figures, and as 三十三, 五百 and 二〇二六.

    A unit alone does not count (十分, 万一), nor does the 2 in 2万.
    """
    plain = _MIXED.sub(" ", unicodedata.normalize("NFKC", text))
    numerals = (numeral[0] for numeral in _NUMERAL.finditer(plain))
    certain = (numeral for numeral in numerals if _BY_PLACES.fullmatch(numeral) or _COUNTED.fullmatch(numeral))
    return frozenset((*_read_figures(plain), *(_read_signs(numeral, _SIGNS) for numeral in certain)))


def read_numbers(text: str) -> frozenset[int]:
    """Return every number that a text may be read to hold, in figures, numerals and years of Japanese eras.

    Too many rather than too few: 一 in 统一 counts as 1, and 2万4千 as 2, 4 and 24,000.
    """
    plain = unicodedata.normalize("NFKC", text)
    signs = (found[0] for pattern in (_NUMERAL, _MIXED) for found in pattern.finditer(plain))
    era_year = re.compile(rf"({join_words(list_era_names())})({name_first_year()}|\d+)年")
    years = (read_era(*found)[1] for found in era_year.findall(write_figures(plain)))
    return frozenset((*_read_figures(plain), *(_read_signs(run, _SIGNS) for run in signs), *years))


def write_figures(text: str) -> str:
    """Return a text with figures for its Chinese numerals: 南13条西 for 南十三条西."""
    return _NUMERAL.sub(lambda numeral: str(_read_signs(numeral[0], _SIGNS)), text)


def _read_figures(text: str) -> Iterator[int]:
    return (int(figures[0].replace(",", "")) for figures in _FIGURES.finditer(text))


def _read_signs(run: str, values: Mapping[str, int]) -> int:
    """Return the value of a run of signs: 二〇二七 by places, 五百三十 with units, 2万4千 with figures before units."""
    if all(sign in values and values[sign] < _UNITS[0] for sign in run):
        return int("".join(str(values[sign]) for sign in run))
    total = section = digit = 0
    for part in re.findall(r"\d+|\D", run):
        value = values[part] if part in values else int(part)
        if part not in values or value not in _UNITS:
            digit += value
        elif value < _MYRIAD:
            section, digit = section + (digit or 1) * value, 0
        else:
            total, section, digit = total + (section + digit or 1) * value, 0, 0
    return total + section + digit


def _add_words(values: list[int]) -> int | None:
    """Forty-five, two thousand, and twenty twenty-seven; None for words that make no number together."""
    total, last = 0, 10_000
    for value in values:
        if value in _UNITS[1:3] and total:
            total, last = total * value, value
        elif value < last and (last >= _UNITS[1] or (last % 10 == 0 and last > 10 > value)):  # noqa: PLR2004 - tens, then ones
            total, last = total + value, value
        elif 10 <= total < 100 and 10 <= value < 100:  # noqa: PLR2004 - a century and the years in it
            total, last = total * 100 + value, value
        else:
            return None
    return total


@dataclass(frozen=True, slots=True)
class Range:
    """A stretch of a normalized text, from ``start`` up to ``end``."""

    start: int
    end: int

    def holds(self, start: int, end: int) -> bool:
        """Return whether another stretch lies in this one."""
        return self.start <= start and end <= self.end


def split_sentences(normalized: NormalizedText) -> tuple[Range, ...]:
    """Return the sentences of a text, in order and without gaps."""
    ends = [found.end() for found in _END.finditer(normalized.text)]
    edges = [0, *(end for end in ends if end < len(normalized.text)), len(normalized.text)]
    return tuple(Range(start, end) for start, end in pairwise(edges))
