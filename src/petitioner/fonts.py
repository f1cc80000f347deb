"""Fonts of this machine: the file of a family, the width of lines, and the characters that a font has."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from io import BytesIO
from operator import le
from pathlib import Path
from struct import iter_unpack, unpack_from

from fontTools.ttLib import TTCollection, TTFont, TTLibError

from petitioner.fontconfig import load_fontconfig, match_font
from petitioner.model.limits import KEPT_TEXTS
from petitioner.model.theme import MM_PER_PT

_FONT_FOLDERS = (
    *("/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts"),
    *("/System/Library/Fonts", "/Library/Fonts", "~/Library/Fonts"),
    *("C:/Windows/Fonts", "~/AppData/Local/Microsoft/Windows/Fonts"),
)
"""Where Linux, macOS and Windows keep fonts."""

_SINGLE, _COLLECTIONS = frozenset([".ttf", ".otf"]), frozenset([".ttc", ".otc"])
_RANGES_FORMAT, _VARIATIONS_FORMAT = 12, 14  # of the tables of characters and variation selectors (OpenType, cmap)
_UNICODE = ((3, 10), (0, 6), (0, 4), (3, 1), (0, 3), (0, 2), (0, 1), (0, 0))
"""Platform and encoding of the tables that map Unicode, the fullest first, as ``getBestCmap`` tries them."""

# Letters of the scripts with words, up to Georgian, and their later additions. Python compiles long ranges slowly.
_LETTER = r"(?=[\x00-\u10ff\u1e00-\u1fff])[^\W\d_]"
_WORD = re.compile(rf"{_LETTER}(?:{_LETTER}|[\u0300-\u036f])*")


@dataclass(frozen=True)
class FontFace:
    """The regular face of a family. ``index`` is its number in a font collection, from 0."""

    family: str
    path: str
    index: int

    @cached_property
    def _font(self) -> TTFont:
        return TTFont(self.path, fontNumber=self.index, lazy=True)

    @cached_property
    def _glyphs(self) -> "Mapping[int, int] | _CharacterRanges":
        return _read_glyphs(self._font)

    @cached_property
    def _advances(self) -> tuple[bytes, int, int]:
        """The widths of glyphs (OpenType, hmtx), how many have one of their own, and the units of an em."""
        return self._font.getTableData("hmtx"), self._font["hhea"].numberOfHMetrics, self._font["head"].unitsPerEm

    @cached_property
    def _forms(self) -> frozenset[tuple[int, int]]:
        """The pairs of a variation selector and a character (OpenType, cmap format 14)."""
        _number_glyphs(self._font)
        tables = (table.uvsDict for table in self._font["cmap"].tables if table.format == _VARIATIONS_FORMAT)
        return frozenset(
            (selector, point) for forms in tables for selector, pairs in forms.items() for point, _ in pairs
        )

    def has(self, character: str) -> bool:
        """Whether the face has a character, also one followed by a variation selector."""
        if len(character) > 1:
            return (ord(character[1]), ord(character[0])) in self._forms
        return self._glyphs.get(ord(character)) is not None

    def find_glyph(self, character: str) -> int | None:
        """Return the number of the glyph for a character, or None."""
        return self._glyphs.get(ord(character))

    def measure(self, text: str) -> float:
        """Return the width of a line in ems, without kerning, which is less than one percent.

        A missing character counts as one em.
        """
        advances, count, units = self._advances
        known = (self._glyphs.get(ord(character)) for character in text)
        return sum(
            1.0 if glyph is None else unpack_from(">H", advances, 4 * min(glyph, count - 1))[0] / units
            for glyph in known
        )


@dataclass(frozen=True, slots=True)
class _CharacterRanges:
    """Glyphs of ranges of characters (OpenType, cmap format 12): first and last characters, and the first glyphs.

    It is searched as it is in the file, since fontTools needs long to list the 44,000 characters of a CJK font.
    """

    firsts: tuple[int, ...]
    lasts: tuple[int, ...]
    glyphs: tuple[int, ...]

    def get(self, point: int) -> int | None:
        """Return the number of the glyph of a character, or None."""
        at = bisect_right(self.firsts, point) - 1
        return self.glyphs[at] + point - self.firsts[at] if at >= 0 and point <= self.lasts[at] else None


def _read_glyphs(font: TTFont) -> Mapping[int, int] | _CharacterRanges:
    """Return the glyph's number for each character of a font."""
    ranges = _read_ranges(font.getTableData("cmap"))
    if ranges and all(ranges.glyphs):
        bounds = [bound for pair in zip(ranges.firsts, ranges.lasts, strict=True) for bound in pair]
        if all(map(le, bounds, bounds[1:])):
            return ranges
    _number_glyphs(font)
    return {point: int(name) for point, name in (font.getBestCmap() or {}).items()}


def _read_ranges(table: bytes) -> _CharacterRanges | None:
    """Return the ranges in the fullest part of a table "cmap" that maps Unicode, or None if it has another format."""
    entries = table[4 : 4 + 8 * unpack_from(">H", table, 2)[0]]
    places = {(platform, kind): at for platform, kind, at in iter_unpack(">HHI", entries)}
    at = next((places[one] for one in _UNICODE if one in places), None)
    if at is None or unpack_from(">H", table, at) != (_RANGES_FORMAT,):
        return None
    values = unpack_from(f">{3 * unpack_from('>I', table, at + 12)[0]}I", table, at + 16)
    return _CharacterRanges(values[::3], values[1::3], values[2::3])


def _number_glyphs(font: TTFont) -> None:
    """Let numbers take the place of the glyphs' names, which would be read from the outlines of the whole font."""
    font.setGlyphOrder([str(glyph) for glyph in range(font["maxp"].numGlyphs)])


@lru_cache(maxsize=16)
def read_glyph_characters(font: bytes, index: int) -> Mapping[int, str]:
    """Return the characters of each glyph of a face, by the glyph's number; ``index`` is the face's in the file."""
    opened = TTFont(BytesIO(font), fontNumber=index, lazy=True)
    _number_glyphs(opened)
    characters: dict[int, str] = {}
    for point, name in (opened.getBestCmap() or {}).items():
        characters[int(name)] = characters.get(int(name), "") + chr(point)
    return characters


@dataclass(frozen=True, eq=False)  # compared by identity, so that it can be a key of caches
class LanguageFonts:
    """The families of fonts of each language, in order."""

    families: Mapping[str, tuple[str, ...]]

    def list_faces(self, language: str) -> Iterator[FontFace]:
        """Yield those faces of a language that are installed."""
        return (face for family in self.families[language] if (face := find_face(family)))

    def __call__(self, language: str, character: str) -> bool:
        """Whether one face has a character; True if no face is installed, which is reported elsewhere."""
        return _have(self, language, character)

    def find_glyph(self, language: str, character: str) -> str:
        """Return the font of a character, and the number of its glyph, or an empty text."""
        face = next((face for face in self.list_faces(language) if face.has(character)), None)
        return f"{face.family}/{face.find_glyph(character)}" if face else ""


@lru_cache(maxsize=65536)
def _have(fonts: LanguageFonts, language: str, character: str) -> bool:
    faces = tuple(fonts.list_faces(language))
    return not faces or any(face.has(character) for face in faces)


@cache
def find_face(family: str) -> FontFace | None:
    """Return the face of a family, or None if fontconfig would replace it by another family.

    Without fontconfig, as on Windows, the font folders are searched.
    """
    library = load_fontconfig()
    if library is None:
        return _list_faces().get(family)
    names, path, index = match_font(library, f"{family}:style=Regular") or ("", "", 0)
    return FontFace(family, path, index) if family in names.split(",") else None


@cache
def list_font_files(family: str) -> tuple[str, ...]:
    """Return the paths of the upright, bold and italic faces of a family; nothing for one that is not installed."""
    library, regular = load_fontconfig(), find_face(family)
    if library is None or regular is None:
        return (regular.path,) if regular else ()
    others = (match_font(library, f"{family}:style={style}") for style in ("Bold", "Italic"))
    return tuple(
        dict.fromkeys((regular.path, *(path for names, path, _ in filter(None, others) if family in names.split(","))))
    )


@cache
def _list_faces() -> Mapping[str, FontFace]:
    """Return the regular face of each family in the font folders of the system."""
    found: dict[str, FontFace] = {}
    for folder in _FONT_FOLDERS:
        for path in sorted(Path(folder).expanduser().rglob("*")):
            with suppress(OSError, TTLibError):
                found = {**{face.family: face for face in _read_faces(path)}, **found}
    return found


def _read_faces(path: Path) -> Iterator[FontFace]:
    """Yield the regular faces in a font file. Raises ``TTLibError`` for a damaged one."""
    if path.suffix.lower() not in _SINGLE | _COLLECTIONS:
        return
    is_single = path.suffix.lower() in _SINGLE
    with TTFont(path, lazy=True) if is_single else TTCollection(str(path), lazy=True) as opened:
        for index, font in enumerate([opened] if is_single else opened.fonts):
            if font["name"].getBestSubFamilyName() == "Regular":
                yield FontFace(str(font["name"].getBestFamilyName()), str(path), index)


def find_fallback_words(text: str, families: tuple[str, ...]) -> Iterator[tuple[int, int, str]]:
    """Yield start, end and family of each word that the first family lacks characters of, and another has all.

    Pango chooses a font for each character: Łódź in a Japanese letter would be in two fonts.
    """
    if text.isascii():
        return
    for word in _WORD.finditer(text):
        family = _choose_family(word[0], families)
        if family != families[0]:
            yield *word.span(), family


@lru_cache(maxsize=KEPT_TEXTS)
def _choose_family(word: str, families: tuple[str, ...]) -> str:
    """Return the first family that has every character of a word, or else the first family."""
    faces = (face for family in families if (face := find_face(family)))
    return next((face.family for face in faces if all(map(face.has, word))), families[0])


def measure_line(text: str, families: Iterable[str], size: float) -> float:
    """Return the width in mm of a line in ``size`` pt, with the fonts that Pango and ``find_fallback_words`` choose."""
    return _measure_text(text, tuple(families)) * size * MM_PER_PT


@lru_cache(maxsize=KEPT_TEXTS)
def _measure_text(text: str, families: tuple[str, ...]) -> float:
    """Return the width of a text in ems. Cached, since many letters share lines of the address."""
    width, position = 0.0, 0
    for start, end, family in find_fallback_words(text, families):
        width += sum(_measure_character(character, families) for character in text[position:start])
        width += sum(_measure_character(character, (family,)) for character in text[start:end])
        position = end
    return width + sum(_measure_character(character, families) for character in text[position:])


@cache
def _measure_character(character: str, families: tuple[str, ...]) -> float:
    """Return the width of a character in ems."""
    faces = [face for family in families if (face := find_face(family))]
    return next((face for face in faces if face.has(character)), faces[0]).measure(character) if faces else 0.0
