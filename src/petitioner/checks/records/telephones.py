"""The form of telephone numbers, by libphonenumber, which is slow to load."""

import re
import unicodedata
from functools import lru_cache

from phonenumbers import (
    SUPPORTED_REGIONS,
    NumberParseException,
    PhoneMetadata,
    PhoneNumber,
    ValidationResult,
    country_code_for_region,
    is_possible_number_with_reason,
    is_valid_number,
    national_significant_number,
    parse,
)

_LETTER_FOR_DIGIT = re.compile(r"(?<![^\W\d_])[OoIl]{1,2}(?![^\W\d_])")  # alone; in a word such as 'ext' it is meant


def find_number_fault(text: str, country: str) -> str:
    """Return why a number cannot be dialled (by libphonenumber), or an empty text, also for an unknown country."""
    return _find_fault(text, country) if country in SUPPORTED_REGIONS else ""


@lru_cache(maxsize=5_000)
def _find_fault(text: str, country: str) -> str:
    plain = unicodedata.normalize("NFKC", text)
    if fault := _find_character_fault(plain):
        return fault
    try:
        number = parse(plain, country)
    except NumberParseException:
        return "is not a telephone number"
    reason = is_possible_number_with_reason(number)
    if reason == ValidationResult.IS_POSSIBLE_LOCAL_ONLY:
        return "has no area code"
    if reason != ValidationResult.IS_POSSIBLE:
        return f"is too long or too short for a number in {country}"
    if not text.lstrip().startswith("+") and not is_valid_number(number):
        return f"is not a number in {country}; is the area code missing?"
    return _find_country_fault(number, country)


def has_lost_zero(text: str, country: str) -> bool:
    """Return whether a number has digits only, and lacks the 0 that numbers begin with inside of its country."""
    metadata = PhoneMetadata.metadata_for_region(country)
    has_zero = metadata is not None and metadata.national_prefix == "0"
    return has_zero and text.isdecimal() and not text.startswith("0")


def get_national_number(text: str, country: str) -> str:
    """Return a telephone number from its area code on, or an empty text if it is not a number."""
    try:
        return national_significant_number(parse(unicodedata.normalize("NFKC", text), country))
    except NumberParseException:
        return ""


def _find_character_fault(plain: str) -> str:
    if re.search(r"[;、,]|/", plain):
        return "is more than one telephone number"
    found = _LETTER_FOR_DIGIT.search(plain)
    return f"has the letter '{found[0]}' instead of a digit" if found else ""


def _find_country_fault(number: PhoneNumber, country: str) -> str:
    own = country_code_for_region(country)
    return (
        f"is a number of another country: +{number.country_code}, not +{own}"
        if own and number.country_code != own
        else ""
    )
