"""``petitioner build``: make the PDF and DOCX of every letter, and only what changed."""

import logging
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from random import SystemRandom

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from petitioner.build.builder import Build, FileResult, FileStatus
from petitioner.build.fit import FITTED_CODES, choose_fits
from petitioner.build.letter_files import LetterMaker
from petitioner.build.manifest import OUT, locate_output, require_no_link
from petitioner.build.workers import Workers, use_all_cores
from petitioner.checks.pages.finished import FinishedLetter
from petitioner.commands.load_and_check import CheckedWorkspace, Scope, drop_accepted, load_and_check, serialize_problem
from petitioner.errors import ExitStatus, PetitionerError, Problem, UsageError, errors_in
from petitioner.files import write_atomically
from petitioner.inputs.fit import NAME, format_fit
from petitioner.model.recipient import Campaign
from petitioner.model.theme import Fit, Theme
from petitioner.paper.windows import check_window, find_window_view
from petitioner.render import RenderError
from petitioner.tables.stationery import find_envelope, find_panel, find_post_window
from petitioner.templates.readings import format_unread
from petitioner.terminal import Terminal, format_count
from petitioner.user_data.logs import find_missing_log

_LOGGER = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Ways:
    """How letters are made: with ``archive``, a copy of each for an archive too; with ``fit``, the sizes of each
    language are chosen first; ``plain`` lays out each letter alone; ``verify`` letters are compared with such ones;
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
    checked = _load_and_fit(terminal, scope) if ways.fit else load_and_check(scope)
    campaign, theme = checked.require()
    missing = find_missing_log(scope.folder)
    if missing:
        terminal.warn(*missing[:2])
    terminal.report(checked.problems)
    workers = _connect_cluster(ways.scheduler, theme) if ways.scheduler else use_all_cores()
    shown, folder = f"{OUT}/{campaign.folder}", locate_output(scope.folder, campaign.folder)
    require_no_link(scope.folder, campaign.folder)
    try:
        verified = _choose_letters(checked, ways.verify)
        maker = LetterMaker(theme, shown, _find_window_check(campaign), ways.plain, verified)
        with Build(folder, maker, workers, archive=ways.archive) as build:
            made = list(_show_progress(terminal, build.make(checked.letters), build.count(checked.letters)))
            if scope.selection.is_everything:
                made += build.prune(checked.letters)
    except OSError as error:
        raise _refuse_to_write(error, shown) from None
    outcomes = [replace(outcome, problems=drop_accepted(campaign, outcome.problems)) for outcome in made]
    if ways.fit:
        outcomes = [replace(outcome, problems=tuple(map(_advise_rewording, outcome.problems))) for outcome in outcomes]
    terminal.report((*build.problems, *(one for outcome in outcomes for one in outcome.problems)))
    if as_json:
        terminal.show_json({"folder": shown, "files": [_serialize_file(outcome) for outcome in outcomes]})
    _show_summary(terminal, checked, outcomes, shown)
    if verified:
        terminal.say(f"{format_count(len(verified), 'PDF')} compared with the same letter laid out alone.")
    if any(outcome.status is FileStatus.FAILED or _has_new_errors(outcome) for outcome in outcomes):
        terminal.say_next("petitioner build", "fix the errors above first")
        return ExitStatus.FAILED
    terminal.say_next(*(missing[2] if missing else ("petitioner approve", "it shows each letter once, then asks")))
    return ExitStatus.DONE


def _choose_letters(checked: CheckedWorkspace, count: int) -> frozenset[str]:
    """Choose so many letters at random, or all if they are fewer."""
    stems = [letter.file_stem for letter in checked.letters]
    return frozenset(SystemRandom().sample(stems, min(count, len(stems))))


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
    hint = "Files that were finished are whole. Make room, or check the permissions, then: petitioner build"
    return PetitionerError(f"{where} cannot be written: {error.strerror}", hint)


def _advise_rewording(problem: Problem) -> Problem:
    """Return a problem of a page break with the advice that remains after the sizes were chosen."""
    hint = "No size that the theme allows helps. Shorten the text a little, or lengthen it."
    return replace(problem, hint=hint) if problem.code in FITTED_CODES else problem


def _show_progress(terminal: Terminal, outcomes: Iterable[FileResult], total: int) -> Iterator[FileResult]:
    """Pass outcomes on, and show a progress bar at a terminal."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    hidden = terminal.quiet or not terminal.err.is_terminal
    # Refreshed here and not by a thread, since a process that is forked while a thread runs may wait for ever.
    with Progress(*columns, console=terminal.err, transient=True, disable=hidden, auto_refresh=False) as progress:
        task = progress.add_task("Building", total=total)
        for outcome in outcomes:
            _LOGGER.debug("%s %s", outcome.status.value, outcome.path)
            progress.update(task, advance=1, description=outcome.path, refresh=True)
            yield outcome


def _find_window_check(campaign: Campaign) -> Callable[[FinishedLetter], Iterable[Problem]] | None:
    """Return the check of the window that the campaign's envelope has, if any."""
    envelope = find_envelope(campaign.post.envelope)
    window = find_post_window(campaign.post.window, envelope)
    if window is None:
        return None
    return partial(check_window, view=find_window_view(envelope, window, find_panel(campaign.post, envelope)))


def _show_summary(terminal: Terminal, checked: CheckedWorkspace, outcomes: list[FileResult], shown: str) -> None:
    for outcome in outcomes:
        if outcome.status is FileStatus.REMOVED:
            terminal.say(f"removed {shown}/{outcome.path}, which is no longer made")
    counts = Counter(outcome.status for outcome in outcomes)
    summary = ", ".join(f"{counts[status]} {status.value}" for status in FileStatus if counts[status])
    recipients = {letter.recipient for letter in checked.letters}
    words = f"{format_count(len(checked.letters), 'letter')} to {format_count(len(recipients), 'recipient')}"
    terminal.say(f"{words} in {shown}: {summary or 'no files'}.")
    for line in format_unread(checked.unread):
        terminal.say(line)
    for recipient in checked.workspace.written_to:
        if recipient.hold and recipient.id in recipients:
            terminal.say(f"on hold: {recipient.id}: {recipient.hold}", style="yellow")


def _has_new_errors(outcome: FileResult) -> bool:
    return outcome.status is not FileStatus.LEFT and bool(errors_in(outcome.problems))


def _serialize_file(outcome: FileResult) -> dict[str, object]:
    problems = [serialize_problem(problem) for problem in outcome.problems]
    return {"path": outcome.path, "recipient": outcome.recipient, "fate": outcome.status.value, "problems": problems}
