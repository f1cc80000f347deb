"""Checks for names, numbers and addresses of a mission that belong to another city: they were probably swapped."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import lru_cache

from petitioner.checks.records.posts import Entry, list_area_cities, normalize
from petitioner.errors import Problem
from petitioner.inputs.workspace import Workspace
from petitioner.model.limits import KEPT_TEXTS
from petitioner.model.recipient import Recipient
from petitioner.model.types import Location
from petitioner.tables.locales import name_country_in

_WORD = re.compile(r"[^\W_]+")
_MAX_CITY_WORDS = 4  # as in Ho Chi Minh City
_MIN_CITY_LETTERS = 5  # a shorter name is also a part of other words

Cities = Mapping[str, Recipient]
"""Missions by the normalized names of their cities, in every language."""


def check_places(workspace: Workspace, _today: date) -> Iterator[Problem]:
    """Yield a problem for each name, id, number, e-mail or web address with another mission's city and not its own."""
    missions = workspace.written_to
    everywhere: dict[str, Recipient] = {}
    countries: dict[str, dict[str, Recipient]] = {}
    for mission in missions:
        for city in _list_cities(mission):
            everywhere.setdefault(city, mission)
            countries.setdefault(mission.country, {}).setdefault(city, mission)
    codes = {mission.country.casefold(): mission for mission in reversed(missions)}
    for mission in missions:
        yield from _check_mission_names(mission, countries[mission.country])
        yield from _check_area_codes(mission, countries[mission.country])
        yield from _check_latin_texts(mission, everywhere)
        yield from _check_website_country(mission, codes)
    if len(countries) > 1:
        yield from _check_exchanged_names(missions)


def _check_mission_names(mission: Recipient, cities: Cities) -> Iterator[Problem]:
    for tag, name in mission.name.items():
        if not _names_own_city(mission, name):
            others = _find_cities(name, cities, is_name=True)
            yield from _report_swapped(mission, others, ("name", tag), f"the {tag} name", name)


def _check_area_codes(mission: Recipient, cities: Cities) -> Iterator[Problem]:
    for location, number in Entry.of(mission).telephones:
        from petitioner.checks.records.telephones import get_national_number  # noqa: PLC0415 - slow to load, rarely used

        dialled = list_area_cities(mission.country, get_national_number(number, mission.country))
        if dialled.isdisjoint(_list_cities(mission)):
            found = [cities[city] for city in sorted(dialled) if city in cities]
            yield from _report_swapped(mission, found, location, f"the area code after '{location[0]}'", number)


def _check_latin_texts(mission: Recipient, cities: Cities) -> Iterator[Problem]:
    for location, label, text in _list_latin_texts(mission):
        if not _names_own_city(mission, text):
            yield from _report_swapped(mission, _find_cities(text, cities, is_name=False), location, label, text)


def _names_own_city(mission: Recipient, text: str) -> bool:
    return any(city in normalize(text) for city in _list_cities(mission))


def _list_cities(mission: Recipient) -> frozenset[str]:
    """Return the normalized names of a mission's city; the name in its id, if no other is in Latin letters."""
    cities = frozenset(map(normalize, mission.city.values()))
    return cities if any(map(str.isascii, cities)) else cities | {normalize(mission.id.partition("-")[2])}


def _list_latin_texts(mission: Recipient) -> Iterator[tuple[Location, str, str]]:
    """Yield location, label and text of the id, website and e-mail addresses, which may contain a city."""
    yield (), "the id", mission.id.partition("-")[2]
    if mission.website:
        yield ("website",), "the website", _read_host(mission.website)
    for place, email in enumerate(mission.email):
        yield ("email", place), "the e-mail address", email.rpartition("@")[0]


def _read_host(website: str) -> str:
    return re.sub(r"^.*://(?:www\.)?", "", website).partition("/")[0]


def _check_website_country(mission: Recipient, codes: Mapping[str, Recipient]) -> Iterator[Problem]:
    """Yield a problem for a website that begins with the code of another country."""
    first = _read_host(mission.website or "").partition(".")[0].casefold()
    if first in codes and first != mission.country.casefold():
        yield from _report_swapped(mission, [codes[first]], ("website",), "the website", mission.website or "")


def _find_cities(text: str, cities: Cities, *, is_name: bool) -> list[Recipient]:
    """Return the missions with a city in a text: in a name, Latin ones as whole words only; others anywhere."""
    words = _split_words(text)
    lengths = range(1, _MAX_CITY_WORDS + 1)
    runs = {"".join(words[start : start + length]) for start in range(len(words)) for length in lengths}
    whole = "".join(words)
    parts = {whole[start:end] for start in range(len(whole)) for end in range(start + 2, len(whole) + 1)}
    loose = {part for part in parts if not part.isascii() or not (is_name or len(part) < _MIN_CITY_LETTERS)}
    return [cities[part] for part in sorted(runs | loose, key=len, reverse=True) if part in cities]


@lru_cache(maxsize=KEPT_TEXTS)
def _split_words(text: str) -> tuple[str, ...]:
    return tuple(map(normalize, _WORD.findall(text)))


def _check_exchanged_names(missions: Iterable[Recipient]) -> Iterator[Problem]:
    """Yield a problem for each name with a place of a mission in another country, and none of its own.

    The other mission's name must also be without its own place, since one alone proves nothing: 罗马 is a part of
    驻罗马尼亚大使馆, and Ireland of the United Kingdom's full name.
    """
    unplaced: dict[str, list[Recipient]] = {}
    for mission in missions:
        for tag, name in mission.name.items():
            if not any(normalize(place) in normalize(name) for place in _list_place_names(mission, tag)):
                unplaced.setdefault(tag, []).append(mission)
    for tag, group in unplaced.items():
        for mission in group:
            others = (other for other in group if other.country != mission.country)
            other = next((other for other in others if _names_place_of(mission, other, tag)), None)
            if other:
                yield from _report_swapped(mission, [other], ("name", tag), f"the {tag} name", mission.name[tag])


def _list_place_names(mission: Recipient, tag: str) -> tuple[str, ...]:
    return tuple(filter(None, (*mission.city.values(), name_country_in(tag, mission.country))))


def _names_place_of(mission: Recipient, other: Recipient, tag: str) -> bool:
    places = {normalize(place): other for place in _list_place_names(other, tag)}
    return bool(_find_cities(mission.name[tag], places, is_name=True))


def _report_swapped(
    mission: Recipient, found: Iterable[Recipient], location: Location, label: str, text: str
) -> Iterator[Problem]:
    """Yield a problem if a text of a mission belongs to one of the ``found``, unless they share it on purpose."""
    other = next((one for one in found if one.shares_with != mission.id and mission.shares_with != one.id), None)
    if other:
        other_place = f"{other.id}, on line {other.origin.line}"
        message = f"{label} of {mission.id} seems to belong to {other_place}: {text!r}"
        hint = "Were the two swapped? If it is right, accept R335 in campaign.yaml, with a reason."
        yield Entry.of(mission).make_problem(location, "R335", message, hint)
