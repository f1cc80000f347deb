"""What the post office leaves on a packet, as a person types it: class of mail, postage and tracking number."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from decimal import Decimal

from petitioner.errors import UsageError, suggest
from petitioner.locales import list_currencies
from petitioner.mailing_log.events.records import Entry
from petitioner.model.postage import Money
from petitioner.postage import OTHER, list_classes, load_books
from petitioner.postage.tracking import fold_code, has_false_digit

_AMOUNT = r"(\d{1,3}(?:,\d{3})+|\d{1,7})(\.\d{1,3})?"
_MONEY = re.compile(rf"(?:([A-Za-z]{{3}})\s*{_AMOUNT}|{_AMOUNT}\s*([A-Za-z]{{3}})?)", re.ASCII)

_REUSED_AFTER = timedelta(days=365)  # no number is given out again within a year (UPU S10-12, 5.3)


def read_mail_class(word: str, country: str) -> str:
    """A class of mail that the post of a country has, or ``other``. Raises ``UsageError`` for any other word.

    Where nothing is known of the country's post, any word is a class.
    """
    known = list_classes(country)
    name = "-".join(unicodedata.normalize("NFKC", word).casefold().split())
    if name in (*known, OTHER) or (name and not known):
        return name
    hint = f"{suggest(name, known)} Write {', '.join(known)} or {OTHER}.".strip()
    raise UsageError(f"'{word}' is not a class of mail that the post of {country} has.", hint)


def read_postage(text: str, country: str) -> str:
    """An amount of money as ``460 JPY``; without a currency it is in that of the country. Raises ``UsageError``."""
    found = _MONEY.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if found is None:
        raise UsageError(f"'{text}' is no amount of money.", "Write it as 460 or 460 JPY.")
    before, whole, part, number, rest, after = found.groups()
    book = load_books().get(country)
    currency = before or after or (book.currency if book else None)
    if currency is None:
        raise UsageError(f"Nobody knows in which currency '{text}' is.", f"Write it out, as in '{text.strip()} EUR'.")
    code, amount = currency.upper(), f"{whole or number}{part or rest or ''}".replace(",", "")
    if code not in list_currencies():
        hint = f"Write {amount} {book.currency}, or {amount} alone." if book else f"Write the code, as in {amount} EUR."
        raise UsageError(f"'{code}' in '{text}' is no currency of ISO 4217.", hint)
    return str(Money(Decimal(amount), code))


def flag_tracking(draft: Entry, others: Iterable[Entry], country: str) -> Mapping[str, str]:
    """What is unusual about a draft's tracking number: a false check digit, or that another packet has it.

    ``others`` are all entries that count, of any year and recipient.
    """
    return dict(_flag(draft, others, country)) if draft.details.tracking else {}


def _flag(draft: Entry, others: Iterable[Entry], country: str) -> Iterator[tuple[str, str]]:
    number = draft.details.tracking or ""
    if has_false_digit(number, country):
        yield "tracking-digit", f"the check digit of {number} is false: a figure may be mistyped"
    code = fold_code(number)
    same = (one for one in others if one.details.tracking and fold_code(one.details.tracking) == code)
    if code and (other := next((one for one in same if _clashes(one, draft)), None)):
        told = f"{other.recipient}, {other.kind} on {other.happened_on}"
        yield "tracking-shared", f"{number} is the tracking number of another packet, too: {told}"


def _clashes(one: Entry, draft: Entry) -> bool:
    return one.packet != draft.packet and abs(one.happened_on - draft.happened_on) < _REUSED_AFTER
