"""The build: make each letter once, keep it until something changes, never overwrite a person's own file."""

from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from petitioner.build.formats import ARCHIVE, FORMATS, compute_key
from petitioner.build.journal import Journal
from petitioner.build.letter_files import LetterFiles, LetterMaker, Task, choose_full_readings
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
from petitioner.build.results import FileResult, FileStatus
from petitioner.build.workers import Workers, make_in_order
from petitioner.errors import Problem, errors_in
from petitioner.files import digest, find_link, find_temporary_files, sync_folder, write_atomically
from petitioner.model.codes import find_severity
from petitioner.model.letter import Letter
from petitioner.render.pdf_internals import find_unknown_version
from petitioner.tables.locales import load_locales


@dataclass(frozen=True, slots=True)
class _Plan:
    """The ``endings`` of a letter's files, the results of those that are ``kept``, and the ``task`` for the others."""

    task: Task
    key: str
    endings: tuple[str, ...]
    kept: Mapping[str, FileResult]


class Build:
    """A build into ``folder``, such as ``out/2027``.

    ``archive`` makes an archive copy of each letter. Without it, existing copies are made again, so that no copy is
    older than its letter. On leaving the context, also by an exception, the manifest lists what was made. The caller
    holds the lock of the folder, see ``hold_build_lock``.
    """

    def __init__(self, folder: Path, maker: LetterMaker, workers: Workers, *, archive: bool = False) -> None:
        self._folder = folder
        self._shown = maker.shown
        self._maker = maker
        self._workers = workers
        self._archive = archive
        manifest, problems = read_manifest(folder)
        self._manifest: dict[str, ManifestEntry] = dict(manifest)
        self._written: set[Path] = set()  # folders
        self._before: Manifest | None = None if problems else manifest
        self._journal = Journal(folder)
        self._manifest.update(self._journal.read())
        if unknown := find_unknown_version():
            problems = (*problems, Problem(maker.shown, 0, "B905", *unknown, find_severity("B905")))
        self.problems = problems

    def __enter__(self) -> Self:
        for folder in (self._folder, *self._folder.glob("*/")):
            for leftover in find_temporary_files(folder):
                leftover.unlink(missing_ok=True)
        return self

    def __exit__(self, *_: object) -> None:
        self._journal.close()
        for folder in sorted(self._written):  # once each: the manifest must not list what a power cut may take away
            sync_folder(folder)
        if self._manifest != self._before:
            write_manifest(self._folder, self._manifest)
        self._journal.remove()

    def make(self, letters: Iterable[Letter]) -> Iterator[FileResult]:
        """Make the files of each letter. Raises OSError for a file that cannot be written."""
        plans: deque[_Plan] = deque()

        def list_tasks() -> Iterator[Task]:
            for letter in letters:
                plans.append(self._plan(letter))
                yield plans[-1].task

        for made in make_in_order(self._maker, choose_full_readings(list_tasks()), self._workers):
            yield from self._write_files(plans.popleft(), made)

    def count(self, letters: Iterable[Letter]) -> int:
        """Return the number of results that ``make`` will yield."""
        return sum(len(self._list_endings(letter)) for letter in letters)

    def prune(self, wanted: Collection[str]) -> Iterator[FileResult]:
        """Remove files that are no longer made; keep and report those that a person changed.

        ``wanted`` are the paths of the results of ``make``.
        """
        if self._manifest:
            self._before = None  # written again: its time says when all files were current
        for path in sorted(self._manifest.keys() - wanted):
            entry = self._manifest[path]
            if problem := self._find_obstacle(path, read_built_file(self._folder / path), "is no longer made"):
                yield FileResult(path, entry.recipient, FileStatus.LEFT, (problem,))
                continue
            (self._folder / path).unlink(missing_ok=True)
            self._remove_entry(path)
            yield FileResult(path, entry.recipient, FileStatus.REMOVED)

    def _find_obstacle(self, path: str, content: bytes | None, outcome: str) -> Problem | None:
        """Return a problem if a file must not be overwritten or removed (a link, or changed by hand), else None."""
        if link := self._check_link(path):
            return link
        entry = self._manifest.get(path)
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

    def _plan(self, letter: Letter) -> _Plan:
        """Find the files of a letter that are current and kept, and those that must be made."""
        stem, endings = letter.file_stem, self._list_endings(letter)
        if link := self._check_link(stem):
            failed = FileStatus.FAILED
            kept = {ending: FileResult(f"{stem}.{ending}", letter.recipient, failed, (link,)) for ending in endings}
            return _Plan(Task(letter, frozenset()), "", endings, kept)
        key = compute_key(letter, self._maker.theme, load_locales()[letter.language])
        found = {ending: self._find_current_file(letter, ending, key) for ending in endings}
        kept = {ending: result for ending, result in found.items() if result}
        wanted = frozenset(endings) - kept.keys()
        if wanted & FORMATS.keys():  # pages are compared with those of the other format
            wanted |= FORMATS.keys()
        return _Plan(Task(letter, wanted), key, endings, kept)

    def _write_files(self, plan: _Plan, made: LetterFiles) -> Iterator[FileResult]:
        for ending in plan.endings:
            yield plan.kept.get(ending) or self._write_file(plan, ending, made)

    def _find_current_file(self, letter: Letter, ending: str, key: str) -> FileResult | None:
        """Return the result for a file that is current and kept, or None if it must be made."""
        path = f"{letter.file_stem}.{ending}"
        entry = self._manifest.get(path)
        if entry is None or entry.key != key or (content := read_built_file(self._folder / path)) is None:
            return None
        if not is_as_built(content, entry, self._folder.name):
            problem = self._report_changed(path, "was kept as it is")
            return FileResult(path, entry.recipient, FileStatus.LEFT, (problem,))
        remarks = [
            Problem(f"{self._shown}/{path}", 0, one.code, one.message, one.hint, find_severity(one.code))
            for one in entry.remarks
        ]
        if ending in FORMATS:
            remarks += self._maker.check_kept(letter, ending, content)
        return FileResult(path, entry.recipient, FileStatus.KEPT, tuple(remarks))

    def _write_file(self, plan: _Plan, ending: str, made: LetterFiles) -> FileResult:
        """Write a file, unless it has errors or would overwrite a person's own file."""
        letter, content = plan.task.letter, made.contents.get(ending)
        path, problems = f"{letter.file_stem}.{ending}", tuple(made.problems.get(ending, ()))
        if content is None or errors_in(problems):
            return FileResult(path, letter.recipient, FileStatus.FAILED, problems)
        remarks = tuple(StoredWarning(problem.code, problem.message, problem.hint) for problem in problems)
        if ending == "pdf":
            problems += made.remarks
        entry = ManifestEntry(letter.recipient, plan.key, digest(content), remarks)
        target = self._folder / path
        found = read_built_file(target)
        if found == content:  # an interrupted build made it
            self._manifest[path] = entry
            return FileResult(path, letter.recipient, FileStatus.KEPT, problems)
        if obstacle := self._find_obstacle(path, found, "was not overwritten"):
            return FileResult(path, letter.recipient, FileStatus.FAILED, (obstacle,))
        self._journal.note(path, entry)
        write_atomically(target, content, flush_folder=False)
        self._written.update((target.parent, self._folder))  # where the name of a new folder is
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
