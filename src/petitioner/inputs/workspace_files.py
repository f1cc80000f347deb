"""The files of a workspace on disk: read whole, or the reason why not."""

import os
import re
import stat
from collections.abc import Collection, Iterator
from functools import cache
from pathlib import Path

from petitioner.errors import suggest
from petitioner.model.types import Pattern, Record, compose_text
from petitioner.source.records import read_package_record

_LARGEST = 50  # MB: a hundred times what a campaign needs, and less than would fill the memory


class UnreadableError(Exception):
    """A file is not read: the message says why, without its name, and ``hint`` what to do."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.hint = hint


def read_file(folder: Path, path: str) -> bytes:
    """The bytes of a file within ``folder``. Raises UnreadableError, also for a link that leads out of the folder."""
    place = _locate(folder / path)
    try:
        _require_fit(place, folder)
        return place.read_bytes()
    except FileNotFoundError:
        near = suggest(place.name, list_names(place.parent))
        raise UnreadableError("is missing", near or "Put it there; docs/files.md lists the files.") from None
    except OSError as error:
        hint = "Check its name and its permissions."
        raise UnreadableError(f"cannot be read: {error.strerror}", hint) from None


def list_names(folder: Path) -> list[str]:
    """Return the sorted names of a folder's files that are not hidden; empty if it cannot be read.

    Hidden are the files that editors and Macs leave beside others.
    """
    try:
        return sorted(entry.name for entry in folder.iterdir() if not entry.name.startswith("."))
    except OSError:
        return []


def find_change(path: Path) -> int:
    """Return when a file was last changed, in nanoseconds (POSIX); 0 for a hidden file, and for what is no file."""
    try:
        status = path.stat()
    except OSError:
        return 0
    return status.st_mtime_ns if stat.S_ISREG(status.st_mode) and not path.name.startswith(".") else 0


class Copies(Record):
    """What programs add to the name of a second copy of a file, as patterns."""

    added: tuple[Pattern, ...]


def find_copies(names: Collection[str], originals: Collection[str]) -> Iterator[tuple[str, str]]:
    """Each name of a folder that a cloud folder, or a person, gave to a copy of one of ``originals``, and that one."""
    for name in names if originals else ():
        shorter = (pattern.sub("", compose_text(name), count=1) for pattern in _list_added())
        if original := next((one for one in shorter if one != name and one in originals), None):
            yield name, original


@cache
def _list_added() -> tuple[re.Pattern[str], ...]:
    return tuple(map(re.compile, read_package_record(Copies, __package__, "copies.yaml").added))


def _locate(place: Path) -> Path:
    """Return the path of a file; a Mac may write its name in another Unicode composition."""
    if place.name.isascii() or os.path.lexists(place):
        return place
    same = (name for name in list_names(place.parent) if compose_text(name) == compose_text(place.name))
    return place.with_name(next(same, place.name))


def _require_fit(place: Path, folder: Path) -> None:
    if not Path(os.path.realpath(place)).is_relative_to(os.path.realpath(folder)):
        raise UnreadableError("is a link that leaves the workspace", "Copy the file here instead.")
    status = place.stat()
    if not stat.S_ISREG(status.st_mode):
        raise UnreadableError("is not a regular file", "Move it away, and put the file there.")
    if (size := status.st_size // 1_000_000) > _LARGEST:
        hint = f"Is it the right file? At most {_LARGEST} MB are read."
        raise UnreadableError(f"is {size} MB large", hint)
