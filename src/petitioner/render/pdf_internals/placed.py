"""The blocks of finished pages, and how they are drawn again with other words."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from weasyprint.formatting_structure import boxes

from petitioner.render.pdf_internals.blocks import (
    MarkedPage,
    Signature,
    fill_line,
    find_words,
    is_simple,
    lay_out_lines,
    mark_line,
    sign_lines,
)
from petitioner.render.pdf_internals.cid_fonts import Fonts
from petitioner.render.pdf_internals.font_objects import compact_fonts
from petitioner.render.pdf_internals.one_text import OneText, find_one_text
from petitioner.render.pdf_internals.recording import DrawnPiece, Piece, draw_again, write_operators
from petitioner.render.pdf_internals.slots import HEAD, read_word
from petitioner.render.pdf_internals.structure import copy_artifacts
from petitioner.render.pdf_internals.writing import DrawnDocument

Node: TypeAlias = Any
"""A box of WeasyPrint, which has no types."""

Key: TypeAlias = tuple[int, int]
"""A piece of a page: the number of the page's stream, and that of the part of its content."""


class NotAlikeError(Exception):
    """A letter may differ from another of its shape in more than words. The message says why."""


@dataclass(slots=True)
class PlacedBlock:
    """A block before layout, with marks for ``words``, and its pieces, each with the box around it.

    ``signature`` is that of its own lines, once they were drawn again and found equal. ``one_text`` is set if they can
    be drawn as one text.
    """

    line: Node
    words: frozenset[int]
    pieces: list[tuple[Key, Piece, Node]]
    signature: Signature | None = None
    one_text: OneText | None = None


@dataclass(frozen=True, slots=True)
class DrawnBlock:
    """New content and fonts of the pieces of a block."""

    parts: dict[Key, bytes]
    fonts: dict[Key, Fonts]


def place_blocks(
    drawn: DrawnDocument, page: MarkedPage, words: Sequence[str]
) -> tuple[dict[object, PlacedBlock], tuple[str, ...]]:
    """Return the blocks that are laid out apart from all others, and the texts of the others in margins."""
    blocks: dict[object, PlacedBlock] = {}
    margins: list[str] = []
    fixed: set[object] = set()
    for number, pieces in drawn.pages.items():
        for place, piece in enumerate(pieces, start=1):
            box, is_free = piece.lines[0].around
            line = _find_line(piece, box, page, words)
            if isinstance(box, boxes.MarginBox) and line is None:
                margins += [
                    inner.text for inner in piece.lines[0].box.descendants() if isinstance(inner, boxes.TextBox)
                ]
            name = piece.lines[0].block
            if line is None or not (is_free and piece.is_continuous and is_simple(line)):
                fixed.add(name)
                continue
            block = blocks.setdefault(name, PlacedBlock(line, find_words(line), []))
            block.pieces.append(((number, place), piece, box))
    return {name: block for name, block in blocks.items() if block.words and name not in fixed}, tuple(margins)


def _find_line(piece: Piece, box: Node, page: MarkedPage, words: Sequence[str]) -> Node | None:
    """Return the box of all lines of a block before layout, or None if it is not known."""
    line = piece.lines[0].box
    if number := getattr(line, "block_number", None):
        return page.lines[number - 1] if number <= len(page.lines) else None
    texts = [inner.text for inner in line.descendants() if isinstance(inner, boxes.TextBox)]
    is_head = isinstance(box, boxes.MarginBox) and len(box.children) == 1 and texts == [read_word(words[HEAD])]
    return mark_line(line, HEAD) if is_head else None


def draw_block(
    block: PlacedBlock, page: MarkedPage, words: Sequence[str], known: Sequence[str], drawn: DrawnDocument
) -> DrawnBlock:
    """Return a block with other words. ``known`` are those on the pages.

    Raises NotAlikeError if the lines differ in number, height or elements, or if the lines on the pages cannot be
    drawn again as they are.
    """
    if block.signature is None:
        block.signature = _try_again(block, page, known, drawn)
    if block.one_text and (found := block.one_text.draw(page, words)):
        key = block.pieces[0][0]
        return DrawnBlock({key: found[0]}, {key: found[1]})
    lines = _lay_out(block, page, words)
    if lines is None or _sign(lines) != block.signature:
        raise NotAlikeError(f"the lines of '{known[min(block.words)]}' are of another number or height")
    made = [_draw(piece, laid, drawn) for (_, piece, _), laid in zip(block.pieces, lines, strict=True)]
    keys = [key for key, _, _ in block.pieces]
    parts = {
        key: write_operators(new.operators) + piece.tail
        for (key, piece, _), new in zip(block.pieces, made, strict=True)
    }
    return DrawnBlock(parts, {key: new.fonts for key, new in zip(keys, made, strict=True)})


def _try_again(block: PlacedBlock, page: MarkedPage, known: Sequence[str], drawn: DrawnDocument) -> Signature:
    """Draw the lines that are on the pages again, and return their signature."""
    lines = _lay_out(block, page, known)
    if lines is None or not _is_drawn_equally(block, lines, drawn):
        raise NotAlikeError(f"the lines of '{known[min(block.words)]}' are not laid out alone")
    _, piece, box = block.pieces[0]
    one_text = find_one_text(block.line, lines, box, piece, drawn.document.fonts)
    found = one_text and one_text.draw(page, known)
    if found and found[0] == write_operators(piece.operators) + piece.tail and _are_equal(found[1], piece.fonts):
        block.one_text = one_text
    return _sign(lines)


def _is_drawn_equally(block: PlacedBlock, lines: Sequence[Sequence[Node]], drawn: DrawnDocument) -> bool:
    """Whether lines are drawn as those on the pages."""
    for laid, (_, piece, _) in zip(lines, block.pieces, strict=True):
        new = _draw(piece, laid, drawn)
        if write_operators(new.operators) != write_operators(piece.operators) or not _are_equal(new.fonts, piece.fonts):
            return False
    return True


def _are_equal(fonts: Fonts, others: Fonts) -> bool:
    mine, theirs = (
        [(key, list(font.to_unicode.items()), font.widths) for key, font in held.items()] for held in (fonts, others)
    )
    return mine == theirs


def _sign(lines: Sequence[Sequence[Node]]) -> Signature:
    return tuple(sign_lines(laid) for laid in lines)


def _lay_out(block: PlacedBlock, page: MarkedPage, words: Sequence[str]) -> list[list[Node]] | None:
    """Return the lines of each piece, or None if they are of another number."""
    line, start = fill_line(block.line, words), None
    found: list[list[Node]] = []
    for place, (_, piece, box) in enumerate(block.pieces):
        if place and start is None:
            return None
        found.append([])
        for laid, after in lay_out_lines(page.context, line, box, piece.lines[0].box.position_y, start):
            found[-1].append(laid)
            start = after
            if len(found[-1]) == len(piece.lines):
                break
        if len(found[-1]) < len(piece.lines):
            return None
    return found if start is None else None


def _draw(piece: Piece, lines: Sequence[Node], drawn: DrawnDocument) -> DrawnPiece:
    with compact_fonts():
        new = draw_again(lines, piece, drawn.document.fonts)
    if new is None or not copy_artifacts(piece.operators, new.operators):
        raise NotAlikeError("a line needs another font, or changes how the next is drawn")
    return new
