"""What the post of a country offers and asks: sizes, classes of mail, how long they take, and dated prices."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from pydantic import Field

from petitioner.model.types import Count, Day, Line, PartialDay, Record, Translated

Steps = Mapping[Count, Count]
"""A price for each greatest weight: {50: 110} is 110 in whole units of the currency up to 50 g."""


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in a currency, which is three capitals of ISO 4217."""

    amount: Decimal
    currency: str

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"


class Reach(StrEnum):
    """Where a class of mail goes."""

    DOMESTIC = "domestic"
    ABROAD = "abroad"


class Rounds(StrEnum):
    """On which days a class of mail is delivered: on all, or on none that is a Saturday, a Sunday or a holiday."""

    DAILY = "daily"
    WORKING_DAYS = "working-days"


class Format(Record):
    """A size of envelope, in mm: ``most`` and ``least`` are long side, short side and, for ``most``, thickness.

    ``around`` is the greatest sum of the three; ``heaviest`` the greatest weight in g.
    """

    name: Translated
    most: tuple[Count, Count, Count]
    least: tuple[Count, Count]
    around: Count | None = None
    heaviest: Count


class MailClass(Record):
    """A way to send a letter. ``fees`` are added to the price of the letter; ``flat`` classes have one price for all.

    ``days`` is how many days after that of posting it takes at the most, by the post's own word or, where ``remark``
    says so, by caution; ``days_to`` are those to single countries. ``abroad`` is the class that stands in for it
    beyond the border.
    """

    name: Translated
    reach: Reach = Reach.DOMESTIC
    fees: tuple[Line, ...] = ()
    flat: Format | None = None
    days: Count
    days_to: Mapping[Line, Count] = Field(default_factory=dict)
    rounds: Rounds
    abroad: Line | None = None
    source: Line | None = None
    remark: Line | None = None


class Tariff(Record):
    """Prices from a day on: ``letters`` by format, ``flat`` and ``fees`` by their names, ``zones`` for abroad."""

    valid_from: Day
    source: Line
    letters: Mapping[Line, Steps]
    fees: Mapping[Line, Steps]
    flat: Mapping[Line, Count]
    zones: Mapping[Line, Steps] = Field(default_factory=dict)


class TrackingRule(Record):
    """How numbers of the country's own look, a regular expression; ``modulo`` of all before it is the last figure."""

    pattern: Line
    modulo: Count
    source: Line


class PostageTable(Record):
    """The post of one country. ``usual`` is the class that is meant where none is named, by reach.

    ``zones`` lists the countries of each zone; of one that stands in none the price is not known.
    """

    country: Line
    currency: Line
    as_of: PartialDay
    usual: Mapping[Reach, Line]
    formats: Mapping[Line, Format]
    classes: Mapping[Line, MailClass]
    tariffs: tuple[Tariff, ...]
    zones: Mapping[Line, tuple[Line, ...]] = Field(default_factory=dict)
    tracking: tuple[TrackingRule, ...] = ()
