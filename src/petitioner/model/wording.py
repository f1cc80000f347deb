"""The wording of a language, known facts, and the notices of mail servers, as data."""

from collections.abc import Mapping
from functools import cached_property

from pydantic import Field

from petitioner.model.types import Flag, Line, PartialDay, Pattern, Record, Signs

Patterns = Mapping[str, tuple[Line, ...]]


class Pair(Record):
    """Words that open a letter, and those of which one must then close it."""

    opening: tuple[Line, ...]
    closing: tuple[Line, ...]


class Greeting(Record):
    """The salutation: whether a letter is ``wanted`` to have one, the marks of which it ``ends`` in one, the
    ``general`` ones that name nobody, a pattern of ``others`` whose office is not a head of state's, and one of words
    in the text that are said to their faces (``spoken_to``)."""

    wanted: Flag = False
    ends: tuple[Line, ...] = ()
    general: tuple[Line, ...] = ()
    others: Pattern | None = None
    spoken_to: Pattern | None = None


class Honorifics(Record):
    """Words of respect: those due to the ``addressee``; a pattern of two that are ``doubled``; patterns of those that
    are ``misplaced``, in which {name} is the head of mission; and the ``rule`` in a sentence for the writer."""

    addressee: tuple[Line, ...] = ()
    doubled: Pattern | None = None
    misplaced: tuple[Pattern, ...] = ()
    rule: Line | None = None


class Script(Record):
    """The letters of a language, as a range for a class of ``re``.

    ``telling`` are letters that no page of it lacks, and ``words`` those that no page lacks where several languages
    share the letters. ``charset`` is the character set of the country in Python's codecs. ``modern`` is the conversion
    of OpenCC that leaves a sound text as it is; ``foreign`` are those that lead here from outside the charset.
    ``variants`` are signs for one character, side by side; ``look_alikes`` give what a mistaken sign should be;
    ``typing_errors`` are patterns of what only a slip of the keyboard leaves.
    """

    letters: Signs | None = None
    telling: Signs | None = None
    words: tuple[Line, ...] = ()
    charset: Line | None = None
    modern: Line | None = None
    foreign: tuple[Line, ...] = ()
    variants: tuple[Line, ...] = ()
    look_alikes: Mapping[Pattern, Line] = {}
    typing_errors: tuple[Pattern, ...] = ()


class Marks(Record):
    """Punctuation: marks that are wrong ``beside`` the letters in this range, each with the right one; ``pairs`` of
    brackets and quotation marks; marks that may have a ``blank_before`` them; patterns of what stands ``twice``."""

    beside: Signs | None = None
    punctuation: Mapping[str, Line] = {}
    pairs: tuple[Line, ...] = ()
    blank_before: Line | None = None
    twice: tuple[Pattern, ...] = ()


class Particle(Record):
    """One particle in the ``forms`` that it has, each with a pattern of the last character before it, decomposed (NFD);
    and those forms that are the end of no other word (``sure``)."""

    forms: Mapping[str, Pattern]
    sure: tuple[Line, ...] = ()


class Wording(Record):
    """All that is checked in the words of a language; ``placeholders`` are patterns of what was left to fill in."""

    salutation: Greeting = Greeting()
    pairs: tuple[Pair, ...] = ()
    honorifics: Honorifics = Honorifics()
    script: Script = Script()
    marks: Marks = Marks()
    particles: tuple[Particle, ...] = ()
    placeholders: tuple[Pattern, ...] = ()


class WrongStatement(Record):
    """A known wrong statement of a fact: a pattern per language, a message, and what is right.

    If ``unless`` is found in the same sentence, the statement is right.
    """

    message: Line
    hint: Line
    patterns: Mapping[str, Line]
    unless: Mapping[str, Line] = Field(default_factory=dict)


class Fact(Record):
    """Something that happened on a day, which may be known to the month or the year only.

    ``dates`` holds the days; the first is the one that years are counted from. ``about`` is a pattern per language by
    which a sentence about it is recognized.
    """

    name: Line
    says: Line
    source: Line
    dates: tuple[PartialDay, ...] = ()
    about: Mapping[str, Line] = Field(default_factory=dict)
    wrong_statements: tuple[WrongStatement, ...] = ()


class Office(Record):
    """A person who has left an office: all spellings of the name, the office, and when it ended at the latest."""

    names: Mapping[str, tuple[Line, ...]]
    office: Line
    until: PartialDay
    source: Line


class KnownFacts(Record):
    """The whole table. ``formerly`` is a pattern per language of words before a name that say it was long ago."""

    formerly: Mapping[str, Line]
    facts: tuple[Fact, ...]
    offices: tuple[Office, ...]

    @cached_property
    def dates(self) -> frozenset[str]:
        """Every date of every fact, as it is known: 1982-09-24, 2023-10 or 2014."""
        return frozenset(date for fact in self.facts for date in fact.dates)

    @cached_property
    def years(self) -> frozenset[int]:
        """Every year in which a known fact lies."""
        return frozenset(int(date[:4]) for date in self.dates)


class Meaning(Record):
    """Why an e-mail could not be delivered, in plain ``words``, and what a coordinator can do: ``hint``.

    ``statuses`` are the subjects and details that mean it (RFC 3463). ``says`` are patterns of what servers write, and
    count more than a status; ``hints_at`` are patterns that may mean something else too, and count less. A code of one
    that ``outranks`` counts more than the words beside it.
    """

    words: Line
    hint: Line
    statuses: tuple[Line, ...] = ()
    outranks: Flag = False
    says: Patterns = Field(default_factory=dict)
    hints_at: Patterns = Field(default_factory=dict)


class Wordings(Record):
    """Patterns of what programs write in a subject or a text, by meaning."""

    failed: Patterns = Field(default_factory=dict)
    final: Patterns = Field(default_factory=dict)
    delayed: Patterns = Field(default_factory=dict)
    complaint: Patterns = Field(default_factory=dict)
    held: Patterns = Field(default_factory=dict)
    automatic: Patterns = Field(default_factory=dict)
    acknowledged: Patterns = Field(default_factory=dict)


class Notices(Record):
    """The whole table.

    ``systems`` and ``robots`` are patterns of what stands before the @: of mail servers, and of programs to which
    nobody can answer. ``system_names`` are names of senders, ``headers`` the headers that only mail servers write,
    ``automatic_headers`` patterns of those that answering programs write, ``precedence`` what the header of that name
    says then, and ``codes`` finds codes by which servers refuse for good.
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
