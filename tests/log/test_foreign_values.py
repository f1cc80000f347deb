"""A log whose file holds what the program never writes: every command says so, and ``log verify`` names the event."""

import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import cycle, product
from pathlib import Path

import pytest

from conftest import WorkspaceCopy
from log_tampering import read_faults, tamper
from log_workspace import draft
from paper_workspace import approve_all
from petitioner.errors import PetitionerError
from petitioner.log.events import Details, hash_event
from petitioner.log.kinds import Kind
from petitioner.log.storage.schema import metadata
from petitioner.log.storage.store import FILE_NAME, MailingLog

VALUES = {
    "nothing": "NULL",
    "a number": "7",
    "a negative number": "-1",
    "the greatest number": "9223372036854775807",
    "a fraction": "1.5",
    "infinity": "9e999",
    "no letter": "''",
    "a letter": "'x'",
    "a time without a zone": "'2027-09-01'",
    "the end of time": "'9999-12-31T23:59:59Z'",
    "bytes": "x'ff00'",
    "invalid UTF-8": "CAST(x'4fff1b5b33316d' AS TEXT)",
    "half a character": "CAST(x'eda080' AS TEXT)",
    "a command to the terminal": "'x' || char(27) || '[31m' || char(155) || '2J'",
    "a path": "'../../../escaped'",
    "deep JSON": "replace(hex(zeroblob(20000)), '0', '[')",
    "JSON of another kind": """'{"redacts": [1], "erased": 5, "flags": [], "note": 3, "withdraws": "x"}'""",
}
READING = (["log"], ["log", "show", "jp-tokyo"], ["log", "export", "--format", "json"], ["log", "evidence", "jp-tokyo"])
SAID = re.compile("petitioner log verify|petitioner log restore|newer petitioner|its bytes were redacted")
CONTROLS = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


@pytest.fixture
def log_workspace(workspace: WorkspaceCopy) -> WorkspaceCopy:
    approve_all(workspace)
    workspace.run("log", "add", "posted", "jp-osaka", "--tracking", "RR123456785JP")
    MailingLog.within(workspace.folder).append(
        lambda _: [draft(Kind.REDACTED, details=Details(note="a slip", redacts=9))]
    )
    shutil.copy(workspace.folder / FILE_NAME, workspace.folder / "kept")
    return workspace


def put(path: Path, table: str, column: str, value: str) -> bool:
    """Put a value into a row, whatever type and limits the table's definition gives its column; False for the same."""
    at = {"alembic_version": "ASC", "details": "DESC"}.get(table, "ASC LIMIT -1 OFFSET 1")
    with open_file(path) as connection:
        triggers = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in triggers:
            connection.execute(f"DROP TRIGGER {name}")
        (own,) = connection.execute("SELECT sql FROM sqlite_master WHERE name = ?", [table]).fetchone()
        bare = re.sub(rf"(\s{column}|\"{column}\") (TEXT|INTEGER|BLOB|VARCHAR\(\d+\))[^,]*", r"\1", own, count=1)
        assert bare != own
        define(connection, table, bare)
    with open_file(path) as connection:
        row = f"(SELECT rowid FROM {table} ORDER BY rowid {at})"  # noqa: S608 - ours
        change = f"UPDATE {table} SET {column} = {value} WHERE rowid = {row} AND {column} IS NOT {value}"  # noqa: S608 - ours
        count = connection.execute(change).rowcount
        define(connection, table, own)
        for _, sql in triggers:
            connection.execute(sql)
    return bool(count)


@contextmanager
def open_file(path: Path) -> Iterator[sqlite3.Connection]:
    """Open the log as another program would, which does not wait for the disk."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        yield connection


def define(connection: sqlite3.Connection, table: str, sql: str) -> None:
    connection.execute("PRAGMA writable_schema = ON")
    connection.execute("UPDATE sqlite_master SET sql = ? WHERE name = ?", [sql, table])
    connection.execute("PRAGMA writable_schema = RESET")


@pytest.mark.slow
@pytest.mark.parametrize("table", metadata.tables)
def test_whatever_a_cell_holds_nothing_breaks_and_the_fault_is_found(log_workspace: WorkspaceCopy, table: str) -> None:
    log, commands = MailingLog.within(log_workspace.folder), cycle(READING)
    for column, (name, value) in product(metadata.tables[table].columns.keys(), VALUES.items()):
        shutil.copy(log_workspace.folder / "kept", log.path)
        if (table, column) == ("events", "id") or not put(log.path, table, column, value):
            continue  # SQLite itself keeps that a whole number
        try:
            log.read()
        except PetitionerError as error:
            said = f"{error}{error.hint}"
        else:
            ending = log_workspace.run(*next(commands))
            said = ending.out + ending.err
            assert not CONTROLS.search(said), (column, name, ending)
            assert ending.status == 0 or SAID.search(said), (column, name, ending)
        if table == "alembic_version":
            assert "restore" in said or "newer" in said, (name, said)
        else:
            assert read_faults(log), (column, name)


COMMANDS = (
    "log, log add posted jp-tokyo, log show jp-tokyo, log export, log copy, log evidence 1, "
    "log withdraw 1 --because x, approve --yes, print, print deliveries, print envelopes --window none, send, inbox"
)


@pytest.mark.parametrize(
    "change",
    [
        "recipient_name = CAST(x'ff' AS TEXT)",
        "campaign = x'32303237'",
        "edition = 'x'",
        "recipient = 'jp-' || char(27) || '[31mtokyo'",
    ],
)
def test_every_command_says_in_one_sentence_where_to_look(log_workspace: WorkspaceCopy, change: str) -> None:
    tamper(log_workspace.folder / FILE_NAME, f"UPDATE events SET {change} WHERE id = 2")  # noqa: S608 - ours
    for command in ("", *COMMANDS.split(", ")):
        ending = log_workspace.run(*command.split())
        assert (ending.status, ending.err.count("Error: ")) == (1, 1), (command, ending)
        assert "petitioner log verify" in ending.err, (command, ending)
    said = log_workspace.run("log", "verify").out
    assert "Event 2: it, or its list of files, is not what was recorded" in said


@pytest.mark.parametrize(
    "command",
    ["approve --yes --by Hanako", "send --for-real --yes", "send --drafts", "print --printer office --yes"],
)
def test_nothing_is_approved_or_leaves_with_a_log_in_which_somebody_changed_an_old_event(
    log_workspace: WorkspaceCopy, command: str
) -> None:
    log = MailingLog.within(log_workspace.folder)
    assert log.find_change() is None
    tamper(log.path, "UPDATE events SET destination = 'Elsewhere 1' WHERE id = 1")
    count = len(log.read())
    ending = log_workspace.run(*command.split())
    assert ending.status == 1
    assert f"The mailing log {log.path} is not as it was recorded. Event 1: it, or its list of files, is" in ending.err
    assert "petitioner log verify" in ending.err
    assert len(log.read()) == count


def test_an_entry_about_an_event_that_is_not_there_is_passed_over(log_workspace: WorkspaceCopy) -> None:
    about = (Details(withdraws=77), Details(confirms=78), Details(redacts=79))
    kinds = (Kind.WITHDRAWN, Kind.CONFIRMED, Kind.REDACTED)
    drafts = [draft(kind, details=details) for kind, details in zip(kinds, about, strict=True)]
    MailingLog.within(log_workspace.folder).append(lambda _: drafts)
    for command in ([], ["log"], ["log", "show", "jp-osaka"], ["log", "export"]):
        assert log_workspace.run(*command).err.count("Next: ") == 1


def test_a_value_under_a_whole_hash_is_named_too(log_workspace: WorkspaceCopy) -> None:
    log = MailingLog.within(log_workspace.folder)
    with closing(sqlite3.connect(log.path)) as connection:
        connection.row_factory = sqlite3.Row
        last = dict(connection.execute("SELECT * FROM events ORDER BY id DESC LIMIT 1").fetchone())
    last["edition"] = "x"
    forged = hash_event({name: value for name, value in last.items() if name != "hash"}, ())
    tamper(log.path, f"UPDATE events SET edition = 'x', hash = '{forged}' WHERE id = {last['id']}")  # noqa: S608 - ours
    assert "Error: Event 5 of the mailing log is not as it was recorded" in log_workspace.run("log").err
    assert (
        "Event 5: its column 'edition' holds what petitioner never writes: 'x'"
        in log_workspace.run("log", "verify").out
    )


def test_an_event_whose_details_were_deleted_does_not_vanish(log_workspace: WorkspaceCopy) -> None:
    tamper(log_workspace.folder / FILE_NAME, "DELETE FROM details WHERE rowid = 1")
    assert "Event 1 of the mailing log is not as it was recorded and cannot be read: its details are gone" in (
        log_workspace.run("log").err
    )


def test_a_file_that_was_swapped_is_not_printed(log_workspace: WorkspaceCopy) -> None:
    tamper(log_workspace.folder / FILE_NAME, "UPDATE blobs SET bytes = CAST('swapped' AS BLOB)")
    for command in (["print"], ["print", "envelopes"], ["print", "deliveries"]):
        ending = log_workspace.run(*command)
        assert (ending.status, "petitioner log verify" in ending.err) == (1, True), ending
