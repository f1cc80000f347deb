"""Hyphenation patterns. Each is parsed when a word needs it, since a word needs few of a language's thousands."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from string import digits

from weasyprint.text.line_break import pyphen

Pattern = tuple[int, tuple[int, ...]]
"""The number of letters before the first digit of a pattern, and the digits between its letters (Liang, 1983)."""

_NO_PATTERN = ("%", "#", "LEFTHYPHENMIN", "RIGHTHYPHENMIN", "COMPOUNDLEFTHYPHENMIN", "COMPOUNDRIGHTHYPHENMIN")
_SPECIAL = ("^^", "=", "/")  # characters by number, and words that change where they are divided
_DIVIDES = re.compile("[1-9]")
_PARTS = re.compile(r"(\d?)(\D?)")


@dataclass(frozen=True, slots=True)
class HyphenPatterns:
    """The patterns of a language by their letters. Replaces ``HyphDict.patterns`` of Pyphen."""

    lines: Mapping[str, str]
    parsed: dict[str, Pattern] = field(default_factory=dict)

    def get(self, letters: str) -> Pattern | None:
        """Return the pattern of some letters, or None."""
        if letters not in self.lines:
            return None
        if letters not in self.parsed:
            self.parsed[letters] = _parse(self.lines[letters])
        return self.parsed[letters]


def prepare_patterns(language: str) -> None:
    """Give Pyphen the patterns of a language, if all are plain; Pyphen itself reads the others."""
    path = pyphen.LANGUAGES[language]
    if path not in pyphen.hdcache and (patterns := read_patterns(path)):
        dictionary = pyphen.HyphDict.__new__(pyphen.HyphDict)
        dictionary.patterns, dictionary.cache = patterns, {}
        dictionary.maxlen = max(map(len, patterns.lines))
        pyphen.hdcache[path] = dictionary


def read_patterns(path: Path) -> HyphenPatterns | None:
    """Read a ``hyph_*.dic`` (hunspell, libhyphen). Return None if a pattern is not plain."""
    encoding, _, text = path.read_bytes().partition(b"\n")
    try:
        lines = [line for each in text.decode(encoding.decode()).splitlines() if (line := each.strip())]
    except (LookupError, UnicodeError):
        return None
    lines = [line for line in lines if _DIVIDES.search(line) and not line.startswith(_NO_PATTERN)]
    letters = "\n".join(lines)
    for digit in digits:  # four times as fast as ``str.translate``
        letters = letters.replace(digit, "")
    if not lines or any(special in letters for special in _SPECIAL):
        return None
    return HyphenPatterns(dict(zip(letters.split("\n"), lines, strict=True)))


def _parse(line: str) -> Pattern:
    digits = [int(digit or "0") for digit, _ in _PARTS.findall(line)]
    places = [place for place, digit in enumerate(digits) if digit]
    return places[0], tuple(digits[places[0] : places[-1] + 1])
