"""Sending: through the command line, to a server that keeps count."""

import json
import os
import shutil
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from uuid import uuid4

import pytest

from conftest import NOW, Ending, MakeOnce, WorkspaceCopy
from mail_workspace import OSAKA, TOKYO, MailWorkspace, make_approved
from petitioner.files import hold_lock
from petitioner.inputs.settings import locate_settings
from petitioner.log.events import Event
from petitioner.log.kinds import Kind
from petitioner.log.storage.store import MailingLog
from planted.enclosures import make_pdf, save_pdf
from pseudo_terminal import run_at_terminal
from servers.certificates import Certificates
from servers.exim import PASSWORD as EXIM_PASSWORD
from servers.exim import USER as EXIM_USER
from servers.exim import Exim
from servers.proxy import FaultyLine
from servers.scripted import KeptFiles, ScriptedServer
from servers.waiting import wait_until

LATE, NEXT_YEAR = NOW.replace(day=25), NOW.replace(year=2028, day=2)
SENT = [Kind.HANDING_OVER, Kind.COMMITTING, Kind.ACCEPTED]


@pytest.fixture
def mail_workspace(workspace: WorkspaceCopy, scripted: ScriptedServer, certificates: Certificates) -> MailWorkspace:
    mail_workspace = MailWorkspace(workspace)
    mail_workspace.write_account(scripted.ports.tls, certificates)
    return mail_workspace


@pytest.fixture
def ready(make_once: MakeOnce, scripted: ScriptedServer, certificates: Certificates) -> MailWorkspace:
    """An office in which both packets are approved."""
    return make_approved(make_once, scripted, certificates)


def last(mail_workspace: MailWorkspace, recipient: str) -> Event:
    """The last event about a recipient."""
    return [event for event in mail_workspace.read_log() if event.recipient == recipient][-1]


def list_lines(kept: KeptFiles, other: bytes) -> list[tuple[bytes, bytes]]:
    """The lines in which two messages differ."""
    pairs = zip(kept.content.split(b"\r\n"), other.split(b"\r\n"), strict=True)
    return [pair for pair in pairs if pair[0] != pair[1]]


class TestADryRun:
    def test_nothing_leaves_and_nothing_is_recorded(self, ready: MailWorkspace, scripted: ScriptedServer) -> None:
        before = ready.read_log()
        ending = ready.send("--account", "office")
        assert ending.status == 0
        assert (scripted.logins, scripted.kept) == ([], [])
        assert ready.read_log() == before
        assert "2 e-mails would be sent from office@example.org; nothing was sent." in ending.err
        assert "Next: petitioner send --to-me" in ending.err
        assert "[LFNKR-2027-JP-OSAKA] " in ending.out
        assert "LFNKR-2027-JP-OSAKA_petition.en.pdf" in ending.out

    def test_it_makes_the_very_message_but_for_its_date(
        self, ready: MailWorkspace, scripted: ScriptedServer, tmp_path: Path
    ) -> None:
        """The very bytes come out as a file in a copy of the office, one day before they are sent."""
        kept = shutil.copytree(ready.folder, tmp_path / "kept")
        assert ready.send("--eml", str(tmp_path / "files"), "--yes").status == 0
        shutil.rmtree(ready.folder)
        kept.rename(ready.folder)
        forget(ready)
        assert ready.workspace.run("send", "--for-real", "--yes", now=NOW.replace(day=2)).status == 0
        for message in scripted.kept:
            reference = message_from_bytes(message.content, policy=default)["Subject"].split("]")[0][1:]
            file = (tmp_path / "files" / f"{reference}.eml").read_bytes()
            assert list_lines(message, file.removeprefix(b"X-Unsent: 1\r\n")) == [
                (b"Date: Thu, 02 Sep 2027 12:00:00 +0900", b"Date: Wed, 01 Sep 2027 12:00:00 +0900")
            ]

    def test_a_program_learns_all_of_it(self, ready: MailWorkspace, scripted: ScriptedServer) -> None:
        planned = json.loads(ready.send("--json").out)
        assert [message["to"] for message in planned["messages"]] == [[TOKYO], [OSAKA]]
        done = json.loads(ready.send("--for-real", "--yes", "--json").out)
        assert done["messages"] == planned["messages"]
        assert [one["outcome"] for one in done["tries"]] == ["accepted", "accepted"]
        subjects = [message_from_bytes(kept.content, policy=default)["Subject"] for kept in scripted.kept]
        assert subjects == [message["subject"] for message in planned["messages"]]
        assert json.loads(ready.send("--json").out)["staying"][0]["done"] is True

    def test_who_stays_is_named_with_the_reason(self, mail_workspace: MailWorkspace) -> None:
        mail_workspace.write_to(TOKYO, OSAKA)
        ending = mail_workspace.send("--json")
        assert ending.status == 1
        assert "jp-tokyo, jp-osaka stay: not approved" in ending.err
        assert "Next: petitioner approve" in ending.err
        assert "Read and approve it: petitioner approve" in ending.err

    def test_what_was_changed_since_stays(self, ready: MailWorkspace, scripted: ScriptedServer) -> None:
        ready.workspace.edit("recipients.yaml", OSAKA, "elsewhere@example.cn")
        ending = ready.send()
        assert ending.status == 1
        assert [message.recipients for message in scripted.kept] == [(TOKYO,)]
        assert "jp-osaka stays: approved on 2027-09-01 (event 2), and changed since" in ending.err

    def test_where_nobody_gets_e_mail_no_account_is_asked_for(self, workspace: WorkspaceCopy) -> None:
        ending = workspace.run("send")
        assert ending.status == 1
        assert "Nobody who was chosen is written to by e-mail." in ending.err


def forget(mail_workspace: MailWorkspace) -> None:
    """Let the machine forget the log, as if only one of two had ever been."""
    shutil.rmtree(Path(os.environ["HOME"]) / ".local", ignore_errors=True)
    assert mail_workspace.workspace.run("log", "adopt", "--because", "the other one was a trial").status == 0


class TestForReal:
    def test_each_packet_is_delivered_once_and_a_second_run_sends_nothing(
        self, ready: MailWorkspace, scripted: ScriptedServer
    ) -> None:
        ending = ready.send()
        assert ending.status == 0, ending.err
        assert [message.recipients for message in scripted.kept] == [(TOKYO,), (OSAKA,)]
        assert ready.list_kinds("jp-osaka") == SENT
        assert "jp-osaka accepted: 250 2.0.0 Ok: queued as 0002 (event 8)" in ending.out
        assert "2 packets by e-mail: 2 = 2 accepted." in ending.err
        assert "Next: petitioner inbox" in ending.err
        again = ready.send()
        assert again.status == 0
        assert len(scripted.kept) == 2
        assert "jp-tokyo, jp-osaka: accepted on" in again.err

    def test_the_log_keeps_the_bytes_the_account_the_answer_and_who_did_it(
        self, ready: MailWorkspace, scripted: ScriptedServer
    ) -> None:
        assert ready.send("--for-real", "--yes", "--by", "Kenji").status == 0
        events = [event for event in ready.read_log() if event.recipient == "jp-osaka"]
        claim, accepted = events[1], events[3]
        files = {document.role: document for document in claim.documents}
        log = MailingLog.within(ready.folder)
        assert log.read_blob(files["message"].sha256) == scripted.kept[1].content
        approved = {document.sha256 for document in events[0].documents}
        assert files["letter"].sha256 in approved
        assert (accepted.by, accepted.details.account) == ("Kenji", "office")
        assert accepted.details.said == "250 2.0.0 Ok: queued as 0002"
        shown = ready.workspace.run("log", "show", "jp-osaka").out
        assert "from the account office" in shown
        assert "said: 250 2.0.0 Ok: queued as 0002" in shown
        rows = ready.workspace.run("log", "export").out
        assert "250 2.0.0 Ok: queued as 0002" in rows

    @pytest.mark.parametrize("arguments", [(), ("--json",)])
    def test_without_a_terminal_it_wants_a_yes(
        self, ready: MailWorkspace, scripted: ScriptedServer, arguments: tuple[str, ...]
    ) -> None:
        ending = ready.send("--for-real", *arguments)
        assert ending.status == 2
        assert "Run the same command at a terminal and without --json: there it asks." in ending.err
        assert scripted.logins == []

    def test_at_a_terminal_the_count_is_typed(self, ready: MailWorkspace, scripted: ScriptedServer) -> None:
        question = "Send 2 e-mails from office@example.org? Type 2 to say yes:"
        status, shown = run_at_terminal(ready.folder, ["send", "--for-real"], [(question, "y")])
        assert (status, scripted.kept) == (1, [])
        assert "Nothing was sent." in shown
        status, shown = run_at_terminal(ready.folder, ["send", "--for-real"], [(question, "2")])
        assert status == 0, shown
        assert len(scripted.kept) == 2

    def test_only_and_limit_choose_and_nobody_else_is_talked_of(
        self, ready: MailWorkspace, scripted: ScriptedServer
    ) -> None:
        ending = ready.send("--for-real", "--yes", "--limit", "1")
        assert ending.status == 0, ending.err
        assert "jp-osaka" not in ending.err
        ready.send("--for-real", "--yes", "--only", "jp-osaka")
        assert [message.recipients for message in scripted.kept] == [(TOKYO,), (OSAKA,)]
        assert ready.send("--only", "jp-kyoto").status == 2

    def test_docx_go_along_when_asked_for(self, ready: MailWorkspace, scripted: ScriptedServer) -> None:
        assert ready.send("--for-real", "--yes", "--docx", "--only", "jp-osaka").status == 0
        mail = message_from_bytes(scripted.kept[0].content, policy=default)
        names = [str(part.get_filename()) for part in mail.walk() if part.get_filename()]
        assert [name.rpartition(".")[2] for name in names if "petition" in name] == ["pdf", "docx"]

    def test_our_own_copy_is_a_recipient_of_the_same_message(
        self, ready: MailWorkspace, scripted: ScriptedServer, certificates: Certificates
    ) -> None:
        ready.write_account(scripted.ports.tls, certificates)
        config = locate_settings()
        config.write_text(config.read_text("utf-8").replace("own_copy = false", "own_copy = true"), "utf-8")
        assert ready.send().status == 0
        assert [message.recipients for message in scripted.kept] == [
            (TOKYO, "office@example.org"),
            (OSAKA, "office@example.org"),
        ]
        assert b"Bcc" not in scripted.kept[0].content.partition(b"\r\n\r\n")[0]

    def test_ways_exclude_each_other(self, ready: MailWorkspace) -> None:
        ending = ready.send("--for-real", "--to-me", "--yes")
        assert ending.status == 2
        assert "--for-real and --to-me cannot be used together." in ending.err


class TestARehearsal:
    def test_it_goes_to_us_alone_names_the_true_recipient_and_moves_nothing(
        self, ready: MailWorkspace, scripted: ScriptedServer
    ) -> None:
        ending = ready.send("--to-me")
        assert ending.status == 0, ending.err
        assert [message.recipients for message in scripted.kept] == [("office@example.org",)] * 2
        mail = message_from_bytes(scripted.kept[1].content, policy=default)
        assert mail["To"] == "Life Funds <office@example.org>"
        assert f"Rehearsal, for jp-osaka <{OSAKA}>: " in mail["Subject"]
        rehearsed = last(ready, "jp-osaka")
        assert rehearsed.kind is Kind.REHEARSED
        assert rehearsed.details.note == "accepted; it went to office@example.org alone"
        assert "Next: petitioner send --for-real" in ending.err
        assert ready.send().status == 0
        ids = [message_from_bytes(kept.content, policy=default)["Message-ID"] for kept in scripted.kept]
        assert len(set(ids)) == 4
        assert ready.list_kinds("jp-osaka") == [Kind.REHEARSED, *SENT]


class TestWhatPeopleWrite:
    @pytest.mark.parametrize(
        "address",
        ['"b@example.cn\\nBcc: evil@example.org"', '"b@example.cn, evil@example.org"', '"Consul <b@example.cn>"', '""'],
    )
    def test_an_address_is_one_address_or_an_error(self, mail_workspace: MailWorkspace, address: str) -> None:
        """A line end in a cell made a header of its own in other programs, and their dry run did not show it."""
        mail_workspace.write_to(TOKYO, OSAKA)
        mail_workspace.workspace.edit("recipients.yaml", f"email: [{OSAKA}]", f"email: [{address}]")
        for command in ("check", "send"):
            ending = mail_workspace.workspace.run(command)
            assert ending.status == 3
            assert "recipients.yaml:" in ending.err

    def test_two_missions_with_one_address_are_named_before_anything_goes_out(
        self, mail_workspace: MailWorkspace
    ) -> None:
        mail_workspace.write_to(TOKYO, TOKYO)
        assert "jp-osaka has the same 'email' as jp-tokyo" in mail_workspace.send().err

    def test_a_name_in_the_account_stays_a_name(self, ready: MailWorkspace, scripted: ScriptedServer) -> None:
        config = locate_settings()
        name = 'Life, Funds; "Office" (Tokyo) 基金'
        config.write_text(
            config.read_text("utf-8")
            .replace('from = "Life Funds <', f"from = '{name} <")
            .replace('office@example.org>"', "office@example.org>'"),
            "utf-8",
        )
        assert ready.send("--for-real", "--yes", "--limit", "1").status == 0
        (address,) = message_from_bytes(scripted.kept[0].content, policy=default)["From"].addresses
        assert (address.display_name, address.addr_spec) == (name, "office@example.org")


class TestWhatAServerAnswers:
    def test_one_refused_address_of_two_holds_the_packet_back_from_both(
        self, mail_workspace: MailWorkspace, scripted: ScriptedServer
    ) -> None:
        """smtplib would deliver to the first and return the second, which most programs throw away."""
        mail_workspace.write_to(TOKYO, f"{OSAKA} r550@example.cn")
        mail_workspace.approve()
        ending = mail_workspace.send()
        assert ending.status == 1
        assert [message.recipients for message in scripted.kept] == [(TOKYO,)]
        assert "RSET" in scripted.commands
        refused = last(mail_workspace, "jp-osaka")
        assert refused.kind is Kind.REFUSED
        assert refused.details.refused == {"r550@example.cn": "550 5.1.1 <r550@example.cn>: not here"}
        assert "    r550@example.cn: 550 5.1.1" in ending.out
        assert "1 of 2 e-mails sent" in ending.err
        assert "2 packets by e-mail: 2 = 1 accepted + 1 refused." in ending.err
        again = mail_workspace.send()
        assert (again.status, len(scripted.kept)) == (1, 1)
        assert "petitioner log reopen jp-osaka" in again.err
        assert "refused r550@example.cn: 550" in mail_workspace.workspace.run("log", "show", "jp-osaka").out

    def test_a_refused_packet_goes_out_once_it_is_corrected_reopened_and_approved(
        self, mail_workspace: MailWorkspace, scripted: ScriptedServer
    ) -> None:
        mail_workspace.write_to(TOKYO, "r550@example.cn")
        mail_workspace.approve()
        mail_workspace.send()
        mail_workspace.workspace.edit("recipients.yaml", "r550@example.cn", OSAKA)
        assert (
            mail_workspace.workspace.run("log", "reopen", "jp-osaka", "--because", "a slip in the address").status == 0
        )
        mail_workspace.approve()
        assert mail_workspace.send().status == 0
        assert [message.recipients for message in scripted.kept] == [(TOKYO,), (OSAKA,)]
        assert last(mail_workspace, "jp-osaka").attempt == 2

    def test_what_is_put_off_comes_again_within_the_run_and_stays_for_the_next(
        self, mail_workspace: MailWorkspace, scripted: ScriptedServer
    ) -> None:
        mail_workspace.write_to(TOKYO, "r451@example.cn")
        mail_workspace.approve()
        ending = mail_workspace.send()
        assert ending.status == 1
        assert mail_workspace.list_kinds("jp-osaka") == [Kind.HANDING_OVER, Kind.DEFERRED, Kind.DEFERRED, Kind.DEFERRED]
        assert "jp-osaka put off: 451 4.1.1" in ending.out
        assert ending.err.count("Messages put off are tried again in 0 seconds. Ctrl-C ends the run") == 2
        assert len(scripted.kept) == 1

    def test_put_off_once_it_goes_out_on_the_second_knock_in_the_very_same_bytes(
        self, mail_workspace: MailWorkspace, scripted: ScriptedServer
    ) -> None:
        mail_workspace.write_to(TOKYO, "once-451@example.cn")
        mail_workspace.approve()
        assert mail_workspace.send().status == 0
        assert mail_workspace.list_kinds("jp-osaka") == [
            Kind.HANDING_OVER,
            Kind.DEFERRED,
            Kind.COMMITTING,
            Kind.ACCEPTED,
        ]
        assert len(scripted.deliveries("once-451@example.cn")) == 1

    def test_put_off_after_the_dot_is_an_answer_too(self, mail_workspace: MailWorkspace) -> None:
        mail_workspace.write_to(TOKYO, "data-451@example.cn")
        mail_workspace.approve()
        assert mail_workspace.send().status == 1
        twice = [Kind.COMMITTING, Kind.DEFERRED]
        assert mail_workspace.list_kinds("jp-osaka") == [Kind.HANDING_OVER, *twice, *twice, *twice]

    def test_a_message_refused_after_the_dot_is_refused(self, mail_workspace: MailWorkspace) -> None:
        mail_workspace.write_to(TOKYO, "data-554@example.cn")
        mail_workspace.approve()
        assert mail_workspace.send().status == 1
        assert mail_workspace.list_kinds("jp-osaka") == [Kind.HANDING_OVER, Kind.COMMITTING, Kind.REFUSED]

    @pytest.mark.parametrize(("name", "kept"), [("drop-before", 0), ("drop-after", 1), ("garbage", 1), ("half", 1)])
    def test_silence_after_the_dot_is_in_doubt_and_nothing_resends_it(
        self, mail_workspace: MailWorkspace, scripted: ScriptedServer, name: str, kept: int
    ) -> None:
        address = f"{name}@example.cn"
        mail_workspace.write_to(address, OSAKA)
        mail_workspace.approve()
        for _ in range(3):
            ending = mail_workspace.send()
            assert ending.status == 4
            assert len(scripted.deliveries(address)) == kept
            assert len(scripted.deliveries(OSAKA)) == 1
            assert "2 packets by e-mail: 2 = 1 accepted + 1 in doubt." in ending.err
        assert mail_workspace.list_kinds("jp-tokyo") == [Kind.HANDING_OVER, Kind.COMMITTING, Kind.IN_DOUBT]
        assert mail_workspace.workspace.run("log").status == 4

    def test_hanging_up_before_the_message_is_no_doubt_and_is_tried_again(
        self, mail_workspace: MailWorkspace, scripted: ScriptedServer
    ) -> None:
        mail_workspace.write_to("drop-rcpt@example.cn", OSAKA)
        mail_workspace.approve()
        assert mail_workspace.send().status == 1
        assert Kind.COMMITTING not in mail_workspace.list_kinds("jp-tokyo")
        assert len(scripted.deliveries(OSAKA)) == 1

    @pytest.mark.parametrize("name", ["quit-421", "quit-drop", "idle"])
    def test_a_server_that_parts_rudely_has_accepted_all_the_same(
        self, mail_workspace: MailWorkspace, scripted: ScriptedServer, name: str
    ) -> None:
        mail_workspace.write_to(f"{name}@example.cn", OSAKA)
        mail_workspace.approve()
        assert mail_workspace.send().status == 0
        assert len(scripted.kept) == 2


class TestABadAccount:
    """It stops the run before the first message, and before any packet is taken up."""

    def check_untouched(self, ready: MailWorkspace, told: str) -> None:
        before = ready.read_log()
        ending = ready.send()
        assert ending.status == 1
        assert told in ending.err
        assert "Traceback" not in ending.err
        assert ready.read_log() == before

    def edit_account(self, old: str, new: str) -> None:
        config = locate_settings()
        text = config.read_text("utf-8")
        assert old in text
        config.write_text(text.replace(old, new), "utf-8")

    def test_wrong_password(self, ready: MailWorkspace, scripted: ScriptedServer) -> None:
        self.edit_account('"printf", "%s", ', '"printf", "wrong%s", ')
        self.check_untouched(ready, "does not know this user with this password")
        assert [right for _, right in scripted.logins] == [False]

    def test_wrong_authority(self, ready: MailWorkspace, certificates: Certificates) -> None:
        self.edit_account(str(certificates.authority), str(certificates.stranger))
        self.check_untouched(ready, "is not trusted")

    def test_no_starttls(self, ready: MailWorkspace, scripted: ScriptedServer) -> None:
        self.edit_account(f'{scripted.ports.tls}, security = "tls"', f'{scripted.ports.plain}, security = "starttls"')
        self.check_untouched(ready, "offers no STARTTLS, and without it nothing is sent")

    def test_nobody_listens(self, ready: MailWorkspace, scripted: ScriptedServer) -> None:
        self.edit_account(f"port = {scripted.ports.tls}", "port = 1")
        self.check_untouched(ready, "cannot be reached")

    def test_a_sender_that_the_server_does_not_take_ends_the_run_at_the_first_message(
        self, ready: MailWorkspace, scripted: ScriptedServer
    ) -> None:
        self.edit_account("<office@example.org>", "<s550@example.org>")
        ending = ready.send()
        assert ending.status == 1
        assert scripted.kept == []
        assert ready.list_kinds("jp-tokyo") == [Kind.HANDING_OVER, Kind.DEFERRED]
        assert ready.list_kinds("jp-osaka") == []
        assert "Not tried: jp-osaka." in ending.err
        assert "the account or the line failed, and the run ends" in ending.out


class TestWhatWasTakenUp:
    """A claim fixes the bytes; a way out of it leads through settle, reopen and approve."""

    @pytest.fixture
    def taken(self, mail_workspace: MailWorkspace) -> MailWorkspace:
        """Osaka's packet was put off by its server, and was left so."""
        mail_workspace.write_to(TOKYO, "r451@example.cn")
        mail_workspace.approve()
        assert mail_workspace.send().status == 1
        return mail_workspace

    def read_fixed(self, mail_workspace: MailWorkspace) -> bytes:
        claim = next(
            event
            for event in mail_workspace.read_log()
            if event.kind is Kind.HANDING_OVER and "osaka" in event.recipient
        )
        (document,) = [document for document in claim.documents if document.role == "message"]
        return MailingLog.within(mail_workspace.folder).read_blob(document.sha256) or b""

    def test_the_next_run_sends_the_same_bytes_date_and_all(
        self, mail_workspace: MailWorkspace, scripted: ScriptedServer
    ) -> None:
        mail_workspace.write_to(TOKYO, "twice-451@example.cn")
        mail_workspace.approve()
        config = locate_settings()
        config.write_text(config.read_text("utf-8").replace("again_after = [0, 0]", "again_after = []"), "utf-8")
        assert [
            mail_workspace.workspace.run("send", "--for-real", "--yes", now=NOW.replace(day=day)).status
            for day in (1, 2, 3)
        ] == [1, 1, 0]
        assert [kept.content for kept in scripted.deliveries("twice-451@example.cn")] == [
            self.read_fixed(mail_workspace)
        ]
        assert b"Date: Wed, 01 Sep 2027" in scripted.kept[-1].content

    def test_another_account_or_other_files_are_refused_with_the_way_out(
        self, taken: MailWorkspace, scripted: ScriptedServer
    ) -> None:
        ending = taken.send("--for-real", "--yes", "--docx")
        assert "jp-osaka stays: jp-osaka was claimed (event" in ending.err
        assert "end that attempt first: petitioner log settle jp-osaka, then log reopen jp-osaka" in ending.err
        assert len(scripted.kept) == 1

    def test_what_was_approved_anew_goes_out_by_settling_reopening_and_approving(
        self, taken: MailWorkspace, scripted: ScriptedServer
    ) -> None:
        taken.workspace.edit("recipients.yaml", "r451@example.cn", OSAKA)
        taken.approve()
        ending = taken.send()
        assert ending.status == 1
        assert "jp-osaka stays: a run began to send it" in ending.err
        told = [
            taken.workspace.run("log", "settle", "jp-osaka", "--not-sent", "--because", "it was only put off").err,
            taken.workspace.run("log", "reopen", "jp-osaka", "--because", "a new address").err,
        ]
        assert "Next: petitioner log reopen jp-osaka" in told[0]
        assert "Next: petitioner approve" in told[1]
        taken.approve()
        assert taken.send().status == 0
        assert [message.recipients for message in scripted.kept] == [(TOKYO,), (OSAKA,)]


class TestAfterTheDay:
    """`send` and the bare `petitioner` say the same: the day is past, and somebody is still to be written to."""

    def run_both(self, mail_workspace: MailWorkspace, *options: str) -> tuple[Ending, Ending]:
        send = mail_workspace.workspace.run("send", *options, now=LATE)
        return send, mail_workspace.workspace.run(now=LATE)

    def test_a_plan_that_is_ready_to_go_is_late_until_it_has_gone(self, ready: MailWorkspace) -> None:
        sent, bare = self.run_both(ready)
        assert (sent.status, bare.status) == (1, 1)
        assert "The day was 2027-09-24, and still to be written to: jp-tokyo (email), jp-osaka (email)." in sent.err
        assert ready.workspace.run("send").status == 0
        sent, bare = self.run_both(ready, "--for-real", "--yes")
        assert (sent.status, bare.status) == (0, 0)
        assert "The day was" not in sent.err

    def test_a_letter_that_is_still_to_be_posted_is_late_as_well(self, mail_workspace: MailWorkspace) -> None:
        mail_workspace.write_to(TOKYO, OSAKA)
        mail_workspace.workspace.edit(
            "recipients.yaml", f"[email]\n    email: [{OSAKA}]", f"[email, post]\n    email: [{OSAKA}]"
        )
        mail_workspace.approve()
        sent, bare = self.run_both(mail_workspace, "--for-real", "--yes")
        assert (sent.status, bare.status) == (1, 1)
        assert "still to be written to: jp-osaka (post)." in sent.err
        assert mail_workspace.workspace.run("send", "--only", "jp-tokyo", now=LATE).status == 0

    def test_a_way_that_was_added_once_a_later_campaign_began_is_not_open(self, mail_workspace: MailWorkspace) -> None:
        """The list of recipients plans for the latest campaign; an old letter must not go out for it."""
        for id_ in ("jp-tokyo", "jp-osaka"):
            assert mail_workspace.workspace.run("log", "add", "posted", id_, "--on", "2027-09-01").status == 0
        letters = mail_workspace.folder / "letters"
        shutil.copytree(letters / "2027", letters / "2028")
        mail_workspace.workspace.edit("letters/2028/campaign.yaml", "2027-09-24", "2028-09-22")
        mail_workspace.workspace.edit("letters/2028/campaign.yaml", "date: 2027-09-01", "date: 2028-09-01")
        begun = mail_workspace.workspace.run("log", "add", "posted", "jp-tokyo", "--on", "2028-09-01", now=NEXT_YEAR)
        assert begun.status == 0, begun.err
        mail_workspace.write_to(TOKYO, OSAKA)
        sent = mail_workspace.workspace.run("--campaign", "2027", "send", now=NEXT_YEAR)
        bare = mail_workspace.workspace.run("--campaign", "2027", now=NEXT_YEAR)
        assert (sent.status, bare.status) == (0, 0), sent.err
        assert "not approved" not in sent.err


class TestNothingGoesOutFromElsewhere:
    def test_a_copied_folder_sends_nothing(
        self, ready: MailWorkspace, scripted: ScriptedServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        copy = MailWorkspace(WorkspaceCopy(shutil.copytree(ready.folder, tmp_path / "copy"), capsys))
        ending = copy.send()
        assert ending.status == 1
        assert "is not in use here" in ending.err
        assert "petitioner log adopt" in ending.err
        assert (scripted.kept, scripted.logins) == ([], [])
        assert copy.send("--to-me").status == 0

    def test_an_older_log_put_back_sends_nothing(self, ready: MailWorkspace, scripted: ScriptedServer) -> None:
        log = MailingLog.within(ready.folder).path
        older = log.read_bytes()
        assert ready.send().status == 0
        log.write_bytes(older)
        ending = ready.send()
        assert ending.status == 1
        assert "is not in use here" in ending.err
        assert len(scripted.kept) == 2

    def test_a_lock_that_cannot_be_had_is_told(self, ready: MailWorkspace, scripted: ScriptedServer) -> None:
        (ready.folder / "mailing-log.sqlite.sending").mkdir()
        ending = ready.send()
        assert ending.status == 1
        assert "cannot be written (Is a directory)" in ending.err
        assert scripted.logins == []

    def test_while_another_run_is_sending_it_says_so(self, ready: MailWorkspace, scripted: ScriptedServer) -> None:
        with hold_lock(ready.folder / "mailing-log.sqlite.sending"):
            ending = ready.send()
        assert ending.status == 1
        assert "A run is sending from here." in ending.err
        assert scripted.logins == []
        assert ready.send().status == 0


class TestWhatCalms:
    def test_a_login_that_fails_says_that_nothing_left(self, ready: MailWorkspace) -> None:
        config = locate_settings()
        config.write_text(config.read_text("utf-8").replace('"printf", "%s", ', '"printf", "wrong%s", '), "utf-8")
        before = ready.read_log()
        for way in (("--for-real", "--yes"), ("--to-me",)):
            ending = ready.send(*way)
            assert ending.status == 1
            assert "Nothing was sent, and nothing was recorded." in ending.err
        assert ready.read_log() == before

    def test_the_copy_to_ourselves_is_told_before_it_goes(self, ready: MailWorkspace) -> None:
        assert "A copy of each" not in ready.send("--limit", "1").err
        config = locate_settings()
        config.write_text(config.read_text("utf-8").replace("own_copy = false", "own_copy = true"), "utf-8")
        assert "A copy of each goes to office@example.org, our own address." in ready.send("--limit", "1").err


class TestWhatAPersonSends:
    def test_files_are_told_with_what_to_do_with_them(self, ready: MailWorkspace, tmp_path: Path) -> None:
        folder = tmp_path / "files"
        asked = ready.send("--eml", str(folder)).err
        assert f"Write 2 e-mails into {folder}, for you to send? There is no terminal to ask at." in asked
        ending = ready.send("--eml", str(folder), "--yes")
        assert ending.status == 0
        assert f"2 of 2 e-mails written into {folder}, one file each; nothing has been sent yet." in ending.err
        assert "Open each file in your mail program, look at it, and press Send." in ending.err
        assert "Each waits until `petitioner inbox` finds it in your sent mail, or you record it:" in ending.err
        assert "Next: petitioner inbox  (after you have sent them; " in ending.err
        assert "Next: petitioner inbox  (after you have sent what waits" in ready.workspace.run("log").err
        told = ready.workspace.run("log", "verify", str(folder / "LFNKR-2027-JP-OSAKA.eml")).out
        assert f"its packet was written as a file: {folder / 'LFNKR-2027-JP-OSAKA.eml'} (event " in told


class TestProof:
    def test_a_letter_names_the_message_the_time_and_the_answer(self, ready: MailWorkspace) -> None:
        ready.send()
        pdf = ready.folder / "out/2027/jp-osaka/petition.en.pdf"
        ending = ready.workspace.run("log", "verify", str(pdf))
        assert ending.status == 0, ending.out
        assert "This is the letter petition.en.pdf to jp-osaka" in ending.out
        accepted = last(ready, "jp-osaka")
        time = f"{accepted.recorded_at:%Y-%m-%d %H:%M:%S} UTC"
        answered = "and the server answered '250 2.0.0 Ok: queued as 0002'"
        assert (
            f": At {time} its packet was accepted, {answered} (event {accepted.id}, recorded by Hanako)." in ending.out
        )
        assert " UTC Hanako began to send it (event " in ending.out

    def test_so_do_the_e_mail_itself_and_the_copy_that_came_back(
        self, ready: MailWorkspace, scripted: ScriptedServer, tmp_path: Path
    ) -> None:
        ready.send()
        assert ready.workspace.run("log", "evidence", "jp-osaka", "--to", str(tmp_path / "kept")).status == 0
        (kept,) = (tmp_path / "kept").rglob("*.eml")
        assert kept.read_bytes() == scripted.kept[1].content
        came = tmp_path / "came.eml"
        head = b"Return-Path: <office@example.org>\nReceived: from a\n\tby b; From: nobody\n"
        came.write_bytes(head + scripted.kept[1].content.replace(b"\r\n", b"\n"))
        other = tmp_path / "other.eml"
        other.write_bytes(scripted.kept[1].content.replace(b"Reply", b"reply") + b"one word more\r\n")
        for file in (kept, came):
            ending = ready.workspace.run("log", "verify", str(file))
            assert ending.status == 0, ending.out
            assert "This is the e-mail LFNKR-2027-JP-OSAKA.eml to jp-osaka" in ending.out
            assert "the server answered '250 2.0.0 Ok: queued as 0002'" in ending.out
        assert ready.workspace.run("log", "verify", str(other)).status == 1

    def test_letters_that_did_not_leave_are_not_called_accepted(
        self, mail_workspace: MailWorkspace, tmp_path: Path
    ) -> None:
        mail_workspace.write_to(TOKYO, OSAKA)
        mail_workspace.approve()
        older = Path(shutil.copy(mail_workspace.folder / "out/2027/jp-osaka/petition.en.pdf", tmp_path / "older.pdf"))
        mail_workspace.workspace.edit(
            "letters/2027/petition.en.md", "closing: Respectfully yours,", "closing: Yours faithfully,"
        )
        mail_workspace.approve()
        mail_workspace.send()
        out = mail_workspace.workspace.run("log", "verify", str(older)).out
        assert "This is the letter petition.en.pdf to jp-osaka" in out
        assert "accepted" not in out


class TestARealServer:
    @pytest.fixture
    def account(self, workspace: WorkspaceCopy, exim: Exim, certificates: Certificates) -> MailWorkspace:
        mail_workspace = MailWorkspace(workspace)
        mail_workspace.write_account(exim.tls_port, certificates)
        config = locate_settings()
        text = config.read_text("utf-8").replace("office@example.org", f"{EXIM_USER}@example.org")
        lines = [line for line in text.splitlines() if not line.startswith(("password_command", "smtp", "own_copy"))]
        server = f'host = "127.0.0.1", port = {exim.tls_port}, security = "tls", user = "{EXIM_USER}"'
        lines += [
            f'password_command = ["printf", "{EXIM_PASSWORD}"]',
            f'smtp = {{{server}, ca_file = "{certificates.authority}"}}',
        ]
        config.write_text("\n".join(lines), "utf-8")
        mail_workspace.write_to(f"tokyo-{uuid4()}@example.cn", f"osaka-{uuid4()}@example.cn")
        mail_workspace.approve()
        return mail_workspace

    def test_it_delivers_each_once_and_our_own_copy_proves_it(
        self, account: MailWorkspace, exim: Exim, tmp_path: Path
    ) -> None:
        planned = json.loads(account.send("--json").out)["messages"]
        assert account.send().status == 0
        for message in planned:
            words = message["message_id"].encode()
            wait_until(lambda words=words: exim.deliveries("alice", words) and exim.deliveries("sink", words))  # type: ignore[misc]  # a default is how a lambda keeps the present value
            assert len(exim.deliveries("sink", words)) == 1
        own = tmp_path / "own.eml"
        own.write_bytes(exim.deliveries("alice", planned[1]["message_id"].encode())[0])
        assert own.read_bytes().startswith(b"Return-path")
        ending = account.workspace.run("log", "verify", str(own))
        assert ending.status == 0, ending.out
        assert "to jp-osaka" in ending.out

    def test_a_reply_that_is_lost_leaves_one_in_doubt_that_was_delivered_once(
        self, account: MailWorkspace, exim: Exim
    ) -> None:
        planned = json.loads(account.send("--json").out)["messages"]
        size = planned[0]["bytes"]
        with FaultyLine(exim.tls_port, "eat reply", size) as line:
            config = locate_settings()
            text = config.read_text("utf-8")
            config.write_text(text.replace(f"port = {exim.tls_port}", f"port = {line.port}"), "utf-8")
            ending = account.send()
            assert (ending.status, line.damaged) == (4, 1)
            assert account.send().status == 4
        words = [message["message_id"].encode() for message in planned]
        wait_until(lambda: all(exim.deliveries("sink", word) for word in words))
        assert [len(exim.deliveries("sink", word)) for word in words] == [1, 1]
        assert account.list_kinds("jp-tokyo") == [Kind.HANDING_OVER, Kind.COMMITTING, Kind.IN_DOUBT]
        assert account.list_kinds("jp-osaka") == SENT
        settled = account.workspace.run("log", "settle", "jp-tokyo", "--sent", "--because", "our own copy came")
        assert settled.status == 0
        assert account.send().status == 0
        assert [len(exim.deliveries("sink", word)) for word in words] == [1, 1]


class TestSize:
    def enclose(self, mail_workspace: MailWorkspace, megabytes: float) -> None:
        """A report that goes along, and is not to be made smaller by any packing."""
        pdf = make_pdf()
        pdf.Root["/Noise"] = pdf.make_stream(os.urandom(int(megabytes * 1e6)))
        mail_workspace.workspace.write("letters/2027/enclosures/report.pdf", save_pdf(pdf))
        block = "enclosures:\n  - file: enclosures/report.pdf\n    title: {en: Report, ja: 報告}\n"
        campaign = (mail_workspace.folder / "letters/2027/campaign.yaml").read_text("utf-8")
        mail_workspace.workspace.write("letters/2027/campaign.yaml", campaign + block)
        mail_workspace.write_to(TOKYO, OSAKA)
        mail_workspace.approve()

    def test_a_large_message_is_worth_a_word(self, mail_workspace: MailWorkspace) -> None:
        self.enclose(mail_workspace, 4)
        ending = mail_workspace.send("--only", "jp-osaka")
        assert ending.status == 0
        assert "some mailboxes do not take more than 5 MB" in ending.err

    def test_a_message_that_hardly_anybody_takes_is_not_sent(
        self, mail_workspace: MailWorkspace, scripted: ScriptedServer
    ) -> None:
        self.enclose(mail_workspace, 8)
        ending = mail_workspace.send()
        assert ending.status == 1
        assert scripted.kept == []
        assert "MB; 10 MB is the most." in ending.err
