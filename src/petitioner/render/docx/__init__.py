"""Letters as DOCX, which can be edited in Word as if written there."""

from petitioner.model.letter import Letter
from petitioner.model.locale import Locale
from petitioner.model.theme import Theme
from petitioner.render import report_library_errors
from petitioner.render.docx.shapes import render_by_shape, render_plainly


def render_docx(letter: Letter, theme: Theme, locale: Locale) -> bytes:
    """Return the letter as WordprocessingML (ECMA-376): the same bytes for the same letter.

    Fonts are named, not embedded. Raises ``RenderError`` for a damaged picture, and for anything else that python-docx
    refuses.
    """
    with report_library_errors("python-docx"):
        return render_by_shape(letter, theme, locale)


def render_docx_plainly(letter: Letter, theme: Theme, locale: Locale) -> bytes:
    """Return what ``render_docx`` returns, without any use of letters that were rendered before."""
    with report_library_errors("python-docx"):
        return render_plainly(letter, theme, locale)
