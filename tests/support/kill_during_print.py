"""Prints again and again, in processes of its own, and kills each at another step; speaks with whoever started it.

python kill_during_print.py WORKSPACE HOME CLONE COMMAND...

Reads a line and answers with a line of JSON, the exit status and the step: ``begin`` puts workspace and home back as
they were and runs the command until it is killed, the n-th time at its n-th step; ``go on`` runs it to its end, and
``clone`` does so in another workspace of the same user, where CLONE is not ``-``; then only each third step is tried.
"""

import gc
import json
import os
import shutil
import sys
from contextlib import redirect_stderr, redirect_stdout
from functools import partial
from http.client import HTTPConnection
from pathlib import Path

from kill_during_send import NOW, Counter, restore, run
from petitioner import cli
from petitioner.log.storage import store
from petitioner.paper.cups import PrintQueue
from petitioner.user_data import claims, logs


class Steps(Counter):
    """Counts the same steps in every run: how often a job is asked for is a matter of chance, and not counted."""

    _is_following = False

    def step(self, name: str) -> None:
        """Take one step more, unless it is one of following a job."""
        if self._is_following and "getresponse" in name:
            return
        self._is_following = name.startswith("before follow") or (
            self._is_following and not name.startswith("after follow")
        )
        super().step(name)


def watch_everything(counter: Counter) -> None:
    """Each of these changes something outside of the process, or hears of it."""
    counter.watch(store, "keep_copy")
    counter.watch(store.MailingLog, "append")
    counter.watch(store, "append_draft", ("after",))  # in the middle of the transaction
    counter.watch(claims, "write_new")
    counter.watch(store, "prepare_memory")  # this machine is about to know of it, before it is on disk
    counter.watch(logs.PendingMemory, "keep", ("before",))  # on disk, but this machine does not know it yet
    for name in ("find_earlier_job", "create", "send", "follow"):
        counter.watch(PrintQueue, name)
    counter.watch(HTTPConnection, "getresponse", ("before",))  # asked, and not answered yet


def kill_at_step(step: int, names: int) -> None:
    """Let this process end at a step, at none when that is 0."""
    watch_everything(Steps(step, names))


def main(workspace: Path, home: Path, clone: Path | None, command: list[str]) -> None:
    """Take orders until there are no more."""
    folders = (workspace, home, *([clone] if clone else []))
    for folder in folders:
        shutil.copytree(folder, folder.with_name(f"{folder.name}-before"))
    begun = 0
    for order in sys.stdin:
        step = 0
        if order == "begin\n":
            begun += 1
            restore(*folders)
            step = begun * (3 if clone else 1)
        place = clone if clone and order == "clone\n" else workspace
        ending = run(place, partial(kill_at_step, step), command)
        sys.stdout.write(json.dumps(ending) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    with Path(os.devnull).open("w", encoding="utf-8") as nothing, redirect_stdout(nothing), redirect_stderr(nothing):
        cli.main(
            ["-C", sys.argv[1], "print", "--printer", "no such queue"], now=NOW
        )  # loads what each child would load
    gc.freeze()
    gc.disable()  # a collection in each child would take as long as its run
    main(Path(sys.argv[1]), Path(sys.argv[2]), None if sys.argv[3] == "-" else Path(sys.argv[3]), sys.argv[4:])
