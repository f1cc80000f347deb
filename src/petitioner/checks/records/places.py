"""Names, numbers and addresses of a mission that belong to another mission's city: they were probably swapped."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import lru_cache

from petitioner.checks.records.contacts import take_national
from petitioner.checks.records.posts import Entry, list_area_cities, normalize
from petitioner.errors import Problem
from petitioner.inputs.workspace import Workspace
from petitioner.model.recipient import Recipient
from petitioner.model.types import Location
from petitioner.tables.locales import name_country_in

_WORD = re.compile(r"[^\W_]+")
_LONGEST = 4  # words of a city's name, as of Ho Chi Minh City
_SHORT = 5  # letters: a shorter city's name is also a part of other words

Cities = Mapping[str, Recipient]
"""Missions by their cities, normalized, in every language given."""


def check_places(workspace: Workspace, today: date) -> Iterator[Problem]:
    """A problem for each name, id, number and address on the web that names another mission's city, and not its own."""
    del today
    people = workspace.written_to
    everywhere: dict[str, Recipient] = {}
    countries: dict[str, dict[str, Recipient]] = {}
    for who in people:
        for city in _list_cities(who):
            everywhere.setdefault(city, who)
            countries.setdefault(who.country, {}).setdefault(city, who)
    codes = {who.country.casefold(): who for who in reversed(people)}
    for who in people:
        yield from _check_names(who, countries[who.country])
        yield from _check_numbers(who, countries[who.country])
        yield from _check_addresses(who, everywhere)
        yield from _check_host(who, codes)
    if len(countries) > 1:
        yield from _check_abroad(people)


def _check_names(who: Recipient, cities: Cities) -> Iterator[Problem]:
    for tag, name in who.name.items():
        if not _has_own(who, name):
            yield from _explain(who, _find_cities(name, cities, is_name=True), ("name", tag), f"the {tag} name", name)


def _check_numbers(who: Recipient, cities: Cities) -> Iterator[Problem]:
    for location, number in Entry(who.id, who, who.origin).telephones:
        dialled = list_area_cities(who.country, take_national(number, who.country))
        if dialled.isdisjoint(_list_cities(who)):
            found = [cities[city] for city in sorted(dialled) if city in cities]
            yield from _explain(who, found, location, f"the area code after '{location[0]}'", number)


def _check_addresses(who: Recipient, cities: Cities) -> Iterator[Problem]:
    for location, what, text in _list_addresses(who):
        if not _has_own(who, text):
            yield from _explain(who, _find_cities(text, cities, is_name=False), location, what, text)


def _has_own(who: Recipient, text: str) -> bool:
    return any(city in normalize(text) for city in _list_cities(who))


def _list_cities(who: Recipient) -> frozenset[str]:
    """Return the normalized names of a mission's city; the name in its id, if no other is in Latin letters."""
    cities = frozenset(map(normalize, who.city.values()))
    return cities if any(map(str.isascii, cities)) else cities | {normalize(who.id.partition("-")[2])}


def _list_addresses(who: Recipient) -> Iterator[tuple[Location, str, str]]:
    """Yield what is made of Latin words of which one may be a city."""
    yield (), "the id", who.id.partition("-")[2]
    if who.website:
        yield ("website",), "the website", _read_host(who.website)
    for place, email in enumerate(who.email):
        yield ("email", place), "the e-mail address", email.rpartition("@")[0]


def _read_host(website: str) -> str:
    return re.sub(r"^.*://(?:www\.)?", "", website).partition("/")[0]


def _check_host(who: Recipient, codes: Mapping[str, Recipient]) -> Iterator[Problem]:
    """Yield a problem for a website that begins with the code of another country."""
    first = _read_host(who.website or "").partition(".")[0].casefold()
    if first in codes and first != who.country.casefold():
        yield from _explain(who, [codes[first]], ("website",), "the website", who.website or "")


def _find_cities(text: str, cities: Cities, *, is_name: bool) -> list[Recipient]:
    """The missions whose cities a text names: in a name as words of their own if in Latin letters, else anywhere."""
    words = _split(text)
    runs = {"".join(words[start : start + count]) for start in range(len(words)) for count in range(1, _LONGEST + 1)}
    whole = "".join(words)
    parts = {whole[start:end] for start in range(len(whole)) for end in range(start + 2, len(whole) + 1)}
    loose = {part for part in parts if not part.isascii() or not (is_name or len(part) < _SHORT)}
    return [cities[part] for part in sorted(runs | loose, key=len, reverse=True) if part in cities]


@lru_cache(maxsize=20_000)
def _split(text: str) -> tuple[str, ...]:
    return tuple(map(normalize, _WORD.findall(text)))


def _check_abroad(people: Iterable[Recipient]) -> Iterator[Problem]:
    """Names that were exchanged with those of missions in other countries: neither names its own city or country.

    One alone proves nothing: 罗马 is a part of 驻罗马尼亚大使馆, and Ireland of the United Kingdom's full name.
    """
    lost: dict[str, list[Recipient]] = {}
    for who in people:
        for tag, name in who.name.items():
            if not any(normalize(place) in normalize(name) for place in _list_places(who, tag)):
                lost.setdefault(tag, []).append(who)
    for tag, group in lost.items():
        for who in group:
            others = (other for other in group if other.country != who.country)
            other = next((other for other in others if _has_name_of(who, other, tag)), None)
            if other:
                yield from _explain(who, [other], ("name", tag), f"the {tag} name", who.name[tag])


def _list_places(who: Recipient, tag: str) -> tuple[str, ...]:
    return tuple(filter(None, (*who.city.values(), name_country_in(tag, who.country))))


def _has_name_of(who: Recipient, other: Recipient, tag: str) -> bool:
    places = {normalize(place): other for place in _list_places(other, tag)}
    return bool(_find_cities(who.name[tag], places, is_name=True))


def _explain(who: Recipient, found: Iterable[Recipient], location: Location, what: str, text: str) -> Iterator[Problem]:
    """Yield a problem when something of a mission belongs to another, unless they share it on purpose."""
    other = next((one for one in found if one.shares_with != who.id and who.shares_with != one.id), None)
    if other:
        at = f"{other.id}, on line {other.origin.line}"
        message = f"{what} of {who.id} seems to belong to {at}: {text!r}"
        hint = "Were the two swapped? If it is right, accept R335 in campaign.yaml, with a reason."
        yield Entry(who.id, who, who.origin).make_problem(location, "R335", message, hint)
