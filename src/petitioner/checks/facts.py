"""Known facts: what letters tell wrongly of them, and people addressed or named who have left their office."""

import re
from collections.abc import Iterator
from datetime import date

from petitioner.checks.known import compile_words, load_known
from petitioner.checks.passages import Finding, Passage, check_campaign_words, check_written
from petitioner.checks.proof import Proof
from petitioner.errors import Problem
from petitioner.model.codes import severity_of
from petitioner.model.knowledge import Office, Slip
from petitioner.workspace import Workspace

_DAYS, _YEARS = 2, 10
"""How far a day or a year may lie beside the right one and still be a slip for it: 22 for 24, 1983 for 1982."""

_BEFORE = 30  # characters before a name in which "former" belongs to it


def check_facts(proof: Proof) -> Iterator[Problem]:
    """Everything that the words of a letter tell otherwise than it is known."""
    yield from check_written(proof, (find_slips, find_wrong_days, find_people))


def check_offices(workspace: Workspace, today: date) -> Iterator[Problem]:
    """Everybody to whom the campaign or a recipient's entry gives an office that ended."""
    campaign = workspace.campaign
    if campaign is None:
        return
    yield from check_campaign_words(campaign, today, (find_slips, find_wrong_days, find_people))
    for recipient in workspace.written_to:
        for tag, name in recipient.head.name.items() if recipient.head else ():
            for office in _list_left(campaign.day):
                if _compile_names(office).search(name):
                    line = recipient.origin.line_of("head", "name", tag)
                    message = f"'{name}' was {office.office} until {office.until} at the latest"
                    hint = "Ask the mission who its head is, or delete 'head'."
                    yield Problem(recipient.origin.path, line, "D115", message, hint, severity_of("D115"))


def find_slips(passage: Passage) -> Iterator[Finding]:
    """A finding for each sentence that tells a fact in one of the ways known to be wrong."""
    slips = [slip for fact in passage.known.facts for slip in fact.slips]
    for span in passage.sentences:
        sentence = passage.folded[span.start : span.end]
        told: set[str] = set()
        for slip in slips:
            found = _find_slip(slip, sentence, passage.language)
            if found and slip.message not in told:
                told.add(slip.message)
                start, end = span.start + found.start(), span.start + found.end()
                yield passage.blame_stretch(start, end, "D112", slip.message, slip.hint)


def _find_slip(slip: Slip, sentence: str, tag: str) -> re.Match[str] | None:
    pattern, unless = slip.patterns.get(tag), slip.unless.get(tag)
    if pattern is None or (unless and compile_words(unless).search(sentence)):
        return None
    return compile_words(pattern).search(sentence)


def find_wrong_days(passage: Passage) -> Iterator[Finding]:
    """A finding for each date that is nearly, but not quite, the day of the fact that its sentence tells."""
    if not any(mention.date for mention in passage.reading.dates):
        return
    for span in passage.sentences:
        days = {mention: mention.date for mention in passage.dates_in(span) if mention.date}
        sentence = passage.folded[span.start : span.end] if days else ""
        for name, right in _list_told(sentence, passage):
            for mention, day in days.items():
                if right not in days.values() and _is_slip(day, right, passage):
                    message = f"'{passage.reading.words(mention)}' is not the day of {name}, which is {right}"
                    hint = "Correct the day; letters/sources.md may say where it is written."
                    yield passage.blame(mention, "D113", message, hint)


def _list_told(sentence: str, passage: Passage) -> Iterator[tuple[str, date]]:
    """The facts that a sentence tells, each with its day, if it is known."""
    for fact in passage.known.facts if sentence else ():
        about = fact.about.get(passage.language)
        if about and fact.dates and len(fact.dates[0]) == len("2027-09-24") and compile_words(about).search(sentence):
            yield fact.name, date.fromisoformat(fact.dates[0])


def _is_slip(day: date, right: date, passage: Passage) -> bool:
    """Whether a day differs from the right one in one part, and little, and is not known for something else."""
    campaign = passage.campaign
    if day.isoformat() in passage.known.dates or day.year in (campaign.day.year, *campaign.historic_years):
        return False
    same_month, same_day = day.month == right.month, day.day == right.day
    if day.year == right.year:
        return (same_month and abs(day.day - right.day) <= _DAYS) or same_day
    return same_month and same_day and abs(day.year - right.year) <= _YEARS


def find_people(passage: Passage) -> Iterator[Finding]:
    """A finding for each name of a person who left the office before the campaign's day, unless the words say so."""
    formerly = passage.known.formerly.get(passage.language)
    for office in _list_left(passage.campaign.day):
        for found in _compile_names(office).finditer(passage.folded):
            before = passage.folded[max(0, found.start() - _BEFORE) : found.start()]
            if formerly is None or not compile_words(formerly).search(before):
                yield _blame_person(found, office, passage)


def _blame_person(found: re.Match[str], office: Office, passage: Passage) -> Finding:
    words = passage.quote(found.start(), found.end())
    message = f"'{words}' was {office.office} until {office.until} at the latest"
    if passage.is_title:
        hint = "Write to whoever holds the office now."
        return passage.blame_stretch(found.start(), found.end(), "D114", message, hint)
    hint = 'If the past is meant, say so before the name, as in "the then President".'
    return passage.blame_stretch(found.start(), found.end(), "D115", message, hint)


def _list_left(day: date) -> Iterator[Office]:
    return (office for office in load_known().offices if office.until < day.isoformat())


def _compile_names(office: Office) -> re.Pattern[str]:
    """All spellings of a name, in any language, with or without blanks between its parts."""
    spellings = {name for names in office.names.values() for name in names}
    return compile_words("|".join(_spell(name) for name in sorted(spellings)))


def _spell(name: str) -> str:
    if name.isascii() or " " in name:
        return rf"(?<![^\W\d_]){re.escape(name)}(?![^\W\d_])".replace(r"\ ", r"[\s-]+")
    return r"\s?".join(map(re.escape, name))
