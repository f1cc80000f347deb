"""The parts of a text after parsing: what the PDF, the DOCX and the plain text are all made from."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Plain:
    """Words without any mark-up."""

    text: str


@dataclass(frozen=True, slots=True)
class Strong:
    """Strong text: bold."""

    content: tuple["Inline", ...]


@dataclass(frozen=True, slots=True)
class Emphasis:
    """Words that are stressed: italic in Latin script, bold where italics are not used."""

    content: tuple["Inline", ...]


@dataclass(frozen=True, slots=True)
class Link:
    """Words that lead to an address on the web, which paper shows as they are."""

    target: str
    content: tuple["Inline", ...]


@dataclass(frozen=True, slots=True)
class LineBreak:
    """A break that the writer asked for."""


@dataclass(frozen=True, slots=True)
class Footnote:
    """A footnote, at the place of its number."""

    content: tuple["Inline", ...]


_LONGEST_WHOLE = 8  # rows

Inline = Plain | Strong | Emphasis | Link | LineBreak | Footnote


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text."""

    content: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading within the letter, one level under its subject."""

    content: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Quotation:
    """Somebody else's words, set off from the text."""

    content: tuple["Block", ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """A list with bullets, or numbered from 1."""

    ordered: bool
    items: tuple[tuple["Block", ...], ...]


class Alignment(StrEnum):
    """How a column of a table is set."""

    START = "start"
    CENTRE = "center"
    END = "end"


@dataclass(frozen=True, slots=True)
class Table:
    """A table: ``alignments`` per column, one ``header`` row, and ``rows`` of as many cells."""

    alignments: tuple[Alignment, ...]
    header: tuple[tuple[Inline, ...], ...]
    rows: tuple[tuple[tuple[Inline, ...], ...], ...]

    @property
    def stays_whole(self) -> bool:
        """Whether it is so short that no page break should part it."""
        return len(self.rows) <= _LONGEST_WHOLE


Block = Paragraph | Heading | Quotation | Listing | Table


def walk_text(content: tuple[Inline, ...]) -> Iterator[str]:
    """Yield the words of inline content in reading order, footnotes at the place of their number."""
    for part in walk_inlines(content):
        if isinstance(part, Plain | LineBreak):
            yield part.text if isinstance(part, Plain) else "\n"


def walk_inlines(content: Iterable[Inline]) -> Iterator[Inline]:
    """Yield every part of inline content, each before the parts within it."""
    for part in content:
        yield part
        if isinstance(part, Strong | Emphasis | Link | Footnote):
            yield from walk_inlines(part.content)


def walk_blocks(blocks: Iterable[Block]) -> Iterator[tuple[Inline, ...]]:
    """Yield the runs of inline content in reading order: one for each paragraph, heading and cell."""
    for block in blocks:
        match block:
            case Paragraph(content) | Heading(content):
                yield content
            case Quotation(inner):
                yield from walk_blocks(inner)
            case Listing(_, items):
                for item in items:
                    yield from walk_blocks(item)
            case Table(_, header, rows):
                yield from (cell for row in (header, *rows) for cell in row)


def split_notes(content: tuple[Inline, ...]) -> Iterator[str]:
    """Yield the words of inline content without its footnotes, then the words of each footnote."""
    notes: list[str] = []
    yield "".join(_take_out_notes(content, notes))
    yield from notes


def _take_out_notes(content: tuple[Inline, ...], notes: list[str]) -> Iterator[str]:
    for part in content:
        match part:
            case Footnote(inner):
                notes.append("".join(walk_text(inner)))
            case Strong(inner) | Emphasis(inner) | Link(_, inner):
                yield from _take_out_notes(inner, notes)
            case _:
                yield from walk_text((part,))
