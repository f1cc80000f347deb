"""``petitioner check``: find every mistake."""

from petitioner.commands.load_and_check import Scope, find_all_problems
from petitioner.commands.reports import report_check
from petitioner.terminal import Terminal


def check_workspace(terminal: Terminal, scope: Scope, *, strict: bool, as_json: bool) -> int:
    """Read and fill in everything, and report every problem; return 3 for errors, 1 for warnings when ``strict``.

    ``as_json`` prints ``{"letters": N, "problems": [P…]}``: how many letters were filled in, and the problems by path,
    line and code. Each has ``path`` (from the workspace), ``line`` (from 1; 1 also means the whole file), ``code`` (see
    ``model.codes``), ``message``, ``hint`` (may be empty) and ``severity`` (``error`` or ``warning``). Keys may be
    added; none is removed.
    """
    problems, totals = find_all_problems(scope)
    return report_check(terminal, problems, totals, strict=strict, as_json=as_json)
