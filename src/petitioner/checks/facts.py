"""Checks for known facts that letters state wrongly, and for people named in an office that they have left."""

import re
from collections.abc import Iterator
from datetime import date
from functools import lru_cache

from petitioner.checks.letter_text import Finding, LetterText
from petitioner.checks.text_spans import (
    TextSpan,
    check_campaign_texts,
    check_letter_spans,
    compile_pattern,
    load_known_facts,
)
from petitioner.errors import Problem
from petitioner.inputs.workspace import Workspace
from petitioner.model.codes import find_severity
from petitioner.model.limits import KEPT_TEXTS
from petitioner.model.wording import Office, WrongStatement

_NEAR_DAYS, _NEAR_YEARS = 2, 10
"""A day or year this near to the right one is a mistake for it: 22 for 24, 1983 for 1982."""

_FORMERLY_DISTANCE = 30  # characters before a name in which "former" belongs to it


def check_facts(letter_text: LetterText) -> Iterator[Problem]:
    """Yield a problem for each known fact, date or office holder that a letter states wrongly."""
    yield from check_letter_spans(letter_text, (find_wrong_statements, find_wrong_days, find_former_holders))


def check_offices(workspace: Workspace, today: date) -> Iterator[Problem]:
    """Yield a problem for each person named by the campaign or a recipient's entry who has left the office."""
    campaign = workspace.campaign
    if campaign is None:
        return
    yield from check_campaign_texts(campaign, today, (find_wrong_statements, find_wrong_days, find_former_holders))
    for recipient in workspace.written_to:
        for tag, name in recipient.head.name.items() if recipient.head else ():
            for _, _, office in _find_office_holders(name):
                if office in _list_ended_offices(campaign.day):
                    line = recipient.origin.line_of("head", "name", tag)
                    message, hint = _describe_former_office(name, office), "Ask the mission who its head is."
                    yield Problem(recipient.origin.path, line, "D115", message, hint, find_severity("D115"))


def _describe_former_office(name: str, office: Office) -> str:
    return f"'{name}' was {office.office} until {office.until} at the latest"


def find_wrong_statements(passage: TextSpan) -> Iterator[Finding]:
    """Yield a finding for each statement in the text that is known to be wrong."""
    for bounds in passage.sentences:
        for start, end, statement in _list_wrong_statements(
            passage.normalized[bounds.start : bounds.end], passage.language
        ):
            yield passage.make_finding_at(
                bounds.start + start, bounds.start + end, "D112", statement.message, statement.hint
            )


@lru_cache(maxsize=KEPT_TEXTS)
def _list_wrong_statements(sentence: str, tag: str) -> tuple[tuple[int, int, WrongStatement], ...]:
    """Return start, end and statement of each wrong statement in a sentence, each statement once."""
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


def find_wrong_days(passage: TextSpan) -> Iterator[Finding]:
    """Yield a finding for each date that is a near miss of the day of a fact in the same sentence."""
    if not any(mention.date for mention in passage.parsed.dates):
        return
    for bounds in passage.sentences:
        days = {mention: mention.date for mention in passage.dates_in(bounds) if mention.date}
        sentence = passage.normalized[bounds.start : bounds.end]
        for name, correct_day in _list_facts_with_day(sentence, passage.language) if days else ():
            for mention, day in days.items():
                if correct_day not in days.values() and _is_near_miss(day, correct_day, passage):
                    message = f"'{passage.parsed.words(mention)}' is not the day of {name}, which is {correct_day}"
                    hint = "Correct the date."
                    yield passage.make_finding(mention, "D113", message, hint)


@lru_cache(maxsize=KEPT_TEXTS)
def _list_facts_with_day(sentence: str, tag: str) -> tuple[tuple[str, date], ...]:
    """Return the names and days of the facts in a sentence whose day is known."""
    facts = (fact for fact in load_known_facts().facts if tag in fact.about and fact.dates)
    mentioned = (fact for fact in facts if compile_pattern(fact.about[tag]).search(sentence))
    days = ((fact.name, fact.dates[0]) for fact in mentioned)
    return tuple((name, date.fromisoformat(day)) for name, day in days if len(day) == len("2027-09-24"))


def _is_near_miss(day: date, correct_day: date, passage: TextSpan) -> bool:
    """Return whether a day differs a little from the right one in day, month or year, and has no other meaning."""
    campaign = passage.campaign
    if day.isoformat() in passage.known.dates or day.year in (campaign.day.year, *campaign.historic_years):
        return False
    same_month, same_day = day.month == correct_day.month, day.day == correct_day.day
    if day.year == correct_day.year:
        return (same_month and abs(day.day - correct_day.day) <= _NEAR_DAYS) or same_day
    return same_month and same_day and abs(day.year - correct_day.year) <= _NEAR_YEARS


def find_former_holders(passage: TextSpan) -> Iterator[Finding]:
    """Yield a finding for each person who left the office before the campaign's day, unless the text says "former"."""
    formerly = passage.known.formerly.get(passage.language, "(?!)")
    for start, end, office in _find_office_holders(passage.normalized):
        before = passage.normalized[max(0, start - _FORMERLY_DISTANCE) : start]
        if office in _list_ended_offices(passage.campaign.day) and not compile_pattern(formerly).search(before):
            yield _report_former_holder(start, end, office, passage)


@lru_cache(maxsize=KEPT_TEXTS)
def _find_office_holders(text: str) -> tuple[tuple[int, int, Office], ...]:
    return tuple(
        (*found.span(), office)
        for office in load_known_facts().offices
        for found in compile_pattern(_make_names_pattern(office)).finditer(text)
    )


def _report_former_holder(start: int, end: int, office: Office, passage: TextSpan) -> Finding:
    words = passage.quote(start, end)
    message = _describe_former_office(words, office)
    if passage.is_title:
        hint = "Write to the person who holds the office now."
        return passage.make_finding_at(start, end, "D114", message, hint)
    hint = 'If the past is meant, say so before the name, as in "the then President".'
    return passage.make_finding_at(start, end, "D115", message, hint)


def _list_ended_offices(day: date) -> list[Office]:
    return [office for office in load_known_facts().offices if office.until < day.isoformat()]


def _make_names_pattern(office: Office) -> str:
    """Return a pattern for all spellings of a name, in any language, with or without blanks between its parts."""
    spellings = {name for names in office.names.values() for name in names}
    return "|".join(_make_name_pattern(name) for name in sorted(spellings))


def _make_name_pattern(name: str) -> str:
    if " " in name:
        return rf"(?<![^\W\d_]){re.escape(name)}(?![^\W\d_])".replace(r"\ ", r"[\s-]+")
    return r"\s?".join(map(re.escape, name))
