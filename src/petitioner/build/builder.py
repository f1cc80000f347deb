"""The build: make each letter once, keep it until something changes, never overwrite a person's own file."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Self

from petitioner.build.formats import ARCHIVE, FORMATS, RENDERERS, compute_key
from petitioner.build.manifest import (
    Manifest,
    ManifestEntry,
    StoredWarning,
    is_as_built,
    make_link_problem,
    read_built_file,
    read_manifest,
    write_manifest,
)
from petitioner.checks.pages import find_page_problems
from petitioner.errors import Problem, errors_in
from petitioner.files import digest, find_link, find_temporary_files, write_atomically
from petitioner.inputs.theme import STYLE
from petitioner.model.codes import find_severity
from petitioner.model.letter import Letter
from petitioner.model.theme import Theme
from petitioner.render import MissingLibraryError, RenderError, report_library_errors
from petitioner.render.pdf_internals import find_unknown_version
from petitioner.tables.locales import load_locales

_STYLE_PATH = f"letters/theme/{STYLE}"
_STYLE_FAULT = re.compile(r"(?P<what>.*) at (?P<line>\d+):\d+(?P<why>.*)", re.DOTALL)
_NO_GLYPH = re.compile(r"\.notdef glyph.*?\((U\+[0-9A-F]+)\)")


class FileStatus(StrEnum):
    """What a build did with a file."""

    MADE = "made"
    KEPT = "kept"
    FAILED = "failed"
    REMOVED = "removed"
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class FileResult:
    """The result of a build for one file. ``path`` is relative to the campaign's folder under ``out/``."""

    path: str
    recipient: str
    status: FileStatus
    problems: tuple[Problem, ...] = ()


class Build:
    """A build into ``folder``, such as ``out/2027``. ``shown`` is its name in messages.

    ``archive`` makes an archive copy of each letter. Without it, existing copies are made again, so that no copy is
    older than its letter. On leaving the context, also by an exception, the manifest lists what was made.
    """

    def __init__(self, folder: Path, shown: str, theme: Theme, *, archive: bool = False) -> None:
        self._folder = folder
        self._shown = shown
        self._theme = theme
        self._archive = archive
        manifest, problems = read_manifest(folder)
        unknown = find_unknown_version()
        self.problems = (*problems, *([Problem(shown, 0, "B905", *unknown, find_severity("B905"))] if unknown else ()))
        self._manifest: dict[str, ManifestEntry] = dict(manifest)
        self._before: Manifest | None = None if problems else manifest
        self._missing: dict[str, Problem] = {}

    def __enter__(self) -> Self:
        for folder in (self._folder, *self._folder.glob("*/")):
            for leftover in find_temporary_files(folder):
                leftover.unlink(missing_ok=True)
        return self

    def __exit__(self, *_: object) -> None:
        if self._manifest != self._before:
            write_manifest(self._folder, self._manifest)

    def make(self, letters: Iterable[Letter]) -> Iterator[FileResult]:
        """Make the files of each letter. Raises OSError for a file that cannot be written."""
        for letter in letters:
            yield from self._make_letter(letter)

    def count(self, letters: Iterable[Letter]) -> int:
        """Return the number of results that ``make`` will yield."""
        return sum(len(self._list_endings(letter)) for letter in letters)

    def prune(self, letters: Iterable[Letter]) -> Iterator[FileResult]:
        """Remove files of letters that are no longer made; keep and report those that a person changed."""
        if self._manifest:
            self._before = None  # written again: its time says when all files were current
        wanted = {f"{letter.file_stem}.{ending}" for letter in letters for ending in self._list_endings(letter)}
        for path in sorted(set(self._manifest) - wanted):
            entry = self._manifest[path]
            if problem := self._find_obstacle(path, "is no longer made"):
                yield FileResult(path, entry.recipient, FileStatus.LEFT, (problem,))
                continue
            (self._folder / path).unlink(missing_ok=True)
            self._remove_entry(path)
            yield FileResult(path, entry.recipient, FileStatus.REMOVED)

    def _find_obstacle(self, path: str, outcome: str) -> Problem | None:
        """Return a problem if a file must not be overwritten or removed (a link, or changed by hand), else None."""
        if link := self._check_link(path):
            return link
        entry, content = self._manifest.get(path), read_built_file(self._folder / path)
        if content is None or (entry and is_as_built(content, entry, self._folder.name)):
            return None
        return self._report_changed(path, outcome)

    def _check_link(self, path: str) -> Problem | None:
        link = find_link(self._folder, path.partition("/")[0])
        return make_link_problem(self._folder.parent.parent, link) if link else None

    def _list_endings(self, letter: Letter) -> tuple[str, ...]:
        copy = f"{letter.file_stem}.{ARCHIVE}"
        is_wanted = self._archive or (copy in self._manifest and (self._folder / copy).exists())
        return (*FORMATS, ARCHIVE) if is_wanted else tuple(FORMATS)

    def _make_letter(self, letter: Letter) -> Iterator[FileResult]:
        """Keep the files of a letter that are current, and make and check the others."""
        if link := self._check_link(letter.file_stem):
            for ending in self._list_endings(letter):
                yield FileResult(f"{letter.file_stem}.{ending}", letter.recipient, FileStatus.FAILED, (link,))
            return
        key = compute_key(letter, self._theme, load_locales()[letter.language])
        stem, endings = letter.file_stem, self._list_endings(letter)
        results = {ending: self._find_current_file(f"{stem}.{ending}", key) for ending in endings}
        wanted = {ending for ending, result in results.items() if result is None}
        if wanted & FORMATS.keys():  # pages are compared with those of the other format
            wanted |= FORMATS.keys()
        files, faults = self._render(letter, wanted)
        for ending, problems in self._find_page_problems_by_format(letter, files).items():
            faults.setdefault(ending, []).extend(problems)
        for ending, result in results.items():
            yield result or self._write_file(letter, ending, key, files.get(ending), tuple(faults.get(ending, ())))

    def _find_page_problems_by_format(self, letter: Letter, files: Mapping[str, bytes]) -> Mapping[str, list[Problem]]:
        """Return the problems of PDF, DOCX and archive copy, by format; the archive copy has the errors of its PDF."""
        pages = {ending: content for ending, content in files.items() if ending in FORMATS}
        path = f"{self._shown}/{letter.file_stem}"
        faults: dict[str, list[Problem]] = {}
        try:
            with report_library_errors("PDFium"):
                found = find_page_problems(letter, self._theme, path, pages) if pages else ()
        except RenderError as error:
            found = tuple(_make_render_problem(f"{letter.file_stem}.{ending}", self._shown, error) for ending in pages)
        for problem in found:
            faults.setdefault(problem.path.rpartition(".")[2], []).append(problem)
        pdf_errors = errors_in(faults.get("pdf", ()))
        return {**faults, ARCHIVE: [replace(problem, path=f"{path}.{ARCHIVE}") for problem in pdf_errors]}

    def _find_current_file(self, path: str, key: str) -> FileResult | None:
        """Return the result for a file that is current and kept, or None if it must be made."""
        entry, content = self._manifest.get(path), read_built_file(self._folder / path)
        if entry is None or entry.key != key or content is None:
            return None
        if not is_as_built(content, entry, self._folder.name):
            problem = self._report_changed(path, "was kept as it is")
            return FileResult(path, entry.recipient, FileStatus.LEFT, (problem,))
        remarks = (
            Problem(f"{self._shown}/{path}", 0, one.code, one.message, one.hint, find_severity(one.code))
            for one in entry.remarks
        )
        return FileResult(path, entry.recipient, FileStatus.KEPT, tuple(remarks))

    def _render(self, letter: Letter, wanted: Collection[str]) -> tuple[dict[str, bytes], dict[str, list[Problem]]]:
        """Return the letter in each wanted format that could be made, and the problems of the others."""
        files: dict[str, bytes] = {}
        faults: dict[str, list[Problem]] = {}
        for ending in (ending for ending in RENDERERS if ending in wanted):
            if ending in self._missing:
                faults[ending] = [self._missing[ending]]
                continue
            try:
                render = RENDERERS[ending]()
                files[ending] = render(letter, self._theme, load_locales()[letter.language])
            except RenderError as error:
                faults[ending] = _make_render_problems(f"{letter.file_stem}.{ending}", self._shown, error)
            except MissingLibraryError as error:
                message = f"no {ending.upper()} can be made: {str(error).rstrip('.')}"
                self._missing[ending] = Problem(self._shown, 0, "B904", message, error.hint)
                faults[ending] = [self._missing[ending]]
        return files, faults

    def _write_file(
        self, letter: Letter, ending: str, key: str, content: bytes | None, problems: tuple[Problem, ...]
    ) -> FileResult:
        """Write a file, unless it has errors or would overwrite a person's own file."""
        path = f"{letter.file_stem}.{ending}"
        if content is None or errors_in(problems):
            return FileResult(path, letter.recipient, FileStatus.FAILED, problems)
        remarks = tuple(StoredWarning(problem.code, problem.message, problem.hint) for problem in problems)
        entry = ManifestEntry(letter.recipient, key, digest(content), remarks)
        if read_built_file(self._folder / path) == content:  # an interrupted build made it
            self._manifest[path] = entry
            return FileResult(path, letter.recipient, FileStatus.KEPT, problems)
        if obstacle := self._find_obstacle(path, "was not overwritten"):
            return FileResult(path, letter.recipient, FileStatus.FAILED, (obstacle,))
        write_atomically(self._folder / path, content)
        self._manifest[path] = entry
        return FileResult(path, letter.recipient, FileStatus.MADE, problems)

    def _report_changed(self, path: str, outcome: str) -> Problem:
        message = f"somebody changed this file after it was built; it {outcome}"
        return Problem(f"{self._shown}/{path}", 0, "B902", message, "Move it away or delete it, then build again.")

    def _remove_entry(self, path: str) -> None:
        del self._manifest[path]
        home = (self._folder / path).parent
        if home != self._folder and home.is_dir() and not any(home.iterdir()):
            home.rmdir()


def _make_render_problems(path: str, shown: str, error: RenderError) -> list[Problem]:
    """Return the problems of a letter that cannot be rendered; those of the style sheet have its lines."""
    found = [_make_style_problem(match) for fault in error.faults if (match := _STYLE_FAULT.fullmatch(fault))]
    other_faults = tuple(fault for fault in error.faults if not _STYLE_FAULT.fullmatch(fault))
    return [*found, *([_make_render_problem(path, shown, RenderError(other_faults))] if other_faults else [])]


def _make_style_problem(match: re.Match[str]) -> Problem:
    message = f"WeasyPrint cannot use this: {match['what']}{match['why'].rstrip('.')}"
    return Problem(_STYLE_PATH, int(match["line"]), "B901", message, "Correct the line, or delete it.")


def _make_render_problem(path: str, shown: str, error: RenderError) -> Problem:
    missing = sorted({found for fault in error.faults for found in _NO_GLYPH.findall(fault)})
    if missing:
        names = ", ".join(f"{chr(int(name.removeprefix('U+'), base=16))} ({name})" for name in missing)
        hint = "Write it differently, or name a font that has it in letters/theme/theme.yaml."
        return Problem(f"{shown}/{path}", 0, "B901", f"no font named for this letter has {names}", hint)
    hint = "Undo the last change in letters/theme/ or in the letter. If that does not help, report both."
    return Problem(f"{shown}/{path}", 0, "B901", f"the page cannot be rendered: {error}", hint)
