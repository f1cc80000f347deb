"""The command line: one place where every error ends, and each ending has its status."""

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from conftest import WorkspaceCopy
from interface import list_commands
from petitioner.cli import main


def test_the_version_is_the_package_s(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("petitioner 0.")


@pytest.mark.parametrize("arguments", [["--help"], ["-h"], ["log", "--help"], ["log", "add", "-h"]])
def test_help_is_there_without_a_workspace(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 0
    assert "Usage:" in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [["bild"], ["build", "--fast"], ["log", "add"], ["check", "--limit", "many"]])
def test_a_command_that_is_not_understood_is_a_usage_error(arguments: list[str], workspace: WorkspaceCopy) -> None:
    ending = workspace.run(*arguments)
    assert ending.status == 2
    assert "Error:" in ending.err
    assert "Traceback" not in ending.err


def test_a_misspelt_command_is_guessed(workspace: WorkspaceCopy) -> None:
    assert "Did you mean 'build'?" in workspace.run("bild").err


def test_a_folder_without_a_workspace_is_told_apart(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["-C", str(tmp_path), "check"]) == 3
    assert "There is no recipients.yaml" in capsys.readouterr().err


def test_a_workspace_is_found_from_any_folder_within(workspace: WorkspaceCopy) -> None:
    inside = workspace.folder / "letters" / "2027"
    assert main(["-C", str(inside), "build"], now=datetime(2027, 9, 1, tzinfo=UTC)) == 0
    assert "2027/jp-osaka/petition.en.pdf" in workspace.list_made()


def test_another_campaign_can_be_named(workspace: WorkspaceCopy) -> None:
    (workspace.folder / "letters/2027").rename(workspace.folder / "letters/2028")
    workspace.edit(
        "letters/2028/campaign.yaml", "day: 2027-09-24\ndate: 2027-09-01", "day: 2028-09-22\ndate: 2028-09-01"
    )
    assert workspace.run("build").status == 0
    assert workspace.run("--campaign", "2027", "build").status == 3
    assert "there is no such campaign" in workspace.run("--campaign", "2027", "check").err


def test_data_goes_to_standard_output_and_talk_to_standard_error(workspace: WorkspaceCopy) -> None:
    ending = workspace.run("check", "--json")
    assert json.loads(ending.out) == {"letters": 3, "problems": []}
    assert "Next: petitioner build" in ending.err


def test_a_bug_shows_its_traceback(workspace: WorkspaceCopy, monkeypatch: pytest.MonkeyPatch) -> None:
    def explode(*_: object, **__: object) -> int:
        raise ZeroDivisionError

    monkeypatch.setattr("petitioner.commands.check.check_workspace", explode)
    with pytest.raises(ZeroDivisionError):
        workspace.run("check")


def test_colours_are_left_out_when_nobody_looks(workspace: WorkspaceCopy) -> None:
    workspace.edit("recipients.yaml", "kind: embassy", "kind: ambassy")
    ending = workspace.run("check")
    assert "\x1b[" not in ending.err


def test_the_package_runs_as_a_module() -> None:
    ending = subprocess.run(
        [sys.executable, "-m", "petitioner", "--version"], capture_output=True, text=True, check=True
    )
    assert ending.stdout.startswith("petitioner ")


HELPS = {name.removeprefix("petitioner").strip(): command.help for name, command in list_commands().items()}


SHOWS_WHAT_IS_LOADED = """
import json, sys
from petitioner.cli import main
sys.argv[0] = "petitioner"  # the name by which the shell knows it
slow = ("PIL", "alembic", "babel", "docx", "jinja2", "logging", "lxml", "petitioner.commands", "pikepdf",
        "pydantic", "pypdfium2", "rich", "sqlalchemy", "weasyprint", "yaml")
for words in json.loads(sys.argv[1]):
    status = main(words)
    loaded = [name for name in slow if name in sys.modules]
    if status or loaded:
        sys.exit(f"{words}: status {status}, {loaded}")
"""


def run_and_show_what_is_loaded(*words: Sequence[str], **environment: str) -> "subprocess.CompletedProcess[str]":
    """Run several commands in one process of their own, which fails at the first that loads something slow."""
    program = [sys.executable, "-c", SHOWS_WHAT_IS_LOADED, json.dumps(words)]
    return subprocess.run(program, capture_output=True, text=True, check=False, env={**os.environ, **environment})


@pytest.mark.parametrize("options", [("--help",), ("--version",), ("-C", ".", "--help")], ids=" ".join)
def test_help_and_version_load_nothing_that_takes_time(options: tuple[str, ...]) -> None:
    assert run_and_show_what_is_loaded(options).stderr == ""


def test_no_help_of_a_command_loads_anything_that_takes_time() -> None:
    ending = run_and_show_what_is_loaded(*([*name.split(), "--help"] for name in HELPS))
    assert ending.stderr == ""
    assert ending.stdout.count("Usage: ") == len(HELPS) > 25


@pytest.mark.parametrize(
    ("line", "completed"),
    [
        ("petitioner re", "review read report recipients"),
        ("petitioner -C letters log re", "restore reopen redact"),
        ("petitioner log add posted --t", "--tracking"),
    ],
)
def test_the_shell_completes_commands_and_options_at_once(line: str, completed: str) -> None:
    ending = run_and_show_what_is_loaded(
        (), _PETITIONER_COMPLETE="complete_bash", COMP_WORDS=line, COMP_CWORD=str(len(line.split()) - 1)
    )
    assert (ending.stdout.split(), ending.stderr) == (completed.split(), "")


@pytest.mark.parametrize("group", [name for name in HELPS if any(other.startswith(f"{name} ") for other in HELPS)])
def test_a_list_of_commands_shows_each_first_line_whole_at_80_columns(
    group: str, workspace: WorkspaceCopy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    shown = workspace.run(*group.split(), "--help").out
    listed = dict(re.findall(r"^  (\w+) +(\S.*)$", shown[shown.index("\nCommands:") :], re.MULTILINE))
    first = {
        name.rpartition(" ")[2]: text.splitlines()[0]
        for name, text in HELPS.items()
        if name and name.rpartition(" ")[0] == group
    }
    assert listed == first
    assert max(map(len, first.values())) <= 45


@pytest.mark.parametrize("name", HELPS)
def test_a_help_ends_with_examples_that_the_program_understands(name: str, workspace: WorkspaceCopy) -> None:
    summary, *_, examples = HELPS[name].split("\n\n")
    start, *lines = examples.splitlines()
    assert (summary[-1], start, lines[0].split()) == (".", "\b", ["For", "example:"])
    assert lines[1:]
    for line in lines[1:]:
        program, *words = shlex.split(line)
        assert program == "petitioner"
        assert f" {line.strip()} ".find(f" {name} ") > 0 or not name
        assert workspace.run(*words, "--help").status == 0, line  # options are read before the help is shown


def test_verbose_shows_what_is_read_and_made_on_standard_error(workspace: WorkspaceCopy) -> None:
    ending = workspace.run("-v", "build", "--only", "jp-osaka", "--json")
    details = [line.split(" ms  ")[1] for line in ending.err.splitlines() if " ms  " in line]
    assert details == [
        f"read {workspace.folder}: 2 recipients, 2 texts of 2027",
        "filled in 1 letters and 0 covering notes",
        "checked them: 0 errors, 0 warnings",
        "made jp-osaka/petition.en.pdf",
        "made jp-osaka/petition.en.docx",
    ]
    assert json.loads(ending.out)["folder"] == "out/2027"
    assert " ms  " not in workspace.run("build").err


def test_verbose_shows_where_an_error_came_from(workspace: WorkspaceCopy) -> None:
    arguments = ("log", "show", "nobody")
    assert "Traceback" not in workspace.run(*arguments).err
    ending = workspace.run("--verbose", *arguments)
    assert "Error:" in ending.err
    assert "Traceback (most recent call last)" in ending.err
