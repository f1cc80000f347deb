"""The installed libraries and their versions, by the names of their folders: to read their metadata takes long."""

import os
import re
import sys
from contextlib import suppress

_FOLDER = re.compile(r"([^-]+)-(.+)\.(?:dist|egg)-info")  # PEP 376


def read_versions() -> dict[str, str]:
    """Return the version of each installed library by its name, as packages are named: ``python-docx``.

    Of two versions, it is the one that Python would import.
    """
    versions: dict[str, str] = {}
    for folder in sys.path:
        with suppress(OSError):
            for name in os.listdir(folder or os.curdir):  # noqa: PTH208 - only the names
                if found := _FOLDER.fullmatch(name):
                    versions.setdefault(re.sub(r"[-_.]+", "-", found[1]).lower(), found[2])
    return versions
