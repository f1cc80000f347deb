"""Zip archives of the parts of a DOCX: equal parts give equal bytes, and packed parts can be copied.

zipfile cannot copy a packed member from one archive to another. The format is that of PKWARE's APPNOTE 6.3, chapter 4,
as zipfile writes it.
"""

import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from io import BytesIO
from struct import Struct
from zipfile import ZipFile

_FIRST = "[Content_Types].xml"
_LEVEL = 3  # half the time of level 6, and 2 % larger
_RAW = -zlib.MAX_WBITS  # without the header of a zlib stream
_VERSION, _FLAGS, _DEFLATED = 20, 0, 8
_EPOCH = (0, 0x21)  # midnight on 1 January 1980, the earliest time in a zip archive
_MODE = 0o600 << 16  # of the unpacked file, as zipfile sets it
_SHARED = (_VERSION, _FLAGS, _DEFLATED, *_EPOCH)
_HEADER = Struct("<4s5H3L2H")
_ENTRY = Struct("<4s6H3L5HL")
_PLACE = Struct("<L")
_END = Struct("<4s4H2LH")


@dataclass(frozen=True, slots=True)
class Member:
    """A packed part: with its header, and its entry in the directory, before and after its place in the archive."""

    content: bytes
    entry: bytes
    name: bytes


def pack_part(name: str, content: bytes) -> Member:
    """Deflate a part (RFC 1951)."""
    packed = zlib.compress(content, _LEVEL, _RAW)
    written = name.encode()
    described = (*_SHARED, zlib.crc32(content), len(packed), len(content), len(written), 0)
    header = _HEADER.pack(b"PK\3\4", *described)
    return Member(header + written + packed, _ENTRY.pack(b"PK\1\2", _VERSION, *described, 0, 0, 0, _MODE), written)


def write_package(members: Iterable[Member]) -> bytes:
    """Return the archive of some members, in their order."""
    contents: list[bytes] = []
    directory: list[bytes] = []
    place = 0
    for member in members:
        contents.append(member.content)
        directory += member.entry, _PLACE.pack(place), member.name
        place += len(member.content)
    entries = b"".join(directory)
    end = _END.pack(b"PK\5\6", 0, 0, len(contents), len(contents), len(entries), place, 0)
    return b"".join((*contents, entries, end))


def sort_names(names: Iterable[str]) -> list[str]:
    """Return the names of parts in the order of a package: content types first (ECMA-376-2, 10.3.7), then by name."""
    return sorted(names, key=lambda name: (name != _FIRST, name))


def pack(parts: Mapping[str, bytes]) -> bytes:
    """Zip the parts of a package."""
    return write_package(pack_part(name, parts[name]) for name in sort_names(parts))


def unpack(package: bytes) -> dict[str, bytes]:
    """Return the parts of a package by name."""
    with ZipFile(BytesIO(package)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}
