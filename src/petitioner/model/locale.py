"""The locale of a language: its forms of address, dates, layout and fonts."""

from collections.abc import Mapping
from enum import StrEnum

from pydantic import Field

from petitioner.model.recipient import MissionKind
from petitioner.model.theme import Fonts
from petitioner.model.types import Case, Cases, Day, Flag, Line, Number, Pattern, Record
from petitioner.model.wording import Wording


class Side(StrEnum):
    """A side of the text column: the one where lines start, or where they end."""

    START = "start"
    END = "end"


class Placement(StrEnum):
    """Where a line stands in the column, in the words of CSS."""

    START = "start"
    CENTRE = "center"


class DatePlace(StrEnum):
    """Where the date of a letter is: beside the address, or below the signatures."""

    TOP = "top"
    END = "end"


class Direction(StrEnum):
    """The direction of lines, as in HTML."""

    LEFT_TO_RIGHT = "ltr"
    RIGHT_TO_LEFT = "rtl"


class HeadForms(Record):
    """The forms of address of a head of mission: the usual ``title``, and the patterns ``office`` with {title} and
    ``named`` with {title} and {name}. ``cases`` are the title in other cases."""

    title: Line
    office: Line = "{title}"
    named: Line
    cases: Cases = Field(default_factory=dict)


class Era(Record):
    """An era in which years are counted, and its first day."""

    name: Line
    since: Day


class NativeNumerals(Record):
    """The numerals of a language: ten ``digits`` from zero, and a character for ``ten``, if numbers below a hundred are
    written with it."""

    digits: Line
    ten: Line | None = None


class DateStyle(Record):
    """One way to write a date: a pattern of Unicode CLDR, in which y is a year of the era G if the pattern has G;
    ``own_numerals`` uses the language's numerals."""

    pattern: Line
    own_numerals: Flag = False


class EnclosureForms(Record):
    """How enclosures are listed: the ``label`` with {count}, a pattern for each ``entry`` with {number} and {title},
    and another one for the ``last`` entry, if it differs."""

    label: Line
    entry: Line
    last: Line | None = None


class Layout(Record):
    """The layout of letters in a language. ``indent`` of first lines and ``list_step`` of lists are in ems; with an
    indent there is no space between paragraphs. ``column`` is the widest readable text in mm. ``subject`` is the place
    of the subject, ``date`` that of the date. ``closing`` and ``signature`` are sides of the page. ``seal`` is the
    width and height in mm of an empty square for a seal, beside the lines of a signature that is at the end; without it
    there is room for a pen above them.
    ``emphasis_is_bold`` is for scripts without italics; ``keep_words`` breaks no word, even if the script allows it."""

    column: Number | None = None
    indent: Number
    list_step: Number = 1.6
    subject: Placement = Placement.START
    date: DatePlace = DatePlace.TOP
    closing: Side
    signature: Side
    seal: Number | None = None
    emphasis_is_bold: Flag
    keep_words: Flag = False


class Greetings(Record):
    """What to say at a mission's door, with {sender} and {addressee}: first ``gate``, then ``taken`` or ``refused``,
    when somebody takes the letter or nobody does."""

    gate: Line
    taken: Line
    refused: Line


class TimeWords(Record):
    """Words and phrases about time, with which dates in a letter's text are checked; names of months are in CLDR.

    ``numbers`` are the words or characters for numbers, with their values; ``counters`` follow a number in characters.
    Phrases have ``{n}`` for a number of years or ``{date}`` for a date: years ``ago``, an ``anniversary``, a year that
    is ``running``, a ``deadline``. ``exactly``, ``nearly``, ``about`` and ``over`` qualify a number. ``decades`` follow
    a year that means a decade; ``day_marks`` follow the number of a day.
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
    """One language. ``address`` has one pattern for each line; an empty line is left out.

    Fields of the patterns: {honorific} {name} {title} of the addressee, {care_of}, {mission}, {lines} (the lines of
    the postal address, with the country abroad; in a window and on an envelope the order of the patterns is then
    reversed, unless these lines are last). ``joined_lines`` puts the {first} and {second} of two address lines on
    one line. ``date`` is the usual pattern of a date; a campaign can choose one of ``date_styles``; ``first_day``
    is the first day of a month, ``first_year`` the name of an era's year 1. ``dated`` is the pattern of {date} and
    {place}, where the sender's place is known. ``authoritative`` says which {language} is that of the authoritative
    text. ``address_case`` and ``care_of_case``
    are the cases of the addressee and of the head of the mission in the address; ``care_of_office`` is the pattern
    without a name. ``signature`` has the patterns of the lines below a signature, with {name} and {title};
    ``signatures`` those for several people side by side. ``cosigner_with_country`` has {name} and {country}.
    ``docx_latin_language`` is the language of Latin words in another script. No line ends at a space that the
    pattern ``unbroken`` matches, nor, in a language without spaces, within a match. ``joints`` matches the spaces, or
    the places between two characters, at which the name of a mission is best broken. ``running`` is the head of later
    pages, with {addressee}, {date} and {reference}. Without ``greetings`` delivery sheets have none in this language.
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
    dated: Line = "{place}, {date}"
    first_day: Line = "1"
    first_year: Line = "1"
    numerals: NativeNumerals | None = None
    unbroken: Pattern | None = None
    joints: Pattern | None = None
    joins_lines_with_space: Flag
    joined_lines: Line
    address: tuple[Line, ...]
    address_case: Case | None = None
    care_of: Line
    care_of_case: Case | None = None
    care_of_office: Line | None = None
    heads: Mapping[MissionKind, HeadForms]
    reference: Line
    page: Line
    running: Line = "{addressee}  ·  {date}  ·  {reference}"
    signature: tuple[Line, ...] = ("{name}", "{title}")
    signatures: tuple[Line, ...] = ("{name}", "{title}")
    authoritative: Line
    cosigners: Line
    cosigner_with_country: Line
    enclosure: EnclosureForms
    enclosures: EnclosureForms
    layout: Layout
    fonts: Fonts
    wording: Wording = Wording()
    time: TimeWords = Field(default_factory=TimeWords)
    greetings: Greetings | None = None
