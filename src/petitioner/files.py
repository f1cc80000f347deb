"""Files on disk, written completely or not at all."""

import os
import re
import shutil
import stat
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from errno import EACCES, EEXIST, EFBIG, EINVAL, EISDIR, ELOOP, ENOTSUP
from hashlib import sha256
from importlib import import_module
from pathlib import Path

_FILE_TYPES = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)

PART = ".part"
"""The ending of a file's name while it is written."""

_TEMPORARY_NAME = re.compile(rf"\..+\.[a-z0-9_]{{8}}{re.escape(PART)}")

_MAX_BYTES = 50_000_000
"""Bytes: more than any file of this program has, and less than would fill the memory."""


# Windows has only the last flag, and Unix only the others.
_NO_LINK, _NO_WAITING, _AS_BYTES = (getattr(os, flag, 0) for flag in ("O_NOFOLLOW", "O_NONBLOCK", "O_BINARY"))
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _AS_BYTES


class NotRegularError(OSError):
    """The path is a link, folder, pipe or device, or a file that is too large."""


def read_regular_file(path: Path, *, follow: bool = False) -> bytes:
    """Return the bytes of a regular file; of a link to one only with ``follow``.

    Raises ``NotRegularError`` for a file that is not regular or is larger than 50 MB, and other kinds of ``OSError``.
    """
    handle = _open_file(path, os.O_RDONLY, follow=follow)
    try:
        status = os.fstat(handle)
        if stat.S_ISDIR(status.st_mode):
            raise NotRegularError(EISDIR, os.strerror(EISDIR), str(path))
        if not stat.S_ISREG(status.st_mode):
            raise NotRegularError(EINVAL, "it is not a regular file", str(path))
        if status.st_size > _MAX_BYTES:
            raise NotRegularError(EFBIG, f"it is larger than {_MAX_BYTES // 1_000_000} MB", str(path))
        with os.fdopen(handle, "rb", closefd=False) as file:
            return file.read(_MAX_BYTES)
    finally:
        os.close(handle)


def _open_file(path: Path, flags: int, *, follow: bool = False) -> int:
    """Open a file without waiting for the other end of a pipe; a link only with ``follow``."""
    if not follow and not _NO_LINK and find_link(path.parent, path.name):
        raise NotRegularError(ELOOP, "it is a link", str(path))
    try:
        return os.open(path, flags | _NO_WAITING | _AS_BYTES | (0 if follow else _NO_LINK), 0o600)
    except OSError as error:
        if error.errno == ELOOP:
            raise NotRegularError(ELOOP, "it is a link", str(path)) from None
        raise


def find_link(folder: Path, *names: str) -> Path | None:
    """Return the first link on the path from a folder through these names, or None."""
    path = str(folder)
    for name in names:
        path = os.path.join(path, name)  # noqa: PTH118 - for each file of a build
        if os.path.islink(path):  # noqa: PTH114 - Path.is_symlink raises where a folder may not be entered
            return Path(path)
    return None


def write_atomically(path: Path, content: bytes, *, private: bool = False, flush_folder: bool = True) -> None:
    """Write a file so that there is always the old one or the new one, also after a power cut.

    A temporary file in the same folder is flushed to disk and renamed. A missing folder is made. Only its owner can
    read a ``private`` file; any other keeps its mode. Without ``flush_folder``, a power cut may bring the old file back
    until ``sync_folder``. Raises ``PermissionError`` for a file that is read-only, and other kinds of ``OSError``; then
    it leaves no temporary file.
    """
    mode = _find_mode(path)
    if mode is not None and not mode & 0o222:  # a rename would replace it all the same
        raise PermissionError(EACCES, "it is read-only", str(path))

    def replace(temporary: Path) -> None:
        if mode is not None and not private:
            temporary.chmod(mode)
        temporary.replace(path)

    _write_by_rename(path, content, replace, private=private, flush=flush_folder)


def _find_mode(path: Path) -> int | None:
    """Return the permissions of a regular file, or None if there is none."""
    with suppress(FileNotFoundError, NotADirectoryError):
        mode = path.lstat().st_mode
        return stat.S_IMODE(mode) if stat.S_ISREG(mode) else None
    return None


def write_new(path: Path, content: bytes, *, private: bool = False) -> None:
    """Write a new file completely or not at all. Raises ``FileExistsError`` if the path exists, or ``OSError``."""
    _write_by_rename(path, content, lambda temporary: _rename_without_replacing(temporary, path), private=private)


def _write_by_rename(
    path: Path, content: bytes, rename: Callable[[Path], object], *, private: bool, flush: bool = True
) -> None:
    temporary = write_temporary_file(path, content, private=private)
    try:
        rename(temporary)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    if flush:
        sync_folder(path.parent)


def make_private_folder(folder: Path) -> None:
    """Create a folder, and those above it that are missing, each for its owner only. Raises ``OSError``.

    The mode is that of the XDG Base Directory Specification. ``Path.mkdir`` gives it to the last folder only.
    """
    if not folder.is_dir():
        make_private_folder(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)


def write_temporary_file(path: Path, content: bytes, *, private: bool = True) -> Path:
    """Write a temporary file that can be renamed to ``path``, and flush it to disk.

    Raises ``OSError``, and then leaves no temporary file.
    """
    try:
        handle, temporary = _open_temporary_file(path, private=private)
    except FileNotFoundError:
        if private:
            make_private_folder(path.parent)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = _open_temporary_file(path, private=private)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(handle)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return temporary


def _open_temporary_file(path: Path, *, private: bool) -> tuple[int, Path]:
    while True:
        temporary = _name_temporary(path)
        with suppress(FileExistsError):
            return os.open(temporary, _NEW, 0o600 if private else 0o666), temporary


def _name_temporary(path: Path) -> Path:
    return path.parent / f".{path.name}.{os.urandom(4).hex()}{PART}"


def create_folder(folder: Path, files: Mapping[str, bytes]) -> None:
    """Make a new folder with files, by their path in it: complete or not at all, by a rename.

    Missing folders above it are made. Raises ``FileExistsError`` if the path exists, or ``OSError``.
    """
    if os.path.lexists(folder):
        raise FileExistsError(EEXIST, os.strerror(EEXIST), str(folder))
    folder.parent.mkdir(parents=True, exist_ok=True)
    with _stage_folder(folder.parent, folder.name, files) as staged:
        staged.rename(folder)
    sync_folder(folder.parent)


def add_to_folder(folder: Path, files: Mapping[str, bytes]) -> None:
    """Add files to a folder: all of them, or none if one cannot be added.

    Raises ``FileExistsError`` if a file, or the folder that it would be in, is there already; else ``OSError``.
    """
    tops = sorted({path.split("/")[0] for path in files})
    for top in tops:
        if os.path.lexists(folder / top):
            raise FileExistsError(EEXIST, os.strerror(EEXIST), str(folder / top))
    done: list[str] = []
    with _stage_folder(folder, "new", files) as staged:
        try:
            for top in tops:
                (staged / top).rename(folder / top)
                done.append(top)
        except BaseException:
            for top in done:
                (folder / top).rename(staged / top)
            raise
    sync_folder(folder)


@contextmanager
def _stage_folder(parent: Path, name: str, files: Mapping[str, bytes]) -> Iterator[Path]:
    """Write files into a temporary folder, flushed to disk; what is not renamed is removed at the end."""
    staged = _name_temporary(parent / name)
    staged.mkdir()
    try:
        for path, content in files.items():
            write_atomically(staged / path, content)
        yield staged
    finally:
        shutil.rmtree(staged, ignore_errors=True)


def make_private(path: Path) -> bool:
    """Remove the permissions of other users from a file or folder of this user. Return whether they had any.

    Links and devices are not changed, nor what allows no change, as a memory stick without owners.
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
    """Whether a file belongs to this user; True if files have no owners."""
    return not hasattr(os, "geteuid") or status.st_uid == os.geteuid()


def create_private(path: Path) -> None:
    """Make an empty private file, unless the path exists. Raises ``OSError``."""
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))


def _rename_without_replacing(temporary: Path, path: Path) -> None:
    """Rename without replacing another file: a hard link needs a new name (link(2))."""
    try:
        path.hardlink_to(temporary)
    except FileExistsError:
        raise
    except OSError:  # no hard links here, as on memory sticks; the check leaves a short race
        if path.exists():
            raise FileExistsError(EEXIST, os.strerror(EEXIST), str(path)) from None
        temporary.replace(path)
    else:
        temporary.unlink()


def get_file_size(path: Path) -> int:
    """Return the size of a regular file in bytes. Raises OSError for a device or a pipe, which could be endless."""
    status = path.stat()
    if not stat.S_ISREG(status.st_mode):
        kind = next((name for is_type, name in _FILE_TYPES if is_type(status.st_mode)), "no file")
        raise OSError(EINVAL, f"it is {kind}", str(path))
    return status.st_size


def find_temporary_files(folder: Path) -> Iterator[Path]:
    """Yield the temporary files in a folder that killed processes left."""
    if folder.is_dir() and not folder.is_symlink():
        names = (entry for entry in folder.iterdir() if _TEMPORARY_NAME.fullmatch(entry.name))
        yield from (entry for entry in names if entry.is_file() and not entry.is_symlink())


def digest(content: bytes) -> str:
    """Return the SHA-256 of bytes in lower-case hexadecimal."""
    return sha256(content).hexdigest()


def sync_folder(folder: Path) -> None:
    """Flush a folder, so that a rename in it survives a power cut (fsync(2), notes).

    Windows and some network drives cannot do this; there it is left to the system.
    """
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in {EINVAL, ENOTSUP}:
            raise
    finally:
        os.close(handle)


@contextmanager
def hold_folder_lock(folder: Path) -> Iterator[bool]:
    """Hold an exclusive lock on a folder. Yields False if another process has it.

    The operating system ends it with the process (flock(2)). Where folders cannot be locked, as on Windows and on some
    network drives, nothing is locked.
    """
    lock = import_module("filelock").lock_descriptor
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:
        yield True
        return
    try:
        try:
            is_ours = bool(lock(handle, blocking=False))
        except OSError:
            is_ours = True
        yield is_ours
    finally:
        os.close(handle)


@contextmanager
def hold_lock(path: Path) -> Iterator[bool]:
    """Hold an exclusive lock on an empty file. Yields False if another process has it.

    The operating system ends it with the process (flock(2), LockFileEx on Windows). Raises ``OSError`` if the file
    cannot be written, or is a link.
    """
    # Loaded here: it takes long to load, and most commands take no lock.
    lock = import_module("filelock").lock_descriptor
    handle = _open_file(path, os.O_CREAT | os.O_RDWR)
    try:
        yield bool(lock(handle, blocking=False))
    finally:
        os.close(handle)
