"""The parts of a text after parsing, from which PDF, DOCX and plain text are made."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Plain:
    """Text without markup."""

    text: str


@dataclass(frozen=True, slots=True)
class Strong:
    """Strong text: bold."""

    content: tuple["Inline", ...]


@dataclass(frozen=True, slots=True)
class Emphasis:
    """Emphasized text: italic in Latin script, bold in scripts without italics."""

    content: tuple["Inline", ...]


@dataclass(frozen=True, slots=True)
class Link:
    """A link to a web address; on paper only its text is shown."""

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
    """A quotation, indented."""

    content: tuple["Block", ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """A list with bullets, or numbered from 1."""

    ordered: bool
    items: tuple[tuple["Block", ...], ...]


class Alignment(StrEnum):
    """The alignment of a table's column."""

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
        """Whether it is so short that it should be on one page."""
        return len(self.rows) <= _LONGEST_WHOLE


Block = Paragraph | Heading | Quotation | Listing | Table


def walk_text(content: tuple[Inline, ...]) -> Iterator[str]:
    """Yield the text of inline content in reading order; a footnote is at the place of its number."""
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
    """Yield the inline content of each paragraph, heading and table cell, in reading order."""
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
    """Yield the text of inline content without its footnotes, then the text of each footnote."""
    notes: list[str] = []
    yield "".join(_separate_notes(content, notes))
    yield from notes


def _separate_notes(content: tuple[Inline, ...], notes: list[str]) -> Iterator[str]:
    for part in content:
        match part:
            case Footnote(inner):
                notes.append("".join(walk_text(inner)))
            case Strong(inner) | Emphasis(inner) | Link(_, inner):
                yield from _separate_notes(inner, notes)
            case _:
                yield from walk_text((part,))
