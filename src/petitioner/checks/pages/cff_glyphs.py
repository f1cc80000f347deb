"""The glyphs of a font with CFF outlines, in the form in which the program embeds it (Adobe Technical Note 5176).

fontTools needs many times as long. So it reads only the first of the tables that are equal but for their glyphs. Of the
others, only the glyphs are read, here.
"""

import struct
from collections import OrderedDict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import cast

_START = 4  # bytes of the header
_PLACES = struct.Struct(">BiB BiH BiH BiB")
"""The places of charset, FDSelect, FDArray and CharStrings, at the end of the dictionary."""
_OPERATORS = 29, 0x0F, 29, 0x0C25, 29, 0x0C24, 29, 0x11  # 29 is before a number (chapter 4)
_PRIVATE = struct.Struct(">BiB")  # the place of a private dictionary, at the end of that of a group
_PRIVATE_OPERATORS = 29, 0x12
_NUMBERS = {1: "B", 2: "H", 4: "I"}
_MOST_FRAMES = 32
_FAULTS = struct.error, LookupError, ValueError, OverflowError

Glyph = tuple[bytes, str]
"""An outline, and the key of the dictionaries of its group."""

_known: OrderedDict[Hashable, tuple[Hashable, Mapping[int, str]]] = OrderedDict()


@dataclass(frozen=True, slots=True)
class _Table:
    """A table: all but its glyphs, and the CID, the number of the group and the outline of each glyph."""

    frame: Hashable
    cids: Sequence[int]
    groups: bytes
    codes: Sequence[bytes]

    def name_groups(self, keys: Mapping[int, str]) -> dict[int, Glyph]:
        """Return the glyphs, with the keys of their groups by number. Raises ``LookupError`` for another group."""
        return dict(zip(self.cids, zip(self.codes, map(keys.__getitem__, self.groups), strict=True), strict=True))


def read_glyphs(content: bytes) -> tuple[Hashable, Mapping[int, object]] | None:
    """Return what ``read_outlines`` returns."""
    try:
        table = _divide(content)
        common, keys = _known[table.frame]
        glyphs = table.name_groups(keys)
    except _FAULTS:
        return _read_in_full(content)
    return (common, glyphs) if len(glyphs) == len(table.cids) else _read_in_full(content)


def _read_in_full(content: bytes) -> tuple[Hashable, Mapping[int, object]] | None:
    """Read a table with fontTools, and remember all but the glyphs if the two readers find the same."""
    from petitioner.outlines import read_outlines  # noqa: PLC0415 - faster to load once WeasyPrint is loaded

    found = read_outlines(content)
    try:
        table = _divide(content)
        named = cast("Mapping[int, Glyph]", found[1] if found else {})
        keys = {group: named[cid][1] for cid, group in zip(table.cids, table.groups, strict=True)}
        if found and table.name_groups(keys) == named:
            _known[table.frame] = found[0], keys
            if len(_known) > _MOST_FRAMES:
                _known.popitem(last=False)
    except _FAULTS:
        pass
    return found


def _divide(content: bytes) -> _Table:
    """Divide a table. Raises one of ``_FAULTS`` for one in another form."""
    end = _skip_index(content, _skip_index(content, _START))
    written: tuple[int, ...] = _PLACES.unpack_from(content, end - _PLACES.size)
    charset, select, array, codes = written[1::3]
    operators = tuple(value for place, value in enumerate(written) if place % 3 != 1)
    count = int.from_bytes(content[codes : codes + 2])
    privates = select + 1 + count
    if operators != _OPERATORS or content[charset] or content[select]:
        raise ValueError(operators)
    frame = (
        content[: end - _PLACES.size],
        content[end:charset],
        content[privates:array],
        tuple(_move_private(item, privates) for item in _read_index(content, array)),
    )
    cids = 0, *struct.unpack_from(f">{count - 1}H", content, charset + 1)
    return _Table(frame, cids, content[select + 1 : privates], _read_index(content, codes))


def _move_private(group: bytes, start: int) -> tuple[bytes, int]:
    """Return the dictionary of a group, with the place of its private dictionary after ``start``."""
    number, place, operator = _PRIVATE.unpack(group[-_PRIVATE.size :])
    if (number, operator) != _PRIVATE_OPERATORS:
        raise ValueError(group)
    return group[: -_PRIVATE.size], place - start


def _skip_index(content: bytes, start: int) -> int:
    """Return the end of an INDEX (chapter 5)."""
    count, size = content[start] << 8 | content[start + 1], content[start + 2]
    if not count:
        return start + 2
    last = start + 3 + count * size
    return last + size + int.from_bytes(content[last : last + size]) - 1


def _read_index(content: bytes, start: int) -> list[bytes]:
    """Return the items of an INDEX."""
    count, size = struct.unpack_from(">HB", content, start)
    first, base = start + 3, start + 2 + (count + 1) * size
    if size in _NUMBERS:
        places = struct.unpack_from(f">{count + 1}{_NUMBERS[size]}", content, first)
    else:
        places = tuple(int.from_bytes(content[at : at + size]) for at in range(first, first + (count + 1) * size, size))
    return [content[base + one : base + other] for one, other in pairwise(places)]
