"""Each fault that `check` knows, planted in a sound workspace: found by its code, where a person wrote it."""

import json

import pytest

from conftest import WorkspaceCopy
from petitioner.model.codes import ERRORS, WARNINGS
from planted import Fault, list_faults

FAULTS = list_faults()

FOUND_LATER = {
    "B": "when pages are made: test_build",
    "F": "when finished pages are read: test_finished_pages",
    "P": "when letters are approved: test_approve",
    "U": "when an account is needed: test_accounts",
    "X": "when a list is imported: test_dirty_lists",
    "C400": "when there is nothing to plant a fault in: test_workspace",
    "L504": "when there is no letter: test_letters",
    "A804": "when an address is printed: test_envelopes",
    "A805": "when an address is printed: test_envelopes",
    "A851": "when an address is printed: test_labels",
}
"""Codes, or their letters, that no file of a workspace that can be checked brings up, with where they are tried."""


def test_every_code_is_planted() -> None:
    planted = {fault.code for fault in FAULTS}
    codes = {code for code in {*ERRORS, *WARNINGS} if not {code, code[0]} & set(FOUND_LATER)}
    assert sorted(codes - planted) == []
    assert planted <= codes


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_a_planted_fault_is_found_where_it_was_written(fault: Fault, request: pytest.FixtureRequest) -> None:
    workspace: WorkspaceCopy = request.getfixturevalue(fault.on)
    for path, old, new in ((fault.path, fault.old, fault.new), *fault.others):
        if isinstance(new, bytes) or not old:
            workspace.write(path, new)
        else:
            workspace.edit(path, old, new)
    told = {(p["code"], p["path"], p["line"]) for p in json.loads(workspace.run("check", "--json").out)["problems"]}
    path = fault.told_in or fault.path
    assert (fault.code, path, _find_line(workspace, path, fault)) in told


def _find_line(workspace: WorkspaceCopy, path: str, fault: Fault) -> int:
    if isinstance(fault.at, int):
        return max(fault.at, 1)  # what concerns a file as a whole is at its first line
    wanted = fault.at or str(fault.new).strip("\n").split("\n")[0]
    text = (workspace.folder / path).read_text("utf-8")
    return text.count("\n", 0, text.index(wanted)) + 1
