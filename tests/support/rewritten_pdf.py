"""A PDF with a fault that is put into its objects, and that is otherwise in the form in which the program writes it."""

import re
from collections.abc import Callable
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
