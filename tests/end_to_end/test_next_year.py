"""A year's campaign that was begun by hand from the last one's folder; the manual names the command for it."""

import shutil
from pathlib import Path

import pytest

from conftest import WorkspaceCopy

NEW = "letters/2028/campaign.yaml"


@pytest.fixture
def copied(real: WorkspaceCopy) -> WorkspaceCopy:
    """The workspace of this repository, with the folder copied and nothing changed in it."""
    shutil.copytree(real.folder / "letters/2027", real.folder / "letters/2028")
    return real


def move_dates(workspace: WorkspaceCopy) -> None:
    """The two lines of campaign.yaml that must be other ones."""
    workspace.edit(NEW, "day: 2027-09-24", "day: 2028-09-24")
    workspace.edit(NEW, "date: 2027-09-01", "date: 2028-09-01")


def test_last_years_day_is_an_error_and_each_text_left_as_it_was_a_warning(copied: WorkspaceCopy) -> None:
    ending = copied.run("check")
    assert ending.status == 3
    assert f"{NEW}:6: the day 2027-09-24 is not in 2028, the year of the folder [C401]" in ending.err
    texts = sorted(path.name for path in (copied.folder / "letters/2028").glob("*.md"))
    for name in texts:
        assert f"letters/2028/{name}:" in ending.err
    assert ending.err.count("[D110]") == len(texts)


def test_with_other_dates_the_new_year_is_meant_and_the_old_one_is_still_there(copied: WorkspaceCopy) -> None:
    move_dates(copied)
    assert copied.run("check").status == 0
    assert "24 September 2028" in copied.run().out
    assert "24 September 2027" in copied.run("--campaign", "2027").out


def test_a_text_that_may_stay_is_accepted_with_a_reason(copied: WorkspaceCopy) -> None:
    move_dates(copied)
    copied.edit(NEW, "edition: 1", "accepted_warnings: {D110: read again in August 2028}\nedition: 1")
    assert "[D110]" not in copied.run("check").err


def test_the_manual_names_the_command() -> None:
    manual = (Path(__file__).parents[2] / "README.md").read_text("utf-8")
    assert "petitioner rollover 2028" in manual


def test_a_followup_says_which_answer_does_not_count(workspace: WorkspaceCopy) -> None:
    workspace.run("log", "add", "posted", "jp-osaka", "--on", "2027-08-30")
    workspace.run("log", "add", "replied", "jp-osaka", "--on", "2027-08-20")
    ending = workspace.run("followup")
    assert ending.status == 0
    assert "no answer since; the one of 2027-08-20 (event 2) is dated before it was sent" in ending.out
