"""Words compared as a reader would: what looks the same on paper is the same."""

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


def fold(text: str) -> str:
    """A text without blanks, and with one sign for all that share a shape."""
    return "".join(unicodedata.normalize("NFKC", text.translate(_SAME)).translate(_SAME).split())


def is_right_to_left(text: str) -> bool:
    """Whether any letter of a text runs from right to left, so that a PDF may hold it in another order (UAX #9)."""
    return any(unicodedata.bidirectional(sign) in ("R", "AL") for sign in text)


def show_difference(found: str, wanted: str, reach: int = 24) -> tuple[str, str]:
    """Both texts from a little before the first sign in which they differ, each cut to a length to be shown."""
    same = next((n for n, pair in enumerate(zip(found, wanted, strict=False)) if pair[0] != pair[1]), None)
    start = max(0, (min(len(found), len(wanted)) if same is None else same) - reach // 3)
    return found[start : start + reach], wanted[start : start + reach]
