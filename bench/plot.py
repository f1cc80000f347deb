"""Draw letters per second over the number of letters: ``python -m bench.plot RESULTS.json PLOT.svg``.

Runs under the peers' interpreter, where matplotlib is installed.
"""

import json
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

LANGUAGES = {"en": "English", "ja": "Japanese"}


def draw(results: dict[str, Any], path: Path) -> None:
    """Write the plot as SVG, with the same bytes for the same results."""
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = "petitioner"
    from matplotlib import pyplot as plt

    figure, all_axes = plt.subplots(1, 2, figsize=(10, 4.2), sharey=True)
    for axes, (language, title) in zip(all_axes, LANGUAGES.items(), strict=True):
        for engine, points in _collect(results, language).items():
            width = 2.6 if engine == "petitioner" else 1.3
            axes.plot(*zip(*sorted(points.items()), strict=True), marker="o", linewidth=width, label=engine)
        axes.set(xscale="log", yscale="log", xlabel="letters", title=f"{title}, PDF")
        axes.grid(visible=True, which="major", alpha=0.3)
    all_axes[0].set_ylabel("letters per CPU second, start included")
    all_axes[0].legend()
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})


def _collect(results: dict[str, Any], language: str) -> dict[str, dict[int, float]]:
    """Return letters per CPU second by engine and number of letters."""
    found: dict[str, dict[int, float]] = defaultdict(dict)
    for measured in results.values():
        for sample in measured["samples"]:
            if sample["language"] == language and sample["ending"] == "pdf":
                found[sample["engine"]][sample["letters"]] = sample["letters"] / sample["cpu"]
    return found


if __name__ == "__main__":
    try:
        draw(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")), Path(sys.argv[2]))
    except ModuleNotFoundError as error:
        sys.exit(str(error))
