"""E-mail addresses, websites and telephone numbers, as far as they can be judged without trying them."""

import re
import unicodedata
from collections.abc import Iterator
from datetime import date
from functools import lru_cache

from email_validator import EmailNotValidError, ValidatedEmail, validate_email
from phonenumbers import (
    SUPPORTED_REGIONS,
    NumberParseException,
    PhoneNumber,
    ValidationResult,
    country_code_for_region,
    is_possible_number_with_reason,
    is_valid_number,
    national_significant_number,
    parse,
)

from petitioner.checks.records.posts import Entry, list_entries, list_words
from petitioner.errors import Problem, advise_half_width
from petitioner.inputs.workspace import Workspace
from petitioner.model.recipient import Recipient
from petitioner.model.types import Location

_HOST = re.compile(r"(?:[\w](?:[\w-]*\w)?\.)+[^\W\d_]{2,}")
_WEBSITE = re.compile(rf"(?:https?://)?{_HOST.pattern}(?::\d+)?(?:[/?#]\S*)?", re.IGNORECASE)
_SEVERAL = re.compile(r"@.*@|[;、；]|,\s*\S|\s/\s")
_LETTER_FOR_FIGURE = re.compile(r"(?<![^\W\d_])[OoIl]{1,2}(?![^\W\d_])")  # alone; in a word such as 'ext' it is meant
_LOOK_ALIKE = frozenset(["LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE"])
_ONE_EACH = "Write them as a list: [a@example.org, b@example.org]."


def check_contacts(workspace: Workspace, today: date) -> Iterator[Problem]:
    """Yield a problem for the ways to reach missions and sender, each judged by its form alone."""
    del today
    for entry in list_entries(workspace):
        for location, email in entry.emails:
            yield from _check_email(entry, location, email)
        for location, number in entry.telephones:
            country = entry.record.country
            if country in SUPPORTED_REGIONS and (fault := _judge_number(number, country)):
                hint = "Write one telephone number, such as +81 3 3403 3388."
                yield entry.make_problem(location, "R322", f"{number!r} {fault}", hint)
        for location, website in _list_links(entry):
            if not _WEBSITE.fullmatch(website):
                hint = "Write one web address, such as https://www.example.org/."
                yield entry.make_problem(location, "R321", f"{website!r} is not a web address", hint)


def _list_links(entry: Entry) -> Iterator[tuple[Location, str]]:
    """Yield the website, and the map if it is a link; a map may also be described in words."""
    if entry.record.website:
        yield ("website",), entry.record.website
    place = entry.record.visit.map if isinstance(entry.record, Recipient) else None
    if place and "://" in place:
        yield ("visit", "map"), place


def _check_email(entry: Entry, location: Location, text: str) -> Iterator[Problem]:
    fault, hint = _judge_email(text)
    if fault:
        yield entry.make_problem(location, "R313", f"{text!r} {fault}", hint)
        return
    found = validate_email(text, check_deliverability=False)
    if isinstance(entry.record, Recipient) and found.ascii_domain.casefold() in list_words("free_mail"):
        hint = "Ask the mission whether the address is an official one."
        yield entry.make_problem(location, "R320", f"{text!r} is free mail, which anybody can open", hint)
    elif not text.isascii():
        hint = f"Type it again with a Latin keyboard. Mail servers read its domain as {found.ascii_domain}."
        strange = ", ".join(dict.fromkeys(_name(character) for character in text if not character.isascii()))
        yield entry.make_problem(
            location, "R320", f"{text!r} has letters that few mail servers accept: {strange}", hint
        )


@lru_cache(maxsize=2_000)
def _judge_email(text: str) -> tuple[str, str]:
    """What is wrong with an address, and what to do; two empty texts when it is one (RFC 5322, 5321, 6531, 5890)."""
    if text.casefold().startswith("mailto:"):
        return "starts with 'mailto:', which is for web pages", f"Write only {text[len('mailto:') :]}"
    if "://" in text:
        return "is the address of a website", "Move it to 'website:', and write an address with an @ here."
    if _SEVERAL.search(text):
        return "is more than one e-mail address", _ONE_EACH
    try:
        found = validate_email(text, check_deliverability=False)
    except EmailNotValidError as error:
        return f"is not an e-mail address: {str(error)[:1].lower()}{str(error)[1:].rstrip('.')}", advise_half_width(
            text
        ) or "Write one such as office@example.org."
    return _judge_letters(found)


def _judge_letters(found: ValidatedEmail) -> tuple[str, str]:
    """Look-alikes: no registry gives out a word that mixes alphabets (ICANN's guidelines for IDN)."""
    last = found.domain.rpartition(".")[2]
    if len(last) == 1:
        meant = "On a Korean keyboard, 'cn' gives 추." if _name(last).startswith("HANGUL") else ""
        return f"ends in '.{last}', which is not a domain", f"Type the end again, such as .cn or .org. {meant}".strip()
    for word in re.split(r"[.@_+-]", found.normalized):
        alphabets = {_name(letter).split(" ")[0] for letter in word if letter.isalpha()} & _LOOK_ALIKE
        if len(alphabets) > 1:
            strange = next(letter for letter in word if letter.isalpha() and not letter.isascii())
            return (
                f"mixes alphabets in '{word}': '{strange}' is {_name(strange)}",
                "Type it again with a Latin keyboard.",
            )
    return "", ""


@lru_cache(maxsize=5_000)
def _judge_number(text: str, country: str) -> str:
    """Return why a number cannot be dialled, or nothing. Lengths and codes are those of Google's libphonenumber."""
    plain = unicodedata.normalize("NFKC", text)
    if fault := _judge_signs(plain):
        return fault
    try:
        number = parse(plain, country)
    except NumberParseException:
        return "is not a telephone number"
    reason = is_possible_number_with_reason(number)
    if reason == ValidationResult.IS_POSSIBLE_LOCAL_ONLY:
        return "lacks the area code"
    if reason != ValidationResult.IS_POSSIBLE:
        return f"is too long or too short for a number in {country}"
    if not text.lstrip().startswith("+") and not is_valid_number(number):
        return f"is not a number in {country}; is the area code missing?"
    return _judge_country(number, country)


def take_national(text: str, country: str) -> str:
    """Return a telephone number from its area code on, or an empty text if it is not a number."""
    try:
        return national_significant_number(parse(unicodedata.normalize("NFKC", text), country))
    except NumberParseException:
        return ""


def _judge_signs(plain: str) -> str:
    if re.search(r"[;、,]|/", plain):
        return "is more than one telephone number"
    found = _LETTER_FOR_FIGURE.search(plain)
    return f"has the letter '{found[0]}' instead of a digit" if found else ""


def _judge_country(number: PhoneNumber, country: str) -> str:
    own = country_code_for_region(country)
    return (
        f"is a number of another country: +{number.country_code}, not +{own}"
        if own and number.country_code != own
        else ""
    )


def _name(character: str) -> str:
    return unicodedata.name(character, f"U+{ord(character):04X}")
