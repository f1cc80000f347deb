"""Characters that a letter may not contain, and the one form of each character that it may."""

import re
import unicodedata

# Embeddings, overrides and isolates reorder text (UAX #9); direction marks and joiners do not, and are allowed.
_REORDERING = frozenset(range(0x202A, 0x202F)) | frozenset(range(0x2066, 0x206A))
# Invisible characters: soft hyphen, fillers, spaces without width, invisible operators and tags.
_INVISIBLE = frozenset(
    {0x00AD, 0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180E, 0x200B, 0x2800, 0x3164, 0xFEFF, 0xFFA0}
).union(range(0x2060, 0x2065), range(0x206A, 0x2070), range(0xFFF9, 0xFFFC), range(0xE0000, 0xE0080))
_STAND_INS = {0xFFFC: "in place of a picture that was not copied", 0xFFFD: "in place of a character that was lost"}
_HIDDEN = frozenset(map(chr, _INVISIBLE.union(_STAND_INS)))  # some of them count as printable
_REFUSED_CATEGORIES = {
    "Cc": "a control character",
    "Cs": "half of a surrogate pair",
    "Co": "a private-use character, which has no agreed shape",
    "Cn": "not assigned to any character",
    "Zl": "a line separator that few programs know",
    "Zp": "a paragraph separator that few programs know",
}
# A compatibility ideograph is how some people write their name (U+FA19 神); Unicode's composition would change it.
_COMPOSABLE = re.compile("[^\uf900-\ufaff\U0002f800-\U0002fa1f]+")


def explain_refused_character(character: str) -> str:
    """Return why a character is not allowed in a letter, or an empty text if it is.

    Newlines are not checked here. Joiners, direction marks, combining marks and variation selectors are allowed, since
    scripts, names and emoji need them. Source: Unicode general categories and UAX #9.
    """
    point = ord(character)
    if point in _REORDERING:
        return "a character that reverses the reading order"
    if point in _INVISIBLE:
        return "invisible"
    return _STAND_INS.get(point) or _REFUSED_CATEGORIES.get(unicodedata.category(character), "")


def find_refused_character(text: str) -> tuple[int, str, str] | None:
    """Return offset, name (``U+202E``) and reason of the first character not allowed in a letter."""
    if text.replace("\n", "").replace("\u3000", "").isprintable() and _HIDDEN.isdisjoint(text):
        return None  # nearly every text; fifty times as fast as the loop
    for offset, character in enumerate(text):
        if character != "\n" and (reason := explain_refused_character(character)):
            return offset, f"U+{ord(character):04X}", reason
    return None


def compose_text(text: str) -> str:
    """Return a text in Unicode NFC, so that equal words compare, measure and print the same.

    File names and PDFs from a Mac have ガ and é as two characters, for which fonts have no single glyph. Compatibility
    ideographs and variation selectors (葛󠄀) are not changed, since some people write their names with them.
    """
    if text.isascii():
        return text
    return _COMPOSABLE.sub(lambda run: unicodedata.normalize("NFC", run.group()), text)
