"""How two texts differ, in words for a person."""

import re
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher

OPENING, CLOSING = "⟦", "⟧"
"""What stands around words that differ: white square brackets, which letters hardly ever use."""

_CJK = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3\uf900-\ufaff"
_WORDS = re.compile(rf"[{_CJK}]|[^\W{_CJK}]+|\s+|.", re.DOTALL)
_ALIKE = 0.5
"""The part of their words that two lines must share to be the same line, changed."""


def tell_difference(old: Sequence[str], new: Sequence[str]) -> tuple[str, ...]:
    """Return the lines that went (``- …``) and those that came (``+ …``), with the words that differ marked in both."""
    told: list[str] = []
    for tag, at, end, new_at, new_end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        gone, come = list(old[at:end]), list(new[new_at:new_end])
        for place, (before, after) in enumerate(zip(gone, come, strict=False)):
            if are_alike(before, after):
                gone[place], come[place] = mark_words(before, [after]), mark_words(after, [before])
        told += [f"- {line}" for line in gone] + [f"+ {line}" for line in come]
    return tuple(told)


def are_alike(one: str, other: str) -> bool:
    """Return whether a line can be taken for another one with some words changed."""
    matcher = SequenceMatcher(None, split_words(one), split_words(other), autojunk=False)
    return matcher.real_quick_ratio() > _ALIKE and matcher.quick_ratio() > _ALIKE and matcher.ratio() > _ALIKE


def mark_words(line: str, others: Iterable[str]) -> str:
    """Return a line with marks around the words that are not the same in all the others."""
    words = split_words(line)
    shared = [True] * len(words)
    for other in others:
        blocks = SequenceMatcher(None, words, split_words(other), autojunk=False).get_matching_blocks()
        found = {place for block in blocks for place in range(block.a, block.a + block.size)}
        shared = [same and place in found for place, same in enumerate(shared)]
    return _join(words, shared)


def split_words(line: str) -> list[str]:
    """Return words, blanks and signs; in Chinese, Japanese and Korean each character by itself."""
    return _WORDS.findall(line)


def _join(words: Sequence[str], shared: Sequence[bool]) -> str:
    text = "".join(word if same else f"{OPENING}{word}{CLOSING}" for word, same in zip(words, shared, strict=True))
    return re.sub(rf"{CLOSING}(\s*){OPENING}", r"\1", text)
