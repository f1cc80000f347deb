"""The text that the PDF and the DOCX of a letter must have, line by line, and how texts are normalized to compare."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

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
from petitioner.model.limits import KEPT_TEXTS

_SAME_GLYPH = str.maketrans(
    {
        **dict.fromkeys("\u2010\u2011\u00ad", "-"),
        **dict.fromkeys("\u2013\u2014\u2015\u2500", "—"),
        **dict.fromkeys("\u301c\uff5e\u223c", "~"),
        **dict.fromkeys("\u30fb\u2022\u2027\uff65", "·"),
        "\u2206": "\u0394",
        **dict.fromkeys(map(chr, (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))), None),
    }
)
"""Characters that a font may draw by one glyph, for which a PDF then has one character; selectors are removed."""

_OPENING_BRACKETS = str.maketrans(")]}>»", "([{<«")

_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\U00010800-\U00010fff\U0001e800-\U0001efff]")
"""The blocks whose letters run from right to left (UAX #9, 3.2)."""

_ABOVE_ADDRESS = (PartName.LETTERHEAD, PartName.RETURN_LINE)

BULLET = "•"
"""The character for every bullet of a list, whatever its shape."""


@lru_cache(maxsize=KEPT_TEXTS)  # a letter's lines are compared several times, and letters share most of them
def normalize_text(text: str) -> str:
    """Return a text without blanks, and with one character for all that may share a glyph."""
    joined = "".join(text.translate(_SAME_GLYPH).split())  # first, as a blank keeps characters from being composed
    return "".join(unicodedata.normalize("NFKC", joined).translate(_SAME_GLYPH).split())


def unify_brackets(text: str) -> str:
    """Replace every closing bracket by its opening one (UAX #9, L4).

    In right-to-left lines brackets are mirrored, so the two cannot be told apart.
    """
    return text.translate(_OPENING_BRACKETS)


@lru_cache(maxsize=KEPT_TEXTS)
def is_right_to_left(text: str) -> bool:
    """Return whether a text has a right-to-left letter, so that a PDF may contain it in another order."""
    return _RIGHT_TO_LEFT.search(text) is not None


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the letterhead, or a paragraph, list entry, heading or table cell of the text.

    ``repeats``: it is in a table head, which is printed on each page of the table. The text has the numbers of notes.
    ``entry`` is the number of the list around the line, and that of its entry there, from 0. A list within an entry is
    a part of that entry.
    """

    text: str
    repeats: bool = False
    entry: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class ExpectedText:
    """All text of a letter: ``lines`` in order, footnotes, ``markers`` of lists, and alternative texts of pictures.

    ``return_line`` is the small line of the sender in a window, which the PDF has as an artifact.
    """

    letterhead: tuple[Line, ...]
    return_line: tuple[Line, ...]
    lines: tuple[Line, ...]
    notes: tuple[str, ...]
    markers: tuple[str, ...]
    alternatives: tuple[str, ...]


def list_expected_text(letter: Letter, *, has_logo: bool) -> ExpectedText:
    """Return the text that the files of a letter must have."""
    writer = _LineWriter([], [])
    lines = tuple(writer.write_lines(letter))
    letterhead, return_line = (
        tuple(Line(one.text) for one in letter.parts_above() if one.name is name) for name in _ABOVE_ADDRESS
    )
    logo = (letter.letterhead.name,) if has_logo else ()
    signed = tuple(signature.name for signature in letter.signatures if signature.image)
    return ExpectedText(letterhead, return_line, lines, tuple(writer.notes), tuple(writer.markers), (*logo, *signed))


@dataclass(frozen=True, slots=True)
class _LineWriter:
    """Writes the lines of a letter, and collects its notes and the markers of its lists."""

    notes: list[str]
    markers: list[str]

    def write_lines(self, letter: Letter) -> Iterator[Line]:
        yield from (Line(part.text) for part in letter.parts_above() if part.name not in _ABOVE_ADDRESS)
        for number, block in enumerate(letter.body):
            if isinstance(block, Listing):
                yield from self._write_list(number, block)
            else:
                yield from self._write_blocks((block,))
        yield from map(Line, (*letter.signed, *(line for _, lines in letter.lines_below for line in lines)))

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
                    yield Line(self._format_inlines(content))
                case Quotation(content):
                    yield from self._write_blocks(content)
                case Listing(ordered, items):
                    for number, item in enumerate(items, start=1):
                        self.markers.append(f"{number}." if ordered else BULLET)
                        yield from self._write_blocks(item)
                case Table(_, header, rows):
                    yield from (Line(self._format_inlines(cell), repeats=True) for cell in header)
                    yield from (Line(self._format_inlines(cell)) for row in rows for cell in row)

    def _format_inlines(self, content: Iterable[Inline]) -> str:
        return "".join(map(self._format_inline, content))

    def _format_inline(self, part: Inline) -> str:
        match part:
            case Footnote(inner):
                self.notes.append("".join(walk_text(inner)))
                return str(len(self.notes))
            case Strong(inner) | Emphasis(inner) | Link(_, inner):
                return self._format_inlines(inner)
            case _:
                return "".join(walk_text((part,)))
