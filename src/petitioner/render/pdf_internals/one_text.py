"""Lay out and draw a block of one line with one text again, with other words and without its surroundings.

WeasyPrint needs much longer for it: it sets such a text three times, and asks Pango for each number by itself.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeAlias

from pydyf import Stream
from weasyprint.formatting_structure import boxes
from weasyprint.layout import inline
from weasyprint.text.ffi import FROM_UNITS, pango
from weasyprint.text.line_break import line_size

from petitioner.model.limits import KEPT_TEXTS
from petitioner.render.pdf_internals.blocks import MarkedPage
from petitioner.render.pdf_internals.cid_fonts import CompactFont, Fonts
from petitioner.render.pdf_internals.glyphs import Run, SpacedLayout, list_runs
from petitioner.render.pdf_internals.lines import measure_whole
from petitioner.render.pdf_internals.recording import Piece, write_operators
from petitioner.render.pdf_internals.slots import fill_marks

Node: TypeAlias = Any
"""A box or a font of WeasyPrint, which have no types."""

_ROUNDED_UP = 1 + 1e-9  # by WeasyPrint, so that a line is not broken that is as wide as the room
_OLDEST_PANGO = 14802  # for older ones, WeasyPrint takes the size of the font from the style
_PLAIN = {"text_decoration_line": "none", "letter_spacing": "normal", "word_spacing": 0, "overflow_wrap": "normal"}


class _UnusualTextError(Exception):
    """A text is not simply shown by the numbers of its glyphs."""


@dataclass(frozen=True, slots=True)
class OneText:
    """Such a block. ``text`` has marks for words. ``line`` is its line with other words, in the box ``block``.

    ``layout`` sets each new text. ``head`` and ``tail`` are the operators before and after those that show the text,
    and ``fonts`` are those of the document, without glyphs.
    """

    text: str
    line: Node
    block: Node
    layout: SpacedLayout
    head: bytes
    tail: bytes
    fonts: Fonts
    is_filled: bool

    def draw(self, page: MarkedPage, words: Sequence[str]) -> tuple[bytes, Fonts] | None:
        """Return the operators of the line with other words, and the fonts with their glyphs.

        Return None if WeasyPrint may draw it in another way.
        """
        box = self._lay_out(page, fill_marks(self.text, words))
        if box is None or box.text.endswith(box.style["hyphenate_character"]) or not box.text.strip():
            return None
        try:
            return self._show(list_runs(box.pango_layout), box)
        except _UnusualTextError:
            return None

    def _lay_out(self, page: MarkedPage, text: str) -> Node | None:
        """Return the box of the text in its place, whose layout is ready to be drawn, or None if it does not fit."""
        (known,) = self.line.children
        start, room = self.block.content_box_x(), self.block.width
        right = (start + room) * _ROUNDED_UP
        self.layout.set_text(text)
        first, rest = self.layout.get_first_line()
        width: float | None
        width, height = line_size(first, known.style)
        baseline = pango.pango_layout_get_baseline(self.layout.layout) * FROM_UNITS
        if page.rules.covers(text, known.style):
            width = measure_whole(self.layout, right - start)
        is_alike = rest is None and (height, baseline) == (known.height, known.baseline - known.margin_top)
        if not is_alike or width is None or width > right - start or start + width > right:
            return None
        new = known.copy_with_text(text)
        new.pango_layout, new.width, new.position_x = self.layout, width, start
        line = self.line.copy_with_children([new])
        line.position_x, line.width = start, width
        line.translate(inline.text_align(page.context, line, room, last=True), 0)
        new.pango_layout.add_extras()
        return new

    def _show(self, runs: Iterable[Run], box: Node) -> tuple[bytes, Fonts]:
        """Write what ``weasyprint.draw.text.draw_first_line`` writes."""
        used: Fonts = {}
        operators, string, current, shown = (
            [_write_place(box.position_x, box.position_y + box.baseline)],
            "",
            None,
            None,
        )
        for run in runs:
            if run.font is not current:
                if string:
                    operators.append(f"[{string}] TJ\n".encode())
                current, string = run.font, ""
                key = current.key, self.is_filled
                font = used.get(key) or self._renew(run)
                used[key] = font
                if shown != (font.hash, current.size):
                    shown = font.hash, current.size
                    operators.append(_write_font(*shown))
            string += f"<{_show_glyphs(run, font)}"
            string = string[:-1] if string[-1] == "<" else f"{string}>"
        return b"".join((self.head, *operators, f"[{string}] TJ\n".encode(), self.tail)), used

    def _renew(self, run: Run) -> CompactFont:
        font = self.fonts.get((run.font.key, self.is_filled))
        if font is None or run.is_backward or font.bitmap or font.svg or font.png or font.colr:
            raise _UnusualTextError
        return font.renew()


@lru_cache(maxsize=KEPT_TEXTS)
def _write_place(x: float, y: float) -> bytes:
    stream = Stream()
    stream.set_text_matrix(1, 0, 0, -1, x, y)
    return write_operators(stream.stream)


@lru_cache(maxsize=KEPT_TEXTS)
def _write_font(name: str, size: float) -> bytes:
    stream = Stream()
    stream.set_font_size(name, size)
    return write_operators(stream.stream)


def _show_glyphs(run: Run, font: CompactFont) -> str:
    """Return the glyphs as they are written, and add them to the font."""
    shown = [text for described in run.described if (text := run.font.read(described).shown)]
    if len(shown) < len(run.described):
        raise _UnusualTextError
    texts, ends = font.to_unicode, (*run.places[1:], len(run.content))
    for (code, *_), start, end in zip(run.described, run.places, ends, strict=False):
        if code not in texts:
            texts[code] = run.content[start:end].decode()
            font.widths[code] = run.font.measure(code)
    return "".join(shown)


def find_one_text(
    marked: Node, laid: Sequence[Sequence[Node]], block: Node, piece: Piece, fonts: Fonts
) -> OneText | None:
    """Return a block as one text, if it is; ``marked`` is its line before layout, and ``piece`` as it was drawn."""
    if [len(lines) for lines in laid] != [1] or len(marked.children) != 1:
        return None
    line, text, parts = laid[0][0], marked.children[0], piece.operators
    if not isinstance(text, boxes.TextBox) or line.style["direction"] != "ltr" or text.text.strip(" ") != text.text:
        return None
    is_cut = (line.text_overflow, line.block_ellipsis) != ("clip", "none")
    is_plain = all(text.style[name] == value for name, value in _PLAIN.items())
    if is_cut or not is_plain or parts.count(b"BT") != 1 or pango.pango_version() < _OLDEST_PANGO:
        return None
    head, tail = write_operators(parts[: parts.index(b"BT") + 1]), write_operators(parts[parts.index(b"ET") :])
    layout = SpacedLayout(line.children[0].style)
    pango.pango_layout_set_single_paragraph_mode(layout.layout, bool(1))  # as WeasyPrint sets it before it draws
    return OneText(text.text, line, block, layout, head, tail + piece.tail, fonts, piece.is_filled)
