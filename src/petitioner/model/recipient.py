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
    """The name in this case."""


class PlaceForms(NameForms):
    """The name of a mission and that of its city in one case."""

    city: Line | None = None
    """The city in this case."""


class PersonForms(NameForms):
    """A person's name, title and honorific in one case."""

    title: Line | None = None
    """The title in this case."""
    honorific: Line | None = None
    """The honorific in this case."""


NameCases = Mapping[str, Mapping[Case, NameForms]]
"""The forms of a name in cases, for each language that has them."""

PlaceCases = Mapping[str, Mapping[Case, PlaceForms]]
"""The forms of a mission's name and city in cases, for each language that has them."""

PersonCases = Mapping[str, Mapping[Case, PersonForms]]
"""The forms of a person in cases, for each language that has them."""


class Head(Record):
    """The head of a mission. The name is printed only if somebody confirmed it in the last twelve months."""

    name: Translated
    """The name in each language: {en: Xue Jian, ja: 薛剣}."""
    title: Translated = Field(default_factory=dict)
    """Replaces the usual title of the mission's rank, for example for an acting head."""
    family_name: Translated = Field(default_factory=dict)
    """The family name in each language, for salutations."""
    cases: PersonCases = Field(default_factory=dict)
    """Name and title in other cases, for languages such as Russian."""
    confirmed: Day | None = None
    """The day on which somebody confirmed the name, written as 2027-08-20."""

    def is_confirmed_on(self, day: date) -> bool:
        """Whether a person confirmed the name in the twelve months before ``day``."""
        return self.confirmed is not None and day - CONFIRMED_FOR <= self.confirmed <= day


class Address(Record):
    """A postal address. The first language is used for languages without lines of their own."""

    lines: Mapping[str, tuple[Line, ...]] = Field(default_factory=dict)
    """The lines as on an envelope, in each language; the country's own language comes first."""
    postal_code: Line | None = None
    """The postal code alone, for the boxes of Japanese envelopes."""
    country_line: Translated = Field(default_factory=dict)
    """The country in each language; needed, and printed, only when the sender is in another country."""

    def choose_language(self, language: str) -> str:
        """Return the language of the address lines in a letter in ``language``."""
        return language if language in self.lines else next(iter(self.lines))


class Visit(Record):
    """Notes for a person who delivers a letter, for the delivery sheet only."""

    map: Line | None = None
    """A link to a map, or a reference."""
    ask_for: Line | None = None
    """The person or office to ask for."""
    hours: Line | None = None
    """When the mission is open."""
    remark: Line | None = None
    """Anything else that the person should know."""


FOUND = frozenset({"origin", "left_out"})
"""The fields of a recipient that the program sets, so that recipients.yaml must not have them."""


class Recipient(Record):
    """One mission: its names, its addresses, and the languages and channels of its letters."""

    id: Identifier
    origin: Origin
    kind: MissionKind
    """The rank: embassy, consulate-general, consulate or office."""
    country: Line
    """The country where the mission is, as two letters (ISO 3166): JP."""
    city: Translated
    """The city in each language of the letters."""
    name: Translated
    """The name of the mission in each language of the letters."""
    cases: PlaceCases = Field(default_factory=dict)
    """Name and city in other cases, for languages such as Russian."""
    address: Address = Field(default_factory=Address)
    """The postal address."""
    languages: tuple[Line, ...] = ()
    """The languages of the letters, in their order in the envelope: [ja, en]."""
    channels: tuple[Channel, ...] = ()
    """How the letters go out: post, email, hand."""
    head: Head | None = None
    """The head of the mission."""
    email: tuple[Line, ...] = ()
    """The e-mail addresses."""
    telephone: Line | None = None
    """The telephone number, with the country's prefix or as it is dialled there."""
    fax: Line | None = None
    """The fax number."""
    website: Line | None = None
    """The address of the website."""
    source: Line | None = None
    """Where the address was read."""
    as_of: PartialDay | None = None
    """How old that source is: a year, a month or a day."""
    verified: Day | None = None
    """The day on which a person confirmed the address, written as 2027-08-20."""
    shares_with: Identifier | None = None
    """The id of another mission with the same address, telephone, website or e-mail; one of the two is enough."""
    formerly: tuple[Identifier, ...] = ()
    """Earlier ids of this mission; what was sent under them counts for it."""
    group: Line | None = None
    """Any name, for the option --group."""
    coordinator: Line | None = None
    """The person who looks after this mission."""
    visit: Visit = Visit()
    """Notes for the person who delivers the letter."""
    private: Line | None = None
    """Why a report for the public does not name this mission."""
    hold: Line | None = None
    """Why the letters must wait. They are built, but not approved until this line is removed."""
    closed: Day | None = None
    """The day on which the mission was closed; no letter is made."""
    skip: Line | None = None
    """Why no letter is made."""
    left_out: Line | None = None
    """Why the edition that was read is not for this mission; not in the file."""

    @property
    def is_written_to(self) -> bool:
        """Whether this mission gets letters: it is neither closed nor skipped, and not left out of the edition."""
        return self.closed is None and self.reason_to_skip is None

    @property
    def reason_to_skip(self) -> str | None:
        """Why this mission gets no letters although it is open."""
        return self.skip or self.left_out

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
    """The window of an envelope: a ``name`` in the stationery, or its own measures."""

    name: Line | None = None
    """The name of a window in the stationery."""
    width: Number | None = None
    """The width in mm."""
    height: Number | None = None
    """The height in mm."""
    left: Number | None = None
    """The distance from the left edge of the envelope in mm."""
    bottom: Number | None = None
    """The distance from the bottom edge of the envelope in mm."""


class Post(Record):
    """Envelope, labels and postage of a campaign."""

    envelope: Line = "dl"
    """The name of an envelope in the stationery, or its size in mm: dl, 235x120."""
    window: Annotated[PostWindow, BeforeValidator(_read_window, json_schema_input_type=str | PostWindow)] | None = None
    """The window of the envelope: its name, or its measures in mm."""
    fold: Number | None = None
    """The place of the first fold in mm from the top of the sheet, if it is not the usual one."""
    paper: Number = 80
    """The weight of the paper in g per square metre."""
    labels: Line = "avery-l7160"
    """The name of a sheet of labels in the stationery."""
    mail_class: Line | None = None
    """A class of the sender's post, such as registered."""
    enclosed_note: Translated = Field(default_factory=dict)
    """What is in the envelope, in each language: 請願書在中. It is printed if the address is in columns."""


class Addressee(Record):
    """The person to whom the letters are written, care of the missions."""

    name: Translated
    """The name in each language."""
    title: Translated
    """The title in each language."""
    honorific: Translated = Field(default_factory=dict)
    """What is said after the name, such as 閣下, in each language."""
    family_name: Translated = Field(default_factory=dict)
    """The family name in each language."""
    cases: PersonCases = Field(default_factory=dict)
    """Name, title and honorific in other cases; in Russian the address is in the dative."""
    in_office_since: PartialDay
    """Since when the person has the office: a year, a month or a day."""
    country: Line | None = None
    """The country of the missions, whose holidays they have, too."""
    source: Line | None = None
    """Where this was read."""


class Sender(Record):
    """The organisation that sends the letters."""

    name: Translated
    """The name of the organisation in each language."""
    cases: NameCases = Field(default_factory=dict)
    """The name in other cases, for languages such as Russian."""
    short_name: Line
    """A short name, for references and file names: LFNKR."""
    country: Line
    """The country of the sender, as two letters (ISO 3166); mail to another one goes abroad."""
    place: Translated = Field(default_factory=dict)
    """The city that is printed with the date."""
    address: Address
    """The postal address of the sender."""
    telephone: Line | None = None
    """The telephone number."""
    email: Line | None = None
    """The e-mail address."""
    website: Line | None = None
    """The address of the website."""


class Signatory(Record):
    """A person who signs."""

    name: Translated
    """The name in each language."""
    title: Translated
    """The title in each language."""
    image: Line | None = None
    """A picture of the signature, as a path in the campaign's folder."""


class Cosigner(Record):
    """An organisation that co-signs the letters."""

    name: Translated
    """The name of the organisation in each language."""
    country: Translated | None = None
    """Its country in each language, if that is printed."""


class Enclosure(Record):
    """A PDF that is enclosed."""

    file: Line
    """The PDF, as a path in the campaign's folder."""
    title: Translated
    """Its title in the letters, in each language."""


NO_ANSWER = "no answer"
"""The outcome of a letter that has probably arrived, and was not answered."""


class Previous(Record):
    """What became of the letters of earlier editions to one recipient; without ``date``, nothing was sent."""

    date: Day | None = None
    """The day on which the last letter was sent, if one was."""
    reference: Line | None = None
    """Its reference."""
    outcome: Line
    """What became of it: no answer, or a state such as bounced."""


class Campaign(Record):
    """One mailing for one day."""

    id: Line
    origin: Origin
    name: Translated
    """The name of the day in each language."""
    cases: NameCases = Field(default_factory=dict)
    """The name of the day in other cases, for languages such as Russian."""
    day: Day
    """The day of the campaign, written as 2027-09-24."""
    date: Day
    """The date that is printed on the letters."""
    date_style: Mapping[str, Line] = Field(default_factory=dict)
    """How dates are written in a language: {ja: era}."""
    time_zone: Line
    """The time zone of the sender: Asia/Tokyo."""
    reference: Line
    """The beginning of all references: LFNKR."""
    addressee: Addressee
    """The person to whom the letters are written."""
    sender: Sender
    """The organisation that sends the letters."""
    signatories: tuple[Signatory, ...]
    """The persons who sign."""
    cosigners: tuple[Cosigner, ...] = ()
    """Organisations that co-sign the letters."""
    enclosures: tuple[Enclosure, ...] = ()
    """PDF files that are enclosed."""
    authoritative: Line | None = None
    """The language whose text is the authoritative one; letters in other languages say so."""
    edition: Count = 1
    """Which mailing of the year it is; the folder's name gives the number of a later one: 2027-2."""
    folder_name: Line | None = None
    """The name of the folder, if it is not the year; not in the file."""
    recipients: Mapping[Identifier, Previous] = Field(default_factory=dict)
    """The only recipients of this edition, and what was sent to each before."""
    post: Post = Field(default_factory=Post)
    """Envelope, labels and postage."""
    historic_years: tuple[Count, ...] = ()
    """Other years that the letters may name."""
    accepted_warnings: Mapping[str, Line] = Field(default_factory=dict)
    """Warnings that are not shown: their codes, each with a reason."""

    def __hash__(self) -> int:  # so that what was found for a campaign can be cached; pydantic would hash its mappings
        return hash((self.id, self.day, self.edition))

    def make_reference(self, recipient: str) -> str:
        """Return the reference of the packet to a recipient: ``LFNKR-2027-JP-OSAKA``, or ``LFNKR-2027-2-JP-OSAKA``."""
        return f"{self.reference}-{self.folder}-{recipient.upper()}"

    @property
    def folder(self) -> str:
        """The name of its folder under ``letters/`` and ``out/``."""
        return self.folder_name or self.id

    @property
    def own_dates(self) -> frozenset[Day]:
        """The dates of its year that letters may name: the day, their own date, and those of earlier letters."""
        earlier = {one.date for one in self.recipients.values() if one.date}
        return frozenset({self.day, self.date, *earlier})

    @property
    def ends(self) -> Day:
        """The last day on which its letters should leave: the day, or the date of a later edition."""
        return max(self.day, self.date)

    def day_at(self, moment: datetime) -> Day:
        """Return the day in the campaign's time zone at an aware time. Raises KeyError for an unknown time zone."""
        return moment.astimezone(self.zone).date()

    @property
    def zone(self) -> ZoneInfo:
        """The campaign's time zone. Raises KeyError for an unknown one."""
        return ZoneInfo(self.time_zone)
