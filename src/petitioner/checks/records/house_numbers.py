"""Check that the address of a mission has the same numbers in all its languages."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from petitioner.checks.reading.numerals import convert_chinese_numerals, read_possible_numbers
from petitioner.checks.records.posts import AFTER_NUMBERS, list_entries
from petitioner.errors import Problem
from petitioner.inputs.workspace import Workspace

_NUMBER = re.compile(r"\d+")
_COUNTED = re.compile(rf"\d+(?={AFTER_NUMBERS})")
_HINT = "Compare both with the source, and correct the one that is wrong."


def check_house_numbers(workspace: Workspace, _today: date) -> Iterator[Problem]:
    """Yield a problem for each language of an address that has other numbers than one before it.

    The order does not count: 3-4-33 is 33-4-3 in other countries. Nor does a number that only one of the two has, such
    as a floor: each must lack a number of the other.
    """
    for entry in list_entries(workspace):
        address = entry.record.address
        for place, tag in enumerate(address.lines):
            earlier = list(address.lines)[:place]
            others = (other for other in earlier if _differ(address.lines, other, tag, address.postal_code))
            if other := next(others, None):
                there, here = (" / ".join(address.lines[one]) for one in (other, tag))
                message = f"the {tag} lines have other numbers than the {other} lines: {here!r}, {there!r}"
                yield entry.make_problem(("address", "lines", tag), "R337", message, _HINT)


def _differ(lines: Mapping[str, Sequence[str]], one: str, other: str, postal_code: str | None) -> bool:
    """Return whether each of two languages has numbers that the other lacks, in digits and in numerals."""
    texts = [_remove_code(" ".join(lines[tag]), postal_code) for tag in (one, other)]
    first, second = (_count_numbers(text) for text in texts)
    if first == second:
        return False
    in_words = [read_possible_numbers(_NUMBER.sub(" ", text)) for text in texts]  # 三 in 三丁目, or in 三田
    return bool((first - second).keys() - in_words[1] and (second - first).keys() - in_words[0])


def _remove_code(text: str, postal_code: str | None) -> str:
    """Return a text with ASCII digits and without the postal code, whose hyphen or space may be missing."""
    plain = unicodedata.normalize("NFKC", text)
    code = r"\W?".join(re.findall(r"\w", unicodedata.normalize("NFKC", postal_code or "")))
    return re.sub(rf"(?<!\d){code}(?!\d)", " ", plain) if code else plain


def _count_numbers(text: str) -> Counter[int]:
    """Count the numbers in digits, and those in Chinese numerals before a word for a part of an address."""
    in_numerals = _read(_COUNTED, convert_chinese_numerals(text)) - _read(_COUNTED, text)
    return _read(_NUMBER, text) + in_numerals


def _read(pattern: re.Pattern[str], text: str) -> Counter[int]:
    return Counter(map(int, pattern.findall(text)))
