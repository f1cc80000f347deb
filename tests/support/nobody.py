"""Another user of the machine, who may do less than root: a task in a process of its own."""

import os
from collections.abc import Callable


def run_forked(task: Callable[[], object], prepare: Callable[[], None]) -> str:
    """What a task says in a process of its own, which ``prepare`` may rob of its rights or its room."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:  # pragma: no cover - in another process
        try:
            prepare()
            said = f"done: {task()}"
        except BaseException as error:  # noqa: BLE001 - the parent judges it
            said = f"{type(error).__name__}: {error}"
        os.write(writing, said.encode())
        os._exit(0)
    os.close(writing)
    with open(reading, "rb") as pipe:  # noqa: PTH123 - a pipe has no path
        said = pipe.read().decode()
    os.waitpid(child, 0)
    return said


def become_nobody() -> None:  # pragma: no cover - in another process
    if os.getuid() == 0:  # root may write everywhere
        os.setgid(65534)
        os.setuid(65534)
