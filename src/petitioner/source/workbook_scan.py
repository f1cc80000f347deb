"""Look through the XML of XLSX and ODS for what calamine does not tell: size, formulas and merged cells."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from xml.parsers import expat

from petitioner.source.table import MAX_COLUMNS, MAX_ROWS, Row, TableError, name_column

SAVE_AS = "Open it in Excel or LibreOffice, and save it as XLSX or CSV."
"""What to do with a workbook that cannot be read."""

_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")


@dataclass(slots=True)
class Sheet:
    """What is in one sheet: rows with their numbers, merged ranges such as A1:B2, and whether people see it."""

    name: str
    rows: list[Row] = field(default_factory=list)
    formulas: list[tuple[int, int]] = field(default_factory=list)
    merged: list[str] = field(default_factory=list)


def _require_size(line: int, column: int) -> None:
    if line > MAX_ROWS + 1:
        raise TableError(f"it has {line} rows or more", f"At most {MAX_ROWS} are read. Split it into several files.")
    if column > MAX_COLUMNS:
        raise TableError(f"it has {column} columns or more", f"At most {MAX_COLUMNS} are read. Delete the empty ones.")


Begin = Callable[[str, Mapping[str, str]], None]


def _walk(part: bytes, begin: Begin, end: Callable[[str], None] = lambda _: None) -> None:
    """Call ``begin`` and ``end`` for each element of a part, with its name without a prefix."""
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda name, given: begin(_localize(name), {_localize(k): v for k, v in given.items()})
    parser.EndElementHandler = lambda name: end(_localize(name))
    parser.StartDoctypeDeclHandler = _refuse_doctype
    try:
        parser.Parse(part, True)  # noqa: FBT003 - the parser's own order
    except TableError:
        raise
    except (expat.ExpatError, ValueError):  # no XML, or an attribute that is not a number
        raise TableError("the workbook is damaged", f"Copy it again, or: {SAVE_AS}") from None


def _refuse_doctype(*_: object) -> None:
    raise TableError("the workbook defines a document type, which no office program does", SAVE_AS)


def _localize(name: str) -> str:
    return name.rpartition(":")[2]


def scan_xlsx(parts: Mapping[str, bytes]) -> list[Sheet]:
    """Find formulas and merged cells of each sheet (ECMA-376-1, 18.3)."""
    targets = _read_targets(parts.get("xl/_rels/workbook.xml.rels", b"<none/>"))
    sheets: list[Sheet] = []

    def begin(name: str, given: Mapping[str, str]) -> None:
        target = targets.get(given.get("id", ""), "")
        if name == "sheet" and target in parts:
            sheets.append(_scan_sheet(given.get("name", ""), parts[target]))

    _walk(parts["xl/workbook.xml"], begin)
    return sheets


def _read_targets(part: bytes) -> Mapping[str, str]:
    """Return the paths of the worksheets by the id of their relationship."""
    targets: dict[str, str] = {}

    def begin(name: str, given: Mapping[str, str]) -> None:
        if name == "Relationship" and given.get("Type", "").endswith("/worksheet"):
            target = given.get("Target", "")
            targets[given.get("Id", "")] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"

    _walk(part, begin)
    return targets


def _scan_sheet(title: str, part: bytes) -> Sheet:
    sheet, at = Sheet(title), [0, 0]

    def begin(name: str, given: Mapping[str, str]) -> None:
        match name:
            case "row":
                at[:] = [int(given.get("r", at[0] + 1)), 0]
            case "c":
                at[:] = _read_reference(given["r"]) if "r" in given else [at[0], at[1] + 1]
            case "v" | "is" | "f":
                _require_size(*at)
                if name == "f":
                    sheet.formulas.append((at[0], at[1]))
            case "mergeCell":
                sheet.merged.append(given.get("ref", ""))
            case _:
                pass

    _walk(part, begin)
    return sheet


def _read_reference(text: str) -> list[int]:
    """Return row and column, from 1, of a cell such as AB12."""
    found = _REFERENCE.fullmatch(text)
    if not found:
        raise TableError(f"the workbook is damaged: {text!r} is not a cell", SAVE_AS)
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return [int(found[2]), column]


def scan_ods(part: bytes) -> list[Sheet]:
    """Find formulas and merged cells of each sheet (OpenDocument 1.3, part 3, 9)."""
    sheets: list[Sheet] = []
    at = [0, 0, 1]  # row and column of the present cell, and how often its row is repeated

    def begin(name: str, given: Mapping[str, str]) -> None:
        match name:
            case "table":
                sheets.append(Sheet(given.get("name", "")))
                at[:] = [0, 0, 1]
            case "table-row":
                at[:] = [at[0] + at[2], 0, int(given.get("number-rows-repeated", 1))]
            case "table-cell" | "covered-table-cell" if sheets:
                _scan_ods_cell(sheets[-1], at, given)
            case _:
                pass

    _walk(part, begin)
    return sheets


def _scan_ods_cell(sheet: Sheet, at: list[int], given: Mapping[str, str]) -> None:
    first = at[1] + 1
    at[1] += int(given.get("number-columns-repeated", 1))
    if "value-type" in given:
        _require_size(at[0] + at[2] - 1, at[1])
    if "formula" in given:
        sheet.formulas.append((at[0], first))
    wide, high = int(given.get("number-columns-spanned", 1)), int(given.get("number-rows-spanned", 1))
    if wide > 1 or high > 1:
        begins = f"{name_column(first)}{at[0]}"
        sheet.merged.append(f"{begins}:{name_column(first + wide - 1)}{at[0] + high - 1}")
