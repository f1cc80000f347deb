"""Deadlines: a date by which something is asked that is past when the letter is read."""

from collections.abc import Iterator

from petitioner.checks.passages import Finding, Passage
from petitioner.checks.reading.phrases import is_deadline


def check_deadlines(passage: Passage) -> Iterator[Finding]:
    """A finding for each deadline that is past at the letter's date, or already today; one in history is none."""
    campaign = passage.campaign
    for mention in passage.reading.dates:
        day = mention.date_in(campaign.day.year)
        if day is None or day.year != campaign.day.year or day == campaign.day:
            continue
        if not is_deadline(passage.folded, mention, passage.language):
            continue
        words = passage.reading.words(mention)
        if day < campaign.date:
            message = f"the deadline '{words}' is past on {campaign.date}, the date of the letter"
            yield passage.blame(mention, "D108", message, "Give a later day.")
        elif day < passage.today <= campaign.day:
            message = f"the deadline '{words}' is past: today is {passage.today}"
            yield passage.blame(mention, "D108", message, "Give a later day.")
