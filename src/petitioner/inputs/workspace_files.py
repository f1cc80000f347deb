"""Read and list the files of a workspace."""

import os
import re
import stat
from collections.abc import Collection, Iterator
from functools import cache
from pathlib import Path

from petitioner.errors import suggest
from petitioner.model.types import Pattern, Record, compose_text
from petitioner.source.records import read_package_record

_LARGEST = 50  # MB: a hundred times what a campaign needs


class UnreadableError(Exception):
    """A file cannot be read; the message completes a sentence that begins with its name."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.hint = hint


def read_file(folder: Path, path: str) -> bytes:
    """Read a file in ``folder``. Raises UnreadableError, also for a link that leads out of the folder."""
    place = _find_spelling(folder / path)
    try:
        _require_readable(place, folder)
        return place.read_bytes()
    except FileNotFoundError:
        suggestion = suggest(place.name, list_names(place.parent))
        raise UnreadableError("is missing", suggestion or "Put it there; docs/files.md lists the files.") from None
    except OSError as error:
        hint = "Check its name and its permissions."
        raise UnreadableError(f"cannot be read: {error.strerror}", hint) from None


def list_names(folder: Path) -> list[str]:
    """Return the sorted names of a folder's files without hidden ones; empty if it cannot be read."""
    try:
        return sorted(entry.name for entry in folder.iterdir() if not entry.name.startswith("."))
    except OSError:
        return []


def list_files(folder: Path) -> list[str]:
    """Return the sorted paths of all files in a folder and the folders below it, without hidden ones and copies."""
    names = list_names(folder)
    copies = dict(find_copies(names, names))
    paths: list[str] = []
    for name in (name for name in names if name not in copies):
        inner = folder / name
        paths += [f"{name}/{path}" for path in list_files(inner)] if inner.is_dir() else [name]
    return paths


def find_change(path: Path) -> int:
    """Return when a file was last changed, in nanoseconds (POSIX); 0 for a hidden or missing file and for a folder."""
    try:
        status = path.stat()
    except OSError:
        return 0
    return status.st_mtime_ns if stat.S_ISREG(status.st_mode) and not path.name.startswith(".") else 0


class Copies(Record):
    """Patterns of what programs add to the names of copies of a file."""

    added: tuple[Pattern, ...]


def find_copies(names: Collection[str], originals: Collection[str]) -> Iterator[tuple[str, str]]:
    """Yield each name in a folder that looks like a copy of one of the ``originals``, and that original."""
    for name in names if originals else ():
        shorter = (pattern.sub("", compose_text(name), count=1) for pattern in _load_patterns())
        if original := next((one for one in shorter if one != name and one in originals), None):
            yield name, original


@cache
def _load_patterns() -> tuple[re.Pattern[str], ...]:
    return tuple(map(re.compile, read_package_record(Copies, __package__, "copies.yaml").added))


def _find_spelling(place: Path) -> Path:
    """Return the path of a file; a Mac may write its name in another Unicode composition."""
    if place.name.isascii() or os.path.lexists(place):
        return place
    same = (name for name in list_names(place.parent) if compose_text(name) == compose_text(place.name))
    return place.with_name(next(same, place.name))


def _require_readable(place: Path, folder: Path) -> None:
    if not Path(os.path.realpath(place)).is_relative_to(os.path.realpath(folder)):
        raise UnreadableError("is a link that leaves the workspace", "Copy the file here instead.")
    status = place.stat()
    if not stat.S_ISREG(status.st_mode):
        raise UnreadableError("is not a regular file", "Move it away, and put the file there.")
    if (size := status.st_size // 1_000_000) > _LARGEST:
        hint = f"Is it the right file? At most {_LARGEST} MB are read."
        raise UnreadableError(f"is {size} MB large", hint)
