"""Every kind of dirt that real lists have is named with its line and column, and left for a person."""

from typing import Any

import pytest

from conftest import WorkspaceCopy
from recipient_lists import COLUMNS, LYON, SPOKEN, ListWorkspace, change, write_text

ALL = (*SPOKEN, "--set", "languages=en", "--set", "channels=post")
EXPORTER = (
    *("operator", "operatorQID", "jurisdictions", "jurisdictionQIDs", "country", "countryQID", "city", "cityQID"),
    *("address", "latitude", "longitude", "phone", "email", "website", "facebook", "twitter", "youtube"),
    *("type", "typeQID", "creation", "QID"),
)
CHINA, MINISTRY = ("http://www.wikidata.org/entity/Q148", "http://www.wikidata.org/entity/Q1155502")
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "cp932", "gb18030", "cp949")

# Cells that real lists have, what the message says, its code, and if the cell is left out (or the row, or neither).
CELLS = [
    ("email", "无邮箱", "'无邮箱' is not a value", "R310", "cell"),
    ("phone", "None", "'None' is not a value", "R310", "cell"),
    ("website", "-", "'-' is not a value", "R310", "cell"),
    ("address", "nan", "'nan' is not a value", "R310", "cell"),
    ("email", "https://lyon.example.cn/", "is the address of a website", "R313", "cell"),
    ("email", "lyon@mfa.gov.추", "ends in '.추', which is not a domain", "R313", "cell"),
    ("email", "mailto:lyon@example.cn", "starts with 'mailto:'", "R313", "cell"),
    ("email", "lyon@example.cn; visa@example.cn", "holds more than one value, separated by ';'", "X114", "cell"),
    ("email", "lyon@wanadoo.fr", "is free mail, which anybody can open", "R320", "kept"),
    ("phone", "0033-437248305（本部），437248306（領事部）", "is more than one telephone number", "R322", "cell"),
    ("phone", "04 37 24 83 05 / 06", "holds more than one value, separated by '/'", "X114", "cell"),
    ("phone", "A; B; C", "holds more than one value, separated by ';'", "X114", "cell"),
    ("phone", "437248305", "a zero at its beginning may be lost", "X113", "cell"),
    ("phone", "738-1038", "is too long or too short for a number in FR", "R322", "cell"),
    ("phone", "=HYPERLINK(1)", "is a formula", "X111", "cell"),
    ("phone", "#REF!", "is an error of a spreadsheet", "X111", "cell"),
    ("postal_code", "9006", "a zero at its beginning may be lost", "X113", "cell"),
    ("address", "26 rue&nbsp;Louis Blanc\n69006 LYON", "'&nbsp;' is HTML", "R311", "cell"),
    ("address", "<b>26</b> rue\n69006 LYON", "'<b>' is HTML", "R311", "cell"),
    ("address", "Gr?nsakstorget\n69006 LYON", "a question mark inside a word replaces a lost letter", "R312", "cell"),
    ("address", "SchanzenstraÃŸe\n69006 LYON", "letters were damaged", "R312", "cell"),
    ("address", "ELBCHAUSSEE 268，HAMBURG\n69006 LYON", "punctuation of another script", "R327", "kept"),
    ("address", "ELBCHAUSSEE AM HAFEN\n69006 LYON", "the line is in capitals only", "R327", "kept"),
    ("address", "26 rue  Louis Blanc\n69006 LYON", "two spaces in a row", "R327", "kept"),
    ("address", "26 rue\n69006 LYON, FRANCE", "is the country", "R326", "kept"),
    ("address", "69006 LYON, 69006", "69006 is written twice", "R324", "kept"),
    ("address", "26 rue\n69006", "'Lyon' is not in the en lines", "R325", "kept"),
    ("city", "6th arrondissement of Lyon", "is a part of a city, or a region", "X117", "row"),
    ("city", "Minato-ku", "is a part of a city, or a region", "X117", "row"),
    ("city", "Auckland Region", "is a part of a city, or a region", "X117", "row"),
    ("city", "", "the row has no 'city'", "X118", "row"),
    ("city", "里昂", "no id can be made of a city that is not in Latin letters", "X118", "row"),
    ("country", "Kingdom of Atlantis", "is not the name or the code of one country", "R304", "row"),
    ("country", "Korea", "is not the name or the code of one country", "R304", "row"),
    ("kind", "defunct diplomatic mission", "is not a kind of mission", "X116", "row"),
    ("kind", "de facto embassy", "is not a kind of mission", "X116", "row"),
    ("name", "Gr?nsakstorget", "a question mark inside a word replaces a lost letter", "R312", "row"),
    ("name", "Consulate\nin Lyon", "has more than one line", "X114", "row"),
    ("name", "Con\u200bsulate", "contains U+200B", "V204", "row"),
    ("phone", "+33 4 37\u202e24 83 05", "contains U+202E", "V204", "cell"),
]


@pytest.fixture
def lists(workspace: WorkspaceCopy) -> ListWorkspace:
    return ListWorkspace(workspace)


def find_problems(told: Any, line: int) -> list[tuple[str, str]]:  # noqa: ANN401 - JSON
    return [(one["code"], one["message"]) for one in told["problems"] if one["line"] == line]


@pytest.mark.parametrize(("column", "cell", "said", "code", "left"), CELLS, ids=[f"{c}: {v!r}" for c, v, *_ in CELLS])
def test_a_dirty_cell_is_named_and_what_cannot_be_used_is_left(
    lists: ListWorkspace, column: str, cell: str, said: str, code: str, left: str
) -> None:
    place = {"phone": "telephone", "address": "address.lines.en", "postal_code": "address.postal_code"}.get(
        column, column
    )
    told = lists.tell(write_text([COLUMNS, change(LYON, **{column: cell})]), *ALL)
    (row,) = told["rows"]
    messages = find_problems(told, 2)
    found = [message for number, message in messages if number == code and said in message]
    assert found, messages
    if cell and column != "city":
        assert f"column '{column.replace('_', ' ')}': " in found[0]
    assert row["outcome"] == ("left" if left == "row" else "new")
    taken = {one["place"]: one["new"] for one in row["changes"]}
    if left == "kept":
        assert taken[place] == cell
    elif left == "cell":
        assert place not in taken
    assert lists.workspace.run("check").status == 0


def test_all_mistakes_of_a_row_are_named_at_once(lists: ListWorkspace) -> None:
    told = lists.tell(
        write_text([COLUMNS, change(LYON, city="里昂", phone="437248305", email="mailto:a@example.cn")]), *ALL
    )
    assert {code for code, _ in find_problems(told, 2)} == {"X118", "X113", "R313", "R325"}
    assert [(row["id"], row["outcome"]) for row in told["rows"]] == [("", "left")]


@pytest.mark.parametrize(
    ("country", "code"),
    [("Kingdom of Denmark", "DK"), ("Republic of Ireland", "IE"), ("Czech Republic", "CZ"), ("Turkey", "TR"),
     ("Cape Verde", "CV"), ("日本", "JP"), ("대한민국", "KR"), ("法国", "FR"), ("FR", "FR")],
)  # fmt: skip
def test_countries_are_known_by_the_names_that_lists_use(lists: ListWorkspace, country: str, code: str) -> None:
    row = change(LYON, country=country, phone="", postal_code="", address="")
    (told,) = lists.tell(write_text([COLUMNS, row]), *SPOKEN)["rows"]
    assert {one["place"]: one["new"] for one in told["changes"]}["country"] == code


def test_spaces_around_a_value_are_not_a_part_of_it(lists: ListWorkspace) -> None:
    row = change(LYON, phone="+33 4 37 24 83 05\u3000", website="\t")
    (told,) = lists.tell(write_text([COLUMNS, row]), *ALL)["rows"]
    taken = {one["place"]: one["new"] for one in told["changes"]}
    assert taken["telephone"] == "+33 4 37 24 83 05"
    assert "website" not in taken


def test_diacritics_become_an_id_in_ascii(lists: ListWorkspace) -> None:
    cities = {
        "Brasília": "brasilia",
        "Chișinău": "chisinau",
        "Gdańsk": "gdansk",
        "São Tomé": "sao-tome",
        "Łódź": "lodz",
    }
    bare = change(LYON, phone="", email="", website="", address="", postal_code="")
    rows = [change(bare, city=city, name=f"Consulate in {city}") for city in cities]
    told = lists.tell(write_text([COLUMNS, *rows]), *SPOKEN)["rows"]
    assert [row["id"] for row in told] == [f"fr-{slug}" for slug in cities.values()]


def test_the_neighbour_s_data_is_named(lists: ListWorkspace) -> None:
    khabarovsk = change(LYON, city="Nice", name="Consulate-General in Nice", email="nice@example.cn", phone="",
                        website="", address="", postal_code="")  # fmt: skip
    vladivostok = change(khabarovsk, city="Lyon", name="Consulate-General in Lyon")
    told = lists.tell(write_text([COLUMNS, khabarovsk, vladivostok]), *SPOKEN)
    messages = find_problems(told, 3)
    assert any(code == "R335" and "seems to belong to fr-nice" in message for code, message in messages), messages


def test_a_row_without_a_city_is_told_so_once_and_in_the_words_of_a_list(lists: ListWorkspace) -> None:
    rows = [["id", *COLUMNS], ["fr-lyon", *change(LYON, city="")], ["", *change(LYON, city="")]]
    told = lists.tell(write_text(rows), *SPOKEN)
    for line in (2, 4):
        assert find_problems(told, line) == [("X118", "the row has no 'city'")]


def test_a_straight_and_a_curly_apostrophe_are_one_name(lists: ListWorkspace) -> None:
    bare = change(LYON, kind="embassy", country="JP", city="東京", address="", postal_code="", email="", website="")
    row = change(bare, name="Embassy of the People’s Republic of China in Japan", phone="03-3403-3388")
    options = ("--map", "city=city.ja", *SPOKEN[2:])
    assert lists.tell(write_text([COLUMNS, row]), *options)["rows"][0]["id"] == "jp-tokyo"


def test_a_typing_error_in_a_name_is_named_where_nearly_all_others_are_right(lists: ListWorkspace) -> None:
    names = {
        f"City{letter}": f"Embassy of the People's Republic of China in City{letter}" for letter in "abcdefghijklmn"
    }
    names["Cityc"], names["Cityd"] = "Embassy of the People's Repeblic of China in Cityc", "Embassy ofchina in Cityd"
    names["Citye"] = "Consular Section of the Embassy in Citye"
    bare = change(LYON, kind="office", phone="", email="", website="", address="", postal_code="")
    told = lists.tell(
        write_text([COLUMNS, *(change(bare, city=city, name=name) for city, name in names.items())]), *SPOKEN
    )
    found = {one["line"]: one["message"] for one in told["problems"] if one["code"] == "X121"}
    assert found.keys() == {4, 5}
    assert "'Repeblic' may be a typing error: 11 names have 'republic'" in found[4]
    assert told["sum"]["new"] == 14


class TestBrokenTables:
    def test_rows_of_unquoted_html_are_left_and_counted(self, lists: ListWorkspace) -> None:
        header = ";".join(COLUMNS) + ";"
        sound = ";".join(cell.replace("\n", " ") for cell in LYON)
        broken = "embassy;France;Paris;<p>Embassy;of China;</p>\n<p>20 rue Monsieur\n</p>;75007;;;;;;;;;;;;"
        told = lists.tell(f"{header}\n{sound}\n{broken}\n", *ALL)
        assert [row["outcome"] for row in told["rows"]] == ["new", "left", "left", "left"]
        assert {code for code, _ in find_problems(told, 4)} == {"X110"}

    def test_the_first_part_of_a_broken_row_is_not_taken(self, lists: ListWorkspace) -> None:
        told = lists.tell(write_text([COLUMNS, LYON[:5]]), *ALL)
        assert told["rows"][0]["reason"].startswith("the row has 5 cells, but there are 9 columns; the last cell is ")

    def test_a_row_with_too_many_cells_is_left(self, lists: ListWorkspace) -> None:
        told = lists.tell(write_text([COLUMNS, [*LYON, "and more"]]), *ALL)
        assert told["rows"][0]["reason"].startswith("the row has 10 cells, but there are 9 columns")

    def test_empty_rows_and_a_stray_delimiter_do_not_matter(self, lists: ListWorkspace) -> None:
        text = write_text([[*COLUMNS, ""], [""], LYON, ["", "", ""]], ";")
        told = lists.tell(text, *ALL)
        assert told["sum"]["rows"] == told["sum"]["new"] == 1

    def test_a_quotation_mark_that_does_not_match_stops_the_import(self, lists: ListWorkspace) -> None:
        text = write_text([COLUMNS, LYON]) + 'embassy,France,Paris,"Embassy "of China" in Paris",,,,,\n'
        ending = lists.run(text, *ALL)
        assert ending.status == 3
        assert "list.csv:4: the quotation marks of this row do not match" in ending.err


def make_exporter_row(**cells: str) -> list[str]:
    """A row of the public exporter, with invented values."""
    usual = {
        "operator": "People's Republic of China",
        "operatorQID": CHINA,
        "type": "embassy",
        "QID": f"Q-{cells['country']}",
    }
    return [{**usual, **cells}.get(name, "") for name in EXPORTER]


class TestPublicExporter:
    ROWS = (
        make_exporter_row(country="Germany", city="", operatorQID=MINISTRY, QID="Q2"),
        make_exporter_row(
            country="Albania", city="Tirana", website="http://al.example.cn", creation="1954-01-01T00:00:00Z"
        ),
        make_exporter_row(
            country="Bangladesh", city="Dhaka", email="mailto:dhaka@example.cn", phone="+880-2-222260103"
        ),
        make_exporter_row(country="Bulgaria", city="Sofia", QID="Q108938016"),
        make_exporter_row(country="Bulgaria", city="Sofia", QID="Q114520637"),
        make_exporter_row(
            country="Sweden", city="Oslo", operator="Sweden", operatorQID="http://www.wikidata.org/entity/Q34"
        ),
        make_exporter_row(country="Spain", city="Madrid", QID="Q5"),
        make_exporter_row(country="Spain", city="Madrid", type="consulate general", QID="Q6"),
        make_exporter_row(country="Taiwan", city="", type="de facto embassy"),
    )

    def test_its_columns_are_known_and_every_row_is_accounted_for(self, lists: ListWorkspace) -> None:
        told = lists.tell(write_text([EXPORTER, *self.ROWS]), "--apply")
        assert [(row["id"], row["outcome"]) for row in told["rows"]] == [
            ("", "left"),
            ("al-tirana", "new"),
            ("bd-dhaka", "new"),
            ("bg-sofia", "new"),
            ("", "left"),
            ("", "left"),
            ("es-madrid", "new"),
            ("es-madrid-consulate-general", "new"),
            ("", "left"),
        ]
        assert "name: {en: Consulate-General of the People’s Republic of China in Madrid}" in lists.text
        assert lists.workspace.run("check").status == 0

    def test_a_name_that_was_put_together_never_replaces_a_person_s(self, lists: ListWorkspace) -> None:
        lists.tell(write_text([EXPORTER, *self.ROWS]), "--apply")
        lists.workspace.edit(
            "recipients.yaml", "Embassy of the People’s Republic of China in Albania", "Chinese Embassy"
        )
        before = lists.text
        told = lists.tell(write_text([EXPORTER, *self.ROWS]), "--apply")
        assert told["sum"]["changed"] == 0
        assert lists.text == before

    def test_a_mission_is_known_again_by_its_key_after_it_moved(self, lists: ListWorkspace) -> None:
        lists.tell(
            write_text([EXPORTER, make_exporter_row(country="Myanmar", city="Yangon", type="consulate general")]),
            "--apply",
        )
        moved = make_exporter_row(country="Myanmar", city="Naypyidaw", type="consulate general")
        told = lists.tell(write_text([EXPORTER, moved]))
        assert [(row["id"], row["outcome"]) for row in told["rows"]] == [("mm-yangon", "changed")]


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_dirty_list_is_read_from_each_encoding(lists: ListWorkspace, encoding: str) -> None:
    kinds = {"cp932": "総領事館", "gb18030": "总领事馆", "cp949": "총영사관"}
    kind = kinds.get(encoding, "総領事館")
    dirty = [cell for cell in CELLS if _can_encode(cell[1], encoding)]
    rows = [change(LYON, kind=kind, **{column: cell}) for column, cell, *_ in dirty if column != "kind"]
    told = lists.tell(write_text([COLUMNS, *rows]).encode(encoding), *ALL)
    assert told["sum"]["rows"] == len(rows)
    assert told["sum"]["left"] >= len(rows) - 1  # all are about one mission
    named = {code for one in told["problems"] for code in [one["code"]]}
    assert {"X119", "X117", "X118", "R304"} <= named


def _can_encode(text: str, encoding: str) -> bool:
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True
