"""Markdown to blocks: a subset of CommonMark, and a problem for everything else."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any
from unicodedata import category, east_asian_width

from markdown_it import MarkdownIt
from markdown_it.rules_block.table import escapedSplit
from markdown_it.rules_inline.state_inline import Delimiter, StateInline
from markdown_it.tree import SyntaxTreeNode
from mdit_py_plugins.footnote import footnote_plugin

from petitioner.errors import Problem
from petitioner.model.blocks import Alignment, Block, Heading, Listing, Paragraph, Quotation, Table
from petitioner.templates.jinja_extensions import FilledText
from petitioner.templates.markdown_inline import InlineReader, MarkdownProblems, find_row

_DEEPEST_LIST = 3
_NOTE = re.compile(r"[\s>*+\-0-9.)]*\[\^([^\]\s]+)\]:")
_SELECTORS = "".join(
    map(chr, (*range(0xFE00, 0xFE0F), *range(0xE0100, 0xE01F0)))
)  # choose a form of the character before
_NAMES = {"blockquote": "quotation"}
_ALIGNMENTS = {"text-align:right": Alignment.END, "text-align:center": Alignment.CENTRE}


@lru_cache(maxsize=128)  # many letters of a language have the same words
def parse_markdown(filled: FilledText, *, spaced: bool) -> tuple[tuple[Block, ...], tuple[Problem, ...]]:
    """Return the blocks of a filled-in letter, and a problem for everything outside the subset.

    ``spaced``: every line end within a paragraph is a space. Otherwise only between Latin letters, as in Chinese and
    Japanese (CSS Text 3, §4.1.3).
    """
    environment: dict[str, Any] = {}
    tree = SyntaxTreeNode(_open_parser().parse(filled.text, environment))
    faults = MarkdownProblems(filled)
    reader = _BlockReader(faults, InlineReader(faults, _find_footnotes(tree), spaced=spaced))
    blocks = tuple(reader.read(tree.children, 0))
    _check_notes(faults, environment.get("footnotes", {}).get("refs", {}))
    _check_references(faults, environment)
    return blocks, faults.list_problems()


@cache
def _open_parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": True}).enable("table").use(footnote_plugin, inline=False)
    # Keeps escaped characters apart from the text around them, so that unescaped ones can be found in it.
    parser.disable("text_join")
    parser.inline.ruler.at("emphasis", _read_emphasis)
    # The parser would make refused links plain text; ``InlineReader`` reports them.
    parser.validateLink = lambda url: True  # type: ignore[method-assign]  # noqa: ARG005 - the documented way
    return parser


def _read_emphasis(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - how the parser calls its rules
    """Read a run of * or _ as the parser's rule does, with exceptions beside Chinese, Japanese and Korean characters.

    These have no spaces between words: 私は**「条約」**を is strong although brackets follow the marks. Source: the
    amendments to CommonMark in github.com/tats-u/markdown-cjk-friendly.
    """
    marker = state.src[state.pos]
    if silent or marker not in "*_":
        return False
    opens, closes, count = state.scanDelims(state.pos, marker == "*")
    before = state.src[max(state.pos - 3, 0) : state.pos].rstrip(_SELECTORS)[-1:]
    after = state.src[state.pos + count : state.posMax][:1]
    if marker == "*" and (_is_cjk(before) or _is_cjk(after)):
        opens, closes = bool(after.strip()), bool(before.strip())
    for _ in range(count):
        state.push("text", "", 0).content = marker
        state.delimiters.append(Delimiter(ord(marker), count, len(state.tokens) - 1, -1, opens, closes))
    state.pos += count
    return True


def _is_cjk(sign: str) -> bool:
    """Whether a character is a wide or half-width one of an East Asian script; an emoji is not."""
    if not sign or east_asian_width(sign) not in "WFH":
        return False
    return category(sign) != "So" or "\u2e80" <= sign < "\U0001f000"


def _find_footnotes(tree: SyntaxTreeNode) -> Mapping[int, SyntaxTreeNode]:
    blocks = (child for child in tree.children if child.type == "footnote_block")
    return {note.meta["id"]: note for block in blocks for note in block.children}


def _check_notes(faults: MarkdownProblems, calls: Mapping[str, int]) -> None:
    """Report footnotes defined twice or never called: the parser drops them with their text."""
    given: dict[str, int] = {}
    for row, line in enumerate(faults.lines):
        label = match.group(1) if (match := _NOTE.match(line)) else ""
        if label in given:
            faults.add(row, "K704", f"the footnote [^{label}] is given twice", "Give one of them another mark.")
        elif label and calls.get(f":{label}", 0) < 0:
            faults.add(row, "K704", f"the footnote [^{label}] is never called", "Put its mark into the text.")
        given |= {label: row} if label else {}


def _check_references(faults: MarkdownProblems, environment: Mapping[str, Any]) -> None:
    """Report lines such as ``[1]: words``: Markdown reads the target of a link, and drops them."""
    for reference in (*environment.get("references", {}).values(), *environment.get("duplicate_refs", ())):
        hint = "Write links as [words](https://…); if this is text, put a backslash before the first bracket."
        faults.add(reference["map"][0], "K705", "this line would vanish: it gives the target of a link", hint)


@dataclass(frozen=True, slots=True)
class _BlockReader:
    """Turns the syntax tree of a text into blocks, and reports what a letter cannot contain."""

    faults: MarkdownProblems
    inline: InlineReader

    def read(self, nodes: Iterable[SyntaxTreeNode], depth: int) -> Iterator[Block]:
        """Yield the blocks of a text. ``depth`` counts the lists and quotations around it."""
        for node in nodes:
            if depth and node.type in ("heading", "blockquote", "table"):
                message = f"a {_NAMES.get(node.type, node.type)} cannot be in a list or a quotation"
                self.faults.add(find_row(node), "K708", message, "Start it at the margin, after an empty line.")
            elif node.type != "footnote_block":  # each note is read where it is called
                yield from self._read_block(node, depth)

    def _read_block(self, node: SyntaxTreeNode, depth: int) -> Iterator[Block]:
        match node.type:
            case "paragraph":
                yield Paragraph(self.inline.read(node))
            case "bullet_list" | "ordered_list":
                yield self._read_list(node, depth)
            case "heading":
                yield self._read_heading(node)
            case "blockquote":
                yield Quotation(tuple(self.read(node.children, depth + 1)))
            case "table":
                yield self._read_table(node)
            case kind:
                self.faults.refuse(kind, find_row(node), node.content)

    def _read_heading(self, node: SyntaxTreeNode) -> Heading:
        content, row = self.inline.read(node), find_row(node)
        if node.markup in ("=", "-"):
            hint = "Delete it, or write '## ' before a heading."
            last = node.map[1] - 1 if node.map else row
            self.faults.add(last, "K702", f"a line of {node.markup * 3} makes a heading of the words above it", hint)
        elif node.tag != "h2":
            hint = "The subject is the first heading; write '## ' for those below it."
            self.faults.add(row, "K702", f"a letter cannot contain a heading of this level ({node.markup})", hint)
        if not content:
            self.faults.add(row, "K702", "this heading has no words", "Write them after the blank, or delete the line.")
        return Heading(content)

    def _read_list(self, node: SyntaxTreeNode, depth: int) -> Listing:
        row = find_row(node)
        if depth == _DEEPEST_LIST:
            hint = "Say it in fewer levels."
            self.faults.add(row, "K703", f"lists are nested more than {_DEEPEST_LIST} deep", hint)
        start = node.attrs.get("start", 1)
        if start != 1:
            hint = f"Write a backslash before the full stop, {start}\\., if this is no list."
            self.faults.add(row, "K703", f"this line starts a list that is numbered from {start}", hint)
        for item in node.children:
            if not item.children or item.children[0].type != "paragraph":
                hint = "Write words after it; a backslash before the sign makes it no list."
                self.faults.add(find_row(item), "K703", "this entry of a list does not start with words", hint)
        items = tuple(tuple(self.read(item.children, depth + 1)) for item in node.children)
        return Listing(node.type == "ordered_list", items)

    def _read_table(self, node: SyntaxTreeNode) -> Table:
        rows = [row for part in node.children for row in part.children]
        columns = len(rows[0].children)
        for row in rows:
            written = len(_split_row(self.faults.lines[find_row(row)]))
            if written != columns:
                message = f"this row has {written} cells, and the table has {columns} columns"
                self.faults.add(find_row(row), "K707", message, "Write \\| for the sign itself; leave no cell out.")
        alignments = tuple(_ALIGNMENTS.get(str(cell.attrs.get("style")), Alignment.START) for cell in rows[0].children)
        header, *others = (tuple(self.inline.read(cell) for cell in row.children) for row in rows)
        return Table(alignments, header, tuple(others))


def _split_row(line: str) -> list[str]:
    """Return the cells of a row as written: the parser drops cells beyond the last column."""
    cells = escapedSplit(line.strip())
    return cells[not cells[0] : len(cells) - (len(cells) > 1 and not cells[-1])]
