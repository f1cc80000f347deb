"""All use of private parts of WeasyPrint and pydyf: tags, fonts, character maps, lines, and pages that are used again.

It is written for the versions in ``WRITTEN_FOR``. With others, ``writing`` leaves the PDF as WeasyPrint makes it.
"""

import shlex
import sys
from functools import cache

from petitioner.libraries import read_versions

WRITTEN_FOR = {"weasyprint": "70.", "pydyf": "0.13."}
"""The beginnings of the known versions."""


def find_unknown_version() -> tuple[str, str] | None:
    """Return a message about a library with another version, and the command that installs the known one."""
    for library, known in WRITTEN_FOR.items():
        if not f"{(found := _read_version(library))}.".startswith(known):
            message = f"{library} is {found}, and the tags for screen readers are made for {known}*: they are left out"
            command = f"Run: {shlex.quote(sys.executable)} -m pip install {shlex.quote(f'{library}=={known}*')}"
            return message, command
    return None


@cache
def _read_version(library: str) -> str:
    return read_versions().get(library, "missing")
