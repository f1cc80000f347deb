"""The closed loop through real servers: exim takes and returns mail, dovecot serves what came back."""

import re
from collections.abc import Iterator
from datetime import date
from email.message import EmailMessage
from pathlib import Path

import pytest

from components import require
from conftest import WorkspaceCopy
from mail_round_trip import RoundTrip, answer, deliver, list_folder, move_to_sent, report
from mail_workspace import MailWorkspace
from petitioner.log.kinds import Kind
from petitioner.mail.accounts import AccountError
from petitioner.mail.inbox.imap_folders import SearchCriteria, read_folders
from petitioner.mail.inbox.returned_mail import MailKind
from petitioner.mail.passwords import Secret
from petitioner.model.account import ImapServer, Security
from servers.certificates import Certificates
from servers.dovecot import PASSWORD, QUOTA, USER, Dovecot
from servers.exim import Exim
from servers.proxy import FaultyLine
from servers.waiting import wait_until

SENT = [Kind.HANDING_OVER, Kind.COMMITTING, Kind.ACCEPTED]
DOUBT = [Kind.HANDING_OVER, Kind.COMMITTING, Kind.IN_DOUBT]
DRAFTED = [Kind.HANDING_OVER, Kind.COMMITTING, Kind.DRAFTED]
UPLOADED = 20_000
"""Bytes after which a message is on its way: more than any greeting, less than a message with a PDF."""


@pytest.fixture
def loop(workspace: WorkspaceCopy, certificates: Certificates) -> RoundTrip:
    return RoundTrip(MailWorkspace(workspace), certificates)


@pytest.fixture
def quiet(open_folder: Path, certificates: Certificates, tmp_path: Path) -> Iterator[Dovecot]:
    """Dovecot over a mailbox of this test alone."""
    server = Dovecot(require("dovecot"), open_folder / tmp_path.name, certificates.good)
    with server.daemon:
        yield server


class TestThroughExim:
    def test_a_message_that_comes_back_is_recorded_as_bounced(
        self, loop: RoundTrip, exim: Exim, dovecot: Dovecot
    ) -> None:
        loop.write_account(smtp=exim.tls_port, imap=dovecot.tls_port)
        loop.prepare("bounce")
        assert loop.mail_workspace.send().status == 0
        wait_until(lambda: exim.deliveries("alice", loop.address("bounce").encode()))
        ending = loop.inbox()
        assert ending.status == 1, ending.err
        assert loop.mail_workspace.list_kinds("jp-osaka") == [*SENT, Kind.BOUNCED]
        assert "no such mailbox: 5.1.1 The mailbox bounce" in (loop.last().details.said or "")
        assert loop.mail_workspace.list_kinds("jp-tokyo") == SENT
        assert loop.inbox().status == 0
        assert loop.mail_workspace.list_kinds("jp-osaka") == [*SENT, Kind.BOUNCED]

    def test_an_own_copy_settles_the_doubt_that_a_lost_answer_leaves(
        self, loop: RoundTrip, exim: Exim, dovecot: Dovecot
    ) -> None:
        loop.prepare("osaka")
        with FaultyLine(exim.tls_port, "eat reply", UPLOADED) as line:
            loop.write_account(smtp=line.port, imap=dovecot.tls_port, own_copy=True)
            assert loop.mail_workspace.send("--for-real", "--yes", "--only", "jp-osaka").status == 4
        assert loop.mail_workspace.list_kinds("jp-osaka") == DOUBT
        wait_until(lambda: exim.deliveries("alice", str(loop.message()["Message-ID"]).encode()))
        ending = loop.inbox()
        assert ending.status == 0, ending.err
        assert loop.mail_workspace.list_kinds("jp-osaka") == [*DOUBT, Kind.ACCEPTED]
        assert "our own copy, found by its Message-ID or token, is in inbox: from " in (loop.last().details.said or "")
        assert [document.role for document in loop.last().documents] == ["own copy"]
        assert loop.mail_workspace.send("--for-real", "--yes", "--only", "jp-osaka").status == 0
        assert len(exim.deliveries("sink", loop.address("osaka").encode())) == 1

    def test_that_nothing_is_found_proves_nothing(self, loop: RoundTrip, exim: Exim, dovecot: Dovecot) -> None:
        loop.prepare("osaka")
        with FaultyLine(exim.tls_port, "eat reply", UPLOADED) as line:
            loop.write_account(smtp=line.port, imap=dovecot.tls_port)
            loop.mail_workspace.send("--for-real", "--yes", "--only", "jp-osaka")
        ending = loop.inbox()
        assert ending.status == 4
        assert loop.mail_workspace.list_kinds("jp-osaka") == DOUBT
        assert str(loop.message()["Message-ID"]) in ending.err
        assert "Next: petitioner log settle jp-osaka  (when you know)" in ending.err

    def test_a_copy_that_any_program_may_have_put_into_sent_is_a_sign_and_no_proof(
        self, loop: RoundTrip, exim: Exim, quiet: Dovecot
    ) -> None:
        loop.prepare("osaka")
        with FaultyLine(exim.tls_port, "eat reply", UPLOADED) as line:
            loop.write_account(smtp=line.port, imap=quiet.tls_port)
            loop.mail_workspace.send("--for-real", "--yes", "--only", "jp-osaka")
        deliver(quiet, loop.content(), folder=".Sent")
        ending = loop.inbox()
        assert ending.status == 4
        assert "which proves nothing" in ending.out
        assert loop.mail_workspace.list_kinds("jp-osaka") == DOUBT
        assert loop.run("log", "settle", "jp-osaka", "--sent", "--because", "it lies in Sent").status == 0
        assert loop.inbox().status == 0

    def test_a_report_about_our_own_copy_proves_that_the_rest_left_too(
        self, loop: RoundTrip, exim: Exim, quiet: Dovecot
    ) -> None:
        loop.prepare("osaka")
        with FaultyLine(exim.tls_port, "eat reply", UPLOADED) as line:
            loop.write_account(smtp=line.port, imap=quiet.tls_port, own_copy=True)
            loop.mail_workspace.send("--for-real", "--yes", "--only", "jp-osaka")
        deliver(quiet, report(loop.message(), "alice@example.org", status="5.2.2"))
        assert loop.inbox().status == 0
        assert loop.mail_workspace.list_kinds("jp-osaka") == [*DOUBT, Kind.ACCEPTED]

    def test_an_automatic_reply_settles_a_doubt_as_well(self, loop: RoundTrip, exim: Exim, quiet: Dovecot) -> None:
        loop.prepare("osaka")
        with FaultyLine(exim.tls_port, "eat reply", UPLOADED) as line:
            loop.write_account(smtp=line.port, imap=quiet.tls_port)
            loop.mail_workspace.send("--for-real", "--yes", "--only", "jp-osaka")
        away = answer(loop.message(), loop.address("osaka"), Auto_Submitted="auto-replied")
        deliver(quiet, away.as_bytes())
        assert loop.inbox().status == 0
        assert loop.mail_workspace.list_kinds("jp-osaka") == [*DOUBT, Kind.ACCEPTED, Kind.AUTO_REPLIED]


class TestDrafts:
    def test_messages_lie_among_the_drafts_byte_for_byte_and_hold_the_claim(
        self, loop: RoundTrip, quiet: Dovecot
    ) -> None:
        loop.write_account(imap=quiet.tls_port)
        loop.prepare("osaka")
        ending = loop.mail_workspace.send("--drafts", "--yes")
        assert ending.status == 0, ending.err
        assert loop.mail_workspace.list_kinds("jp-osaka") == DRAFTED
        drafts = list_folder(quiet, ".Drafts")
        stored = {re.sub(rb"\r?\n", b"\r\n", content) for content in drafts.values()}  # dovecot stores bare LF
        assert stored == {loop.content("jp-osaka"), loop.content("jp-tokyo")}
        assert all("D" in name.rpartition(",")[2] for name in drafts)
        for option in ("--drafts", "--for-real"):
            again = loop.mail_workspace.send(option, "--yes")
            assert "jp-osaka stays: drafted" in again.err
        assert len(list_folder(quiet, ".Drafts")) == 2

    def test_a_draft_is_accepted_once_it_lies_in_sent(self, loop: RoundTrip, quiet: Dovecot) -> None:
        loop.write_account(imap=quiet.tls_port)
        loop.prepare("osaka")
        loop.mail_workspace.send("--drafts", "--yes")
        ending = loop.inbox()
        assert ending.status == 0
        assert "jp-osaka is drafted since" in ending.err
        assert loop.mail_workspace.list_kinds("jp-osaka") == DRAFTED
        move_to_sent(quiet)
        assert loop.inbox().status == 0
        assert loop.mail_workspace.list_kinds("jp-osaka") == [*DRAFTED, Kind.ACCEPTED]
        assert loop.mail_workspace.list_kinds("jp-tokyo") == [*DRAFTED, Kind.ACCEPTED]

    def test_a_draft_that_a_person_threw_away_is_settled(self, loop: RoundTrip, quiet: Dovecot) -> None:
        loop.write_account(imap=quiet.tls_port)
        loop.prepare("osaka")
        loop.mail_workspace.send("--drafts", "--yes", "--only", "jp-osaka")
        assert loop.run("log", "settle", "jp-osaka", "--not-sent", "--because", "thrown away").status == 0
        assert loop.mail_workspace.list_kinds("jp-osaka")[-1] == Kind.SETTLED_NOT_SENT

    def test_a_lost_connection_leaves_a_doubt_and_the_draft_that_is_found_ends_it(
        self, loop: RoundTrip, quiet: Dovecot
    ) -> None:
        loop.prepare("osaka")
        with FaultyLine(quiet.tls_port, "eat reply", UPLOADED) as line:
            loop.write_account(imap=line.port)
            ending = loop.mail_workspace.send("--drafts", "--yes", "--only", "jp-osaka")
        assert ending.status == 4, ending.err
        assert loop.mail_workspace.list_kinds("jp-osaka") == DOUBT
        loop.write_account(imap=quiet.tls_port)
        assert "jp-osaka stays: in doubt" in loop.mail_workspace.send("--drafts", "--yes", "--only", "jp-osaka").err
        assert len(list_folder(quiet, ".Drafts")) == 1
        assert loop.inbox().status == 0
        assert loop.mail_workspace.list_kinds("jp-osaka") == [*DOUBT, Kind.DRAFTED]

    def test_a_folder_that_is_not_there_is_named_before_anything_is_taken_up(
        self, loop: RoundTrip, quiet: Dovecot
    ) -> None:
        loop.write_account(imap=quiet.tls_port, folders=', drafts = "Entwürfe"')
        loop.prepare("osaka")
        ending = loop.mail_workspace.send("--drafts", "--yes")
        assert ending.status == 1
        assert "has no folder 'Entwürfe'" in ending.err
        assert loop.mail_workspace.list_kinds("jp-osaka") == []

    def test_a_full_mailbox_ends_the_run_and_the_packet_can_be_sent_later(
        self, loop: RoundTrip, open_folder: Path, certificates: Certificates
    ) -> None:
        loop.prepare("osaka")
        full = Dovecot(require("dovecot"), open_folder / "full", certificates.good, more=QUOTA)
        with full.daemon:
            loop.write_account(imap=full.tls_port)
            ending = loop.mail_workspace.send("--drafts", "--yes")
        assert ending.status == 1
        assert "OVERQUOTA" in ending.out
        assert "Make room in the mailbox" in ending.err
        assert loop.mail_workspace.list_kinds("jp-tokyo") == [Kind.HANDING_OVER, Kind.COMMITTING, Kind.DEFERRED]
        assert loop.mail_workspace.list_kinds("jp-osaka") == []
        assert "jp-osaka" in loop.run("send").out


class TestALargeMailbox:
    @pytest.fixture
    def watch(self) -> SearchCriteria:
        reference = "LFNKR-2027-JP-OSAKA"
        ids = frozenset({"<ours@example.org>"})
        return SearchCriteria(
            date(2020, 1, 1), ids, frozenset(), frozenset({reference}), frozenset({"osaka@example.cn"}), frozenset()
        )

    @pytest.mark.parametrize("many", [10_000, 100])
    def test_among_thousands_only_what_matters_is_fetched_and_nothing_is_marked_as_read(
        self, quiet: Dovecot, certificates: Certificates, watch: SearchCriteria, many: int
    ) -> None:
        message = EmailMessage()
        message["Subject"], message["Message-ID"] = "[LFNKR-2027-JP-OSAKA] Petition", "<ours@example.org>"
        message["From"] = "alice@example.org"
        others = [
            b"From: news%d@example.com\nSubject: News %d\nMessage-ID: <%d@example.com>\n\nNothing new.\n" % (n, n, n)
            for n in range(2_000)
        ]
        reply = answer(message, "somebody@elsewhere.example", subject="Your letter").as_bytes()
        deliver(quiet, *others, reply, report(message, "osaka@example.cn"))
        before = list_folder(quiet)
        server = ImapServer(
            host="127.0.0.1",
            port=quiet.tls_port,
            security=Security.TLS,
            user=USER,
            ca_file=str(certificates.authority),
        )
        found = read_folders(server, Secret(PASSWORD), watch, many)
        assert found.seen == 2_002
        assert [mail.kind for mail in found.mails] == [MailKind.REPLY, MailKind.BOUNCE]
        assert list_folder(quiet) == before

    @pytest.mark.parametrize("many", [10_000, 1])
    def test_what_names_our_message_in_its_text_alone_is_fetched_too(
        self, quiet: Dovecot, certificates: Certificates, many: int
    ) -> None:
        """A colleague in the mission, a notice from an odd sender, and one without any."""
        watch = SearchCriteria(
            *(date(2020, 1, 1), frozenset({"<ours@example.org>"}), frozenset(), frozenset({"LFNKR-2027-JP-OSAKA"})),
            *(frozenset({"osaka@example.cn"}), frozenset(), frozenset(), frozenset({"example.cn"})),
        )
        text = b"\n\nosaka@example.cn: 550 5.1.1 no such user\n\nMessage-ID: <ours@example.org>\n"
        deliver(
            quiet,
            b"From: news@example.com\nSubject: News\nDate: Sun, 5 Sep 2027 10:00:00 +0900\n\nNothing new.\n",
            b"From: chen@example.cn\nSubject: Petition\n\nYour LFNKR-2027-JP-OSAKA has come.\n",
            b"From: bounce@elsewhere.example\nSubject: Good morning" + text,
            b"Return-Path: <>\nSubject: undeliverable: petition" + text,
        )
        server = ImapServer(
            host="127.0.0.1", port=quiet.tls_port, security=Security.TLS, user=USER, ca_file=str(certificates.authority)
        )
        found = read_folders(server, Secret(PASSWORD), watch, many)
        assert [mail.kind for mail in found.mails] == [MailKind.REPLY, MailKind.BOUNCE, MailKind.BOUNCE]

    def test_a_folder_of_sent_mail_with_another_name_is_told(self, loop: RoundTrip, quiet: Dovecot) -> None:
        loop.write_account(imap=quiet.tls_port)
        loop.prepare("osaka")
        loop.mail_workspace.send("--drafts", "--yes")
        loop.write_account(imap=quiet.tls_port, folders=', sent = "Gesendet"')
        assert "There is no folder 'Gesendet'" in loop.inbox().err
        loop.write_account(imap=quiet.tls_port, folders=', inbox = "Eingang"')
        ending = loop.inbox()
        assert ending.status == 1
        assert "has no folder 'Eingang'" in ending.err

    def test_a_connection_that_ends_in_the_middle_records_nothing(
        self, quiet: Dovecot, certificates: Certificates, watch: SearchCriteria
    ) -> None:
        deliver(quiet, *(b"From: a@example.com\nSubject: %d\n\n" % number for number in range(50)))
        with FaultyLine(quiet.tls_port, "cut", 1_500) as line:
            server = ImapServer(
                host="127.0.0.1",
                port=line.port,
                security=Security.TLS,
                user=USER,
                ca_file=str(certificates.authority),
            )
            with pytest.raises(AccountError, match="failed during the search"):
                read_folders(server, Secret(PASSWORD), watch)
