"""Letters of one shape: pages that are laid out once, and then get other words.

Two letters have the same *shape* if their HTML differs in words only, and the changed words make lines of the same
number, heights and elements. Then their pages are laid out alike: in the PDF only the operators of changed lines, the
fonts, the title, the outline and the metadata differ. The first letter of a shape is rendered in full. For the others,
WeasyPrint lays out and draws the changed blocks alone, and all other objects are used again. The bytes are those of a
full rendering. Any doubt raises ``NotAlikeError``, and then the letter is rendered in full.
"""

import logging
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from petitioner.render.pdf_internals.blocks import MarkedPage
from petitioner.render.pdf_internals.placed import NotAlikeError
from petitioner.render.pdf_internals.prepared import PreparedPages
from petitioner.render.pdf_internals.slots import Slots
from petitioner.render.pdf_internals.writing import DrawnDocument

Node: TypeAlias = Any
"""An object of WeasyPrint, which has no types."""

_LOGGER = logging.getLogger(__name__)
_MARKUPS, _SHAPES = 16, 6  # the most that are kept: markups, and shapes of each


@dataclass(slots=True)
class _Alike:
    """The shapes of letters with equal markup: each the words and pages of a letter, and these prepared when needed."""

    page: MarkedPage | None = None
    drawn: OrderedDict[tuple[str, ...], DrawnDocument] = field(default_factory=OrderedDict)
    prepared: dict[tuple[str, ...], PreparedPages] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Renderer:
    """How to render a page of HTML in full, and how to read it with marks for words."""

    draw: Callable[[], DrawnDocument]
    read: Callable[[str], MarkedPage]


class ShapeMemory:
    """The shapes of the letters that were rendered last."""

    def __init__(self) -> None:
        self._known: OrderedDict[Hashable, _Alike] = OrderedDict()

    def render(self, slots: Slots, key: Hashable, renderer: Renderer) -> bytes:
        """Return the PDF of a page of HTML, which is cut at its words. ``key`` is all else on which it depends."""
        alike = self._find_alike((slots.markup, key))
        for words in alike.drawn:
            try:
                return _prepare(alike, words, slots, renderer).fill(slots.words)
            except NotAlikeError as doubt:
                _LOGGER.debug("not of a known shape: %s", doubt)
        drawn = renderer.draw()
        alike.drawn[slots.words] = drawn
        if len(alike.drawn) > _SHAPES:
            words, _ = alike.drawn.popitem(last=False)
            alike.prepared.pop(words, None)
        return drawn.write()

    def _find_alike(self, key: Hashable) -> _Alike:
        alike = self._known.setdefault(key, _Alike())
        self._known.move_to_end(key)
        if len(self._known) > _MARKUPS:
            self._known.popitem(last=False)
        return alike


def _prepare(alike: _Alike, words: tuple[str, ...], slots: Slots, renderer: Renderer) -> PreparedPages:
    if words not in alike.prepared:
        if alike.page is None:
            alike.page = renderer.read(slots.mark())
        alike.prepared[words] = PreparedPages(alike.drawn[words], alike.page, words)
    return alike.prepared[words]
