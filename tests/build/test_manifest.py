"""What lies in ``out/`` can be changed by anybody: ``built.json`` is not believed, and nothing of others is touched."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from conftest import WorkspaceCopy
from petitioner.files import digest, find_temporary_files

OUT = "out/2027"
MANIFEST = f"{OUT}/built.json"
TOKYO, OSAKA = "jp-tokyo/petition.en.pdf", "jp-osaka/petition.en.pdf"
FOREIGN = "this file was made by a person"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small workspace after a build."""
    folder = tmp_path_factory.mktemp("built") / "small"
    shutil.copytree(Path(__file__).parents[1] / "data" / "small", folder)
    assert run(folder, "build").returncode == 0
    return folder


@pytest.fixture
def made(built: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> WorkspaceCopy:
    """A copy of it that a test may spoil."""
    shutil.copytree(built, tmp_path / "small")
    return WorkspaceCopy(tmp_path / "small", capsys)


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the program as its user does, in a process of its own; it never shows a traceback."""
    command = [sys.executable, "-m", "petitioner", "-C", str(folder), *arguments]
    ending = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert "Traceback" not in ending.stderr
    return ending


def read(workspace: WorkspaceCopy) -> dict[str, Any]:
    said: dict[str, Any] = json.loads((workspace.folder / MANIFEST).read_text("utf-8"))
    return said


def forge(workspace: WorkspaceCopy, path: str, content: bytes, recipient: str = "jp-tokyo") -> None:
    """Let the manifest say that the last build made a file of this path and content."""
    said = read(workspace)
    key = said["files"][TOKYO]["key"]
    said["files"][path] = {"recipient": recipient, "key": key, "sha256": digest(content), "remarks": []}
    workspace.write(MANIFEST, json.dumps(said))


def list_files(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


PLACES = [
    "../../recipients.yaml",
    "../../mailing-log.sqlite",
    "../../letters/2027/petition.en.md",
    "../2026/jp-tokyo/petition.en.pdf",
    "jp-tokyo/../../../recipients.yaml",
    "jp-tokyo/notes.txt",
    "jp-tokyo/petition.pdf",
    "print/letters.pdf",
    "./jp-tokyo/notes.en.txt",
    "jp-tokyo//notes.en.txt",
    "built.json",
    "jp-tokyo",
    ".",
    "",
]


@pytest.mark.parametrize("place", PLACES)
def test_no_file_is_removed_but_a_letter_that_was_made(made: WorkspaceCopy, place: str) -> None:
    target = made.folder / OUT / place
    if not target.exists():
        made.write(str(Path(OUT) / place), FOREIGN)
    forge(made, place, target.read_bytes() if target.is_file() else b"")
    before = list_files(made.folder)
    ending = made.run("build")
    assert ending.status == 0
    assert "6 kept" in ending.err
    assert f"{MANIFEST}: warning: " in ending.err
    assert "[B903]" in ending.err
    manifest = str(made.folder / MANIFEST)
    assert {**list_files(made.folder), manifest: b""} == {**before, manifest: b""}
    assert "B903" not in made.run("build").err


def test_a_manifest_full_of_other_people_s_files_removes_none_of_them(made: WorkspaceCopy, tmp_path: Path) -> None:
    """The same at once, in a process of its own."""
    mine = tmp_path / "mine.en.pdf"
    mine.write_text(FOREIGN)
    run(made.folder, "log", "add", "posted", "jp-tokyo", "--on", "2026-01-01", "--by", "Hanako")
    victims = [mine, *(made.folder / name for name in ("mailing-log.sqlite", "recipients.yaml"))]
    for victim in victims:
        forge(made, os.path.relpath(victim, made.folder / OUT), victim.read_bytes())
        forge(made, str(victim), victim.read_bytes())
    ending = run(made.folder, "build")
    assert ending.returncode == 0
    assert "these are not files of letters, and are not used: " in ending.stderr
    assert " and 3 more" in ending.stderr
    assert all(victim.exists() for victim in victims)


@pytest.mark.parametrize("content", [FOREIGN.encode(), b"%PDF-1.7\n%%EOF", b"PK\x03\x04"])
def test_a_file_of_a_person_under_a_letter_s_name_is_neither_removed_nor_written_over(
    made: WorkspaceCopy, content: bytes
) -> None:
    """Its path and hash stand in the manifest, but no build made it."""
    made.write(f"{OUT}/jp-tokyo/notes.en.pdf", content)
    forge(made, "jp-tokyo/notes.en.pdf", content)
    made.write(f"{OUT}/{TOKYO}", content)
    forge(made, TOKYO, content)
    made.edit("letters/2027/petition.en.md", "Let them stay", "Let them all stay")
    ending = made.run("build")
    assert ending.status == 1
    assert f"{OUT}/{TOKYO}: somebody changed this file after it was built; it was not overwritten" in ending.err
    assert (made.folder / OUT / TOKYO).read_bytes() == content
    assert (made.folder / OUT / "jp-tokyo/notes.en.pdf").read_bytes() == content


def test_a_letter_of_another_recipient_is_not_kept_as_this_one_s(made: WorkspaceCopy) -> None:
    shutil.copy(made.folder / OUT / OSAKA, made.folder / OUT / TOKYO)
    forge(made, TOKYO, (made.folder / OUT / TOKYO).read_bytes())
    ending = made.run("build")
    assert f"{OUT}/{TOKYO}: somebody changed this file after it was built" in ending.err


def test_a_letter_of_a_mission_that_is_no_longer_written_to_is_still_removed(made: WorkspaceCopy) -> None:
    made.edit("recipients.yaml", "channels: [post, hand]", "channels: [post, hand]\n    skip: moved away")
    ending = made.run("build")
    assert f"removed {OUT}/{OSAKA}, which is no longer made" in ending.err
    assert not (made.folder / OUT / "jp-osaka").exists()


HASH = "0" * 64


def name_file(path: str = TOKYO, **fields: object) -> str:
    entry = {"recipient": "jp-tokyo", "key": HASH, "sha256": HASH, **fields}
    return json.dumps({"version": 1, "files": {path: entry}})


TEXTS = {
    "deep list": "[" * 100_000,
    "deep mapping": '{"version": 1, "files": ' + '{"a":' * 100_000,
    "NUL": "\0",
    "a point": '"."',
    "a name": '"jp-tokyo"',
    "a list": "[]",
    "null": "null",
    "infinity": "1e999",
    "a long number": "9" * 5000,
    "another version": '{"version": 2, "files": {}}',
    "no files": '{"version": 1}',
    "a list of files": '{"version": 1, "files": []}',
    "a name for an entry": '{"version": 1, "files": {"jp-tokyo": "jp-tokyo"}}',
    "null for an entry": f'{{"version": 1, "files": {{"{TOKYO}": null}}}}',
    "a key is missing": f'{{"version": 1, "files": {{"{TOKYO}": {{"recipient": "jp-tokyo"}}}}}}',
    "other types": name_file(recipient=["jp-tokyo"], key=1, sha256={}),
    "a key too many": name_file(mode="0777"),
    "NUL in a path": name_file("jp-tokyo/petition\0.en.pdf"),
    "signs for the terminal in a path": name_file("\ud800\x1b[2J"),
    "another recipient": name_file(recipient="jp-osaka"),
    "signs for the terminal in a remark": name_file(remarks=[{"code": "F924", "message": "\x1b[2J", "hint": ""}]),
    "other types in a remark": name_file(remarks=[{"code": [], "message": 1, "hint": {}}]),
    "a remark that is none": name_file(remarks=["F924"]),
    "remarks that are none": name_file(remarks={"F924": 1}),
    "a mark at the start": "\ufeff{}",
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_whatever_stands_in_the_manifest_is_told_and_written_anew(made: WorkspaceCopy, text: str) -> None:
    made.write(MANIFEST, text.encode("utf-8", "surrogatepass"))
    status = made.run()
    added = made.run("log", "add", "posted", "jp-tokyo", "--on", "2026-01-01", "--by", "Hanako")
    assert (status.status, added.status) == (0, 0)
    ending = made.run("build")
    assert ending.status == 0
    assert "6 kept" in ending.err
    assert f"{MANIFEST}: warning: " in ending.err
    assert "\x1b" not in ending.err
    assert sorted(read(made)["files"]) == sorted(path for path in read(made)["files"] if path.startswith("jp-"))
    assert len(read(made)["files"]) == 6


def test_a_pipe_or_a_link_in_the_place_of_the_manifest_is_not_waited_for(made: WorkspaceCopy, tmp_path: Path) -> None:
    manifest = made.folder / MANIFEST
    shutil.copy(manifest, tmp_path / "elsewhere.json")
    manifest.unlink()
    os.mkfifo(manifest)
    assert "[B903]" in run(made.folder, "build").stderr
    manifest.unlink()
    manifest.symlink_to(tmp_path / "elsewhere.json")
    assert "[B903]" in run(made.folder, "build").stderr
    assert not manifest.is_symlink()


@pytest.mark.parametrize("kind", ["link", "pipe", "folder"])
def test_what_is_no_file_in_a_letter_s_place_is_left_and_named(made: WorkspaceCopy, tmp_path: Path, kind: str) -> None:
    letter = made.folder / OUT / TOKYO
    content = letter.read_bytes()
    letter.unlink()
    if kind == "link":
        (tmp_path / "elsewhere.pdf").write_bytes(content)
        letter.symlink_to(tmp_path / "elsewhere.pdf")
    elif kind == "pipe":
        os.mkfifo(letter)
    else:
        letter.mkdir()
    assert f"{OUT}/{TOKYO}: somebody changed this file after it was built" in run(made.folder, "build").stderr
    made.edit("recipients.yaml", "languages: [ja, en]", "languages: [ja]")
    assert "it is no longer made" in run(made.folder, "build").stderr
    assert os.path.lexists(letter)
    added = run(made.folder, "log", "add", "posted", "jp-tokyo", "--on", "2026-01-01", "--by", "Hanako")
    assert added.returncode == 0
    assert "petition.en.pdf cannot be read (" in added.stderr


class TestWhatTheLogTakesIn:
    ADD = ("log", "add", "posted", "jp-tokyo", "--on", "2026-01-01", "--by", "Hanako")

    @pytest.mark.parametrize("path", ["/etc/passwd", f"{'../' * 30}etc/passwd", "../../recipients.yaml"])
    def test_no_file_outside_of_the_recipient_s_folder(self, made: WorkspaceCopy, path: str) -> None:
        content = (made.folder / OUT / path).read_bytes()
        forge(made, path, content)
        ending = run(made.folder, *self.ADD)
        assert ending.returncode == 0
        assert digest(content) not in run(made.folder, "log", "show", "jp-tokyo", "--json").stdout

    def test_no_file_through_a_link(self, made: WorkspaceCopy) -> None:
        content = Path("/etc/passwd").read_bytes()
        (made.folder / OUT / TOKYO).unlink()
        (made.folder / OUT / TOKYO).symlink_to("/etc/passwd")
        forge(made, TOKYO, content)
        assert "petition.en.pdf cannot be read (it is a link)" in run(made.folder, *self.ADD).stderr
        assert digest(content) not in run(made.folder, "log", "show", "jp-tokyo", "--json").stdout

    def test_no_file_out_of_a_folder_that_is_a_link(self, made: WorkspaceCopy, tmp_path: Path) -> None:
        shutil.move(made.folder / OUT / "jp-tokyo", tmp_path / "elsewhere")
        (made.folder / OUT / "jp-tokyo").symlink_to(tmp_path / "elsewhere")
        assert "petition.en.pdf is behind a link" in run(made.folder, *self.ADD).stderr

    def test_no_file_of_another_recipient_or_of_a_person(self, made: WorkspaceCopy) -> None:
        shutil.copy(made.folder / OUT / OSAKA, made.folder / OUT / TOKYO)
        forge(made, TOKYO, (made.folder / OUT / TOKYO).read_bytes())
        notes = "jp-tokyo/petition.ja.docx"
        made.write(f"{OUT}/{notes}", FOREIGN)
        forge(made, notes, FOREIGN.encode())
        told = run(made.folder, *self.ADD).stderr
        assert "petition.en.pdf is no letter of 2027 to jp-tokyo" in told
        assert "petition.ja.docx is no letter of 2027 to jp-tokyo" in told

    def test_the_letters_of_the_last_build_are_taken(self, made: WorkspaceCopy) -> None:
        assert "4 files kept" in run(made.folder, *self.ADD).stdout


class TestLinksInThePlaceOfFolders:
    @pytest.mark.parametrize("name", ["out", "out/2027"])
    def test_nothing_is_written_or_removed_through_a_link(self, made: WorkspaceCopy, tmp_path: Path, name: str) -> None:
        shutil.move(made.folder / name, tmp_path / "elsewhere")
        (made.folder / name).symlink_to(tmp_path / "elsewhere")
        made.edit("recipients.yaml", "languages: [ja, en]", "languages: [ja]")
        before = list_files(tmp_path / "elsewhere")
        for command in (["build"], ["print", "envelopes", "--calibrate"], ["print", "labels", "--calibrate"]):
            ending = made.run(*command)
            assert ending.status == 3
            assert f"{name}: this is a link" in ending.err
            assert "[S109]" in ending.err
            assert f"rm {name}" in ending.err
        assert list_files(tmp_path / "elsewhere") == before

    def test_a_link_in_the_place_of_one_recipient_s_folder_stops_that_one_alone(
        self, made: WorkspaceCopy, tmp_path: Path
    ) -> None:
        (tmp_path / "elsewhere").mkdir()
        shutil.rmtree(made.folder / OUT)
        (made.folder / OUT).mkdir()
        (made.folder / OUT / "jp-tokyo").symlink_to(tmp_path / "elsewhere")
        ending = made.run("build")
        assert ending.status == 1
        assert ending.err.count("out/2027/jp-tokyo: this is a link") == 1
        assert "2 made, 4 failed" in ending.err
        assert list_files(tmp_path / "elsewhere") == {}

    def test_nothing_is_printed_through_a_link(self, made: WorkspaceCopy, tmp_path: Path) -> None:
        (tmp_path / "elsewhere").mkdir()
        (tmp_path / "elsewhere/envelopes.pdf").write_text(FOREIGN)
        (made.folder / OUT / "print").symlink_to(tmp_path / "elsewhere")
        ending = made.run("print", "envelopes", "--calibrate")
        assert ending.status == 3
        assert "out/2027/print: this is a link" in ending.err
        made.run("print", "envelopes")
        assert list(list_files(tmp_path / "elsewhere").values()) == [FOREIGN.encode()]

    def test_a_link_that_is_removed_as_told_is_forgotten(self, made: WorkspaceCopy, tmp_path: Path) -> None:
        shutil.move(made.folder / "out", tmp_path / "elsewhere")
        (made.folder / "out").symlink_to(tmp_path / "elsewhere")
        (made.folder / "out").unlink()
        assert "6 made" in made.run("build").err


def test_only_what_a_killed_build_left_over_is_removed(made: WorkspaceCopy, tmp_path: Path) -> None:
    left = f"{OUT}/jp-tokyo/.petition.en.pdf.a1b2c3_d.part"
    mine = [f"{OUT}/jp-tokyo/.download.part", f"{OUT}/jp-tokyo/film.part", f"{OUT}/jp-tokyo/sub/.a.pdf.a1b2c3_d.part"]
    for path in (left, *mine):
        made.write(path, FOREIGN)
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere/.petition.en.pdf.a1b2c3_d.part").write_text(FOREIGN)
    (made.folder / OUT / "other").symlink_to(tmp_path / "elsewhere")
    assert run(made.folder, "build").returncode == 0
    assert not (made.folder / left).exists()
    assert all((made.folder / path).exists() for path in mine)
    assert (tmp_path / "elsewhere/.petition.en.pdf.a1b2c3_d.part").exists()
    assert list(find_temporary_files(tmp_path / "nowhere")) == []
