"""Recipients and campaign are remembered as they were read, and read again whenever anything is different."""

import json
from pathlib import Path

import pytest

import petitioner.inputs.workspace
from conftest import WorkspaceCopy
from petitioner.errors import Problem
from petitioner.inputs.settings import locate_cache
from petitioner.inputs.workspace import read_records
from petitioner.model.recipient import Campaign, Recipient
from petitioner.user_data.records import recall_records

TESTS = Path(__file__).parents[1]
WORKSPACES = [TESTS / "data" / "small", TESTS.parent / "examples" / "worldwide", TESTS.parent / "examples" / "showcase"]


def find_memory() -> Path:
    (path,) = (locate_cache() / "records").glob("*.json")
    return path


def recall(folder: Path, campaign: str | None = None) -> tuple[tuple[Recipient, ...], Campaign | None]:
    people, mailing, _ = recall_records(folder, campaign)
    return people, mailing


@pytest.fixture
def readings(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The folders that were read, and not recalled."""
    folders: list[Path] = []

    def read(
        folder: Path, campaign: str | None = None
    ) -> tuple[tuple[Recipient, ...], Campaign | None, tuple[Problem, ...]]:
        folders.append(folder)
        return read_records(folder, campaign)

    monkeypatch.setattr(petitioner.inputs.workspace, "read_records", read)
    return folders


@pytest.mark.parametrize("folder", WORKSPACES, ids=lambda one: one.name)
def test_what_is_recalled_is_what_was_read(folder: Path, readings: list[Path]) -> None:
    people, mailing, _ = read_records(folder)
    assert recall(folder) == recall(folder) == (people, mailing)
    assert len(readings) == 1
    assert [one.origin for one in recall(folder)[0]] == [one.origin for one in people]
    assert [one.model_fields_set for one in recall(folder)[0]] == [one.model_fields_set for one in people]


def test_a_changed_file_is_read_again(workspace: WorkspaceCopy, readings: list[Path]) -> None:
    recall(workspace.folder)
    workspace.edit("recipients.yaml", "港区元麻布3-4-33", "港区元麻布9-9-99")
    assert "9-9-99" in str(recall(workspace.folder)[0])
    workspace.edit("letters/2027/campaign.yaml", "day: 2027-09-24", "day: 2027-09-25")
    _, mailing = recall(workspace.folder)
    assert mailing
    assert mailing.day.day == 25
    assert len(readings) == 3


def test_another_campaign_is_read_and_remembered_instead(workspace: WorkspaceCopy, readings: list[Path]) -> None:
    text = (workspace.folder / "letters/2027/campaign.yaml").read_text()
    workspace.write("letters/2028/campaign.yaml", text.replace("2027", "2028"))
    found = [recall(workspace.folder, year)[1] for year in ("2027", "2028", None)]
    assert [one.id for one in found if one] == ["2027", "2028", "2028"]
    assert len(readings) == 2
    assert recall(workspace.folder, "2029")[1] is None


def test_what_has_errors_is_not_remembered(workspace: WorkspaceCopy) -> None:
    workspace.edit("recipients.yaml", "kind: embassy", "kind: ambassy")
    said = [workspace.run("log") for _ in range(2)]
    assert said[0] == said[1]
    assert "recipients.yaml:" in said[0].err
    assert not (locate_cache() / "records").exists()


def test_a_spoilt_memory_is_passed_over_and_made_again(workspace: WorkspaceCopy, readings: list[Path]) -> None:
    people, _ = recall(workspace.folder)
    whole = find_memory().read_bytes()
    hash_, _, body = whole.partition(b"\n")
    changed = body.replace(b"jp-tokyo", b"jp-kyoto", 1)
    for content in (b"", b"\n", whole[:-5], hash_ + b"\n" + changed, b"\xff\n" + body, json.dumps([]).encode()):
        find_memory().write_bytes(content)
        assert recall(workspace.folder)[0] == people
        assert find_memory().read_bytes() == whole
    assert len(readings) == 7


def test_without_a_place_to_remember_everything_works(workspace: WorkspaceCopy) -> None:
    locate_cache().parent.mkdir(parents=True, exist_ok=True)
    locate_cache().write_text("a file where the folder should be")
    people, _ = recall(workspace.folder)
    assert recall(workspace.folder)[0] == people != ()
