"""The text that both formats of a letter must have, line by line, and how two texts are compared."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from petitioner.model.blocks import (
    Block,
    Emphasis,
    Footnote,
    Heading,
    Inline,
    Link,
    Listing,
    Paragraph,
    Quotation,
    Strong,
    Table,
    walk_text,
)
from petitioner.model.letter import Letter, PartName

_SAME = str.maketrans(
    {
        **dict.fromkeys("\u2010\u2011\u00ad", "-"),
        **dict.fromkeys("\u2013\u2014\u2015\u2500", "—"),
        **dict.fromkeys("\u301c\uff5e\u223c", "~"),
        **dict.fromkeys("\u30fb\u2022\u2027\uff65", "·"),
        "\u2206": "\u0394",
        **dict.fromkeys(map(chr, (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))), None),
    }
)
"""Signs that a font may draw by one shape, of which a PDF then knows one name; selectors of forms are left out."""

_BRACKETS = str.maketrans(")]}>»", "([{<«")

_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\U00010800-\U00010fff\U0001e800-\U0001efff]")
"""The blocks whose letters run from right to left (UAX #9, 3.2)."""

BULLET = "•"
"""The sign for every bullet of a list, whatever its shape."""


def normalize(text: str) -> str:
    """Return a text without blanks, and with one sign for all that share a shape."""
    return "".join(unicodedata.normalize("NFKC", text.translate(_SAME)).translate(_SAME).split())


def unify_brackets(text: str) -> str:
    """Replace every closing bracket by its opening one (UAX #9, L4).

    In right-to-left lines brackets are mirrored, so the two cannot be told apart.
    """
    return text.translate(_BRACKETS)


def is_right_to_left(text: str) -> bool:
    """Return whether any letter of a text runs from right to left, so that a PDF may hold it in another order."""
    return _RIGHT_TO_LEFT.search(text) is not None


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the frame, or a paragraph, an entry, a heading or a cell of the text; ``repeats`` on every page that a
    table goes on to. The number of a note is where it is referred to. ``entry`` is the number of the list that the line
    is in, and that of its entry there, from 0; an inner list is a part of the entry that it is in."""

    text: str
    repeats: bool = False
    entry: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class ExpectedText:
    """All words of a letter: ``lines`` in order, ``notes`` from 1, ``markers`` of its lists, and ``alternatives``, the
    words that stand for its pictures."""

    letterhead: tuple[Line, ...]
    lines: tuple[Line, ...]
    notes: tuple[str, ...]
    markers: tuple[str, ...]
    alternatives: tuple[str, ...]


def list_expected_text(letter: Letter, *, has_logo: bool) -> ExpectedText:
    """Return what a letter says."""
    writer = _Writer([], [])
    lines = tuple(writer.write_lines(letter))
    letterhead = tuple(Line(one.text) for one in letter.parts_above() if one.name is PartName.LETTERHEAD)
    logo = (letter.letterhead.name,) if has_logo else ()
    signed = tuple(signature.name for signature in letter.signatures if signature.image)
    return ExpectedText(letterhead, lines, tuple(writer.notes), tuple(writer.markers), (*logo, *signed))


@dataclass(frozen=True, slots=True)
class _Writer:
    """Writes lines, and puts the notes and the markers of lists aside that it meets."""

    notes: list[str]
    markers: list[str]

    def write_lines(self, letter: Letter) -> Iterator[Line]:
        yield from (Line(part.text) for part in letter.parts_above() if part.name is not PartName.LETTERHEAD)
        for number, block in enumerate(letter.body):
            if isinstance(block, Listing):
                yield from self._write_list(number, block)
            else:
                yield from self._write_blocks((block,))
        yield from map(Line, (*letter.signed, *(line for _, lines in letter.lists_below for line in lines)))

    def _write_list(self, number: int, block: Listing) -> Iterator[Line]:
        """Yield the lines of a list that is not within another block. ``number`` tells it from others."""
        for entry, item in enumerate(block.items):
            self.markers.append(f"{entry + 1}." if block.ordered else BULLET)
            for line in self._write_blocks(item):
                yield replace(line, entry=(number, entry))

    def _write_blocks(self, blocks: Iterable[Block]) -> Iterator[Line]:
        for block in blocks:
            match block:
                case Paragraph(content) | Heading(content):
                    yield Line(self._join(content))
                case Quotation(content):
                    yield from self._write_blocks(content)
                case Listing(ordered, items):
                    for number, item in enumerate(items, start=1):
                        self.markers.append(f"{number}." if ordered else BULLET)
                        yield from self._write_blocks(item)
                case Table(_, header, rows):
                    yield from (Line(self._join(cell), repeats=True) for cell in header)
                    yield from (Line(self._join(cell)) for row in rows for cell in row)

    def _join(self, content: Iterable[Inline]) -> str:
        return "".join(map(self._write_inline, content))

    def _write_inline(self, part: Inline) -> str:
        match part:
            case Footnote(inner):
                self.notes.append("".join(walk_text(inner)))
                return str(len(self.notes))
            case Strong(inner) | Emphasis(inner) | Link(_, inner):
                return self._join(inner)
            case _:
                return "".join(walk_text((part,)))
