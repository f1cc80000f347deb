"""Sends again and again, in processes of its own, and kills each at another step; speaks with whoever started it.

python send_killed.py WORKSPACE HOME steps|times COUNT

Reads a line and answers with a line of JSON, so that whoever counts deliveries knows which run they belong to:
``begin`` puts workspace and home back as they were and runs `send` until it is killed; ``go on`` runs it to its end.
With ``steps`` the n-th run is killed at its n-th step, and says at which; with ``times`` at some moment by lot.
"""

import json
import os
import random
import shutil
import signal
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from petitioner import cli
from petitioner.accounts import smtp
from petitioner.carriers import smtp as carrier
from petitioner.commands import outbox, send
from petitioner.mailing_log.storage import store

NOW = datetime(2027, 9, 1, 3, 0, tzinfo=UTC)
SEND = ("send", "--for-real", "--yes")
LONGEST = 0.6  # seconds: a little more than a run takes from its first step on


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

    def watch(self, owner: Any, name: str) -> None:  # noqa: ANN401 - a class or a module
        """Make a step of the moment before a function, and one of the moment after it."""
        real: Callable[..., Any] = getattr(owner, name)

        def watched(*arguments: Any, **options: Any) -> Any:  # noqa: ANN401 - whatever the real one takes and gives
            said = next((word for word in arguments if isinstance(word, str)), "").split(":")[0]
            self.step(f"before {name} {said}".strip())
            result = real(*arguments, **options)
            self.step(f"after {name} {said}".strip())
            return result

        setattr(owner, name, watched)


def watch_everything(counter: Counter) -> None:
    """Each of these changes something outside of the process, or hears of it."""
    for owner, name in (
        (store.MailingLog, "append"),
        (store, "append_draft"),
        (store, "remember"),
        (store, "keep_copy"),
        (carrier, "open_session"),
        (smtp, "open_line"),
        (smtp.SmtpSession, "ask"),
        (smtp.SmtpSession, "send"),
        (smtp.SmtpSession, "read"),
        (smtp.SmtpSession, "close"),
    ):
        counter.watch(owner, name)


def run(workspace: Path, prepare: Callable[[int], None]) -> tuple[int, str]:
    """Send in a new process; gives its exit status, negative for a signal, and at which step it was killed."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        silent = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silent, 1)
        os.dup2(silent, 2)
        prepare(writing)
        os._exit(cli.main(["-C", str(workspace), *SEND], now=NOW))
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
        real = send.fill_outbox

        def fill(*arguments: Any, **options: Any) -> outbox.Outbox:  # noqa: ANN401 - as the real one
            filled = real(*arguments, **options)
            threading.Timer(delay, os.kill, (os.getpid(), signal.SIGKILL)).start()
            return filled

        send.fill_outbox = fill

    return prepare


def restore(*folders: Path) -> None:
    """Put folders back as they were when this program started."""
    for folder in folders:
        shutil.rmtree(folder)
        shutil.copytree(folder.with_name(f"{folder.name}-before"), folder)


def main(workspace: Path, home: Path, by: str, seed: int) -> None:
    """Take orders until there are no more."""
    for folder in (workspace, home):
        shutil.copytree(folder, folder.with_name(f"{folder.name}-before"))
    lot, begun = random.Random(seed), 0  # noqa: S311 - no secret depends on it
    for order in sys.stdin:
        prepare: Callable[[int], None] = lambda _names: None  # noqa: E731
        if order == "begin\n":
            begun += 1
            restore(workspace, home)
            prepare = kill_at_step(begun) if by == "steps" else kill_by_lot(lot)
        status, step = run(workspace, prepare)
        print(json.dumps({"status": status, "step": step}), flush=True)


if __name__ == "__main__":
    cli.main(["-C", sys.argv[1], "send", "--quiet"], now=NOW)  # loads and reads all that each child would
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], int(sys.argv[4]))
