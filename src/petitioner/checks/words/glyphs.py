"""Glyphs: every character of a letter must be in a font that is named for its language, in the form that was chosen.

Where a font lacks a character, Pango takes another font of the machine without a word: the letter then looks different
here and there, and has a hole on a machine that lacks that font too. Where it lacks the form that a variation selector
asks for (UTS #37), the usual one appears instead.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from unicodedata import normalize

from petitioner.checks.proof import Has, PartName, Proof
from petitioner.errors import Problem, advise_half_width
from petitioner.locales import load_locales
from petitioner.model.recipient import Address
from petitioner.model.types import Location, Origin

_SEVERAL = 2  # characters of one address that are told together
_MOST_SHOWN = 12
_FRAME = frozenset({PartName.ADDRESS, PartName.LETTERHEAD, PartName.RETURN_LINE})
_SIGN = re.compile(".[\ufe00-\ufe0f\U000e0100-\U000e01ef]?")


def check_glyphs(proof: Proof) -> Iterator[Problem]:
    """One problem for each character of a letter that its fonts lack, at the first place where it was written.

    Of the lines of an address that cannot be shown there is one problem for all characters.
    """
    strange = tuple(_find_strange_lines(proof))
    yield from (_explain_lines(lines, proof) for lines in strange)
    told = {(lines.shown_in, sign) for lines in strange for sign in lines.lacking}
    seen: set[tuple[str, str]] = set()
    for part in proof.parts:
        for character in _find_lacking(part.text, part.language, proof.has):
            found = (part.language, character)
            if found not in seen and not (part.name in _FRAME and found in told):
                seen.add(found)
                yield from islice(_explain(*found, proof), 1)


@dataclass(frozen=True, slots=True)
class _Lines:
    """The lines of an address as a letter shows them: those in ``language``, with the fonts named for ``shown_in``."""

    name: str
    address: Address
    origin: Origin
    way: Location
    language: str
    shown_in: str
    lacking: tuple[str, ...]


def _find_strange_lines(proof: Proof) -> Iterator[_Lines]:
    """The address of the recipient, and that of the sender in the letterhead, where fonts lack several characters."""
    tag, who, campaign = proof.letter.language, proof.recipient, proof.campaign
    own, other = who.address.language_for(tag), campaign.sender.address.language_for(tag)
    places = (
        (who.id, who.address, who.origin, ("address", "lines"), own, own),
        ("the sender", campaign.sender.address, campaign.origin, ("sender", "address", "lines"), other, tag),
    )
    for name, address, origin, way, language, shown_in in places:
        lacking = _find_lacking("\n".join(address.lines[language]), shown_in, proof.has)
        if len(lacking) >= _SEVERAL:
            yield _Lines(name, address, origin, way, language, shown_in, lacking)


def _explain_lines(lines: _Lines, proof: Proof) -> Problem:
    tag, written = lines.shown_in, lines.address.lines
    signs = "".join(lines.lacking[:_MOST_SHOWN]) + ("…" if len(lines.lacking) > _MOST_SHOWN else "")
    if lines.language == tag:
        fit = [other for other in load_locales() if not _find_lacking("".join(lines.lacking), other, proof.has)]
        message = f"no font named for {tag} has the characters {signs} in the lines in {tag} of {lines.name}"
        hint = f"Write these lines in {tag}; as they are, they belong below {' or '.join(fit) or 'another language'}."
    else:
        fit = [other for other in written if not _find_lacking("\n".join(written[other]), tag, proof.has)]
        message = f"the address of {lines.name} has no lines in {tag}, and no font named for {tag} has {signs}"
        hint = f"Add them below those in {lines.language}, as '{tag}: […]'."
        if fit:
            hint = f"The lines in {fit[0]} would do; add '{tag}: {json.dumps(written[fit[0]], ensure_ascii=False)}'."
    line = lines.origin.line_of(*lines.way, lines.language)
    return Problem(lines.origin.path, line, "G101", message, hint)


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
