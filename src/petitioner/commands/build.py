"""``petitioner build``: PDF and DOCX for everyone, and only what changed."""

import logging
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from petitioner.build.builder import Build, FileResult, FileStatus
from petitioner.build.manifest import OUT, locate_output, require_no_link
from petitioner.commands.load_and_check import (
    Inspection,
    Scope,
    check_built,
    describe_problem,
    drop_accepted,
    inspect_workspace,
)
from petitioner.errors import ExitStatus, PetitionerError, errors_in
from petitioner.templates.readings import format_unread
from petitioner.terminal import Terminal
from petitioner.user_data.logs import find_missing

_LOGGER = logging.getLogger(__name__)


def build_letters(terminal: Terminal, scope: Scope, *, archive: bool, as_json: bool) -> int:
    """Make every file that is missing or out of date, with ``archive`` copies for one too: 0 done, 1 a file failed.

    Raises WorkspaceError, and writes nothing, when the workspace has errors or ``out/`` is a link.
    """
    found = inspect_workspace(scope)
    mailing, theme = found.require()
    missing = find_missing(scope.folder)
    if missing:
        terminal.warn(*missing[:2])
    terminal.report(found.problems)
    shown = f"{OUT}/{mailing.id}"
    require_no_link(scope.folder, mailing.id)
    try:
        with Build(locate_output(scope.folder, mailing.id), shown, theme, archive=archive) as build:
            outcomes = list(_follow(terminal, build.make(found.letters), build.count(found.letters)))
            if scope.selection.is_everything:
                outcomes += build.prune(found.letters)
        outcomes = list(check_built(outcomes, found.letters, mailing, theme, locate_output(scope.folder, mailing.id)))
    except OSError as error:
        where = error.filename2 or error.filename or shown
        hint = "Files that were finished are whole. Make room, or check the permissions, then: petitioner build"
        raise PetitionerError(f"{where} cannot be written: {error.strerror}", hint) from None
    outcomes = [replace(outcome, problems=drop_accepted(mailing, outcome.problems)) for outcome in outcomes]
    terminal.report(dict.fromkeys((*build.problems, *(one for outcome in outcomes for one in outcome.problems))))
    if as_json:
        terminal.show_json({"folder": shown, "files": [_describe(outcome) for outcome in outcomes]})
    status = _conclude(terminal, found, outcomes, shown)
    if status is not ExitStatus.DONE:
        terminal.say_next("petitioner build", "fix the errors above first")
    else:
        terminal.say_next(*(missing[2] if missing else ("petitioner approve", "it shows each letter once, and asks")))
    return status


def _follow(terminal: Terminal, outcomes: Iterable[FileResult], total: int) -> Iterator[FileResult]:
    """Pass outcomes on, and show on a terminal how far the work is."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    hidden = terminal.quiet or not terminal.err.is_terminal
    with Progress(*columns, console=terminal.err, transient=True, disable=hidden) as progress:
        task = progress.add_task("Building", total=total)
        for outcome in outcomes:
            _LOGGER.debug("%s %s", outcome.status.value, outcome.path)
            progress.update(task, advance=1, description=outcome.path)
            yield outcome


def _conclude(terminal: Terminal, found: Inspection, outcomes: list[FileResult], shown: str) -> ExitStatus:
    for outcome in outcomes:
        if outcome.status is FileStatus.REMOVED:
            terminal.say(f"removed {shown}/{outcome.path}, which is no longer made")
    counts = Counter(outcome.status for outcome in outcomes)
    summary = ", ".join(f"{counts[status]} {status.value}" for status in FileStatus if counts[status])
    recipients = {letter.recipient for letter in found.letters}
    letters = f"{len(found.letters)} letter{'' if len(found.letters) == 1 else 's'}"
    people = f"{len(recipients)} recipient{'' if len(recipients) == 1 else 's'}"
    terminal.say(f"{letters} to {people} in {shown}: {summary or 'no files'}.")
    for line in format_unread(found.unread):
        terminal.say(line)
    held = [who for who in found.workspace.written_to if who.hold and who.id in recipients]
    for who in held:
        terminal.say(f"on hold: {who.id}: {who.hold}", style="yellow")
    if counts[FileStatus.FAILED] or any(
        errors_in(outcome.problems) for outcome in outcomes if outcome.status is not FileStatus.LEFT
    ):
        return ExitStatus.FAILED
    return ExitStatus.DONE


def _describe(outcome: FileResult) -> dict[str, object]:
    problems = [describe_problem(problem) for problem in outcome.problems]
    return {"path": outcome.path, "recipient": outcome.recipient, "fate": outcome.status.value, "problems": problems}
