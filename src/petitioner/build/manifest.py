"""Read and write ``built.json``, which lists the built files with their hashes, and check the files against it."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any
from unicodedata import category

from petitioner.build.formats import ARCHIVE, FORMATS, RENDERERS, compute_key
from petitioner.build.last_build import MANIFEST_NAME, OUT
from petitioner.errors import Problem, WorkspaceError, errors_in
from petitioner.files import NotRegularError, digest, find_link, read_regular_file, write_atomically
from petitioner.model.codes import WARNINGS, find_severity

if TYPE_CHECKING:  # commands on the log load none of these
    from petitioner.model.letter import Letter
    from petitioner.model.theme import Theme

_VERSION = 1
_MAX_NAMED = 3  # entries that a message names before it counts the rest
_MAX_QUOTED = 60  # characters of a value that a message repeats
_HASH = re.compile(r"[0-9a-f]{64}")
_ID = r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*"
_PATH = re.compile(rf"({_ID})/{_ID}\.[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*\.(?:{'|'.join(map(re.escape, RENDERERS))})")


@dataclass(frozen=True, slots=True)
class StoredWarning:
    """A warning about a finished page, as in ``built.json``."""

    code: str
    message: str
    hint: str


@dataclass(frozen=True, slots=True)
class ManifestEntry:
    """One built file. ``key`` is the hash of what it was made from, ``sha256`` that of its bytes.

    ``remarks`` are reported again when the file is kept.
    """

    recipient: str
    key: str
    sha256: str
    remarks: tuple[StoredWarning, ...] = ()


Manifest = Mapping[str, ManifestEntry]
"""The files of one campaign by their path within its folder under ``out/``."""


def locate_output(folder: Path, campaign: str) -> Path:
    """Return the folder for the files of a campaign."""
    return folder / OUT / campaign


def require_no_link(folder: Path, *names: str) -> None:
    """Raise WorkspaceError if ``out`` or a folder in it is a link: files would be written somewhere else."""
    if link := find_link(folder, OUT, *names):
        raise WorkspaceError([make_link_problem(folder, link)])


def make_link_problem(folder: Path, link: Path) -> Problem:
    """Return the problem for a link in the workspace ``folder`` at the path of one of the program's folders."""
    shown = str(link.relative_to(folder))
    message = "this is a link, and files would be written somewhere else through it"
    return Problem(shown, 0, "S109", message, f"Remove the link: rm {shown}    petitioner build then makes a folder.")


def read_manifest(folder: Path) -> tuple[Manifest, tuple[Problem, ...]]:
    """Read the manifest in ``folder``, such as ``out/2027``. Refused entries are reported and left out.

    Without an entry its file is made again, and compared with the existing one before anything is overwritten.
    """
    try:
        entries = _parse_json(read_regular_file(folder / MANIFEST_NAME))
    except (FileNotFoundError, NotADirectoryError):
        return {}, ()
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {}, (_make_problem(folder, "this file was not written by 'petitioner build', and is not used"),)
    manifest: dict[str, ManifestEntry] = {}
    refused: list[str] = []
    for path, entry in entries.items():
        try:
            manifest[path] = parse_entry(path, **entry)
        except (ValueError, TypeError, AttributeError):
            refused.append(_quote_for_message(path))
    if not refused:
        return manifest, ()
    others = f" and {len(refused) - _MAX_NAMED} more" if len(refused) > _MAX_NAMED else ""
    named = f"{', '.join(refused[:_MAX_NAMED])}{others}"
    return manifest, (_make_problem(folder, f"these are not files of letters, and are not used: {named}"),)


def _parse_json(content: bytes) -> Mapping[str, Mapping[str, Any]]:
    parsed = json.loads(content.decode("utf-8"))
    if parsed["version"] != _VERSION:
        raise ValueError(parsed["version"])
    return dict(parsed["files"].items())


def _make_problem(folder: Path, message: str) -> Problem:
    hint = "petitioner build writes this file again, and makes the letters that are missing."
    return Problem(f"{OUT}/{folder.name}/{MANIFEST_NAME}", 0, "B903", message, hint, find_severity("B903"))


def _quote_for_message(text: str) -> str:
    """Quote a text of any content for a message, with escapes for characters that are not ASCII."""
    escaped = text.encode("unicode_escape").decode("ascii")
    return f"'{escaped[:_MAX_QUOTED]}…'" if len(escaped) > _MAX_QUOTED else f"'{escaped}'"


def parse_entry(path: str, recipient: str, key: str, sha256: str, remarks: object = ()) -> ManifestEntry:
    """Parse an entry. Raises ValueError or TypeError for a path that is not one of a letter to this recipient."""
    place = _PATH.fullmatch(path)
    if place is None or place[1] != recipient or not all(map(_HASH.fullmatch, (key, sha256))):
        raise ValueError(path)
    return ManifestEntry(recipient, key, sha256, tuple(_parse_remarks(remarks)))


def _parse_remarks(parsed: object) -> Iterator[StoredWarning]:
    if not isinstance(parsed, list | tuple):
        raise TypeError(parsed)
    for one in parsed:
        remark = StoredWarning(**one)
        if remark.code not in WARNINGS or any(category(sign) in {"Cc", "Cs"} for sign in remark.message + remark.hint):
            raise ValueError(remark.code)
        yield remark


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write the manifest. Raises OSError."""
    files = {path: asdict(manifest[path]) for path in sorted(manifest)}
    text = json.dumps({"version": _VERSION, "files": files}, indent=1) + "\n"
    write_atomically(folder / MANIFEST_NAME, text.encode())


def read_built_file(path: Path) -> bytes | None:
    """Return the bytes of a file, None if it does not exist, or no bytes if it is not a regular file.

    Raises OSError for one that cannot be read.
    """
    try:
        return read_regular_file(path)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except NotRegularError:
        return b""


def is_as_built(content: bytes, entry: ManifestEntry, campaign: str) -> bool:
    """Whether these bytes were built, and are a letter of this campaign to the entry's recipient."""
    return digest(content) == entry.sha256 and is_addressed(content, campaign, entry.recipient)


def is_addressed(content: bytes, campaign: str, recipient: str) -> bool:
    """Whether the reference in a file's metadata is that of a letter of a campaign to a recipient."""
    from petitioner.checks.pages import read_reference

    return read_reference(content).endswith(f"-{campaign}-{recipient.upper()}")


def find_built_letters(folder: Path, recipient: str) -> Iterator[tuple[Path, str, str]]:
    """Yield the letters last made for a recipient in ``folder``: path, SHA-256, and why the file is not that letter.

    The reason is empty if the file is unchanged.
    """
    manifest, _ = read_manifest(folder)
    link_fault = "is behind a link" if find_link(folder.parent.parent, OUT, folder.name, recipient) else ""
    for path, entry in list_built_letters(manifest, recipient):
        yield folder / path, entry.sha256, link_fault or _find_file_fault(folder / path, entry, folder.name)


def list_built_letters(manifest: Manifest, recipient: str) -> Iterator[tuple[PurePosixPath, ManifestEntry]]:
    """Yield the letters last made for a recipient, without archive copies."""
    for path, entry in manifest.items():
        if entry.recipient == recipient and not path.endswith(f".{ARCHIVE}"):
            yield PurePosixPath(path), entry


def _find_file_fault(path: Path, entry: ManifestEntry, campaign: str) -> str:
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
    """One file of a letter. ``fault`` says why it is not current, and is empty if it is.

    ``is_foreign``: it is another file, which no build replaces.
    """

    path: Path
    sha256: str
    fault: str = ""
    is_foreign: bool = False


def check_built_files(
    folder: Path, letters: Iterable["Letter"], theme: "Theme"
) -> Iterator[tuple["Letter", BuiltFileCheck]]:
    """Read every file of the letters in ``folder``, such as ``out/2027``, again, and compare it with its letter.

    Raises OSError for one that cannot be read.
    """
    from petitioner.tables.locales import load_locales

    manifest, _ = read_manifest(folder)
    for letter in letters:
        key = compute_key(letter, theme, load_locales()[letter.language])
        found = {ending: _check_built_file(folder, f"{letter.file_stem}.{ending}", manifest, key) for ending in FORMATS}
        files = {ending: content for ending, (_, content) in found.items()}
        faults = {} if any(file.fault for file, _ in found.values()) else _compare_with_letter(letter, theme, files)
        for ending, (file, _) in found.items():
            yield letter, replace(file, fault=faults[ending], is_foreign=True) if ending in faults else file


def find_outdated(folder: Path, letters: Iterable["Letter"], theme: "Theme") -> frozenset[str]:
    """Return the ids of recipients with files that a build would make again, by the manifest alone."""
    from petitioner.tables.locales import load_locales

    manifest, _ = read_manifest(folder)
    return frozenset(
        letter.recipient
        for letter in letters
        for ending in FORMATS
        if (entry := manifest.get(f"{letter.file_stem}.{ending}")) is None
        or entry.key != compute_key(letter, theme, load_locales()[letter.language])
    )


def _check_built_file(folder: Path, path: str, manifest: Manifest, key: str) -> tuple[BuiltFileCheck, bytes]:
    place, entry = folder / path, manifest.get(path)
    if find_link(folder, place.parent.name):
        return BuiltFileCheck(place, "", "is behind a link"), b""
    try:
        content = read_regular_file(place)
    except (FileNotFoundError, NotADirectoryError):
        content = None
    if entry is None or content is None:
        return BuiltFileCheck(place, "", "is not built"), b""
    if digest(content) != entry.sha256:
        return BuiltFileCheck(place, entry.sha256, "was changed after it was built"), b""
    return BuiltFileCheck(place, entry.sha256, "" if entry.key == key else "is not of the present text"), content


def _compare_with_letter(letter: "Letter", theme: "Theme", files: Mapping[str, bytes]) -> Mapping[str, str]:
    """Return by ending the first difference between a file's text and its letter."""
    from petitioner.checks.pages import find_page_problems, read_reference

    faults: dict[str, str] = {}
    for ending, content in files.items():
        if (found := read_reference(content)) != letter.reference:
            faults[ending] = f"has the reference '{found}', and the letter has '{letter.reference}'"
    for problem in errors_in(find_page_problems(letter, theme, letter.file_stem, files)):
        faults.setdefault(problem.path.rpartition(".")[2], problem.message)
    return {ending: f"is not the letter that it must be: {message}" for ending, message in faults.items()}
