"""The types of single values, each with one notation, and the base class of all records.

All values in YAML files are read as text (see ``source``); these types convert them. They are stricter than pydantic's
own, which would read ``0`` as 1970-01-01 and ``off`` as False.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict

Location = tuple[str | int, ...]
"""The path to a value in a document: keys, and indexes in lists (from 0)."""

_LONGEST_LINE = 500  # characters: much longer than any address, name or subject
_LONGEST_IDENTIFIER = 40  # characters: it becomes part of file names and of the reference on the letter

# Embeddings, overrides and isolates reorder text (UAX #9); direction marks and joiners do not, and are allowed.
_REORDERING = frozenset(range(0x202A, 0x202F)) | frozenset(range(0x2066, 0x206A))
# Invisible characters: soft hyphen, fillers, spaces without width, invisible operators and tags.
_INVISIBLE = frozenset(
    {0x00AD, 0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180E, 0x200B, 0x2800, 0x3164, 0xFEFF, 0xFFA0}
).union(range(0x2060, 0x2065), range(0x206A, 0x2070), range(0xFFF9, 0xFFFC), range(0xE0000, 0xE0080))
_STAND_INS = {0xFFFC: "in place of a picture that was not copied", 0xFFFD: "in place of a character that was lost"}
_HIDDEN = frozenset(map(chr, _INVISIBLE.union(_STAND_INS)))  # some of them count as printable
_REFUSED_CATEGORIES = {
    "Cc": "a control character",
    "Cs": "half of a surrogate pair",
    "Co": "a private-use character, which has no agreed shape",
    "Cn": "not assigned to any character",
    "Zl": "a line separator that few programs know",
    "Zp": "a paragraph separator that few programs know",
}
# A compatibility ideograph is how some people write their name (U+FA19 神); Unicode's composition would change it.
_COMPOSABLE = re.compile("[^\uf900-\ufaff\U0002f800-\U0002fa1f]+")


class Case(StrEnum):
    """The cases that a name may take in a sentence, besides the nominative (the names of Universal Dependencies)."""

    GENITIVE = "genitive"
    DATIVE = "dative"
    ACCUSATIVE = "accusative"
    INSTRUMENTAL = "instrumental"
    LOCATIVE = "locative"
    VOCATIVE = "vocative"


class Record(BaseModel):
    """The base class of all records: immutable, without unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


@dataclass(frozen=True, slots=True)
class Origin:
    """The place of a record: its file, relative to the workspace, and its line from 1.

    ``lines`` are the lines of the whole document by location, ``at`` is the record's own location.
    """

    path: str
    line: int
    at: Location = ()
    lines: Mapping[Location, int] = field(default_factory=dict, repr=False, compare=False)

    def line_of(self, *location: str | int) -> int:
        """Return the line of a part of the record, or of the nearest enclosing part in the file."""
        whole = (*self.at, *location)
        found = (self.lines.get(whole[:length]) for length in range(len(whole), -1, -1))
        return next((line for line in found if line), self.line)


def explain_refused_character(character: str) -> str:
    """Return why a character is not allowed in a letter, or an empty text if it is.

    Newlines are not checked here. Joiners, direction marks, combining marks and variation selectors are allowed, since
    scripts, names and emoji need them. Source: Unicode general categories and UAX #9.
    """
    point = ord(character)
    if point in _REORDERING:
        return "a character that reverses the reading order"
    if point in _INVISIBLE:
        return "invisible"
    return _STAND_INS.get(point) or _REFUSED_CATEGORIES.get(unicodedata.category(character), "")


def find_refused_character(text: str) -> tuple[int, str, str] | None:
    """Return offset, name (``U+202E``) and reason of the first character not allowed in a letter."""
    if text.replace("\n", "").replace("\u3000", "").isprintable() and _HIDDEN.isdisjoint(text):
        return None  # nearly every text; fifty times as fast as the loop
    for offset, character in enumerate(text):
        if character != "\n" and (reason := explain_refused_character(character)):
            return offset, f"U+{ord(character):04X}", reason
    return None


def compose_text(text: str) -> str:
    """Return a text in Unicode NFC, so that equal words compare, measure and print the same.

    File names and PDFs from a Mac have ガ and é as two characters, for which fonts have no single glyph. Compatibility
    ideographs and variation selectors (葛󠄀) are not changed, since some people write their names with them.
    """
    if text.isascii():
        return text
    return _COMPOSABLE.sub(lambda run: unicodedata.normalize("NFC", run.group()), text)


def _check_line(text: str) -> str:
    line = compose_text(text.strip())
    if not line:
        raise ValueError("must not be empty")
    if found := find_refused_character(line):
        _, name, reason = found
        raise ValueError(f"contains {name}, which is {reason}")
    if "\n" in line:
        raise ValueError("must be on one line")
    if len(line) > _LONGEST_LINE:
        raise ValueError(f"must not be longer than {_LONGEST_LINE} characters")
    return line


def _check_pattern(text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        raise ValueError(f"is not a regular expression ({error})") from None
    return text


def _check_character_range(text: str) -> str:
    _check_pattern(f"[{text}]")
    return text


def _check_identifier(text: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", text):
        raise ValueError("must be lower-case ASCII words joined by hyphens, such as jp-osaka")
    if len(text) > _LONGEST_IDENTIFIER:
        raise ValueError(f"must not be longer than {_LONGEST_IDENTIFIER} characters")
    return text


def _read_date(text: object) -> object:
    # ``fromisoformat`` would also accept 20260820 and week dates.
    if isinstance(text, date):
        return text
    if not isinstance(text, str) or not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
        raise ValueError("must be a date written as 2027-09-24")
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError("is not a day of the calendar") from None


def _check_partial_day(text: str) -> str:
    if not re.fullmatch(r"\d{4}(-\d{2}(-\d{2})?)?", text, re.ASCII):
        raise ValueError("must be a year, a month or a day, such as 2013, 2013-03 or 2013-03-14")
    try:
        date.fromisoformat((text + "-01-01")[:10])
    except ValueError:
        raise ValueError("is not in the calendar") from None
    return text


def _read_number(text: object) -> object:
    if isinstance(text, int | float) and not isinstance(text, bool):
        return text
    if not isinstance(text, str) or not re.fullmatch(r"\d{1,4}(\.\d{1,3})?", text, re.ASCII):
        raise ValueError("must be a number such as 12 or 4.5")
    return float(text)


def _read_count(text: object) -> object:
    if isinstance(text, int) and not isinstance(text, bool):
        return text
    if not isinstance(text, str) or not re.fullmatch(r"[1-9]\d{0,3}", text, re.ASCII):
        raise ValueError("must be a whole number from 1")
    return int(text)


def _read_flag(text: object) -> object:
    if isinstance(text, bool):
        return text
    if text not in ("true", "false"):
        raise ValueError("must be true or false")
    return text == "true"


Line = Annotated[str, AfterValidator(_check_line)]
"""Text on one line, without spaces around it, control characters and characters that reorder text."""

Pattern = Annotated[str, AfterValidator(_check_pattern)]
"""A regular expression of Python's ``re``; spaces at its ends belong to it."""

CharacterRange = Annotated[Line, AfterValidator(_check_character_range)]
"""Characters and ranges, as in a character class of ``re``: ``A-Za-z``."""

Identifier = Annotated[str, AfterValidator(_check_identifier)]
"""An id: lower-case ASCII words joined by hyphens, which is safe in file names and e-mail headers."""

Day = Annotated[date, BeforeValidator(_read_date)]
"""A date written as 2027-09-24."""

Number = Annotated[float, BeforeValidator(_read_number)]
"""A decimal number; the unit is in the field's description."""

Count = Annotated[int, BeforeValidator(_read_count)]
"""A whole number from 1."""

Flag = Annotated[bool, BeforeValidator(_read_flag)]
"""``true`` or ``false``, written in no other way."""

Translated = Mapping[str, Line]
"""One line of text per language tag."""

Cases = Mapping[Case, Line]
"""A text in the cases of a language, besides the nominative."""

PartialDay = Annotated[str, AfterValidator(_check_partial_day)]
"""A year, a month or a day: 2013, 2013-03 or 2013-03-14."""
