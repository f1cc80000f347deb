"""``petitioner open`` shows what was built, in the viewer of the system; here a program stands in for it."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from conftest import WorkspaceCopy


@pytest.fixture
def viewer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file into which a stand-in for ``xdg-open`` writes what it should open."""
    opened = tmp_path / "opened"
    program = tmp_path / "programs" / "xdg-open"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nprintf "%s\\n" "$1" >>"{opened}"\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    return opened


def open_letters(workspace: WorkspaceCopy, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Open in a process of its own, which ends before the viewer does."""
    command = [sys.executable, "-m", "petitioner", "-C", str(workspace.folder), "open", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)


def read_lines(path: Path, count: int) -> list[str]:
    """The lines of a file once it has as many; the viewer runs on its own."""
    deadline = time.monotonic() + 60
    while not path.exists() or len(lines := path.read_text().splitlines()) < count:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    return sorted(lines)


def test_the_letters_of_a_recipient_are_opened_in_all_languages(workspace: WorkspaceCopy, viewer: Path) -> None:
    workspace.build()
    ending = open_letters(workspace, "jp-tokyo")
    assert ending.returncode == 0
    folder = workspace.folder / "out/2027/jp-tokyo"
    assert read_lines(viewer, 2) == [f"{folder}/petition.en.pdf", f"{folder}/petition.ja.pdf"]
    assert "opened out/2027/jp-tokyo/petition.ja.pdf" in ending.stderr


def test_one_language_as_docx(workspace: WorkspaceCopy, viewer: Path) -> None:
    workspace.build()
    open_letters(workspace, "jp-tokyo", "--lang", "ja", "--docx")
    assert read_lines(viewer, 1) == [f"{workspace.folder}/out/2027/jp-tokyo/petition.ja.docx"]


def test_a_letter_that_is_not_built_is_not_opened(workspace: WorkspaceCopy, viewer: Path) -> None:
    ending = workspace.run("open", "jp-osaka")
    assert ending.status == 1
    assert "out/2027/jp-osaka/petition.en.pdf is not built." in ending.err
    assert "Run: petitioner build --only jp-osaka" in ending.err
    assert not viewer.exists()


def test_a_letter_of_an_earlier_text_is_not_opened(workspace: WorkspaceCopy, viewer: Path) -> None:
    workspace.build()
    workspace.edit("recipients.yaml", "大阪府大阪市西区靱本町3-9-2", "大阪府大阪市西区靱本町3-9-3")
    ending = workspace.run("open", "jp-osaka")
    assert ending.status == 1
    assert "petition.en.pdf is not of the present text." in ending.err
    assert not viewer.exists()


def test_where_there_is_no_viewer_the_path_is_named(
    workspace: WorkspaceCopy, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    workspace.build()
    monkeypatch.setenv("PATH", str(tmp_path))
    ending = workspace.run("open", "jp-osaka")
    assert ending.status == 1
    assert f"There is no viewer here; the file is {workspace.folder}/out/2027/jp-osaka/petition.en.pdf" in ending.err


def test_a_viewer_that_fails_at_once_is_reported(workspace: WorkspaceCopy, viewer: Path) -> None:
    workspace.build()
    program = viewer.parent / "programs/xdg-open"
    program.write_text("#!/bin/sh\necho no application >&2\nexit 3\n")
    ending = open_letters(workspace, "jp-osaka")
    assert ending.returncode == 1
    assert f"There is no viewer here; the file is {workspace.folder}/out/2027/jp-osaka/petition.en.pdf" in ending.stderr
    assert "opened" not in ending.stderr


def test_the_command_ends_while_the_viewer_stays_open(workspace: WorkspaceCopy, viewer: Path) -> None:
    workspace.build()
    waits = viewer.parent / "waits"
    os.mkfifo(waits)
    (viewer.parent / "programs/xdg-open").write_text(f'#!/bin/sh\nread -r _ <"{waits}"\n')
    ending = open_letters(workspace, "jp-osaka", "--lang", "en")
    waits.open("w").close()  # ends the viewer
    assert ending.returncode == 0
    assert "opened out/2027/jp-osaka/petition.en.pdf" in ending.stderr


def test_an_unknown_recipient_is_named(workspace: WorkspaceCopy) -> None:
    ending = workspace.run("open", "jp-osako")
    assert ending.status == 2
    assert "jp-osaka" in ending.err
