"""The bytes of a PDF file (ISO 32000-1, 7.5): its objects, each stream compressed in parts.

A stream is compressed in parts that do not refer to each other. So a part that is equal in many letters, such as a
paragraph, is compressed once in the process. The file is the same as if it were compressed anew.
"""

import zlib
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha1
from itertools import accumulate
from struct import Struct
from typing import Any, TypeAlias

from pydyf import Array, Dictionary, Stream, String

from petitioner.render.pdf_internals.memo import Memo

Node: TypeAlias = Any
"""An object of pydyf, which has no types."""

_HEADER = b"%PDF-1.7\n%\xf0\x9f\x96\xa4\n"
_MEMORY = 4 << 20  # bytes of parts that are kept, before and after they are compressed
_ZLIB_HEADER, _LAST_BLOCK = b"\x78\xda", b"\x03\x00"  # RFC 1950, 2.2; RFC 1951, 3.2.3: an empty block
_PART = 2048  # bytes: the least of a part of the object stream
_BEST, _QUICK, _NONE = 9, 4, 0  # levels of zlib; the second needs half the time, for what differs from file to file
_FIELDS, _ROW = (1, 4, 2), Struct(">BIH")  # bytes of the fields of the cross-reference stream
_IN_STREAM, _HELD = 1, 2  # kinds of rows of it: at a place in the file, in an object stream

_compressed: Memo[bytes] = Memo(_MEMORY)


@dataclass(frozen=True, slots=True)
class WrittenObject:
    """An object as it is written. ``data`` is without number; only a stream is not in the object stream."""

    data: bytes
    is_stream: bool = False


def write_object(node: Node, parts: Sequence[bytes] = ()) -> WrittenObject:
    """Return an object of pydyf as it is written; ``parts`` are those of the content of a stream, if it has several.

    A stream with the attribute ``is_dense`` would hardly become shorter by compression, and is not compressed.
    """
    if not isinstance(node, Stream):
        return WrittenObject(node.data)
    if not node.compress:  # such as a picture
        return WrittenObject(node.data, is_stream=True)
    level = _NONE if getattr(node, "is_dense", False) else _BEST
    return write_stream(node.extra, parts or (join_operators(node.stream),), level)


def join_operators(operators: Iterable[Node]) -> bytes:
    """Return the operators of a stream as pydyf writes them."""
    return bytes(Stream(list(operators)).data).partition(b"stream\n")[2].removesuffix(b"\nendstream")


def write_stream(extra: Mapping[str, Node], parts: Sequence[bytes], level: int = _BEST) -> WrittenObject:
    """Return a stream with the content ``parts``, each of which is compressed by itself."""
    content = compress(parts, level)
    described = Dictionary(extra).data.removesuffix(b">>")
    head = b"%b/Filter /FlateDecode/Length %d>>" % (described, len(content))
    return WrittenObject(b"%b\nstream\n%b\nendstream" % (head, content), is_stream=True)


class Packed(bytes):
    """Parts that are compressed already: ``blocks`` are what they become with the best level."""

    blocks: bytes


def pack(parts: Sequence[bytes]) -> Packed:
    """Return parts that are equal in many streams, one after the other."""
    packed = Packed(b"".join(parts))
    packed.blocks = b"".join(_compress_part(_BEST, part) for part in parts)
    return packed


def compress(parts: Sequence[bytes], level: int = _BEST) -> bytes:
    """Return the parts, one after the other, in the format of zlib (RFC 1950)."""
    blocks, check = [_ZLIB_HEADER], 1
    for part in parts:
        check = zlib.adler32(part, check)
        blocks.append(part.blocks if isinstance(part, Packed) else _compress_part(level, part))
    return b"".join((*blocks, _LAST_BLOCK, check.to_bytes(4)))


def _compress_part(level: int, part: bytes) -> bytes:
    known = _compressed.recall((level, part))
    if known is not None:
        return known
    packer = zlib.compressobj(level, zlib.DEFLATED, -zlib.MAX_WBITS)
    block = packer.compress(part) + packer.flush(zlib.Z_FULL_FLUSH)
    _compressed.keep((level, part), block, len(part) + len(block))
    return block


def write_file(objects: Sequence[WrittenObject], catalog: int, info: int) -> bytes:
    """Return a file with the objects, whose numbers begin with 1; ``catalog`` and ``info`` are two of them."""
    streams = [(number, thing.data) for number, thing in enumerate(objects, start=1) if thing.is_stream]
    held = [(number, thing.data) for number, thing in enumerate(objects, start=1) if not thing.is_stream]
    container = len(objects) + 1
    streams.append((container, _write_object_stream(held).data))
    pieces = [_HEADER, *(b"%d 0 obj\n%b\nendobj\n" % stream for stream in streams)]
    *places, position = accumulate(map(len, pieces))
    rows = bytearray(_write_held_rows(tuple([number for number, _ in held]), container))
    for (number, _), place in zip([*streams, (container + 1, b"")], [*places, position], strict=True):
        _ROW.pack_into(rows, number * _ROW.size, _IN_STREAM, place, 0)
    digest = String(sha1(b"".join(pieces), usedforsecurity=False).hexdigest()).data
    described = {"Root": b"%d 0 R" % catalog, "Info": b"%d 0 R" % info, "ID": Array((digest, digest))}
    table = _write_references(bytes(rows), described)
    pieces.append(b"%d 0 obj\n%b\nendobj\nstartxref\n%d\n%%%%EOF\n" % (container + 1, table.data, position))
    return b"".join(pieces)


def _write_object_stream(held: Sequence[tuple[int, bytes]]) -> WrittenObject:
    """Return an object stream (7.5.7)."""
    numbers, contents = zip(*held, strict=True)
    places = [0, *accumulate([len(data) + 1 for data in contents])]
    head = b" ".join([b"%d %d" % pair for pair in zip(numbers, places, strict=False)]) + b"\n"
    described = Dictionary({"Type": "/ObjStm", "N": len(held), "First": len(head)})
    return write_stream(described, (head, *_group_parts(contents, places)), _QUICK)


def _group_parts(contents: Sequence[bytes], places: Sequence[int]) -> Iterator[bytes]:
    """Join objects, which begin at ``places``, until each part has a size that is worth compressing."""
    first = 0
    while first < len(contents):
        last = bisect_left(places, places[first] + _PART)
        yield b"\n".join((*contents[first:last], b""))
        first = last


@lru_cache(maxsize=64)  # equal for all letters of a shape
def _write_held_rows(numbers: tuple[int, ...], container: int) -> bytes:
    """Return the rows of the cross-reference stream (7.5.8), those of the objects in an object stream filled in."""
    rows = bytearray(_ROW.pack(0, 0, 65535) + bytes(_ROW.size * (container + 1)))
    for index, number in enumerate(numbers):
        _ROW.pack_into(rows, number * _ROW.size, _HELD, container, index)
    return bytes(rows)


def _write_references(rows: bytes, described: dict[str, Node]) -> WrittenObject:
    """Return the cross-reference stream."""
    size = len(rows) // _ROW.size
    extra = {"Type": "/XRef", "Index": Array((0, size)), "W": Array(_FIELDS), "Size": size, **described}
    return write_stream(extra, (rows,), _QUICK)
