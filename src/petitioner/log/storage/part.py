"""Select the part of the log that a command on one campaign needs, without most events of other years."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

_ALWAYS = """
    id IN ((SELECT min(id) FROM events), (SELECT max(id) FROM events),
           (SELECT id FROM events ORDER BY campaign DESC, edition DESC LIMIT 1))
    OR recipient = '' OR home <> '' OR kind IN ('withdrawn', 'confirmed', 'redacted')
"""


@dataclass(frozen=True, slots=True)
class LogPart:
    """Selects the events of one campaign's edition, of these ``recipients``, and between the two ``days``.

    It also selects the first event, the last event, one of the latest campaign, and every event about the log or about
    another event. Therefore the states of this edition and of these recipients are the same as from the whole log.
    """

    campaign: str
    edition: int
    recipients: tuple[str, ...] = ()
    days: tuple[date, date] | None = None

    def make_condition(self, former: Iterable[str]) -> tuple[str, tuple[str | int, ...]]:
        """Return a condition in SQL and its values; ``former`` are earlier ids of the recipients."""
        ids = (*self.recipients, *former)
        places = ", ".join("?" for _ in ids)
        first, last = map(date.isoformat, self.days) if self.days else ("", "")
        condition = f"(campaign = ? AND edition = ?) OR happened_on BETWEEN ? AND ? OR recipient IN ({places})"
        return f"({_ALWAYS} OR {condition})", (self.campaign, self.edition, first, last, *ids)
