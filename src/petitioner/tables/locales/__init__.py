"""Languages: one YAML file each in this folder, with its calendar and its forms of dates."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources

from babel import Locale as Cldr
from babel.core import get_global
from babel.dates import format_date, get_month_names, tokenize_pattern, untokenize_pattern
from babel.languages import get_official_languages

from petitioner.errors import Problem, WorkspaceError, advise_commas, advise_half_width, find_similar
from petitioner.model.locale import DateStyle, Era, Locale, NativeNumerals
from petitioner.model.types import OWN_LANGUAGE, Location
from petitioner.source.records import read_package_record
from petitioner.source.yaml import Document

# Two-letter codes of CLDR that ISO 3166-1 gives to no country: islands, unions, and places to test with.
_NO_COUNTRIES = frozenset(["AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "XK", "ZZ"])
_POSTAL_LANGUAGES = ("en", "fr")
_KINDS = ("format", "stand-alone")
_WIDTHS = ("wide", "abbreviated")
_MARKED = re.compile(r"([yMd])\1*([^\W\d_A-Za-z]+)")
_ERA = ("G", 1)  # as Babel splits a pattern: the letter, and how often it occurs


@cache
def load_locales() -> Mapping[str, Locale]:
    """Return every language that petitioner can write, by its tag. Read once a process.

    Raises WorkspaceError with the faults of all files.
    """
    locales: list[Locale] = []
    faults: list[WorkspaceError] = []
    for name in sorted(f.name for f in resources.files(__name__).iterdir() if f.name.endswith(".yaml")):
        try:
            locales.append(read_package_record(Locale, __name__, name))
        except WorkspaceError as error:
            faults.append(error)
    if faults:
        raise WorkspaceError((problem for error in faults for problem in error.problems), faults[0].hint)
    return {locale.tag: locale for locale in sorted(locales, key=lambda locale: locale.tag)}


def check_country(code: str, path: str, line: int) -> Iterator[Problem]:
    """Yield a problem if a code is not one of the 249 country codes of ISO 3166-1."""
    countries = _list_countries()
    if code not in countries:
        near = next((known for known, name in countries.items() if code.casefold() in (known.lower(), name)), "")
        advice = f"Did you mean '{near}'? " if near else ""
        hint = advise_half_width(code) or f"{advice}Give the two capital letters of ISO 3166, such as JP or KR."
        yield Problem(path, line, "R304", f"'{code}' is not the code of a country", hint)


@cache
def list_country_names() -> Mapping[str, tuple[str, ...]]:
    """What each country is called in the languages that post offices read (UPU: French and English), by its code."""
    tongues = [Cldr(language).territories for language in _POSTAL_LANGUAGES]
    return {code: tuple(dict.fromkeys(str(names[code]) for names in tongues)) for code in _list_countries()}


@cache
def name_country_in(tag: str, code: str) -> str:
    """Return what a country is called in a language, or nothing where that is unknown."""
    locale = load_locales().get(tag)
    return str(Cldr.parse(locale.cldr).territories.get(code, "")) if locale else ""


@cache
def list_country_languages(code: str) -> tuple[str, ...]:
    """Return the official languages of a country by their tags, the most used first (CLDR, territory info)."""
    return tuple(one.replace("_", "-") for one in get_official_languages(code, de_facto=True))


def name_language_in(locale: Locale, tag: str) -> str:
    """Return what a language is called in another, or nothing where that is unknown.

    Its script is only named to a reader who writes the same language in another script.
    """
    names, base = Cldr.parse(locale.cldr).languages, tag.partition("-")[0]
    key = tag.replace("-", "_") if locale.tag.partition("-")[0] == base else base
    return str(names.get(key, ""))


@cache
def list_currencies() -> frozenset[str]:
    """Return the codes of all currencies, past ones too (ISO 4217, from CLDR)."""
    return frozenset(map(str, Cldr(OWN_LANGUAGE).currencies))


def list_months(locale: Locale) -> Mapping[str, int]:
    """The names of the months in a language, in lower case, each with its number; none where months are numbers."""
    forms = [get_month_names("wide", context, locale.cldr) for context in ("format", "stand-alone")]
    names = {str(name).casefold(): number for months in forms for number, name in months.items()}
    return {name: number for name, number in names.items() if not any(map(str.isdecimal, name))}


def name_script(locale: Locale) -> str:
    """The script in which a language is written, by its code of ISO 15924 (CLDR, likely subtags), or an empty text."""
    cldr = Cldr.parse(locale.cldr)
    likely = str(get_global("likely_subtags").get(cldr.language, "")).split("_")
    return str(cldr.script or "".join(likely[1:2]))


@cache
def _list_countries() -> Mapping[str, str]:
    territories = {str(code): str(name).casefold() for code, name in Cldr("en").territories.items()}
    codes = (code for code in territories if len(code) == len("JP") and code.isalpha() and code not in _NO_COUNTRIES)
    return {code: territories[code] for code in codes}


def check_languages(document: Document, *locations: Location) -> Iterator[Problem]:
    """Yield a problem for each unknown language in the keys of mappings, or the entries of lists, at ``locations``."""
    for location in locations:
        value = document.value_at(location)
        steps = value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
        for step in steps:
            tag = step if isinstance(step, str) else document.value_at((*location, step))
            if isinstance(tag, str):
                advice = advise_commas(tag) if isinstance(value, list) else ""
                yield from check_language(tag, document.path, document.line_of((*location, step)), advice)


def guess_language_tag(word: str) -> str | None:
    """Return the tag of the language that somebody means by a word, such as its country's code or a misspelt tag."""
    return _list_spellings().get(word.replace("_", "-").lower()) or find_similar(word, load_locales()) or None


def check_language(tag: str, path: str, line: int, advice: str = "") -> Iterator[Problem]:
    """A problem when no locale file speaks the language that a tag names; ``advice`` is what the place suggests."""
    known = load_locales()
    if tag not in known:
        near = guess_language_tag(tag)
        guess = f"Did you mean '{near}'?" if near else ""
        hint = advice or advise_half_width(tag) or f"{guess} Known languages: {', '.join(known)}.".strip()
        yield Problem(path, line, "R301", f"unknown language '{tag}'", hint)


@cache
def _list_spellings() -> Mapping[str, str]:
    """Return what people write for a language, in lower case: its country, its name, its tag in other standards."""
    spellings: dict[str, str] = {}
    for tag, locale in load_locales().items():
        language, *rest = locale.cldr.lower().split("_")
        for word in (tag.lower(), language, *rest, f"{language}-{rest[-1]}", locale.english_name.lower()):
            spellings.setdefault(word, tag)
    return spellings


@dataclass(frozen=True, slots=True)
class CalendarWords:
    """How dates are written in one language.

    ``months`` give each name's number from 1, ``weekdays`` each name's from Monday, 0. ``year_marks``, ``month_marks``
    and ``day_marks`` are signs that follow a number, as in 9月24日. ``day_first`` tells 24/9 from 9/24.
    """

    months: Mapping[str, int]
    weekdays: Mapping[str, int]
    year_marks: frozenset[str]
    month_marks: frozenset[str]
    day_marks: frozenset[str]
    day_first: bool


@cache
def read_calendar(cldr: str) -> CalendarWords:
    """Return the calendar of a CLDR locale, such as ``en_GB``, with the names of the bare language beside its own."""
    own = Cldr.parse(cldr)
    both = (own, Cldr(own.language))
    months = {name: number for part in both for name, number in _list_names(part.months["format"])}
    marks = {(field, mark) for pattern in own.date_formats.values() for field, mark in _MARKED.findall(pattern.pattern)}
    marks |= {("M", name.lstrip("0123456789")) for name in months if name[:1].isdigit()}
    short = own.date_formats["short"].pattern
    return CalendarWords(
        months={name: number for name, number in months.items() if not name[:1].isdigit()},
        weekdays={name: number for part in both for kind in _KINDS for name, number in _list_names(part.days[kind])},
        year_marks=_choose(marks, "y"),
        month_marks=_choose(marks, "M"),
        day_marks=_choose(marks, "d"),
        day_first=not -1 < short.find("M") < short.find("d") or short.startswith("y"),
    )


def _list_names(names: Mapping[str, Mapping[int, str]]) -> Iterator[tuple[str, int]]:
    for width in _WIDTHS:
        yield from ((name.rstrip("."), number) for number, name in names[width].items())


def _choose(marks: set[tuple[str, str]], field: str) -> frozenset[str]:
    return frozenset(mark for kind, mark in marks if kind == field and mark)


def name_weekday(cldr: str, weekday: int) -> str:
    """Return the name of a weekday, counted from Monday, 0."""
    return str(Cldr.parse(cldr).days["format"]["wide"][weekday])


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
        ("M", 1): write_number(day.month, numerals),
        ("d", 1): locale.first_day if day.day == 1 and numerals is None else write_number(day.day, numerals),
    }
    tokens = [
        ("chars", figures[value]) if kind == "field" and value in figures else (kind, value) for kind, value in fields
    ]
    return format_date(day, format=untokenize_pattern(tokens), locale=locale.cldr)


def _count_years(day: date, era: Era | None, locale: Locale, numerals: NativeNumerals | None) -> str:
    """Return the year of the calendar, or that of the era, whose first lasts from its first day to New Year's Eve."""
    number = day.year - era.since.year + 1 if era else day.year
    return locale.first_year if era and number == 1 else write_number(number, numerals)


def write_number(number: int, numerals: NativeNumerals | None) -> str:
    """Return a number digit by digit, or with the sign for ten (二十四) below a hundred."""
    if numerals is None:
        return str(number)
    tens, ones = divmod(number, 10)
    if numerals.ten is None or not 1 <= tens < 10:  # noqa: PLR2004 - ten is what all figures here count by
        return "".join(numerals.digits[int(digit)] for digit in str(number))
    return (numerals.digits[tens] if tens > 1 else "") + numerals.ten + (numerals.digits[ones] if ones else "")
