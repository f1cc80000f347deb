"""What post offices know: how postal codes look, and how countries are called on an envelope.

The facts stand in ``posts.yaml`` beside this module; they serve to doubt what a person wrote, never to write it anew.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources

from petitioner.checks.records.entries import fold
from petitioner.locales import list_country_names
from petitioner.source.text import decode
from petitioner.source.yaml import Value, parse_yaml

_FILE = "posts.yaml"
_SHAPE_SIGNS = str.maketrans({"9": "[0-9]", "A": "[A-Z]", "X": "[A-Z0-9]"})
_PREFIX = re.compile(r"[A-Z]{1,3}[- ](?=[A-Z]{0,2}\d)")  # the sign of the country, as in D-10179
_WORD = re.compile(r"\b[dl]'|[\w.]+(?:'s)?")


def has_shape_of(country: str, postal_code: str) -> bool:
    """Return whether a postal code looks like those of a country; every code does where nothing is known of them."""
    shapes = _list_shapes().get(country, ())
    code = unicodedata.normalize("NFKC", postal_code).upper()
    written = {_squeeze(code), _squeeze(_PREFIX.sub("", code, count=1))}
    return not shapes or any(re.fullmatch(shape.translate(_SHAPE_SIGNS), form) for shape in shapes for form in written)


def list_shapes(country: str) -> tuple[str, ...]:
    """Return the shapes of a country's codes, shortest first: 9 stands for a figure, A for a letter, X for either."""
    return _list_shapes().get(country, ())


def find_countries(line: str) -> frozenset[str]:
    """Return the countries (ISO 3166-1) that a line names in English or French, in capitals or not.

    ``REPUBLIC OF SLOVENIA`` is found by its last word, since no other country has it; ``KOREA`` alone names none.
    """
    whole = _index_names().get(fold(line))
    if whole is not None:
        return whole
    cores = _index_cores().get(_take_core(line), frozenset())
    return cores if len(cores) == 1 else frozenset()


def may_be_called(country: str, named: frozenset[str]) -> bool:
    """Whether mail to ``country`` may bear the name of one of ``named``: itself, or the state that it is a part of."""
    states = {state for state, parts in _split("within").items() if country in parts}
    return country in named or not states.isdisjoint(named)


def name_country(country: str) -> str:
    """Return a country's English name in capitals, as an example of what to write."""
    return next(iter(list_country_names().get(country, (country,)))).upper()


def list_words(key: str) -> frozenset[str]:
    """Return the words below a key of the file, such as ``free_mail``."""
    return frozenset(_split(key))


def list_area_cities(country: str, number: str) -> frozenset[str]:
    """The cities, folded, whose telephone numbers begin as this one does, which is written from its area code on."""
    codes = _read_area_codes().get(country, {})
    code = max((code for code in codes if number.startswith(code)), key=len, default="")
    return codes.get(code, frozenset())


@cache
def _read_area_codes() -> Mapping[str, Mapping[str, frozenset[str]]]:
    countries = _read("area_codes")
    return {
        country: {code: frozenset(map(fold, str(cities).split())) for code, cities in codes.items()}
        for country, codes in (countries.items() if isinstance(countries, dict) else ())
        if isinstance(codes, dict)
    }


@cache
def _index_names() -> Mapping[str, frozenset[str]]:
    index: dict[str, frozenset[str]] = {}
    for country, name in _list_names():
        index[fold(name)] = index.get(fold(name), frozenset()) | {country}
    return index


@cache
def _index_cores() -> Mapping[frozenset[str], frozenset[str]]:
    index: dict[frozenset[str], frozenset[str]] = {}
    for country, name in _list_names():
        core = _take_core(name)
        index[core] = index.get(core, frozenset()) | {country}
    index.pop(frozenset(), None)
    return index


def _take_core(name: str) -> frozenset[str]:
    """Return the words of a country's name without those that many have."""
    words = _WORD.findall(name.casefold().replace("’", "'"))
    return frozenset(folded for word in words if word not in _split("general") and (folded := fold(word)))


def _list_names() -> Iterator[tuple[str, str]]:
    for country, names in list_country_names().items():
        yield from ((country, name) for name in names)
    more = _read("names")
    for country, listed in more.items() if isinstance(more, dict) else ():
        yield from ((country, str(name)) for name in (listed if isinstance(listed, list) else ()))


@cache
def _list_shapes() -> Mapping[str, tuple[str, ...]]:
    shapes: dict[str, tuple[str, ...]] = {}
    for shape, countries in _split("codes").items():
        for country in countries:
            shapes[country] = (*shapes.get(country, ()), shape)
    return shapes


@cache
def _split(key: str) -> Mapping[str, tuple[str, ...]]:
    """Return the words of each text below a key; of a text right at the key, each word for itself."""
    value = _read(key)
    if isinstance(value, dict):
        return {name: tuple(str(text).split()) for name, text in value.items()}
    return dict.fromkeys(str(value).split(), ())


@cache
def _read(key: str) -> Value:
    text, _ = decode(_FILE, (resources.files(__package__) / _FILE).read_bytes())
    document, problems = parse_yaml(_FILE, text or "")
    if document is None or problems:
        # The file is ours: a fault in it is a bug of the program, not of its user.
        raise ValueError([str(problem) for problem in problems])
    return document.value_at((key,))


def _squeeze(code: str) -> str:
    return re.sub(r"[^A-Z0-9]", "", code)
