"""Tracking numbers: how two spellings of one are compared, and whether its check digit is right. Pure."""

import re
import unicodedata

from petitioner.postage import load_books

_S10 = re.compile(r"[A-Z]{2}(\d{8})(\d)[A-Z]{2}")
_WEIGHTS = (8, 6, 4, 2, 3, 5, 9, 7)
# Scanners may give out the start and stop signs of a bar code of figures alone (AIM BC3, Codabar).
_CODABAR = re.compile(r"[A-D](\d+)[A-D]")


def fold_code(text: str) -> str:
    """A code by its letters and figures alone, in capitals: half- and full-width forms, blanks and signs are one."""
    folded = unicodedata.normalize("NFKC", text)
    code = "".join(sign for sign in folded if sign.isascii() and sign.isalnum()).upper()
    bare = _CODABAR.fullmatch(code)
    return bare[1] if bare else code


def has_false_digit(number: str, country: str) -> bool:
    """Whether the check digit of a number is false: by UPU S10, or by the rules of the post of a country.

    A number of another shape is not judged.
    """
    code = fold_code(number)
    if found := _S10.fullmatch(code):
        return _compute_s10(found[1]) != int(found[2])
    book = load_books().get(country)
    rules = [rule for rule in (book.tracking if book else ()) if re.fullmatch(rule.pattern, code)]
    return any(int(code[:-1]) % rule.modulo != int(code[-1]) for rule in rules)


def _compute_s10(serial: str) -> int:
    """The check digit of UPU standard S10-12: 11 less the weighted sum modulo 11, where 10 is 0 and 11 is 5."""
    rest = 11 - sum(weight * int(figure) for weight, figure in zip(_WEIGHTS, serial, strict=True)) % 11
    return {10: 0, 11: 5}.get(rest, rest)
