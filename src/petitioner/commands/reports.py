"""What ``check`` and ``build`` report at their end."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict

from petitioner.build.results import FileResult, FileStatus, Totals
from petitioner.errors import ExitStatus, Problem, errors_in
from petitioner.terminal import Terminal, format_count

MissingLog = tuple[str, str, tuple[str, str]]
"""A sentence and a hint about a log that is missing, and the next command with a reason."""


def report_check(
    terminal: Terminal, problems: tuple[Problem, ...], totals: Totals, *, strict: bool, as_json: bool
) -> int:
    """Report all problems; return 3 for errors, 1 for warnings when ``strict``."""
    if as_json:
        terminal.show_json({"letters": totals.letters, "problems": list(map(serialize_problem, problems))})
    else:
        terminal.report(problems)
    if errors_in(problems):
        terminal.say(f"{count_problems(problems)}.")
        terminal.say_next("petitioner check", "fix the errors above first")
        return ExitStatus.INVALID
    terminal.say(f"{format_totals(totals)}; {count_problems(problems)}.")
    for line in totals.unread:
        terminal.say(line)
    terminal.say_next("petitioner build")
    return ExitStatus.FAILED if strict and problems else ExitStatus.DONE


def report_build(
    terminal: Terminal,
    shown: str,
    results: Iterable[FileResult],
    totals: Totals,
    missing: MissingLog | None,
    *,
    as_json: bool,
) -> int:
    """Report what a build did in the folder ``shown``; return 1 when a file failed."""
    found = tuple(results)
    if as_json:
        terminal.show_json({"folder": shown, "files": list(map(_serialize_file, found))})
    for result in found:
        if result.status is FileStatus.REMOVED:
            terminal.say(f"removed {shown}/{result.path}, which is no longer made")
    counts = Counter(result.status for result in found)
    summary = ", ".join(f"{counts[status]} {status.value}" for status in FileStatus if counts[status])
    terminal.say(f"{format_totals(totals)} in {shown}: {summary or 'no files'}.")
    for line in totals.unread:
        terminal.say(line)
    for hold in totals.holds:
        terminal.say(f"on hold: {hold}", style="yellow")
    if any(result.status is FileStatus.FAILED or _has_new_errors(result) for result in found):
        terminal.say_next("petitioner build", "fix the errors above first")
        return ExitStatus.FAILED
    terminal.say_next(*(missing[2] if missing else _find_step(counts, totals)))
    return ExitStatus.DONE


def _find_step(counts: Counter[FileStatus], totals: Totals) -> tuple[str, str]:
    """Return the command after a build in which no file failed, and why."""
    if counts[FileStatus.LEFT]:
        return "petitioner build", "after the files that somebody changed are moved away or deleted"
    if totals.recipients and len(totals.holds) == totals.recipients:
        return "petitioner recipients verify", "all are on hold; it asks about each one"
    return "petitioner approve", "it shows each letter once, then asks"


def serialize_problem(problem: Problem) -> dict[str, object]:
    """Return a problem for ``--json``: lines count from 1, and a problem of the whole file is at line 1."""
    return {**asdict(problem), "line": max(problem.line, 1), "severity": problem.severity.value}


def format_totals(totals: Totals) -> str:
    """Return ``21 letters to 7 recipients``."""
    return f"{format_count(totals.letters, 'letter')} to {format_count(totals.recipients, 'recipient')}"


def count_problems(problems: tuple[Problem, ...]) -> str:
    """Return ``2 errors, 1 warning``."""
    errors = len(errors_in(problems))
    return f"{format_count(errors, 'error')}, {format_count(len(problems) - errors, 'warning')}"


def _has_new_errors(result: FileResult) -> bool:
    return result.status is not FileStatus.LEFT and bool(errors_in(result.problems))


def _serialize_file(result: FileResult) -> dict[str, object]:
    problems = [serialize_problem(problem) for problem in result.problems]
    return {"path": result.path, "recipient": result.recipient, "fate": result.status.value, "problems": problems}
