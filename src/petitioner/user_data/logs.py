"""What this machine remembers of each mailing log, outside of the log, in the user's data folder.

It needs no database, so that `build` can read it too.
"""

import hmac
import json
import os
import re
import secrets
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Final, Self

from petitioner.files import write_atomically
from petitioner.settings import locate_data

MACHINE_IDS: Final = (Path("/etc/machine-id"), Path("/var/lib/dbus/machine-id"))
"""Where systemd and D-Bus keep the name of an installation (machine-id(5)): 32 hexadecimal digits, not to be shown."""

_NAME = "memory.json"


@dataclass(frozen=True, slots=True)
class Home:
    """The place of a log: a machine, by a name that does not reveal its machine-id, and a folder on it."""

    machine: str
    folder: str

    @classmethod
    def read(cls, text: str) -> Self:
        """Return the home that a log names: the machine, a space, the folder."""
        machine, _, folder = text.partition(" ")
        return cls(machine, folder)

    def __str__(self) -> str:
        return f"{self.machine} {self.folder}"


@dataclass(frozen=True, slots=True)
class Memory:
    """What a machine remembers of one log: its identity, its folder, the number of its events, the last one's hash."""

    identity: str
    folder: str
    events: int
    tip: str

    def fits(self, hashes: Sequence[str]) -> bool:
        """Whether a log with these hashes still holds everything that is remembered, at the same place of its chain."""
        return 0 < self.events <= len(hashes) and hashes[self.events - 1] == self.tip


def find_here(folder: Path) -> Home | None:
    """A folder, and the machine that it is on. None when the machine has no name, and could not be given one."""
    machine = name_machine(MACHINE_IDS, locate_data() / "machine-id")
    path = os.fsencode(folder.resolve()).decode(errors="backslashreplace")
    return Home(machine, path) if machine else None


def name_machine(places: Iterable[Path], own: Path) -> str | None:
    """A name for this machine, made from its machine-id so that it does not give it away.

    Where there is none, as in some containers and outside of Linux, a number drawn once in ``own`` stands in for it.
    That names the user's data folder rather than the machine, and goes wherever the folder is copied to.
    """
    for place in (*places, own):
        with suppress(OSError, UnicodeDecodeError):
            if re.fullmatch(r"[0-9a-f]{32}\n?", text := place.read_text("ascii")):
                return hmac.digest(text.strip().encode(), b"petitioner mailing log", "sha256").hex()[:16]
    with suppress(OSError):
        write_atomically(own, f"{secrets.token_hex(16)}\n".encode())
        return name_machine((), own)
    return None


def recall() -> tuple[Memory, ...]:
    """All that this machine remembers; what cannot be read is forgotten, and then the log has to be adopted."""
    found = []
    for path in sorted(locate_data().glob(f"*/{_NAME}")):
        with suppress(OSError, ValueError, TypeError):
            found.append(Memory(**json.loads(path.read_text("utf-8"))))
    return tuple(found)


def remember(here: Home, hashes: Sequence[str]) -> None:
    """Keep the tip of a log that lives here, if it holds all that was remembered of it; else keep the old memory.

    ``hashes`` are those of all its events, at least one.
    """
    before = next((memory for memory in recall() if memory.identity == identify(hashes)), None)
    if before is None or (before.fits(hashes) and before.events < len(hashes)):
        # What was appended is on disk by now, and must not be called a failure; without a memory `send` will stop.
        with suppress(OSError):
            _write(_note(here, hashes))


def vouch(here: Home, hashes: Sequence[str]) -> None:
    """Remember a log that a person has adopted, whatever was remembered before. Raises OSError."""
    identity = identify(hashes)
    for memory in recall():
        if memory.folder == here.folder and memory.identity != identity:
            _write(replace(memory, folder=""))
    _write(_note(here, hashes))


def identify(hashes: Sequence[str]) -> str | None:
    """What tells one log from every other and never changes: the hash of its first event, shortened."""
    return hashes[0][:16] if hashes else None


def locate_drawer(identity: str) -> Path:
    """The folder for one log among the user's data: its copies, and what is remembered of it."""
    return locate_data() / identity


def _note(here: Home, hashes: Sequence[str]) -> Memory:
    return Memory(identify(hashes) or "", here.folder, len(hashes), hashes[-1])


def _write(memory: Memory) -> None:
    text = json.dumps(asdict(memory), ensure_ascii=False, indent=1) + "\n"
    write_atomically(locate_drawer(memory.identity) / _NAME, text.encode())
