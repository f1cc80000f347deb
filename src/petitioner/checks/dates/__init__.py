"""Stale text: what a letter, its campaign and its files say of time, against the day and the calendar."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import PurePosixPath

from petitioner.campaigns import list_files
from petitioner.checks.dates.counts import check_counts
from petitioner.checks.dates.days import check_days, check_deadlines, check_years
from petitioner.checks.letter_text import Proof
from petitioner.checks.source_location import Finding, hide_comments
from petitioner.checks.text_spans import Passage, check_campaign_words, check_written
from petitioner.errors import Problem
from petitioner.model.campaign import Campaign
from petitioner.model.codes import severity_of
from petitioner.model.letter import Template
from petitioner.workspace import Workspace

_CHECKS: tuple[Callable[[Passage], Iterator[Finding]], ...] = (check_years, check_days, check_counts, check_deadlines)
"""What is found by reading one passage."""


def check_files(workspace: Workspace, campaign: Campaign) -> Iterator[Problem]:
    """Yield a problem for each letter, enclosure and signature whose file bears another year than the campaign's."""
    for template in workspace.templates.values():
        yield from _check_name(template.stem, (template.origin.path, 0), template.language, campaign)
    for way, name in list_files(campaign):
        place = (campaign.origin.path, campaign.origin.line_of(*way))
        yield from _check_name(PurePosixPath(name).stem, place, next(iter(campaign.name)), campaign)


def _check_name(stem: str, place: tuple[str, int], tag: str, campaign: Campaign) -> Iterator[Problem]:
    # Joined words, as in petition_2026: what is no letter or digit parts them.
    words = "".join(sign if sign.isalnum() or sign in "-." else " " for sign in stem)
    for finding in check_years(Passage(words, tag, campaign, campaign.day)):
        message = f"the file's name, '{stem}', says {words[finding.start : finding.end]}"
        hint = "Is it last year's file? Else rename it, or list the year under 'historic_years' in campaign.yaml."
        yield Problem(*place, "D109", message, hint, severity_of("D109"))


def check_repeats(workspace: Workspace) -> Iterator[Problem]:
    """Yield a problem for each letter whose text is that of the same letter of an earlier year."""
    for template in workspace.templates.values():
        for other in workspace.earlier:
            same_letter = (other.stem, other.language) == (template.stem, template.language)
            if same_letter and _list_words(template) == _list_words(other):
                message = f"the text is word for word that of {other.origin.path}"
                hint = "Read it again as of this year; when it is meant to be the same, accept the warning."
                yield Problem(template.origin.path, template.body_line, "D110", message, hint, severity_of("D110"))
                break


def _list_words(template: Template) -> list[str]:
    """Return the words of a template; what is not printed, and how lines were broken, does not count."""
    return hide_comments(template.body).replace("\0", "").split()


__all__ = ["check_campaign_dates", "check_dates", "find_stale"]


def find_stale(passage: Passage) -> Iterator[Finding]:
    """Yield everything stale in one passage."""
    for check in _CHECKS:
        yield from check(passage)


def check_dates(proof: Proof) -> Iterator[Problem]:
    """Yield everything stale in the words that stand in a letter's own files."""
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
