"""Signs that do not come out as what they are: two that look the same, and marks where they do nothing.

A PDF knows its characters by their glyphs. Where one glyph stands for two characters, whoever searches or copies the
letter gets one of them for both; and a mark that draws nothing and changes nothing is not in the PDF at all.
"""

from collections.abc import Iterator
from functools import lru_cache
from unicodedata import bidirectional, category, combining, normalize

from petitioner.checks.proof import Has, Proof
from petitioner.errors import Problem

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


def check_likenesses(proof: Proof) -> Iterator[Problem]:
    """One problem for each character that the letter's fonts draw by the same glyph as another one of the letter."""
    drawn: dict[str, str] = {}
    for language, text in _gather_texts(proof).items():
        for odd, usual in _DRAWN_ALIKE:
            if odd in text and usual in text:
                yield from _tell_alike(odd, usual, proof)
        for character in sorted(set(text), key=_rank):
            if glyph := _draw(character, language, proof.has):
                usual = drawn.setdefault(glyph, character)
                if usual != character:
                    yield from _tell_alike(character, usual, proof)


def check_idle_marks(proof: Proof) -> Iterator[Problem]:
    """One problem for each mark that stands where it does nothing: it would be there for nobody but a search."""
    for part in proof.parts:
        for place, why in _find_marks(part.text):
            mark = part.text[place]
            message = f"U+{ord(mark):04X} in '{_show_around(part.text, place)}' {why}"
            yield from proof.blame(mark, "G103", message, "Delete it, or type the words around it again.")


def _gather_texts(proof: Proof) -> dict[str, str]:
    texts: dict[str, list[str]] = {}
    for part in proof.parts:
        texts.setdefault(part.language, []).append(part.text)
    return {language: "\n".join(found) for language, found in texts.items()}


@lru_cache(maxsize=8192)
def _draw(character: str, language: str, has: Has) -> str:
    return "" if character.isspace() else has.draw(language, character)


@lru_cache(maxsize=8192)
def _rank(character: str) -> tuple[bool, str]:
    """The order in which characters are taken for the usual ones: those first that stand for themselves."""
    return normalize("NFKC", character) != character, character


def _tell_alike(odd: str, usual: str, proof: Proof) -> Iterator[Problem]:
    message = f"'{odd}' (U+{ord(odd):04X}) is drawn as '{usual}' (U+{ord(usual[0]):04X}), which is in the letter too"
    yield from proof.blame(odd, "G102", message, f"Write '{usual}', so that the PDF can be searched for it.")


@lru_cache(maxsize=4096)
def _find_marks(text: str) -> tuple[tuple[int, str], ...]:
    """Where marks stand that do nothing, and why; the same paragraphs stand in hundreds of letters."""
    found = ((place, _explain_mark(text, place)) for place, character in enumerate(text) if character > _LAST_LETTER)
    return tuple((place, why) for place, why in found if why)


def _explain_mark(text: str, place: int) -> str:
    """What is wrong with a mark where it stands, or an empty text. Source: UAX #9, UAX #29, Unicode 23.2."""
    before, character = text[:place][-1:], text[place]
    is_selector = character in _SELECTORS
    if character in _DIRECTIONS:
        return "" if any(map(_runs_left, text)) else "sets a direction where all words run the same way"
    if character in _JOINERS:
        return "" if _can_join(before) else "joins or parts letters that are never joined"
    if character in _TONES:
        return "is a tone of old Korean, which comes out in another place"
    if is_selector and category(before or " ")[0] in "CMZ":
        return "chooses the form of the character before it, and none is there"
    if is_selector or category(character)[0] != "M" or _find_base(text, place).strip():
        return ""
    return "is a mark without a letter under it"


def _find_base(text: str, place: int) -> str:
    """The character that a mark is set on: the last one before it that is no mark itself, or nothing."""
    return next((one for one in reversed(text[:place]) if category(one)[0] != "M" and category(one) != "Cf"), "")


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


def _show_around(text: str, place: int) -> str:
    """The words around a mark that does not show, which stands in the middle of them."""
    return text[max(place - 8, 0) : place + 9].replace("\n", " ")
