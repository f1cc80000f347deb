"""An answer, or a letter that came back, is recorded where the letter was sent, although a later campaign has begun."""

import json
import shlex
from datetime import UTC, datetime
from io import BytesIO, TextIOWrapper

import pytest

from conftest import WorkspaceCopy

OCTOBER = datetime(2027, 10, 15, tzinfo=UTC)
AUGUST_2028 = datetime(2028, 8, 1, tzinfo=UTC)
NOTE = ("--on", "2028-07-30", "--note", "it's an answer to 2027")


@pytest.fixture
def rolled(workspace: WorkspaceCopy) -> WorkspaceCopy:
    """Both letters of 2027 were posted, and 2028 has begun."""
    workspace.run("log", "add", "posted", "jp-tokyo", "jp-osaka")
    assert workspace.run("rollover", "2028", now=AUGUST_2028).status == 0
    return workspace


@pytest.fixture
def followed(workspace: WorkspaceCopy) -> WorkspaceCopy:
    """Both letters of 2027 were posted, and a second edition has begun for Osaka alone."""
    workspace.run("log", "add", "posted", "jp-tokyo", "jp-osaka")
    assert workspace.run("followup", "--only", "jp-osaka", now=OCTOBER).status == 0
    return workspace


def list_last(workspace: WorkspaceCopy, count: int = 1) -> list[tuple[str, str, int, str]]:
    """The last events of the log: what happened to whom, in which mailing."""
    events = json.loads(workspace.run("log", "export", "--format", "json").out)["events"]
    return [(one["recipient"], one["campaign"], one["edition"], one["kind"]) for one in events[-count:]]


def find_fix(err: str) -> tuple[str, ...]:
    """The arguments of the command that the message gives."""
    line = next(line for line in err.splitlines() if "petitioner --campaign" in line)
    return tuple(shlex.split(line[line.index("petitioner --campaign") :])[1:])


@pytest.mark.parametrize("fact", ["replied", "returned"])
def test_an_answer_to_last_year_is_not_recorded_in_this_year(rolled: WorkspaceCopy, fact: str) -> None:
    ending = rolled.run("log", "add", fact, "jp-osaka", *NOTE, "--by", "Ken", now=AUGUST_2028)
    assert ending.status == 2
    assert "Nothing of 2028 was sent to jp-osaka; the last letter to it is of 2027." in ending.err
    assert list_last(rolled) == [("jp-osaka", "2027", 1, "posted")]
    fixed = rolled.run(*find_fix(ending.err), now=AUGUST_2028)
    assert fixed.status == 0, fixed.err
    assert list_last(rolled) == [("jp-osaka", "2027", 1, fact)]
    shown = rolled.run("--campaign", "2027", "log", "show", "jp-osaka").out
    assert "it's an answer to 2027" in shown
    assert "by Ken" in shown
    assert "2 = 2 open" in rolled.run("log", now=AUGUST_2028).out


def test_whoever_names_the_new_campaign_may_record_it_there(rolled: WorkspaceCopy) -> None:
    ending = rolled.run("--campaign", "2028", "log", "add", "replied", "jp-osaka", now=AUGUST_2028)
    assert ending.status == 0
    assert "Note: jp-osaka: the log has nothing that was sent before" in ending.err
    assert list_last(rolled) == [("jp-osaka", "2028", 1, "replied")]


def test_an_answer_to_this_years_letter_needs_no_campaign(rolled: WorkspaceCopy) -> None:
    rolled.run("log", "add", "posted", "jp-osaka", now=AUGUST_2028)
    assert rolled.run("log", "add", "replied", "jp-osaka", now=AUGUST_2028).status == 0
    assert list_last(rolled) == [("jp-osaka", "2028", 1, "replied")]


def test_of_several_only_those_without_a_letter_are_named_and_nothing_is_recorded(rolled: WorkspaceCopy) -> None:
    rolled.run("log", "add", "posted", "jp-tokyo", now=AUGUST_2028)
    ending = rolled.run("log", "add", "replied", "jp-tokyo", "jp-osaka", now=AUGUST_2028)
    assert (ending.status, list_last(rolled)) == (2, [("jp-tokyo", "2028", 1, "posted")])
    assert find_fix(ending.err) == ("--campaign", "2027", "log", "add", "replied", "jp-osaka")
    assert "petitioner log add replied jp-tokyo" in ending.err


def test_where_nothing_was_ever_sent_it_is_recorded_with_a_note(workspace: WorkspaceCopy) -> None:
    workspace.run("log", "add", "posted", "jp-tokyo")
    workspace.run("log", "withdraw", "1", "--because", "not posted")
    workspace.run("rollover", "2028", now=AUGUST_2028)
    for id_ in ("jp-osaka", "jp-tokyo"):
        ending = workspace.run("log", "add", "replied", id_, now=AUGUST_2028)
        assert (ending.status, "nothing that was sent before" in ending.err) == (0, True)


def test_a_scanned_letter_of_last_year_that_came_back_is_not_recorded_in_this_year(
    rolled: WorkspaceCopy, monkeypatch: pytest.MonkeyPatch
) -> None:
    rolled.run("log", "add", "posted", "jp-tokyo", now=AUGUST_2028)
    monkeypatch.setattr("sys.stdin", TextIOWrapper(BytesIO(b"jp-tokyo\njp-osaka\n"), "utf-8"))
    ending = rolled.run("log", "add", "returned", "--scan", now=AUGUST_2028)
    assert ending.status == 1
    assert "Line 2 is not recorded: nothing of 2028 was sent to it; it needs petitioner --campaign 2027: jp-osaka" in (
        ending.err
    )
    assert list_last(rolled, 2) == [("jp-tokyo", "2028", 1, "posted"), ("jp-tokyo", "2028", 1, "returned")]


def test_an_answer_to_the_first_letter_is_recorded_there_after_a_second_was_begun(followed: WorkspaceCopy) -> None:
    ending = followed.run("log", "add", "replied", "jp-osaka", "jp-tokyo", "--on", "2027-10-01", now=OCTOBER)
    assert ending.status == 0, ending.err
    assert list_last(followed, 2) == [("jp-osaka", "2027", 1, "replied"), ("jp-tokyo", "2027", 1, "replied")]
    assert "Note: jp-osaka, jp-tokyo: recorded in the last edition that was sent, not in the present one." in ending.err
    assert "    jp-osaka still gets the letter of edition 2. If it should not, remove its line" in ending.err
    assert "jp-tokyo still gets" not in ending.err
    assert "before the date" not in ending.err
    assert "skipped" not in ending.err
    outcomes = followed.run("rollover", "2028", now=AUGUST_2028).out.splitlines()
    assert next(line for line in outcomes if line.startswith("jp-osaka ")).endswith("  replied on 2027-10-01")


def test_an_answer_to_the_second_letter_is_recorded_there(followed: WorkspaceCopy) -> None:
    followed.run("log", "add", "posted", "jp-osaka", now=OCTOBER)
    ending = followed.run("log", "add", "replied", "jp-osaka", now=OCTOBER)
    assert list_last(followed) == [("jp-osaka", "2027", 2, "replied")]
    assert "edition that was sent" not in ending.err


def test_whoever_names_the_edition_may_record_it_there(followed: WorkspaceCopy) -> None:
    followed.run("--campaign", "2027-2", "log", "add", "replied", "jp-osaka", now=OCTOBER)
    assert list_last(followed) == [("jp-osaka", "2027", 2, "replied")]


def test_an_answer_to_last_years_second_letter_needs_its_campaign(followed: WorkspaceCopy) -> None:
    followed.run("log", "add", "posted", "jp-osaka", now=OCTOBER)
    followed.run("rollover", "2028", now=AUGUST_2028)
    ending = followed.run("log", "add", "replied", "jp-osaka", now=AUGUST_2028)
    assert find_fix(ending.err)[:2] == ("--campaign", "2027-2")
