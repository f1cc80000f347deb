"""A table of the report: its columns, rows and cells."""

from dataclasses import dataclass
from itertools import compress

from petitioner.model.letter import LocalizedLine

Cell = str | int | LocalizedLine
"""A cell of a table: words of the report, a number, or words in another language."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table: the names of its columns, and its rows."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]

    def leave_out_empty_columns(self) -> "Table":
        """Return the table without the columns in which no row has anything."""
        kept = [any(map(_has_content, cells)) for cells in zip(*self.rows, strict=True)]
        rows = tuple(tuple(compress(row, kept)) for row in self.rows)
        return Table(tuple(compress(self.columns, kept)), rows)


def _has_content(cell: Cell) -> bool:
    return bool(cell.text) if isinstance(cell, LocalizedLine) else cell != ""
