"""The parts of a letter's text, and the file and line where each word was written."""

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

WRITTEN_PARTS = frozenset({PartName.SUBJECT, PartName.SALUTATION, PartName.OPENING, PartName.TEXT, PartName.CLOSING})
"""The parts whose words are in the letter's own file; the others are made by the program from data."""

_GENERATED_PARTS = frozenset(
    {
        *(PartName.LETTERHEAD, PartName.RETURN_LINE, PartName.REFERENCE, PartName.DATE, PartName.PAGE_NUMBER),
        *(PartName.COSIGNERS, PartName.ENCLOSURES, PartName.AUTHORITATIVE),
    }
)
# Characters of Markdown before a character in a file. Possessive, and without the character itself: otherwise the
# search in a line of underscores would take exponential time.
_GAP = r"[\s\0*_\\]*+"
_GAPS = {"\\": r"[\s\0]*+", "*": r"[\s\0\\]*+", "_": r"[\s\0\\]*+"}
_CONTEXT_LENGTHS = (24, 12, 6, 3)  # characters of context to either side, the longest first
_MAX_FINDINGS = 50  # of one check in one part; each takes a search in all files
_MIN_CHARACTERS = 2  # fewer are found in too many places
_MIN_WITHOUT_CONTEXT = 4  # so many characters are found without the words around them
_EDGE_LENGTH = 12  # characters at either end of a longer text; a template may fill in the middle
_COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)
_NOT_PRINTED = frozenset({"id", "source", "as_of", "website", "hold", "skip", "in_office_since"})

Place = tuple[str, int]
"""A file's path within the workspace, and a line of it from 1; 0 means the file as a whole."""

_Source = tuple[str, int, str]
"""A file's path, the line on which a text of it starts, and the text."""


class FontCoverage(Hashable, Protocol):
    """The characters that the fonts of each language can draw."""

    def __call__(self, language: str, character: str) -> bool:
        """Return whether the fonts have a character; with a variation selector after it, in that form."""

    def find_glyph(self, language: str, character: str) -> str:
        """Return the font and name of the glyph for a character, or an empty text without one."""


@dataclass(frozen=True)
class LetterText:
    """One letter with the records that checks compare it with.

    ``shared`` are the paragraphs that letters include, by their path in the workspace; ``today`` is the day of the
    check in the campaign's time zone. ``missing`` are the parts of the records that are not written yet.
    """

    letter: Letter
    template: Template
    recipient: Recipient
    campaign: Campaign
    locale: Locale
    shared: Mapping[str, str]
    today: date
    coverage: FontCoverage
    missing: frozenset[str] = frozenset()

    @property
    def is_on_paper(self) -> bool:
        """Whether this is a letter, and not the covering note of an e-mail, which is to the mission."""
        return self.letter.stem != NOTE

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """All parts of the letter's text."""
        return tuple(self.letter.parts())

    @cached_property
    def written_parts(self) -> tuple[Part, ...]:
        """The parts that a person wrote; those that the program generates have punctuation of its own.

        Co-signers and enclosures are as in campaign.yaml, without the words that a language adds.
        """
        written = [part for part in self.parts if part.name not in _GENERATED_PARTS]
        tag, campaign = self.letter.language, self.campaign
        names = [text for one in campaign.cosigners for text in (one.name, one.country) if text is not None]
        written += [Part(PartName.COSIGNERS, text[tag], tag) for text in names]
        written += [Part(PartName.ENCLOSURES, one.title[tag], tag) for one in campaign.enclosures]
        return tuple(written)


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem in a text, from character ``start`` to ``end``; ``is_error`` makes a warning an error."""

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


def report_findings(letter_text: LetterText, part: Part, findings: Iterable[Finding]) -> Iterator[Problem]:
    """Yield a problem for each finding in a part, at each file and line where its words were written."""
    for finding in islice(findings, _MAX_FINDINGS):
        for place in find_places(letter_text, part.text, finding.start, finding.end):
            yield finding.make_problem(*place)


def report_words(letter_text: LetterText, words: str, code: str, message: str, hint: str) -> Iterator[Problem]:
    """Yield a problem at each file and line where these words were written; line ends count as spaces."""
    finding = Finding(0, len(words), code, message, hint)
    pattern = r"\s*".join(map(re.escape, words.split() or [words]))
    for place in _find_lines(f"(?P<words>{pattern})", _list_sources(letter_text)) or _make_fallback_place(letter_text):
        yield finding.make_problem(*place)


def find_places(letter_text: LetterText, text: str, start: int, end: int) -> tuple[Place, ...]:
    """Return the files and lines where a part of a rendered text was written, or else the letter's file as a whole."""
    sources = tuple(_list_sources(letter_text))
    tries = (_find_lines(pattern, sources) for pattern in dict.fromkeys(_list_search_patterns(text, start, end)))
    return next(filter(None, tries), _make_fallback_place(letter_text))


def quote_part(text: str, start: int, end: int) -> str:
    """Return a part of a text with the 8 characters before and after it, for a message."""
    return " ".join(f"{text[max(0, start - 8) : start]}{text[start:end]}{text[end : end + 8]}".split())


def list_record_texts(record: Record) -> Iterator[tuple[Location, str]]:
    """Yield every text of a record with its location."""
    yield from _walk_value({name: getattr(record, name) for name in type(record).model_fields}, ())


@lru_cache(maxsize=256)
def hide_comments(text: str) -> str:
    r"""Return a template's text with each character of a comment, except line ends, replaced by \0."""
    return _COMMENT.sub(lambda found: re.sub(r"[^\n]", "\0", found.group()), text)


def _make_fallback_place(letter_text: LetterText) -> tuple[Place, ...]:
    """Return the place for words that are in no file: the letter's file, or none if records are missing."""
    return () if letter_text.missing else ((letter_text.template.origin.path, 0),)


def _find_lines(pattern: str, sources: Iterable[_Source]) -> tuple[Place, ...]:
    """Return the path and line of each match of a pattern, where its group ``words`` starts."""
    compiled = re.compile(pattern)
    return tuple(
        dict.fromkeys(
            (path, line + bisect(_list_line_ends(text), match.start("words") - 1))
            for path, line, text in sources
            for match in compiled.finditer(text)
        )
    )


@lru_cache(maxsize=256)
def _list_line_ends(text: str) -> tuple[int, ...]:
    """Return the positions of the line ends. Cached, since counting them for each match is slow."""
    return tuple(match.start() for match in re.finditer("\n", text))


def _list_search_patterns(text: str, start: int, end: int) -> Iterator[str]:
    words = text[start:end]
    for length in _CONTEXT_LENGTHS:
        before, after = text[max(0, start - length) : start], text[end : end + length]
        tries = ((before, words, after), (before, words, ""), ("", words, after))
        yield from (_make_search_pattern(*parts) for parts in tries if parts[0] or parts[2])
    if not words.isascii() or words == text or len(words) >= _MIN_WITHOUT_CONTEXT:
        # 22 is not a part of 2022.
        before, after = (r"(?<!\d)" if words[:1].isdigit() else ""), (r"(?!\d)" if words[-1:].isdigit() else "")
        yield before + _make_search_pattern("", words, "") + after
    if len(words) > 2 * _EDGE_LENGTH:
        yield from (_make_search_pattern("", edge, "") for edge in (words[:_EDGE_LENGTH], words[-_EDGE_LENGTH:]))
    for length in _CONTEXT_LENGTHS:  # a pattern of the language may have added the rest of the words
        yield _make_search_pattern(text[max(0, start - length) : start], words[:1], "")


def _make_search_pattern(before: str, words: str, after: str) -> str:
    """Return a pattern for words as they may be in a file; one that never matches for a single ASCII character."""
    left, middle, right = ("".join(part.split()) for part in (before, words, after))
    if len(left + middle + right) < _MIN_CHARACTERS and (left + middle + right).isascii():
        return "(?!)"
    first = (
        f"{_GAPS.get(middle[0], _GAP)}(?P<words>{re.escape(middle[0])}{_allow_gaps(middle[1:])})"
        if middle
        else "(?P<words>)"
    )
    return _allow_gaps(left) + first + _allow_gaps(right)


def _allow_gaps(words: str) -> str:
    return "".join(_GAPS.get(character, _GAP) + re.escape(character) for character in words)


def _list_sources(letter_text: LetterText) -> Iterator[_Source]:
    """Yield every text that this letter may be made from."""
    template, path = letter_text.template, letter_text.template.origin.path
    for name, line in template.front_lines.items():
        yield path, line, hide_comments(getattr(template.front, name) or "")
    yield path, template.body_line, hide_comments(template.body)
    yield from ((name, 1, hide_comments(text)) for name, text in letter_text.shared.items())
    for record in (letter_text.recipient, letter_text.campaign):
        for location, text in list_record_texts(record):
            if location[-1] not in _NOT_PRINTED:
                yield record.origin.path, record.origin.line_of(*location), text


def _walk_value(value: object, location: Location) -> Iterator[tuple[Location, str]]:
    match value:
        case str():
            yield location, str(value)
        case Record():
            yield from ((location + inner, text) for inner, text in list_record_texts(value))
        case Mapping():
            for key, inner in value.items():
                yield from _walk_value(inner, (*location, str(key)))
        case tuple():
            for place, inner in enumerate(value):
                yield from _walk_value(inner, (*location, place))
        case _:
            return
