"""Hashes of the program and of what a build takes from this machine: libraries and fonts."""

import os
import sys
from contextlib import suppress
from functools import cache
from hashlib import sha256
from importlib import metadata, resources
from importlib.resources.abc import Traversable
from pathlib import Path

from petitioner.fontconfig import list_files, load_fontconfig

_LIBRARIES = ("weasyprint", "pydyf", "fonttools", "python-docx", "lxml", "jinja2", "pillow", "pypdfium2")


@cache
def hash_program() -> str:
    """Return a hash of the program's files and the versions of the libraries that make and read pages."""
    total = sha256()
    for file in _list_files(resources.files("petitioner")):
        total.update(file.name.encode())
        total.update(file.read_bytes())
    total.update(repr(list_versions()).encode())
    return total.hexdigest()


def list_versions() -> dict[str, str]:
    """Return the versions of the libraries that make and read pages, by name."""
    return {name: _get_version(name) for name in _LIBRARIES}


def _get_version(library: str) -> str:
    try:
        return metadata.version(library)
    except metadata.PackageNotFoundError:
        return "missing"


def _list_files(folder: Traversable) -> list[Traversable]:
    found: list[Traversable] = []
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.is_dir() and entry.name != "__pycache__":
            found += _list_files(entry)
        elif entry.is_file():
            found.append(entry)
    return found


def hash_environment() -> str | None:
    """Return a hash of the program, Python and its libraries, and the fonts of this machine and their settings.

    Fonts are compared by path, size and time of change, as fontconfig does. Return None without fontconfig.
    """
    library = load_fontconfig()
    if library is None:
        return None
    fonts = [[(path, *_measure_file(path)) for path in paths] for paths in list_files(library)]
    return sha256(repr((hash_program(), sys.version, _list_libraries(), fonts)).encode()).hexdigest()


def _list_libraries() -> list[str]:
    """Return the name and version of every installed library, as in the names of their folders (PEP 376)."""
    names: list[str] = []
    for folder in sys.path:
        with suppress(OSError):
            entries = Path(folder).iterdir()
            names += (entry.name for entry in entries if entry.name.endswith((".dist-info", ".egg-info")))
    return sorted(names)


def _measure_file(path: str) -> tuple[int, int]:
    try:
        status = os.stat(path)  # noqa: PTH116 - hundreds of them
    except OSError:
        return 0, 0
    return status.st_size, status.st_mtime_ns
