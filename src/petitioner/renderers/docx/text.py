"""The text of a letter: paragraphs, headings, quotations and lists."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from docx.oxml.ns import qn

from petitioner.model.blocks import Block, Heading, Listing, Paragraph, Quotation, Table
from petitioner.renderers.docx.elements import Element, make, make_paragraph
from petitioner.renderers.docx.runs import Story, set_inline
from petitioner.renderers.docx.tables import set_table

_LIST = "ListParagraph"
_BULLETS, _NUMBERS = 0, 1  # the abstract lists in numbering.xml


@dataclass(frozen=True, slots=True)
class Column:
    """What text is set into: its story, the register of its lists, its width and the step of its lists in twips."""

    story: Story
    numbering: Element
    width: int
    list_step: int


def set_blocks(blocks: Iterable[Block], column: Column, style: str = "BodyText", depth: int = 0) -> Iterator[Element]:
    """Paragraphs and tables for blocks. ``style`` is that of plain paragraphs, ``depth`` counts the lists around."""
    for block in blocks:
        match block:
            case Paragraph(content):
                place = (make("ind", left=depth * column.list_step),) if style == _LIST else ()
                yield make_paragraph(style, set_inline(content, column.story), *place)
            case Heading(content):
                yield make_paragraph("Heading2", set_inline(content, column.story))
            case Quotation(content):
                yield from set_blocks(content, column, "Quote", depth)
            case Listing():
                yield from _set_list(block, column, depth)
            case Table():
                yield from set_table(block, column.story, column.width)


def _set_list(listing: Listing, column: Column, depth: int) -> Iterator[Element]:
    number = _open_list(listing, column.numbering, depth)
    for item in listing.items:
        first, rest = _split_item(item)
        place = make("numPr", make("ilvl", val=depth), make("numId", val=number))
        yield make_paragraph(_LIST, set_inline(first.content, column.story), place)
        yield from set_blocks(rest, column, _LIST, depth + 1)


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
