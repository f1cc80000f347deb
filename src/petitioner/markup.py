"""Markdown to blocks: a fixed subset of CommonMark, and a clear word about everything else."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from unicodedata import east_asian_width

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode
from mdit_py_plugins.footnote import footnote_plugin

from petitioner.errors import Problem
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
from petitioner.pages import Filled

_DEEPEST_LIST = 3
_SCHEMES = ("https://", "http://", "mailto:")
_REFUSED = {
    "html_block": ("HTML has no place in a letter", "Write the words alone, or *emphasis* and **strong**."),
    "html_inline": ("HTML has no place in a letter", "Write \\< for the sign itself."),
    "image": ("a picture cannot stand in the text", "Send it along as an enclosure."),
    "fence": ("a code block has no place in a letter", "Use '> ' to quote."),
    "code_block": ("four blanks at the start make this a code block", "Start the line at the margin."),
    "hr": ("a rule across the page has no place in a letter", "Begin a new paragraph, or use a heading '## '."),
}


def parse_markup(filled: Filled, *, spaced: bool) -> tuple[tuple[Block, ...], tuple[Problem, ...]]:
    """The blocks of a filled-in letter, and a problem for everything that is outside the subset.

    ``spaced`` tells whether a line end within a paragraph is a blank in any case, or only between Latin letters, as in
    Chinese and Japanese (CSS Text 3, §4.1.3).
    """
    environment: dict[str, dict[str, dict[str, int]]] = {}
    tokens = _open_parser().parse(filled.text, environment)
    tree = SyntaxTreeNode(tokens)
    reader = _Reader(filled, spaced, _gather_notes(tree))
    blocks = tuple(reader.read_blocks(tree.children))
    for label, use in environment.get("footnotes", {}).get("refs", {}).items():
        if use < 0:
            reader.complain_of_note(label.lstrip(":"))
    return blocks, tuple(reader.problems)


@cache
def _open_parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": True}).enable("table").use(footnote_plugin, inline=False)
    # The parser's own check would leave a refused link standing as bare text; ours names it.
    parser.validateLink = lambda url: True  # type: ignore[method-assign]  # noqa: ARG005 - the documented way
    return parser


def _gather_notes(tree: SyntaxTreeNode) -> dict[int, SyntaxTreeNode]:
    blocks = (child for child in tree.children if child.type == "footnote_block")
    return {note.meta["id"]: note for block in blocks for note in block.children}


@dataclass(slots=True)
class _Reader:
    """Walks the tree, and gathers problems on the way."""

    filled: Filled
    spaced: bool
    notes: dict[int, SyntaxTreeNode]
    problems: list[Problem] = field(default_factory=list)

    def read_blocks(self, children: Iterable[SyntaxTreeNode], depth: int = 0) -> Iterator[Block]:
        for node in children:
            if node.type == "footnote_block":
                continue
            block = self._read_block(node, depth)
            if block is not None:
                yield block

    def complain_of_note(self, label: str) -> None:
        lines = self.filled.text.split("\n")
        row = next((row for row, line in enumerate(lines) if line.startswith(f"[^{label}]:")), 0)
        self._complain(row, "K704", f"the footnote [^{label}] is never called", "Put its mark into the text.")

    def _read_block(self, node: SyntaxTreeNode, depth: int) -> Block | None:
        match node.type:
            case "paragraph":
                return Paragraph(self._read_inline(node))
            case "heading":
                return self._read_heading(node)
            case "blockquote":
                return Quotation(tuple(self.read_blocks(node.children, depth)))
            case "bullet_list" | "ordered_list":
                return self._read_list(node, depth + 1)
            case "table":
                return self._read_table(node)
            case kind:
                self._refuse(kind, _row(node))
                return None

    def _read_heading(self, node: SyntaxTreeNode) -> Heading:
        if node.tag != "h2":
            hint = "The subject is the first heading; write '## ' for those below it."
            self._complain(
                _row(node), "K702", f"a heading of this level ({node.markup}) has no place in a letter", hint
            )
        return Heading(self._read_inline(node))

    def _read_list(self, node: SyntaxTreeNode, depth: int) -> Listing:
        if depth == _DEEPEST_LIST + 1:
            hint = "Say it in fewer levels."
            self._complain(_row(node), "K703", f"lists are nested more than {_DEEPEST_LIST} deep", hint)
        start = node.attrs.get("start", 1)
        if start != 1:
            hint = f"Write a backslash before the full stop, {start}\\., if this is no list."
            self._complain(_row(node), "K703", f"this line starts a list that is numbered from {start}", hint)
        items = tuple(tuple(self.read_blocks(item.children, depth)) for item in node.children)
        return Listing(node.type == "ordered_list", items)

    def _read_table(self, node: SyntaxTreeNode) -> Table:
        rows = [row for part in node.children for row in part.children]
        alignments = tuple(_read_alignment(cell) for cell in rows[0].children)
        cells = [tuple(self._read_inline(cell) for cell in row.children) for row in rows]
        return Table(alignments, cells[0], tuple(cells[1:]))

    def _read_inline(self, node: SyntaxTreeNode) -> tuple[Inline, ...]:
        """The content of a block that holds one run of text."""
        row = _row(node)
        runs = (part for inline in node.children if inline.type == "inline" for part in inline.children)
        return _join(self._read_run(run, row) for run in runs)

    def _read_run(self, node: SyntaxTreeNode, row: int) -> Inline | None:
        match node.type:
            case "text" | "code_inline":
                return Plain(self._check_words(node.content, row))
            case "softbreak":
                return Plain(self._join_lines(node))
            case "hardbreak":
                return LineBreak()
            case _:
                return self._read_span(node, row)

    def _read_span(self, node: SyntaxTreeNode, row: int) -> Inline | None:
        match node.type:
            case "strong":
                return Strong(self._read_runs(node, row))
            case "em":
                return Emphasis(self._read_runs(node, row))
            case "link":
                return self._read_link(node, row)
            case "footnote_ref":
                return self._read_note(node)
            case kind:
                if kind != "footnote_anchor":  # the way back from a note, which paper has no use for
                    self._refuse(kind, row)
                return None

    def _read_runs(self, node: SyntaxTreeNode, row: int) -> tuple[Inline, ...]:
        return _join(self._read_run(child, row) for child in node.children)

    def _join_lines(self, node: SyntaxTreeNode) -> str:
        before = node.previous_sibling.content[-1:] if node.previous_sibling else ""
        after = node.next_sibling.content[:1] if node.next_sibling else ""
        return " " if self.spaced or not (_is_wide(before) or _is_wide(after)) else ""

    def _refuse(self, kind: str, row: int) -> None:
        message, hint = _REFUSED.get(kind, (f"'{kind}' has no place in a letter", "Take it out."))
        self._complain(row, "K701", message, hint)

    def _check_words(self, words: str, row: int) -> str:
        if "[^" in words:
            hint = "Give the note on a line of its own: [^1]: Its text."
            self._complain(row, "K704", f"a footnote is called that is nowhere given: {words.strip()[:40]!r}", hint)
        return words

    def _read_link(self, node: SyntaxTreeNode, row: int) -> Link:
        target = str(node.attrs.get("href", ""))
        if not target.startswith(_SCHEMES):
            hint = f"Start it with {', '.join(_SCHEMES)}."
            self._complain(row, "K705", f"the link leads nowhere that a reader can go: '{target}'", hint)
        return Link(target, self._read_runs(node, row))

    def _read_note(self, node: SyntaxTreeNode) -> Footnote:
        note = self.notes[node.meta["id"]]
        if [child.type for child in note.children] != ["paragraph"]:
            self._complain(_row(note), "K704", "a footnote must be a single paragraph", "Put the rest into the text.")
        return Footnote(self._read_inline(note.children[0]) if note.children else ())

    def _complain(self, row: int, code: str, message: str, hint: str) -> None:
        place = self.filled.places[min(row, len(self.filled.places) - 1)]
        self.problems.append(Problem(place.path, place.line, code, message, hint))


def _join(parts: Iterable[Inline | None]) -> tuple[Inline, ...]:
    """Neighbouring plain words as one, and nothing empty."""
    joined: list[Inline] = []
    for part in parts:
        if part is None or part == Plain(""):
            continue
        if isinstance(part, Plain) and joined and isinstance(last := joined[-1], Plain):
            joined[-1] = Plain(last.text + part.text)
        else:
            joined.append(part)
    return tuple(joined)


def _is_wide(character: str) -> bool:
    """Whether a character fills a square, as those do that are set without blanks; no character counts as one."""
    return not character or east_asian_width(character) in "WF"


def _row(node: SyntaxTreeNode) -> int:
    """The line of the filled-in text on which a node starts, from 0; rows of a table know theirs from above."""
    found: SyntaxTreeNode | None = node
    while found is not None and found.map is None:
        found = None if found.is_root else found.parent
    return found.map[0] if found is not None and found.map else 0


def _read_alignment(cell: SyntaxTreeNode) -> Alignment:
    style = str(cell.attrs.get("style", ""))
    return {"text-align:right": Alignment.END, "text-align:center": Alignment.CENTRE}.get(style, Alignment.START)
