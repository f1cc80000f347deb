"""What other users of the machine may not read: the log, its copies, and all else that is kept for this user.

New files are made so; those that an older version left open to others are mended by the next command.
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
"""How the names of temporary folders begin in which a copy of a log is looked through before it is put back."""

STAGED_LOCK: Final = ".lock"
"""The file in such a folder that its process holds."""


def make_data_private(folder: Path) -> str:
    """Make private what belongs to the log of a workspace and to this user; the sentence that says so, or nothing.

    A copy of a log that a killed `log restore` left in the temporary folder is removed.
    """
    clear_staged()
    log = (folder / LOG_NAME, folder / f"{LOG_NAME}-journal")
    opened = [*filter(make_private, log), *_close_folder(locate_settings().parent), *_close_folder(locate_data())]
    if not opened:
        return ""
    more = f" and {len(opened) - 1} more" if len(opened) > 1 else ""
    return f"Other users of this machine could read {opened[0]}{more}; from now on only you can."


def clear_staged() -> None:
    """Remove the temporary folders of this user that no running process holds."""
    with suppress(OSError), os.scandir(tempfile.gettempdir()) as entries:
        left = [Path(entry.path) for entry in entries if entry.name.startswith(STAGED) and _is_own(entry)]
        for path in left:
            with suppress(OSError), hold_lock(path / STAGED_LOCK) as is_left:
                if is_left:
                    shutil.rmtree(path)


def _is_own(entry: os.DirEntry[str]) -> bool:
    return entry.is_dir(follow_symlinks=False) and is_own(entry.stat(follow_symlinks=False))


def _close_folder(top: Path) -> Iterable[Path]:
    """What others could read in a folder: nothing, where they could not enter it."""
    found = [Path(place, name) for place, _, names in os.walk(top) for name in (".", *names)]
    opened = list(filter(make_private, found))
    return opened if top in opened else ()
