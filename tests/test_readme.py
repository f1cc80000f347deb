"""The README is the manual: it names every command, option and exit status, and no other."""

import re
from pathlib import Path

import pytest
import typer

from petitioner.cli import app
from petitioner.errors import ExitStatus
from petitioner.model.codes import ERRORS, WARNINGS

README = (Path(__file__).parent.parent / "README.md").read_text("utf-8")
SECTION = README[README.index("## The commands") : README.index("## How well")]
_ROW = re.compile(r"^\| `(petitioner[^`]*)`[^|]*\|[^|]*\|([^|]*)\|$", re.MULTILINE)


def _list_commands() -> dict[str, set[str]]:
    """The options of every command that can be run, as typer itself knows them."""
    root = typer.main.get_command(app)
    commands = {"petitioner": root}
    for name, command in root.commands.items():  # type: ignore[attr-defined]  # typer's own type, which it hides
        commands[f"petitioner {name}"] = command
        for inner, nested in getattr(command, "commands", {}).items():
            commands[f"petitioner {name} {inner}"] = nested
    return {
        name: {option for parameter in command.params for option in parameter.opts if option.startswith("-")}
        for name, command in commands.items()
    }


COMMANDS = _list_commands()
GLOBAL = COMMANDS["petitioner"] - {"--json"}


def test_every_command_has_its_row_and_no_row_has_no_command() -> None:
    assert len(COMMANDS) >= 7
    assert {row[0] for row in _ROW.findall(SECTION)} == set(COMMANDS)


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_a_command_s_row_names_its_options_and_no_other(command: str) -> None:
    rows = dict(_ROW.findall(SECTION))
    named = set(re.findall(r"--?[a-z-]+", rows[command]))
    expected = COMMANDS[command] - (GLOBAL if command == "petitioner" else set())
    assert named == expected


def test_the_options_that_all_commands_share_are_named_before_the_table() -> None:
    before = SECTION[: SECTION.index("| command |")]
    assert {option for option in GLOBAL if f"`{option}" in before} == GLOBAL


def test_every_command_and_option_explains_itself() -> None:
    root = typer.main.get_command(app)
    commands = [root, *root.commands.values()]  # type: ignore[attr-defined]  # as above
    commands += [nested for command in commands[1:] for nested in getattr(command, "commands", {}).values()]
    assert all(command.help for command in commands)
    assert all(getattr(parameter, "help", "") for command in commands for parameter in command.params)


def test_the_exit_statuses_are_those_of_the_program() -> None:
    named = [int(status) for status in re.findall(r"^\| (\d+) \|", SECTION, re.MULTILINE)]
    assert named == sorted(ExitStatus)


def test_every_file_that_the_readme_names_is_there() -> None:
    root = Path(__file__).parent.parent
    table = README[README.index("## The files") : README.index("### recipients.yaml")]
    names = re.findall(r"^\| `([^`]+)`", table, re.MULTILINE)
    kept = [name for name in names if not name.startswith(("out/", "mailing-log", "letters/theme"))]
    assert len(kept) >= 5
    assert all((root / name).exists() for name in kept), kept


def test_every_code_of_a_problem_is_explained_and_no_other() -> None:
    page = (Path(__file__).parent.parent / "docs" / "problems.md").read_text("utf-8")
    explained = dict(re.findall(r"^\| ([A-Z]\d{3}) \| (.*) \|$", page, re.MULTILINE))
    assert explained == {**ERRORS, **WARNINGS}
