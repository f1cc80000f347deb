"""petitioner init: a workspace that explains itself, and in which check and build find nothing."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from conftest import WorkspaceCopy
from petitioner.inputs.days import suggest_date, suggest_day, suggest_next_day
from petitioner.tables import starter
from petitioner.tables.locales import load_locales

ROOT = Path(__file__).parents[2]
STARTER = Path(starter.__file__).parent
ALL = tuple(load_locales())
EXAMPLES = {
    **dict.fromkeys(("en", "fr", "ru", "ar", "zh-Hant"), "examples/five-languages/letters/2027"),
    "ko": "examples/seoul/letters/2027",
    "ja": "letters/2027",
    "zh-Hans": "letters/2027",
}


@pytest.fixture
def empty(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> WorkspaceCopy:
    return WorkspaceCopy(tmp_path, capsys)


def begin(empty: WorkspaceCopy, *languages: str, now: datetime, folder: str = "demo") -> WorkspaceCopy:
    """Run ``init`` in a folder, and return the workspace that it made."""
    ending = empty.run("init", folder, *(word for tag in languages for word in ("--lang", tag)), now=now)
    assert ending.status == 0, ending.err
    return WorkspaceCopy(empty.folder / folder, empty._capsys)  # noqa: SLF001 - the same terminal


@pytest.mark.parametrize("languages", [(), ("fr", "en"), ("ar",), ("ko", "zh-Hant"), ALL], ids="-".join)
@pytest.mark.parametrize("year", range(2027, 2033))
def test_check_finds_nothing_in_a_new_workspace_of_any_year(
    empty: WorkspaceCopy, languages: tuple[str, ...], year: int
) -> None:
    now = datetime(year, 8, 1, tzinfo=UTC)
    ending = begin(empty, *languages, now=now).run("check", "--json", now=now)
    count = 2 * len(languages or ("ja", "en"))
    assert json.loads(ending.out) == {"letters": count, "problems": []}


def test_build_finds_nothing_in_a_new_workspace(empty: WorkspaceCopy) -> None:
    now = datetime(2027, 8, 1, tzinfo=UTC)
    ending = begin(empty, now=now).run("build", now=now)
    assert (ending.status, "warning" in ending.err) == (0, False), ending.err
    assert "4 letters to 2 recipients in out/2027: 8 made." in ending.err


@pytest.mark.slow
@pytest.mark.parametrize("tag", ALL)
@pytest.mark.parametrize("year", [2027, 2028])
def test_build_finds_nothing_in_any_language(empty: WorkspaceCopy, tag: str, year: int) -> None:
    now = datetime(year, 8, 1, tzinfo=UTC)
    ending = begin(empty, tag, now=now).run("build", now=now)
    assert (ending.status, "warning" in ending.err) == (0, False), ending.err


def test_nothing_of_the_examples_can_be_approved(empty: WorkspaceCopy) -> None:
    now = datetime(2027, 8, 1, tzinfo=UTC)
    demo = begin(empty, "en", now=now)
    demo.run("build", now=now)
    options = ("--yes", "--by", "Hanako", "--unread", "en", "--unverified", "jp-tokyo", "--unverified", "jp-osaka")
    packets = json.loads(demo.run("approve", *options, "--json", now=now).out)["packets"]
    assert [(one["event"], one["refused"] is None) for one in packets] == [(None, False)] * 2


def test_the_next_command_and_the_suggested_day_are_named(empty: WorkspaceCopy) -> None:
    ending = empty.run("init", "new demo", now=datetime(2028, 9, 23, tzinfo=UTC))
    assert "Next: cd '" in ending.err
    assert "/new demo' && petitioner check" in ending.err
    assert "2029-09-24 is only suggested: 24 September is a Monday." in ending.err  # this year's day was the 22nd
    described = json.loads(empty.run("init", "other", "--json", now=datetime(2028, 1, 1, tzinfo=UTC)).out)
    assert (described["campaign"], described["day"]) == ("2028", "2028-09-22")
    assert described["day_suggested_because"] == "the Friday before 24 September, which is a Sunday"
    assert {str(path.relative_to(empty.folder / "other")) for path in (empty.folder / "other").rglob("*.*")} >= set(
        described["files"]
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("demo", "--lang", "xx"), "No language is called 'xx'."),
        (("demo", "--lang", "zh-hans"), "Did you mean 'zh-Hans'?"),
        (("there",), "letters is there already."),
        (("file",), "file cannot be written: Not a directory."),
    ],
)
def test_a_refusal_names_the_reason_and_writes_nothing(
    empty: WorkspaceCopy, arguments: tuple[str, ...], said: str
) -> None:
    empty.write("there/letters/mine.md", "mine")
    empty.write("file", "a file")
    before = sorted(empty.folder.rglob("*"))
    ending = empty.run("init", *arguments)
    assert ending.status in (1, 2)
    assert said in ending.err
    assert sorted(empty.folder.rglob("*")) == before


def test_a_folder_that_holds_something_else_gets_what_it_lacks(empty: WorkspaceCopy) -> None:
    empty.write("demo/README.md", "mine")
    demo = begin(empty, now=datetime(2027, 8, 1, tzinfo=UTC))
    assert (demo.folder / "README.md").read_text("utf-8") == "mine"
    assert (demo.folder / "recipients.yaml").exists()
    assert list(demo.folder.rglob("*.part*")) == []


def test_a_workspace_names_only_the_languages_asked_for(empty: WorkspaceCopy) -> None:
    demo = begin(empty, "fr", now=datetime(2027, 8, 1, tzinfo=UTC))
    text = "".join(path.read_text("utf-8") for path in demo.folder.rglob("*.yaml"))
    assert set(re.findall(rf"^ *({'|'.join(ALL)}): ", text, re.MULTILINE)) == {
        "fr",
        "ja",
    }  # ja is the country's address
    assert "cases:" not in text


@pytest.mark.parametrize("tag", ALL)
def test_the_letters_are_those_of_the_examples_but_for_the_first_paragraph(tag: str) -> None:
    shipped, example = (
        (folder / f"petition.{tag}.md").read_text("utf-8") for folder in (STARTER / "letters", ROOT / EXAMPLES[tag])
    )
    assert list_common_paragraphs(shipped) == list_common_paragraphs(example)
    for folder in (STARTER / "letters", ROOT / EXAMPLES[tag]):
        assert (folder / f"email.{tag}.md").read_text("utf-8") == (ROOT / EXAMPLES[tag] / f"email.{tag}.md").read_text(
            "utf-8"
        )


def test_the_sources_are_those_of_the_letters_here() -> None:
    rows = (STARTER / "sources.md").read_text("utf-8").splitlines()
    assert set(rows) <= set((ROOT / "letters" / "sources.md").read_text("utf-8").splitlines())


def list_common_paragraphs(text: str) -> list[str]:
    """The head, and the paragraphs that do not say who writes, nor to whom."""
    _, head, body = text.split("---\n", 2)
    body = re.sub(r"\{% if recipient.kind.*?\{% endif %\}\n", "", body, flags=re.DOTALL)
    return [head, *body.split("\n\n")[1:]]


@pytest.mark.parametrize(
    ("year", "day"),
    [(2026, "2026-09-24"), (2027, "2027-09-24"), (2028, "2028-09-22"), (2029, "2029-09-24"), (2033, "2033-09-23")],
)
def test_the_suggested_day_is_24_september_or_the_friday_before(year: int, day: str) -> None:
    suggested = suggest_day(year)
    assert suggested.day.isoformat() == day
    assert suggest_next_day(suggested.day).day.year == year + 1
    assert suggest_date(suggested.day, suggested.day).isoformat() == day
    assert suggest_date(suggested.day, suggest_day(year - 1).day).isoformat() == f"{year}-09-01"
