"""Tables of the letter's text, with a heading row that comes again on every page."""

from collections.abc import Iterable, Iterator
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


def set_table(table: Table, story: Story, width: int) -> Iterator[Element]:
    """A table over ``width`` twips, and the small paragraph that sets it off from what follows."""
    widths = _share_width(table, width)
    cells = [_set_cells(row, table.alignments, widths, story) for row in (table.header, *table.rows)]
    rows = [make_row(cells[0], make("tblHeader")), *map(make_row, cells[1:])]
    for place in {0, min(1, len(rows) - 1), max(0, len(rows) - 2), len(rows) - 1}:
        # No row stands alone on a page, and the last one stays with the text that follows.
        keep_with_next(rows[place])
    properties = make(
        "tblPr",
        make("tblStyle", val="LetterTable"),
        make("tblW", w=width, type="dxa"),
        make("tblLook", val="0620", firstRow=1, lastRow=0, firstColumn=0, lastColumn=0, noHBand=1, noVBand=1),
    )
    yield make("tbl", properties, make_grid(widths), *rows)
    # Without a paragraph between them Word joins two tables into one.
    yield make_paragraph("TableEnd")


def _set_cells(cells: Cells, alignments: Iterable[Alignment], widths: Iterable[int], story: Story) -> list[Element]:
    return [
        make_cell(width, [make_paragraph(_STYLES[alignment], set_inline(cell, story))])
        for cell, alignment, width in zip(cells, alignments, widths, strict=True)
    ]


def _share_width(table: Table, width: int) -> list[int]:
    """Share out the width by the longest cell of each column."""
    columns = zip(table.header, *table.rows, strict=True)
    weights = [min(max(_NARROWEST, *map(_measure, column)), _WIDEST) for column in columns]
    return [width * weight // sum(weights) for weight in weights]


def _measure(cell: tuple[Inline, ...]) -> int:
    """The length of a cell's text in half-widths: a Chinese character counts twice (UAX #11)."""
    return sum(2 if east_asian_width(sign) in "WF" else 1 for sign in chain.from_iterable(walk_text(cell)))
