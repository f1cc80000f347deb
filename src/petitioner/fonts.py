"""Fonts of this machine: the file of a family, the width of lines, and the characters that a font has."""

import re
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from io import BytesIO

from fontTools.ttLib import TTFont

from petitioner.model.theme import MM_PER_PT

_VARIATIONS_FORMAT = 14  # of the table of variation selectors (OpenType, cmap)
# Letters of the scripts with words, up to Georgian, and their later additions.
_LETTER = r"[^\W\d_\u1100-\u1dff\u2000-\U0010ffff]"
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
    def _glyphs(self) -> dict[int, str]:
        return dict(self._font.getBestCmap())

    @cached_property
    def _forms(self) -> frozenset[tuple[int, int]]:
        """The pairs of a variation selector and a character (OpenType, cmap format 14)."""
        tables = (table.uvsDict for table in self._font["cmap"].tables if table.format == _VARIATIONS_FORMAT)
        return frozenset(
            (selector, point) for forms in tables for selector, pairs in forms.items() for point, _ in pairs
        )

    def has(self, character: str) -> bool:
        """Whether the face has a character, also one followed by a variation selector."""
        if len(character) > 1:
            return (ord(character[1]), ord(character[0])) in self._forms
        return ord(character) in self._glyphs

    def find_glyph(self, character: str) -> str:
        """Return the name of the glyph for a character, or an empty text."""
        return self._glyphs.get(ord(character), "")

    def measure(self, text: str) -> float:
        """Return the width of a line in ems, without kerning, which is less than one percent.

        A missing character counts as one em.
        """
        advances, units = self._font["hmtx"], self._font["head"].unitsPerEm
        known = (self._glyphs.get(ord(character)) for character in text)
        return sum(advances[name][0] / units if name else 1.0 for name in known)


@lru_cache(maxsize=16)
def read_glyph_characters(font: bytes, index: int) -> Mapping[int, str]:
    """Return the characters of each glyph of a face, by the glyph's number; ``index`` is the face's in the file."""
    opened = TTFont(BytesIO(font), fontNumber=index, lazy=True)
    # Numbers take the place of the glyphs' names, which would be read from the outlines of the whole font.
    opened.setGlyphOrder([str(glyph) for glyph in range(opened["maxp"].numGlyphs)])
    characters: dict[int, str] = {}
    for point, name in (opened.getBestCmap() or {}).items():
        characters[int(name)] = characters.get(int(name), "") + chr(point)
    return characters


@dataclass(frozen=True, eq=False)  # compared by identity, so that it can be a key of caches
class LanguageFonts:
    """The installed faces of each language, in order."""

    by_language: Mapping[str, tuple[FontFace, ...]]

    def __call__(self, language: str, character: str) -> bool:
        """Whether one face has a character; True if no face is installed, which is reported elsewhere."""
        return _have(self, language, character)

    def find_glyph(self, language: str, character: str) -> str:
        """Return the font and glyph name of a character, or an empty text."""
        face = next((face for face in self.by_language[language] if face.has(character)), None)
        return f"{face.family}/{face.find_glyph(character)}" if face else ""


@lru_cache(maxsize=65536)
def _have(fonts: LanguageFonts, language: str, character: str) -> bool:
    faces = fonts.by_language[language]
    return not faces or any(face.has(character) for face in faces)


class FontConfigError(Exception):
    """The program fc-match, which is installed with Pango, is missing or fails."""


@cache
def find_face(family: str) -> FontFace | None:
    """Return the face of a family, or None if fontconfig would replace it by another family."""
    pattern = f"{family}:style=Regular".encode()  # fontconfig uses UTF-8 in every locale
    command = [b"fc-match", b"--format", b"%{family}\n%{file}\n%{index}", pattern]
    try:
        completed = subprocess.run(command, capture_output=True, check=True, timeout=60)  # noqa: S603 - no shell, and the family is one argument
    except FileNotFoundError as error:
        raise FontConfigError("The program fc-match is not installed") from error
    except (OSError, subprocess.SubprocessError) as error:
        raise FontConfigError(f"The program fc-match failed ({_get_error_line(error)})") from error
    names, *place = completed.stdout.decode(errors="replace").split("\n")  # empty on a machine without fonts
    return FontFace(family, place[0], int(place[1])) if family in names.split(",") else None


def _get_error_line(error: Exception) -> str:
    """Return the last line that a program wrote to standard error, or else the exception."""
    error_output = (getattr(error, "stderr", None) or b"").decode(errors="replace").strip()
    return error_output.split("\n")[-1] or str(error)


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


@lru_cache(maxsize=20_000)
def _choose_family(word: str, families: tuple[str, ...]) -> str:
    """Return the first family that has every character of a word, or else the first family."""
    faces = (face for family in families if (face := find_face(family)))
    return next((face.family for face in faces if all(map(face.has, word))), families[0])


def measure_line(text: str, families: Iterable[str], size: float) -> float:
    """Return the width in mm of a line in ``size`` pt, with the fonts that Pango and ``find_fallback_words`` choose."""
    return _measure_text(text, tuple(families)) * size * MM_PER_PT


@lru_cache(maxsize=65536)
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
