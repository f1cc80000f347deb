"""Stale text: what a letter, its campaign and its files say about time, compared with the calendar."""

from calendar import monthrange
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import PurePosixPath

from petitioner.checks.days import check_days, check_deadlines, check_years, is_in_place
from petitioner.checks.letter_text import Finding, LetterText, hide_comments
from petitioner.checks.reading.numerals import Range
from petitioner.checks.reading.phrases import CountKind, Degree, Years, find_years
from petitioner.checks.text_spans import TextSpan, check_campaign_words, check_written, compile_pattern
from petitioner.errors import Problem
from petitioner.inputs.campaigns import list_files
from petitioner.inputs.workspace import Workspace
from petitioner.model.codes import find_severity
from petitioner.model.letter import Template
from petitioner.model.recipient import Campaign

_MOVED = 7
"""Days by which the campaign's day may lie beside an anniversary that it still keeps; it was never moved by more."""

_MONTHS = 12
_ROUND = 5 * _MONTHS  # what "some forty years" may leave out
_HALF = 6  # months: from here on it is "nearly" one year more


def check_counts(span: TextSpan) -> Iterator[Finding]:
    """Yield a finding for each number of years that is wrong for every event in its sentence."""
    for years in find_years(span.normalized, span.language):
        starts = _list_starts(years, span)
        days = {day for _, bounds in starts for day in bounds}
        if starts and not any(_is_right_from(years, day, span.campaign.day) for day in days):
            yield _report(years, *starts[0], span)


_Start = tuple[str, tuple[date, date]]
"""What years are counted from: what to call it, and the first and the last day that it can have been."""


def _list_starts(years: Years, span: TextSpan) -> list[_Start]:
    """Return the events in the sentence of a number of years, or else in the sentence before it."""
    bounds = span.sentence_at(years.start, years.end)
    place = span.sentences.index(bounds) if bounds in span.sentences else 0
    earlier = span.sentences[place - 1] if place else bounds
    return list(_list_starts_in(bounds, span)) or list(_list_starts_in(earlier, span))


def _list_starts_in(bounds: Range, span: TextSpan) -> Iterator[_Start]:
    sentence = span.normalized[bounds.start : bounds.end]
    for fact in span.known.facts:
        about = fact.about.get(span.language)
        if about and fact.dates and compile_pattern(about).search(sentence):
            yield f"{fact.name}, {fact.dates[0]},", _spread(fact.dates[0])
    for mention in span.dates_in(bounds):
        day = mention.date
        if day and day.year < span.campaign.day.year and is_in_place(mention, span):
            yield span.parsed.words(mention), (day, day)


def _spread(partial: str) -> tuple[date, date]:
    """Return the first and the last day of a year, a month or a day."""
    year, month, day = (*map(int, partial.split("-")), None, None)[:3]
    last_month = month or _MONTHS
    last = date(year or 1, last_month, day or monthrange(year or 1, last_month)[1])
    return date(year or 1, month or 1, day or 1), last


def _is_right_from(years: Years, start: date, today: date) -> bool:
    months, wanted = _count_months(start, today), years.count * _MONTHS
    match years.degree:
        case Degree.NEARLY:
            return wanted - _HALF <= months < wanted
        case Degree.OVER:
            return months >= wanted
        case Degree.ABOUT:
            return abs(months - wanted) <= (_MONTHS if years.count % 10 else _ROUND)
        case degree:
            return _is_right_by_day(years, start, today, to_the_day=degree is Degree.EXACTLY)


def _is_right_by_day(years: Years, start: date, today: date, *, to_the_day: bool) -> bool:
    whole = _count_months(start, today) // _MONTHS
    match years.kind:
        case CountKind.ANNIVERSARY:
            return _is_kept(start, years.count, today)
        case CountKind.RUNNING:
            return years.count in (whole, whole + 1)
        case CountKind.AGO:
            fits = (start.month, start.day) == (today.month, today.day)
            return years.count == whole and (fits or not to_the_day)


def _is_kept(start: date, count: int, today: date) -> bool:
    """Whether the anniversary of a number of years falls on about this day; that of 29 February is on 1 March."""
    is_leap_day = (start.month, start.day) == (2, 29)
    anniversary = date(start.year + count, 3, 1) if is_leap_day else start.replace(year=start.year + count)
    return abs((anniversary - today).days) <= _MOVED


def _count_months(start: date, end: date) -> int:
    """Return the whole months between two days."""
    return (end.year - start.year) * _MONTHS + end.month - start.month - (end.day < start.day)


def _report(years: Years, name: str, bounds: tuple[date, date], span: TextSpan) -> Finding:
    day = span.campaign.day
    months = _count_months(bounds[0], day)
    whole, rest = divmod(months, _MONTHS)
    over = day.day - bounds[0].day
    more = f" and {_say(rest, 'month')}" if rest else f" and {_say(over, 'day')}" if over > 0 else " to the day"
    words = span.quote(years.start, years.end)
    message = f"'{words}': from {name} to {day}, the day of the campaign, it is {_say(whole, 'year')}{more}"
    hint = f"Write {whole}" + (f", or nearly {whole + 1}" if rest >= _HALF else "") + ": years are counted by day."
    if whole == years.count:  # the number is right, and what goes with it is not
        hint = f"Say {_say(whole, 'year')}, but not that it is exact."
    finding = span.make_finding_at(years.start, years.end, "D107", message, hint)
    return replace(finding, is_error=years.degree is Degree.EXACTLY)  # such words promise that somebody counted


def _say(count: int, word: str) -> str:
    return f"{count} {word}{'' if count == 1 else 's'}"


_CHECKS: tuple[Callable[[TextSpan], Iterator[Finding]], ...] = (check_years, check_days, check_counts, check_deadlines)
"""What is found by reading one span."""


def check_file_names(workspace: Workspace, campaign: Campaign) -> Iterator[Problem]:
    """Yield a problem for each letter, enclosure or signature file with the wrong year in its file name."""
    for template in workspace.templates.values():
        yield from _check_name(template.stem, (template.origin.path, 0), template.language, campaign)
    for location, name in list_files(campaign):
        place = (campaign.origin.path, campaign.origin.line_of(*location))
        yield from _check_name(PurePosixPath(name).stem, place, next(iter(campaign.name)), campaign)


def _check_name(stem: str, place: tuple[str, int], tag: str, campaign: Campaign) -> Iterator[Problem]:
    # Joined words, as in petition_2026: what is no letter or digit parts them.
    words = "".join(sign if sign.isalnum() or sign in "-." else " " for sign in stem)
    for finding in check_years(TextSpan(words, tag, campaign, campaign.day)):
        message = f"the file name '{stem}' contains {words[finding.start : finding.end]}"
        hint = "Is it last year's file? If not, rename it, or add the year to 'historic_years' in campaign.yaml."
        yield Problem(*place, "D109", message, hint, find_severity("D109"))


def check_repeats(workspace: Workspace) -> Iterator[Problem]:
    """Yield a problem for each letter whose text is that of the same letter of an earlier year."""
    for template in workspace.templates.values():
        for other in workspace.earlier:
            same_letter = (other.stem, other.language) == (template.stem, template.language)
            if same_letter and _list_words(template) == _list_words(other):
                message = f"the text is the same as in {other.origin.path}"
                hint = "Update it for this year. If it should stay, accept D110 in campaign.yaml, with a reason."
                yield Problem(template.origin.path, template.body_line, "D110", message, hint, find_severity("D110"))
                break


def _list_words(template: Template) -> list[str]:
    """Return the words of a template; what is not printed, and how lines were broken, does not count."""
    return hide_comments(template.body).replace("\0", "").split()


__all__ = ["check_campaign_dates", "check_dates", "find_stale"]


def find_stale(span: TextSpan) -> Iterator[Finding]:
    """Yield everything stale in one span."""
    for check in _CHECKS:
        yield from check(span)


def check_dates(letter_text: LetterText) -> Iterator[Problem]:
    """Yield everything stale in the text of a letter's own files."""
    yield from check_written(letter_text, (find_stale,))


def check_campaign_dates(workspace: Workspace, today: date) -> Iterator[Problem]:
    """Everything stale in campaign.yaml, in the names of files, and in letters that another year has already seen."""
    campaign = workspace.campaign
    if campaign is None:
        return
    yield from check_campaign_words(campaign, today, (find_stale,))
    yield from check_file_names(workspace, campaign)
    yield from check_repeats(workspace)
    yield from _check_past(campaign, today)


def _check_past(campaign: Campaign, today: date) -> Iterator[Problem]:
    """Whether letters would still be made for a day that is over; a day of another year is an error of its own."""
    if today > campaign.day and str(campaign.day.year) == campaign.id:
        origin = campaign.origin
        message = f"the day, {campaign.day}, is past: today is {today}"
        hint = f"Make a folder for the next campaign: letters made now are dated {campaign.date}."
        yield Problem(origin.path, origin.line_of("day"), "D111", message, hint, find_severity("D111"))
