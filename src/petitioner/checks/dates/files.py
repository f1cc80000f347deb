"""Names of files: the year in one tells its reader of which year the file is."""

from collections.abc import Iterator
from pathlib import PurePosixPath

from petitioner.campaigns import list_files
from petitioner.checks.dates.years import check_years
from petitioner.checks.passages import Passage
from petitioner.errors import Problem
from petitioner.model.campaign import Campaign
from petitioner.model.codes import severity_of
from petitioner.workspace import Workspace


def check_files(workspace: Workspace, campaign: Campaign) -> Iterator[Problem]:
    """A problem for each letter, enclosure and signature whose file bears another year than the campaign's."""
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
