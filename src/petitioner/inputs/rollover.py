"""Change the files of a campaign for another year or edition, and no other line of them."""

import re
from collections.abc import Iterator, Mapping
from datetime import date

from petitioner.inputs.days import SuggestedDay
from petitioner.model.recipient import Campaign, Previous
from petitioner.source.edit import format_scalar, set_value
from petitioner.source.yaml import find_front_matter

_LAST_FEBRUARY_DAY = 28
_RECIPIENTS = """\
# This edition is for these alone. A letter can print what was sent to each before: {{ previous.date }},
# {{ previous.reference }}, and what became of it: {{ previous.outcome }}.
recipients:
"""


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


def renew_edition(text: str, dated: date, recipients: Mapping[str, Previous]) -> str:
    """Return the text of a campaign.yaml for a later edition of the same year, for some recipients only.

    Its number is that of the folder, so it has no ``edition:``. Raises EditError as ``renew_campaign`` does.
    """
    text = set_value(text, ("date",), dated.isoformat())
    for key in ("edition", "accepted_warnings", "recipients"):
        text = set_value(text, (key,), None)
    lines = [f"  {id_}: {_format_previous(previous)}\n" for id_, previous in recipients.items()]
    return f"{text.rstrip()}\n\n{_RECIPIENTS}{''.join(lines)}"


def _format_previous(previous: Previous) -> str:
    values = previous.model_dump(mode="json", exclude_none=True)
    return f"{{{', '.join(f'{key}: {format_scalar(str(value))}' for key, value in values.items())}}}"


def add_paragraph(text: str, paragraph: str) -> str:
    """Return the text of a letter's file with a paragraph below the first one, or above it if it has conditions."""
    _, end = find_front_matter(text) or (0, 0)
    start = text.find("\n", end) + 1  # behind the second line ---
    below = text.find("\n\n", start) + 2
    at = start if below < start or "{%" in text[start:below] else below
    return f"{text[:at]}{paragraph}{text[at:]}"


def find_stale_remarks(path: str, text: str, campaign: Campaign) -> Iterator[str]:
    """Yield the place of each comment in a YAML file that names the year of an earlier campaign."""
    for number, line in enumerate(text.splitlines(), start=1):
        _, sign, remark = line.partition("#")
        if sign and re.search(rf"\b{campaign.id}\b", remark):
            yield f"{path}:{number}: a comment names {campaign.id}: {remark.strip()}"
