"""The text of a letter: paragraphs, headings, quotations and lists."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from docx.oxml.ns import qn

from petitioner.model.blocks import Block, Heading, Listing, Paragraph, Quotation, Table
from petitioner.renderers.docx.elements import Element, make, make_paragraph
from petitioner.renderers.docx.runs import Story, set_inline
from petitioner.renderers.docx.tables import set_table

_LIST, _QUOTE = "ListParagraph", "Quote"
_BULLETS, _NUMBERS = 0, 1  # the abstract lists in numbering.xml
_QUOTE_STEP = 2  # ems, as in the style sheet of the PDF


@dataclass(frozen=True, slots=True)
class Column:
    """What text is set into: its story and the register of its lists; in twips its width, its em, and how far a list
    stands to the right of the text around it.

    ``lists`` and ``quotes`` count those around it, which it stands within.
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
    """Enter a list of its own, so that it starts from 1 whatever came before."""
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
