"""The shape of a letter: the same letter with a placeholder for each text that differs from recipient to recipient.

Two letters with equal shapes have the same paragraphs, lists, tables, notes, pictures and fields. What has no
placeholder is compared word by word, so a letter with another table, note or signature has another shape.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from petitioner.model.blocks import (
    Block,
    Emphasis,
    Heading,
    Inline,
    Link,
    Listing,
    Paragraph,
    Plain,
    Quotation,
    Strong,
)
from petitioner.model.letter import AddressField, Letter, LocalizedLine
from petitioner.model.locale import Direction
from petitioner.render.docx.document import LONGEST_PROPERTY
from petitioner.render.docx.elements import LetterContext
from petitioner.render.docx.fields import split_varying
from petitioner.render.docx.text_runs import has_right_to_left, split_by_hint, split_names

COLUMN = 77_000_000
"""The width in twips that is a placeholder for that of the column with the date: no other number is so large."""

TITLE, DATE_COLUMN, ADDRESS_COLUMN = "\ue000\ue001\ue002"
"""The placeholders for the title of the document, and for two widths."""

_FIRST, _LAST = 0xE000, 0xF8FF  # characters for private use, each the placeholder for one text
_REFUSED = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that are not allowed in XML (XML 1.0, 2.2), or that are written as a reference."""

Split = Callable[[str], Iterator[tuple[str, bool]]]
"""A function that splits a text into runs, each with whether it has another setting."""

Texts = list[tuple[str, Split | None]]
"""Texts in the order of their placeholders, each with the function that splits it; None for one run."""


def describe_shape(context: LetterContext, title: str) -> tuple[Letter, Texts] | None:
    """Return the shape of a letter, and its texts in the order of the placeholders.

    None for a letter whose runs do not follow from each of these texts alone: it may run from right to left, or have a
    character that XML refuses.
    """
    letter, column = context.letter, context.date_column
    if context.locale.direction is Direction.RIGHT_TO_LEFT or not 0 < len(letter.reference) <= LONGEST_PROPERTY:
        return None
    texts: Texts = [(title[:LONGEST_PROPERTY], None), (str(column), None), (str(context.text_width - column), None)]
    shape = _Writer(context, texts).replace_texts(letter)
    is_simple = len(texts) <= _LAST - _FIRST and all(_is_simple(text) for text, _ in texts)
    return (shape, texts) if is_simple and _have_same_fields(letter, shape) else None


def _have_same_fields(letter: Letter, shape: Letter) -> bool:
    """Return whether the lines of a shape have fields where those of the letter have them, and nowhere else."""
    swapped = {letter.reference: shape.reference}
    lines, others = ((one.reference_line, one.running_head, one.date_line, *one.signed) for one in (letter, shape))
    return all(
        [swapped.get(piece, piece) for piece in split_varying(line, (letter.date_line, letter.reference))]
        == split_varying(other, (shape.date_line, shape.reference))
        for line, other in zip(lines, others, strict=True)
    )


@lru_cache(maxsize=4096)
def _is_simple(text: str) -> bool:
    return not _REFUSED.search(text) and not has_right_to_left(text)


@dataclass(frozen=True, slots=True)
class _Writer:
    """Replaces texts by placeholders, and collects them."""

    context: LetterContext
    texts: Texts

    def replace_texts(self, letter: Letter) -> Letter:
        split = split_by_hint if self.context.is_east_asian else None
        reference = self._take(letter.reference, split)
        address = letter.address
        return replace(
            letter,
            recipient="",
            stem="",
            reference=reference,
            reference_line=letter.reference_line.replace(letter.reference, reference),
            running_head=letter.running_head.replace(letter.reference, reference),
            address=AddressField(
                address.return_line,
                tuple(map(self._replace_line, address.lines)),
                address.pitch,
                has_window=address.has_window,
            ),
            subject=self._take(letter.subject, split),
            salutation=letter.salutation and self._take(letter.salutation, split),
            opening=letter.opening and self._take(letter.opening, split),
            body=self._replace_blocks(letter.body),
        )

    def _take(self, text: str, split: Split | None) -> str:
        """Add a text, and return its placeholder; an empty text, which may have no run, stays."""
        if not text:
            return text
        self.texts.append((text, split))
        return chr(_FIRST + len(self.texts) - 1)

    def _replace_line(self, line: LocalizedLine) -> LocalizedLine:
        split = split_by_hint if self.context.has_east_asian_font(line.language) else None
        return LocalizedLine(self._take(line.text, split), line.language, line.is_name, line.goes_on)

    def _replace_blocks(self, blocks: tuple[Block, ...]) -> tuple[Block, ...]:
        return tuple(map(self._replace_block, blocks))

    def _replace_block(self, block: Block) -> Block:
        match block:
            case Paragraph(content):
                return Paragraph(self._replace_inlines(content))
            case Heading(content):
                return Heading(self._replace_inlines(content))
            case Quotation(content):
                return Quotation(self._replace_blocks(content))
            case Listing(ordered, items):
                return Listing(ordered, tuple(map(self._replace_blocks, items)))
            case _:  # the columns of a table are as wide as its words
                return block

    def _replace_inlines(self, content: tuple[Inline, ...]) -> tuple[Inline, ...]:
        return tuple(map(self._replace_inline, content))

    def _replace_inline(self, part: Inline, *, is_marked: bool = False) -> Inline:
        match part:
            case Plain(text):
                return Plain(self._take(text, self._choose_split(is_marked=is_marked)))
            case Strong(content):
                return Strong(self._replace_marked(content))
            case Emphasis(content):
                return Emphasis(self._replace_marked(content))
            case Link(target, content):
                return Link(target, self._replace_marked(content))
            case _:
                return part

    def _replace_marked(self, content: tuple[Inline, ...]) -> tuple[Inline, ...]:
        return tuple(self._replace_inline(part, is_marked=True) for part in content)

    def _choose_split(self, *, is_marked: bool) -> Split | None:
        if self.context.is_east_asian:
            return split_by_hint
        return split_names if self.context.divides_words and not is_marked else None
