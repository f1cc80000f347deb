"""A finished letter: its files, and the position of each of its lines in the PDF."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

from petitioner.checks.pages.docx_reader import DocxText, read_docx
from petitioner.checks.pages.expected_text import (
    ExpectedText,
    is_right_to_left,
    list_expected_text,
    normalize_text,
    unify_brackets,
)
from petitioner.checks.pages.pdf_reader import LABEL, NOTE, TABLE_HEAD, Page, Run, UnreadablePageError, read_pages
from petitioner.checks.pages.pdf_shapes import KnownPages
from petitioner.errors import Problem
from petitioner.model.codes import find_severity
from petitioner.model.letter import Letter, PartName
from petitioner.model.locale import Locale
from petitioner.model.theme import Theme
from petitioner.render.typography import measure_column
from petitioner.tables.locales import load_locales


class PlacedRun(NamedTuple):  # a letter has many, and a dataclass takes three times as long to make
    """A run of text on a page, counted from 1, with the PDF tags around it; ``line`` is its index in the letter."""

    page: int
    roles: tuple[str, ...]
    run: Run
    line: int = -1


@dataclass(frozen=True, slots=True)
class Difference:
    """The first difference between a PDF and its letter; ``found`` or ``wanted`` is empty at the end of the text."""

    page: int
    found: str
    wanted: str


@dataclass(frozen=True, slots=True)
class Placement:
    """The runs of the letter's lines up to the first difference, and the numbers of incomplete notes, from 1."""

    runs: tuple[PlacedRun, ...]
    incomplete_notes: tuple[int, ...]
    difference: Difference | None


def place_lines(expected: ExpectedText, pages: Sequence[Page]) -> Placement:
    """Find every line of a letter in its PDF; footnotes are compared separately, by their tags."""
    runs = [
        (PlacedRun(number, roles, run), text)
        for number, page in enumerate(pages, start=1)
        for roles, run in page.read()
        if LABEL not in roles and (text := normalize_text(run.text))
    ]
    noted = "".join(text for placed, text in runs if NOTE in placed.roles)
    incomplete = _find_incomplete_notes(expected.notes, noted)
    return _match_lines(expected, [one for one in runs if NOTE not in one[0].roles], incomplete)


def _find_incomplete_notes(notes: Sequence[str], text: str) -> tuple[int, ...]:
    """Return the numbers of the notes, from 1, that are not complete and in order in the text."""
    incomplete: list[int] = []
    place = 0
    for number, note in enumerate(notes, start=1):
        found = text.find(normalize_text(note), place)
        incomplete += [] if found == place else [number]
        place = max(place, found + len(normalize_text(note)) if found >= 0 else place)
    return tuple(incomplete)


def _match_lines(
    expected: ExpectedText, runs: Iterable[tuple[PlacedRun, str]], incomplete: tuple[int, ...]
) -> Placement:
    """Match runs, each with its normalized text, with the lines of a letter."""
    lines = [*expected.letterhead, *expected.lines]
    repeated = {normalize_text(line.text) for line in lines if line.repeats}
    place, rest, in_order = -1, "", True
    placed: list[PlacedRun] = []
    for run, text in runs:
        while not rest and place + 1 < len(lines):
            place += 1
            rest, in_order = normalize_text(lines[place].text), not is_right_to_left(lines[place].text)
        if TABLE_HEAD in run.roles and not lines[place].repeats and any(text in line for line in repeated):
            continue  # a table continues on this page, under its head
        remaining = _remove_matched(rest, text, in_order=in_order)
        if remaining is None:
            return Placement(tuple(placed), incomplete, Difference(run.page, text, rest))
        placed.append(PlacedRun(run.page, run.roles, run.run, place))
        rest = remaining
    wanted = rest or "".join(normalize_text(line.text) for line in lines[place + 1 :])
    difference = Difference(placed[-1].page if placed else 1, "", wanted) if wanted else None
    return Placement(tuple(placed), incomplete, difference)


def _remove_matched(rest: str, text: str, *, in_order: bool) -> str | None:
    """Return the rest of a line without ``text``, or None if it does not start with it (``in_order``) or contain it."""
    if in_order:
        return rest.removeprefix(text) if rest.startswith(text) else None
    left = Counter(unify_brackets(rest))
    left.subtract(unify_brackets(text))
    return None if min(left.values()) < 0 else "".join(left.elements())


def _leave_out(page: Page, text: str) -> Page:
    """Return a page without ``text`` in its reading order, where an unknown version of WeasyPrint leaves it."""
    read = [run for _, run in page.read()]
    if text in normalize_text("".join(run.text for run in page.header_footer)):
        return page
    for start in range(len(read)):
        for end in range(start + 1, len(read) + 1):
            found = normalize_text("".join(run.text for run in read[start:end]))
            if found == text:
                ids = {run.content_id for run in read[start:end]}
                return replace(page, order=tuple(step for step in page.order if step.content_id not in ids))
            if not text.startswith(found):
                break
    return page


@dataclass(frozen=True, slots=True)
class Readers:
    """The functions that read the bytes of a PDF and of a DOCX. They raise ``UnreadablePageError``."""

    pdf: Callable[[bytes], tuple[Page, ...]]
    docx: Callable[[bytes], DocxText]


def _read_in_full(content: bytes) -> tuple[Page, ...]:
    pages = read_pages(content)
    has_missing = any(run.missing_glyphs for page in pages for run in page.runs)
    return KnownPages().read_in_full(content) if has_missing else pages  # glyphs are then read from the fonts, too


IN_FULL = Readers(_read_in_full, read_docx)
"""The readers that know no other files."""


@dataclass(frozen=True)
class FinishedLetter:
    """A letter and its files by their ending, of which one may be missing; ``path`` names them without the ending."""

    letter: Letter
    theme: Theme
    path: str
    files: Mapping[str, bytes]
    readers: Readers = IN_FULL

    @property
    def locale(self) -> Locale:
        """The language of the letter."""
        return load_locales()[self.letter.language]

    @property
    def column(self) -> float:
        """The width of the column of text in mm."""
        return measure_column(self.theme, self.locale)

    @cached_property
    def expected(self) -> ExpectedText:
        """The text that the files must have."""
        return list_expected_text(self.letter, has_logo=self.theme.logo is not None)

    @cached_property
    def pages(self) -> tuple[Page, ...]:
        """The pages of the PDF; none when there is no PDF."""
        pages = self.readers.pdf(self.files["pdf"]) if "pdf" in self.files else ()
        small = normalize_text("".join(line.text for line in self.expected.return_line))
        return (_leave_out(pages[0], small), *pages[1:]) if small and pages else pages

    @cached_property
    def docx(self) -> DocxText | None:
        """The DOCX, if there is one."""
        return self.readers.docx(self.files["docx"]) if "docx" in self.files else None

    @cached_property
    def placement(self) -> Placement:
        """The positions of the letter's words in the PDF."""
        return place_lines(self.expected, self.pages)

    def find_runs(self, first: int, last: int) -> Iterator[PlacedRun]:
        """Yield the positions of the letter's lines ``first`` to before ``last``, counted from the address."""
        offset = len(self.expected.letterhead)
        return (placed for placed in self.placement.runs if first <= placed.line - offset < last)

    def find_return_line(self) -> Iterator[PlacedRun]:
        """Yield the positions of the sender's small line in the window, which is outside the reading order."""
        for line in self.expected.return_line:
            rest = normalize_text(line.text)
            for run in self.pages[0].header_footer if self.pages else ():
                text = normalize_text(run.text)
                remaining = _remove_matched(rest, text, in_order=not is_right_to_left(line.text)) if text else None
                if run.is_shown and remaining is not None:
                    yield PlacedRun(1, (), run)
                    rest = remaining

    def find_text(self) -> Iterator[PlacedRun]:
        """Yield the positions of the letter's body."""
        return iter(self._text)

    @cached_property
    def _text(self) -> tuple[PlacedRun, ...]:
        return tuple(self.find_runs(self._body_start, self._body_end))

    def find_ending(self) -> Iterator[PlacedRun]:
        """Yield the positions of closing, sender, signatures, and a date below them."""
        return self.find_runs(self._body_end, self._body_end + len(self.letter.signed))

    @cached_property
    def _body_start(self) -> int:
        """The number of lines before the body, without the letterhead and the line of the sender in a window."""
        above = (PartName.LETTERHEAD, PartName.RETURN_LINE)
        return sum(part.name not in above for part in self.letter.parts_above())

    @cached_property
    def _body_end(self) -> int:
        """The number of lines before the closing, without the letterhead."""
        below = sum(len(lines) for _, lines in self.letter.lines_below)
        return len(self.expected.lines) - len(self.letter.signed) - below

    def find_unreadable(self) -> Iterator[Problem]:
        """Yield a problem for each file that cannot be read; if there is any, no other check can run."""
        for ending, code in (("pdf", "F908"), ("docx", "F909")):
            try:
                _ = self.pages if ending == "pdf" else self.docx
            except UnreadablePageError as error:
                hint = "Delete the file, then run: petitioner build"
                yield self.make_problem(ending, code, f"the file cannot be read: {error}", hint)

    def make_problem(self, ending: str, code: str, message: str, hint: str) -> Problem:
        """Return a problem of one of the files."""
        return Problem(f"{self.path}.{ending}", 0, code, message, hint, find_severity(code))
