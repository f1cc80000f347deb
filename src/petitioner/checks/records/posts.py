"""Postal codes, country names and area codes, and normalized names and addresses for comparison."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources

from petitioner.checks.reading.numerals import convert_chinese_numerals
from petitioner.errors import Problem
from petitioner.inputs.workspace import Workspace
from petitioner.model.codes import find_severity
from petitioner.model.limits import KEPT_NAMES
from petitioner.model.recipient import Recipient, Sender
from petitioner.model.types import Location, Origin
from petitioner.source.text import decode
from petitioner.source.yaml import Value, parse_yaml
from petitioner.tables.locales import list_country_names

# Variants that Unicode treats as different letters, although lists of missions use them for one another.
_COMMON_FORMS = str.maketrans(
    "łøđħıŧŋ" + "靭髙﨑嵜邉邊齋齊澤濱濵國廣龍嶋條眞櫻惠壽區縣鄕總領驛關澁辺斎",
    "lodhitn" + "靱高崎崎辺辺斎斉沢浜浜国広竜島条真桜恵寿区県郷総領駅関渋辺斎",
)
_DROPPED = frozenset(["Zs", "Zl", "Zp", "Cc", "Cf", "Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po", "Sk", "So", "Sm", "Sc"])
_DIACRITICS = frozenset(map(chr, (*range(0x300, 0x370), *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))))


class _KeptCharacters(dict[int, int | None]):
    """A table for ``str.translate`` without diacritics and dropped categories, filled in as characters are met."""

    def __missing__(self, point: int) -> int | None:
        is_dropped = chr(point) in _DIACRITICS or unicodedata.category(chr(point)) in _DROPPED
        self[point] = None if is_dropped else point
        return self[point]


_KEPT = _KeptCharacters()
# 3丁目4番地33号 is 3-4-33, but 3-433 is another house.
AFTER_NUMBERS = "(?:丁目|番地|番|号|號)"
"""A pattern for the words after the numbers of a house."""

_BETWEEN_DIGITS = re.compile(rf"(?<=\d)(?:{AFTER_NUMBERS}|の|ー|[\W_])+(?=\d)")
_AFTER_DIGITS = re.compile(rf"(?<=\d){AFTER_NUMBERS}")
_FILE = "posts.yaml"
_FORMAT_CHARACTERS = str.maketrans({"9": "[0-9]", "A": "[A-Z]", "X": "[A-Z0-9]"})
_COUNTRY_PREFIX = re.compile(r"[A-Z]{1,3}[- ](?=[A-Z]{0,2}\d)")  # the sign of the country, as in D-10179
_WORD = re.compile(r"\b[dl]'|[\w.]+(?:'s)?")


@lru_cache(maxsize=KEPT_NAMES)
def normalize(text: str) -> str:
    """Return a text for comparison: without case, width, blanks, punctuation, accents and variants.

    ``Consulate-General`` and ``CONSULATE  GENERAL`` become the same, and so do 靱 and 靭.
    Source: NFKC_Casefold (Unicode, 3.13), with the variants above. Vowel signs of other scripts are kept.
    """
    while (normalized := _normalize_once(text)) != text:
        text = normalized
    return text


def normalize_address(lines: tuple[str, ...], postal_code: str | None = None) -> str:
    """Return the lines of an address as one normalized text with digits for numerals, without the postal code."""
    text = " ".join(lines)
    if postal_code:
        text = text.replace(postal_code, " ")
    figures = convert_chinese_numerals(unicodedata.normalize("NFKC", text))
    return normalize(_AFTER_DIGITS.sub("", _BETWEEN_DIGITS.sub("x", figures)))


def extract_digits(text: str) -> str:
    """Return the digits of a telephone number; compare only the last ones, since prefixes differ: 03-…, +81 3 …."""
    return re.sub(r"\D", "", unicodedata.normalize("NFKC", text))


def _normalize_once(text: str) -> str:
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold()).translate(_COMMON_FORMS)
    return plain.translate(_KEPT)


@dataclass(frozen=True, slots=True)
class Entry:
    """A mission or the sender, its name in messages, and where it was written."""

    name: str
    record: Recipient | Sender
    origin: Origin
    at: Location = ()

    @classmethod
    def of(cls, mission: Recipient) -> "Entry":
        """Return the entry of a mission."""
        return cls(mission.id, mission, mission.origin)

    @property
    def emails(self) -> tuple[tuple[Location, str], ...]:
        """The e-mail addresses, each with its location."""
        email = self.record.email
        if isinstance(email, tuple):
            return tuple((("email", place), text) for place, text in enumerate(email))
        return ((("email",), email),) if email else ()

    @property
    def telephones(self) -> tuple[tuple[Location, str], ...]:
        """The numbers that can be dialled, each with its location."""
        fax = self.record.fax if isinstance(self.record, Recipient) else None
        return tuple(((name,), text) for name, text in (("telephone", self.record.telephone), ("fax", fax)) if text)

    def make_problem(self, location: Location, code: str, message: str, hint: str) -> Problem:
        """Return a problem at a part of the record."""
        line = self.origin.line_of(*self.at, *location)
        return Problem(self.origin.path, line, code, message, hint, find_severity(code))


def list_entries(workspace: Workspace) -> Iterator[Entry]:
    """Yield the missions that are written to, in the order of their file, and the sender."""
    yield from (Entry.of(mission) for mission in workspace.written_to)
    if campaign := workspace.campaign:
        yield Entry("the sender", campaign.sender, campaign.origin, ("sender",))


def may_be_postal_code(country: str, postal_code: str) -> bool:
    """Return whether a postal code has a format of a country; True if its formats are not known."""
    shapes = _load_code_formats().get(country, ())
    code = unicodedata.normalize("NFKC", postal_code).upper()
    written = {_remove_separators(code), _remove_separators(_COUNTRY_PREFIX.sub("", code, count=1))}
    patterns = [shape.translate(_FORMAT_CHARACTERS) for shape in shapes]
    return not patterns or any(re.fullmatch(pattern, form) for pattern in patterns for form in written)


def list_code_formats(country: str) -> tuple[str, ...]:
    """Return the formats of a country's postal codes, shortest first: 9 is a digit, A a letter, X either."""
    return _load_code_formats().get(country, ())


def find_countries(line: str) -> frozenset[str]:
    """Return the countries (ISO 3166-1) that a line names in English or French, in capitals or not.

    ``REPUBLIC OF SLOVENIA`` is found by its last word, since no other country has it; ``KOREA`` alone names none.
    """
    whole = _index_names().get(normalize(line))
    if whole is not None:
        return whole
    cores = _index_key_words().get(_extract_key_words(line), frozenset())
    return cores if len(cores) == 1 else frozenset()


def may_be_called(country: str, named: frozenset[str]) -> bool:
    """Whether mail to ``country`` may have one of the ``named`` countries: itself, or the state that it is part of."""
    states = {state for state, parts in _read_word_lists("within").items() if country in parts}
    return country in named or not states.isdisjoint(named)


def name_country(country: str) -> str:
    """Return a country's English name in capitals, as an example of what to write."""
    return next(iter(list_country_names().get(country, (country,)))).upper()


def list_words(key: str) -> frozenset[str]:
    """Return the words below a key of the file, such as ``free_mail``."""
    return frozenset(_read_word_lists(key))


def list_area_cities(country: str, number: str) -> frozenset[str]:
    """Return the normalized cities of a telephone number's area code; the number starts with that code."""
    codes = _read_area_codes().get(country, {})
    code = max((code for code in codes if number.startswith(code)), key=len, default="")
    return codes.get(code, frozenset())


@cache
def _read_area_codes() -> Mapping[str, Mapping[str, frozenset[str]]]:
    countries = _read_key("area_codes")
    return {
        country: {code: frozenset(map(normalize, str(cities).split())) for code, cities in codes.items()}
        for country, codes in (countries.items() if isinstance(countries, dict) else ())
        if isinstance(codes, dict)
    }


@cache
def _index_names() -> Mapping[str, frozenset[str]]:
    index: dict[str, frozenset[str]] = {}
    for country, name in _list_known_names():
        index[normalize(name)] = index.get(normalize(name), frozenset()) | {country}
    return index


@cache
def _index_key_words() -> Mapping[frozenset[str], frozenset[str]]:
    index: dict[frozenset[str], frozenset[str]] = {}
    for country, name in _list_known_names():
        core = _extract_key_words(name)
        index[core] = index.get(core, frozenset()) | {country}
    index.pop(frozenset(), None)
    return index


def _extract_key_words(name: str) -> frozenset[str]:
    """Return the words of a country's name without general ones such as Republic."""
    words = _WORD.findall(name.casefold().replace("’", "'"))
    general = _read_word_lists("general")
    return frozenset(map(normalize, (word for word in words if word not in general))) - {""}


def _list_known_names() -> Iterator[tuple[str, str]]:
    for country, names in list_country_names().items():
        yield from ((country, name) for name in names)
    more = _read_key("names")
    for country, listed in more.items() if isinstance(more, dict) else ():
        yield from ((country, str(name)) for name in (listed if isinstance(listed, list) else ()))


@cache
def _load_code_formats() -> Mapping[str, tuple[str, ...]]:
    shapes: dict[str, tuple[str, ...]] = {}
    for shape, countries in _read_word_lists("codes").items():
        for country in countries:
            shapes[country] = (*shapes.get(country, ()), shape)
    return shapes


@cache
def _read_word_lists(key: str) -> Mapping[str, tuple[str, ...]]:
    """Return the words of each text below a key of the file; for a single text, each word with no others."""
    value = _read_key(key)
    if isinstance(value, dict):
        return {name: tuple(str(text).split()) for name, text in value.items()}
    return dict.fromkeys(str(value).split(), ())


@cache
def _read_key(key: str) -> Value:
    text, _ = decode(_FILE, (resources.files(__package__) / _FILE).read_bytes())
    document, problems = parse_yaml(_FILE, text or "")
    if document is None or problems:
        # The file is ours: a fault in it is a bug of the program, not of its user.
        raise ValueError([str(problem) for problem in problems])
    return document.value_at((key,))


def _remove_separators(code: str) -> str:
    return re.sub(r"[^A-Z0-9]", "", code)
