"""ToUnicode maps (ISO 32000-1, 9.10.3): the characters that each glyph of a font shows."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any, TypeAlias
from unicodedata import normalize

from petitioner.fonts import read_glyph_characters

Node: TypeAlias = Any
"""A font of WeasyPrint, which has no types."""

_SELECTORS = frozenset(map(chr, (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))))
_SECTION = 100  # entries, the most that a section may have
_KEPT = 1 << 15  # lines that are kept
_HEAD = b"""/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo
<< /Registry (Adobe)
/Ordering (UCS)
/Supplement 0
>> def
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<0000> <ffff>
endcodespacerange
"""
_TAIL = b"""endcmap
CMapName currentdict /CMap defineresource pop
end
end"""


def find_corrections(font: Node) -> Iterator[tuple[int, str]]:
    """Yield each glyph for which WeasyPrint has wrong characters (``to_unicode``), with the correct ones."""
    doubtful = {glyph: text for glyph, text in font.to_unicode.items() if _is_doubtful(text)}
    known = read_glyph_characters(font.face.content, font.index) if doubtful else {}
    for glyph, text in doubtful.items():
        if character := _choose_character(known.get(glyph, ""), text, is_mark=not font.widths.get(glyph, 1)):
            yield glyph, character


def _is_doubtful(text: str) -> bool:
    """Whether the text of a glyph may be wrong; several ASCII letters are a ligature."""
    return not text or (len(text) > 1 and not text.isascii())


def _choose_character(drawn: str, text: str, *, is_mark: bool) -> str:
    """Return the character of a glyph that has ``text`` in WeasyPrint, or an empty text if that is correct.

    ``drawn`` are the characters of the glyph in the font. The whole text is correct for a ligature, and for a
    character with a variation selector.
    """
    if not text:
        return min(drawn, key=lambda character: (normalize("NFKC", character) != character, character), default="")
    if _SELECTORS.issuperset(text[1:]):
        return ""
    own = [character for character in drawn if character in text]
    return own[0] if own else text[-1] if is_mark else ""


def write_unicode_map(texts: Sequence[tuple[int, str]]) -> bytes:
    """Return the map of some glyphs with their characters."""
    sections = (texts[start : start + _SECTION] for start in range(0, len(texts), _SECTION))
    written = (
        b"%d beginbfchar\n%bendbfchar\n" % (len(section), b"".join(_write_line(*entry) for entry in section))
        for section in sections
    )
    return b"".join((_HEAD, *written, _TAIL))


@lru_cache(maxsize=_KEPT)
def _write_line(glyph: int, text: str) -> bytes:
    return f"<{glyph:04x}> <{text.encode('utf-16-be').hex()}>\n".encode()
