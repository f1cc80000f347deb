"""Words that a letter's first font cannot draw: each is set whole in another of the fonts named for its language."""

import re

from markupsafe import escape

from petitioner.fonts import find_borrowed
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
    families = theme.fonts[own[1] if own else language].pdf
    done, pieces = 0, [tag]
    for start, end, family in find_borrowed(text, families):
        style = escape(f'font-family: "{family}"')
        pieces += [text[done:start], f'<span style="{style}">{text[start:end]}</span>']
        done = end
    return "".join((*pieces, text[done:]))
