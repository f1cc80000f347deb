"""Spans of text in one language, with what a check compares them with."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property

from petitioner.checks.letter_text import WRITTEN, Finding, Proof, list_texts, report
from petitioner.checks.reading import Mention, Reading, read_text
from petitioner.checks.reading.numerals import Span, split_sentences
from petitioner.errors import Problem
from petitioner.model.letter import PartName
from petitioner.model.recipient import Campaign
from petitioner.model.wording import Known
from petitioner.source.records import read_package_record
from petitioner.tables.locales import load_locales


@cache
def load_known() -> Known:
    """Return the table of what is known. Read once a process."""
    return read_package_record(Known, __package__, "facts.yaml")


@cache
def compile_words(pattern: str) -> re.Pattern[str]:
    """Return a pattern of the table, which is tried on folded text and without regard to case."""
    return re.compile(pattern, re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True)
class Passage:
    """Words in one language; ``is_title`` tells those that stand alone, as a subject does, from running text."""

    text: str
    language: str
    campaign: Campaign
    today: date
    is_title: bool = False

    @cached_property
    def reading(self) -> Reading:
        """What the words say of time."""
        return read_text(self.text, self.language)

    @cached_property
    def folded(self) -> str:
        """The words with digits for numbers."""
        return self.reading.folded.text

    @cached_property
    def sentences(self) -> tuple[Span, ...]:
        """The sentences, as stretches of the folded words."""
        return split_sentences(self.reading.folded)

    @property
    def known(self) -> Known:
        """What is known and does not change from year to year."""
        return load_known()

    def sentence_at(self, start: int, end: int) -> Span:
        """Return the sentence around a stretch of the folded words; all of them, where it lies in two."""
        whole = Span(0, len(self.folded))
        return next((span for span in self.sentences if span.holds(start, end)), whole)

    def dates_in(self, span: Span) -> tuple[Mention, ...]:
        """Return the dates in a stretch of the folded words."""
        return tuple(date for date in self.reading.dates if span.holds(date.inner_start, date.inner_end))

    def make_finding(self, mention: Mention, code: str, message: str, hint: str) -> Finding:
        """Return a finding about a date."""
        return Finding(mention.start, mention.end, code, message, hint)

    def make_finding_at(self, start: int, end: int, code: str, message: str, hint: str) -> Finding:
        """Return a finding about a stretch of the folded words."""
        offsets = self.reading.folded.offsets
        return Finding(offsets[start], offsets[end], code, message, hint)

    def quote(self, start: int, end: int) -> str:
        """Return a stretch of the folded words as it was written."""
        offsets = self.reading.folded.offsets
        return self.text[offsets[start] : offsets[end]]


Inspect = Callable[[Passage], Iterator[Finding]]
"""A check that reads one passage."""


def check_written(proof: Proof, checks: Iterable[Inspect]) -> Iterator[Problem]:
    """Yield what checks find in the parts of a letter whose words are in its own files, at the places of the words."""
    for part in proof.parts:
        if part.name in WRITTEN:
            is_title = part.name is not PartName.TEXT
            passage = Passage(part.text, part.language, proof.campaign, proof.today, is_title)
            yield from report(proof, part, (found for check in checks for found in check(passage)))


def check_campaign_words(campaign: Campaign, today: date, checks: tuple[Inspect, ...]) -> Iterator[Problem]:
    """Yield what checks find in the texts of campaign.yaml that letters print, at their lines."""
    for way, text in list_texts(campaign):
        tag, line = str(way[-1]), campaign.origin.line_of(*way)
        if tag in load_locales():
            passage = Passage(text, tag, campaign, today, is_title=True)
            yield from (found.make_problem(campaign.origin.path, line) for check in checks for found in check(passage))
