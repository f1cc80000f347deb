"""The fonts in a PDF, glyph by glyph: the characters, the width and the outline of each."""

import re
import struct
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple, Protocol, TypeAlias

from petitioner.checks.pages.cff_glyphs import read_glyphs
from petitioner.checks.pages.pdf_file import PdfFile, Stream, UnfamiliarFileError, find_one

_CHARACTERS, _DESCENDANT = re.compile(rb"/ToUnicode (\d+) 0 R"), re.compile(rb"/DescendantFonts \[(\d+) 0 R\]")
_DESCRIPTOR, _FONT_FILE = re.compile(rb"/FontDescriptor (\d+) 0 R"), re.compile(rb"/FontFile[23] (\d+) 0 R")
_WIDTHS = re.compile(rb"/W \[((?:\d+ \[[-\d. ]*\] ?)*)\]")  # ISO 32000-1, 9.7.4.3
_WIDTH_RUN = re.compile(rb"(\d+) \[([^\]]*)\]")
_CHARACTER_LIST = re.compile(rb"\d+ beginbfchar\n((?:<[0-9a-f]{4}> <[0-9a-f]+>\n)*)endbfchar")  # 9.10.3
_CHARACTER = re.compile(rb"<([0-9a-f]{4})> <([0-9a-f]+)>\n")
_LENGTHS, _CFF = re.compile(rb"/Length1? \d+"), b"/Subtype /CIDFontType0C"
_BASE_FONT = re.compile(rb"/BaseFont /([^/ ]+)")
_DEEPEST = 5  # levels of glyphs that are composed of others


class Glyphs(Protocol):
    """A property of each glyph, by its number."""

    def get(self, glyph: int, /) -> object:
        """Return the property of a glyph, or None."""


def find_glyph_objects(file: PdfFile, font: int) -> tuple[int, int, int]:
    """Return the numbers of a font's widths, characters and font file. Raises ``UnfamiliarFileError``."""
    described = int(file.find(font, _DESCENDANT))
    descriptor = int(file.find(described, _DESCRIPTOR))
    return described, int(file.find(font, _CHARACTERS)), int(file.find(descriptor, _FONT_FILE))


FontParts: TypeAlias = tuple[bytes, Stream, Stream]
"""A font as it is in the file: its description with the widths, its characters, and its outlines."""


def find_parts(file: PdfFile, objects: tuple[int, int, int]) -> FontParts:
    """Return a font from the numbers of ``find_glyph_objects``. Raises ``UnfamiliarFileError``."""
    described, characters, outlines = objects
    try:
        return file.objects[described], file.streams[characters], file.streams[outlines]
    except KeyError:
        raise UnfamiliarFileError("a font is not embedded as usual") from None


@lru_cache(maxsize=32)  # fonts of letters that have the same glyphs are equal
def find_alike(font: FontParts, other: FontParts) -> frozenset[int]:
    """Return the glyphs that two fonts draw alike, with the same characters and widths.

    Raises ``UnfamiliarFileError`` for a font that is not embedded as usual.
    """
    pairs = list(zip(_list_tables(font), _list_tables(other), strict=True))
    if any(common != other_common for (common, _), (other_common, _) in pairs):
        return frozenset()
    _, characters = _read_characters(font[1])
    alike = list(characters)
    for (_, own), (_, its) in pairs:
        found = zip(alike, map(own.get, alike), map(its.get, alike), strict=True)
        alike = [glyph for glyph, one, other in found if one == other]
    return frozenset(alike)


GlyphBox: TypeAlias = tuple[float, float, float, float]
"""Left, bottom, right and top of an outline with its control points, in thousandths of the font's size."""


class Glyph(NamedTuple):
    """A glyph: its characters, its width in thousandths of the font's size, and its box; None if it draws nothing."""

    characters: str
    width: float
    box: GlyphBox | None


@dataclass(frozen=True, slots=True)
class EmbeddedFont:
    """A font in a file: its name without the prefix of a subset (ISO 32000-1, 9.6.4), and its glyphs by number.

    ``units`` are those of a TrueType font, for its size.
    """

    name: str
    characters: Glyphs
    widths: Glyphs
    outlines: Glyphs
    units: int | None
    _read: dict[int, Glyph] = field(default_factory=dict)

    def get(self, glyph: int) -> Glyph:
        """Return a glyph. Raises ``UnfamiliarFileError`` if the file does not describe it as usual."""
        if glyph not in self._read:
            try:
                outline = self.outlines.get(glyph)
                self._read[glyph] = _read_glyph(self.characters.get(glyph), self.widths.get(glyph), outline, self.units)
            except (ValueError, LookupError, TypeError, AttributeError, struct.error):
                raise UnfamiliarFileError(f"glyph {glyph} is not described as usual") from None
        return self._read[glyph]


@lru_cache(maxsize=4096)  # letters have most glyphs in common
def _read_glyph(characters: Any, width: Any, outline: Any, units: int | None) -> Glyph:  # noqa: ANN401 - not yet checked
    from petitioner.outlines import measure_outline  # noqa: PLC0415 - faster to load once WeasyPrint is loaded

    box = measure_outline(outline[0]) if units is None else _measure_truetype(outline, units)
    return Glyph(bytes.fromhex(characters.decode()).decode("utf-16-be"), float(width), box)


def _measure_truetype(outline: tuple[tuple[bytes, bytes], ...], units: int) -> GlyphBox | None:
    code, metrics = outline[0]
    if not code:
        return None
    left, bottom, right, top = struct.unpack_from(">4h", code, 2)
    (start,) = struct.unpack_from(">h", metrics, 2)  # the left side bearing, where the outline begins
    scale = 1000 / units
    return start * scale, bottom * scale, (start + right - left) * scale, top * scale


@lru_cache(maxsize=8)
def open_font(font: FontParts) -> EmbeddedFont:
    """Return a font to read its glyphs. Raises ``UnfamiliarFileError`` for one that is not embedded as usual."""
    (_, widths), (_, characters), (_, outlines) = _list_tables(font)
    units = outlines.units if isinstance(outlines, _TrueType) else None
    name = find_one(font[0], _BASE_FONT).decode("latin-1").rpartition("+")[2]
    return EmbeddedFont(name, characters, widths, outlines, units)


_Table: TypeAlias = tuple[Hashable, Glyphs]
"""The values that all glyphs of a font share, and a property of each glyph."""


def _list_tables(font: FontParts) -> tuple[_Table, ...]:
    described, characters, outlines = font
    return _read_widths(described), _read_characters(characters), _read_outlines(outlines)


@lru_cache(maxsize=8)
def _read_characters(stream: Stream) -> tuple[Hashable, Mapping[int, object]]:
    content = stream.read()
    entries = [entry for held in _CHARACTER_LIST.findall(content) for entry in _CHARACTER.findall(held)]
    return _CHARACTER_LIST.sub(b"", content), _require_unique(
        len(entries), {int(glyph, 16): text for glyph, text in entries}
    )


@lru_cache(maxsize=8)
def _read_widths(described: bytes) -> tuple[Hashable, Mapping[int, object]]:
    numbered = [(int(first), text.split()) for first, text in _WIDTH_RUN.findall(find_one(described, _WIDTHS))]
    found: dict[int, object] = {}
    for first, widths in numbered:
        found.update(enumerate(widths, start=first))
    return _WIDTHS.sub(b"", described), _require_unique(sum(len(widths) for _, widths in numbered), found)


@lru_cache(maxsize=8)
def _read_outlines(stream: Stream) -> _Table:
    content = stream.read()
    kind = _LENGTHS.sub(b"", stream.description)
    try:
        found = read_glyphs(content) if _CFF in kind else _read_truetype(content)
    except (struct.error, LookupError):
        found = None
    if not found:
        raise UnfamiliarFileError("a font cannot be read")
    return (kind, found[0]), found[1]


def _require_unique(count: int, found: Mapping[int, object]) -> Mapping[int, object]:
    if len(found) != count:
        raise UnfamiliarFileError("a glyph is described twice")
    return found


_UNUSED = frozenset(
    {b"cmap", b"name", b"post", b"OS/2", b"GDEF", b"GSUB", b"GPOS", b"maxp"}
)  # the pages of a PDF do not use them
_ARE_WORDS, _MORE = 0x1, 0x20  # flags of a part of a glyph (OpenType, table "glyf")
_SCALES = (0x8, 2), (0x40, 4), (0x80, 8)  # flags, each with the bytes of its numbers


@dataclass(frozen=True, slots=True)
class _TrueType:
    """The glyphs of a TrueType font. ``full`` of them have an advance; the others have that of the last one."""

    outlines: bytes
    places: Sequence[int]
    metrics: bytes
    full: int
    units: int

    def get(self, glyph: int) -> object:
        """Return the outline and the metrics of a glyph, and of the glyphs that it is composed of."""
        return tuple(self._list_parts(glyph, 0))

    def _list_parts(self, glyph: int, depth: int) -> Iterator[tuple[bytes, bytes]]:
        outline = self.outlines[self.places[glyph] : self.places[glyph + 1]]
        yield outline, self._measure(glyph)
        if depth > _DEEPEST:
            raise LookupError(glyph)
        place, flags = 10, _MORE if outline[:1] >= b"\x80" else 0  # a composed glyph has a negative number of contours
        while flags & _MORE:
            flags, part = struct.unpack_from(">HH", outline, place)
            place += 8 if flags & _ARE_WORDS else 6
            place += sum(size for flag, size in _SCALES if flags & flag)
            yield from self._list_parts(part, depth + 1)

    def _measure(self, glyph: int) -> bytes:
        if glyph < self.full:
            return self.metrics[4 * glyph : 4 * glyph + 4]
        side = 4 * self.full + 2 * (glyph - self.full)
        return self.metrics[4 * self.full - 4 : 4 * self.full - 2] + self.metrics[side : side + 2]


def _read_truetype(content: bytes) -> tuple[Hashable, Glyphs]:
    tables = {
        tag: content[start : start + size]
        for tag, _, start, size in struct.iter_unpack(">4sIII", content[12 : 12 + 16 * int.from_bytes(content[4:6])])
    }
    places, metrics, outlines, head, hhea = (tables.pop(tag) for tag in (b"loca", b"hmtx", b"glyf", b"head", b"hhea"))
    is_long = head[50:52] == b"\0\1"
    numbers = struct.unpack(f">{len(places) // 4}I" if is_long else f">{len(places) // 2}H", places)
    starts = numbers if is_long else [2 * one for one in numbers]
    glyphs = _TrueType(outlines, starts, metrics, int.from_bytes(hhea[34:]), int.from_bytes(head[18:20]))
    checked = head[:8] + head[12:], hhea[:34]  # without the checksum, and without the number above
    return (checked, *sorted((tag, table) for tag, table in tables.items() if tag not in _UNUSED)), glyphs
