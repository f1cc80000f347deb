"""The languages: one YAML file each beside this module, and what is read from it."""

from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources

from babel import Locale as Cldr
from babel.core import get_global
from babel.dates import get_month_names

from petitioner.errors import Problem, WorkspaceError, advise_commas, advise_half_width, find_near
from petitioner.model.locale import Locale
from petitioner.model.types import Location, Translated
from petitioner.source.package import read_package_record
from petitioner.source.yaml import Document

OWN_LANGUAGE = "en"
"""The language of the program's own words: what a coordinator reads in a terminal."""

# Two-letter codes of CLDR that ISO 3166-1 gives to no country: islands, unions, and places to test with.
_NO_COUNTRIES = frozenset(["AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "XK", "ZZ"])
_POSTAL_LANGUAGES = ("en", "fr")


@cache
def load_locales() -> Mapping[str, Locale]:
    """Return every language that petitioner can write, by its tag. Read once a process.

    Raises WorkspaceError with the faults of all files: whoever adds a language writes one.
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


def choose_text(texts: Translated) -> str:
    """Return the text that a coordinator is shown: in the program's own language, else the first, or nothing."""
    return texts.get(OWN_LANGUAGE) or next(iter(texts.values()), "")


def check_country(code: str, path: str, line: int) -> Iterator[Problem]:
    """Yield a problem when a code is none of the 249 that ISO 3166-1 gives to countries."""
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


def check_languages(document: Document, *ways: Location) -> Iterator[Problem]:
    """A problem for each unknown language among the keys of the mappings, and the entries of the lists, at ``ways``."""
    for way in ways:
        value = document.value_at(way)
        steps = value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
        for step in steps:
            tag = step if isinstance(step, str) else document.value_at((*way, step))
            if isinstance(tag, str):
                advice = advise_commas(tag) if isinstance(value, list) else ""
                yield from check_language(tag, document.path, document.line_of((*way, step)), advice)


def find_language(word: str) -> str | None:
    """Return the tag of the language that somebody means by a word, such as its country's code or a misspelt tag."""
    return _list_spellings().get(word.replace("_", "-").lower()) or find_near(word, load_locales()) or None


def check_language(tag: str, path: str, line: int, advice: str = "") -> Iterator[Problem]:
    """A problem when no locale file speaks the language that a tag names; ``advice`` is what the place suggests."""
    known = load_locales()
    if tag not in known:
        near = find_language(tag)
        guess = f"Did you mean '{near}'?" if near else ""
        hint = advice or advise_half_width(tag) or f"{guess} Known languages: {', '.join(known)}.".strip()
        yield Problem(path, line, "R301", f"no language is known as '{tag}'", hint)


@cache
def _list_spellings() -> Mapping[str, str]:
    """Return what people write for a language, in lower case: its country, its name, its tag in other standards."""
    spellings: dict[str, str] = {}
    for tag, locale in load_locales().items():
        language, *rest = locale.cldr.lower().split("_")
        for word in (tag.lower(), language, *rest, f"{language}-{rest[-1]}", locale.english_name.lower()):
            spellings.setdefault(word, tag)
    return spellings
