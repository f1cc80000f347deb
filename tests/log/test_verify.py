"""``log verify``: whatever was done behind the program's back is named, and a file is told for what it is."""

import json
import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from conftest import WorkspaceCopy
from log_tampering import OTHER, PDF, make_log, read_faults, say_faults, tamper
from log_workspace import draft
from petitioner.log.events import Details, Erasure, hash_event
from petitioner.log.kinds import Kind
from petitioner.log.storage.schema import SQLITE_TRIGGERS
from petitioner.log.storage.store import FILE_NAME, MailingLog
from petitioner.log.storage.verify import FaultCode, find_tip_fault


@pytest.fixture
def log(tmp_path: Path) -> MailingLog:
    return make_log(tmp_path)


def test_a_log_that_nobody_touched_is_whole(log: MailingLog) -> None:
    assert read_faults(log) == ()


def test_no_log_has_no_faults(tmp_path: Path) -> None:
    assert read_faults(MailingLog.within(tmp_path)) == ()


EDITED = "it, or its list of files, is not what was recorded: somebody changed it, or put it in"


class TestTampering:
    @pytest.mark.parametrize(
        ("statement", "said"),
        [
            ("UPDATE events SET recipient = 'jp-kobe' WHERE id = 2", f"Event 2: {EDITED}"),
            ("UPDATE events SET recorded_at = 'soon' WHERE id = 2", f"Event 2: {EDITED}"),
            ("UPDATE events SET by = CAST(x'ff' AS TEXT) WHERE id = 2", f"Event 2: {EDITED}"),
            ("UPDATE events SET by = x'00' WHERE id = 2", f"Event 2: {EDITED}"),
            ("UPDATE documents SET name = 'other.pdf' WHERE event = 2", f"Event 2: {EDITED}"),
            ("DELETE FROM documents WHERE event = 2", f"Event 2: {EDITED}"),
            ("INSERT INTO documents SELECT 3, role, name, media_type, sha256 FROM documents WHERE event = 2",
             f"Event 3: {EDITED}"),
            ("DELETE FROM events WHERE id = 1", "Event 1: it is missing; it was deleted"),
            ("DELETE FROM events WHERE id = 4", "Event 4: it is missing; it was deleted"),
            ("DELETE FROM events WHERE id IN (3, 4)",
             "Event 3: it and all up to event 4 are missing; it was deleted"),
            ("UPDATE details SET json = '{}' WHERE json LIKE '%RR1234%'",
             "Event 1: its details are not those that were recorded"),
            ("DELETE FROM details WHERE json LIKE '%RR1234%'", "Event 1: its details were deleted"),
            ("UPDATE details SET json = NULL WHERE json LIKE '%RR1234%'",
             "Event 1: its details were emptied, and no redaction says so"),
            ("UPDATE blobs SET bytes = x'00' WHERE bytes = CAST('%PDF-1.7 en' AS BLOB)",
             "Event 1: the file petition.en.pdf is not the one that was kept: its bytes were swapped"),
            ("DELETE FROM blobs WHERE bytes = CAST('%PDF-1.7 en' AS BLOB)",
             "Event 1: the file petition.en.pdf was deleted"),
            ("UPDATE blobs SET bytes = NULL WHERE bytes = CAST('%PDF-1.7 en' AS BLOB)",
             "Event 1: the file petition.en.pdf was emptied, and no redaction says so"),
            ("INSERT INTO blobs VALUES ('abc', x'00')", "a file belongs to no event: abc"),
            ("INSERT INTO details VALUES ('abc', '{}')", "details belong to no event: abc"),
        ],
    )  # fmt: skip
    def test_it_is_named_with_its_event(self, log: MailingLog, statement: str, said: str) -> None:
        tamper(log.path, statement)
        assert said in say_faults(log)

    def test_a_swapped_blob_is_named_at_every_event_that_it_belongs_to(self, log: MailingLog) -> None:
        tamper(log.path, "UPDATE blobs SET bytes = x'00' WHERE bytes = CAST('%PDF-1.7' AS BLOB)")
        assert [(fault.wrong, fault.event) for fault in read_faults(log)] == [
            (FaultCode.BYTES, 1),
            (FaultCode.BYTES, 2),
        ]

    def test_two_blobs_put_in_each_other_s_place_are_both_named(self, log: MailingLog) -> None:
        first, second = ("CAST('%PDF-1.7' AS BLOB)", "CAST('%PDF-1.7 en' AS BLOB)")
        steps = ((first, "x'00'"), (second, first), ("x'00'", second))
        tamper(log.path, *(f"UPDATE blobs SET bytes = {new} WHERE bytes = {old}" for old, new in steps))  # noqa: S608 - ours
        named = {(fault.event, fault.words.split()[2]) for fault in read_faults(log)}
        assert named == {(1, PDF.name), (1, OTHER.name), (2, PDF.name)}

    def test_two_events_put_in_each_other_s_place_are_told_from_edited_ones(self, log: MailingLog) -> None:
        tamper(
            log.path,
            "UPDATE events SET id = 9 WHERE id = 4",
            "UPDATE events SET id = 4 WHERE id = 5",
            "UPDATE events SET id = 5 WHERE id = 9",
        )
        assert say_faults(log) == [
            "Event 4: it was recorded as event 5; the events were put in another order",
            "Event 5: it was recorded as event 4; the events were put in another order",
        ]

    def test_an_event_put_in_between_is_named(self, log: MailingLog) -> None:
        tamper(
            log.path,
            "UPDATE events SET id = 6 WHERE id = 5",
            "INSERT INTO events SELECT 5, campaign, edition, recipient, recipient_name, destination, channel, attempt,"
            " kind, happened_on, recorded_at, by, details_sha256, hex(zeroblob(32)) || 'x', hex(zeroblob(32)), home"
            " FROM events WHERE id = 4",
        )
        assert f"Event 5: {EDITED}" in say_faults(log)
        assert "Event 6: it was recorded as event 5; the events were put in another order" in say_faults(log)

    def test_an_edited_event_whose_own_hash_was_made_good_shows_at_the_next(self, log: MailingLog) -> None:
        forge(log, 3, by="Taro")
        assert say_faults(log) == ["Event 4: it does not follow event 3 by its hash"]

    def test_the_first_event_forged_anew_shows_at_the_second(self, log: MailingLog) -> None:
        forge(log, 1, previous_hash="1" * 64)
        assert "Event 1: it does not follow the beginning of the log by its hash" in say_faults(log)

    def test_a_file_of_an_event_that_is_gone_is_an_orphan(self, log: MailingLog) -> None:
        tamper(log.path, "UPDATE documents SET event = 77 WHERE event = 2")
        assert "the file petition.ja.pdf belongs to event 77, which is not there" in say_faults(log)

    def test_the_last_event_forged_or_cut_off_shows_only_by_the_tip(self, log: MailingLog) -> None:
        tip = log.read()[-1].hash
        tamper(log.path, "DELETE FROM events WHERE id = 5", "DELETE FROM details WHERE sha256 NOT IN"
               " (SELECT details_sha256 FROM events)")  # fmt: skip
        raw = log.read_raw()
        assert read_faults(log) == ()
        assert find_tip_fault(raw, log.read()[-1].hash) is None
        cut = find_tip_fault(raw, tip)
        assert cut is not None
        assert str(cut).endswith("events were cut off or written anew since it was noted; 4 are left")

    def test_triggers_that_were_not_put_back_are_named_one_by_one(self, log: MailingLog) -> None:
        tamper(log.path, keep_triggers=False)
        said = say_faults(log)
        assert len(said) == len(SQLITE_TRIGGERS)
        missing = "the trigger events_refuse_update is missing, which keeps the log as it is; somebody dropped it"
        assert missing in said

    def test_a_trigger_that_no_longer_bites_is_named(self, log: MailingLog) -> None:
        tamper(log.path, keep_triggers=True)
        with closing(sqlite3.connect(log.path)) as connection, connection:
            connection.execute("DROP TRIGGER blobs_refuse_update")
            connection.execute("CREATE TRIGGER blobs_refuse_update BEFORE UPDATE ON blobs BEGIN SELECT 1; END")
            connection.execute("CREATE TRIGGER eraser AFTER INSERT ON events BEGIN DELETE FROM blobs; END")
        assert say_faults(log) == [
            "the trigger blobs_refuse_update is not as it was made; somebody changed it",
            "the trigger eraser is not one that petitioner makes; somebody added it",
        ]

    def test_a_missing_index_is_named(self, log: MailingLog) -> None:
        tamper(log.path, "DROP INDEX one_claim")
        assert say_faults(log) == ["the index one_claim is missing, which keeps the log as it is; somebody dropped it"]


def forge(log: MailingLog, number: int, **changed: str) -> None:
    """Change an event and compute its own hash anew, as somebody would who has read how the chain is made."""
    raw = log.read_raw()
    row = {**next(row for row in raw.events if row["id"] == number), **changed}
    documents = next(event.documents for event in log.read() if event.id == number)
    row["hash"] = hash_event({name: value for name, value in row.items() if name != "hash"}, documents)
    values = ", ".join(f"{name} = '{row[name]}'" for name in {*changed, "hash"})
    tamper(log.path, f"UPDATE events SET {values} WHERE id = {number}")  # noqa: S608 - our own words


class TestRedaction:
    def test_what_a_redaction_took_away_is_no_fault(self, log: MailingLog) -> None:
        (sha256,) = {document.sha256 for document in log.read()[0].documents if document.name == OTHER.name}
        gone = Erasure(1, (sha256,))
        said = Details(note="private", redacts=1, erased=(sha256,))
        log.append(lambda _: [replace(draft(Kind.REDACTED, "", channel="", details=said), erasure=gone)])
        assert read_faults(log) == ()

    def test_more_than_the_redaction_says_is_one(self, log: MailingLog) -> None:
        said = Details(note="private", redacts=1)
        log.append(lambda _: [replace(draft(Kind.REDACTED, "", channel="", details=said), erasure=Erasure(1))])
        tamper(log.path, "UPDATE blobs SET bytes = NULL WHERE bytes = CAST('%PDF-1.7 en' AS BLOB)")
        assert say_faults(log) == ["Event 1: the file petition.en.pdf was emptied, and no redaction says so"]

    def test_a_redaction_that_was_spoilt_excuses_nothing(self, log: MailingLog) -> None:
        said = Details(note="private", redacts=1)
        log.append(lambda _: [replace(draft(Kind.REDACTED, "", channel="", details=said), erasure=Erasure(1))])
        tamper(log.path, "UPDATE details SET json = '{' WHERE json LIKE '%redacts%'")
        assert say_faults(log) == [
            "Event 1: its details were emptied, and no redaction says so",
            "Event 6: its details are not those that were recorded",
        ]


COLUMNS = [
    "id", "campaign", "edition", "recipient", "recipient_name", "destination", "channel", "attempt", "kind",
    "happened_on", "recorded_at", "by", "details_sha256", "previous_hash", "hash", "home",
]  # fmt: skip
VALUES = st.none() | st.integers(-5, 2**40) | st.floats(allow_nan=False) | st.text(max_size=20) | st.binary(max_size=20)
HASHES = st.text("0123456789abcdef", min_size=64, max_size=64)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", str(tmp_path_factory.mktemp("home")))
        return make_log(tmp_path_factory.mktemp("whole")).path


@pytest.mark.slow
@settings(deadline=None, max_examples=100, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(1, 5), st.sampled_from(COLUMNS), VALUES | HASHES)
def test_any_edit_of_any_column_of_any_event_is_found(
    whole: Path, number: int, column: str, value: str | float | bytes | None
) -> None:
    with TemporaryDirectory() as folder:
        path = Path(shutil.copy(whole, folder))
        assume(edit(path, number, column, value))
        faults = read_faults(MailingLog(path))
        assert faults
        assert {fault.event for fault in faults} & {number, number + 1, None} or column == "id"


def edit(path: Path, number: int, column: str, value: object) -> bool:
    """Change one value; whether SQLite let it be, and anything is different now."""
    with closing(sqlite3.connect(path)) as connection:
        connection.text_factory = bytes
        before = connection.execute("SELECT * FROM events ORDER BY id").fetchall()
        connection.execute("DROP TRIGGER events_refuse_update")
        create = connection.execute("SELECT sql FROM sqlite_master WHERE name = 'events'").fetchone()
        try:
            connection.execute(f'UPDATE events SET "{column}" = ? WHERE id = ?', (value, number))  # noqa: S608 - our own
        except (sqlite3.IntegrityError, UnicodeEncodeError, OverflowError):
            return False
        trigger = next(text for text in SQLITE_TRIGGERS if "events_refuse_update" in text)
        connection.execute(trigger)
        connection.commit()
        assert create
        return connection.execute("SELECT * FROM events ORDER BY id").fetchall() != before


class TestTheCommand:
    def test_a_whole_log_is_said_to_be_whole_and_shows_its_tip(self, workspace: WorkspaceCopy) -> None:
        workspace.run("log", "add", "posted", "jp-osaka")
        ending = workspace.run("log", "verify")
        tip = MailingLog.within(workspace.folder).read()[-1].hash
        assert ending.status == 0
        assert ending.out.splitlines() == [
            "The log is whole: 1 event, and every hash, file and trigger is correct.",
            f"Tip: {tip}",
        ]
        assert ending.err.startswith("Next: petitioner log copy")

    def test_without_a_log_there_is_nothing_wrong_and_none_is_made(self, workspace: WorkspaceCopy) -> None:
        ending = workspace.run("log", "verify")
        assert (ending.status, ending.out) == (0, "There is no log yet.\n")
        assert not (workspace.folder / FILE_NAME).exists()

    def test_faults_are_named_and_the_status_is_1(self, workspace: WorkspaceCopy) -> None:
        workspace.run("log", "add", "posted", "jp-osaka")
        tamper(workspace.folder / FILE_NAME, "UPDATE events SET happened_on = 'never'")
        ending = workspace.run("log", "verify")
        assert ending.status == 1
        assert ending.out.splitlines()[:2] == [f"Event 1: {EDITED}", "1 fault in the log."]
        assert "Next: petitioner log restore COPY" in ending.err

    def test_other_commands_send_whoever_meets_a_spoilt_event_to_verify(self, workspace: WorkspaceCopy) -> None:
        workspace.run("log", "add", "posted", "jp-osaka")
        tamper(workspace.folder / FILE_NAME, "UPDATE events SET happened_on = 'never'")
        ending = workspace.run("log")
        assert ending.status == 1
        assert "Event 1 of the mailing log is not as it was recorded" in ending.err
        assert "petitioner log verify" in ending.err

    def test_a_noted_tip_shows_that_nothing_was_cut_off(self, workspace: WorkspaceCopy) -> None:
        workspace.run("log", "add", "posted", "jp-osaka")
        tip = MailingLog.within(workspace.folder).read()[-1].hash
        workspace.run("log", "add", "replied", "jp-osaka")
        typed = f"{tip[:4].upper()} {tip[4:12]}"
        ending = workspace.run("log", "verify", "--tip", typed)
        assert ending.status == 0
        assert f"Nothing up to event 1, which has the hash {tip[:12]}, was cut off; 1 came after." in ending.out

    def test_a_cut_tail_shows_by_the_tip(self, workspace: WorkspaceCopy) -> None:
        workspace.run("log", "add", "posted", "jp-osaka")
        workspace.run("log", "add", "replied", "jp-osaka")
        tip = MailingLog.within(workspace.folder).read()[-1].hash
        tamper(workspace.folder / FILE_NAME, "DELETE FROM events WHERE id = 2")
        ending = workspace.run("log", "verify", "--tip", tip)
        assert ending.status == 1
        assert f"no event has the hash {tip}: events were cut off or written anew" in ending.out

    @pytest.mark.parametrize("tip", ["", "abc", "not a hash", "0" * 65])
    def test_what_is_no_tip_is_refused(self, workspace: WorkspaceCopy, tip: str) -> None:
        ending = workspace.run("log", "verify", "--tip", tip)
        assert ending.status == 2
        assert "is not a tip. A tip has 8 to 64 of the digits 0-9 and a-f" in ending.err

    def test_a_file_is_told_for_the_letter_that_it_is(self, workspace: WorkspaceCopy) -> None:
        make_log(workspace.folder)
        letter = workspace.folder / "found.pdf"
        letter.write_bytes(OTHER.content)
        ending = workspace.run("log", "verify", str(letter))
        assert ending.status == 0
        assert ending.out.splitlines()[-3:] == [
            f"{letter}: This is the letter petition.en.pdf to jp-osaka, 驻大阪总领事馆 (campaign 2027, post).",
            f"{letter}: On 2027-09-10 Hanako posted it, with tracking number RR123456785JP (event 1).",
            f"{letter}: On 2027-09-20 its packet came back (event 5, recorded by Hanako).",
        ]

    def test_one_file_that_went_to_two_is_told_for_both(self, workspace: WorkspaceCopy) -> None:
        make_log(workspace.folder)
        letter = workspace.folder / "found.pdf"
        letter.write_bytes(PDF.content)
        said = workspace.run("log", "verify", str(letter)).out
        assert "This is the letter petition.ja.pdf to jp-osaka" in said
        assert "This is the letter petition.ja.pdf to jp-tokyo" in said

    def test_a_posting_that_was_a_slip_is_said_to_be_withdrawn(self, workspace: WorkspaceCopy) -> None:
        make_log(workspace.folder)
        workspace.run("log", "withdraw", "1", "--because", "it was Tokyo", "--by", "Hanako")
        letter = workspace.folder / "found.pdf"
        letter.write_bytes(OTHER.content)
        first, second, _ = workspace.run("log", "verify", str(letter)).out.splitlines()[-3:]
        assert first.endswith("(campaign 2027, post).")
        assert second.endswith("number RR123456785JP (event 1); event 6 took that back: it was Tokyo.")

    def test_an_unknown_file_is_said_to_be_unknown_and_the_status_is_1(self, workspace: WorkspaceCopy) -> None:
        workspace.run("log", "add", "posted", "jp-osaka")
        ending = workspace.run("log", "verify", str(workspace.folder / "recipients.yaml"))
        assert ending.status == 1
        assert "The log does not know this file (SHA-256 " in ending.out

    def test_a_file_that_cannot_be_read_is_told(self, workspace: WorkspaceCopy) -> None:
        ending = workspace.run("log", "verify", "nothing.pdf")
        assert ending.status == 1
        assert "nothing.pdf cannot be read (No such file or directory)" in ending.err

    def test_json_tells_all_of_it(self, workspace: WorkspaceCopy) -> None:
        make_log(workspace.folder)
        letter = workspace.folder / "found.pdf"
        letter.write_bytes(OTHER.content)
        said = json.loads(workspace.run("log", "verify", "--json", str(letter)).out)
        assert (said["whole"], said["events"], said["faults"], said["not_at_home"]) == (True, 5, [], None)
        (file,) = said["files"]
        (packet,) = file["packets"]
        assert (file["known"], [event["kind"] for event in packet["events"]]) == (True, ["posted", "returned"])
        tamper(workspace.folder / FILE_NAME, "UPDATE events SET campaign = '2026'")
        said = json.loads(workspace.run("log", "verify", "--json").out)
        assert said["faults"][0] == {"wrong": "edited", "event": 1, "words": EDITED}
