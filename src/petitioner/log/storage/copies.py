"""Copies of the log: made by SQLite, looked through, and the last ten of each log kept in the user's data folder.

SQLite makes them, because a plain copy of the file can meet another process in the middle of a commit.
"""

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path
from typing import Final

from petitioner.errors import PetitionerError
from petitioner.files import PART, create_private, get_file_size, hold_lock, sync_folder
from petitioner.log.storage.rows import find_invalid_column
from petitioner.log.storage.sqlite import VERIFY, DamagedError, connect
from petitioner.user_data.logs import identify_log, list_copies, locate_log_folder, make_log_folder, number_copy
from petitioner.user_data.privacy import STAGED, STAGED_LOCK

KEPT: Final = 10
"""How many copies of a log are kept before the oldest goes."""


def keep_copy(path: Path, label: str, patience: float) -> Path | None:
    """Copy a log to the user's data, as ``0012-before-sending.sqlite``; None when there is no event to lose.

    Raises ``PetitionerError`` when the copy cannot be made, and SQLite's errors for the log.
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
        _copy(connection, target, lambda: make_log_folder(identity))
    for oldest in list_copies(identity)[:-KEPT]:
        oldest.unlink(missing_ok=True)
    return target


def copy_log(path: Path, target: Path, patience: float) -> None:
    """Copy a log to a place that a person has named, where no file may be yet.

    Raises ``PetitionerError`` when that cannot be done, and SQLite's errors for the log.
    """
    if target.exists():
        raise PetitionerError(f"{target} is there already, and was left as it is.", "Name another place for the copy.")
    copy_over(path, target, patience)


def copy_over(path: Path, target: Path, patience: float) -> None:
    """Copy a log to a place, over any file there. Raises as ``copy_log`` does."""
    with _open_shared(path, patience) as connection:
        _copy(connection, target, lambda: target.parent.mkdir(parents=True, exist_ok=True))


def keep_damaged(path: Path, identity: str) -> Path:
    """Keep a log that cannot be read among the user's data, as it lies there.

    Raises ``PetitionerError`` when that cannot be done.
    """
    folder = locate_log_folder(identity)
    target = folder / f"{_find_next_number(folder):04}-damaged.sqlite"
    try:
        make_log_folder(identity)
        create_private(target)
        shutil.copyfile(path, target)
        # Left over, it would be played back into the log that takes this one's place.
        path.with_name(f"{path.name}-journal").unlink(missing_ok=True)
    except OSError as error:
        hint = "Look whether there is room and whether you may write there, then try again."
        raise PetitionerError(f"The damaged log could not be kept in {target} ({error.strerror}).", hint) from error
    return target


@contextmanager
def stage(copy: Path) -> Iterator[Path]:
    """A copy of a copy in a temporary folder, and of the journal that may lie beside it, so that the first stays.

    Raises ``PetitionerError`` when it cannot be read.
    """
    with ExitStack() as held:
        try:
            get_file_size(copy)
            folder = held.enter_context(tempfile.TemporaryDirectory(prefix=STAGED))
            held.enter_context(hold_lock(Path(folder) / STAGED_LOCK))
            staged = Path(folder) / copy.name
            shutil.copy(copy, staged)
            journal = copy.with_name(f"{copy.name}-journal")
            if journal.exists():
                get_file_size(journal)
                shutil.copy(journal, folder)
        except OSError as error:
            hint = "Name a copy of the log, as `petitioner log copy` makes them."
            raise PetitionerError(f"The copy {copy} cannot be read ({error.strerror}).", hint) from error
        yield staged


def find_copy_with(identity: str, event: int, tip: str) -> Path | None:
    """The newest copy of a log that is kept and holds an event by its number and hash; None where no copy does."""
    for path in reversed(list_copies(identity)):
        with suppress(PetitionerError, sqlite3.Error), _open_shared(path, patience=0) as connection:
            if connection.execute("SELECT 1 FROM events WHERE id = ? AND hash = ?", (event, tip)).fetchone():
                return path
    return None


def overwrite(connection: sqlite3.Connection, source: Path) -> None:
    """Put another log's content in place of the one that a connection holds, in one transaction of SQLite."""
    with _open_shared(source, patience=1) as other:
        other.backup(connection)


@contextmanager
def _open_shared(path: Path, patience: float) -> Iterator[sqlite3.Connection]:
    # The driver's backup waits for ever on a lock; one that is taken beforehand waits for ``patience``.
    with closing(connect(path, writing=False, patience=patience)) as connection:
        connection.execute("BEGIN")
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        yield connection


def _copy(source: sqlite3.Connection, target: Path, make_folder: Callable[[], object]) -> None:
    try:
        make_folder()
        part = target.with_name(f".{target.name}.{os.getpid()}{PART}")
        try:
            create_private(part)
            _fill(part, source)
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)
        sync_folder(target.parent)
    except (OSError, sqlite3.Error) as error:
        hint = "Look whether there is room and whether you may write there, then try again."
        raise PetitionerError(f"No copy of the log could be made in {target} ({error}).", hint) from error


def _fill(part: Path, source: sqlite3.Connection) -> None:
    with closing(sqlite3.connect(part, isolation_level=None)) as copy:
        copy.execute("PRAGMA synchronous = EXTRA")
        source.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")
        (verdict,) = copy.execute("PRAGMA integrity_check(1)").fetchone()
    if verdict != "ok":
        hint = "Put an earlier copy in its place: petitioner log restore COPY"
        raise DamagedError(f"The mailing log is damaged, so that no copy of it is any good ({verdict}).", hint)


def _find_next_number(folder: Path) -> int:
    return max((number_copy(path) for path in list_copies(folder.name)), default=0) + 1
