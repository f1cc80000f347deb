"""Columns of signatures and names under a letter, the same in every format."""

from collections.abc import Sequence
from typing import TypeVar
from unicodedata import east_asian_width

from petitioner.model.locale import Locale
from petitioner.model.theme import Theme
from petitioner.renderers.column import measure_column

T = TypeVar("T")

WIDEST_SIGNATURE = 60
"""The width in mm of a picture of a signature, and of one of several columns of them, at the most."""

_SIDE_BY_SIDE = 3  # signatures; four stand two and two
_FEW, _MANY = 6, 12  # names: as many in one column, or in two, are not too long a list
_SHORT = 28  # half-widths of a character that fit a third of the line


def arrange_rows(things: Sequence[T], columns: int) -> tuple[tuple[T, ...], ...]:
    """Things in rows from the first to the last."""
    return tuple(tuple(things[start : start + columns]) for start in range(0, len(things), columns))


def count_signature_columns(count: int) -> int:
    """Return the number of columns for so many signatures."""
    return 2 if count == 2 * 2 else max(1, min(count, _SIDE_BY_SIDE))


def measure_signature(theme: Theme, locale: Locale, count: int) -> float:
    """The width in mm that each of so many signatures has; one alone has the whole column."""
    column = measure_column(theme, locale)
    return column if count == 1 else min(column / count_signature_columns(count), WIDEST_SIGNATURE)


def count_name_columns(names: Sequence[str]) -> int:
    """Return the number of columns for a list of organisations: more for many names, and for short ones."""
    if len(names) <= _FEW:
        return 1
    return 3 if len(names) > _MANY and max(map(count_half_widths, names)) <= _SHORT else 2


def count_half_widths(text: str) -> int:
    """The length of a text in half-widths: a Chinese character counts twice (UAX #11)."""
    return sum(2 if east_asian_width(sign) in "WF" else 1 for sign in text)
