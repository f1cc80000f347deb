"""Tables of CFF outlines with CIDs, as they are embedded in a PDF (Adobe Technical Note 5176, chapter 18)."""

import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from types import SimpleNamespace
from typing import Any, TypeAlias

from fontTools.cffLib import CFFFontSet, CharStrings, FDSelect
from fontTools.misc.psCharStrings import T2CharString
from fontTools.ttLib import TTLibError

Node: TypeAlias = Any
"""An object of fontTools, which has no types."""

_ORDERING = "Adobe", "Identity", 0
_NOTDEF = ".notdef"
_PLACES = {"Private", "Subrs"}  # entries that say where something is in the table
# What fontTools raises for a broken table:
_FAULTS = (TTLibError, AssertionError, AttributeError, KeyError, IndexError, ValueError, struct.error)


def read_cids(outlines: bytes) -> list[int] | None:
    """Return the CID of each glyph in a table, or None if it has others than those of Adobe-Identity-0."""
    top = _open(outlines)[0]
    if getattr(top, "ROS", None) != _ORDERING:
        return None
    return [0, *(int(name.removeprefix("cid")) for name in top.charset[1:])]


def merge_outlines(tables: Iterable[bytes]) -> bytes | None:
    """Return a table with all glyphs of several parts of one font, or None if they are not such parts.

    A glyph keeps its CID, its outline and its width. A font with subroutines is not merged.
    """
    merged = _Merged()
    try:
        opened = [_open(table) for table in tables]
        return merged.compile(opened[0]) if all(map(merged.add, opened)) else None
    except _FAULTS:
        return None


def _open(outlines: bytes) -> CFFFontSet:
    fonts = CFFFontSet()
    fonts.decompile(BytesIO(outlines), None)
    return fonts


@dataclass(slots=True)
class _Merged:
    """The glyphs so far by name, each with its code and the key of its dictionary; and the dictionaries by key."""

    top: str = ""
    glyphs: dict[str, tuple[bytes, str]] = field(default_factory=dict)
    dictionaries: dict[str, Node] = field(default_factory=dict)

    def add(self, fonts: CFFFontSet) -> bool:
        """Add the glyphs of a font. Return whether it is a part of the same font."""
        top = fonts[0]
        keys = [_describe(held) for held in top.FDArray]
        has_routines = fonts.GlobalSubrs or any(hasattr(held.Private, "Subrs") for held in top.FDArray)
        name = f"{fonts.fontNames} {top.ROS} {getattr(top, 'FontMatrix', None)}"
        self.top = self.top or name
        self.dictionaries = dict(zip(keys, top.FDArray, strict=True)) | self.dictionaries
        codes = top.CharStrings.charStringsIndex
        found = {glyph: (bytes(codes[n].bytecode), keys[top.FDSelect[n]]) for n, glyph in enumerate(top.charset)}
        is_same = all(self.glyphs.setdefault(glyph, held) == held for glyph, held in found.items())
        return name == self.top and top.ROS == _ORDERING and not has_routines and is_same

    def compile(self, fonts: CFFFontSet) -> bytes:
        """Return a table with all glyphs, in the order of their CIDs. Changes ``fonts``, one of the parts, for it."""
        top, order = fonts[0], sorted(self.glyphs, key=lambda glyph: (glyph != _NOTDEF, glyph))
        keys = sorted(self.dictionaries)
        top.FDArray.items[:] = [self.dictionaries[key] for key in keys]
        top.FDSelect = FDSelect(format=3)
        top.FDSelect.gidArray = [keys.index(self.glyphs[glyph][1]) for glyph in order]
        top.charset = order
        top.CharStrings = CharStrings(None, order, fonts.GlobalSubrs, None, top.FDSelect, top.FDArray)
        for glyph in order:
            top.CharStrings[glyph] = T2CharString(self.glyphs[glyph][0])
        stream = BytesIO()
        fonts.compile(stream, SimpleNamespace(recalcBBoxes=False), isCFF2=False)
        return stream.getvalue()


def _describe(held: Node) -> str:
    """Return the entries of a dictionary of glyphs, such as the usual width, as a text that is equal for equal ones."""
    parts: Sequence[dict[str, object]] = (held.rawDict, held.Private.rawDict)
    return repr([sorted((name, repr(value)) for name, value in part.items() if name not in _PLACES) for part in parts])
