"""Read the rows of a list: what each says about a recipient, and what is wrong with its cells."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from petitioner.errors import Problem, Severity, make_half_width
from petitioner.lists.cells import (
    LISTED,
    find_cell_faults,
    find_country,
    find_kind,
    find_kind_in_name,
    is_district,
    read_cell,
    split_codes,
)
from petitioner.lists.columns import Columns, Layout, fill_pattern, list_names
from petitioner.model.recipient import MissionKind
from petitioner.source.table import Cell, CellKind, Row, Table

CODE, LINES = "address.postal_code", "address.lines."
_SIGN = "〒"
_SIGNS = re.compile(rf"{_SIGN}(?:\s*{_SIGN}\s*)+")
LEFT_OUT = "not imported"
AS_IT_IS = "imported as it is"
_KINDS = ", ".join(MissionKind)


class CellLine(int):
    """The line of a cell in its file, which also knows the place of its text: problems carry it through all checks."""

    place: str

    @classmethod
    def of(cls, line: int, place: str) -> "CellLine":
        """Return the line of the cell whose text belongs to a place in recipients.yaml."""
        cell = cls(line)
        cell.place = place
        return cell


@dataclass(slots=True)
class ListRow:
    """One row of a list: the texts by their places, and the column of each; ``left`` is why it cannot be imported.

    ``patterns`` join columns, as in ``Columns``. ``key`` identifies the row in its list, if it has a column for that.
    ``is_named`` is false if the program put the name together.
    """

    path: str
    line: int
    fields: dict[str, str] = field(default_factory=dict)
    columns: dict[str, str] = field(default_factory=dict)
    patterns: Mapping[str, str] = field(default_factory=dict)
    key: str = ""
    left: str = ""
    is_named: bool = True
    dropped: set[str] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)

    def drop(self, place: str, code: str, message: str, hint: str) -> None:
        """Leave the value of a place out, and say why."""
        self.report(place, code, message, hint, LEFT_OUT)
        self.fields.pop(place, None)
        self.dropped.add(place)

    def conflict(self, place: str, message: str, hint: str) -> None:
        """Leave the value of a place in recipients.yaml, since nobody but a person can decide which is right."""
        self.drop(place, "X120", message, hint)

    def report(self, place: str, code: str, message: str, hint: str, result: str) -> None:
        """Add a warning about a cell, with what happens to it."""
        sentence = f"{self._name_column(place)}{message} ({result})"
        self.problems.append(Problem(self.path, self.line, code, sentence, hint, Severity.WARNING))

    def leave(self, code: str, message: str, hint: str, place: str = "") -> None:
        """Leave the whole row out; the first reason counts, all are reported."""
        sentence = f"{self._name_column(place)}{message}"
        self.left = self.left or sentence
        self.problems.append(Problem(self.path, self.line, code, sentence, hint))

    def _name_column(self, place: str) -> str:
        column = self.columns.get(place, "")
        return f"column '{column}': " if column else ""

    def list_texts(self, top: str) -> Iterator[str]:
        """Yield the texts of a place in all languages, such as those of ``city``."""
        yield from (text for place, text in self.fields.items() if place.partition(".")[0] == top)


def read_rows(table: Table, columns: Columns, path: str, *, is_text_file: bool) -> list[ListRow]:
    """Return every row below the names of the columns, with what its cells say."""
    return [_read_row(row, table, columns, path, is_text_file=is_text_file) for row in table.rows]


def _read_row(row: Row, table: Table, columns: Columns, path: str, *, is_text_file: bool) -> ListRow:
    names = table.columns
    named = {place: names[number] for number, place in columns.places.items()}
    read = ListRow(path, row.line, columns=named, patterns=columns.patterns)
    if not _has_right_width(read, row, names):
        return read
    if columns.layout and not _is_wanted(read, row, names, columns.layout):
        return read
    for number, place in columns.places.items():
        cell = row.cells[number] if number < len(row.cells) else None
        text = read_cell(cell, place, is_text_file=is_text_file) if cell else ""
        if cell and (text or cell.kind is CellKind.FORMULA):
            read.fields[place] = text
            for fault in find_cell_faults(cell, place, text):
                read.drop(place, *fault)
    for place, pattern in columns.patterns.items():
        _fill_in(read, place, pattern, dict(zip(names, row.cells, strict=False)), is_text_file=is_text_file)
    _narrow_code(read)
    _translate_words(read, columns.layout)
    _check_city(read)
    return read


def _narrow_code(read: ListRow) -> None:
    """Write a postal code without the sign 〒 and in half width, which it also gets in the lines of the addresses."""
    if CODE not in read.fields:
        return
    code = read.fields[CODE].lstrip(f"{_SIGN} ")
    read.fields[CODE] = narrow = make_half_width(code)
    for place in [place for place in read.fields if place.startswith(LINES)]:
        read.fields[place] = _SIGNS.sub(_SIGN, read.fields[place].replace(code, narrow))


def _fill_in(read: ListRow, place: str, pattern: str, cells: Mapping[str, Cell], *, is_text_file: bool) -> None:
    """Set a place by a pattern with the cells of the row, if nothing is wrong with them."""
    named = {name: cells.get(name, Cell("")) for name in list_names(pattern)}
    values = {name: read_cell(cell, "", is_text_file=is_text_file) for name, cell in named.items()}
    text = fill_pattern(pattern, values)
    read.columns[place] = " + ".join(named)
    if text:
        read.fields[place] = split_codes(text) if place in LISTED else text
    for name, cell in named.items() if text else ():
        for fault in find_cell_faults(cell, place, values[name]):
            read.drop(place, *fault)


def _has_right_width(read: ListRow, row: Row, names: Sequence[str]) -> bool:
    """Whether a row has one cell for each name; more may follow at its end if they are empty."""
    more = [cell.text.strip() for cell in row.cells[len(names) :] if cell.text.strip()]
    if more:
        message = f"the row has {len(row.cells)} cells, but there are {len(names)} columns; the first too many is "
        hint = "Put a cell that contains the delimiter or a line end into quotation marks."
        read.leave("X110", f"{message}{more[0][:40]!r}", hint)
    elif len(row.cells) < len(names):
        count = f"{len(row.cells)} cell{'s' if len(row.cells) > 1 else ''}"
        message = f"the row has {count}, but there are {len(names)} columns; the last cell is "
        hint = "Is a cell broken into two lines? Join them. If the last cells are empty, write their delimiters."
        read.leave("X110", f"{message}{row.cells[-1].text.strip()[:40]!r}", hint)
    return not read.left


def _is_wanted(read: ListRow, row: Row, names: Sequence[str], layout: Layout) -> bool:
    """Whether a row has the values that its layout asks for, such as China as its operator."""
    values = dict(zip(names, (cell.text.strip() for cell in row.cells), strict=False))
    read.key = values.get(layout.key, "")
    for name, wanted in layout.only.items():
        if values.get(name) not in wanted:
            message = f"column '{name}': {values.get(name, '')!r} is not one of those that get letters"
            read.leave("X115", message, "Nothing is to be done if this mission gets no letter.")
    return not read.left


def _translate_words(read: ListRow, layout: Layout | None) -> None:
    """Replace the words for kind and country by those of recipients.yaml, and put a missing name together."""
    fields, country = read.fields, read.fields.get("country", "")
    if "country" in fields:
        code = find_country(fields["country"])
        if code:
            fields["country"] = code
        else:
            hint = "Write the two capital letters of ISO 3166, such as JP, or its English name."
            read.leave("R304", f"{fields['country']!r} is not the name or the code of one country", hint, "country")
    if "kind" in fields:
        kind = find_kind(fields["kind"])
        if kind:
            fields["kind"] = kind.value
        else:
            read.leave("X116", f"{fields['kind']!r} is not a kind of mission", f"Allowed: {_KINDS}.", "kind")
    elif "kind" not in read.columns:
        kinds = {kind for name in read.list_texts("name") if (kind := find_kind_in_name(name))}
        fields |= {"kind": kinds.pop().value} if len(kinds) == 1 else {}
    if layout and not list(read.list_texts("name")):
        _compose_name(read, layout, country)


def _compose_name(read: ListRow, layout: Layout, country: str) -> None:
    """Put the name together from the kind, and the country or the city, as the list has them."""
    pattern = next((text for kind, text in layout.names.items() if kind.value == read.fields.get("kind")), "")
    values = {"country": country, "city": read.fields.get("city.en", "")}
    if pattern and all(value for name, value in values.items() if f"{{{name}}}" in pattern):
        read.fields["name.en"] = pattern.format_map(values)
        read.is_named = False


def _check_city(read: ListRow) -> None:
    for place in [place for place in read.fields if place.startswith("city.")]:
        if is_district(read.fields[place]):
            message = f"{read.fields[place]!r} is a part of a city, or a region"
            read.drop(place, "X117", message, "Write the name of the city.")
