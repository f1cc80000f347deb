"""Words compared as a reader would: what looks the same on paper is the same."""

import re
import unicodedata

_SAME = str.maketrans(
    {
        **dict.fromkeys("\u2010\u2011\u00ad", "-"),
        **dict.fromkeys("\u2013\u2014\u2015\u2500", "—"),
        **dict.fromkeys("\u301c\uff5e\u223c", "~"),
        **dict.fromkeys("\u30fb\u2022\u2027\uff65", "·"),
        "\u2206": "\u0394",
        **dict.fromkeys(map(chr, (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))), None),
    }
)
"""Signs that a font may draw by one shape, of which a PDF then knows one name; selectors of forms are left out."""

_BRACKETS = str.maketrans(")]}>»", "([{<«")

_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\U00010800-\U00010fff\U0001e800-\U0001efff]")
"""The blocks whose letters run from right to left (UAX #9, 3.2)."""


def fold(text: str) -> str:
    """A text without blanks, and with one sign for all that share a shape."""
    return "".join(unicodedata.normalize("NFKC", text.translate(_SAME)).translate(_SAME).split())


def unmirror(text: str) -> str:
    """A text with the first of each pair of brackets for both, which turn round where lines do (UAX #9, L4)."""
    return text.translate(_BRACKETS)


def is_right_to_left(text: str) -> bool:
    """Whether any letter of a text runs from right to left, so that a PDF may hold it in another order."""
    return _RIGHT_TO_LEFT.search(text) is not None
