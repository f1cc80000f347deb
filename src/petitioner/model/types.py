"""The types of single values, each with one notation, and the base class of all records.

All values in YAML files are read as text (see ``source``); these types convert them. They are stricter than pydantic's
own, which would read ``0`` as 1970-01-01 and ``off`` as False.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict

from petitioner.model.characters import compose_text, find_refused_character

Location = tuple[str | int, ...]
"""The path to a value in a document: keys, and indexes in lists (from 0)."""

_RANGE = re.compile("(.)-(.)")
_LONGEST_LINE = 500  # characters: much longer than any address, name or subject
_LONGEST_IDENTIFIER = 40  # characters: it becomes part of file names and of the reference on the letter


class Case(StrEnum):
    """The cases that a name may take in a sentence, besides the nominative (the names of Universal Dependencies)."""

    GENITIVE = "genitive"
    DATIVE = "dative"
    ACCUSATIVE = "accusative"
    INSTRUMENTAL = "instrumental"
    LOCATIVE = "locative"
    VOCATIVE = "vocative"


_given: dict[frozenset[str], set[str]] = {}  # one set for each combination of keys in the files


class Record(BaseModel):
    """The base class of all records: immutable, without unknown keys."""

    # Its schema is built with that of the record that is read first, and most commands read few of them.
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    def model_post_init(self, _context: object, /) -> None:
        """Share the set of the given fields with the records that have the same: it would take a quarter of a record.

        Records are frozen, and a copy of a record gets a copy of the set. So nothing changes it.
        """
        given = self.__pydantic_fields_set__
        object.__setattr__(self, "__pydantic_fields_set__", _given.setdefault(frozenset(given), given))


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
    # Python compiles long ranges slowly, and a workspace uses a few of the languages.
    if any(sign in text for sign in r"\[]^") or any(first > last for first, last in _RANGE.findall(text)):
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

OWN_LANGUAGE = "en"
"""The language of the program's own words: what a coordinator reads in a terminal."""


def choose_text(texts: Translated) -> str:
    """Return the text that a coordinator is shown: in the program's own language, else the first, or nothing."""
    return texts.get(OWN_LANGUAGE) or next(iter(texts.values()), "")
