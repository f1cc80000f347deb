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
from petitioner.model.limits import KEPT_TEXTS
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
_REFUSED = re.compile(r"[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")
"""Characters that are not allowed in XML (XML 1.0, 2.2), or that are written as a reference. Written with short ranges,
which Python compiles faster."""

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
    shape = _replace_texts(context, texts)
    is_simple = len(texts) <= _LAST - _FIRST and all(_is_simple(text) for text, _ in texts)
    return (shape, texts) if is_simple and _have_same_fields(letter, shape) else None


def _have_same_fields(letter: Letter, shape: Letter) -> bool:
    """Return whether the lines of a shape have fields where those of the letter have them, and nowhere else."""
    if any(letter.reference in line for line in (letter.date_line, *letter.signed)):
        return False
    values, placeholders = (letter.date_line, letter.reference), (shape.date_line, shape.reference)
    for line, other in ((letter.reference_line, shape.reference_line), (letter.running_head, shape.running_head)):
        pieces = split_varying(line, values)
        if [shape.reference if piece == letter.reference else piece for piece in pieces] != split_varying(
            other, placeholders
        ):
            return False
    return True


@lru_cache(maxsize=KEPT_TEXTS)
def _is_simple(text: str) -> bool:
    return not _REFUSED.search(text) and not has_right_to_left(text)


def _replace_texts(context: LetterContext, texts: Texts) -> Letter:
    """Return a letter with placeholders, whose texts are added to ``texts``."""
    letter, address = context.letter, context.letter.address
    split = split_by_hint if context.is_east_asian else None
    names = split_names if context.divides_words else split
    reference = _take(letter.reference, split, texts)
    lines = []
    for line in address.lines:
        own = split_by_hint if context.has_east_asian_font(line.language) else None
        lines.append(LocalizedLine(_take(line.text, own, texts), line.language, line.is_name, line.goes_on))
    body = []
    for block in letter.body:
        other, found = _replace_block(block, len(texts), _Splits(names, split))
        body.append(other)
        texts += found
    return replace(
        letter,
        recipient="",
        stem="",
        reference=reference,
        reference_line=letter.reference_line.replace(letter.reference, reference),
        running_head=letter.running_head.replace(letter.reference, reference),
        address=AddressField(address.return_line, tuple(lines), address.pitch, has_window=address.has_window),
        subject=_take(letter.subject, split, texts),
        salutation=letter.salutation and _take(letter.salutation, split, texts),
        opening=letter.opening and _take(letter.opening, split, texts),
        body=tuple(body),
    )


def _take(text: str, split: Split | None, texts: Texts, first: int = 0) -> str:
    """Add a text, and return its placeholder; an empty text, which may have no run, stays."""
    if not text:
        return text
    texts.append((text, split))
    return chr(_FIRST + first + len(texts) - 1)


@dataclass(frozen=True, slots=True)
class _Splits:
    """How texts without and with a mark, such as strong ones, are split."""

    plain: Split | None
    marked: Split | None


@lru_cache(maxsize=KEPT_TEXTS)
def _replace_block(block: Block, first: int, splits: _Splits) -> tuple[Block, Texts]:
    """Return a block with placeholders, and their texts; ``first`` is the number of the first."""
    texts: Texts = []
    return _BlockWriter(first, splits, texts).replace(block), texts


@dataclass(frozen=True, slots=True)
class _BlockWriter:
    """Replaces the texts of a block by placeholders, and collects them."""

    first: int
    splits: _Splits
    texts: Texts

    def replace(self, block: Block) -> Block:
        match block:
            case Paragraph(content):
                return Paragraph(self._replace_inlines(content, self.splits.plain))
            case Heading(content):
                return Heading(self._replace_inlines(content, self.splits.plain))
            case Quotation(content):
                return Quotation(tuple(map(self.replace, content)))
            case Listing(ordered, items):
                return Listing(ordered, tuple(tuple(map(self.replace, item)) for item in items))
            case _:  # the columns of a table are as wide as its words
                return block

    def _replace_inlines(self, content: tuple[Inline, ...], split: Split | None) -> tuple[Inline, ...]:
        return tuple(self._replace_inline(part, split) for part in content)

    def _replace_inline(self, part: Inline, split: Split | None) -> Inline:
        match part:
            case Plain(text):
                return Plain(_take(text, split, self.texts, self.first))
            case Strong(content):
                return Strong(self._replace_inlines(content, self.splits.marked))
            case Emphasis(content):
                return Emphasis(self._replace_inlines(content, self.splits.marked))
            case Link(target, content):
                return Link(target, self._replace_inlines(content, self.splits.marked))
            case _:
                return part
