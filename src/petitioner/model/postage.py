"""The post of a country: sizes of letters, classes of mail, days in transit, and dated prices."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from pydantic import Field

from petitioner.model.types import Count, Day, Line, PartialDay, Record, Translated

Steps = Mapping[Count, Count]
"""The price by the largest weight: {50: 110} is 110 whole units of the currency up to 50 g."""


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in a currency of ISO 4217, such as JPY."""

    amount: Decimal
    currency: str

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"


class Reach(StrEnum):
    """Whether a class of mail goes to the own country or abroad."""

    DOMESTIC = "domestic"
    ABROAD = "abroad"


class Rounds(StrEnum):
    """On which days a class of mail is delivered: on all, or not on Saturdays, Sundays and holidays."""

    DAILY = "daily"
    WORKING_DAYS = "working-days"


class Format(Record):
    """A size of envelope, in mm: ``most`` and ``least`` are long side, short side and, for ``most``, thickness.

    ``around`` is the largest sum of the three; ``heaviest`` the largest weight in g.
    """

    name: Translated
    most: tuple[Count, Count, Count]
    least: tuple[Count, Count]
    around: Count | None = None
    heaviest: Count


class MailClass(Record):
    """A class of mail. ``fees`` are added to the price of the letter; ``flat`` classes have one price for all weights.

    ``days`` is the largest usual number of days after posting, ``days_to`` that for single countries. ``abroad`` is the
    class that replaces it for letters abroad.
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
    """The prices from a day on: ``letters`` by format, ``flat`` and ``fees`` by their names, ``zones`` for abroad."""

    valid_from: Day
    source: Line
    letters: Mapping[Line, Steps]
    fees: Mapping[Line, Steps]
    flat: Mapping[Line, Count]
    zones: Mapping[Line, Steps] = Field(default_factory=dict)


class TrackingRule(Record):
    """The format of a country's own tracking numbers; the last digit is the number before it modulo ``modulo``."""

    pattern: Line
    modulo: Count
    source: Line


class PostageTable(Record):
    """The post of one country. ``usual`` is the default class, at home and abroad.

    ``zones`` lists the countries of each zone; for any other country no price is known.
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
