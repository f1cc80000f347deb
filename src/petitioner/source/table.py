"""A table that somebody else made: its cells as they are, each with its row, and what is wrong with the file."""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from io import StringIO

MAX_ROWS = 20_000
"""Rows that are read: twice as many as the public list of the missions of all states has."""

MAX_COLUMNS = 200
DELIMITERS: Mapping[str, str] = {"comma": ",", "semicolon": ";", "tab": "\t", "bar": "|"}
"""What may separate the cells of a text, by its name for ``--delimiter``."""

_NAMES = {character: name for name, character in DELIMITERS.items()}
# Spreadsheets take such a text for a formula and may run it (OWASP, "CSV Injection").
_FORMULA = re.compile("'*[=+@\t\r＝＋－＠-]")
_HINT = "sep="  # a first line that Excel writes and reads: sep=;
_MOST_TITLES = 10  # rows above the names of columns
_MIN_KNOWN = 2  # names of columns that make a reading likely


class CellKind(Enum):
    """What a spreadsheet made of what was typed."""

    TEXT = "text"
    NUMBER = "a number"
    DATE = "a date"
    TRUTH = "true or false"
    FORMULA = "a formula"


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell; only a spreadsheet has other kinds than text."""

    text: str
    kind: CellKind = CellKind.TEXT


@dataclass(frozen=True, slots=True)
class Row:
    """One row; ``line`` is its line in a text, or its row in a spreadsheet, from 1."""

    line: int
    cells: tuple[Cell, ...]

    @property
    def is_empty(self) -> bool:
        """Whether no cell has any text."""
        return not any(cell.text.strip() for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of a table below the names of its columns; ``how`` says how the file was read."""

    names: Row
    rows: tuple[Row, ...]
    how: str

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns, each on one line."""
        return tuple(" ".join(cell.text.split()) for cell in self.names.cells)


class TableError(ValueError):
    """A file cannot be read as a table; ``line`` counts from 1, and 0 means the whole file."""

    def __init__(self, message: str, hint: str, line: int = 0) -> None:
        super().__init__(message)
        self.hint, self.line = hint, line


class TwoReadingsError(TableError):
    """A text can be separated in two ways; the tables are by the name of their delimiter."""

    def __init__(self, tables: Mapping[str, Table]) -> None:
        super().__init__("the cells can be separated in more than one way", "")
        self.tables = tables


def read_table(text: str, delimiter: str | None, known: Iterable[str]) -> Table:
    """Read a text whose cells are separated by one character, with quotes as in RFC 4180.

    ``delimiter`` is a name in ``DELIMITERS``; without it, the one is taken whose first row has names that are
    ``known``. Raises ``TwoReadingsError`` if that is true of several, and ``TableError`` for a text that is no table.
    """
    text, written = _read_hint(text)
    wanted = [DELIMITERS[delimiter]] if delimiter else [written] if written else list(DELIMITERS.values())
    tables: dict[str, Table] = {}
    faults: list[TableError] = []
    for one in wanted:
        try:
            tables[_NAMES[one]] = _split(text, one, first=2 if written else 1)
        except TableError as error:
            faults.append(error)
    if len(wanted) == 1:
        if faults:
            raise faults[0]
        return next(iter(tables.values()))
    return _choose(tables, faults, frozenset(name.casefold() for name in known))


def make_table(rows: Sequence[Row], how: str) -> Table:
    """Take the first row that is not empty as the names of the columns. Raises ``TableError`` if there is none."""
    full = [row for row in rows if not row.is_empty]
    if not full:
        raise TableError("it has no rows", "Is it the right file, or the right sheet?")
    if len(full) > MAX_ROWS:
        raise TableError(f"it has {len(full) - 1} rows", f"At most {MAX_ROWS} are read. Split it into several files.")
    names, *rest = full
    width = max((place for place, cell in enumerate(names.cells, 1) if cell.text.strip()), default=0)
    return Table(Row(names.line, names.cells[:width]), tuple(rest), how)


def _read_hint(text: str) -> tuple[str, str]:
    """Return the text below the line in which Excel names the delimiter, and that delimiter."""
    first, _, rest = text.partition("\n")
    character = first.strip("\r").removeprefix(_HINT)
    return (rest, character) if first.startswith(_HINT) and character in _NAMES else (text, "")


def _split(text: str, delimiter: str, first: int) -> Table:
    rows: list[Row] = []
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = first
    try:
        for cells in reader:
            rows.append(Row(line, tuple(map(Cell, cells))))
            line = reader.line_num + first
            if len(rows) > MAX_ROWS + 1:
                count = text.count("\n")
                raise TableError(f"it has {count} lines", f"At most {MAX_ROWS} are read. Split it into several files.")
    except csv.Error as error:
        hint = 'A quotation mark inside a cell is written twice (""), in a cell that begins and ends with one.'
        raise TableError(f"the quotation marks of this row do not match ({error})", hint, line) from None
    return make_table(rows, f"separated by {_NAMES[delimiter]}s")


def _choose(tables: Mapping[str, Table], faults: Sequence[TableError], known: frozenset[str]) -> Table:
    """Return the only table that is likely."""
    likely = {name: one for name, one in tables.items() if _count_known(one, known) >= _MIN_KNOWN}
    likely = likely or {name: one for name, one in tables.items() if _is_even(one)}
    if len(likely) == 1:
        return next(iter(likely.values()))
    if likely:
        raise TwoReadingsError(likely)
    wide = [one for one in tables.values() if len(one.columns) > 1]
    if len(wide) == 1:
        return wide[0]
    if faults and not wide:
        raise faults[0]
    refuse_title(tables.values(), known)
    message = "it is not a table: its lines have no cells that are separated by a comma, semicolon, tab or bar"
    raise TableError(message, "Save the list as CSV, TSV, XLSX or ODS, with the names of the columns in the first row.")


def refuse_title(tables: Iterable[Table], known: frozenset[str]) -> None:
    """Raise ``TableError`` if the names of the columns are below the first row: above them there may be a title."""
    everything = tuple(tables)
    if any(_count_known(one, known) >= _MIN_KNOWN for one in everything):
        return
    if below := _find_names_below(everything, known):
        message = "the names of the columns are in this line, and other text is above it"
        raise TableError(message, f"Delete the lines above line {below}, and save the list.", below)


def _find_names_below(tables: Iterable[Table], known: frozenset[str]) -> int | None:
    """Return the line with known names of columns, if it is not the first one: above it there may be a title."""
    rows = (row for table in tables for row in table.rows[:_MOST_TITLES])
    return next(
        (row.line for row in rows if _count_names((cell.text for cell in row.cells), known) >= _MIN_KNOWN), None
    )


def _count_known(table: Table, known: frozenset[str]) -> int:
    return _count_names(table.columns, known)


def _count_names(names: Iterable[str], known: frozenset[str]) -> int:
    return sum(name.strip().casefold() in known for name in names)


def _is_even(table: Table) -> bool:
    """Whether there are rows below the names, and all have the same number of cells, at least two."""
    widths = {len(row.cells) for row in (table.names, *table.rows)}
    return bool(table.rows) and len(widths) == 1 and max(widths) > 1


def name_column(column: int) -> str:
    """Return the letters of a column, counted from 1: 28 is AB."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def list_first_cells(table: Table, count: int) -> Iterator[str]:
    """Yield the first cells of the first rows, as a person recognizes them."""
    for row in table.rows[:count]:
        yield " | ".join(cell.text for cell in row.cells[:3])


def write_csv(rows: Iterable[Iterable[object]]) -> str:
    """Format rows as CSV (RFC 4180). A text that a spreadsheet may run as a formula gets an apostrophe first."""
    stream = StringIO(newline="")
    csv.writer(stream).writerows([escape_formula(cell) for cell in row] for row in rows)
    return stream.getvalue()


def escape_formula(value: object) -> object:
    """Return a value with an apostrophe before it, if a spreadsheet may run it."""
    return f"'{value}" if isinstance(value, str) and _FORMULA.match(value) else value


def remove_apostrophe(text: str) -> str:
    """Return a text without the apostrophe of ``escape_formula``."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text
