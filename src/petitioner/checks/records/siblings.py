"""Checks that compare missions: one that differs where all others agree, missing languages, and duplicates."""

import re
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

from petitioner.checks.records.posts import Entry, extract_digits, normalize, normalize_address
from petitioner.errors import Problem, suggest
from petitioner.inputs.workspace import Workspace
from petitioner.model.codes import find_severity
from petitioner.model.recipient import Campaign, Recipient, group_shared
from petitioner.model.types import Location
from petitioner.tables.locales import load_locales

Name = TypeVar("Name")
Value = TypeVar("Value", bound=Hashable)
_SAME_MISSION_HINT = "If they are the same mission, delete one; if not, correct the copy."
_SHARED_HINT = "If both really have it, write 'shares_with: {id}' here."
_CODES = {"name": "R307", "address": "R308", "email": "R308", "city": "R331"}
_COMPARED_DIGITS = 9  # from the end of a telephone number, since country and area codes may be left out

IdentifyingValue = tuple[Location, str, str]
"""The location of a value that identifies a mission, what it is, and its normalized form."""

_MIN_AGREEING = 3
"""How many missions must agree against one: two may agree by chance."""


@dataclass(frozen=True, slots=True)
class Outlier(Generic[Name, Value]):
    """The one that differs: ``name`` has ``value``, and all ``others`` have ``common``."""

    name: Name
    value: Value
    others: tuple[Name, ...]
    common: Value


def find_outlier(values: Mapping[Name, Value], agreeing: int = 2) -> Outlier[Name, Value] | None:
    """Return the one value that differs from all others, if at least ``agreeing`` others agree; else None.

    ``agreeing`` is at least 2: if two disagree, nobody can say which of them is wrong.
    """
    counts = Counter(values.values())
    if len(counts) != 2 or len(values) <= max(agreeing, 2):  # noqa: PLR2004 - what all have, and what one has
        return None
    (common, _), (odd, count) = counts.most_common()
    if count != 1:
        return None
    name = next(name for name, value in values.items() if value == odd)
    return Outlier(name, odd, tuple(other for other in values if other != name), common)


def check_duplicates(workspace: Workspace, _today: date) -> Iterator[Problem]:
    """Yield a problem for each value that two missions have in common, unless ``shares_with`` allows it."""
    yield from _check_shares_with(workspace)
    shared_groups = group_shared(workspace.recipients)
    first: dict[int, Recipient] = {}  # by the hash of a value: the values of all missions would take much memory
    for mission in workspace.written_to:
        reported: set[tuple[str, str]] = set()
        for location, label, value in _list_identifying_values(mission):
            other = first.setdefault(hash((label, value)), mission)
            is_shared = other.id in shared_groups.get(mission.id, ()) and label != "name"
            if other is mission or is_shared or (label, other.id) in reported:
                continue
            place = next((where for where, *own in _list_identifying_values(other) if own == [label, value]), None)
            if place is not None:
                reported.add((label, other.id))
                yield _report_duplicate(mission, location, label, other, place)


def _report_duplicate(mission: Recipient, location: Location, label: str, other: Recipient, place: Location) -> Problem:
    other_place = f"{other.id}, on line {other.origin.line_of(*place)}"
    message = f"{mission.id} has the same '{label}' as {other_place}"
    if label == "city":
        message = f"{mission.id} is a second {mission.kind.value} in the city of {other_place}"
    hint = _SAME_MISSION_HINT if label == "name" else f"{_SAME_MISSION_HINT} {_SHARED_HINT.format(id=other.id)}"
    return Entry.of(mission).make_problem(location, _CODES.get(label, "R330"), message, hint)


def _list_identifying_values(mission: Recipient) -> Iterator[IdentifyingValue]:
    for tag, name in mission.name.items():
        yield ("name", tag), "name", normalize(name)
    for tag, lines in mission.address.lines.items():
        if lines:
            yield ("address", "lines", tag), "address", normalize_address(lines, mission.address.postal_code)
    yield from ((("email", place), "email", email.casefold()) for place, email in enumerate(mission.email))
    for location, number in Entry.of(mission).telephones:
        yield location, str(location[0]), f"{mission.country} {extract_digits(number)[-_COMPARED_DIGITS:]}"
    if mission.website:
        yield ("website",), "website", normalize(mission.website.rpartition("://")[2].removeprefix("www."))
    for tag, city in mission.city.items():
        yield ("city", tag), "city", f"{mission.country} {mission.kind.value} {normalize(city)}"


def _check_shares_with(workspace: Workspace) -> Iterator[Problem]:
    missions = {mission.id: mission for mission in workspace.recipients}
    for mission in (mission for mission in workspace.recipients if mission.shares_with):
        entry, other = Entry.of(mission), missions.get(mission.shares_with or "")
        if other is mission:
            message = f"'shares_with' of {mission.id} names {mission.id} itself"
            yield entry.make_problem(("shares_with",), "R316", message, "Name the other mission.")
        elif other is None:
            suggestion = suggest(mission.shares_with or "", missions)
            hint = f"{suggestion} Name the id of another mission in this file.".strip()
            yield entry.make_problem(("shares_with",), "R316", f"no mission is called '{mission.shares_with}'", hint)
        elif {value[1:] for value in _list_identifying_values(mission)}.isdisjoint(
            value[1:] for value in _list_identifying_values(other)
        ):
            message = f"{mission.id} and {other.id} share neither address nor telephone, fax, website, e-mail or city"
            yield entry.make_problem(
                ("shares_with",), "R332", message, "Delete the line: it would hide a later mistake."
            )


Features = Iterator[tuple[str, str, Location, str]]
"""Features to compare: the key of the group, the value, its location, and its name in messages."""


def check_outliers(workspace: Workspace, _today: date) -> Iterator[Problem]:
    """Yield a problem for a mission that differs from all others of its kind or country, or misses one language."""
    for describe in (
        _describe_name,
        _describe_kind,
        _describe_addresses,
        _describe_contacts,
        _describe_languages_and_id,
    ):
        yield from _compare_features(workspace.written_to, describe)
    yield from _check_translations(workspace)


def _compare_features(missions: Sequence[Recipient], describe: Callable[[Recipient], Features]) -> Iterator[Problem]:
    groups: dict[str, dict[str, str]] = {}
    texts: dict[str, str] = {}  # one object for equal values: most missions have the same
    for mission in missions:
        for group, value, _, _ in describe(mission):
            groups.setdefault(group, {})[mission.id] = texts.setdefault(value, value)
    for group, values in groups.items():
        found = find_outlier(values, _MIN_AGREEING)
        if found:
            features = {
                mission.id: _Feature(mission, value, location, label)
                for mission in missions
                if mission.id in {found.name, found.others[0]}
                for own, value, location, label in describe(mission)
                if own == group
            }
            yield features[found.name].make_problem(features[found.others[0]], len(found.others))


@dataclass(frozen=True, slots=True)
class _Feature:
    """One thing about one mission that can be compared."""

    mission: Recipient
    value: str
    location: Location
    label: str

    def make_problem(self, other: "_Feature", count: int) -> Problem:
        line = other.mission.origin.line_of(*other.location)
        mission, others = self.mission, f"the other {count} have {other.value}, as on line {line}"
        message = f"{self.label} of {mission.id} is {self.value}; {others}"
        hint = "If it is a mistake, correct it; if it is right, accept R333 in campaign.yaml, with a reason."
        return Entry.of(mission).make_problem(self.location, "R333", message, hint)


def _describe_name(mission: Recipient) -> Features:
    """Yield the name without its city, such as 中華人民共和国駐○○総領事館, as a feature for each language."""
    for tag in mission.name:
        pattern = f"'{_replace_city(mission, tag)}'"
        yield f"name {mission.kind} {tag}", pattern, ("name", tag), f"the pattern of the {tag} name"


def _describe_kind(mission: Recipient) -> Features:
    """Yield the kind, to be compared among missions whose names have the same pattern."""
    for tag in mission.name:
        yield f"kind {tag} {_replace_city(mission, tag)}", f"'{mission.kind.value}'", ("kind",), "the kind"


def _describe_addresses(mission: Recipient) -> Features:
    """Yield the line of the postal code with the punctuation around it, and the languages of the lines."""
    code = mission.address.postal_code
    for tag, lines in mission.address.lines.items():
        row = next((row for row, line in enumerate(lines) if code and code in line), None)
        if code and row is not None:
            before, _, after = lines[row].partition(code)
            side = "first" if row == 0 else "last" if row == len(lines) - 1 else "middle"
            neighbours = f"{_get_last_punctuation(before)}○○{after[:1]}"
            location: Location = ("address", "lines", tag)
            group, label = f"code {mission.country} {tag}", f"the postal code in {tag}"
            yield group, f"'{neighbours}' in the {side} line", location, label
    if load_locales().keys() >= mission.address.lines.keys():  # an unknown one is an error of its own
        languages = ", ".join(sorted(mission.address.lines))
        yield f"lines {mission.country}", f"'{languages}'", ("address", "lines"), "the list of languages of the lines"


def _get_last_punctuation(text: str) -> str:
    """Return the character before a postal code if it is punctuation; else an empty text, since towns differ."""
    character = text[-1:]
    return character if character and not character.isalnum() else ""


def _describe_contacts(mission: Recipient) -> Features:
    """Yield the hosts of website and e-mail, which missions of one kind share, and the form of the telephone number."""
    if mission.website:
        host = re.sub(r"^.*://", "", mission.website).partition("/")[0]
        yield f"website {mission.kind}", f"'….{host.partition('.')[2]}'", ("website",), "the host of the website"
    if mission.email:
        host = mission.email[0].rpartition("@")[2]
        yield f"email {mission.kind}", f"'{host}'", ("email", 0), "the host of the e-mail address"
    if mission.telephone:
        form = "a number with '+'" if mission.telephone.startswith("+") else "a number without '+'"
        yield f"telephone {mission.country}", form, ("telephone",), "the telephone"


def _describe_languages_and_id(mission: Recipient) -> Features:
    """Yield the languages, and the country and the city of the id."""
    if load_locales().keys() >= set(mission.languages):
        languages = ", ".join(mission.languages)
        yield f"languages {mission.country}", f"'{languages}'", ("languages",), "the list of languages"
    country, _, city = mission.id.partition("-")
    yield "id", "the country" if country == mission.country.lower() else f"'{country}'", (), "the start of the id"
    named = any(normalize(name) == normalize(city) for name in mission.city.values())
    yield f"id {mission.country}", "the city's name" if named else f"'{city}'", (), "the end of the id"


def _replace_city(mission: Recipient, tag: str) -> str:
    city = mission.city.get(tag)
    return mission.name[tag].replace(city, "○○") if city else mission.name[tag]


def _check_translations(workspace: Workspace) -> Iterator[Problem]:
    """Yield a problem for an optional text that is given in all languages but one."""
    for mission in workspace.written_to:
        head: dict[str, Mapping[str, str]] = {}
        if mission.head:
            head = {"name": mission.head.name, "family_name": mission.head.family_name}
        for name, texts in head.items():
            entry = Entry.of(mission)
            yield from _report_missing_language(entry, ("head", name), texts, mission.languages)
    if campaign := workspace.campaign:
        needed = tuple(dict.fromkeys(tag for mission in workspace.written_to for tag in mission.languages))
        yield from _check_addressee(campaign, needed)


def _check_addressee(campaign: Campaign, needed: tuple[str, ...]) -> Iterator[Problem]:
    for tag in _find_missing_language(campaign.addressee.family_name, needed):
        message = f"'addressee.family_name' has no {tag}, but all other languages"
        line = campaign.origin.line_of("addressee", "family_name")
        yield Problem(campaign.origin.path, line, "R334", message, f"Add '{tag}: …' there.", find_severity("R334"))


def _report_missing_language(
    entry: Entry, location: Location, texts: Mapping[str, str], needed: Iterable[str]
) -> Iterator[Problem]:
    for tag in _find_missing_language(texts, needed):
        name = ".".join(map(str, location))
        yield entry.make_problem(location, "R334", f"'{name}' of {entry.name} has no {tag}", f"Add '{tag}: …' there.")


def _find_missing_language(texts: Mapping[str, str], needed: Iterable[str]) -> Iterator[str]:
    found = find_outlier({tag: tag in texts for tag in needed if tag in load_locales()})
    if found and not found.value:
        yield found.name
