"""What the glyphs of a PDF stand for: its ToUnicode maps (ISO 32000-1, 9.10.3), by which it is searched and copied.

WeasyPrint gives the characters of a cluster (UAX #29), such as a letter and its accent, to the last of its glyphs, and
nothing to the others, which PDF readers then take for what they like. The font itself knows better.
"""

from collections.abc import Iterator
from typing import Any, TypeAlias
from unicodedata import normalize

from petitioner.fonts import read_characters

_CMAP = b"/CMapName /Adobe-Identity-UCS def"
_SELECTORS = frozenset(map(chr, (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))))


Node: TypeAlias = Any
"""An object of WeasyPrint or pydyf, which have no types here."""


def mend_unicode_maps(document: Node, pdf: Node) -> None:
    """Give each glyph in the maps of a PDF the character that it draws.

    WeasyPrint keeps of each font its file, cut down, and by glyph the characters (``to_unicode``) and the width.
    """
    streams = [thing for thing in pdf.objects if _CMAP in getattr(thing, "stream", ())]
    for font, thing in zip(document.fonts.values(), streams, strict=True):
        if mended := dict(_mend(font)):
            lines = {_write_line(glyph, font.to_unicode[glyph]): _write_line(glyph, mended[glyph]) for glyph in mended}
            thing.stream = [lines.get(line, line) for line in thing.stream]


def _mend(font: Node) -> Iterator[tuple[int, str]]:
    doubtful = {glyph: text for glyph, text in font.to_unicode.items() if _is_doubtful(text)}
    known = read_characters(font.file_content) if doubtful else {}
    for glyph, text in doubtful.items():
        if character := _choose(known.get(glyph, ""), text, is_mark=not font.widths.get(glyph, 1)):
            yield glyph, character


def _is_doubtful(text: str) -> bool:
    """Whether a glyph may stand for something else; in ASCII, what stands for several letters is a ligature."""
    return not text or (len(text) > 1 and not text.isascii())


def _choose(drawn: str, text: str, *, is_mark: bool) -> str:
    """The character of a glyph that WeasyPrint gave ``text``, or an empty text where that is right.

    ``drawn`` are the characters that the font draws with the glyph. A ligature stands for the whole text, and so does
    the chosen form of a character, which a selector follows.
    """
    if not text:
        return min(drawn, key=lambda character: (normalize("NFKC", character) != character, character), default="")
    if _SELECTORS.issuperset(text[1:]):
        return ""
    own = [character for character in drawn if character in text]
    return own[0] if own else text[-1] if is_mark else ""


def _write_line(glyph: int, text: str) -> bytes:
    return f"<{glyph:04x}> <{text.encode('utf-16-be').hex()}>".encode()
