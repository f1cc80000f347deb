"""``petitioner doctor``: what this machine lacks."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from conftest import Bench


def test_a_machine_that_has_everything_is_told_so(bench: Bench) -> None:
    ending = bench.run("doctor")
    assert ending.status == 0, ending.out
    assert "MISSING" not in ending.out
    assert "the font 'Noto Serif CJK SC', for Chinese (Simplified) (zh-Hans)" in ending.out
    assert "libharfbuzz-subset.so.0" in ending.out
    assert "Next: petitioner check" in ending.err


def test_json_lists_what_was_looked_at(bench: Bench) -> None:
    findings = json.loads(bench.run("doctor", "--json").out)
    assert len(findings) > 10
    assert {finding["ok"] for finding in findings} == {True}


def test_missing_fonts_are_named_with_their_package(bench: Bench) -> None:
    ending = _run_without_fonts(bench, "doctor")
    assert ending.returncode == 1
    assert "MISSING  the font 'Noto Serif CJK JP', for Japanese (ja)" in ending.stdout
    assert "sudo apt-get install fonts-noto-cjk fonts-noto-core" in ending.stderr


def test_missing_fonts_stop_a_build_before_it_makes_anything(bench: Bench) -> None:
    ending = _run_without_fonts(bench, "build")
    assert ending.returncode == 3
    assert "the font 'Noto Serif', for en and ja, is not on this machine" in ending.stderr
    assert "Traceback" not in ending.stderr
    assert bench.list_made() == []


def test_a_missing_fc_match_is_named(bench: Bench, tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    environment = {**os.environ, "PATH": str(tmp_path / "bin")}
    command = [sys.executable, "-m", "petitioner", "-C", str(bench.folder)]
    doctor = subprocess.run([*command, "doctor"], env=environment, capture_output=True, text=True, check=False)
    assert doctor.returncode == 1
    assert "MISSING  fc-match" in doctor.stdout
    build = subprocess.run([*command, "build"], env=environment, capture_output=True, text=True, check=False)
    assert build.returncode == 1
    assert "fc-match" in build.stderr
    assert "Traceback" not in build.stderr


def test_settings_that_cannot_be_read_are_named(bench: Bench) -> None:
    settings = Path.home() / ".config" / "petitioner" / "config.toml"
    settings.parent.mkdir(parents=True)
    settings.write_text("coordinator = Sato")
    ending = bench.run("doctor")
    assert ending.status == 1
    assert "config.toml" in ending.out
    settings.unlink()
    shutil.rmtree(settings.parent)


def _run_without_fonts(bench: Bench, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Fontconfig is shown an empty folder instead of the machine's fonts."""
    bench.write("fonts.conf", f"<fontconfig><dir>{bench.folder}/none</dir></fontconfig>")
    environment = {**os.environ, "FONTCONFIG_FILE": str(bench.folder / "fonts.conf")}
    command = [sys.executable, "-m", "petitioner", "-C", str(bench.folder), *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
