"""The pages of a letter whose objects are kept, so that letters of the same shape need only what differs."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any, TypeAlias

from petitioner.render.pdf_internals.blocks import MarkedPage, find_words
from petitioner.render.pdf_internals.cid_fonts import Fonts
from petitioner.render.pdf_internals.documents import DocumentObjects
from petitioner.render.pdf_internals.file import pack, write_object
from petitioner.render.pdf_internals.memo import Memo
from petitioner.render.pdf_internals.placed import DrawnBlock, Key, NotAlikeError, PlacedBlock, draw_block, place_blocks
from petitioner.render.pdf_internals.recording import list_parts, merge_fonts
from petitioner.render.pdf_internals.slots import HEAD, is_doubtful
from petitioner.render.pdf_internals.writing import DrawnDocument

Node: TypeAlias = Any
"""A font of WeasyPrint, which has no types."""

_MEMORY = 500  # blocks with other words that are kept, those of about a hundred letters
_PACKED = 1 << 20  # bytes of parts of pages that are kept packed

_results: Memo[DrawnBlock] = Memo(_MEMORY)
_packed: Memo[list[tuple[int, bytes]]] = Memo(_PACKED)


class PreparedPages:
    """A letter that was rendered in full, and can be filled with other words. ``page`` is the same before layout."""

    def __init__(self, drawn: DrawnDocument, page: MarkedPage, words: Sequence[str]) -> None:
        self._drawn = drawn
        self._page = page
        self._words = tuple(words)
        self._objects = drawn.write_objects()
        self._others = DocumentObjects(drawn, page, words, self._objects)
        self._parts = {number: list_parts(pieces) for number, pieces in drawn.pages.items()}
        pieces = {(n, place): piece for n, held in drawn.pages.items() for place, piece in enumerate(held, 1)}
        self._fonts = {key: piece.fonts for key, piece in pieces.items() if not piece.is_filled}
        self._filled = {key: piece.fonts for key, piece in pieces.items() if piece.is_filled}
        self._merged = merge_fonts(self._fonts.values())
        self._blocks, self._margins = place_blocks(drawn, page, words)
        self._placed = self._others.words.union(*(block.words for block in self._blocks.values()))
        if not any(HEAD in find_words(line) for line in page.lines):
            self._placed |= {HEAD}  # a letter of one page has no running head

    def fill(self, words: Sequence[str]) -> bytes:
        """Return the PDF of a letter with other words. Raises NotAlikeError where its shape is or may be another."""
        changed = {number for number, pair in enumerate(zip(words, self._words, strict=True)) if pair[0] != pair[1]}
        self._require_certain(changed, words)
        blocks = [name for name, block in self._blocks.items() if not block.words.isdisjoint(changed)]
        new = [self._draw(name, self._blocks[name], words) for name in blocks]
        objects = list(self._objects)
        parts = {key: part for one in new for key, part in one.parts.items()}
        for number in {number for number, _ in parts}:
            places = tuple([place for held, place in parts if held == number])
            content = [parts.get((number, place), part) for place, part in self._list_parts(number, places)]
            objects[number - 1] = write_object(self._drawn.pdf.objects[number], content)
        changes = {key: fonts for one in new for key, fonts in one.fonts.items()}
        for number, thing in self._others.write(words, changed, self._list_fonts(changes)):
            objects[number - 1] = thing
        return self._drawn.write(objects)

    def _list_parts(self, number: int, changed: tuple[int, ...]) -> list[tuple[int, bytes]]:
        """Return the parts of a page with their places, and packed all those that are not ``changed``."""

        def make() -> list[tuple[int, bytes]]:
            made: list[tuple[int, bytes]] = []
            for is_changed, group in groupby(enumerate(self._parts[number]), key=lambda part: part[0] in changed):
                held = list(group)
                made += held if is_changed else [(-1, pack([part for _, part in held]))]
            return made

        return _packed.find((self, number, changed), make, lambda made: sum(2 * len(part) for _, part in made))

    def _list_fonts(self, changes: dict[Key, Fonts]) -> Iterator[Fonts]:
        """Yield the fonts of all pieces, those of filled lines last."""
        fixed = {key: fonts for key, fonts in changes.items() if key in self._fonts}
        yield from (self._fonts | fixed).values() if fixed else (self._merged,)
        yield from (self._filled | {key: fonts for key, fonts in changes.items() if key in self._filled}).values()

    def _require_certain(self, changed: set[int], words: Sequence[str]) -> None:
        """Raise NotAlikeError if it is not known how a changed word changes the PDF."""
        for number in changed:
            for word in (words[number], self._words[number]):
                if is_doubtful(word, is_head=number == HEAD):
                    raise NotAlikeError(f"'{word}' is not certainly set as other words are")
            if number not in self._placed:
                raise NotAlikeError(f"'{words[number]}' is in a place that is laid out with others")
            if any(self._words[number] in text for text in self._margins):
                raise NotAlikeError(f"'{self._words[number]}' is in the margin too")

    def _draw(self, name: object, block: PlacedBlock, words: Sequence[str]) -> DrawnBlock:
        key = self, name, tuple(words[number] for number in sorted(block.words))
        return _results.find(key, lambda: draw_block(block, self._page, words, self._words, self._drawn))
