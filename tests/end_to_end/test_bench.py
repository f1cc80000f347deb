"""What `make bench` measures: workspaces without errors, whatever the day, and figures that say what they are."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from bench.comparisons import COMPARISONS
from bench.engines import make_ours, run
from bench.goals import GOALS
from bench.inputs import write_inputs
from bench.measure import BenchError
from bench.ours import run_ours
from bench.report import write_report
from bench.workspace import write_workspace

from petitioner.cli import main


def test_the_missions_of_the_bench_are_right_today(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = write_workspace(tmp_path / "w", 120, "en", "ja")
    assert main(["-C", str(folder), "check"]) == 0
    assert "; 0 errors, 0 warnings." in capsys.readouterr().err


@pytest.mark.parametrize(
    ("language", "words"), [("en", "forbids the return of refugees"), ("ja", "難民を送還することを禁じて")]
)
def test_the_peers_get_the_same_words(tmp_path: Path, language: str, words: str) -> None:
    inputs = tmp_path / language
    workspace = write_workspace(tmp_path / "w", 12, language)
    write_inputs(inputs, workspace, language)
    for name in ("petition.typ", "letter.html"):
        assert words in (inputs / name).read_text(encoding="utf-8")
    values = json.loads((inputs / "values.json").read_text(encoding="utf-8"))
    assert [bool(one["embassy"]) for one in values] == [number % 10 == 0 for number in range(12)]
    assert {one["kind"] for one in values} == {"embassy", "consulate"}
    assert len({one["address"] for one in values}) == 12
    workspace.rename(inputs / "workspace")
    assert run(make_ours(inputs, "docx"), 12)["made"] == 12


def test_what_fails_is_not_measured(tmp_path: Path) -> None:
    with pytest.raises(BenchError, match="status 3"):
        run_ours(tmp_path, "check")


def test_the_cpu_seconds_of_a_command_and_its_memory_are_plausible(tmp_path: Path) -> None:
    usage = run_ours(tmp_path, "--version")
    assert usage.output.startswith("petitioner")
    assert 0 < usage.cpu < 60
    assert 5 < usage.peak < 2000


def test_the_report_has_a_goal_beside_each_figure() -> None:
    text = write_report({"pdf": measured("typst", 1.6)}, ["processor: a"], ["petitioner 0"], ["Chromium"])
    assert "| 1.5 | 2.5 | **1.6** | yes | 8 ÷ 5 ms | `python -m bench --only pdf` |" in text
    assert "| no |" in write_report({"pdf": measured("typst", 1.4)}, [], [], [])
    assert "skipped, as not installed: Chromium" in text
    assert "| pdf | en | 1,000 | Typst | 8.00 |" in text


def test_a_figure_that_should_be_small_is_reached_from_above() -> None:
    assert GOALS["help"].is_reached("", 1.2)
    assert not GOALS["help"].is_reached("", 1.4)
    assert len(COMPARISONS) == 10


def measured(goal: str, value: float) -> Mapping[str, object]:
    """What one comparison leaves in the file of results."""
    figure = {"goal": goal, "language": "en", "value": value, "detail": "8 ÷ 5 ms"}
    names = ("warm", "cpu", "wall", "peak", "kb")
    sample = {"engine": "Typst", "ending": "pdf", "language": "en", "letters": 1000, **dict.fromkeys(names, 8.0)}
    about = {"form": "short", "runs": 3, "commit": "abc", "load": 1.0, "day": "2027-09-01"}
    return {"figures": [figure], "samples": [sample], **about}
