"""The bytes of a PDF file (ISO 32000-1, 7.5): its objects, each stream compressed in parts.

A stream is compressed in parts that do not refer to each other. So a part that is equal in many letters, such as a
paragraph, is compressed once in the process. The file is the same as if it were compressed anew.
"""

import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from hashlib import md5
from itertools import starmap
from struct import Struct
from typing import Any, TypeAlias

from pydyf import Array, Dictionary, Stream, String

from petitioner.render.pdf_internals.memo import Memo

Node: TypeAlias = Any
"""An object of pydyf, which has no types."""

_HEADER = b"%PDF-1.7\n%\xf0\x9f\x96\xa4\n"
_MEMORY = 8 << 20  # bytes of parts that are kept, before and after they are compressed
_ZLIB_HEADER, _LAST_BLOCK = b"\x78\xda", b"\x03\x00"  # RFC 1950, 2.2; RFC 1951, 3.2.3: an empty block
_PART = 2048  # bytes: the least of a part of the object stream
_FIELDS, _ROW = (1, 4, 2), Struct(">BIH")  # bytes of the fields of the cross-reference stream

_compressed: Memo[bytes] = Memo(_MEMORY)


@dataclass(frozen=True, slots=True)
class WrittenObject:
    """An object as it is written. ``data`` is without number; only a stream is not in the object stream."""

    data: bytes
    is_stream: bool = False


def write_object(node: Node, parts: Sequence[bytes] = ()) -> WrittenObject:
    """Return an object of pydyf as it is written; ``parts`` are those of the content of a stream, if it has several."""
    if not isinstance(node, Stream):
        return WrittenObject(node.data)
    if not node.compress:  # such as a picture
        return WrittenObject(node.data, is_stream=True)
    return write_stream(node.extra, parts or getattr(node, "parts", ()) or (join_operators(node.stream),))


def join_operators(operators: Iterable[Node]) -> bytes:
    """Return the operators of a stream as pydyf writes them."""
    return bytes(Stream(list(operators)).data).partition(b"stream\n")[2].removesuffix(b"\nendstream")


def write_stream(extra: Mapping[str, Node], parts: Sequence[bytes]) -> WrittenObject:
    """Return a stream with the content ``parts``, each of which is compressed by itself."""
    content = compress(parts)
    described = Dictionary({**extra, "Filter": "/FlateDecode", "Length": len(content)})
    return WrittenObject(b"%b\nstream\n%b\nendstream" % (described.data, content), is_stream=True)


def compress(parts: Sequence[bytes]) -> bytes:
    """Return the parts, one after the other, in the format of zlib (RFC 1950)."""
    blocks = (_compressed.find(part, partial(_compress_part, part), partial(_measure, part)) for part in parts)
    return b"".join((_ZLIB_HEADER, *blocks, _LAST_BLOCK, zlib.adler32(b"".join(parts)).to_bytes(4)))


def _measure(part: bytes, compressed: bytes) -> int:
    return len(part) + len(compressed)


def _compress_part(part: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    return packer.compress(part) + packer.flush(zlib.Z_FULL_FLUSH)


def write_file(objects: Sequence[WrittenObject], catalog: int, info: int) -> bytes:
    """Return a file with the objects, whose numbers begin with 1; ``catalog`` and ``info`` are two of them."""
    pieces, position, places = [_HEADER], len(_HEADER), {}
    for number, thing in enumerate(objects, start=1):
        if thing.is_stream:
            pieces.append(b"%d 0 obj\n%b\nendobj\n" % (number, thing.data))
            places[number] = position
            position += len(pieces[-1])
    held = [(number, thing.data) for number, thing in enumerate(objects, start=1) if not thing.is_stream]
    container = len(objects) + 1
    pieces.append(b"%d 0 obj\n%b\nendobj\n" % (container, _write_object_stream(held).data))
    places[container] = position
    position += len(pieces[-1])
    entries = {number: (2, container, index) for index, (number, _) in enumerate(held)}
    entries |= {number: (1, place, 0) for number, place in places.items()}
    digest = String(md5(b"".join(pieces), usedforsecurity=False).hexdigest()).data
    described = {"Root": b"%d 0 R" % catalog, "Info": b"%d 0 R" % info, "ID": Array((digest, digest))}
    table = _write_references(entries, container + 1, position, described)
    pieces.append(b"%d 0 obj\n%b\nendobj\nstartxref\n%d\n%%%%EOF\n" % (container + 1, table.data, position))
    return b"".join(pieces)


def _write_object_stream(held: Sequence[tuple[int, bytes]]) -> WrittenObject:
    """Return an object stream (7.5.7)."""
    numbers, position = [], 0
    for number, data in held:
        numbers.append(b"%d %d" % (number, position))
        position += len(data) + 1
    head = b" ".join(numbers) + b"\n"
    described = Dictionary({"Type": "/ObjStm", "N": len(held), "First": len(head)})
    return write_stream(described, (head, *group_parts(data + b"\n" for _, data in held)))


def group_parts(parts: Iterable[bytes]) -> Iterator[bytes]:
    """Join parts until each has a size that is worth compressing."""
    joined, size = [], 0
    for part in parts:
        joined.append(part)
        size += len(part)
        if size >= _PART:
            yield b"".join(joined)
            joined, size = [], 0
    if joined:
        yield b"".join(joined)


def _write_references(
    entries: dict[int, tuple[int, int, int]], own: int, position: int, described: dict[str, Node]
) -> WrittenObject:
    """Return the cross-reference stream (7.5.8), whose number is ``own``."""
    rows = [(0, 0, 65535), *(entries[number] for number in range(1, own)), (1, position, 0)]
    table = b"".join(starmap(_ROW.pack, rows))
    extra = Dictionary(
        {"Type": "/XRef", "Index": Array((0, own + 1)), "W": Array(_FIELDS), "Size": own + 1, **described}
    )
    return write_stream(extra, (table,))
