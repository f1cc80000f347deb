"""Checks for characters that a letter's fonts do not have, draw by the same glyph, or do not draw at all.

If a font does not have a character, Pango takes another font of the machine without a warning: the letter looks
different on each machine. If it does not have the form of a variation selector (UTS #37), it draws the usual form. A
PDF finds its characters by their glyphs: if two characters share a glyph, searching and copying give one of them for
both, and a character that draws nothing is not in the PDF at all.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from unicodedata import bidirectional, category, combining, normalize

from petitioner.checks.letter_text import FontCoverage, LetterText, report_words
from petitioner.errors import Problem, advise_half_width
from petitioner.model.letter import PartName
from petitioner.model.limits import KEPT_TEXTS
from petitioner.model.recipient import Address
from petitioner.model.types import Location, Origin
from petitioner.tables.locales import load_locales

_MIN_TOGETHER = 2  # so many missing characters of one address are reported together
_MAX_SHOWN = 12
_FRAME_PARTS = frozenset({PartName.ADDRESS, PartName.LETTERHEAD, PartName.RETURN_LINE})
_CHARACTER = re.compile(".[\ufe00-\ufe0f\U000e0100-\U000e01ef]?")

_LAST_PLAIN_LETTER = "\u02ff"  # combining characters come after it
_DIRECTIONS = "\u200e\u200f\u061c"
_JOINERS = "\u200c\u200d"
_TONES = "\u302e\u302f"
_SELECTORS = frozenset(map(chr, (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))))
_DRAWN_ALIKE = (
    # East Asian fonts draw these by one glyph, by rules outside of their character table; Latin fonts join the letters
    # of the last ones.
    *(("‒", "–"), ("―", "—"), ("⸺", "——"), ("⸺", "――"), ("⸻", "———"), ("⸻", "―――")),
    *((character, normalize("NFKC", character)) for character in map(chr, range(0xFB00, 0xFB07))),
)


def check_glyphs(letter_text: LetterText) -> Iterator[Problem]:
    """Yield a problem for each character that the fonts do not have, at the first place where it was written.

    For the lines of an address with several such characters, yield one problem.
    """
    unprintable = tuple(_find_unprintable_lines(letter_text))
    yield from (_report_address_lines(lines, letter_text) for lines in unprintable)
    reported = {(lines.shown_in, character) for lines in unprintable for character in lines.missing}
    seen: set[tuple[str, str]] = set()
    for part in letter_text.parts:
        for character in _find_missing(part.text, part.language, letter_text.coverage):
            found = (part.language, character)
            if found not in seen and not (part.name in _FRAME_PARTS and found in reported):
                seen.add(found)
                yield from islice(_report_missing_glyph(*found, letter_text), 1)


@dataclass(frozen=True, slots=True)
class _AddressLines:
    """Lines of an address in ``language``, shown with the fonts of the language ``shown_in``."""

    name: str
    address: Address
    origin: Origin
    location: Location
    language: str
    shown_in: str
    missing: tuple[str, ...]


def _find_unprintable_lines(letter_text: LetterText) -> Iterator[_AddressLines]:
    """Yield the addresses of recipient and sender with several characters that the fonts do not have."""
    tag, recipient, campaign = letter_text.letter.language, letter_text.recipient, letter_text.campaign
    own, other = recipient.address.choose_language(tag), campaign.sender.address.choose_language(tag)
    places = (
        (recipient.id, recipient.address, recipient.origin, ("address", "lines"), own, own),
        ("the sender", campaign.sender.address, campaign.origin, ("sender", "address", "lines"), other, tag),
    )
    for name, address, origin, location, language, shown_in in places:
        missing = _find_missing("\n".join(address.lines[language]), shown_in, letter_text.coverage)
        if len(missing) >= _MIN_TOGETHER:
            yield _AddressLines(name, address, origin, location, language, shown_in, missing)


def _report_address_lines(lines: _AddressLines, letter_text: LetterText) -> Problem:
    tag, written = lines.shown_in, lines.address.lines
    shown = "".join(lines.missing[:_MAX_SHOWN]) + ("…" if len(lines.missing) > _MAX_SHOWN else "")
    if lines.language == tag:
        characters = "".join(lines.missing)
        fitting = [other for other in load_locales() if not _find_missing(characters, other, letter_text.coverage)]
        message = f"no font for {tag} has the characters {shown} in the {tag} lines of {lines.name}"
        hint = f"Write these lines in {tag}, or move them below {' or '.join(fitting) or 'another language'}."
    else:
        texts = {other: "\n".join(other_lines) for other, other_lines in written.items()}
        fitting = [other for other, text in texts.items() if not _find_missing(text, tag, letter_text.coverage)]
        message = f"the address of {lines.name} has no {tag} lines, and no font for {tag} has {shown}"
        hint = f"Add them below those in {lines.language}, as '{tag}: […]'."
        if fitting:
            right_lines = json.dumps(written[fitting[0]], ensure_ascii=False)
            hint = f"The lines in {fitting[0]} would do; add '{tag}: {right_lines}'."
    line = lines.origin.line_of(*lines.location, lines.language)
    return Problem(lines.origin.path, line, "G101", message, hint)


@lru_cache(maxsize=KEPT_TEXTS)
def _find_missing(text: str, language: str, coverage: FontCoverage) -> tuple[str, ...]:
    """Return the characters that no font has. Cached, since hundreds of letters contain the same paragraphs."""
    drawn = (character for character in dict.fromkeys(_CHARACTER.findall(text)) if not _is_blank(character))
    return tuple(character for character in drawn if not coverage(language, character))


def _is_blank(character: str) -> bool:
    """Return whether a character leaves the paper blank; the space of Ogham, for example, is a line."""
    return character == "\n" or normalize("NFKC", character) == " "


def _report_missing_glyph(language: str, character: str, letter_text: LetterText) -> Iterator[Problem]:
    points = " ".join(f"U+{ord(one):04X}" for one in character)
    message = f"no font for {language} has '{character}' ({points})"
    place = f"'fonts: {language}: pdf:' in letters/theme/theme.yaml"
    right = load_locales()[language].wording.marks.punctuation.get(character)
    advice = advise_half_width(character) or (f"Write '{right}'." if right else "")
    hint = advice or f"Use another character, or add a font that has it to {place}."
    return report_words(letter_text, character, "G101", message, hint)


def check_same_glyphs(letter_text: LetterText) -> Iterator[Problem]:
    """Yield a problem for each character that the fonts draw by the same glyph as another character of the letter."""
    drawn: dict[str, str] = {}
    parts, coverage = letter_text.parts, letter_text.coverage
    known = frozenset[tuple[str, str]]().union(*(_list_glyphs(part.text, part.language, coverage) for part in parts))
    is_usual = len({glyph for glyph, _ in known}) == len(known)
    for language, text in _join_texts(letter_text).items():
        for odd, usual in _DRAWN_ALIKE:
            if odd in text and usual in text:
                yield from _report_same_glyph(odd, usual, letter_text)
        if is_usual:
            continue
        for character in sorted(set(text), key=_make_sort_key):
            if glyph := _find_glyph(character, language, letter_text.coverage):
                usual = drawn.setdefault(glyph, character)
                if usual != character:
                    yield from _report_same_glyph(character, usual, letter_text)


def check_idle_characters(letter_text: LetterText) -> Iterator[Problem]:
    """Yield a problem for each invisible character that has no effect where it is written."""
    for part in letter_text.parts:
        for place, reason in _find_idle_characters(part.text):
            character, around = part.text[place], part.text[max(place - 8, 0) : place + 9].replace("\n", " ")
            message = f"U+{ord(character):04X} in '{around}' {reason}"
            yield from report_words(letter_text, character, "G103", message, "Type the words around it again.")


def _join_texts(letter_text: LetterText) -> dict[str, str]:
    texts: dict[str, list[str]] = {}
    for part in letter_text.parts:
        texts.setdefault(part.language, []).append(part.text)
    return {language: "\n".join(found) for language, found in texts.items()}


@lru_cache(maxsize=KEPT_TEXTS)
def _list_glyphs(text: str, language: str, coverage: FontCoverage) -> frozenset[tuple[str, str]]:
    """Return the glyph of each character with the character. Cached for repeated paragraphs."""
    glyphs = ((_find_glyph(character, language, coverage), character) for character in set(text))
    return frozenset((glyph, character) for glyph, character in glyphs if glyph)


@lru_cache(maxsize=8192)
def _find_glyph(character: str, language: str, coverage: FontCoverage) -> str:
    return "" if character.isspace() else coverage.find_glyph(language, character)


@lru_cache(maxsize=8192)
def _make_sort_key(character: str) -> tuple[bool, str]:
    """Return a sort key of characters: first those that NFKC does not change."""
    return normalize("NFKC", character) != character, character


def _report_same_glyph(odd: str, usual: str, letter_text: LetterText) -> Iterator[Problem]:
    message = f"'{odd}' (U+{ord(odd):04X}) looks the same as '{usual}' (U+{ord(usual[0]):04X}), also in the letter"
    yield from report_words(
        letter_text, odd, "G102", message, f"Write '{usual}', so that the PDF can be searched for it."
    )


@lru_cache(maxsize=KEPT_TEXTS)
def _find_idle_characters(text: str) -> tuple[tuple[int, str], ...]:
    """Return index and reason of each invisible character without effect. Cached for repeated paragraphs."""
    places = (place for place, character in enumerate(text) if character > _LAST_PLAIN_LETTER)
    found = ((place, _explain_character_without_effect(text, place)) for place in places)
    return tuple((place, why) for place, why in found if why)


def _explain_character_without_effect(text: str, place: int) -> str:
    """Return why an invisible character has no effect, or an empty text. Source: UAX #9, UAX #29, Unicode 23.2."""
    before, character = text[:place][-1:], text[place]
    is_selector = character in _SELECTORS
    base = next((one for one in reversed(text[:place]) if category(one)[0] != "M" and category(one) != "Cf"), "")
    if character in _DIRECTIONS:
        return "" if any(map(_is_right_to_left, text)) else "sets a direction, but all words run the same way"
    if character in _JOINERS:
        return "" if _may_be_joined(before) else "joins or separates letters that are never joined"
    if character in _TONES:
        return "is a tone mark of old Korean, which is printed in the wrong place"
    if is_selector and category(before or " ")[0] in "CMZ":
        return "selects the form of the character before it, but there is none"
    if is_selector or category(character)[0] != "M" or base.strip():
        return ""
    return "is an accent without a letter"


def _is_right_to_left(character: str) -> bool:
    return bidirectional(character) in ("R", "AL") and character not in _DIRECTIONS


def _may_be_joined(character: str) -> bool:
    """Whether a joiner may follow a character: a right-to-left letter, a virama, or a symbol such as an emoji."""
    return bool(character) and (
        _is_right_to_left(character)
        or combining(character) == 9  # noqa: PLR2004 - the class of viramas
        or category(character) in ("So", "Sk")
        or character in _SELECTORS
    )
