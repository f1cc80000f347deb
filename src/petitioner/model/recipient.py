"""Recipients, campaigns and what goes on paper, as records."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, Field

from petitioner.model.types import (
    Case,
    Count,
    Day,
    Identifier,
    Line,
    Number,
    Origin,
    PartialDay,
    Record,
    Translated,
)

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


class NameForms(Record):
    """A name in one case."""

    name: Line | None = None


class PlaceForms(NameForms):
    """The name of a mission and that of its city in one case."""

    city: Line | None = None


class PersonForms(NameForms):
    """A person's name, title and honorific in one case."""

    title: Line | None = None
    honorific: Line | None = None


NameCases = Mapping[str, Mapping[Case, NameForms]]
"""The forms of a name in cases, for each language that has them."""

PlaceCases = Mapping[str, Mapping[Case, PlaceForms]]
"""The forms of a mission's name and city in cases, for each language that has them."""

PersonCases = Mapping[str, Mapping[Case, PersonForms]]
"""The forms of a person in cases, for each language that has them."""


class Head(Record):
    """The head of a mission. The name is printed only while somebody has confirmed it lately.

    ``title`` replaces the usual title of the mission's rank, for example for an acting head. ``cases`` are name and
    title in other cases.
    """

    name: Translated
    title: Translated = Field(default_factory=dict)
    family_name: Translated = Field(default_factory=dict)
    cases: PersonCases = Field(default_factory=dict)
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
    cases: PlaceCases = Field(default_factory=dict)
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


def _read_window(value: object) -> object:
    """Accept a name alone for a window of that name."""
    return {"name": value} if isinstance(value, str) else value


class PostWindow(Record):
    """The window of an envelope: the ``name`` of one that the stationery knows, or its measure in mm, from the left and
    the lower edge of the envelope as the address is read."""

    name: Line | None = None
    width: Number | None = None
    height: Number | None = None
    left: Number | None = None
    bottom: Number | None = None


class Post(Record):
    """What a campaign's packets are put into. ``paper`` is the weight of a sheet's square metre in g.

    ``envelope`` and ``labels`` are names that the stationery knows, or a size in mm such as 235x120; ``mail_class`` is
    one that the postage of the sender's country knows. ``fold`` is where letters are folded first, in mm from the top
    of the sheet, where that is not what the envelope asks for. ``enclosed_note`` says on the envelope what is in it, by
    language: 請願書在中. It is printed where an address is in columns.
    """

    envelope: Line = "dl"
    window: Annotated[PostWindow, BeforeValidator(_read_window)] | None = None
    fold: Number | None = None
    paper: Number = 80
    labels: Line = "avery-l7160"
    mail_class: Line | None = None
    enclosed_note: Translated = Field(default_factory=dict)


class Addressee(Record):
    """The person to whom the letter is written, care of every mission.

    ``country`` is the one whose missions they are: they are closed on its holidays, too. ``cases`` are name, title and
    honorific in other cases, for languages such as Russian, where the address is in the dative.
    """

    name: Translated
    title: Translated
    honorific: Translated = Field(default_factory=dict)
    family_name: Translated = Field(default_factory=dict)
    cases: PersonCases = Field(default_factory=dict)
    in_office_since: PartialDay
    country: Line | None = None
    source: Line | None = None


class Sender(Record):
    """The organisation that writes. ``country`` decides whether mail goes abroad."""

    name: Translated
    cases: NameCases = Field(default_factory=dict)
    short_name: Line
    country: Line
    address: Address
    telephone: Line | None = None
    email: Line | None = None
    website: Line | None = None


class Signatory(Record):
    """A person who signs. ``image`` is a picture of the signature, a path within the campaign's folder."""

    name: Translated
    title: Translated
    image: Line | None = None


class Cosigner(Record):
    """An organisation that signs along, and its country where that is to be printed."""

    name: Translated
    country: Translated | None = None


class Enclosure(Record):
    """A PDF that goes along, a path within the campaign's folder, and what the letter calls it."""

    file: Line
    title: Translated


class Campaign(Record):
    """One mailing for one day. ``date`` is printed on the letters; ``edition`` counts mailings to everybody.

    ``date_style`` chooses, per language, one of its locale's ways to write dates.
    ``cases`` are the name of the day in other cases.
    ``historic_years`` may be named in the letters although they are neither the campaign's own nor known as history.
    """

    id: Line
    origin: Origin
    name: Translated
    cases: NameCases = Field(default_factory=dict)
    day: Day
    date: Day
    date_style: Mapping[str, Line] = Field(default_factory=dict)
    time_zone: Line
    reference: Line
    addressee: Addressee
    sender: Sender
    signatories: tuple[Signatory, ...]
    cosigners: tuple[Cosigner, ...] = ()
    enclosures: tuple[Enclosure, ...] = ()
    edition: Count = 1
    post: Post = Field(default_factory=Post)
    historic_years: tuple[Count, ...] = ()
    accepted_warnings: Mapping[str, Line] = Field(default_factory=dict)

    def refer_to(self, recipient: str) -> str:
        """The reference of the packet to a recipient, by its id: ``LFNKR-2027-JP-OSAKA``."""
        return f"{self.reference}-{self.id}-{recipient.upper()}"

    def day_at(self, moment: datetime) -> Day:
        """The day where the campaign is run, at an aware time. Raises KeyError for an unknown time zone."""
        return moment.astimezone(self.zone).date()

    @property
    def zone(self) -> ZoneInfo:
        """The time zone where the campaign is run. Raises KeyError for an unknown one."""
        return ZoneInfo(self.time_zone)
