"""Glyphs: every character of a letter must be in a font that is named for its language.

Where a font lacks a character, Pango takes another font of the machine without a word: the letter then looks different
here and there, and has a hole on a machine that lacks that font too.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping

from petitioner.errors import Problem
from petitioner.model.blocks import Block, Heading, Listing, Paragraph, Quotation, Table, walk_text
from petitioner.model.campaign import Campaign
from petitioner.model.letter import Letter, Spoken, Template
from petitioner.model.recipient import Recipient

_SELECTORS = frozenset(map(chr, (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))))

Has = Callable[[str, str], bool]
"""Whether the fonts named for a language, the first argument, can draw a character, the second."""


def check_glyphs(
    letter: Letter, template: Template, recipient: Recipient, campaign: Campaign, has: Has
) -> Iterator[Problem]:
    """One problem for each character of a letter that its fonts lack, at the place where it was written."""
    seen: set[tuple[str, str]] = set()
    for spoken in list_words(letter):
        for character in dict.fromkeys(spoken.text):
            found = (spoken.language, character)
            if not _is_silent(character) and found not in seen and not has(*found):
                seen.add(found)
                yield _explain(*found, *_locate(character, template, recipient, campaign))


def list_words(letter: Letter) -> Iterator[Spoken]:
    """All words of a letter, each with its language."""
    yield from letter.address.lines
    yield letter.address.return_line
    frame = (
        letter.letterhead.name,
        *letter.letterhead.lines,
        letter.reference_line,
        letter.date_line,
        letter.subject,
        letter.salutation or "",
        letter.opening or "",
        *(text for block in letter.body for text in _walk_block(block)),
        letter.closing,
        letter.sender,
        *(text for signature in letter.signatures for text in (signature.name, signature.title)),
        *((letter.enclosures_label, *letter.enclosures) if letter.enclosures else ()),
        letter.page_label.format(page="0123456789", pages=""),
    )
    yield from (Spoken(text, letter.language) for text in frame)


def _is_silent(character: str) -> bool:
    """Whether a character draws nothing itself: a blank, or a selector of the form of the one before it (UTS #37)."""
    return character.isspace() or character in _SELECTORS


def _walk_block(block: Block) -> Iterator[str]:
    match block:
        case Paragraph(content) | Heading(content):
            yield from walk_text(content)
        case Quotation(blocks):
            yield from _walk_blocks(blocks)
        case Listing(_, items):
            for item in items:
                yield from _walk_blocks(item)
        case Table(_, header, rows):
            for row in (header, *rows):
                for cell in row:
                    yield from walk_text(cell)


def _walk_blocks(blocks: Iterable[Block]) -> Iterator[str]:
    for block in blocks:
        yield from _walk_block(block)


def _locate(character: str, template: Template, recipient: Recipient, campaign: Campaign) -> tuple[str, int]:
    """The place where a character was written: in the letter, else in the recipient's record, else in the campaign."""
    texts: Mapping[str, str | None] = template.front.model_dump(include=set(template.front_lines))
    for name, text in texts.items():
        if text and character in text:
            return template.origin.path, template.front_lines[name]
    for number, line in enumerate(template.body.split("\n"), template.body_line):
        if character in line:
            return template.origin.path, number
    origin = recipient.origin if character in repr(recipient) else campaign.origin
    return origin.path, origin.line if origin is recipient.origin else 0


def _explain(language: str, character: str, path: str, line: int) -> Problem:
    message = f"no font named for {language} has '{character}' (U+{ord(character):04X})"
    hint = (
        f"Spell it otherwise, or name a font that has it under 'fonts: {language}: pdf:' in letters/theme/theme.yaml."
    )
    return Problem(path, line, "G101", message, hint)
