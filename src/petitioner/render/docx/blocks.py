"""Blocks of a letter: paragraphs, headings, quotations, lists, and tables that repeat their header row."""

from collections.abc import Iterable, Iterator
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import cast

from docx.oxml.ns import qn

from petitioner.model.blocks import Alignment, Block, Heading, Inline, Listing, Paragraph, Quotation, Table
from petitioner.render.docx.elements import (
    Element,
    keep_with_next,
    make,
    make_cell,
    make_grid,
    make_paragraph,
    make_row,
)
from petitioner.render.docx.styles import StyleSheet, restyle
from petitioner.render.docx.text_runs import Story, make_inline
from petitioner.render.typography import plan_columns

_LIST, _CONTINUED, _QUOTE = "ListParagraph", "ListContinue", "Quote"
_BULLETS, _NUMBERS = 0, 1  # the abstract lists in numbering.xml
_QUOTE_STEP = 2  # ems, as in the style sheet of the PDF

_TABLE_STYLES = {
    Alignment.START: "TableText",
    Alignment.CENTRE: "TableTextCentred",
    Alignment.END: "TableTextRight",
}


@dataclass(frozen=True, slots=True)
class TextArea:
    """The area for text, with its part of the document, the styles, and the numbering of lists.

    ``width``, ``em`` and the indent ``list_step`` are in twips, and so are the spaces ``before`` and ``after`` a list.
    ``lists`` and ``quotes`` count the lists and quotations around the text.
    """

    story: Story
    styles: StyleSheet
    numbering: Element
    width: int
    em: int
    list_step: int
    before: int
    after: int
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

    def choose_style(self, style: str) -> str:
        """Return the style for a paragraph within lists and quotations; numbered ones are indented by their list."""
        if style == _LIST:
            indent, name = make("ind", right=self.end), f"Quoted {self.quotes}"
            return self.styles.vary(style, name, indent) if self.quotes else style
        if (style, self.lists, self.quotes) in (("BodyText", 0, 0), (_QUOTE, 0, 1)):
            return style
        spacing = (make("spacing", before=0, after=0),) if style == _QUOTE and self.lists else ()
        indent = make("ind", left=self.start, right=self.end, firstLine=0)
        name = " ".join(f"{word} {count}" for word, count in (("Level", self.lists), ("Quoted", self.quotes)) if count)
        return self.styles.vary(style, name, *spacing, indent)


def make_blocks(blocks: Iterable[Block], area: TextArea, style: str = "BodyText") -> Iterator[Element]:
    """Yield paragraphs and tables. ``style`` is that of plain paragraphs."""
    below: Block | None = None
    elements: list[Element] = []
    for block in blocks:
        above, below = below, block
        spaced = area.before if isinstance(above, Paragraph) and not area.lists and not area.quotes else 0
        if spaced and isinstance(block, Table):
            restyle(elements[-1], area.styles, "Before Table", after=spaced)
        if isinstance(above, Paragraph) and isinstance(block, Listing) and not area.lists and not area.quotes:
            keep_with_next(elements[-1])
        yield from elements
        elements = list(_make_block(block, area, style))
        if spaced and isinstance(block, Listing | Quotation):
            restyle(elements[0], area.styles, "First", before=spaced)
    yield from elements


def _make_block(block: Block, area: TextArea, style: str) -> Iterator[Element]:
    match block:
        case Paragraph(content):
            yield make_paragraph(area.choose_style(style), make_inline(content, area.story))
        case Heading(content):
            yield make_paragraph("Heading2", make_inline(content, area.story))
        case Quotation(content):
            yield from make_blocks(content, replace(area, quotes=area.quotes + 1), _QUOTE)
        case Listing():
            yield from _make_list(block, area)
        case Table():
            room = area.width - area.start - area.end
            yield from make_table(block, area.story, room, area.em, indent=area.start)


def _make_list(listing: Listing, area: TextArea) -> Iterator[Element]:
    """Yield the entries of a list. One outside others is spaced, and no entry of it is alone on a page."""
    number = _open_list(listing, area)
    inside = replace(area, lists=area.lists + 1)
    items = [list(_make_item(item, number, inside)) for item in listing.items]
    if not area.lists and not area.quotes:
        restyle(items[-1][-1], area.styles, "Last", after=area.after)
        for place in sorted({0, max(0, len(items) - 2)} - {len(items) - 1}):
            keep_with_next(items[place][-1])
    for item in items:
        yield from item


def _make_item(item: tuple[Block, ...], number: int, area: TextArea) -> Iterator[Element]:
    """Yield an entry of a list, whose own paragraphs and lists follow each other without space."""
    first, rest = _split_item(item)
    label = make("numPr", make("ilvl", val=area.lists - 1), make("numId", val=number))
    paragraphs = [make_paragraph(area.choose_style(_LIST), make_inline(first.content, area.story), label)]
    for block in rest:
        if paragraphs:
            restyle(paragraphs[-1], area.styles, "Inner", after=0)
        yield from paragraphs
        following = list(make_blocks([block], area, _CONTINUED))
        paragraphs = following if isinstance(block, Paragraph) else []
        if not paragraphs:
            yield from following
    yield from paragraphs


def _open_list(listing: Listing, area: TextArea) -> int:
    """Add a definition for this list, so that it starts from 1, and return its number."""
    numbering, depth = area.numbering, area.lists
    number = len(numbering.findall(qn("w:num"))) + 1
    kind = _NUMBERS if listing.ordered else _BULLETS
    override = make("lvlOverride", make("startOverride", val=1), ilvl=depth)
    if area.quotes:
        override.append(_move_level(numbering, kind, depth, area.end))
    numbering.append(make("num", make("abstractNumId", val=kind), override, numId=number))
    return number


def _move_level(numbering: Element, kind: int, depth: int, distance: int) -> Element:
    """Return the level of a list with its indent for a quotation around it."""
    path = f"w:abstractNum[@w:abstractNumId='{kind}']/w:lvl[@w:ilvl='{depth}']"
    (level,) = (cast(Element, deepcopy(found)) for found in numbering.xpath(path))
    for indent in level.iter(qn("w:ind")):
        indent.set(qn("w:left"), str(int(indent.get(qn("w:left"), "0")) + distance))
    return level


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
    columns = plan_columns(table)
    widths = [int(width * column.share) for column in columns]
    # A half-width character is half an em, and so is each side margin of a cell.
    fits = [(column.length + 2) * em <= 2 * own for column, own in zip(columns, widths, strict=True)]
    return [_TableColumn(*column) for column in zip(table.alignments, widths, fits, strict=True)]


def _make_table_cell(cell: tuple[Inline, ...], column: _TableColumn, story: Story) -> Element:
    paragraph = make_paragraph(_TABLE_STYLES[column.alignment], make_inline(cell, story))
    # Programs with gaps between digits and East Asian characters would break a date.
    return make_cell(column.width, [paragraph], *([make("noWrap")] if column.fits else []))
