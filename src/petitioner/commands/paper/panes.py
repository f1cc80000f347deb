"""Windows of envelopes: which one a campaign uses, and what it shows of the pages of a build."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from petitioner.checks.pages.finished import Finished
from petitioner.files import read_whole
from petitioner.model.campaign import Campaign
from petitioner.model.letter import Letter
from petitioner.model.stationery import Envelope, Measure
from petitioner.model.theme import Theme
from petitioner.production.builder import Fate, Outcome
from petitioner.sheets.windows import View, check_view, view_sheet
from petitioner.stationery.names import find_envelope
from petitioner.stationery.post import find_panel, find_post_window

_FORMAT = "pdf"


def open_view(campaign: Campaign, envelope: Envelope, window: Measure | None) -> View | None:
    """What a window shows of a letter that is folded as the campaign says; None for an envelope without one."""
    return view_sheet(envelope, window, find_panel(campaign.post, envelope)) if window else None


def check_built(
    outcomes: Iterable[Outcome], letters: Iterable[Letter], campaign: Campaign, theme: Theme, folder: Path
) -> Iterator[Outcome]:
    """The outcomes of a build into ``folder``, each PDF with what the window of its envelope makes of it."""
    envelope = find_envelope(campaign.post.envelope)
    view = open_view(campaign, envelope, find_post_window(campaign.post.window, envelope))
    pages = {f"{letter.file_stem}.{_FORMAT}": letter for letter in letters}
    for outcome in outcomes:
        letter = pages.get(outcome.path)
        if view is None or letter is None or outcome.fate not in (Fate.MADE, Fate.KEPT):
            yield outcome
        else:
            files = {_FORMAT: read_whole(folder / outcome.path)}
            shown = f"{folder.parent.name}/{folder.name}/{letter.file_stem}"
            problems = check_view(Finished(letter, theme, shown, files), view)
            yield replace(outcome, problems=(*outcome.problems, *problems))
