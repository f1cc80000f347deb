"""The one that differs where all others agree: missions of one kind, languages of one text, duplicates."""

import re
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

from petitioner.checks.records.posts import Entry, keep_digits, normalize, normalize_address
from petitioner.errors import Problem, suggest
from petitioner.inputs.workspace import Workspace
from petitioner.model.codes import find_severity
from petitioner.model.recipient import Campaign, Recipient, group_shared
from petitioner.model.types import Location
from petitioner.tables.locales import load_locales

Name = TypeVar("Name")
Value = TypeVar("Value", bound=Hashable)
_TWIN = "If they are the same mission, delete one; if not, correct the copy."
_SHARED = "If both really have it, write 'shares_with: {id}' here."
_CODES = {"name": "R307", "address": "R308", "email": "R308", "city": "R331"}
_NUMBER = 9  # figures from the end of a telephone number, where no sign of country or area is left out

Mark = tuple[Location, str, str]
"""The location of a value that identifies a mission, what it is, and its normalized form."""

_AGREEING = 3
"""How many missions must agree against one: two may well be alike by chance."""


@dataclass(frozen=True, slots=True)
class Outlier(Generic[Name, Value]):
    """``name`` has ``value``; each of ``others``, in the order in which they came, has ``common``."""

    name: Name
    value: Value
    others: tuple[Name, ...]
    common: Value


def find_outlier(values: Mapping[Name, Value], agreeing: int = 2) -> Outlier[Name, Value] | None:
    """Return the one value that differs from all others, if at least ``agreeing`` others agree; else None.

    Two of two disagree, and nobody can say which of them is wrong: so ``agreeing`` is 2 at the least.
    """
    counts = Counter(values.values())
    if len(counts) != 2 or len(values) <= max(agreeing, 2):  # noqa: PLR2004 - what all have, and what one has
        return None
    (common, _), (odd, count) = counts.most_common()
    if count != 1:
        return None
    name = next(name for name, value in values.items() if value == odd)
    return Outlier(name, odd, tuple(other for other in values if other != name), common)


def check_duplicates(workspace: Workspace, today: date) -> Iterator[Problem]:
    """Yield a problem for what two missions have in common, unless ``shares_with`` says that they share it."""
    del today
    yield from _check_shares(workspace)
    together = group_shared(workspace.recipients)
    first: dict[tuple[str, str], tuple[Recipient, Location]] = {}
    for who in workspace.written_to:
        told: set[tuple[str, str]] = set()
        for location, what, mark in _list_marks(who):
            twin, place = first.setdefault((what, mark), (who, location))
            meant = twin.id in together.get(who.id, ()) and what != "name"
            if twin is not who and not meant and (what, twin.id) not in told:
                told.add((what, twin.id))
                yield _explain(who, location, what, twin, place)


def _explain(who: Recipient, location: Location, what: str, twin: Recipient, place: Location) -> Problem:
    at = f"{twin.id}, on line {twin.origin.line_of(*place)}"
    message = f"{who.id} has the same '{what}' as {at}"
    if what == "city":
        message = f"{who.id} is a second {who.kind.value} in the city of {at}"
    hint = _TWIN if what == "name" else f"{_TWIN} {_SHARED.format(id=twin.id)}"
    return Entry(who.id, who, who.origin).make_problem(location, _CODES.get(what, "R330"), message, hint)


def _list_marks(who: Recipient) -> Iterator[Mark]:
    for tag, name in who.name.items():
        yield ("name", tag), "name", normalize(name)
    for tag, lines in who.address.lines.items():
        if lines:
            yield ("address", "lines", tag), "address", normalize_address(lines, who.address.postal_code)
    yield from ((("email", place), "email", email.casefold()) for place, email in enumerate(who.email))
    for location, number in Entry(who.id, who, who.origin).telephones:
        yield location, str(location[0]), f"{who.country} {keep_digits(number)[-_NUMBER:]}"
    if who.website:
        yield ("website",), "website", normalize(who.website.rpartition("://")[2].removeprefix("www."))
    for tag, city in who.city.items():
        yield ("city", tag), "city", f"{who.country} {who.kind.value} {normalize(city)}"


def _check_shares(workspace: Workspace) -> Iterator[Problem]:
    people = {who.id: who for who in workspace.recipients}
    for who in (who for who in workspace.recipients if who.shares_with):
        entry, other = Entry(who.id, who, who.origin), people.get(who.shares_with or "")
        if other is who:
            yield entry.make_problem(
                ("shares_with",), "R316", f"'shares_with' of {who.id} names {who.id} itself", "Name the other mission."
            )
        elif other is None:
            hint = f"{suggest(who.shares_with or '', people)} Name the id of another mission in this file.".strip()
            yield entry.make_problem(("shares_with",), "R316", f"no mission is called '{who.shares_with}'", hint)
        elif {mark[1:] for mark in _list_marks(who)}.isdisjoint(mark[1:] for mark in _list_marks(other)):
            message = f"{who.id} and {other.id} share neither address nor telephone, fax, website, e-mail or city"
            yield entry.make_problem(
                ("shares_with",), "R332", message, "Delete the line: it would hide a later mistake."
            )


Features = Iterator[tuple[str, str, Location, str]]
"""A key of what is compared and with which missions; the value, its location and its name as messages print them."""


def check_siblings(workspace: Workspace, today: date) -> Iterator[Problem]:
    """The one mission that differs where all others of its kind or country agree, and the one language that lacks."""
    del today
    for describe in (
        _describe_name,
        _describe_kind,
        _describe_addresses,
        _describe_contacts,
        _describe_languages_and_id,
    ):
        yield from _compare(workspace.written_to, describe)
    yield from _check_translations(workspace)


def _compare(people: Iterable[Recipient], describe: Callable[[Recipient], Features]) -> Iterator[Problem]:
    groups: dict[str, dict[str, _Feature]] = {}
    for who in people:
        for group, value, location, what in describe(who):
            groups.setdefault(group, {})[who.id] = _Feature(who, value, location, what)
    for features in groups.values():
        found = find_outlier({name: feature.value for name, feature in features.items()}, _AGREEING)
        if found:
            odd, other = features[found.name], features[found.others[0]]
            yield odd.make_problem(other, len(found.others))


@dataclass(frozen=True, slots=True)
class _Feature:
    """One thing about one mission that can be compared."""

    who: Recipient
    value: str
    location: Location
    what: str

    def make_problem(self, other: "_Feature", count: int) -> Problem:
        line = other.who.origin.line_of(*other.location)
        message = (
            f"{self.what} of {self.who.id} is {self.value}; the other {count} have {other.value}, as on line {line}"
        )
        hint = "If it is a mistake, correct it; if it is right, accept R333 in campaign.yaml, with a reason."
        return Entry(self.who.id, self.who, self.who.origin).make_problem(self.location, "R333", message, hint)


def _describe_name(who: Recipient) -> Features:
    """Yield the pattern of the name: 中華人民共和国駐○○総領事館."""
    for tag in who.name:
        pattern = f"'{_replace_city(who, tag)}'"
        yield f"name {who.kind} {tag}", pattern, ("name", tag), f"the pattern of the {tag} name"


def _describe_kind(who: Recipient) -> Features:
    """Yield the kind, to be compared among missions whose names have the same pattern."""
    for tag in who.name:
        yield f"kind {tag} {_replace_city(who, tag)}", f"'{who.kind.value}'", ("kind",), "the kind"


def _describe_addresses(who: Recipient) -> Features:
    """Yield the line of the postal code with the marks around it, and the languages of the lines."""
    code = who.address.postal_code
    for tag, lines in who.address.lines.items():
        row = next((row for row, line in enumerate(lines) if code and code in line), None)
        if code and row is not None:
            before, _, after = lines[row].partition(code)
            side = "first" if row == 0 else "last" if row == len(lines) - 1 else "middle"
            marks = f"{_last_sign(before)}○○{after[:1]}"
            location: Location = ("address", "lines", tag)
            yield f"code {who.country} {tag}", f"'{marks}' in the {side} line", location, f"the postal code in {tag}"
    if load_locales().keys() >= who.address.lines.keys():  # an unknown one is an error of its own
        languages = ", ".join(sorted(who.address.lines))
        yield f"lines {who.country}", f"'{languages}'", ("address", "lines"), "the list of languages of the lines"


def _last_sign(text: str) -> str:
    """Return the sign right before a postal code; of a word nothing, since towns differ."""
    sign = text[-1:]
    return sign if sign and not sign.isalnum() else ""


def _describe_contacts(who: Recipient) -> Features:
    """Yield the hosts of website and e-mail, which missions of one kind share, and the form of the telephone number."""
    if who.website:
        host = re.sub(r"^.*://", "", who.website).partition("/")[0]
        yield f"website {who.kind}", f"'….{host.partition('.')[2]}'", ("website",), "the host of the website"
    if who.email:
        host = who.email[0].rpartition("@")[2]
        yield f"email {who.kind}", f"'{host}'", ("email", 0), "the host of the e-mail address"
    if who.telephone:
        form = "a number with '+'" if who.telephone.startswith("+") else "a number without '+'"
        yield f"telephone {who.country}", form, ("telephone",), "the telephone"


def _describe_languages_and_id(who: Recipient) -> Features:
    """Yield what is left to compare: the languages, and the country and the city of the id."""
    if load_locales().keys() >= set(who.languages):
        yield f"languages {who.country}", f"'{', '.join(who.languages)}'", ("languages",), "the list of languages"
    country, _, city = who.id.partition("-")
    yield "id", "the country" if country == who.country.lower() else f"'{country}'", (), "the start of the id"
    named = any(normalize(name) == normalize(city) for name in who.city.values())
    yield f"id {who.country}", "the city's name" if named else f"'{city}'", (), "the end of the id"


def _replace_city(who: Recipient, tag: str) -> str:
    city = who.city.get(tag)
    return who.name[tag].replace(city, "○○") if city else who.name[tag]


def _check_translations(workspace: Workspace) -> Iterator[Problem]:
    """Yield a problem for a text that need not be there, but is there in all languages but one."""
    for who in workspace.written_to:
        head: dict[str, Mapping[str, str]] = {}
        if who.head:
            head = {"name": who.head.name, "family_name": who.head.family_name}
        for name, texts in head.items():
            yield from _find_lacking(Entry(who.id, who, who.origin), ("head", name), texts, who.languages)
    if campaign := workspace.campaign:
        needed = tuple(dict.fromkeys(tag for who in workspace.written_to for tag in who.languages))
        yield from _check_addressee(campaign, needed)


def _check_addressee(campaign: Campaign, needed: tuple[str, ...]) -> Iterator[Problem]:
    for tag in _list_lacking(campaign.addressee.family_name, needed):
        message = f"'addressee.family_name' has no {tag}, but all other languages"
        line = campaign.origin.line_of("addressee", "family_name")
        yield Problem(campaign.origin.path, line, "R334", message, f"Add '{tag}: …' there.", find_severity("R334"))


def _find_lacking(
    entry: Entry, location: Location, texts: Mapping[str, str], needed: Iterable[str]
) -> Iterator[Problem]:
    for tag in _list_lacking(texts, needed):
        name = ".".join(map(str, location))
        yield entry.make_problem(location, "R334", f"'{name}' of {entry.name} has no {tag}", f"Add '{tag}: …' there.")


def _list_lacking(texts: Mapping[str, str], needed: Iterable[str]) -> Iterator[str]:
    found = find_outlier({tag: tag in texts for tag in needed if tag in load_locales()})
    if found and not found.value:
        yield found.name
