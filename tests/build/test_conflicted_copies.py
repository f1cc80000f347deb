"""Second copies of files that a cloud folder, git or a person leaves beside them."""

import shutil

import pytest

from conftest import WorkspaceCopy
from petitioner.inputs.workspace_files import find_copies
from problems import find

OURS = ("recipients.yaml", "mailing-log.sqlite")


@pytest.mark.parametrize(
    "name",
    [
        "recipients (conflicted copy).yaml",
        "recipients (Taro の競合コピー 2027-09-01).yaml",
        "recipients（1）.yaml",
        "recipients.sync-conflict-20270901-101010-ABCDEFG.yaml",
        "recipients-DESKTOP-7Q1.yaml",
        "recipients 2.yaml",
        "recipients - Copy (2).yaml",
        "recipients copy.yaml",
        "recipients - コピー.yaml",
        "recipientsのコピー.yaml",
        "recipients 副本.yaml",
        "recipients 복사본.yaml",
        "Copy of recipients.yaml",
        "recipients_REMOTE_4711.yaml",
        "mailing-log (conflicted copy).sqlite",
    ],
)
def test_a_copy_is_known_by_what_was_added_to_the_name(name: str) -> None:
    ((copy, original),) = find_copies([name], OURS)
    assert (copy, original) == (name, OURS[name.startswith("mailing-log")])


@pytest.mark.parametrize(
    "name",
    [*OURS, "mailing-log.sqlite-journal", "mailing-log-12-0a1b2c3d.sqlite", "recipients-old.yaml", "notes (1).txt"],
)
def test_other_files_are_left_alone(name: str) -> None:
    assert not list(find_copies([name], OURS))


def test_a_copy_of_a_letter_is_named_with_the_letter_and_is_not_to_be_renamed_over_it(workspace: WorkspaceCopy) -> None:
    folder = workspace.folder / "letters/2027"
    shutil.copy(folder / "petition.en.md", folder / "petition (conflicted copy).en.md")
    (problem,) = find(workspace)
    assert (problem.path, problem.code) == ("letters/2027/petition (conflicted copy).en.md", "S113")
    assert "petition.en.md" in problem.message
    assert problem.hint == "Compare the two, keep what is right in petition.en.md, and delete the copy."


@pytest.mark.parametrize("command", [["log"], ["log", "verify"]])
def test_a_copy_of_the_log_is_named_where_the_log_is_looked_at(workspace: WorkspaceCopy, command: list[str]) -> None:
    workspace.write("mailing-log (conflicted copy).sqlite", "")
    said = workspace.run(*command).err
    assert "mailing-log (conflicted copy).sqlite looks like a copy of mailing-log.sqlite" in said


def test_the_marks_of_a_merge_are_named_by_their_lines(workspace: WorkspaceCopy) -> None:
    workspace.edit("letters/2027/petition.en.md", "1. Let them stay.", "<<<<<<< A\n1. Let\n=======\n1. Do\n>>>>>>> B")
    (problem,) = find(workspace)
    assert (problem.line, problem.code) == (12, "S112")
    assert "on lines 12, 14, 16" in problem.message


def test_a_line_under_a_heading_is_no_mark_of_a_merge(workspace: WorkspaceCopy) -> None:
    workspace.edit("letters/2027/petition.en.md", "1. Let them stay.", "Request\n=======\n\n1. Let them stay.")
    assert "S112" not in {problem.code for problem in find(workspace)}
