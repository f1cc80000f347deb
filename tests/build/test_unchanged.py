"""A build or check without changes: it looks at no letter again, and yet reports what a fresh one would."""

import json
import os
import shutil
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import NOW, Ending, WorkspaceCopy, copy_workspace
from petitioner.build.last_build import LastBuild, find_last_build, hash_inputs, remember_build
from petitioner.build.program import hash_environment
from petitioner.build.results import Totals
from petitioner.errors import Problem
from petitioner.fonts import find_face
from petitioner.inputs.folder import TrackedFolder
from petitioner.inputs.workspace import read_workspace

_MORE = (
    "letters/2027/hand.png",
    "letters/2027/report.pdf",
    "letters/theme/theme.yaml",
    "letters/theme/letter.css",
    "letters/theme/logo.png",
)
_MANIFEST = "out/2027/built.json"
_CHANNELS = "    channels: [post, hand]\n"


def is_remembered(workspace: WorkspaceCopy) -> bool:
    """Whether nothing has changed since the last build."""
    return find_last_build(workspace.folder, None, NOW) is not None


def forget(workspace: WorkspaceCopy) -> None:
    """Remove what the manifest says of the last build, so that the next one reads everything."""
    path = workspace.folder / _MANIFEST
    manifest = json.loads(path.read_bytes())
    manifest.pop("last_build", None)
    path.write_text(json.dumps(manifest, indent=1) + "\n")


def run_twice(workspace: WorkspaceCopy, *arguments: str) -> tuple[Ending, Ending]:
    """Run a command with what the last build left, and as if there had been none."""
    first = workspace.run(*arguments)
    forget(workspace)
    return first, workspace.run(*arguments)


@pytest.fixture
def built(workspace: WorkspaceCopy) -> WorkspaceCopy:
    """A workspace with a warning of its own, which was just built."""
    workspace.edit("recipients.yaml", _CHANNELS, f"{_CHANNELS}    telephone: 6445-9481\n")
    assert "[R322]" in workspace.run("build").err
    assert is_remembered(workspace)
    return workspace


@pytest.mark.parametrize(
    "arguments", [("build",), ("build", "--json"), ("check",), ("check", "--json"), ("check", "--strict")], ids=" ".join
)
def test_without_changes_the_same_is_reported_as_by_reading_everything(
    built: WorkspaceCopy, arguments: tuple[str, ...]
) -> None:
    first, second = run_twice(built, *arguments)
    assert first == second


def test_without_changes_no_letter_is_looked_at(built: WorkspaceCopy) -> None:
    assert "nothing has changed since the last build" in built.run("-v", "build").err
    forget(built)
    assert "filled in 3 letters" in built.run("-v", "build").err


def test_a_build_without_changes_says_that_all_files_are_current(built: WorkspaceCopy) -> None:
    manifest = built.folder / _MANIFEST
    os.utime(manifest, (0, 0))
    built.run("build")
    assert manifest.stat().st_mtime > 0


def test_a_hold_and_unread_texts_are_named_again(workspace: WorkspaceCopy) -> None:
    workspace.edit("recipients.yaml", _CHANNELS, f"{_CHANNELS}    hold: we moved\n")
    workspace.build()
    first, second = run_twice(workspace, "build")
    assert first == second
    assert "on hold: jp-osaka: we moved" in first.err
    assert "Still to be read" in first.err


def test_a_built_file_that_was_changed_is_reported(built: WorkspaceCopy) -> None:
    letter = built.folder / "out/2027/jp-osaka/petition.en.docx"
    letter.write_bytes(letter.read_bytes() + b" ")
    first, second = run_twice(built, "build")
    assert first == second
    assert "somebody changed this file" in first.err


def test_a_built_file_that_was_deleted_is_made_again(built: WorkspaceCopy) -> None:
    letter = built.folder / "out/2027/jp-osaka/petition.en.docx"
    before = letter.read_bytes()
    letter.unlink()
    assert "made, " in built.run("build").err
    assert letter.read_bytes() == before


def test_a_folder_of_letters_that_became_a_link_is_reported(built: WorkspaceCopy, tmp_path: Path) -> None:
    home = built.folder / "out/2027/jp-osaka"
    home.rename(tmp_path / "elsewhere")
    home.symlink_to(tmp_path / "elsewhere")
    ending = built.run("build")
    assert (ending.status, "[S109]" in ending.err) == (1, True)


def test_on_another_day_everything_is_checked_again(built: WorkspaceCopy) -> None:
    assert find_last_build(built.folder, None, NOW + timedelta(hours=11)) is not None  # still 1 September in Tokyo
    assert find_last_build(built.folder, None, NOW + timedelta(hours=13)) is None


def test_a_build_of_some_letters_is_not_answered_from_memory(built: WorkspaceCopy) -> None:
    assert "2 kept." in built.run("build", "--only", "jp-osaka").err
    assert "1 letter to 1 recipient" in built.run("check", "--limit", "1", "--lang", "ja").err


def test_a_build_with_sizes_chosen_anew_is_not_remembered_as_the_one_before(built: WorkspaceCopy) -> None:
    built.run("build", "--fit")
    first, second = run_twice(built, "build")
    assert first == second


def test_a_file_that_is_edited_while_the_build_runs_is_noticed(built: WorkspaceCopy) -> None:
    read, _ = read_workspace(built.folder)
    built.edit("letters/2027/_request.ja.md", "送還しないでください", "保護してください")
    _remember(built.folder, read.seen)
    assert not is_remembered(built)


def test_a_file_that_changes_between_two_readings_is_never_taken_for_unchanged(tmp_path: Path) -> None:
    folder = TrackedFolder(tmp_path)
    for content in (b"one", b"two"):
        (tmp_path / "picture.png").write_bytes(content)
        folder.read_file("picture.png")
    assert folder.seen["file picture.png"] not in {_digest(tmp_path, content) for content in (b"one", b"two")}


def test_a_new_font_or_a_changed_one_is_noticed(
    built: WorkspaceCopy, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    before = hash_environment()
    (tmp_path / "fonts").mkdir()
    font = tmp_path / "fonts" / "New.ttf"
    shutil.copy(_find_font(), font)
    added = hash_environment()
    os.utime(font, ns=(0, 0))
    assert len({before, added, hash_environment()}) == 3
    assert not is_remembered(built)


def test_new_settings_of_fonts_are_noticed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    before = hash_environment()
    (tmp_path / "fontconfig").mkdir()
    (tmp_path / "fontconfig" / "fonts.conf").write_text("<fontconfig></fontconfig>")
    assert hash_environment() != before


def test_another_version_of_a_library_is_noticed(
    built: WorkspaceCopy, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "markdown_it_py-99.0.dist-info").mkdir()
    monkeypatch.syspath_prepend(str(tmp_path))
    assert not is_remembered(built)


def test_without_fontconfig_nothing_is_remembered(built: WorkspaceCopy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("petitioner.build.program.load_fontconfig", lambda: None)
    assert not is_remembered(built)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"zone": "Asia/Tokyo"', '"zone": "../../etc"'),
        ('"severity": "warning"', '"severity": "error"'),
        ('"unread": [', '"unread": 7, "more": ['),
        ('"last_build": {', '"last_build": 7, "more": {'),
        ('"campaign": "2027"', '"campaign": "2026"'),
    ],
)
def test_a_manifest_that_no_build_wrote_is_not_trusted(built: WorkspaceCopy, old: str, new: str) -> None:
    manifest = (built.folder / _MANIFEST).read_text()
    assert old in manifest
    (built.folder / _MANIFEST).write_text(manifest.replace(old, new, 1))
    assert not is_remembered(built)


def test_what_is_approved_is_read_again_whatever_the_manifest_says(built: WorkspaceCopy) -> None:
    built.edit("letters/2027/_request.ja.md", "送還しないでください", "保護してください")
    read, _ = read_workspace(built.folder)
    _remember(built.folder, read.seen)  # as if the changed text had been built
    assert "6 kept" in built.run("build").err
    ending = built.run(
        *("approve", "--yes", "--by", "Sato Hanako", "--unread", "ja", "--unread", "en"),
        *("--unverified", "jp-tokyo", "--unverified", "jp-osaka"),
    )
    assert ending.status != 0
    assert "is not of the present text" in ending.err


# A law: whatever changes in one byte of one file, or by one file more or less, nothing is taken for unchanged.


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with files of every kind, remembered as if it had just been built."""
    folder = tmp_path_factory.mktemp("unchanged") / "everything"
    copy_workspace(Path(__file__).parents[1] / "data" / "small", folder)
    campaign = folder / "letters/2027/campaign.yaml"
    signed = campaign.read_text().replace("    title: {en: Executive", "    image: hand.png\n    title: {en: Executive")
    campaign.write_text(f"{signed}\nenclosures:\n  - file: report.pdf\n    title: {{en: Report, ja: 報告書}}\n")
    for name in _MORE:
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text("accent: '#102030'\n")
    read, _ = read_workspace(folder)
    assert {f"file {name}" for name in _MORE} <= read.seen.keys()
    _remember(folder, read.seen)
    return folder


def _list_inputs(folder: Path) -> list[Path]:
    read, _ = read_workspace(folder)
    return [folder / key.partition(" ")[2] for key in read.seen if key.startswith("file ")]


@given(data=st.data())
@settings(max_examples=60)
def test_a_change_of_any_byte_of_any_input_is_noticed(everything: Path, data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(_list_inputs(everything)))
    content = path.read_bytes()
    place = data.draw(st.integers(0, len(content) - 1))
    changed = content[:place] + bytes([content[place] ^ data.draw(st.integers(1, 255))]) + content[place + 1 :]
    assert find_last_build(everything, None, NOW) is not None
    try:
        path.write_bytes(changed)
        assert find_last_build(everything, None, NOW) is None
    finally:
        path.write_bytes(content)


@given(data=st.data())
@settings(max_examples=20)
def test_a_missing_input_is_noticed(everything: Path, data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(_list_inputs(everything)))
    content = path.read_bytes()
    try:
        path.unlink()
        assert find_last_build(everything, None, NOW) is None
    finally:
        path.write_bytes(content)


@pytest.mark.parametrize(
    "path",
    [
        "letters/theme/logo.jpg",
        "letters/2027/petition.zh-Hant.md",
        "letters/2027/_more.en.md",
        "letters/2027/fit (1).yaml",
        "letters/2026/petition.en.md",
        "letters/2028/campaign.yaml",
        "recipients (1).yaml",
    ],
)
def test_a_new_file_that_matters_is_noticed(everything: Path, path: str) -> None:
    if (everything / path).exists():
        pytest.fail(f"{path} exists already")
    with TemporaryDirectory() as name:
        folder = Path(name) / "workspace"
        shutil.copytree(everything, folder)
        assert find_last_build(folder, None, NOW) is not None
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text("---\n")
        assert find_last_build(folder, None, NOW) is None


def test_a_change_of_a_text_is_built_as_if_nothing_were_remembered(
    built: WorkspaceCopy, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = WorkspaceCopy(tmp_path / "other", capsys)
    shutil.copytree(built.folder, other.folder)
    forget(other)
    for workspace in (built, other):
        workspace.edit("letters/2027/_request.ja.md", "送還しないでください", "保護してください")
    first, second = built.run("build"), other.run("build")
    assert first.err.split("\n") == second.err.split("\n")
    assert _read_letters(built) == _read_letters(other)


def _read_letters(workspace: WorkspaceCopy) -> dict[str, bytes]:
    out = workspace.folder / "out"
    return {path: (out / path).read_bytes() for path in workspace.list_made()}


def _remember(folder: Path, seen: Mapping[str, str]) -> None:
    """Write a manifest as if a build had just read these files."""
    environment = hash_environment()
    assert environment
    manifest = folder / _MANIFEST
    manifest.parent.mkdir(parents=True, exist_ok=True)
    files = json.loads(manifest.read_bytes())["files"] if manifest.exists() else {}
    manifest.write_text(json.dumps({"version": 1, "files": files}))
    inputs = hash_inputs(seen, NOW.date(), environment)
    totals = Totals(3, 2, (), ())
    results: Mapping[str, tuple[Problem, ...]] = dict.fromkeys(files, ())
    last = LastBuild("2027", inputs, tuple(seen), "Asia/Tokyo", totals, (), (), results)
    remember_build(manifest.parent, last)


def _digest(folder: Path, content: bytes) -> str:
    (folder / "picture.png").write_bytes(content)
    once = TrackedFolder(folder)
    once.read_file("picture.png")
    return once.seen["file picture.png"]


def _find_font() -> Path:
    face = find_face("Noto Serif")
    assert face
    return Path(face.path)
