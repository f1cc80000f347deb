"""``petitioner check``: every fault at once."""

from dataclasses import asdict
from pathlib import Path

from petitioner.commands.inspection import count_problems, inspect_workspace
from petitioner.errors import ExitStatus, Problem
from petitioner.selection import Selection
from petitioner.terminal import Terminal


def check_workspace(
    terminal: Terminal, folder: Path, campaign: str | None, selection: Selection, *, strict: bool, as_json: bool
) -> int:
    """Read and merge everything, and tell all that is wrong: 0 nothing, 3 errors, 1 warnings when ``strict``."""
    found = inspect_workspace(folder, campaign, selection)
    terminal.report(found.problems if not as_json else ())
    if as_json:
        problems = [describe_problem(problem) for problem in found.problems]
        terminal.show_json({"letters": len(found.letters), "problems": problems})
    if found.has_errors:
        terminal.say(f"{count_problems(found.problems)}.")
        terminal.say_next("petitioner check", "once the lines above are mended")
        return ExitStatus.INVALID
    recipients = {letter.recipient for letter in found.letters}
    terminal.say(f"{len(found.letters)} letters to {len(recipients)} recipients; {count_problems(found.problems)}.")
    terminal.say_next("petitioner build")
    return ExitStatus.FAILED if strict and found.problems else ExitStatus.DONE


def describe_problem(problem: Problem) -> dict[str, object]:
    """A problem for ``--json``."""
    return {**asdict(problem), "severity": problem.severity.value}
