"""Which operators of a page draw which line, while WeasyPrint draws it.

A *block* is what WeasyPrint breaks into lines by itself, such as a paragraph. Blocks are numbered in the order of the
document, and each line has the number of its block.
"""

from collections.abc import Hashable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby, pairwise
from typing import Any, TypeAlias

from weasyprint import document as library
from weasyprint import draw
from weasyprint.draw import text
from weasyprint.formatting_structure.boxes import BlockBox, LineBox, MarginBox, TextBox

from petitioner.render.pdf_internals.cid_fonts import CompactFont, Fonts
from petitioner.render.pdf_internals.file import join_operators

Node: TypeAlias = Any
"""A box, a stream or a font of WeasyPrint, which have no types."""

_BUILD, _DRAW_LEVEL, _DRAW_TEXT = "build_formatting_structure", "draw_inline_level", "draw_first_line"
_FILLED = "data-filled"  # the attribute of an element with words that are filled in for each letter
_STATE = ("_current_color", "_current_color_stroke", "_current_alpha", "_current_alpha_stroke", "_current_font")


@dataclass(slots=True)
class DrawnLine:
    """A line, or the marker of a list, and where its operators are in the stream of its page.

    ``before`` and ``after`` are the state of graphics around it, ``tags`` is the number of marked contents before it.
    ``fonts`` has for each box of text the fonts that it uses, with their glyphs.
    """

    box: Node
    stream: Node
    start: int
    end: int
    before: tuple[Node, ...]
    tags: int
    after: tuple[Node, ...] = ()
    fonts: list[Fonts] = field(default_factory=list)

    @property
    def around(self) -> tuple[Node, bool]:
        """The box around it, and whether this has its place by itself, see ``note_surroundings``."""
        return getattr(self.box, "surroundings", (None, False))

    @property
    def block(self) -> Hashable:
        """The number of its block. Other lines, such as those in the margin of a page, are blocks of their own."""
        return getattr(self.box, "block_number", None) or id(self.box)


@contextmanager
def number_blocks() -> Iterator[None]:
    """Number the blocks of documents that are laid out."""
    build = getattr(library, _BUILD)

    def build_and_number(*arguments: Node) -> Node:
        root = build(*arguments)
        lines = (box for box in root.descendants() if isinstance(box, LineBox))
        for number, line in enumerate(lines, start=1):
            line.block_number = number
        return root

    with _replaced(library, _BUILD, build_and_number):
        yield


def note_surroundings(document: Node) -> None:
    """Note of each line the box around it, and whether the place of this box does not depend on the words in others.

    Note too whether the line is filled in for each letter, see ``CompactFont``: in the margin, or as the HTML says.
    Boxes are copied before they are drawn, so that they cannot be found again later.
    """
    stack = [(child, True, False) for page in document.pages for child in page._page_box.children]  # noqa: SLF001 - the only way to it
    while stack:
        box, is_free, is_filled = stack.pop()
        is_margin = isinstance(box, MarginBox)
        is_filled = is_filled or is_margin or _FILLED in (() if box.element is None else box.element.attrib)
        has_own_width = box.style["width"] != "auto" if is_margin else type(box) is BlockBox
        is_free = is_free and has_own_width and box.is_in_normal_flow() and not _has_columns(box)
        for child in getattr(box, "children", ()):
            if isinstance(child, LineBox):
                child.surroundings, child.is_filled = (box, is_free), is_filled
            else:
                stack.append((child, is_free, is_filled))


def _has_columns(box: Node) -> bool:
    return bool(box.style["column_count"] != "auto" or box.style["column_width"] != "auto")


class _TextFonts(dict[int, CompactFont]):
    """The fonts of one text in a size in px, by their keys in WeasyPrint, which adds what is missing."""

    def __init__(self, fonts: Fonts, size: float, is_filled: bool) -> None:  # noqa: FBT001 - its name is in each call
        super().__init__({key: font.renew(size) for (key, filled), font in fonts.items() if filled == is_filled})
        self._is_filled = is_filled

    def __setitem__(self, key: int, font: CompactFont) -> None:
        super().__setitem__(key, font.mark_filled() if self._is_filled else font)


@contextmanager
def record_lines() -> Iterator[list[DrawnLine]]:
    """Record each line that is drawn.

    Each box of text gets font objects of its own, so that its operators do not depend on what was drawn before.
    """
    drawn: list[DrawnLine] = []
    draw_level, draw_text = getattr(draw, _DRAW_LEVEL), getattr(text, _DRAW_TEXT)

    def draw_level_and_record(stream: Node, page: Node, box: Node, *rest: Node) -> None:
        is_inner = bool(drawn) and not drawn[-1].end
        if is_inner or not isinstance(box, LineBox | TextBox):
            draw_level(stream, page, box, *rest)
            return
        tags = len(stream._tags or ())  # noqa: SLF001 - the only way to it
        drawn.append(DrawnLine(box, stream, len(stream.stream), 0, read_state(stream), tags))
        draw_level(stream, page, box, *rest)
        drawn[-1].end, drawn[-1].after = len(stream.stream), read_state(stream)

    def draw_text_alone(stream: Node, box: Node, *rest: Node) -> Node:
        shared = stream._fonts  # noqa: SLF001 - the only way to it
        is_filled = bool(drawn) and not drawn[-1].end and getattr(drawn[-1].box, "is_filled", False)
        stream._fonts = own = _TextFonts(shared, box.style["font_size"], is_filled)  # noqa: SLF001
        try:
            emojis = draw_text(stream, box, *rest)
        finally:
            stream._fonts = shared  # noqa: SLF001
        for font in own.values():
            font.drop_unused_widths()
        used = {(key, is_filled): font for key, font in own.items() if font.widths}
        add_fonts(shared, used)
        if drawn and drawn[-1].stream is stream and not drawn[-1].end:
            drawn[-1].fonts.append(used)
        return emojis

    with _replaced(draw, _DRAW_LEVEL, draw_level_and_record), _replaced(text, _DRAW_TEXT, draw_text_alone):
        # The drawing module has a name of its own for the function that draws a text.
        yield drawn


@dataclass
class Piece:
    """Consecutive lines of one block on one page, and the operators behind them, up to the next lines."""

    lines: list[DrawnLine]
    end: int

    @cached_property
    def operators(self) -> list[Node]:
        """The operators of the lines."""
        return list(self.lines[0].stream.stream[self.lines[0].start : self.lines[-1].end])

    @cached_property
    def tail(self) -> bytes:
        """The operators behind them, as they are written."""
        return write_operators(self.lines[0].stream.stream[self.lines[-1].end : self.end])

    @property
    def fonts(self) -> Fonts:
        """The fonts of the lines, with their glyphs."""
        return merge_fonts(used for line in self.lines for used in line.fonts)

    @property
    def is_filled(self) -> bool:
        """Whether the lines are filled in for each letter."""
        return getattr(self.lines[0].box, "is_filled", False)

    @property
    def is_continuous(self) -> bool:
        """Whether the operators of its lines follow each other."""
        return all(before.end == line.start for before, line in pairwise(self.lines))


def split_pages(lines: Iterable[DrawnLine]) -> dict[int, list[Piece]]:
    """Return the pieces on each page, by the number of its stream."""
    pages: dict[int, list[Piece]] = {}
    for stream, drawn in groupby(lines, key=lambda line: line.stream):
        pieces = [Piece(list(held), 0) for _, held in groupby(drawn, key=lambda line: line.block)]
        for piece, after in zip(pieces, [*pieces[1:], None], strict=True):
            piece.end = after.lines[0].start if after else len(stream.stream)
        pages[stream.number] = pieces
    return pages


def list_parts(pieces: Sequence[Piece]) -> list[bytes]:
    """Return the content of a page in parts: what is before all lines, then each piece."""
    first = pieces[0].lines[0]
    head = write_operators(first.stream.stream[: first.start])
    return [head, *(write_operators(piece.operators) + piece.tail for piece in pieces)]


@dataclass(frozen=True, slots=True)
class DrawnPiece:
    """The operators of some lines, and the fonts that they use."""

    operators: list[Node]
    fonts: Fonts


def draw_again(lines: Sequence[Node], like: Piece, fonts: Fonts) -> DrawnPiece | None:
    """Draw laid-out lines in place of others; None if what follows would be drawn in another way.

    ``fonts`` are those of the document. The lines must use no other.
    """
    first = like.lines[0]
    held = first.stream._resources  # noqa: SLF001 - the only way to it
    resources = {key: dict(value) if isinstance(value, dict) else value for key, value in held.items()}
    known = {key: font.renew() for key, font in fonts.items()}
    tags = dict.fromkeys(range(first.tags))
    stream = first.stream.clone(fonts=known, tags=tags, resources=resources, images={}, compress=False)
    set_state(stream, first.before)
    with record_lines() as drawn:
        for line in lines:
            line.is_filled = like.is_filled
            draw.draw_inline_level(stream, None, line)
    used = merge_fonts(fonts for line in drawn for fonts in line.fonts)
    is_same = read_state(stream) == like.lines[-1].after and used.keys() <= fonts.keys()
    is_same = is_same and all(value == held[key] for key, value in resources.items() if isinstance(value, dict))
    return DrawnPiece(stream.stream, used) if is_same else None


def merge_fonts(every: Iterable[Fonts]) -> Fonts:
    """Return all fonts with all glyphs, in the order of their first use."""
    merged: Fonts = {}
    for fonts in every:
        add_fonts(merged, fonts)
    return merged


def write_operators(operators: Iterable[Node]) -> bytes:
    """Return operators as they are written, with an end of line after each."""
    return join_operators(operators) + b"\n"


def add_fonts(shared: Fonts, used: Fonts) -> None:
    """Add the glyphs that a box of text uses to the fonts of a document."""
    for key, font in used.items():
        if key in shared:
            shared[key].add_glyphs(font)
        else:
            shared[key] = font.copy()


def read_state(stream: Node) -> tuple[Node, ...]:
    """Return the state of graphics on which the next operators of a stream depend."""
    return tuple(getattr(stream, name) for name in _STATE)


def set_state(stream: Node, state: tuple[Node, ...]) -> None:
    """Set the state of graphics that ``read_state`` returned."""
    for name, value in zip(_STATE, state, strict=True):
        setattr(stream, name, value)


@contextmanager
def _replaced(module: Node, name: str, function: Node) -> Iterator[None]:
    original = getattr(module, name)
    setattr(module, name, function)
    try:
        yield
    finally:
        setattr(module, name, original)
