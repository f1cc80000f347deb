"""The columns of a list: each text of a recipient by its place in recipients.yaml, such as ``address.lines.ja``."""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache
from types import UnionType
from typing import Annotated, get_args, get_origin

from petitioner.model.characters import compose_text
from petitioner.model.recipient import FOUND, Recipient
from petitioner.model.types import Case, Record
from petitioner.source.yaml import Document, Value
from petitioner.tables.locales import load_locales

Fields = Mapping[str, str]
"""The texts of one recipient by their places; the entries of a list are lines of one text."""

LANGUAGE, _CASE = "LANG", "CASE"
TOP = "recipients"
"""The key of recipients.yaml below which all recipients are."""


@cache
def list_patterns() -> Mapping[str, bool]:
    """Return the place of every text of a recipient, in the order of its record, and whether it is a list.

    ``LANG`` is the tag of a language, ``CASE`` a grammatical case.
    """
    return {"id": False, **dict(_walk(Recipient, ()))}


def _walk(kind: object, at: tuple[str, ...]) -> Iterator[tuple[str, bool]]:
    if isinstance(kind, UnionType):
        kind = next(part for part in get_args(kind) if part is not type(None))
    if get_origin(kind) is Annotated:
        kind = get_args(kind)[0]
    if isinstance(kind, type) and issubclass(kind, Record):
        for name, field in kind.model_fields.items():
            yield from _walk(field.annotation, (*at, name)) if name not in FOUND else ()
    elif get_origin(kind) in (Mapping, dict):
        key, value = get_args(kind)
        yield from _walk(value, (*at, _CASE if key is Case else LANGUAGE))
    else:
        yield ".".join(at), get_origin(kind) is tuple


@lru_cache(maxsize=1_000)
def find_pattern(field: str) -> str | None:
    """Return the pattern of a place: ``name.LANG`` for ``name.ja``; None if recipients have no such text."""
    steps = field.split(".")
    tags, cases = load_locales(), frozenset(Case)
    for pattern in list_patterns():
        parts = pattern.split(".")
        if len(parts) == len(steps) and all(
            step == part or (part == LANGUAGE and step in tags) or (part == _CASE and step in cases)
            for step, part in zip(steps, parts, strict=True)
        ):
            return pattern
    return None


def is_list(field: str) -> bool:
    """Return whether a place holds a list, one entry a line."""
    return list_patterns().get(find_pattern(field) or "", False)


def sort_fields(fields: Iterable[str]) -> tuple[str, ...]:
    """Return places in the order of the record; those of one pattern stay in their order."""
    order = {pattern: number for number, pattern in enumerate(list_patterns())}
    return tuple(sorted(dict.fromkeys(fields), key=lambda field: order.get(find_pattern(field) or "", len(order))))


def flatten_recipients(document: Document) -> Mapping[str, Fields]:
    """Return the texts of all recipients in recipients.yaml, by id, in the order of the file."""
    entries = document.value_at((TOP,))
    return {
        key: {"id": key, **dict(_flatten(value, ()))}
        for key, value in (entries.items() if isinstance(entries, dict) else ())
    }


def _flatten(value: Value, at: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, part in value.items():
            yield from _flatten(part, (*at, key))
    elif value:
        lines = value if isinstance(value, list) else [value]
        yield ".".join(at), "\n".join(tidy(str(line)) for line in lines)


def tidy(text: str) -> str:
    """Return a text as recipients.yaml is read: composed (NFC), without spaces around it or around its lines."""
    return "\n".join(line.strip() for line in re.split(r"\r\n?|\n", compose_text(text.strip())))


def unflatten(fields: Fields) -> dict[str, Value]:
    """Return texts by their places as nested mappings, without the id."""
    nested: dict[str, Value] = {}
    for field, text in fields.items():
        if field != "id":
            *steps, last = field.split(".")
            inner = nested
            for step in steps:
                inner = inner.setdefault(step, {})  # type: ignore[assignment]  # a place above another is a mapping
            inner[last] = list(text.split("\n")) if is_list(field) else text
    return nested
