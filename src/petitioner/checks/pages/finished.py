"""A letter after it was set: what it says, and what stands in its files."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from petitioner.checks.pages.manuscript import Manuscript, read_manuscript
from petitioner.checks.pages.placement import Placed, Placement, place_words
from petitioner.checks.pages.script import Script, list_below, list_signed, write_script
from petitioner.checks.pages.sheet import Page, UnreadablePageError, read_pages
from petitioner.errors import Problem
from petitioner.locales import load_locales
from petitioner.model.codes import severity_of
from petitioner.model.letter import Letter
from petitioner.model.locale import Locale
from petitioner.model.theme import Theme
from petitioner.renderers.column import measure_column


@dataclass(frozen=True)
class Finished:
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
    def script(self) -> Script:
        """What the letter says."""
        return write_script(self.letter, has_logo=self.theme.logo is not None)

    @cached_property
    def pages(self) -> tuple[Page, ...]:
        """The pages of the PDF; none when there is no PDF."""
        return read_pages(self.files["pdf"]) if "pdf" in self.files else ()

    @cached_property
    def manuscript(self) -> Manuscript | None:
        """The DOCX, if there is one."""
        return read_manuscript(self.files["docx"]) if "docx" in self.files else None

    @cached_property
    def placement(self) -> Placement:
        """Which words of the letter stand where in the PDF."""
        return place_words(self.script, self.pages)

    def find(self, first: int, last: int) -> Iterator[Placed]:
        """Where the lines of the letter stand from one place in it to before another, the letterhead aside."""
        offset = len(self.script.letterhead)
        return (placed for placed in self.placement.runs if first <= placed.line - offset < last)

    def find_text(self) -> Iterator[Placed]:
        """Where the body of the letter stands."""
        return self.find(self._begin, self._end)

    def find_ending(self) -> Iterator[Placed]:
        """Where closing, sender and signatures stand."""
        return self.find(self._end, self._end + len(list_signed(self.letter)))

    @cached_property
    def _begin(self) -> int:
        """How many lines stand before the body, the letterhead aside."""
        letter = self.letter
        above = (letter.date_line, letter.reference_line, letter.subject, letter.salutation, letter.opening)
        return 1 + len(letter.address.lines) + sum(1 for text in above if text)

    @cached_property
    def _end(self) -> int:
        return len(self.script.lines) - len(list_signed(self.letter)) - len(list_below(self.letter))

    def find_unreadable(self) -> Iterator[Problem]:
        """The files that cannot be read at all. Ask for no others before: their pages cannot be looked at."""
        for ending, code in (("pdf", "F908"), ("docx", "F909")):
            try:
                _ = self.pages if ending == "pdf" else self.manuscript
            except UnreadablePageError as error:
                hint = "Delete the file, then run: petitioner build"
                yield self.blame(ending, code, f"the file cannot be read: {error}", hint)

    def blame(self, ending: str, code: str, message: str, hint: str) -> Problem:
        """A problem of one of the files."""
        return Problem(f"{self.path}.{ending}", 0, code, message, hint, severity_of(code))
