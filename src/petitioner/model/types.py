"""The types of single values, each with one notation, and the base of all records.

Everything in a YAML file arrives as text (see ``source``); these types say what the text means. They are stricter than
pydantic's own, which would read ``0`` as 1970-01-01 and ``off`` as False.
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
"""The way to a value: keys and places in lists (from 0), from the top of a document."""

_LONGEST_LINE = 500  # characters: no address, name or subject comes near, and what is longer was never meant as a line
_LONGEST_IDENTIFIER = 40  # characters: it becomes part of file names and of the reference on the letter

# Embeddings, overrides and isolates reorder what a reader sees (UAX #9); marks and joiners only shape it and may stay.
_REORDERING = frozenset(range(0x202A, 0x202F)) | frozenset(range(0x2066, 0x206A))
# Nobody would miss these or find them: soft hyphen, fillers, blanks without width, operators and tags without a sign.
_INVISIBLE = frozenset(
    {0x00AD, 0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180E, 0x200B, 0x2800, 0x3164, 0xFEFF, 0xFFA0}
).union(range(0x2060, 0x2065), range(0x206A, 0x2070), range(0xFFF9, 0xFFFC), range(0xE0000, 0xE0080))
_STAND_INS = {0xFFFC: "the mark of a picture that was not copied", 0xFFFD: "the mark of a character that was lost"}
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
    """The base of all records: immutable, and with no key that the schema does not name."""

    model_config = ConfigDict(frozen=True, extra="forbid")


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a record was written: the file, relative to the workspace, and its line from 1.

    ``lines`` are those of the whole document by location, and ``at`` is the record's own location in it.
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


def explain_character(character: str) -> str:
    """Return why a character is not allowed in a letter, or an empty text if it is.

    Newlines are not judged here. Source: Unicode general categories and UAX #9. Joiners, marks of direction, combining
    marks and variation selectors are admitted, since scripts, names and emoji need them.
    """
    point = ord(character)
    if point in _REORDERING:
        return "a mark that reverses the reading order"
    if point in _INVISIBLE:
        return "invisible"
    return _STAND_INS.get(point) or _REFUSED_CATEGORIES.get(unicodedata.category(character), "")


def find_refused_character(text: str) -> tuple[int, str, str] | None:
    """Return offset, name (``U+202E``) and reason of the first character not allowed in a letter."""
    if text.replace("\n", "").replace("\u3000", "").isprintable() and _HIDDEN.isdisjoint(text):
        return None  # nearly every text, at a fiftieth of the time
    for offset, character in enumerate(text):
        if character != "\n" and (reason := explain_character(character)):
            return offset, f"U+{ord(character):04X}", reason
    return None


def compose_text(text: str) -> str:
    """Return a text in Unicode NFC, so that equal words compare, measure and print the same.

    A file name or a PDF from a Mac brings ガ and é in two parts, for which fonts have no single glyph. Compatibility
    ideographs stay as they are, and so do variation selectors (葛󠄀): they are a person's own way to write a name.
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
        raise ValueError("must stand on one line")
    if len(line) > _LONGEST_LINE:
        raise ValueError(f"must not be longer than {_LONGEST_LINE} characters")
    return line


def _check_pattern(text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        raise ValueError(f"is no regular expression ({error})") from None
    return text


def _check_signs(text: str) -> str:
    _check_pattern(f"[{text}]")
    return text


def _check_identifier(text: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", text):
        raise ValueError("must be lower-case ASCII words joined by hyphens, such as jp-osaka")
    if len(text) > _LONGEST_IDENTIFIER:
        raise ValueError(f"must not be longer than {_LONGEST_IDENTIFIER} characters")
    return text


def _read_date(text: object) -> object:
    # ``fromisoformat`` alone also takes 20260820 and week dates; a pattern first leaves one spelling.
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
"""Text on one line, without surrounding blanks, controls or anything that reorders what follows."""

Pattern = Annotated[str, AfterValidator(_check_pattern)]
"""A regular expression of Python's ``re``, blanks at its ends included."""

Signs = Annotated[Line, AfterValidator(_check_signs)]
"""Characters and ranges of them, as in a character class of ``re``: ``A-Za-z``."""

Identifier = Annotated[str, AfterValidator(_check_identifier)]
"""A name for machines: lower-case ASCII words joined by hyphens. Safe as a file name and in an e-mail header."""

Day = Annotated[date, BeforeValidator(_read_date)]
"""A date in its one spelling, 2027-09-24."""

Number = Annotated[float, BeforeValidator(_read_number)]
"""A plain decimal number; the field says the unit."""

Count = Annotated[int, BeforeValidator(_read_count)]
"""A whole number from 1."""

Flag = Annotated[bool, BeforeValidator(_read_flag)]
"""``true`` or ``false``, and no other spelling."""

Translated = Mapping[str, Line]
"""One line of text per language tag."""

Cases = Mapping[Case, Line]
"""A text in the cases of a language, besides the nominative."""

PartialDay = Annotated[str, AfterValidator(_check_partial_day)]
"""A year, a month or a day, as precise as the source was: 2013, 2013-03 or 2013-03-14."""
