"""The words of a letter as HTML for the page, without style: marked for screen readers, in their language."""

from collections.abc import Iterable

from markupsafe import Markup, escape

from petitioner.approval.content import CLOSING, OPENING
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
from petitioner.tables.locales import load_locales

_EMPTY = Markup("")
_LONGEST = 60  # characters of a word or a line in a table


def write_blocks(blocks: Iterable[Block]) -> Markup:
    """Return the text of a letter as HTML; every word is escaped."""
    return _EMPTY.join(map(_write_block, blocks))


def write_language_styles() -> str:
    """Return the style sheet for words in each language: the fonts of its letters, and how lines break."""
    rules = []
    for locale in load_locales().values():
        fonts = ", ".join(f'"{family}"' for family in locale.fonts.pdf)
        style = f"font-family: {fonts}, serif; line-height: {1.05 * locale.fonts.pitch / locale.fonts.size:.2f};"
        if locale.fonts.docx_east_asian and locale.joins_lines_with_space:  # else a browser breaks within words
            style += " word-break: keep-all;"
        rules.append(f'.words[lang="{locale.tag}"] {{ {style} }}\n')
    return "".join(rules)


def mark_differences(line: str) -> Markup:
    """Return a line with the words between brackets (⟦…⟧) marked."""
    opened = Markup("<mark>"), Markup("</mark>")
    return escape(line).replace(OPENING, opened[0]).replace(CLOSING, opened[1])


def write_fragments(line: str) -> Markup:
    """Return only the words between brackets of a line, or all of a line without any, cut where it is long."""
    own = [part.partition(CLOSING)[0].strip() for part in line.split(OPENING)[1:]]
    shown = [word if len(word) <= _LONGEST else f"{word[:_LONGEST]}…" for word in own or [line] if word]
    return Markup(" <span>·</span> ").join(escape(word) for word in shown)


def mark_change(line: str) -> Markup:
    """Return a removed (``- …``) or added line (``+ …``) as HTML that shows this also without colour."""
    tag, word = ("del", "removed") if line.startswith("- ") else ("ins", "added")
    content = Markup('<{0} class="line"><span class="hidden">{1}: </span>{2}</{0}>')
    return content.format(tag, word, mark_differences(line[2:]))


def _write_block(block: Block) -> Markup:
    match block:
        case Paragraph(content):
            return Markup("<p>{}</p>").format(_write_inlines(content))
        case Heading(content):
            return Markup("<h4>{}</h4>").format(_write_inlines(content))
        case Quotation(inner):
            return Markup("<blockquote>{}</blockquote>").format(write_blocks(inner))
        case Listing(ordered, items):
            listed = _EMPTY.join(Markup("<li>{}</li>").format(write_blocks(item)) for item in items)
            return Markup("<{0}>{1}</{0}>").format("ol" if ordered else "ul", listed)
        case Table():
            return _write_table(block)


def _write_table(table: Table) -> Markup:
    rows = _EMPTY.join(_write_row("td", row, table) for row in table.rows)
    return Markup("<table><thead>{}</thead><tbody>{}</tbody></table>").format(
        _write_row("th", table.header, table), rows
    )


def _write_row(tag: str, cells: tuple[tuple[Inline, ...], ...], table: Table) -> Markup:
    pairs = zip(table.alignments, cells, strict=True)
    cell = Markup('<{0} class="align-{1}">{2}</{0}>')
    written = (cell.format(tag, alignment.value, _write_inlines(content)) for alignment, content in pairs)
    return Markup("<tr>{}</tr>").format(_EMPTY.join(written))


def _write_inlines(content: Iterable[Inline]) -> Markup:
    return _EMPTY.join(map(_write_inline, content))


def _write_inline(part: Inline) -> Markup:
    match part:
        case Plain(text):
            return escape(text)
        case Strong(content):
            return Markup("<strong>{}</strong>").format(_write_inlines(content))
        case Emphasis(content):
            return Markup("<em>{}</em>").format(_write_inlines(content))
        case Link(target, content):  # shown, and not followed: the page opens no connection
            return Markup('<span class="link" title="{}">{}</span>').format(target, _write_inlines(content))
        case LineBreak():
            return Markup("<br>")
        case Footnote(content):
            return Markup('<small class="footnote">{}</small>').format(_write_inlines(content))
