"""Blocks of a letter: paragraphs, headings, quotations, lists, and tables that repeat their header row."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from docx.oxml.ns import qn

from petitioner.model.blocks import Alignment, Block, Heading, Inline, Listing, Paragraph, Quotation, Table, walk_text
from petitioner.render.docx.elements import (
    Element,
    keep_with_next,
    make,
    make_cell,
    make_grid,
    make_paragraph,
    make_row,
)
from petitioner.render.docx.text_runs import Story, make_inline
from petitioner.render.typography import count_half_widths

_LIST, _QUOTE = "ListParagraph", "Quote"
_BULLETS, _NUMBERS = 0, 1  # the abstract lists in numbering.xml
_QUOTE_STEP = 2  # ems, as in the style sheet of the PDF

_TABLE_STYLES = {
    Alignment.START: "TableText",
    Alignment.CENTRE: "TableTextCentred",
    Alignment.END: "TableTextRight",
}
_NARROWEST, _WIDEST = 6, 40  # half-width characters: bounds of a column's share of the width


@dataclass(frozen=True, slots=True)
class TextArea:
    """The area for text, with its part of the document and the numbering of lists.

    ``width``, ``em`` and the indent ``list_step`` are in twips. ``lists`` and ``quotes`` count the lists and quotations
    around the text.
    """

    story: Story
    numbering: Element
    width: int
    em: int
    list_step: int
    lists: int = 0
    quotes: int = 0

    @property
    def start(self) -> int:
        """The indent from the left margin in twips."""
        return self.lists * self.list_step + self.end

    @property
    def end(self) -> int:
        """The indent from the right margin in twips."""
        return self.quotes * _QUOTE_STEP * self.em


def make_blocks(blocks: Iterable[Block], area: TextArea, style: str = "BodyText") -> Iterator[Element]:
    """Yield paragraphs and tables. ``style`` is that of plain paragraphs."""
    for block in blocks:
        match block:
            case Paragraph(content):
                yield make_paragraph(style, make_inline(content, area.story), *_make_indent(area))
            case Heading(content):
                yield make_paragraph("Heading2", make_inline(content, area.story))
            case Quotation(content):
                yield from make_blocks(content, replace(area, quotes=area.quotes + 1), _QUOTE)
            case Listing():
                yield from _make_list(block, area)
            case Table():
                room = area.width - area.start - area.end
                yield from make_table(block, area.story, room, area.em, indent=area.start)


def _make_indent(area: TextArea, *, hanging: int = 0) -> Iterator[Element]:
    """Yield the indent of a paragraph within a list or a quotation, with a hanging number or bullet."""
    if area.lists or area.quotes:
        yield make("ind", left=area.start, right=area.end, hanging=hanging)


def _make_list(listing: Listing, area: TextArea) -> Iterator[Element]:
    number = _open_list(listing, area.numbering, area.lists)
    inside = replace(area, lists=area.lists + 1)
    for item in listing.items:
        first, rest = _split_item(item)
        label = make("numPr", make("ilvl", val=area.lists), make("numId", val=number))
        place = _make_indent(inside, hanging=area.list_step)
        yield make_paragraph(_LIST, make_inline(first.content, area.story), label, *place)
        yield from make_blocks(rest, inside, _LIST)


def _open_list(listing: Listing, numbering: Element, depth: int) -> int:
    """Add a definition for this list, so that it starts from 1, and return its number."""
    number = len(numbering.findall(qn("w:num"))) + 1
    pattern = make("abstractNumId", val=_NUMBERS if listing.ordered else _BULLETS)
    start = make("lvlOverride", make("startOverride", val=1), ilvl=depth)
    numbering.append(make("num", pattern, start, numId=number))
    return number


def _split_item(item: tuple[Block, ...]) -> tuple[Paragraph, tuple[Block, ...]]:
    """Return the paragraph beside an item's number, empty if the item has none first, and the other blocks."""
    if item and isinstance(first := item[0], Paragraph):
        return first, item[1:]
    return Paragraph(()), item


def make_table(table: Table, story: Story, width: int, em: int, *, indent: int = 0) -> Iterator[Element]:
    """Yield a table and a small paragraph as the gap below. ``width``, ``em`` and ``indent`` are in twips."""
    columns = _plan_columns(table, width, em)
    cells = (
        [_make_table_cell(cell, column, story) for cell, column in zip(row, columns, strict=True)]
        for row in (table.header, *table.rows)
    )
    rows = [make_row(next(cells), make("tblHeader")), *map(make_row, cells)]
    # No row of a long table is alone on a page, and the last one stays with the text below.
    ends = {0, min(1, len(rows) - 1), max(0, len(rows) - 2), len(rows) - 1}
    for row in rows if table.stays_whole else (rows[place] for place in sorted(ends)):
        keep_with_next(row)
    properties = make(
        "tblPr",
        make("tblStyle", val="LetterTable"),
        make("tblW", w=width, type="dxa"),
        make("tblInd", w=indent, type="dxa"),
        make("tblLook", val="0620", firstRow=1, lastRow=0, firstColumn=0, lastColumn=0, noHBand=1, noVBand=1),
    )
    yield make("tbl", properties, make_grid(column.width for column in columns), *rows)
    # Without a paragraph between them Word joins two tables into one.
    yield make_paragraph("TableEnd")


@dataclass(frozen=True, slots=True)
class _TableColumn:
    """A column of a table: its width in twips, and whether its longest cell fits into one line."""

    alignment: Alignment
    width: int
    fits: bool


def _plan_columns(table: Table, width: int, em: int) -> list[_TableColumn]:
    """Divide the width by the longest cell of each column."""
    lengths = [
        max(count_half_widths("".join(walk_text(cell))) for cell in cells)
        for cells in zip(table.header, *table.rows, strict=True)
    ]
    weights = [min(max(_NARROWEST, length), _WIDEST) for length in lengths]
    widths = [width * weight // sum(weights) for weight in weights]
    # A half-width character is half an em, and so is each side margin of a cell.
    fits = [(length + 2) * em <= 2 * own for length, own in zip(lengths, widths, strict=True)]
    return [_TableColumn(*column) for column in zip(table.alignments, widths, fits, strict=True)]


def _make_table_cell(cell: tuple[Inline, ...], column: _TableColumn, story: Story) -> Element:
    paragraph = make_paragraph(_TABLE_STYLES[column.alignment], make_inline(cell, story))
    # Programs with gaps between digits and East Asian characters would break a date.
    return make_cell(column.width, [paragraph], *([make("noWrap")] if column.fits else []))
