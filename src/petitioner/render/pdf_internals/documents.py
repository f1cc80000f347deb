"""The objects of a PDF that belong to the whole letter: fonts, information, metadata and outline."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import partial
from typing import Any, TypeAlias
from xml.sax.saxutils import escape

from pydyf import Dictionary, String

from petitioner.render.pdf_internals.blocks import MarkedPage
from petitioner.render.pdf_internals.cid_fonts import CompactFont, Fonts
from petitioner.render.pdf_internals.file import WrittenObject, write_object
from petitioner.render.pdf_internals.font_objects import OBJECTS, build_fonts, merge_alike
from petitioner.render.pdf_internals.memo import Memo
from petitioner.render.pdf_internals.placed import NotAlikeError
from petitioner.render.pdf_internals.recording import merge_fonts
from petitioner.render.pdf_internals.slots import fill_marks, find_marks
from petitioner.render.pdf_internals.writing import DrawnDocument

Node: TypeAlias = Any
"""An object of WeasyPrint or pydyf, which have no types."""

Numbered: TypeAlias = tuple[int, WrittenObject]
"""An object with its number."""

_MEMORY = 2 << 20  # bytes of fonts that are kept
_OPTIONS = {"hinting": False, "pdf_version": "1.7"}  # as WeasyPrint has them for PDF/UA-1


def _measure(written: Iterable[Numbered]) -> int:
    return sum(len(thing.data) for _, thing in written)


_written: Memo[list[Numbered]] = Memo(_MEMORY)


class DocumentObjects:
    """These objects of a letter. ``words`` are the numbers of the words in them."""

    def __init__(
        self, drawn: DrawnDocument, page: MarkedPage, words: Sequence[str], objects: Sequence[WrittenObject]
    ) -> None:
        self._drawn = drawn
        self._page = page
        self._outline = [one for one in drawn.pdf.objects if isinstance(one, Dictionary) and "Dest" in one]
        self._metadata = self._read_metadata()
        self.words = frozenset().union(*map(find_marks, (page.title, *page.keywords, *page.bookmarks)))
        fonts = [piece.fonts for pieces in drawn.pages.values() for piece in pieces]
        same = [*self.write(words, self.words, fonts)]
        if len(self._outline) != len(page.bookmarks) or any(objects[number - 1] != one for number, one in same):
            raise NotAlikeError("the objects of the whole letter cannot be written again")

    def write(self, words: Sequence[str], changed: Collection[int], fonts: Iterable[Fonts]) -> Iterator[Numbered]:
        """Yield the objects that differ where some words are ``changed``. ``fonts`` are those of each piece: those
        of filled lines last, others in order.

        Raises NotAlikeError if the letter has other fonts.
        """
        used = merge_fonts(fonts)
        merged = {key: used[key] for key in self._drawn.document.fonts if key in used}
        if merged.keys() != self._drawn.document.fonts.keys() or any(font.missing for font in merged.values()):
            raise NotAlikeError("the letter has other fonts")
        yield from self._write_fonts(merged)
        if not self.words.isdisjoint(changed):
            yield from self._write_description(words)
        for entry, label in zip(self._outline, self._page.bookmarks, strict=False):
            if not find_marks(label).isdisjoint(changed):
                title = String(fill_marks(label, words))
                yield entry.number, write_object(Dictionary({**entry, "Title": title}))

    def _write_description(self, words: Sequence[str]) -> Iterator[Numbered]:
        """Yield information dictionary and metadata, with the title and the keywords."""
        info = self._drawn.pdf.info
        title, keywords = (fill_marks(text, words) for text in (self._page.title, ", ".join(self._page.keywords)))
        described = {"Title": String(title), "Keywords": String(keywords)}
        yield info.number, write_object(Dictionary({**info, **described}))
        number, stream, text = self._metadata
        content = fill_marks(text, words, escape).encode()
        yield number, write_object(stream, [content])

    def _read_metadata(self) -> tuple[int, Node, str]:
        """Return the number, the stream and the text of the metadata, with marks for words."""
        known = self._drawn.document.metadata
        known.title, known.keywords = self._page.title, self._page.keywords
        made = _Objects(int(self._drawn.pdf.catalog["Metadata"].split()[0]))
        known.include_in_pdf(made, "ua", 1, None, True)  # noqa: FBT003 - the signature of WeasyPrint
        (stream,) = made.objects
        return stream.number, stream, stream.stream[0].decode()

    def _write_fonts(self, fonts: Fonts) -> Iterator[Numbered]:
        """Yield the objects of the fonts, which are before the dictionary of all fonts."""
        last = next(one["Font"] for one in self._drawn.pdf.objects if isinstance(one, Dictionary) and "Font" in one)
        alike = merge_alike(fonts.values())
        first = int(last.split()[0]) - OBJECTS * len(alike)
        for number, font in enumerate(alike.values()):
            key = self, number, font.glyphs
            yield from _written.find(key, partial(_write_font, font, first + OBJECTS * number), _measure)


def _write_font(font: CompactFont, first: int) -> list[Numbered]:
    made = _Objects(first)
    build_fonts(made, {None: font}, True, True, _OPTIONS)  # noqa: FBT003 - the signature of WeasyPrint
    return list(made.write())


class _Objects:
    """Takes objects as a PDF of pydyf does, and numbers them from ``first``."""

    def __init__(self, first: int) -> None:
        self._first = first
        self.objects: list[Node] = []
        self.catalog: dict[str, Node] = {}

    def add_object(self, thing: Node) -> None:
        """Number and keep an object."""
        thing.number = self._first + len(self.objects)
        self.objects.append(thing)

    def write(self) -> Iterator[Numbered]:
        """Yield the objects as they are written."""
        return ((thing.number, write_object(thing)) for thing in self.objects)
