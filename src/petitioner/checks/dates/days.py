"""Days: those that the calendar does not have, weekdays that do not fit, and the campaign's day written wrongly."""

from collections.abc import Iterator
from datetime import date, timedelta

from petitioner.checks.passages import Finding, Passage
from petitioner.checks.reading import Mention
from petitioner.checks.reading.phrases import is_deadline
from petitioner.locales import load_locales
from petitioner.locales.calendar import name_weekday

_NEAR = timedelta(days=10)
"""How far from the campaign's day a date of its year may be meant for it: the Day was never moved by more than six."""

_CLOSE = 25  # characters between a date and the name of the day that say together when it is
_ALONE = 15  # characters beside a date that may still be a line for the date: the name of a town


def check_days(passage: Passage) -> Iterator[Finding]:
    """A finding for each date that does not exist, has another weekday, or should be the campaign's day or date."""
    for mention in passage.reading.dates:
        if not mention.exists:
            yield from _blame_missing(mention, passage)
            continue
        yield from _check_weekday(mention, passage)
        yield from _check_meant(mention, passage)


def _blame_missing(mention: Mention, passage: Passage) -> Iterator[Finding]:
    words, era = passage.reading.words(mention), mention.era
    if mention.loose:
        return
    if era and mention.year and not era.holds(mention.year, mention.month, mention.day):
        name, ends = era.names[0], era.ends
        lasted = f"{name} lasted from {era.begins} to {ends}" if ends else f"{name} began on {era.begins}"
        yield passage.blame(mention, "D103", f"'{words}' does not exist: {lasted}", "Write the era of that day.")
    else:
        hint = "Look it up in a calendar; {{ campaign.day }} prints the day itself."
        yield passage.blame(mention, "D103", f"'{words}' is no day of the calendar", hint)


def _check_weekday(mention: Mention, passage: Passage) -> Iterator[Finding]:
    day = _place_day(mention, passage)
    if day is None or mention.weekday is None or mention.weekday == day.weekday():
        return
    cldr = load_locales()[passage.language].cldr
    right, given = name_weekday(cldr, day.weekday()), name_weekday(cldr, mention.weekday)
    message = f"'{passage.reading.words(mention)}': {day} is a {right}, not a {given}"
    yield passage.blame(mention, "D104", message, "Correct the weekday or the date; one of them is another year's.")


def _place_day(mention: Mention, passage: Passage) -> date | None:
    """The day that is meant; without a year, only the campaign's own days can be told."""
    campaign = passage.campaign
    day = mention.date_in(campaign.day.year)
    return day if mention.year or day in (campaign.day, campaign.date) else None


def _check_meant(mention: Mention, passage: Passage) -> Iterator[Finding]:
    campaign, words = passage.campaign, passage.reading.words(mention)
    day = mention.date_in(campaign.day.year)
    if day is None or day.year != campaign.day.year or day in (campaign.day, campaign.date):
        return
    if is_deadline(passage.folded, mention, passage.language):
        return
    if _is_alone(mention, passage):
        message = f"'{words}' stands as a date by itself, but the letters are dated {campaign.date}"
        yield passage.blame(mention, "D106", message, "Delete it: the program prints the date of the letter.")
    elif _is_meant_for_day(mention, day, passage):
        message = f"'{words}' stands where the day of the campaign is told, which is {campaign.day}"
        yield passage.blame(mention, "D105", message, "Write {{ campaign.day }}, which is always right.")


def _is_alone(mention: Mention, passage: Passage) -> bool:
    rest = passage.text[: mention.start] + passage.text[mention.end :]
    return not passage.is_title and len(rest.strip()) <= _ALONE


def _is_meant_for_day(mention: Mention, day: date, passage: Passage) -> bool:
    if mention.year and abs(day - passage.campaign.day) <= _NEAR:
        return True
    return passage.is_title or _is_close_to_name(mention, passage)


def _is_close_to_name(mention: Mention, passage: Passage) -> bool:
    name = passage.campaign.name.get(passage.language)
    window = passage.text[max(0, mention.start - _CLOSE - len(name or "")) : mention.end + _CLOSE + len(name or "")]
    return name is not None and name in window
