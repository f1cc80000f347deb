"""Words that a letter's first font cannot draw: each is set whole in another of the fonts named for its language."""

import re
from collections.abc import Iterable, Iterator

from markupsafe import escape

from petitioner.fonts import find_borrowed
from petitioner.locales import load_locales
from petitioner.model.locale import Direction
from petitioner.model.theme import Theme

_PIECE = re.compile(r"(<[^>]*>)([^<]+)")
_LANGUAGE = re.compile(r'class="lang-([\w-]+)"')


def borrow_fonts(html: str, language: str, theme: Theme) -> str:
    """The page with a span around each such word: Łódź in a Japanese letter comes out in one font.

    ``language`` is the letter's; a line of the address has its own. Only words between tags are touched, never a tag.
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
    borrowed = find_borrowed(text, families)
    if load_locales()[spoken].direction is Direction.RIGHT_TO_LEFT:
        borrowed = _join_words(borrowed, text)
    done, pieces = 0, [tag]
    for start, end, family in borrowed:
        style = escape(f'font-family: "{family}"')
        pieces += [text[done:start], f'<span style="{style}">{text[start:end]}</span>']
        done = end
    return "".join((*pieces, text[done:]))


def _join_words(words: Iterable[tuple[int, int, str]], text: str) -> Iterator[tuple[int, int, str]]:
    """Words of one font with nothing but blanks between them as one: spans are set from right to left, one by one, so
    that a Latin name in an Arabic line would come out with its last word first."""
    joined: tuple[int, int, str] | None = None
    for start, end, family in words:
        if joined and joined[2] == family and not text[joined[1] : start].strip():
            joined = (joined[0], end, family)
            continue
        if joined:
            yield joined
        joined = (start, end, family)
    if joined:
        yield joined
