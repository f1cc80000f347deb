"""Read and change the advances of the glyphs that Pango has set."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias
from unicodedata import category, east_asian_width

from weasyprint.text.ffi import FROM_UNITS, ffi, pango
from weasyprint.text.fonts import get_pango_font_key
from weasyprint.text.line_break import Layout

from petitioner.render.pdf_internals.spacing import Cluster, make_cluster

Node: TypeAlias = Any
"""A line, font or style of WeasyPrint and Pango, which have no types."""

_THOUSAND = 1000  # units of an em in a PDF (ISO 32000-1, 9.2.4)
_FULL = 950  # of them: the least advance of a full-width mark
_HALF = 500  # of such a mark that are blank
_SLACK = 60  # by which ink may go into the blank half
_BOTH = "AFW"  # widths (UAX #11) of marks that are full-width in East Asian fonts

_widths: dict[tuple[int, float], dict[int, int]] = {}  # of each glyph, by font and size


@dataclass(slots=True)  # not frozen: one is made for each glyph of each line, and a frozen one takes longer
class _Glyph:
    """The last glyph of a cluster. ``kerning`` is by how many thousandths of an em it is set closer than its width.

    ``width`` and ``offset`` are in thousandths of an em too, ``size`` in px.
    """

    info: Node
    font: Node
    size: float
    width: int
    offset: float
    kerning: int

    def set_kerning(self, kerning: int) -> None:
        """Set a kerning. WeasyPrint cuts its decimals off, so the advance must not be rounded towards zero."""
        units = (self.width + self.offset - kerning) * self.size / _THOUSAND / FROM_UNITS
        self.info.geometry.width = math.floor(units) if kerning > 0 else math.ceil(units)


class SpacedLayout(Layout):  # type: ignore[misc] # WeasyPrint has no types
    """A line of text whose clusters have ``extras``: px after each, which may be negative."""

    extras: tuple[float, ...] = ()
    _read: tuple[str, tuple[Cluster, ...]] | None = None

    @classmethod
    def space(cls, layout: Layout, text: str, extras: tuple[float, ...]) -> "SpacedLayout":
        """Return a layout that is not active and has another text, with ``extras`` after its clusters."""
        made = cls.__new__(cls)
        made.__dict__.update(layout.__dict__, text=text, extras=extras, justification_spacing=0, max_width=None)
        return made

    def read_clusters(self) -> tuple[Cluster, ...]:
        """Return the clusters of its text. They are read once, while it is active."""
        if self._read is None or self._read[0] != self.text:
            self._read = self.text, tuple(_measure(*one) for one in _list_clusters(self))
        return self._read[1]

    def reactivate(self, style: Node) -> None:
        """Set the text again for drawing."""
        super().reactivate(style)
        if any(self.extras):
            # WeasyPrint asks for this mode before it draws, and Pango would then set the text anew.
            pango.pango_layout_set_single_paragraph_mode(self.layout, bool(1))
            self._add_extras()

    def _add_extras(self) -> None:
        carried = 0.0
        for extra, (_, _, glyph) in zip(self.extras, _list_clusters(self), strict=True):
            if not glyph.size:
                continue  # its advance is in thousandths of its size: nothing can be added
            carried += extra * _THOUSAND / glyph.size
            whole = round(carried)
            carried -= whole
            if whole:
                glyph.set_kerning(glyph.kerning - whole)


def _measure(text: str, advance: float, glyph: _Glyph) -> Cluster:
    left = right = 0.0
    if glyph.width >= _FULL and category(text[0])[0] == "P" and east_asian_width(text[0]) in _BOTH:
        ink = ffi.new("PangoRectangle *")
        pango.pango_font_get_glyph_extents(glyph.font, glyph.info.glyph, ink, ffi.NULL)
        unit = _THOUSAND * FROM_UNITS / glyph.size
        begins, ends = ink.x * unit, (ink.x + ink.width) * unit
        half = _HALF * glyph.size / _THOUSAND
        left = half if begins >= _HALF - _SLACK else 0.0
        right = half if ends <= glyph.width - _HALF + _SLACK else 0.0
    return make_cluster(text, advance, glyph.size, left, right)


def _list_clusters(layout: Layout) -> Iterator[tuple[str, float, _Glyph]]:
    """Yield the text, the advance in px and the last glyph of each cluster that WeasyPrint will draw."""
    line, _ = layout.get_first_line()
    content = layout.text.encode()
    run = line.runs
    while run != ffi.NULL:
        item, glyphs = run.data.item, run.data.glyphs
        font = item.analysis.font
        key, _, size = get_pango_font_key(font)
        widths = _widths.setdefault((key, size), {})
        count, infos, places = glyphs.num_glyphs, glyphs.glyphs, glyphs.log_clusters
        ends = (*places[1:count], item.length) if count else ()
        if item.analysis.level % 2:  # from right to left: one cluster, which is set as Pango does
            ends = (*(0,) * (count - 1), item.length)
        begin, advance = 0, 0.0
        for number, end in enumerate(ends):
            glyph = _read_glyph(infos[number], font, size, widths)
            advance += (glyph.width + glyph.offset - glyph.kerning) * size / _THOUSAND
            if end != begin:
                yield content[item.offset + begin : item.offset + end].decode(), advance, glyph
                begin, advance = end, 0.0
        run = run.next


def _read_glyph(info: Node, font: Node, size: float, widths: dict[int, int]) -> _Glyph:
    """Return a glyph; ``widths`` are those of the font that are known."""
    if not size:  # of `font-size: 0`, and of sizes that are too large for Pango
        return _Glyph(info, font, size, 0, 0.0, 0)
    code, geometry = info.glyph, info.geometry
    width = widths.get(code)
    if width is None:
        width = widths[code] = _measure_width(code, font, size)
    offset = geometry.x_offset / size
    return _Glyph(info, font, size, width, offset, int(width + offset - geometry.width * _THOUSAND * FROM_UNITS / size))


def _measure_width(code: int, font: Node, size: float) -> int:
    logical = ffi.new("PangoRectangle *")
    if code != pango.PANGO_GLYPH_EMPTY:
        pango.pango_font_get_glyph_extents(font, code, ffi.NULL, logical)
    width: int = round(logical.width * _THOUSAND * FROM_UNITS / size)
    return width
