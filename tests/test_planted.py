"""Each fault that `check` knows, planted in a sound workspace: found by its code, where a person wrote it."""

import json

import pytest

from conftest import Bench
from planted import FILE, Fault, list_faults

FAULTS = list_faults()


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_a_planted_fault_is_found_where_it_was_written(fault: Fault, request: pytest.FixtureRequest) -> None:
    bench: Bench = request.getfixturevalue(fault.on)
    for path, old, new in ((fault.path, fault.old, fault.new), *fault.others):
        if old and isinstance(new, str):
            bench.edit(path, old, new)
        else:
            bench.write(path, new)
    told = {(p["code"], p["path"], p["line"]) for p in json.loads(bench.run("check", "--json").out)["problems"]}
    path = fault.told_in or fault.path
    assert (fault.code, path, _find_line(bench, path, fault)) in told


def _find_line(bench: Bench, path: str, fault: Fault) -> int:
    if fault.at == FILE:
        return 0
    wanted = fault.at or fault.new.strip("\n").split("\n")[0]
    lines = (bench.folder / path).read_text("utf-8").split("\n")
    return next(number for number, line in enumerate(lines, start=1) if wanted in line)
