"""The log on disk: whole, chained, and written by one at a time."""

import json
import os
import resource
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from log_workspace import SEPTEMBER_12, draft
from nobody import become_nobody, run_forked
from petitioner.errors import PetitionerError
from petitioner.log.events import Attachment, Details, Draft, Erasure, Event
from petitioner.log.kinds import Kind
from petitioner.log.storage.schema import SQLITE_TRIGGERS
from petitioner.log.storage.sqlite import begin, translate_errors
from petitioner.log.storage.store import FILE_NAME, MailingLog
from petitioner.model.characters import find_refused_character

PDF = Attachment("letter", "petition.ja.pdf", "application/pdf", b"%PDF-1.7")

NEW = "f" * 64
COPIED = (
    "campaign, edition, recipient, recipient_name, destination, channel, attempt, kind, happened_on, recorded_at, by,"
    " details_sha256"
)


@pytest.fixture
def log(tmp_path: Path) -> MailingLog:
    return MailingLog.within(tmp_path)


def append(log: MailingLog, *drafts: Draft) -> tuple[Event, ...]:
    return log.append(lambda _: drafts)


def run_sql(log: MailingLog, statement: str) -> list[tuple[object, ...]]:
    """What anybody can do who has the file and the sqlite3 command."""
    with closing(sqlite3.connect(log.path)) as connection, connection:
        return connection.execute(statement).fetchall()


def dump(log: MailingLog) -> list[str]:
    """Everything in the file, as SQL."""
    with closing(sqlite3.connect(log.path)) as connection:
        return list(connection.iterdump())


def copy_first_event(log: MailingLog, number: int, **changed: str) -> None:
    """Add a row by hand, with another number and other hashes, and with values changed as SQL spells them."""
    hashes = f"'{number:064}'", f"'{number + 1:064}'"
    values = ", ".join([str(number), *(changed.get(name, name) for name in COPIED.split(", ")), *hashes, "''"])
    run_sql(log, "INSERT INTO events SELECT VALUES FROM events WHERE id = 1".replace("VALUES", values))


def check_chain(path: Path) -> int:
    """Verify the chain from the raw rows, by the description of it and not by our code; gives its length."""
    with closing(sqlite3.connect(path)) as connection:
        connection.row_factory = sqlite3.Row
        rows = connection.execute("SELECT * FROM events ORDER BY id").fetchall()
        before = "0" * 64
        for number, row in enumerate(rows, start=1):
            columns = dict(row)
            stored = columns.pop("hash")
            if not columns["home"]:  # a column that came later
                del columns["home"]
            attached = connection.execute(
                "SELECT role, name, media_type, sha256 FROM documents WHERE event = ?", (row["id"],)
            )
            columns["documents"] = sorted(list(document) for document in attached)
            text = json.dumps(columns, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
            assert (row["id"], row["previous_hash"]) == (number, before)
            assert stored == sha256(text.encode()).hexdigest()
            before = stored
        for name, content in connection.execute("SELECT sha256, json FROM details"):
            assert name == sha256(content.encode()).hexdigest()
        for name, content in connection.execute("SELECT sha256, bytes FROM blobs"):
            assert name == sha256(content).hexdigest()
    return len(rows)


class TestReadingAndAppending:
    def test_no_log_is_an_empty_log_and_reading_makes_none(self, log: MailingLog) -> None:
        assert log.read() == ()
        assert log.read_blob("0" * 64) is None
        assert list(log.path.parent.iterdir()) == []

    def test_an_empty_file_is_an_empty_log(self, log: MailingLog) -> None:
        log.path.touch()
        assert log.read() == ()
        assert log.path.read_bytes() == b""
        append(log, draft())
        assert check_chain(log.path) == 1

    def test_what_was_appended_is_read_back_and_nothing_else_lies_in_the_folder(self, log: MailingLog) -> None:
        details = Details(tracking="RR123456785JP", note="two\nlines", flags={"again": "not the first time"})
        one = replace(draft(details=details), attachments=(PDF,))
        (event,) = append(log, one)
        assert log.read() == (event,)
        assert (event.id, event.kind, event.details, event.packet) == (1, Kind.POSTED, details, one.packet)
        assert (event.happened_on, event.recorded_at, event.by) == (one.happened_on, SEPTEMBER_12, "Hanako")
        assert log.read_blob(event.documents[0].sha256) == PDF.content
        assert [path.name for path in log.path.parent.iterdir()] == [FILE_NAME]

    def test_a_folder_may_have_any_name(self, tmp_path: Path) -> None:
        folder = tmp_path / "50% off? #1 & 大阪"
        folder.mkdir()
        append(MailingLog.within(folder), draft())
        assert len(MailingLog.within(folder).read()) == 1
        assert [path.name for path in folder.iterdir()] == [FILE_NAME]

    def test_the_chain_holds_over_appends_of_one_and_of_many(self, log: MailingLog) -> None:
        append(log, replace(draft(), attachments=(PDF, replace(PDF, name="petition.en.pdf", content=b"en"))))
        append(log, draft(), replace(draft(Kind.RETURNED), attachments=(PDF,)))
        assert check_chain(log.path) == 3
        assert [event.id for event in log.read()] == [1, 2, 3]

    def test_who_appends_sees_what_the_log_holds_at_that_moment(self, log: MailingLog) -> None:
        append(log, draft())
        seen: list[tuple[Event, ...]] = []

        def compose(events: tuple[Event, ...]) -> list[Draft]:
            seen.append(events)
            return []

        assert log.append(compose) == ()
        assert seen == [log.read()]

    def test_a_log_that_was_read_reads_only_what_was_appended_since(self, log: MailingLog) -> None:
        append(log, draft(), replace(draft(), attachments=(PDF,)))
        before = log.read()
        append(MailingLog(log.path), draft(Kind.RETURNED))  # as another program does
        after = log.read()
        assert after == MailingLog(log.path).read()
        assert [one is other for one, other in zip(before, after, strict=False)] == [True, True]
        seen: list[tuple[Event, ...]] = []

        def compose(events: tuple[Event, ...]) -> list[Draft]:
            seen.append(events)
            return [draft()]

        log.append(compose)
        assert seen == [after]

    def test_a_redaction_by_another_program_is_read_by_one_that_read_the_words(self, log: MailingLog) -> None:
        append(log, draft(details=Details(note="private")))
        assert log.read()[0].details.note == "private"
        redaction = replace(draft(Kind.REDACTED, details=Details(redacts=1)), erasure=Erasure(1))
        append(MailingLog(log.path), redaction)
        assert log.read()[0].details.note is None

    def test_a_log_that_another_one_replaced_is_read_anew(self, log: MailingLog, tmp_path: Path) -> None:
        append(log, draft(), draft(Kind.RETURNED))
        assert len(log.read()) == 2
        other = MailingLog(tmp_path / "other.sqlite")
        append(other, *(draft(details=Details(note=f"{number}")) for number in range(3)))
        other.path.replace(log.path)
        assert [event.details.note for event in log.read()] == ["0", "1", "2"]

    def test_one_file_kept_with_two_events_is_stored_once(self, log: MailingLog) -> None:
        append(log, replace(draft(), attachments=(PDF,)), replace(draft(), attachments=(PDF,)))
        assert run_sql(log, "SELECT count(*) FROM blobs") == [(1,)]
        assert [len(event.documents) for event in log.read()] == [1, 1]

    def test_a_failure_on_the_way_leaves_nothing_of_the_whole_append(self, log: MailingLog) -> None:
        append(log, draft())

        def compose(_: tuple[Event, ...]) -> Iterator[Draft]:
            yield replace(draft(), attachments=(PDF,))
            raise PetitionerError("the second letter cannot be read")

        with pytest.raises(PetitionerError, match="second letter"):
            log.append(compose)
        assert len(log.read()) == 1
        assert run_sql(log, "SELECT count(*) FROM blobs") == [(0,)]

    def test_times_are_kept_in_utc_in_one_spelling(self, log: MailingLog) -> None:
        japan = timezone(timedelta(hours=9))
        append(log, replace(draft(), recorded_at=datetime(2027, 9, 12, 1, 2, 3, 456789, tzinfo=japan)))
        assert run_sql(log, "SELECT recorded_at, happened_on FROM events") == [("2027-09-11T16:02:03Z", "2027-09-10")]
        assert log.read()[0].recorded_at == datetime(2027, 9, 11, 16, 2, 3, tzinfo=UTC)

    def test_a_time_without_a_zone_is_a_fault_of_ours(self, log: MailingLog) -> None:
        with pytest.raises(ValueError, match="time zone"):
            append(log, replace(draft(), recorded_at=datetime(2027, 9, 12)))  # noqa: DTZ001 - the very thing refused
        assert log.read() == ()

    def test_a_note_cannot_be_guessed_from_its_hash_and_shares_it_with_no_other(self, log: MailingLog) -> None:
        append(log, draft(details=Details(note="no")), draft(details=Details(note="no")))
        (first,), (second,) = run_sql(log, "SELECT details_sha256 FROM events")
        assert first != second
        assert sha256(b'{"note":"no"}').hexdigest() not in {first, second}


VISIBLE = st.characters(exclude_categories=("Cc", "Cs", "Co", "Cn", "Zl", "Zp")) | st.just("\n")
ADMITTED = st.text(VISIBLE.filter(lambda character: find_refused_character(character) is None), min_size=1, max_size=40)


@settings(deadline=None, max_examples=30)
@given(st.lists(ADMITTED, min_size=1, max_size=8))
def test_whatever_the_readers_admit_comes_back_as_itself(texts: list[str]) -> None:
    with TemporaryDirectory() as folder:
        log = MailingLog.within(Path(folder))
        drafts = [
            replace(draft(details=Details(note=text, tracking=text)), recipient_name=text, destination=text, by=text)
            for text in texts
        ]
        append(log, *drafts)
        found = [(event.recipient_name, event.destination, event.by, event.details.note) for event in log.read()]
        assert found == [(text, text, text, text) for text in texts]
        assert check_chain(log.path) == len(texts)


class TestThePromiseOfTheFile:
    def test_a_commit_is_on_disk_and_the_one_file_is_the_log(self, log: MailingLog) -> None:
        with begin(log.path, writing=True, patience=1) as connection:
            pragmas = {
                name: connection.execute(f"PRAGMA {name}").fetchone()[0]
                for name in ("journal_mode", "synchronous", "foreign_keys")
            }
        assert pragmas == {"journal_mode": "delete", "synchronous": 3, "foreign_keys": 1}

    def test_a_log_that_another_program_put_into_wal_mode_is_put_back(self, log: MailingLog) -> None:
        append(log, draft())
        assert run_sql(log, "PRAGMA journal_mode = WAL") == [("wal",)]
        assert len(log.read()) == 1
        append(log, draft())
        assert run_sql(log, "PRAGMA journal_mode") == [("delete",)]
        assert [path.name for path in log.path.parent.iterdir()] == [FILE_NAME]

    def test_the_version_stands_where_alembic_looks_for_it(self, log: MailingLog) -> None:
        append(log, draft())
        assert run_sql(log, "SELECT version_num FROM alembic_version") == [("0002",)]

    def test_every_trigger_is_in_the_file(self, log: MailingLog) -> None:
        append(log, draft())
        assert run_sql(log, "SELECT count(*) FROM sqlite_master WHERE type = 'trigger'") == [(len(SQLITE_TRIGGERS),)]
        assert len(SQLITE_TRIGGERS) == 12

    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE events SET by = 'nobody'",
            "UPDATE OR REPLACE events SET id = 1 WHERE id = 2",
            "DELETE FROM events",
            "DELETE FROM events WHERE id = 2",
            "INSERT OR REPLACE INTO events SELECT * FROM events WHERE id = 2",
            "REPLACE INTO events SELECT 9, COPIED, previous_hash, 'NEW', home FROM events WHERE id = 2",
            "REPLACE INTO events SELECT 9, COPIED, 'NEW', hash, home FROM events WHERE id = 2",
            "INSERT INTO events SELECT * FROM events WHERE TRUE ON CONFLICT DO UPDATE SET by = 'nobody'",
            "UPDATE documents SET name = 'other.pdf'",
            "DELETE FROM documents",
            "REPLACE INTO documents SELECT event, role, name, 'text/plain', sha256 FROM documents",
            "UPDATE details SET json = '{}'",
            "UPDATE details SET sha256 = 'NEW', json = NULL",
            "DELETE FROM details",
            "REPLACE INTO details SELECT sha256, '{}' FROM details",
            "UPDATE blobs SET bytes = x'00'",
            "DELETE FROM blobs",
            "REPLACE INTO blobs SELECT sha256, x'00' FROM blobs",
        ],
    )
    def test_what_stands_in_the_log_is_not_changed_by_hand(self, log: MailingLog, statement: str) -> None:
        append(log, replace(draft(), attachments=(PDF,)), draft())
        before = dump(log)
        with pytest.raises(sqlite3.IntegrityError, match="only appended to: nothing is"):
            run_sql(log, statement.replace("COPIED", COPIED).replace("NEW", NEW))
        assert dump(log) == before

    def test_the_words_and_the_bytes_can_go_and_the_chain_stays(self, log: MailingLog) -> None:
        append(log, replace(draft(details=Details(note="private")), attachments=(PDF,)))
        run_sql(log, "UPDATE details SET json = NULL")
        run_sql(log, "UPDATE blobs SET bytes = NULL")
        (event,) = log.read()
        assert event.details == Details()
        assert log.read_blob(event.documents[0].sha256) is None

    def test_a_packet_is_claimed_once_and_a_new_attempt_is_a_new_claim(self, log: MailingLog) -> None:
        append(log, draft())

        def claim(number: int, attempt: int) -> None:
            copy_first_event(log, number, attempt=str(attempt), kind="'handing over'")

        claim(2, attempt=1)
        claim(3, attempt=2)
        with pytest.raises(sqlite3.IntegrityError, match="nothing is replaced"):
            claim(4, attempt=1)
        run_sql(log, "DROP TRIGGER events_refuse_insert")
        with pytest.raises(sqlite3.IntegrityError, match="UNIQUE constraint failed"):
            claim(4, attempt=1)


class TestWhatIsNoLog:
    @pytest.mark.parametrize("content", [b"hello", b"Dear Mr. President:\n" * 500], ids=["short", "long"])
    def test_a_text_file_is_refused_and_left_as_it_is(self, log: MailingLog, content: bytes) -> None:
        log.path.write_bytes(content)
        for attempt in (log.read, lambda: append(log, draft())):
            with pytest.raises(PetitionerError, match=f"{log.path} is not a mailing log"):
                attempt()
        assert log.path.read_bytes() == content
        assert [path.name for path in log.path.parent.iterdir()] == [FILE_NAME]

    @pytest.mark.parametrize("mode", ["DELETE", "WAL"])
    def test_another_programs_database_is_refused_and_left_as_it_is(self, log: MailingLog, mode: str) -> None:
        run_sql(log, f"PRAGMA journal_mode = {mode}")
        run_sql(log, "CREATE TABLE events (id INTEGER, title TEXT)")
        content = log.path.read_bytes()
        for attempt in (log.read, lambda: append(log, draft())):
            with pytest.raises(PetitionerError, match="another program's database"):
                attempt()
        assert log.path.read_bytes() == content

    def test_a_folder_of_that_name_is_refused(self, log: MailingLog) -> None:
        log.path.mkdir()
        with pytest.raises(PetitionerError, match=f"{log.path} cannot be opened"):
            log.read()

    def test_a_damaged_log_is_told_from_a_foreign_file(self, log: MailingLog) -> None:
        append(log, *(draft() for _ in range(50)))
        content = bytearray(log.path.read_bytes())
        content[4096:] = b"\xff" * (len(content) - 4096)
        log.path.write_bytes(content)
        with pytest.raises(PetitionerError, match="is damaged"):
            log.read()

    def test_a_newer_log_is_refused_by_name(self, log: MailingLog) -> None:
        append(log, draft())
        run_sql(log, "UPDATE alembic_version SET version_num = '0003'")
        content = log.path.read_bytes()
        for attempt in (log.read, lambda: append(log, draft())):
            with pytest.raises(PetitionerError, match="newer petitioner: its tables are of version 0003") as caught:
                attempt()
            assert "Install the newer petitioner" in caught.value.hint
        assert log.path.read_bytes() == content

    def test_a_log_that_tells_of_something_unknown_is_refused_rather_than_misread(self, log: MailingLog) -> None:
        append(log, draft())
        copy_first_event(log, 2, kind="'dreamt'")
        with pytest.raises(PetitionerError, match="it has an event 'dreamt'"):
            log.read()

    def test_a_fault_of_ours_keeps_its_own_name(self, log: MailingLog) -> None:
        with pytest.raises(sqlite3.IntegrityError):
            append(log, replace(draft(), attachments=(PDF, PDF)))
        assert log.read() == ()


class TestWhenTheDiskWillNot:
    def test_a_log_that_may_only_be_read_is_read_and_not_written(self, shared_folder: Path) -> None:
        log = MailingLog.within(shared_folder)
        append(log, draft())
        log.path.chmod(0o444)
        shared_folder.chmod(0o555)
        assert run_forked(lambda: len(log.read()), become_nobody) == "done: 1"
        said = run_forked(lambda: append(log, draft()), become_nobody)
        assert said.startswith(f"PetitionerError: The mailing log {log.path} cannot be written: it is read-only")
        assert check_chain(log.path) == 1

    def test_a_folder_that_may_only_be_read_gets_no_log(self, shared_folder: Path) -> None:
        shared_folder.chmod(0o555)
        log = MailingLog.within(shared_folder)
        said = run_forked(lambda: append(log, draft()), become_nobody)
        assert said.startswith(f"PetitionerError: The mailing log {log.path} cannot be opened")

    def test_a_folder_that_may_not_be_looked_into_is_no_empty_log(self, shared_folder: Path) -> None:
        log = MailingLog.within(shared_folder)
        append(log, draft())
        shared_folder.chmod(0o000)
        said = run_forked(log.read, become_nobody)
        assert said.startswith(f"PetitionerError: The mailing log {log.path} cannot be opened (Permission denied)")

    def test_a_folder_that_cannot_be_is_no_empty_log(self, tmp_path: Path) -> None:
        with pytest.raises(PetitionerError, match=r"cannot be opened \(File name too long"):
            MailingLog.within(tmp_path / ("x" * 300)).read()

    def test_a_disk_without_room_leaves_the_log_as_it_was(self, log: MailingLog) -> None:
        append(log, draft())
        room = log.path.stat().st_size + 8192

        def shrink() -> None:  # pragma: no cover - in another process
            resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))

        big = replace(draft(), attachments=(replace(PDF, content=b"x" * 1_000_000),))
        said = run_forked(lambda: append(log, big), shrink)
        assert said.startswith(
            f"PetitionerError: The mailing log {log.path} cannot be read or written (disk I/O error)"
        )
        assert check_chain(log.path) == 1
        assert [path.name for path in log.path.parent.iterdir()] == [FILE_NAME]

    def test_a_full_disk_is_called_full(self, log: MailingLog) -> None:
        with (
            closing(sqlite3.connect(log.path)) as connection,
            errors_refused(log.path, "cannot be written: the disk is full"),
        ):
            connection.execute("PRAGMA max_page_count = 2")
            connection.execute("CREATE TABLE big (content)")
            connection.execute("INSERT INTO big VALUES (zeroblob(1000000))")


@contextmanager
def errors_refused(path: Path, words: str) -> Iterator[None]:
    with pytest.raises(PetitionerError, match=words), translate_errors(path):
        yield


class Worker:
    """Another process that works on the same log. It says ``ready``, and starts when told."""

    HEAD = """
import sys
from dataclasses import replace
from pathlib import Path
from log_workspace import draft
from petitioner.log.events import Attachment
from petitioner.log.storage.store import MailingLog
log = MailingLog(Path(sys.argv[1]))
print("ready", flush=True)
sys.stdin.readline()
"""

    def __init__(self, log: MailingLog, work: str) -> None:
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
        self.process = subprocess.Popen(
            [sys.executable, "-c", self.HEAD + work, str(log.path)],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.expect("ready")

    def expect(self, word: str) -> None:
        assert self.process.stdout
        assert self.process.stdout.readline() == f"{word}\n"

    def start(self) -> None:
        assert self.process.stdin
        self.process.stdin.write("\n")
        self.process.stdin.flush()

    def finish(self) -> str:
        said, _ = self.process.communicate(timeout=60)
        assert self.process.returncode == 0
        return said

    def kill(self) -> str:
        self.process.send_signal(signal.SIGKILL)
        said, _ = self.process.communicate(timeout=60)
        assert self.process.returncode == -signal.SIGKILL
        return said


HALF_AN_APPEND = """
import time
def compose(events):
    # More than SQLite would keep in memory by itself; test_log_kills kills it in the middle of writing.
    yield replace(draft(), attachments=(Attachment("letter", "a.pdf", "application/pdf", bytes(16_000_000)),))
    print("half", flush=True)
    time.sleep(60)
log.append(compose)
"""
MANY_APPENDS = """
for number in range(1_000):
    log.append(lambda _: [draft()])
    print(number, flush=True)
"""


class TestSeveralProcesses:
    def test_two_that_append_at_once_lose_nothing(self, log: MailingLog) -> None:
        work = "for _ in range(25): log.append(lambda _: [draft(recipient='{}')])"
        workers = [Worker(log, work.format(name)) for name in ("jp-osaka", "jp-tokyo")]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.finish()
        written = [event.recipient for event in log.read()]
        assert {name: written.count(name) for name in written} == {"jp-osaka": 25, "jp-tokyo": 25}
        assert check_chain(log.path) == 50

    def test_one_that_reads_does_not_keep_another_from_appending(self, log: MailingLog) -> None:
        worker = Worker(log, "for _ in range(25): log.append(lambda _: [draft()])")
        worker.start()
        lengths = []
        while worker.process.poll() is None:
            lengths.append(len(log.read()))
        worker.finish()
        assert lengths == sorted(lengths)
        assert check_chain(log.path) == 25

    @pytest.mark.parametrize("before", [0, 2])
    def test_one_killed_in_the_middle_of_an_append_leaves_a_whole_log(self, log: MailingLog, before: int) -> None:
        if before:
            append(log, *(draft() for _ in range(before)))
        worker = Worker(log, HALF_AN_APPEND)
        worker.start()
        worker.expect("half")
        assert log.path.stat().st_size < 1_000_000
        worker.kill()
        assert len(log.read()) == before
        append(log, draft())
        assert check_chain(log.path) == before + 1
        assert run_sql(log, "SELECT count(*) FROM blobs") == [(0,)]

    @pytest.mark.parametrize("patience", [0.05, 0.11, 0.17])
    def test_one_killed_at_any_moment_keeps_what_it_had_said_was_recorded(
        self, log: MailingLog, patience: float
    ) -> None:
        worker = Worker(log, MANY_APPENDS)
        worker.start()
        time.sleep(patience)
        said = worker.kill().split()
        assert 0 <= len(log.read()) - len(said) <= 1
        append(log, draft())
        assert check_chain(log.path) - len(said) in {1, 2}

    def test_who_waits_too_long_is_told_that_the_log_is_in_use(self, log: MailingLog) -> None:
        append(log, draft())
        hurried = replace(log, patience=0.15)
        with closing(sqlite3.connect(log.path, isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")
            for attempt in (hurried.read, lambda: append(hurried, draft())):
                with pytest.raises(PetitionerError, match=f"{log.path} is in use by another program"):
                    attempt()
        assert check_chain(log.path) == 1

    def test_who_is_second_waits_until_the_first_is_done(self, log: MailingLog) -> None:
        append(log, draft())
        worker = Worker(log, "log.append(lambda _: [draft()])")
        with closing(sqlite3.connect(log.path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            worker.start()
            time.sleep(0.3)
            assert worker.process.poll() is None
        worker.finish()
        assert check_chain(log.path) == 2
