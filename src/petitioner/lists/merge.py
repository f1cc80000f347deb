"""Merge a list into recipients.yaml by three ways: the list, recipients.yaml, and what the list said last time."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from petitioner.lists.fields import Fields
from petitioner.lists.records import list_missing
from petitioner.lists.rows import ListRow

_CONFIRMED = ("name", "address", "head", "email", "telephone", "fax")
_PRINTED = ("name", "address", "head", "email")
_SHOWN = 60  # characters of a value in a message


class Outcome(StrEnum):
    """What becomes of a row."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "unchanged"
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class Change:
    """One text in recipients.yaml that is set; ``old`` is None if there is none yet."""

    place: str
    old: str | None
    new: str


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """What an import does with a row: the recipient's id, and the changes in recipients.yaml."""

    row: ListRow
    id: str
    outcome: Outcome
    changes: tuple[Change, ...] = ()


def plan_rows(
    rows: Sequence[ListRow], present: Mapping[str, Fields], last: Mapping[str, Fields], source: str
) -> tuple[PlannedRow, ...]:
    """Return what an import of a list does with each row; ``source`` is the name of the list."""
    return tuple(_plan_row(row, present, last, source) for row in rows)


def _plan_row(row: ListRow, present: Mapping[str, Fields], last: Mapping[str, Fields], source: str) -> PlannedRow:
    id_ = row.fields.get("id", "")
    if row.left:
        return PlannedRow(row, id_ if id_ in present else "", Outcome.LEFT)
    own = present.get(id_)
    if own is None:
        fields = _complete(row.fields, source)
        return PlannedRow(row, id_, Outcome.NEW, tuple(Change(place, None, text) for place, text in fields.items()))
    changes = tuple(_merge(row, own, last.get(id_, {})))
    return PlannedRow(row, id_, Outcome.CHANGED if changes else Outcome.SAME, changes)


def _complete(fields: Fields, source: str) -> Fields:
    """Return the fields of a new recipient with the list as its source, and why it gets no letters yet."""
    missing = list_missing(fields)
    reason = {"skip": f"{missing} in {source}"} if missing and not {"skip", "closed"} & fields.keys() else {}
    return {**fields, **({} if "source" in fields else {"source": source}), **reason}


def _merge(row: ListRow, own: Fields, last: Fields) -> Iterator[Change]:
    """Yield the changes of a recipient that is there; what cannot be decided is reported in the row."""
    for place, new in list(row.fields.items()):
        before, old = last.get(place), own.get(place)
        if place == "id" or new in (old, before) or (place.startswith("name.") and not row.is_named):
            continue
        if old not in (None, before):
            known = f"; last time the list had {_show(before)}" if before else ""
            message = f"the list has {_show(new)}, recipients.yaml has {_show(old)}{known}"
            hint = f"If the list is right, write it at {row.fields['id']} in recipients.yaml."
            row.conflict(place, message, hint)
        elif old is None and before is not None:
            message = f"the list now has {_show(new)}, but somebody deleted {_show(before)} from recipients.yaml"
            row.conflict(place, message, f"If the list is right, write it at {row.fields['id']} in recipients.yaml.")
        elif own.get("verified") and place.startswith(_PRINTED if old is None else _CONFIRMED):
            message = f"the list has {_show(new)}, but a person confirmed the entry on {own['verified']}"
            hint = f"If the list is right, write it at {row.fields['id']} in recipients.yaml, then confirm it:"
            row.conflict(place, message, f"{hint} petitioner recipients verify {row.fields['id']}")
        else:
            yield Change(place, old, new)
    for place in (place for place in row.columns if place in last and place not in row.fields):
        if own.get(place) == last[place] and place not in row.dropped:
            message = f"the list no longer has {_show(last[place])}, recipients.yaml still has it"
            row.conflict(place, message, "Delete it from recipients.yaml if it is no longer true.")


def _show(text: str | None) -> str:
    plain = " / ".join((text or "nothing").split("\n"))
    return repr(plain if len(plain) <= _SHOWN else plain[:_SHOWN] + "…")
