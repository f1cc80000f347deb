"""Letters are made on all cores: the same files in the same order, whatever happens to a process."""

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Generator
from concurrent.futures import BrokenExecutor, Executor
from contextlib import AbstractContextManager
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from conftest import WorkspaceCopy
from letters_for_renderers import sample_letter, sample_theme
from many_letters import (
    BAD,
    COUNT,
    end_process,
    end_while_writing,
    fail_to_open,
    list_tasks,
    make_all,
    say_process,
    say_theme,
    with_processes,
)
from petitioner.build.letter_files import LetterFiles, LetterMaker, Task, choose_full_readings
from petitioner.build.processes import open_processes
from petitioner.build.workers import Workers, make_in_order, use_all_cores


def test_several_processes_make_the_files_of_one_in_the_same_order() -> None:
    tasks = [replace(task, letter=replace(task.letter, subject=f"Letter {n}")) for n, task in enumerate(list_tasks())]
    alone, together = make_all(tasks, with_processes(1)), make_all(tasks, with_processes(2))
    assert [made.contents for made in together] == [made.contents for made in alone]
    assert len({made.contents["docx"] for made in together}) == COUNT


def test_only_the_first_letters_are_made_in_the_first_process() -> None:
    made = make_all(list_tasks(["pdf"]), with_processes(2), say_process)
    places = [one.remarks[0].line for one in made]
    assert [place == os.getpid() for place in places] == [True] * 8 + [False] * (COUNT - 8)


def test_a_process_uses_one_theme_object_for_all_its_letters() -> None:
    """What is kept of letters before belongs to the object: with another one, each batch would be made anew."""
    remarks = [made.remarks[0] for made in make_all(list_tasks(["pdf"]), with_processes(2), say_theme)]
    assert len({(one.path, one.line) for one in remarks}) == len({one.path for one in remarks}) > 1


def test_letters_whose_files_are_current_start_no_process() -> None:
    assert make_all(list_tasks([]), Workers(2, fail_to_open)) == [LetterFiles()] * COUNT


@pytest.mark.parametrize("count", [0, 1, 2, 120])
def test_the_first_the_last_and_a_sample_are_read_in_full(count: int) -> None:
    letter = sample_letter("en")
    tasks = [Task(replace(letter, recipient=f"xx-{number}"), frozenset({"pdf"})) for number in range(count)]
    current = [Task(replace(letter, recipient=f"yy-{number}"), frozenset()) for number in range(3)]
    chosen = list(choose_full_readings([*current, *tasks[:1], *current, *tasks[1:], *current]))
    assert [one.letter for one in chosen] == [
        one.letter for one in (*current, *tasks[:1], *current, *tasks[1:], *current)
    ]
    made = [one.in_full for one in chosen if one.endings]
    assert made[:1] + made[-1:] == [True] * min(2 * count, 2)
    assert sum(made) < 2 + count / 20
    assert count < 100 or sum(made[1:-1]) > 0
    other = [one.in_full for one in choose_full_readings(tasks[1:-1][::-1])][1:-1][::-1]
    assert other == made[2:-2]


def test_few_letters_start_no_process() -> None:
    assert len(make_all(list_tasks()[:8], Workers(2, fail_to_open))) == 8


def test_letters_of_a_process_that_was_killed_are_made_again(tmp_path: Path) -> None:
    tasks = list_tasks(["pdf"])
    made = make_all(tasks, with_processes(2), partial(end_process, tmp_path, 1))
    assert [list(one.contents) for one in made] == [["pdf"]] * COUNT
    assert [one.problems for one in made] == [one.problems for one in make_all(tasks, with_processes(1))]


def test_a_letter_that_ends_every_process_is_named_and_the_others_are_made(tmp_path: Path) -> None:
    made = make_all(list_tasks(["pdf"]), with_processes(2), partial(end_process, tmp_path, 2))
    lost = [number for number, one in enumerate(made) if not one.contents]
    assert lost == [11]
    (problem,) = made[11].problems["pdf"]
    assert (problem.path, problem.code) == (f"out/2027/{BAD}/petition.en.pdf", "B906")


def test_no_process_is_left_when_the_work_is_given_up() -> None:
    running = make_in_order(LetterMaker(sample_theme(), "out/2027"), list_tasks(), with_processes(2))
    for _ in range(10):
        next(running)
    assert multiprocessing.active_children()
    assert isinstance(running, Generator)
    running.close()
    deadline = time.monotonic() + 60
    while multiprocessing.active_children() and time.monotonic() < deadline:  # a thread of the pool waits for them too
        time.sleep(0.01)
    assert not multiprocessing.active_children()


SOON = """
import sys
from functools import partial
from petitioner.__main__ import main
from petitioner.build import workers

workers.Workers = partial(workers.Workers, warm_up=8)
sys.exit(main())
"""
"""The program, which starts its workers after fewer letters than usual, so that a few missions are enough."""


def test_a_process_that_is_killed_while_it_writes_stops_no_other() -> None:
    with open_processes(2) as pool:
        lost = pool.submit(end_while_writing)
        assert pool.submit(len, "abc").result(timeout=60) == 3
        with pytest.raises(BrokenExecutor):
            lost.result(timeout=60)
        with pytest.raises(BrokenExecutor):
            pool.submit(len, "abc")


def test_processes_that_write_can_be_ended() -> None:
    with pytest.raises(KeyboardInterrupt), open_processes(2) as pool:  # noqa: PT012 - it must pass through the block
        for _ in range(9):
            pool.submit(bytes, 50_000_000)
        raise KeyboardInterrupt
    assert not multiprocessing.active_children()


def test_what_a_function_raises_is_raised_with_the_place() -> None:
    with open_processes(1) as pool, pytest.raises(ValueError, match="invalid literal") as caught:
        pool.submit(int, "x").result(timeout=60)
    assert any("processes.py" in note for note in caught.value.__notes__)


@pytest.mark.slow
@pytest.mark.skipif(use_all_cores().count < 2, reason="this machine has one core")
@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGKILL], ids=["interrupted", "killed"])
def test_workers_end_with_a_build_that_is_stopped(real: WorkspaceCopy, sent: signal.Signals) -> None:
    command = [sys.executable, "-c", SOON, "-C", str(real.folder), "build"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, start_new_session=True) as process:
        deadline = time.monotonic() + 300
        while len(list(real.folder.glob("out/2027/*/*.pdf"))) < 9 and process.poll() is None:
            assert time.monotonic() < deadline
            time.sleep(0.01)
        assert len(list_group(process.pid)) >= 3
        process.send_signal(sent)
        _, said = process.communicate(timeout=60)
    assert "Traceback" not in said
    while list_group(process.pid) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not list_group(process.pid)


def list_group(leader: int) -> list[int]:
    """The processes of a session that still run."""
    found = subprocess.run(["ps", "-o", "pid=,stat=", "-s", str(leader)], capture_output=True, text=True, check=False)
    return [int(line.split()[0]) for line in found.stdout.splitlines() if not line.split()[1].startswith("Z")]


def test_new_processes_replace_those_that_made_many_letters() -> None:
    opened: list[int] = []
    workers = with_processes(2)

    def count_and_open() -> AbstractContextManager[Executor]:
        opened.append(1)
        return workers.open()

    few = replace(workers, open=count_and_open, renewed_after=2)
    assert make_all(list_tasks(), few) == make_all(list_tasks(), with_processes(1))
    assert len(opened) == 2
    assert use_all_cores().renewed_after
