"""A letter as a proofreader has it before them: its words part by part, and where each of them was written."""

import re
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property, lru_cache
from typing import Protocol

from petitioner.errors import Problem
from petitioner.letters import NOTE
from petitioner.model.blocks import Emphasis, Footnote, Inline, Link, Strong, walk_blocks, walk_text
from petitioner.model.campaign import Campaign
from petitioner.model.codes import severity_of
from petitioner.model.letter import Letter, Template
from petitioner.model.locale import Locale
from petitioner.model.recipient import Recipient
from petitioner.model.types import Location, Origin, Record


class Has(Hashable, Protocol):
    """The fonts named for each language."""

    def __call__(self, language: str, character: str) -> bool:
        """Whether they can draw a character; one with a selector after it, in just that form."""

    def draw(self, language: str, character: str) -> str:
        """By which glyph they draw a character: font and name, or an empty text when by none."""


Place = tuple[str, int]
"""A file's path within the workspace, and a line of it from 1; 0 means the file as a whole."""

_AROUND = 12  # characters on either side that tell words from the same words elsewhere
_UNSEEN = frozenset(
    {"id", "source", "as_of", "website", "hold", "skip", "in_office_since"}
)  # not in the letter's words
_GAP = r"[\s*_\\]*"
_NOT_IN_NUMBER = (r"(?<!\d)", r"(?!\d)")
_COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)


class PartName(StrEnum):
    """What a part of a letter is, from the top of the page."""

    LETTERHEAD = "letterhead"
    RETURN_LINE = "return line"
    ADDRESS = "address"
    REFERENCE = "reference"
    DATE = "date"
    SUBJECT = "subject"
    SALUTATION = "salutation"
    OPENING = "opening"
    TEXT = "text"
    CLOSING = "closing"
    SENDER = "sender"
    SIGNATURE = "signature"
    COSIGNERS = "co-signers"
    ENCLOSURES = "enclosures"
    PAGE_NUMBER = "page number"


WRITTEN = frozenset({PartName.SUBJECT, PartName.SALUTATION, PartName.OPENING, PartName.TEXT, PartName.CLOSING})
"""The parts whose words stand in the letter's own file; the others are set by the program from data."""


@dataclass(frozen=True, slots=True)
class Part:
    """One run of words: a line of the frame, or a paragraph, a heading, a list's entry or a table's cell of the text.

    A footnote is a part of its own, after the one that has its number. A break that the writer asked for is a line
    feed.
    """

    name: PartName
    text: str
    language: str


@dataclass(frozen=True)
class Proof:
    """One letter with everything that a check may hold it against.

    ``shared`` are the paragraphs that letters include, by their path in the workspace; ``today`` is the day of the
    check in the campaign's time zone. ``missing`` are the parts of the records whose values only stand in, so that
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
        return tuple(_list_parts(self.letter))

    def find(self, words: str) -> tuple[Place, ...]:
        """Every place where words of the letter were written; blanks and line ends count as the same.

        Words that the program put together from several places stand nowhere: then the place is the letter's file.
        """
        places = (*self._find_in_files(words), *self._find_in_records(words))
        return tuple(dict.fromkeys(places)) or self.nowhere

    def blame(self, words: str, code: str, message: str, hint: str) -> Iterator[Problem]:
        """A problem at every place where words of the letter were written."""
        for path, line in self.find(words):
            yield Problem(path, line, code, message, hint, severity_of(code))

    def blame_at(self, part: Part, start: int, end: int, told: tuple[str, str, str]) -> Iterator[Problem]:
        """A problem where words of a part, from ``start`` up to ``end``, were written; ``told`` is code, message, hint.

        The words around them tell them from the same words elsewhere, as far as those were written by hand too.
        """
        code, message, hint = told
        for path, line in self.find_at(part, start, end):
            yield Problem(path, line, code, message, hint, severity_of(code))

    def find_at(self, part: Part, start: int, end: int) -> tuple[Place, ...]:
        """Every place where the words of a part from ``start`` up to ``end`` were written."""
        text, words = part.text, part.text[start:end]
        around = ((_AROUND, _AROUND), (_AROUND, 0), (0, _AROUND), (0, 0))
        tries = [(words, text[max(0, start - before) : start], text[end : end + after]) for before, after in around]
        # Where a template fills something in between, the words begin or end as they were written.
        tries += [(edge, "", "") for edge in (words[:_AROUND], words[-_AROUND:]) if len(words) > 2 * _AROUND]
        found = (tuple(dict.fromkeys(self._find_between(*each))) for each in tries)
        return next(filter(None, found), self.nowhere)

    @property
    def nowhere(self) -> tuple[Place, ...]:
        """The place of words that stand in no file: that of the letter as a whole, or none where values stand in."""
        return () if self.missing else ((self.template.origin.path, 0),)

    def _find_between(self, words: str, before: str, after: str) -> Iterator[Place]:
        template, wanted = self.template, (before, words, after)
        path = template.origin.path
        for name, line in template.front_lines.items():
            if _list_rows(getattr(template.front, name) or "", wanted):
                yield path, line
        yield from ((path, template.body_line + row) for row in _list_rows(template.body, wanted))
        for name, text in self.shared.items():
            yield from ((name, 1 + row) for row in _list_rows(text, wanted))
        for record in (self.campaign, self.recipient):
            for way, text in list_texts(record):
                if way[-1] not in _UNSEEN and _list_rows(text, wanted):
                    yield record.origin.path, record.origin.line_of(*way)

    def _find_in_files(self, words: str) -> Iterator[Place]:
        template = self.template
        path = template.origin.path
        for name, line in template.front_lines.items():
            if _count_lines_before(getattr(template.front, name) or "", words):
                yield path, line
        yield from ((path, template.body_line + row) for row in _count_lines_before(template.body, words))
        for name, text in self.shared.items():
            yield from ((name, 1 + row) for row in _count_lines_before(text, words))

    def _find_in_records(self, words: str) -> Iterator[Place]:
        for record in (self.recipient, self.campaign):
            for way, text in list_texts(record):
                if words in text:
                    yield record.origin.path, record.origin.line_of(*way)


def list_texts(record: Record) -> Iterator[tuple[Location, str]]:
    """Every text of a record with the way to it, but where it was written."""
    yield from _walk_texts({name: getattr(record, name) for name in type(record).model_fields}, ())


def _walk_texts(value: object, way: Location) -> Iterator[tuple[Location, str]]:
    match value:
        case str():
            yield way, str(value)
        case Record():
            yield from ((way + inner, text) for inner, text in list_texts(value))
        case Mapping():
            for key, inner in value.items():
                yield from _walk_texts(inner, (*way, str(key)))
        case tuple():
            for place, inner in enumerate(value):
                yield from _walk_texts(inner, (*way, place))
        case Origin() | _:
            return


def _count_lines_before(text: str, words: str) -> list[int]:
    """How many lines stand before each occurrence of words, which may go on over line ends; comments do not count."""
    visible = hide_comments(text)
    pattern = r"\s*".join(map(re.escape, words.split())) if words.strip() else r"(?!)"
    return [visible.count("\n", 0, found.start()) for found in re.finditer(pattern, visible)]


@lru_cache(maxsize=256)
def hide_comments(text: str) -> str:
    r"""A template's text with as many signs that nobody writes, \0, in place of each comment, but for its line ends."""
    return _COMMENT.sub(lambda found: re.sub(r"[^\n]", "\0", found.group()), text)


@lru_cache(maxsize=4096)
def _list_rows(text: str, wanted: tuple[str, str, str]) -> list[int]:
    """How many lines stand before each place where words stand between others, whatever breaks or mark-up part them."""
    visible = hide_comments(text)
    before, words, after = (_GAP.join(re.escape(sign) for sign in part if not sign.isspace()) for part in wanted)
    edges = (before + _GAP if before else _NOT_IN_NUMBER[0], _GAP + after if after else _NOT_IN_NUMBER[1])
    return [visible.count("\n", 0, found.start(1)) for found in re.finditer(f"({words})".join(edges), visible)]


def _list_parts(letter: Letter) -> Iterator[Part]:
    for line in letter.address.lines:
        yield Part(PartName.ADDRESS, line.text, line.language)
    yield Part(PartName.RETURN_LINE, letter.address.return_line.text, letter.address.return_line.language)
    for name, text in _list_frame(letter):
        if text:
            yield Part(name, text, letter.language)


def _list_frame(letter: Letter) -> Iterator[tuple[PartName, str]]:
    yield PartName.LETTERHEAD, letter.letterhead.name
    yield from ((PartName.LETTERHEAD, line) for line in letter.letterhead.lines)
    yield PartName.REFERENCE, letter.reference_line
    yield PartName.DATE, letter.date_line
    yield PartName.SUBJECT, letter.subject
    yield PartName.SALUTATION, letter.salutation or ""
    yield PartName.OPENING, letter.opening or ""
    yield from ((PartName.TEXT, text) for content in walk_blocks(letter.body) for text in _split_notes(content))
    yield PartName.CLOSING, letter.closing
    yield PartName.SENDER, letter.sender
    for signature in letter.signatures:
        yield PartName.SIGNATURE, signature.name
        yield PartName.SIGNATURE, signature.title
    if letter.cosigners:
        yield PartName.COSIGNERS, letter.cosigners_label
        yield from ((PartName.COSIGNERS, name) for name in letter.cosigners)
    if letter.enclosures:
        yield PartName.ENCLOSURES, letter.enclosures_label
        yield from ((PartName.ENCLOSURES, title) for title in letter.enclosures)
    yield PartName.PAGE_NUMBER, letter.page_label.format(page="0123456789", pages="")


def _split_notes(content: tuple[Inline, ...]) -> Iterator[str]:
    """The words of a paragraph without its footnotes, then each of these."""
    notes: list[str] = []
    yield "".join(_set_notes_aside(content, notes))
    yield from notes


def _set_notes_aside(content: tuple[Inline, ...], notes: list[str]) -> Iterator[str]:
    for part in content:
        match part:
            case Footnote(inner):
                notes.append("".join(walk_text(inner)))
            case Strong(inner) | Emphasis(inner) | Link(_, inner):
                yield from _set_notes_aside(inner, notes)
            case _:
                yield from walk_text((part,))
