"""Write lines of an address for columns: Japanese numbers, upright characters, and Latin words that are turned.

Japanese manuals of letter writing ask for kanji numerals in vertical addresses: digit by digit in the number of a house
(五二二〇―一八), with the sign for ten before words such as 丁目 (二十三丁目). ``faces.yaml`` names the sources.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby

from petitioner.model.letter import AddressLine, AddressPart
from petitioner.model.stationery import VerticalLayout
from petitioner.model.theme import MM_PER_PT
from petitioner.paper.address_lines import MeasureText
from petitioner.tables.locales import load_locales, write_number

_DIGIT = "[0-9０-９]"
_LATIN = "A-Za-z\u00c0-\u024f"
_DASH = "―"  # U+2015, which has a vertical form in Japanese fonts
_HYPHEN = re.compile(rf"(?<={_DIGIT})[ \u3000]*[-‐‑‒–—―−－ー][ \u3000]*(?={_DIGIT})")
_NUMBER = re.compile(rf"(?<![{_LATIN}0-9０-９]){_DIGIT}+(?![{_LATIN}0-9０-９])")
_NARROW_KANA = re.compile(r"[\uff61-\uff9f]+")
_TOKEN = re.compile(
    rf"(?P<number>{_DIGIT}+)"
    rf"|(?P<word>[{_LATIN}]+(?:[ '’&.\-]+[{_LATIN}]+)*)"
    r"|(?P<sign>.[\u0300-\u036f\u3099\u309a\ufe00-\ufe0f\U000e0100-\U000e01ef]*)",
    re.DOTALL,
)
_TO_FULL_WIDTH = {point: point + 0xFEE0 for point in range(0x21, 0x7F)} | {0x20: 0x3000}
_ABREAST = 2  # digits that are side by side in a column (tate-chu-yoko)
_LARGEST_WITH_TEN = 99
_EM = 0.99  # of an em: what is at least so wide is as wide as high


class Form(StrEnum):
    """The direction of a part of a column: upright, turned a quarter to the right, or side by side in one square."""

    UPRIGHT = "upright"
    TURNED = "turned"
    ABREAST = "abreast"


@dataclass(frozen=True, slots=True)
class ColumnPart:
    """Characters of a column in one form; ``length`` is theirs along the column in ems, ``count`` the number
    of squares or letters."""

    text: str
    form: Form
    length: float
    count: int


@dataclass(frozen=True, slots=True)
class ColumnText:
    """The text of one column and its language."""

    parts: tuple[ColumnPart, ...]
    language: str

    @property
    def text(self) -> str:
        """All characters, as they are written in the column."""
        return "".join(part.text for part in self.parts)

    def measure(self, spacing: float = 0.0) -> float:
        """Return the length in ems, with ``spacing`` ems after each upright character but the last."""
        gaps = sum(part.count if part.form is Form.UPRIGHT else 1 for part in self.parts) - 1
        return sum(part.length for part in self.parts) + max(0, gaps) * spacing


def write_column(line: AddressLine, layout: VerticalLayout, measure: MeasureText) -> ColumnText:
    """Write a line of an address as a column."""
    text = _NARROW_KANA.sub(lambda found: unicodedata.normalize("NFKC", found[0]), line.text)
    if line.part is not AddressPart.NAME:
        text = write_house_numbers(text, line.language, layout.counters)
    parts = [_shape_token(token, line.language, layout, measure) for token in _TOKEN.finditer(text)]
    return ColumnText(tuple(_join_upright(parts)), line.language)


def write_house_numbers(text: str, language: str, counters: Sequence[str]) -> str:
    """Write the numbers of an address in the numerals of its language, and the hyphens between them as dashes.

    The text stays as it is in a language without numerals of its own. Numbers beside Latin letters stay too.
    """
    numerals = load_locales()[language].numerals
    if numerals is None:
        return text

    def write_match(found: re.Match[str]) -> str:
        digits = [int(digit) for digit in found[0]]
        number = int("".join(map(str, digits)))
        if number <= _LARGEST_WITH_TEN and text.startswith(tuple(counters), found.end()):
            return write_number(number, numerals)
        return "".join(numerals.digits[digit] for digit in digits)

    text = _HYPHEN.sub(_DASH, text)
    return _NUMBER.sub(write_match, text)


def _shape_token(token: re.Match[str], language: str, layout: VerticalLayout, measure: MeasureText) -> ColumnPart:
    text = token[0]
    if token["number"]:
        digits = unicodedata.normalize("NFKC", text)
        if len(digits) == _ABREAST:
            return ColumnPart(digits, Form.ABREAST, 1.0, 1)
        return _make_upright(digits.translate(_TO_FULL_WIDTH))
    if token["word"]:
        is_short = text.isascii() and text.isalpha() and text.isupper() and len(text) <= layout.acronym
        return _make_upright(text.translate(_TO_FULL_WIDTH)) if is_short else _make_turned(text, language, measure)
    upright = text.translate(_TO_FULL_WIDTH)
    is_square = unicodedata.east_asian_width(upright[0]) in "WF" or _measure_ems(upright[0], language, measure) >= _EM
    return _make_upright(upright) if is_square else _make_turned(text, language, measure)


def _make_upright(text: str) -> ColumnPart:
    squares = sum(unicodedata.category(character) != "Mn" for character in text)
    return ColumnPart(text, Form.UPRIGHT, float(squares), squares)


def _make_turned(text: str, language: str, measure: MeasureText) -> ColumnPart:
    return ColumnPart(text, Form.TURNED, _measure_ems(text, language, measure), len(text))


def _measure_ems(text: str, language: str, measure: MeasureText) -> float:
    return measure(text, language, 1.0) / MM_PER_PT


def _join_upright(parts: Sequence[ColumnPart]) -> Iterator[ColumnPart]:
    """Join neighbours that are upright, so that each is one run of text in the PDF."""
    for form, group in groupby(parts, key=lambda part: part.form):
        if form is Form.UPRIGHT:
            yield _make_upright("".join(part.text for part in group))
        else:
            yield from group
