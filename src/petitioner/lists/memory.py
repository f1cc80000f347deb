"""What a list said at its last import, as a table beside recipients.yaml: ``imports/NAME.csv``."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from petitioner.errors import PetitionerError, UsageError
from petitioner.inputs.folder import UnreadableError, read_file
from petitioner.lists.fields import Fields, find_pattern, sort_fields
from petitioner.lists.matching import KEY
from petitioner.lists.merge import Outcome, PlannedRow
from petitioner.source.table import TableError, read_table, remove_apostrophe, write_csv

FOLDER = "imports"
_NAME = re.compile(r"[\w][\w .-]{0,80}")


def name_memory(list_name: str | None, path: Path) -> str:
    """Return the path of the memory of a list in the workspace; without a name, that of its file.

    Raises ``UsageError`` for a name that cannot be that of a file.
    """
    name = list_name or re.sub(r"[^\w .-]", "-", path.stem).strip(" .") or "list"
    if not _NAME.fullmatch(name):
        raise UsageError(f"'{name}' cannot be the name of a list.", "Use letters, digits, hyphens: --list missions")
    return f"{FOLDER}/{name}.csv"


def read_memory(folder: Path, path: str) -> Mapping[str, Fields]:
    """Return what a list said of each recipient at its last import, by id; nothing before the first.

    Raises ``PetitionerError`` if the file cannot be read.
    """
    if not (folder / path).exists():
        return {}
    hint = f"Restore it from a copy. Without it, every difference is left for you: mv {path} {path}.old"
    try:
        table = read_table(read_file(folder, path).decode(), "comma", ())
    except (UnreadableError, UnicodeDecodeError) as error:
        raise PetitionerError(f"{path} cannot be read: {error}.", hint) from None
    except TableError as error:
        raise PetitionerError(f"{path}:{error.line}: {error}.", hint) from None
    rows = [[remove_apostrophe(cell.text) for cell in row.cells] for row in table.rows]
    read = [{name: cell for name, cell in zip(table.columns, row, strict=False) if cell} for row in rows]
    if any("id" not in fields for fields in read) or not all(find_pattern(n) or n == KEY for n in table.columns):
        raise PetitionerError(f"{path} is not what an import has written.", hint)
    return {fields["id"]: fields for fields in read}


def format_memory(planned: Iterable[PlannedRow], last: Mapping[str, Fields]) -> str:
    """Return the new memory: what the list says now, and for what was left, what it said before."""
    known_keys = {fields[KEY]: id_ for id_, fields in last.items() if KEY in fields}
    said: dict[str, Fields] = {}
    for one in planned:
        id_ = one.id or known_keys.get(one.row.key, "")
        before = last.get(id_, {})
        if one.outcome is not Outcome.LEFT:
            key = {KEY: one.row.key} if one.row.key else {}
            kept = {place: text for place, text in before.items() if place in one.row.dropped}
            said[id_] = {**key, **kept, **_forget_composed(one)}
        elif before:
            said[id_] = before
    columns = sort_fields(("id", *(name for fields in said.values() for name in fields)))
    return write_csv([columns, *([fields.get(name, "") for name in columns] for fields in said.values())])


def _forget_composed(planned: PlannedRow) -> Fields:
    """Return the texts of a row without a name that the program put together."""
    row = planned.row
    return {place: text for place, text in row.fields.items() if row.is_named or not place.startswith("name.")}
