"""Inline Markdown: emphasis, links, line breaks and footnotes, and mistakes in them."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import islice
from unicodedata import east_asian_width

from markdown_it.tree import SyntaxTreeNode

from petitioner.errors import Problem
from petitioner.model.blocks import Emphasis, Footnote, Inline, LineBreak, Link, Plain, Strong
from petitioner.model.characters import find_refused_character
from petitioner.templates.jinja_extensions import FilledText

_REFUSED = {
    "html_block": ("a letter cannot contain HTML", "Write the words alone, or *emphasis* and **strong**."),
    "html_inline": ("a letter cannot contain HTML", "Write \\< for the sign itself."),
    "image": ("the text cannot contain a picture", "Add it as an enclosure."),
    "fence": ("a letter cannot contain a code block", "Use '> ' to quote."),
    "code_block": ("four spaces at the start make this a code block", "Start the line at the margin."),
    "hr": ("a letter cannot contain a horizontal rule", "Begin a new paragraph, or use a heading '## '."),
}
_COMMENT = ("a letter cannot contain an HTML comment", "Write comments as {# … #}; they are left out.")
_SCHEMES = ("https://", "http://", "mailto:")
_WORDS = {"text", "text_special", "code_inline"}
_LEFT_OVER = (
    # Markup with a mistake, which Markdown keeps as text. An underscore between letters and digits is part of a name or
    # an address.
    (re.compile(r"\*+"), ""),  # the hint depends on the characters beside it
    (re.compile(r"(?<![A-Za-z0-9])_+|_+(?![A-Za-z0-9])"), "Use *, not _, for emphasis; write \\_ for the sign itself."),
    (re.compile(r"`+"), "Take it out, or write \\` for the sign itself."),
    (re.compile(r"\]\(|\]\["), "A link is [words](https://…), with no space in the address; else write \\[ and \\]."),
)
_MOST_REPORTED = 20  # marks of one kind in one run of words
_HEADING = re.compile(r"#{1,6}(?=[^\s#])")
_INDENT = "\u3000"


class MarkdownProblems:
    """Problems by the row of the filled-in text, counted from 0."""

    def __init__(self, filled: FilledText) -> None:
        self.lines = filled.text.split("\n")
        self._places = filled.places
        self._problems: dict[Problem, None] = {}

    def add(self, row: int, code: str, message: str, hint: str) -> None:
        """Add a problem at the source of a row, unless it was added before."""
        place = self._places[min(row, len(self._places) - 1)]
        self._problems[Problem(place.path, place.line, code, message, hint)] = None

    def refuse(self, kind: str, row: int, content: str) -> None:
        """Add a problem for a construct that a letter cannot contain. ``kind`` is its name in the parser."""
        self.add(row, "K701", *(_COMMENT if content.startswith("<!--") else _REFUSED[kind]))

    def list_problems(self) -> tuple[Problem, ...]:
        """Return all problems in the order in which they were found."""
        return tuple(self._problems)


def find_row(node: SyntaxTreeNode) -> int:
    """Return the first row of a block, or of the block around it if it has none, as cells of a table."""
    while not node.is_root and node.map is None and node.parent:
        node = node.parent
    return 0 if node.is_root or not node.map else node.map[0]


class InlineReader:
    """Reads the text of one letter. ``notes`` are its footnotes by their number."""

    def __init__(self, faults: MarkdownProblems, notes: Mapping[int, SyntaxTreeNode], *, spaced: bool) -> None:
        self._faults = faults
        self._notes = notes
        self._spaced = spaced
        self._row = 0
        self._left_over: Counter[tuple[int, str]] = Counter()
        self._is_in_note = False

    def read(self, block: SyntaxTreeNode) -> tuple[Inline, ...]:
        """Return the content of a block of text."""
        before, self._row = self._row, find_row(block)
        runs = [part for inline in block.children if inline.type == "inline" for part in inline.children]
        content = self._read_all(runs)
        self._row = before
        return content

    def _read_all(self, nodes: Iterable[SyntaxTreeNode]) -> tuple[Inline, ...]:
        return _join(self._read(node) for node in nodes)

    def _read(self, node: SyntaxTreeNode) -> Inline | None:
        match node.type:
            case "text":
                self._check_left_over(node)
                return self._read_words(node)
            case "text_special" | "code_inline":
                return self._read_words(node)
            case "softbreak":
                self._row += 1
                return Plain(self._join_lines(node))
            case "hardbreak":
                self._row += 1
                return LineBreak()
            case _:
                return self._read_span(node)

    def _read_span(self, node: SyntaxTreeNode) -> Inline | None:
        match node.type:
            case "strong":
                return Strong(self._read_all(node.children))
            case "em":
                return Emphasis(self._read_all(node.children))
            case "link":
                return self._read_link(node)
            case "footnote_ref":
                return self._read_note(node)
            case kind:
                self._faults.refuse(kind, self._row, node.content)
                self._row += node.content.count("\n")
                return None

    def _read_words(self, node: SyntaxTreeNode) -> Plain:
        words = node.content.replace("\t", " ")
        # An entity such as &#x202e; can make a character that is refused in files.
        name, reason = ("U+000A", "a line end") if "\n" in words else (find_refused_character(words) or (0, "", ""))[1:]
        if name:
            self._add("S107", f"{node.markup} stands for {name}, which is {reason}", "Delete it.")
        return Plain(words)

    def _check_left_over(self, node: SyntaxTreeNode) -> None:
        words, before = node.content, node.previous_sibling
        if "[^" in words:
            hint = "Give the note on a line of its own: [^1]: Its text."
            self._add("K704", f"this footnote is not defined: {words[words.index('[^') :][:20]!r}", hint)
        for pattern, hint in _LEFT_OVER:
            for match in islice(pattern.finditer(words), _MOST_REPORTED):
                self._left_over[self._row, match.group()] += 1
                count = self._left_over[self._row, match.group()]
                which = f", number {count} of this line," if count > 1 else ""
                message = f"{match.group()}{which} would be printed as text"
                self._add("K706", message, hint or _advise_emphasis(words, *match.span()))
        if before is None and (heading := _HEADING.match(words)):
            self._add("K706", f"{heading.group()} would be printed as text", "Write a space after it, or \\#.")
        if before is not None and before.type == "softbreak" and words.startswith(_INDENT):
            hint = "Put an empty line before it; the theme sets the indent of each paragraph."
            self._add("K706", "this line is indented, but starts no paragraph", hint)

    def _join_lines(self, node: SyntaxTreeNode) -> str:
        before, after = _find_words_beside(node, backwards=True)[-1:], _find_words_beside(node, backwards=False)[:1]
        return " " if self._spaced or not (_is_wide(before) or _is_wide(after)) else ""

    def _read_link(self, node: SyntaxTreeNode) -> Link:
        target, words = str(node.attrs.get("href", "")), self._read_all(node.children)
        if not target.startswith(_SCHEMES):
            hint = f"Start it with {', '.join(_SCHEMES)}."
            self._add("K705", f"this is no address of a link: '{target}'", hint)
        if not words:
            self._add("K705", f"the link to {target} has no words", "Write them between the brackets.")
        if title := node.attrs.get("title"):
            self._add("K705", f"the title of this link would be lost: '{title}'", "Write it in the text.")
        return Link(target, words)

    def _read_note(self, node: SyntaxTreeNode) -> Footnote | None:
        note = self._notes[node.meta["id"]]
        if self._is_in_note:
            self._add("K704", "a footnote cannot call a footnote", "Write it in the text.")
            return None
        if [child.type for child in note.children] != ["paragraph"]:
            row = find_row(note.children[0]) if note.children else self._row
            self._faults.add(row, "K704", "a footnote must be a single paragraph", "Put the rest into the text.")
            return None
        self._is_in_note = True
        content = self.read(note.children[0])
        self._is_in_note = False
        return Footnote(content)

    def _add(self, code: str, message: str, hint: str) -> None:
        self._faults.add(self._row, code, message, hint)


def _advise_emphasis(words: str, start: int, end: int) -> str:
    """Return the hint for a run of * that marks nothing, by the characters beside it."""
    before, marks, after = words[start - 1 : start], words[start:end], words[end : end + 1]
    literal = "write \\* for the sign itself."
    if not before.strip() and not after.strip():
        return f"Leave no space between the marks and the words: {marks}so{marks}; {literal}"
    if before.strip() and after.strip() and before.isalnum() != after.isalnum():
        return f"Put the marks within the brackets or quotation marks: ({marks}so{marks}); {literal}"
    return f"Its other half is missing, or spaces separate it from the words: {marks}so{marks}; {literal}"


def _join(parts: Iterable[Inline | None]) -> tuple[Inline, ...]:
    """Join neighbouring plain text, and drop what is empty."""
    joined: list[Inline] = []
    for part in parts:
        if part is None or part == Plain(""):
            continue
        if isinstance(part, Plain) and joined and isinstance(last := joined[-1], Plain):
            joined[-1] = Plain(last.text + part.text)
        else:
            joined.append(part)
    return tuple(joined)


def _find_words_beside(node: SyntaxTreeNode, *, backwards: bool) -> str:
    """Return the nearest text before or after a line end. The parser leaves empty nodes beside emphasis."""
    beside = node.previous_sibling if backwards else node.next_sibling
    while beside:
        if words := "".join(part.content for part in beside.walk() if part.type in _WORDS):
            return words
        beside = beside.previous_sibling if backwards else beside.next_sibling
    return ""


def _is_wide(character: str) -> bool:
    """Whether a character is wide, as in scripts without spaces; also True for no character."""
    return not character or east_asian_width(character) in "WF"
