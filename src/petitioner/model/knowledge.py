"""What is known and does not change from year to year: facts that letters tell, and offices that ended."""

from collections.abc import Mapping
from functools import cached_property

from pydantic import Field

from petitioner.model.types import Line, PartialDay, Record


class Slip(Record):
    """A way in which a fact is told wrongly: a pattern per language, what to say of it, and what is right.

    Where ``unless`` is found in the same sentence, there is no slip.
    """

    message: Line
    hint: Line
    patterns: Mapping[str, Line]
    unless: Mapping[str, Line] = Field(default_factory=dict)


class Fact(Record):
    """Something that happened on a day, which may be known to the month or the year only.

    ``dates`` holds the days; the first is the one that years are counted from. ``about`` is a pattern per language by
    which a sentence that tells it is known.
    """

    name: Line
    says: Line
    source: Line
    dates: tuple[PartialDay, ...] = ()
    about: Mapping[str, Line] = Field(default_factory=dict)
    slips: tuple[Slip, ...] = ()


class Office(Record):
    """A person who has left an office: all spellings of the name, the office, and when it ended at the latest."""

    names: Mapping[str, tuple[Line, ...]]
    office: Line
    until: PartialDay
    source: Line


class Known(Record):
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
