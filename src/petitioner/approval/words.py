"""A letter in plain words, spelt like Markdown: every word and mark that its reader meets, and no format."""

import re
from collections.abc import Iterable, Iterator, Mapping

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
)
from petitioner.model.letter import Letter

Parts = Mapping[str, tuple[str, ...]]
"""The parts of a letter by their names, from the top of the page, each as lines."""

# What would read as a mark gets a backslash, so that no two different letters have the same words.
_MARKS = re.compile(r"[\\*\[\]|]")
_STARTS = re.compile(r"^(\d+)?(?=[#>+.)-]+ )")
_RULES = {Alignment.START: ":--", Alignment.CENTRE: ":-:", Alignment.END: "--:"}


def write_parts(letter: Letter) -> Parts:
    """Return all words of a letter, part by part."""
    return {
        "letterhead": (letter.letterhead.name, *letter.letterhead.lines),
        "address": (letter.address.return_line.text, *(line.text for line in letter.address.lines)),
        "date": (letter.date_line,),
        "reference": (letter.reference_line,),
        **write_reading(letter),
        "page numbers": (letter.page_label,),
    }


def write_reading(letter: Letter) -> Parts:
    """What a letter says, from the subject to the enclosures: without letterhead, address, date and reference."""
    signed = (line for signature in letter.signatures for line in (signature.name, signature.title))
    cosigned = {"co-signers": (letter.cosigners_label, *letter.cosigners)} if letter.cosigners else {}
    return {
        "subject": (letter.subject,),
        "salutation": tuple(line for line in (letter.salutation, letter.opening) if line),
        "text": tuple(_write_blocks(letter.body)),
        "closing": (letter.closing, letter.sender, *signed),
        **cosigned,
        "enclosures": (letter.enclosures_label, *letter.enclosures) if letter.enclosures else (),
    }


def _write_blocks(blocks: Iterable[Block]) -> Iterator[str]:
    for block in blocks:
        yield from _write_block(block)


def _write_block(block: Block) -> Iterator[str]:
    match block:
        case Paragraph(content):
            yield from _STARTS.sub(r"\1\\", _write_inlines(content)).split("\n")
        case Heading(content):
            yield f"## {_write_inlines(content)}"
        case Quotation(content):
            yield from (f"> {line}" for line in _write_blocks(content))
        case Listing(ordered, items):
            for number, item in enumerate(items, start=1):
                yield from _write_item(f"{number}. " if ordered else "- ", item)
        case Table(alignments, header, rows):
            yield _write_row(_write_inlines(cell) for cell in header)
            yield _write_row(_RULES[alignment] for alignment in alignments)
            yield from (_write_row(_write_inlines(cell) for cell in row) for row in rows)


def _write_item(mark: str, blocks: Iterable[Block]) -> Iterator[str]:
    for place, line in enumerate(_write_blocks(blocks)):
        yield (" " * len(mark) if place else mark) + line


def _write_row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _write_inlines(content: Iterable[Inline]) -> str:
    return "".join(_write_inline(part) for part in content)


def _write_inline(part: Inline) -> str:
    match part:
        case Plain(text):
            return _MARKS.sub(r"\\\g<0>", text)
        case Strong(content):
            return f"**{_write_inlines(content)}**"
        case Emphasis(content):
            return f"*{_write_inlines(content)}*"
        case Link(target, content):
            return f"[{_write_inlines(content)}]({target})"
        case LineBreak():
            return "\\\n"
        case Footnote(content):
            return f"^[{_write_inlines(content)}]"
