"""What one cell of a list says, and what is wrong with it; nothing is corrected here."""

import re
from collections.abc import Iterator, Mapping
from functools import cache

from petitioner.checks.records.posts import find_countries, normalize
from petitioner.checks.records.values import is_empty_value
from petitioner.lists.columns import load_words
from petitioner.lists.fields import tidy
from petitioner.model.recipient import MissionKind
from petitioner.source.table import Cell, CellKind, remove_apostrophe
from petitioner.tables.locales import check_country, list_country_names, load_locales, name_country_in

Fault = tuple[str, str, str]
"""Code, message and hint of something that is wrong with a cell."""

_DAYS = frozenset(["head.confirmed", "as_of", "verified", "closed"])
_SEVERAL = re.compile(r"[;；、|]|\s/\s")
_ONE_VALUE = ("telephone", "fax", "website", "email", "address.postal_code", "country", "city.")
_SERIAL = re.compile(r"[34]\d{4}(\.\d+)?")  # how a spreadsheet counts the days from 1982 to 2036
LISTED = ("languages", "channels")
"""Places with a list of codes."""

_RETYPE = "Type it in the list as text: in Excel, format the cells as Text first."


def read_cell(cell: Cell, place: str, *, is_text_file: bool) -> str:
    """Return what a cell says, as recipients.yaml has it: composed, and without spaces around it."""
    text = remove_apostrophe(cell.text) if is_text_file else cell.text
    return split_codes(text) if place in LISTED else tidy(text)


def split_codes(text: str) -> str:
    """Return codes, which have no spaces or commas in them, as lines."""
    return "\n".join(part for part in re.split(r"[\s,;、，；]+", text) if part)


def find_cell_faults(cell: Cell, place: str, text: str) -> Iterator[Fault]:
    """Yield what a spreadsheet or a person did to a cell, so that its value may not be what was meant."""
    match cell.kind:
        case CellKind.FORMULA:
            yield "X111", "is a formula", "Copy the cell, and paste it as a value."
        case CellKind.NUMBER if place in _DAYS:
            yield "X112", f"{text!r} is a number, not a day", f"Write the day as 2027-08-20. {_RETYPE}"
        case CellKind.NUMBER | CellKind.TRUTH:
            message = f"{text!r} is {cell.kind.value} in the spreadsheet: zeros at its beginning, or a +, may be lost"
            yield "X113", message, f"Compare it with the source. {_RETYPE}"
        case CellKind.DATE if place not in _DAYS:
            message = f"{text!r} is a date in the spreadsheet: something else may have been typed, such as 3-4"
            yield "X112", message, f"Compare it with the source. {_RETYPE}"
        case CellKind.DATE:
            pass
        case CellKind.TEXT:
            yield from _find_text_faults(place, text)


def _find_text_faults(place: str, text: str) -> Iterator[Fault]:
    if is_empty_value(text) and place not in ("id", "country"):
        yield "R310", f"{text!r} is not a value", "Leave the cell empty if there is none."
    elif text.startswith("=") and len(text) > 1:
        yield "X111", f"{text!r} is a formula", "Write its result."
    elif place in _DAYS and _SERIAL.fullmatch(text):
        yield "X112", f"{text!r} is how a spreadsheet counts days", f"Write the day as 2027-08-20. {_RETYPE}"
    elif text.startswith("#") and text.strip("#ABCDEFGHIJKLMNOPQRSTUVWXYZ/0!?") == "":
        yield "X111", f"{text!r} is an error of a spreadsheet", "Write the value itself."
    elif place.startswith(_ONE_VALUE) and (found := _SEVERAL.search(text)):
        hint = (
            "Write each e-mail address on a line of its own in the cell." if place == "email" else "Keep one of them."
        )
        yield "X114", f"{text!r} holds more than one value, separated by {found[0].strip()!r}", hint
    elif "\n" in text and place not in ("email", *LISTED) and not place.startswith(("address.lines", "formerly")):
        yield "X114", f"{text!r} has more than one line", "Write it on one line."


def find_kind(text: str) -> MissionKind | None:
    """Return the kind that a word names, such as ``consulate general`` or 総領事館."""
    return _index_kinds().get(normalize(text))


def find_kind_in_name(name: str) -> MissionKind | None:
    """Return the kind that is a part of a name, if only one is: 総領事館 in 駐大阪総領事館."""
    rest, found = normalize(name), set[MissionKind]()
    for word, kind in sorted(_index_kinds().items(), key=lambda item: -len(item[0])):
        if word in rest and len(word) > 2:  # noqa: PLR2004 - a shorter word is a part of many others
            found.add(kind)
            rest = rest.replace(word, " ")
    return found.pop() if len(found) == 1 else None


@cache
def _index_kinds() -> Mapping[str, MissionKind]:
    words = load_words().kinds
    return {normalize(word): kind for kind, listed in words.items() for word in (kind.value, *listed)}


def find_country(text: str) -> str:
    """Return the code of a country that is written as its code or its name, or an empty text."""
    if not list(check_country(text, "", 0)):
        return text
    named = find_countries(text) or _index_countries().get(normalize(text), frozenset())
    return next(iter(named)) if len(named) == 1 else ""


@cache
def _index_countries() -> Mapping[str, frozenset[str]]:
    index: dict[str, frozenset[str]] = {}
    for code in list_country_names():
        for tag in load_locales():
            name = normalize(name_country_in(tag, code))
            index[name] = index.get(name, frozenset()) | {code}
    index.pop("", None)
    return index


def is_district(city: str) -> bool:
    """Return whether a city is a borough, region or community by its name."""
    return bool(re.search(load_words().districts.replace("\n", ""), city))
