"""Plan an import: every row with what becomes of it, and the new texts of the two files that it writes."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from petitioner.errors import PetitionerError, Problem, WorkspaceError, errors_in
from petitioner.inputs.recipients import PATH, read_recipients
from petitioner.lists.columns import Columns
from petitioner.lists.editing import edit_recipients
from petitioner.lists.fields import Fields, flatten_recipients
from petitioner.lists.matching import identify_rows
from petitioner.lists.memory import format_memory
from petitioner.lists.merge import Outcome, PlannedRow, plan_rows
from petitioner.lists.records import check_records
from petitioner.lists.rows import read_rows
from petitioner.lists.spelling import check_spelling
from petitioner.source.table import Table
from petitioner.source.yaml import Document, parse_yaml


@dataclass(frozen=True, slots=True)
class ListFile:
    """A list that was read: its path in messages, its table, and the places of its columns."""

    path: str
    table: Table
    columns: Columns
    is_text: bool


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """What an import would do. ``gone`` are recipients that the list had last time and does not have now.

    ``skipped`` are changed recipients that get no letters. ``text`` is the new recipients.yaml, ``memory`` what is
    remembered of the list.
    """

    file: ListFile
    rows: tuple[PlannedRow, ...]
    gone: tuple[str, ...]
    skipped: tuple[str, ...]
    text: str
    memory: str

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Everything that is wrong with the rows, in their order."""
        return tuple(problem for planned in self.rows for problem in planned.row.problems)

    def count(self) -> Mapping[str, int]:
        """Return the number of rows, of rows by their outcome, and of cells that were left out of the others."""
        counts = Counter(planned.outcome for planned in self.rows)
        cells = sum(len(planned.row.dropped) for planned in self.rows if planned.outcome is not Outcome.LEFT)
        return {"rows": len(self.rows), **{one.value: counts[one] for one in Outcome}, "cells_left": cells}


def make_plan(file: ListFile, text: str, document: Document, last: Mapping[str, Fields], today: date) -> ImportPlan:
    """Plan the import of a list into the ``text`` of recipients.yaml, which is read as ``document``.

    ``last`` is what the list said at its last import, by id. Raises ``WorkspaceError`` if the new text would have
    errors.
    """
    present = flatten_recipients(document)
    former = {one: id_ for id_, fields in present.items() for one in fields.get("formerly", "").split("\n") if one}
    rows = read_rows(file.table, file.columns, file.path, is_text_file=file.is_text)
    identify_rows(rows, present, last, former)
    check_spelling(rows)
    check_records([row for row in rows if "id" in row.fields], present, today)
    source = file.path.replace("\\", "/").rpartition("/")[2]
    new_text, planned = edit_recipients(text, plan_rows(rows, present, last, source))
    if new_text != text:
        _check_text(new_text, present, planned)
    listed = {one.id for one in planned}
    gone = tuple(id_ for id_ in last if id_ in present and id_ not in listed)
    changed = [one.id for one in planned if one.outcome is Outcome.CHANGED]
    skipped = tuple(id_ for id_ in changed if {"skip", "closed"} & present[id_].keys())
    return ImportPlan(file, planned, gone, skipped, new_text, format_memory(planned, last))


def _check_text(text: str, present: Mapping[str, Fields], planned: Sequence[PlannedRow]) -> None:
    """Read the new text before it is written: it has no errors, and only what was planned is different."""
    if faults := errors_in(read_recipients(text.encode())[1]):
        raise WorkspaceError(faults, "The lines are those that the import would write. Correct the list.")
    document, _ = parse_yaml(PATH, text)
    changes = {one.id: {change.place: change.new for change in one.changes} for one in planned if one.changes}
    expected = {id_: {**fields, **changes.pop(id_, {})} for id_, fields in present.items()} | changes
    if document is None or flatten_recipients(document) != expected:
        raise PetitionerError(f"{PATH} is written in a way that an import cannot change.", "Change it with an editor.")
