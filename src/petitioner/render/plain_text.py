"""Letters as plain text: broken lines, lists, tables and footnotes."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from uniseg.linebreak import line_break_boundaries
from uniseg.wrap import tt_text_extents

from petitioner.model.blocks import (
    Alignment,
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
    walk_text,
)
from petitioner.model.letter import Letter
from petitioner.model.locale import Locale

_NARROWEST = 24  # columns: deeply nested text is not made narrower
# A web address must not be broken; a footnote number stays with the word before it.
_WHOLE = re.compile(r"<?[a-z]+:/?/?[!-~]*[!-~]|(?<=\S)\[\d+\]")
_WORD = re.compile(r"\S+")
_GAP = "  "

Cells = list[list[str]]
_QUOTE = "> "
_BULLET = "- "
_WIDTH = 72  # columns: quoted twice in replies it stays under the 78 of RFC 5322, 2.1.1
_STEP = "  "


@dataclass(frozen=True, slots=True)
class TextColumn:
    """A column of text, ``width`` half-width characters wide.

    Widths are those of UAX #11, of clusters that of their first character. Ambiguous characters such as “ and … are
    wide if ``is_wide``. ``keeps_words`` is for Korean, whose words UAX #14 would break anywhere.
    """

    width: int
    is_wide: bool
    keeps_words: bool

    def narrow(self, by: int) -> "TextColumn":
        """Return the column without a margin."""
        return replace(self, width=max(self.width - by, _NARROWEST))

    def measure(self, text: str) -> int:
        """Return the width of a text in half-width characters."""
        return self._extents(text)[-1] if text else 0

    def pad(self, text: str, width: int) -> str:
        """Return the spaces that fill a text up to ``width``."""
        return " " * (width - self.measure(text))

    def wrap(self, text: str) -> list[str]:
        """Break a text into lines without spaces at their ends, at line feeds and where UAX #14 allows it.

        What cannot be broken is longer than the column.
        """
        return [row for line in text.split("\n") for row in self._fill(line.strip())]

    def indent(self, mark: str, text: str) -> list[str]:
        """Break a text into lines beside a mark before the first of them."""
        return hang(mark, self.narrow(self.measure(mark)).wrap(text), self)

    def find_breaks(self, line: str) -> Iterator[int]:
        """Yield the positions where a line may be broken, and its end."""
        kept = [found.span() for found in _WHOLE.finditer(line)]
        if self.keeps_words:
            words = (found.span() for found in _WORD.finditer(line))
            kept += [(start, end) for start, end in words if self.measure(line[start:end]) <= self.width]
        inner = {place for start, end in kept for place in range(start + (line[start] != "["), end)}
        return (place for place in line_break_boundaries(line) if place and place not in inner)

    def _fill(self, line: str) -> Iterator[str]:
        extents = [0, *self._extents(line)]
        start = last = 0
        for end in self.find_breaks(line):
            if extents[len(line[:end].rstrip())] - extents[start] > self.width and last > start:
                yield line[start:last].rstrip()
                start = last
            last = end
        yield line[start:]

    def _extents(self, text: str) -> list[int]:
        return list(tt_text_extents(text, ambiguous_as_wide=self.is_wide))


def hang(mark: str, lines: list[str], column: TextColumn) -> list[str]:
    """Put a mark before the first line, and as many spaces before the others."""
    margin = " " * column.measure(mark)
    return [((margin if number else mark) + line).rstrip() for number, line in enumerate(lines)]


def write_table(cells: Cells, alignments: tuple[Alignment, ...], column: TextColumn) -> list[str]:
    """Return a table as one line for each row, or if it is too wide as lines of ``header: cell``."""
    cells = [[cell.strip() for cell in row] for row in cells]
    widths = [max(map(column.measure, cell)) for cell in zip(*cells, strict=True)]
    fits = sum(widths) + len(_GAP) * (len(widths) - 1) <= column.width
    if not fits or any("\n" in cell for row in cells for cell in row):
        return list(_write_row_by_row(cells, column))
    aligned = ((_align(*cell, column) for cell in zip(row, alignments, widths, strict=True)) for row in cells)
    header, *rows = (_GAP.join(row).rstrip() for row in aligned)
    return [header, _GAP.join("-" * width for width in widths), *rows]


def _align(cell: str, alignment: Alignment, width: int, column: TextColumn) -> str:
    blanks = column.pad(cell, width)
    match alignment:
        case Alignment.START:
            return cell + blanks
        case Alignment.END:
            return blanks + cell
        case Alignment.CENTRE:
            half = len(blanks) // 2
            return blanks[:half] + cell + blanks[half:]


def _write_row_by_row(cells: Cells, column: TextColumn) -> Iterator[str]:
    header, *rows = cells
    for number, row in enumerate(rows or [[""] * len(header)]):
        if number:
            yield ""
        for name, cell in zip(header, row, strict=True):
            yield from column.indent("", f"{name}: {cell}" if name else cell)


@dataclass(frozen=True, slots=True)
class TextWriter:
    """Writes blocks into a column. ``notes`` are the footnotes so far, in order."""

    column: TextColumn
    notes: list[str]

    def write_all(self, blocks: Iterable[Block]) -> Iterator[list[str]]:
        """Yield the lines of each block."""
        return (self._write(block) for block in blocks)

    def write_notes(self) -> list[str]:
        """Return the lines of all footnotes, with their numbers."""
        numbered = ((f"[{number}] ", note) for number, note in enumerate(self.notes, start=1))
        return [line for mark, note in numbered for line in self.column.indent(mark, note)]

    def _write(self, block: Block) -> list[str]:
        match block:
            case Paragraph(content):
                return self.column.wrap(self._format_inline(content))
            case Heading(content):
                lines = self.column.wrap(self._format_inline(content))
                return [*lines, "-" * max(map(self.column.measure, lines))]
            case Quotation(content):
                return self._quote(content)
            case Listing():
                return list(self._list(block))
            case Table(alignments, header, rows):
                cells = [[self._format_inline(cell) for cell in row] for row in (header, *rows)]
                return write_table(cells, alignments, self.column)

    def _quote(self, blocks: tuple[Block, ...]) -> list[str]:
        inner = replace(self, column=self.column.narrow(len(_QUOTE)))
        lines = _join(inner.write_all(blocks))
        return [(_QUOTE + line).rstrip() for line in lines]

    def _list(self, listing: Listing) -> Iterator[str]:
        count = len(listing.items)
        numbers = [f"{number}." for number in range(1, count + 1)]
        marks = [number.ljust(len(numbers[-1]) + 1) for number in numbers] if listing.ordered else [_BULLET] * count
        for mark, item in zip(marks, listing.items, strict=True):
            inner = replace(self, column=self.column.narrow(len(mark)))
            yield from hang(mark, inner._write_item(item), self.column)  # noqa: SLF001 - another of our own kind

    def _write_item(self, item: tuple[Block, ...]) -> list[str]:
        """Return the lines of an entry: a list follows directly, a further paragraph after an empty line."""
        lines: list[str] = []
        for block in item:
            lines += [""] if lines and not isinstance(block, Listing) else []
            lines += self._write(block)
        return lines

    def _format_inline(self, content: Iterable[Inline]) -> str:
        return "".join(map(self._format_part, content))

    def _format_part(self, part: Inline) -> str:
        match part:
            case Plain(text):
                return text
            case LineBreak():
                return "\n"
            case Strong(inner) | Emphasis(inner):
                return self._format_inline(inner)
            case Link(target, inner):
                words = self._format_inline(inner)
                return words if _shows_target(target, inner) else f"{words} <{target}>"
            case Footnote(inner):
                self.notes.append("")
                number = len(self.notes)
                self.notes[number - 1] = self._format_inline(inner)
                return f"[{number}]"


def _shows_target(target: str, content: tuple[Inline, ...]) -> bool:
    """Whether a link's words are its address, with or without the scheme and the last slash."""
    address = target.partition(":")[2].removeprefix("//").removesuffix("/")
    words = "".join(walk_text(content))
    return words.partition("://")[2].removesuffix("/") == address or words.removesuffix("/") == address


def _join(parts: Iterable[list[str]]) -> list[str]:
    lines: list[str] = []
    for part in parts:
        lines += [*([""] if lines else []), *part]
    return lines


def render_note(note: Letter, locale: Locale) -> str:
    """Return a covering note as the body of an e-mail, with the sender's address at the end."""
    writer = _open_writer(locale)
    column = writer.column
    greeting = [column.wrap(line) for line in (note.salutation, note.opening) if line]
    body = list(writer.write_all(note.body))
    signed = [_wrap_all((person.name, person.title), column) for person in note.signatures]
    ending = [column.wrap(note.closing), column.wrap(note.sender), *signed, _wrap_all(note.letterhead.lines, column)]
    notes = [writer.write_notes()] if writer.notes else []
    return _join_parts((*greeting, *body, *ending, *notes, column.wrap(note.reference_line)))


def render_text(letter: Letter, locale: Locale) -> str:
    """Return the letter in lines of at most 72 columns, unless a line cannot be broken.

    It leaves out what only paper needs: the return line, space for signatures, pictures and page numbers. Emphasis is
    not shown. Footnotes are at the end.
    """
    writer = _open_writer(locale)
    parts = [*_write_head(letter, writer.column), *writer.write_all(letter.body), *_write_ending(letter, writer.column)]
    notes = (writer.write_notes(),) if writer.notes else ()
    return _join_parts((*parts, *notes))


def _open_writer(locale: Locale) -> TextWriter:
    east_asian = locale.fonts.docx_east_asian is not None
    return TextWriter(TextColumn(_WIDTH, is_wide=east_asian, keeps_words=locale.layout.keep_words), [])


def _join_parts(parts: Iterable[list[str]]) -> str:
    return "\n\n".join("\n".join(part) for part in parts if part) + "\n"


def _write_head(letter: Letter, column: TextColumn) -> Iterator[list[str]]:
    yield _wrap_all((letter.letterhead.name, *letter.letterhead.lines), column)
    yield _wrap_all((line.text for line in letter.address.lines), column)
    dated = () if letter.is_dated_below else (letter.date_line,)
    yield _wrap_all((*dated, letter.reference_line), column)
    for line in (letter.subject, letter.salutation, letter.opening):
        if line:
            yield column.wrap(line)


def _write_ending(letter: Letter, column: TextColumn) -> Iterator[list[str]]:
    yield column.wrap(letter.closing)
    yield column.wrap(letter.sender)
    for person in letter.signatures:
        yield _wrap_all((person.name, person.title), column)
    if letter.is_dated_below:
        yield column.wrap(letter.date_line)
    if letter.enclosures:
        titles = (column.indent(_STEP, title) for title in letter.enclosures)
        yield [*column.wrap(letter.enclosures_label), *(line for lines in titles for line in lines)]
    if letter.authoritative:
        yield column.wrap(letter.authoritative)


def _wrap_all(lines: Iterator[str] | tuple[str, ...], column: TextColumn) -> list[str]:
    return [row for line in lines for row in column.wrap(line)]
