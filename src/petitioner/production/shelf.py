"""The files of the last build, held against what the present letters would make."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from petitioner.locales import load_locales
from petitioner.model.letter import Letter
from petitioner.model.theme import Theme
from petitioner.production.formats import FORMATS, compute_key
from petitioner.production.manifest import Entry, read_digest, read_manifest


@dataclass(frozen=True, slots=True)
class ShelvedFile:
    """One file that a letter should have: ``fault`` says why it is not the one, and is empty when it is."""

    path: Path
    sha256: str
    fault: str = ""


def find_current(folder: Path, letters: Iterable[Letter], theme: Theme) -> Iterator[tuple[Letter, ShelvedFile]]:
    """Every file of every letter in ``folder``, such as ``out/2027``. Raises OSError for one that cannot be read."""
    manifest = read_manifest(folder)
    for letter in letters:
        key = compute_key(letter, theme, load_locales()[letter.language])
        for ending in FORMATS:
            path = f"{letter.file_stem}.{ending}"
            yield letter, _examine(folder / path, manifest.get(path), key)


def _examine(path: Path, entry: Entry | None, key: str) -> ShelvedFile:
    found = read_digest(path)
    if entry is None or found is None:
        return ShelvedFile(path, "", "is not built")
    if found != entry.sha256:
        return ShelvedFile(path, entry.sha256, "was changed after it was built")
    return ShelvedFile(path, entry.sha256, "" if entry.key == key else "is not of the present content")
