"""Values that were copied from somewhere and are none: words for "nothing", mark-up, characters lost on the way."""

import re
import unicodedata
from collections.abc import Iterator
from datetime import date
from html.entities import html5

from petitioner.checks.proof import list_texts
from petitioner.checks.records.entries import Entry, list_entries
from petitioner.checks.records.posts import list_words
from petitioner.errors import Problem
from petitioner.model.types import Location
from petitioner.workspace import Workspace

_NO = frozenset(["no", "false", "off", "0"])
_REASONS = ("hold", "skip")
_CODES: tuple[Location, ...] = (("id",), ("country",), ("kind",))  # NA is Namibia
_STROKES = re.compile(r"[-‐‑–—―ー_.…?*/\\]{1,8}")
_ENTITY = re.compile(r"&(#\d+|#[xX][0-9a-fA-F]+|\w+);")
_TAG = re.compile(r"</?(?:a|b|br|div|em|font|i|img|li|p|span|strong|table|td|th|tr|u|ul)\b[^<>]*>", re.IGNORECASE)
_LOST = re.compile(r"[^\W\d_]\?[^\W\d_]")
_WORDS = ("city", "name", "head", "address")


def check_values(workspace: Workspace, today: date) -> Iterator[Problem]:
    """Values of missions and sender that were filled in by a program rather than by a person."""
    del today
    for entry in list_entries(workspace):
        for way, text in list_texts(entry.record):
            if way not in _CODES:
                yield from _check_nothing(entry, way, text)
                yield from _check_markup(entry, way, text)
            if way[0] in _WORDS:
                yield from _check_lost(entry, way, text)
    yield from _check_reasons(workspace)


def _check_nothing(entry: Entry, way: Location, text: str) -> Iterator[Problem]:
    if way[0] not in _REASONS and _is_nothing(text):
        hint = "Leave the key out, or write what belongs there; petitioner takes every value at its word."
        yield entry.blame(way, "R310", f"{text!r} is no {_name(way)}", hint)


def _check_reasons(workspace: Workspace) -> Iterator[Problem]:
    """Whoever writes ``skip: no`` means the contrary of what it does; those skipped are looked at, too."""
    for who in workspace.recipients:
        for name in _REASONS:
            text = getattr(who, name)
            if text and (_is_nothing(text) or text.casefold() in _NO):
                verb = "holds back" if name == "hold" else "leaves out"
                message = f"'{name}: {text}' {verb} {who.id}, for the reason {text!r}"
                hint = f"Write the reason after '{name}:', or delete the line."
                yield Entry(who.id, who, who.origin).blame((name,), "R310", message, hint)


def _is_nothing(text: str) -> bool:
    plain = unicodedata.normalize("NFKC", text).casefold()
    return plain in list_words("nothing") or bool(_STROKES.fullmatch(plain))


def _check_markup(entry: Entry, way: Location, text: str) -> Iterator[Problem]:
    entity = next((found for found in _ENTITY.finditer(text) if _is_entity(found[1])), None)
    if found := entity or _TAG.search(text):
        hint = "Write the character itself, such as & or a blank; what stands here is printed as it is."
        yield entry.blame(way, "R311", f"'{found[0]}' is mark-up of a web page: {text!r}", hint)


def _is_entity(name: str) -> bool:
    return name.startswith("#") or f"{name};" in html5


def _check_lost(entry: Entry, way: Location, text: str) -> Iterator[Problem]:
    hint = "Look the name up where it came from, and write it anew."
    if _LOST.search(text):
        yield entry.blame(
            way, "R312", f"a question mark within a word stands for a letter that was lost: {text!r}", hint
        )
    elif meant := _repair(text):
        hint = f"Probably {meant!r} is meant. {hint}"
        yield entry.blame(way, "R312", f"letters were changed on the way from one program to another: {text!r}", hint)


def _repair(text: str) -> str:
    """What a text in UTF-8 said before it was read as Windows-1252, or nothing when it never was."""
    if text.isascii():
        return ""
    try:
        return text.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return ""


def _name(way: Location) -> str:
    steps = (step for step in way if isinstance(step, str))
    return f"value for '{'.'.join(steps)}'"
