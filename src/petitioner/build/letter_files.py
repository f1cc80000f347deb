"""Make the files of a letter and check their pages. No file is read or written, so that any process can do it."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cache

from petitioner.build.formats import ARCHIVE, FORMATS, PLAIN_RENDERERS, RENDERERS, Renderer
from petitioner.checks.pages import check_pages
from petitioner.checks.pages.finished import IN_FULL, FinishedLetter
from petitioner.checks.pages.known_files import KnownFiles
from petitioner.errors import Problem, errors_in
from petitioner.files import digest
from petitioner.inputs.theme import STYLE
from petitioner.model.letter import Letter
from petitioner.model.theme import Theme
from petitioner.render import MissingLibraryError, RenderError, report_library_errors
from petitioner.tables.locales import load_locales

_STYLE_PATH = f"letters/theme/{STYLE}"
_STYLE_FAULT = re.compile(r"(?P<what>.*) at (?P<line>\d+):\d+(?P<why>.*)", re.DOTALL)
_NO_GLYPH = re.compile(r"\.notdef glyph.*?\((U\+[0-9A-F]+)\)")

_SAMPLE = 50  # one letter in so many is read in full

_known = KnownFiles()


@dataclass(frozen=True, slots=True)
class Task:
    """A letter, and the formats in which it must be made; none if all its files are current.

    ``in_full``: its finished pages are read without use of pages that were read before.
    """

    letter: Letter
    endings: frozenset[str]
    in_full: bool = True


def choose_full_readings(tasks: Iterable[Task]) -> Iterator[Task]:
    """Yield tasks, of which the first, the last and a sample are read in full, whatever was read before.

    The sample depends on the names of the files alone, so that it is the same in each build.
    """
    held: list[Task] = []  # the last task that makes files, and those after it
    is_first = True
    for task in tasks:
        if task.endings:
            yield from held
            held = [replace(task, in_full=is_first or int(digest(task.letter.file_stem.encode()), 16) % _SAMPLE == 0)]
            is_first = False
        elif held:
            held.append(task)
        else:
            yield task
    yield from (replace(task, in_full=True) for task in held)


@dataclass(slots=True)
class LetterFiles:
    """The files of a letter by their ending. A file is missing if it could not be made; its problems say why.

    ``remarks`` are what a check of the user's choice says about the PDF. An error among them stops nothing.
    """

    contents: dict[str, bytes] = field(default_factory=dict)
    problems: dict[str, list[Problem]] = field(default_factory=dict)
    remarks: tuple[Problem, ...] = ()

    def add(self, ending: str, problems: Iterable[Problem]) -> None:
        """Add problems of one file."""
        self.problems.setdefault(ending, []).extend(problems)


@dataclass(frozen=True, slots=True)
class LetterMaker:
    """Makes letters with ``theme``. ``shown`` is the folder in messages, such as ``out/2027``.

    ``check`` looks at each finished PDF too, for example in the window of an envelope. ``plain`` makes each letter
    alone, without what was kept of letters before it. ``verified`` are the file stems of letters that are compared with
    such ones.
    """

    theme: Theme
    shown: str
    check: Callable[[FinishedLetter], Iterable[Problem]] | None = None
    plain: bool = False
    verified: Collection[str] = ()

    def make(self, task: Task) -> LetterFiles:
        """Return the files of a letter with their problems."""
        made = LetterFiles()
        for ending in (ending for ending in RENDERERS if ending in task.endings):
            self._render(task.letter, ending, made)
        self._check_pages(task, made)
        return made

    def report_lost(self, task: Task) -> LetterFiles:
        """Return the problems of a letter whose process ended twice while it was made."""
        made = LetterFiles()
        message = "the process that made this letter ended without a message, twice"
        hint = "There may be too little memory: close other programs, then run: petitioner build"
        for ending in sorted(task.endings):
            made.add(ending, [Problem(f"{self.shown}/{task.letter.file_stem}.{ending}", 0, "B906", message, hint)])
        return made

    def check_kept(self, letter: Letter, ending: str, content: bytes) -> tuple[Problem, ...]:
        """Return what ``check`` says about a file of a letter, and whether it is as it would be made alone."""
        finished = FinishedLetter(letter, self.theme, f"{self.shown}/{letter.file_stem}", {ending: content})
        return (*(self._look_at(finished) if ending == "pdf" else ()), *self._verify(letter, ending, content))

    def _look_at(self, finished: FinishedLetter) -> tuple[Problem, ...]:
        return tuple(self.check(finished)) if self.check else ()

    def _render(self, letter: Letter, ending: str, made: LetterFiles) -> None:
        name = f"{letter.file_stem}.{ending}"
        loaded = _load_renderer(ending, plain=self.plain)
        if isinstance(loaded, MissingLibraryError):
            message = f"no {ending.upper()} can be made: {str(loaded).rstrip('.')}"
            made.add(ending, [Problem(self.shown, 0, "B904", message, loaded.hint)])
            return
        try:
            made.contents[ending] = loaded(letter, self.theme, load_locales()[letter.language])
        except RenderError as error:
            made.add(ending, _make_render_problems(name, self.shown, error))
            return
        made.add(ending, self._verify(letter, ending, made.contents[ending]))

    def _verify(self, letter: Letter, ending: str, content: bytes) -> tuple[Problem, ...]:
        """Compare a file of a letter with one that is made alone, if this letter was chosen for it."""
        if letter.file_stem not in self.verified or ending not in PLAIN_RENDERERS:
            return ()
        plain, name = _load_renderer(ending, plain=True), f"{letter.file_stem}.{ending}"
        if isinstance(plain, MissingLibraryError):
            return ()
        try:
            if content == plain(letter, self.theme, load_locales()[letter.language]):
                return ()
        except RenderError as error:
            return tuple(_make_render_problems(name, self.shown, error))
        message = f"this {ending.upper()} differs from that of the same letter made alone"
        hint = "Run: petitioner build --plain    Then report this, with the letter and your theme."
        return (Problem(f"{self.shown}/{name}", 0, "B907", message, hint),)

    def _check_pages(self, task: Task, made: LetterFiles) -> None:
        """Add the problems of PDF, DOCX and archive copy, which has the errors of its PDF."""
        letter = task.letter
        pages = {ending: content for ending, content in made.contents.items() if ending in FORMATS}
        if not pages:
            return
        path = f"{self.shown}/{letter.file_stem}"
        in_full = task.in_full or self.plain or letter.file_stem in self.verified
        try:
            with report_library_errors("PDFium"):
                finished = FinishedLetter(letter, self.theme, path, pages, _known.choose_readers(in_full=in_full))
                found = check_pages(finished)
                if errors_in(found):  # an error is always that of a full reading
                    finished = replace(finished, readers=IN_FULL)
                    found = check_pages(finished)
                made.remarks = self._look_at(finished) if "pdf" in pages else ()
        except RenderError as error:
            found = tuple(_make_render_problem(f"{letter.file_stem}.{ending}", self.shown, error) for ending in pages)
        for problem in found:
            made.add(problem.path.rpartition(".")[2], [problem])
        pdf_errors = errors_in(made.problems.get("pdf", ()))
        made.add(ARCHIVE, (replace(problem, path=f"{path}.{ARCHIVE}") for problem in pdf_errors))


@cache
def _load_renderer(ending: str, *, plain: bool) -> Renderer | MissingLibraryError:
    """Return a renderer, or why it cannot be loaded, which takes long to find out."""
    try:
        return (PLAIN_RENDERERS if plain and ending in PLAIN_RENDERERS else RENDERERS)[ending]()
    except MissingLibraryError as error:
        return error


def _make_render_problems(path: str, shown: str, error: RenderError) -> Iterator[Problem]:
    """Yield the problems of a letter that cannot be rendered; those of the style sheet have its lines."""
    yield from (_make_style_problem(match) for fault in error.faults if (match := _STYLE_FAULT.fullmatch(fault)))
    if other_faults := tuple(fault for fault in error.faults if not _STYLE_FAULT.fullmatch(fault)):
        yield _make_render_problem(path, shown, RenderError(other_faults))


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
