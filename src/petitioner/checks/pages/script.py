"""What a letter says, line by line, as both of its formats must have it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from petitioner.model.blocks import (
    Block,
    Emphasis,
    Footnote,
    Heading,
    Inline,
    LineBreak,
    Link,
    Listing,
    Paragraph,
    Plain,
    Quotation,
    Strong,
    Table,
)
from petitioner.model.letter import Letter

BULLET = "•"
"""Stands for whatever sign begins an entry of a list that is not numbered."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the frame, or a paragraph, an entry, a heading or a cell of the text; ``repeats`` on every page that a
    table goes on to. The number of a note stands where it is called."""

    text: str
    repeats: bool = False


@dataclass(frozen=True, slots=True)
class Script:
    """All words of a letter: ``lines`` in order, ``notes`` from 1, ``markers`` of its lists, and ``alternatives``, the
    words that stand for its pictures."""

    letterhead: tuple[Line, ...]
    lines: tuple[Line, ...]
    notes: tuple[str, ...]
    markers: tuple[str, ...]
    alternatives: tuple[str, ...]


def write_script(letter: Letter, *, has_logo: bool) -> Script:
    """What a letter says."""
    writer = _Writer([], [])
    lines = tuple(writer.write_lines(letter))
    head = (letter.letterhead.name, *letter.letterhead.lines)
    logo = (letter.letterhead.name,) if has_logo else ()
    signed = tuple(signature.name for signature in letter.signatures if signature.image)
    return Script(tuple(map(Line, head)), lines, tuple(writer.notes), tuple(writer.markers), (*logo, *signed))


def list_signed(letter: Letter) -> tuple[str, ...]:
    """The lines from the closing to the last signature."""
    names = (line for person in letter.signatures for line in person.lines)
    return (letter.closing, letter.sender, *names)


def list_below(letter: Letter) -> tuple[str, ...]:
    """The lines below the signatures: who signs along, and what goes along."""
    cosigners = (letter.cosigners_label, *letter.cosigners) if letter.cosigners else ()
    enclosures = (letter.enclosures_label, *letter.enclosures) if letter.enclosures else ()
    return (*cosigners, *enclosures)


@dataclass(frozen=True, slots=True)
class _Writer:
    """Writes lines, and puts the notes and the markers of lists aside that it meets."""

    notes: list[str]
    markers: list[str]

    def write_lines(self, letter: Letter) -> Iterator[Line]:
        field = letter.address
        yield from (Line(spoken.text) for spoken in (field.return_line, *field.lines))
        above = (letter.date_line, letter.reference_line, letter.subject, letter.salutation, letter.opening)
        yield from (Line(text) for text in above if text)
        yield from self._write_blocks(letter.body)
        yield from map(Line, (*list_signed(letter), *list_below(letter)))

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

    def _join(self, content: Iterable[Inline], *, is_note: bool = False) -> str:
        return "".join(self._write_inline(part, is_note=is_note) for part in content)

    def _write_inline(self, part: Inline, *, is_note: bool) -> str:
        match part:
            case Plain(text):
                return text
            case LineBreak():
                return "\n"
            case Strong(inner) | Emphasis(inner) | Link(_, inner):
                return self._join(inner, is_note=is_note)
            case Footnote(inner):
                return self._join(inner, is_note=True) if is_note else self._put_aside(inner)

    def _put_aside(self, content: tuple[Inline, ...]) -> str:
        self.notes.append(self._join(content, is_note=True))
        return str(len(self.notes))
