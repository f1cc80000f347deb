"""Read only the lines in which a PDF differs from a similar one that was read before.

Two files have the same *shape* if they differ only in lines of text, in fonts, and in what no page shows: title,
metadata and the table of references. Every other byte of their objects is equal. A line with the same operators, and
with the same glyphs in its font, is the same line. All other lines are read from their operators and fonts.

PDFium reads a file in full before others are read by its shape. If any line of that file is not read alike from its
operators, no file of its shape is read so. Any other doubt causes a full reading, too.
"""

import re
from collections import OrderedDict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import chain

from petitioner.checks.pages.embedded_fonts import (
    EmbeddedFont,
    FontParts,
    find_alike,
    find_glyph_objects,
    find_parts,
    open_font,
)
from petitioner.checks.pages.pdf_file import PdfFile, UnfamiliarFileError, read_file
from petitioner.checks.pages.pdf_lines import Matrix, are_same, divide_runs, find_matrices, read_line
from petitioner.checks.pages.pdf_reader import Page, Run, read_pages
from petitioner.model.limits import KEPT_TEXTS
from petitioner.model.theme import MM_PER_PT

_SHAPES = 24  # the most that are kept
_MOST = 0.5  # of all lines: where more differ, a full reading is faster

_START, _END = b"BT\n", b"ET\n"  # of a line (ISO 32000-1, 9.4)
_SHOWN = re.compile(rb"<([0-9a-f]+)>")
_FONT_NAME = re.compile(rb"\n/(\w+) ")
_PAGES, _METADATA = re.compile(rb"/Pages (\d+) 0 R"), re.compile(rb"/Metadata (\d+) 0 R")
_KIDS, _PAGE = re.compile(rb"/Kids \[([^\]]*)\]"), b"<</Type /Page/"
_CONTENTS = re.compile(rb"/Contents (\d+ 0 R|\[[^\]]*\])")
_RESOURCES, _FONTS = re.compile(rb"/Resources (\d+) 0 R"), re.compile(rb"/Font (\d+) 0 R")
_NAMED_FONTS = re.compile(rb"<<(?:/\w+ \d+ 0 R)*>>\n?")
_NAMED_FONT = re.compile(rb"/(\w+) (\d+) 0 R")
_REFERENCE = re.compile(rb"(\d+) 0 R")
_BOOKMARK = b"<</Title "
_BOOKMARK_TITLE = re.compile(rb"<</Title (?:<[0-9a-f]*>|\((?:[^()\\]|\\.)*\))(?=/Dest \[)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class _Drawn:
    """What the pages of a file draw. ``shape`` is all that is equal in files of the same shape.

    ``pages`` are the streams of each page. ``parts`` are, by stream, the bytes between its lines, and the lines.
    ``fonts`` are the fonts by their names in the lines.
    """

    shape: Hashable
    pages: tuple[tuple[int, ...], ...]
    parts: Mapping[int, tuple[tuple[bytes, ...], list[bytes]]]
    fonts: Mapping[bytes, FontParts]

    def list_lines(self) -> list[list[bytes]]:
        """Return the lines of each page."""
        return [[line for number in page for line in self.parts[number][1]] for page in self.pages]

    def find_matrices(self) -> list[list[Matrix]]:
        """Return the transformation at each line of each page. Raises ``UnfamiliarFileError``."""
        return [list(find_matrices(self._join_between(page))) for page in self.pages]

    def _join_between(self, page: Iterable[int]) -> list[bytes]:
        """Return what is between the lines of a page, which may begin in one stream and end in the next."""
        joined = [b""]
        for number in page:
            first, *others = self.parts[number][0]
            joined[-1] += b"\n" + first
            joined += others
        return joined

    def get_font(self, name: bytes) -> EmbeddedFont:
        """Return a font by its name in lines. Raises ``UnfamiliarFileError``."""
        if name not in self.fonts:
            raise UnfamiliarFileError("a line has an unknown font")
        return open_font(self.fonts[name])


def _split_lines(content: bytes) -> tuple[tuple[bytes, ...], list[bytes]]:
    """Return what is between the lines of a stream, and the lines. Raises ``UnfamiliarFileError``."""
    first, *others = content.split(_START)
    parts = [part.partition(_END) for part in others]
    if not all(end for _, end, _ in parts):
        raise UnfamiliarFileError("a line has no end")
    return (first, *(between for _, _, between in parts)), [line for line, _, _ in parts]


def _read_drawn(content: bytes) -> _Drawn:
    """Read what the pages of a file draw. Raises ``UnfamiliarFileError``."""
    file = read_file(content)
    tree = int(file.find(file.catalog, _PAGES))
    numbers = list(map(int, _REFERENCE.findall(file.find(tree, _KIDS))))
    if not all(file.objects.get(number, b"").startswith(_PAGE) for number in numbers):
        raise UnfamiliarFileError("the pages are not in one list")
    pages = tuple(tuple(map(int, _REFERENCE.findall(file.find(number, _CONTENTS)))) for number in numbers)
    parts = {number: _split_lines(file.read_stream(number)) for page in pages for number in page}
    objects = {name: find_glyph_objects(file, font) for name, font in _find_fonts(file, numbers)}
    described = {number for font in objects.values() for number in font}
    varying = {*parts, *described, file.information, int(file.find(file.catalog, _METADATA))}
    shape = (
        file.catalog,
        tuple(
            (number, _hide_title(data) if data.startswith(_BOOKMARK) else data)
            for number, data in file.objects.items()
            if number not in varying
        ),
        tuple((number, stream) for number, stream in file.streams.items() if number not in varying),
        tuple((number, between) for number, (between, _) in parts.items()),
    )
    return _Drawn(shape, pages, parts, {name: find_parts(file, numbers) for name, numbers in objects.items()})


def _hide_title(data: bytes) -> bytes:
    """Return a bookmark without its title, which no page shows."""
    return _BOOKMARK_TITLE.sub(_BOOKMARK, data)


def _find_fonts(file: PdfFile, pages: Sequence[int]) -> Iterator[tuple[bytes, int]]:
    """Yield the name of each font in the content of pages, and its number."""
    held = {int(file.find(int(file.find(page, _RESOURCES)), _FONTS)) for page in pages}
    named = file.objects.get(held.pop(), b"")
    if held or not _NAMED_FONTS.fullmatch(named):
        raise UnfamiliarFileError("the fonts are not named as usual")
    yield from ((name, int(number)) for name, number in _NAMED_FONT.findall(named))


class KnownPages:
    """The pages of the files that were read in full last, by their shape."""

    def __init__(self) -> None:
        self._known: OrderedDict[Hashable, _Known | _Unprepared] = OrderedDict()

    def read(self, content: bytes) -> tuple[Page, ...]:
        """Return every page of a PDF. Raises ``UnreadablePageError`` if PDFium cannot read it."""
        try:
            drawn = _read_drawn(content)
        except UnfamiliarFileError:
            return read_pages(content)
        known = self._find(drawn.shape)
        return (known and known.read(drawn)) or self._read_in_full(content, drawn)

    def read_in_full(self, content: bytes) -> tuple[Page, ...]:
        """Return every page of a PDF without using any other file. Raises ``UnreadablePageError`` as ``read`` does."""
        try:
            return self._read_in_full(content, _read_drawn(content))
        except UnfamiliarFileError:
            return read_pages(content)

    def _read_in_full(self, content: bytes, drawn: _Drawn) -> tuple[Page, ...]:
        pages = read_pages(content)
        self._known.setdefault(drawn.shape, _Unprepared(pages, drawn))
        self._known.move_to_end(drawn.shape)
        if len(self._known) > _SHAPES:
            self._known.popitem(last=False)
        if not any(run.missing_glyphs for page in pages for run in page.runs):
            return pages
        known = self._find(drawn.shape)  # the glyphs are read from the fonts, too
        return known.pages if known else pages

    def _find(self, shape: Hashable) -> "_Known | None":
        """Return what is known of a shape, which is prepared for its second letter: for some there is no other."""
        known = self._known.get(shape)
        if not isinstance(known, _Unprepared):
            return known
        prepared = _Known.remember(known.pages, known.drawn)
        if prepared:
            self._known[shape] = prepared
        else:
            del self._known[shape]  # the next file of this shape may be a usual one
        return prepared


@dataclass(frozen=True, slots=True)
class _Unprepared:
    """The pages of a file that was read in full, and what it draws."""

    pages: tuple[Page, ...]
    drawn: _Drawn


@dataclass(frozen=True, slots=True)
class _Known:
    """The pages of a file that was read in full, and its fonts.

    For each page it has the operators of the lines, their runs, and the transformation at each.
    """

    pages: tuple[Page, ...]
    lines: list[list[bytes]]
    runs: list[list[tuple[Run, ...]]]
    matrices: list[list[Matrix]]
    fonts: Mapping[bytes, FontParts]

    @classmethod
    def remember(cls, pages: tuple[Page, ...], drawn: _Drawn) -> "_Known | None":
        """Return the pages of a file, or None if its lines are not read alike from their operators."""
        lines = drawn.list_lines()
        try:
            runs = [divide_runs(page.runs, its) for page, its in zip(pages, lines, strict=True)]
            known = cls(pages, lines, runs, drawn.find_matrices(), drawn.fonts)
            again = known._read_lines(drawn, lines, [set(range(len(its))) for its in lines])
        except UnfamiliarFileError:
            return None
        pairs = [list(zip(page.runs, other.runs, strict=True)) for page, other in zip(pages, again, strict=True)]
        if not all(are_same(*pair) for page in pairs for pair in page):
            return None
        if not any(run.missing_glyphs for page in pages for run in page.runs):
            return known
        drawn_pages = tuple(
            replace(page, runs=tuple(_agree_on_missing(*pair) for pair in its))
            for page, its in zip(pages, pairs, strict=True)
        )
        return cls.remember(drawn_pages, drawn) if drawn_pages != pages else known

    def read(self, drawn: _Drawn) -> tuple[Page, ...] | None:
        """Return the pages of a file of the same shape, or None if it must be read in full."""
        lines = drawn.list_lines()
        changed = self._find_changed_lines(drawn, lines)
        if sum(map(len, changed)) > _MOST * sum(map(len, lines)):
            return None
        if any(
            run.depends_on_place for runs, its in zip(self.runs, changed, strict=True) for n in its for run in runs[n]
        ):
            return None
        try:
            return self._read_lines(drawn, lines, changed)
        except UnfamiliarFileError:
            return None

    def _read_lines(self, drawn: _Drawn, lines: list[list[bytes]], changed: list[set[int]]) -> tuple[Page, ...]:
        """Return the pages with some of their lines read from their operators. Raises ``UnfamiliarFileError``."""
        pages = list(self.pages)
        for number, places in enumerate(changed):
            page, runs, matrices = pages[number], list(self.runs[number]), self.matrices[number]
            height = page.boxes[0].height / MM_PER_PT
            for place in places:
                runs[place] = read_line(lines[number][place], drawn.get_font, matrices[place], runs[place], height)
            pages[number] = replace(page, runs=tuple(chain.from_iterable(runs))) if places else page
        return tuple(pages)

    def _find_changed_lines(self, drawn: _Drawn, lines: list[list[bytes]]) -> list[set[int]]:
        """Return the places of the lines of each page that have other operators, or other glyphs in their font."""
        pairs = [list(zip(old, now, strict=True)) for old, now in zip(self.lines, lines, strict=True)]
        equal = [before for page in pairs for before, line in page if before == line]
        new = {name for name, font in self.fonts.items() if not _is_alike(name, font, drawn.fonts[name], equal)}
        return [
            {place for place, (old, now) in enumerate(page) if old != now or (new and _read_glyphs(now)[0] in new)}
            for page in pairs
        ]


def _agree_on_missing(run: Run, other: Run) -> Run:
    """Return a run with the missing glyphs that both have. PDFium finds no glyph for a character that shares one."""
    return replace(run, missing_glyphs="".join(one for one in run.missing_glyphs if one in other.missing_glyphs))


def _is_alike(name: bytes, font: FontParts, other: FontParts, lines: Iterable[bytes]) -> bool:
    """Return whether two fonts with this name in lines are alike in these lines."""
    if font == other:
        return True
    try:
        alike = find_alike(font, other)
    except UnfamiliarFileError:
        return False
    return all(alike.issuperset(glyphs) for own, glyphs in map(_read_glyphs, lines) if own == name)


@lru_cache(maxsize=KEPT_TEXTS)
def _read_glyphs(line: bytes) -> tuple[bytes, frozenset[int]]:
    """Return the name of the font of a line, and the glyphs that it draws. Each is written as two bytes."""
    name = _FONT_NAME.search(line)
    shown = b"".join(_SHOWN.findall(line))
    glyphs = (int(shown[place : place + 4], 16) for place in range(0, len(shown), 4))
    return name[1] if name else b"", frozenset(glyphs)
