"""Letterhead, page numbers, and the address field with date and reference."""

from collections.abc import Iterator
from string import Formatter

from docx.parts.story import StoryPart

from petitioner.renderers.docx.elements import (
    Element,
    Picture,
    Sheet,
    make,
    make_cell,
    make_exact_row,
    make_layout_table,
    make_paragraph,
    make_run,
    make_text,
    make_top_margin,
    measure_head,
    set_picture,
    to_twips,
)
from petitioner.renderers.docx.runs import set_line, set_spoken_line, set_words

_HAIRLINE = 20  # twips, the height of a paragraph in the style of that name
_SLACK = 170  # twips that the field is wider than the window: a fraction less, and a line that just fits would wrap
_FIELDS = {"page": "PAGE", "pages": "NUMPAGES"}
_LOGO = 1  # the number of its picture
_LOGO_GAP = 4  # mm


def set_letterhead(sheet: Sheet, header: StoryPart) -> None:
    """Fill the first page's head, exactly as high as leads down to the address field."""
    theme, letterhead = sheet.theme, sheet.letter.letterhead
    name = set_line("LetterheadName", letterhead.name, sheet)
    words = [name, *(set_line("LetterheadLine", line, sheet) for line in letterhead.lines)]
    head = to_twips(measure_head(theme))
    room = to_twips(theme.letterhead) - head
    # Two hairlines follow: the one that must end a header, and the one that opens the text.
    height = to_twips(theme.window.top) - head - 2 * _HAIRLINE
    logo, taken = _set_logo(sheet, header)
    cells = [make_cell(sheet.text_width - taken, words, make_top_margin(room))]
    if logo is not None:
        cells.append(make_cell(taken, [logo], make_top_margin(room)))
    header.element.extend([make_layout_table([make_exact_row(height, cells)]), make_paragraph("Hairline")])


def _set_logo(sheet: Sheet, header: StoryPart) -> tuple[Element | None, int]:
    """The logo at the right margin, and the width in twips that the words of the letterhead leave to it."""
    if sheet.theme.logo is None:
        return None, 0
    logo = Picture(sheet.theme.logo, sheet.letter.letterhead.name, _LOGO)
    run, width = set_picture(logo, header, sheet.theme.logo_height, sheet.text_width // 3)
    return make_paragraph("LetterheadLogo", [run]), width + to_twips(_LOGO_GAP)


def set_address(sheet: Sheet) -> Iterator[Element]:
    """The address field at its place in the envelope's window, with date and reference beside it."""
    # LibreOffice puts an empty line before a table that opens a document with footnotes, unless something is there.
    yield make_paragraph("Hairline")
    window, letter = sheet.theme.window, sheet.letter
    start = to_twips(window.text_left) - to_twips(sheet.theme.margins.left)
    width = to_twips(window.width) + _SLACK
    rest = sheet.text_width - start - width
    back = set_spoken_line("EnvelopeReturn", letter.address.return_line, sheet)
    lines = [set_spoken_line("EnvelopeAddress", line, sheet) for line in letter.address.lines]
    dated = [set_line("Date", letter.date_line, sheet), set_line("Reference", letter.reference_line, sheet)]
    end, gap = to_twips(window.return_line), to_twips(window.gap)
    rows = [
        make_exact_row(
            end - to_twips(window.top),
            [make_cell(width, [back], make("vAlign", val="bottom")), make_cell(rest, [make_paragraph("Hairline")])],
        ),
        make_exact_row(
            to_twips(window.bottom) - end,
            [make_cell(width, lines, make_top_margin(gap)), make_cell(rest, dated, make_top_margin(gap))],
        ),
    ]
    yield make_layout_table(rows, indent=start)


def set_page_label(sheet: Sheet) -> Iterator[Element]:
    """The page number, and how many pages there are."""
    for words, name, _, _ in Formatter().parse(sheet.letter.page_label):
        if words:
            yield from set_words(words, is_east_asian=sheet.is_east_asian)
        if name:
            yield from _set_field(_FIELDS[name])


def _set_field(instruction: str) -> Iterator[Element]:
    """A field that Word fills in by itself whenever it lays out a page; until then it shows 1."""
    code = make("instrText")
    code.text = instruction
    yield make_run(make("fldChar", fldCharType="begin"))
    yield make_run(code)
    yield make_run(make("fldChar", fldCharType="separate"))
    yield make_run(make_text("1"))
    yield make_run(make("fldChar", fldCharType="end"))
