"""Read, fill in and check the workspace."""

import logging
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from petitioner.build.results import Totals
from petitioner.checks import find_problems
from petitioner.commands.reports import count_problems
from petitioner.errors import Problem, Severity, WorkspaceError, errors_in
from petitioner.fonts import LanguageFonts, find_face, measure_line
from petitioner.inputs.letters import NOTE
from petitioner.inputs.selection import Selection
from petitioner.inputs.workspace import Workspace, read_workspace
from petitioner.model.letter import Letter
from petitioner.model.recipient import Campaign
from petitioner.model.theme import Theme
from petitioner.templates.merge import LetterStream
from petitioner.templates.readings import UnreadText, find_unread, format_unread, list_used_texts

_LOGGER = logging.getLogger(__name__)
_EVERYTHING = Selection()


@dataclass(frozen=True, slots=True)
class Scope:
    """What to load: a workspace's ``folder``, one campaign or the latest, and the recipients and languages selected.

    ``now`` is an aware time. With ``ignores_fit``, the sizes in fit.yaml are not read.
    """

    folder: Path
    campaign: str | None
    now: datetime
    selection: Selection = field(default_factory=Selection)
    ignores_fit: bool = False


@dataclass(frozen=True, slots=True)
class CheckedWorkspace:
    """A workspace with its letters and covering notes filled in, and every problem found on the way."""

    workspace: Workspace
    letters: tuple[Letter, ...]
    notes: tuple[Letter, ...]
    problems: tuple[Problem, ...]

    @property
    def has_errors(self) -> bool:
        """Whether a problem must be fixed before a letter can be made."""
        return bool(errors_in(self.problems))

    @property
    def unread(self) -> tuple[UnreadText, ...]:
        """The texts that no native reader has read as they are now, for all recipients."""
        return _find_unread(self.workspace)

    @property
    def totals(self) -> Totals:
        """The numbers of letters and their recipients, and lines about texts and holds."""
        return _count(self.workspace, Counter(letter.recipient for letter in self.letters))

    def require(self) -> tuple[Campaign, Theme]:
        """Return the campaign and the theme. Raises WorkspaceError when there are errors."""
        campaign, theme = self.workspace.campaign, self.workspace.theme
        if self.has_errors or campaign is None:
            raise WorkspaceError(self.problems, "Fix the errors above, then run: petitioner check")
        return campaign, theme


def load_and_check(scope: Scope) -> CheckedWorkspace:
    """Read, fill in and check everything. Raises UsageError for an unknown recipient or language in the selection."""
    found = read_workspace(scope.folder, scope.campaign, ignores_fit=scope.ignores_fit)
    return fill_in_and_check(*found, scope.now, scope.selection)


def find_all_problems(scope: Scope) -> tuple[tuple[Problem, ...], Totals]:
    """Return all problems, and how many letters there are. No letter is kept. Raises as ``load_and_check`` does."""
    workspace, found = read_workspace(scope.folder, scope.campaign, ignores_fit=scope.ignores_fit)
    counts: Counter[str] = Counter()

    def count(letter: Letter) -> None:
        if letter.stem != NOTE:
            counts[letter.recipient] += 1

    problems = _check_all(workspace, found, scope.now, scope.selection, count)
    return problems, _count(workspace, counts)


def fill_in_and_check(
    workspace: Workspace, found: tuple[Problem, ...], now: datetime, selection: Selection = _EVERYTHING
) -> CheckedWorkspace:
    """Fill in and check a workspace that was read with the problems ``found``. Raises as ``load_and_check`` does."""
    letters: list[Letter] = []
    problems = _check_all(workspace, found, now, selection, letters.append)
    notes = tuple(letter for letter in letters if letter.stem == NOTE)
    return CheckedWorkspace(workspace, tuple(letter for letter in letters if letter.stem != NOTE), notes, problems)


def _check_all(
    workspace: Workspace,
    found: tuple[Problem, ...],
    now: datetime,
    selection: Selection,
    take: Callable[[Letter], object],
) -> tuple[Problem, ...]:
    """Fill in and check each letter, one after the other, give it to ``take``, and return all problems."""
    theme = workspace.theme
    counts: Counter[bool] = Counter()

    def pass_on(letters: Iterable[Letter]) -> Iterator[Letter]:
        for letter in letters:
            take(letter)
            counts[letter.stem == NOTE] += 1
            yield letter

    found = (*found, *_check_fonts(theme, workspace))
    stream = LetterStream(
        workspace,
        found,
        selection,
        lambda text, tag: measure_line(text, theme.fonts[tag].pdf, theme.window.font_size),
    )
    fonts = LanguageFonts({tag: fonts.pdf for tag, fonts in theme.fonts.items()})
    today = _find_today(workspace, found, now)
    faults = tuple(find_problems(workspace, pass_on(stream.merge()), today, fonts, stream.merge_drafts()))
    problems = _drop_accepted_and_sort(workspace, (*found, *stream.problems, *faults))
    _LOGGER.debug("filled in %d letters and %d covering notes", counts[False], counts[True])
    _LOGGER.debug("checked them: %s", count_problems(problems))
    return problems


def _find_unread(workspace: Workspace) -> tuple[UnreadText, ...]:
    return find_unread(list_used_texts(workspace), workspace.shared)


def _count(workspace: Workspace, letters: Counter[str]) -> Totals:
    """Return the totals; ``letters`` are the numbers of letters by recipient."""
    held = (one for one in workspace.written_to if one.hold and one.id in letters)
    holds = tuple(f"{one.id}: {one.hold}" for one in held)
    return Totals(letters.total(), len(letters), tuple(format_unread(_find_unread(workspace))), holds)


def drop_accepted(campaign: Campaign | None, problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Return the problems without the warnings that a campaign accepts; an error cannot be accepted."""
    accepted = campaign.accepted_warnings if campaign else {}
    return tuple(one for one in problems if one.severity is Severity.ERROR or one.code not in accepted)


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


def _find_today(workspace: Workspace, found: Iterable[Problem], now: datetime) -> date:
    """Return today where the campaign is run, or in UTC when its time zone is not valid (C405)."""
    campaign = workspace.campaign
    if campaign is None or any(problem.code == "C405" for problem in found):
        return now.date()
    return campaign.day_at(now)


def _drop_accepted_and_sort(workspace: Workspace, problems: tuple[Problem, ...]) -> tuple[Problem, ...]:
    """Sort the problems by file and line, without the warnings that the campaign accepts."""
    campaign = workspace.campaign or (workspace.sketch.campaign if workspace.sketch else None)
    kept = drop_accepted(campaign, problems)
    return tuple(sorted(kept, key=lambda problem: (problem.path, problem.line, problem.code)))
