"""To whom: a mission, as ``recipients.yaml`` describes it."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from enum import StrEnum

from pydantic import Field

from petitioner.model.types import Day, Identifier, Line, Origin, PartialDay, Record, Translated

PRINTS = "print"
"""The folder beside those of the recipients in which print runs lie; no recipient can be called so."""

CONFIRMED_FOR = timedelta(days=365)
"""How long a name stays good: heads of mission change about every three years."""


class MissionKind(StrEnum):
    """The ranks of a diplomatic mission, in the words of China's own list."""

    EMBASSY = "embassy"
    CONSULATE_GENERAL = "consulate-general"
    CONSULATE = "consulate"
    OFFICE = "office"


class Channel(StrEnum):
    """How a packet leaves the house."""

    POST = "post"
    EMAIL = "email"
    HAND = "hand"


class Head(Record):
    """The head of a mission. The name is printed only while somebody has confirmed it lately.

    ``title`` stands for the usual one of the mission's rank, as for somebody who acts in the office.
    """

    name: Translated
    title: Translated = Field(default_factory=dict)
    family_name: Translated = Field(default_factory=dict)
    confirmed: Day | None = None

    def is_confirmed_on(self, day: date) -> bool:
        """Whether a person confirmed the name in the twelve months before ``day``."""
        return self.confirmed is not None and day - CONFIRMED_FOR <= self.confirmed <= day


class Address(Record):
    """A postal address: verbatim lines per language, never put together by rule.

    The first language given is the one of the country itself; it serves for languages that have no lines of their own.
    """

    lines: Mapping[str, tuple[Line, ...]]
    postal_code: Line | None = None
    country_line: Translated = Field(default_factory=dict)

    def language_for(self, language: str) -> str:
        """The language whose lines a letter in ``language`` shows."""
        return language if language in self.lines else next(iter(self.lines))


class Visit(Record):
    """What helps whoever goes there: ``map`` is a link or a reference, the others are words for the sheet alone."""

    map: Line | None = None
    ask_for: Line | None = None
    hours: Line | None = None
    remark: Line | None = None


class Recipient(Record):
    """One mission: what to call it, where it is, in which languages and by which ways it is written to.

    ``shares_with`` is the id of another mission that has, and should have, the same address, telephone, website or
    e-mail: an embassy and its consular office behind one door. Said by one of them it holds for both. ``formerly`` are
    ids that this mission had before: what the log holds under them is about it. ``visit`` is for the sheet of whoever
    hands a letter over, and stands in no letter.
    """

    id: Identifier
    origin: Origin
    kind: MissionKind
    country: Line
    city: Translated
    name: Translated
    address: Address
    languages: tuple[Line, ...]
    channels: tuple[Channel, ...]
    head: Head | None = None
    email: tuple[Line, ...] = ()
    telephone: Line | None = None
    fax: Line | None = None
    website: Line | None = None
    source: Line | None = None
    as_of: PartialDay | None = None
    verified: Day | None = None
    shares_with: Identifier | None = None
    formerly: tuple[Identifier, ...] = ()
    visit: Visit = Field(default_factory=Visit)
    hold: Line | None = None
    closed: Day | None = None
    skip: Line | None = None

    @property
    def is_written_to(self) -> bool:
        """Whether this mission gets letters: it is neither closed nor skipped."""
        return self.closed is None and self.skip is None

    @property
    def note_language(self) -> str | None:
        """The language of the covering note of its e-mail, the first of the packet; None when none is sent."""
        return self.languages[0] if Channel.EMAIL in self.channels and self.languages else None


def group_shared(people: Iterable[Recipient]) -> Mapping[str, frozenset[str]]:
    """Who shares with whom: said by one it holds for both, and for all that are joined through others."""
    groups: dict[str, frozenset[str]] = {}
    for who in (who for who in people if who.shares_with):
        pair = (who.id, who.shares_with or "")
        joined = frozenset(pair).union(*(groups.get(one, frozenset()) for one in pair))
        groups |= dict.fromkeys(joined, joined)
    return groups


def list_former(people: Iterable[Recipient]) -> Mapping[str, str]:
    """The present id of everybody who had another before, by the former one."""
    return {former: who.id for who in people for former in who.formerly}
