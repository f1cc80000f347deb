"""Programs of the system that run for the length of a test session, as the user that they want, in a folder of ours."""

import getpass
import grp
import os
import pwd
import shutil
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Self

from servers.certificates import Leaf
from servers.waiting import is_listening, wait_until

_KEEPER = Path(__file__).parent / "keeper.py"


class Daemon:
    """A program that listens, as a context manager; it ends with this process, whatever ends that."""

    def __init__(self, command: list[str], port: int, log: Path) -> None:
        self._command, self._port, self._log = command, port, log

    def __enter__(self) -> Self:
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, _KEEPER, *self._command], stdin=subprocess.PIPE, stdout=log, stderr=log
            )
        wait_until(self._is_up, lambda: f"{self._command} does not listen: {self._log.read_text()}")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.communicate(timeout=20)

    def _is_up(self) -> bool:
        assert self._process.poll() is None, self._log.read_text("utf-8", "replace")
        return is_listening(self._port)


def choose_user(wanted: str) -> str:
    """The user under whom a program does its work: the one that it wants where we may choose, else ourselves."""
    return wanted if os.geteuid() == 0 else getpass.getuser()


def name_group(user: str) -> str:
    """The name of a user's own group."""
    return grp.getgrgid(pwd.getpwnam(user).pw_gid).gr_name


def make_folder(path: Path, user: str) -> Path:
    """A folder that belongs to a user."""
    path.mkdir(parents=True)
    give(path, user)
    return path


def copy_leaf(leaf: Leaf, folder: Path, user: str) -> Leaf:
    """A certificate and its key where a user can read them, and nobody else."""
    copy = Leaf(folder / "server.pem", folder / "server.key")
    for source, target in ((leaf.chain, copy.chain), (leaf.key, copy.key)):
        shutil.copy(source, target)
        target.chmod(0o600)
        give(target, user)
    return copy


def give(path: Path, user: str) -> None:
    """Let a path belong to a user, where we may."""
    if os.geteuid() == 0:
        shutil.chown(path, user, name_group(user))
