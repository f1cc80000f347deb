"""What ``petitioner check`` finds in a workspace, in a form that tests can compare."""

import json
from datetime import UTC, datetime

from conftest import NOW, WorkspaceCopy
from petitioner.errors import Problem, Severity

EARLY = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
"""A day before the campaign's year, when its letters are written."""


def find(workspace: WorkspaceCopy, now: datetime = NOW) -> list[Problem]:
    """All problems of the workspace, in the order in which they are told."""
    told = json.loads(workspace.run("check", "--json", now=now).out)["problems"]
    return [Problem(p["path"], p["line"], p["code"], p["message"], p["hint"], Severity(p["severity"])) for p in told]


def brief(workspace: WorkspaceCopy, now: datetime = NOW) -> list[tuple[int, str]]:
    """Line and code of each problem."""
    return [(problem.line, problem.code) for problem in find(workspace, now)]


def find_one(workspace: WorkspaceCopy, code: str) -> Problem:
    """The one problem of a code."""
    (problem,) = [problem for problem in find(workspace) if problem.code == code]
    return problem


def find_codes(workspace: WorkspaceCopy, now: datetime = NOW) -> set[str]:
    """The codes of all problems."""
    return {problem.code for problem in find(workspace, now)}
