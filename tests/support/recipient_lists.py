"""Lists of missions as people send them: tables in texts and workbooks, and commands that take them in."""

import csv
import json
from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO, StringIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook

from conftest import Ending, WorkspaceCopy

IMPORT = ("recipients", "import")
COLUMNS = ("kind", "country", "city", "name", "address", "postal code", "phone", "email", "website")
SPOKEN = ("--map", "city=city.en", "--map", "name=name.en", "--map", "address=address.lines.en")
LYON = (
    "consulate general",
    "France",
    "Lyon",
    "Consulate-General of the People's Republic of China in Lyon",
    "26 rue Louis Blanc\n69006 LYON",
    "69006",
    "+33 4 37 24 83 05",
    "lyon@example.cn",
    "https://lyon.example.cn/",
)
_ODS = "urn:oasis:names:tc:opendocument:xmlns"


def change(row: Sequence[str], **cells: str) -> list[str]:
    """A row with other cells, by the names of their columns."""
    return [cells.get(name.replace(" ", "_"), cell) for name, cell in zip(COLUMNS, row, strict=True)]


def write_text(rows: Iterable[Sequence[str]], delimiter: str = ",") -> str:
    stream = StringIO(newline="")
    csv.writer(stream, delimiter=delimiter).writerows(rows)
    return stream.getvalue()


def write_xlsx(rows: Iterable[Sequence[Any]], **more_sheets: Iterable[Sequence[Any]]) -> bytes:
    book = Workbook()
    book.active.title = "List"
    for name, of_sheet in {"List": rows, **more_sheets}.items():
        sheet = book[name] if name in book.sheetnames else book.create_sheet(name)
        for row in of_sheet:
            sheet.append(list(row))
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def write_ods(rows: Iterable[Sequence[str]], extra: str = "") -> bytes:
    """A spreadsheet as LibreOffice writes it: texts in paragraphs, and a million empty rows at the end."""
    cells = (
        "".join(
            f'<table:table-cell office:value-type="string">{_write_paragraphs(cell)}</table:table-cell>'
            if cell
            else "<table:table-cell/>"
            for cell in row
        )
        for row in rows
    )
    table = "".join(f"<table:table-row>{row}</table:table-row>" for row in cells)
    empty = '<table:table-row table:number-rows-repeated="1048000"><table:table-cell/></table:table-row>'
    spaces = " ".join(f'xmlns:{name}="{_ODS}:{name}:1.0"' for name in ("office", "table", "text"))
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {spaces} office:version="1.3"><office:body>'
        f'<office:spreadsheet><table:table table:name="List">{table}{extra}{empty}</table:table></office:spreadsheet>'
        "</office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = (
        f'<manifest:manifest xmlns:manifest="{_ODS}:manifest:1.0" manifest:version="1.3">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/></manifest:manifest>'
    )
    return write_archive({"mimetype": kind, "content.xml": content, "META-INF/manifest.xml": manifest})


def _write_paragraphs(text: str) -> str:
    plain = text.replace("&", "&amp;").replace("<", "&lt;")
    return "".join(f"<text:p>{line}</text:p>" for line in plain.split("\n"))


def write_archive(parts: Mapping[str, str | bytes]) -> bytes:
    stream = BytesIO()
    with ZipFile(stream, "w", ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return stream.getvalue()


class ListWorkspace:
    """A workspace into which lists are imported."""

    def __init__(self, workspace: WorkspaceCopy) -> None:
        self.workspace = workspace

    def run(self, content: str | bytes, *options: str, name: str = "list.csv") -> Ending:
        """Import a list that somebody saved under a name."""
        self.workspace.write(name, content)
        return self.workspace.run(*IMPORT, str(self.workspace.folder / name), *options)

    def tell(self, content: str | bytes, *options: str, name: str = "list.csv") -> Any:  # noqa: ANN401 - JSON
        """Import a list, and return what a program is told; every row is accounted for."""
        ending = self.run(content, *options, "--json", name=name)
        assert ending.out.startswith("{"), ending.err
        told = json.loads(ending.out)
        counts = told["sum"]
        assert counts["rows"] == len(told["rows"])
        assert counts["rows"] == sum(counts[name] for name in ("new", "changed", "unchanged", "left"))
        return told

    @property
    def text(self) -> str:
        """recipients.yaml as it is now."""
        return (self.workspace.folder / "recipients.yaml").read_bytes().decode()
