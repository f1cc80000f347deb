"""The rows of the table of goals: what is compared, and what must at least be reached."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Goal:
    """What a figure must at least be, and what is aimed at, by language; ``comparison`` measures it."""

    comparison: str
    work: str
    least: Mapping[str, float]
    aim: Mapping[str, float]
    unit: str = ""
    less_is_better: bool = False

    def is_reached(self, language: str, figure: float) -> bool:
        """Whether a figure is as good as it must be."""
        least = self.least[language]
        return figure <= least if self.less_is_better else figure >= least


def _make(comparison: str, work: str, least: str, aim: str, unit: str = "", *, less: bool = False) -> Goal:
    """Return a goal from figures such as ``1.5 / 2.5``, for English and Japanese, or one for both."""
    return Goal(comparison, work, _read(least), _read(aim), unit, less)


def _read(figures: str) -> dict[str, float]:
    english, _, japanese = figures.partition(" / ")
    return {"en": float(english), "ja": float(japanese or english), "": float(english)}


GOALS: dict[str, Goal] = {
    "typst": _make("pdf", "PDF renderer: Typst PDF/UA-1, one warm compiler ÷ ours", "1.5 / 2.5", "2.5 / 4"),
    "weasyprint": _make("pdf", "PDF renderer: plain WeasyPrint ÷ ours", "15 / 20", "30 / 50"),
    "docx": _make("docx", "DOCX: docxtpl ÷ ours", "35", "45"),
    "build": _make("build", "`build` (PDF, DOCX, all checks): Typst's PDFs alone ÷ ours", "0.75 / 1.3", "1 / 1.8"),
    "cores": _make("build", "`build`, wall time: one core ÷ all", "1.5", "1.7"),
    "no-op": _make("build", "no-op `build` ÷ full build, plain way", "1", "0.5", "%", less=True),
    "cold-21": _make(
        "cold", "21 letters, PDF and DOCX, cold ÷ one letter by the command `weasyprint`", "3", "2", less=True
    ),
    "cold-7": _make("cold", "7 letters, PDF and DOCX, cold ÷ Typst's PDFs, cold", "7 / 7", "5 / 5", less=True),
    "check": _make("check", "`check`, CPU a letter", "4", "2", " ms", less=True),
    "check-memory": _make("check", "`check`, peak memory: 10,000 letters ÷ 1,000", "1.5", "1.2", less=True),
    "growth": _make("growth", "`build`, CPU: 10,000 letters ÷ 1,000", "10.5", "10.2", less=True),
    "growth-memory": _make("growth", "`build`, peak memory: 10,000 letters ÷ 1,000", "1.3", "1.1", less=True),
    "help": _make("start", "`--help` ÷ that of an empty Typer program with as many groups", "1.3", "1.15", less=True),
    "log-add": _make("log", "`log add` at 1,000 × 10 years, CPU beyond `--version`", "0.5", "0.2", " s", less=True),
    "log": _make("log", "`log`, the same", "1", "0.5", " s", less=True),
    "page-first": _make("page", "`review`: the first page after the start, CPU", "0.5", "0.2", " s", less=True),
    "page-further": _make("page", "`review`: the slowest further page, CPU", "0.2", "0.1", " s", less=True),
    "page-saved": _make("page", "`review`: a saved letter, CPU until it is shown", "1", "0.5", " s", less=True),
    "worldwide-check": _make("worldwide", "`check`, the missions of the whole world, CPU", "8", "4", " s", less=True),
    "worldwide-build": _make("worldwide", "`build`, the same, cold, CPU", "90", "45", " s", less=True),
    "bare": _make("log", "bare `petitioner`, the same, inputs unchanged", "1", "0.5", " s", less=True),
}
