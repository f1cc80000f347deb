"""Slips of the pen: a span of a letter's words in which something is wrong, and the places where it was written.

What the reader sees is not what stands in the file: Markdown, comments and merged values are gone, and lines joined. A
span is therefore sought together with as much of the words around it as stands in one file.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from petitioner.checks.proof import Part, PartName, Place, Proof, list_texts
from petitioner.errors import Problem
from petitioner.model.codes import severity_of

# What may stand before a character in a file and not on paper. Possessive, and without the character itself: else a
# line of underscores would be tried in every way there is.
_GAP = r"[\s\0*_\\]*+"
_GAPS = {"\\": r"[\s\0]*+", "*": r"[\s\0\\]*+", "_": r"[\s\0\\]*+"}
_REACHES = (24, 12, 6, 3)  # characters of context to either side, the longest first
_MOST = 50  # slips of one kind in one part; with more it is broken as a whole, and each is searched for in all files
_FEWEST = 2  # signs that can be told from any others
_COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)
_ASSEMBLED = frozenset(
    {
        *(PartName.LETTERHEAD, PartName.RETURN_LINE, PartName.REFERENCE, PartName.DATE, PartName.PAGE_NUMBER),
        *(PartName.COSIGNERS, PartName.ENCLOSURES),
    }
)


@dataclass(frozen=True, slots=True)
class Slip:
    """Something wrong in a text from ``start`` to ``end``, as a problem tells it."""

    start: int
    end: int
    code: str
    message: str
    hint: str


def list_set_parts(proof: Proof) -> Iterator[Part]:
    """The parts whose words a person wrote; in the others the program put the words together with marks of its own.

    Of co-signers and enclosures they are the names and titles as written, without the words that a language adds.
    """
    yield from (part for part in proof.parts if part.name not in _ASSEMBLED)
    tag, campaign = proof.letter.language, proof.campaign
    named = [text for one in campaign.cosigners for text in (one.name, one.country) if text is not None]
    yield from (Part(PartName.COSIGNERS, text[tag], tag) for text in named)
    yield from (Part(PartName.ENCLOSURES, one.title[tag], tag) for one in campaign.enclosures)


def tell_slips(proof: Proof, part: Part, slips: Iterable[Slip]) -> Iterator[Problem]:
    """A problem at each place where the words of a slip were written, for the first ``_MOST`` slips of a part."""
    for slip in islice(slips, _MOST):
        for path, line in locate_span(proof, part.text, slip.start, slip.end):
            yield Problem(path, line, slip.code, slip.message, slip.hint, severity_of(slip.code))


def locate_span(proof: Proof, text: str, start: int, end: int) -> tuple[Place, ...]:
    """Where a span of a rendered text was written; the letter's file as a whole when no single place has it."""
    sources = _list_sources(proof)
    for pattern in dict.fromkeys(_list_patterns(text, start, end)):
        seeker = re.compile(pattern)
        if places := tuple(dict.fromkeys(_search(seeker, sources))):
            return places
    return proof.nowhere


def quote(text: str, start: int, end: int) -> str:
    """The span with a few characters around it, for a message."""
    return " ".join(f"{text[max(0, start - 8) : start]}{text[start:end]}{text[end : end + 8]}".split())


def _list_patterns(text: str, start: int, end: int) -> Iterator[str]:
    middle = text[start:end]
    for reach in _REACHES:
        before, after = text[max(0, start - reach) : start], text[end : end + reach]
        tries = ((before, middle, after), (before, middle, ""), ("", middle, after))
        yield from (_make_pattern(*parts) for parts in tries if parts[0] or parts[2])
    if not middle.isascii() or middle == text:
        yield _make_pattern("", middle, "")
    for reach in _REACHES:  # a pattern of the language may have added the rest of the span
        yield _make_pattern(text[max(0, start - reach) : start], middle[:1], "")


def _make_pattern(before: str, middle: str, after: str) -> str:
    """Finds the words as they may stand in a file, with the middle as its group; nothing for a single ASCII sign."""
    left, words, right = ("".join(part.split()) for part in (before, middle, after))
    if len(left + words + right) < _FEWEST and (left + words + right).isascii():
        return "(?!)"
    first = f"{_GAPS.get(words[0], _GAP)}({re.escape(words[0])}{_loosen(words[1:])})" if words else "()"
    return _loosen(left) + first + _loosen(right)


def _loosen(words: str) -> str:
    return "".join(_GAPS.get(sign, _GAP) + re.escape(sign) for sign in words)


def _search(seeker: re.Pattern[str], sources: Iterable[tuple[str, tuple[tuple[int, str], ...]]]) -> Iterator[Place]:
    for path, texts in sources:
        for line, text in texts:
            yield from ((path, line + text.count("\n", 0, found.start(1))) for found in seeker.finditer(text))


def _list_sources(proof: Proof) -> list[tuple[str, tuple[tuple[int, str], ...]]]:
    """Every text that this letter could be made from, by its file, with the line on which it starts."""
    template = proof.template
    front = ((line, getattr(template.front, name) or "") for name, line in template.front_lines.items())
    return [
        (template.origin.path, (*front, (template.body_line, _blank_comments(template.body)))),
        *((name, ((1, _blank_comments(text)),)) for name, text in proof.shared.items()),
        *(
            (record.origin.path, tuple((record.origin.line_of(*way), text) for way, text in list_texts(record)))
            for record in (proof.recipient, proof.campaign)
        ),
    ]


def _blank_comments(text: str) -> str:
    return _COMMENT.sub(lambda found: re.sub(r"[^\n]", "\0", found.group()), text)
