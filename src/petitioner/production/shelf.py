"""Compares the files of the last build with what the present letters would make."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from petitioner.checks.pages import find_page_faults, read_reference
from petitioner.errors import errors_in
from petitioner.files import digest, find_link, read_whole
from petitioner.locales import load_locales
from petitioner.model.letter import Letter
from petitioner.model.theme import Theme
from petitioner.production.formats import FORMATS, compute_key
from petitioner.production.manifest import Manifest, read_manifest


@dataclass(frozen=True, slots=True)
class ShelvedFile:
    """One file that a letter should have: ``fault`` says why it is not the one, and is empty when it is.

    ``is_foreign`` says that another file is in its place, which no build replaces.
    """

    path: Path
    sha256: str
    fault: str = ""
    is_foreign: bool = False


def find_current(folder: Path, letters: Iterable[Letter], theme: Theme) -> Iterator[tuple[Letter, ShelvedFile]]:
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


def _examine(folder: Path, path: str, manifest: Manifest, key: str) -> tuple[ShelvedFile, bytes]:
    place, entry = folder / path, manifest.get(path)
    if find_link(folder, place.parent.name):
        return ShelvedFile(place, "", "lies behind a link"), b""
    try:
        content = read_whole(place)
    except (FileNotFoundError, NotADirectoryError):
        content = None
    if entry is None or content is None:
        return ShelvedFile(place, "", "is not built"), b""
    if digest(content) != entry.sha256:
        return ShelvedFile(place, entry.sha256, "was changed after it was built"), b""
    return ShelvedFile(place, entry.sha256, "" if entry.key == key else "is not of the present content"), content


def _read_again(letter: Letter, theme: Theme, files: Mapping[str, bytes]) -> Mapping[str, str]:
    """What the files say that the letter does not, by their endings: the first error of each."""
    wrong: dict[str, str] = {}
    for ending, content in files.items():
        if (found := read_reference(content)) != letter.reference:
            wrong[ending] = f"has the reference '{found}', and the letter has '{letter.reference}'"
    for problem in errors_in(find_page_faults(letter, theme, letter.file_stem, files)):
        wrong.setdefault(problem.path.rpartition(".")[2], problem.message)
    return {ending: f"is not the letter that it must be: {message}" for ending, message in wrong.items()}
