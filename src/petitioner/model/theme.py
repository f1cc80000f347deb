"""The theme of letters: measurements, fonts and colours for PDF and DOCX."""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Self

from pydantic import AfterValidator

from petitioner.model.types import Flag, Line, Number, Record

MM_PER_PT = 25.4 / 72
"""A point in mm: 1/72 inch."""

REFERENCE_SIZE = 8.5
"""The font size in pt of the reference, and of headers and footers."""

ADDRESSEE_SIZE = 12.0
"""The font size in pt of the names in an address that no window shows."""

_PAGE_WIDTH = 210  # mm, of A4 (ISO 216)


def _check_colour(text: str) -> str:
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", text):
        raise ValueError("must be a colour such as #1f3a5f")
    return text.lower()


Colour = Annotated[str, AfterValidator(_check_colour)]
"""A colour as six hexadecimal digits after #."""


class Margins(Record):
    """The margins of the text."""

    top: Number
    """The margin at the top in mm."""
    right: Number
    """The margin at the right in mm."""
    bottom: Number
    """The margin at the bottom in mm."""
    left: Number
    """The margin at the left in mm."""


class Window(Record):
    """The address field; only the part that an envelope always shows is used.

    DIN 5008 form B: x 20 to 105, y 45 to 90 mm. The sheet slides in the envelope, so less is safe (DIN 680).
    """

    top: Number
    """The upper edge of the address field, in mm from the top of the sheet."""
    bottom: Number
    """Its lower edge, in mm from the top of the sheet."""
    text_left: Number
    """Where the lines begin, in mm from the left edge of the sheet."""
    text_right: Number
    """Where the lines end at the latest, in mm from the left edge of the sheet."""
    return_line: Number
    """The lower edge of the sender's small line, in mm from the top of the sheet."""
    gap: Number
    """The space in mm between that line and the address."""
    font_size: Number
    """The font size of the address in pt."""
    return_font_size: Number
    """The font size of the sender's small line in pt."""
    max_pitch: Number
    """The largest distance from line to line in the address, in mm."""

    @property
    def width(self) -> float:
        """The largest width of an address line, in mm."""
        return self.text_right - self.text_left


class Fonts(Record):
    """The fonts of one language."""

    pdf: tuple[Line, ...]
    """The font families of the PDF, in the order of preference."""
    docx: Line
    """The font of the DOCX, on the reader's computer."""
    docx_east_asian: Line | None = None
    """The font of Chinese, Japanese or Korean characters in the DOCX."""
    size: Number
    """The font size in pt."""
    pitch: Number
    """The distance from line to line in pt."""


class Fit(Record):
    """The size and pitch, in pt, that letters of one language have in a campaign instead of those of the theme."""

    size: Number
    pitch: Number


class TextAlignment(StrEnum):
    """Whether all lines of the text end at the margin."""

    JUSTIFY = "justify"
    RAGGED = "ragged"


class Theme(Record):
    """A theme. ``css`` is the whole style sheet, ``logo`` a PNG or JPEG; ``names_window``: it gives its own window."""

    margins: Margins
    """The margins of the text."""
    window: Window
    """The address field."""
    letterhead: Number
    """The distance of the letterhead from the top of the first page in mm."""
    signature_space: Number
    """The height for a signature in mm."""
    names_window: Flag = False
    align: TextAlignment
    """justify: all lines of the text end at the margin; ragged: they end where a word does."""
    accent: Colour
    """The colour of the letterhead: #1f3a5f."""
    fonts: Mapping[str, Fonts]
    """The fonts of each language."""
    css: str
    logo: bytes | None = None
    logo_height: Number
    """The height of the logo in mm."""

    @property
    def text_width(self) -> float:
        """The width between the margins in mm."""
        return _PAGE_WIDTH - self.margins.left - self.margins.right

    def limit_column(self, widest: float | None) -> float:
        """Return the width between the margins in mm, or ``widest`` if that is less."""
        return min(self.text_width, widest or self.text_width)

    def fitted(self, fits: Mapping[str, Fit]) -> Self:
        """Return the theme with other sizes and pitches for some of its languages."""
        fonts = {
            tag: one.model_copy(update={"size": fits[tag].size, "pitch": fits[tag].pitch}) if tag in fits else one
            for tag, one in self.fonts.items()
        }
        return self.model_copy(update={"fonts": fonts})
