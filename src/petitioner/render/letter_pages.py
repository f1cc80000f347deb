"""A letter as a page of HTML with its styles, as ``pdf_internals`` reads it: cut at its words.

Letters that differ only in address, reference and running head have the same page but for these texts. It is written
once, with a mark in place of each of them. Any doubt about a text leads to a page that is written anew.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from markupsafe import escape

from petitioner.fonts import find_fallback_words
from petitioner.model.letter import AddressField, Letter, LocalizedLine
from petitioner.model.locale import Direction, Locale
from petitioner.model.same import Same
from petitioner.model.theme import Theme
from petitioner.render.html import render_html, render_styles
from petitioner.render.pdf_internals.slots import Slots, find_marks, is_doubtful, make_mark, read_slots
from petitioner.render.typography import add_fallback_fonts

_KEPT = 64  # pages with marks


@dataclass(frozen=True, slots=True)
class LetterPage:
    """A page of HTML, cut at its words, and its style sheets."""

    slots: Slots
    styles: tuple[str, ...]


@dataclass(slots=True)
class _MarkedPage:
    """A page with marks at ``places`` among its words. ``is_right`` says whether it was compared with that of a letter,
    and is equal once its marks are filled.
    """

    page: LetterPage
    places: Sequence[tuple[int, int]]
    is_right: bool | None = None

    def fill(self, texts: Sequence[str]) -> LetterPage:
        """Return the page of a letter with these texts."""
        words = list(self.page.slots.words)
        for place, number in self.places:
            words[place] = texts[number]
        return LetterPage(Slots(self.page.slots.markup, tuple(words)), self.page.styles)


def write_page(letter: Letter, theme: Theme, locale: Locale) -> str:
    """Return a letter as one HTML document without style sheet, with the fonts for words that its own font lacks."""
    return add_fallback_fonts(render_html(letter, theme, locale), locale.tag, theme)


def read_page(letter: Letter, theme: Theme, locale: Locale) -> LetterPage:
    """Return a letter as a page that is cut at its words, with its styles."""
    texts = [str(escape(text)) for text in _list_texts(letter)]
    if not _are_simple(texts, letter, theme, locale):
        return _read_page(letter, theme, locale)
    known = _read_marked(_mark(letter), Same(theme), Same(locale))
    if known.is_right is None:
        page = _read_page(letter, theme, locale)
        known.is_right = known.fill(texts) == page
        return page
    return known.fill(texts) if known.is_right else _read_page(letter, theme, locale)


def _read_page(letter: Letter, theme: Theme, locale: Locale) -> LetterPage:
    return LetterPage(read_slots(write_page(letter, theme, locale)), render_styles(letter, theme, locale))


def _list_texts(letter: Letter) -> list[str]:
    """Return the texts that have marks: two values of attributes, then lines in the letter's language and their own."""
    return [letter.reference, letter.head, letter.reference_line, *(line.text for line in letter.address.lines)]


def _mark(letter: Letter) -> Letter:
    """Return a letter with marks in place of its own texts, and without what is not in its HTML."""
    reference, head, line, *lines = map(make_mark, range(3 + len(letter.address.lines)))
    known = letter.address
    marked = tuple(
        LocalizedLine(mark, one.language, one.is_name, one.goes_on)
        for mark, one in zip(lines, known.lines, strict=True)
    )
    address = AddressField(known.return_line, marked, known.pitch, has_window=known.has_window)
    return replace(
        letter, recipient="", stem="", reference=reference, running_head=head, reference_line=line, address=address
    )


def _are_simple(texts: Sequence[str], letter: Letter, theme: Theme, locale: Locale) -> bool:
    """Return whether texts as HTML change nothing of the page but themselves."""
    languages = [letter.language, *(line.language for line in letter.address.lines)]
    return (
        locale.direction is Direction.LEFT_TO_RIGHT
        and not any(is_doubtful(text, is_head=True) for text in texts[:2])
        and not any(is_doubtful(text, is_head=False) for text in texts[2:])
        and not any(
            any(find_fallback_words(text, theme.fonts[language].pdf))
            for text, language in zip(texts[2:], languages, strict=True)
            if not text.isascii()
        )
    )


@lru_cache(maxsize=_KEPT)
def _read_marked(letter: Letter, theme: Same[Theme], locale: Same[Locale]) -> _MarkedPage:
    page = _read_page(letter, theme.held, locale.held)
    count = len(_list_texts(letter))
    found = ((place, number) for place, word in enumerate(page.slots.words) for number in find_marks(word))
    return _MarkedPage(page, [(place, number) for place, number in found if number < count])
