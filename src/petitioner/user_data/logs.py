"""What this machine remembers of each mailing log, in the user's data folder.

It shows if a log is missing or was replaced by an older one, and which packets a lost log had sent. It needs no
database, so `build` can read it too.
"""

import hmac
import os
import re
import secrets
import shlex
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Self

from petitioner.files import (
    digest,
    make_private_folder,
    read_regular_file,
    sync_folder,
    write_atomically,
    write_temporary_file,
)
from petitioner.inputs.settings import locate_data
from petitioner.user_data.memories import HandOver, Memories, Memory, decode_memory, encode_memory

LOG_NAME: Final = "mailing-log.sqlite"
"""The log's name in a workspace."""

ADOPT: Final = 'petitioner log adopt --because "…"'
"""The command to use a log from now on."""

ADOPT_STEP: Final = (ADOPT, "to use this log from now on")
"""The command ``ADOPT``, and why."""

MACHINE_IDS: Final = (Path("/etc/machine-id"), Path("/var/lib/dbus/machine-id"))
"""The files with the machine-id of systemd and D-Bus (machine-id(5)): 32 hexadecimal digits, not to be shown."""

_NAME: Final = "memory.json"
_IDENTITY: Final = re.compile(r"[0-9a-f]{16}")
_NUMBERED: Final = re.compile(r"(\d{4,})-.*\.sqlite")


@dataclass(frozen=True, slots=True)
class LogLocation:
    """The location of a log: a machine, by a hash of its machine-id, and a folder on it.

    A log that was begun while another one was missing has no folder until it is adopted.
    """

    machine: str
    folder: str

    @classmethod
    def read(cls, text: str) -> Self:
        """Parse a location from the log: the machine, a space, the folder."""
        machine, _, folder = text.partition(" ")
        return cls(machine, folder)

    def __str__(self) -> str:
        return f"{self.machine} {self.folder}"


@dataclass(frozen=True, slots=True)
class PendingMemory:
    """A memory in a temporary file, which is renamed after the log has the same events."""

    memory: Memory
    part: Path

    def keep(self) -> None:
        """Replace the previous memory, unless another process has written one with more events. Raises OSError."""
        path = locate_memory_file(self.memory.identity)
        with suppress(ValueError):
            present = _read_memory(self.memory.identity)
            if present and present.events > self.memory.events:
                self.drop()
                return
        self.part.replace(path)
        sync_folder(path.parent)

    def drop(self) -> None:
        """Delete the temporary file."""
        self.part.unlink(missing_ok=True)


def format_folder(folder: Path) -> str:
    """Format the path of a folder as text, even if it has bytes that are not UTF-8."""
    return os.fsencode(folder.resolve()).decode(errors="backslashreplace")


def find_current_location(folder: Path) -> LogLocation | None:
    """Return the location of a folder on this machine; None if the machine has no id and none could be made."""
    machine = identify_machine(MACHINE_IDS, locate_data() / "machine-id")
    return LogLocation(machine, format_folder(folder)) if machine else None


def identify_machine(id_files: Iterable[Path], own_file: Path) -> str | None:
    """Return a hash that identifies this machine, made from its machine-id in one of ``id_files``.

    Without a machine-id, as in some containers and outside of Linux, a random number in ``own_file`` replaces it.
    It identifies the user's data folder rather than the machine.
    """
    for path in (*id_files, own_file):
        with suppress(OSError, UnicodeDecodeError):
            text = read_regular_file(path, follow=True).decode("ascii")
            if re.fullmatch(r"[0-9a-f]{32}\n?", text):
                return hmac.digest(text.strip().encode(), b"petitioner mailing log", "sha256").hex()[:16]
    with suppress(OSError):
        write_atomically(own_file, f"{secrets.token_hex(16)}\n".encode(), private=True)
        return identify_machine((), own_file)
    return None


def read_memories() -> Memories:
    """Read everything that this machine remembers; files that cannot be read are listed with the reason."""
    found, unreadable = [], {}
    try:
        names = sorted(path.name for path in locate_data().iterdir() if _IDENTITY.fullmatch(path.name))
    except FileNotFoundError:
        return Memories()
    except OSError as error:
        return Memories(unreadable={"": f"{locate_data()} cannot be read ({error.strerror})"})
    for name in names:
        try:
            memory = _read_memory(name)
        except (OSError, ValueError) as error:
            unreadable[name] = f"{locate_memory_file(name)} {_describe_error(error)}"
        else:
            found += [memory] if memory else []
    return Memories(tuple(found), unreadable)


def find_missing_log(folder: Path) -> tuple[str, str, tuple[str, str]] | None:
    """Return a warning if the log of a folder is, or may be, missing although this machine remembers it; else None.

    It is a sentence, a hint, and the next command with a reason. Only the file is checked, without the database.
    """
    path = folder / LOG_NAME
    try:
        if path.exists() and path.stat().st_size:
            return None
    except OSError:  # reported when the log is opened
        return None
    memories = read_memories()
    if missing := list_missing_logs(memories, format_folder(folder), None):
        last = missing[-1]
        return (
            f"The mailing log {path} is missing: {describe_missing_log(last)}.",
            advise_missing(last),
            find_first_step(last),
        )
    if memories.unreadable:
        words, hint = explain_unreadable(memories)
        return f"The mailing log {path} may be missing: {words}.", hint, ADOPT_STEP
    return None


def list_missing_logs(memories: Memories, folder: str, own_identity: str | None) -> tuple[Memory, ...]:
    """Return the remembered logs of a folder without ``own_identity``, the one with the most events last."""
    missing = (one for one in memories.logs if one.folder == folder and one.identity != own_identity and one.events)
    return tuple(sorted(missing, key=lambda one: one.events))


def describe_missing_log(memory: Memory) -> str:
    """Describe a missing log by what is remembered of it."""
    return f"this machine remembers it, with {memory}"


def explain_unreadable(memories: Memories) -> tuple[str, str]:
    """Return why it is not known whether a log is missing, and a hint."""
    words = "; ".join(memories.unreadable.values())
    hint = "Put that back from a backup, or allow yourself to read it."
    return words, f"{hint} If no mailing log was here before, or it is lost: {ADOPT}"


def advise_missing(memory: Memory) -> str:
    """Return a hint for a missing log: put the file back, restore a copy, or adopt a new log."""
    restoring = (
        f"Put the file back, from the cloud folder or a backup. Or put a copy back: {format_restore_newest(memory)}"
    )
    return f"{restoring}\nIf the log is lost for good, begin the next one with what is remembered of it: {ADOPT}"


def format_restore_command(copy: Path) -> str:
    """Return the command that restores a copy of a log."""
    return f"petitioner log restore {shlex.quote(str(copy))}"


def format_restore_newest(memory: Memory) -> str:
    """Return the command that restores the newest kept copy of a log."""
    copies = list_copies(memory.identity)
    return format_restore_command(copies[-1] if copies else Path("COPY"))


def find_first_step(memory: Memory) -> tuple[str, str]:
    """Return the next command if a log is missing, and when it is the right one."""
    if list_copies(memory.identity):
        return format_restore_newest(memory), "unless you can put the file itself back"
    return ADOPT, "only if the log is lost for good; first try to put the file back"


def list_copies(identity: str) -> tuple[Path, ...]:
    """List the kept copies of a log, the oldest first."""
    found = locate_log_folder(identity).glob("*.sqlite")
    return tuple(sorted((path for path in found if _NUMBERED.fullmatch(path.name)), key=get_copy_number))


def get_copy_number(path: Path) -> int:
    """Return the number at the beginning of a copy's name."""
    return int(path.name.split("-")[0])


def prepare_memory(
    here: LogLocation, hashes: Sequence[str], list_all: Callable[[Memory], Iterable[HandOver]], *, is_new: bool
) -> PendingMemory | None:
    """Write the memory of a log to a temporary file, before the log itself is written.

    ``hashes`` are those of all its events, with the new ones; ``list_all`` is called with the previous memory, and
    returns the packets that were handed over. Return None if nothing is to be remembered: the log is
    not new and unknown, or remembered events are missing in it, so that it must be adopted first. Raises OSError, and
    ValueError when the previous memory cannot be read.
    """
    identity = identify_log(hashes)
    before = _read_memory(identity)
    if before is None and is_new:
        before = Memory(identity, here.folder, 0, "", ())  # found by the next entry, should this one be cut off
        _write_memory(before)
    is_behind = before is not None and (before.events < len(hashes) or before.hand_overs is None)
    if before is None or not before.fits(hashes) or not is_behind:
        return None
    memory = _make_memory(here, hashes, list_all(before))
    return PendingMemory(memory, write_temporary_file(make_log_folder(identity) / _NAME, encode_memory(memory)))


def remember_adopted(here: LogLocation, hashes: Sequence[str], hand_overs: Iterable[HandOver]) -> None:
    """Remember a log that a person has adopted, replacing what was remembered before. Raises OSError."""
    identity = identify_log(hashes)
    memories = read_memories()
    if identity in memories.unreadable:
        path = locate_memory_file(identity)
        path.rename(path.with_name(f"{_NAME}.unreadable"))
    _write_memory(_make_memory(here, hashes, hand_overs))
    for memory in list_missing_logs(memories, here.folder, identity):
        _write_memory(replace(memory, folder=""))


def identify_log(hashes: Sequence[str]) -> str:
    """Return the identity of a log: the first 16 digits of its first event's hash; empty for no events.

    It is the name of a folder, so a hash that somebody changed is hashed again.
    """
    first = hashes[0][:16] if hashes else ""
    return first if not first or _IDENTITY.fullmatch(first) else digest(first.encode(errors="replace"))[:16]


def locate_log_folder(identity: str) -> Path:
    """Return the folder with the copies and the memory of one log, in the user's data folder."""
    return locate_data() / identity


def make_log_folder(identity: str) -> Path:
    """Create the folder of one log if it is missing, readable by its owner only. Raises OSError."""
    folder = locate_log_folder(identity)
    make_private_folder(folder)
    return folder


def locate_memory_file(identity: str) -> Path:
    """Return the path of the memory of a log."""
    return locate_log_folder(identity) / _NAME


def _make_memory(here: LogLocation, hashes: Sequence[str], hand_overs: Iterable[HandOver]) -> Memory:
    return Memory(identify_log(hashes), here.folder, len(hashes), hashes[-1], tuple(hand_overs))


def _write_memory(memory: Memory) -> None:
    write_atomically(make_log_folder(memory.identity) / _NAME, encode_memory(memory), private=True)


def _read_memory(identity: str) -> Memory | None:
    """Read the memory of one log; None if there is none. Raises OSError, and ValueError for invalid content."""
    try:
        content = read_regular_file(locate_memory_file(identity))
    except FileNotFoundError:
        return None
    return decode_memory(content, identity)


def _describe_error(error: OSError | ValueError) -> str:
    if isinstance(error, OSError):
        return f"cannot be read ({error.strerror})"
    return f"is not as this program wrote it ({error})"
