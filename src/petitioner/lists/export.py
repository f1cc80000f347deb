"""The recipients as a table with one column for each text, which an import takes back without a change."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from io import BytesIO

from petitioner.lists.fields import Fields, sort_fields

_WIDTHS: Mapping[str, int] = {"id": 16, "kind": 18, "country": 9, "languages": 11, "channels": 11}
_WIDE, _NORMAL = 44, 22  # characters of the standard font
_TITLE = "Recipients"


def make_rows(recipients: Iterable[Fields]) -> list[list[str]]:
    """Return the names of the columns, in the order of the record, and one row for each recipient."""
    listed = list(recipients)
    columns = sort_fields(("id", *(field for fields in listed for field in fields)))
    return [list(columns), *([fields.get(column, "") for column in columns] for fields in listed)]


def write_workbook(rows: Sequence[Sequence[str]]) -> bytes:
    """Return rows as XLSX. Every cell is text, also when a person edits it: no zero or sign is lost, nothing is run."""
    from xlsxwriter import Workbook  # noqa: PLC0415 - loaded when there is a workbook to write

    stream = BytesIO()
    with Workbook(stream, {"in_memory": True}) as book:
        book.set_properties({"title": _TITLE, "created": datetime(2000, 1, 1, tzinfo=UTC)})  # the same bytes each time
        text = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
        heading = book.add_format({"num_format": "@", "bold": True, "bottom": 1})
        sheet = book.add_worksheet(_TITLE)
        for column, name in enumerate(rows[0]):
            wide = _WIDE if name.startswith(("name.", "address.lines.", "source")) else _NORMAL
            sheet.set_column(column, column, _WIDTHS.get(name, wide), text)
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                if cell:
                    sheet.write_string(number, column, cell, text if number else heading)
        sheet.freeze_panes(1, 1)
    return stream.getvalue()
