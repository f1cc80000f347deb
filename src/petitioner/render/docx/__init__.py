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
from petitioner.render import report_library_errors
from petitioner.render.docx.blocks import Column, set_blocks
from petitioner.render.docx.elements import (
    Element,
    LetterContext,
    keep_with_next,
    make_paragraph,
    measure_em,
    measure_list_step,
)
from petitioner.render.docx.letter_parts import set_address, set_ending, set_letterhead, set_page_label
from petitioner.render.docx.runs import Story, mark_right_to_left_runs, mirror_tables, open_notes, set_line
from petitioner.render.docx.template import make_template, repack
from petitioner.render.typography import add_no_break_spaces

_LONGEST_PROPERTY = 255  # characters; python-docx refuses more


def render_docx(letter: Letter, theme: Theme, locale: Locale) -> bytes:
    """The letter as WordprocessingML (ECMA-376): equal bytes for equal letters, in any process.

    It names fonts and holds none, so it looks its best where the theme's ``docx`` fonts are installed. Raises
    ``RenderError`` for a logo or a signature that is no picture, and for anything else that python-docx refuses.
    """
    with report_library_errors("python-docx"):
        return _render(letter, theme, locale)


def _render(letter: Letter, theme: Theme, locale: Locale) -> bytes:
    context = LetterContext(add_no_break_spaces(letter, locale), theme, locale)
    document = Document(BytesIO(make_template(context)))
    _set_every_page(context, document)
    end = document.element.body.sectPr
    for element in _set_text(context, document):
        end.addprevious(element)
    _set_direction(context, document)
    _set_properties(letter, locale, document)
    stream = BytesIO()
    document.save(stream)
    return repack(stream.getvalue())


def _set_every_page(context: LetterContext, document: DocxDocument) -> None:
    section = document.sections[0]
    set_letterhead(context, section.first_page_header.part)
    section.header.part.element.append(set_line("Header", context.letter.reference_line, context))
    for footer in (section.first_page_footer, section.footer):
        footer.part.element.append(make_paragraph("Footer", set_page_label(context)))


def _set_text(context: LetterContext, document: DocxDocument) -> Iterator[Element]:
    letter, part = context.letter, document.part
    story = Story(part, context.is_east_asian, open_notes(part))
    fonts = context.theme.fonts[letter.language]
    step = measure_list_step(fonts, context.locale.layout)
    column = Column(story, part.numbering_part.element, context.text_width, measure_em(fonts), step)
    yield from set_address(context)
    for style, text in (("Heading1", letter.subject), ("Salutation", letter.salutation), ("Opening", letter.opening)):
        if text:
            yield set_line(style, text, context)
    body = list(set_blocks(letter.body, column))
    if body:
        # The closing must not be alone on a new page.
        keep_with_next(body[-1])
    yield from body
    yield from set_ending(context, part)


def _set_direction(context: LetterContext, document: DocxDocument) -> None:
    """Lines from right to left: the letter's own, or those of an address in another language."""
    parts = [part for part in document.part.package.iter_parts() if isinstance(part, XmlPart)]
    for part in parts:
        mark_right_to_left_runs(part.element)
        if context.locale.direction is Direction.RIGHT_TO_LEFT:
            mirror_tables(part.element)


def _set_properties(letter: Letter, locale: Locale, document: DocxDocument) -> None:
    properties = document.core_properties
    written = datetime.combine(letter.created, time(), UTC)
    properties.title = properties.subject = letter.subject[:_LONGEST_PROPERTY]
    properties.author = properties.last_modified_by = letter.author[:_LONGEST_PROPERTY]
    properties.identifier = letter.reference[:_LONGEST_PROPERTY]
    properties.language = locale.docx_language
    properties.created = properties.modified = written
    properties.comments = ""
