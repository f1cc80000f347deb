"""Tables of the letter's text, with a heading row that comes again on every page."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from unicodedata import east_asian_width

from petitioner.model.blocks import Alignment, Inline, Table, walk_text
from petitioner.renderers.docx.elements import (
    Element,
    keep_with_next,
    make,
    make_cell,
    make_grid,
    make_paragraph,
    make_row,
)
from petitioner.renderers.docx.runs import Story, set_inline

_STYLES = {
    Alignment.START: "TableText",
    Alignment.CENTRE: "TableTextCentred",
    Alignment.END: "TableTextRight",
}
_NARROWEST, _WIDEST = 6, 40  # half-widths of a character, the bounds between which columns share out the line

Cells = tuple[tuple[Inline, ...], ...]


def set_table(table: Table, story: Story, width: int, em: int, *, indent: int = 0) -> Iterator[Element]:
    """A table over ``width`` twips, and the small paragraph that sets it off from what follows. ``em`` in twips too."""
    columns = _plan_columns(table, width, em)
    cells = [_set_cells(row, columns, story) for row in (table.header, *table.rows)]
    rows = [make_row(cells[0], make("tblHeader")), *map(make_row, cells[1:])]
    # No row of a long table stands alone on a page, and the last one stays with the text that follows.
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
class _Column:
    """A column of a table: its width in twips, and whether its longest cell fits into one line."""

    alignment: Alignment
    width: int
    fits: bool


def _plan_columns(table: Table, width: int, em: int) -> list[_Column]:
    """Share out the width by the longest cell of each column."""
    lengths = [max(map(_measure, cells)) for cells in zip(table.header, *table.rows, strict=True)]
    weights = [min(max(_NARROWEST, length), _WIDEST) for length in lengths]
    widths = [width * weight // sum(weights) for weight in weights]
    # Half-widths are half an em, and so is the margin on either side of a cell.
    fits = [(length + 2) * em <= 2 * own for length, own in zip(lengths, widths, strict=True)]
    return [_Column(*column) for column in zip(table.alignments, widths, fits, strict=True)]


def _set_cells(cells: Cells, columns: Iterable[_Column], story: Story) -> list[Element]:
    return [_set_cell(cell, column, story) for cell, column in zip(cells, columns, strict=True)]


def _set_cell(cell: tuple[Inline, ...], column: _Column, story: Story) -> Element:
    paragraph = make_paragraph(_STYLES[column.alignment], set_inline(cell, story))
    # Programs that put gaps between figures and East Asian characters would break a date in two.
    return make_cell(column.width, [paragraph], *([make("noWrap")] if column.fits else []))


def _measure(cell: tuple[Inline, ...]) -> int:
    """The length of a cell's text in half-widths: a Chinese character counts twice (UAX #11)."""
    return sum(2 if east_asian_width(sign) in "WF" else 1 for sign in chain.from_iterable(walk_text(cell)))
