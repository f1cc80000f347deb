"""Our own messages, found again where a mail program has put marks of its own in the place of ours."""

import uuid
from collections.abc import Callable, Iterator
from datetime import date
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import pytest

from components import require
from conftest import WorkspaceCopy
from mail_round_trip import RoundTrip, answer, deliver, parse
from mail_workspace import MailWorkspace
from petitioner.log.kinds import Kind
from petitioner.log.states.packets import list_packets
from petitioner.log.storage.store import MailingLog
from petitioner.mail.inbox.imap_folders import MAX_MAIL_BYTES, SearchCriteria, hash_files, read_folders
from petitioner.mail.inbox.match import list_sent, make_search_criteria
from petitioner.mail.passwords import Secret
from petitioner.model.account import ImapServer, Security
from servers.certificates import Certificates
from servers.dovecot import PASSWORD, USER, Dovecot
from servers.scripted import PASSWORD as SCRIPTED_PASSWORD
from servers.scripted import USER as SCRIPTED_USER
from servers.scripted import ScriptedServer

EXPORTED = [Kind.HANDING_OVER, Kind.COMMITTING, Kind.EXPORTED]
DRAFTED = [Kind.HANDING_OVER, Kind.COMMITTING, Kind.DRAFTED]
RECEIVED = b"Received: from mx.example.org by mail.example.org; Thu, 2 Sep 2027 10:00:00 +0900\r\n"


@pytest.fixture
def loop(workspace: WorkspaceCopy, certificates: Certificates, tmp_path: Path) -> RoundTrip:
    """Both packets exported as files, for a person to send."""
    loop = RoundTrip(MailWorkspace(workspace), certificates)
    loop.write_account()
    loop.prepare("osaka")
    assert loop.mail_workspace.send("--eml", str(tmp_path / "out"), "--yes").status == 0
    return loop


@pytest.fixture
def quiet(open_folder: Path, certificates: Certificates, tmp_path: Path) -> Iterator[Dovecot]:
    """Dovecot over a mailbox of this test alone."""
    server = Dovecot(require("dovecot"), open_folder / tmp_path.name, certificates.good)
    with server.daemon:
        yield server


Edit = Callable[[EmailMessage], None]


def resend(message: EmailMessage, edit: Edit | None = None, *, files: bool = True) -> bytes:
    """The same letter as a web page sends it: under a Message-ID of its own, and without our header."""
    mail = EmailMessage(policy=SMTP)
    for name in ("From", "To", "Subject"):
        mail[name] = str(message[name])
    mail["Date"] = "Thu, 02 Sep 2027 10:00:00 +0900"
    mail["Message-ID"] = f"<{uuid.uuid4().hex}@mail.gmail.com>"
    mail["X-Mailer"] = "Webmail"
    mail.set_content("Attached you will find a petition.\n")
    for part in message.iter_attachments() if files else ():
        mail.add_attachment(part.get_content(), "application", "octet-stream", filename="petition (1).pdf")
    if edit:
        edit(mail)
    return mail.as_bytes()


def save(folder: Path, content: bytes) -> str:
    (folder / "saved.eml").write_bytes(content)
    return str(folder / "saved.eml")


def point_to(address: str) -> Edit:
    def edit(mail: EmailMessage) -> None:
        mail.replace_header("To", address)

    return edit


class TestInSent:
    def test_a_letter_that_was_sent_again_from_a_web_page_is_known_by_its_files_and_address(
        self, loop: RoundTrip, quiet: Dovecot
    ) -> None:
        loop.write_account(imap=quiet.tls_port)
        deliver(quiet, resend(loop.message()), folder=".Sent")
        ending = loop.inbox()
        assert ending.status == 0, ending.err
        assert loop.mail_workspace.list_kinds("jp-osaka") == [*EXPORTED, Kind.ACCEPTED]
        assert loop.mail_workspace.list_kinds("jp-tokyo") == EXPORTED
        said = loop.last().details.said or ""
        assert said.startswith("our own copy, found by its letters (SHA-256) and address, is in sent")
        assert said in loop.run("log", "show", "jp-osaka").out
        assert loop.inbox().status == 0
        assert loop.mail_workspace.list_kinds("jp-osaka") == [*EXPORTED, Kind.ACCEPTED]

    def test_a_draft_that_lost_our_own_header_alone_is_known_by_its_message_id(
        self, loop: RoundTrip, quiet: Dovecot
    ) -> None:
        loop.write_account(imap=quiet.tls_port)
        message = loop.message()
        del message["X-Petitioner-Packet"]
        deliver(quiet, message.as_bytes(), folder=".Sent")
        loop.inbox()
        assert loop.mail_workspace.list_kinds("jp-osaka") == [*EXPORTED, Kind.ACCEPTED]
        assert "found by its Message-ID" in (loop.last().details.said or "")

    def test_answers_to_the_new_message_id_are_known_from_then_on(self, loop: RoundTrip, quiet: Dovecot) -> None:
        loop.write_account(imap=quiet.tls_port)
        copy = resend(loop.message())
        deliver(quiet, copy, folder=".Sent")
        loop.inbox()
        deliver(quiet, answer(parse(copy), loop.address("osaka"), subject="Thank you").as_bytes())
        loop.inbox()
        assert loop.mail_workspace.list_kinds("jp-osaka") == [*EXPORTED, Kind.ACCEPTED, Kind.REPLIED]

    @pytest.mark.parametrize("change", ["other files", "other address"])
    def test_what_only_resembles_it_is_for_a_person(self, loop: RoundTrip, quiet: Dovecot, change: str) -> None:
        loop.write_account(imap=quiet.tls_port)
        edit = point_to("somebody@elsewhere.example") if change == "other address" else None
        deliver(quiet, resend(loop.message(), edit, files=change == "other address"), folder=".Sent")
        ending = loop.inbox()
        assert "own copy, perhaps about jp-osaka" in ending.out
        assert "petitioner log settle jp-osaka\n" in ending.out
        assert loop.mail_workspace.list_kinds("jp-osaka") == EXPORTED

    def test_in_a_large_mailbox_the_server_is_asked_for_the_address(
        self, loop: RoundTrip, quiet: Dovecot, certificates: Certificates
    ) -> None:
        others = [b"From: a@example.org\nTo: b@example.com\nSubject: %d\n\n" % number for number in range(30)]
        mail = resend(loop.message(), lambda mail: mail.replace_header("Subject", "Petition"))
        deliver(quiet, *others, mail, folder=".Sent")
        server = ImapServer(
            host="127.0.0.1",
            port=quiet.tls_port,
            security=Security.TLS,
            user=USER,
            ca_file=str(certificates.authority),
        )
        found = read_folders(server, Secret(PASSWORD), watch(loop), many=10)
        assert [mail.recipients for mail in found.mails] == [{loop.address("osaka")}]

    def test_once_it_has_left_no_letter_in_sent_is_fetched(self, loop: RoundTrip) -> None:
        for id_ in ("jp-osaka", "jp-tokyo"):
            assert loop.run("log", "settle", id_, "--sent", "--because", "I sent it").status == 0
        assert watch(loop).awaited == frozenset()


def watch(loop: RoundTrip) -> SearchCriteria:
    """What `inbox` looks for now."""
    log = MailingLog.within(loop.mail_workspace.folder)
    events = log.read()
    states = {packet.key: packet.state for packet in list_packets(events)}
    return make_search_criteria(list_sent(events, log.read_blob), states, date(2020, 1, 1))


class TestFromFiles:
    def test_a_copy_that_a_mail_server_handed_on_proves_it(self, loop: RoundTrip, tmp_path: Path) -> None:
        assert loop.inbox(save(tmp_path, RECEIVED + resend(loop.message()))).status == 0
        assert loop.mail_workspace.list_kinds("jp-osaka") == [*EXPORTED, Kind.ACCEPTED]

    def test_a_copy_that_no_server_has_seen_is_shown_and_proves_nothing(self, loop: RoundTrip, tmp_path: Path) -> None:
        ending = loop.inbox(save(tmp_path, resend(loop.message())))
        assert "a copy, found by its letters (SHA-256) and address, that a mail program has written" in ending.out
        assert "petitioner log settle jp-osaka\n" in ending.out
        assert loop.mail_workspace.list_kinds("jp-osaka") == EXPORTED

    def test_a_letter_that_comes_from_elsewhere_is_no_copy_of_ours(self, loop: RoundTrip, tmp_path: Path) -> None:
        def forge(mail: EmailMessage) -> None:
            mail.replace_header("From", "somebody@elsewhere.example")

        loop.inbox(save(tmp_path, RECEIVED + resend(loop.message(), forge)))
        assert loop.mail_workspace.list_kinds("jp-osaka") == EXPORTED

    def test_what_we_write_in_the_thread_is_no_copy(self, loop: RoundTrip, tmp_path: Path) -> None:
        ours = answer(loop.message(), "alice@example.org", To=loop.address("osaka"))
        ending = loop.inbox(save(tmp_path, ours.as_bytes()))
        assert "Look at" not in ending.out
        assert loop.mail_workspace.list_kinds("jp-osaka") == EXPORTED

    def test_of_two_attempts_with_the_same_letters_the_later_is_meant(self, loop: RoundTrip, tmp_path: Path) -> None:
        first = loop.message()
        assert loop.run("log", "settle", "jp-osaka", "--not-sent", "--because", "thrown away").status == 0
        assert loop.run("log", "reopen", "jp-osaka", "--because", "once more").status == 0
        loop.mail_workspace.approve()
        again = ("--eml", str(tmp_path / "again"), "--yes", "--only", "jp-osaka")
        assert loop.mail_workspace.send(*again).status == 0

        def send_later(mail: EmailMessage) -> None:
            mail.replace_header("Date", "Thu, 02 Sep 2100 10:00:00 +0900")

        loop.inbox(save(tmp_path, RECEIVED + resend(first, send_later)))
        assert (loop.last().kind, loop.last().attempt) == (Kind.ACCEPTED, 2)


def test_a_doubt_is_not_ended_by_what_any_program_may_have_put_into_sent(
    workspace: WorkspaceCopy, certificates: Certificates, scripted: ScriptedServer, quiet: Dovecot
) -> None:
    loop = RoundTrip(MailWorkspace(workspace), certificates)
    loop.write_account(smtp=scripted.ports.tls, user=(SCRIPTED_USER, SCRIPTED_PASSWORD))
    loop.mail_workspace.write_to("drop-before@example.cn", "osaka@example.cn")
    loop.mail_workspace.approve()
    assert loop.mail_workspace.send().status == 4
    loop.write_account(imap=quiet.tls_port)
    deliver(quiet, resend(loop.message("jp-tokyo")), folder=".Sent")
    ending = loop.inbox()
    assert ending.status == 4
    assert "which proves nothing" in ending.out
    assert loop.mail_workspace.list_kinds("jp-tokyo")[-1] is Kind.IN_DOUBT


def test_no_more_is_decoded_than_a_message_may_have() -> None:
    mail = EmailMessage(policy=SMTP)
    mail.add_attachment(b"%PDF", "application", "pdf", filename="a.pdf")
    content = mail.as_bytes()
    assert len(hash_files(content)) == 1
    assert hash_files(content + b"x" * MAX_MAIL_BYTES) == frozenset()
