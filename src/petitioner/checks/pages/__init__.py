"""Checks of finished pages, PDF and DOCX. A new check is one line in the list below."""

from collections.abc import Callable, Iterator, Mapping

from petitioner.checks.pages import geometry, parity, typesetting
from petitioner.checks.pages.docx_reader import read_identifier
from petitioner.checks.pages.finished import FinishedLetter
from petitioner.checks.pages.pdf_reader import read_keywords
from petitioner.errors import Problem
from petitioner.model.letter import Letter
from petitioner.model.theme import Theme

PAGE_CHECKS: tuple[Callable[[FinishedLetter], Iterator[Problem]], ...] = (
    geometry.check_sheets,
    geometry.check_edges,
    geometry.check_overlaps,
    geometry.check_column,
    geometry.check_docx_measures,
    geometry.check_window,
    typesetting.check_pdf_header_footer,
    typesetting.check_docx_header_footer,
    typesetting.check_missing_glyphs,
    typesetting.check_font_families,
    parity.check_pdf_words,
    parity.check_pdf_lists,
    parity.check_docx_words,
    parity.check_alternatives,
    typesetting.check_length,
    typesetting.check_closing,
    typesetting.check_last_page,
    typesetting.check_lists,
    typesetting.check_lone_words,
    typesetting.check_headings,
    geometry.check_pictures,
)
"""Checks of the files of one letter."""


_ZIP = b"PK"


def find_page_problems(letter: Letter, theme: Theme, path: str, files: Mapping[str, bytes]) -> tuple[Problem, ...]:
    """Return every problem on the finished pages of a letter.

    ``files`` are its files by their ending, of which one may be missing; ``path`` names them, without the ending.
    """
    return check_pages(FinishedLetter(letter, theme, path, files))


def check_pages(finished: FinishedLetter) -> tuple[Problem, ...]:
    """Return every problem on the pages of a finished letter."""
    unreadable = tuple(finished.find_unreadable())
    checks = () if unreadable else PAGE_CHECKS
    return tuple(dict.fromkeys((*unreadable, *(problem for check in checks for problem in check(finished)))))


def read_reference(content: bytes) -> str:
    """Return the reference in the metadata of a PDF or DOCX of this program, or an empty text."""
    return read_identifier(content) if content.startswith(_ZIP) else read_keywords(content)
