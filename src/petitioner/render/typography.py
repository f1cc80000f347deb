"""What PDF and DOCX share: no-break spaces, fallback fonts, signatures side by side, column width."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TypeVar
from unicodedata import bidirectional, east_asian_width, mirrored

from markupsafe import escape

from petitioner.fonts import find_fallback_words
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
from petitioner.model.letter import Letter
from petitioner.model.limits import KEPT_TEXTS
from petitioner.model.locale import Direction, Locale
from petitioner.model.theme import ADDRESSEE_SIZE, MM_PER_PT, Fonts, Theme
from petitioner.tables.locales import load_locales

_NO_BREAK = "\u00a0"
_PIECE = re.compile(r"(<[^>]*>)([^<]+)")
_LAST_BLANK = re.compile(r"(?<=\S) (?=\S{1,20}\s*$)")  # before a last word that is not very long
_ONE_LINE = 45  # characters: a paragraph with fewer has one line
_LANGUAGE = re.compile(r'class="lang-([\w-]+)"')
_SLACK = 0.05  # mm: without it, rounding may break a line that just fits

NATURAL_PITCH = 1.4
"""The height of a line in ems, as most fonts have it."""

_NAME_LEADING = 1.37  # ems: the fonts of the PDF ask for as much

T = TypeVar("T")

HAIRLINE = 20
"""The height in twips of the paragraph above and below which a DOCX has its letterhead."""

WIDEST_SIGNATURE = 60
"""The largest width in mm of a picture of a signature, and of one of several signature columns."""

SEAL_GAP = 2
"""The space in mm between a name and the room for its seal."""

_SIDE_BY_SIDE = 3  # signatures; four make two rows
_FEW, _MANY = 6, 12  # names that fit one column, or two
_SHORT = 28  # half-width characters that fit a third of the line
_NARROWEST, _WIDEST = 6, 40  # half-width characters: bounds of a column's share of the width
_CELL_MARGINS = 3  # half-width characters: both sides of a cell, and what bold words need more


def add_no_break_spaces(letter: Letter, locale: Locale) -> Letter:
    """Return the letter with no-break spaces where its language requires them, and before each last word."""
    if locale.joins_lines_with_space:
        letter = replace(letter, body=tuple(_bind_last_words(block) for block in letter.body))
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


@lru_cache(maxsize=KEPT_TEXTS)
def _bind(text: str, pattern: re.Pattern[str]) -> str:
    return pattern.sub(lambda found: found.group().replace(" ", _NO_BREAK), text)


@lru_cache(maxsize=KEPT_TEXTS)
def _bind_last_words(block: Block) -> Block:
    """Join the last two words of each paragraph of a block, so that no word is alone on a line."""
    match block:
        case Paragraph(content) if len("".join(walk_text(content))) > _ONE_LINE:
            notes = tuple(part for part in content[-1:] if isinstance(part, Footnote))
            *before, last = content[: len(content) - len(notes)] or content
            if isinstance(last, Plain) and (blank := _LAST_BLANK.search(last.text)):
                bound = Plain(last.text[: blank.start()] + _NO_BREAK + last.text[blank.end() :])
                return Paragraph((*before, bound, *notes))
            return block
        case Quotation(content):
            return Quotation(tuple(map(_bind_last_words, content)))
        case Listing(ordered, items):
            return Listing(ordered, tuple(tuple(map(_bind_last_words, item)) for item in items))
        case _:
            return block


@lru_cache(maxsize=KEPT_TEXTS)
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


def add_fallback_fonts(html: str, language: str, theme: Theme) -> str:
    """Put each word that its first font lacks into a span with one other font, such as Łódź in a Japanese letter.

    ``language`` is the letter's; a line of the address may have its own. Tags are not changed.
    """
    head, mark, body = html.partition("<body")
    return head + _PIECE.sub(lambda piece: _set_piece(piece, language, theme), mark + body)


def _set_piece(piece: re.Match[str], language: str, theme: Theme) -> str:
    tag, text = piece.groups()
    if text.isascii():
        return tag + text
    own = _LANGUAGE.search(tag)
    spoken = own[1] if own else language
    families = theme.fonts[spoken].pdf
    borrowed: Iterable[tuple[int, int, str]] = _find_fallback_words(text, families)
    if load_locales()[spoken].direction is Direction.RIGHT_TO_LEFT:
        borrowed = _join_words(borrowed, text)
    done, pieces = 0, [tag]
    for start, end, family in borrowed:
        style = escape(f'font-family: "{family}"')
        pieces += [text[done:start], f'<span style="{style}">{text[start:end]}</span>']
        done = end
    return "".join((*pieces, text[done:]))


@lru_cache(maxsize=KEPT_TEXTS)
def _find_fallback_words(text: str, families: tuple[str, ...]) -> tuple[tuple[int, int, str], ...]:
    return tuple(find_fallback_words(text, families))


def _join_words(words: Iterable[tuple[int, int, str]], text: str) -> Iterator[tuple[int, int, str]]:
    """Join words of one font with no bracket and no letter from right to left between them.

    In an Arabic line the spans run from right to left: a Latin name in several would have its last word first, and an
    address of the web its last part.
    """
    joined: tuple[int, int, str] | None = None
    for start, end, family in words:
        if joined and joined[2] == family and not any(map(_parts_words, text[joined[1] : start])):
            joined = (joined[0], end, family)
            continue
        if joined:
            yield joined
        joined = (start, end, family)
    if joined:
        yield joined


def _parts_words(sign: str) -> bool:
    """Whether a character runs from right to left, or turns with the line, as brackets do."""
    return bidirectional(sign) in ("R", "AL") or bool(mirrored(sign))


def measure_top(theme: Theme) -> float:
    """Return where the text of a DOCX starts on its first page, in mm from the top of the sheet."""
    return theme.letterhead - HAIRLINE * MM_PER_PT / 20


def measure_column(theme: Theme, locale: Locale) -> float:
    """Return the width in mm between the margins, or what the language reads with ease if that is less.

    It is reduced to whole characters if all are square.
    """
    width = theme.limit_column(locale.layout.column)
    if locale.joins_lines_with_space:
        return width
    em = theme.fonts[locale.tag].size * MM_PER_PT
    return (width + _SLACK) // em * em + _SLACK


def arrange_rows(things: Sequence[T], columns: int) -> tuple[tuple[T, ...], ...]:
    """Divide things into rows."""
    return tuple(tuple(things[start : start + columns]) for start in range(0, len(things), columns))


def count_signature_columns(count: int) -> int:
    """Return the number of columns for a number of signatures."""
    return 2 if count == 2 * 2 else max(1, min(count, _SIDE_BY_SIDE))


def measure_signature(theme: Theme, locale: Locale, count: int) -> float:
    """Return the width in mm of each signature; a single one has the whole column."""
    column = measure_column(theme, locale)
    return column if count == 1 else min(column / count_signature_columns(count), WIDEST_SIGNATURE)


def is_signed_together(letter: Letter, locale: Locale) -> bool:
    """Return whether the sender is directly above the only signatory, beside the room for a seal."""
    return locale.layout.seal is not None and len(letter.signatures) == 1


def measure_seal_room(locale: Locale) -> float:
    """Return the width in mm that is kept empty beside a name for its seal; 0 in languages without seals."""
    return locale.layout.seal + SEAL_GAP if locale.layout.seal else 0


def measure_seal_inset(letter: Letter, fonts: Fonts, locale: Locale) -> float:
    """Return the space in mm above and below the lines of a signature that centres them beside its seal."""
    lines = max((len(person.form) for person in letter.signatures), default=0)
    if is_signed_together(letter, locale):
        lines += 1 + letter.is_dated_below
    return max(0, ((locale.layout.seal or 0) - lines * fonts.pitch * MM_PER_PT) / 2)


def count_name_columns(names: Sequence[str]) -> int:
    """Return the number of columns for a list of organisations: more for many names, and for short ones."""
    if len(names) <= _FEW:
        return 1
    return 3 if len(names) > _MANY and max(map(count_half_widths, names)) <= _SHORT else 2


def count_half_widths(text: str) -> int:
    """Return the length of a text in half-width characters: a Chinese one counts twice (UAX #11)."""
    return sum(2 if east_asian_width(sign) in "WF" else 1 for sign in text)


def measure_name_pitch(letter: Letter, fonts: Fonts) -> float:
    """Return the distance in mm from line to line of the larger names in an address."""
    return max(letter.address.pitch, _NAME_LEADING * max(fonts.size, ADDRESSEE_SIZE) * MM_PER_PT)


def measure_rise(fonts: Fonts) -> float:
    """Return how much higher the text of a DOCX starts and ends than that of the PDF, in mm.

    The space between two lines is above the second in Word and LibreOffice, and half of it below the first in CSS. So
    base lines are at the same place in both.
    """
    return max(0, fonts.pitch - NATURAL_PITCH * fonts.size) / 2 * MM_PER_PT


@dataclass(frozen=True, slots=True)
class ColumnPlan:
    """The longest cell of a column of a table in half-width characters, and the column's share of the width."""

    length: int
    share: float


def plan_columns(table: Table) -> tuple[ColumnPlan, ...]:
    """Divide the width of a table by the longest cell of each column."""
    lengths = [
        max(count_half_widths("".join(walk_text(cell))) for cell in cells)
        for cells in zip(table.header, *table.rows, strict=True)
    ]
    weights = [min(max(_NARROWEST, length), _WIDEST) + _CELL_MARGINS for length in lengths]
    return tuple(ColumnPlan(length, weight / sum(weights)) for length, weight in zip(lengths, weights, strict=True))
