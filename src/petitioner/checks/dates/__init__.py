"""Stale text: what a letter, its campaign and its files say of time, against the day and the calendar."""

from collections.abc import Callable, Iterator
from datetime import date

from petitioner.checks.dates.counts import check_counts
from petitioner.checks.dates.days import check_days
from petitioner.checks.dates.deadlines import check_deadlines
from petitioner.checks.dates.files import check_files
from petitioner.checks.dates.repeats import check_repeats
from petitioner.checks.dates.years import check_years
from petitioner.checks.passages import Finding, Passage, check_campaign_words, check_written
from petitioner.checks.proof import Proof
from petitioner.errors import Problem
from petitioner.model.campaign import Campaign
from petitioner.model.codes import severity_of
from petitioner.workspace import Workspace

__all__ = ["check_campaign_dates", "check_dates", "find_stale"]

_CHECKS: tuple[Callable[[Passage], Iterator[Finding]], ...] = (check_years, check_days, check_counts, check_deadlines)
"""What is found by reading one passage."""


def find_stale(passage: Passage) -> Iterator[Finding]:
    """Everything stale in one passage."""
    for check in _CHECKS:
        yield from check(passage)


def check_dates(proof: Proof) -> Iterator[Problem]:
    """Everything stale in the words that stand in a letter's own files."""
    yield from check_written(proof, (find_stale,))


def check_campaign_dates(workspace: Workspace, today: date) -> Iterator[Problem]:
    """Everything stale in campaign.yaml, in the names of files, and in letters that another year has already seen."""
    campaign = workspace.campaign
    if campaign is None:
        return
    yield from check_campaign_words(campaign, today, (find_stale,))
    yield from check_files(workspace, campaign)
    yield from check_repeats(workspace)
    yield from _check_past(campaign, today)


def _check_past(campaign: Campaign, today: date) -> Iterator[Problem]:
    """Whether letters would still be made for a day that is over; a day of another year is an error of its own."""
    if today > campaign.day and str(campaign.day.year) == campaign.id:
        origin = campaign.origin
        message = f"the day, {campaign.day}, is past: today is {today}"
        hint = f"Letters made now bear the date {campaign.date}; make a folder for the next campaign."
        yield Problem(origin.path, origin.line_of("day"), "D111", message, hint, severity_of("D111"))
