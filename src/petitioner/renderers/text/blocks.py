"""The text of a letter: paragraphs, headings, quotations, lists, tables and notes, as lines."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

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
    walk_text,
)
from petitioner.renderers.text.lines import Column, hang
from petitioner.renderers.text.tables import write_table

_QUOTE = "> "
_BULLET = "- "


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes blocks into a column; ``notes`` gather what the footnotes say, in the order of their calls."""

    column: Column
    notes: list[str]

    def write_all(self, blocks: Iterable[Block]) -> Iterator[list[str]]:
        """Yield the lines of each block."""
        return (self._write(block) for block in blocks)

    def write_notes(self) -> list[str]:
        """Return the lines of all notes that were called, with their numbers."""
        numbered = ((f"[{number}] ", note) for number, note in enumerate(self.notes, start=1))
        return [line for mark, note in numbered for line in self.column.indent(mark, note)]

    def _write(self, block: Block) -> list[str]:
        match block:
            case Paragraph(content):
                return self.column.wrap(self._spell(content))
            case Heading(content):
                lines = self.column.wrap(self._spell(content))
                return [*lines, "-" * max(map(self.column.measure, lines))]
            case Quotation(content):
                return self._quote(content)
            case Listing():
                return list(self._list(block))
            case Table(alignments, header, rows):
                cells = [[self._spell(cell) for cell in row] for row in (header, *rows)]
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
        """Return the blocks of an entry: a list follows its words at once, a further paragraph after an empty line."""
        lines: list[str] = []
        for block in item:
            lines += [""] if lines and not isinstance(block, Listing) else []
            lines += self._write(block)
        return lines

    def _spell(self, content: Iterable[Inline]) -> str:
        return "".join(map(self._spell_part, content))

    def _spell_part(self, part: Inline) -> str:
        match part:
            case Plain(text):
                return text
            case LineBreak():
                return "\n"
            case Strong(inner) | Emphasis(inner):
                return self._spell(inner)
            case Link(target, inner):
                words = self._spell(inner)
                return words if _leads_where_it_says(target, inner) else f"{words} <{target}>"
            case Footnote(inner):
                self.notes.append("")
                number = len(self.notes)
                self.notes[number - 1] = self._spell(inner)
                return f"[{number}]"


def _leads_where_it_says(target: str, content: tuple[Inline, ...]) -> bool:
    """Whether a link's words are its address, from which a reader may leave the scheme and the last stroke away."""
    address = target.partition(":")[2].removeprefix("//").removesuffix("/")
    words = "".join(walk_text(content))
    return words.partition("://")[2].removesuffix("/") == address or words.removesuffix("/") == address


def _join(parts: Iterable[list[str]]) -> list[str]:
    lines: list[str] = []
    for part in parts:
        lines += [*([""] if lines else []), *part]
    return lines
