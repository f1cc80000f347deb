"""The words of a letter part by part, and where each of them was written."""

import re
from bisect import bisect
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property, lru_cache
from itertools import islice
from typing import Protocol

from petitioner.errors import Problem, Severity
from petitioner.inputs.letters import NOTE
from petitioner.model.codes import find_severity
from petitioner.model.letter import Letter, Part, PartName, Template
from petitioner.model.locale import Locale
from petitioner.model.recipient import Campaign, Recipient
from petitioner.model.types import Location, Record

WRITTEN = frozenset({PartName.SUBJECT, PartName.SALUTATION, PartName.OPENING, PartName.TEXT, PartName.CLOSING})
"""The parts whose words are in the letter's own file; the others are made by the program from data."""

_ASSEMBLED = frozenset(
    {
        *(PartName.LETTERHEAD, PartName.RETURN_LINE, PartName.REFERENCE, PartName.DATE, PartName.PAGE_NUMBER),
        *(PartName.COSIGNERS, PartName.ENCLOSURES),
    }
)
# What may be before a character in a file and not on paper. Possessive, and without the character itself: else a line
# of underscores would be tried in every way there is.
_GAP = r"[\s\0*_\\]*+"
_GAPS = {"\\": r"[\s\0]*+", "*": r"[\s\0\\]*+", "_": r"[\s\0\\]*+"}
_REACHES = (24, 12, 6, 3)  # characters of context to either side, the longest first
_MOST = 50  # findings of one kind in one part; with more it is broken as a whole, and each is searched for in all files
_FEWEST = 2  # characters that are not found just anywhere
_WORDS = 4  # characters that say enough without the words around them
_EDGE = 12  # characters at either end of a longer text, which a template may fill in between
_COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)
_NOT_PRINTED = frozenset({"id", "source", "as_of", "website", "hold", "skip", "in_office_since"})

Place = tuple[str, int]
"""A file's path within the workspace, and a line of it from 1; 0 means the file as a whole."""

_Source = tuple[str, int, str]
"""A file's path, the line on which a text of it starts, and the text."""


class Has(Hashable, Protocol):
    """The fonts named for each language."""

    def __call__(self, language: str, character: str) -> bool:
        """Return whether they can draw a character; one with a selector after it, in just that form."""

    def draw(self, language: str, character: str) -> str:
        """By which glyph they draw a character: font and name, or an empty text when by none."""


@dataclass(frozen=True)
class LetterText:
    """One letter with everything that a check compares it with.

    ``shared`` are the paragraphs that letters include, by their path in the workspace; ``today`` is the day of the
    check in the campaign's time zone. ``missing`` are the parts of the records whose values are stand-ins, so that
    nothing may be said of them.
    """

    letter: Letter
    template: Template
    recipient: Recipient
    campaign: Campaign
    locale: Locale
    shared: Mapping[str, str]
    today: date
    has: Has
    missing: frozenset[str] = frozenset()

    @property
    def is_on_paper(self) -> bool:
        """Whether this is set as a PDF; the covering note of an e-mail never is, and is not to the addressee either."""
        return self.letter.stem != NOTE

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """All words of the letter."""
        return tuple(self.letter.parts())


def list_written_parts(letter_text: LetterText) -> Iterator[Part]:
    """Yield the parts whose words a person wrote; the program put the others together with marks of its own.

    Of co-signers and enclosures they are the names and titles as written, without the words that a language adds.
    """
    yield from (part for part in letter_text.parts if part.name not in _ASSEMBLED)
    tag, campaign = letter_text.letter.language, letter_text.campaign
    named = [text for one in campaign.cosigners for text in (one.name, one.country) if text is not None]
    yield from (Part(PartName.COSIGNERS, text[tag], tag) for text in named)
    yield from (Part(PartName.ENCLOSURES, one.title[tag], tag) for one in campaign.enclosures)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong in a text from ``start`` to ``end``, in the words of a Problem.

    ``is_error`` makes an error of what is a warning otherwise.
    """

    start: int
    end: int
    code: str
    message: str
    hint: str
    is_error: bool = False

    def make_problem(self, path: str, line: int) -> Problem:
        """Return the problem at a line of a file."""
        problem = Problem(path, line, self.code, self.message, self.hint, find_severity(self.code))
        return replace(problem, severity=Severity.ERROR) if self.is_error else problem


def report(letter_text: LetterText, part: Part, findings: Iterable[Finding]) -> Iterator[Problem]:
    """Yield a problem at each place where the words of a finding were written, for the first findings of a part."""
    for found in islice(findings, _MOST):
        for place in locate(letter_text, part.text, found.start, found.end):
            yield found.make_problem(*place)


def report_words(letter_text: LetterText, words: str, code: str, message: str, hint: str) -> Iterator[Problem]:
    """Yield a problem at every place where words were written; line ends count as spaces."""
    found = Finding(0, len(words), code, message, hint)
    pattern = r"\s*".join(map(re.escape, words.split() or [words]))
    for place in _search(f"(?P<words>{pattern})", _list_sources(letter_text)) or _say_nowhere(letter_text):
        yield found.make_problem(*place)


def locate(letter_text: LetterText, text: str, start: int, end: int) -> tuple[Place, ...]:
    """Return where a part of a rendered text was written; the letter's file as a whole when no single place has it."""
    sources = tuple(_list_sources(letter_text))
    tries = (_search(pattern, sources) for pattern in dict.fromkeys(_list_patterns(text, start, end)))
    return next(filter(None, tries), _say_nowhere(letter_text))


def quote(text: str, start: int, end: int) -> str:
    """Return a part of a text with a few characters around it, for a message."""
    return " ".join(f"{text[max(0, start - 8) : start]}{text[start:end]}{text[end : end + 8]}".split())


def list_texts(record: Record) -> Iterator[tuple[Location, str]]:
    """Yield every text of a record with its location."""
    yield from _walk_texts({name: getattr(record, name) for name in type(record).model_fields}, ())


@lru_cache(maxsize=256)
def hide_comments(text: str) -> str:
    r"""Return a template's text with \0, which nobody writes, for each character of a comment but its line ends."""
    return _COMMENT.sub(lambda found: re.sub(r"[^\n]", "\0", found.group()), text)


def _say_nowhere(letter_text: LetterText) -> tuple[Place, ...]:
    """Return the place of words that are in no file: the letter as a whole, or no place if values are stand-ins."""
    return () if letter_text.missing else ((letter_text.template.origin.path, 0),)


def _search(pattern: str, sources: Iterable[_Source]) -> tuple[Place, ...]:
    """Return each line where a pattern finds its group ``words``."""
    seeker = re.compile(pattern)
    return tuple(
        dict.fromkeys(
            (path, line + bisect(_list_line_ends(text), match.start("words") - 1))
            for path, line, text in sources
            for match in seeker.finditer(text)
        )
    )


@lru_cache(maxsize=256)
def _list_line_ends(text: str) -> tuple[int, ...]:
    """Return the positions of the line ends; counting them anew for each match would take too long in a long text."""
    return tuple(match.start() for match in re.finditer("\n", text))


def _list_patterns(text: str, start: int, end: int) -> Iterator[str]:
    words = text[start:end]
    for reach in _REACHES:
        before, after = text[max(0, start - reach) : start], text[end : end + reach]
        tries = ((before, words, after), (before, words, ""), ("", words, after))
        yield from (_make_pattern(*parts) for parts in tries if parts[0] or parts[2])
    if not words.isascii() or words == text or len(words) >= _WORDS:
        # 22 is not a part of 2022.
        before, after = (r"(?<!\d)" if words[:1].isdigit() else ""), (r"(?!\d)" if words[-1:].isdigit() else "")
        yield before + _make_pattern("", words, "") + after
    if len(words) > 2 * _EDGE:
        yield from (_make_pattern("", edge, "") for edge in (words[:_EDGE], words[-_EDGE:]))
    for reach in _REACHES:  # a pattern of the language may have added the rest of the words
        yield _make_pattern(text[max(0, start - reach) : start], words[:1], "")


def _make_pattern(before: str, words: str, after: str) -> str:
    """Return a pattern for words as they may be in a file, in a group; one for nothing for a single ASCII character."""
    left, middle, right = ("".join(part.split()) for part in (before, words, after))
    if len(left + middle + right) < _FEWEST and (left + middle + right).isascii():
        return "(?!)"
    first = (
        f"{_GAPS.get(middle[0], _GAP)}(?P<words>{re.escape(middle[0])}{_loosen(middle[1:])})"
        if middle
        else "(?P<words>)"
    )
    return _loosen(left) + first + _loosen(right)


def _loosen(words: str) -> str:
    return "".join(_GAPS.get(sign, _GAP) + re.escape(sign) for sign in words)


def _list_sources(letter_text: LetterText) -> Iterator[_Source]:
    """Yield every text that this letter could be made from."""
    template, path = letter_text.template, letter_text.template.origin.path
    for name, line in template.front_lines.items():
        yield path, line, hide_comments(getattr(template.front, name) or "")
    yield path, template.body_line, hide_comments(template.body)
    yield from ((name, 1, hide_comments(text)) for name, text in letter_text.shared.items())
    for record in (letter_text.recipient, letter_text.campaign):
        for location, text in list_texts(record):
            if location[-1] not in _NOT_PRINTED:
                yield record.origin.path, record.origin.line_of(*location), text


def _walk_texts(value: object, location: Location) -> Iterator[tuple[Location, str]]:
    match value:
        case str():
            yield location, str(value)
        case Record():
            yield from ((location + inner, text) for inner, text in list_texts(value))
        case Mapping():
            for key, inner in value.items():
                yield from _walk_texts(inner, (*location, str(key)))
        case tuple():
            for place, inner in enumerate(value):
                yield from _walk_texts(inner, (*location, place))
        case _:
            return
