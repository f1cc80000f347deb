"""What a language asks of a letter: its forms of address, its dates, its lay-out and its fonts."""

from collections.abc import Mapping
from enum import StrEnum

from pydantic import Field

from petitioner.model.recipient import MissionKind
from petitioner.model.theme import Fonts
from petitioner.model.types import Day, Flag, Line, Number, Pattern, Record
from petitioner.model.wording import Wording


class Side(StrEnum):
    """A side of the text column: where lines start, or where they end."""

    START = "start"
    END = "end"


class Placement(StrEnum):
    """Where a line stands in the column, in the words of CSS."""

    START = "start"
    CENTRE = "center"


class Direction(StrEnum):
    """Which way lines run, in the words of HTML."""

    LEFT_TO_RIGHT = "ltr"
    RIGHT_TO_LEFT = "rtl"


class HeadForms(Record):
    """How to write to a head of mission: the usual ``title``, and patterns by ``office`` alone, with {title}, or
    ``named``, with {title} and {name}."""

    title: Line
    office: Line = "{title}"
    named: Line


class Era(Record):
    """An era that years are counted by, and its first day."""

    name: Line
    since: Day


class NativeNumerals(Record):
    """Figures of a language's own: ten ``digits`` from nought, and, where there is one, the sign for ``ten``, with
    which numbers below a hundred are written."""

    digits: Line
    ten: Line | None = None


class DateStyle(Record):
    """One way to write a date: a pattern in letters of Unicode CLDR, where G is the era whose year y then is, and
    whether figures are the language's own."""

    pattern: Line
    own_numerals: Flag = False


class EnclosureForms(Record):
    """How enclosures are listed: the ``label`` with {count}, a pattern for each ``entry`` with {number} and {title},
    and one for the ``last`` where that is another."""

    label: Line
    entry: Line
    last: Line | None = None


class Layout(Record):
    """Habits of setting: the widest ``column`` in mm that is read with ease; the first-line ``indent`` in ems, which
    stands instead of space between paragraphs; how far lists are set in, in ems, a whole number where all characters
    are as wide as high; the place of the subject, and the side of closing and signature; whether ``emphasis`` is bold
    because the script has no italics; whether words are kept whole at line ends although the script allows a break in
    them."""

    column: Number | None = None
    indent: Number
    list_step: Number = 1.6
    subject: Placement = Placement.START
    closing: Side
    signature: Side
    emphasis_is_bold: Flag
    keep_words: Flag = False


class Greetings(Record):
    """What to say at a mission's door, with {sender} and {addressee}: ``gate`` to begin with, ``taken`` to whoever
    takes the letter, ``refused`` where nobody does."""

    gate: Line
    taken: Line
    refused: Line


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
    of the postal address, with the country's line when the letter goes abroad; in a window, and on an envelope, the
    patterns are then turned round unless these lines come last). ``joined_lines`` sets {first} and
    {second} of two address lines on one. ``date`` is the usual pattern of a date, ``date_styles`` are the others that
    a campaign can choose by name; ``first_year`` is what an era calls its year 1. ``signature`` holds one pattern a
    line below the room for the pen, with {name} and {title}; ``signatures`` are the same for several
    people side by side. ``cosigner_with_country`` has {name} and {country}.
    ``docx_latin_language`` is that of Latin words, where the script is another. ``unbroken`` is a regular
    expression: no line ends at a blank that it matches, nor, in a language without spaces, within a match.
    ``joints`` matches the spaces where a long name in an address is best broken. ``running`` is the head of all pages
    but the first, with {addressee}, {date} and {reference}. ``greetings`` may be missing; then the sheet of whoever
    hands a letter over has none in the language.
    """

    tag: Line
    english_name: Line
    cldr: Line
    docx_language: Line
    docx_latin_language: Line | None = None
    direction: Direction = Direction.LEFT_TO_RIGHT
    date: Line
    date_styles: Mapping[str, DateStyle] = Field(default_factory=dict)
    eras: tuple[Era, ...] = ()
    first_year: Line = "1"
    numerals: NativeNumerals | None = None
    unbroken: Pattern | None = None
    joints: Pattern | None = None
    joins_lines_with_space: Flag
    joined_lines: Line
    address: tuple[Line, ...]
    care_of: Line
    heads: Mapping[MissionKind, HeadForms]
    reference: Line
    page: Line
    running: Line = "{addressee}  ·  {date}  ·  {reference}"
    signature: tuple[Line, ...] = ("{name}", "{title}")
    signatures: tuple[Line, ...] = ("{name}", "{title}")
    cosigners: Line
    cosigner_with_country: Line
    enclosure: EnclosureForms
    enclosures: EnclosureForms
    layout: Layout
    fonts: Fonts
    wording: Wording = Wording()
    time: TimeWords = Field(default_factory=TimeWords)
    greetings: Greetings | None = None
