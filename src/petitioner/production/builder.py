"""The build: each letter made once, kept while nothing changes, and never written over a person's own work."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Self

from petitioner.errors import Problem
from petitioner.files import PART, digest, write_atomically
from petitioner.locales import load_locales
from petitioner.model.letter import Letter
from petitioner.model.theme import Theme
from petitioner.production.formats import FORMATS, RENDERERS, compute_key
from petitioner.production.manifest import ARCHIVE, Entry, Manifest, read_digest, read_manifest, write_manifest
from petitioner.renderers import RenderError

_NO_GLYPH = re.compile(r"\.notdef glyph.*?\((U\+[0-9A-F]+)\)")


class Fate(StrEnum):
    """What became of a file in a build."""

    MADE = "made"
    KEPT = "kept"
    FAILED = "failed"
    REMOVED = "removed"
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class Outcome:
    """One file after a build: its path within the campaign's folder under ``out/``, and what is wrong, if anything."""

    path: str
    recipient: str
    fate: Fate
    problem: Problem | None = None


class Build:
    """One build into ``folder``, such as ``out/2027``; ``shown`` is how messages name it.

    ``archive`` asks for copies for an archive too. A copy that is there is kept up with its letter without being asked
    for, so that none is ever older than the letter beside it; who deletes it gets it no more.
    Use it as a context manager: whatever ends it, the manifest then says what was made.
    """

    def __init__(self, folder: Path, shown: str, theme: Theme, *, archive: bool = False) -> None:
        self._folder = folder
        self._shown = shown
        self._theme = theme
        self._archive = archive
        self._manifest: dict[str, Entry] = dict(read_manifest(folder))
        self._before: Manifest = dict(self._manifest)

    def __enter__(self) -> Self:
        for leftover in self._folder.glob(f"**/.*{PART}"):  # of a build that was killed
            leftover.unlink(missing_ok=True)
        return self

    def __exit__(self, *_: object) -> None:
        if self._manifest != self._before:
            write_manifest(self._folder, self._manifest)

    def make(self, letters: Iterable[Letter]) -> Iterator[Outcome]:
        """Make the files of each letter, one after the other. Raises OSError when the disk refuses."""
        for letter in letters:
            key = compute_key(letter, self._theme, load_locales()[letter.language])
            for ending in self._list_endings(letter):
                yield self._make(letter, ending, key)

    def count(self, letters: Iterable[Letter]) -> int:
        """How many files ``make`` will tell of."""
        return sum(len(self._list_endings(letter)) for letter in letters)

    def prune(self, letters: Iterable[Letter]) -> Iterator[Outcome]:
        """Remove what was made once and is no longer made; leave what a person changed, and say so."""
        wanted = {f"{letter.file_stem}.{ending}" for letter in letters for ending in self._list_endings(letter)}
        for path in sorted(set(self._manifest) - wanted):
            entry = self._manifest[path]
            found = read_digest(self._folder / path)
            if found not in (None, entry.sha256):
                yield Outcome(path, entry.recipient, Fate.LEFT, self._explain_changed(path, "is no longer made"))
                continue
            (self._folder / path).unlink(missing_ok=True)
            self._forget(path)
            yield Outcome(path, entry.recipient, Fate.REMOVED)

    def _list_endings(self, letter: Letter) -> tuple[str, ...]:
        copy = f"{letter.file_stem}.{ARCHIVE}"
        is_wanted = self._archive or (copy in self._manifest and (self._folder / copy).exists())
        return (*FORMATS, ARCHIVE) if is_wanted else tuple(FORMATS)

    def _make(self, letter: Letter, ending: str, key: str) -> Outcome:
        path = f"{letter.file_stem}.{ending}"
        outcome = Outcome(path, letter.recipient, Fate.MADE)
        entry, found = self._manifest.get(path), read_digest(self._folder / path)
        is_ours = found is None or (entry is not None and found == entry.sha256)
        if entry and entry.key == key and found is not None:
            problem = None if is_ours else self._explain_changed(path, "was kept as it is")
            return replace(outcome, fate=Fate.KEPT if is_ours else Fate.LEFT, problem=problem)
        try:
            content = RENDERERS[ending](letter, self._theme, load_locales()[letter.language])
        except RenderError as error:
            return replace(outcome, fate=Fate.FAILED, problem=_explain_fault(path, self._shown, error))
        entry = Entry(letter.recipient, key, digest(content))
        if found == entry.sha256:  # made by a build that ended before it could say so
            self._manifest[path] = entry
            return replace(outcome, fate=Fate.KEPT)
        if not is_ours:
            problem = self._explain_changed(path, "was not written over")
            return replace(outcome, fate=Fate.FAILED, problem=problem)
        write_atomically(self._folder / path, content)
        self._manifest[path] = entry
        return outcome

    def _explain_changed(self, path: str, what: str) -> Problem:
        message = f"somebody changed this file after it was built; it {what}"
        return Problem(f"{self._shown}/{path}", 0, "B902", message, "Move it away or delete it, then build again.")

    def _forget(self, path: str) -> None:
        del self._manifest[path]
        home = (self._folder / path).parent
        if home != self._folder and home.is_dir() and not any(home.iterdir()):
            home.rmdir()


def _explain_fault(path: str, shown: str, error: RenderError) -> Problem:
    missing = sorted({found for fault in error.faults for found in _NO_GLYPH.findall(fault)})
    if missing:
        names = ", ".join(f"{chr(int(name.removeprefix('U+'), base=16))} ({name})" for name in missing)
        hint = "Spell it otherwise, or name a font that has it in letters/theme/theme.yaml."
        return Problem(f"{shown}/{path}", 0, "B901", f"no font named for this letter has {names}", hint)
    hint = "Check letters/theme/."
    return Problem(f"{shown}/{path}", 0, "B901", f"the page cannot be set: {error}", hint)
