"""Postage: one YAML file a country in this folder, prices, classes of mail, tracking numbers."""

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
"""The name for a class of mail that a country's file does not have."""
_S10 = re.compile(r"[A-Z]{2}(\d{8})(\d)[A-Z]{2}")
_WEIGHTS = (8, 6, 4, 2, 3, 5, 9, 7)
# Scanners may give out the start and stop signs of a bar code of figures alone (AIM BC3, Codabar).
_CODABAR = re.compile(r"[A-D](\d+)[A-D]")


@cache
def load_postage() -> Mapping[str, PostageTable]:
    """The posts that are known, by the code of the country (ISO 3166). Read once a process."""
    files = (file.name for file in resources.files(__name__).iterdir() if file.name.endswith(".yaml"))
    books = (read_package_record(PostageTable, __name__, name) for name in sorted(files))
    return {book.country: book for book in books}


def list_classes(country: str) -> tuple[str, ...]:
    """The classes of mail that the post of a country has; none where nothing is known of it."""
    book = load_postage().get(country)
    return tuple(book.classes) if book else ()


def choose_class(country: str, mail_class: str | None, to_country: str) -> str | None:
    """The class by which a letter really goes: the one that is wanted, or what stands in for it beyond the border.

    None where the post of the country is not known, or has no such class.
    """
    book = load_postage().get(country)
    if book is None:
        return None
    reach = Reach.DOMESTIC if to_country == country else Reach.ABROAD
    name = mail_class or book.usual[reach]
    if name not in book.classes:
        return None
    chosen = book.classes[name]
    if chosen.reach is reach:
        return name
    return book.usual[reach] if chosen.abroad is None or reach is Reach.DOMESTIC else chosen.abroad


def find_postage(
    country: str, mail_class: str, to_country: str, weight_g: float, size_mm: tuple[float, ...], on: date
) -> Money | None:
    """What it costs to post a letter in a country on a day; None where that is not known, or cannot be posted so.

    ``weight_g`` is that of the packet in g; ``size_mm`` its two sides in mm in either order and, if need be, its
    thickness, without which it counts as thin enough.
    """
    book = load_postage().get(country)
    if book is None or mail_class not in book.classes:
        return None
    chosen, tariff = book.classes[mail_class], _find_tariff(book, on)
    if tariff is None or (chosen.reach is Reach.DOMESTIC) != (to_country == country):
        return None
    price = _price(book, tariff, mail_class, to_country, weight_g, size_mm)
    fees = [_find_step(tariff.fees.get(name, {}), weight_g) for name in chosen.fees]
    if price is None or any(fee is None for fee in fees):
        return None
    return Money(Decimal(price + sum(fee for fee in fees if fee is not None)), book.currency)


def find_format(country: str, weight_g: float, size_mm: tuple[float, ...]) -> str | None:
    """The smallest size of the country's post that takes a packet of some g and mm; None where none does."""
    book = load_postage().get(country)
    formats = book.formats if book else {}
    return next((name for name, one in formats.items() if _fits(one, weight_g, size_mm)), None)


def _find_tariff(book: PostageTable, on: date) -> Tariff | None:
    begun = [tariff for tariff in book.tariffs if tariff.valid_from <= on]
    return max(begun, key=lambda tariff: tariff.valid_from, default=None)


def _price(
    book: PostageTable, tariff: Tariff, name: str, to_country: str, weight: float, size: tuple[float, ...]
) -> int | None:
    """The price without fees, in whole units of the currency."""
    chosen: MailClass = book.classes[name]
    if chosen.flat is not None:
        return tariff.flat.get(name) if _fits(chosen.flat, weight, size) else None
    fitting = find_format(book.country, weight, size)
    if fitting is None:
        return None
    if chosen.reach is Reach.DOMESTIC:
        return _find_step(tariff.letters.get(fitting, {}), weight)
    zone = next((zone for zone, countries in book.zones.items() if to_country in countries), "")
    # Only the prices of the smallest size are known for letters that go abroad.
    return _find_step(tariff.zones.get(zone, {}), weight) if fitting == next(iter(book.formats)) else None


def _find_step(steps: Steps, weight: float) -> int | None:
    return next((steps[most] for most in sorted(steps) if weight <= most), None)


def _fits(one: Format, weight: float, size: tuple[float, ...]) -> bool:
    long, short = max(size[:2]), min(size[:2])
    thick = size[2] if len(size) > len(one.least) else 0.0
    sides = (long, short, thick)
    within = all(side <= most for side, most in zip(sides, one.most, strict=True))
    large_enough = long >= one.least[0] and short >= one.least[1]
    return within and large_enough and weight <= one.heaviest and (one.around is None or sum(sides) <= one.around)


def normalize_code(text: str) -> str:
    """A code by its letters and figures alone, in capitals: half- and full-width forms, blanks and signs are one."""
    normalized = unicodedata.normalize("NFKC", text)
    code = "".join(sign for sign in normalized if sign.isascii() and sign.isalnum()).upper()
    bare = _CODABAR.fullmatch(code)
    return bare[1] if bare else code


def has_false_digit(number: str, country: str) -> bool:
    """Whether the check digit of a number is false: by UPU S10, or by the rules of the post of a country.

    A number of another shape is not judged.
    """
    code = normalize_code(number)
    if found := _S10.fullmatch(code):
        return _compute_s10(found[1]) != int(found[2])
    book = load_postage().get(country)
    rules = [rule for rule in (book.tracking if book else ()) if re.fullmatch(rule.pattern, code)]
    return any(int(code[:-1]) % rule.modulo != int(code[-1]) for rule in rules)


def _compute_s10(serial: str) -> int:
    """The check digit of UPU standard S10-12: 11 less the weighted sum modulo 11, where 10 is 0 and 11 is 5."""
    rest = 11 - sum(weight * int(figure) for weight, figure in zip(_WEIGHTS, serial, strict=True)) % 11
    return {10: 0, 11: 5}.get(rest, rest)
