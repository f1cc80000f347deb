"""The objects of a PDF of this program, read strictly from its bytes (ISO 32000-1, 7.5).

This reader knows only the form in which the program writes its files. Anything else raises ``UnfamiliarFileError``.
The table of references is compared with the objects, so that every other reader finds the same objects.
"""

import re
import struct
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

_HEADER = b"%PDF-1.7\n%\xf0\x9f\x96\xa4\n"
_STREAM = re.compile(rb"(\d+) 0 obj\n(<<[^\n]*>>)\nstream\n")
_STREAM_END = b"\nendstream\nendobj\n"
_LENGTH = re.compile(rb"/Length (\d+)")
_CONTAINER = re.compile(rb"<</Type /ObjStm/N (\d+)/First (\d+)/Filter /FlateDecode/Length \d+>>")
_TABLE = re.compile(
    rb"<</Type /XRef/Index \[0 (\d+)\]/W \[1 4 2\]/Size (\d+)/Root (\d+) 0 R/Info (\d+) 0 R"
    rb"/ID \[[^\]]*\]/Filter /FlateDecode/Length \d+>>"
)
_END = b"startxref\n%d\n%%%%EOF\n"
_ROW = struct.Struct(">BIH")  # the fields of the table: 1, 4 and 2 bytes
_FREE, _PLAIN, _HELD = 0, 1, 2  # kinds of rows (7.5.8.3)


class UnfamiliarFileError(Exception):
    """A file does not have the form of this program's files. Another reader must read it."""


@dataclass(frozen=True, slots=True)
class Stream:
    """A stream: its dictionary, and its bytes as they are in the file, which are usually compressed."""

    description: bytes
    raw: bytes

    def read(self) -> bytes:
        """Return the content. Raises ``UnfamiliarFileError`` if it is not compressed by zlib alone."""
        if b"/Filter /FlateDecode" not in self.description or b"/DecodeParms" in self.description:
            raise UnfamiliarFileError("a stream is not compressed as usual")
        return _unpack(self.raw)


@dataclass(frozen=True, slots=True)
class PdfFile:
    """The objects and streams of a file by number, and the numbers of its catalog and its information."""

    objects: Mapping[int, bytes]
    streams: Mapping[int, Stream]
    catalog: int
    information: int

    def find(self, number: int, pattern: re.Pattern[bytes]) -> bytes:
        """Return the one match of a group in an object. Raises ``UnfamiliarFileError`` if there is not exactly one."""
        return find_one(self.objects.get(number, b""), pattern)

    def read_stream(self, number: int) -> bytes:
        """Return the content of a stream. Raises ``UnfamiliarFileError`` if it is not compressed by zlib alone."""
        if number not in self.streams:
            raise UnfamiliarFileError(f"{number} is not a stream")
        return self.streams[number].read()


def find_one(data: bytes, pattern: re.Pattern[bytes]) -> bytes:
    """Return the one match of a group in bytes. Raises ``UnfamiliarFileError`` if there is not exactly one."""
    matches = pattern.findall(data)
    if len(matches) != 1:
        raise UnfamiliarFileError(f"there are {len(matches)} of {pattern.pattern!r}")
    return bytes(matches[0])


def read_file(content: bytes) -> PdfFile:
    """Read all objects of a file. Raises ``UnfamiliarFileError`` if an object has another form."""
    streams, places, end = _read_streams(content)
    if len(streams) < 2:  # noqa: PLR2004 - the container of the objects, and the table
        raise UnfamiliarFileError("there are no objects")
    *_, container, table = streams
    found = _TABLE.fullmatch(streams[table].description)
    if not found or content[end:] != _END % places[table]:
        raise UnfamiliarFileError("the file does not end as usual")
    objects = _read_container(streams[container])
    count, size, catalog, information = map(int, found.groups())
    rows = {0: _ROW.pack(_FREE, 0, 0xFFFF), **_pack_held_rows(tuple(objects), container)}
    rows |= {number: _ROW.pack(_PLAIN, place, 0) for number, place in places.items()}
    if not len(objects) + len(streams) + 1 == len(rows) == count == size or rows.keys() != set(range(size)):
        raise UnfamiliarFileError("an object is missing, or is there twice")
    if _unpack(streams[table].raw) != b"".join([rows[number] for number in range(size)]):
        raise UnfamiliarFileError("the table of references is wrong")
    held = {number: stream for number, stream in streams.items() if number not in (container, table)}
    return PdfFile(objects, held, catalog, information)


@lru_cache(maxsize=32)  # files of one shape have objects with the same numbers
def _pack_held_rows(objects: Sequence[int], container: int) -> Mapping[int, bytes]:
    return {number: _ROW.pack(_HELD, container, place) for place, number in enumerate(objects)}


def _read_streams(content: bytes) -> tuple[dict[int, Stream], dict[int, int], int]:
    """Return all streams, their places in the file, and where the last one ends."""
    if not content.startswith(_HEADER):
        raise UnfamiliarFileError("the file does not begin as usual")
    streams: dict[int, Stream] = {}
    places: dict[int, int] = {}
    end = len(_HEADER)
    while found := _STREAM.match(content, end):
        number, description, start = int(found[1]), found[2], found.end()
        lengths = _LENGTH.findall(description)
        stop = start + int(lengths[0]) if len(lengths) == 1 else len(content)
        if number in streams or not content.startswith(_STREAM_END, stop):
            raise UnfamiliarFileError(f"stream {number} does not end as usual")
        streams[number], places[number] = Stream(description, content[start:stop]), end
        end = stop + len(_STREAM_END)
    return streams, places, end


def _read_container(container: Stream) -> dict[int, bytes]:
    """Return the objects in the stream of objects (7.5.7), in order."""
    found = _CONTAINER.fullmatch(container.description)
    if not found:
        raise UnfamiliarFileError("the objects are not in one stream")
    count, first = map(int, found.groups())
    content = _unpack(container.raw)
    try:
        numbers = [int(part) for part in content[:first].split()]
    except ValueError:
        raise UnfamiliarFileError("the objects have no numbers") from None
    starts = numbers[1::2]
    ends = [*starts[1:], len(content) - first]
    objects = {
        number: content[first + start : first + end]
        for number, start, end in zip(numbers[::2], starts, ends, strict=False)
    }
    if not len(numbers) == 2 * count == 2 * len(objects) or starts[:1] != [0] or starts != sorted(starts):
        raise UnfamiliarFileError("the objects are not in order")
    return objects


def _unpack(raw: bytes) -> bytes:
    try:
        return zlib.decompress(raw)
    except zlib.error:
        raise UnfamiliarFileError("a stream is damaged") from None
