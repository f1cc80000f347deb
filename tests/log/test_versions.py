"""A log of each released version of the tables is read, verified and understood as it was when it was frozen."""

import json
import sqlite3
from contextlib import closing

import pytest

from committed import DATA, assert_committed
from conftest import WorkspaceCopy
from petitioner.log.kinds import Kind

LOGS = DATA / "logs"
VERSIONS = sorted(path.stem for path in LOGS.glob("*.sql"))


@pytest.fixture(params=VERSIONS)
def frozen(workspace: WorkspaceCopy, request: pytest.FixtureRequest) -> tuple[WorkspaceCopy, str]:
    """A workspace with the log of a version."""
    version = str(request.param)
    with closing(sqlite3.connect(workspace.folder / "mailing-log.sqlite")) as connection:
        connection.executescript((LOGS / f"{version}.sql").read_text("utf-8"))
    return workspace, version


def test_its_events_and_states_are_those_that_were_frozen(frozen: tuple[WorkspaceCopy, str]) -> None:
    workspace, version = frozen
    exported = json.loads(workspace.run("log", "export", "--format", "json").out)
    ids = sorted({event["recipient"] for event in exported["events"]} - {""})
    packets = {id_: json.loads(workspace.run("log", "show", id_, "--json").out)["packets"] for id_ in ids}
    text = json.dumps({"packets": packets, "exported": exported}, ensure_ascii=False, indent=2)
    assert_committed(LOGS / f"{version}.json", f"{text}\n", f"The events and states of a log of version {version} are")


def test_it_is_whole_and_gives_its_files(frozen: tuple[WorkspaceCopy, str]) -> None:
    workspace, _ = frozen
    found = json.loads(workspace.run("log", "verify", "--json").out)
    assert (found["whole"], found["faults"]) == (True, [])
    assert workspace.run("log", "evidence", "jp-osaka").status == 0
    assert {path.read_bytes()[:8] for path in (workspace.folder / "out").rglob("*.pdf")} <= {b"%PDF-1.7", b"en"}


def test_the_newest_has_events_of_every_kind() -> None:
    text = (LOGS / f"{VERSIONS[-1]}.sql").read_text("utf-8")
    assert [kind for kind in Kind if f"'{kind}','20" not in text] == []
