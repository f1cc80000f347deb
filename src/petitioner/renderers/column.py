"""The column of text, which is as wide in every format."""

from petitioner.model.locale import Locale
from petitioner.model.theme import MM_PER_PT, Theme

_SLACK = 0.05  # mm: without it, rounding may leave no room for the last character of a line that is just full

PAGE_WIDTH = 210
"""The width of the sheet in mm: A4 (ISO 216)."""


def measure_column(theme: Theme, locale: Locale) -> float:
    """The width in mm between the margins, or of the whole characters in it where all are as wide as high."""
    width = PAGE_WIDTH - theme.margins.left - theme.margins.right
    if locale.joins_lines_with_space:
        return width
    em = theme.fonts[locale.tag].size * MM_PER_PT
    return (width + _SLACK) // em * em + _SLACK
