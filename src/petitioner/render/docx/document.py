"""A letter's DOCX made with python-docx: its document, headers, footers, notes and properties."""

from collections.abc import Iterator
from datetime import UTC, datetime, time
from io import BytesIO

from docx import Document
from docx.document import Document as DocxDocument
from docx.opc.part import XmlPart

from petitioner.model.locale import Direction
from petitioner.render.docx.blocks import TextArea, make_blocks
from petitioner.render.docx.elements import (
    Element,
    LetterContext,
    keep_with_next,
    make_paragraph,
    measure_em,
    measure_list_gaps,
    measure_list_step,
)
from petitioner.render.docx.fields import add_properties_part, make_page_label, make_varying_line
from petitioner.render.docx.letter_parts import make_address, make_ending, make_letterhead
from petitioner.render.docx.package import unpack
from petitioner.render.docx.styles import StyleSheet
from petitioner.render.docx.template import make_template
from petitioner.render.docx.text_runs import (
    Story,
    add_footnotes_part,
    make_line,
    mark_right_to_left_runs,
    mirror_tables,
)

LONGEST_PROPERTY = 255
"""The most characters of a property of the document; python-docx refuses more."""


def make_parts(context: LetterContext, title: str) -> dict[str, bytes]:
    """Return the parts of a letter's package by name, made with python-docx.

    ``title`` is that of the document. Raises ``RenderError`` for a damaged picture.
    """
    document = Document(BytesIO(make_template(context)))
    _fill_headers_and_footers(context, document)
    end = document.element.body.sectPr
    for element in _make_text(context, document):
        end.addprevious(element)
    _apply_direction(context, document)
    _set_properties(context, title, document)
    add_properties_part(context.letter, document.part)
    stream = BytesIO()
    document.save(stream)
    return unpack(stream.getvalue())


def _fill_headers_and_footers(context: LetterContext, document: DocxDocument) -> None:
    section = document.sections[0]
    section.first_page_header.part.element.append(make_paragraph("Hairline"))
    section.header.part.element.append(make_varying_line("Header", context.letter.head, context))
    for footer in (section.first_page_footer, section.footer):
        footer.part.element.append(make_paragraph("Footer", make_page_label(context)))


def _make_text(context: LetterContext, document: DocxDocument) -> Iterator[Element]:
    letter, part = context.letter, document.part
    story = Story(part, context.is_east_asian, context.divides_words, add_footnotes_part(part))
    fonts = context.theme.fonts[letter.language]
    layout = context.locale.layout
    before, after = (round(ems * measure_em(fonts)) for ems in measure_list_gaps(layout))
    area = TextArea(
        story,
        StyleSheet(part.styles.element),
        part.numbering_part.element,
        context.text_width,
        measure_em(fonts),
        measure_list_step(fonts, layout),
        before,
        after,
    )
    yield from make_letterhead(context, part)
    yield from make_address(context)
    for style, text in (("Heading1", letter.subject), ("Salutation", letter.salutation), ("Opening", letter.opening)):
        if text:
            yield make_line(style, text, context)
    body = list(make_blocks(letter.body, area))
    if body:
        # The closing must not be alone on a new page.
        keep_with_next(body[-1])
    yield from body
    yield from make_ending(context, part)


def _apply_direction(context: LetterContext, document: DocxDocument) -> None:
    """Mark the runs from right to left in all parts of a document; mirror the tables of a letter that runs so."""
    parts = [part for part in document.part.package.iter_parts() if isinstance(part, XmlPart)]
    for part in parts:
        mark_right_to_left_runs(part.element)
        if context.locale.direction is Direction.RIGHT_TO_LEFT:
            mirror_tables(part.element)


def _set_properties(context: LetterContext, title: str, document: DocxDocument) -> None:
    letter, properties = context.letter, document.core_properties
    written = datetime.combine(letter.created, time(), UTC)
    properties.title = properties.subject = title[:LONGEST_PROPERTY]
    properties.author = properties.last_modified_by = letter.author[:LONGEST_PROPERTY]
    properties.identifier = letter.reference[:LONGEST_PROPERTY]
    properties.language = context.locale.docx_language
    properties.created = properties.modified = written
    properties.comments = ""
