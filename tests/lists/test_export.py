"""``petitioner recipients export``: a table that comes back unchanged, and that Excel does not run."""

import csv
from datetime import date
from io import BytesIO, StringIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from conftest import WorkspaceCopy
from petitioner.lists.columns import map_columns
from petitioner.lists.editing import format_entry
from petitioner.lists.export import make_rows, write_workbook
from petitioner.lists.fields import flatten_recipients, list_patterns
from petitioner.lists.plan import ListFile, make_plan
from petitioner.lists.reading import ReadOptions, read_list
from petitioner.source.table import remove_apostrophe, write_csv
from petitioner.source.yaml import parse_yaml

DAY = date(2027, 9, 1)
EXPORT = ("recipients", "export")


@pytest.mark.parametrize("name", ["list.csv", "list.xlsx"])
@pytest.mark.parametrize("origin", ["workspace", "real", "seoul", "five_languages", "showcase"])
def test_what_was_exported_is_imported_without_a_change(origin: str, name: str, request: pytest.FixtureRequest) -> None:
    workspace: WorkspaceCopy = request.getfixturevalue(origin)
    path = workspace.folder / "recipients.yaml"
    before = path.read_bytes()
    assert workspace.run(*EXPORT, "--to", str(workspace.folder / name)).status == 0
    ending = workspace.run("recipients", "import", str(workspace.folder / name), "--apply")
    assert ending.status == 0, ending.err
    assert " 0 new, 0 changed" in ending.out
    assert path.read_bytes() == before


def test_the_table_has_a_column_for_each_place(workspace: WorkspaceCopy) -> None:
    rows = list(csv.reader(StringIO(workspace.run(*EXPORT).out)))
    assert rows[0] == [
        "id", "kind", "country", "city.en", "city.ja", "name.en", "name.ja", "address.lines.ja", "address.lines.en",
        "address.postal_code", "languages", "channels",
    ]  # fmt: skip
    assert rows[1][7:] == [
        "〒106-0046\n東京都港区元麻布3-4-33",
        "3-4-33 Moto-Azabu\nMinato-ku, Tokyo 106-0046",
        "106-0046",
        "ja\nen",
        "post",
    ]


def test_excel_runs_nothing_of_it(workspace: WorkspaceCopy) -> None:
    workspace.edit(
        "recipients.yaml",
        "languages: [ja, en]",
        'languages: [ja, en]\n    telephone: +81-3-3403-3388\n    hold: "=cmd|x!A1"',
    )
    to = workspace.folder / "list"
    workspace.run(*EXPORT, "--to", f"{to}.csv")
    text = Path(f"{to}.csv").read_bytes().decode()
    assert text.startswith("\ufeffid,")
    cells = {cell for row in csv.reader(StringIO(text)) for cell in row}
    assert {"'+81-3-3403-3388", "'=cmd|x!A1"} <= cells
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in cells)
    workspace.run(*EXPORT, "--to", f"{to}.xlsx")
    sheet = load_workbook(BytesIO(Path(f"{to}.xlsx").read_bytes())).active
    found = [cell for row in sheet.iter_rows() for cell in row if cell.value in ("+81-3-3403-3388", "=cmd|x!A1")]
    assert [(cell.data_type, cell.number_format) for cell in found] == [("s", "@"), ("s", "@")]


def test_a_cell_that_a_person_corrected_in_excel_is_taken(workspace: WorkspaceCopy) -> None:
    to = workspace.folder / "list.xlsx"
    workspace.run(*EXPORT, "--to", str(to))
    workspace.run("recipients", "import", str(to), "--apply")
    book = load_workbook(to)
    assert book.active["H2"].value == "〒106-0046\n東京都港区元麻布3-4-33"
    book.active["H2"] = "〒106-0046\n東京都港区元麻布3-4-34"
    book.save(to)
    ending = workspace.run("recipients", "import", str(to), "--apply")
    assert "〒106-0046 / 東京都港区元麻布3-4-33 → 〒106-0046 / 東京都港区元麻布3-4-34" in ending.out
    assert "ja: [〒106-0046, 東京都港区元麻布3-4-34]" in (workspace.folder / "recipients.yaml").read_text("utf-8")


@pytest.mark.parametrize(
    ("to", "status", "said"),
    [
        ("list.ods", 2, "ends neither in .csv nor in .xlsx"),
        ("recipients.yaml", 2, "Name it so:"),
        ("no/list.csv", 0, ""),
    ],
)
def test_a_file_of_another_kind_is_not_overwritten(workspace: WorkspaceCopy, to: str, status: int, said: str) -> None:
    before = (workspace.folder / "recipients.yaml").read_bytes()
    ending = workspace.run(*EXPORT, "--to", str(workspace.folder / to))
    assert ending.status == status
    assert said in ending.err
    assert (workspace.folder / "recipients.yaml").read_bytes() == before


# Characters that are special in YAML, CSV and spreadsheets, and of several scripts.
WORDS = (
    st.text(st.sampled_from("aB0 é大館관'\"=+-@＝,;|:#{}[]&*!?%/.\\~"), min_size=1, max_size=12)
    .map(str.strip)
    .filter(bool)
)
LINES = st.lists(WORDS, min_size=1, max_size=3).map("\n".join)
CASES = {"LANG": st.sampled_from(["en", "ja", "zh-Hans", "ru"]), "CASE": st.sampled_from(["genitive", "dative"])}
FIXED = {
    "kind": st.sampled_from(["embassy", "office"]),
    "country": st.sampled_from(["JP", "NO"]),
    "languages": st.just("en"),
    "channels": st.just("post"),
    "head.confirmed": st.just("2027-08-20"),
    "verified": st.just("2027-08-20"),
    "closed": st.just("2026-01-01"),
    "as_of": st.just("2013-03"),
    "shares_with": st.just("jp-x"),
    "email": st.just("a@example.cn"),
}


@st.composite
def recipients(draw: st.DrawFn) -> dict[str, str]:
    """Texts of a recipient by their places, with what each must have."""
    needed = {
        "kind": draw(FIXED["kind"]),
        "country": "JP",
        "city.en": draw(WORDS),
        "name.en": draw(WORDS),
        "skip": "x y z",
    }
    needed |= {"languages": "en", "channels": "post", "address.lines.en": draw(LINES)}
    for pattern, is_list in list_patterns().items():
        if pattern not in ("id", "formerly", "address.postal_code") and draw(st.booleans()):
            place = ".".join(draw(CASES[step]) if step in CASES else step for step in pattern.split("."))
            needed.setdefault(place, draw(FIXED.get(pattern, LINES if is_list else WORDS)))
    return needed


@given(st.lists(recipients(), min_size=1, max_size=3), st.sampled_from(["csv", "xlsx"]))
def test_any_recipients_come_back_unchanged(all_: list[dict[str, str]], form: str) -> None:
    text = "recipients:\n" + "\n".join(format_entry({"id": f"jp-{number}x", **one}) for number, one in enumerate(all_))
    document, problems = parse_yaml("recipients.yaml", text)
    assert document is not None
    assert problems == ()
    rows = make_rows(flatten_recipients(document).values())
    content = write_csv(rows).encode() if form == "csv" else write_workbook(rows)
    table, is_text = read_list(
        content,
        "list",
        ReadOptions(encoding="UTF-8" if form == "csv" else None, delimiter="comma" if form == "csv" else None),
    )
    plan = make_plan(ListFile("list", table, map_columns(table, {}, {}), is_text), text, document, {}, DAY)
    assert plan.text == text
    assert [one.changes for one in plan.rows] == [()] * len(all_)


@given(st.text(st.sampled_from("'=+-@a＝\t"), max_size=6))
def test_the_apostrophe_goes_as_it_came(text: str) -> None:
    (row,) = csv.reader(StringIO(write_csv([[text, "x"]]), newline=""))
    assert remove_apostrophe(row[0]) == text
