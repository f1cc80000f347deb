"""The report: goals beside figures, every engine, and what the figures depend on."""

from collections.abc import Iterator
from typing import Any

from bench.goals import GOALS, Goal

_HEAD = """\
# Results of the bench

Written by `python -m bench --write`; do not edit. Each figure is the median of several runs in processes of their own.
CPU is user and system time with all children. Ratios are of one run, in which the two sides take turns. The letters are
this repository's own, to missions with real names in rotation, one embassy in ten; the peers get the same words in the
same fonts and sizes, justified and hyphenated, with tags. On a busy machine, look at the
ratios, not at the seconds.
"""


def write_report(results: dict[str, Any], machine: list[str], versions: list[str], missing: list[str]) -> str:
    """Return the report as Markdown."""
    skipped = [f"skipped, as not installed: {', '.join(missing)}"] if missing else []
    parts = [
        _HEAD,
        "\n".join(f"- {line}" for line in (*machine, *versions, *skipped, *_list_runs(results))) + "\n",
        "## Goals\n",
        "\n".join(_list_goals(results)) + "\n",
        "## Engines\n",
        "`warm` leaves out the start and the first 12 letters; LibreOffice and Chromium include the start.\n",
        "\n".join(_list_samples(results)) + "\n",
        *(["![Letters per CPU second over the number of letters](plot.svg)\n"] if "pdf" in results else []),
    ]
    return "\n".join(parts)


def _list_runs(results: dict[str, Any]) -> Iterator[str]:
    """Yield a line for each comparison: which form, when, at which commit, and how busy the machine was."""
    for name, one in results.items():
        how = f"{one['form']} form, {one['runs']} runs, load of the machine at the end {one['load']:.1f}"
        yield f"{name}: {how}, {one['day']}, commit {one['commit']}"


def _list_goals(results: dict[str, Any]) -> Iterator[str]:
    yield "| what | at least | aim | measured | reached | from | command |"
    yield "|---|--:|--:|--:|---|---|---|"
    measured = set()
    for one in results.values():
        for figure in one["figures"]:
            measured.add(figure["goal"])
            yield _format_figure(GOALS[figure["goal"]], figure, "--whole " * (one["form"] == "whole"))
    for goal in (goal for name, goal in GOALS.items() if name not in measured):
        least, aim = (f"{goals['en']:g}{goal.unit}" for goals in (goal.least, goal.aim))
        command = f"`python -m bench --whole --only {goal.comparison}`"
        yield _make_row(goal.work, least, aim, "–", "not measured", "", command)


def _format_figure(goal: Goal, figure: dict[str, Any], form: str) -> str:
    language = figure["language"]
    what = f"{goal.work}, {language}" if language else goal.work
    least, aim = (f"{goals[language]:g}{goal.unit}" for goals in (goal.least, goal.aim))
    value = f"**{figure['value']:.3g}**{goal.unit}"
    reached = "yes" if goal.is_reached(language, figure["value"]) else "no"
    command = f"`python -m bench {form}--only {goal.comparison}`"
    return _make_row(what, least, aim, value, reached, figure["detail"], command)


def _list_samples(results: dict[str, Any]) -> Iterator[str]:
    yield "| format | language | letters | engine | CPU ms a letter, warm | CPU s | wall s | peak MiB | kB a file |"
    yield "|---|---|--:|---|--:|--:|--:|--:|--:|"
    found = (sample for one in results.values() for sample in one["samples"])
    order = sorted(found, key=lambda one: (one["ending"], one["language"], one["letters"], one["warm"]))
    for one in order:
        figures = (
            f"{one['warm']:.2f}",
            f"{one['cpu']:.2f}",
            f"{one['wall']:.2f}",
            f"{one['peak']:.0f}" if one["peak"] else "–",
            f"{one['kb']:.0f}",
        )
        yield _make_row(one["ending"], one["language"], f"{one['letters']:,}", one["engine"], *figures)


def _make_row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"
