"""The types of single values, each with one spelling, and the base of all records.

Everything in a YAML file arrives as text (see ``source``); these types say what the text means. They are stricter than
pydantic's own, which would read ``0`` as 1970-01-01 and ``off`` as False.
"""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict

# Embeddings, overrides and isolates reorder what a reader sees (UAX #9); marks and joiners only shape it and may stay.
_REORDERING = frozenset(range(0x202A, 0x202F)) | frozenset(range(0x2066, 0x206A))
# No reader can see these, so nobody would miss or find them: soft hyphen, zero-width space, word joiner, BOM.
_INVISIBLE = frozenset({0x00AD, 0x200B, 0x2060, 0xFEFF})
_REPLACEMENT = 0xFFFD
_REFUSED_CATEGORIES = {
    "Cc": "a control character",
    "Cs": "half of a surrogate pair",
    "Co": "a private-use character, which has no agreed shape",
    "Cn": "not assigned to any character",
    "Zl": "a line separator that few programs know",
    "Zp": "a paragraph separator that few programs know",
}


class Record(BaseModel):
    """The base of all records: immutable, and with no key that the schema does not name."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def explain_character(character: str) -> str:
    """Why a character may not stand in a letter, or an empty text when it may.

    Newlines are not judged here. Source: Unicode general categories and UAX #9.
    """
    point = ord(character)
    if point in _REORDERING:
        return "reverses the reading order of what follows"
    if point in _INVISIBLE:
        return "invisible"
    if point == _REPLACEMENT:
        return "the mark of a character lost in an earlier conversion"
    return _REFUSED_CATEGORIES.get(unicodedata.category(character), "")


def find_refused_character(text: str) -> tuple[int, str, str] | None:
    """Offset, name (``U+202E``) and reason of the first character that may not stand in a letter."""
    for offset, character in enumerate(text):
        if character == "\n" or (character.isprintable() and character != "\ufffd"):
            continue
        if reason := explain_character(character):
            return offset, f"U+{ord(character):04X}", reason
    return None


def _check_line(text: str) -> str:
    if "\n" in text:
        raise ValueError("must stand on one line")
    return _check_text(text)


def _check_text(text: str) -> str:
    stripped = text.strip()
    if not stripped:
        raise ValueError("must not be empty")
    if found := find_refused_character(stripped):
        _, name, reason = found
        raise ValueError(f"contains {name}, which is {reason}")
    return stripped


def _check_identifier(text: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", text):
        raise ValueError("must be lower-case ASCII words joined by hyphens, such as jp-osaka")
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

Text = Annotated[str, AfterValidator(_check_text)]
"""Text that may run over several lines."""

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


def _check_partial_day(text: str) -> str:
    if not re.fullmatch(r"\d{4}(-\d{2}(-\d{2})?)?", text, re.ASCII):
        raise ValueError("must be a year, a month or a day, such as 2013, 2013-03 or 2013-03-14")
    try:
        date.fromisoformat((text + "-01-01")[:10])
    except ValueError:
        raise ValueError("is not in the calendar") from None
    return text


PartialDay = Annotated[str, AfterValidator(_check_partial_day)]
"""A year, a month or a day, as precise as the source was: 2013, 2013-03 or 2013-03-14."""


class Origin(Record):
    """Where a record was written: the file, relative to the workspace, and its line from 1."""

    path: str
    line: int
