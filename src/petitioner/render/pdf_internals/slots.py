"""The words of a page apart from its markup: pages with equal markup differ in words only."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import unescape

from petitioner.model.limits import KEPT_TEXTS

HEAD = 1
"""The number of the running head among the words; 0 is that of the reference."""

_BLANK = r"[ \t\n\r\f]*"
_MARKUP = re.compile(rf"({_BLANK}(?:<[^>]*>{_BLANK})+)")
_VALUE = re.compile(r'(?<=<meta name="keywords" content=")[^"]*|(?<=<h1 data-head=")[^"]*')
_SPACES = re.compile(" +")
_PLACE = "\0"  # of such a value in the markup, where no page has it
_FIRST_MARK = 0xF0000  # a plane of Unicode that has no characters (private use)
_MARKS = re.compile("[\U000f0000-\U000ffffd]")
# Words that HTML or CSS would change, or that do not simply follow each other from left to right.
_DOUBTFUL = re.compile(
    "[\0-\x1f\x7f-\x9f\u00ad\u0590-\u08ff\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufb1d-\ufdff\ufe70-\ufeff]"
    "|[\U00010800-\U00010fff\U0001e800-\U0001efff\U000f0000-\U0010ffff]|[ \t\n\r\f]{2}|^ | $|^$"
)


@dataclass(frozen=True, slots=True)
class Slots:
    """The markup of a page, cut at its words, and the words: the values of two attributes, then texts in order."""

    markup: tuple[str, ...]
    words: tuple[str, ...]

    def mark(self) -> str:
        """Return the page with a mark of one character in place of each word that is not empty."""
        return self._join([word and make_mark(number) for number, word in enumerate(self.words)])

    def _join(self, words: Sequence[str]) -> str:
        count = len(words) - len(self.markup) - 1
        pieces = [part for pair in zip(words[count:], (*self.markup, ""), strict=True) for part in pair]
        first, *rest = "".join(pieces).split(_PLACE)
        return first + "".join(word + part for word, part in zip(words[:count], rest, strict=True))


def read_slots(page: str) -> Slots:
    """Split a page of HTML."""
    values: list[str] = []
    texts = [""]
    for line in page.splitlines(keepends=True):
        found, (first, *rest) = _read_line(line)
        values += found
        texts[-1] += first
        texts += rest
    if any("<" in text for text in texts[::2]):  # a tag on several lines
        values, texts = map(list, _read_line(page))
    return Slots(tuple(texts[1::2]), (*values, *texts[::2]))


@lru_cache(maxsize=KEPT_TEXTS)
def _read_line(line: str) -> tuple[Sequence[str], Sequence[str]]:
    """Return the values of the two attributes in lines of HTML, and the texts with the markup between them."""
    if not line.strip():
        return (), ("", line, "")  # between two tags
    return tuple(_VALUE.findall(line)), tuple(_MARKUP.split(_VALUE.sub(_PLACE, line)))


def find_marks(text: str) -> frozenset[int]:
    """Return the numbers of the words whose marks a text has."""
    return frozenset(ord(mark) - _FIRST_MARK for mark in _MARKS.findall(text))


def make_mark(number: int) -> str:
    """Return the mark of a word."""
    return chr(_FIRST_MARK + number)


def fill_marks(text: str, words: Sequence[str], change: Callable[[str], str] = str) -> str:
    """Return a text with words in place of their marks, each perhaps changed for where it stands."""
    return _MARKS.sub(lambda mark: change(read_word(words[ord(mark[0]) - _FIRST_MARK])), text)


def read_word(word: str) -> str:
    """Return a word of HTML as it is set: without character references, and with single spaces."""
    return _SPACES.sub(" ", unescape(word))


@lru_cache(maxsize=KEPT_TEXTS)
def is_doubtful(word: str, *, is_head: bool) -> bool:
    """Return whether a word might change more than the operators of its lines. Only the head may have more spaces."""
    text = unescape(word)
    return bool(_DOUBTFUL.search(_SPACES.sub(" ", text) if is_head else text))
