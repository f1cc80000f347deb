"""A finished letter: its files, and the position of each of its lines in the PDF."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from petitioner.checks.pages.docx_reader import DocxText, read_docx
from petitioner.checks.pages.expected_text import (
    ExpectedText,
    is_right_to_left,
    list_expected_text,
    normalize,
    unify_brackets,
)
from petitioner.checks.pages.pdf_reader import HEAD, LABEL, NOTE, Page, Run, UnreadablePageError, read_pages
from petitioner.errors import Problem
from petitioner.model.codes import find_severity
from petitioner.model.letter import Letter, PartName
from petitioner.model.locale import Locale
from petitioner.model.theme import Theme
from petitioner.render.typography import measure_column
from petitioner.tables.locales import load_locales


@dataclass(frozen=True, slots=True)
class PlacedLine:
    """A run on a page, counted from 1, with the tags around it; ``line`` is its place in the expected text."""

    page: int
    roles: tuple[str, ...]
    run: Run
    line: int = -1


@dataclass(frozen=True, slots=True)
class Difference:
    """Where a PDF first says something else than its letter; ``found`` or ``wanted`` is empty where nothing follows."""

    page: int
    found: str
    wanted: str


@dataclass(frozen=True, slots=True)
class Placement:
    """The runs of the letter's lines, as far as both agree, the numbers of ``lost`` notes, and the first difference."""

    runs: tuple[PlacedLine, ...]
    lost: tuple[int, ...]
    difference: Difference | None


def place_words(expected: ExpectedText, pages: Sequence[Page]) -> Placement:
    """Find every line of a letter in its PDF, where notes are tagged as such and read where they are called."""
    read = [
        PlacedLine(number, roles, run)
        for number, page in enumerate(pages, start=1)
        for roles, run in page.read()
        if LABEL not in roles and normalize(run.text)
    ]
    noted = "".join(normalize(placed.run.text) for placed in read if NOTE in placed.roles)
    lost = _find_lost(expected.notes, noted)
    return _follow(expected, [placed for placed in read if NOTE not in placed.roles], lost)


def _find_lost(notes: Sequence[str], read: str) -> tuple[int, ...]:
    """Return the numbers of the notes, from 1, that are not read whole and in their order."""
    lost: list[int] = []
    place = 0
    for number, note in enumerate(notes, start=1):
        found = read.find(normalize(note), place)
        lost += [] if found == place else [number]
        place = max(place, found + len(normalize(note)) if found >= 0 else place)
    return tuple(lost)


def _follow(expected: ExpectedText, read: Iterable[PlacedLine], lost: tuple[int, ...]) -> Placement:
    lines = [*expected.letterhead, *expected.lines]
    heads = {normalize(line.text) for line in lines if line.repeats}
    place, rest = -1, ""
    placed: list[PlacedLine] = []
    for one in read:
        while not rest and place + 1 < len(lines):
            place += 1
            rest = normalize(lines[place].text)
        text = normalize(one.run.text)
        if HEAD in one.roles and not lines[place].repeats and any(text in head for head in heads):
            continue  # a table goes on, under its head
        left = _take_off(rest, text, in_order=not is_right_to_left(lines[place].text))
        if left is None:
            return Placement(tuple(placed), lost, Difference(one.page, text, rest))
        placed.append(PlacedLine(one.page, one.roles, one.run, place))
        rest = left
    wanted = rest or "".join(normalize(line.text) for line in lines[place + 1 :])
    difference = Difference(placed[-1].page if placed else 1, "", wanted) if wanted else None
    return Placement(tuple(placed), lost, difference)


def _take_off(rest: str, text: str, *, in_order: bool) -> str | None:
    """What is left of a line after some words of it, or None when these are not the next ones, or not in it at all."""
    if in_order:
        return rest.removeprefix(text) if rest.startswith(text) else None
    left = Counter(unify_brackets(rest))
    left.subtract(unify_brackets(text))
    return None if min(left.values()) < 0 else "".join(left.elements())


@dataclass(frozen=True)
class FinishedLetter:
    """A letter and its files by their ending, of which one may be missing; ``path`` names them without the ending."""

    letter: Letter
    theme: Theme
    path: str
    files: Mapping[str, bytes]

    @property
    def locale(self) -> Locale:
        """The language of the letter."""
        return load_locales()[self.letter.language]

    @property
    def column(self) -> float:
        """The width of the text in mm."""
        return measure_column(self.theme, self.locale)

    @cached_property
    def expected(self) -> ExpectedText:
        """What the letter says."""
        return list_expected_text(self.letter, has_logo=self.theme.logo is not None)

    @cached_property
    def pages(self) -> tuple[Page, ...]:
        """The pages of the PDF; none when there is no PDF."""
        return read_pages(self.files["pdf"]) if "pdf" in self.files else ()

    @cached_property
    def docx(self) -> DocxText | None:
        """The DOCX, if there is one."""
        return read_docx(self.files["docx"]) if "docx" in self.files else None

    @cached_property
    def placement(self) -> Placement:
        """The positions of the letter's words in the PDF."""
        return place_words(self.expected, self.pages)

    def find(self, first: int, last: int) -> Iterator[PlacedLine]:
        """Yield the positions of the letter's lines ``first`` to before ``last``, counted below the letterhead."""
        offset = len(self.expected.letterhead)
        return (placed for placed in self.placement.runs if first <= placed.line - offset < last)

    def find_text(self) -> Iterator[PlacedLine]:
        """Yield the positions of the letter's body."""
        return self.find(self._begin, self._end)

    def find_ending(self) -> Iterator[PlacedLine]:
        """Yield the positions of closing, sender and signatures."""
        return self.find(self._end, self._end + len(self.letter.signed))

    @cached_property
    def _begin(self) -> int:
        """The number of lines before the body, without the letterhead."""
        return sum(part.name is not PartName.LETTERHEAD for part in self.letter.parts_above())

    @cached_property
    def _end(self) -> int:
        """The number of lines before the closing, without the letterhead."""
        below = sum(len(lines) for _, lines in self.letter.lists_below)
        return len(self.expected.lines) - len(self.letter.signed) - below

    def find_unreadable(self) -> Iterator[Problem]:
        """Yield the files that cannot be read at all. Ask for no others before: their pages cannot be looked at."""
        for ending, code in (("pdf", "F908"), ("docx", "F909")):
            try:
                _ = self.pages if ending == "pdf" else self.docx
            except UnreadablePageError as error:
                hint = "Delete the file, then run: petitioner build"
                yield self.make_problem(ending, code, f"the file cannot be read: {error}", hint)

    def make_problem(self, ending: str, code: str, message: str, hint: str) -> Problem:
        """Return a problem of one of the files."""
        return Problem(f"{self.path}.{ending}", 0, code, message, hint, find_severity(code))
