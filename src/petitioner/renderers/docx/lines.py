"""Lines of the frame: each a paragraph in the style of its place, and in the font of its language."""

from petitioner.locales import load_locales
from petitioner.model.letter import Spoken
from petitioner.model.locale import Direction
from petitioner.renderers.docx.elements import Element, make, make_paragraph
from petitioner.renderers.docx.runs import set_words
from petitioner.renderers.docx.sheet import Sheet
from petitioner.renderers.docx.template import name_language_style


def set_line(style: str, text: str, sheet: Sheet) -> Element:
    """A line in the letter's own language."""
    return make_paragraph(style, set_words(text, is_east_asian=sheet.is_east_asian))


def set_spoken_line(style: str, line: Spoken, sheet: Sheet) -> Element:
    """A line in a language of its own, which may be another one than the letter's."""
    tongue = None if line.language == sheet.locale.tag else name_language_style(line.language)
    runs = set_words(line.text, tongue, is_east_asian=sheet.speaks_east_asian(line.language))
    direction = load_locales()[line.language].direction
    turn = () if direction is sheet.locale.direction else (make("bidi", val=int(direction is Direction.RIGHT_TO_LEFT)),)
    return make_paragraph(style, runs, *turn)
