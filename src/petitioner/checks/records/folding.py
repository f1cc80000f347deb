"""Folding: the form of a text in which two spellings of one name or one address are the same."""

import re
import unicodedata
from functools import lru_cache

from petitioner.checks.numerals import spell_in_figures

# Letters that Unicode takes for letters of their own, although lists on the web write one for the other.
_VARIANTS = str.maketrans(
    "łøđħıŧŋ" + "靭髙﨑嵜邉邊齋齊澤濱濵國廣龍嶋條眞櫻惠壽區縣鄕總領驛關澁辺斎",
    "lodhitn" + "靱高崎崎辺辺斎斉沢浜浜国広竜島条真桜恵寿区県郷総領駅関渋辺斎",
)
_DROPPED = frozenset(["Zs", "Zl", "Zp", "Cc", "Cf", "Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po", "Sk", "So", "Sm", "Sc"])
_DIACRITICS = frozenset(map(chr, (*range(0x300, 0x370), *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))))
# Between figures: 3丁目4番地33号 is 3-4-33, but 3-433 is another house.
_BETWEEN_FIGURES = re.compile(r"(?<=\d)(?:丁目|番地|番|号|號|の|ー|[\W_])+(?=\d)")
_AFTER_FIGURES = re.compile(r"(?<=\d)(?:丁目|番地|番|号|號)")


@lru_cache(maxsize=20_000)
def fold(text: str) -> str:
    """A text without what makes no difference to a reader: case, width, blanks, punctuation, accents, variants.

    ``Consulate-General`` and ``CONSULATE  GENERAL`` fold to the same, and so do 靱 and 靭. It is no text to print.
    Source: NFKC_Casefold (Unicode, 3.13), with the variants above. Marks of other scripts are letters, and stay.
    """
    while (folded := _fold_once(text)) != text:
        text = folded
    return text


def fold_address(lines: tuple[str, ...], postal_code: str | None = None) -> str:
    """The lines of an address in one, folded; numerals count as figures, and the postal code does not count."""
    text = " ".join(lines)
    if postal_code:
        text = text.replace(postal_code, " ")
    figures = spell_in_figures(unicodedata.normalize("NFKC", text))
    return fold(_AFTER_FIGURES.sub("", _BETWEEN_FIGURES.sub("x", figures)))


def fold_number(text: str) -> str:
    """The figures of a telephone number, from the last that no prefix touches: 03-3403-3388 is +81 3 3403 3388."""
    return re.sub(r"\D", "", unicodedata.normalize("NFKC", text))


def _fold_once(text: str) -> str:
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold()).translate(_VARIANTS)
    kept = (c for c in plain if c not in _DIACRITICS and unicodedata.category(c) not in _DROPPED)
    return "".join(kept)
