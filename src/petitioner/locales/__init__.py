"""The languages: one YAML file each beside this module, and what is read from it."""

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from importlib import resources

from babel import Locale as Cldr
from babel.dates import format_date

from petitioner.errors import Problem, suggest
from petitioner.model.locale import Locale
from petitioner.source.records import read_record
from petitioner.source.text import decode
from petitioner.source.yaml import parse_yaml


@cache
def load_locales() -> Mapping[str, Locale]:
    """Every language that petitioner can write, by its tag. Read once a process."""
    files = (f for f in resources.files(__name__).iterdir() if f.name.endswith(".yaml"))
    locales = (_load(file.name, file.read_bytes()) for file in files)
    return {locale.tag: locale for locale in sorted(locales, key=lambda locale: locale.tag)}


def format_day(locale: Locale, day: date) -> str:
    """A date in the words of a language, such as 24 September 2027 or 2027年9月24日 (Unicode CLDR)."""
    return format_date(day, format=locale.date, locale=locale.cldr)


@cache
def list_countries() -> frozenset[str]:
    """The two-letter codes of ISO 3166-1, as CLDR knows them."""
    codes = (str(code) for code in Cldr("en").territories)
    return frozenset(code for code in codes if len(code) == len("JP") and code.isalpha())


def check_language(tag: str, path: str, line: int) -> Iterable[Problem]:
    """A problem when no locale file speaks the language that a tag names."""
    known = load_locales()
    if tag not in known:
        hint = f"{suggest(tag, known)} Known languages: {', '.join(known)}.".strip()
        yield Problem(path, line, "R301", f"no language is known as '{tag}'", hint)


def _load(name: str, content: bytes) -> Locale:
    text, problems = decode(name, content)
    document, more = parse_yaml(name, text or "")
    locale, faults = read_record(Locale, document) if document else (None, ())
    if locale is None or problems or more or faults:
        # These files are ours: a fault in one is a bug of the program, not of its user.
        raise ValueError([str(problem) for problem in (*problems, *more, *faults)])
    return locale
