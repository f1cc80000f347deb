"""Change the files of a campaign for another year or edition, and no other line of them."""

import re
from collections.abc import Iterator
from datetime import date

from petitioner.inputs.days import SuggestedDay
from petitioner.model.recipient import Campaign
from petitioner.source.edit import set_value

_LAST_FEBRUARY_DAY = 28


def move_date(dated: date, day: date, today: date) -> date:
    """Return the date on next year's letters: the same day of the year, but neither before today nor after ``day``."""
    is_leap_day = (dated.month, dated.day) == (2, 29)
    moved = dated.replace(year=day.year, day=_LAST_FEBRUARY_DAY if is_leap_day else dated.day)
    return min(max(moved, today), day)


def renew_campaign(text: str, day: SuggestedDay, dated: date) -> str:
    """Return the text of a campaign.yaml for another year: day and date moved, edition 1, no accepted warnings.

    The remark behind the day says that it is suggested. Raises EditError if the file cannot be changed line by line.
    """
    text = set_value(text, ("day",), day.day.isoformat())
    text = re.sub(r"(?m)^(day:\s*\S+).*$", rf"\1                  # suggested: {day.why}", text, count=1)
    text = set_value(text, ("date",), dated.isoformat())
    if re.search(r"(?m)^edition:", text):
        text = set_value(text, ("edition",), "1")
    return set_value(text, ("accepted_warnings",), None)


def find_stale_remarks(path: str, text: str, campaign: Campaign) -> Iterator[str]:
    """Yield the place of each comment in a YAML file that names the year of an earlier campaign."""
    for number, line in enumerate(text.splitlines(), start=1):
        _, sign, remark = line.partition("#")
        if sign and re.search(rf"\b{campaign.id}\b", remark):
            yield f"{path}:{number}: a comment names {campaign.id}: {remark.strip()}"
