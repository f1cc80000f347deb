"""``petitioner build``: make the PDF and DOCX of every letter, and only what changed."""

import logging
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from random import SystemRandom

from petitioner.build.builder import Build
from petitioner.build.fit import FITTED_CODES, choose_fits
from petitioner.build.journal import hold_build_lock
from petitioner.build.last_build import OUT, LastBuild, hash_inputs, remember_build
from petitioner.build.letter_files import LetterMaker
from petitioner.build.manifest import locate_output, require_no_link
from petitioner.build.program import hash_environment
from petitioner.build.results import FileResult, FileStatus
from petitioner.build.workers import Workers, use_all_cores
from petitioner.checks.pages.finished import FinishedLetter
from petitioner.commands.load_and_check import CheckedWorkspace, Scope, drop_accepted, load_and_check
from petitioner.commands.reports import report_build
from petitioner.errors import PetitionerError, Problem, UsageError, WorkspaceError, advise_writing
from petitioner.files import write_atomically
from petitioner.inputs.fit import NAME, format_fit
from petitioner.model.letter import Letter
from petitioner.model.recipient import Campaign
from petitioner.model.theme import Fit, Theme
from petitioner.paper.windows import check_window, find_window_view
from petitioner.render import RenderError
from petitioner.tables.stationery import find_envelope, find_panel, find_post_window
from petitioner.terminal import Terminal, format_count
from petitioner.user_data.logs import find_missing_log

_LOGGER = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Ways:
    """How letters are made: with ``archive``, a copy of each for an archive too; with ``fit``, the sizes of each
    language are chosen first; ``plain`` makes each letter alone; ``verify`` letters are compared with such ones;
    the cluster of a ``scheduler`` makes them.
    """

    archive: bool = False
    fit: bool = False
    plain: bool = False
    verify: int = 0
    scheduler: str | None = None


def build_letters(terminal: Terminal, scope: Scope, ways: Ways, *, as_json: bool) -> int:
    """Make every file that is missing or out of date.

    Return 0, or 1 when a file failed. Raises WorkspaceError, and writes nothing, when the workspace has errors or
    ``out/`` is a link; UsageError for ``fit`` with a selection; PetitionerError for a cluster that cannot be used.
    """
    environment = hash_environment()  # before anything is read, so that a change from now on is noticed
    checked = _load_and_fit(terminal, scope) if ways.fit else load_and_check(scope)
    campaign, theme = checked.require()
    missing = find_missing_log(scope.folder)
    if missing:
        terminal.warn(*missing[:2])
    terminal.report(checked.problems)
    workers = _connect_cluster(ways.scheduler, theme) if ways.scheduler else use_all_cores()
    shown, folder = f"{OUT}/{campaign.folder}", locate_output(scope.folder, campaign.folder)
    require_no_link(scope.folder, campaign.folder)
    verified = _choose_letters(checked, ways.verify)
    letters, last = deque(checked.letters), _describe(checked, campaign, scope.now, environment)
    del checked  # the recipients: all that they need is in their letters now
    results: list[FileResult] = []
    try:
        maker = LetterMaker(theme, shown, _find_window_check(campaign), ways.plain, verified)
        with hold_build_lock(folder, shown):
            with Build(folder, maker, workers, archive=ways.archive) as build:
                for made in _show_progress(terminal, build.make(_take_each(letters)), build.count(letters)):
                    problems = drop_accepted(campaign, made.problems)
                    problems = tuple(map(_advise_rewording, problems)) if ways.fit else problems
                    results.append(replace(made, problems=problems) if made.problems else made)
                if scope.selection.is_everything:
                    results += build.prune({made.path for made in results})
            if environment and scope.selection.is_everything and not (ways.fit or ways.verify):
                _remember(folder, replace(last, program_problems=build.problems), results)
    except OSError as error:
        raise _refuse_to_write(error, shown) from None
    terminal.report((*build.problems, *(one for result in results for one in result.problems)))
    if verified:
        terminal.say(f"{format_count(len(verified), 'letter')} compared with the same letter made alone.")
    return report_build(terminal, shown, results, last.totals, missing, as_json=as_json)


def make_files(folder: Path, checked: CheckedWorkspace, letters: Iterable[Letter]) -> tuple[FileResult, ...]:
    """Make the files of some letters that are missing or out of date, in this process.

    Raises WorkspaceError for a workspace with errors, when ``out/`` is a link, or for a file that cannot be made.
    """
    campaign, theme = checked.require()
    shown, home = f"{OUT}/{campaign.folder}", locate_output(folder, campaign.folder)
    require_no_link(folder, campaign.folder)
    maker = LetterMaker(theme, shown, _find_window_check(campaign))
    try:
        with hold_build_lock(home, shown), Build(home, maker, replace(use_all_cores(), count=1)) as build:
            made = tuple(build.make(letters))
    except OSError as error:
        raise _refuse_to_write(error, shown) from None
    if any(one.status is FileStatus.FAILED for one in made):
        raise WorkspaceError([fault for one in made for fault in one.problems], "Run: petitioner build")
    return made


def _choose_letters(checked: CheckedWorkspace, count: int) -> frozenset[str]:
    """Choose so many letters at random, or all if they are fewer."""
    stems = [letter.file_stem for letter in checked.letters]
    return frozenset(SystemRandom().sample(stems, min(count, len(stems))))


def _take_each(letters: deque[Letter]) -> Iterator[Letter]:
    """Yield the letters and keep none, so that there is memory for what is known of their files."""
    while letters:
        yield letters.popleft()


def _connect_cluster(scheduler: str, theme: Theme) -> Workers:
    from petitioner.build.cluster import use_cluster  # noqa: PLC0415 - Dask is an extra, and slow to load

    return use_cluster(scheduler, theme)


def _load_and_fit(terminal: Terminal, scope: Scope) -> CheckedWorkspace:
    """Load everything, choose the sizes of each language, and write them into fit.yaml."""
    if not scope.selection.is_everything:
        message = "--fit looks at the letters of all recipients. It cannot be used with --only, --limit or --lang."
        raise UsageError(message, "Run: petitioner build --fit")
    found = load_and_check(replace(scope, ignores_fit=True))
    _, theme = found.require()
    path = f"{found.workspace.home}/{NAME}"
    fits: dict[str, Fit] = {}
    try:
        for tag, chosen in choose_fits(found.letters, theme):
            fits[tag] = chosen.fit
            own = theme.fonts[tag]
            result = (
                f"{format_count(len(chosen.faults), 'letter')} will not fit" if chosen.faults else "all letters fit"
            )
            sizes = f"{chosen.fit.size:g} pt, lines {chosen.fit.pitch:g} pt apart"
            terminal.say(f"{tag}: {sizes} (theme: {own.size:g} and {own.pitch:g} pt); {result}.")
        write_atomically(scope.folder / path, format_fit(fits).encode())
    except RenderError as error:
        raise PetitionerError(f"No size can be chosen: {error}.", "Run: petitioner build") from None
    except OSError as error:
        raise _refuse_to_write(error, path) from None
    terminal.say(f"The sizes are in {path}.")
    return replace(found, workspace=replace(found.workspace, theme=theme.fitted(fits)))


def _refuse_to_write(error: OSError, path: str) -> PetitionerError:
    where = error.filename2 or error.filename or path
    advice = advise_writing(error, "Check the permissions, then: petitioner build")
    return PetitionerError(
        f"{where} cannot be written: {error.strerror}", f"Files that were finished are whole. {advice}"
    )


def _advise_rewording(problem: Problem) -> Problem:
    """Return a problem of a page break with the advice that remains after the sizes were chosen."""
    hint = "No size that the theme allows helps. Shorten the text a little, or lengthen it."
    return replace(problem, hint=hint) if problem.code in FITTED_CODES else problem


def _show_progress(terminal: Terminal, outcomes: Iterable[FileResult], total: int) -> Iterator[FileResult]:
    """Pass outcomes on, and show a progress bar at a terminal."""
    if terminal.quiet or not terminal.err.is_terminal:
        yield from _log_each(outcomes)
        return
    from rich import progress as bars  # noqa: PLC0415 - slow to load

    columns = (
        bars.TextColumn("{task.description}"),
        bars.BarColumn(),
        bars.MofNCompleteColumn(),
        bars.TimeRemainingColumn(),
    )
    # Refreshed here and not by a thread, since a process that is forked while a thread runs may wait for ever.
    with bars.Progress(*columns, console=terminal.err, transient=True, auto_refresh=False) as progress:
        task = progress.add_task("Building", total=total)
        for outcome in _log_each(outcomes):
            progress.update(task, advance=1, description=outcome.path, refresh=True)
            yield outcome


def _log_each(outcomes: Iterable[FileResult]) -> Iterator[FileResult]:
    for outcome in outcomes:
        _LOGGER.debug("%s %s", outcome.status.value, outcome.path)
        yield outcome


def _find_window_check(campaign: Campaign) -> Callable[[FinishedLetter], Iterable[Problem]] | None:
    """Return the check of the window that the campaign's envelope has, if any."""
    envelope = find_envelope(campaign.post.envelope)
    window = find_post_window(campaign.post.window, envelope)
    if window is None:
        return None
    return partial(check_window, view=find_window_view(envelope, window, find_panel(campaign.post, envelope)))


def _describe(checked: CheckedWorkspace, campaign: Campaign, now: datetime, environment: str | None) -> LastBuild:
    """Return what a build of all letters is made from, without what it makes."""
    seen = checked.workspace.seen
    return LastBuild(
        campaign=campaign.folder,
        inputs=hash_inputs(seen, campaign.day_at(now), environment or ""),
        seen=tuple(seen),
        zone=campaign.time_zone,
        totals=checked.totals,
        problems=checked.problems,
    )


def _remember(folder: Path, last: LastBuild, results: Iterable[FileResult]) -> None:
    """Keep in the manifest what was built, if the next build would report the same."""
    found = tuple(results)
    is_whole = all(one.status in (FileStatus.MADE, FileStatus.KEPT, FileStatus.REMOVED) for one in found)
    if not is_whole or any(problem.code == "B903" for problem in last.program_problems):
        return
    files = {one.path: one.problems for one in found if one.status is not FileStatus.REMOVED}
    try:
        remember_build(folder, replace(last, files=files))
    except OSError as error:
        raise _refuse_to_write(error, f"{OUT}/{last.campaign}") from None
