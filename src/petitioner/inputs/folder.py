"""Find the workspace, read and list its files, and notice later if one of them has changed.

This module loads quickly, since commands that find everything unchanged load little else.
"""

import os
import re
import stat
from collections.abc import Iterable, Mapping
from pathlib import Path

from petitioner.errors import ExitStatus, PetitionerError, suggest
from petitioner.files import digest
from petitioner.model.characters import compose_text

RECIPIENTS = "recipients.yaml"
LETTERS = "letters"
THEME = "letters/theme"

_CAMPAIGN = re.compile(r"\d{4}(-([2-9]|[1-9]\d))?", re.ASCII)  # the year, and of a later edition its number
_LARGEST = 50  # MB: a hundred times what a campaign needs
_MADE = ("out", "mailing-log.sqlite", "mailing-log.sqlite-journal")  # by the program; these are no inputs
_FILE, _NAMES, _CAMPAIGNS = "file", "names", "campaigns"


class NoWorkspaceError(PetitionerError):
    """There is no workspace in a folder or above it."""

    exit_status = ExitStatus.INVALID


class UnreadableError(Exception):
    """A file cannot be read; the message completes a sentence that begins with its name."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.hint = hint


def find_workspace(start: Path) -> Path:
    """Return the folder with ``recipients.yaml``: ``start``, or the nearest one above. Raises NoWorkspaceError."""
    if not os.path.isdir(start):  # noqa: PTH112 - Path.is_dir raises where a folder may not be entered
        if os.path.isfile(start):  # noqa: PTH113 - as above
            raise NoWorkspaceError(f"{start} is a file, not a folder.", "Name the folder that it is in: -C FOLDER")
        raise NoWorkspaceError(f"There is no folder {start}.", "Check its name and its permissions.")
    start = start.resolve()
    for folder in (start, *start.parents):
        if os.path.exists(folder / RECIPIENTS) or os.path.isdir(folder / LETTERS):  # noqa: PTH110, PTH112 - as above
            return folder
    hint = "Go to the folder of your campaign, or name it: petitioner -C FOLDER."
    raise NoWorkspaceError(f"There is no {RECIPIENTS} in {start}, nor in a folder above it.", hint)


def list_campaigns(folder: Path) -> tuple[str, ...]:
    """List the campaigns that have a folder under ``letters/``, the latest first: 2028, 2027-2, 2027."""
    entries = (folder / LETTERS).iterdir() if (folder / LETTERS).is_dir() else ()
    names = [entry.name for entry in entries if _CAMPAIGN.fullmatch(entry.name) and entry.is_dir()]
    return tuple(sorted(names, key=rank_campaign, reverse=True))


def rank_campaign(name: str) -> tuple[int, int]:
    """Return the year and the number of the edition that a campaign's name has."""
    year, _, edition = name.partition("-")
    return int(year), int(edition or 1)


class TrackedFolder:
    """A folder of which everything that is read is remembered in ``seen``, by a digest, as it was at that time."""

    def __init__(self, folder: Path) -> None:
        self.path = folder
        self.seen: dict[str, str] = {}

    def read_file(self, path: str) -> bytes:
        """Read a file as ``read_file`` does."""
        try:
            content = read_file(self.path, path)
        except UnreadableError as error:
            self._remember(_FILE, path, f"{error} {error.hint}".encode())
            raise
        self._remember(_FILE, path, content)
        return content

    def list_names(self, at: str) -> list[str]:
        """List the names in a folder as ``list_names`` does. Those that the program makes are not remembered."""
        names = list_names(self.path / at)
        written = [name for name in names if name not in _MADE]
        self._remember(_NAMES, at, repr(written).encode())
        return names

    def list_campaigns(self) -> tuple[str, ...]:
        """List the campaigns as ``list_campaigns`` does."""
        years = list_campaigns(self.path)
        self._remember(_CAMPAIGNS, "", repr(years).encode())
        return years

    def _remember(self, kind: str, path: str, content: bytes) -> None:
        key, value = f"{kind} {path}", digest(content)
        if self.seen.setdefault(key, value) != value:
            self.seen[key] = "changed between two readings"  # the digest of nothing, so it is never found again


def look_again(folder: Path, keys: Iterable[str]) -> Mapping[str, str]:
    """Read again what has these keys in ``TrackedFolder.seen``, and return their digests as they are now."""
    tracked = TrackedFolder(folder)
    for key in keys:
        kind, _, path = key.partition(" ")
        if kind == _FILE:
            try:
                tracked.read_file(path)
            except UnreadableError:
                continue
        elif kind == _NAMES:
            tracked.list_names(path)
        else:
            tracked.list_campaigns()
    return tracked.seen


def list_newer(folder: Path, campaign: str, since: int) -> tuple[str, ...]:
    """List the files that decide the letters of a campaign and were changed after ``since``, in nanoseconds (POSIX)."""
    home = folder / LETTERS / campaign
    inputs = (folder / RECIPIENTS, *sorted(home.rglob("*")), *sorted((folder / THEME).rglob("*")))
    return tuple(str(path.relative_to(folder)) for path in inputs if find_change(path) > since)


def find_change(path: Path) -> int:
    """Return when a file was last changed, in nanoseconds (POSIX); 0 for a hidden or missing file and for a folder."""
    try:
        status = path.stat()
    except OSError:
        return 0
    return status.st_mtime_ns if stat.S_ISREG(status.st_mode) and not path.name.startswith(".") else 0


def read_file(folder: Path, path: str) -> bytes:
    """Read a file in ``folder``. Raises UnreadableError, also for a link that leads out of the folder."""
    place = _find_present_name(folder / path)
    try:
        _require_readable(place, folder)
        return place.read_bytes()
    except FileNotFoundError:
        suggestion = suggest(place.name, list_names(place.parent))
        raise UnreadableError("is missing", suggestion or "Put it there; docs/files.md lists the files.") from None
    except OSError as error:
        hint = "Check its name and its permissions."
        raise UnreadableError(f"cannot be read: {error.strerror}", hint) from None


def list_names(folder: Path) -> list[str]:
    """Return the sorted names of a folder's files without hidden ones; empty if it cannot be read."""
    try:
        return sorted(entry.name for entry in folder.iterdir() if not entry.name.startswith("."))
    except OSError:
        return []


def _find_present_name(place: Path) -> Path:
    """Return the path of a file; a Mac may write its name in another Unicode composition."""
    if place.name.isascii() or os.path.lexists(place):
        return place
    same = (name for name in list_names(place.parent) if compose_text(name) == compose_text(place.name))
    return place.with_name(next(same, place.name))


def _require_readable(place: Path, folder: Path) -> None:
    if not Path(os.path.realpath(place)).is_relative_to(os.path.realpath(folder)):
        raise UnreadableError("is a link that leaves the workspace", "Copy the file here instead.")
    status = place.stat()
    if not stat.S_ISREG(status.st_mode):
        raise UnreadableError("is not a regular file", "Move it away, and put the file there.")
    if (size := status.st_size // 1_000_000) > _LARGEST:
        hint = f"Is it the right file? At most {_LARGEST} MB are read."
        raise UnreadableError(f"is {size} MB large", hint)
