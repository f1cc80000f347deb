"""Files on disk: written whole or not at all."""

import fcntl
import os
import stat
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from errno import EEXIST, EINVAL
from hashlib import sha256
from pathlib import Path

_KINDS = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)

PART = ".part"
"""How the name of a file ends that is being written; one that is left over belongs to a process that was killed."""


def write_atomically(path: Path, content: bytes) -> None:
    """Write ``content`` to ``path`` so that a reader, or a power cut, meets the old file or the new one.

    The bytes go to a temporary file in the same folder, are flushed to disk, and take the name by rename.
    The folder is made when it is missing. Raises ``OSError``; the temporary file is gone then.
    """
    _write(path, content, lambda part: part.replace(path))


def write_new(path: Path, content: bytes) -> None:
    """The same for a name that nothing has yet. Raises ``FileExistsError`` for one that is taken, ``OSError``."""
    _write(path, content, lambda part: _name_anew(part, path))


def _write(path: Path, content: bytes, take_name: Callable[[Path], object]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=PART, dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        Path(name).chmod(0o666 & ~_umask())
        take_name(Path(name))
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


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


def require_file(path: Path) -> int:
    """The size of a file in bytes. Raises OSError for anything else: a device or a pipe would be read without end."""
    found = path.stat()
    if not stat.S_ISREG(found.st_mode):
        kind = next((name for is_one, name in _KINDS if is_one(found.st_mode)), "no file")
        raise OSError(EINVAL, f"it is {kind}", str(path))
    return found.st_size


def digest(content: bytes) -> str:
    """The SHA-256 of some bytes, in lower-case hexadecimal."""
    return sha256(content).hexdigest()


def _umask() -> int:
    """The process's umask, which can only be read by setting it."""
    mask = os.umask(0)
    os.umask(mask)
    return mask


def sync_folder(folder: Path) -> None:
    """Flush a folder's entries, so that the rename itself survives a power cut (fsync(2), notes)."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def hold_alone(path: Path) -> Iterator[bool]:
    """Hold a lock that is this process's alone: True, or False when another process holds it.

    It is the operating system's, on an empty file at ``path``, and goes with the process however that ends (flock(2)).
    """
    with path.open("ab") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
