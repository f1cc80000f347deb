"""How letters look: numbers, fonts and colours that the PDF and the DOCX share."""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator

from petitioner.model.types import Flag, Line, Number, Record

MM_PER_PT = 25.4 / 72
"""A point in mm: a point is the 72nd part of an inch."""


ADDRESSEE_SIZE = 12.0
"""The font size in pt of the names in an address that no window shows."""


def _check_colour(text: str) -> str:
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", text):
        raise ValueError("must be a colour such as #1f3a5f")
    return text.lower()


Colour = Annotated[str, AfterValidator(_check_colour)]
"""A colour as six hexadecimal digits after #."""


class Margins(Record):
    """White space around the text, in mm from the edges of the sheet."""

    top: Number
    right: Number
    bottom: Number
    left: Number


class Window(Record):
    """The address field, in mm from the sheet's top left corner, and the part of it that always shows.

    DIN 5008 form B: x 20 to 105, y 45 to 90. The sheet slides in the envelope, so less is safe (DIN 680).
    ``text_left`` and ``text_right`` bound the glyphs; ``return_line`` is where the small line of the sender ends;
    ``gap`` is between that and the first line of the address. Font sizes are in pt; ``max_pitch`` bounds the distance
    from line to line.
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
        """The width in mm that a line of the address may fill."""
        return self.text_right - self.text_left


class Fonts(Record):
    """The fonts of one language: ``pdf`` families in order, each by its full regional name; ``docx`` for the reader's
    own machine, Latin and, where it differs, East Asian. ``size`` in pt, ``pitch`` from line to line in pt."""

    pdf: tuple[Line, ...]
    docx: Line
    docx_east_asian: Line | None = None
    size: Number
    pitch: Number


class TextAlignment(StrEnum):
    """Whether lines of the text end at the margin, or wherever their last word ends."""

    JUSTIFY = "justify"
    RAGGED = "ragged"


class Theme(Record):
    """Everything that a theme decides. ``letterhead`` is where the head of the first page starts, in mm from its top;
    ``names_window`` says whether the workspace has a window of its own; ``align`` how lines of the text end;
    ``signature_space`` the height in mm left for a pen; ``css`` the whole style sheet; ``logo`` a PNG or JPEG."""

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
