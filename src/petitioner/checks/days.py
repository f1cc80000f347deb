"""Checks of dates, years and deadlines in a passage: those that do not exist, or belong to another campaign."""

import re
from collections.abc import Iterator
from datetime import timedelta

from petitioner.checks.letter_text import Finding
from petitioner.checks.reading import Mention
from petitioner.checks.reading.phrases import is_deadline, is_quantity
from petitioner.checks.text_spans import TextSpan
from petitioner.model.recipient import Campaign
from petitioner.tables.locales import load_locales, name_weekday

_RECENT_YEARS = 20
"""An unknown year within so many years before the campaign is taken for that of an older letter."""

_NEAR = timedelta(days=10)
"""A date this near to the campaign's day is probably meant for it; the day was never moved by more than six."""
_NAME_DISTANCE = 25  # characters between a date and the name of the day that it belongs to
_MAX_OTHER_TEXT = 15  # characters next to the date in a line for the date, such as the name of a town


def check_years(passage: TextSpan) -> Iterator[Finding]:
    """Yield a finding for each year that is not the campaign's, nor known as history, nor listed by the campaign."""
    for mention in passage.parsed.dates:
        if mention.year is None or is_quantity(passage.normalized, mention, passage.language):
            continue
        if not mention.exists or is_expected_year(mention, passage):
            continue
        yield _report_year(mention, passage)


def list_campaign_years(campaign: Campaign) -> frozenset[int]:
    """Return the campaign's own year, its ``historic_years``, and the year in which its addressee took office."""
    since = int(campaign.addressee.in_office_since[:4])
    return frozenset({campaign.day.year, since, *campaign.historic_years})


def is_expected_year(mention: Mention, passage: TextSpan) -> bool:
    """Return whether a letter of this campaign may contain the year of a date."""
    campaign, year = passage.campaign, mention.year
    if year in list_campaign_years(campaign) or mention.date in campaign.own_dates:
        return True
    if year not in passage.known.years or _is_next_to_name(mention, passage):
        return False
    # The day of the campaign in another year is that of another letter, unless history was made on it.
    same_day = (mention.month, mention.day) == (campaign.day.month, campaign.day.day)
    return not same_day or (mention.date is not None and mention.date.isoformat() in passage.known.dates)


def _is_next_to_name(mention: Mention, passage: TextSpan) -> bool:
    """Return whether a year is written next to the name of the day, so that it must be the campaign's."""
    name = passage.campaign.name.get(passage.language)
    if not name or mention.month:
        return False
    reach = len(name) + 4
    before = passage.text[max(0, mention.start - reach) : mention.start]
    after = passage.text[mention.end : mention.end + reach]
    return bool(re.search(rf"{re.escape(name)}\W{{0,4}}$", before) or re.match(rf"\W{{0,4}}{re.escape(name)}", after))


def _report_year(mention: Mention, passage: TextSpan) -> Finding:
    campaign, words = passage.campaign, passage.parsed.words(mention)
    year, own = mention.year or 0, campaign.day.year
    history = f"add it to campaign.yaml: historic_years: [{year}]"
    if year < own - _RECENT_YEARS:
        message = f"'{words}' is not a known historic year"
        return passage.make_finding(mention, "D102", message, f"If the year is right, {history}")
    which_letter = "last year's letter" if year == own - 1 else "another year's letter"
    year_note = f" ({year})" if str(year) not in passage.normalized[mention.inner_start : mention.inner_end] else ""
    which_letter = which_letter if year < own else "a later year"
    message = f"'{words}'{year_note} is from {which_letter}, but this is the campaign of {own}"
    hint = f"Write {{{{ campaign.day }}}} or {{{{ campaign.year }}}}. If the year is history, {history}"
    return passage.make_finding(mention, "D101", message, hint)


def check_days(passage: TextSpan) -> Iterator[Finding]:
    """Yield a finding for each date that does not exist, has a wrong weekday, or should be the campaign's day."""
    for mention in passage.parsed.dates:
        if not mention.exists:
            yield from _report_impossible_date(mention, passage)
            continue
        yield from _check_weekday(mention, passage)
        yield from _check_campaign_day(mention, passage)


def _report_impossible_date(mention: Mention, passage: TextSpan) -> Iterator[Finding]:
    words, era = passage.parsed.words(mention), mention.era
    if mention.is_loose:
        return
    if era and mention.year and not era.includes(mention.year, mention.month, mention.day):
        name, ends = era.names[0], era.ends
        lasted = f"{name} lasted from {era.begins} to {ends}" if ends else f"{name} began on {era.begins}"
        yield passage.make_finding(mention, "D103", f"'{words}' does not exist: {lasted}", "Write the era of that day.")
    else:
        hint = "Look it up in a calendar; {{ campaign.day }} prints the campaign's day."
        yield passage.make_finding(mention, "D103", f"'{words}' is not a day of the calendar", hint)


def _check_weekday(mention: Mention, passage: TextSpan) -> Iterator[Finding]:
    campaign = passage.campaign
    day = mention.date_in(campaign.day.year)
    if day is None or mention.weekday is None or mention.weekday == day.weekday():
        return
    if not mention.year and day not in (campaign.day, campaign.date):
        return  # its year is unknown
    cldr = load_locales()[passage.language].cldr
    right, given = name_weekday(cldr, day.weekday()), name_weekday(cldr, mention.weekday)
    message = f"'{passage.parsed.words(mention)}': {day} is a {right}, not a {given}"
    yield passage.make_finding(
        mention, "D104", message, "Correct the weekday or the date: one of them is from another year."
    )


def _check_campaign_day(mention: Mention, passage: TextSpan) -> Iterator[Finding]:
    campaign, words = passage.campaign, passage.parsed.words(mention)
    day = mention.date_in(campaign.day.year)
    if day is None or day.year != campaign.day.year or day in campaign.own_dates:
        return
    if is_deadline(passage.normalized, mention, passage.language):
        return
    other_text = passage.text[: mention.start] + passage.text[mention.end :]
    if not passage.is_title and len(other_text.strip()) <= _MAX_OTHER_TEXT:
        message = f"'{words}' is a date on its own, but the letters are dated {campaign.date}"
        yield passage.make_finding(mention, "D106", message, "Delete it: the program prints the date of the letter.")
    elif (mention.year and abs(day - campaign.day) <= _NEAR) or passage.is_title or _is_close_to_name(mention, passage):
        message = f"'{words}' is written for the day of the campaign, which is {campaign.day}"
        yield passage.make_finding(mention, "D105", message, "Write {{ campaign.day }} instead.")


def _is_close_to_name(mention: Mention, passage: TextSpan) -> bool:
    name = passage.campaign.name.get(passage.language)
    reach = _NAME_DISTANCE + len(name or "")
    return name is not None and name in passage.text[max(0, mention.start - reach) : mention.end + reach]


def check_deadlines(passage: TextSpan) -> Iterator[Finding]:
    """Yield a finding for each deadline that is past on the letter's date or today; history is ignored."""
    campaign = passage.campaign
    for mention in passage.parsed.dates:
        day = mention.date_in(campaign.day.year)
        if day is None or day.year != campaign.day.year or day == campaign.day:
            continue
        if not is_deadline(passage.normalized, mention, passage.language):
            continue
        words = passage.parsed.words(mention)
        if day < campaign.date:
            message = f"the deadline '{words}' is past on {campaign.date}, the date of the letter"
            yield passage.make_finding(mention, "D108", message, "Give a later day.")
        elif day < passage.today <= campaign.day:
            message = f"the deadline '{words}' is past: today is {passage.today}"
            yield passage.make_finding(mention, "D108", message, "Give a later day.")
