"""Numbers of years: "four years ago" and 45周年, counted by day from what happened to the campaign's day."""

from calendar import monthrange
from collections.abc import Iterator
from datetime import date

from petitioner.checks.known import compile_words
from petitioner.checks.passages import Finding, Passage
from petitioner.checks.reading.phrases import Degree, Way, Years, find_years
from petitioner.checks.reading.sentences import Span

_MOVED = 7
"""Days by which the campaign's day may lie beside an anniversary that it still keeps; it was never moved by more."""

_MONTHS = 12
_HALF = 6  # months: from here on it is "nearly" one year more


def check_counts(passage: Passage) -> Iterator[Finding]:
    """A finding for each number of years that is not right for anything that its sentence tells."""
    for years in find_years(passage.folded, passage.language):
        starts = _list_starts(years, passage)
        if starts and not any(_is_right(years, *span, passage.campaign.day) for _, span in starts):
            yield _blame(years, *starts[0], passage)


_Start = tuple[str, tuple[date, date]]
"""What years are counted from: what to call it, and the first and the last day that it can have been."""


def _list_starts(years: Years, passage: Passage) -> list[_Start]:
    """What the sentence around a number of years tells, or else the sentence before it."""
    span = passage.sentence_at(years.start, years.end)
    place = passage.sentences.index(span) if span in passage.sentences else 0
    earlier = passage.sentences[place - 1] if place else span
    return list(_list_starts_in(span, passage)) or list(_list_starts_in(earlier, passage))


def _list_starts_in(span: Span, passage: Passage) -> Iterator[_Start]:
    for mention in passage.dates_in(span):
        day = mention.date
        if day and day.year < passage.campaign.day.year:
            yield passage.reading.words(mention), (day, day)
    sentence = passage.folded[span.start : span.end]
    for fact in passage.known.facts:
        about = fact.about.get(passage.language)
        if about and fact.dates and compile_words(about).search(sentence):
            yield f"{fact.name}, {fact.dates[0]},", _spread(fact.dates[0])


def _spread(partial: str) -> tuple[date, date]:
    """The first and the last day of a year, a month or a day."""
    year, month, day = (*map(int, partial.split("-")), None, None)[:3]
    last_month = month or _MONTHS
    last = date(year or 1, last_month, day or monthrange(year or 1, last_month)[1])
    return date(year or 1, month or 1, day or 1), last


def _is_right(years: Years, first: date, last: date, today: date) -> bool:
    return any(_is_right_from(years, start, today) for start in {first, last})


def _is_right_from(years: Years, start: date, today: date) -> bool:
    months = _count_months(start, today)
    whole, count = months // _MONTHS, years.count
    is_to_the_day = (start.month, start.day) == (today.month, today.day)
    match years.way, years.degree:
        case _, Degree.NEARLY:
            return count * _MONTHS - _HALF <= months < count * _MONTHS
        case _, Degree.OVER:
            return months >= count * _MONTHS
        case _, Degree.ABOUT:
            return abs(months - count * _MONTHS) <= _MONTHS
        case Way.ANNIVERSARY, degree if degree is None or not is_to_the_day:
            return any(_is_kept(start, count, today))
        case Way.RUNNING, _:
            return count in (whole, whole + 1)
        case _, Degree.EXACTLY:
            return count == whole and is_to_the_day
        case _:
            return count == whole


def _is_kept(start: date, count: int, today: date) -> Iterator[bool]:
    """Whether the anniversary of a number of years falls on about this day."""
    try:
        anniversary = start.replace(year=start.year + count)
    except ValueError:  # 29 February
        anniversary = date(start.year + count, 3, 1)
    yield abs((anniversary - today).days) <= _MOVED


def _count_months(start: date, end: date) -> int:
    """The whole months between two days."""
    return (end.year - start.year) * _MONTHS + end.month - start.month - (end.day < start.day)


def _blame(years: Years, name: str, span: tuple[date, date], passage: Passage) -> Finding:
    day = passage.campaign.day
    months = _count_months(span[0], day)
    whole, rest = divmod(months, _MONTHS)
    more = f" and {rest} months" if rest else " to the day" if span[0].day == day.day else ""
    words = passage.quote(years.start, years.end)
    message = f"'{words}': from {name} to the day, {day}, it is {whole} years{more}".replace(",,", ",")
    hint = f"Years count by day: write {whole}" + (f", or nearly {whole + 1}." if rest >= _HALF else ".")
    return passage.blame_stretch(years.start, years.end, "D107", message, hint)
