"""Files of lists: how they are encoded and separated, what a workbook may hold, and what is refused."""

import struct
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from openpyxl import Workbook, load_workbook

from conftest import WorkspaceCopy
from petitioner.lists.columns import list_known_words
from petitioner.source.encoding import find_readings
from recipient_lists import COLUMNS, LYON, SPOKEN, ListWorkspace, write_archive, write_ods, write_text, write_xlsx

ALL = (*SPOKEN, "--set", "languages=en", "--set", "channels=post")
TEXTS = {
    "名称,住所,電話\n中華人民共和国駐大阪総領事館,大阪市西区靱本町3-9-2,06-6445-9481\n": (
        "cp932",
        "euc_jp",
        "iso2022_jp",
    ),
    "名称,地址,电话\n中华人民共和国驻汉堡总领事馆,易北大街268号,040\n": ("gb18030", "gbk"),
    "이름,주소,전화\n주오사카중국총영사관,부산광역시 해운대구,051\n": ("cp949",),
    "名稱,地址,電話\n中華人民共和國駐長崎總領事館,長崎縣長崎市橋口町,095\n": ("cp950",),
    "name,city\nПосольство,Москва\n": ("cp1251",),
    "name,city\nSchanzenstraße,Düsseldorf\n": ("cp1252",),
}


@pytest.fixture
def lists(workspace: WorkspaceCopy) -> ListWorkspace:
    return ListWorkspace(workspace)


def spoil(content: bytes, **parts: bytes) -> bytes:
    """A workbook with other parts; a name's __ is a slash."""
    with ZipFile(BytesIO(content)) as archive:
        old = {name: archive.read(name) for name in archive.namelist()}
    return write_archive({**old, **{name.replace("__", "/"): part for name, part in parts.items()}})


def make_workbook(change: Any) -> bytes:  # noqa: ANN401 - a function that changes a sheet
    book = load_workbook(BytesIO(write_xlsx([COLUMNS, LYON])))
    change(book.active)
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


class TestEncodings:
    @pytest.mark.parametrize(("text", "encoding"), [(t, e) for t, all_ in TEXTS.items() for e in all_])
    def test_the_right_reading_is_among_those_that_are_possible(self, text: str, encoding: str) -> None:
        readings = find_readings(text.encode(encoding), list_known_words())
        assert text in [one.text for one in readings]
        if any(word in text for word in ("館", "馆", "관", "館", "Посольство")):
            assert len(readings) == 1

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
    @pytest.mark.parametrize("text", TEXTS)
    def test_unicode_is_read_with_and_without_a_mark(self, text: str, encoding: str) -> None:
        (reading,) = find_readings(text.encode(encoding))
        assert reading.text == text

    def test_two_possible_encodings_show_names_in_each_and_stop(self, lists: ListWorkspace) -> None:
        text = "id,city.ko\njp-osaka,오사카\njp-tokyo,도쿄\nkr-busan,부산\n"
        before = lists.text
        ending = lists.run(text.encode("cp949"), "--apply")
        assert ending.status == 2
        assert "    EUC-KR: 오사카,  도쿄,  부산" in ending.err
        assert "    GB18030: 坷荤墨," in ending.err
        assert "petitioner recipients import" in ending.err
        assert "--encoding EUC-KR" in ending.err
        assert lists.text == before
        told = lists.tell(text.encode("cp949"), "--encoding", "euc-kr")
        assert told["rows"][0]["changes"][0]["new"] == "오사카"

    def test_two_characters_that_happen_to_be_a_word_decide_nothing(self) -> None:
        text = "name,city\n驻汉堡,汉堡\n驻慕尼黑,慕尼黑\n"
        readings = find_readings(text.encode("gb18030"), ["廚査"])  # a part of a cell in EUC-JP
        assert len(readings) > 1

    def test_bytes_that_are_not_of_the_encoding_are_named(self, lists: ListWorkspace) -> None:
        ending = lists.run("id,telephone\njp-osaka,電話\n".encode("cp932"), "--encoding", "UTF-8")
        assert ending.status == 3
        assert "list.csv:2: bytes on this line are not UTF-8" in ending.err

    def test_an_unknown_encoding_is_a_mistake(self, lists: ListWorkspace) -> None:
        ending = lists.run("id\n", "--encoding", "shift-jiss")
        assert ending.status == 2
        assert "Did you mean 'Shift_JIS'?" in ending.err


class TestDelimiters:
    @pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
    def test_the_delimiter_is_found_by_the_names_of_the_columns(self, lists: ListWorkspace, delimiter: str) -> None:
        told = lists.tell(write_text([COLUMNS, LYON], delimiter), *ALL)
        assert told["sum"]["new"] == 1

    def test_excel_s_own_hint_is_read(self, lists: ListWorkspace) -> None:
        told = lists.tell("sep=;\r\n" + write_text([COLUMNS, LYON], ";"), *ALL)
        assert (told["sum"]["new"], told["rows"][0]["line"]) == (1, 3)

    @pytest.mark.parametrize("title", ["List of missions 2027", "List of missions 2027,,,,,,\n,,,,,,", '"A, B"\n2027'])
    def test_names_of_columns_below_a_title_are_found(self, lists: ListWorkspace, title: str) -> None:
        ending = lists.run(f"{title}\n" + write_text([COLUMNS, LYON], ","))
        line = title.count("\n") + 2
        assert ending.status == 3
        assert f"list.csv:{line}: the names of the columns are in this line, and other text is above it" in ending.err
        assert f"Delete the lines above line {line}, and save the list." in ending.err

    def test_two_possible_delimiters_show_names_in_each_and_stop(self, lists: ListWorkspace) -> None:
        ending = lists.run("a,b;c,d\n1,2;3,4\n5,6;7,8\n")
        assert ending.status == 2
        assert "comma: 1 | 2;3 | 4" in ending.err
        assert "semicolon: 1,2 | 3,4" in ending.err
        assert "--delimiter semicolon" in ending.err


class TestWorkbooks:
    def test_names_of_columns_below_a_title_are_found(self, lists: ListWorkspace) -> None:
        ending = lists.run(write_xlsx([["Missions 2027"], COLUMNS, LYON]), *ALL, name="list.xlsx")
        assert ending.status == 3
        assert "list.xlsx:2: the names of the columns are in this line, and other text is above it" in ending.err

    def test_several_sheets_are_named(self, lists: ListWorkspace) -> None:
        content = write_xlsx([COLUMNS, LYON], Old=[COLUMNS, LYON, LYON], Empty=[])
        ending = lists.run(content, *ALL, name="list.xlsx")
        assert ending.status == 2
        assert "list.xlsx has 2 sheets. Which one is the list?" in ending.err
        assert "    Old: 3 rows" in ending.err
        assert "--sheet Old" in ending.err
        assert lists.tell(content, *ALL, "--sheet", "List", name="list.xlsx")["sum"]["new"] == 1

    @pytest.mark.parametrize(
        ("place", "value", "format_", "code"),
        [
            ("F2", 9006, "General", "X113"),
            ("G2", 437248305, "General", "X113"),
            ("I2", True, "General", "X113"),
            ("E2", 46000, "yyyy-mm-dd", "X112"),
            ("G2", "=1+1", "General", "X111"),
        ],
    )
    def test_a_cell_that_excel_changed_is_named_with_its_row_and_left_out(
        self, lists: ListWorkspace, place: str, value: object, format_: str, code: str
    ) -> None:
        def change(sheet: Any) -> None:  # noqa: ANN401 - a sheet of openpyxl
            sheet[place] = value
            sheet[place].number_format = format_

        told = lists.tell(make_workbook(change), *ALL, name="list.xlsx")
        (problem,) = [one for one in told["problems"] if one["code"] == code]
        assert problem["line"] == 2
        assert problem["message"].startswith("column '")
        assert "(not imported)" in problem["message"]

    def test_a_number_for_a_day_is_not_a_day(self, lists: ListWorkspace) -> None:
        told = lists.tell(write_xlsx([["id", "verified"], ["jp-osaka", 46000]]), name="list.xlsx")
        assert [one["code"] for one in told["problems"]] == ["X112"]

    def test_merged_cells_are_refused(self, lists: ListWorkspace) -> None:
        content = make_workbook(lambda sheet: sheet.merge_cells("A2:A4"))
        ending = lists.run(content, *ALL, "--apply", name="list.xlsx")
        assert ending.status == 3
        assert (
            "list.xlsx:2: cells are merged, so it is not certain to which rows they belong: A2:A4 [X101]" in ending.err
        )

    def test_merged_cells_and_formulas_are_found_in_ods(self, lists: ListWorkspace) -> None:
        cell = '<table:table-cell table:number-rows-spanned="2" office:value-type="string"/>'
        merged = f"<table:table-row>{cell}</table:table-row>"
        ending = lists.run(write_ods([COLUMNS, LYON], merged), *ALL, name="list.ods")
        assert "cells are merged, so it is not certain to which rows they belong: A3:A4" in ending.err
        formula = (
            '<table:table-row><table:table-cell office:value-type="string"><text:p>jp-osaka</text:p></table:table-cell>'
            '<table:table-cell table:formula="of:=1+1" office:value-type="float" office:value="2"/></table:table-row>'
        )
        told = lists.tell(write_ods([["id", "telephone"]], formula), name="list.ods")
        assert [(one["code"], one["line"]) for one in told["problems"]] == [("X111", 2)]


def make_lying_archive() -> bytes:
    """A workbook whose sheet says that it is small, and becomes much larger."""
    sheet = b"<worksheet><sheetData>" + b" " * 200_000_000
    content = bytearray(spoil(write_xlsx([COLUMNS, LYON]), xl__worksheets__sheet1__xml=b""))
    with ZipFile(BytesIO(bytes(content))) as archive:
        old = {name: archive.read(name) for name in archive.namelist()}
    content = bytearray(write_archive({**old, "xl/worksheets/sheet1.xml": sheet}))
    at = content.rindex(struct.pack("<I", len(sheet)))
    content[at : at + 4] = struct.pack("<I", 1000)
    return bytes(content)


def make_plain(sheet: bytes) -> bytes:
    """A workbook whose sheet is this XML."""
    return spoil(write_xlsx([COLUMNS, LYON]), **{"xl__worksheets__sheet1.xml": sheet})


_SPACE = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504
BAD = {
    "notes.csv": (b"Dear all,\nhere is the list.\nBest\n", "it is not a table"),
    "empty.csv": (b"\n\n", "it has no rows"),
    "letter.pdf": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", "its type is application/pdf"),
    "macro.xlsm": (
        spoil(write_xlsx([COLUMNS, LYON]), xl__vbaProject_bin=b"", **{"xl__vbaProject.bin": b"x"}),
        "it holds macros",
    ),
    "old.xls": (_OLE + b"\t\x08", "it is in the old format of Excel"),
    "secret.xlsx": (_OLE + "EncryptedPackage".encode("utf-16-le"), "it is protected by a password"),
    "secret.ods": (
        spoil(write_ods([COLUMNS]), **{"META-INF__manifest.xml": b"<manifest:encryption-data/>"}),
        "it is protected by a password",
    ),
    "letter.docx": (write_archive({"[Content_Types].xml": "<x/>", "word/document.xml": "<x/>"}), "but not a workbook"),
    "cut.xlsx": (write_xlsx([COLUMNS, LYON])[:2000], "the workbook is damaged"),
    "bomb.xlsx": (make_plain(b"<worksheet>" + b" " * 200_000_000), "it becomes larger than 100 MB"),
    "liar.xlsx": (make_lying_archive(), "the workbook is damaged"),
    "far.xlsx": (
        make_plain(
            b"<worksheet "
            + _SPACE
            + b'><sheetData><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>'
        ),
        "it has 1048576 rows or more",
    ),
    "wide.xlsx": (
        make_plain(
            b"<worksheet " + _SPACE + b'><sheetData><row r="1"><c r="XFD1"><v>1</v></c></row></sheetData></worksheet>'
        ),
        "it has 16384 columns or more",
    ),
    "entities.xlsx": (
        make_plain(b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><worksheet>&b;</worksheet>'),
        "the workbook defines a document type",
    ),
    "long.csv": (b"id,telephone\n" + b"jp-osaka,06\n" * 100_000, "it has 100001 lines"),
    "long.xlsx": (None, "rows or more"),
    "repeated.ods": (
        write_ods(
            [COLUMNS],
            '<table:table-row table:number-rows-repeated="900000"><table:table-cell office:value-type="string">'
            "<text:p>x</text:p></table:table-cell></table:table-row>",
        ),
        "it has 900001 rows or more",
    ),
}


def make_long_workbook() -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("List")
    for number in range(21_000):
        sheet.append(["id", "telephone"] if number == 0 else ["jp-osaka", "06"])
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


@pytest.mark.parametrize("name", BAD)
def test_a_file_that_is_no_list_is_refused_with_a_way_out(lists: ListWorkspace, name: str) -> None:
    content, said = BAD[name]
    before = lists.text
    ending = lists.run(content if content is not None else make_long_workbook(), *ALL, "--apply", name=name)
    assert ending.status == 3, ending.err
    assert said in ending.err
    assert f"{name}" in ending.err
    assert "\n    " in ending.err  # what to do
    assert ending.out == ""
    assert lists.text == before
    assert not (lists.workspace.folder / "imports").exists()


def test_a_file_that_is_not_there_is_a_mistake_of_the_command(lists: ListWorkspace) -> None:
    ending = lists.workspace.run("recipients", "import", "nothing.csv")
    assert ending.status == 2
    assert "nothing.csv cannot be read" in ending.err


@pytest.mark.parametrize("name", ["bits.xlsx", "bits.ods"])
def test_a_damaged_workbook_never_shows_a_traceback(lists: ListWorkspace, name: str) -> None:
    whole = write_xlsx([COLUMNS, LYON]) if name.endswith("xlsx") else write_ods([COLUMNS, LYON])
    for at in range(0, len(whole), max(len(whole) // 40, 1)):
        broken = whole[:at] + bytes([whole[at] ^ 0x55]) + whole[at + 1 :]
        ending = lists.run(broken, *ALL, name=name)
        assert ending.status in (0, 1, 2, 3)
        assert "Traceback" not in ending.err
