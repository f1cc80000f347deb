"""Make the log, its copies and the user's data unreadable for other users of the machine.

New files are private from the start; this is for files of older versions.
"""

import os
import shutil
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Final

from petitioner.files import hold_lock, is_own, make_private
from petitioner.inputs.settings import locate_data, locate_settings
from petitioner.user_data.logs import LOG_NAME

STAGED: Final = "petitioner-restoring-"
"""The prefix of temporary folders in which ``log restore`` checks a copy."""

STAGED_LOCK: Final = ".lock"
"""The lock file in such a folder, locked while its process runs."""


def make_data_private(folder: Path) -> str:
    """Make the log of a workspace and the user's folders private, and return a sentence about it, or an empty text.

    Temporary folders of a killed `log restore` are removed.
    """
    remove_staged()
    log = (folder / LOG_NAME, folder / f"{LOG_NAME}-journal")
    opened = [
        *filter(make_private, log),
        *_make_folder_private(locate_settings().parent),
        *_make_folder_private(locate_data()),
    ]
    if not opened:
        return ""
    more = f" and {len(opened) - 1} more" if len(opened) > 1 else ""
    return f"Other users of this machine could read {opened[0]}{more}; from now on only you can."


def remove_staged() -> None:
    """Remove this user's temporary folders of ``log restore`` that no running process has locked."""
    with suppress(OSError), os.scandir(tempfile.gettempdir()) as entries:
        left = [Path(entry.path) for entry in entries if entry.name.startswith(STAGED) and _is_own(entry)]
        for path in left:
            with suppress(OSError), hold_lock(path / STAGED_LOCK) as is_left:
                if is_left:
                    shutil.rmtree(path)


def _is_own(entry: os.DirEntry[str]) -> bool:
    return entry.is_dir(follow_symlinks=False) and is_own(entry.stat(follow_symlinks=False))


def _make_folder_private(top: Path) -> Iterable[Path]:
    """Make a folder and its files private, and return those that others could read before.

    The files of an inner folder that is private already, such as thousands of claims, are not looked at.
    """
    opened: list[Path] = []
    for place, _, names in os.walk(top):
        folder = Path(place)
        with suppress(OSError):
            if folder == top or folder.stat().st_mode & 0o077:
                opened += filter(make_private, (folder, *(folder / name for name in names)))
    return opened if top in opened else ()
