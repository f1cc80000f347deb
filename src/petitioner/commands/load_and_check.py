"""Read, merge and check the workspace, and show what is wrong."""

import logging
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime
from pathlib import Path

from petitioner.build.builder import FileResult, FileStatus
from petitioner.checks import find_faults
from petitioner.checks.pages.finished import Finished
from petitioner.errors import PetitionerError, Problem, Severity, WorkspaceError, errors_in
from petitioner.files import read_regular_file
from petitioner.fonts import FontConfigError, LanguageFonts, find_face, measure_line
from petitioner.inputs.recipients import Selection
from petitioner.inputs.workspace import Workspace, read_workspace
from petitioner.model.letter import Letter
from petitioner.model.recipient import Campaign
from petitioner.model.stationery import Envelope, Measure
from petitioner.model.theme import Theme
from petitioner.paper.windows import WindowView, check_window, find_window_view
from petitioner.tables.stationery import find_envelope, find_panel, find_post_window
from petitioner.templates.merge import merge_batch
from petitioner.templates.readings import UnreadText, find_unread, list_used_texts

_LOGGER = logging.getLogger(__name__)
_EVERYTHING = Selection()
_MOST_NAMED = 12  # ids that are read in one go; more are scanned
_FORMAT = "pdf"


@dataclass(frozen=True, slots=True)
class Scope:
    """What to inspect: a workspace's ``folder``, one campaign or the latest, at ``now`` (aware), and whose letters."""

    folder: Path
    campaign: str | None
    now: datetime
    selection: Selection = field(default_factory=Selection)


@dataclass(frozen=True, slots=True)
class Inspection:
    """A workspace that was read and merged, with every problem found on the way."""

    workspace: Workspace
    letters: tuple[Letter, ...]
    notes: tuple[Letter, ...]
    problems: tuple[Problem, ...]

    @property
    def has_errors(self) -> bool:
        """Whether anything must be mended before a letter can be made."""
        return bool(errors_in(self.problems))

    @property
    def unread(self) -> tuple[UnreadText, ...]:
        """The texts that no native reader has read as they are now; those of everybody, whoever was chosen."""
        return find_unread(list_used_texts(self.workspace), self.workspace.shared)

    def require(self) -> tuple[Campaign, Theme]:
        """The campaign and the theme of a workspace without errors. Raises WorkspaceError when there are any."""
        campaign, theme = self.workspace.campaign, self.workspace.theme
        if self.has_errors or campaign is None:
            raise WorkspaceError(self.problems, "Mend them from the top, then run: petitioner check")
        return campaign, theme


def inspect_workspace(scope: Scope) -> Inspection:
    """Read, merge and check everything; raises nothing for what a person wrote, but for choosing what is not there."""
    return inspect(*read_workspace(scope.folder, scope.campaign), scope.now, scope.selection)


def inspect(
    workspace: Workspace, read: tuple[Problem, ...], now: datetime, selection: Selection = _EVERYTHING
) -> Inspection:
    """Merge and check a workspace in which these problems were ``read``. Raises as ``inspect_workspace`` does."""
    theme = workspace.theme
    try:
        read = (*read, *_check_fonts(theme, workspace))
        batch = merge_batch(
            workspace,
            read,
            selection,
            lambda text, tag: measure_line(text, theme.fonts[tag].pdf, theme.window.font_size),
        )
        _LOGGER.debug("filled in %d letters and %d covering notes", len(batch.letters), len(batch.notes))
        letters = (*batch.letters, *batch.notes)
        faults = find_faults(workspace, letters, _name_day(workspace, read, now), _open_faces(theme), batch.drafts)
        problems = _accept_warnings(workspace, (*read, *batch.problems, *faults))
    except FontConfigError as error:
        hint = "Install the package fontconfig, or put it right; petitioner doctor names all that is missing."
        raise PetitionerError(f"{error}, so no font can be found.", hint) from None
    _LOGGER.debug("checked them: %s", count_problems(problems))
    return Inspection(workspace, batch.letters, batch.notes, problems)


def drop_accepted(campaign: Campaign | None, problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """The problems without the warnings that a campaign accepts; an error cannot be accepted."""
    accepted = campaign.accepted_warnings if campaign else {}
    return tuple(one for one in problems if one.severity is Severity.ERROR or one.code not in accepted)


def describe_problem(problem: Problem) -> dict[str, object]:
    """A problem for programs, which count lines from 1; what concerns a file as a whole is at its first line."""
    return {**asdict(problem), "line": max(problem.line, 1), "severity": problem.severity.value}


def count_problems(problems: tuple[Problem, ...]) -> str:
    """``2 errors, 1 warning``."""
    errors = len(errors_in(problems))
    return f"{count_things(errors, 'error')}, {count_things(len(problems) - errors, 'warning')}"


def count_things(count: int, word: str) -> str:
    """``1 letter``, ``2 letters``."""
    return f"{count} {word}{'' if count == 1 else 's'}"


def name_ids(ids: Iterable[str]) -> str:
    """Recipients as ``log add`` is told them; of very many, the option that scans them."""
    named = tuple(dict.fromkeys(ids))
    return " ".join(named) if len(named) <= _MOST_NAMED else "--scan"


def _check_fonts(theme: Theme, workspace: Workspace) -> list[Problem]:
    used = {tag for who in workspace.written_to for tag in who.languages}
    used |= {tag for who in workspace.written_to for tag in who.address.lines}
    families: dict[str, list[str]] = {}
    for tag in sorted(used & theme.fonts.keys()):
        for family in theme.fonts[tag].pdf:
            families.setdefault(family, []).append(tag)
    hint = "Run: petitioner doctor    It names the package to install."
    return [
        Problem(
            "letters/theme", 0, "T102", f"the font '{family}', for {' and '.join(tags)}, is not on this machine", hint
        )
        for family, tags in families.items()
        if find_face(family) is None
    ]


def _open_faces(theme: Theme) -> LanguageFonts:
    named = theme.fonts.items()
    return LanguageFonts({tag: tuple(face for name in fonts.pdf if (face := find_face(name))) for tag, fonts in named})


def _name_day(workspace: Workspace, read: Iterable[Problem], now: datetime) -> date:
    campaign = workspace.campaign
    if campaign is None or any(problem.code == "C405" for problem in read):
        return now.date()
    return campaign.day_at(now)


def _accept_warnings(workspace: Workspace, problems: tuple[Problem, ...]) -> tuple[Problem, ...]:
    """The problems by file and line, without the warnings that the campaign accepts."""
    campaign = workspace.campaign or (workspace.sketch.campaign if workspace.sketch else None)
    told = drop_accepted(campaign, problems)
    return tuple(sorted(told, key=lambda problem: (problem.path, problem.line, problem.code)))


def open_view(campaign: Campaign, envelope: Envelope, window: Measure | None) -> WindowView | None:
    """What a window shows of a letter that is folded as the campaign says; None for an envelope without one."""
    return find_window_view(envelope, window, find_panel(campaign.post, envelope)) if window else None


def check_built(
    outcomes: Iterable[FileResult], letters: Iterable[Letter], campaign: Campaign, theme: Theme, folder: Path
) -> Iterator[FileResult]:
    """The outcomes of a build into ``folder``, each PDF with what the window of its envelope makes of it."""
    envelope = find_envelope(campaign.post.envelope)
    view = open_view(campaign, envelope, find_post_window(campaign.post.window, envelope))
    pages = {f"{letter.file_stem}.{_FORMAT}": letter for letter in letters}
    for outcome in outcomes:
        letter = pages.get(outcome.path)
        if view is None or letter is None or outcome.status not in (FileStatus.MADE, FileStatus.KEPT):
            yield outcome
        else:
            files = {_FORMAT: read_regular_file(folder / outcome.path)}
            shown = f"{folder.parent.name}/{folder.name}/{letter.file_stem}"
            problems = check_window(Finished(letter, theme, shown, files), view)
            yield replace(outcome, problems=(*outcome.problems, *problems))
