"""What ``petitioner check`` finds in a workspace, in a form that tests can compare."""

import json
from datetime import UTC, datetime

from conftest import NOW, Bench
from petitioner.errors import Problem, Severity

EARLY = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
"""A day before the campaign's year, when its letters are written."""


def find(bench: Bench, now: datetime = NOW) -> list[Problem]:
    """All problems of the workspace, in the order in which they are told."""
    told = json.loads(bench.run("check", "--json", now=now).out)["problems"]
    return [Problem(p["path"], p["line"], p["code"], p["message"], p["hint"], Severity(p["severity"])) for p in told]


def brief(bench: Bench, now: datetime = NOW) -> list[tuple[int, str]]:
    """Line and code of each problem."""
    return [(problem.line, problem.code) for problem in find(bench, now)]


def find_one(bench: Bench, code: str) -> Problem:
    """The one problem of a code."""
    (problem,) = [problem for problem in find(bench) if problem.code == code]
    return problem


def find_codes(bench: Bench, now: datetime = NOW) -> set[str]:
    """The codes of all problems."""
    return {problem.code for problem in find(bench, now)}
