#!/usr/bin/env python3
"""Prints what this machine lacks, one thing a line: for setting pages, and with ``--venv`` also for making ``.venv``.

Runs under the system's own Python before anything is installed, so it imports the standard library only.
"""

import ctypes
import ctypes.util
import importlib.util
import ssl
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

LIBRARIES = ("pango-1.0", "pangoft2-1.0", "harfbuzz-subset")  # WeasyPrint opens them by name at run time
FONTS = ("Noto Serif", "Noto Serif CJK JP", "Noto Serif CJK KR", "Noto Serif CJK SC", "Noto Serif CJK TC")


def can_load(library: str) -> bool:
    """Whether the system opens a shared library: by its name on Linux, elsewhere by the system's own search."""
    if opens(f"lib{library}.so.0"):
        return True
    found = ctypes.util.find_library(library)
    return found is not None and opens(found)


def opens(name: str) -> bool:
    """Whether the dynamic linker takes a name."""
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def list_families() -> frozenset[str]:
    """The families that fontconfig offers; none where it is not installed."""
    try:
        # S607: fc-list lies where its system puts it, and only the PATH knows where
        listing = subprocess.run(["fc-list", ":", "family"], capture_output=True, text=True, check=False)  # noqa: S607 - from PATH
    except OSError:
        return frozenset()
    return frozenset(name.strip() for line in listing.stdout.splitlines() for name in line.split(","))


def lacks_certificates() -> bool:
    """Whether nothing says which servers to trust; pip could fetch nothing then."""
    paths = ssl.get_default_verify_paths()
    return not (paths.cafile or (paths.capath and any(Path(paths.capath).iterdir())))


def find_lacking(*, for_venv: bool) -> Iterator[str]:
    """What is not there, in words."""
    yield from (f"the library lib{library}" for library in LIBRARIES if not can_load(library))
    families = list_families()
    yield from (f"the font {font}" for font in FONTS if font not in families)
    if for_venv and not importlib.util.find_spec("ensurepip"):
        yield "Python's module ensurepip, without which it makes no virtual environment"
    if for_venv and lacks_certificates():
        yield "certificate authorities (ca-certificates)"


if __name__ == "__main__":
    sys.stdout.writelines(f"{thing}\n" for thing in find_lacking(for_venv="--venv" in sys.argv[1:]))
