"""Checks for placeholders and damaged text in values, and for wrong dates of confirmations and sources."""

import re
import unicodedata
from collections.abc import Iterator
from datetime import date, timedelta
from html.entities import html5

from petitioner.checks.letter_text import list_record_texts
from petitioner.checks.records.posts import Entry, list_entries, list_words
from petitioner.errors import Problem
from petitioner.inputs.workspace import Workspace
from petitioner.model.recipient import CONFIRMED_FOR, Recipient
from petitioner.model.types import Location

_NEGATIVE_WORDS = frozenset(["no", "false", "off", "0"])
_REASON_KEYS = ("hold", "skip")
_CODE_KEYS: tuple[Location, ...] = (("id",), ("country",), ("kind",))  # NA is Namibia
_ONLY_PUNCTUATION = re.compile(r"[-‐‑–—―ー_.…?*/\\]{1,8}")
_ENTITY = re.compile(r"&(#\d+|#[xX][0-9a-fA-F]+|\w+);")
_TAG = re.compile(r"</?(?:a|b|br|div|em|font|i|img|li|p|span|strong|table|td|th|tr|u|ul)\b[^<>]*>", re.IGNORECASE)
_LOST_LETTER = re.compile(r"[^\W\d_]\?[^\W\d_]")
_TEXT_KEYS = ("city", "name", "head", "address")

# For younger sources there is no warning, since approval asks about each address that nobody confirmed (P103).
# A page of this age is older than the websites of most missions.
_MAX_SOURCE_YEARS = 15  # years
_TOMORROW = timedelta(days=1)  # a person may write from another time zone
_ASK = "Ask the mission by telephone, then run: petitioner recipients verify {id}"


def check_values(workspace: Workspace, _today: date) -> Iterator[Problem]:
    """Yield a problem for each value of missions and sender that is a placeholder, HTML, or damaged text."""
    for entry in list_entries(workspace):
        for location, text in list_record_texts(entry.record):
            if location not in _CODE_KEYS:
                yield from _check_empty_value(entry, location, text)
                yield from _check_markup(entry, location, text)
            if location[0] in _TEXT_KEYS:
                yield from _check_damaged_letters(entry, location, text)
    yield from _check_reasons(workspace)


def _check_empty_value(entry: Entry, location: Location, text: str) -> Iterator[Problem]:
    if location[0] not in _REASON_KEYS and is_empty_value(text):
        key = ".".join(step for step in location if isinstance(step, str))
        hint = "Write the real value, or delete the key: every value is printed as it is."
        yield entry.make_problem(location, "R310", f"{text!r} is not a value for '{key}'", hint)


def _check_reasons(workspace: Workspace) -> Iterator[Problem]:
    """Yield a problem for a reason such as ``skip: no``, which means the opposite of what it does."""
    for mission in workspace.recipients:
        for name in _REASON_KEYS:
            text = getattr(mission, name)
            if text and (is_empty_value(text) or text.casefold() in _NEGATIVE_WORDS):
                verb = "holds back" if name == "hold" else "leaves out"
                message = f"'{name}: {text}' {verb} {mission.id}, for the reason {text!r}"
                hint = f"Write the reason after '{name}:', or delete the line."
                yield Entry.of(mission).make_problem((name,), "R310", message, hint)


def is_empty_value(text: str) -> bool:
    """Return whether a text says that there is no value, such as ``none``, 无 or a dash."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return plain in list_words("nothing") or bool(_ONLY_PUNCTUATION.fullmatch(plain))


def _check_markup(entry: Entry, location: Location, text: str) -> Iterator[Problem]:
    entities = (found for found in _ENTITY.finditer(text) if found[1].startswith("#") or f"{found[1]};" in html5)
    entity = next(entities, None)
    if found := entity or _TAG.search(text):
        hint = "Write the character itself, such as & or a space: the value is printed as it is."
        yield entry.make_problem(location, "R311", f"'{found[0]}' is HTML: {text!r}", hint)


def _check_damaged_letters(entry: Entry, location: Location, text: str) -> Iterator[Problem]:
    hint = "Look it up in the source, and type it again."
    if _LOST_LETTER.search(text):
        yield entry.make_problem(
            location, "R312", f"a question mark inside a word replaces a lost letter: {text!r}", hint
        )
    elif meant := _repair_encoding(text):
        hint = f"Probably {meant!r} is meant. {hint}"
        yield entry.make_problem(location, "R312", f"letters were damaged when the text was copied: {text!r}", hint)


def _repair_encoding(text: str) -> str:
    """Return the original of a UTF-8 text that was read as Windows-1252, or an empty text."""
    if text.isascii():
        return ""
    try:
        return text.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return ""


def check_confirmation_dates(workspace: Workspace, today: date) -> Iterator[Problem]:
    """Yield a problem for each date of a confirmation or source that is in the future, or too long ago."""
    for mission in workspace.written_to:
        entry = Entry.of(mission)
        yield from _check_future_dates(entry, mission, today)
        if workspace.campaign:
            yield from _check_confirmation_age(entry, mission, workspace.campaign.day)
            yield from _check_head_confirmed(entry, mission, workspace.campaign.day)


def _check_future_dates(entry: Entry, mission: Recipient, today: date) -> Iterator[Problem]:
    confirmed = mission.head.confirmed if mission.head else None
    read = _parse_first_day(mission.as_of)
    dates = {("verified",): mission.verified, ("as_of",): read, ("head", "confirmed"): confirmed}
    for location, day in dates.items():
        if day and day > today + _TOMORROW:
            written = mission.as_of if location == ("as_of",) else day
            message = f"'{'.'.join(location)}' is {written}, but today is {today}"
            yield entry.make_problem(location, "R315", message, "Write the day on which somebody checked it.")


def _check_confirmation_age(entry: Entry, mission: Recipient, day: date) -> Iterator[Problem]:
    source_day = _parse_first_day(mission.as_of)
    if mission.verified and mission.verified < day - CONFIRMED_FOR:
        message = f"{mission.id} was confirmed on {mission.verified}, more than twelve months before {day}"
        yield entry.make_problem(("verified",), "R329", message, _ASK.format(id=mission.id))
    elif not mission.verified and source_day and source_day.year < day.year - _MAX_SOURCE_YEARS:
        age = f"from {mission.as_of}, more than {_MAX_SOURCE_YEARS} years ago"
        message = f"nobody has confirmed {mission.id}, and its source is {age}"
        yield entry.make_problem(("as_of",), "R329", message, _ASK.format(id=mission.id))


def _check_head_confirmed(entry: Entry, mission: Recipient, day: date) -> Iterator[Problem]:
    """Yield a problem for a head's name that is not printed, because nobody has confirmed it recently."""
    if mission.head and not mission.head.is_confirmed_on(day):
        confirmed = mission.head.confirmed
        confirmation = f"was confirmed on {confirmed}" if confirmed else "was never confirmed"
        message = f"the name of the head {confirmation}, so the letters for {day} do not print it"
        hint = "Ask the mission by telephone, and write the day of the call in 'confirmed:'."
        yield entry.make_problem(("head", "confirmed"), "R309", message, hint)


def _parse_first_day(partial: str | None) -> date | None:
    """Return the first day of a year, a month or a day."""
    return date.fromisoformat((partial + "-01-01")[:10]) if partial else None
