"""Small files for Chinese, Japanese and Korean: of a large font, only the glyphs that a document uses.

The fonts of these languages are CID-keyed: the table of outlines gives each glyph a number, the CID, which need not be
its place in the table (Adobe Technical Note 5176, chapter 18). WeasyPrint leaves every glyph in its place, with an
empty place for each glyph that is not used: 65,535 places in Noto CJK. Here, glyphs that are not used have no place,
the CIDs stay, and the table is embedded alone, as CIDFontType0C (ISO 32000-1, 9.9). It must be alone: in an OpenType
file, Poppler and PDFium take the numbers for places and draw wrong glyphs, while the text that they extract is right.
"""

from collections.abc import Hashable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from hashlib import md5
from typing import Any, TypeAlias

from weasyprint.pdf import fonts as library
from weasyprint.text.ffi import ffi, harfbuzz, harfbuzz_subset
from weasyprint.text.fonts import get_hb_object_data

from petitioner.outlines import KnownOutlines, has_own_cids
from petitioner.render.pdf_internals.memo import Memo
from petitioner.render.pdf_internals.unicode_maps import find_corrections

Node: TypeAlias = Any
"""An object of WeasyPrint, Pango or HarfBuzz, which have no types."""

_OUTLINES = "CFF "
_KEPT = (_OUTLINES, "head", "hhea", "hmtx", "maxp")  # HarfBuzz reads these to choose glyphs
_OTHER_KINDS = {"glyf", "CFF2", "fvar", "COLR", "SVG ", "CBDT", "sbix", "EBDT"}  # TrueType, variable, colours, bitmaps
_VARIABLE = "fvar"
_FILLED = "filled in"  # what tells a font for such lines from the first
_UNITS = 1000  # per em, as in the widths of a PDF; others would need a matrix
_OLDEST_HARFBUZZ = 4, 1, 0  # as WeasyPrint requires

ffi.cdef(
    """
    hb_face_t * hb_face_builder_create (void);
    hb_bool_t hb_face_builder_add_table (hb_face_t *face, hb_tag_t tag, hb_blob_t *blob);
    """,
    override=True,
)

_contents: dict[bytes, bytes] = {}  # each font file once: the faces of a collection share it


@dataclass(frozen=True)
class Face:
    """A face of a font file, as an object of HarfBuzz."""

    handle: Node

    @cached_property
    def content(self) -> bytes:
        """The whole file, up to 26 MB, which is seldom needed."""
        content = get_hb_object_data(self.handle)
        return _contents.setdefault(content, content)

    @cached_property
    def bare(self) -> Node:
        """The face with those tables only that HarfBuzz needs to choose glyphs. Of others it would read all entries."""
        made = ffi.gc(harfbuzz.hb_face_builder_create(), harfbuzz.hb_face_destroy)
        for tag in _KEPT:
            table = harfbuzz.hb_face_reference_table(self.handle, _encode_tag(tag))
            harfbuzz.hb_face_builder_add_table(made, _encode_tag(tag), table)
            harfbuzz.hb_blob_destroy(table)
        return made

    @cached_property
    def has_cids(self) -> bool:
        """Whether it has CFF outlines only, where the CID of each glyph is the glyph's number."""
        with _open_table(self.handle, _OUTLINES) as outlines:
            return has_own_cids(outlines)


_MEMORY = 2 << 20  # bytes of reduced fonts that are kept: those of twenty-five Japanese letters
_widths: dict[tuple[int, str, float], dict[int, int]] = {}  # of glyphs, by the address of the face, and size
_known: dict[int, KnownOutlines] = {}  # by the address of the face
_reduced: Memo[tuple[bytes, bool]] = Memo(_MEMORY)
_faces: dict[int, Face] = {}  # by address, which stays that of the face as long as it is held here


class CompactFont(library.Font):  # type: ignore[misc]  # WeasyPrint has no types
    """A font of a document, which is embedded without unused glyphs if it can be.

    ``face.content`` is the whole font file, and ``index`` the number of the face in it. ``is_compact`` says that
    ``file_content`` is only the table of outlines. ``is_filled``: it is for lines that are filled in for each letter.
    """

    def __init__(self, pango_font: Node, description: Node, font_size: float) -> None:
        with _read_no_files():
            super().__init__(pango_font, description, font_size)
        self.face = _open_face(self.hb_face)
        self.is_compact = self.is_filled = False
        self.hash: str
        self.name: bytes
        self.widths: dict[int, int]
        self.to_unicode: dict[int, str]
        self._glyphs: Hashable = None

    def renew(self, size: float | None = None) -> "CompactFont":
        """Return the same font without used glyphs, with the widths that were measured in this size."""
        font = object.__new__(CompactFont)
        font.__dict__.update(self.__dict__)
        font.to_unicode, font._glyphs = {}, None
        font.widths = {} if size is None else _widths.setdefault((id(self.face), self.hash, size), {})
        font.file_content, font.is_compact = None, False
        return font

    def mark_filled(self) -> "CompactFont":
        """Return the font for lines that are filled in for each letter, such as the address.

        A large font is then embedded a second time, with the few glyphs of these lines. The first one has the same
        glyphs in many letters, so that it is reduced, compressed and checked once.
        """
        if not self.is_filled:
            self.is_filled = True
            if self.face.has_cids:
                name = self.name.removeprefix(b"/" + self.hash.encode())
                digest = md5(f"{self.hash} {_FILLED}".encode(), usedforsecurity=False).digest()
                self.hash = "".join(chr(ord("A") + byte % 26) for byte in digest[: len(self.hash)])
                self.name = b"/" + self.hash.encode() + name
        return self

    @property
    def file_content(self) -> bytes:
        """What is embedded; the whole file before the font is reduced."""
        return self.face.content if self._embedded is None else self._embedded

    @file_content.setter
    def file_content(self, content: bytes | None) -> None:
        self._embedded = content

    def drop_unused_widths(self) -> None:
        """Keep only the widths of used glyphs. Glyph 0 is drawn for a missing glyph."""
        kept = (*self.to_unicode, 0) if self.missing else self.to_unicode
        self.widths = {glyph: self.widths[glyph] for glyph in kept if glyph in self.widths}

    def copy(self) -> "CompactFont":
        """Return the same font with the same glyphs."""
        font = self.renew()
        font.__dict__.update(widths=self.widths.copy(), to_unicode=self.to_unicode.copy(), _glyphs=self.glyphs)
        return font

    def add_glyphs(self, other: "CompactFont") -> None:
        """Add the glyphs that another object of the same font uses. The first text and width of a glyph remain."""
        for mine, added in zip(self._list_maps(), other._list_maps(), strict=True):  # noqa: SLF001 - of its own class
            if not added.keys() <= mine.keys():
                mine.update({**added, **mine})
                self._glyphs = None

    @property
    def glyphs(self) -> Hashable:
        """All that the PDF says about its glyphs."""
        if self._glyphs is None:
            self._glyphs = tuple(frozenset(one.items()) for one in self._list_maps())
        return self._glyphs

    def _list_maps(self) -> tuple[dict[int, Node], ...]:
        return self.widths, self.to_unicode

    def arrange(self) -> None:
        """Put the glyphs in order, and correct their texts."""
        self.to_unicode = dict(sorted(self.to_unicode.items()))
        self.to_unicode |= dict(find_corrections(self))

    def clean(self, to_unicode: dict[int, str], hinting: bool) -> None:  # noqa: FBT001 - as WeasyPrint calls it
        """Reduce the font to the glyphs that are the keys of ``to_unicode``."""
        if self.missing or _VARIABLE in self.tables:
            self._reduce(to_unicode, hinting=hinting)
            return

        def reduce() -> tuple[bytes, bool]:
            self._reduce(to_unicode, hinting=hinting)
            return self.file_content, self.is_compact

        key = id(self.face), self.hash, hinting, tuple(to_unicode)
        self.file_content, self.is_compact = _reduced.find(key, reduce, lambda made: len(made[0]))

    def _reduce(self, to_unicode: dict[int, str], *, hinting: bool) -> None:
        outlines = None if hinting or self._is_doubtful(to_unicode) else self._select_outlines(to_unicode)
        if outlines:
            self.file_content, self.is_compact = outlines, True
        else:
            library.Font.clean(self, to_unicode, hinting)

    @property
    def type(self) -> str:
        """The kind of outlines, as WeasyPrint names it."""
        return "otf" if self.is_compact else str(super().type)

    def _is_doubtful(self, glyphs: Iterable[int]) -> bool:
        """Whether the font is of a kind that is not known to be drawn correctly, or lacks a glyph."""
        is_other = _OUTLINES not in self.tables or _OTHER_KINDS.intersection(self.tables) or self.upem != _UNITS
        is_incomplete = self.missing or not 0 <= max(glyphs, default=-1) < self.glyph_count
        is_library_unknown = harfbuzz_subset is None or not harfbuzz.hb_version_atleast(*_OLDEST_HARFBUZZ)
        return bool(is_other or is_incomplete or is_library_unknown or not self.face.has_cids)

    def _select_outlines(self, glyphs: Iterable[int]) -> bytes | None:
        """Return the table of outlines with ".notdef" and these glyphs only, or None if HarfBuzz cannot cut them out.

        Each glyph is cut out of the whole font once in the process, since that has 65,000.
        """
        wanted, known = [*dict.fromkeys((0, *glyphs))], _known.setdefault(id(self.face), KnownOutlines())
        if unknown := [cid for cid in wanted if cid not in known.glyphs]:
            made = _select_glyphs(self.face.bare, unknown)
            if not made or not known.add(_read_outlines(made)):
                return None
        has_all = known.glyphs.keys() >= set(wanted)
        return known.write(wanted) if has_all else None


Fonts: TypeAlias = dict[tuple[int, bool], CompactFont]
"""Fonts by their keys in WeasyPrint, and whether they are for lines that are filled in."""


@contextmanager
def _read_no_files() -> Iterator[None]:
    original, library.get_hb_object_data = library.get_hb_object_data, _read_nothing
    try:
        yield
    finally:
        library.get_hb_object_data = original


def _read_nothing(_handle: Node) -> None:
    return None


def _open_face(handle: Node) -> Face:
    """Return the face of an object of HarfBuzz, which Pango too holds as long as the process runs."""
    address = int(ffi.cast("uintptr_t", handle))
    if address not in _faces:
        _faces[address] = Face(handle)
    return _faces[address]


def _select_glyphs(face: Node, glyphs: Iterable[int]) -> Node | None:
    """Return a face with some glyphs of another, numbered anew in the same order, or None if HarfBuzz cannot."""
    plan = ffi.gc(harfbuzz_subset.hb_subset_input_create_or_fail(), harfbuzz_subset.hb_subset_input_destroy)
    flags = harfbuzz_subset.HB_SUBSET_FLAGS_NO_HINTING | harfbuzz_subset.HB_SUBSET_FLAGS_DESUBROUTINIZE
    harfbuzz_subset.hb_subset_input_set_flags(plan, flags)
    numbers = ffi.new("hb_codepoint_t[]", sorted(glyphs))
    harfbuzz.hb_set_add_sorted_array(harfbuzz_subset.hb_subset_input_glyph_set(plan), numbers, len(numbers))
    made = harfbuzz_subset.hb_subset_or_fail(face, plan)
    return ffi.gc(made, harfbuzz.hb_face_destroy) if made else None


def _encode_tag(tag: str) -> int:
    return int(harfbuzz.hb_tag_from_string(tag.encode(), -1))


def _read_outlines(face: Node) -> bytes:
    with _open_table(face, _OUTLINES) as table:
        return bytes(table)


@contextmanager
def _open_table(face: Node, tag: str) -> Iterator[memoryview]:
    """Yield a table of a font, without a copy of it."""
    table = harfbuzz.hb_face_reference_table(face, _encode_tag(tag))
    try:
        with ffi.new("unsigned int *") as length:
            start = harfbuzz.hb_blob_get_data(table, length)
            yield memoryview(b"" if start == ffi.NULL else ffi.buffer(start, int(length[0])))
    finally:
        harfbuzz.hb_blob_destroy(table)
