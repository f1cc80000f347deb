"""Find the encoding of a table that somebody else saved, without a guess between two that are possible."""

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass

ENCODINGS: Mapping[str, str] = {
    "UTF-8": "utf-8-sig",
    "UTF-16": "utf-16",
    "Shift_JIS": "cp932",
    "GB18030": "gb18030",
    "EUC-KR": "cp949",
    "Big5": "cp950",
    "EUC-JP": "euc_jp",
    "ISO-2022-JP": "iso2022_jp",
    "Windows-1252": "cp1252",
    "Windows-1250": "cp1250",
    "Windows-1251": "cp1251",
}
"""The encodings in which a list can be read, by the name for ``--encoding``, with Python's codec."""

_MARKS = {b"\xef\xbb\xbf": "UTF-8", b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16"}  # byte-order marks
_JIS_ESCAPE = b"\x1b$"
_UNUSED = frozenset(["Cc", "Cn", "Co"])  # control characters, and those that are not assigned or of private use
_MAX_ODD = 0.2  # of the characters outside ASCII: more of them means that the encoding is another one
_MAX_GLUED = 0.5  # of the letters of other scripts: next to a Latin letter
_LAST_LATIN = "\u02ff"
_GLUED = re.compile(r"(?<=[A-Za-z])[^\x00-\u02ff]|[^\x00-\u02ff](?=[A-Za-z])")
_LONG = 3  # characters of a word
_CELL = re.compile(r"[^\t\r\n,;|\"]*[^\x00-\x7f][^\t\r\n,;|\"]*")


@dataclass(frozen=True, slots=True)
class Reading:
    """A text as it is in one encoding, by its name in ``ENCODINGS``."""

    encoding: str
    text: str

    @property
    def cells(self) -> tuple[str, ...]:
        """The different cells with characters outside ASCII."""
        return tuple(dict.fromkeys(found.group().strip() for found in _CELL.finditer(self.text)))


def list_samples(reading: Reading, others: Iterable[Reading], count: int) -> tuple[str, ...]:
    """Return the first cells of a reading that are not the same in all ``others``."""
    common = frozenset(reading.cells).intersection(*(other.cells for other in others))
    return tuple(cell for cell in reading.cells if cell not in common)[:count]


def find_readings(content: bytes, words: Collection[str] = ()) -> tuple[Reading, ...]:
    """Return the ways in which bytes can be read as text; more than one if they differ and nothing decides.

    A byte-order mark, valid UTF-8 and UTF-16 decide at once. Else those encodings are left in which all bytes are
    valid and the characters belong together; if only one of them has some of the ``words``, it is that one.
    """
    if certain := _find_certain(content):
        return (certain,)
    readings = [one for name in tuple(ENCODINGS)[2:] if (one := decode_as(content, name)) and _is_plausible(one)]
    different = {one.text: one for one in reversed(readings)}
    readings = [one for one in readings if one in different.values()]
    foreign = frozenset(word.casefold() for word in words if not word.isascii())
    known = [one for one in readings if _has_word(one, foreign)]
    return (known[0],) if len(known) == 1 else tuple(readings)


def _has_word(reading: Reading, words: Collection[str]) -> bool:
    """Return whether a word is a whole cell, or a longer one a part of the text: two characters occur by chance."""
    text, cells = reading.text.casefold(), frozenset(cell.casefold() for cell in reading.cells)
    return not cells.isdisjoint(words) or any(word in text for word in words if len(word) >= _LONG)


def decode_as(content: bytes, encoding: str) -> Reading | None:
    """Decode bytes in one of ``ENCODINGS``; None if some are not valid in it."""
    codec = ENCODINGS[encoding]
    if codec == "utf-16" and content[:2] not in _MARKS:
        codec = "utf-16-le" if content[1::2].count(0) >= content[::2].count(0) else "utf-16-be"
    try:
        return Reading(encoding, content.decode(codec))
    except UnicodeDecodeError:
        return None


def find_invalid_line(content: bytes, encoding: str) -> int:
    """Return the line (from 1) of the first bytes that are not valid in an encoding."""
    try:
        content.decode(ENCODINGS[encoding])
    except UnicodeDecodeError as error:
        return content.count(b"\n", 0, error.start) + 1
    return 1


def _find_certain(content: bytes) -> Reading | None:
    marked = next((name for mark, name in _MARKS.items() if content.startswith(mark)), None)
    if marked:
        return decode_as(content, marked)
    if 0 in content:  # no other encoding has zeros, and UTF-16 has one in each comma and line end
        return decode_as(content, "UTF-16")
    if _JIS_ESCAPE in content and content.isascii():
        return decode_as(content, "ISO-2022-JP")
    return decode_as(content, "UTF-8")


def _is_plausible(reading: Reading) -> bool:
    foreign = [character for character in reading.text if not character.isascii()]
    if not foreign or any(unicodedata.category(character) in _UNUSED for character in set(foreign)):
        return not foreign
    is_plausible = _RULES.get(reading.encoding, _is_of_one_script)
    return not _is_glued(reading.text) and is_plausible(foreign)


def _is_glued(text: str) -> bool:
    """Return whether most letters of other scripts touch a Latin letter, as in Stra遝 and Gdaсsk."""
    glued = len(_GLUED.findall(text))
    return glued > _MAX_GLUED * sum(1 for character in text if character > _LAST_LATIN and character.isalpha())


def _share(characters: Collection[str], is_odd: Callable[[str], bool]) -> float:
    return sum(map(is_odd, characters)) / len(characters)


def _is_japanese(foreign: Collection[str]) -> bool:
    """Whether few are half-width katakana or kanji outside JIS level 1, up to 0x98 in Shift_JIS."""
    return (
        _share(foreign, lambda one: one in _HALF_WIDTH_KANA or _find_lead_byte(one, "cp932") > _LAST_LEVEL_1)
        <= _MAX_ODD
    )


def _is_chinese(foreign: Collection[str]) -> bool:
    """Whether nearly all are in GB2312, which has all usual simplified characters."""
    return _share(foreign, lambda one: not _find_lead_byte(one, "gb2312")) <= _MAX_ODD


def _is_korean(foreign: Collection[str]) -> bool:
    """Whether most are Hangul; few lists have many Chinese characters beside it."""
    return _share(foreign, lambda one: "CJK" in unicodedata.name(one, "CJK")) <= _MAX_ODD


def _is_traditional(foreign: Collection[str]) -> bool:
    """Whether nearly all are among the frequent characters of Big5, up to 0xC6."""
    return _share(foreign, lambda one: _find_lead_byte(one, "big5") not in range(0xA1, 0xC7)) <= _MAX_ODD


def _is_latin(foreign: Collection[str]) -> bool:
    """Whether nearly all are Latin or Cyrillic letters: other characters of these code pages are rare in names."""
    return _share(foreign, lambda one: "LETTER" not in unicodedata.name(one, "")) <= _MAX_ODD


def _is_of_one_script(foreign: Collection[str]) -> bool:
    return not set(foreign) & _HALF_WIDTH_KANA


def _find_lead_byte(character: str, codec: str) -> int:
    """Return the first byte of a character in a codec, or 0 if it is not in it."""
    try:
        return character.encode(codec)[0]
    except UnicodeEncodeError:
        return 0


_HALF_WIDTH_KANA = frozenset(map(chr, range(0xFF61, 0xFFA0)))
_LAST_LEVEL_1 = 0x98
_RULES: Mapping[str, Callable[[Collection[str]], bool]] = {
    "Shift_JIS": _is_japanese,
    "GB18030": _is_chinese,
    "EUC-KR": _is_korean,
    "Big5": _is_traditional,
    "Windows-1252": _is_latin,
    "Windows-1250": _is_latin,
    "Windows-1251": _is_latin,
}
