"""Somebody at a terminal: runs the command line on a pseudo-terminal, and types when a question comes."""

import os
import pty
import select
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from multiprocessing import get_context
from multiprocessing.context import ForkServerContext
from pathlib import Path

from petitioner.cli import main
from petitioner.inputs.settings import locate_settings, read_settings, save_coordinator

_PATIENCE = 60.0  # seconds of silence
_NOW = datetime(2027, 9, 1, 3, tzinfo=UTC)
_PROGRAM = ["petitioner.cli", "petitioner.commands.status", "petitioner.render.pdf"]
Answer = str | Callable[[], str]
"""What is typed, or what happens before that and then gives it."""


@dataclass(frozen=True)
class TerminalSettings:
    """The kind of the terminal, its width, and the time; a dumb one shows no pages."""

    kind: str = "dumb"
    columns: int = 200
    now: datetime = _NOW


def run_at_terminal(
    folder: Path,
    arguments: Sequence[str],
    answers: Sequence[tuple[str, Answer]],
    *,
    is_known: bool = True,
    at: TerminalSettings = TerminalSettings(),
) -> tuple[int, str]:
    """The exit status and everything shown; each answer is typed once the text before it has been shown.

    Unless ``is_known``, the program does not know the name of whoever sits there yet, and asks when it needs one.
    """
    if is_known and read_settings(locate_settings()).coordinator is None:
        save_coordinator(locate_settings(), "Hanako")
    terminal, other_side = pty.openpty()
    environment = {**os.environ, "TERM": at.kind, "COLUMNS": str(at.columns), "NO_COLOR": "1"}
    child = _start_server().Process(target=_run, args=(os.ttyname(other_side), environment, folder, arguments, at.now))
    child.start()
    select.select([terminal, child.sentinel], [], [], _PATIENCE)  # until it has opened the terminal, or failed
    os.close(other_side)
    try:
        shown = _answer(terminal, answers)
    finally:
        os.close(terminal)  # which ends a program that still waits for an answer
    child.join()
    assert child.exitcode is not None
    return child.exitcode, shown.replace("\r\n", "\n")


def _answer(terminal: int, answers: Sequence[tuple[str, Answer]]) -> str:
    """Type each answer once its question has been shown, and return everything shown."""
    shown = ""
    for question, answer in answers:
        seen = len(shown)
        while question not in shown[seen:]:
            part = _read(terminal, shown)
            assert part, f"{question!r} was not asked:\n{shown}"
            shown += part
        os.write(terminal, (answer if isinstance(answer, str) else answer()).encode() + b"\n")
    while part := _read(terminal, shown):
        shown += part
    return shown


@cache
def _start_server() -> ForkServerContext:
    """A process that has loaded the program, and forks for each run: loading takes longer than most commands."""
    context = get_context("forkserver")
    context.set_forkserver_preload(_PROGRAM)
    return context


def _run(terminal: str, environment: Mapping[str, str], folder: Path, arguments: Sequence[str], now: datetime) -> None:
    """Run the program in a session of its own, at a terminal, in a folder."""
    os.setsid()
    opened = os.open(terminal, os.O_RDWR)  # the first one that a session opens controls it
    for stream in range(3):
        os.dup2(opened, stream)
    os.close(opened)
    sys.stdin, sys.stdout, sys.stderr = os.fdopen(0), os.fdopen(1, "w"), os.fdopen(2, "w")
    os.environ.clear()
    os.environ.update(environment)
    time.tzset()
    os.chdir(folder)
    sys.exit(main(arguments, now))


def _read(terminal: int, shown: str = "") -> str:
    """What the program shows next, after what it has shown; nothing once it has ended."""
    ready, _, _ = select.select([terminal], [], [], _PATIENCE)
    assert ready, f"the program says nothing more and does not end:\n{shown}"
    try:
        return os.read(terminal, 65536).decode(errors="replace")
    except OSError:  # Linux says EIO when the other side is closed
        return ""
