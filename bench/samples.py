"""Letters made by one engine in a process of its own, again and again."""

import json
import statistics
import sys
from dataclasses import dataclass, field
from pathlib import Path

from bench.inputs import write_inputs
from bench.installed import Peers
from bench.measure import measure
from bench.workspace import write_workspace


@dataclass(frozen=True, slots=True)
class Sample:
    """Letters by one engine: CPU ms a letter, CPU and wall seconds of the process, peak memory in MiB, and kB a file.

    ``warm`` leaves the start and the first letters out, where the engine makes letters one by one.
    """

    engine: str
    ending: str
    language: str
    letters: int
    warm: float
    cpu: float
    wall: float
    peak: float
    kb: float


@dataclass
class Engines:
    """The engines, the folder where they work, and what was measured so far."""

    folder: Path
    peers: Peers
    samples: list[Sample] = field(default_factory=list)

    def prepare(self, language: str, letters: int) -> Path:
        """Return a folder with a workspace and what the peers read, which is made once."""
        folder = self.folder / str(letters) / language
        if not folder.exists():
            workspace = write_workspace(self.folder / f"{letters}-{language}", letters, language)
            write_inputs(folder, workspace, language)
            workspace.rename(folder / "workspace")
        return folder

    def compare(
        self, engines: list[str], language: str, letters: int, runs: int, ending: str = "pdf"
    ) -> dict[str, Sample]:
        """Let the engines that are installed take turns, and return the medians of each."""
        there = [engine for engine in engines if engine == "petitioner" or self.peers.has(engine)]
        turns = [{engine: self._make(engine, language, letters, ending) for engine in there} for _ in range(runs)]
        medians = {engine: _take_median([turn[engine] for turn in turns]) for engine in there}
        self.samples += medians.values()
        return medians

    def _make(self, engine: str, language: str, letters: int, ending: str) -> Sample:
        folder = self.prepare(language, letters)
        python = sys.executable if engine == "petitioner" else self.peers.python
        usage = measure([python, "-m", "bench.engines", engine, folder, str(letters), ending], folder)
        told = json.loads(usage.output)
        warm = told["warm"] / told["letters"] if told["warm"] else usage.cpu / letters
        return Sample(engine, ending, language, letters, 1000 * warm, usage.cpu, usage.wall, usage.peak, told["kb"])


def _take_median(turns: list[Sample]) -> Sample:
    one = turns[0]
    figures = (
        statistics.median(getattr(turn, name) for turn in turns) for name in ("warm", "cpu", "wall", "peak", "kb")
    )
    return Sample(one.engine, one.ending, one.language, one.letters, *figures)
