"""The theme of letters: measurements, fonts and colours for PDF and DOCX."""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Self

from pydantic import AfterValidator

from petitioner.model.types import Flag, Line, Number, Record

MM_PER_PT = 25.4 / 72
"""A point in mm: 1/72 inch."""


ADDRESSEE_SIZE = 12.0
"""The font size in pt of the names in an address that no window shows."""


def _check_colour(text: str) -> str:
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", text):
        raise ValueError("must be a colour such as #1f3a5f")
    return text.lower()


Colour = Annotated[str, AfterValidator(_check_colour)]
"""A colour as six hexadecimal digits after #."""


class Margins(Record):
    """The margins of the text, in mm."""

    top: Number
    right: Number
    bottom: Number
    left: Number


class Window(Record):
    """The address field, in mm from the sheet's top left corner; only the part that an envelope always shows is used.

    DIN 5008 form B: x 20 to 105, y 45 to 90. The sheet slides in the envelope, so less is safe (DIN 680).
    The text is between ``text_left`` and ``text_right``; ``return_line`` is the lower edge of the sender's small line,
    ``gap`` the space between it and the address. Font sizes are in pt; ``max_pitch`` is the largest distance between
    lines.
    """

    top: Number
    bottom: Number
    text_left: Number
    text_right: Number
    return_line: Number
    gap: Number
    font_size: Number
    return_font_size: Number
    max_pitch: Number

    @property
    def width(self) -> float:
        """The largest width of an address line, in mm."""
        return self.text_right - self.text_left


class Fonts(Record):
    """The fonts of one language: ``pdf`` are family names in order; ``docx`` and ``docx_east_asian`` are fonts on the
    reader's computer. ``size`` and ``pitch``, the distance from line to line, are in pt."""

    pdf: tuple[Line, ...]
    docx: Line
    docx_east_asian: Line | None = None
    size: Number
    pitch: Number


class Fit(Record):
    """The size and pitch, in pt, that letters of one language have in a campaign instead of those of the theme."""

    size: Number
    pitch: Number


class TextAlignment(StrEnum):
    """Whether all lines of the text end at the margin."""

    JUSTIFY = "justify"
    RAGGED = "ragged"


class Theme(Record):
    """A theme. ``letterhead`` is the distance of the letterhead from the top of the first page in mm; ``align`` the
    alignment of the text; ``signature_space`` the height for a signature in mm; ``css`` the whole style sheet; ``logo``
    a PNG or JPEG. ``names_window`` is for a theme that gives the window of an envelope."""

    margins: Margins
    window: Window
    letterhead: Number
    signature_space: Number
    names_window: Flag = False
    align: TextAlignment
    accent: Colour
    fonts: Mapping[str, Fonts]
    css: str
    logo: bytes | None = None
    logo_height: Number

    def fitted(self, fits: Mapping[str, Fit]) -> Self:
        """Return the theme with other sizes and pitches for some of its languages."""
        fonts = {
            tag: one.model_copy(update={"size": fits[tag].size, "pitch": fits[tag].pitch}) if tag in fits else one
            for tag, one in self.fonts.items()
        }
        return self.model_copy(update={"fonts": fonts})
