"""Checks of the form of e-mail addresses, websites and telephone numbers; nothing is sent or called."""

import re
import unicodedata
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING

from petitioner.checks.records.posts import Entry, list_entries, list_words
from petitioner.errors import Problem, advise_half_width
from petitioner.inputs.workspace import Workspace
from petitioner.model.recipient import Recipient
from petitioner.model.types import Location

if TYPE_CHECKING:
    from email_validator import ValidatedEmail

_HOST = re.compile(r"(?:[\w](?:[\w-]*\w)?\.)+[^\W\d_]{2,}")
_WEBSITE = re.compile(rf"(?:https?://)?{_HOST.pattern}(?::\d+)?(?:[/?#]\S*)?", re.IGNORECASE)
_SEVERAL_ADDRESSES = re.compile(r"@.*@|[;、；]|,\s*\S|\s/\s")
_SIMILAR_ALPHABETS = frozenset(["LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE"])
_WRITE_AS_LIST = "Write them as a list: [a@example.org, b@example.org]."


def check_contacts(workspace: Workspace, _today: date) -> Iterator[Problem]:
    """Yield a problem for each e-mail address, website or number of missions and sender in a wrong form."""
    for entry in list_entries(workspace):
        for location, email in entry.emails:
            yield from _check_email(entry, location, email)
        if entry.telephones:
            yield from _check_telephones(entry)
        for location, website in _list_links(entry):
            if not _WEBSITE.fullmatch(website):
                hint = "Write one web address, such as https://www.example.org/."
                yield entry.make_problem(location, "R321", f"{website!r} is not a web address", hint)


def _check_telephones(entry: Entry) -> Iterator[Problem]:
    from petitioner.checks.records.telephones import find_number_fault  # noqa: PLC0415 - slow to load, rarely used

    for location, number in entry.telephones:
        if fault := find_number_fault(number, entry.record.country):
            hint = "Write one telephone number, such as +81 3 3403 3388."
            yield entry.make_problem(location, "R322", f"{number!r} {fault}", hint)


def _list_links(entry: Entry) -> Iterator[tuple[Location, str]]:
    """Yield the website, and the map if it is a link; a map may also be described in words."""
    if entry.record.website:
        yield ("website",), entry.record.website
    place = entry.record.visit.map if isinstance(entry.record, Recipient) else None
    if place and "://" in place:
        yield ("visit", "map"), place


def _check_email(entry: Entry, location: Location, text: str) -> Iterator[Problem]:
    fault, hint = _find_email_fault(text)
    if fault:
        yield entry.make_problem(location, "R313", f"{text!r} {fault}", hint)
        return
    email = _validate(text)
    if isinstance(entry.record, Recipient) and email.ascii_domain.casefold() in list_words("free_mail"):
        hint = "Ask the mission whether the address is an official one."
        yield entry.make_problem(location, "R320", f"{text!r} is free mail, which anybody can open", hint)
    elif not text.isascii():
        hint = f"Type it again with a Latin keyboard. Mail servers read its domain as {email.ascii_domain}."
        names = ", ".join(dict.fromkeys(_name_character(letter) for letter in text if not letter.isascii()))
        yield entry.make_problem(location, "R320", f"{text!r} has letters that few mail servers accept: {names}", hint)


@lru_cache(maxsize=2_000)
def _find_email_fault(text: str) -> tuple[str, str]:
    """Return the fault of an e-mail address and a hint, or two empty texts (RFC 5322, 5321, 6531, 5890)."""
    if text.casefold().startswith("mailto:"):
        return "starts with 'mailto:', which is for web pages", f"Write only {text[len('mailto:') :]}"
    if "://" in text:
        return "is the address of a website", "Move it to 'website:', and write an address with an @ here."
    if _SEVERAL_ADDRESSES.search(text):
        return "is more than one e-mail address", _WRITE_AS_LIST
    try:
        email = _validate(text)
    except ValueError as error:
        return f"is not an e-mail address: {str(error)[:1].lower()}{str(error)[1:].rstrip('.')}", advise_half_width(
            text
        ) or "Write one such as office@example.org."
    return _find_alphabet_fault(email)


def _validate(text: str) -> "ValidatedEmail":
    """Return the parts of an e-mail address. Raises ValueError if it is none."""
    from email_validator import validate_email  # noqa: PLC0415 - slow to load, and many workspaces have no address

    return validate_email(text, check_deliverability=False)


def _find_alphabet_fault(email: "ValidatedEmail") -> tuple[str, str]:
    """Return fault and hint for an e-mail address with letters of several alphabets in one word (ICANN, IDN)."""
    last = email.domain.rpartition(".")[2]
    if len(last) == 1:
        meant = "On a Korean keyboard, 'cn' gives 추." if _name_character(last).startswith("HANGUL") else ""
        return f"ends in '.{last}', which is not a domain", f"Type the end again, such as .cn or .org. {meant}".strip()
    for word in re.split(r"[.@_+-]", email.normalized):
        alphabets = {_name_character(letter).split(" ")[0] for letter in word if letter.isalpha()} & _SIMILAR_ALPHABETS
        if len(alphabets) > 1:
            strange = next(letter for letter in word if letter.isalpha() and not letter.isascii())
            return (
                f"mixes alphabets in '{word}': '{strange}' is {_name_character(strange)}",
                "Type it again with a Latin keyboard.",
            )
    return "", ""


def _name_character(character: str) -> str:
    return unicodedata.name(character, f"U+{ord(character):04X}")
