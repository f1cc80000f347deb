"""The records of recipients.yaml and campaign.yaml."""

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
"""The folder for print runs in the folder of the recipients' letters, so no recipient can have this id."""

CONFIRMED_FOR = timedelta(days=365)
"""How long a confirmation is valid: heads of mission change about every three years."""


class MissionKind(StrEnum):
    """The ranks of a diplomatic mission, as in China's own list."""

    EMBASSY = "embassy"
    CONSULATE_GENERAL = "consulate-general"
    CONSULATE = "consulate"
    OFFICE = "office"


class Channel(StrEnum):
    """How a packet is delivered."""

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
    """The head of a mission. The name is printed only if somebody confirmed it in the last twelve months.

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
    """A postal address: its lines in each language, as a person wrote them.

    The first language is that of the country; it is used for languages without lines of their own.
    """

    lines: Mapping[str, tuple[Line, ...]] = Field(default_factory=dict)
    postal_code: Line | None = None
    country_line: Translated = Field(default_factory=dict)

    def choose_language(self, language: str) -> str:
        """Return the language of the address lines in a letter in ``language``."""
        return language if language in self.lines else next(iter(self.lines))


class Visit(Record):
    """Notes for a person who delivers a letter, for the delivery sheet only; ``map`` is a link or a reference."""

    map: Line | None = None
    ask_for: Line | None = None
    hours: Line | None = None
    remark: Line | None = None


class Recipient(Record):
    """One mission: its names, its addresses, and the languages and channels of its letters.

    ``shares_with`` is the id of another mission with the same address, telephone, website or e-mail, such as an embassy
    and its consular office; one of the two is enough. ``formerly`` are earlier ids of this mission, whose events in the
    log belong to it. ``group`` is any name for ``--group``; ``coordinator`` is the person who looks after this mission.
    Only a mission that gets letters needs an address, languages and channels.
    """

    id: Identifier
    origin: Origin
    kind: MissionKind
    country: Line
    city: Translated
    name: Translated
    cases: PlaceCases = Field(default_factory=dict)
    address: Address = Field(default_factory=Address)
    languages: tuple[Line, ...] = ()
    channels: tuple[Channel, ...] = ()
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
    group: Line | None = None
    coordinator: Line | None = None
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
        """The language of the covering note, the first one; None without the channel e-mail."""
        return self.languages[0] if Channel.EMAIL in self.channels and self.languages else None


def group_shared(people: Iterable[Recipient]) -> Mapping[str, frozenset[str]]:
    """Map each id in a ``shares_with`` relation to all ids that are linked with it, directly or through others."""
    groups: dict[str, frozenset[str]] = {}
    for who in (who for who in people if who.shares_with):
        pair = (who.id, who.shares_with or "")
        joined = frozenset(pair).union(*(groups.get(one, frozenset()) for one in pair))
        groups |= dict.fromkeys(joined, joined)
    return groups


def list_former(people: Iterable[Recipient]) -> Mapping[str, str]:
    """Map each former id to the present one."""
    return {former: who.id for who in people for former in who.formerly}


def _read_window(value: object) -> object:
    """Accept a name instead of a mapping."""
    return {"name": value} if isinstance(value, str) else value


class PostWindow(Record):
    """The window of an envelope: a ``name`` in the stationery, or its size and its distances from the left and the
    bottom edge of the envelope, in mm."""

    name: Line | None = None
    width: Number | None = None
    height: Number | None = None
    left: Number | None = None
    bottom: Number | None = None


class Post(Record):
    """Envelope, labels and postage of a campaign. ``paper`` is the weight of the paper in g per square metre.

    ``envelope`` and ``labels`` are names in the stationery, or a size in mm such as 235x120; ``mail_class`` is a class
    of the sender's post. ``fold`` is the place of the first fold in mm from the top of the sheet, if it is not the
    usual one for the envelope. ``enclosed_note`` says in each language what is in the envelope: 請願書在中. It is
    printed if the address is in columns.
    """

    envelope: Line = "dl"
    window: Annotated[PostWindow, BeforeValidator(_read_window)] | None = None
    fold: Number | None = None
    paper: Number = 80
    labels: Line = "avery-l7160"
    mail_class: Line | None = None
    enclosed_note: Translated = Field(default_factory=dict)


class Addressee(Record):
    """The person to whom the letters are written, care of the missions.

    ``country`` is the country of these missions, which are closed on its holidays, too. ``cases`` are name, title and
    honorific in other cases: in Russian the address is in the dative.
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
    """The organisation that sends the letters. Mail to another ``country`` goes abroad.

    ``place`` is the city that is printed with the date.
    """

    name: Translated
    cases: NameCases = Field(default_factory=dict)
    short_name: Line
    country: Line
    place: Translated = Field(default_factory=dict)
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
    """An organisation that co-signs the letters, and its country, if that is printed."""

    name: Translated
    country: Translated | None = None


class Enclosure(Record):
    """A PDF that is enclosed, by its path in the campaign's folder, and its title in the letters."""

    file: Line
    title: Translated


class Campaign(Record):
    """One mailing for one ``day``. ``date`` is printed on the letters; ``edition`` is 2 for a second mailing to all.

    ``date_style`` maps languages to a date style of their locale. ``historic_years`` are other years that the letters
    may name. ``cases`` are the name of the day in other cases. ``authoritative`` is the language whose text is the
    authoritative one; letters in other languages say so.
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
    authoritative: Line | None = None
    edition: Count = 1
    post: Post = Field(default_factory=Post)
    historic_years: tuple[Count, ...] = ()
    accepted_warnings: Mapping[str, Line] = Field(default_factory=dict)

    def __hash__(self) -> int:  # so that what was found for a campaign can be cached; pydantic would hash its mappings
        return hash((self.id, self.day, self.edition))

    def make_reference(self, recipient: str) -> str:
        """Return the reference of the packet to a recipient: ``LFNKR-2027-JP-OSAKA``."""
        return f"{self.reference}-{self.id}-{recipient.upper()}"

    def day_at(self, moment: datetime) -> Day:
        """Return the day in the campaign's time zone at an aware time. Raises KeyError for an unknown time zone."""
        return moment.astimezone(self.zone).date()

    @property
    def zone(self) -> ZoneInfo:
        """The campaign's time zone. Raises KeyError for an unknown one."""
        return ZoneInfo(self.time_zone)
