"""A command reads the workspace once, and only what it needs; those of the log never merge a letter."""

import os
import shutil
import sys
from collections import Counter
from pathlib import Path

import pytest

from conftest import NOW, WorkspaceCopy
from petitioner.cli import main
from petitioner.errors import Problem
from petitioner.log.storage.store import MailingLog
from petitioner.model.letter import Letter, Template
from petitioner.model.recipient import Recipient
from petitioner.templates.merge_letter import merge_letter
from petitioner.templates.values import MergeContext
from planted.enclosures import make_pdf, save_pdf

CAMPAIGN, LETTER = "letters/2027/campaign.yaml", "letters/2027/petition.en.md"
APPROVE = ("approve", "--yes", "--by", "Hanako", "--unread", "en", "--unread", "ja")
EVERYBODY = ("--unverified", "jp-tokyo", "--unverified", "jp-osaka")
ENCLOSURE = "enclosures:\n  - file: enclosures/report.pdf\n    title: {en: Report, ja: 報告書}\n"
OF_THE_LOG = (
    ("log",),
    ("log", "show", "jp-tokyo"),
    ("log", "add", "posted", "jp-tokyo"),
    ("log", "confirm", "1", "--because", "so it was"),
    ("log", "reopen", "jp-tokyo", "--because", "new address"),
    ("log", "settle", "jp-tokyo", "--sent", "--because", "she said so"),
    ("log", "redact", "1", "--because", "private", "--yes"),
    ("log", "withdraw", "1", "--because", "typed twice"),
    ("log", "adopt", "--because", "moved"),
    ("log", "evidence", "jp-tokyo"),
    ("recipients",),
    ("recipients", "verify", "--json"),
)

opened: list[str] = []


def note_opened(event: str, arguments: tuple[object, ...]) -> None:
    """Note which files are opened; an audit hook stays until the end of the process."""
    if event == "open" and isinstance(arguments[0], str | Path):
        opened.append(str(arguments[0]))


sys.addaudithook(note_opened)


def count_opened(ending: str) -> int:
    return sum(path.endswith(ending) for path in opened)


@pytest.fixture(scope="module")
def approved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small workspace with an enclosure, built and approved."""
    folder = tmp_path_factory.mktemp("approved") / "small"
    shutil.copytree(Path(__file__).parents[1] / "data" / "small", folder)
    with (folder / CAMPAIGN).open("a", encoding="utf-8") as file:
        file.write(ENCLOSURE)
    (folder / "letters/2027/enclosures").mkdir()
    (folder / "letters/2027/enclosures/report.pdf").write_bytes(save_pdf(make_pdf()))
    assert main(["-C", str(folder), "build"], now=NOW) == 0
    assert main(["-C", str(folder), *APPROVE, *EVERYBODY], now=NOW) == 0
    return folder


@pytest.fixture
def ready(approved: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> WorkspaceCopy:
    """A copy of it that a test may spoil; no file is newer than the approval."""
    shutil.copytree(approved, tmp_path / "small")
    return WorkspaceCopy(tmp_path / "small", capsys)


@pytest.fixture
def merged(monkeypatch: pytest.MonkeyPatch) -> Counter[tuple[str, str]]:
    """How often each letter was merged for each recipient."""
    counts: Counter[tuple[str, str]] = Counter()

    def count(
        template: Template, recipient: Recipient, material: MergeContext
    ) -> tuple[Letter | None, tuple[Problem, ...]]:
        counts[template.origin.path, recipient.id] += 1
        return merge_letter(template, recipient, material)

    monkeypatch.setattr("petitioner.templates.merge.merge_letter", count)
    return counts


def flags_of(workspace: WorkspaceCopy) -> dict[str, str]:
    return dict(MailingLog.within(workspace.folder).read()[-1].details.flags)


def make_newer(workspace: WorkspaceCopy, path: str) -> None:
    after = NOW.timestamp() + 3600
    os.utime(workspace.folder / path, (after, after))


@pytest.mark.parametrize("command", OF_THE_LOG, ids=" ".join)
def test_a_command_of_the_log_reads_recipients_and_campaign_and_merges_nothing(
    ready: WorkspaceCopy, merged: Counter[tuple[str, str]], command: tuple[str, ...]
) -> None:
    ready.run("log")  # which remembers the records of this folder
    opened.clear()
    ready.run(*command)
    assert count_opened("/recipients.yaml") == count_opened("/campaign.yaml") == 1
    assert count_opened(".md") == count_opened("theme.toml") == count_opened("letter.css") == 0
    assert not merged


CHOSEN = ("--lang", "en", "--lang", "ja")  # with a choice, nothing is remembered of the last build


@pytest.mark.parametrize("command", [APPROVE, ("check", *CHOSEN), ("build", *CHOSEN)], ids=" ".join)
def test_a_command_about_letters_reads_and_merges_each_once(
    ready: WorkspaceCopy, merged: Counter[tuple[str, str]], command: tuple[str, ...]
) -> None:
    opened.clear()
    ready.run(*command)
    assert count_opened("/recipients.yaml") == count_opened("/campaign.yaml") == count_opened("/petition.en.md") == 1
    assert set(merged.values()) == {1}


def test_the_bare_command_reads_each_letter_once_and_merges_nothing_if_it_ran_on_these_files_before(
    ready: WorkspaceCopy, merged: Counter[tuple[str, str]]
) -> None:
    ready.run()
    merged.clear()
    opened.clear()
    ready.run()
    assert count_opened("/petition.en.md") == 1
    assert not merged


def test_a_mistyped_id_is_named_before_a_letter_is_read(ready: WorkspaceCopy) -> None:
    opened.clear()
    ending = ready.run("log", "add", "posted", "jp-tokio")
    assert (ending.status, count_opened(".md"), count_opened("built.json")) == (2, 0, 0)
    assert "'jp-tokio' is not a recipient. Did you mean 'jp-tokyo'?" in ending.err


def test_errors_in_a_letter_do_not_keep_a_fact_out_of_the_log(ready: WorkspaceCopy) -> None:
    ready.write(LETTER, "no head at all")
    assert ready.run("log", "add", "posted", "jp-tokyo").status == 0


class TestWhatStandsBehindAFact:
    def test_the_approved_files_are_kept_and_nothing_is_flagged(self, ready: WorkspaceCopy) -> None:
        ready.run("log", "add", "posted", "jp-tokyo", "--on", "2027-09-01")
        approved, posted = (MailingLog.within(ready.folder).read()[at] for at in (0, -1))
        assert flags_of(ready) == {}
        assert posted.documents == tuple(one for one in approved.documents if one.role != "content")

    def test_files_that_were_built_anew_are_not_those_approved(self, ready: WorkspaceCopy) -> None:
        ready.edit(LETTER, "Let them stay.", "Let them live.")
        ready.run("build")
        ready.run("log", "add", "posted", "jp-tokyo", "--on", "2027-09-01")
        assert flags_of(ready) == {"unapproved": "changed since it was approved on 2027-09-01 (event 1)"}

    def test_so_is_another_enclosure(self, ready: WorkspaceCopy) -> None:
        ready.write("letters/2027/enclosures/report.pdf", save_pdf(make_pdf((500, 500))))
        ready.run("log", "add", "posted", "jp-tokyo", "--on", "2027-09-01")
        assert flags_of(ready) == {"unapproved": "changed since it was approved on 2027-09-01 (event 1)"}

    def test_what_was_changed_and_not_built_is_named(self, ready: WorkspaceCopy) -> None:
        ready.edit(LETTER, "Let them stay.", "Let them live.")
        for path in (LETTER, "recipients.yaml"):
            make_newer(ready, path)
        ending = ready.run("log", "add", "posted", "jp-tokyo", "jp-osaka", "--on", "2027-09-01")
        words = f"recipients.yaml, {LETTER} changed after the build and the approval"
        assert f"Note: {words}." in ending.err
        assert flags_of(ready) == {"outdated": words}

    def test_files_with_a_new_time_and_the_same_content_are_not_named(self, ready: WorkspaceCopy) -> None:
        for path in (LETTER, "recipients.yaml"):
            make_newer(ready, path)
        ending = ready.run("log", "add", "posted", "jp-tokyo", "jp-osaka", "--on", "2027-09-01")
        assert "changed after the build" not in ending.err
        assert flags_of(ready) == {}

    def test_a_build_that_finds_nothing_to_make_settles_that(self, ready: WorkspaceCopy) -> None:
        make_newer(ready, "recipients.yaml")
        ready.run("build")
        make_newer(ready, "out/2027/built.json")
        ready.run("log", "add", "posted", "jp-tokyo", "--on", "2027-09-01")
        assert flags_of(ready) == {}

    def test_a_build_of_all_writes_down_that_all_files_are_of_the_present_content(self, ready: WorkspaceCopy) -> None:
        manifest = ready.folder / "out/2027/built.json"
        os.utime(manifest, (0, 0))
        ready.run("build", "--only", "jp-tokyo")
        assert manifest.stat().st_mtime == 0
        ready.run("build")
        assert manifest.stat().st_mtime > 0
