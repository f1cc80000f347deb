"""Lay out and draw one block of a page again, with other words.

WeasyPrint itself does both, from the boxes that it makes before layout. In these, each word is a mark, see ``slots``.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from weasyprint import CSS, DEFAULT_OPTIONS, HTML
from weasyprint.css.counters import CounterStyle
from weasyprint.document import Document
from weasyprint.formatting_structure import boxes
from weasyprint.formatting_structure.build import build_formatting_structure
from weasyprint.html import get_html_metadata
from weasyprint.layout import inline
from weasyprint.text.fonts import FontConfiguration

from petitioner.render.pdf_internals.lines import LineRules
from petitioner.render.pdf_internals.slots import fill_marks, find_marks, make_mark

Node: TypeAlias = Any
"""A box, a style or a context of WeasyPrint, which have no types."""

Signature: TypeAlias = tuple[Node, ...]
"""For each line of a block its height, and the tree of its boxes: blocks with equal ones are drawn in equal places."""


@dataclass(frozen=True, slots=True)
class MarkedPage:
    """A page with marks for words, before layout: the lines of each block, its title, keywords and bookmarks."""

    context: Node
    rules: LineRules
    lines: tuple[Node, ...]
    title: str
    keywords: tuple[str, ...]
    bookmarks: tuple[str, ...]


def read_marked_page(
    page: str, styles: Sequence[CSS], rules: LineRules, fonts: FontConfiguration, fetcher: Node
) -> MarkedPage:
    """Let WeasyPrint make the boxes of a page of HTML, before layout."""
    html = HTML(string=page, base_url="about:blank", url_fetcher=fetcher)
    counters = CounterStyle()
    options = {**DEFAULT_OPTIONS, "stylesheets": list(styles)}
    context = Document._build_layout_context(html, fonts, counters, {}, options)  # noqa: SLF001 - the only way to it
    root = build_formatting_structure(
        html.etree_element,
        context.style_for,
        context.get_image_from_uri,
        html.base_url,
        context.target_collector,
        counters,
        context.footnotes,
    )
    context.create_block_formatting_context(root)
    every = [root, *root.descendants()]
    lines = tuple(box for box in every if isinstance(box, boxes.LineBox))
    labels = (box.bookmark_label for box in every if box.bookmark_label and box.style["bookmark_level"] != "none")
    metadata = get_html_metadata(html)
    return MarkedPage(context, rules, lines, metadata["title"] or "", tuple(metadata["keywords"]), tuple(labels))


def find_words(line: Node) -> frozenset[int]:
    """Return the numbers of the words in the lines of a block."""
    return frozenset(number for box in _list_texts(line) for number in find_marks(box.text))


def is_simple(line: Node) -> bool:
    """Return whether the lines of a block consist of text only, with no link and nothing that would change the text."""
    inner = [line, *line.descendants()]
    return all(
        isinstance(box, boxes.LineBox | boxes.InlineBox | boxes.TextBox)
        and box.is_in_normal_flow()
        and box.style["text_transform"] == "none"
        and not (box.link or box.style["anchor"])
        and (box is line or not box.bookmark_label)
        for box in inner
    )


def fill_line(box: Node, words: Sequence[str]) -> Node:
    """Return the lines of a block with words in place of the marks."""
    filled = box.copy()
    filled.background = None  # which WeasyPrint finds out after the layout of a page
    if isinstance(box, boxes.TextBox):
        filled.text = fill_marks(box.text, words)
    else:
        filled.children = [fill_line(child, words) for child in box.children]
    return filled


def mark_line(box: Node, number: int) -> Node:
    """Return a line with the mark of a word as its text."""
    marked = box.copy()
    if isinstance(box, boxes.TextBox):
        marked.text = make_mark(number)
    else:
        marked.children = [mark_line(child, number) for child in box.children]
    return marked


def lay_out_lines(
    context: Node, line: Node, block: Node, top: float, start: Node = None
) -> Iterator[tuple[Node, Node]]:
    """Yield each line box of a ``block``, from ``top`` px, and where the next begins; None after the last."""
    yield from inline.iter_line_boxes(context, line, top, 0, start, block, [], [], None, None)


def sign_lines(lines: Sequence[Node]) -> Signature:
    """Return the signature of laid-out lines."""
    return tuple((line.height, line.baseline, _sign(line)) for line in lines)


def _sign(box: Node) -> Node:
    inner = tuple(map(_sign, box.children)) if isinstance(box, boxes.ParentBox) else bool(box.text)
    return id(box.element), inner  # the elements stay the same for all letters of a shape


def _list_texts(box: Node) -> Iterator[Node]:
    return (inner for inner in box.descendants() if isinstance(inner, boxes.TextBox))
