"""What becomes known late, or while a run is sending: no packet leaves twice for it, and no answer counts twice."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from conftest import WorkspaceCopy
from mail_round_trip import answer, parse, report
from mail_workspace import MailWorkspace
from petitioner.inputs.settings import locate_settings
from petitioner.log.kinds import Kind
from petitioner.log.storage.store import MailingLog
from petitioner.mail.accounts import AccountError, AccountSettingsError, read_accounts
from petitioner.mail.connections import Timeouts
from petitioner.mail.passwords import Secret
from petitioner.mail.smtp_session import open_session
from petitioner.model.account import Security, SmtpServer
from servers.certificates import Certificates
from servers.curt import CurtServer
from servers.scripted import ScriptedServer

LOST, OSAKA = "drop-after@example.cn", "osaka@example.cn"
RECEIVED = b"Received: from mx.example.org by mail.example.org; Wed, 1 Sep 2027 10:00:00 +0900\r\n"


@pytest.fixture
def mail_workspace(workspace: WorkspaceCopy, scripted: ScriptedServer, certificates: Certificates) -> MailWorkspace:
    mail_workspace = MailWorkspace(workspace)
    mail_workspace.write_account(scripted.ports.tls, certificates)
    return mail_workspace


def read_message(mail_workspace: MailWorkspace, recipient: str = "jp-tokyo") -> bytes:
    """The first message that was taken up for a recipient."""
    events = (event for event in mail_workspace.read_log() if event.recipient == recipient)
    kept = next(file for event in events for file in event.documents if file.role == "message")
    content = MailingLog.within(mail_workspace.folder).read_blob(kept.sha256)
    assert content
    return content


def save(folder: Path, content: bytes) -> str:
    (folder / "came.eml").write_bytes(content)
    return str(folder / "came.eml")


def settle(mail_workspace: MailWorkspace, how: str, days: int = 0) -> int:
    now = datetime.now(UTC) + timedelta(days=days)
    return mail_workspace.workspace.run(
        "log", "settle", "jp-tokyo", how, "--because", "asked by telephone", now=now
    ).status


def test_a_new_attempt_waits_when_the_one_before_turns_out_to_have_arrived(
    mail_workspace: MailWorkspace, scripted: ScriptedServer, tmp_path: Path
) -> None:
    mail_workspace.write_to(LOST, OSAKA)
    mail_workspace.approve()
    assert mail_workspace.send().status == 4
    assert settle(mail_workspace, "--not-sent") == 0
    assert mail_workspace.workspace.run("log", "reopen", "jp-tokyo", "--because", "once more").status == 0
    mail_workspace.approve()
    mail_workspace.workspace.run("inbox", save(tmp_path, RECEIVED + read_message(mail_workspace)))
    ending = mail_workspace.send()
    assert "attempt 1 is accepted after all" in ending.err
    assert len(scripted.deliveries(LOST)) == 1


def test_what_was_settled_too_early_is_put_right_once_by_our_own_copy(
    mail_workspace: MailWorkspace, tmp_path: Path
) -> None:
    mail_workspace.write_to(LOST, OSAKA)
    mail_workspace.approve()
    mail_workspace.send()
    assert settle(mail_workspace, "--not-sent", days=2) == 0
    later = datetime.now(UTC) + timedelta(days=3)
    for _ in range(2):
        mail_workspace.workspace.run("inbox", save(tmp_path, RECEIVED + read_message(mail_workspace)), now=later)
    assert mail_workspace.list_kinds("jp-tokyo")[-2:] == [Kind.SETTLED_NOT_SENT, Kind.ACCEPTED]
    assert mail_workspace.workspace.run("log", "reopen", "jp-tokyo", "--because", "again", now=later).status != 0


@pytest.mark.parametrize("command", [("log", "settle", "jp-tokyo", "--not-sent"), ("log", "reopen", "jp-tokyo")])
def test_nothing_is_decided_while_a_run_is_sending(mail_workspace: MailWorkspace, command: tuple[str, ...]) -> None:
    mail_workspace.write_to(LOST, OSAKA)
    mail_workspace.approve()
    mail_workspace.send()
    if "reopen" in command:
        settle(mail_workspace, "--not-sent")
    before = mail_workspace.read_log()
    with MailingLog.within(mail_workspace.folder).block_sending():
        ending = mail_workspace.workspace.run(*command, "--because", "I am in a hurry")
    assert "A run is sending from here." in ending.err
    assert mail_workspace.read_log() == before


def test_whoever_was_shown_an_exported_message_answers_for_nobody(
    mail_workspace: MailWorkspace, tmp_path: Path
) -> None:
    mail_workspace.write_to("tokyo@example.cn", OSAKA)
    mail_workspace.approve()
    assert mail_workspace.send("--eml", str(tmp_path / "out"), "--yes").status == 0
    shown = answer(parse(read_message(mail_workspace)), "friend@example.net", subject="Looks fine to me")
    ending = mail_workspace.workspace.run("inbox", save(tmp_path, shown.as_bytes()))
    assert mail_workspace.list_kinds("jp-tokyo")[-1] == Kind.EXPORTED
    assert "Look at 'Looks fine to me' from friend@example.net" in ending.out


def test_a_refused_address_of_our_own_ends_the_run_and_uses_up_no_packet(
    mail_workspace: MailWorkspace, scripted: ScriptedServer
) -> None:
    config = locate_settings()
    text = config.read_text("utf-8").replace("own_copy = false", "own_copy = true")
    config.write_text(text.replace("office@example.org", "r550@example.org"), "utf-8")
    mail_workspace.write_to("tokyo@example.cn", OSAKA)
    mail_workspace.approve()
    assert mail_workspace.send().status == 1
    assert scripted.kept == []
    assert Kind.REFUSED not in mail_workspace.list_kinds("jp-tokyo")
    assert mail_workspace.list_kinds("jp-osaka") == []


def test_a_login_that_comes_back_without_a_code_is_not_shown() -> None:
    with CurtServer(["220 hello", "250-me\r\n250 AUTH PLAIN", "AUTH PLAIN AHUAaHVudGVyMi1odW50ZXIy"]) as server:
        account = SmtpServer(host="127.0.0.1", port=server.port, security=Security.NONE, user="u")
        with pytest.raises(AccountError) as caught:
            open_session(account, Secret("hunter2-hunter2"), Timeouts())
    assert "AHUA" not in f"{caught.value} {caught.value.hint}"
    assert "during the login" in str(caught.value)


@pytest.mark.usefixtures("mail_workspace")
def test_drafts_and_sent_e_mails_cannot_lie_in_one_folder() -> None:
    config = locate_settings()
    imap = 'imap = {host = "127.0.0.1", port = 993, security = "tls", user = "a", drafts = "Mail", sent = "mail"}\n'
    config.write_text(config.read_text("utf-8") + imap, "utf-8")
    with pytest.raises(AccountSettingsError) as caught:
        read_accounts(config)
    assert [problem.code for problem in caught.value.problems] == ["U105"]


def test_an_answer_that_only_fits_does_not_stop_an_e_mail_that_never_left(
    mail_workspace: MailWorkspace, scripted: ScriptedServer, tmp_path: Path
) -> None:
    """The reference stands on the letter that went by post as well."""
    mail_workspace.write_to("data-451@example.cn", OSAKA)
    mail_workspace.approve()
    mail_workspace.send()
    reply = answer(parse(read_message(mail_workspace)), "someone@example.cn")
    for name in ("In-Reply-To", "References"):
        del reply[name]
    ending = mail_workspace.workspace.run("inbox", save(tmp_path, reply.as_bytes()))
    assert mail_workspace.list_kinds("jp-tokyo")[-1] == Kind.DEFERRED
    assert "while the e-mail is deferred" in ending.out
    assert scripted.deliveries("data-451@example.cn") == []


@pytest.mark.parametrize(("bounced", "spared"), [([OSAKA], ["second@example.cn"]), ([OSAKA, "second@example.cn"], [])])
def test_a_new_attempt_names_the_addresses_where_the_e_mail_may_lie(
    mail_workspace: MailWorkspace, tmp_path: Path, bounced: list[str], spared: list[str]
) -> None:
    mail_workspace.write_to("tokyo@example.cn", f"{OSAKA} second@example.cn")
    mail_workspace.approve()
    assert mail_workspace.send().status == 0
    message = parse(read_message(mail_workspace, "jp-osaka"))
    for address in bounced:
        assert mail_workspace.workspace.run("inbox", save(tmp_path, report(message, address))).status == 1
    ending = mail_workspace.workspace.run("log", "reopen", "jp-osaka", "--because", "the address is mended")
    assert ending.status == 0
    said = [line for line in ending.err.splitlines() if line.startswith("No bounce names")]
    assert said == [f"No bounce names {one}, who may have the e-mail already." for one in spared]


@pytest.mark.parametrize(
    ("sender", "subject", "shown"),
    [
        ("no-reply@example.cn", "Your e-mail was held", "a filter has stopped it, so it has not arrived yet"),
        ("postmaster@example.cn", "Good morning", "a notice of a mail server that this program does not understand"),
    ],
)
def test_a_notice_that_ends_a_doubt_is_still_shown_until_it_is_answered(
    mail_workspace: MailWorkspace, tmp_path: Path, sender: str, subject: str, shown: str
) -> None:
    mail_workspace.write_to(LOST, OSAKA)
    mail_workspace.approve()
    assert mail_workspace.send().status == 4
    held = answer(parse(read_message(mail_workspace)), sender, subject=subject).as_bytes()
    for _ in range(2):
        assert shown in mail_workspace.workspace.run("inbox", save(tmp_path, held)).out
    assert mail_workspace.list_kinds("jp-tokyo")[-1] == Kind.ACCEPTED
    mail_workspace.workspace.run(
        "log", "add", "returned", "jp-tokyo", "--channel", "email", "--file", str(tmp_path / "came.eml")
    )
    assert shown not in mail_workspace.workspace.run("inbox", save(tmp_path, held)).out


def test_a_failure_that_is_not_sure_ends_no_doubt(mail_workspace: MailWorkspace, tmp_path: Path) -> None:
    mail_workspace.write_to(LOST, OSAKA)
    mail_workspace.approve()
    mail_workspace.send()
    odd = answer(parse(read_message(mail_workspace)), "service@example.cn", subject="退信：请愿书")
    odd.set_content("收件人不存在（550），邮件未能投递。")
    ending = mail_workspace.workspace.run("inbox", save(tmp_path, odd.as_bytes()))
    assert "probable bounce, perhaps about jp-tokyo" in ending.out
    assert mail_workspace.list_kinds("jp-tokyo")[-1] != Kind.BOUNCED
