"""A PDF with a fault that is put into its objects, and that is otherwise in the form in which the program writes it."""

import re
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from petitioner.checks.pages.pdf_file import PdfFile, read_file
from petitioner.render.pdf_internals.file import WrittenObject, compress, write_file

_LINE = re.compile(rb"BT\n.*?ET\n", re.DOTALL)


@dataclass
class Parts:
    """The objects of a file, and the content of its streams, by number; both may be changed."""

    objects: dict[int, bytes]
    streams: dict[int, bytes]

    def find(self, words: bytes) -> int:
        """The number of the first object or stream with these words."""
        return next(number for number, data in {**self.objects, **self.streams}.items() if words in data)

    def replace(self, old: bytes, new: bytes) -> None:
        """Exchange words wherever they are."""
        for held in (self.objects, self.streams):
            held.update({number: data.replace(old, new) for number, data in held.items()})

    def list_lines(self) -> list[bytes]:
        """The operators of each line of the pages."""
        return [line for data in self.streams.values() for line in _LINE.findall(data)]


def rewrite(content: bytes, change: Callable[[Parts], None]) -> bytes:
    file = read_file(content)
    parts = Parts(dict(file.objects), {number: file.read_stream(number) for number in file.streams})
    change(parts)
    numbers = range(1, max(*parts.objects, *parts.streams) + 1)
    return write_file([_write(file, parts, number) for number in numbers], file.catalog, file.information)


def _write(file: PdfFile, parts: Parts, number: int) -> WrittenObject:
    if number in parts.objects:
        return WrittenObject(parts.objects[number].removesuffix(b"\n"))
    packed = compress([parts.streams[number]])
    described = re.sub(rb"/Length \d+", b"/Length %d" % len(packed), file.streams[number].description)
    return WrittenObject(b"%b\nstream\n%b\nendstream" % (described, packed), is_stream=True)


def replace_streams(content: bytes, contents: Mapping[int, bytes]) -> bytes:
    """A file with an update at its end (7.5.6), in which some streams have other content."""
    (size,) = map(int, re.findall(rb"/Size (\d+)", content))
    pieces, position = [content], len(content)
    places: dict[int, int] = {}
    for number, new in contents.items():
        pieces.append(b"%d 0 obj\n<</Length %d>>\nstream\n%b\nendstream\nendobj\n" % (number, len(new), new))
        places[number] = position
        position += len(pieces[-1])
    places[size] = position
    rows = b"".join(struct.pack(">BIH", 1, place, 0) for place in places.values())
    before = content.split(b"\n")[-3]
    described = b"/Type /XRef/W [1 4 2]/Root %d 0 R/Size %d/Prev %b" % (read_file(content).catalog, size + 1, before)
    index = b" ".join(b"%d 1" % number for number in places)
    table = b"<<%b/Index [%b]/Length %d>>\nstream\n%b\nendstream" % (described, index, len(rows), rows)
    pieces.append(b"%d 0 obj\n%b\nendobj\nstartxref\n%d\n%%%%EOF\n" % (size, table, position))
    return b"".join(pieces)
