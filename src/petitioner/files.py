"""Files on disk: written whole or not at all."""

import os
import re
import stat
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from errno import EEXIST, EFBIG, EINVAL, EISDIR, ELOOP
from hashlib import sha256
from importlib import import_module
from pathlib import Path

_KINDS = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)

PART = ".part"
"""How the name of a file ends that is being written."""

_LEFTOVER = re.compile(rf"\..+\.[a-z0-9_]{{8}}{re.escape(PART)}")  # as ``tempfile.mkstemp`` makes names

_LARGEST = 50_000_000
"""Bytes: far more than any file has that this program made or is set up by, and less than would fill the memory."""


# Windows knows the last alone, and Unix needs no such word.
_NO_LINK, _NO_WAIT, _AS_BYTES = (getattr(os, flag, 0) for flag in ("O_NOFOLLOW", "O_NONBLOCK", "O_BINARY"))


class NotRegularError(OSError):
    """A link, a folder, a pipe, a device or something huge is in the place of a file."""


def read_regular_file(path: Path, *, follow: bool = False) -> bytes:
    """The bytes of a regular file; a link to one is read only when ``follow`` says so.

    Raises ``NotRegularError`` for a file that is not regular or is larger than 50 MB, and other kinds of ``OSError``.
    """
    handle = _open(path, os.O_RDONLY, follow=follow)
    try:
        status = os.fstat(handle)
        if stat.S_ISDIR(status.st_mode):
            raise NotRegularError(EISDIR, os.strerror(EISDIR), str(path))
        if not stat.S_ISREG(status.st_mode):
            raise NotRegularError(EINVAL, "it is not a regular file", str(path))
        if status.st_size > _LARGEST:
            raise NotRegularError(EFBIG, f"it is larger than {_LARGEST // 1_000_000} MB", str(path))
        with os.fdopen(handle, "rb", closefd=False) as file:
            return file.read(_LARGEST)
    finally:
        os.close(handle)


def _open(path: Path, flags: int, *, follow: bool = False) -> int:
    """Open a file without waiting for the other end of a pipe; a link only when ``follow`` says so."""
    refusal = NotRegularError(ELOOP, "it is a link", str(path))
    if not follow and find_link(path.parent, path.name):
        raise refusal
    try:
        return os.open(path, flags | _NO_WAIT | _AS_BYTES | (0 if follow else _NO_LINK), 0o600)
    except OSError as error:
        if error.errno == ELOOP:
            raise refusal from None
        raise


def find_link(folder: Path, *names: str) -> Path | None:
    """The first link on the way from a folder to what lies in it by these names, one below the other."""
    place = folder
    for name in names:
        place = place / name
        if os.path.islink(place):  # noqa: PTH114 - Path.is_symlink raises where a folder may not be entered
            return place
    return None


def write_atomically(path: Path, content: bytes, *, private: bool = False) -> None:
    """Write ``content`` to ``path`` so that a reader, or a power cut, meets the old file or the new one.

    The bytes go to a temporary file in the same folder, are flushed to disk, and take the name by rename.
    The folder is made when it is missing. What is ``private`` can be read by its owner alone.
    Raises ``OSError``; the temporary file is gone then.
    """
    _write(path, content, lambda part: part.replace(path), private=private)


def write_new(path: Path, content: bytes, *, private: bool = False) -> None:
    """The same for a name that nothing has yet. Raises ``FileExistsError`` for one that is taken, ``OSError``."""
    _write(path, content, lambda part: _name_anew(part, path), private=private)


def _write(path: Path, content: bytes, take_name: Callable[[Path], object], *, private: bool) -> None:
    part = write_temporary_file(path, content, private=private)
    try:
        take_name(part)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def write_temporary_file(path: Path, content: bytes, *, private: bool = True) -> Path:
    """Write ``content`` to a temporary file that can take the name ``path`` by rename, and flush it to disk.

    Raises ``OSError``; the temporary file is gone then.
    """
    path.parent.mkdir(mode=0o700 if private else 0o777, parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=PART, dir=path.parent)
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        if not private:  # the temporary file is its owner's alone
            part.chmod(0o666 & ~_umask())
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    return part


def make_private(path: Path) -> bool:
    """Take a file or a folder of this user from all other users; whether any of them could use it before.

    A link or a device is left as it is, and what cannot be changed, as on a memory stick that knows no owners.
    """
    try:
        before = path.lstat()
        is_plain = stat.S_ISREG(before.st_mode) or stat.S_ISDIR(before.st_mode)
        if not is_plain or not is_own(before) or not before.st_mode & 0o077:
            return False
        path.chmod(before.st_mode & 0o700)
        return not path.stat().st_mode & 0o077
    except OSError:
        return False


def is_own(status: os.stat_result) -> bool:
    """Whether a file belongs to this user; always where files have no owners."""
    return not hasattr(os, "geteuid") or status.st_uid == os.geteuid()


def create_private(path: Path) -> None:
    """Make an empty file that is its owner's alone; one that is there stays as it is. Raises ``OSError``."""
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))


def _name_anew(part: Path, path: Path) -> None:
    """Rename, but never over another file: a second name can only be given where there is none (link(2))."""
    try:
        path.hardlink_to(part)
    except FileExistsError:
        raise
    except OSError:  # no links here, as on memory sticks; nobody else writes there in this instant
        if path.exists():
            raise FileExistsError(EEXIST, os.strerror(EEXIST), str(path)) from None
        part.replace(path)
    else:
        part.unlink()


def get_file_size(path: Path) -> int:
    """The size of a file in bytes. Raises OSError for anything else: a device or a pipe would be read without end."""
    found = path.stat()
    if not stat.S_ISREG(found.st_mode):
        kind = next((name for is_one, name in _KINDS if is_one(found.st_mode)), "no file")
        raise OSError(EINVAL, f"it is {kind}", str(path))
    return found.st_size


def find_temporary_files(folder: Path) -> Iterator[Path]:
    """The temporary files in a folder that belong to processes which were killed while they wrote."""
    if folder.is_dir() and not folder.is_symlink():
        names = (entry for entry in folder.iterdir() if _LEFTOVER.fullmatch(entry.name))
        yield from (entry for entry in names if entry.is_file() and not entry.is_symlink())


def digest(content: bytes) -> str:
    """The SHA-256 of some bytes, in lower-case hexadecimal."""
    return sha256(content).hexdigest()


def _umask() -> int:
    """The process's umask, which can only be read by setting it."""
    mask = os.umask(0)
    os.umask(mask)
    return mask


def sync_folder(folder: Path) -> None:
    """Flush a folder's entries, so that the rename itself survives a power cut (fsync(2), notes).

    Windows opens no folder, and flushes none.
    """
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def hold_lock(path: Path) -> Iterator[bool]:
    """Hold a lock that is this process's alone: True, or False when another process holds it.

    It is the operating system's, on an empty file at ``path``, and ends with the process however that ends (flock(2),
    LockFileEx on Windows). Raises ``OSError`` where the file cannot be written, or is a link.
    """
    # Loaded here: it takes long to load, and most commands take no lock.
    lock = import_module("filelock").lock_descriptor
    handle = _open(path, os.O_CREAT | os.O_RDWR)
    try:
        yield bool(lock(handle, blocking=False))
    finally:
        os.close(handle)
