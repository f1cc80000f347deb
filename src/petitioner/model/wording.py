"""The records of a language's wording, of known facts, and of the notices of mail servers."""

from collections.abc import Mapping
from functools import cached_property

from pydantic import Field

from petitioner.model.types import CharacterRange, Flag, Line, PartialDay, Pattern, Record

Patterns = Mapping[str, tuple[Line, ...]]


class Pair(Record):
    """Openings of a letter, and the closings that fit them."""

    opening: tuple[Line, ...]
    closing: tuple[Line, ...]


class Greeting(Record):
    """The salutation: whether letters need one (``wanted``), the punctuation that it ``ends`` with, the ``general``
    ones without a name, a pattern for ``others`` than a head of state, and one of words that address such a person in
    the text (``spoken_to``)."""

    wanted: Flag = False
    ends: tuple[Line, ...] = ()
    general: tuple[Line, ...] = ()
    others: Pattern | None = None
    spoken_to: Pattern | None = None


class Honorifics(Record):
    """Honorifics: those for the ``addressee``; a pattern of two in a row (``doubled``); patterns of ``misplaced`` ones,
    in which {name} is the head of mission; and the ``rule`` as a sentence for the writer."""

    addressee: tuple[Line, ...] = ()
    doubled: Pattern | None = None
    misplaced: tuple[Pattern, ...] = ()
    rule: Line | None = None


class Script(Record):
    """The letters of a language, as a range for a character class of ``re``.

    ``telling`` are letters that are on every page, ``words`` are words on every page, for languages that share their
    letters. ``charset`` is the country's character set in Python's codecs. ``modern`` is the OpenCC conversion that
    does not change a correct text; ``foreign`` are the conversions into this script from characters outside the
    charset. ``variants`` are strings of equivalent characters; ``look_alikes`` map wrong characters to the right ones;
    ``typing_errors`` are patterns of typing errors.
    """

    letters: CharacterRange | None = None
    telling: CharacterRange | None = None
    words: tuple[Line, ...] = ()
    charset: Line | None = None
    modern: Line | None = None
    foreign: tuple[Line, ...] = ()
    variants: tuple[Line, ...] = ()
    look_alikes: Mapping[Pattern, Line] = {}
    typing_errors: tuple[Pattern, ...] = ()


class Marks(Record):
    """Punctuation: wrong marks next to letters of the range ``beside``, each with the right one; ``pairs`` of brackets
    and quotation marks; marks after a space (``blank_before``); patterns of doubled marks (``twice``)."""

    beside: CharacterRange | None = None
    punctuation: Mapping[str, Line] = {}
    pairs: tuple[Line, ...] = ()
    blank_before: Line | None = None
    twice: tuple[Pattern, ...] = ()


class Particle(Record):
    """The ``forms`` of a particle, each with a pattern of the character before it, decomposed (NFD); ``sure`` are the
    forms that never end another word."""

    forms: Mapping[str, Pattern]
    sure: tuple[Line, ...] = ()


class Wording(Record):
    """The rules for the text of letters in a language; ``placeholders`` are patterns of text still to be filled in."""

    salutation: Greeting = Greeting()
    pairs: tuple[Pair, ...] = ()
    honorifics: Honorifics = Honorifics()
    script: Script = Script()
    marks: Marks = Marks()
    particles: tuple[Particle, ...] = ()
    placeholders: tuple[Pattern, ...] = ()


class WrongStatement(Record):
    """A known wrong statement of a fact: a pattern in each language, a message, and a hint with the right statement.

    If ``unless`` is found in the same sentence, the statement is right.
    """

    message: Line
    hint: Line
    patterns: Mapping[str, Line]
    unless: Mapping[str, Line] = Field(default_factory=dict)


class Fact(Record):
    """A historic event. ``dates`` are its days, months or years; years are counted from the first one.

    ``about`` has a pattern in each language for sentences about the event.
    """

    name: Line
    says: Line
    source: Line
    dates: tuple[PartialDay, ...] = ()
    about: Mapping[str, Line] = Field(default_factory=dict)
    wrong_statements: tuple[WrongStatement, ...] = ()


class Office(Record):
    """A person who has left an office: the names in each language, the office, and its last day at the latest."""

    names: Mapping[str, tuple[Line, ...]]
    office: Line
    until: PartialDay
    source: Line


class KnownFacts(Record):
    """All known facts. ``formerly`` has a pattern in each language of words before a name such as 'former'."""

    formerly: Mapping[str, Line]
    facts: tuple[Fact, ...]
    offices: tuple[Office, ...]

    @cached_property
    def dates(self) -> frozenset[str]:
        """The dates of all facts: 1982-09-24, 2023-10 or 2014."""
        return frozenset(date for fact in self.facts for date in fact.dates)

    @cached_property
    def years(self) -> frozenset[int]:
        """The years of all facts."""
        return frozenset(int(date[:4]) for date in self.dates)


class Meaning(Record):
    """Why an e-mail could not be delivered, in plain ``words``, and a ``hint`` for the coordinator.

    ``statuses`` are status codes without the class (RFC 3463). ``says`` are patterns of texts of servers, which are
    preferred to a status; ``hints_at`` are less certain patterns, which are used last. If it ``outranks``, its status
    is preferred to texts.
    """

    words: Line
    hint: Line
    statuses: tuple[Line, ...] = ()
    outranks: Flag = False
    says: Patterns = Field(default_factory=dict)
    hints_at: Patterns = Field(default_factory=dict)


class Wordings(Record):
    """Patterns of automatic messages in a subject or a text, by meaning."""

    failed: Patterns = Field(default_factory=dict)
    final: Patterns = Field(default_factory=dict)
    delayed: Patterns = Field(default_factory=dict)
    complaint: Patterns = Field(default_factory=dict)
    held: Patterns = Field(default_factory=dict)
    automatic: Patterns = Field(default_factory=dict)
    acknowledged: Patterns = Field(default_factory=dict)


class Notices(Record):
    """All patterns for messages of mail servers and answering programs.

    ``systems`` and ``robots`` are patterns of local parts: of mail servers, and of addresses that accept no answer.
    ``system_names`` are names of senders, ``headers`` the headers that only mail servers write, ``automatic_headers``
    patterns of headers of answering programs, ``precedence`` the values of that header in automatic messages, and
    ``codes`` a pattern of permanent error codes.
    """

    systems: tuple[Line, ...]
    robots: tuple[Line, ...]
    system_names: tuple[Line, ...]
    headers: tuple[Line, ...]
    automatic_headers: tuple[Line, ...]
    precedence: tuple[Line, ...]
    codes: Line
    subjects: Wordings
    texts: Wordings
    meanings: tuple[Meaning, ...]
