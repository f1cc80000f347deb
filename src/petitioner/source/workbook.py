"""Read the values of XLSX and ODS by calamine, after a check of what the file is and how large it becomes."""

import re
import zlib
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from io import BytesIO
from zipfile import ZIP_STORED, BadZipFile, ZipFile

from petitioner.source.table import Cell, CellKind, Row, TableError
from petitioner.source.workbook_scan import SAVE_AS, Sheet, scan_ods, scan_xlsx

_MAX_UNPACKED = 100_000_000  # bytes of XML: a hundred times what the largest list needs
_CHUNK = 1_000_000
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")  # the stream with the workbook (MS-OFFCRYPTO 2.3.4.4)
_CONTENT = re.compile(r"content\.xml|META-INF/.*|meta\.xml|styles\.xml|settings\.xml|mimetype|.*\.(xml|rels)")
_KINDS: tuple[tuple[type | tuple[type, ...], CellKind], ...] = (
    (bool, CellKind.TRUTH),
    ((int, float), CellKind.NUMBER),
    ((date, time, timedelta), CellKind.DATE),
)


def is_workbook(content: bytes) -> bool:
    """Return whether a file is an archive or an old Office file, and no text."""
    return content.startswith((_ZIP, _OLE))


def read_sheets(content: bytes) -> tuple[Sheet, ...]:
    """Return the sheets of an XLSX or ODS that hold anything.

    Nothing is computed, and no macro is run. Raises ``TableError`` for other files, for workbooks with macros or a
    password, and for those that are too large when they are unpacked.
    """
    from python_calamine import CalamineWorkbook  # noqa: PLC0415 - loaded when there is a workbook

    if content.startswith(_OLE):
        raise _explain_old_file(content)
    parts = _unpack(content)
    scans = scan_ods(parts["content.xml"]) if "content.xml" in parts else scan_xlsx(parts)
    try:
        # calamine gets the parts as they were unpacked here, so that it cannot unpack more.
        book = CalamineWorkbook.from_filelike(BytesIO(_pack(parts)))
        for scan in scans:
            values = enumerate(book.get_sheet_by_name(scan.name).to_python(skip_empty_area=False), 1)
            scan.rows = [Row(line, tuple(map(_read_cell, cells))) for line, cells in values]
            _mark_formulas(scan)
    except Exception as error:  # noqa: BLE001 - whatever calamine raises for a damaged file
        raise TableError(f"it cannot be read as a workbook ({error})", SAVE_AS) from None
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # how a fault of calamine in a damaged file arrives
            raise
        raise TableError("the workbook is damaged", SAVE_AS) from None
    return tuple(scan for scan in scans if not all(row.is_empty for row in scan.rows))


_PASSWORD = ("it is protected by a password", "Save it without a password: in Excel, File, Info, Protect Workbook.")


def _explain_old_file(content: bytes) -> TableError:
    if _ENCRYPTED in content:
        return TableError(*_PASSWORD)
    return TableError("it is in the old format of Excel (XLS) or another Office file", SAVE_AS)


def _unpack(content: bytes) -> Mapping[str, bytes]:
    """Return the XML parts of an XLSX or ODS by their names, after refusing what is something else."""
    try:
        with ZipFile(BytesIO(content)) as archive:
            names = archive.namelist()
            _refuse_others(archive, names)
            left = _MAX_UNPACKED
            parts: dict[str, bytes] = {}
            for name in (name for name in names if _CONTENT.fullmatch(name)):
                parts[name] = _read_part(archive, name, left)
                left -= len(parts[name])
            return parts
    except (BadZipFile, zlib.error, OSError, NotImplementedError, RuntimeError, EOFError, KeyError):
        raise TableError("the workbook is damaged", f"Copy it again, or: {SAVE_AS}") from None


def _refuse_others(archive: ZipFile, names: list[str]) -> None:
    if any(archive.getinfo(name).flag_bits & 1 for name in names):
        raise TableError(*_PASSWORD)
    if any(name.endswith("vbaProject.bin") or name.startswith("Basic/") for name in names):
        raise TableError("it holds macros, which are programs", "Save it as XLSX, which has none, and import that.")
    if "xl/workbook.bin" in names:
        raise TableError("it is a binary workbook (XLSB)", SAVE_AS)
    is_ods = "mimetype" in names and b"opendocument.spreadsheet" in _read_part(archive, "mimetype", _CHUNK)
    if "xl/workbook.xml" not in names and not is_ods:
        raise TableError("it is an archive, but not a workbook", SAVE_AS)
    if is_ods and b"encryption-data" in _read_part(archive, "META-INF/manifest.xml", _CHUNK):
        raise TableError(*_PASSWORD)


def _read_part(archive: ZipFile, name: str, limit: int) -> bytes:
    """Unpack one part by pieces, so that it never becomes larger than the limit."""
    pieces: list[bytes] = []
    with archive.open(name) as part:
        while piece := part.read(_CHUNK):
            limit -= len(piece)
            if limit < 0:
                message = f"it becomes larger than {_MAX_UNPACKED // 1_000_000} MB when it is unpacked"
                raise TableError(message, "It may be made to harm. Copy the list into a new workbook.")
            pieces.append(piece)
    return b"".join(pieces)


def _pack(parts: Mapping[str, bytes]) -> bytes:
    stream = BytesIO()
    with ZipFile(stream, "w", ZIP_STORED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return stream.getvalue()


def _read_cell(value: object) -> Cell:
    kind = next((kind for types, kind in _KINDS if isinstance(value, types)), CellKind.TEXT)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, datetime) and value.time() == time():
        value = value.date()
    return Cell(str(value), kind)


def _mark_formulas(sheet: Sheet) -> None:
    for line, column in sheet.formulas:
        if line <= len(sheet.rows) and column <= len(sheet.rows[line - 1].cells):
            row = sheet.rows[line - 1]
            cells = list(row.cells)
            cells[column - 1] = Cell(cells[column - 1].text, CellKind.FORMULA)
            sheet.rows[line - 1] = Row(line, tuple(cells))
