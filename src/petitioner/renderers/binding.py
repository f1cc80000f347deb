"""Blanks at which no line may end, as between a number and what it counts: U+00A0 in both formats.

The letter itself keeps plain blanks, so that what is approved, compared and sent as text is what its writer typed.
"""

import re
from dataclasses import replace

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
from petitioner.model.locale import Locale

_NO_BREAK = "\u00a0"


def bind_words(letter: Letter, locale: Locale) -> Letter:
    """The letter with the blanks in its running text bound that its language keeps unbroken."""
    if locale.unbroken is None:
        return letter
    pattern = re.compile(locale.unbroken)
    return replace(
        letter,
        subject=_bind(letter.subject, pattern),
        salutation=letter.salutation and _bind(letter.salutation, pattern),
        opening=letter.opening and _bind(letter.opening, pattern),
        body=tuple(_bind_block(block, pattern) for block in letter.body),
        enclosures=tuple(_bind(line, pattern) for line in letter.enclosures),
    )


def _bind(text: str, pattern: re.Pattern[str]) -> str:
    return pattern.sub(lambda found: found.group().replace(" ", _NO_BREAK), text)


def _bind_block(block: Block, pattern: re.Pattern[str]) -> Block:
    match block:
        case Paragraph(content) | Heading(content):
            return replace(block, content=_bind_inlines(content, pattern))
        case Quotation(content):
            return Quotation(_bind_blocks(content, pattern))
        case Listing(ordered, items):
            return Listing(ordered, tuple(_bind_blocks(item, pattern) for item in items))
        case Table(alignments, header, rows):
            return Table(alignments, _bind_cells(header, pattern), tuple(_bind_cells(row, pattern) for row in rows))


def _bind_blocks(blocks: tuple[Block, ...], pattern: re.Pattern[str]) -> tuple[Block, ...]:
    return tuple(_bind_block(block, pattern) for block in blocks)


def _bind_cells(cells: tuple[tuple[Inline, ...], ...], pattern: re.Pattern[str]) -> tuple[tuple[Inline, ...], ...]:
    return tuple(_bind_inlines(cell, pattern) for cell in cells)


def _bind_inlines(content: tuple[Inline, ...], pattern: re.Pattern[str]) -> tuple[Inline, ...]:
    return tuple(_bind_inline(part, pattern) for part in content)


def _bind_inline(part: Inline, pattern: re.Pattern[str]) -> Inline:
    match part:
        case Plain(text):
            return Plain(_bind(text, pattern))
        case LineBreak():
            return part
        case Strong(content) | Emphasis(content) | Link(_, content) | Footnote(content):
            return replace(part, content=_bind_inlines(content, pattern))
