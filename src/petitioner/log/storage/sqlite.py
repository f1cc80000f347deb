"""The SQLite file of the log: how it is opened, locked and checked, and what its errors mean."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Final

from petitioner.errors import PetitionerError
from petitioner.files import create_private
from petitioner.log.kinds import Kind

VERSION: Final = "0002"
"""The version of these tables, which Alembic reads from the table ``alembic_version``."""

OLDER: Final = ("0001",)
"""The versions that ``migrations`` can migrate to this one."""

_TABLES: Final = frozenset({b"events", b"documents", b"details", b"blobs", b"alembic_version"})

# The word in the middle of SQLite's error names (https://www.sqlite.org/rescode.html): what it means, what to do.
_IN_USE = "is in use by another program", "Close that program, then try again."
_EXPLANATIONS = {
    "BUSY": _IN_USE,
    "LOCKED": _IN_USE,
    "FULL": ("cannot be written: the disk is full", "Make room, then try again; what was recorded before is whole."),
    "IOERR": ("cannot be read or written", "Look whether the disk is full or failing, then try again."),
    "READONLY": ("cannot be written: it is read-only", "Allow yourself to write the file and its folder."),
    "CANTOPEN": ("cannot be opened", "It has to be a file, in a folder that you may write to."),
    "PERM": ("cannot be opened", "Allow yourself to read and write the file and its folder."),
    "AUTH": ("cannot be opened", "Allow yourself to read and write the file and its folder."),
    "NOTADB": ("is not a mailing log, and was left as it is", "Move it away, or put the right file in its place."),
    "CORRUPT": ("is damaged", "Put a copy of it in its place: petitioner log restore COPY"),
}
VERIFY: Final = "See what is wrong with it: petitioner log verify"
"""What to do about a log that holds what this program did not write."""

_NOT_TEXT = "Could not decode to UTF-8 column "  # how the driver of SQLite begins to say so, which has no code
_BEYOND_READING = (_EXPLANATIONS["NOTADB"], _EXPLANATIONS["CORRUPT"])


class DamagedError(PetitionerError):
    """The file is not a log, or a damaged one; a copy can replace it."""


@contextmanager
def begin(path: Path, *, writing: bool, patience: float) -> Iterator[sqlite3.Connection]:
    """Open the log's file and begin a transaction, which is committed at the end, or rolled back after an error.

    SQLite waits ``patience`` seconds for locks of other processes. For ``writing``, a missing file is created, and the
    write lock is taken at once.
    """
    with closing(connect(path, writing=writing, patience=patience)) as connection:
        connection.execute("BEGIN IMMEDIATE" if writing else "BEGIN")
        yield connection
        connection.commit()  # closing without it rolls back


def connect(path: Path, *, writing: bool, patience: float) -> sqlite3.Connection:
    """Connect to the log's file. Raises SQLite's errors, and ``PetitionerError`` for another program's database."""
    refuse_links(path)
    if writing:
        with suppress(OSError):  # SQLite reports better what is wrong
            create_private(path)  # the journal gets the rights of the file
    # Readers open the file for writing too: after a crash the first one has to roll the unfinished write back.
    address = f"{path.absolute().as_uri()}?mode={'rwc' if writing else 'rw'}"
    # Without an isolation level the driver begins no transactions by itself.
    connection = sqlite3.connect(address, uri=True, timeout=patience, isolation_level=None)
    try:
        _configure(connection, path, writing=writing)
    except BaseException:
        connection.close()
        raise
    return connection


@contextmanager
def translate_errors(path: Path) -> Iterator[None]:
    """Raise SQLite's errors for the log as ``PetitionerError`` that names the file and what to do."""
    try:
        yield
    except sqlite3.Error as error:
        if (message := str(error)).startswith(_NOT_TEXT):
            column = message.removeprefix(_NOT_TEXT).split("'")[1]
            raise DamagedError(f"The mailing log {path} holds text in '{column}' that is no UTF-8.", VERIFY) from error
        if not (explanation := _find_explanation(error)):
            raise  # a bug, which deserves its traceback
        sentence, hint = explanation
        kind = DamagedError if explanation in _BEYOND_READING else PetitionerError
        raise kind(f"The mailing log {path} {sentence} ({error}).", hint) from error


def is_there(path: Path) -> bool:
    """Whether the log's file exists. Raises ``PetitionerError`` when that cannot be found out."""
    refuse_links(path)
    try:
        return path.exists()
    except OSError as error:
        sentence, hint = _EXPLANATIONS["CANTOPEN"]
        raise PetitionerError(f"The mailing log {path} {sentence} ({error.strerror}).", hint) from error


def refuse_links(path: Path) -> None:
    """Raise ``PetitionerError`` for a log or journal that is a link, since it would be written outside the folder."""
    for place in (path, path.with_name(f"{path.name}-journal")):
        with suppress(OSError):  # a folder that may not be searched is reported when the file is opened
            if place.is_symlink():
                hint = "Put the file itself there instead of the link; nothing was read and nothing was written."
                raise PetitionerError(f"{place} is a link, so the mailing log would be outside of its folder.", hint)


def is_behind(connection: sqlite3.Connection, path: Path) -> bool:
    """Whether the tables have an older version. Raises ``PetitionerError`` for a newer one."""
    found = connection.execute("SELECT CAST(version_num AS BLOB) FROM alembic_version").fetchone()
    version = ((found and found[0]) or b"").decode(errors="backslashreplace")
    if not version.isdecimal():
        sentence = f"The mailing log {path} does not say of which version its tables are ('{version}')."
        raise DamagedError(sentence, _EXPLANATIONS["CORRUPT"][1])
    if version not in {VERSION, *OLDER}:
        raise _make_newer_error(path, f"its tables are of version {version}, and this program knows {VERSION}")
    return bool(version != VERSION)


def refuse_unknown(connection: sqlite3.Connection, path: Path) -> None:
    """Raise ``PetitionerError`` for a log with a kind of event that this program does not know."""
    # A later version may add kinds to the same tables; without them states would be wrong.
    found = connection.execute("SELECT DISTINCT kind FROM events")
    unknown = [kind for (kind,) in found if isinstance(kind, str) and kind.isprintable() and kind not in set(Kind)]
    if unknown:
        raise _make_newer_error(path, f"it has an event '{min(unknown)}', which this program does not know")


def has_tables(connection: sqlite3.Connection) -> bool:
    """Whether the tables exist; an empty file has none."""
    return connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'events'").fetchone() is not None


def _make_newer_error(path: Path, why: str) -> PetitionerError:
    return PetitionerError(
        f"The mailing log {path} was written by a newer petitioner: {why}.",
        "Install the newer petitioner. The log was left as it is.",
    )


def _configure(connection: sqlite3.Connection, path: Path, *, writing: bool) -> None:
    # In rollback-journal mode a commit is the deletion of the journal, and only EXTRA flushes that deletion to disk:
    # with FULL a power cut may undo a commit (https://www.sqlite.org/pragma.html#pragma_synchronous).
    connection.execute("PRAGMA synchronous = EXTRA")
    connection.execute("PRAGMA foreign_keys = ON")
    _refuse_other_database(connection, path)
    if writing:
        # Only in this mode the log is a single file; another program may have changed it.
        connection.execute("PRAGMA journal_mode = DELETE")
        # Nothing is written to the file before the commit, so that a plain copy is nearly always whole.
        connection.execute("PRAGMA cache_spill = OFF")


def _refuse_other_database(connection: sqlite3.Connection, path: Path) -> None:
    named = connection.execute("SELECT CAST(name AS BLOB) FROM sqlite_master WHERE type = 'table'")
    found = {name for (name,) in named}
    if found and not found >= _TABLES:
        sentence, hint = _EXPLANATIONS["NOTADB"]
        raise PetitionerError(f"{path} {sentence}: it is another program's database.", hint)


def _find_explanation(cause: sqlite3.Error) -> tuple[str, str] | None:
    words = getattr(cause, "sqlite_errorname", "").split("_")
    return _EXPLANATIONS.get(words[1]) if len(words) > 1 else None
