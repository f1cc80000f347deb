"""``petitioner check``: find every mistake."""

from petitioner.commands.load_and_check import Scope, count_problems, load_and_check, serialize_problem
from petitioner.errors import ExitStatus
from petitioner.templates.readings import format_unread
from petitioner.terminal import Terminal, format_count


def check_workspace(terminal: Terminal, scope: Scope, *, strict: bool, as_json: bool) -> int:
    """Read and fill in everything, and report every problem; return 3 for errors, 1 for warnings when ``strict``.

    ``as_json`` prints ``{"letters": N, "problems": [P…]}``: how many letters were filled in, and the problems by path,
    line and code. Each has ``path`` (from the workspace), ``line`` (from 1; 1 also means the whole file), ``code`` (see
    ``model.codes``), ``message``, ``hint`` (may be empty) and ``severity`` (``error`` or ``warning``). Keys may be
    added; none is removed.
    """
    checked = load_and_check(scope)
    if as_json:
        problems = [serialize_problem(problem) for problem in checked.problems]
        terminal.show_json({"letters": len(checked.letters), "problems": problems})
    else:
        terminal.report(checked.problems)
    if checked.has_errors:
        terminal.say(f"{count_problems(checked.problems)}.")
        terminal.say_next("petitioner check", "fix the errors above first")
        return ExitStatus.INVALID
    letters, recipients = len(checked.letters), len({letter.recipient for letter in checked.letters})
    summary = f"{format_count(letters, 'letter')} to {format_count(recipients, 'recipient')}"
    terminal.say(f"{summary}; {count_problems(checked.problems)}.")
    for line in format_unread(checked.unread):
        terminal.say(line)
    terminal.say_next("petitioner build")
    return ExitStatus.FAILED if strict and checked.problems else ExitStatus.DONE
