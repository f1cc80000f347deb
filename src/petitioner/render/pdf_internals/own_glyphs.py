"""The glyphs of a font on lines that many letters share: what is written about them is made once for these letters."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any, TypeAlias

from petitioner.render.pdf_internals.unicode_maps import find_corrections, write_map_start

Node: TypeAlias = Any
"""A font of WeasyPrint, which has no types."""


class OwnGlyphs:
    """The texts and widths of these glyphs, in the order of their numbers. The texts are corrected."""

    def __init__(self, font: Node) -> None:
        self.widths: Mapping[int, int] = dict(font.widths)
        texts = dict(sorted(font.to_unicode.items()))
        self.texts: Mapping[int, str] = {**texts, **dict(find_corrections(font, texts))}

    @cached_property
    def map_start(self) -> bytes:
        """The beginning of the ToUnicode map, see ``unicode_maps``."""
        return write_map_start(self.texts)

    @cached_property
    def _written_widths(self) -> dict[int, str]:
        return {glyph: _write_width(glyph, self.widths) for glyph in sorted(self.widths)}

    def write_widths(self, widths: Mapping[int, int]) -> bytes:
        """Return the widths of these and other glyphs (ISO 32000-1, 9.7.4.3): for each run of numbers the first, and
        the widths.
        """
        written = self._written_widths.copy()
        for glyph in widths.keys() - self.widths.keys():
            written |= {one: _write_width(one, widths) for one in (glyph, glyph + 1) if one in widths}
        text = "".join([written[glyph] for glyph in sorted(written)])
        return f"[{text.removeprefix('] ')}{']' * bool(text)}]".encode()


def _write_width(glyph: int, widths: Mapping[int, int]) -> str:
    return f" {widths[glyph]}" if glyph - 1 in widths else f"] {glyph} [{widths[glyph]}"
