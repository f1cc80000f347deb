"""A command that the program suggests is about the campaign that was asked for."""

import shlex
from datetime import UTC, datetime

import pytest

from conftest import WorkspaceCopy
from documents import read_pdf_pages
from interface import list_commands
from petitioner.campaign_option import COMMANDS, keep_campaign

OCTOBER = datetime(2027, 10, 15, tzinfo=UTC)
AUGUST_2028 = datetime(2028, 8, 1, tzinfo=UTC)


@pytest.fixture
def rolled(workspace: WorkspaceCopy) -> WorkspaceCopy:
    """2027 is over, and 2028 has begun."""
    workspace.run("log", "add", "posted", "jp-tokyo")
    workspace.run("log", "add", "returned", "jp-tokyo")
    assert workspace.run("rollover", "2028", now=AUGUST_2028).status == 0
    return workspace


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("petitioner log settle jp-osaka", "petitioner --campaign 2027 log settle jp-osaka"),
        ("then: petitioner build, petitioner approve", "then: petitioner --campaign 2027 build, petitioner --campaign 2027 approve"),  # noqa: E501
        ("To see what is left to do: petitioner", "To see what is left to do: petitioner --campaign 2027"),
        ("`petitioner log` shows it.", "`petitioner --campaign 2027 log` shows it."),
        ("it needs petitioner --campaign 2026", "it needs petitioner --campaign 2026"),
        ("For another year: petitioner report --campaign YEAR", "For another year: petitioner report --campaign YEAR"),
        ("a report that petitioner made", "a report that petitioner made"),
        ("Your petitioner prays", "Your petitioner prays"),
    ],
)  # fmt: skip
def test_the_campaign_stands_in_every_command_and_nowhere_else(text: str, kept: str) -> None:
    assert keep_campaign(text, "2027") == kept
    assert keep_campaign(text, None) == text


def test_every_command_of_the_program_keeps_it() -> None:
    assert set(COMMANDS.split()) == {name.split()[1] for name in list_commands() if " " in name}


def find_next(err: str) -> tuple[str, ...]:
    """The arguments of the next command."""
    line = next(line for line in err.splitlines() if line.startswith("Next: "))
    return tuple(shlex.split(line.removeprefix("Next: petitioner ").partition("  (")[0]))


@pytest.mark.parametrize(
    ("typed", "suggested"),
    [
        (("log",), ()),  # the next one is the program itself
        (("log", "add", "printed", "jp-osaka"), ("log", "add", "posted", "jp-osaka")),
        (("log", "add", "handed", "jp-osaka"), ("log",)),
        (("check",), ("build",)),
    ],
    ids=str,
)
def test_the_next_command_is_about_the_same_campaign(
    rolled: WorkspaceCopy, typed: tuple[str, ...], suggested: tuple[str, ...]
) -> None:
    ending = rolled.run("--campaign", "2027", *typed, now=AUGUST_2028)
    assert find_next(ending.err) == ("--campaign", "2027", *suggested)
    behind = rolled.run(*typed[:1], "--campaign", "2027", *typed[1:], now=AUGUST_2028)
    assert find_next(behind.err)[:2] == ("--campaign", "2027")


def test_so_is_what_needs_attention_and_the_hint_of_an_error(rolled: WorkspaceCopy) -> None:
    shown = rolled.run("--campaign", "2027", "log", now=AUGUST_2028)
    assert "To write once more: petitioner --campaign 2027 log reopen jp-tokyo" in shown.out
    refused = rolled.run("--campaign", "2027", "log", "settle", "jp-osaka", "--sent", now=AUGUST_2028)
    assert "    Record what happened: petitioner --campaign 2027 log add" in refused.err


def test_without_the_option_nothing_is_added(rolled: WorkspaceCopy) -> None:
    assert "--campaign" not in "".join(rolled.run("log", now=AUGUST_2028).err)


def test_a_new_campaign_is_checked_and_not_the_one_it_was_made_of(rolled: WorkspaceCopy) -> None:
    latest = rolled.run("rollover", "2030", "--campaign", "2027", now=AUGUST_2028)
    assert find_next(latest.err) == ("check",)
    earlier = rolled.run("rollover", "2029", "--campaign", "2027", now=AUGUST_2028)
    assert find_next(earlier.err) == ("--campaign", "2029", "check")
    again = rolled.run("rollover", "2029", "--campaign", "2027", now=AUGUST_2028)
    assert "    Run: petitioner --campaign 2029 check" in again.err
    second = rolled.run("followup", "--campaign", "2027", now=AUGUST_2028)
    assert find_next(second.err) == ("--campaign", "2027-2", "check")


def test_a_sheet_for_deliveries_of_an_earlier_campaign_names_it(rolled: WorkspaceCopy) -> None:
    rolled.run("--campaign", "2027", "print", "deliveries", "--only", "jp-osaka", now=AUGUST_2028)
    text = "".join(read_pdf_pages((rolled.folder / "out/2027/print/deliveries.pdf").read_bytes()))
    assert text.count("petitioner --campaign 2027 log add handed jp-osaka") == 3
