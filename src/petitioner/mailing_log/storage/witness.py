"""The second witness: what this machine remembers of each log, outside of it, in the user's data folder."""

import hmac
import json
import os
import re
import secrets
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import asdict, replace
from pathlib import Path
from typing import Final

from petitioner.files import write_atomically
from petitioner.mailing_log.events.records import Event
from petitioner.mailing_log.storage.home import Home, Memory, find_home, identify
from petitioner.settings import locate_data

MACHINE_IDS: Final = (Path("/etc/machine-id"), Path("/var/lib/dbus/machine-id"))
"""Where systemd and D-Bus keep the name of an installation (machine-id(5)): 32 hexadecimal digits, not to be shown."""

_NAME = "memory.json"


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


def remember(here: Home | None, events: Sequence[Event]) -> None:
    """Keep the tip of a log that is at home and holds all that was remembered of it; else let the old memory stand."""
    if here is None or not events or find_home(events) != here:
        return
    before = next((memory for memory in recall() if memory.identity == identify(events)), None)
    if before is None or (before.fits(events) and before.events < len(events)):
        # What was appended stands on disk by now, and must not be called a failure; without a memory `send` will stop.
        with suppress(OSError):
            _write(_note(here, events))


def vouch(here: Home, events: Sequence[Event]) -> None:
    """Remember a log that a person has adopted, whatever was remembered before. Raises OSError."""
    identity = identify(events)
    for memory in recall():
        if memory.folder == here.folder and memory.identity != identity:
            _write(replace(memory, folder=""))
    _write(_note(here, events))


def locate_drawer(identity: str) -> Path:
    """The folder for one log among the user's data: its copies, and what is remembered of it."""
    return locate_data() / identity


def _note(here: Home, events: Sequence[Event]) -> Memory:
    return Memory(identify(events) or "", here.folder, len(events), events[-1].hash)


def _write(memory: Memory) -> None:
    text = json.dumps(asdict(memory), ensure_ascii=False, indent=1) + "\n"
    write_atomically(locate_drawer(memory.identity) / _NAME, text.encode())
