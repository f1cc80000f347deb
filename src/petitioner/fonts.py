"""Fonts of this machine: where a family's file is, how wide a line comes out in it, and which characters it lacks."""

import re
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from io import BytesIO

from fontTools.ttLib import TTFont

from petitioner.model.theme import MM_PER_PT

_FORMS = 14  # the format of the table that says which forms a selector can choose
# Letters and marks of the scripts that are written in words, up to Georgian, and what was added to them later.
_LETTER = r"[^\W\d_\u1100-\u1dff\u2000-\U0010ffff]"
_WORD = re.compile(rf"{_LETTER}(?:{_LETTER}|[\u0300-\u036f])*")


@dataclass(frozen=True)
class FontFace:
    """The regular face of a family, in the file ``path``; ``index`` counts the faces of a collection from 0."""

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
        """The characters whose form can be chosen by a selector (OpenType, cmap format 14): selector and character."""
        tables = (table.uvsDict for table in self._font["cmap"].tables if table.format == _FORMS)
        return frozenset(
            (selector, point) for forms in tables for selector, pairs in forms.items() for point, _ in pairs
        )

    def has(self, character: str) -> bool:
        """Whether the face can draw a character; one with a selector after it, in just that form."""
        if len(character) > 1:
            return (ord(character[1]), ord(character[0])) in self._forms
        return ord(character) in self._glyphs

    def draw(self, character: str) -> str:
        """The name of the glyph for a character, or an empty text."""
        return self._glyphs.get(ord(character), "")

    def measure(self, text: str) -> float:
        """The width of a line in ems, as the sum of its glyphs' advances; kerning would change it by under a percent.

        A character that the face lacks counts as one em.
        """
        advances, units = self._font["hmtx"], self._font["head"].unitsPerEm
        known = (self._glyphs.get(ord(character)) for character in text)
        return sum(advances[name][0] / units if name else 1.0 for name in known)


def read_glyph_characters(font: bytes) -> dict[int, str]:
    """The characters that each glyph of a font file draws by itself, by the glyph's number."""
    opened = TTFont(BytesIO(font))
    characters: dict[int, str] = {}
    for point, name in (opened.getBestCmap() or {}).items():
        glyph = opened.getGlyphID(name)
        characters[glyph] = characters.get(glyph, "") + chr(point)
    return characters


@dataclass(frozen=True, eq=False)  # one for each reading of a theme, so that what was found can be kept
class LanguageFonts:
    """The faces that are there of those named for each language, in order."""

    by_language: Mapping[str, tuple[FontFace, ...]]

    def __call__(self, language: str, character: str) -> bool:
        """Whether one of them has a character; where there are none, that alone is the fault, and all pass."""
        faces = self.by_language[language]
        return not faces or any(face.has(character) for face in faces)

    def draw(self, language: str, character: str) -> str:
        """By which glyph a character is drawn: font and name, or an empty text when by none."""
        face = next((face for face in self.by_language[language] if face.has(character)), None)
        return f"{face.family}/{face.draw(character)}" if face else ""


class FontConfigError(Exception):
    """The program fc-match, which comes with Pango's libraries, cannot be asked; the message says why."""


@cache
def find_face(family: str) -> FontFace | None:
    """The face that fontconfig gives for a family's full name, or None when it would give another family instead."""
    pattern = f"{family}:style=Regular".encode()  # fontconfig speaks UTF-8 in every locale
    command = [b"fc-match", b"--format", b"%{family}\n%{file}\n%{index}", pattern]
    try:
        ran = subprocess.run(command, capture_output=True, check=True, timeout=60)  # noqa: S603 - no shell, and the family is one argument
    except FileNotFoundError as error:
        raise FontConfigError("The program fc-match is not installed") from error
    except (OSError, subprocess.SubprocessError) as error:
        raise FontConfigError(f"The program fc-match failed ({_explain(error)})") from error
    names, *place = ran.stdout.decode(errors="replace").split("\n")  # on a machine without any font, nothing is said
    return FontFace(family, place[0], int(place[1])) if family in names.split(",") else None


def _explain(error: Exception) -> str:
    """What a program said last before it ended, or else what Python says of it."""
    said = (getattr(error, "stderr", None) or b"").decode(errors="replace").strip()
    return said.split("\n")[-1] or str(error)


def find_fallback_words(text: str, families: tuple[str, ...]) -> Iterator[tuple[int, int, str]]:
    """Start, end and family of each word that the first family cannot draw whole, and another one can.

    Pango chooses a font for each character, so that Łódź in a Japanese letter would be set half in one and half in
    another. A word that no family draws whole is left alone.
    """
    if text.isascii():
        return
    for word in _WORD.finditer(text):
        family = _choose_family(word[0], families)
        if family != families[0]:
            yield *word.span(), family


@lru_cache(maxsize=20_000)
def _choose_family(word: str, families: tuple[str, ...]) -> str:
    """The first family that has every character of a word; the first of all where none has."""
    faces = (face for family in families if (face := find_face(family)))
    return next((face.family for face in faces if all(map(face.has, word))), families[0])


def measure_line(text: str, families: Iterable[str], size: float) -> float:
    """The width in mm of a line set in ``size`` pt: each word in the family that it is borrowed from, and each other
    character in the first of the families that has it."""
    return _measure_text(text, tuple(families)) * size * MM_PER_PT


@lru_cache(maxsize=65536)
def _measure_text(text: str, families: tuple[str, ...]) -> float:
    """The width of a text in ems; the addressee's lines stand in every letter."""
    width, done = 0.0, 0
    for start, end, family in find_fallback_words(text, families):
        width += sum(_measure_character(character, families) for character in text[done:start])
        width += sum(_measure_character(character, (family,)) for character in text[start:end])
        done = end
    return width + sum(_measure_character(character, families) for character in text[done:])


@cache
def _measure_character(character: str, families: tuple[str, ...]) -> float:
    """The width of one character in ems; a batch of letters asks for the same few thousand over and over."""
    faces = [face for family in families if (face := find_face(family))]
    return next((face for face in faces if face.has(character)), faces[0]).measure(character) if faces else 0.0
