"""A letter is free for another log again once the log that recorded it has withdrawn that, and not before."""

import json
import shutil

import pytest

from conftest import WorkspaceCopy
from paper_workspace import approve_all
from petitioner.user_data.claims import locate_claims


@pytest.fixture
def practice(workspace: WorkspaceCopy, capsys: pytest.CaptureFixture[str]) -> WorkspaceCopy:
    """A copy of the workspace, in which somebody tries the commands; both have the same missions and addresses."""
    shutil.copytree(workspace.folder, workspace.folder.with_name("practice"))
    made = WorkspaceCopy(workspace.folder.with_name("practice"), capsys)
    made.run("log", "add", "printed", "jp-tokyo")
    made.run("log", "add", "posted", "jp-tokyo")
    return made


def undo_twice(practice: WorkspaceCopy) -> None:
    for _ in range(2):
        assert practice.run("log", "undo", "--yes", "--because", "practice").status == 0


def print_all(workspace: WorkspaceCopy) -> tuple[int, set[str], str]:
    """The exit status of `print`, the recipients of the run, and the messages."""
    ending = workspace.run("print")
    given = json.loads(workspace.run("print", "--json").out)
    return ending.status, {one["recipient"] for one in given["packets"]}, ending.err


def test_a_packet_that_another_log_has_is_left_out_and_the_summary_and_the_status_show_it(
    workspace: WorkspaceCopy, practice: WorkspaceCopy
) -> None:
    assert practice.folder.exists()
    approve_all(workspace)
    status, printed, err = print_all(workspace)
    assert (status, printed) == (1, {"jp-osaka"})
    assert "1 packet left out that may have been sent or printed before: jp-tokyo." in err


def test_it_is_free_once_the_other_log_has_taken_back_both_entries(
    workspace: WorkspaceCopy, practice: WorkspaceCopy
) -> None:
    undo_twice(practice)
    approve_all(workspace)
    assert print_all(workspace)[:2] == (0, {"jp-osaka", "jp-tokyo"})


def test_it_is_not_free_while_one_of_them_counts(workspace: WorkspaceCopy, practice: WorkspaceCopy) -> None:
    practice.run("log", "undo", "--yes", "--because", "practice")
    approve_all(workspace)
    status, printed, err = print_all(workspace)
    assert (status, printed) == (1, {"jp-osaka"})
    assert "another log began to print it" in err or "another log has it as 'printed'" in err


def test_it_is_taken_again_by_whoever_records_it_next(workspace: WorkspaceCopy, practice: WorkspaceCopy) -> None:
    undo_twice(practice)
    practice.run("log", "add", "posted", "jp-tokyo")
    approve_all(workspace)
    assert print_all(workspace)[:2] == (1, {"jp-osaka"})
    undo_twice_of_one = practice.run("log", "undo", "--yes", "--because", "practice")
    assert undo_twice_of_one.status == 0
    assert print_all(workspace)[1] == {"jp-osaka", "jp-tokyo"}
    workspace.run("log", "add", "posted", "jp-tokyo")
    approve_all(practice)
    assert print_all(practice)[:2] == (1, {"jp-osaka"})


def test_a_withdrawal_that_could_not_be_noted_is_noted_by_the_next_command(
    workspace: WorkspaceCopy, practice: WorkspaceCopy
) -> None:
    folder = locate_claims()
    folder.rename(folder.with_name("elsewhere"))
    folder.write_bytes(b"in the way")
    undo_twice(practice)
    folder.unlink()
    folder.with_name("elsewhere").rename(folder)
    practice.run("log")
    approve_all(workspace)
    assert print_all(workspace)[:2] == (0, {"jp-osaka", "jp-tokyo"})


def test_no_claim_is_removed_or_changed(practice: WorkspaceCopy) -> None:
    before = {path: path.read_bytes() for path in locate_claims().rglob("*.*") if path.suffix != ".claimed"}
    undo_twice(practice)
    assert before == {path: path.read_bytes() for path in before}
