"""Somebody at a terminal: runs the command line on a pseudo-terminal, and types when a question comes."""

import os
import pty
import select
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from petitioner.settings import keep_coordinator, locate_settings, read_settings

_PATIENCE = 60.0  # seconds of silence
_START = """
import sys
from datetime import UTC, datetime
from petitioner.cli import main
sys.exit(main(sys.argv[1:], datetime(2027, 9, 1, 3, tzinfo=UTC)))
"""
Answer = str | Callable[[], str]
"""What is typed, or what happens before that and then gives it."""


def run_at_terminal(
    folder: Path,
    arguments: Sequence[str],
    answers: Sequence[tuple[str, Answer]],
    *,
    is_known: bool = True,
    kind: str = "dumb",
    columns: int = 200,
) -> tuple[int, str]:
    """The exit status and everything shown; each answer is typed once the text before it has been shown.

    Unless ``is_known``, the program does not know the name of whoever sits there yet, and asks when it needs one.
    ``kind`` is that of the terminal; a dumb one shows no pages.
    """
    if is_known and read_settings(locate_settings()).coordinator is None:
        keep_coordinator(locate_settings(), "Hanako")
    child, terminal = pty.fork()
    if child == 0:
        os.environ |= {"TERM": kind, "COLUMNS": str(columns), "NO_COLOR": "1"}
        os.execv(sys.executable, [sys.executable, "-c", _START, "-C", str(folder), *arguments])  # noqa: S606 - our own
    shown = ""
    for question, answer in answers:
        seen = len(shown)
        while question not in shown[seen:]:
            part = _read(terminal)
            assert part, f"{question!r} was not asked:\n{shown}"
            shown += part
        os.write(terminal, (answer if isinstance(answer, str) else answer()).encode() + b"\n")
    while part := _read(terminal):
        shown += part
    os.close(terminal)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status), shown.replace("\r\n", "\n")


def _read(terminal: int) -> str:
    """What the program shows next; nothing once it has ended."""
    ready, _, _ = select.select([terminal], [], [], _PATIENCE)
    assert ready, "the program says nothing and does not end"
    try:
        return os.read(terminal, 65536).decode(errors="replace")
    except OSError:  # Linux says EIO when the other side is closed
        return ""
