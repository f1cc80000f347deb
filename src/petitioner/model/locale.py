"""What a language asks of a letter: its forms of address, its dates, its lay-out and its fonts."""

from collections.abc import Mapping
from enum import StrEnum

from pydantic import Field

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


class TimeWords(Record):
    """How a language speaks of time, so that dates in a letter's words can be checked; names of months come from CLDR.

    ``numbers`` are the words or signs for numbers, each with its value, and ``counters`` what a number in signs stands
    before. Phrases hold ``{n}`` for a number of years or ``{date}`` for a date: years ``ago``, an ``anniversary``, a
    year that is ``running``, a ``deadline``. ``exactly``, ``nearly``, ``about`` and ``over`` qualify a number.
    ``decades`` after a year make a decade of it, and ``day_marks`` mark a day beside CLDR's own.
    """

    numbers: Mapping[str, int] = Field(default_factory=dict)
    counters: tuple[Line, ...] = ()
    day_marks: tuple[Line, ...] = ()
    decades: tuple[Line, ...] = ()
    ago: tuple[Line, ...] = ()
    anniversary: tuple[Line, ...] = ()
    running: tuple[Line, ...] = ()
    exactly: tuple[Line, ...] = ()
    nearly: tuple[Line, ...] = ()
    about: tuple[Line, ...] = ()
    over: tuple[Line, ...] = ()
    deadline: tuple[Line, ...] = ()


class Locale(Record):
    """One language. ``address`` holds one pattern a line; a line that comes out empty is left out.

    Fields of the patterns: {honorific} {name} {title} of the addressee, {care_of}, {mission}, {lines} (one line each
    of the postal address, with the country's line when the letter goes abroad).
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
    time: TimeWords = Field(default_factory=TimeWords)
