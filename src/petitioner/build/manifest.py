"""``built.json``: which files were made, from what; and which of them are still correct."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Any
from unicodedata import category

from petitioner.build.formats import ARCHIVE, FORMATS, RENDERERS, compute_key
from petitioner.checks.pages import find_page_problems, read_reference
from petitioner.errors import Problem, WorkspaceError, errors_in
from petitioner.files import NotRegularError, digest, find_link, read_regular_file, write_atomically
from petitioner.model.codes import WARNINGS, severity_of
from petitioner.model.letter import Letter
from petitioner.model.theme import Theme
from petitioner.tables.locales import load_locales

OUT = "out"
MANIFEST_NAME = "built.json"

_VERSION = 1
_SHOWN = 3  # entries that a message names before it counts the rest
_LONGEST = 60  # characters of a value that a message repeats
_HASH = re.compile(r"[0-9a-f]{64}")
_ID = r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*"
_PATH = re.compile(rf"({_ID})/{_ID}\.[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*\.(?:{'|'.join(map(re.escape, RENDERERS))})")


@dataclass(frozen=True, slots=True)
class StoredWarning:
    """A warning about a finished page: its ``code``, what it says, and what to do."""

    code: str
    message: str
    hint: str


@dataclass(frozen=True, slots=True)
class ManifestEntry:
    """One file that was made: for whom, the ``key`` of what it was made from, and the ``sha256`` of its bytes.

    ``remarks`` are reported again whenever the file is kept.
    """

    recipient: str
    key: str
    sha256: str
    remarks: tuple[StoredWarning, ...] = ()


Manifest = Mapping[str, ManifestEntry]
"""The files of one campaign by their path within its folder under ``out/``."""


def locate_output(folder: Path, campaign: str) -> Path:
    """Where the files of a campaign are made."""
    return folder / OUT / campaign


def require_no_link(folder: Path, *names: str) -> None:
    """Raise WorkspaceError for a link on the way to ``out/2027``: what is written there would lie somewhere else."""
    if link := find_link(folder, OUT, *names):
        raise WorkspaceError([explain_link(folder, link)])


def explain_link(folder: Path, link: Path) -> Problem:
    """What is wrong with a link below the workspace's ``folder`` in the place of a folder of our own."""
    shown = str(link.relative_to(folder))
    message = "this is a link, and files would be written somewhere else through it"
    return Problem(shown, 0, "S109", message, f"Remove the link: rm {shown}    petitioner build makes the folder anew.")


def read_manifest(folder: Path) -> tuple[Manifest, tuple[Problem, ...]]:
    """What the last build wrote down in ``folder``, such as ``out/2027``, and what is wrong with it.

    A lost manifest, or entry, costs a build, and no more: files that are there are compared, never overwritten unseen.
    """
    try:
        entries = _parse(read_regular_file(folder / MANIFEST_NAME))
    except (FileNotFoundError, NotADirectoryError):
        return {}, ()
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {}, (_explain(folder, "this is not what 'petitioner build' writes, and is not used"),)
    manifest: dict[str, ManifestEntry] = {}
    refused: list[str] = []
    for path, entry in entries.items():
        try:
            manifest[path] = _read_entry(path, **entry)
        except (ValueError, TypeError, AttributeError):
            refused.append(_quote(path))
    if not refused:
        return manifest, ()
    rest = f" and {len(refused) - _SHOWN} more" if len(refused) > _SHOWN else ""
    named = f"{', '.join(refused[:_SHOWN])}{rest}"
    return manifest, (_explain(folder, f"no letter of this program can be meant by {named}, which is not used"),)


def _parse(content: bytes) -> Mapping[str, Mapping[str, Any]]:
    said = json.loads(content.decode("utf-8"))
    if said["version"] != _VERSION:
        raise ValueError(said["version"])
    return dict(said["files"].items())


def _explain(folder: Path, message: str) -> Problem:
    hint = "petitioner build writes this file anew, and makes again what it has to."
    return Problem(f"{OUT}/{folder.name}/{MANIFEST_NAME}", 0, "B903", message, hint, severity_of("B903"))


def _quote(text: str) -> str:
    """Quote a text of unknown content, with escapes for what is not plain ASCII."""
    plain = text.encode("unicode_escape").decode("ascii")
    return f"'{plain[:_LONGEST]}…'" if len(plain) > _LONGEST else f"'{plain}'"


def _read_entry(path: str, recipient: str, key: str, sha256: str, remarks: object = ()) -> ManifestEntry:
    """One entry. Raises ValueError or TypeError unless the path is one where a letter to this recipient is made."""
    place = _PATH.fullmatch(path)
    if place is None or place[1] != recipient or not all(map(_HASH.fullmatch, (key, sha256))):
        raise ValueError(path)
    return ManifestEntry(recipient, key, sha256, tuple(_read_remarks(remarks)))


def _read_remarks(said: object) -> Iterator[StoredWarning]:
    if not isinstance(said, list | tuple):
        raise TypeError(said)
    for one in said:
        remark = StoredWarning(**one)
        if remark.code not in WARNINGS or any(category(sign) in {"Cc", "Cs"} for sign in remark.message + remark.hint):
            raise ValueError(remark.code)
        yield remark


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write down what was made. Raises OSError."""
    files = {path: asdict(manifest[path]) for path in sorted(manifest)}
    text = json.dumps({"version": _VERSION, "files": files}, indent=1) + "\n"
    write_atomically(folder / MANIFEST_NAME, text.encode())


def read_built_file(path: Path) -> bytes | None:
    """The bytes of a file; None when it is not there, and no bytes at all for what is no regular file.

    Raises OSError for one that cannot be read.
    """
    try:
        return read_regular_file(path)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except NotRegularError:
        return b""


def is_as_built(content: bytes, entry: ManifestEntry, campaign: str) -> bool:
    """Whether these are the bytes that were made, and a letter of this campaign to this recipient."""
    return digest(content) == entry.sha256 and is_addressed(content, campaign, entry.recipient)


def is_addressed(content: bytes, campaign: str, recipient: str) -> bool:
    """Whether a file is a letter of a campaign to a recipient, by the reference in its metadata."""
    from petitioner.checks.pages import read_reference  # what reads pages is loaded when there are some

    return read_reference(content).endswith(f"-{campaign}-{recipient.upper()}")


def find_built(folder: Path, recipient: str) -> Iterator[tuple[Path, str, str]]:
    """The letters last made for a recipient in ``folder``, each with the SHA-256 that it had then.

    The third is why a file that is there is not that letter, or nothing.
    """
    manifest, _ = read_manifest(folder)
    behind = "lies behind a link" if find_link(folder.parent.parent, OUT, folder.name, recipient) else ""
    for path, entry in list_built(manifest, recipient):
        yield folder / path, entry.sha256, behind or _find_fault(folder / path, entry, folder.name)


def list_built(manifest: Manifest, recipient: str) -> Iterator[tuple[PurePosixPath, ManifestEntry]]:
    """List the letters last made for a recipient, without their copies for an archive."""
    for path, entry in manifest.items():
        if entry.recipient == recipient and not path.endswith(f".{ARCHIVE}"):
            yield PurePosixPath(path), entry


def _find_fault(path: Path, entry: ManifestEntry, campaign: str) -> str:
    try:
        content = read_regular_file(path)
    except OSError as error:
        return f"cannot be read ({error.strerror})"
    if digest(content) != entry.sha256:
        return "was changed after it was built"
    return (
        "" if is_addressed(content, campaign, entry.recipient) else f"is no letter of {campaign} to {entry.recipient}"
    )


@dataclass(frozen=True, slots=True)
class BuiltFileCheck:
    """One file that a letter should have: ``fault`` says why it is not the one, and is empty when it is.

    ``is_foreign`` says that another file is in its place, which no build replaces.
    """

    path: Path
    sha256: str
    fault: str = ""
    is_foreign: bool = False


def check_built_files(folder: Path, letters: Iterable[Letter], theme: Theme) -> Iterator[tuple[Letter, BuiltFileCheck]]:
    """Every file of every letter in ``folder``, such as ``out/2027``, read again as a person would.

    Raises OSError for one that cannot be read.
    """
    manifest, _ = read_manifest(folder)
    for letter in letters:
        key = compute_key(letter, theme, load_locales()[letter.language])
        found = {ending: _examine(folder, f"{letter.file_stem}.{ending}", manifest, key) for ending in FORMATS}
        files = {ending: content for ending, (_, content) in found.items()}
        wrong = {} if any(file.fault for file, _ in found.values()) else _read_again(letter, theme, files)
        for ending, (file, _) in found.items():
            yield letter, replace(file, fault=wrong[ending], is_foreign=True) if ending in wrong else file


def find_outdated(folder: Path, letters: Iterable[Letter], theme: Theme) -> frozenset[str]:
    """Return the ids of the recipients of whom a build would make a file anew, by what the last one noted alone."""
    manifest, _ = read_manifest(folder)
    return frozenset(
        letter.recipient
        for letter in letters
        for ending in FORMATS
        if (entry := manifest.get(f"{letter.file_stem}.{ending}")) is None
        or entry.key != compute_key(letter, theme, load_locales()[letter.language])
    )


def _examine(folder: Path, path: str, manifest: Manifest, key: str) -> tuple[BuiltFileCheck, bytes]:
    place, entry = folder / path, manifest.get(path)
    if find_link(folder, place.parent.name):
        return BuiltFileCheck(place, "", "lies behind a link"), b""
    try:
        content = read_regular_file(place)
    except (FileNotFoundError, NotADirectoryError):
        content = None
    if entry is None or content is None:
        return BuiltFileCheck(place, "", "is not built"), b""
    if digest(content) != entry.sha256:
        return BuiltFileCheck(place, entry.sha256, "was changed after it was built"), b""
    return BuiltFileCheck(place, entry.sha256, "" if entry.key == key else "is not of the present content"), content


def _read_again(letter: Letter, theme: Theme, files: Mapping[str, bytes]) -> Mapping[str, str]:
    """What the files say that the letter does not, by their endings: the first error of each."""
    wrong: dict[str, str] = {}
    for ending, content in files.items():
        if (found := read_reference(content)) != letter.reference:
            wrong[ending] = f"has the reference '{found}', and the letter has '{letter.reference}'"
    for problem in errors_in(find_page_problems(letter, theme, letter.file_stem, files)):
        wrong.setdefault(problem.path.rpartition(".")[2], problem.message)
    return {ending: f"is not the letter that it must be: {message}" for ending, message in wrong.items()}
