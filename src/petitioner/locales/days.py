"""Dates in the words of a language: by the calendar, by the eras of its country, in its own figures."""

from datetime import date

from babel.dates import format_date, tokenize_pattern, untokenize_pattern

from petitioner.model.locale import DateStyle, Era, Locale, Numerals

_ERA = ("G", 1)  # as Babel splits a pattern: the letter, and how often it stands


def format_day(locale: Locale, day: date, style: str | None = None) -> str:
    """Return a date in the words of a language, such as 24 September 2027 or 2027年9月24日 (Unicode CLDR, UTS #35).

    ``style`` names one of the locale's other ways, such as 令和9年9月24日. A day before the first era that the locale
    knows is counted by the calendar. Raises KeyError for a style that the locale does not have.
    """
    chosen = locale.date_styles[style] if style else DateStyle(pattern=locale.date)
    numerals = locale.numerals if chosen.own_numerals else None
    fields = tokenize_pattern(chosen.pattern)
    begun = (era for era in locale.eras if era.since <= day and ("field", _ERA) in fields)
    era = max(begun, key=lambda era: era.since, default=None)
    figures = {
        _ERA: era.name if era else "",
        ("y", 1): _count_years(day, era, locale, numerals),
        ("M", 1): _write_number(day.month, numerals),
        ("d", 1): _write_number(day.day, numerals),
    }
    tokens = [
        ("chars", figures[value]) if kind == "field" and value in figures else (kind, value) for kind, value in fields
    ]
    return format_date(day, format=untokenize_pattern(tokens), locale=locale.cldr)


def _count_years(day: date, era: Era | None, locale: Locale, numerals: Numerals | None) -> str:
    """Return the year of the calendar, or that of the era, whose first lasts from its first day to New Year's Eve."""
    number = day.year - era.since.year + 1 if era else day.year
    return locale.first_year if era and number == 1 else _write_number(number, numerals)


def _write_number(number: int, numerals: Numerals | None) -> str:
    """Return a number digit by digit, or with the sign for ten (二十四) below a hundred."""
    if numerals is None:
        return str(number)
    tens, ones = divmod(number, 10)
    if numerals.ten is None or not 1 <= tens < 10:  # noqa: PLR2004 - ten is what all figures here count by
        return "".join(numerals.digits[int(digit)] for digit in str(number))
    return (numerals.digits[tens] if tens > 1 else "") + numerals.ten + (numerals.digits[ones] if ones else "")
