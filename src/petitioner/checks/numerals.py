"""Numbers in a text, in figures of any width and in Chinese numerals: 2026, ２０２６, 二〇二六, 五百, 2万4千."""

import re
import unicodedata
from collections.abc import Iterator

_DIGITS = {
    character: value
    for value, row in enumerate(("〇零", "一壱", "二两弐", "三参", *"四五六七八九"))
    for character in row
}
_UNITS = {"十": 10, "百": 100, "千": 1000, "백": 100, "천": 1000}
_MYRIADS = {"万": 10_000, "萬": 10_000, "만": 10_000, "億": 10**8, "亿": 10**8, "억": 10**8}
_ERAS = {"明治": 1867, "大正": 1911, "昭和": 1925, "平成": 1988, "令和": 2018}
"""The year before the first one of an era."""

_FIGURES = re.compile(r"\d{1,3}(?:,\d{3})+(?!\d)|\d+")
_NUMERAL = re.compile(f"[{''.join((*_DIGITS, *_UNITS, *_MYRIADS))}]+")
# What stands before a unit may be in figures: 2万4千, 5百.
_MIXED = re.compile(f"(?:\\d+[{''.join((*_UNITS, *_MYRIADS))}]+)+\\d*")
_COUNTED = re.compile("[一二三四五六七八九](?:百(?:[一二三四五六七八九]?十|零)?|十)[一二三四五六七八九]?")
_ERA = re.compile(f"({'|'.join(_ERAS)})(元|\\d+)年")


def read_certain(text: str) -> frozenset[int]:
    """The numbers that nobody can take for anything else: in figures, and as 三十三, 五百 and 二〇二六.

    A unit alone is none (十分, 万一), and in 2万 the 2 is none.
    """
    plain = _MIXED.sub(" ", unicodedata.normalize("NFKC", text))
    numerals = (numeral[0] for numeral in _NUMERAL.finditer(plain))
    return frozenset((*_read_figures(plain), *(_read_numeral(numeral) for numeral in numerals if _is_certain(numeral))))


def _is_certain(numeral: str) -> bool:
    by_places = len(numeral) == len("二〇二六") and all(character in _DIGITS for character in numeral)
    return by_places or bool(_COUNTED.fullmatch(numeral))


def read_numbers(text: str) -> frozenset[int]:
    """Every number that a text may be read to hold, in figures, numerals and years of Japanese eras.

    Too many rather than too few: 一 in 统一 counts as 1, and 2万4千 as 2, 4 and 24,000.
    """
    plain = unicodedata.normalize("NFKC", text)
    found = {*_read_figures(plain)}
    found.update(_read_numeral(numeral[0]) for numeral in _NUMERAL.finditer(plain))
    found.update(_read_numeral(mixed[0]) for mixed in _MIXED.finditer(plain))
    found.update(_ERAS[era] + (1 if year == "元" else int(year)) for era, year in _ERA.findall(spell_in_figures(plain)))
    return frozenset(found)


def spell_in_figures(text: str) -> str:
    """A text whose Chinese numerals are figures: 南十三条西 becomes 南13条西."""
    return _NUMERAL.sub(lambda numeral: str(_read_numeral(numeral[0])), text)


def _read_figures(text: str) -> Iterator[int]:
    return (int(figures[0].replace(",", "")) for figures in _FIGURES.finditer(text))


def _read_numeral(numeral: str) -> int:
    """The value of a numeral written by places (二〇二六) or with units (五百三十, 2万4千)."""
    if all(character in _DIGITS for character in numeral):
        return int("".join(str(_DIGITS[character]) for character in numeral))
    total = section = digit = 0
    for part in re.findall(r"\d+|\D", numeral):
        if part in _MYRIADS:
            total += (section + digit or 1) * _MYRIADS[part]
            section = digit = 0
        elif part in _UNITS:
            section += (digit or 1) * _UNITS[part]
            digit = 0
        else:
            digit = int(part) if part.isdecimal() else _DIGITS[part]
    return total + section + digit
