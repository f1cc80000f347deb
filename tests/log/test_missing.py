"""A log that is missing is said first, and hands nothing over again: it comes back, or the next one knows what left."""

import json
import os
import shlex
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from conftest import MakeOnce, WorkspaceCopy
from log_tampering import say_faults
from log_workspace import draft
from mail_workspace import MailWorkspace
from petitioner.log.events import Details, Draft
from petitioner.log.kinds import Kind
from petitioner.log.storage.location import list_hand_overs
from petitioner.log.storage.store import FILE_NAME, MailingLog
from petitioner.user_data.logs import read_memories
from servers.certificates import Certificates
from servers.scripted import ScriptedServer

ACCEPT = ("--unread", "en", "--unread", "ja", "--unverified", "jp-tokyo", "--unverified", "jp-osaka")
APPROVE = ("approve", "--yes", "--by", "Hanako", *ACCEPT)
ADOPT = ("log", "adopt", "--by", "Hanako", "--because", "the cloud lost it")
READING: tuple[tuple[str, ...], ...] = (
    (),
    ("build",),
    ("send",),
    ("inbox",),
    ("log",),
    ("log", "show", "jp-osaka"),
    ("log", "export"),
    ("log", "add", "posted", "jp-tokyo"),
)
MAKING: tuple[tuple[str, ...], ...] = (
    APPROVE,
    ("print",),
    ("print", "envelopes"),
    ("print", "labels"),
    ("print", "deliveries"),
)


def log_of(workspace: WorkspaceCopy) -> MailingLog:
    return MailingLog.within(workspace.folder)


def list_states(workspace: WorkspaceCopy) -> dict[tuple[str, str], str]:
    said = json.loads(workspace.run("--json").out)
    return {(packet["recipient"], packet["channel"]): packet["state"] for packet in said["packets"]}


@pytest.fixture
def posted(make_once: MakeOnce) -> WorkspaceCopy:
    """Everything was approved and posted."""

    def post(workspace: WorkspaceCopy) -> None:
        workspace.build()
        workspace.run(*APPROVE)
        assert workspace.run("log", "add", "posted", "jp-tokyo", "jp-osaka", "--by", "Hanako").status == 0

    return make_once("missing", post)


@pytest.fixture
def lost(posted: WorkspaceCopy, tmp_path: Path) -> WorkspaceCopy:
    """And then the log was put off by a cloud folder."""
    log_of(posted).path.rename(tmp_path / "put-off")
    return posted


class TestItIsSaidFirst:
    @pytest.mark.parametrize("command", READING)
    def test_by_every_command_that_goes_on(self, lost: WorkspaceCopy, command: tuple[str, ...]) -> None:
        said = lost.run(*command).err
        assert said.startswith(
            f"Warning: The mailing log {lost.folder / FILE_NAME} is missing: "
            "this machine remembers it, with 5 events and 2 packets handed over, tip "
        )
        assert "Put the file back, from the cloud folder or a backup." in said.splitlines()[1]
        assert 'petitioner log adopt --because "…"' in said.splitlines()[2]

    @pytest.mark.parametrize("command", MAKING)
    def test_and_by_those_that_would_begin_again_and_then_do_nothing(
        self, lost: WorkspaceCopy, command: tuple[str, ...]
    ) -> None:
        lost.write("out/2027/print/letters.pdf", b"made before")
        made = lost.list_made()
        ending = lost.run(*command)
        assert ending.status == 1
        assert ending.err.startswith(f"Error: The mailing log {lost.folder / FILE_NAME} is missing: this machine")
        assert ending.out == ""
        assert lost.list_made() == made
        assert not log_of(lost).path.exists()

    def test_quiet_as_well(self, lost: WorkspaceCopy) -> None:
        assert "is missing: this machine remembers it" in lost.run("-q").err

    def test_an_empty_file_in_its_place_is_no_log_either(self, lost: WorkspaceCopy) -> None:
        log_of(lost).path.touch()
        for command in ((), ("build",)):
            assert "is missing: this machine remembers it" in lost.run(*command).err

    def test_the_bare_command_names_no_step_that_would_write_again(self, lost: WorkspaceCopy) -> None:
        ending = lost.run()
        assert ending.status == 1
        assert ending.err.splitlines()[-1].startswith('Next: petitioner log adopt --because "…"  (only if the log is')
        assert json.loads(lost.run("--json").out)["not_at_home"].startswith("this machine remembers it, with 5 events")

    def test_build_does_not_go_on_to_an_approval_that_would_be_refused(self, lost: WorkspaceCopy) -> None:
        assert lost.run("build").err.splitlines()[-1] == lost.run().err.splitlines()[-1]

    def test_what_only_follows_from_it_is_not_said_packet_by_packet(self, lost: WorkspaceCopy) -> None:
        ending = lost.run("log")
        assert "another log" not in ending.out + ending.err
        assert "attention" not in ending.out + lost.run().out

    def test_the_newest_copy_is_named_and_the_command_puts_it_back(self, posted: WorkspaceCopy) -> None:
        posted.run("log", "copy")
        log_of(posted).path.unlink()
        *_, step = posted.run().err.splitlines()
        assert step.endswith("0001-by-hand.sqlite  (unless you can put the file itself back)")
        command = shlex.split(step.removeprefix("Next: petitioner ").partition("  (")[0])
        assert posted.run(*command).status == 0
        assert "is missing" not in posted.run().err
        log_of(posted).require_location()

    def test_a_folder_that_never_had_a_log_has_nothing_to_miss(self, lost: WorkspaceCopy, tmp_path: Path) -> None:
        other = shutil.copytree(lost.folder, tmp_path / "other")
        assert not (other / FILE_NAME).exists()
        lost.folder = other
        assert "missing" not in lost.run("build").err
        assert lost.run(*APPROVE).status == 0

    def test_once_it_is_back_nothing_is_said(self, lost: WorkspaceCopy, tmp_path: Path) -> None:
        (tmp_path / "put-off").rename(log_of(lost).path)
        assert lost.run().status == 0
        assert "Warning" not in lost.run().err
        log_of(lost).require_location()


class TestAFactBeginsALog:
    def test_that_hands_nothing_over_until_it_is_adopted(self, lost: WorkspaceCopy) -> None:
        ending = lost.run("log", "add", "posted", "jp-tokyo", "--by", "Hanako")
        assert ending.status == 0
        assert "A new log was begun. Nothing is sent or printed by it until it is adopted." in ending.err
        for command in (*MAKING, ("send", "--for-real")):
            ending = lost.run(*command)
            assert ending.status == 1
            assert "the log here is not the one that this machine remembers, of 5 events" in ending.err

    def test_nor_does_a_second_fact_give_it_a_home(self, lost: WorkspaceCopy) -> None:
        for path in Path.home().rglob("memory.json"):
            path.write_text("[")
        for _ in range(2):
            assert lost.run("log", "add", "posted", "jp-tokyo").status == 0
        for path in Path.home().rglob("memory.json"):
            if path.read_text() == "[":
                path.unlink()
        ending = lost.run("print")
        assert ending.status == 1
        assert "it was begun while another log was missing here" in ending.err

    def test_what_both_logs_say_is_in_the_one_that_comes_back(self, lost: WorkspaceCopy, tmp_path: Path) -> None:
        lost.run("log", "add", "handed", "jp-osaka", "--outcome", "letter-box", "--by", "Hanako")
        shutil.copy(tmp_path / "put-off", log_of(lost).path)
        assert "the log here is not the one" in lost.run().err
        assert lost.run(*ADOPT).status == 0
        kinds = [event.kind for event in log_of(lost).read()]
        assert kinds[3:] == [Kind.POSTED, Kind.POSTED, Kind.ADOPTED, Kind.LEFT_IN_LETTER_BOX]
        log_of(lost).require_location()
        assert "Warning" not in lost.run().err


class TestAdoptingWithoutALog:
    def test_it_begins_with_the_log_that_is_missing_and_what_that_handed_over(self, lost: WorkspaceCopy) -> None:
        tip = read_memories().logs[0].tip
        ending = lost.run(*ADOPT)
        assert ending.status == 0
        assert "Events 2 to 3, from what this computer remembers: 2 posted" in ending.out
        first, tokyo, osaka = log_of(lost).read()
        assert (first.kind, first.details.note) == (Kind.ADOPTED, "the cloud lost it")
        assert first.details.flags["absent"].startswith("the log is missing: this machine remembers it, with 5 events")
        assert first.details.flags["missing"].endswith(f" of 5 events, tip {tip}")
        assert [(one.kind, one.recipient, one.channel) for one in (tokyo, osaka)] == [
            (Kind.POSTED, "jp-tokyo", "post"),
            (Kind.POSTED, "jp-osaka", "post"),
        ]
        assert "大阪" in osaka.destination
        assert osaka.details.flags["remembered"].startswith("entered from what this machine remembers")
        assert say_faults(log_of(lost)) == []
        log_of(lost).require_location()

    def test_then_nobody_is_written_to_twice(self, lost: WorkspaceCopy) -> None:
        lost.run(*ADOPT)
        assert list_states(lost)["jp-tokyo", "post"] == list_states(lost)["jp-osaka", "post"] == "posted"
        lost.run("build")
        lost.run(*APPROVE)
        lost.run("print")
        assert [event.recipient for event in log_of(lost).read() if event.kind is Kind.APPROVED] == ["jp-osaka"]
        assert "jp-tokyo, jp-osaka: posted on 2027-09-01" in lost.run("print").err

    def test_twice_is_once(self, lost: WorkspaceCopy) -> None:
        lost.run(*ADOPT)
        assert "The log is in use here already; nothing was recorded." in lost.run(*ADOPT).out
        assert len(log_of(lost).read()) == 3

    def test_what_an_older_version_remembers_is_not_taken_for_all(self, lost: WorkspaceCopy) -> None:
        (path,) = Path.home().rglob("memory.json")
        remembered = json.loads(path.read_text())
        del remembered["hand_overs"]
        path.write_text(json.dumps(remembered))
        assert "is missing: this machine remembers it, with 5 events, tip" in lost.run().err
        ending = lost.run(*ADOPT)
        assert ending.status == 0
        assert "but not which packets it had sent" in ending.err
        assert [event.kind for event in log_of(lost).read()] == [Kind.ADOPTED]

    def test_a_memory_of_an_older_version_is_made_whole_while_the_log_is_there(self, posted: WorkspaceCopy) -> None:
        (path,) = Path.home().rglob("memory.json")
        whole = path.read_text()
        remembered = json.loads(whole)
        del remembered["hand_overs"]
        path.write_text(json.dumps(remembered))
        posted.run()
        assert path.read_text() == whole

    def test_a_kind_of_a_later_version_is_not_passed_over(self, lost: WorkspaceCopy) -> None:
        (path,) = Path.home().rglob("memory.json")
        path.write_text(path.read_text().replace('"posted"', '"teleported"'))
        ending = lost.run(*ADOPT)
        assert ending.status == 1
        assert "remembers 'teleported', which this program does not know" in ending.err
        assert log_of(lost).read() == ()


def record(log: MailingLog, *drafts: Draft) -> None:
    log.append(lambda _: drafts)


def test_an_e_mail_is_sent_by_no_log_that_comes_after(
    workspace: WorkspaceCopy, scripted: ScriptedServer, certificates: Certificates
) -> None:
    mail_workspace = MailWorkspace(workspace)
    mail_workspace.write_account(scripted.ports.tls, certificates)
    mail_workspace.write_to("tokyo@example.cn", "osaka@example.cn")
    mail_workspace.approve()
    assert mail_workspace.send("--for-real", "--yes", "--only", "jp-osaka").status == 0
    log_of(workspace).path.unlink()
    assert mail_workspace.send().status == 1
    assert workspace.run(*ADOPT).status == 0
    mail_workspace.approve()
    ending = mail_workspace.send()
    assert ending.status == 0, ending.err
    assert "jp-osaka: accepted on 2027-09-01" in ending.err
    assert [message.recipients for message in scripted.kept] == [("osaka@example.cn",), ("tokyo@example.cn",)]


class TestWhatIsRemembered:
    def test_what_left_and_what_came_of_it_and_not_what_was_made_ready(self, tmp_path: Path) -> None:
        log = MailingLog.within(tmp_path)
        mails = [Kind.APPROVED, Kind.HANDING_OVER, Kind.COMMITTING, Kind.ACCEPTED, Kind.BOUNCED, Kind.REOPENED]
        record(log, *(draft(kind, channel="email") for kind in mails))
        record(log, draft(Kind.PRINTING), draft(Kind.PRINTED), draft(), draft(Kind.REPLIED))
        told = [(one.channel, one.kind) for one in list_hand_overs(log.read())]
        assert told == [("email", "accepted"), ("email", "bounced"), ("post", "posted"), ("post", "replied")]

    def test_what_was_put_off_after_all_is_not_taken_for_handed_over(self, tmp_path: Path) -> None:
        log = MailingLog.within(tmp_path)
        kinds = [Kind.HANDING_OVER, Kind.COMMITTING, Kind.DEFERRED]
        record(log, *(draft(kind, channel="email") for kind in kinds))
        assert not list(list_hand_overs(log.read()))
        record(log, draft(Kind.COMMITTING, channel="email"))
        assert [one.kind for one in list_hand_overs(log.read())] == ["committing"]

    def test_what_was_taken_back_is_not_remembered(self, tmp_path: Path) -> None:
        log = MailingLog.within(tmp_path)
        record(log, draft(), draft(Kind.WITHDRAWN, details=Details(withdraws=1)))
        assert tuple(list_hand_overs(log.read())) == read_memories().logs[0].hand_overs == ()

    def test_what_was_being_committed_is_in_doubt_in_the_next_log(self, workspace: WorkspaceCopy) -> None:
        log = log_of(workspace)
        record(log, *(draft(kind, channel="email") for kind in (Kind.HANDING_OVER, Kind.COMMITTING)))
        second = replace(draft(Kind.ACCEPTED, "jp-gone", channel="email"), attempt=2, edition=3, campaign="2026")
        record(log, second)
        log.path.unlink()
        assert workspace.run(*ADOPT).status == 0
        _, doubtful, gone = log.read()
        assert (doubtful.kind, doubtful.packet) == (Kind.IN_DOUBT, draft(channel="email").packet)
        assert (gone.kind, gone.packet, gone.recipient_name) == (Kind.ACCEPTED, second.packet, "jp-gone")
        assert workspace.run("log").status == 4

    def test_it_is_in_nobody_s_way_but_the_user_s(self, posted: WorkspaceCopy) -> None:
        said = next(Path.home().rglob("memory.json")).read_text()
        assert "大阪" not in said
        assert "Hanako" not in said
        assert posted.run().status == 0


@pytest.fixture
def memory(lost: WorkspaceCopy) -> Iterator[Path]:
    (path,) = Path.home().rglob("memory.json")
    assert not log_of(lost).path.exists()
    yield path
    if path.is_dir():
        path.rmdir()


def change(memory: Path, **values: object) -> None:
    memory.write_text(json.dumps({**json.loads(memory.read_text()), **values}))


CONTENTS = [b"", b"{", b"[]", b"\0" * 64, b"[" * 200_000, b'{"a": ' * 9_000, b"\xff", b"9" * 9_000]
SPOILT: dict[str, object] = {
    "folder": 7,
    "events": "5",
    "tip": "\u001b[31m",
    "identity": "../../../elsewhere",
    "hand_overs": [[]],
    "later": 1,
}
SPOILT_HAND_OVER = {"attempt": 0, "day": "yesterday", "recipient": "\u202e", "kind": "", "channel": None}


class TestWhatCannotBeRead:
    """It may be the memory of this very log, so nothing begins anew until a person says so."""

    def require_told(self, workspace: WorkspaceCopy, why: str) -> None:
        ending = workspace.run()
        assert ending.err.startswith(f"Warning: The mailing log {workspace.folder / FILE_NAME} may be missing: ")
        assert why in ending.err.splitlines()[0]
        assert workspace.run("build").err.splitlines()[0] == ending.err.splitlines()[0]
        assert workspace.run(*APPROVE).status == workspace.run("print").status == 1
        assert not log_of(workspace).path.exists()

    @pytest.mark.parametrize("content", CONTENTS)
    def test_no_text_ends_in_a_traceback_or_a_fresh_start(
        self, lost: WorkspaceCopy, memory: Path, content: bytes
    ) -> None:
        memory.write_bytes(content)
        self.require_told(lost, f"{memory} is not as this program wrote it (")

    @pytest.mark.parametrize("name", SPOILT)
    def test_values_are_checked_like_input(self, lost: WorkspaceCopy, memory: Path, name: str) -> None:
        change(memory, **{name: SPOILT[name]})
        self.require_told(lost, f"{memory} is not as this program wrote it (")
        assert "\x1b" not in lost.run().err

    @pytest.mark.parametrize("name", SPOILT_HAND_OVER)
    def test_so_is_every_hand_over(self, lost: WorkspaceCopy, memory: Path, name: str) -> None:
        first, second = json.loads(memory.read_text())["hand_overs"]
        change(memory, hand_overs=[first, {**second, name: SPOILT_HAND_OVER[name]}])
        self.require_told(lost, f"{memory} is not as this program wrote it (")

    @pytest.mark.parametrize("kind", ["folder", "pipe", "link", "huge"])
    def test_what_is_no_file_is_neither_waited_for_nor_followed(
        self, lost: WorkspaceCopy, memory: Path, kind: str
    ) -> None:
        kept = memory.rename(memory.with_name("kept"))
        match kind:
            case "folder":
                memory.mkdir()
            case "pipe":
                os.mkfifo(memory)
            case "link":
                memory.symlink_to(kept)
            case _:
                memory.touch()
                os.truncate(memory, 10**12)
        self.require_told(lost, f"{memory} cannot be read (")

    def test_a_log_can_be_begun_by_adopting_and_is_at_home_then(self, lost: WorkspaceCopy, memory: Path) -> None:
        memory.write_bytes(b"{")
        ending = lost.run(*ADOPT)
        assert ending.status == 0
        (first,) = log_of(lost).read()
        assert first.details.flags["absent"].startswith(f"the log may be missing: {memory} is not as")
        log_of(lost).require_location()

    @pytest.mark.parametrize("kind", ["text", "folder"])
    def test_a_log_whose_memory_is_spoilt_goes_on_with_facts_and_can_be_adopted(
        self, lost: WorkspaceCopy, memory: Path, tmp_path: Path, kind: str
    ) -> None:
        (tmp_path / "put-off").rename(log_of(lost).path)
        memory.unlink()
        if kind == "text":
            memory.write_text("no memory")
        else:
            memory.mkdir()
        ending = lost.run("log", "add", "replied", "jp-osaka")
        assert ending.status == 0
        assert ending.err.startswith(f"Warning: The mailing log {log_of(lost).path} is not in use here: {memory} ")
        assert "It is recorded in the log, but" in ending.err
        assert lost.run("send", "--for-real").status == 1
        assert lost.run(*ADOPT).status == 0
        assert memory.with_name("memory.json.unreadable").exists()
        log_of(lost).require_location()
        assert lost.run("log").status == 0

    def test_a_tampered_log_names_no_folder_elsewhere(self, posted: WorkspaceCopy) -> None:
        with closing(sqlite3.connect(log_of(posted).path)) as connection, connection:
            for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
                connection.execute(f"DROP TRIGGER {name}")
            connection.execute("UPDATE events SET hash = ? WHERE id = 1", [f"../../../elsewhere{'x' * 46}"])
        posted.run("log", "copy")
        assert not list(Path.home().rglob("elsewhere*"))
