"""The text of a letter: paragraphs, headings, quotations, lists, and tables with a heading row on every page."""

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
from petitioner.render.docx.runs import Story, set_inline
from petitioner.render.typography import count_half_widths

_LIST, _QUOTE = "ListParagraph", "Quote"
_BULLETS, _NUMBERS = 0, 1  # the abstract lists in numbering.xml
_QUOTE_STEP = 2  # ems, as in the style sheet of the PDF

_TABLE_STYLES = {
    Alignment.START: "TableText",
    Alignment.CENTRE: "TableTextCentred",
    Alignment.END: "TableTextRight",
}
_NARROWEST, _WIDEST = 6, 40  # half-widths of a character, the bounds between which columns share out the line


@dataclass(frozen=True, slots=True)
class Column:
    """What text is set into: its story and the register of its lists; in twips its width, its em, and how far a list
    is indented from the text around it.

    ``lists`` and ``quotes`` count the lists and quotations around it.
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
        """How far in twips from the left margin the text begins."""
        return self.lists * self.list_step + self.end

    @property
    def end(self) -> int:
        """How far in twips before the right margin the text ends."""
        return self.quotes * _QUOTE_STEP * self.em


def set_blocks(blocks: Iterable[Block], column: Column, style: str = "BodyText") -> Iterator[Element]:
    """Paragraphs and tables for blocks. ``style`` is that of plain paragraphs."""
    for block in blocks:
        match block:
            case Paragraph(content):
                yield make_paragraph(style, set_inline(content, column.story), *_place(column))
            case Heading(content):
                yield make_paragraph("Heading2", set_inline(content, column.story))
            case Quotation(content):
                yield from set_blocks(content, replace(column, quotes=column.quotes + 1), _QUOTE)
            case Listing():
                yield from _set_list(block, column)
            case Table():
                room = column.width - column.start - column.end
                yield from set_table(block, column.story, room, column.em, indent=column.start)


def _place(column: Column, *, hanging: int = 0) -> Iterator[Element]:
    """The indent of a paragraph within a list or a quotation; a number or a bullet hangs out of it."""
    if column.lists or column.quotes:
        yield make("ind", left=column.start, right=column.end, hanging=hanging)


def _set_list(listing: Listing, column: Column) -> Iterator[Element]:
    number = _open_list(listing, column.numbering, column.lists)
    inside = replace(column, lists=column.lists + 1)
    for item in listing.items:
        first, rest = _split_item(item)
        label = make("numPr", make("ilvl", val=column.lists), make("numId", val=number))
        place = _place(inside, hanging=column.list_step)
        yield make_paragraph(_LIST, set_inline(first.content, column.story), label, *place)
        yield from set_blocks(rest, inside, _LIST)


def _open_list(listing: Listing, numbering: Element, depth: int) -> int:
    """Add a list definition of its own, so that numbering starts from 1, and return its number."""
    number = len(numbering.findall(qn("w:num"))) + 1
    pattern = make("abstractNumId", val=_NUMBERS if listing.ordered else _BULLETS)
    start = make("lvlOverride", make("startOverride", val=1), ilvl=depth)
    numbering.append(make("num", pattern, start, numId=number))
    return number


def _split_item(item: tuple[Block, ...]) -> tuple[Paragraph, tuple[Block, ...]]:
    """The paragraph that carries an item's number, empty when the item begins with something else, and the rest."""
    if item and isinstance(first := item[0], Paragraph):
        return first, item[1:]
    return Paragraph(()), item


def set_table(table: Table, story: Story, width: int, em: int, *, indent: int = 0) -> Iterator[Element]:
    """A table over ``width`` twips, and the small paragraph that sets it off from what follows. ``em`` in twips too."""
    columns = _plan_columns(table, width, em)
    cells = (
        [_set_cell(cell, column, story) for cell, column in zip(row, columns, strict=True)]
        for row in (table.header, *table.rows)
    )
    rows = [make_row(next(cells), make("tblHeader")), *map(make_row, cells)]
    # No row of a long table is alone on a page, and the last one stays with the text that follows.
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
    """Share out the width by the longest cell of each column."""
    lengths = [
        max(count_half_widths("".join(walk_text(cell))) for cell in cells)
        for cells in zip(table.header, *table.rows, strict=True)
    ]
    weights = [min(max(_NARROWEST, length), _WIDEST) for length in lengths]
    widths = [width * weight // sum(weights) for weight in weights]
    # Half-widths are half an em, and so is the margin on either side of a cell.
    fits = [(length + 2) * em <= 2 * own for length, own in zip(lengths, widths, strict=True)]
    return [_TableColumn(*column) for column in zip(table.alignments, widths, fits, strict=True)]


def _set_cell(cell: tuple[Inline, ...], column: _TableColumn, story: Story) -> Element:
    paragraph = make_paragraph(_TABLE_STYLES[column.alignment], set_inline(cell, story))
    # Programs that put gaps between figures and East Asian characters would break a date in two.
    return make_cell(column.width, [paragraph], *([make("noWrap")] if column.fits else []))
