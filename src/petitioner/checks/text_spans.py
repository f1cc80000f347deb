"""Spans of text in one language, parsed for dates, and the checks that read them."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property, lru_cache

from petitioner.checks.letter_text import WRITTEN_PARTS, Finding, LetterText, list_record_texts, report_findings
from petitioner.checks.reading import Mention, ParsedText, parse_text
from petitioner.checks.reading.numerals import Range, split_sentences
from petitioner.errors import Problem
from petitioner.model.letter import PartName
from petitioner.model.limits import KEPT_TEXTS
from petitioner.model.recipient import Campaign
from petitioner.model.wording import KnownFacts
from petitioner.source.records import read_package_record
from petitioner.tables.locales import load_locales


@cache
def load_known_facts() -> KnownFacts:
    """Return the table of known facts. Read once a process."""
    return read_package_record(KnownFacts, __package__, "facts.yaml")


@cache
def compile_pattern(pattern: str) -> re.Pattern[str]:
    """Compile a pattern of the table for normalized text, ignoring case."""
    return re.compile(pattern, re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True)
class TextSpan:
    """A text in one language; ``is_title`` is set for single lines such as a subject."""

    text: str
    language: str
    campaign: Campaign
    today: date
    is_title: bool = False

    @cached_property
    def parsed(self) -> ParsedText:
        """The text with the dates in it."""
        return parse_text(self.text, self.language)

    @cached_property
    def normalized(self) -> str:
        """The text with digits for all numbers."""
        return self.parsed.normalized.text

    @cached_property
    def sentences(self) -> tuple[Range, ...]:
        """The sentences, as ranges of the normalized text."""
        return split_sentences(self.parsed.normalized)

    @property
    def known(self) -> KnownFacts:
        """The table of known facts."""
        return load_known_facts()

    def sentence_at(self, start: int, end: int) -> Range:
        """Return the sentence around a range of the normalized text; the whole text, if it is in two sentences."""
        whole = Range(0, len(self.normalized))
        return next((bounds for bounds in self.sentences if bounds.contains(start, end)), whole)

    def dates_in(self, bounds: Range) -> tuple[Mention, ...]:
        """Return the dates in a range of the normalized text."""
        return tuple(date for date in self.parsed.dates if bounds.contains(date.inner_start, date.inner_end))

    def make_finding(self, mention: Mention, code: str, message: str, hint: str) -> Finding:
        """Return a finding about a date."""
        return Finding(mention.start, mention.end, code, message, hint)

    def make_finding_at(self, start: int, end: int, code: str, message: str, hint: str) -> Finding:
        """Return a finding about a range of the normalized text."""
        offsets = self.parsed.normalized.offsets
        return Finding(offsets[start], offsets[end], code, message, hint)

    def quote(self, start: int, end: int) -> str:
        """Return a range of the normalized text as it was written."""
        offsets = self.parsed.normalized.offsets
        return self.text[offsets[start] : offsets[end]]


SpanCheck = Callable[[TextSpan], Iterator[Finding]]
"""A check that reads one span."""


def check_letter_spans(letter_text: LetterText, checks: tuple[SpanCheck, ...]) -> Iterator[Problem]:
    """Run checks on the parts of a letter that are written in its own file; yield problems at their lines."""
    for part in letter_text.parts:
        if part.name in WRITTEN_PARTS:
            is_title = part.name is not PartName.TEXT
            span = TextSpan(part.text, part.language, letter_text.campaign, letter_text.today, is_title)
            yield from report_findings(letter_text, part, _find_all(span, checks))


@lru_cache(maxsize=KEPT_TEXTS)
def _find_all(span: TextSpan, checks: tuple[SpanCheck, ...]) -> tuple[Finding, ...]:
    """Return what all checks find in a span. Cached, since hundreds of letters contain the same paragraphs."""
    return tuple(found for check in checks for found in check(span))


def check_campaign_texts(campaign: Campaign, today: date, checks: tuple[SpanCheck, ...]) -> Iterator[Problem]:
    """Run checks on the texts of campaign.yaml that letters print; yield problems at their lines."""
    for location, text in list_record_texts(campaign):
        tag, line = str(location[-1]), campaign.origin.line_of(*location)
        if tag in load_locales():
            span = TextSpan(text, tag, campaign, today, is_title=True)
            yield from (found.make_problem(campaign.origin.path, line) for check in checks for found in check(span))
