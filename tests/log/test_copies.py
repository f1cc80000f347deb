"""``log copy`` and ``log restore``: whole copies, and nothing lost unseen when one is put back."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from conftest import WorkspaceCopy
from log_tampering import make_log, say_faults, tamper
from log_workspace import draft
from petitioner.errors import PetitionerError
from petitioner.log.kinds import Kind
from petitioner.log.storage.copies import KEPT
from petitioner.log.storage.location import list_hashes
from petitioner.log.storage.restore import compare, restore
from petitioner.log.storage.store import FILE_NAME, MailingLog
from petitioner.user_data.logs import identify_log, list_copies


def copies_of(log: MailingLog) -> list[str]:
    return [path.name for path in list_copies(identify_log(list_hashes(log.read())) or "")]


class TestKeepingCopies:
    def test_a_copy_holds_all_that_the_log_holds(self, tmp_path: Path) -> None:
        log = make_log(tmp_path)
        kept = log.copy_before("sending")
        assert kept is not None
        assert kept.name == "0001-before-sending.sqlite"
        assert kept.is_relative_to(Path.home())
        assert MailingLog(kept).read() == log.read()
        assert say_faults(MailingLog(kept)) == []

    def test_the_last_ten_are_kept(self, tmp_path: Path) -> None:
        log = make_log(tmp_path)
        for _ in range(KEPT + 3):
            log.copy_before("sending")
        assert copies_of(log) == [f"{number:04}-before-sending.sqlite" for number in range(4, 14)]

    def test_of_no_log_and_of_an_empty_one_there_is_nothing_to_copy(self, tmp_path: Path) -> None:
        log = MailingLog.within(tmp_path)
        assert log.copy_before("sending") is None
        log.append(lambda _: [])
        assert log.copy_before("sending") is None
        assert not (Path.home() / ".local/share/petitioner").exists() or not list(Path.home().rglob("*.sqlite"))

    def test_two_logs_do_not_push_each_other_s_copies_out(self, tmp_path: Path) -> None:
        logs = []
        for name in ("tokyo", "seoul"):
            (tmp_path / name).mkdir()
            logs.append(make_log(tmp_path / name))
        for log in logs:
            log.copy_before("sending")
        assert [copies_of(log) for log in logs] == [["0001-before-sending.sqlite"]] * 2

    def test_a_log_whose_pages_are_damaged_is_not_copied_as_if_it_were_good(self, tmp_path: Path) -> None:
        log = make_log(tmp_path)
        content = bytearray(log.path.read_bytes())
        content[8192:12288] = b"\xff" * 4096
        log.path.write_bytes(content)
        with pytest.raises(PetitionerError, match="damaged"):
            log.copy_before("sending")
        assert list(Path.home().rglob("*.sqlite")) == []

    def test_a_copy_made_while_another_writes_is_whole(self, tmp_path: Path) -> None:
        log = make_log(tmp_path)
        work = (
            "import sys; from pathlib import Path; from log_workspace import draft;"
            "from petitioner.log.storage.store import MailingLog;"
            "log = MailingLog(Path(sys.argv[1])); [log.append(lambda _: [draft()]) for _ in range(60)]"
        )
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
        with subprocess.Popen([sys.executable, "-c", work, str(log.path)], env=environment) as writer:
            lengths = []
            while writer.poll() is None:
                kept = log.copy_before("sending")
                assert kept is not None
                assert say_faults(MailingLog(kept)) == []
                lengths.append(len(MailingLog(kept).read()))
        assert lengths == sorted(lengths)
        assert len(log.read()) == 65


class TestCopyingByHand:
    def test_without_a_place_it_goes_to_the_user_s_data(self, workspace: WorkspaceCopy) -> None:
        workspace.run("log", "add", "posted", "jp-osaka")
        ending = workspace.run("log", "copy")
        (copy,) = Path.home().rglob("0001-by-hand.sqlite")
        tip = MailingLog.within(workspace.folder).read()[-1].hash
        assert (ending.status, ending.out) == (0, f"{copy}: 1 event, tip {tip}\n")
        assert ending.err == f"Next: petitioner log restore {copy}  (if the log is ever lost)\n"

    def test_a_file_or_a_folder_can_be_named(self, workspace: WorkspaceCopy, tmp_path: Path) -> None:
        workspace.run("log", "add", "posted", "jp-osaka")
        tip = MailingLog.within(workspace.folder).read()[-1].hash
        workspace.run("log", "copy", str(tmp_path / "stick" / "log.sqlite"))
        said = json.loads(workspace.run("log", "copy", "--json", str(tmp_path)).out)
        named = tmp_path / f"mailing-log-1-{tip[:8]}.sqlite"
        assert said == {"copy": str(named), "events": 1, "tip": tip, "whole": True}
        assert len(MailingLog(tmp_path / "stick" / "log.sqlite").read()) == len(MailingLog(named).read()) == 1

    def test_what_is_there_is_not_written_over(self, workspace: WorkspaceCopy) -> None:
        workspace.run("log", "add", "posted", "jp-osaka")
        before = (workspace.folder / "recipients.yaml").read_bytes()
        ending = workspace.run("log", "copy", str(workspace.folder / "recipients.yaml"))
        assert ending.status == 1
        assert "is there already, and was left as it is" in ending.err
        assert (workspace.folder / "recipients.yaml").read_bytes() == before

    def test_a_place_that_cannot_be_written_is_told(self, workspace: WorkspaceCopy) -> None:
        workspace.run("log", "add", "posted", "jp-osaka")
        ending = workspace.run("log", "copy", str(workspace.folder / "recipients.yaml" / "log.sqlite"))
        assert ending.status == 1
        assert "No copy of the log could be made in" in ending.err

    def test_the_copy_of_a_faulty_log_is_made_and_called_faulty(self, workspace: WorkspaceCopy) -> None:
        workspace.run("log", "add", "posted", "jp-osaka")
        tamper(workspace.folder / FILE_NAME, "UPDATE events SET campaign = '2026'")
        ending = workspace.run("log", "copy")
        assert ending.status == 1
        assert "The log has faults, and so has its copy." in ending.err

    def test_without_a_log_there_is_nothing_to_copy(self, workspace: WorkspaceCopy) -> None:
        ending = workspace.run("log", "copy")
        assert ending.status == 1
        assert "There is no log yet" in ending.err


@pytest.fixture
def copy(workspace: WorkspaceCopy, tmp_path: Path) -> Path:
    """A copy of a log with one event, and the log one event further."""
    workspace.run("log", "add", "posted", "jp-osaka", "--by", "Hanako")
    workspace.run("log", "copy", str(tmp_path / "copy.sqlite"))
    workspace.run("log", "add", "replied", "jp-osaka", "--by", "Hanako")
    return tmp_path / "copy.sqlite"


def kinds_in(workspace: WorkspaceCopy) -> list[str]:
    return [event.kind for event in MailingLog.within(workspace.folder).read()]


class TestRestoring:
    def test_what_would_be_lost_is_told_and_nothing_happens_without_a_reason(
        self, workspace: WorkspaceCopy, copy: Path
    ) -> None:
        before = (workspace.folder / FILE_NAME).read_bytes()
        ending = workspace.run("log", "restore", str(copy))
        assert ending.status == 1
        assert (
            "Nothing was restored yet. 1 event that the present log has is not in the copy: "
            "jp-osaka replied on 2027-09-01 by Hanako (event 2)." in ending.err
        )
        assert f'petitioner log restore {copy} --because "…"' in ending.err
        assert (workspace.folder / FILE_NAME).read_bytes() == before
        assert list(Path.home().rglob("*.sqlite")) == []

    def test_with_a_reason_it_is_done_and_the_log_keeps_the_reason(self, workspace: WorkspaceCopy, copy: Path) -> None:
        content = copy.read_bytes()
        ending = workspace.run("log", "restore", str(copy), "--because", "the reply was to another")
        assert ending.status == 0
        assert kinds_in(workspace) == ["posted", "restored"]
        said = MailingLog.within(workspace.folder).read()[1].details
        assert said.note == "the reply was to another"
        assert said.flags["restored"].startswith("1 event that the present log has is not in the copy: jp-osaka")
        assert say_faults(MailingLog.within(workspace.folder)) == []
        assert copy.read_bytes() == content

    def test_the_log_that_was_there_is_kept_and_can_be_put_back(self, workspace: WorkspaceCopy, copy: Path) -> None:
        workspace.run("log", "restore", str(copy), "--because", "a slip")
        (kept,) = Path.home().rglob("0001-before-restoring.sqlite")
        assert len(MailingLog(kept).read()) == 2
        ending = workspace.run("log", "restore", str(kept), "--because", "it was no slip")
        assert ending.status == 0
        assert kinds_in(workspace) == ["posted", "replied", "restored"]

    def test_after_it_the_log_cannot_send_until_it_is_adopted(self, workspace: WorkspaceCopy, copy: Path) -> None:
        ending = workspace.run("log", "restore", str(copy), "--because", "a slip")
        assert 'Next: petitioner log adopt --because "…"' in ending.err
        with pytest.raises(PetitionerError, match="is not in use here: event 2, tip"):
            MailingLog.within(workspace.folder).require_location()
        workspace.run("log", "adopt", "--because", "the newer one is lost")
        MailingLog.within(workspace.folder).require_location()

    def test_a_copy_that_lacks_nothing_needs_no_reason(self, workspace: WorkspaceCopy, copy: Path) -> None:
        newer = workspace.folder / "newer.sqlite"
        workspace.run("log", "copy", str(newer))
        workspace.run("log", "restore", str(copy), "--because", "a slip")
        shutil.copy(copy, workspace.folder / FILE_NAME)  # by hand, so that nothing but the older log is there
        ending = workspace.run("log", "restore", "--json", str(newer))
        assert (ending.status, kinds_in(workspace)) == (0, ["posted", "replied"])
        assert json.loads(ending.out)["gained"] == 1
        MailingLog.within(workspace.folder).require_location()

    def test_a_log_that_is_gone_is_put_back(self, workspace: WorkspaceCopy, copy: Path) -> None:
        (workspace.folder / FILE_NAME).unlink()
        assert "the log is missing: this machine remembers it" in workspace.run("log", "verify").out
        ending = workspace.run("log", "restore", str(copy))
        assert (ending.status, kinds_in(workspace)) == (0, ["posted"])
        assert "event 2, tip" in ending.err

    def test_a_damaged_log_is_replaced_with_a_reason_and_kept_as_it_is(
        self, workspace: WorkspaceCopy, copy: Path
    ) -> None:
        (workspace.folder / FILE_NAME).write_bytes(b"no longer a log")
        (workspace.folder / f"{FILE_NAME}-journal").write_bytes(b"of another life")
        refused = workspace.run("log", "restore", str(copy))
        assert "cannot be read, so it is not known what is missing in the copy" in refused.err
        ending = workspace.run("log", "restore", str(copy), "--because", "the disk failed")
        assert ending.status == 0
        (kept,) = Path.home().rglob("0001-damaged.sqlite")
        assert kept.read_bytes() == b"no longer a log"
        assert not (workspace.folder / f"{FILE_NAME}-journal").exists()
        assert kinds_in(workspace) == ["posted", "restored"]

    def test_a_log_with_damaged_pages_is_replaced_too(self, workspace: WorkspaceCopy, copy: Path) -> None:
        content = bytearray((workspace.folder / FILE_NAME).read_bytes())
        content[-4096:] = b"\xff" * 4096
        (workspace.folder / FILE_NAME).write_bytes(content)
        ending = workspace.run("log", "restore", str(copy), "--because", "the disk failed")
        assert (ending.status, kinds_in(workspace)) == (0, ["posted", "restored"])

    def test_a_copy_that_does_not_verify_is_refused(self, workspace: WorkspaceCopy, copy: Path) -> None:
        tamper(copy, "UPDATE events SET campaign = '2026'")
        ending = workspace.run("log", "restore", str(copy), "--because", "a slip")
        assert ending.status == 1
        assert f"Nothing was restored: {copy} does not verify. Event 1: it, or its list of files" in ending.err
        assert kinds_in(workspace) == ["posted", "replied"]

    @pytest.mark.parametrize("what", ["recipients.yaml", "nothing.sqlite", "letters"])
    def test_what_is_no_copy_of_a_log_is_refused(self, workspace: WorkspaceCopy, copy: Path, what: str) -> None:
        assert copy.exists()
        ending = workspace.run("log", "restore", str(workspace.folder / what), "--because", "a slip")
        assert ending.status == 1
        assert what in ending.err
        assert kinds_in(workspace) == ["posted", "replied"]

    def test_an_empty_log_is_no_copy_of_one(self, workspace: WorkspaceCopy, copy: Path) -> None:
        MailingLog(workspace.folder / "empty.sqlite").append(lambda _: [])
        ending = workspace.run("log", "restore", str(workspace.folder / "empty.sqlite"), "--because", "a slip")
        assert "does not verify. It holds no event" in ending.err
        assert copy.exists()

    def test_the_log_is_no_copy_of_itself(self, workspace: WorkspaceCopy, copy: Path) -> None:
        ending = workspace.run("log", "restore", str(workspace.folder / FILE_NAME))
        assert "is the log itself" in ending.err
        assert copy.exists()

    def test_another_log_altogether_loses_every_event(
        self, workspace: WorkspaceCopy, copy: Path, tmp_path: Path
    ) -> None:
        other = make_log(tmp_path)
        refused = workspace.run("log", "restore", str(other.path))
        assert "2 events that the present log has are not in the copy" in refused.err
        assert workspace.run("log", "restore", str(other.path), "--because", "it was the wrong one").status == 0
        assert kinds_in(workspace)[-1] == "restored"
        ending = workspace.run("log", "verify")
        assert "the log here is not the one that this machine remembers, of 2 events" in ending.out
        assert copy.exists()

    def test_while_another_writes_nothing_is_exchanged(self, workspace: WorkspaceCopy, copy: Path) -> None:
        log = MailingLog(workspace.folder / FILE_NAME, patience=0.1)
        with closing(sqlite3.connect(log.path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(PetitionerError, match="is in use by another program"):
                restore(log, copy, lambda _: None)
        assert kinds_in(workspace) == ["posted", "replied"]

    def test_a_process_that_had_the_log_open_goes_on_in_the_restored_one(
        self, workspace: WorkspaceCopy, copy: Path
    ) -> None:
        with closing(sqlite3.connect(workspace.folder / FILE_NAME)) as other:
            assert other.execute("SELECT count(*) FROM events").fetchone() == (2,)
            workspace.run("log", "restore", str(copy), "--because", "a slip")
            assert other.execute("SELECT group_concat(kind) FROM events").fetchone() == ("posted,restored",)

    def test_an_older_copy_is_brought_up_to_date_on_the_way(self, workspace: WorkspaceCopy, tmp_path: Path) -> None:
        frozen = Path(__file__).parents[1] / "data" / "logs" / "0001.sql"
        with closing(sqlite3.connect(tmp_path / "old.sqlite")) as connection:
            connection.executescript(frozen.read_text("utf-8"))
        assert workspace.run("log", "restore", str(tmp_path / "old.sqlite")).status == 0
        assert kinds_in(workspace)[-1] == Kind.RETURNED
        assert say_faults(MailingLog.within(workspace.folder)) == []


def test_a_comparison_tells_lost_and_gained_apart(tmp_path: Path) -> None:
    log = make_log(tmp_path)
    events = log.read()
    (branch,) = MailingLog(log.copy_by_hand(tmp_path / "branch.sqlite")).append(lambda _: [draft()])
    (grown,) = log.append(lambda _: [draft()])
    ours, theirs = (*events, branch), (*events, grown)
    assert (compare(events, events).lost, compare(events, events).gained) == ((), 0)
    assert (compare(ours, events).lost, compare(ours, events).gained) == ((), 1)
    assert (compare(events, theirs).lost, compare(events, theirs).gained) == ((grown,), 0)
    assert (compare(ours, theirs).lost, compare(ours, theirs).gained) == ((grown,), 1)
    assert [compare(ours, present).is_safe for present in (events, theirs, (), None)] == [True, False, True, False]
