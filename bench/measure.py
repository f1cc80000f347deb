"""Commands in processes of their own: their CPU seconds, wall seconds and peak memory, with all their children."""

import os
import statistics
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import ParamSpec, Self

P = ParamSpec("P")

_FIRST, _EVERY = 0.01, 0.1
"""Seconds until the first look at the memory, and at most between two looks."""


@dataclass(frozen=True, slots=True)
class Usage:
    """What a command used: CPU seconds (user and system) and wall seconds, peak memory in MiB, and what it printed."""

    cpu: float
    wall: float
    peak: float
    output: str = ""


class BenchError(Exception):
    """A command that failed, with what it printed: what does not work is not measured."""


def measure(
    command: Sequence[str | Path], folder: Path, *, cores: int | None = None, statuses: Iterable[int] = (0,)
) -> Usage:
    """Run a command with ``folder`` as its home and as its working folder, on so many cores, or on all.

    Raises BenchError when it ends with another status than those expected.
    """
    all_cores = os.sched_getaffinity(0)
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        started = time.perf_counter()
        os.sched_setaffinity(0, sorted(all_cores)[:cores])  # which a new process inherits
        process = subprocess.Popen(
            [*map(str, command)],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
            env={**os.environ, "HOME": str(folder)},
        )
        os.sched_setaffinity(0, all_cores)
        with _MemoryWatch(process.pid) as watch:
            _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        if process.returncode not in statuses:
            raise BenchError(f"{' '.join(map(str, command))}: status {process.returncode}\n{err.read()[-3000:]}")
        return Usage(usage.ru_utime + usage.ru_stime, wall, watch.peak, out.read())


def take_median(runs: int, run: Callable[P, Usage], *arguments: P.args, **options: P.kwargs) -> Usage:
    """Call ``run`` so many times, and return the median of each figure."""
    found = [run(*arguments, **options) for _ in range(runs)]
    cpu, wall, peak = (statistics.median(getattr(one, name) for one in found) for name in ("cpu", "wall", "peak"))
    return Usage(cpu, wall, peak, found[-1].output)


class _MemoryWatch:
    """Adds up the memory of a process and its descendants, again and again: ``peak`` is the highest sum in MiB.

    Memory that processes share is counted once (PSS). Where there is no /proc, ``peak`` stays 0. The kernel's own
    figure (ru_maxrss) would count the memory of the bench, from which the process was forked.
    """

    def __init__(self, pid: int) -> None:
        self.peak = 0.0
        self._pid = pid
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    def _watch(self) -> None:
        pause = _FIRST
        while not self._done.wait(pause):
            pause = min(1.5 * pause, _EVERY)
            family = _list_family(self._pid)
            alone = _read_memory(self._pid, "status", "VmHWM:")
            together = sum(_read_memory(one, "smaps_rollup", "Pss:") for one in family) if len(family) > 1 else 0
            self.peak = max(self.peak, alone, together)


def _list_family(pid: int) -> list[int]:
    """Return a process and its descendants, as far as they still run."""
    found = [pid]
    for one in found:  # grows while it is read
        with suppress(OSError):  # it may end at any moment
            for path in Path(f"/proc/{one}/task").glob("*/children"):
                with suppress(OSError):
                    found += map(int, path.read_text().split())
    return found


def _read_memory(pid: int, file: str, field: str) -> float:
    """Return a field of a process in MiB, or 0 when it has ended."""
    try:
        lines = Path(f"/proc/{pid}/{file}").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith(field)), 0.0)
