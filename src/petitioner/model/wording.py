"""What is right in the wording of one language, as data: forms of address, letters, marks, and what is never meant.

Patterns are regular expressions of Python's ``re``. Whatever a language leaves out is not checked in it.
"""

from collections.abc import Mapping

from petitioner.model.types import Flag, Line, Pattern, Record, Signs


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
    ``slips`` are patterns of what only a slip of the keyboard leaves.
    """

    letters: Signs | None = None
    telling: Signs | None = None
    words: tuple[Line, ...] = ()
    charset: Line | None = None
    modern: Line | None = None
    foreign: tuple[Line, ...] = ()
    variants: tuple[Line, ...] = ()
    look_alikes: Mapping[Pattern, Line] = {}
    slips: tuple[Pattern, ...] = ()


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
