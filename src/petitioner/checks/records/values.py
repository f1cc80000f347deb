"""Values that were copied and are none, and dates of confirmations and sources that cannot be right."""

import re
import unicodedata
from collections.abc import Iterator
from datetime import date, timedelta
from html.entities import html5

from petitioner.checks.letter_text import list_texts
from petitioner.checks.records.posts import Entry, list_entries, list_words
from petitioner.errors import Problem
from petitioner.inputs.workspace import Workspace
from petitioner.model.recipient import CONFIRMED_FOR, Recipient
from petitioner.model.types import Location

_NO = frozenset(["no", "false", "off", "0"])
_REASONS = ("hold", "skip")
_CODES: tuple[Location, ...] = (("id",), ("country",), ("kind",))  # NA is Namibia
_STROKES = re.compile(r"[-‐‑–—―ー_.…?*/\\]{1,8}")
_ENTITY = re.compile(r"&(#\d+|#[xX][0-9a-fA-F]+|\w+);")
_TAG = re.compile(r"</?(?:a|b|br|div|em|font|i|img|li|p|span|strong|table|td|th|tr|u|ul)\b[^<>]*>", re.IGNORECASE)
_LOST = re.compile(r"[^\W\d_]\?[^\W\d_]")
_WORDS = ("city", "name", "head", "address")

# Younger sources are no matter of warning: approval asks about each address that nobody confirmed (P103), so that a
# warning for all of them would only be accepted. A page of this age is older than the websites of most missions.
_SOURCE_LASTS = 15  # years
_TOMORROW = timedelta(days=1)  # somewhere it already is: a person may write from another time zone
_ASK = "Ask the mission by telephone, then run: petitioner recipients verify {id}"


def check_values(workspace: Workspace, today: date) -> Iterator[Problem]:
    """Yield a problem for values of missions and sender that were filled in by a program rather than by a person."""
    del today
    for entry in list_entries(workspace):
        for location, text in list_texts(entry.record):
            if location not in _CODES:
                yield from _check_nothing(entry, location, text)
                yield from _check_markup(entry, location, text)
            if location[0] in _WORDS:
                yield from _check_lost(entry, location, text)
    yield from _check_reasons(workspace)


def _check_nothing(entry: Entry, location: Location, text: str) -> Iterator[Problem]:
    if location[0] not in _REASONS and _is_nothing(text):
        hint = "Write the real value, or delete the key: every value is printed as it is."
        yield entry.make_problem(location, "R310", f"{text!r} is not a {_name(location)}", hint)


def _check_reasons(workspace: Workspace) -> Iterator[Problem]:
    """Yield a problem for a reason such as ``skip: no``, which means the opposite of what it does."""
    for who in workspace.recipients:
        for name in _REASONS:
            text = getattr(who, name)
            if text and (_is_nothing(text) or text.casefold() in _NO):
                verb = "holds back" if name == "hold" else "leaves out"
                message = f"'{name}: {text}' {verb} {who.id}, for the reason {text!r}"
                hint = f"Write the reason after '{name}:', or delete the line."
                yield Entry(who.id, who, who.origin).make_problem((name,), "R310", message, hint)


def _is_nothing(text: str) -> bool:
    plain = unicodedata.normalize("NFKC", text).casefold()
    return plain in list_words("nothing") or bool(_STROKES.fullmatch(plain))


def _check_markup(entry: Entry, location: Location, text: str) -> Iterator[Problem]:
    entities = (found for found in _ENTITY.finditer(text) if found[1].startswith("#") or f"{found[1]};" in html5)
    entity = next(entities, None)
    if found := entity or _TAG.search(text):
        hint = "Write the character itself, such as & or a space: the value is printed as it is."
        yield entry.make_problem(location, "R311", f"'{found[0]}' is HTML: {text!r}", hint)


def _check_lost(entry: Entry, location: Location, text: str) -> Iterator[Problem]:
    hint = "Look it up in the source, and type it again."
    if _LOST.search(text):
        yield entry.make_problem(
            location, "R312", f"a question mark inside a word replaces a lost letter: {text!r}", hint
        )
    elif meant := _repair(text):
        hint = f"Probably {meant!r} is meant. {hint}"
        yield entry.make_problem(location, "R312", f"letters were damaged when the text was copied: {text!r}", hint)


def _repair(text: str) -> str:
    """Return what a text in UTF-8 said before it was read as Windows-1252, or nothing when it never was."""
    if text.isascii():
        return ""
    try:
        return text.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return ""


def _name(location: Location) -> str:
    steps = (step for step in location if isinstance(step, str))
    return f"value for '{'.'.join(steps)}'"


def check_provenance(workspace: Workspace, today: date) -> Iterator[Problem]:
    """Yield dates of confirmations and sources that lie in the future, or so far back that they say little."""
    for who in workspace.written_to:
        entry = Entry(who.id, who, who.origin)
        yield from _check_future(entry, who, today)
        if workspace.campaign:
            yield from _check_age(entry, who, workspace.campaign.day)
            yield from _check_head(entry, who, workspace.campaign.day)


def _check_future(entry: Entry, who: Recipient, today: date) -> Iterator[Problem]:
    confirmed = who.head.confirmed if who.head else None
    dates = {("verified",): who.verified, ("as_of",): _begin(who.as_of), ("head", "confirmed"): confirmed}
    for location, day in dates.items():
        if day and day > today + _TOMORROW:
            written = who.as_of if location == ("as_of",) else day
            message = f"'{'.'.join(location)}' is {written}, but today is {today}"
            yield entry.make_problem(location, "R315", message, "Write the day on which somebody checked it.")


def _check_age(entry: Entry, who: Recipient, day: date) -> Iterator[Problem]:
    read = _begin(who.as_of)
    if who.verified and who.verified < day - CONFIRMED_FOR:
        message = f"{who.id} was confirmed on {who.verified}, more than twelve months before {day}"
        yield entry.make_problem(("verified",), "R329", message, _ASK.format(id=who.id))
    elif not who.verified and read and read.year < day.year - _SOURCE_LASTS:
        message = (
            f"nobody has confirmed {who.id}, and its source is from {who.as_of}, more than {_SOURCE_LASTS} years ago"
        )
        yield entry.make_problem(("as_of",), "R329", message, _ASK.format(id=who.id))


def _check_head(entry: Entry, who: Recipient, day: date) -> Iterator[Problem]:
    """Yield a problem for a name that is not printed, because nobody has confirmed it lately."""
    if who.head and not who.head.is_confirmed_on(day):
        confirmed = who.head.confirmed
        said = f"was confirmed on {confirmed}" if confirmed else "was never confirmed"
        message = f"the name of the head {said}, so the letters for {day} do not print it"
        hint = "Ask the mission by telephone, and write the day of the call in 'confirmed:'."
        yield entry.make_problem(("head", "confirmed"), "R309", message, hint)


def _begin(partial: str | None) -> date | None:
    """Return the first day of a year, a month or a day."""
    return date.fromisoformat((partial + "-01-01")[:10]) if partial else None
