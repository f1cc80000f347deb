"""Checks for stale text: dates, years and numbers of years that do not fit this campaign."""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import PurePosixPath

from petitioner.checks.days import check_days, check_deadlines, check_years, is_expected_year
from petitioner.checks.letter_text import Finding, LetterText, hide_comments
from petitioner.checks.reading.numerals import Range
from petitioner.checks.reading.phrases import CountKind, Degree, YearCount, find_year_counts
from petitioner.checks.text_spans import SpanCheck, TextSpan, check_campaign_texts, check_letter_spans, compile_pattern
from petitioner.errors import Problem
from petitioner.inputs.campaigns import list_files
from petitioner.inputs.workspace import Workspace
from petitioner.model.codes import find_severity
from petitioner.model.letter import Template
from petitioner.model.recipient import Campaign

_MAX_DAYS_MOVED = 7
"""Largest number of days between an anniversary and the campaign's day that still marks it."""

_MONTHS_PER_YEAR = 12
_ABOUT_MONTHS = 5 * _MONTHS_PER_YEAR  # how inexact "some forty years" may be
_NEARLY_MONTHS = 6  # months: from here on it is "nearly" one year more


def check_year_counts(passage: TextSpan) -> Iterator[Finding]:
    """Yield a finding for each number of years that is wrong for every event in its sentence."""
    for year_count in find_year_counts(passage.normalized, passage.language):
        events = _list_events_in_sentence_or_before(year_count, passage)
        days = {day for _, bounds in events for day in bounds}
        if events and not any(_fits_start(year_count, day, passage.campaign.day) for day in days):
            yield _report_year_count(year_count, *events[0], passage)


_DatedEvent = tuple[str, tuple[date, date]]
"""An event that years are counted from: its name for messages, and the first and last day that it can have been."""


def _list_events_in_sentence_or_before(year_count: YearCount, passage: TextSpan) -> list[_DatedEvent]:
    """Return the events in the sentence of a number of years, or else in the sentence before it."""
    bounds = passage.sentence_at(year_count.start, year_count.end)
    place = passage.sentences.index(bounds) if bounds in passage.sentences else 0
    earlier = passage.sentences[place - 1] if place else bounds
    return list(_list_events_in(bounds, passage)) or list(_list_events_in(earlier, passage))


def _list_events_in(bounds: Range, passage: TextSpan) -> Iterator[_DatedEvent]:
    sentence = passage.normalized[bounds.start : bounds.end]
    for fact in passage.known.facts:
        about = fact.about.get(passage.language)
        if about and fact.dates and compile_pattern(about).search(sentence):
            yield f"{fact.name}, {fact.dates[0]},", _get_first_and_last_day(fact.dates[0])
    for mention in passage.dates_in(bounds):
        day = mention.date
        if day and day.year < passage.campaign.day.year and is_expected_year(mention, passage):
            yield passage.parsed.words(mention), (day, day)


def _get_first_and_last_day(partial: str) -> tuple[date, date]:
    """Return the first and the last day of a year, a month or a day."""
    year, month, day = (*map(int, partial.split("-")), None, None)[:3]
    last_month = month or _MONTHS_PER_YEAR
    last = date(year or 1, last_month, day or monthrange(year or 1, last_month)[1])
    return date(year or 1, month or 1, day or 1), last


def _fits_start(year_count: YearCount, start: date, today: date) -> bool:
    months, wanted = _count_months(start, today), year_count.count * _MONTHS_PER_YEAR
    match year_count.degree:
        case Degree.NEARLY:
            return wanted - _NEARLY_MONTHS <= months < wanted
        case Degree.OVER:
            return months >= wanted
        case Degree.ABOUT:
            return abs(months - wanted) <= (_MONTHS_PER_YEAR if year_count.count % 10 else _ABOUT_MONTHS)
        case degree:
            return _fits_whole_years(year_count, start, today, to_the_day=degree is Degree.EXACTLY)


def _fits_whole_years(year_count: YearCount, start: date, today: date, *, to_the_day: bool) -> bool:
    whole = _count_months(start, today) // _MONTHS_PER_YEAR
    match year_count.kind:
        case CountKind.ANNIVERSARY:
            return _is_anniversary(start, year_count.count, today)
        case CountKind.RUNNING:
            return year_count.count in (whole, whole + 1)
        case CountKind.AGO:
            fits = (start.month, start.day) == (today.month, today.day)
            return year_count.count == whole and (fits or not to_the_day)


def _is_anniversary(start: date, count: int, today: date) -> bool:
    """Whether this day is about ``count`` years after the start; the anniversary of 29 February is on 1 March."""
    is_leap_day = (start.month, start.day) == (2, 29)
    anniversary = date(start.year + count, 3, 1) if is_leap_day else start.replace(year=start.year + count)
    return abs((anniversary - today).days) <= _MAX_DAYS_MOVED


def _count_months(start: date, end: date) -> int:
    return (end.year - start.year) * _MONTHS_PER_YEAR + end.month - start.month - (end.day < start.day)


def _report_year_count(year_count: YearCount, name: str, bounds: tuple[date, date], passage: TextSpan) -> Finding:
    day = passage.campaign.day
    months = _count_months(bounds[0], day)
    whole_years, more_months = divmod(months, _MONTHS_PER_YEAR)
    more_days = day.day - bounds[0].day
    more = f" and {_format_count(more_months, 'month')}" if more_months else " to the day"
    if not more_months and more_days > 0:
        more = f" and {_format_count(more_days, 'day')}"
    words, length = passage.quote(year_count.start, year_count.end), f"{_format_count(whole_years, 'year')}{more}"
    message = f"'{words}': from {name} to {day}, the day of the campaign, it is {length}"
    nearly = f", or nearly {whole_years + 1}" if more_months >= _NEARLY_MONTHS else ""
    hint = f"Write {whole_years}{nearly}: years are counted by day."
    if whole_years == year_count.count:  # the number is right, and what goes with it is not
        hint = f"Say {_format_count(whole_years, 'year')}, but not that it is exact."
    finding = passage.make_finding_at(year_count.start, year_count.end, "D107", message, hint)
    return replace(finding, is_error=year_count.degree is Degree.EXACTLY)  # such words promise that somebody counted


def _format_count(count: int, word: str) -> str:
    return f"{count} {word}{'' if count == 1 else 's'}"


_CHECKS: tuple[SpanCheck, ...] = (check_years, check_days, check_year_counts, check_deadlines)


def check_years_in_file_names(workspace: Workspace, campaign: Campaign) -> Iterator[Problem]:
    """Yield a problem for each letter, enclosure or signature file with the wrong year in its file name."""
    for template in workspace.templates.values():
        yield from _check_file_name(template.stem, (template.origin.path, 0), template.language, campaign)
    for location, name in list_files(campaign):
        place = (campaign.origin.path, campaign.origin.line_of(*location))
        yield from _check_file_name(PurePosixPath(name).stem, place, next(iter(campaign.name)), campaign)


def _check_file_name(stem: str, place: tuple[str, int], tag: str, campaign: Campaign) -> Iterator[Problem]:
    # Split joined words, as in petition_2026.
    words = "".join(character if character.isalnum() or character in "-." else " " for character in stem)
    for finding in check_years(TextSpan(words, tag, campaign, campaign.day)):
        message = f"the file name '{stem}' contains {words[finding.start : finding.end]}"
        hint = "Is it last year's file? If not, rename it, or add the year to 'historic_years' in campaign.yaml."
        yield Problem(*place, "D109", message, hint, find_severity("D109"))


def check_repeated_texts(workspace: Workspace) -> Iterator[Problem]:
    """Yield a problem for each letter with the same text as in an earlier year."""
    for template in workspace.templates.values():
        for other in workspace.earlier:
            same_letter = (other.stem, other.language) == (template.stem, template.language)
            if same_letter and _list_printed_words(template) == _list_printed_words(other):
                message = f"the text is the same as in {other.origin.path}"
                hint = "Update it for this year. If it should stay, accept D110 in campaign.yaml, with a reason."
                yield Problem(template.origin.path, template.body_line, "D110", message, hint, find_severity("D110"))
                break


def _list_printed_words(template: Template) -> list[str]:
    """Return the words of a template without its comments, so that texts can be compared."""
    return hide_comments(template.body).replace("\0", "").split()


def find_stale_dates(passage: TextSpan) -> Iterator[Finding]:
    """Yield a finding for each stale or impossible date, year, number of years and deadline in a passage."""
    for check in _CHECKS:
        yield from check(passage)


def check_dates(letter_text: LetterText) -> Iterator[Problem]:
    """Yield a problem for each stale or impossible date in the text of a letter."""
    yield from check_letter_spans(letter_text, (find_stale_dates,))


def check_campaign_dates(workspace: Workspace, today: date) -> Iterator[Problem]:
    """Yield a problem for each stale date in campaign.yaml, stale file name, and text repeated from an earlier year."""
    campaign = workspace.campaign
    if campaign is None:
        return
    yield from check_campaign_texts(campaign, today, (find_stale_dates,))
    yield from check_years_in_file_names(workspace, campaign)
    yield from check_repeated_texts(workspace)
    yield from _check_campaign_day(campaign, today)


def _check_campaign_day(campaign: Campaign, today: date) -> Iterator[Problem]:
    """Yield a problem if the campaign's day is past; a day of another year has an error of its own."""
    if today > campaign.ends and str(campaign.day.year) == campaign.id:
        origin = campaign.origin
        message = f"the day, {campaign.day}, is past: today is {today}"
        hint = f"Begin the next campaign: petitioner rollover {campaign.day.year + 1}"
        yield Problem(origin.path, origin.line_of("day"), "D111", message, hint, find_severity("D111"))
