"""Many letters that are made by workers, and checks that say or end the process of a letter."""

import os
import signal
from collections.abc import Callable, Iterable
from concurrent.futures import Executor
from contextlib import AbstractContextManager
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path

from letters_for_renderers import sample_letter, sample_theme
from petitioner.build.letter_files import LetterFiles, LetterMaker, Task
from petitioner.build.workers import Workers, make_in_order, use_all_cores
from petitioner.checks.pages.finished import FinishedLetter
from petitioner.errors import Problem

COUNT = 14  # more than are made in the first process
BAD = "xx-11"

Check = Callable[[FinishedLetter], Iterable[Problem]]


def list_tasks(endings: Iterable[str] = ("docx",)) -> list[Task]:
    letter = sample_letter("en")
    return [Task(replace(letter, recipient=f"xx-{number}"), frozenset(endings)) for number in range(COUNT)]


def make_all(tasks: Iterable[Task], workers: Workers, check: Check | None = None) -> list[LetterFiles]:
    return list(make_in_order(LetterMaker(sample_theme(), "out/2027", check), tasks, workers))


def with_processes(count: int) -> Workers:
    return replace(use_all_cores(), count=count, warm_up=8)


def fail_to_open() -> AbstractContextManager[Executor]:
    raise AssertionError("no process was needed")


def say_process(finished: FinishedLetter) -> Iterable[Problem]:
    """A check that says in which process it runs."""
    return [Problem(finished.path, os.getpid(), "F915", "here")]


def say_theme(finished: FinishedLetter) -> Iterable[Problem]:
    """A check that says in which process it runs, and with which theme object."""
    return [Problem(str(os.getpid()), id(finished.theme), "F915", "here")]


def end_process(folder: Path, times: int, finished: FinishedLetter) -> Iterable[Problem]:
    """A check that kills its process for one letter, as the system does when memory runs out."""
    if finished.letter.recipient == BAD:
        before = len(list(folder.iterdir()))
        if before < times:
            (folder / str(before)).touch()
            os.kill(os.getpid(), signal.SIGKILL)
    return []


def end_while_writing() -> bytes:
    """A function whose process is killed when a half of its result is written."""

    def write_half(pipe: Connection, content: bytes) -> None:
        os.write(pipe.fileno(), content[: len(content) // 2])
        os.kill(os.getpid(), signal.SIGKILL)

    setattr(Connection, "_send", write_half)  # noqa: B010 - it has no public name
    return bytes(10_000)
