"""A log that an older program made is brought up to date, whole, or left exactly as it was."""

import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Connection, NullPool, create_engine

from log_tampering import say_faults, tamper
from log_workspace import draft
from petitioner.errors import PetitionerError
from petitioner.log.storage.migrations import LostTriggerError, migrate, watch_triggers
from petitioner.log.storage.schema import create_tables
from petitioner.log.storage.sqlite import OLDER, VERSION
from petitioner.log.storage.store import FILE_NAME, MailingLog
from petitioner.user_data.logs import list_copies

_FROZEN = Path(__file__).parents[1] / "data" / "logs"


def thaw(path: Path, version: str) -> MailingLog:
    """A log as the program of that version left it, from its dump."""
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript((_FROZEN / f"{version}.sql").read_text("utf-8"))
    return MailingLog(path)


@pytest.fixture
def old(tmp_path: Path) -> MailingLog:
    return thaw(tmp_path / FILE_NAME, "0001")


def describe(connection: Connection | sqlite3.Connection) -> set[tuple[str, str, str]]:
    """Everything in the file but its rows, blanks aside."""
    query = "SELECT type, name, coalesce(sql, '') FROM sqlite_master"
    found = (
        connection.execute(query) if isinstance(connection, sqlite3.Connection) else connection.exec_driver_sql(query)
    )
    return {(kind, name, re.sub(r"\s+", " ", sql)) for kind, name, sql in found}


def read_rows(path: Path) -> dict[str, list[tuple[object, ...]]]:
    with closing(sqlite3.connect(path)) as connection:
        tables = ("events", "documents", "details", "blobs")
        return {table: connection.execute(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall() for table in tables}  # noqa: S608 - ours


def test_every_version_has_a_frozen_log() -> None:
    assert sorted(path.stem for path in _FROZEN.glob("*.sql")) == sorted((*OLDER, VERSION))


@pytest.mark.parametrize("version", OLDER)
def test_an_older_log_is_read_with_all_that_it_held(tmp_path: Path, version: str) -> None:
    log = thaw(tmp_path / FILE_NAME, version)
    before = read_rows(log.path)
    events = log.read()
    assert [event.id for event in events] == [1, 2, 3, 4, 5]
    assert events[0].details.note == "at the counter\n大阪"
    assert log.read_blob(events[0].documents[0].sha256) == b"en"
    assert say_faults(log) == []
    after = read_rows(log.path)
    assert [row[: len(before["events"][0])] for row in after.pop("events")] == before.pop("events")
    assert after == before


def test_it_is_appended_to_and_its_home_is_fixed_by_that(old: MailingLog) -> None:
    (event,) = old.append(lambda _: [draft()])
    assert event.id == 6
    assert event.home.endswith(f" {old.path.parent}")
    assert say_faults(old) == []
    assert old.find_location_problem(old.read()) is None


def test_a_copy_of_the_log_as_it_was_is_kept_first(old: MailingLog) -> None:
    before = read_rows(old.path)
    identity = str(before["events"][0][-1])[:16]
    old.read()
    (copy,) = list_copies(identity)
    assert copy.name == "0001-before-migrating.sqlite"
    assert read_rows(copy) == before
    old.read()
    assert list_copies(identity) == (copy,)


def test_a_new_log_is_the_same_as_a_migrated_one(old: MailingLog, tmp_path: Path) -> None:
    old.read()
    new = MailingLog(tmp_path / "new.sqlite")
    new.append(lambda _: [draft()])
    with closing(sqlite3.connect(old.path)) as migrated, closing(sqlite3.connect(new.path)) as fresh:
        assert describe(migrated) == describe(fresh)
        version = "SELECT version_num FROM alembic_version"
        assert migrated.execute(version).fetchall() == fresh.execute(version).fetchall() == [(VERSION,)]


@pytest.mark.parametrize("version", [*OLDER, VERSION])
def test_the_migrations_make_what_the_frozen_logs_are(tmp_path: Path, version: str) -> None:
    with create_engine("sqlite://", poolclass=NullPool).begin() as connection:
        migrate(connection, version)
        made = describe(connection)
    with closing(sqlite3.connect(thaw(tmp_path / "frozen.sqlite", version).path)) as frozen:
        assert made == describe(frozen)


def test_the_triggers_are_counted_after_each_migration() -> None:
    with create_engine("sqlite://", poolclass=NullPool).begin() as connection:
        driver = connection.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        create_tables(driver)
        watch = watch_triggers(connection)
        connection.exec_driver_sql("DROP TRIGGER blobs_refuse_update")
        with pytest.raises(LostTriggerError, match="lost blobs_refuse_update"):
            watch()


def test_a_log_without_its_triggers_is_still_read_and_verify_says_so(old: MailingLog) -> None:
    tamper(old.path, keep_triggers=False)
    assert len(old.read()) == 5
    assert len(say_faults(old)) == 12


def test_a_migration_that_fails_leaves_everything_as_it_was(old: MailingLog) -> None:
    with closing(sqlite3.connect(old.path)) as connection, connection:
        connection.execute("ALTER TABLE events ADD COLUMN home TEXT")  # what 0002 is about to add
    before = old.path.read_bytes()
    for attempt in (old.read, lambda: old.append(lambda _: [draft()])):
        with pytest.raises(PetitionerError, match="cannot be brought to version 0002") as caught:
            attempt()
        assert "It was left as it is; a copy is in " in caught.value.hint
    assert old.path.read_bytes() == before


def test_without_a_place_for_the_copy_nothing_is_migrated(
    old: MailingLog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "data").touch()
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    before = old.path.read_bytes()
    with pytest.raises(PetitionerError, match="No copy of the log could be made"):
        old.read()
    assert old.path.read_bytes() == before


def test_a_newer_one_is_refused_by_name_and_not_copied(old: MailingLog) -> None:
    tamper(old.path, "UPDATE alembic_version SET version_num = '0099'")
    with pytest.raises(PetitionerError, match="its tables are of version 0099, and this program knows 0002"):
        old.read()


def test_two_that_meet_an_older_log_at_once_migrate_it_once(old: MailingLog) -> None:
    work = "import sys; from pathlib import Path; from petitioner.log.storage.store import MailingLog;"
    work += "print(len(MailingLog(Path(sys.argv[1])).read()))"
    runs = [
        subprocess.Popen([sys.executable, "-c", work, str(old.path)], stdout=subprocess.PIPE, text=True) for _ in "12"
    ]
    assert [run.communicate(timeout=60)[0] for run in runs] == ["5\n", "5\n"]
    assert say_faults(old) == []


@pytest.mark.parametrize(("thawed", "loaded"), [(False, "False"), (True, "True")])
def test_alembic_is_loaded_only_for_a_log_that_is_behind(old: MailingLog, thawed: bool, loaded: str) -> None:  # noqa: FBT001 - a case
    if not thawed:
        old.read()
    work = "import sys; from pathlib import Path; from petitioner.log.storage.store import MailingLog;"
    work += "MailingLog(Path(sys.argv[1])).read(); print('alembic' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", work, str(old.path)], capture_output=True, text=True, check=True)
    assert done.stdout == f"{loaded}\n"
