"""Send repeatedly, in new processes, and kill each at another step; read orders from standard input.

python kill_during_send.py WORKSPACE HOME steps|times COUNT [CLONE]

Reads a line and answers with a line of JSON, so that whoever counts deliveries knows which run they belong to:
``begin`` puts workspace and home back as they were and runs `send` until it is killed; ``go on`` runs it to its end,
and ``clone`` does so in another workspace of the same user, with a log of its own.
With ``steps`` the n-th run is killed at its n-th step, and says at which, with ``steps-3`` at its 3n-th; with ``times``
at some moment by lot.
"""

import gc
import json
import os
import random
import shutil
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import redirect_stdout
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

from petitioner import cli
from petitioner.commands import send
from petitioner.commands.prepare_send import prepare_outbox
from petitioner.log.storage import store
from petitioner.mail import smtp_session
from petitioner.user_data import claims, logs

NOW = datetime(2027, 9, 1, 3, 0, tzinfo=UTC)
SEND = ("send", "--for-real", "--yes")
LONGEST = 0.3  # seconds: about what a run takes once it has planned; one that ends before is no matter


class Counter:
    """Counts the steps of this process, and ends it at one of them as a power cut would."""

    def __init__(self, end: int, names: int) -> None:
        self._end, self._names, self._step = end, names, 0

    def step(self, name: str) -> None:
        """Take one step more."""
        self._step += 1
        if self._step == self._end:
            os.write(self._names, name.encode())
            os.kill(os.getpid(), signal.SIGKILL)

    def watch(self, owner: Any, name: str, sides: tuple[str, ...] = ("before", "after")) -> None:  # noqa: ANN401 - a class or a module
        """Make a step of the moment before a function, and one of the moment after it, or of one of them."""
        real: Callable[..., Any] = getattr(owner, name)

        def watched(*arguments: Any, **options: Any) -> Any:  # noqa: ANN401 - whatever the real one takes and gives
            said = next((word for word in arguments if isinstance(word, str)), "").split(":")[0]
            if "before" in sides:
                self.step(f"before {name} {said}".strip())
            result = real(*arguments, **options)
            if "after" in sides:
                self.step(f"after {name} {said}".strip())
            return result

        setattr(owner, name, watched)


def watch_everything(counter: Counter) -> None:
    """Each of these changes something outside of the process, or hears of it."""
    counter.watch(store, "keep_copy")
    counter.watch(store.MailingLog, "append")
    counter.watch(store, "append_draft", ("after",))  # in the middle of the transaction
    counter.watch(claims, "write_new")
    counter.watch(store, "prepare_memory")  # this machine is about to know of it, before it is on disk
    counter.watch(logs.PendingMemory, "keep", ("before",))  # on disk, but this machine does not know it yet
    counter.watch(smtp_session, "open_connection")
    counter.watch(smtp_session.SmtpSession, "command")
    counter.watch(smtp_session.SmtpSession, "send")
    counter.watch(smtp_session.SmtpSession, "read", ("before",))  # asked, and not answered yet


def run(workspace: Path, prepare: Callable[[int], None], command: Sequence[str] = SEND) -> tuple[int, str]:
    """Send in a new process, or do as the command says; gives its exit status, negative for a signal, and at which step
    it was killed.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        silent = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silent, 1)
        os.dup2(silent, 2)
        prepare(writing)
        os._exit(cli.main(["-C", str(workspace), *command], now=NOW))
    os.close(writing)
    with os.fdopen(reading) as said:
        name = said.read()
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), name


def kill_at_step(step: int) -> Callable[[int], None]:
    """What makes a process end at a step."""
    return lambda names: watch_everything(Counter(step, names))


def kill_by_lot(lot: random.Random) -> Callable[[int], None]:
    """What makes a process end at some moment after it has planned."""
    delay = lot.uniform(0, LONGEST)

    def prepare(_names: int) -> None:
        def fill(*arguments: Any) -> object:  # noqa: ANN401 - as the real one
            filled = prepare_outbox(*arguments)
            threading.Timer(delay, os.kill, (os.getpid(), signal.SIGKILL)).start()
            return filled

        setattr(send, "prepare_outbox", fill)  # noqa: B010 - mypy allows no other way into a module

    return prepare


def restore(*folders: Path) -> None:
    """Put folders back as they were when this program started."""
    for folder in folders:
        shutil.rmtree(folder)
        shutil.copytree(folder.with_name(f"{folder.name}-before"), folder)


def main(home: Path, by: str, seed: int, workspace: Path, *clones: Path) -> None:
    """Take orders until there are no more."""
    for folder in (home, workspace, *clones):
        shutil.copytree(folder, folder.with_name(f"{folder.name}-before"))
    lot, begun = random.Random(seed), 0  # noqa: S311 - no secret depends on it
    for order in sys.stdin:
        prepare: Callable[[int], None] = lambda _names: None  # noqa: E731 - typed where it is bound
        if order == "begin\n":
            begun += 1
            restore(home, workspace, *clones)
            stride = int(by.partition("-")[2] or 1)
            prepare = kill_by_lot(lot) if by == "times" else kill_at_step(begun * stride)
        status, step = run(clones[0] if order == "clone\n" else workspace, prepare)
        sys.stdout.write(json.dumps([status, step]) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    with Path(os.devnull).open("w", encoding="utf-8") as nothing, redirect_stdout(nothing):
        cli.main(["-C", sys.argv[1], "send"], now=NOW)  # loads nearly all that each child would load
    for name in ("filelock", "petitioner.log.storage.verify"):  # what only sending loads
        import_module(name)
    gc.freeze()
    gc.disable()  # a collection in each child would take as long as its run
    main(Path(sys.argv[2]), sys.argv[3], int(sys.argv[4]), Path(sys.argv[1]), *map(Path, sys.argv[5:]))
