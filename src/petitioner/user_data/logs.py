"""What this machine remembers of each mailing log, outside of the log, in the user's data folder.

It needs no database, so that `build` can read it too. By it a log that is missing shows, or an older one that was put
back, and what that log had handed over can be entered in the next one.
"""

import hmac
import os
import re
import secrets
import shlex
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Self

from petitioner.files import digest, read_regular_file, sync_folder, write_atomically, write_temporary_file
from petitioner.inputs.settings import locate_data
from petitioner.user_data.memories import HandOver, Memories, Memory, decode_memory, encode_memory

LOG_NAME: Final = "mailing-log.sqlite"
"""The log's name in a workspace."""

ADOPT: Final = 'petitioner log adopt --because "…"'
"""The command by which a log is used from now on."""

ADOPT_STEP: Final = (ADOPT, "to use this log from now on")
"""The same, and when it is the right one."""

MACHINE_IDS: Final = (Path("/etc/machine-id"), Path("/var/lib/dbus/machine-id"))
"""Where systemd and D-Bus keep the name of an installation (machine-id(5)): 32 hexadecimal digits, not to be shown."""

_NAME: Final = "memory.json"
_IDENTITY: Final = re.compile(r"[0-9a-f]{16}")
_NUMBERED: Final = re.compile(r"(\d{4,})-.*\.sqlite")


@dataclass(frozen=True, slots=True)
class LogLocation:
    """The place of a log: a machine, by a name that does not reveal its machine-id, and a folder on it.

    A log that was begun while another one was missing has no folder until somebody adopts it.
    """

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
class PendingMemory:
    """A memory in a temporary file, which takes its name once the log holds the same events."""

    memory: Memory
    part: Path

    def keep(self) -> None:
        """Let it take the place of the one before, unless another process knows more by now. Raises OSError."""
        path = locate_memory(self.memory.identity)
        with suppress(ValueError):
            present = _find(self.memory.identity)
            if present and present.events > self.memory.events:
                self.drop()
                return
        self.part.replace(path)
        sync_folder(path.parent)

    def drop(self) -> None:
        """Throw it away: nothing came of it."""
        self.part.unlink(missing_ok=True)


def name_folder(folder: Path) -> str:
    """Return the path of a folder as text, also with bytes that are not UTF-8."""
    return os.fsencode(folder.resolve()).decode(errors="backslashreplace")


def find_current_location(folder: Path) -> LogLocation | None:
    """A folder, and the machine that it is on. None when the machine has no name, and could not be given one."""
    machine = name_machine(MACHINE_IDS, locate_data() / "machine-id")
    return LogLocation(machine, name_folder(folder)) if machine else None


def name_machine(places: Iterable[Path], own: Path) -> str | None:
    """A name for this machine, made from its machine-id so that it does not give it away.

    Where there is none, as in some containers and outside of Linux, a number drawn once in ``own`` replaces it.
    That names the user's data folder rather than the machine, and goes wherever the folder is copied to.
    """
    for place in (*places, own):
        with suppress(OSError, UnicodeDecodeError):
            text = read_regular_file(place, follow=True).decode("ascii")
            if re.fullmatch(r"[0-9a-f]{32}\n?", text):
                return hmac.digest(text.strip().encode(), b"petitioner mailing log", "sha256").hex()[:16]
    with suppress(OSError):
        write_atomically(own, f"{secrets.token_hex(16)}\n".encode(), private=True)
        return name_machine((), own)
    return None


def read_memories() -> Memories:
    """All that this machine remembers; what cannot be read is named, since it may be of a log that is missing."""
    found, unreadable = [], {}
    try:
        names = sorted(path.name for path in locate_data().iterdir() if _IDENTITY.fullmatch(path.name))
    except FileNotFoundError:
        return Memories()
    except OSError as error:
        return Memories(unreadable={"": f"{locate_data()} cannot be read ({error.strerror})"})
    for name in names:
        try:
            memory = _find(name)
        except (OSError, ValueError) as error:
            unreadable[name] = f"{locate_memory(name)} {_explain(error)}"
        else:
            found += [memory] if memory else []
    return Memories(tuple(found), unreadable)


def find_missing_log(folder: Path) -> tuple[str, str, tuple[str, str]] | None:
    """What to say of a folder whose log is gone, or may be, although this machine knows it; else None.

    That is the sentence, the hint, and the command to begin with, and when it is the right one.

    It looks at the file alone, and so needs no database.
    """
    path = folder / LOG_NAME
    try:
        if path.exists() and path.stat().st_size:
            return None
    except OSError:  # reported when the log is opened
        return None
    memories = read_memories()
    if missed := list_missing_logs(memories, name_folder(folder), None):
        last = missed[-1]
        return (
            f"The mailing log {path} is missing: {describe_missing_log(last)}.",
            advise_missing(last),
            name_first_step(last),
        )
    if memories.unreadable:
        words, hint = explain_unreadable(memories)
        return f"The mailing log {path} may be missing: {words}.", hint, ADOPT_STEP
    return None


def list_missing_logs(memories: Memories, folder: str, own: str | None) -> tuple[Memory, ...]:
    """The logs that should be in a folder, besides its ``own``; the one that holds most is the last."""
    there = (one for one in memories.logs if one.folder == folder and one.identity != own and one.events)
    return tuple(sorted(there, key=lambda one: one.events))


def describe_missing_log(memory: Memory) -> str:
    """What is known of a log that is missing."""
    return f"this machine remembers it, with {memory}"


def explain_unreadable(memories: Memories) -> tuple[str, str]:
    """Why nobody can tell whether a log is missing, and what to do."""
    words = "; ".join(memories.unreadable.values())
    hint = "Put that back from a backup, or allow yourself to read it."
    return words, f"{hint} If no mailing log was here before, or it is lost: {ADOPT}"


def advise_missing(memory: Memory) -> str:
    """The three ways out when a log is missing."""
    back = f"Put the file back, from the cloud folder or a backup. Or put a copy back: {format_restore_newest(memory)}"
    return f"{back}\nIf the log is lost for good, begin the next one with what is remembered of it: {ADOPT}"


def format_restore_command(copy: Path) -> str:
    """The command that puts a copy of a log back."""
    return f"petitioner log restore {shlex.quote(str(copy))}"


def format_restore_newest(memory: Memory) -> str:
    """The command that puts the newest copy of a log back which is kept here."""
    copies = list_copies(memory.identity)
    return format_restore_command(copies[-1] if copies else Path("COPY"))


def name_first_step(memory: Memory) -> tuple[str, str]:
    """The command to begin with when a log is missing, and when it is the right one."""
    if list_copies(memory.identity):
        return format_restore_newest(memory), "unless you can put the file itself back"
    return ADOPT, "only if the log is lost for good; first try to put the file back"


def list_copies(identity: str) -> tuple[Path, ...]:
    """The copies of a log that are kept, the oldest first."""
    found = locate_log_folder(identity).glob("*.sqlite")
    return tuple(sorted((path for path in found if _NUMBERED.fullmatch(path.name)), key=number_copy))


def number_copy(path: Path) -> int:
    """The number that the name of a copy begins with."""
    return int(path.name.split("-")[0])


def prepare_memory(
    here: LogLocation, hashes: Sequence[str], hand_overs: Iterable[HandOver], *, is_new: bool
) -> PendingMemory | None:
    """Have the memory of a log ready before the log itself is written; None where nothing is to be remembered.

    ``hashes`` are those that it is going to have. Nothing is remembered of a log that lacks what was remembered before,
    nor of one that is not new and of which the memory is lost: it has to be adopted.
    Raises OSError, and ValueError when what is remembered cannot be read.
    """
    identity = identify_log(hashes)
    before = _find(identity)
    if before is None and is_new:
        before = Memory(identity, here.folder, 0, "", ())  # found by the next entry, should this one be cut off
        _write(before)
    is_behind = before is not None and (before.events < len(hashes) or before.hand_overs is None)
    if before is None or not before.fits(hashes) or not is_behind:
        return None
    memory = _note(here, hashes, hand_overs)
    return PendingMemory(memory, write_temporary_file(make_log_folder(identity) / _NAME, encode_memory(memory)))


def remember_adopted(here: LogLocation, hashes: Sequence[str], hand_overs: Iterable[HandOver]) -> None:
    """Remember a log that a person has adopted, replacing what was remembered before. Raises OSError."""
    identity = identify_log(hashes)
    memories = read_memories()
    if identity in memories.unreadable:
        path = locate_memory(identity)
        path.rename(path.with_name(f"{_NAME}.unreadable"))
    _write(_note(here, hashes, hand_overs))
    for memory in list_missing_logs(memories, here.folder, identity):
        _write(replace(memory, folder=""))


def identify_log(hashes: Sequence[str]) -> str:
    """Return what identifies a log for ever: the hash of its first event, shortened; empty for none.

    It names a folder, so it is one word even for a log that was tampered with.
    """
    first = hashes[0][:16] if hashes else ""
    return first if not first or _IDENTITY.fullmatch(first) else digest(first.encode(errors="replace"))[:16]


def locate_log_folder(identity: str) -> Path:
    """The folder for one log among the user's data: its copies, and what is remembered of it."""
    return locate_data() / identity


def make_log_folder(identity: str) -> Path:
    """Make the folder for one log where it is missing, for its owner alone. Raises OSError."""
    for folder in (locate_data(), locate_log_folder(identity)):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return locate_log_folder(identity)


def locate_memory(identity: str) -> Path:
    """The file that says what is remembered of a log."""
    return locate_log_folder(identity) / _NAME


def _note(here: LogLocation, hashes: Sequence[str], hand_overs: Iterable[HandOver]) -> Memory:
    return Memory(identify_log(hashes), here.folder, len(hashes), hashes[-1], tuple(hand_overs))


def _write(memory: Memory) -> None:
    write_atomically(make_log_folder(memory.identity) / _NAME, encode_memory(memory), private=True)


def _find(identity: str) -> Memory | None:
    """What is remembered of one log. Raises OSError, and ValueError for what this program has not written."""
    try:
        content = read_regular_file(locate_memory(identity))
    except FileNotFoundError:
        return None
    return decode_memory(content, identity)


def _explain(error: OSError | ValueError) -> str:
    if isinstance(error, OSError):
        return f"cannot be read ({error.strerror})"
    return f"is not as this program wrote it ({error})"
