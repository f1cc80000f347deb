"""Compare fonts in two PDFs glyph by glyph: the characters, the width and the outline of each."""

import re
import struct
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol, TypeAlias

from petitioner.checks.pages.cff_glyphs import read_glyphs
from petitioner.checks.pages.pdf_file import PdfFile, Stream, UnfamiliarFileError, find_one

_CHARACTERS, _DESCENDANT = re.compile(rb"/ToUnicode (\d+) 0 R"), re.compile(rb"/DescendantFonts \[(\d+) 0 R\]")
_DESCRIPTOR, _FONT_FILE = re.compile(rb"/FontDescriptor (\d+) 0 R"), re.compile(rb"/FontFile[23] (\d+) 0 R")
_WIDTHS = re.compile(rb"/W \[((?:\d+ \[[-\d. ]*\] ?)*)\]")  # ISO 32000-1, 9.7.4.3
_WIDTH_RUN = re.compile(rb"(\d+) \[([^\]]*)\]")
_CHARACTER_LIST = re.compile(rb"\d+ beginbfchar\n((?:<[0-9a-f]{4}> <[0-9a-f]+>\n)*)endbfchar")  # 9.10.3
_CHARACTER = re.compile(rb"<([0-9a-f]{4})> <([0-9a-f]+)>\n")
_LENGTHS, _CFF = re.compile(rb"/Length1? \d+"), b"/Subtype /CIDFontType0C"
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
    alike: Iterable[int] = characters
    for (_, own), (_, its) in pairs:
        get, get_its = own.get, its.get
        alike = [glyph for glyph in alike if get(glyph) == get_its(glyph)]
    return frozenset(alike)


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
    glyphs = _TrueType(
        outlines, numbers if is_long else [2 * one for one in numbers], metrics, int.from_bytes(hhea[34:])
    )
    checked = head[:8] + head[12:], hhea[:34]  # without the checksum, and without the number above
    return (checked, *sorted((tag, table) for tag, table in tables.items() if tag not in _UNUSED)), glyphs
