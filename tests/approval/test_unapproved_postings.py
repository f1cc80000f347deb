"""A letter that was posted although nobody approved it: the id may be mistyped, and then a mission gets no letter."""

import shlex

import pytest

from conftest import WorkspaceCopy
from paper_workspace import approve_all


@pytest.fixture
def started(workspace: WorkspaceCopy) -> WorkspaceCopy:
    """Only the letter to Tokyo is approved (event 1)."""
    approve_all(workspace, only=("jp-tokyo",))
    return workspace


def read_concern(workspace: WorkspaceCopy) -> str:
    """What `log` says of Osaka below "Needs attention"; empty without it."""
    head = workspace.run("log").out.partition("\n\n")[0]
    return next((line for line in head.splitlines() if "Needs attention" in head and "jp-osaka" in line), "")


@pytest.mark.parametrize(
    ("fact", "words"),
    [("posted", "posted"), ("handed", "handed over"), ("faxed", "faxed")],
)
def test_it_needs_attention_where_other_letters_were_approved(started: WorkspaceCopy, fact: str, words: str) -> None:
    started.run("log", "add", fact, "jp-osaka")
    assert f"  jp-osaka: {words}, and nobody approved its letter." in read_concern(started)


@pytest.mark.parametrize("command", ["withdraw", "confirm"])
def test_each_command_that_it_names_works(started: WorkspaceCopy, command: str) -> None:
    started.run("log", "add", "posted", "jp-osaka")
    concern = read_concern(started)
    typed = concern[concern.index(f"petitioner log {command}") :].partition(";")[0].removesuffix(" (event 2)")
    ending = started.run(*shlex.split(typed)[1:])
    assert ending.status == 0, ending.err
    assert read_concern(started) == ""
    assert ("not approved: jp-osaka (post)" in started.run("approve").err) is (command == "withdraw")


def test_it_is_counted_in_the_status(started: WorkspaceCopy) -> None:
    started.run("log", "add", "posted", "jp-osaka")
    assert "1 thing needs attention: petitioner log" in started.run().out


def test_a_letter_that_is_approved_is_quiet(started: WorkspaceCopy) -> None:
    started.run("log", "add", "posted", "jp-tokyo")
    assert "Needs attention" not in started.run("log").out


def test_so_is_one_with_the_file_that_was_really_sent(started: WorkspaceCopy) -> None:
    started.write("mine.pdf", b"%PDF-1.7")
    started.run("log", "add", "posted", "jp-osaka", "--used", str(started.folder / "mine.pdf"))
    assert read_concern(started) == ""


def test_so_is_every_letter_before_the_first_approval_of_the_campaign(workspace: WorkspaceCopy) -> None:
    workspace.run("log", "add", "posted", "jp-osaka")
    assert read_concern(workspace) == ""
    approve_all(workspace, only=("jp-tokyo",))
    assert read_concern(workspace) == ""
