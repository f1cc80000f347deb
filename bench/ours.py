"""The program ``petitioner`` as a person calls it, measured."""

import sys
from collections.abc import Iterable
from pathlib import Path

from bench.measure import Usage, measure


def run_ours(folder: Path, *arguments: str, cores: int | None = None, statuses: Iterable[int] = (0,)) -> Usage:
    """Run ``petitioner`` in a workspace. Raises BenchError when it ends with another status than those expected."""
    return measure([sys.executable, "-m", "petitioner", *arguments], folder, cores=cores, statuses=statuses)
