"""Years: those that are neither the campaign's nor history come from another year's letter."""

import re
from collections.abc import Iterator

from petitioner.checks.passages import Finding, Passage
from petitioner.checks.reading import Mention
from petitioner.checks.reading.phrases import is_counted
from petitioner.model.campaign import Campaign

_RECENT = 20
"""Years back from the campaign's within which an unknown year is taken for that of an older letter."""


def check_years(passage: Passage) -> Iterator[Finding]:
    """A finding for each year that is not the campaign's, nor known as history, nor listed by the campaign."""
    for mention in passage.reading.dates:
        if mention.year is None or is_counted(passage.folded, mention, passage.language):
            continue
        if not mention.exists or is_in_place(mention, passage):
            continue
        yield _blame(mention, passage)


def list_own_years(campaign: Campaign) -> frozenset[int]:
    """The years that a campaign gives: its own, those that it lists as history, and that of its addressee's office."""
    since = int(campaign.addressee.in_office_since[:4])
    return frozenset({campaign.day.year, since, *campaign.historic_years})


def is_in_place(mention: Mention, passage: Passage) -> bool:
    """Whether the year of a date may stand in a letter of this campaign."""
    campaign, year = passage.campaign, mention.year
    if year in list_own_years(campaign):
        return True
    if year not in passage.known.years or _stands_by_name(mention, passage):
        return False
    # The day of the campaign in another year is that of another letter, unless history was made on it.
    same_day = (mention.month, mention.day) == (campaign.day.month, campaign.day.day)
    return not same_day or (mention.date is not None and mention.date.isoformat() in passage.known.dates)


def _stands_by_name(mention: Mention, passage: Passage) -> bool:
    """Whether a year is written right beside the name of the day, and so claims to be the campaign's."""
    name = passage.campaign.name.get(passage.language)
    if not name or mention.month:
        return False
    reach = len(name) + 4
    before = passage.text[max(0, mention.start - reach) : mention.start]
    after = passage.text[mention.end : mention.end + reach]
    return bool(re.search(rf"{re.escape(name)}\W{{0,4}}$", before) or re.match(rf"\W{{0,4}}{re.escape(name)}", after))


def _blame(mention: Mention, passage: Passage) -> Finding:
    campaign, words = passage.campaign, passage.reading.words(mention)
    year, own = mention.year or 0, campaign.day.year
    history = f"if it is history, write 'historic_years: [{year}]' into campaign.yaml."
    if year < own - _RECENT:
        message = f"'{words}' is in no year that is known as history"
        return passage.blame(mention, "D102", message, f"Is the year right? Then, {history}")
    said = "last year's letter" if year == own - 1 else "another year's letter"
    spelt = f" ({year})" if str(year) not in passage.folded[mention.inner_start : mention.inner_end] else ""
    message = f"'{words}'{spelt} is of {said if year < own else 'a year to come'}, and this is the campaign of {own}"
    return passage.blame(
        mention, "D101", message, f"In a letter, write {{{{ campaign.day }}}} or {{{{ campaign.year }}}}; {history}"
    )
