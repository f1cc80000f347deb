"""Compare fonts in two PDFs glyph by glyph: the characters, the width and the outline of each."""

import re
import struct
from collections.abc import Collection, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from petitioner.checks.pages.pdf_file import PdfFile, UnfamiliarFileError
from petitioner.outlines import read_outlines

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


@dataclass(frozen=True)
class EmbeddedFont:
    """The glyphs of a font of a file: ``objects`` are those of ``find_glyph_objects``."""

    file: PdfFile
    objects: tuple[int, int, int]

    @cached_property
    def parts(self) -> tuple[object, ...]:
        """The objects as they are in the file. Two fonts with equal objects are equal."""
        described, characters, outlines = self.objects
        return self.file.objects.get(described), self.file.streams.get(characters), self.file.streams.get(outlines)

    def is_alike(self, other: "EmbeddedFont", glyphs: Collection[int]) -> bool:
        """Return whether both draw these glyphs alike, with the same characters and widths.

        Raises ``UnfamiliarFileError`` for a font that is not embedded as usual.
        """
        return all(
            common == other_common and all(own.get(glyph) == its.get(glyph) for glyph in glyphs)
            for (common, own), (other_common, its) in zip(self.list_tables(), other.list_tables(), strict=True)
        )

    def list_tables(self) -> Iterator[tuple[Hashable, Glyphs]]:
        """Yield pairs: the values that all glyphs share, and a property of each glyph."""
        yield from (self._widths, self._characters, self._outlines)

    @cached_property
    def _characters(self) -> tuple[Hashable, Glyphs]:
        content = self.file.read_stream(self.objects[1])
        entries = [entry for held in _CHARACTER_LIST.findall(content) for entry in _CHARACTER.findall(held)]
        return _CHARACTER_LIST.sub(b"", content), _require_unique((int(glyph, 16), text) for glyph, text in entries)

    @cached_property
    def _widths(self) -> tuple[Hashable, Glyphs]:
        described = self.file.objects.get(self.objects[0], b"")
        runs = _WIDTH_RUN.findall(self.file.find(self.objects[0], _WIDTHS))
        numbered = ((int(first), text.split()) for first, text in runs)
        return _WIDTHS.sub(b"", described), _require_unique(
            (glyph, width) for first, widths in numbered for glyph, width in enumerate(widths, start=first)
        )

    @cached_property
    def _outlines(self) -> tuple[Hashable, Glyphs]:
        content = self.file.read_stream(self.objects[2])
        kind = _LENGTHS.sub(b"", self.file.streams[self.objects[2]].description)
        try:
            found = read_outlines(content) if _CFF in kind else _read_truetype(content)
        except (struct.error, LookupError):
            found = None
        if not found:
            raise UnfamiliarFileError("a font cannot be read")
        return (kind, found[0]), found[1]


def _require_unique(entries: Iterable[tuple[int, object]]) -> Glyphs:
    held = list(entries)
    found = dict(held)
    if len(found) != len(held):
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
