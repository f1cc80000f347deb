"""Known facts that letters state wrongly, and people who have left the office in which they are named."""

import re
from collections.abc import Iterator
from datetime import date
from functools import lru_cache

from petitioner.checks.letter_text import Finding, LetterText
from petitioner.checks.text_spans import (
    TextSpan,
    check_campaign_words,
    check_written,
    compile_pattern,
    load_known_facts,
)
from petitioner.errors import Problem
from petitioner.inputs.workspace import Workspace
from petitioner.model.codes import find_severity
from petitioner.model.wording import Office, WrongStatement

_DAYS, _YEARS = 2, 10
"""How far a day or a year may lie beside the right one and still be a statement for it: 22 for 24, 1983 for 1982."""

_BEFORE = 30  # characters before a name in which "former" belongs to it


def check_facts(letter_text: LetterText) -> Iterator[Problem]:
    """Yield every known fact that a letter states wrongly."""
    yield from check_written(letter_text, (find_wrong_statements, find_wrong_days, find_people))


def check_offices(workspace: Workspace, today: date) -> Iterator[Problem]:
    """Yield each person whom the campaign or a recipient's entry names in an office that ended."""
    campaign = workspace.campaign
    if campaign is None:
        return
    yield from check_campaign_words(campaign, today, (find_wrong_statements, find_wrong_days, find_people))
    for recipient in workspace.written_to:
        for tag, name in recipient.head.name.items() if recipient.head else ():
            for _, _, office in _list_people(name):
                if office in _list_left(campaign.day):
                    line = recipient.origin.line_of("head", "name", tag)
                    message, hint = _say_left(name, office), "Ask the mission who its head is, or delete 'head'."
                    yield Problem(recipient.origin.path, line, "D115", message, hint, find_severity("D115"))


def _say_left(name: str, office: Office) -> str:
    return f"'{name}' was {office.office} until {office.until} at the latest"


def find_wrong_statements(span: TextSpan) -> Iterator[Finding]:
    """Yield a finding for each statement in the text that is known to be wrong."""
    for bounds in span.sentences:
        for start, end, statement in _list_wrong_statements(span.normalized[bounds.start : bounds.end], span.language):
            yield span.make_finding_at(
                bounds.start + start, bounds.start + end, "D112", statement.message, statement.hint
            )


@lru_cache(maxsize=8192)
def _list_wrong_statements(sentence: str, tag: str) -> tuple[tuple[int, int, WrongStatement], ...]:
    """Return the statements in a sentence, each with its stretch; what two patterns find alike is one statement."""
    found = {
        statement.message: (*match.span(), statement)
        for fact in load_known_facts().facts
        for statement in fact.wrong_statements
        if (match := _find_wrong_statement(statement, sentence, tag))
    }
    return tuple(found.values())


def _find_wrong_statement(statement: WrongStatement, sentence: str, tag: str) -> re.Match[str] | None:
    pattern, unless = statement.patterns.get(tag), statement.unless.get(tag)
    if pattern is None or (unless and compile_pattern(unless).search(sentence)):
        return None
    return compile_pattern(pattern).search(sentence)


def find_wrong_days(span: TextSpan) -> Iterator[Finding]:
    """Yield a finding for each date that is nearly, but not quite, the day of the fact in its sentence."""
    if not any(mention.date for mention in span.parsed.dates):
        return
    for bounds in span.sentences:
        days = {mention: mention.date for mention in span.dates_in(bounds) if mention.date}
        sentence = span.normalized[bounds.start : bounds.end]
        for name, right in _list_told(sentence, span.language) if days else ():
            for mention, day in days.items():
                if right not in days.values() and _is_near_miss(day, right, span):
                    message = f"'{span.parsed.words(mention)}' is not the day of {name}, which is {right}"
                    hint = "Correct the date."
                    yield span.make_finding(mention, "D113", message, hint)


@lru_cache(maxsize=8192)
def _list_told(sentence: str, tag: str) -> tuple[tuple[str, date], ...]:
    """Return the names and days of the facts in a sentence whose day is known."""
    facts = (fact for fact in load_known_facts().facts if tag in fact.about and fact.dates)
    told = (fact for fact in facts if compile_pattern(fact.about[tag]).search(sentence))
    days = ((fact.name, fact.dates[0]) for fact in told)
    return tuple((name, date.fromisoformat(day)) for name, day in days if len(day) == len("2027-09-24"))


def _is_near_miss(day: date, right: date, span: TextSpan) -> bool:
    """Return whether a day differs from the right one in one part, and little, and is not known for something else."""
    campaign = span.campaign
    if day.isoformat() in span.known.dates or day.year in (campaign.day.year, *campaign.historic_years):
        return False
    same_month, same_day = day.month == right.month, day.day == right.day
    if day.year == right.year:
        return (same_month and abs(day.day - right.day) <= _DAYS) or same_day
    return same_month and same_day and abs(day.year - right.year) <= _YEARS


def find_people(span: TextSpan) -> Iterator[Finding]:
    """A finding for each name of a person who left the office before the campaign's day, unless the words say so."""
    formerly = span.known.formerly.get(span.language, "(?!)")
    for start, end, office in _list_people(span.normalized):
        before = span.normalized[max(0, start - _BEFORE) : start]
        if office in _list_left(span.campaign.day) and not compile_pattern(formerly).search(before):
            yield _report_person(start, end, office, span)


@lru_cache(maxsize=4096)
def _list_people(text: str) -> tuple[tuple[int, int, Office], ...]:
    return tuple(
        (*found.span(), office)
        for office in load_known_facts().offices
        for found in compile_pattern(_spell_names(office)).finditer(text)
    )


def _report_person(start: int, end: int, office: Office, span: TextSpan) -> Finding:
    words = span.quote(start, end)
    message = _say_left(words, office)
    if span.is_title:
        hint = "Write to the person who holds the office now."
        return span.make_finding_at(start, end, "D114", message, hint)
    hint = 'If the past is meant, say so before the name, as in "the then President".'
    return span.make_finding_at(start, end, "D115", message, hint)


def _list_left(day: date) -> list[Office]:
    return [office for office in load_known_facts().offices if office.until < day.isoformat()]


def _spell_names(office: Office) -> str:
    """Return a pattern for all spellings of a name, in any language, with or without blanks between its parts."""
    spellings = {name for names in office.names.values() for name in names}
    return "|".join(_spell(name) for name in sorted(spellings))


def _spell(name: str) -> str:
    if " " in name:
        return rf"(?<![^\W\d_]){re.escape(name)}(?![^\W\d_])".replace(r"\ ", r"[\s-]+")
    return r"\s?".join(map(re.escape, name))
