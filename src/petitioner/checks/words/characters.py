"""Characters that a letter's fonts lack, draw alike, or do not draw at all.

Where a font lacks a character, Pango takes another font of the machine without a word: the letter then looks different
here and there, and has a hole on a machine that lacks that font too. Where it lacks the form that a variation selector
asks for (UTS #37), the usual one appears instead. A PDF knows its characters by their glyphs: where one glyph stands
for two characters, whoever searches or copies the letter gets one of them for both, and a mark that draws nothing and
changes nothing is not in the PDF at all.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from unicodedata import bidirectional, category, combining, normalize

from petitioner.checks.letter_text import Has, LetterText, report_words
from petitioner.errors import Problem, advise_half_width
from petitioner.model.letter import PartName
from petitioner.model.recipient import Address
from petitioner.model.types import Location, Origin
from petitioner.tables.locales import load_locales

_SEVERAL = 2  # characters of one address that are reported together
_MOST_SHOWN = 12
_FRAME = frozenset({PartName.ADDRESS, PartName.LETTERHEAD, PartName.RETURN_LINE})
_SIGN = re.compile(".[\ufe00-\ufe0f\U000e0100-\U000e01ef]?")

_LAST_LETTER = "\u02ff"  # no mark comes before
_DIRECTIONS = "\u200e\u200f\u061c"
_JOINERS = "\u200c\u200d"
_TONES = "\u302e\u302f"
_SELECTORS = frozenset(map(chr, (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))))
_DRAWN_ALIKE = (
    # East Asian fonts draw these by one glyph, by rules that are not in their table of characters, and Latin fonts
    # join the letters of the last ones by themselves.
    *(("‒", "–"), ("―", "—"), ("⸺", "——"), ("⸺", "――"), ("⸻", "———"), ("⸻", "―――")),
    *((character, normalize("NFKC", character)) for character in map(chr, range(0xFB00, 0xFB07))),
)


def check_glyphs(letter_text: LetterText) -> Iterator[Problem]:
    """Yield one problem for each character of a letter that its fonts lack, at the first place where it was written.

    Of the lines of an address that cannot be shown there is one problem for all characters.
    """
    strange = tuple(_find_strange_lines(letter_text))
    yield from (_explain_lines(lines, letter_text) for lines in strange)
    told = {(lines.shown_in, sign) for lines in strange for sign in lines.lacking}
    seen: set[tuple[str, str]] = set()
    for part in letter_text.parts:
        for character in _find_lacking(part.text, part.language, letter_text.has):
            found = (part.language, character)
            if found not in seen and not (part.name in _FRAME and found in told):
                seen.add(found)
                yield from islice(_explain(*found, letter_text), 1)


@dataclass(frozen=True, slots=True)
class _Lines:
    """The lines of an address as a letter shows them: those in ``language``, with the fonts named for ``shown_in``."""

    name: str
    address: Address
    origin: Origin
    location: Location
    language: str
    shown_in: str
    lacking: tuple[str, ...]


def _find_strange_lines(letter_text: LetterText) -> Iterator[_Lines]:
    """The address of the recipient, and that of the sender in the letterhead, where fonts lack several characters."""
    tag, who, campaign = letter_text.letter.language, letter_text.recipient, letter_text.campaign
    own, other = who.address.choose_language(tag), campaign.sender.address.choose_language(tag)
    places = (
        (who.id, who.address, who.origin, ("address", "lines"), own, own),
        ("the sender", campaign.sender.address, campaign.origin, ("sender", "address", "lines"), other, tag),
    )
    for name, address, origin, location, language, shown_in in places:
        lacking = _find_lacking("\n".join(address.lines[language]), shown_in, letter_text.has)
        if len(lacking) >= _SEVERAL:
            yield _Lines(name, address, origin, location, language, shown_in, lacking)


def _explain_lines(lines: _Lines, letter_text: LetterText) -> Problem:
    tag, written = lines.shown_in, lines.address.lines
    signs = "".join(lines.lacking[:_MOST_SHOWN]) + ("…" if len(lines.lacking) > _MOST_SHOWN else "")
    if lines.language == tag:
        fit = [other for other in load_locales() if not _find_lacking("".join(lines.lacking), other, letter_text.has)]
        message = f"no font for {tag} has the characters {signs} in the {tag} lines of {lines.name}"
        hint = f"Write these lines in {tag}, or move them below {' or '.join(fit) or 'another language'}."
    else:
        fit = [other for other in written if not _find_lacking("\n".join(written[other]), tag, letter_text.has)]
        message = f"the address of {lines.name} has no {tag} lines, and no font for {tag} has {signs}"
        hint = f"Add them below those in {lines.language}, as '{tag}: […]'."
        if fit:
            hint = f"The lines in {fit[0]} would do; add '{tag}: {json.dumps(written[fit[0]], ensure_ascii=False)}'."
    line = lines.origin.line_of(*lines.location, lines.language)
    return Problem(lines.origin.path, line, "G101", message, hint)


@lru_cache(maxsize=4096)
def _find_lacking(text: str, language: str, has: Has) -> tuple[str, ...]:
    """Return the characters that no font has; hundreds of letters contain the same paragraphs."""
    return tuple(sign for sign in dict.fromkeys(_SIGN.findall(text)) if not _is_blank(sign) and not has(language, sign))


def _is_blank(character: str) -> bool:
    """Return whether a character is white on paper; Ogham's blank, for one, is a line."""
    return character == "\n" or normalize("NFKC", character) == " "


def _explain(language: str, character: str, letter_text: LetterText) -> Iterator[Problem]:
    points = " ".join(f"U+{ord(one):04X}" for one in character)
    message = f"no font for {language} has '{character}' ({points})"
    place = f"'fonts: {language}: pdf:' in letters/theme/theme.yaml"
    right = load_locales()[language].wording.marks.punctuation.get(character)
    advice = advise_half_width(character) or (f"Write '{right}'." if right else "")
    hint = advice or f"Use another character, or add a font that has it to {place}."
    return report_words(letter_text, character, "G101", message, hint)


def check_likenesses(letter_text: LetterText) -> Iterator[Problem]:
    """One problem for each character that the letter's fonts draw by the same glyph as another one of the letter."""
    drawn: dict[str, str] = {}
    for language, text in _gather_texts(letter_text).items():
        for odd, usual in _DRAWN_ALIKE:
            if odd in text and usual in text:
                yield from _tell_alike(odd, usual, letter_text)
        for character in sorted(set(text), key=_rank):
            if glyph := _draw(character, language, letter_text.has):
                usual = drawn.setdefault(glyph, character)
                if usual != character:
                    yield from _tell_alike(character, usual, letter_text)


def check_idle_marks(letter_text: LetterText) -> Iterator[Problem]:
    """Yield one problem for each mark that has no effect where it is written."""
    for part in letter_text.parts:
        for place, why in _find_marks(part.text):
            mark, around = part.text[place], part.text[max(place - 8, 0) : place + 9].replace("\n", " ")
            message = f"U+{ord(mark):04X} in '{around}' {why}"
            yield from report_words(letter_text, mark, "G103", message, "Delete it, or type the words around it again.")


def _gather_texts(letter_text: LetterText) -> dict[str, str]:
    texts: dict[str, list[str]] = {}
    for part in letter_text.parts:
        texts.setdefault(part.language, []).append(part.text)
    return {language: "\n".join(found) for language, found in texts.items()}


@lru_cache(maxsize=8192)
def _draw(character: str, language: str, has: Has) -> str:
    return "" if character.isspace() else has.draw(language, character)


@lru_cache(maxsize=8192)
def _rank(character: str) -> tuple[bool, str]:
    """Return a sort key of characters: first those that NFKC does not change."""
    return normalize("NFKC", character) != character, character


def _tell_alike(odd: str, usual: str, letter_text: LetterText) -> Iterator[Problem]:
    message = f"'{odd}' (U+{ord(odd):04X}) looks the same as '{usual}' (U+{ord(usual[0]):04X}), also in the letter"
    yield from report_words(
        letter_text, odd, "G102", message, f"Write '{usual}', so that the PDF can be searched for it."
    )


@lru_cache(maxsize=4096)
def _find_marks(text: str) -> tuple[tuple[int, str], ...]:
    """Return the places of marks without effect, and why; hundreds of letters contain the same paragraphs."""
    found = ((place, _explain_mark(text, place)) for place, character in enumerate(text) if character > _LAST_LETTER)
    return tuple((place, why) for place, why in found if why)


def _explain_mark(text: str, place: int) -> str:
    """Return why a mark has no effect, or an empty text. Source: UAX #9, UAX #29, Unicode 23.2."""
    before, character = text[:place][-1:], text[place]
    is_selector = character in _SELECTORS
    base = next((one for one in reversed(text[:place]) if category(one)[0] != "M" and category(one) != "Cf"), "")
    if character in _DIRECTIONS:
        return "" if any(map(_runs_left, text)) else "sets a direction, but all words run the same way"
    if character in _JOINERS:
        return "" if _can_join(before) else "joins or separates letters that are never joined"
    if character in _TONES:
        return "is a tone mark of old Korean, which is printed in the wrong place"
    if is_selector and category(before or " ")[0] in "CMZ":
        return "selects the form of the character before it, but there is none"
    if is_selector or category(character)[0] != "M" or base.strip():
        return ""
    return "is an accent without a letter"


def _runs_left(character: str) -> bool:
    return bidirectional(character) in ("R", "AL") and character not in _DIRECTIONS


def _can_join(character: str) -> bool:
    """Whether a joiner may follow: after letters that run left, after a virama, and after a sign such as an emoji."""
    return bool(character) and (
        _runs_left(character)
        or combining(character) == 9  # noqa: PLR2004 - the class of viramas
        or category(character) in ("So", "Sk")
        or character in _SELECTORS
    )
