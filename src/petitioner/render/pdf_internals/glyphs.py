"""Read and change the advances of the glyphs that Pango has set."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import repeat, starmap
from struct import Struct
from typing import Any, NamedTuple, TypeAlias
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
_KEPT = 1 << 14  # glyphs of a font with their advances
_BOTH = "AFW"  # widths (UAX #11) of marks that are full-width in East Asian fonts

ffi.cdef("gpointer g_object_ref (gpointer object);", override=True)


@dataclass(slots=True, eq=False)
class SizedFont:
    """A font of Pango in one size: its key in WeasyPrint, the size in px, and the widths of glyphs that are known."""

    font: Node
    key: int
    size: float
    widths: dict[int, int] = field(default_factory=dict)
    _read: dict[tuple[int, ...], "SetGlyph"] = field(default_factory=dict)

    def read(self, described: tuple[int, ...]) -> "SetGlyph":
        """Return what follows for a PDF from what Pango knows about a glyph, see ``Run``."""
        found = self._read.get(described)
        if found is None:
            if len(self._read) >= _KEPT:
                self._read.clear()
            found = self._read[described] = _read_glyph(self, *described)
        return found

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


class SetGlyph(NamedTuple):
    """The natural width and the kerning of a glyph in thousandths of an em, and its advance in px.

    By the kerning it is set closer to the next. ``shown`` is how it is written between < and >, or None if it is not
    simply shown by its number.
    """

    natural: float
    kerning: int
    advance: float
    shown: str | None


def _read_glyph(font: SizedFont, code: int, units: int, right: int, down: int) -> SetGlyph:
    size = font.size
    if not size:  # of `font-size: 0`, and of sizes that are too large for Pango
        return SetGlyph(0.0, 0, 0.0, None)
    natural = font.measure(code) + right / size
    excess = natural - units * _THOUSAND * FROM_UNITS / size
    kerning = int(excess)
    is_unusual = code == pango.PANGO_GLYPH_EMPTY or code & pango.PANGO_GLYPH_UNKNOWN_FLAG or right or down
    shown = None if is_unusual else f"{code:04x}>{kerning}<" if excess else f"{code:04x}"
    return SetGlyph(natural, kerning, (natural - kerning) * size / _THOUSAND, shown)


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
            self._read = self.text, tuple(starmap(_make_cluster, _list_clusters(self)))
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
        for extra, (run, place, *_) in zip(self.extras, _list_clusters(self), strict=True):
            size = run.font.size
            if not extra or not size:
                continue  # of a font without size, the advance is in thousandths of it: nothing can be added
            carried += extra * _THOUSAND / size
            whole = round(carried)
            carried -= whole
            if whole:
                _set_closer(run, place, -whole)


def _set_closer(run: Run, place: int, kerning: int) -> None:
    """Set a glyph closer to the next by more thousandths of an em.

    WeasyPrint cuts the decimals off, so the advance must not be rounded towards zero.
    """
    known = run.font.read(run.described[place])
    kerning += known.kerning
    units = (known.natural - kerning) * run.font.size / _THOUSAND / FROM_UNITS
    run.glyphs[place].geometry.width = math.floor(units) if kerning > 0 else math.ceil(units)


@lru_cache(maxsize=_KEPT)
def _find_blanks(font: SizedFont, code: int, text: str) -> tuple[float, float]:
    """Return the blank halves of a glyph in px."""
    if (
        not font.size
        or font.measure(code) < _FULL
        or category(text[0])[0] != "P"
        or east_asian_width(text[0]) not in _BOTH
    ):
        return 0.0, 0.0
    ink = ffi.new("PangoRectangle *")
    pango.pango_font_get_glyph_extents(font.font, code, ink, ffi.NULL)
    unit = _THOUSAND * FROM_UNITS / font.size
    begins, ends = ink.x * unit, (ink.x + ink.width) * unit
    half = _HALF * font.size / _THOUSAND
    is_left, is_right = begins >= _HALF - _SLACK, ends <= font.measure(code) - _HALF + _SLACK
    return half if is_left else 0.0, half if is_right else 0.0


def _make_cluster(run: Run, place: int, text: str, advance: float) -> Cluster:
    return make_cluster(text, advance, run.font.size, *_find_blanks(run.font, run.described[place][0], text))


def _list_clusters(layout: Layout) -> Iterator[tuple[Run, int, str, float]]:
    """Yield of each cluster that will be drawn the run, the place of its last glyph, the text and the advance in px."""
    for run in list_runs(layout):
        count, read = len(run.places), run.font.read
        text = run.content.decode()
        if count == len(text) == len(set(run.places)) and not run.is_backward:  # a cluster for each character
            yield from zip(repeat(run), range(count), text, [read(one).advance for one in run.described], strict=False)
            continue
        ends = (*run.places[1:], len(run.content)) if count else ()
        if run.is_backward:  # from right to left: one cluster, which is set as Pango does
            ends = (*(0,) * (count - 1), len(run.content))
        begin, advance = 0, 0.0
        for place, end in enumerate(ends):
            advance += read(run.described[place]).advance
            if end != begin:
                yield run, place, run.content[begin:end].decode(), advance
                begin, advance = end, 0.0
