"""Letters as DOCX: documents that can be edited in Word as if they had been written there."""

from collections.abc import Iterator
from datetime import UTC, datetime, time
from io import BytesIO

from docx import Document
from docx.document import Document as DocxDocument
from docx.opc.part import XmlPart

from petitioner.model.letter import Letter
from petitioner.model.locale import Direction, Locale
from petitioner.model.theme import Theme
from petitioner.render import explaining
from petitioner.render.docx.blocks import Column, set_blocks
from petitioner.render.docx.elements import (
    Element,
    Sheet,
    keep_with_next,
    make_paragraph,
    measure_em,
    measure_list_step,
)
from petitioner.render.docx.letter_parts import set_address, set_ending, set_letterhead, set_page_label
from petitioner.render.docx.runs import Story, open_notes, set_line, turn_tables, turn_words
from petitioner.render.docx.template import make_template, repack
from petitioner.render.typography import bind_words

_LONGEST_PROPERTY = 255  # characters; python-docx refuses more


def render_docx(letter: Letter, theme: Theme, locale: Locale) -> bytes:
    """The letter as WordprocessingML (ECMA-376): equal bytes for equal letters, in any process.

    It names fonts and holds none, so it looks its best where the theme's ``docx`` fonts are installed. Raises
    ``RenderError`` for a logo or a signature that is no picture, and for anything else that python-docx refuses.
    """
    with explaining("python-docx"):
        return _render(letter, theme, locale)


def _render(letter: Letter, theme: Theme, locale: Locale) -> bytes:
    sheet = Sheet(bind_words(letter, locale), theme, locale)
    document = Document(BytesIO(make_template(sheet)))
    _set_every_page(sheet, document)
    end = document.element.body.sectPr
    for element in _set_text(sheet, document):
        end.addprevious(element)
    _set_direction(sheet, document)
    _set_properties(letter, locale, document)
    stream = BytesIO()
    document.save(stream)
    return repack(stream.getvalue())


def _set_every_page(sheet: Sheet, document: DocxDocument) -> None:
    section = document.sections[0]
    set_letterhead(sheet, section.first_page_header.part)
    section.header.part.element.append(set_line("Header", sheet.letter.reference_line, sheet))
    for footer in (section.first_page_footer, section.footer):
        footer.part.element.append(make_paragraph("Footer", set_page_label(sheet)))


def _set_text(sheet: Sheet, document: DocxDocument) -> Iterator[Element]:
    letter, part = sheet.letter, document.part
    story = Story(part, sheet.is_east_asian, open_notes(part))
    fonts = sheet.theme.fonts[letter.language]
    step = measure_list_step(fonts, sheet.locale.layout)
    column = Column(story, part.numbering_part.element, sheet.text_width, measure_em(fonts), step)
    yield from set_address(sheet)
    for style, text in (("Heading1", letter.subject), ("Salutation", letter.salutation), ("Opening", letter.opening)):
        if text:
            yield set_line(style, text, sheet)
    body = list(set_blocks(letter.body, column))
    if body:
        # The closing must not be alone on a new page.
        keep_with_next(body[-1])
    yield from body
    yield from set_ending(sheet, part)


def _set_direction(sheet: Sheet, document: DocxDocument) -> None:
    """Lines from right to left: the letter's own, or those of an address in another language."""
    parts = [part for part in document.part.package.iter_parts() if isinstance(part, XmlPart)]
    for part in parts:
        turn_words(part.element)
        if sheet.locale.direction is Direction.RIGHT_TO_LEFT:
            turn_tables(part.element)


def _set_properties(letter: Letter, locale: Locale, document: DocxDocument) -> None:
    properties = document.core_properties
    written = datetime.combine(letter.created, time(), UTC)
    properties.title = properties.subject = letter.subject[:_LONGEST_PROPERTY]
    properties.author = properties.last_modified_by = letter.author[:_LONGEST_PROPERTY]
    properties.identifier = letter.reference[:_LONGEST_PROPERTY]
    properties.language = locale.docx_language
    properties.created = properties.modified = written
    properties.comments = ""
