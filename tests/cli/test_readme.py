"""The documents agree with the program: commands, options, exit statuses, codes, files, and every link."""

import re
from dataclasses import fields
from functools import cache
from pathlib import Path

import pytest
from markdown_it import MarkdownIt
from weasyprint import HTML

from interface import list_commands
from petitioner.cli.call import Chosen
from petitioner.errors import ExitStatus
from petitioner.model.codes import ERRORS, WARNINGS

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")
REFERENCE = (ROOT / "docs" / "commands.md").read_text("utf-8")
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / ".github").rglob("*.md")])
PRESENT = [page for page in PAGES if page.name != "CHANGELOG.md"]  # which names what was there
GUIDES = sorted([*(ROOT / "docs" / "how-to").glob("*.md"), ROOT / "docs" / "faq.md", ROOT / "docs" / "september.ja.md"])
_CALL = re.compile(r"(?:^ +|`)(petitioner(?: [^`\n]*)?)(?=`|$)", re.MULTILINE)
_SECTION = re.compile(r"^### `(petitioner[^`]*)`.*\n((?:(?!#).*\n)*)", re.MULTILINE)
_OPTIONS = re.compile(r"^Options: ((?:[`[].*\n)+)", re.MULTILINE)
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_FENCED = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
_PLACE = re.compile(r"`((?:src|tests|tools|docs|letters|examples|bench|\.ci|\.github)/[\w./-]+)`")


def _list_commands() -> dict[str, set[str]]:
    """Return the options of every command that can be run, as typer itself knows them."""
    return {
        name: {
            option
            for parameter in command.params
            for option in parameter.opts
            if option.startswith("-") and not getattr(parameter, "hidden", False)
        }
        for name, command in list_commands().items()
    }


COMMANDS = _list_commands()
GLOBAL = COMMANDS["petitioner"] - {"--json"}
CHOOSING = {f"--{one.name}" for one in fields(Chosen)}
SECTIONS = dict(_SECTION.findall(REFERENCE))


def test_every_command_has_its_section_and_no_section_has_no_command() -> None:
    assert len(COMMANDS) >= 7
    assert set(SECTIONS) == set(COMMANDS)


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_a_command_s_section_names_its_options_and_no_other(command: str) -> None:
    listed = "".join(_OPTIONS.findall(SECTIONS[command]))
    named = set(re.findall(r"`(--?[a-z-]+)", listed)) | (
        CHOOSING if "(#options-that-choose-recipients)" in listed else set()
    )
    expected = COMMANDS[command] - (GLOBAL if command == "petitioner" else set())
    assert named == expected


def test_the_options_that_all_commands_share_are_in_a_table_of_their_own() -> None:
    table = REFERENCE[REFERENCE.index("## Options of all") : REFERENCE.index("## Options of several")]
    assert set(re.findall(r"`(--?[A-Za-z-]+)(?: [A-Z]+)?`", table)) == GLOBAL


def test_the_options_that_choose_recipients_are_in_a_table_of_their_own() -> None:
    table = REFERENCE[REFERENCE.index("## Options that choose") : REFERENCE.index("## Prepare")]
    assert set(re.findall(r"^\| `(--[a-z]+) ", table, re.MULTILINE)) == CHOOSING


def test_every_command_and_option_explains_itself() -> None:
    commands = list_commands().values()
    assert all(command.help for command in commands)
    assert all(getattr(parameter, "help", "") for command in commands for parameter in command.params)


def test_the_exit_statuses_are_those_of_the_program() -> None:
    section = REFERENCE[REFERENCE.index("## Exit statuses") :]
    named = [int(status) for status in re.findall(r"^\| (\d+) \|", section, re.MULTILINE)]
    assert named == sorted(ExitStatus)


def test_every_file_that_the_readme_names_is_there() -> None:
    table = README[README.index("## The files") : README.index("## Read on")]
    names = re.findall(r"^\| `([^`]+)`", table, re.MULTILINE)
    kept = [name for name in names if not name.startswith(("out/", "mailing-log", "letters/theme"))]
    assert len(kept) >= 5
    assert all((ROOT / name).exists() for name in kept), kept


def test_every_code_of_a_problem_is_explained_and_no_other() -> None:
    page = (ROOT / "docs" / "problems.md").read_text("utf-8")
    explained = dict(re.findall(r"^\| ([A-Z]\d{3}) \| (.*) \|$", page, re.MULTILINE))
    assert explained == {**ERRORS, **WARNINGS}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_in_a_page_leads_somewhere(page: Path) -> None:
    text = _FENCED.sub("", page.read_text("utf-8"))
    inside = [link for link in _LINK.findall(text) if not re.match(r"https?://|mailto:", link)]
    broken = [link for link in inside if not _leads_somewhere(page, link)]
    assert broken == []


@pytest.mark.parametrize("page", PRESENT, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_file_of_the_repository_that_a_page_names_is_there(page: Path) -> None:
    named = [
        name
        for name in _PLACE.findall(page.read_text("utf-8"))
        if not name.startswith(("letters/theme", "letters/2027-2"))
    ]
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_every_page_is_in_the_index_of_the_documents() -> None:
    index = (ROOT / "docs" / "README.md").read_text("utf-8")
    pages = {path.name for path in (ROOT / "docs").glob("*.md")} - {"README.md"}
    pages |= {f"how-to/{path.name}" for path in (ROOT / "docs" / "how-to").glob("*.md")}
    assert pages <= set(re.findall(r"\]\(([\w./-]+\.md)\)", index))


@pytest.mark.parametrize("page", GUIDES, ids=lambda page: page.name)
def test_every_command_in_a_guide_exists_with_its_options(page: Path) -> None:
    unknown = []
    for line in _CALL.findall(page.read_text("utf-8")):
        words = line.split("#")[0].split()
        named = [" ".join(words[:count]) for count in range(1, len(words) + 1)]
        command = max((name for name in named if name in COMMANDS), key=len)
        behind = words[len(command.split()) :][:1]
        is_group = any(name.startswith(f"{command} ") for name in COMMANDS)
        is_known = not is_group or not behind or behind[0].startswith("-")
        options = set(re.findall(r"(?<=\s)--?[A-Za-z][a-z-]*", line.split("#")[0]))
        if not is_known or not options <= COMMANDS[command] | GLOBAL | {"--help"}:
            unknown.append(line)
    assert unknown == []


def test_the_steps_of_a_year_in_japanese_fit_one_printed_page() -> None:
    text = MarkdownIt("commonmark").enable("table").render((ROOT / "docs" / "september.ja.md").read_text("utf-8"))
    style = "@page {size: A4; margin: 15mm} body {font: 10pt Noto Sans CJK JP} td {padding: 1pt 4pt; border: 1px solid}"
    assert len(HTML(string=f"<html lang=ja><style>{style}</style>{text}").render().pages) == 1


def test_the_readme_is_short_and_its_tables_fit_a_screen() -> None:
    assert len(README.splitlines()) <= 200
    assert [line for line in README.splitlines() if line.startswith("|") and len(line) > 160] == []


def _leads_somewhere(page: Path, link: str) -> bool:
    path, _, anchor = link.partition("#")
    target = (page.parent / path).resolve() if path else page
    return target.exists() and (not anchor or anchor in _list_anchors(target))


@cache
def _list_anchors(page: Path) -> set[str]:
    """Return the anchors of a page's headings, as forges make them."""
    headings = re.findall(r"^#+ (.+)$", _FENCED.sub("", page.read_text("utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
