"""Write the plan of an import into the text of recipients.yaml; every other line stays as it is."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache

from petitioner.lists.fields import TOP, Fields, is_list, list_patterns, sort_fields, unflatten
from petitioner.lists.merge import Change, Outcome, PlannedRow
from petitioner.source.edit import EditError, format_flow, format_scalar, set_part
from petitioner.source.yaml import Value
from petitioner.tables.locales import load_locales

_WIDTH = 118  # characters of a line: longer mappings get a line for each key
_INDENT = "  "


def edit_recipients(text: str, planned: Iterable[PlannedRow]) -> tuple[str, tuple[PlannedRow, ...]]:
    """Return the new text, and the rows without the changes that cannot be written in place, which are reported."""
    rows: list[PlannedRow] = []
    new: list[Fields] = []
    for row in planned:
        if row.outcome is Outcome.NEW:
            new.append({change.place: change.new for change in row.changes})
        elif row.outcome is Outcome.CHANGED:
            text, row = _edit_entry(text, row)  # noqa: PLW2901 - what is left of it
        rows.append(row)
    return _append_entries(text, new), tuple(rows)


def _edit_entry(text: str, row: PlannedRow) -> tuple[str, PlannedRow]:
    done: list[Change] = []
    for change in row.changes:
        steps = tuple(change.place.split("."))
        value: Value = list(change.new.split("\n")) if is_list(change.place) else change.new
        try:
            text = set_part(text, (TOP, row.id, *steps), value, _list_before(steps))
            done.append(change)
        except EditError as error:
            message = f"the list has {change.new!r}, and recipients.yaml:{error.line} cannot be changed: {error}"
            row.row.conflict(change.place, message, "Write it there with an editor, if the list is right.")
    return text, replace(row, changes=tuple(done), outcome=Outcome.CHANGED if done else Outcome.SAME)


@cache
def _list_before(steps: tuple[str, ...]) -> tuple[str, ...]:
    """Return the keys below which a new key is written."""
    tops = list(dict.fromkeys(pattern.partition(".")[0] for pattern in list_patterns()))
    inner = (*load_locales(), *(step for pattern in list_patterns() for step in pattern.split(".")[1:]))
    return tuple(tops[: tops.index(steps[0])]) if len(steps) == 1 else inner


def _append_entries(text: str, entries: Iterable[Fields]) -> str:
    written = "".join("\n" + format_entry(fields) for fields in entries)
    if not written:
        return text
    ending = "\r\n" if "\r\n" in text else "\n"
    whole = text if text.endswith("\n") or not text else text + ending
    return whole + written.replace("\n", ending)


def format_entry(fields: Fields) -> str:
    """Return a new entry of recipients.yaml, in the order of the record."""
    nested = unflatten({place: fields[place] for place in sort_fields(fields)})
    return "".join((f"{_INDENT}{fields['id']}:\n", *(_format_lines(key, nested[key], 2) for key in nested)))


def _format_lines(key: str, value: Value, depth: int) -> str:
    """Return a value on one line, or a mapping that is too long for one with a line for each key."""
    start = f"{_INDENT * depth}{key}:"
    written = format_scalar(value) if isinstance(value, str) else format_flow(value)
    is_short = len(start) + len(written) < _WIDTH and key != "address"
    if not isinstance(value, Mapping) or is_short:
        return f"{start} {written}\n"
    return "".join((f"{start}\n", *(_format_lines(inner, part, depth + 1) for inner, part in value.items())))
