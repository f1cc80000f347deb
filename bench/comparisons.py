"""The comparisons: each measures ours beside something else in one run, and yields figures for goals."""

import json
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp

from bench.engines import fill_pages
from bench.mailing_log import YEARS, measure_log
from bench.measure import Usage, measure, take_median
from bench.ours import run_ours
from bench.samples import Engines
from bench.workspace import copy_real_workspace, write_workspace
from bench.worldwide import write_worldwide

LANGUAGES = ("en", "ja")
_FEW = 20
"""Letters that are made the plain way, from which the time of all is reckoned."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is measured: numbers of letters for all engines, for slow ones, and for the growth; runs of each."""

    sizes: tuple[int, ...]
    slow_sizes: tuple[int, ...]
    largest: int | None
    runs: int
    recipients: int
    listed: int = 300  # recipients on the page

    @property
    def many(self) -> int:
        """The number of letters in comparisons of whole builds."""
        return self.sizes[-1]

    def count_runs(self, letters: int) -> int:
        """Return how often so many letters are made: a long run needs no repetition."""
        return self.runs if letters < 1000 else 1


SHORT = Plan(sizes=(7, 100), slow_sizes=(7,), largest=None, runs=3, recipients=1000)
WHOLE = Plan(sizes=(7, 100, 1000), slow_sizes=(7, 100), largest=10_000, runs=3, recipients=1000)


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure for a goal, in a language or in none, and what it was made from."""

    goal: str
    language: str
    value: float
    detail: str


Figures = Iterator[Figure]


def compare_pdf(engines: Engines, plan: Plan) -> Figures:
    """PDF by ours, Typst and WeasyPrint warm; by LibreOffice and Chromium for the table of peers."""
    for language in LANGUAGES:
        for letters in plan.sizes:
            names = ["petitioner", "Typst", "WeasyPrint"]
            found = engines.compare(names, language, letters, plan.count_runs(letters))
            if letters in plan.slow_sizes:
                engines.compare(["LibreOffice", "Chromium"], language, letters, 1)
        ours = found["petitioner"].warm
        for goal, peer in (("typst", "Typst"), ("weasyprint", "WeasyPrint")):
            if peer in found:
                detail = f"{found[peer].warm:.2f} ÷ {ours:.2f} ms a letter, N = {plan.many:,}"
                yield Figure(goal, language, found[peer].warm / ours, detail)


def compare_docx(engines: Engines, plan: Plan) -> Figures:
    """DOCX by ours and by two programs that fill templates."""
    for language in LANGUAGES:
        for letters in plan.sizes:
            names = ["petitioner", "docxtpl", "docx-mailmerge2"]
            found = engines.compare(names, language, letters, plan.count_runs(letters), "docx")
        ours = found["petitioner"].warm
        if "docxtpl" in found:
            detail = f"{found['docxtpl'].warm:.2f} ÷ {ours:.2f} ms a letter, N = {plan.many:,}"
            yield Figure("docx", language, found["docxtpl"].warm / ours, detail)


def compare_builds(engines: Engines, plan: Plan) -> Figures:
    """Whole builds beside Typst's PDFs alone, on one core and on all, and when nothing has changed."""
    many, runs = plan.many, plan.count_runs(plan.many)
    for language in LANGUAGES:
        folder = write_workspace(engines.folder / f"build-{language}", many, language)
        build = take_median(runs, _build_anew, folder)
        no_op = take_median(runs, run_ours, folder, "build")
        full = _reckon_plain_build(folder, many)
        yield Figure("no-op", language, 100 * no_op.cpu / full, f"{no_op.cpu:.2f} ÷ {full:.1f} s, N = {many:,}")
        if typst := engines.compare(["Typst"], language, many, runs).get("Typst"):
            detail = f"{typst.cpu:.1f} ÷ {build.cpu:.1f} s, N = {many:,}; peak {build.peak:.0f} MiB"
            yield Figure("build", language, typst.cpu / build.cpu, detail)
        alone = take_median(runs, _build_anew, folder, cores=1)
        detail = f"{alone.wall:.1f} ÷ {build.wall:.1f} s, N = {many:,}"
        yield Figure("cores", language, alone.wall / build.wall, detail)


def _build_anew(folder: Path, *options: str, cores: int | None = None) -> Usage:
    """Build without any file of an earlier build, nor what the program remembers.

    The earlier files are moved away and not deleted. For some minutes after a deletion, ext4 looks at every inode that
    became free, each time that it makes a file, which can take longer than all other writing.
    """
    earlier = Path(mkdtemp(prefix="earlier-", dir=folder.parent))
    for name in ("out", ".cache", ".local"):
        with suppress(FileNotFoundError):
            (folder / name).rename(earlier / name)
    return run_ours(folder, "build", *options, cores=cores)


def _reckon_plain_build(folder: Path, letters: int) -> float:
    """Return the CPU seconds of a full build the plain way, in a copy: a check of all, and a few letters times many."""
    copy = folder.with_name(f"{folder.name}-plain")
    shutil.copytree(folder, copy, ignore=shutil.ignore_patterns("out"))
    plain = ("--plain",) if "--plain" in run_ours(copy, "build", "--help").output else ()
    few = min(_FEW, letters)
    built = _build_anew(copy, *plain, "--limit", str(few)).cpu
    checked, check = (run_ours(copy, "check", *limit).cpu for limit in (("--limit", str(few)), ()))
    return check + (built - checked) * letters / few


def compare_cold(engines: Engines, plan: Plan) -> Figures:
    """The first letters of a day, in fresh processes: the real 21 letters, and 7 in one language."""
    real = copy_real_workspace(engines.folder / "real")
    page = engines.prepare("en", 7)
    (page / "page.html").write_text(next(fill_pages(page)), encoding="utf-8")
    command = [sys.executable, "-m", "weasyprint", "--pdf-variant", "pdf/ua-1", "page.html", "page.pdf"]
    ours = take_median(plan.runs, _build_anew, real)
    theirs = take_median(plan.runs, measure, [*command, "--stylesheet", "letter.css"], page)
    detail = f"{ours.cpu:.2f} ÷ {theirs.cpu:.2f} s"
    yield Figure("cold-21", "", ours.cpu / theirs.cpu, detail)
    for language in LANGUAGES:
        folder = engines.prepare(language, 7) / "workspace"
        ours = take_median(plan.runs, _build_anew, folder)
        if typst := engines.compare(["Typst"], language, 7, plan.runs).get("Typst"):
            yield Figure("cold-7", language, ours.cpu / typst.cpu, f"{ours.cpu:.2f} ÷ {typst.cpu:.2f} s")


def compare_checks(engines: Engines, plan: Plan) -> Figures:
    """``check`` at 1,000 letters, and its memory at more."""
    for language in LANGUAGES:
        few, many = (write_workspace(engines.folder / f"check-{language}-{n}", n, language) for n in (7, 1000))
        start = take_median(plan.runs, run_ours, few, "check")
        whole = take_median(plan.runs, run_ours, many, "check")
        detail = f"({whole.cpu:.2f} − {start.cpu:.2f} s for 7) ÷ 993; peak {whole.peak:.0f} MiB"
        yield Figure("check", language, 1000 * (whole.cpu - start.cpu) / 993, detail)
    if plan.largest:
        large = run_ours(write_workspace(engines.folder / "check-largest", plan.largest, "ja"), "check")
        detail = f"{large.peak:.0f} ÷ {whole.peak:.0f} MiB; {large.cpu:.1f} s"
        yield Figure("check-memory", "ja", large.peak / whole.peak, detail)


def compare_growth(engines: Engines, plan: Plan) -> Figures:
    """A build of ten times as many letters: time and memory."""
    if plan.largest is None:
        return
    few, many = (
        _build_anew(write_workspace(engines.folder / f"growth-{n}", n, "en"))
        for n in (plan.largest // 10, plan.largest)
    )
    yield Figure("growth", "en", many.cpu / few.cpu, f"{many.cpu:.1f} ÷ {few.cpu:.1f} s")
    yield Figure("growth-memory", "en", many.peak / few.peak, f"{many.peak:.0f} ÷ {few.peak:.0f} MiB")
    engines.compare(["petitioner", "Typst"], "en", plan.largest, 1)


_GROUPS = ("log", "print", "recipients")  # those of petitioner
_EMPTY_PROGRAM = """
import typer
app = typer.Typer(rich_markup_mode=None)
for name in {names!r}:
    group = typer.Typer(rich_markup_mode=None)
    group.command("show")(lambda: None)
    group.callback()(lambda: None)
    app.add_typer(group, name=name)
app()
"""


def compare_start(engines: Engines, plan: Plan) -> Figures:
    """``--help`` beside that of a program which does nothing."""
    program = engines.folder / "empty_program.py"
    program.write_text(_EMPTY_PROGRAM.format(names=_GROUPS))
    runs = 3 * plan.runs
    empty = take_median(runs, measure, [sys.executable, program, "--help"], engines.folder).cpu
    ours = take_median(runs, run_ours, engines.folder, "--help").cpu
    yield Figure("help", "", ours / empty, f"{1000 * ours:.0f} ÷ {1000 * empty:.0f} ms, {len(_GROUPS)} groups")


def compare_log(engines: Engines, plan: Plan) -> Figures:
    """Commands on a mailing log of ten years."""
    found = measure_log(engines.folder / "log", plan.recipients, plan.runs)
    detail = f"{plan.recipients:,} recipients, {YEARS} years: {found.events:,} events, {found.megabytes:.0f} MB"
    for goal, seconds in found.seconds.items():
        yield Figure(goal, "", seconds, detail)


def compare_page(engines: Engines, plan: Plan) -> Figures:
    """The page of ``review`` on many letters and a log of ten years."""
    folder = engines.folder / "page"
    folder.mkdir()
    program = (sys.executable, "-m", "bench.review_page", folder / "workspace", str(plan.listed))
    found = json.loads(measure(program, folder).output)
    detail = f"{plan.listed} recipients × 3 languages, {found['events']:,} events; start {found['start']:.1f} s"
    for goal in ("first", "further", "saved"):
        yield Figure(f"page-{goal}", "", found[goal], f"{detail}, a picture {found['picture']:.2f} s")


def measure_worldwide(engines: Engines, plan: Plan) -> Figures:
    """``check`` and ``build`` of the missions of the whole world, with made-up addresses: time and memory."""
    folder = engines.folder / "worldwide"
    missions, letters = write_worldwide(folder)
    for goal, run in (("check", run_ours), ("build", _build_anew)):
        found = take_median(plan.runs, run, folder, *(["check"] if run is run_ours else []))
        detail = f"{missions} missions, {letters} letters; wall {found.wall:.1f} s, peak {found.peak:.0f} MiB"
        yield Figure(f"worldwide-{goal}", "", found.cpu, detail)


COMPARISONS: dict[str, Callable[[Engines, Plan], Figures]] = {
    "start": compare_start,
    "cold": compare_cold,
    "docx": compare_docx,
    "check": compare_checks,
    "log": compare_log,
    "page": compare_page,
    "pdf": compare_pdf,
    "build": compare_builds,
    "growth": compare_growth,
    "worldwide": measure_worldwide,
}
