"""Lines of the frame: each a paragraph in the style of its place, and in the font of its language."""

from petitioner.model.letter import Spoken
from petitioner.renderers.docx.elements import Element, make_paragraph
from petitioner.renderers.docx.runs import set_words
from petitioner.renderers.docx.sheet import Sheet
from petitioner.renderers.docx.template import name_language_style


def set_line(style: str, text: str, sheet: Sheet) -> Element:
    """A line in the letter's own language."""
    return make_paragraph(style, set_words(text, is_east_asian=sheet.is_east_asian))


def set_spoken_line(style: str, line: Spoken, sheet: Sheet) -> Element:
    """A line in a language of its own, which may be another one than the letter's."""
    tongue = None if line.language == sheet.locale.tag else name_language_style(line.language)
    return make_paragraph(style, set_words(line.text, tongue, is_east_asian=sheet.speaks_east_asian(line.language)))
