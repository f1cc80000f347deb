"""Findings on finished pages, which only show once a letter is set. A new check is one line in the list below."""

from collections.abc import Callable, Iterator, Mapping

from petitioner.checks.pages import ending, faces, furniture, geometry, parity, pictures, window
from petitioner.checks.pages.finished import Finished
from petitioner.errors import Problem
from petitioner.model.letter import Letter
from petitioner.model.theme import Theme

PAGE_CHECKS: tuple[Callable[[Finished], Iterator[Problem]], ...] = (
    geometry.check_sheets,
    geometry.check_edges,
    geometry.check_overlaps,
    geometry.check_column,
    geometry.check_docx_measures,
    window.check_window,
    furniture.check_pdf_furniture,
    furniture.check_docx_furniture,
    faces.check_shapes,
    faces.check_families,
    parity.check_pdf_words,
    parity.check_pdf_lists,
    parity.check_docx_words,
    parity.check_alternatives,
    ending.check_length,
    ending.check_closing,
    ending.check_last_page,
    ending.check_headings,
    pictures.check_pictures,
)
"""What is found by reading the files of one letter."""


def find_page_faults(letter: Letter, theme: Theme, path: str, files: Mapping[str, bytes]) -> tuple[Problem, ...]:
    """Every fault that shows on the finished pages of a letter.

    ``files`` are its files by their ending, of which one may be missing; ``path`` names them, without the ending.
    """
    finished = Finished(letter, theme, path, files)
    return tuple(dict.fromkeys(problem for check in PAGE_CHECKS for problem in check(finished)))
