"""``log export``: the log for other programs, for spreadsheets, and for whoever reads it in ten years."""

import csv
import json
import shlex
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest
from openpyxl import load_workbook

from conftest import WorkspaceCopy
from log_workspace import CAMPAIGN, LogWorkspace
from petitioner.log.export import COLUMNS

DOCS = Path(__file__).parents[2] / "docs" / "formats.md"


@pytest.fixture
def two_years(workspace: WorkspaceCopy) -> WorkspaceCopy:
    """A log of two years, with a slip, a formula in disguise, and a reply in several lines."""
    log_workspace = LogWorkspace(workspace.folder)
    log_workspace.add("posted", "jp-osaka", "jp-tokyo", on="2027-09-10")
    log_workspace.withdraw(2, '=HYPERLINK("http://example.org")')
    log_workspace.campaign = CAMPAIGN.model_copy(update={"id": "2028"})
    log_workspace.now = datetime(2028, 9, 12, 15, 30, tzinfo=UTC)
    log_workspace.add("posted", "jp-osaka", tracking="0012", note="+81 was dialled")
    log_workspace.add("replied", "jp-osaka", note="了解しました。\n敬具")
    return workspace


def read_csv(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(text, newline="")))


def test_without_a_format_it_is_csv_of_all_years_on_standard_output(two_years: WorkspaceCopy) -> None:
    ending = two_years.run("log", "export")
    assert ending.status == 0
    rows = read_csv(ending.out)
    assert list(rows[0]) == list(COLUMNS)
    assert [(row["id"], row["campaign"], row["recipient"], row["kind"]) for row in rows] == [
        ("1", "2027", "jp-osaka", "posted"),
        ("2", "2027", "jp-tokyo", "posted"),
        ("3", "2027", "jp-tokyo", "withdrawn"),
        ("4", "2028", "jp-osaka", "posted"),
        ("5", "2028", "jp-osaka", "replied"),
    ]
    assert (rows[1]["withdrawn_by"], rows[2]["withdraws"]) == ("3", "2")
    assert (rows[3]["tracking"], rows[3]["happened_on"], rows[3]["recorded_at"]) == (
        "0012",
        "2028-09-13",
        "2028-09-12T15:30:00Z",
    )
    assert rows[4]["note"] == "了解しました。\n敬具"
    assert "Next: petitioner log" in ending.err


@pytest.mark.parametrize(
    ("arguments", "instead"),
    [
        (["log", "export"], "log export --to log.xlsx"),
        (["log", "export", "--to", "a b.csv"], "log export --to 'a b.xlsx'"),
        (["--campaign", "2028", "log", "export"], "--campaign 2028 log export --to log.xlsx"),
    ],
)
def test_whoever_wants_names_in_excel_is_told_of_the_spreadsheet(
    two_years: WorkspaceCopy, monkeypatch: pytest.MonkeyPatch, arguments: list[str], instead: str
) -> None:
    monkeypatch.chdir(two_years.folder)
    assert f"Excel garbles the names in a CSV. For Excel: petitioner {instead}\n" in two_years.run(*arguments).err
    assert two_years.run(*shlex.split(instead)).status == 0


def test_what_a_spreadsheet_would_run_gets_an_apostrophe(two_years: WorkspaceCopy) -> None:
    rows = read_csv(two_years.run("log", "export", "--format", "csv").out)
    assert rows[2]["note"] == '\'=HYPERLINK("http://example.org")'
    assert rows[3]["note"] == "'+81 was dialled"


def test_one_campaign_can_be_chosen(two_years: WorkspaceCopy) -> None:
    rows = read_csv(two_years.run("--campaign", "2028", "log", "export").out)
    assert [row["id"] for row in rows] == ["4", "5"]
    ending = two_years.run("--campaign", "2029", "log", "export")
    assert (ending.status, ending.out) == (2, "")
    assert "The log has nothing of 2029; it has 2027, 2028." in ending.err


def test_json_holds_everything_and_its_names_are_documented(two_years: WorkspaceCopy) -> None:
    said = json.loads(two_years.run("log", "export", "--format", "json").out)
    assert (said["format"], said["version"], len(said["events"])) == ("petitioner mailing log", 1, 5)
    assert said["tip"] == said["events"][-1]["hash"]
    documented = DOCS.read_text("utf-8")
    names = {*said, *said["events"][0], *COLUMNS}
    assert {name for name in names if f"`{name}`" not in documented} == set()


def test_a_spreadsheet_has_a_sheet_a_year_with_real_dates_and_filters(two_years: WorkspaceCopy) -> None:
    target = two_years.folder / "log.xlsx"
    ending = two_years.run("log", "export", "--to", str(target))
    assert (ending.status, ending.out) == (0, "")
    assert f"5 events are in {target}." in ending.err
    book = load_workbook(target)
    assert book.sheetnames == ["2027", "2028"]
    sheet = book["2028"]
    row = dict(zip(COLUMNS, sheet[2], strict=True))
    assert [cell.value for cell in sheet[1]] == list(COLUMNS)
    assert row["happened_on"].value == datetime(2028, 9, 13)  # noqa: DTZ001 - a spreadsheet knows no zones
    assert row["happened_on"].is_date
    assert row["recorded_at"].value == datetime(2028, 9, 12, 15, 30)  # noqa: DTZ001 - as above
    assert (row["id"].value, row["tracking"].value) == (4, "0012")
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("B2", "A1:AE3")
    assert sheet.column_dimensions["N"].width > 30


def test_no_cell_of_a_spreadsheet_is_a_formula_or_a_link(two_years: WorkspaceCopy) -> None:
    target = two_years.folder / "log.xlsx"
    two_years.run("log", "export", "--to", str(target))
    cells = [cell for sheet in load_workbook(target) for row in sheet.iter_rows() for cell in row]
    assert '=HYPERLINK("http://example.org")' in {cell.value for cell in cells}
    assert {cell.data_type for cell in cells} <= {"s", "n", "d"}
    assert not any(cell.hyperlink for cell in cells)


def test_the_same_log_gives_the_same_bytes(two_years: WorkspaceCopy) -> None:
    contents = set()
    for name in ("a.xlsx", "b.xlsx"):
        two_years.run("log", "export", "--to", str(two_years.folder / name))
        contents.add((two_years.folder / name).read_bytes())
    assert len(contents) == 1


def test_a_log_that_was_not_begun_gives_headings(workspace: WorkspaceCopy) -> None:
    assert workspace.run("log", "export").out == ",".join(COLUMNS) + "\r\n"
    target = workspace.folder / "log.xlsx"
    assert workspace.run("log", "export", "--to", str(target)).status == 0
    assert [cell.value for cell in load_workbook(target)["empty"][1]] == list(COLUMNS)
    assert not (workspace.folder / "mailing-log.sqlite").exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--format", "exel"], "'exel' is not a format; write csv, json or xlsx."),
        (["--to", "log.doc"], "'doc' is not a format"),
        (["--format", "xlsx"], "A spreadsheet cannot be printed on a terminal."),
        (["--to", "recipients.yaml", "--format", "csv"], "recipients.yaml does not end in .csv."),
        (["--to", "mailing-log.sqlite", "--format", "json"], "mailing-log.sqlite does not end in .json."),
    ],
)
def test_no_slip_of_the_hand_writes_over_another_file(
    two_years: WorkspaceCopy, arguments: list[str], words: str
) -> None:
    before = {path: path.read_bytes() for path in two_years.folder.rglob("*") if path.is_file()}
    ending = two_years.run("log", "export", *arguments)
    assert ending.status == 2
    assert words in ending.err
    assert {path: path.read_bytes() for path in two_years.folder.rglob("*") if path.is_file()} == before


def test_a_file_that_cannot_be_written_is_told(two_years: WorkspaceCopy) -> None:
    (two_years.folder / "log.csv").mkdir()
    ending = two_years.run("log", "export", "--to", str(two_years.folder / "log.csv"))
    assert ending.status == 1
    assert "log.csv cannot be written (" in ending.err
