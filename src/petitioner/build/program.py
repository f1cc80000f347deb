"""Hashes of the program and of what a build takes from this machine: libraries and fonts."""

import os
import sys
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from pathlib import Path

from petitioner.fontconfig import list_files, load_fontconfig
from petitioner.libraries import read_versions

_PROGRAM = Path(__file__).parents[1]
_LIBRARIES = ("weasyprint", "pydyf", "fonttools", "python-docx", "lxml", "jinja2", "pillow", "pypdfium2")


@cache
def hash_program() -> str:
    """Return a hash of the program's files and the versions of the libraries that make and read pages."""
    total = sha256()
    for name, content in _read_files():
        total.update(name.encode())
        total.update(content)
    total.update(repr(list_versions()).encode())
    return total.hexdigest()


def list_versions() -> dict[str, str]:
    """Return the versions of the libraries that make and read pages, by name."""
    versions = read_versions()
    return {name: versions.get(name, "missing") for name in _LIBRARIES}


def _read_files() -> Iterator[tuple[str, bytes]]:
    """Yield the name and the content of each file of the program."""
    for folder, folders, names in os.walk(_PROGRAM):
        folders[:] = sorted({*folders} - {"__pycache__"})
        for name in sorted(names):
            with open(os.path.join(folder, name), "rb", buffering=0) as file:  # noqa: PTH118, PTH123 - hundreds of them
                yield name, file.read()


def hash_environment() -> str | None:
    """Return a hash of the program, Python and its libraries, and the fonts of this machine and their settings.

    Fonts are compared by path, size and time of change, as fontconfig does. Return None without fontconfig.
    """
    library = load_fontconfig()
    if library is None:
        return None
    fonts = [[(path, *_measure_file(path)) for path in paths] for paths in list_files(library)]
    return sha256(repr((hash_program(), sys.version, sorted(read_versions().items()), fonts)).encode()).hexdigest()


def _measure_file(path: str) -> tuple[int, int]:
    try:
        status = os.stat(path)  # noqa: PTH116 - hundreds of them
    except OSError:
        return 0, 0
    return status.st_size, status.st_mtime_ns
