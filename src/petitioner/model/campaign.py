"""A year's campaign: its day, its addressee, who writes, and what goes along."""

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from pydantic import Field

from petitioner.model.post import Post
from petitioner.model.recipient import Address
from petitioner.model.types import Count, Day, Line, Origin, PartialDay, Record, Translated


class Addressee(Record):
    """The person to whom the letter is written, care of every mission.

    ``country`` is the one whose missions they are: they are closed on its holidays, too.
    """

    name: Translated
    title: Translated
    honorific: Translated = Field(default_factory=dict)
    family_name: Translated = Field(default_factory=dict)
    in_office_since: PartialDay
    country: Line | None = None
    source: Line | None = None


class Sender(Record):
    """The organisation that writes. ``country`` decides whether mail goes abroad."""

    name: Translated
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
    ``historic_years`` may be named in the letters although they are neither the campaign's own nor known as history.
    """

    id: Line
    origin: Origin
    name: Translated
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
