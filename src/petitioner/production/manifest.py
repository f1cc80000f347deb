"""``out/<year>/built.json``: which files were made, from what, and what they hold."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from petitioner.files import digest, write_atomically

OUT = "out"
NAME = "built.json"
ARCHIVE = "archive.pdf"
"""The ending of copies for an archive, which are no letters to approve or to send."""

_VERSION = 1


@dataclass(frozen=True, slots=True)
class Remark:
    """A warning about a finished page: its ``code``, what it says, and what to do."""

    code: str
    message: str
    hint: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One file that was made: for whom, the ``key`` of what it was made from, and the ``sha256`` of its bytes.

    ``remarks`` are told again whenever the file is kept.
    """

    recipient: str
    key: str
    sha256: str
    remarks: tuple[Remark, ...] = ()


Manifest = Mapping[str, Entry]
"""The files of one campaign by their path within its folder under ``out/``."""


def locate(folder: Path, campaign: str) -> Path:
    """Where the files of a campaign are made."""
    return folder / OUT / campaign


def read_manifest(folder: Path) -> Manifest:
    """What the last build wrote down in ``folder``; nothing when there was none, or it cannot be read.

    A lost manifest costs a build, and no more: files that are already there are compared, never overwritten unseen.
    """
    try:
        said = json.loads((folder / NAME).read_text("utf-8"))
        if said["version"] != _VERSION:
            return {}
        return {path: _read_entry(**entry) for path, entry in said["files"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def _read_entry(recipient: str, key: str, sha256: str, remarks: Iterable[Mapping[str, str]] = ()) -> Entry:
    return Entry(recipient, key, sha256, tuple(Remark(**remark) for remark in remarks))


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write down what was made. Raises OSError."""
    files = {path: asdict(manifest[path]) for path in sorted(manifest)}
    text = json.dumps({"version": _VERSION, "files": files}, indent=1) + "\n"
    write_atomically(folder / NAME, text.encode())


def read_digest(path: Path) -> str | None:
    """The SHA-256 of a file, or None when it is not there."""
    try:
        return digest(path.read_bytes())
    except FileNotFoundError:
        return None


def find_built(folder: Path, recipient: str) -> Iterator[tuple[Path, str]]:
    """The letters last made for a recipient in ``folder``, each with the SHA-256 that it had then."""
    for path, entry in read_manifest(folder).items():
        if entry.recipient == recipient and not path.endswith(f".{ARCHIVE}"):
            yield folder / path, entry.sha256
