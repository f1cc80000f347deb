"""Numbers in any script, as digits: ２０２７, 二〇二七年, 二千二十七年, forty-five; and the sentences around them."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from operator import itemgetter

from petitioner.checks.reading.eras import list_era_names, name_first_year, read_era

_FULL_WIDTH = {0x3000: " ", 0x2019: "'", 0x2018: "'", **{0xFF01 + place: chr(0x21 + place) for place in range(94)}}
_FOREIGN_DIGIT = re.compile(r"[^\D0-9]")
_MYRIAD = 10_000
_UNITS = (10, 100, 1000, _MYRIAD, 10**8)
_DIGIT_ROWS = ("〇零", "一壱", "二两弐", "三参", *"四五六七八九")
_DIGIT_VALUES = {character: value for value, row in enumerate(_DIGIT_ROWS) for character in row}
_UNIT_ROWS = ("十", "百백", "千천", "万萬만", "億亿억")
_UNIT_VALUES = {character: value for value, row in zip(_UNITS, _UNIT_ROWS, strict=True) for character in row}
_NUMERAL_VALUES = {**_DIGIT_VALUES, **_UNIT_VALUES}
"""The characters of Chinese numerals in any language, for text in an unknown language; locales list their own."""

_DIGITS = re.compile(r"\d{1,3}(?:,\d{3})+(?!\d)|\d+")
_NUMERAL = re.compile(f"[{''.join(_NUMERAL_VALUES)}]+")
_DIGITS_AND_UNITS = re.compile(f"(?:\\d+[{''.join(_UNIT_VALUES)}]+)+\\d*")  # 2万4千, 5百
_FOUR_DIGITS = re.compile(f"[{''.join(_DIGIT_VALUES)}]{{4}}")  # 二〇二六
_TENS_OR_HUNDREDS = re.compile("[一二三四五六七八九](?:百(?:[一二三四五六七八九]?十|零)?|十)[一二三四五六七八九]?")
_MIN_YEAR_DIGITS = 4  # signs: so many digits in a row that hold a zero are a year, whatever follows

_DAY_BEFORE = re.compile(r"(?<!\d)\d{1,2}[^\W\d_]{0,2}\s$")
_YEAR_AFTER = re.compile(r"\.?\s+(?:\d{1,2}[^\W\d_]{0,2},?\s+)?\d{4}(?!\d)")
_MAX_DAY_LENGTH = 6  # a digit more than a day has, to see that it is no longer number; 24th and a space

# A full stop ends a sentence after a word of three letters or a number, so that "Mr. President" and "24 Sept. 2027"
# stay whole; the next sentence does not begin in lower case, nor with a number.
_SENTENCE_END = re.compile(r"[。！？!?\n]+|(?:(?<=[^\W\d_]{3})|(?<=\d)|(?<=\)))\.['\"”)]*\s+(?=[^\da-z\s])")


@dataclass(frozen=True, slots=True)
class NormalizedText:
    """A text with ASCII digits for all numbers, and ASCII for full-width characters.

    ``offsets`` are the offsets of each character, and of the end, in the text as written.
    """

    text: str
    offsets: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class NumberWords:
    """The words and characters for numbers in a language.

    ``counters`` are the words that follow numerals, ``months`` the names of months: French ``sept`` is either.
    """

    values: Mapping[str, int]
    counters: tuple[str, ...]
    months: frozenset[str] = frozenset()

    def compile(self) -> re.Pattern[str]:
        """Return a pattern for each run of numerals before a counter, and each run of number words."""
        signs = "".join(sorted(word for word in self.values if len(word) == 1))
        zeros = "".join(sorted(word for word in signs if not self.values[word]))
        words = join_words(word for word in self.values if len(word) > 1)
        year = f"(?=[{signs}]*[{zeros}])[{signs}]{{{_MIN_YEAR_DIGITS},}}" if zeros else "(?!)"
        counter_follows = f"(?={join_words(self.counters)})"
        word = rf"(?<![^\W_]){words}(?:(?:-|\s+){words})*(?![^\W_])"
        return re.compile(
            rf"(?P<signs>(?<![0-9])[{signs or '∅'}]+(?=\s?{counter_follows})|{year})|(?P<words>{word})", re.IGNORECASE
        )

    def value_of(self, found: re.Match[str]) -> int | None:
        """Return the number of a match of the compiled pattern, or None if it is not a number."""
        if signs := found["signs"]:
            return _read_chinese_numeral(signs, self.values)
        if found["words"].casefold() in self.months and _is_in_date(found):
            return None
        return _add_number_words([self.values[word] for word in re.split(r"[-\s]+", found["words"].lower())])


def _is_in_date(found: re.Match[str]) -> bool:
    """Return whether a word stands after the number of a day or before a year, so that it can only be a month."""
    before = found.string[max(0, found.start() - _MAX_DAY_LENGTH) : found.start()]
    return bool(_DAY_BEFORE.search(before) or _YEAR_AFTER.match(found.string, found.end()))


def normalize_numbers(text: str, numerals: NumberWords, finder: re.Pattern[str]) -> NormalizedText:
    """Return a text with its numbers as digits; ``finder`` is the compiled pattern of ``numerals``."""
    half_width = _FOREIGN_DIGIT.sub(lambda match: str(unicodedata.decimal(match.group())), text.translate(_FULL_WIDTH))
    pieces: list[str] = []
    offsets: list[int] = []
    done = 0
    for match in finder.finditer(half_width):
        value = numerals.value_of(match)
        if value is not None:
            digits = str(value)
            pieces += [half_width[done : match.start()], digits]
            offsets += [*range(done, match.start()), *[match.start()] * len(digits)]
            done = match.end()
    return NormalizedText("".join((*pieces, half_width[done:])), (*offsets, *range(done, len(text) + 1)))


def join_words(words: Iterable[str]) -> str:
    """Return a pattern for any of these words, the longest first; without words, one that never matches."""
    distinct = sorted(set(words))
    return _join_endings(distinct) if distinct else "(?!)"


def _join_endings(words: Sequence[str]) -> str:
    """Return a pattern for sorted words, with each common beginning once, so that there is less to compile."""
    by_first = {first: [word[1:] for word in group] for first, group in groupby(filter(None, words), itemgetter(0))}
    parts = [re.escape(first) + (_join_endings(rest) if any(rest) else "") for first, rest in by_first.items()]
    pattern = f"(?:{'|'.join(parts)})"
    return f"{pattern}?" if "" in words else pattern


def read_certain_numbers(text: str) -> frozenset[int]:
    """Return the unambiguous numbers of a text: in digits, and as 三十三, 五百 and 二〇二六.

    A unit alone does not count (十分, 万一), nor does the 2 in 2万.
    """
    plain = _DIGITS_AND_UNITS.sub(" ", unicodedata.normalize("NFKC", text))
    numerals = (numeral[0] for numeral in _NUMERAL.finditer(plain))
    certain = (
        numeral for numeral in numerals if _FOUR_DIGITS.fullmatch(numeral) or _TENS_OR_HUNDREDS.fullmatch(numeral)
    )
    return frozenset((*_read_digits(plain), *(_read_chinese_numeral(numeral, _NUMERAL_VALUES) for numeral in certain)))


def read_possible_numbers(text: str) -> frozenset[int]:
    """Return every number that a text may contain, in digits, numerals and years of Japanese eras.

    Rather too many than too few: 一 in 统一 counts as 1, and 2万4千 as 2, 4 and 24,000.
    """
    plain = unicodedata.normalize("NFKC", text)
    numerals = (found[0] for pattern in (_NUMERAL, _DIGITS_AND_UNITS) for found in pattern.finditer(plain))
    era_year = re.compile(rf"({join_words(list_era_names())})({name_first_year()}|\d+)年")
    years = (read_era(*found)[1] for found in era_year.findall(convert_chinese_numerals(plain)))
    return frozenset((*_read_digits(plain), *(_read_chinese_numeral(run, _NUMERAL_VALUES) for run in numerals), *years))


def convert_chinese_numerals(text: str) -> str:
    """Return a text with digits for its Chinese numerals: 南13条西 for 南十三条西."""
    return _NUMERAL.sub(lambda numeral: str(_read_chinese_numeral(numeral[0], _NUMERAL_VALUES)), text)


def _read_digits(text: str) -> Iterator[int]:
    return (int(figures[0].replace(",", "")) for figures in _DIGITS.finditer(text))


def _read_chinese_numeral(run: str, values: Mapping[str, int]) -> int:
    """Return the value of a Chinese numeral: 二〇二七 by places, 五百三十 with units, 2万4千 with digits and units."""
    if all(character in values and values[character] < _UNITS[0] for character in run):
        return int("".join(str(values[character]) for character in run))
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


def _add_number_words(values: list[int]) -> int | None:
    """Return the value of number words: forty-five, two thousand, twenty twenty-seven; None if they are no number."""
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
    """A range of a normalized text, from ``start`` up to ``end``."""

    start: int
    end: int

    def contains(self, start: int, end: int) -> bool:
        """Return whether another range is inside this one."""
        return self.start <= start and end <= self.end


def split_sentences(normalized: NormalizedText) -> tuple[Range, ...]:
    """Return the sentences of a text, in order and without gaps."""
    ends = [found.end() for found in _SENTENCE_END.finditer(normalized.text)]
    edges = [0, *(end for end in ends if end < len(normalized.text)), len(normalized.text)]
    return tuple(Range(start, end) for start, end in pairwise(edges))
