"""What a coordinator does without e-mail works on a machine that lacks what only Linux has."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

LACKING = '''\
"""Takes away what other systems do not have, before the program begins."""

import os, pathlib, socket, stat, sys

sys.modules["fcntl"] = None  # `import fcntl` fails, as on Windows
del socket.AF_UNIX

sync = os.fsync


def sync_no_folder(handle):
    if stat.S_ISDIR(os.fstat(handle).st_mode):
        raise OSError(22, "Invalid argument")  # as on some network drives
    sync(handle)


os.fsync = sync_no_folder

import petitioner.fontconfig as fontconfig
import petitioner.user_data.logs as logs

fontconfig.FILE_NAMES = ()
logs.MACHINE_IDS = (pathlib.Path("/missing/machine-id"),)
'''


@pytest.fixture
def lacking(tmp_path: Path) -> Path:
    """A folder with a module that Python loads before all others."""
    folder = tmp_path / "lacking"
    folder.mkdir()
    (folder / "lacking.py").write_text(LACKING)
    return folder


def run(lacking: Path, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the program in a folder on such a machine."""
    start = "import lacking, sys; from petitioner.cli import main; sys.exit(main(sys.argv[1:]))"
    paths = [str(lacking), *filter(None, [os.environ.get("PYTHONPATH")])]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}
    command = [sys.executable, "-c", start, *arguments]
    ending = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert "Traceback" not in ending.stderr, ending.stderr
    return ending


@pytest.mark.slow
def test_a_workspace_is_made_checked_built_approved_and_logged(lacking: Path, tmp_path: Path) -> None:
    assert run(lacking, tmp_path, "init", "demo", "--lang", "en").returncode == 0
    demo = tmp_path / "demo"
    listed = (demo / "recipients.yaml").read_text("utf-8").splitlines(keepends=True)
    (demo / "recipients.yaml").write_text("".join(line for line in listed if not line.startswith("    hold:")), "utf-8")
    for command, said in (
        (["check"], "2 letters to 2 recipients"),
        (["build"], "4 made"),
        (["read", "en", "--by", "Mary Bell"], "read by Mary Bell"),
        (["recipients", "verify", "--confirmed", "jp-tokyo", "jp-osaka"], "2 confirmed"),
        (["approve", "--yes", "--by", "Anne"], "Event 2"),
        (["log", "add", "posted", "jp-osaka", "--by", "Anne"], "Event 3"),
        (["log", "copy"], ""),
        (["log"], "posted"),
    ):
        ending = run(lacking, demo, *command)
        assert ending.returncode == 0, (command, ending.stderr)
        assert said in ending.stdout + ending.stderr
    assert "The log is whole: 3 events" in run(lacking, demo, "log", "verify").stdout
