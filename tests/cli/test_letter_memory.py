"""`petitioner` without a command remembers what it found of the letters, and says the same without filling them in."""

import shutil
from collections.abc import Callable
from datetime import timedelta

import pytest

import petitioner.commands.load_and_check
from conftest import NOW, Ending, WorkspaceCopy
from paper_workspace import approve_all
from petitioner.inputs.settings import locate_cache

LETTER = "letters/2027/petition.en.md"


@pytest.fixture
def fillings(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Everything that was filled in and checked by ``petitioner`` without a command."""
    found: list[object] = []
    fill_in = petitioner.commands.load_and_check.fill_in_and_check

    def watch(*arguments: object) -> object:
        found.append(arguments)
        return fill_in(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(petitioner.commands.load_and_check, "fill_in_and_check", watch)
    return found


def say(workspace: WorkspaceCopy, *options: str) -> tuple[Ending, Ending]:
    return workspace.run(*options), workspace.run(*options, "--json")


def say_twice(workspace: WorkspaceCopy, fillings: list[object]) -> tuple[Ending, Ending]:
    """What is said with an empty cache and, without filling in a letter, from memory; both are the same."""
    shutil.rmtree(locate_cache(), ignore_errors=True)
    first = say(workspace)
    del fillings[:]
    assert say(workspace) == first
    assert fillings == []
    return first


def approve_and_break(workspace: WorkspaceCopy) -> None:
    approve_all(workspace)
    workspace.edit(LETTER, "salutation:", "salvation:")


def approve_and_post(workspace: WorkspaceCopy) -> None:
    approve_all(workspace)
    assert workspace.run("log", "add", "posted", "jp-tokyo").status == 0


STATES: dict[str, Callable[[WorkspaceCopy], object]] = {
    "new": lambda _: None,
    "built": lambda workspace: workspace.build(),
    "approved": approve_all,
    "approved and broken": approve_and_break,
    "posted": approve_and_post,
}


@pytest.mark.parametrize("state", STATES)
def test_what_is_remembered_says_the_same(workspace: WorkspaceCopy, fillings: list[object], state: str) -> None:
    STATES[state](workspace)
    say_twice(workspace, fillings)


def test_a_changed_letter_is_filled_in_again_and_its_approval_has_lapsed(
    workspace: WorkspaceCopy, fillings: list[object]
) -> None:
    approve_all(workspace)
    before = say_twice(workspace, fillings)
    text = (workspace.folder / LETTER).read_text()
    workspace.write(LETTER, text.replace("Let them stay.", "Let them all stay."))
    changed = say(workspace)
    assert len(fillings) == 1
    assert "needs approval" in changed[0].out
    assert say_twice(workspace, fillings) == changed
    workspace.write(LETTER, text)
    assert say(workspace) == before


def test_files_that_were_built_or_deleted_are_noticed(workspace: WorkspaceCopy, fillings: list[object]) -> None:
    workspace.build()
    assert "approve" in say_twice(workspace, fillings)[0].err
    shutil.rmtree(workspace.folder / "out")
    assert "Nothing has been built." in say_twice(workspace, fillings)[0].out


def test_an_approval_after_that_is_compared_with_what_is_remembered(
    workspace: WorkspaceCopy, fillings: list[object]
) -> None:
    workspace.build()
    say_twice(workspace, fillings)
    approve_all(workspace)
    del fillings[:]
    assert "approved by" in say(workspace)[0].out
    assert fillings == []


def test_on_the_next_day_the_letters_are_filled_in_again(workspace: WorkspaceCopy, fillings: list[object]) -> None:
    workspace.build()
    say_twice(workspace, fillings)
    workspace.run(now=NOW + timedelta(days=1))
    assert len(fillings) == 1


def test_a_spoilt_memory_is_passed_over(workspace: WorkspaceCopy, fillings: list[object]) -> None:
    approve_all(workspace)
    before = say_twice(workspace, fillings)
    (path,) = (locate_cache() / "letters").glob("*.json")
    whole = path.read_bytes()
    for content in (b"", whole[:-9], whole.replace(b"jp-tokyo", b"jp-kyoto"), b"\xff\n{}"):
        path.write_bytes(content)
        assert say(workspace) == before
        assert path.read_bytes() == whole
    assert len(fillings) == 4


def test_another_campaign_is_not_taken_for_this_one(workspace: WorkspaceCopy, fillings: list[object]) -> None:
    approve_all(workspace)
    before = say_twice(workspace, fillings)
    assert workspace.run("rollover", "2028").status == 0
    assert "2028" in say(workspace)[0].out
    assert say(workspace, "--campaign", "2027")[0].out == before[0].out
