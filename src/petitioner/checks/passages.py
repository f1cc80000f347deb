"""Passages: words in one language, with what a check holds them against, and what is found in them."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from petitioner.checks.known import load_known
from petitioner.checks.proof import WRITTEN, PartName, Proof, list_texts
from petitioner.checks.reading import Mention, Reading, read_text
from petitioner.checks.reading.sentences import Span, split_sentences
from petitioner.errors import Problem, Severity
from petitioner.locales import load_locales
from petitioner.model.campaign import Campaign
from petitioner.model.codes import severity_of
from petitioner.model.knowledge import Known


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong between two characters of a passage, in the words of a Problem.

    ``is_error`` makes an error of what is a warning otherwise.
    """

    start: int
    end: int
    code: str
    message: str
    hint: str
    is_error: bool = False

    def judge(self, problem: Problem) -> Problem:
        """The problem as bad as this finding is."""
        return replace(problem, severity=Severity.ERROR) if self.is_error else problem


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
        """The sentence around a stretch of the folded words; all of them, where it lies in two."""
        whole = Span(0, len(self.folded))
        return next((span for span in self.sentences if span.holds(start, end)), whole)

    def dates_in(self, span: Span) -> tuple[Mention, ...]:
        """The dates in a stretch of the folded words."""
        return tuple(date for date in self.reading.dates if span.holds(date.inner_start, date.inner_end))

    def blame(self, mention: Mention, code: str, message: str, hint: str) -> Finding:
        """A finding about a date."""
        return Finding(mention.start, mention.end, code, message, hint)

    def blame_stretch(self, start: int, end: int, code: str, message: str, hint: str) -> Finding:
        """A finding about a stretch of the folded words."""
        offsets = self.reading.folded.offsets
        return Finding(offsets[start], offsets[end], code, message, hint)

    def quote(self, start: int, end: int) -> str:
        """A stretch of the folded words as it was written."""
        offsets = self.reading.folded.offsets
        return self.text[offsets[start] : offsets[end]]


Inspect = Callable[[Passage], Iterator[Finding]]
"""A check that reads one passage."""


def check_written(proof: Proof, checks: Iterable[Inspect]) -> Iterator[Problem]:
    """What checks find in the parts of a letter whose words stand in its own files, at the places of the words."""
    for part in proof.parts:
        if part.name in WRITTEN:
            is_title = part.name is not PartName.TEXT
            passage = Passage(part.text, part.language, proof.campaign, proof.today, is_title)
            for found in _inspect(passage, checks):
                told = (found.code, found.message, found.hint)
                yield from map(found.judge, proof.blame_at(part, found.start, found.end, told))


def check_campaign_words(campaign: Campaign, today: date, checks: Iterable[Inspect]) -> Iterator[Problem]:
    """What checks find in the texts of campaign.yaml that letters print, at their lines."""
    known, checks = load_locales(), tuple(checks)
    for way, text in list_texts(campaign):
        tag = str(way[-1])
        if tag in known:
            for found in _inspect(Passage(text, tag, campaign, today, is_title=True), checks):
                place = (campaign.origin.path, campaign.origin.line_of(*way))
                told = (found.code, found.message, found.hint)
                yield found.judge(Problem(*place, *told, severity_of(found.code)))


def _inspect(passage: Passage, checks: Iterable[Inspect]) -> Iterator[Finding]:
    return (finding for check in checks for finding in check(passage))
