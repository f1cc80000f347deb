"""Measure petitioner beside what else a person could use, and print the results: ``python -m bench --help``."""

import argparse
import json
import os
import shutil
import subprocess
import sys
from compileall import compile_dir
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.comparisons import COMPARISONS, SHORT, WHOLE, Plan
from bench.installed import Peers
from bench.machine import describe_machine, describe_versions
from bench.report import write_report
from bench.samples import Engines
from bench.workspace import ROOT

BUILD = ROOT / "build" / "bench"
RESULTS = BUILD / "results.json"
"""What was measured by comparison, so that some can be measured again without the others."""


def main() -> int:
    """Run the comparisons that were asked for, and print the report of all that were ever run here."""
    options = _parse_options()
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # with it, each start would compile the program, as for nobody else
    compile_dir(ROOT / "src", quiet=2)
    plan, peers = WHOLE if options.whole else SHORT, Peers(options.peers)
    plan = replace(plan, runs=options.runs or plan.runs, sizes=tuple(options.sizes or plan.sizes))
    for peer in peers.missing:
        print(f"skipped: {peer} is not installed", file=sys.stderr)
    BUILD.mkdir(parents=True, exist_ok=True)
    for name in COMPARISONS if options.only is None else options.only:
        started = datetime.now(UTC)
        measured = _run(name, plan, peers)
        seconds = (datetime.now(UTC) - started).total_seconds()
        print(f"{name}: {seconds:.0f} s", file=sys.stderr)
        _keep(
            name,
            {**measured, "form": "whole" if options.whole else "short", "runs": plan.runs, "commit": _ask_commit()},
        )
    results = json.loads(RESULTS.read_text(encoding="utf-8"))
    text = write_report(results, describe_machine(), describe_versions(peers), peers.missing)
    print(text)
    if options.write:
        (ROOT / "bench" / "RESULTS.md").write_text(text, encoding="utf-8")
        if "pdf" in results:
            _draw_plot(peers)
    return 0


def _parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--whole", action="store_true", help="up to 10,000 letters: an hour or more; else minutes")
    parser.add_argument(
        "--only", nargs="*", choices=COMPARISONS, help="these comparisons, or none; earlier results stay"
    )
    parser.add_argument("--runs", type=int, help="how often each is run; figures are medians (default: 3)")
    parser.add_argument("--sizes", type=int, nargs="+", help="numbers of letters, instead of 7 100 (1000)")
    parser.add_argument("--write", action="store_true", help="write bench/RESULTS.md and bench/plot.svg")
    parser.add_argument(
        "--peers",
        metavar="PYTHON",
        default=os.environ.get("PETITIONER_BENCH_PEERS", sys.executable),
        help="the Python with the packages of bench/peers/requirements.txt (default: $PETITIONER_BENCH_PEERS, or this)",
    )
    return parser.parse_args()


def _run(name: str, plan: Plan, peers: Peers) -> dict[str, object]:
    with TemporaryDirectory() as folder:
        engines = Engines(Path(folder), peers)
        figures = []
        for figure in COMPARISONS[name](engines, plan):
            print(
                f"{figure.goal} {figure.language}: {figure.value:.3g}, from {figure.detail}",
                file=sys.stderr,
                flush=True,
            )
            figures.append(asdict(figure))
        return {"figures": figures, "samples": [asdict(sample) for sample in engines.samples]}


def _keep(name: str, measured: dict[str, object]) -> None:
    results = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}
    results[name] = {**measured, "load": os.getloadavg()[0], "day": datetime.now(UTC).date().isoformat()}
    RESULTS.write_text(json.dumps(results, indent=1), encoding="utf-8")


def _ask_commit() -> str:
    git = shutil.which("git")
    if not git:
        return ""
    told = subprocess.run([git, "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False)
    return told.stdout.strip()


def _draw_plot(peers: Peers) -> None:
    """Draw the plot, where matplotlib is installed."""
    plot = ROOT / "bench" / "plot.svg"
    command = [peers.python, "-m", "bench.plot", str(RESULTS), str(plot)]
    if subprocess.run(command, check=False).returncode:
        print("no plot was drawn", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
