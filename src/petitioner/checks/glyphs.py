"""Glyphs: every character of a letter must be in a font that is named for its language.

Where a font lacks a character, Pango takes another font of the machine without a word: the letter then looks different
here and there, and has a hole on a machine that lacks that font too.
"""

from collections.abc import Iterator

from petitioner.checks.proof import Proof
from petitioner.errors import Problem

_SELECTORS = frozenset(map(chr, (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))))


def check_glyphs(proof: Proof) -> Iterator[Problem]:
    """One problem for each character of a letter that its fonts lack, at the first place where it was written."""
    seen: set[tuple[str, str]] = set()
    for part in proof.parts:
        for character in dict.fromkeys(part.text):
            found = (part.language, character)
            if not _is_silent(character) and found not in seen and not proof.has(*found):
                seen.add(found)
                yield next(_explain(*found, proof))


def _is_silent(character: str) -> bool:
    """Whether a character draws nothing itself: a blank, or a selector of the form of the one before it (UTS #37)."""
    return character.isspace() or character in _SELECTORS


def _explain(language: str, character: str, proof: Proof) -> Iterator[Problem]:
    message = f"no font named for {language} has '{character}' (U+{ord(character):04X})"
    hint = (
        f"Spell it otherwise, or name a font that has it under 'fonts: {language}: pdf:' in letters/theme/theme.yaml."
    )
    return proof.blame(character, "G101", message, hint)
