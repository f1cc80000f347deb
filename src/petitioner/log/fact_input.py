"""Read what a person typed about a fact: dates, classes of mail, postage, tracking numbers."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar

from petitioner.errors import UsageError, make_half_width, suggest
from petitioner.log.context import LogContext
from petitioner.log.events import Entry
from petitioner.log.kinds import CHANNEL_OF, CHANNELS, Fact, HandingOutcome, Kind, find_kind
from petitioner.model.characters import find_refused_character

_AMOUNT = r"(\d{1,3}(?:,\d{3})+|\d{1,7})(\.\d{1,3})?"
_DAY = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})", re.ASCII)
_MONEY = re.compile(rf"(?:([A-Za-z]{{3}})\s*{_AMOUNT}|{_AMOUNT}\s*([A-Za-z]{{3}})?)", re.ASCII)

_SIGNS = {"CNY": "¥元", "EUR": "€", "GBP": "£", "JPY": "¥円", "KRW": "₩원"}
"""How people write currencies. The yen and the yuan have one sign, so it is read for the country's own alone."""

_REUSED_AFTER = timedelta(days=365)  # no number is given out again within a year (UPU S10-12, 5.3)
Word = TypeVar("Word", bound=StrEnum)

_QUOTES = frozenset("\"'“”„‟‘’«»「」『』＂＇")
_NO_NAMES = frozenset({"y", "n", "yes", "no"})
_NO_TEXTS = _NO_NAMES | {"s", "skip"}


def read_mail_class(word: str, country: str) -> str:
    """Return a class of mail of a country's post, or ``other``. Raises ``UsageError`` for any other word.

    For a country without data about its post, any word is a class.
    """
    from petitioner.tables.postage import OTHER, list_classes  # noqa: PLC0415 - as all imports of tables here: few facts need them

    known = list_classes(country)
    name = "-".join(unicodedata.normalize("NFKC", word).casefold().split())
    if name in (*known, OTHER) or (name and not known):
        return name
    hint = f"{suggest(name, known)} Write {', '.join(known)} or {OTHER}.".strip()
    raise UsageError(f"'{word}' is not a class of mail that the post of {country} has.", hint)


def read_postage(text: str, country: str) -> str:
    """Return an amount of money as ``460 JPY``; the default currency is the country's. Raises ``UsageError``."""
    from petitioner.model.postage import Money  # noqa: PLC0415
    from petitioner.tables.locales import list_currencies  # noqa: PLC0415
    from petitioner.tables.postage import load_postage  # noqa: PLC0415

    book = load_postage().get(country)
    typed = unicodedata.normalize("NFKC", text).strip(f" {_SIGNS.get(book.currency, '') if book else ''}")
    found = _MONEY.fullmatch(typed)
    if found is None:
        raise UsageError(f"'{text}' is not an amount of money.", "Write it as 460 or 460 JPY.")
    before, whole, part, number, rest, after = found.groups()
    currency = before or after or (book.currency if book else None)
    if currency is None:
        raise UsageError(
            f"It is not known in which currency '{text}' is.", f"Write it out, as in '{text.strip()} EUR'."
        )
    code, amount = currency.upper(), f"{whole or number}{part or rest or ''}".replace(",", "")
    if code not in list_currencies():
        hint = f"Write {amount} {book.currency}, or {amount} alone." if book else f"Write the code, as in {amount} EUR."
        raise UsageError(f"'{code}' in '{text}' is not a currency of ISO 4217.", hint)
    return str(Money(Decimal(amount), code))


def flag_tracking(draft: Entry, entries: Iterable[Entry], country: str) -> Mapping[str, str]:
    """Return flags for a wrong check digit in a draft's tracking number, and for one that another packet has.

    ``entries`` are all entries that count and happened on the days that ``list_days_of_same_numbers`` returns.
    """
    number = draft.details.tracking
    if not number:
        return {}
    from petitioner.tables.postage import has_false_digit, normalize_code  # noqa: PLC0415

    flags: dict[str, str] = {}
    if has_false_digit(number, country):
        flags["tracking-digit"] = f"the check digit of {number} is wrong: a digit may be mistyped"
    code = normalize_code(number)
    same = (one for one in entries if one.details.tracking and normalize_code(one.details.tracking) == code)
    if code and (other := next((one for one in same if _is_other_packet(one, draft)), None)):
        packet = f"{other.recipient}, {other.kind} on {other.happened_on}"
        flags["tracking-shared"] = f"{number} is the tracking number of another packet, too: {packet}"
    return flags


def list_days_of_same_numbers(day: date) -> tuple[date, date]:
    """Return the first and the last day on which no other packet can have a tracking number of ``day``."""
    within = _REUSED_AFTER.days
    ends = max(date.min.toordinal(), day.toordinal() - within), min(date.max.toordinal(), day.toordinal() + within)
    return date.fromordinal(ends[0]), date.fromordinal(ends[1])


def _is_other_packet(one: Entry, draft: Entry) -> bool:
    return one.packet != draft.packet and abs(one.happened_on - draft.happened_on) < _REUSED_AFTER


@dataclass(frozen=True, slots=True)
class FactInput:
    """The arguments of ``log add``, as they were typed."""

    fact: str
    ids: tuple[str, ...]
    on: str | None = None
    tracking: str | None = None
    outcome: str | None = None
    note: str | None = None
    channel: str | None = None
    mail_class: str | None = None
    postage: str | None = None
    met: str | None = None
    by: str | None = None
    yes: bool = False


@dataclass(frozen=True, slots=True)
class FactReport:
    """What was done, without the recipients. ``channel`` is None if it follows from the log."""

    kind: Kind
    happened_on: date
    tracking: str | None
    note: str | None
    channel: str | None
    mail_class: str | None = None
    postage: str | None = None
    met: str | None = None


def parse_fact_input(typed: FactInput, context: LogContext) -> FactReport:
    """Parse the arguments of ``log add``. Raises ``UsageError`` for unknown words and for options that conflict."""
    if not typed.ids:
        raise UsageError(
            f"No recipient is named for '{typed.fact}'.",
            f"Name at least one, by its id: petitioner log add {typed.fact} ID",
        )
    fact = _read_word(typed.fact, Fact, "something that `log add` records")
    _check_options_of_fact(typed, fact)
    packets = len(set(typed.ids))
    if typed.tracking and packets > 1:
        hint = "Record them one by one, each with its own number."
        raise UsageError(f"One tracking number, {typed.tracking}, cannot belong to {packets} packets.", hint)
    outcome = (
        HandingOutcome.ACCEPTED if typed.outcome is None else _read_word(typed.outcome, HandingOutcome, "an outcome")
    )
    kind = find_kind(fact, outcome)
    return FactReport(
        kind=kind,
        happened_on=read_day(typed.on) if typed.on is not None else context.today,
        tracking=make_half_width(read_typed_text(typed.tracking, "--tracking", in_one_line=True) or "") or None,
        note=read_typed_text(typed.note, "--note"),
        channel=_read_channel_for(typed.channel, kind),
        mail_class=typed.mail_class and read_mail_class(typed.mail_class, context.campaign.sender.country),
        postage=typed.postage and read_postage(typed.postage, context.campaign.sender.country),
        met=read_typed_text(typed.met, "--met", in_one_line=True),
    )


def _check_options_of_fact(typed: FactInput, fact: Fact) -> None:
    """Refuse options that belong to another fact."""
    handed, posted = (typed.outcome, typed.met), (typed.mail_class, typed.postage)
    if typed.outcome is not None and fact is not Fact.HANDED:
        raise UsageError(f"What was {fact} has no outcome; only what was handed has.", "Leave --outcome out.")
    if any(word is not None for word in handed) and fact is not Fact.HANDED:
        raise UsageError(f"What was {fact} was not handed to anybody.", "Leave --met out; --note takes anything.")
    if any(word is not None for word in posted) and fact is not Fact.POSTED:
        hint = "Leave --class and --postage out."
        raise UsageError(f"What was {fact} has no class of mail and no postage; only what was posted has.", hint)


def require_author(context: LogContext) -> LogContext:
    """Return the context with the author's name normalized. Raises ``UsageError`` if there is no author."""
    by = read_name(context.by)
    if by is None:
        raise UsageError("Nobody is named as the one who did it.", "Name somebody: --by NAME")
    return replace(context, by=by)


def read_name(text: str | None, option: str = "--by") -> str | None:
    """Return the name of a person without quotation marks around it, or None if it is empty.

    Raises ``UsageError`` as ``read_typed_text`` does, and for ``y``, ``n``, ``yes`` and ``no``.
    """
    name = " ".join((read_typed_text(text, option, in_one_line=True) or "").split())
    if name[:1] in _QUOTES and name[-1:] in _QUOTES:
        name = name[1:-1].strip()
    _refuse_answer(name, _NO_NAMES, "name", "Type a person's name.")
    return name or None


def read_source(text: str | None, option: str = "--source") -> str | None:
    """Return where an address was confirmed, or None if it is empty. Raises ``UsageError`` as ``read_name`` does."""
    source = read_typed_text(text, option, in_one_line=True)
    _refuse_answer(source or "", _NO_TEXTS, "source", "Type who or what confirmed it.")
    return source


def _refuse_answer(text: str, answers: Collection[str], what: str, hint: str) -> None:
    if make_half_width(text).casefold() in answers:
        raise UsageError(f"'{text}' is an answer to another question, and no {what}.", hint)


def read_typed_text(text: str | None, option: str, *, in_one_line: bool = False) -> str | None:
    """Return text that a person typed, without spaces around it, or None if it is empty.

    Raises ``UsageError`` for invisible characters, for those that reorder text, and with ``in_one_line`` for line
    breaks.
    """
    stripped = (text or "").strip()
    if found := find_refused_character(stripped):
        _, name, reason = found
        raise UsageError(f"{option} contains {name}, which is {reason}.", "Type it again without that character.")
    if in_one_line and "\n" in stripped:
        raise UsageError(f"{option} must be one line.")
    return stripped or None


def read_reason(because: str | None) -> str:
    """Return the reason that was typed. Raises ``UsageError`` if it is empty, or an answer such as ``y``."""
    reason = read_typed_text(because, "--because")
    if reason is None or not reason.strip("….\"' "):  # the dots of a hint that was pasted are no reason
        raise UsageError("The reason is empty.", 'Say why, in words: --because "…"')
    _refuse_answer(reason, _NO_TEXTS, "reason", 'Say why, in words: --because "…"')
    return reason


def read_channel(channel: str | None) -> str | None:
    """Return the channel that was typed, or None. Raises ``UsageError`` for an unknown one."""
    return None if channel is None else _require_one_of(channel, CHANNELS, "a channel")


def _read_word(word: str, words: type[Word], what: str) -> Word:
    return words(_require_one_of(word, tuple(words), what))


def _require_one_of(word: str, known: Iterable[str], what: str) -> str:
    choices = tuple(str(choice) for choice in known)
    if word not in choices:
        raise UsageError(f"'{word}' is not {what}; write {', '.join(choices)}.", suggest(word, choices))
    return word


def read_day(text: str) -> date:
    """Parse a day typed as YYYY-MM-DD. Raises ``UsageError`` for another format or a day that does not exist."""
    found = _DAY.fullmatch(make_half_width(text))
    try:
        day = date(*map(int, found.groups())) if found else None
    except ValueError:
        day = None
    if day is None:
        raise UsageError(
            f"'{text}' is not a day of the calendar.", "Write year, month and day as YYYY-MM-DD, such as 2027-09-01."
        )
    if day.isoformat() != text:
        raise UsageError(f"The day '{text}' is not written as YYYY-MM-DD.", f"Write it as {day}.")
    return day


def _read_channel_for(channel: str | None, kind: Kind) -> str | None:
    only = CHANNEL_OF.get(kind)
    if channel is None:
        return only and str(only)
    if only and channel != only:
        raise UsageError(f"What was {kind} went by {only}, never by {channel}.", "Leave --channel out.")
    return _require_one_of(channel, CHANNELS, "a channel")
