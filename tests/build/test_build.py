"""The build: only what changed, nothing half written, and never over a person's own work."""

import errno
import json
import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from conftest import WorkspaceCopy
from documents import read_pdf_pages
from petitioner.build.journal import JOURNAL_NAME, Journal, hold_build_lock
from petitioner.build.manifest import read_manifest
from petitioner.files import write_atomically

FILES = [
    "2027/built.json",
    "2027/jp-osaka/petition.en.docx",
    "2027/jp-osaka/petition.en.pdf",
    "2027/jp-tokyo/petition.en.docx",
    "2027/jp-tokyo/petition.en.pdf",
    "2027/jp-tokyo/petition.ja.docx",
    "2027/jp-tokyo/petition.ja.pdf",
]


def test_every_recipient_gets_a_pdf_and_a_docx_in_each_language(workspace: WorkspaceCopy) -> None:
    ending = workspace.run("build")
    assert ending.status == 0
    assert workspace.list_made() == FILES
    assert "3 letters to 2 recipients in out/2027: 6 made." in ending.err
    assert "Next: petitioner" in ending.err
    assert ending.out == ""


def test_a_second_build_makes_no_letter_again(workspace: WorkspaceCopy) -> None:
    workspace.build()
    letters = [workspace.folder / "out" / path for path in FILES if not path.endswith(".json")]
    before = [path.stat().st_mtime_ns for path in letters]
    ending = workspace.run("build")
    assert "6 kept." in ending.err
    assert [path.stat().st_mtime_ns for path in letters] == before


def test_a_change_in_one_letter_makes_only_that_letter_anew(workspace: WorkspaceCopy) -> None:
    workspace.build()
    workspace.edit("letters/2027/_request.ja.md", "送還しないでください", "保護してください")
    assert "2 made, 4 kept." in workspace.run("build").err


def test_a_change_in_one_recipient_makes_only_its_letters_anew(workspace: WorkspaceCopy) -> None:
    workspace.build()
    workspace.edit("recipients.yaml", "大阪府大阪市西区靱本町3-9-2", "大阪府大阪市西区靱本町3-9-3")
    assert "2 made, 4 kept." in workspace.run("build").err


def test_a_file_that_was_deleted_is_made_again_with_the_same_bytes(workspace: WorkspaceCopy) -> None:
    workspace.build()
    lost = workspace.folder / "out/2027/jp-osaka/petition.en.pdf"
    content = lost.read_bytes()
    lost.unlink()
    assert "1 made, 5 kept." in workspace.run("build").err
    assert lost.read_bytes() == content


def test_the_folder_out_may_be_emptied_whole(workspace: WorkspaceCopy) -> None:
    workspace.build()
    subprocess.run(["rm", "-r", workspace.folder / "out"], check=True)
    assert "6 made." in workspace.run("build").err
    assert workspace.list_made() == FILES


def test_a_lost_manifest_costs_a_build_and_no_more(workspace: WorkspaceCopy) -> None:
    workspace.run("build")
    (workspace.folder / "out/2027/built.json").write_text("{ this is not JSON")
    ending = workspace.run("build")
    assert ending.status == 0
    assert workspace.list_made() == FILES


def test_what_is_no_longer_made_is_removed_and_said(workspace: WorkspaceCopy) -> None:
    workspace.build()
    workspace.edit("recipients.yaml", "languages: [ja, en]", "languages: [ja]")
    ending = workspace.run("build")
    assert "removed out/2027/jp-tokyo/petition.en.pdf, which is no longer made" in ending.err
    assert workspace.list_made() == [path for path in FILES if "jp-tokyo/petition.en" not in path]


def test_a_mission_that_is_skipped_loses_its_folder(workspace: WorkspaceCopy) -> None:
    workspace.build()
    workspace.edit("recipients.yaml", "channels: [post, hand]", "channels: [post, hand]\n    skip: moved away")
    assert workspace.run("build").status == 0
    assert not (workspace.folder / "out/2027/jp-osaka").exists()


def test_a_partial_build_removes_nothing(workspace: WorkspaceCopy) -> None:
    workspace.build()
    for arguments in (["--only", "jp-osaka"], ["--limit", "1"], ["--lang", "ja"]):
        assert workspace.run("build", *arguments).status == 0
        assert workspace.list_made() == FILES


def test_only_limit_and_lang_choose_what_is_made(workspace: WorkspaceCopy) -> None:
    workspace.run("build", "--only", "jp-tokyo", "--lang", "ja")
    assert workspace.list_made() == [
        "2027/built.json",
        "2027/jp-tokyo/petition.ja.docx",
        "2027/jp-tokyo/petition.ja.pdf",
    ]
    workspace.run("build", "--limit", "1")
    assert workspace.list_made() == [path for path in FILES if "osaka" not in path]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--only", "jp-osak"], "Did you mean 'jp-osaka'?"),
        (["--lang", "jp"], "Known: "),
        (["--limit", "0"], "--limit"),
        (["--onyl", "jp-osaka"], "--only"),
    ],
)
def test_a_choice_of_what_is_not_there_is_a_usage_error(
    workspace: WorkspaceCopy, arguments: list[str], said: str
) -> None:
    ending = workspace.run("build", *arguments)
    assert ending.status == 2
    assert said in ending.err
    assert workspace.list_made() == []


def test_a_file_that_somebody_edited_is_never_written_over(workspace: WorkspaceCopy) -> None:
    workspace.build()
    edited = workspace.folder / "out/2027/jp-osaka/petition.en.docx"
    edited.write_bytes(b"my own words")
    ending = workspace.run("build")
    assert ending.status == 0
    assert "out/2027/jp-osaka/petition.en.docx: somebody changed this file after it was built" in ending.err
    workspace.edit("letters/2027/petition.en.md", "Let them stay", "Let them all stay")
    ending = workspace.run("build")
    assert ending.status == 1
    assert "it was not overwritten" in ending.err
    assert edited.read_bytes() == b"my own words"


def test_an_edited_file_that_is_no_longer_made_is_left_and_named(workspace: WorkspaceCopy) -> None:
    workspace.build()
    edited = workspace.folder / "out/2027/jp-tokyo/petition.en.docx"
    edited.write_bytes(b"my own words")
    workspace.edit("recipients.yaml", "languages: [ja, en]", "languages: [ja]")
    ending = workspace.run("build")
    assert "petition.en.docx: somebody changed this file after it was built; it is no longer made" in ending.err
    assert edited.read_bytes() == b"my own words"


def test_a_file_of_somebody_elses_in_the_folder_is_left_alone(workspace: WorkspaceCopy) -> None:
    workspace.write("out/2027/jp-osaka/notes.txt", "by hand")
    workspace.build()
    assert (workspace.folder / "out/2027/jp-osaka/notes.txt").read_text() == "by hand"


def test_errors_in_the_workspace_leave_the_last_build_as_it_was(workspace: WorkspaceCopy) -> None:
    workspace.build()
    before = {path: (workspace.folder / "out" / path).read_bytes() for path in FILES}
    workspace.edit("letters/2027/petition.en.md", "{{ recipient.city }}", "{{ recipient.town }}")
    assert workspace.run("build").status == 3
    assert {path: (workspace.folder / "out" / path).read_bytes() for path in workspace.list_made()} == before


def test_json_names_every_file_and_its_fate(workspace: WorkspaceCopy) -> None:
    ending = workspace.run("build", "--json")
    said = json.loads(ending.out)
    assert said["folder"] == "out/2027"
    assert [file["fate"] for file in said["files"]] == ["made"] * 6
    assert said["files"][0] == {
        "path": "jp-tokyo/petition.ja.pdf",
        "recipient": "jp-tokyo",
        "fate": "made",
        "problems": [],
    }


def test_quiet_prints_nothing_when_all_is_well(workspace: WorkspaceCopy) -> None:
    ending = workspace.run("--quiet", "build")
    assert (ending.status, ending.out, ending.err) == (0, "", "")


def test_a_hold_is_told_and_does_not_stop_the_build(workspace: WorkspaceCopy) -> None:
    workspace.edit(
        "recipients.yaml", "channels: [post, hand]", "channels: [post, hand]\n    hold: confirm by telephone"
    )
    ending = workspace.run("build")
    assert ending.status == 0
    assert "on hold: jp-osaka: confirm by telephone" in ending.err


def test_a_folder_that_cannot_be_written_is_named_without_a_traceback(workspace: WorkspaceCopy) -> None:
    (workspace.folder / "out").mkdir()
    (workspace.folder / "out").chmod(0o555)
    ending = _run_bound_by_rights(workspace.folder, "build")
    assert ending.returncode == 1
    assert "cannot be written: Permission denied" in ending.stderr
    assert "Traceback" not in ending.stderr


def test_a_folder_that_may_not_be_entered_is_named_without_a_traceback(workspace: WorkspaceCopy) -> None:
    workspace.build()
    for folder in ("out/2027/jp-tokyo", "out"):
        (workspace.folder / folder).chmod(0)
        for command in (["build"], [], ["approve", "--yes"], ["print", "labels", "--calibrate"]):
            ending = _run_bound_by_rights(workspace.folder, *command)
            assert "Traceback" not in ending.stderr
        (workspace.folder / folder).chmod(0o755)


def test_a_full_disk_leaves_only_whole_files(workspace: WorkspaceCopy) -> None:
    """The limit on the size of a file stands in for the full disk: the English PDF fits, the Japanese one does not."""
    workspace.edit("recipients.yaml", "languages: [ja, en]", "languages: [en, ja]")  # what fits is made first

    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (22_000, 22_000))

    command = [sys.executable, "-m", "petitioner", "-C", str(workspace.folder), "build"]
    ending = subprocess.run(command, preexec_fn=limit, capture_output=True, text=True, check=False)
    assert ending.returncode == 1
    assert "cannot be written: File too large" in ending.stderr
    assert "Traceback" not in ending.stderr
    assert "2027/jp-tokyo/petition.en.pdf" in workspace.list_made()
    assert "2027/jp-tokyo/petition.ja.pdf" not in workspace.list_made()
    assert not [path for path in workspace.list_made() if path.endswith(".part")]
    assert workspace.run("build").status == 0
    assert workspace.list_made() == FILES


@pytest.mark.slow
def test_an_interrupt_keeps_what_was_finished(real: WorkspaceCopy) -> None:
    command = [sys.executable, "-m", "petitioner", "-C", str(real.folder), "build"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        _wait_for(real.folder / "out/2027/jp-osaka/petition.en.docx", process)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Interrupted" in said
    assert "Traceback" not in said
    made = [path for path in real.list_made() if path.endswith((".pdf", ".docx"))]
    assert 0 < len(made) < 42
    assert not [path for path in real.list_made() if path.endswith(".part")]
    assert f"{len(made)} kept." in real.run("build").err


@pytest.mark.slow
def test_a_killed_build_is_taken_up_by_the_next(real: WorkspaceCopy) -> None:
    command = [sys.executable, "-m", "petitioner", "-C", str(real.folder), "build"]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        _wait_for(real.folder / "out/2027/jp-osaka/petition.en.docx", process)
        process.kill()
    (real.folder / "out/2027/jp-osaka/.petition.ja.pdf.x1_ab2cd.part").write_bytes(b"half")
    real.build()
    assert len(real.list_made()) == 43
    assert not [path for path in real.list_made() if path.endswith(".part")]


CLOSING = "highest consideration"
"""Words at the end of the English letter."""


@pytest.mark.slow
@pytest.mark.parametrize("words", [CLOSING, "warmest consideration"], ids=["the first text again", "a third text"])
def test_files_of_a_killed_build_are_not_taken_for_those_of_a_person(real: WorkspaceCopy, words: str) -> None:
    real.build()
    folder, text = real.folder / "out/2027", "letters/2027/petition.en.md"
    first = {path: (folder.parent / path).read_bytes() for path in real.list_made()}
    real.edit(text, CLOSING, "deepest consideration")
    command = [sys.executable, "-m", "petitioner", "-C", str(real.folder), "build"]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        _wait_for(folder / JOURNAL_NAME, process)
        while (folder / JOURNAL_NAME).read_text("utf-8").count("\n") < 2:  # then the first file is written
            assert process.poll() is None, "the build ended too early"
            time.sleep(0.005)
        process.kill()
    assert first != {path: (folder.parent / path).read_bytes() for path in first}
    real.edit(text, "deepest consideration", words)
    ending = real.run("build")
    assert ending.status == 0, ending.err
    made = [path for path in real.list_made() if path.endswith(".en.pdf")]
    assert all(words in "".join(read_pdf_pages((folder.parent / path).read_bytes())) for path in made)
    assert not (folder / JOURNAL_NAME).exists()


def test_what_a_person_changed_after_a_killed_build_is_not_overwritten(workspace: WorkspaceCopy) -> None:
    workspace.build()
    path, folder = "jp-osaka/petition.en.pdf", workspace.folder / "out/2027"
    journal = Journal(folder)
    journal.note(path, read_manifest(folder)[0][path])
    journal.close()
    (folder / path).write_bytes(b"by hand")
    workspace.edit("recipients.yaml", "靱本町3-9-2", "靱本町3-9-3")
    ending = workspace.run("build")
    assert ending.status == 1
    assert "somebody changed this file" in ending.err
    assert (folder / path).read_bytes() == b"by hand"


def test_what_a_person_changed_must_be_moved_before_the_next_step(workspace: WorkspaceCopy) -> None:
    workspace.build()
    workspace.write("out/2027/jp-osaka/petition.en.docx", b"by hand")
    assert "Next: petitioner build  (after the files that somebody changed" in workspace.run("build").err


def test_a_journal_with_half_a_line_or_other_words_is_not_used(workspace: WorkspaceCopy) -> None:
    workspace.build()
    folder = workspace.folder / "out/2027"
    (folder / JOURNAL_NAME).write_text('["../../letters", {}]\n[1, 2]\n{"a": \n', "utf-8")
    assert list(Journal(folder).read()) == []
    assert "6 kept." in workspace.run("build").err


def test_a_second_build_at_the_same_time_is_refused_and_makes_nothing(workspace: WorkspaceCopy) -> None:
    with hold_build_lock(workspace.folder / "out/2027", "out/2027"):
        ending = workspace.run("build")
    assert ending.status == 1
    assert "Another build is making the letters in out/2027." in ending.err
    assert workspace.list_made() == []
    workspace.build()


def test_an_unchanged_build_on_a_medium_that_cannot_be_written_keeps_every_file(
    workspace: WorkspaceCopy, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace.build()

    def refuse(path: object, *_: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system", str(path))

    monkeypatch.setattr(os, "utime", refuse)
    ending = workspace.run("build")
    assert (ending.status, "6 kept." in ending.err) == (0, True)


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path: Path) -> None:
    file = tmp_path / "letter.pdf"
    write_atomically(file, b"old")
    with pytest.raises(TypeError):
        write_atomically(file, "no bytes")  # type: ignore[arg-type]  # a fault in the middle of writing
    assert file.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [file]


def test_a_new_file_gets_the_rights_that_any_new_file_gets(tmp_path: Path) -> None:
    write_atomically(tmp_path / "mine", b"x")
    (tmp_path / "theirs").touch()
    assert (tmp_path / "mine").stat().st_mode == (tmp_path / "theirs").stat().st_mode


def _run_bound_by_rights(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run in a process of its own that file permissions hold for, even when root runs the tests (capabilities(7))."""
    caps = "-dac_override,-dac_read_search"
    bound = ["setpriv", f"--bounding-set={caps}", f"--inh-caps={caps}"] if os.getuid() == 0 else []
    command = [*bound, sys.executable, "-m", "petitioner", "-C", str(folder), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def _wait_for(path: Path, process: subprocess.Popen[str] | subprocess.Popen[bytes]) -> None:
    """Wait until a build has come as far as this file; bounded, so that a build that fails does not hang the test."""
    deadline = time.monotonic() + 60
    while not path.exists():
        assert process.poll() is None, "the build ended too early"
        assert time.monotonic() < deadline, "the build is stuck"
        time.sleep(0.005)


def test_a_fault_in_the_style_sheet_is_reported_once_by_its_line_and_keeps_every_letter_back(
    workspace: WorkspaceCopy,
) -> None:
    workspace.write("letters/theme/letter.css", "p { color: black }\n\n.note { colr: red }\n")
    for _ in range(2):  # WeasyPrint warns of a sheet only while it reads it
        ending = workspace.run("build")
        assert ending.status == 1
        line = "letters/theme/letter.css:3: WeasyPrint cannot use this: Ignored `colr: red `, unknown property [B901]"
        assert ending.err.count("letters/theme/letter.css:3: ") == 1
        assert line in ending.err
        assert "3 failed" in ending.err
        assert not [path for path in workspace.list_made() if path.endswith(".pdf")]
