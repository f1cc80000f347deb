"""What `make bench` measures must be a workspace without errors, on whatever day it is run."""

import sys
from importlib import util
from pathlib import Path

import pytest

from petitioner.cli import main

SCRIPT = Path(__file__).parents[2] / "bench" / "letters.py"


def test_the_missions_of_the_bench_are_right_today(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    spec = util.spec_from_file_location("bench_letters", SCRIPT)
    assert spec
    assert spec.loader
    module = util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "bench_letters", module)
    spec.loader.exec_module(module)
    module.write_workspace(tmp_path, 3)
    assert main(["-C", str(tmp_path), "check"]) == 0
    assert "0 errors" in capsys.readouterr().err
