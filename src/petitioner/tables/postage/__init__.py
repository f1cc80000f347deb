"""Classes of mail, prices and tracking numbers of posts, from one YAML file for each country in this folder."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from importlib import resources

from petitioner.model.postage import Format, MailClass, Money, PostageTable, Reach, Steps, Tariff
from petitioner.source.records import read_package_record

OTHER = "other"
"""The name of a class of mail that is not in a country's file."""
_S10 = re.compile(r"[A-Z]{2}(\d{8})(\d)[A-Z]{2}")
_S10_WEIGHTS = (8, 6, 4, 2, 3, 5, 9, 7)
# Scanners may add the start and stop characters of a bar code of digits (AIM BC3, Codabar).
_CODABAR = re.compile(r"[A-D](\d+)[A-D]")


@cache
def load_postage() -> Mapping[str, PostageTable]:
    """Return the tables of all posts, by the code of the country (ISO 3166). Read once a process."""
    files = (file.name for file in resources.files(__name__).iterdir() if file.name.endswith(".yaml"))
    tables = (read_package_record(PostageTable, __name__, name) for name in sorted(files))
    return {table.country: table for table in tables}


def list_classes(country: str) -> tuple[str, ...]:
    """Return the classes of mail of a country's post, or none without a table for it."""
    table = load_postage().get(country)
    return tuple(table.classes) if table else ()


def choose_class(country: str, mail_class: str | None, to_country: str) -> str | None:
    """Return the class of mail for a letter: ``mail_class`` (or the usual one), or its equivalent for mail abroad.

    None without a table for the country, or if it has no such class.
    """
    table = load_postage().get(country)
    if table is None:
        return None
    reach = Reach.DOMESTIC if to_country == country else Reach.ABROAD
    name = mail_class or table.usual[reach]
    if name not in table.classes:
        return None
    chosen = table.classes[name]
    if chosen.reach is reach:
        return name
    return table.usual[reach] if chosen.abroad is None or reach is Reach.DOMESTIC else chosen.abroad


def find_postage(
    country: str, mail_class: str, to_country: str, weight_g: float, size_mm: tuple[float, ...], on: date
) -> Money | None:
    """Return the price of a letter posted in a country on a day; None if it is not known, or the class not possible.

    ``weight_g`` is the weight of the packet in g; ``size_mm`` are its two sides in mm, and optionally its thickness.
    """
    table = load_postage().get(country)
    if table is None or mail_class not in table.classes:
        return None
    chosen, tariff = table.classes[mail_class], _find_tariff(table, on)
    if tariff is None or (chosen.reach is Reach.DOMESTIC) != (to_country == country):
        return None
    price = _find_price(table, tariff, mail_class, to_country, weight_g, size_mm)
    fees = [_find_step(tariff.fees.get(name, {}), weight_g) for name in chosen.fees]
    if price is None or any(fee is None for fee in fees):
        return None
    return Money(Decimal(price + sum(fee for fee in fees if fee is not None)), table.currency)


def find_format(country: str, weight_g: float, size_mm: tuple[float, ...]) -> str | None:
    """Return the smallest format of the country's post for a packet of this weight and size, or None."""
    table = load_postage().get(country)
    formats = table.formats if table else {}
    return next((name for name, one in formats.items() if _fits_format(one, weight_g, size_mm)), None)


def _find_tariff(table: PostageTable, on: date) -> Tariff | None:
    valid = [tariff for tariff in table.tariffs if tariff.valid_from <= on]
    return max(valid, key=lambda tariff: tariff.valid_from, default=None)


def _find_price(
    table: PostageTable, tariff: Tariff, name: str, to_country: str, weight: float, size: tuple[float, ...]
) -> int | None:
    """Return the price without fees, in whole units of the currency."""
    chosen: MailClass = table.classes[name]
    if chosen.flat is not None:
        return tariff.flat.get(name) if _fits_format(chosen.flat, weight, size) else None
    fitting = find_format(table.country, weight, size)
    if fitting is None:
        return None
    if chosen.reach is Reach.DOMESTIC:
        return _find_step(tariff.letters.get(fitting, {}), weight)
    zone = next((zone for zone, countries in table.zones.items() if to_country in countries), "")
    # For mail abroad, the tables have only the prices of the smallest format.
    return _find_step(tariff.zones.get(zone, {}), weight) if fitting == next(iter(table.formats)) else None


def _find_step(steps: Steps, weight: float) -> int | None:
    return next((steps[most] for most in sorted(steps) if weight <= most), None)


def _fits_format(limits: Format, weight: float, size: tuple[float, ...]) -> bool:
    long, short = max(size[:2]), min(size[:2])
    sides = (long, short, size[2] if len(size) > len(limits.least) else 0.0)
    within = all(side <= most for side, most in zip(sides, limits.most, strict=True))
    large_enough = long >= limits.least[0] and short >= limits.least[1]
    return (
        within and large_enough and weight <= limits.heaviest and (limits.around is None or sum(sides) <= limits.around)
    )


def normalize_code(text: str) -> str:
    """Return only the letters and digits of a code, in capitals and half width."""
    normalized = unicodedata.normalize("NFKC", text)
    code = "".join(character for character in normalized if character.isascii() and character.isalnum()).upper()
    codabar = _CODABAR.fullmatch(code)
    return codabar[1] if codabar else code


def has_false_digit(number: str, country: str) -> bool:
    """Whether the check digit of a tracking number is wrong, by UPU S10 or by the rules of a country's post.

    False for a number in another format.
    """
    code = normalize_code(number)
    if found := _S10.fullmatch(code):
        return _compute_s10_digit(found[1]) != int(found[2])
    table = load_postage().get(country)
    rules = [rule for rule in (table.tracking if table else ()) if re.fullmatch(rule.pattern, code)]
    return any(int(code[:-1]) % rule.modulo != int(code[-1]) for rule in rules)


def _compute_s10_digit(serial: str) -> int:
    """Return the check digit of UPU standard S10-12: 11 minus the weighted sum modulo 11; 10 is 0, and 11 is 5."""
    check_digit = 11 - sum(weight * int(digit) for weight, digit in zip(_S10_WEIGHTS, serial, strict=True)) % 11
    return {10: 0, 11: 5}.get(check_digit, check_digit)
