"""Duplicates: two entries for one mission, or one copied from another, whose letter would go to the wrong house."""

from collections.abc import Iterator
from datetime import date

from petitioner.checks.records.entries import Entry
from petitioner.checks.records.folding import fold, fold_address, fold_number
from petitioner.errors import Problem, suggest
from petitioner.model.recipient import Recipient, group_shared
from petitioner.model.types import Location
from petitioner.workspace import Workspace

_TWIN = "If they are one mission, delete one; else correct what was copied."
_SHARED = "If both really have it, write 'shares_with: {id}' here; else correct what was copied."
_CODES = {"name": "R307", "address": "R308", "email": "R308", "city": "R331"}
_NUMBER = 9  # figures from the end of a telephone number, where no sign of country or area is left out

Mark = tuple[Location, str, str]
"""Where something stands that tells a mission from others, what it is, and its folded form."""


def check_duplicates(workspace: Workspace, today: date) -> Iterator[Problem]:
    """What two missions have in common that no two have; ``shares_with`` says that they do, and ends all warnings."""
    del today
    yield from _check_shares(workspace)
    together = group_shared(workspace.recipients)
    first: dict[tuple[str, str], tuple[Recipient, Location]] = {}
    for who in workspace.written_to:
        told: set[tuple[str, str]] = set()
        for way, what, mark in _list_marks(who):
            twin, place = first.setdefault((what, mark), (who, way))
            meant = twin.id in together.get(who.id, ()) and what != "name"
            if twin is not who and not meant and (what, twin.id) not in told:
                told.add((what, twin.id))
                yield _explain(who, way, what, twin, place)


def _explain(who: Recipient, way: Location, what: str, twin: Recipient, place: Location) -> Problem:
    at = f"{twin.id}, on line {twin.origin.line_of(*place)}"
    message = f"{who.id} has the same '{what}' as {at}"
    if what == "city":
        message = f"{who.id} is a second {who.kind.value} in the city of {at}"
    hint = _TWIN if what == "name" else f"{_TWIN} {_SHARED.format(id=twin.id)}"
    return Entry(who.id, who, who.origin).blame(way, _CODES.get(what, "R330"), message, hint)


def _list_marks(who: Recipient) -> Iterator[Mark]:
    for tag, name in who.name.items():
        yield ("name", tag), "name", fold(name)
    for tag, lines in who.address.lines.items():
        if lines:
            yield ("address", "lines", tag), "address", fold_address(lines, who.address.postal_code)
    yield from ((("email", place), "email", email.casefold()) for place, email in enumerate(who.email))
    for way, number in Entry(who.id, who, who.origin).telephones:
        yield way, str(way[0]), f"{who.country} {fold_number(number)[-_NUMBER:]}"
    if who.website:
        yield ("website",), "website", fold(who.website.rpartition("://")[2].removeprefix("www."))
    for tag, city in who.city.items():
        yield ("city", tag), "city", f"{who.country} {who.kind.value} {fold(city)}"


def _check_shares(workspace: Workspace) -> Iterator[Problem]:
    people = {who.id: who for who in workspace.recipients}
    for who in (who for who in workspace.recipients if who.shares_with):
        entry, other = Entry(who.id, who, who.origin), people.get(who.shares_with or "")
        if other is who:
            yield entry.blame(("shares_with",), "R316", f"{who.id} shares with itself", "Name the other mission.")
        elif other is None:
            hint = f"{suggest(who.shares_with or '', people)} Name the id of another mission in this file.".strip()
            yield entry.blame(("shares_with",), "R316", f"no mission is called '{who.shares_with}'", hint)
        elif {mark[1:] for mark in _list_marks(who)}.isdisjoint(mark[1:] for mark in _list_marks(other)):
            message = f"{who.id} and {other.id} share neither address nor telephone, fax, website, e-mail or city"
            yield entry.blame(("shares_with",), "R332", message, "Delete the line; it would hide a slip of tomorrow.")
