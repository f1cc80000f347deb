"""Glyphs: every character of a letter must be in a font that is named for its language, in the form that was chosen.

Where a font lacks a character, Pango takes another font of the machine without a word: the letter then looks different
here and there, and has a hole on a machine that lacks that font too. Where it lacks the form that a variation selector
asks for (UTS #37), the usual one appears instead.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from unicodedata import normalize

from petitioner.checks.proof import Has, Proof
from petitioner.errors import Problem, advise_half_width
from petitioner.locales import load_locales

_SIGN = re.compile(".[\ufe00-\ufe0f\U000e0100-\U000e01ef]?")


def check_glyphs(proof: Proof) -> Iterator[Problem]:
    """One problem for each character of a letter that its fonts lack, at the first place where it was written."""
    seen: set[tuple[str, str]] = set()
    for part in proof.parts:
        for character in _find_lacking(part.text, part.language, proof.has):
            found = (part.language, character)
            if found not in seen:
                seen.add(found)
                yield from islice(_explain(*found, proof), 1)


@lru_cache(maxsize=4096)
def _find_lacking(text: str, language: str, has: Has) -> tuple[str, ...]:
    """The characters that no font has; the same paragraphs stand in hundreds of letters."""
    return tuple(sign for sign in dict.fromkeys(_SIGN.findall(text)) if not _is_blank(sign) and not has(language, sign))


def _is_blank(character: str) -> bool:
    """Whether a character is white on paper; Ogham's blank, for one, is a line."""
    return character == "\n" or normalize("NFKC", character) == " "


def _explain(language: str, character: str, proof: Proof) -> Iterator[Problem]:
    points = " ".join(f"U+{ord(one):04X}" for one in character)
    message = f"no font named for {language} has '{character}' ({points})"
    place = f"'fonts: {language}: pdf:' in letters/theme/theme.yaml"
    right = load_locales()[language].wording.marks.punctuation.get(character)
    advice = advise_half_width(character) or (f"Write '{right}'." if right else "")
    hint = advice or f"Spell it otherwise, or name a font that has it under {place}."
    return proof.blame(character, "G101", message, hint)
