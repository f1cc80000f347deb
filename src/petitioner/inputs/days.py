"""The day of a campaign that the program suggests: 24 September, or the Friday before it."""

from dataclasses import dataclass
from datetime import date, timedelta

_MONTH, _DAY = 9, 24  # China acceded to the Refugee Convention on 24 September 1982
_FRIDAY = 4
_DATED = (9, 1)  # month and day of the date on the letters, if it is still to come


@dataclass(frozen=True, slots=True)
class SuggestedDay:
    """A day that a person has still to confirm, and ``why`` it is suggested."""

    day: date
    why: str

    def __str__(self) -> str:
        """A sentence for the terminal."""
        return f"The day {self.day.isoformat()} is only suggested: {self.why}."

    def serialize(self) -> dict[str, object]:
        """Return it for ``--json``."""
        return {"day": self.day.isoformat(), "day_suggested_because": self.why}


def suggest_day(year: int) -> SuggestedDay:
    """Suggest the day of a year's campaign: 24 September, and on a weekend the Friday before."""
    usual = date(year, _MONTH, _DAY)
    day = usual - timedelta(days=max(usual.weekday() - _FRIDAY, 0))
    if day == usual:
        return SuggestedDay(day, f"24 September is a {usual:%A}")
    return SuggestedDay(day, f"the Friday before 24 September, which is a {usual:%A}")


def suggest_next_day(today: date) -> SuggestedDay:
    """Suggest the day of this year's campaign, or of next year's if that day is past."""
    day = suggest_day(today.year)
    return day if day.day > today else suggest_day(today.year + 1)


def suggest_date(day: date, today: date) -> date:
    """Suggest the date on the letters: 1 September of the year of the ``day``, or today if that is later."""
    return min(max(date(day.year, *_DATED), today), day)
