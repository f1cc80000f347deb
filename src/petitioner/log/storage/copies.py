"""Copies of the log; the last ten of each log are kept in the user's data folder.

SQLite makes them, because a plain copy of the file could be made in the middle of another process's commit.
"""

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from errno import EBUSY
from pathlib import Path
from typing import Final

from petitioner.errors import PetitionerError
from petitioner.files import PART, create_private, get_file_size, hold_lock, sync_folder
from petitioner.log.storage.rows import find_invalid_column
from petitioner.log.storage.sqlite import VERIFY, DamagedError, connect
from petitioner.user_data.logs import get_copy_number, identify_log, list_copies, locate_log_folder, make_log_folder
from petitioner.user_data.privacy import STAGED, STAGED_LOCK

KEPT: Final = 10
"""How many copies of a log are kept."""

_TRIES = 5  # to make a temporary folder that no other process removes


def keep_copy(path: Path, label: str, patience: float) -> Path | None:
    """Copy a log to the user's data folder, as ``0012-before-sending.sqlite``; return None for a log without events.

    Waits ``patience`` seconds for other programs. Raises ``PetitionerError`` when the copy cannot be made, and SQLite's
    errors for the log.
    """
    if not path.exists():
        return None
    with _open_shared(path, patience) as connection:
        first = connection.execute("SELECT hash FROM events ORDER BY id LIMIT 1").fetchone()
        if first is None:
            return None
        if find_invalid_column({"hash": first[0]}):
            raise DamagedError(f"Event 1 of the mailing log {path} is not as it was recorded.", VERIFY)
        identity = identify_log([str(first[0])])
        folder = locate_log_folder(identity)
        target = folder / f"{_find_next_number(folder):04}-{label}.sqlite"
        _copy_atomically(connection, target, lambda: make_log_folder(identity))
    for oldest in list_copies(identity)[:-KEPT]:
        oldest.unlink(missing_ok=True)
    return target


def copy_log(path: Path, target: Path, patience: float) -> None:
    """Copy a log to ``target``, which must not exist.

    Raises ``PetitionerError`` when that cannot be done, and SQLite's errors for the log.
    """
    if target.exists():
        raise PetitionerError(f"{target} is there already, and was left as it is.", "Name another place for the copy.")
    copy_over(path, target, patience)


def copy_over(path: Path, target: Path, patience: float) -> None:
    """Copy a log to ``target``, and replace any file there. Raises as ``copy_log`` does."""
    with _open_shared(path, patience) as connection:
        _copy_atomically(connection, target, lambda: target.parent.mkdir(parents=True, exist_ok=True))


def keep_damaged(path: Path, identity: str) -> Path:
    """Copy a log that cannot be read to the user's data folder, byte for byte. Raises ``PetitionerError``."""
    folder = locate_log_folder(identity)
    target = folder / f"{_find_next_number(folder):04}-damaged.sqlite"
    try:
        make_log_folder(identity)
        create_private(target)
        shutil.copyfile(path, target)
        # SQLite would apply a journal that is left over to the log that replaces this one.
        path.with_name(f"{path.name}-journal").unlink(missing_ok=True)
    except OSError as error:
        hint = "Look whether there is room and whether you may write there, then try again."
        raise PetitionerError(f"The damaged log could not be kept in {target} ({error.strerror}).", hint) from error
    return target


@contextmanager
def open_staged(copy: Path) -> Iterator[Path]:
    """Copy a log and its journal to a temporary folder, so that reading it does not change the original.

    Raises ``PetitionerError`` when it cannot be read.
    """
    with ExitStack() as held:
        try:
            get_file_size(copy)
            folder = _make_staged_folder(held)
            staged = folder / copy.name
            shutil.copy(copy, staged)
            journal = copy.with_name(f"{copy.name}-journal")
            if journal.exists():
                get_file_size(journal)
                shutil.copy(journal, folder)
        except OSError as error:
            hint = "Name a copy of the log, as `petitioner log copy` makes them."
            raise PetitionerError(f"The copy {copy} cannot be read ({error.strerror}).", hint) from error
        yield staged


def _make_staged_folder(held: ExitStack) -> Path:
    """Make a temporary folder and lock it. Raises ``OSError``.

    Another process may take it for one that was left over, and remove it before it is locked. Then a new one is made.
    """
    for _ in range(_TRIES):
        folder = Path(held.enter_context(tempfile.TemporaryDirectory(prefix=STAGED, ignore_cleanup_errors=True)))
        with suppress(FileNotFoundError):
            if held.enter_context(hold_lock(folder / STAGED_LOCK)) and folder.exists():
                return folder
    raise OSError(EBUSY, os.strerror(EBUSY))


def find_copy_with(identity: str, event: int, tip: str) -> Path | None:
    """Return the newest kept copy of a log that has an event with this number and hash, or None."""
    for path in reversed(list_copies(identity)):
        with suppress(PetitionerError, sqlite3.Error), _open_shared(path, patience=0) as connection:
            if connection.execute("SELECT 1 FROM events WHERE id = ? AND hash = ?", (event, tip)).fetchone():
                return path
    return None


def overwrite(connection: sqlite3.Connection, source: Path) -> None:
    """Replace the content of an open database by that of another log, in one transaction of SQLite."""
    with _open_shared(source, patience=1) as other:
        other.backup(connection)


@contextmanager
def _open_shared(path: Path, patience: float) -> Iterator[sqlite3.Connection]:
    # The driver's backup waits for ever on a lock; a lock taken here first waits for ``patience`` seconds only.
    with closing(connect(path, writing=False, patience=patience)) as connection:
        connection.execute("BEGIN")
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        yield connection


def _copy_atomically(source: sqlite3.Connection, target: Path, make_folder: Callable[[], object]) -> None:
    try:
        make_folder()
        part = target.with_name(f".{target.name}.{os.getpid()}{PART}")
        try:
            create_private(part)
            _write_copy(part, source)
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)
        sync_folder(target.parent)
    except (OSError, sqlite3.Error) as error:
        hint = "Look whether there is room and whether you may write there, then try again."
        raise PetitionerError(f"No copy of the log could be made in {target} ({error}).", hint) from error


def _write_copy(part: Path, source: sqlite3.Connection) -> None:
    with closing(sqlite3.connect(part, isolation_level=None)) as copy:
        copy.execute("PRAGMA synchronous = EXTRA")
        source.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")
        (verdict,) = copy.execute("PRAGMA integrity_check(1)").fetchone()
    if verdict != "ok":
        hint = "Put an earlier copy in its place: petitioner log restore COPY"
        raise DamagedError(f"The mailing log is damaged, so that no copy of it is any good ({verdict}).", hint)


def _find_next_number(folder: Path) -> int:
    return max((get_copy_number(path) for path in list_copies(folder.name)), default=0) + 1
