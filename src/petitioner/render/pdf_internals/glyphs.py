"""Read and change the advances of the glyphs that Pango has set."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from struct import Struct
from typing import Any, TypeAlias
from unicodedata import category, east_asian_width

from weasyprint.text.ffi import FROM_UNITS, ffi, gobject, pango
from weasyprint.text.fonts import get_pango_font_key
from weasyprint.text.line_break import Layout

from petitioner.render.pdf_internals.spacing import Cluster, make_cluster

Node: TypeAlias = Any
"""A line, font or style of WeasyPrint and Pango, which have no types."""

_GLYPH = Struct("=Iiii4x")  # PangoGlyphInfo

_THOUSAND = 1000  # units of an em in a PDF (ISO 32000-1, 9.2.4)
_FULL = 950  # of them: the least advance of a full-width mark
_HALF = 500  # of such a mark that are blank
_SLACK = 60  # by which ink may go into the blank half
_BOTH = "AFW"  # widths (UAX #11) of marks that are full-width in East Asian fonts

ffi.cdef("gpointer g_object_ref (gpointer object);", override=True)


@dataclass(slots=True, eq=False)
class SizedFont:
    """A font of Pango in one size: its key in WeasyPrint, the size in px, and the widths of glyphs that are known."""

    font: Node
    key: int
    size: float
    widths: dict[int, int] = field(default_factory=dict)

    def measure(self, code: int) -> int:
        """Return the width of a glyph in thousandths of an em."""
        width = self.widths.get(code)
        if width is None:
            width = self.widths[code] = self._measure(code)
        return width

    def _measure(self, code: int) -> int:
        logical = ffi.new("PangoRectangle *")
        if code != pango.PANGO_GLYPH_EMPTY:
            pango.pango_font_get_glyph_extents(self.font, code, ffi.NULL, logical)
        width: int = round(logical.width * _THOUSAND * FROM_UNITS / self.size)
        return width


_sized: dict[int, SizedFont] = {}  # by address, which stays that of the font as long as it is held here


def _open_font(font: Node) -> SizedFont:
    address = int(ffi.cast("uintptr_t", font))
    if address not in _sized:
        key, _, size = get_pango_font_key(font)
        _sized[address] = SizedFont(ffi.cast("PangoFont *", gobject.g_object_ref(font)), key, size)
    return _sized[address]


@dataclass(frozen=True, slots=True)
class Run:
    """Consecutive ``glyphs`` of one font.

    ``described`` has the number of each, its advance, and how far it is moved to the right and down, in units of Pango.
    ``content`` is what they show, in UTF-8. Each begins at one of ``places`` in it.
    """

    font: SizedFont
    glyphs: Node
    described: Sequence[tuple[int, ...]]
    content: bytes
    places: Sequence[int]
    is_backward: bool


def list_runs(layout: Layout) -> Iterator[Run]:
    """Yield the runs of the first line of a layout."""
    line, _ = layout.get_first_line()
    content = layout.text.encode()
    run = line.runs
    while run != ffi.NULL:
        item, string = run.data.item, run.data.glyphs
        glyphs, count, start = string.glyphs, string.num_glyphs, item.offset
        yield Run(
            _open_font(item.analysis.font),
            glyphs,
            list(_GLYPH.iter_unpack(ffi.buffer(glyphs, count * _GLYPH.size))),
            content[start : start + item.length],
            ffi.unpack(string.log_clusters, count) if count else (),
            bool(item.analysis.level % 2),
        )
        run = run.next


@dataclass(slots=True)  # not frozen: one is made for each glyph of each line, and a frozen one takes longer
class _Glyph:
    """The last glyph of a cluster: the one at ``place`` in a run.

    ``kerning`` is by how many thousandths of an em it is set closer than its width. ``width`` and ``offset`` are in
    thousandths of an em too.
    """

    run: Run
    place: int
    width: int
    offset: float
    kerning: int

    def set_kerning(self, kerning: int) -> None:
        """Set a kerning. WeasyPrint cuts its decimals off, so the advance must not be rounded towards zero."""
        units = (self.width + self.offset - kerning) * self.run.font.size / _THOUSAND / FROM_UNITS
        self.run.glyphs[self.place].geometry.width = math.floor(units) if kerning > 0 else math.ceil(units)


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
        # WeasyPrint asks for this mode before it draws, and Pango would then set the text anew.
        pango.pango_layout_set_single_paragraph_mode(self.layout, bool(1))
        self.add_extras()

    def add_extras(self) -> None:
        """Add the extras to the text that is set."""
        if not any(self.extras):
            return
        carried = 0.0
        for extra, (_, _, glyph) in zip(self.extras, _list_clusters(self), strict=True):
            size = glyph.run.font.size
            if not size:
                continue  # its advance is in thousandths of its size: nothing can be added
            carried += extra * _THOUSAND / size
            whole = round(carried)
            carried -= whole
            if whole:
                glyph.set_kerning(glyph.kerning - whole)


def _measure(text: str, advance: float, glyph: _Glyph) -> Cluster:
    left = right = 0.0
    font = glyph.run.font
    if glyph.width >= _FULL and category(text[0])[0] == "P" and east_asian_width(text[0]) in _BOTH:
        ink = ffi.new("PangoRectangle *")
        pango.pango_font_get_glyph_extents(font.font, glyph.run.glyphs[glyph.place].glyph, ink, ffi.NULL)
        unit = _THOUSAND * FROM_UNITS / font.size
        begins, ends = ink.x * unit, (ink.x + ink.width) * unit
        half = _HALF * font.size / _THOUSAND
        left = half if begins >= _HALF - _SLACK else 0.0
        right = half if ends <= glyph.width - _HALF + _SLACK else 0.0
    return make_cluster(text, advance, font.size, left, right)


def _list_clusters(layout: Layout) -> Iterator[tuple[str, float, _Glyph]]:
    """Yield the text, the advance in px and the last glyph of each cluster that WeasyPrint will draw."""
    for run in list_runs(layout):
        count, size = len(run.places), run.font.size
        ends = (*run.places[1:], len(run.content)) if count else ()
        if run.is_backward:  # from right to left: one cluster, which is set as Pango does
            ends = (*(0,) * (count - 1), len(run.content))
        begin, advance = 0, 0.0
        for place, (end, (code, units, right, _)) in enumerate(zip(ends, run.described, strict=True)):
            glyph = _read_glyph(run, place, code, units, right)
            advance += (glyph.width + glyph.offset - glyph.kerning) * size / _THOUSAND
            if end != begin:
                yield run.content[begin:end].decode(), advance, glyph
                begin, advance = end, 0.0


def _read_glyph(run: Run, place: int, code: int, units: int, right: int) -> _Glyph:
    size = run.font.size
    if not size:  # of `font-size: 0`, and of sizes that are too large for Pango
        return _Glyph(run, place, 0, 0.0, 0)
    width, offset = run.font.measure(code), right / size
    return _Glyph(run, place, width, offset, int(width + offset - units * _THOUSAND * FROM_UNITS / size))
