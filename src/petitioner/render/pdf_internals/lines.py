"""Set lines flush on both sides: WeasyPrint widens only spaces, and without measure.

WeasyPrint calls two functions for each line: one that breaks it, one that aligns it. The first is replaced here for
languages without spaces, the second for all that run from left to right. Distances are changed in the glyphs that Pango
has set, so the text of the PDF is unchanged.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import accumulate
from math import inf
from typing import Any, TypeAlias
from unicodedata import east_asian_width

from weasyprint.formatting_structure import boxes
from weasyprint.layout import inline, preferred
from weasyprint.text.ffi import ffi, pango
from weasyprint.text.line_break import first_line_metrics

from petitioner.render.pdf_internals import find_unknown_version
from petitioner.render.pdf_internals.breaking import choose_break, find_breaks, fits
from petitioner.render.pdf_internals.glyphs import SpacedLayout
from petitioner.render.pdf_internals.hyphens import mark_hyphens, use_word_dictionary
from petitioner.render.pdf_internals.spacing import Cluster, SetLine, set_line, set_words

Node: TypeAlias = Any
"""A box, a style or a layout of WeasyPrint, which have no types."""

_BELOW = 1 - 1e-6  # of the room: WeasyPrint rounds it up in each element, and breaks a line that reaches it
_SHORTEST, _SHORTEST_WIDE = 0.2, 0.5  # em: no character that can be drawn, or of East Asia, is narrower on average
_BEYOND = 4  # em that are read beyond a line: more than must stand on the last line
_OTHER = re.compile("[\n\t\u00ad\u200b\u0590-\u08ff]")  # text that WeasyPrint sets


@dataclass(frozen=True, slots=True)
class LineRules:
    """How lines are set: the ``languages`` without spaces between words, and ``patterns`` of what is not broken.

    Lines that are not wrapped, such as those of the address, keep the distances of the font.
    """

    languages: frozenset[str]
    patterns: tuple[re.Pattern[str], ...] = field(default=())

    def covers(self, text: str, style: Node) -> bool:
        """Return whether a text is set by them."""
        return (
            style["lang"] in self.languages
            and style["direction"] == "ltr"
            and style["overflow_wrap"] == "normal"
            and style["white_space"] == "normal"
            and not _OTHER.search(text)
        )


@contextmanager
def set_lines(rules: LineRules) -> Iterator[None]:
    """Set lines by ``rules`` while WeasyPrint lays out a document, unless its version is unknown."""
    if find_unknown_version():
        yield
        return
    split, align = inline.split_first_line, inline.text_align
    setter = _LineSetter(rules, split, align)
    inline.split_first_line = preferred.split_first_line = setter.split
    inline.text_align = setter.align
    try:
        with mark_hyphens():
            yield
    finally:
        inline.split_first_line = preferred.split_first_line = split
        inline.text_align = align


@dataclass(frozen=True, slots=True)
class _LineSetter:
    rules: LineRules
    split_as_before: Node
    align_as_before: Node

    def split(  # noqa: PLR0913, PLR0917 - the signature of WeasyPrint
        self,
        text: str,
        style: Node,
        context: Node,
        max_width: float | None,
        justification_spacing: float,
        is_line_start: bool = True,  # noqa: FBT001, FBT002
        minimum: bool = False,  # noqa: FBT001, FBT002
    ) -> Node:
        """Return the first line of a text, as ``weasyprint.text.line_break.split_first_line`` does."""
        found = None
        use_word_dictionary(style, context)
        if self.rules.covers(text, style) and not (minimum and max_width is not None):
            found = self._break(text, style, max_width, is_start=is_line_start)
        if found is None:
            return self.split_as_before(
                text, style, context, max_width, justification_spacing, is_line_start=is_line_start, minimum=minimum
            )
        line, rest, layout = found
        if layout is None:
            layout = SpacedLayout(style)
            layout.set_text(line)
        width = _measure(layout, max_width, is_start=is_line_start, is_end=rest is not None)
        first, _ = layout.get_first_line()
        metrics = first_line_metrics(first, line, layout, None, True, style)  # noqa: FBT003 - the signature of WeasyPrint
        return (layout, metrics[1], rest, width, *metrics[4:])

    def _break(
        self, text: str, style: Node, room: float | None, *, is_start: bool
    ) -> tuple[str, int | None, SpacedLayout | None] | None:
        """Return the first line, the byte at which the next begins, and the line's layout if it is made already.

        Return None if WeasyPrint should break the text.
        """
        if room is None:
            return text, None, None
        shown = _cut(text, room, style)
        layout = SpacedLayout(style)
        layout.set_text(shown)
        if shown == text and fits(layout.read_clusters(), room, is_start=is_start):
            return text, None, layout
        clusters, breaks = read_line_breaks(layout)
        layout.deactivate()
        allowed = find_breaks(clusters, breaks, self.rules.patterns)
        count = choose_break(clusters, allowed, room, is_start=is_start, is_whole=shown == text)
        if count is None:
            return None
        line = "".join(cluster.text for cluster in clusters[:count])
        rest = None if count == len(clusters) and shown == text else len(line.encode())
        return (line if rest is None else line.rstrip(" ")), rest, None

    def align(self, context: Node, line: Node, available_width: float, last: bool) -> float:  # noqa: FBT001
        """Set the distances on a line, and return how far it is moved, as ``weasyprint.layout.inline.text_align``."""
        align = line.style["text_align_last"] if last else line.style["text_align_all"]
        if align == "auto":
            align = line.style["text_align_all"]
        if align == "justify" and line.style["direction"] != "ltr":
            return 0.0  # WeasyPrint moves the words of such lines over each other
        is_own = line.style["lang"] in self.rules.languages and line.style["white_space"] == "normal"
        if line.style["direction"] != "ltr" or not (is_own or align == "justify"):
            return float(self.align_as_before(context, line, available_width, last))
        parts = [part for part in _list_parts(line) if part is None or part.box.text]
        clusters = [cluster for part in parts for cluster in (part.clusters if part else (None,))]
        natural = set_line(clusters) if is_own else set_words(clusters)
        added = sum(part.width - part.box.width for part in parts if part)
        room = available_width - line.width - added - natural.added
        _place(line, parts, natural.fit(room, justify=align == "justify" and not last))
        left = max(available_width - float(line.width), 0.0)
        return left * {"center": 0.5, "end": 1.0, "right": 1.0}.get(align, 0.0)


@dataclass(frozen=True, slots=True)
class _Part:
    """A box of text and its clusters."""

    box: Node
    clusters: tuple[Cluster, ...]

    @property
    def width(self) -> float:
        """The sum of the advances in px."""
        return sum(cluster.advance for cluster in self.clusters)


def measure_whole(layout: SpacedLayout, room: float) -> float | None:
    """Return the width in px of a text that goes on one line of ``room`` px, and None of one that does not."""
    is_short = _cut(layout.text, room, layout.style) == layout.text
    is_whole = is_short and fits(layout.read_clusters(), room, is_start=True)
    return _measure(layout, room, is_start=True, is_end=False) if is_whole else None


def _measure(layout: SpacedLayout, room: float | None, *, is_start: bool, is_end: bool) -> float:
    width = set_line(layout.read_clusters(), is_start=is_start, is_end=is_end).width
    return width if room is None else min(width, room * _BELOW)


def read_line_breaks(layout: SpacedLayout) -> tuple[Sequence[Cluster], list[bool]]:
    """Return the clusters of a layout, and of each whether Unicode allows a line to begin with it."""
    clusters = layout.read_clusters()
    attributes = pango.pango_layout_get_log_attrs_readonly(layout.layout, ffi.NULL)
    starts = accumulate((len(cluster.text) for cluster in clusters), initial=0)
    return clusters, [bool(attributes[start].is_line_break) for start, _ in zip(starts, clusters, strict=False)]


def _list_parts(box: Node) -> Iterator[_Part | None]:
    """Yield the boxes of text on a line, and None for everything else."""
    if isinstance(box, boxes.TextBox):
        is_raised = box.style["vertical_align"] != "baseline"
        clusters = _read_clusters(box)
        yield _Part(box, tuple(replace(one, is_raised=True) for one in clusters) if is_raised else clusters)
    elif isinstance(box, boxes.LineBox | boxes.InlineBox):
        for child in box.children:
            if child.is_in_normal_flow():
                yield from _list_parts(child)
    else:
        yield None


def _cut(text: str, room: float, style: Node) -> str:
    """Return the beginning of a text that is surely wider than ``room``, in px."""
    width = max(room, 0) / style["font_size"] + _BEYOND if style["font_size"] else inf
    widths = accumulate(_SHORTEST_WIDE if east_asian_width(sign) in "WF" else _SHORTEST for sign in text)
    return text[: next((count for count, sum_ in enumerate(widths, start=1) if sum_ >= width), len(text))]


def _read_clusters(box: Node) -> tuple[Cluster, ...]:
    """Return the clusters of a box of text, which are known if the line was broken here and is unchanged since."""
    layout = box.pango_layout
    if not isinstance(layout, SpacedLayout) or layout.text != box.text:
        layout = SpacedLayout(box.style)
        layout.set_text(box.text)
        layout.read_clusters()
        layout.deactivate()
    return layout.read_clusters()


def _place(line: Node, parts: Sequence[_Part | None], done: SetLine) -> None:
    """Give the boxes of a line their distances, widths and places."""
    extras = [gap.extra for gap in done.gaps]
    widths: dict[int, float] = {}
    start = 0
    for part in parts:
        end = start + (len(part.clusters) if part else 1)
        if part:
            # The line is broken now, and PDFium would take a widened no-break space for two spaces.
            text = part.box.text.replace("\u00a0", " ")
            part.box.pango_layout = SpacedLayout.space(part.box.pango_layout, text, tuple(extras[start:end]))
            widths[id(part.box)] = part.width + sum(extras[start:end])
        start = end
    _move(line, widths, -done.shift)


def _move(box: Node, widths: Mapping[int, float], moved: float) -> float:
    """Move a box, widen it, and return how far the next box on its line is moved."""
    if isinstance(box, boxes.TextBox):
        box.position_x += moved
        wider = widths[id(box)] - box.width if id(box) in widths else 0.0
        box.width += wider
        return moved + wider
    if not isinstance(box, boxes.LineBox | boxes.InlineBox):
        box.translate(moved, 0)
        return moved
    is_line = isinstance(box, boxes.LineBox)
    if not is_line:
        box.position_x += moved
    before = moved
    for child in box.children:
        if child.is_in_normal_flow():
            moved = _move(child, widths, moved)
    box.width += moved if is_line else moved - before
    return moved
