"""What a language asks of a letter: its forms of address, its dates, its lay-out and its fonts."""

from collections.abc import Mapping
from enum import StrEnum

from petitioner.model.recipient import MissionKind
from petitioner.model.theme import Fonts
from petitioner.model.types import Flag, Line, Number, Record


class Side(StrEnum):
    """The side of the text column on which something stands: where lines start, or where they end."""

    START = "start"
    END = "end"


class HeadForms(Record):
    """How to write to a head of mission: by ``office`` alone, or ``named``, a pattern with {name}."""

    office: Line
    named: Line


class Layout(Record):
    """Habits of setting: the first-line ``indent`` in ems, which stands instead of space between paragraphs; the side
    of closing and signature; whether ``emphasis`` is bold because the script has no italics; whether words are kept
    whole at line ends although the script allows a break in them."""

    indent: Number
    closing: Side
    signature: Side
    emphasis_is_bold: Flag
    keep_words: Flag = False


class Locale(Record):
    """One language. ``address`` holds one pattern a line; a line that comes out empty is left out.

    Fields of the patterns: {honorific} {name} {title} of the addressee, {care_of}, {mission}, {lines} (one line each
    of the postal address, with the country's line when the letter goes abroad). ``automatic_replies`` are words, or
    starts of words, with which mail programs begin a subject when they answer in somebody's absence.
    """

    tag: Line
    english_name: Line
    cldr: Line
    docx_language: Line
    date: Line
    joins_lines_with_space: Flag
    address: tuple[Line, ...]
    care_of: Line
    heads: Mapping[MissionKind, HeadForms]
    reference: Line
    page: Line
    enclosure: Line
    enclosures: Line
    layout: Layout
    fonts: Fonts
    automatic_replies: tuple[Line, ...] = ()
