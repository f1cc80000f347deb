"""Hyphens at the ends of lines: not in names, and soft hyphens for whoever reads the text of the PDF."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeAlias

from weasyprint.draw import text as library
from weasyprint.text.line_break import pyphen

from petitioner.render.pdf_internals import find_unknown_version
from petitioner.render.pdf_internals.hyphen_patterns import prepare_patterns

Node: TypeAlias = Any
"""A box, a style or a stream of WeasyPrint, which have no types."""

_DRAW = "draw_first_line"  # the function of WeasyPrint that draws a box of text
_LAST_GLYPH = re.compile(rb"^\[(.*<[0-9a-f]*)([0-9a-f]{4})>[-.\d]*\] TJ$", re.DOTALL)
_SOFT = b"/Span <</ActualText <FEFF00AD>>> BDC\n[<%b>] TJ\nEMC"  # ISO 32000-1, 14.8.2.2.3 and 14.9.4


@dataclass(frozen=True, slots=True)
class WordDictionary:
    """Where words are divided. Words with a capital letter are not: they may be names."""

    patterns: Node

    def iterate(self, word: str) -> Iterator[tuple[str, str]]:
        """Yield the parts of a word before and after each place, from the end, as ``Pyphen`` does."""
        return iter(()) if word != word.lower() else iter(self.patterns.iterate(word))


def use_word_dictionary(style: Node, context: Node) -> None:
    """Let WeasyPrint divide words in the language of a style by a ``WordDictionary``."""
    language = style["lang"] and pyphen.language_fallback(style["lang"])
    if style["hyphens"] != "auto" or not language:
        return
    total, left, right = style["hyphenate_limit_chars"]
    key = (language, left, right, total)
    if not isinstance(context.dictionaries.get(key), WordDictionary):
        prepare_patterns(language)
        context.dictionaries[key] = WordDictionary(pyphen.Pyphen(lang=language, left=left, right=right))


@contextmanager
def mark_hyphens() -> Iterator[None]:
    """Write hyphens that WeasyPrint adds at the ends of lines as soft hyphens, while it draws a document.

    A reader can then join the parts of a word, which it must not where the writer wrote a hyphen.
    """
    if find_unknown_version():
        yield
        return
    draw = getattr(library, _DRAW)

    def draw_and_mark(stream: Node, box: Node, *rest: Node) -> Node:
        before = len(stream.stream)
        emojis = draw(stream, box, *rest)
        if len(stream.stream) > before and box.text.endswith(box.style["hyphenate_character"]):
            stream.stream[-1] = _mark_last_glyph(stream.stream[-1])
        return emojis

    setattr(library, _DRAW, draw_and_mark)
    try:
        yield
    finally:
        setattr(library, _DRAW, draw)


def _mark_last_glyph(shown: bytes) -> bytes:
    found = _LAST_GLYPH.match(shown)
    return b"[%b>] TJ\n" % found[1] + _SOFT % found[2] if found else shown
