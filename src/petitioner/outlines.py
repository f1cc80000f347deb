"""Tables of CFF outlines with CIDs, as they are embedded in a PDF (Adobe Technical Note 5176).

fontTools reads them. They are written here, since fontTools needs many times as long for each of many letters.
"""

import struct
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, pairwise
from typing import Any, TypeAlias, cast

from fontTools.cffLib import CFFFontSet, IndexedStrings, encodeNumber, privateDictOperators, topDictOperators
from fontTools.misc.psCharStrings import T2CharString
from fontTools.pens.boundsPen import ControlBoundsPen
from fontTools.ttLib import TTLibError

Node: TypeAlias = Any
"""An object of fontTools, which has no types."""

_ORDERING = "Adobe", "Identity", 0
_PLACES = {"Private", "Subrs", "charset", "Encoding", "CharStrings", "FDArray", "FDSelect"}
"""Entries of dictionaries that say where something is in the table."""

# What fontTools raises for a broken table:
_FAULTS = (
    TTLibError,
    AssertionError,
    AttributeError,
    LookupError,
    ValueError,
    TypeError,
    ArithmeticError,
    NotImplementedError,  # for a charset in an unknown form
    struct.error,
)
_HEADER = b"\1\0\4\4"  # version 1.0, the header's length, and that of an offset, which no reader needs (chapter 6)


def has_own_cids(outlines: memoryview) -> bool:
    """Return whether the CID of each glyph in a table is its number, and is one of Adobe-Identity-0."""
    try:
        top = _open(outlines)[0]
        return getattr(top, "ROS", None) == _ORDERING and _is_in_order(outlines, top.rawDict)
    except _FAULTS:
        return False


def _is_in_order(outlines: memoryview, top: Mapping[str, int]) -> bool:
    """Read the charset (chapter 13), without the names that fontTools gives to 65,000 glyphs."""
    (count,) = struct.unpack_from(">H", outlines, top["CharStrings"])
    at, next_cid = top["charset"], 1
    form, size = {0: (">H", 2), 1: (">HB", 3), 2: (">HH", 4)}[outlines[at]]
    for place in range(at + 1, len(outlines), size):
        start, *more = struct.unpack_from(form, outlines, place)
        if next_cid >= count or start != next_cid:
            break
        next_cid += 1 + sum(more)
    return bool(next_cid >= count)


def merge_outlines(tables: Iterable[bytes]) -> bytes | None:
    """Return a table with all glyphs of several parts of one font, or None if they are not such parts.

    A glyph keeps its CID, its outline and its width. A font with subroutines is not merged.
    """
    known = KnownOutlines()
    try:
        return known.write(sorted(known.glyphs)) if all(map(known.add, tables)) else None
    except _FAULTS:
        return None


def read_outlines(table: bytes) -> tuple[Hashable, Mapping[int, object]] | None:
    """Return what is common to all glyphs of a table, and the outline of each by CID; None for an unusual table.

    Glyphs with equal ones are drawn alike.
    """
    known = KnownOutlines()
    try:
        is_usual = known.add(table)
    except _FAULTS:
        return None
    return ((known.font, repr(sorted(known.top.items()))), known.glyphs) if is_usual else None


def measure_outline(code: bytes) -> tuple[float, float, float, float] | None:
    """Return the left, bottom, right and top of an outline without subroutines, in the units of its font.

    Control points count. The result is None if the outline draws nothing. Raises ``ValueError`` for a broken one.
    """
    pen = ControlBoundsPen(None)
    try:
        T2CharString(code, private=_NoWidths, globalSubrs=[]).draw(pen)
    except _FAULTS as error:
        raise ValueError(code) from error
    return cast("tuple[float, float, float, float] | None", pen.bounds)


class _NoWidths:
    """The widths of a private dictionary, which do not move an outline."""

    nominalWidthX = defaultWidthX = 0  # noqa: N815 - names of fontTools


def _open(outlines: bytes | memoryview) -> CFFFontSet:
    fonts = CFFFontSet()
    fonts.decompile(_Reader(outlines), None)
    return fonts


class _Reader:
    """A table as a file for fontTools, without a copy of the 16 MB of a large font."""

    def __init__(self, table: bytes | memoryview) -> None:
        self._table = memoryview(table)
        self._place = 0

    def read(self, count: int) -> bytes:
        """Return the next bytes."""
        part = bytes(self._table[self._place : self._place + count])
        self._place += len(part)
        return part

    def seek(self, place: int) -> None:
        """Go to a place from the beginning."""
        self._place = place

    def tell(self) -> int:
        """Return the present place."""
        return self._place


def _list_cids(top: Node) -> list[int]:
    return [0, *(int(name.removeprefix("cid")) for name in top.charset[1:])]


@dataclass(slots=True)
class KnownOutlines:
    """The glyphs of a font that were read so far, by CID, each with its code and the key of its dictionary.

    ``dictionaries`` has the dictionaries of the font for groups of glyphs by key, each with the private dictionary.
    """

    font: str = ""
    name: str = ""
    top: dict[str, Node] = field(default_factory=dict)
    glyphs: dict[int, tuple[bytes, str]] = field(default_factory=dict)
    dictionaries: dict[str, tuple[dict[str, Node], dict[str, Node]]] = field(default_factory=dict)
    _written: dict[tuple[str, ...], "_Dictionaries"] = field(default_factory=dict)

    def add(self, table: bytes) -> bool:
        """Add the glyphs of a table. Return whether it is a part of the same font."""
        fonts = _open(table)
        top = fonts[0]
        pairs = [(_drop_places(held), _drop_places(held.Private)) for held in top.FDArray]
        keys = [repr([sorted(part.items()) for part in pair]) for pair in pairs]
        has_routines = fonts.GlobalSubrs or any(hasattr(held.Private, "Subrs") for held in top.FDArray)
        font = f"{fonts.fontNames} {top.ROS} {getattr(top, 'FontMatrix', None)}"
        if not self.font:
            self.font, self.name, self.top = font, fonts.fontNames[0], _drop_places(top)
        self.dictionaries = dict(zip(keys, pairs, strict=True)) | self.dictionaries
        index = top.CharStrings.charStringsIndex
        # An object of fontTools for each glyph would take longer than all else.
        codes = (table[index.offsetBase + start : index.offsetBase + end] for start, end in pairwise(index.offsets))
        groups = (keys[number] for number in top.FDSelect.gidArray)
        found = dict(zip(_list_cids(top), zip(codes, groups, strict=True), strict=True))
        is_same = all(self.glyphs.setdefault(cid, held) == held for cid, held in found.items())
        return bool(font == self.font and top.ROS == _ORDERING and not has_routines and is_same)

    def write(self, cids: Sequence[int]) -> bytes:
        """Return a table with these glyphs, which begin with 0, the glyph ".notdef"."""
        codes, keys = zip(*map(self.glyphs.__getitem__, cids), strict=True)
        numbers = {key: number for number, key in enumerate(sorted(set(keys)))}
        used = tuple(numbers)
        if used not in self._written:
            self._written[used] = _write_dictionaries(self.top, [self.dictionaries[key] for key in used])
        top, names, dictionaries, privates = self._written[used]
        charset = b"\0" + struct.pack(f">{len(cids) - 1}H", *cids[1:])
        select = bytes((0, *map(numbers.__getitem__, keys)))

        # The length of the first parts does not depend on the places that are written into them.
        def write_start(places: Sequence[int]) -> bytes:
            held = top + _write_places(zip(_TOP_PLACES, places, strict=True))
            return _HEADER + b"".join(map(_write_index, ([self.name.encode()], [held], names, [])))

        length = len(write_start([0] * len(_TOP_PLACES)))
        starts = list(accumulate(map(len, (charset, select, *privates)), initial=length))
        groups = [
            held + encodeNumber(len(private)) + _write_places([(_PRIVATE, start)])
            for held, private, start in zip(dictionaries, privates, starts[2:], strict=False)
        ]
        array = _write_index(groups)
        start = write_start((starts[0], starts[1], starts[-1], starts[-1] + len(array)))
        return b"".join((start, charset, select, *privates, array, _write_index(codes)))


_Dictionaries: TypeAlias = tuple[bytes, list[bytes], list[bytes], list[bytes]]
"""As they are written: that of the font, the names in all, those for groups of glyphs, and the private ones."""


def _write_dictionaries(
    top: dict[str, Node], pairs: Sequence[tuple[dict[str, Node], dict[str, Node]]]
) -> _Dictionaries:
    strings = IndexedStrings()
    first = _write_dictionary(top, topDictOperators, strings)
    held = [_write_dictionary(one, topDictOperators, strings) for one, _ in pairs]
    privates = [_write_dictionary(private, privateDictOperators, strings) for _, private in pairs]
    return first, [text.encode("latin-1") for text in strings.strings], held, privates


_TOP_PLACES = b"\x0f", b"\x0c\x25", b"\x0c\x24", b"\x11"  # charset, FDSelect, FDArray, CharStrings (chapter 9)
_PRIVATE = b"\x12"


def _drop_places(dictionary: Node) -> dict[str, Node]:
    return {name: value for name, value in dictionary.rawDict.items() if name not in _PLACES}


def _write_dictionary(entries: Mapping[str, Node], operators: Iterable[Node], strings: Node) -> bytes:
    """Return the entries of a dictionary (chapter 4) in the order of ``operators``, those of fontTools."""
    written = []
    for operator, name, kind, *_ in operators:
        if name in entries:
            values = [strings.getSID(one) if isinstance(one, str) else one for one in _list_values(entries[name], kind)]
            code = bytes(operator) if isinstance(operator, tuple) else bytes((operator,))
            written.append(b"".join(map(encodeNumber, values)) + code)
    return b"".join(written)


def _list_values(value: Node, kind: object) -> Iterator[Node]:
    """Yield the operands of an entry. A list of the ``kind`` delta has the difference of each to the one before."""
    values = list(value) if isinstance(value, list | tuple) else [value]
    before = [0, *values] if kind == "delta" else [0] * len(values)
    return (one if isinstance(one, str) else one - last for one, last in zip(values, before, strict=False))


def _write_places(places: Iterable[tuple[bytes, int]]) -> bytes:
    """Return entries whose numbers have a length that does not depend on their value."""
    return b"".join(struct.pack(">Bi", 29, place) + operator for operator, place in places)


def _write_index(items: Sequence[bytes]) -> bytes:
    """Return an INDEX (chapter 5)."""
    if not items:
        return b"\0\0"
    ends = list(accumulate(map(len, items), initial=1))
    size = (ends[-1].bit_length() + 7) // 8
    offsets = b"".join(end.to_bytes(size, "big") for end in ends)
    return b"".join((struct.pack(">HB", len(items), size), offsets, *items))
