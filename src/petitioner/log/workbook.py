"""The log as a spreadsheet: one sheet for each campaign, with real dates, filters and fixed headings."""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from io import BytesIO
from itertools import groupby

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from petitioner.log.export import COLUMNS

_WIDTHS = {"recipient": 16, "recipient_name": 34, "destination": 34, "happened_on": 12, "recorded_at": 21, "note": 40}
_WIDTHS |= {"kind": 20, "by": 18, "tracking": 18, "flags": 34, "files": 40, "previous_hash": 20, "hash": 20}
_OTHERS = 11
"""Widths of the columns, in characters of the standard font."""

_MOST = 32_767  # characters in a cell (Excel specifications and limits)
_CUT = "… (cut off here; the whole text is in the JSON)"
_NAME_FORBIDS = re.compile(r"[\[\]:*?/\\]")


def write_workbook(rows: Iterable[Mapping[str, object]]) -> bytes:
    """Return the rows as XLSX, one sheet for each campaign; the same rows give the same bytes."""
    everything = sorted(rows, key=lambda row: (str(row["campaign"]), row["id"]))
    stream = BytesIO()
    # Texts are written as texts, so that none becomes a formula, a link or a number.
    with Workbook(stream, {"in_memory": True, "default_date_format": "yyyy-mm-dd"}) as book:
        book.set_properties({"title": "Mailing log", "created": _find_newest(everything)})
        styles = _Styles(book)
        years = groupby(everything, key=lambda row: str(row["campaign"]))
        names: set[str] = set()
        for year, of_year in years:
            sheet = book.add_worksheet(_name_sheet(year, names))
            _fill_sheet(sheet, list(of_year), styles)
        if not names:
            _fill_sheet(book.add_worksheet("empty"), [], styles)
    return stream.getvalue()


class _Styles:
    """The formats of the cells."""

    def __init__(self, book: Workbook) -> None:
        self.heading: Format = book.add_format({"bold": True, "bottom": 1})
        self.day: Format = book.add_format({"num_format": "yyyy-mm-dd", "valign": "top"})
        self.moment: Format = book.add_format({"num_format": 'yyyy-mm-dd hh:mm:ss"Z"', "valign": "top"})
        self.text: Format = book.add_format({"text_wrap": True, "valign": "top"})


def _fill_sheet(sheet: Worksheet, rows: list[Mapping[str, object]], styles: _Styles) -> None:
    for column, name in enumerate(COLUMNS):
        sheet.set_column(column, column, _WIDTHS.get(name, _OTHERS))
        sheet.write_string(0, column, name, styles.heading)
    for number, row in enumerate(rows, start=1):
        for column, name in enumerate(COLUMNS):
            _write_cell(sheet, (number, column), name, row[name], styles)
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, max(len(rows), 1), len(COLUMNS) - 1)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.repeat_rows(0)


def _write_cell(sheet: Worksheet, at: tuple[int, int], name: str, value: object, styles: _Styles) -> None:
    match name, value:
        case _, None | "":
            return
        case "happened_on", str():
            sheet.write_datetime(*at, date.fromisoformat(value), styles.day)
        case "recorded_at", str():
            sheet.write_datetime(*at, _parse_as_naive_utc(value), styles.moment)
        case _, int():
            sheet.write_number(*at, value, styles.text)
        case _:
            sheet.write_string(*at, _shorten_cell(str(value)), styles.text)


def _parse_as_naive_utc(text: str) -> datetime:
    """Parse a time in UTC and remove its zone, which a spreadsheet cannot have."""
    return datetime.fromisoformat(text).astimezone(UTC).replace(tzinfo=None)


def _find_newest(rows: Iterable[Mapping[str, object]]) -> datetime:
    # The clock would give other bytes at each export.
    return max((_parse_as_naive_utc(str(row["recorded_at"])) for row in rows), default=datetime(2000, 1, 1))  # noqa: DTZ001 - as above


def _shorten_cell(text: str) -> str:
    return text if len(text) <= _MOST else text[: _MOST - len(_CUT)] + _CUT


def _name_sheet(year: str, taken: set[str]) -> str:
    """Return a valid name for Excel: at most 31 characters, no brackets or slashes, unique apart from case."""
    plain = _NAME_FORBIDS.sub("_", year).strip("'")[:28] or "log"
    name, count = plain, 1
    while name.casefold() in taken:
        count += 1
        name = f"{plain} {count}"
    taken.add(name.casefold())
    return name
