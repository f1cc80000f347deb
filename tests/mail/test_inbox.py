"""What came back: found by `petitioner inbox`, recorded once, and never guessed."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import MakeOnce, WorkspaceCopy
from mail_round_trip import RoundTrip, answer, report
from mail_workspace import MailWorkspace
from petitioner.files import hold_lock
from petitioner.log.kinds import Kind
from petitioner.log.storage.store import SENDING_LOCK, MailingLog
from servers.certificates import Certificates
from servers.scripted import PASSWORD, USER, ScriptedServer

SENT = [Kind.HANDING_OVER, Kind.COMMITTING, Kind.ACCEPTED]


@pytest.fixture
def loop(make_once: MakeOnce, scripted: ScriptedServer, certificates: Certificates) -> RoundTrip:
    """Both packets accepted by a server; what comes back is saved as files."""

    def open_loop(workspace: WorkspaceCopy) -> RoundTrip:
        loop = RoundTrip(MailWorkspace(workspace), certificates, "inbox")
        loop.write_account(smtp=scripted.ports.tls, user=(USER, PASSWORD))
        return loop

    def send(workspace: WorkspaceCopy) -> None:
        loop = open_loop(workspace)
        loop.prepare("osaka")
        assert loop.mail_workspace.send().status == 0

    return open_loop(make_once("inbox", send))


@pytest.fixture
def save(tmp_path: Path) -> Callable[[bytes], Path]:
    """Saves an e-mail as a file, and gives the folder."""
    folder = tmp_path / "saved"
    folder.mkdir()

    def write(content: bytes) -> Path:
        (folder / f"{len(list(folder.iterdir()))}.eml").write_bytes(content)
        return folder

    return write


BROKEN = b"Content-Type: message/rfc822\r\n\r\n" * 3_000
"""An e-mail over which Python's parser falls."""

Save = Callable[[bytes], Path]


def test_a_bounce_is_recorded_with_its_reason_and_its_bytes(loop: RoundTrip, save: Save) -> None:
    content = report(loop.message(), loop.address("osaka"))
    ending = loop.inbox(str(save(content)))
    assert ending.status == 1
    assert loop.mail_workspace.list_kinds("jp-osaka") == [*SENT, Kind.BOUNCED]
    event = loop.last()
    assert event.details.said == f"{loop.address('osaka')}: no such mailbox: 550 5.1.1 said the server"
    (kept,) = event.documents
    assert (kept.role, kept.name) == ("bounce", "bounce.eml")
    assert MailingLog.within(loop.mail_workspace.folder).read_blob(kept.sha256) == content
    assert "Next: petitioner log reopen jp-osaka" in ending.err
    assert "Find the right address" in ending.err
    assert loop.mail_workspace.list_kinds("jp-tokyo") == SENT


def test_the_same_mail_is_never_recorded_twice(loop: RoundTrip, save: Save) -> None:
    content = report(loop.message(), loop.address("osaka"))
    save(content)
    folder = save(b"X-Mozilla-Status: 0001\r\n" + content)  # as another program saves it
    assert loop.inbox(str(folder)).status == 1
    assert loop.inbox(str(folder)).status == 0
    assert loop.mail_workspace.list_kinds("jp-osaka") == [*SENT, Kind.BOUNCED]


def test_a_mail_without_message_id_is_known_by_its_bytes(loop: RoundTrip, save: Save) -> None:
    reply = answer(loop.message(), loop.address("osaka"), Message_ID="")
    folder = save(reply.as_bytes())
    loop.inbox(str(folder))
    loop.inbox(str(folder))
    assert loop.mail_workspace.list_kinds("jp-osaka") == [*SENT, Kind.REPLIED]


def test_what_a_person_took_back_is_not_recorded_anew(loop: RoundTrip, save: Save) -> None:
    folder = save(answer(loop.message(), loop.address("osaka")).as_bytes())
    loop.inbox(str(folder))
    assert loop.run("log", "withdraw", str(loop.last().id), "--because", "it was spam").status == 0
    loop.inbox(str(folder))
    assert loop.mail_workspace.list_kinds("jp-osaka") == [*SENT, Kind.REPLIED, Kind.WITHDRAWN]


def test_a_full_mailbox_is_told_apart_from_a_wrong_address(loop: RoundTrip, save: Save) -> None:
    ending = loop.inbox(str(save(report(loop.message(), loop.address("osaka"), status="5.2.2"))))
    assert "the mailbox is full" in (loop.last().details.said or "")
    assert "Wait some days" in ending.err


def test_a_delay_is_shown_and_decides_nothing(loop: RoundTrip, save: Save) -> None:
    ending = loop.inbox(str(save(report(loop.message(), loop.address("osaka"), action="delayed", status="4.4.1"))))
    assert ending.status == 0
    assert "a mail server is still trying" in ending.out
    assert loop.mail_workspace.list_kinds("jp-osaka") == SENT


def test_a_report_of_delivery_is_recorded(loop: RoundTrip, save: Save) -> None:
    loop.inbox(str(save(report(loop.message(), loop.address("osaka"), action="delivered", status="2.0.0"))))
    assert loop.last().kind == Kind.DELIVERED


def test_a_reply_of_a_person_is_recorded_on_its_day_in_the_campaign_s_zone(loop: RoundTrip, save: Save) -> None:
    reply = answer(loop.message(), loop.address("osaka"), Date="Tue, 31 Aug 2027 20:00:00 +0000")
    assert loop.inbox(str(save(reply.as_bytes()))).status == 0
    event = loop.last()
    assert (event.kind, str(event.happened_on)) == (Kind.REPLIED, "2027-09-01")
    assert loop.address("osaka") not in event.details.model_dump_json()


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Precedence": "auto_reply"},
        {"subject": "Automatic reply: [LFNKR-2027-JP-OSAKA] Petition"},
        {"subject": "自動返信： [LFNKR-2027-JP-OSAKA] Petition"},
    ],
)
def test_an_automatic_reply_is_recorded_and_moves_nothing(loop: RoundTrip, save: Save, headers: dict[str, str]) -> None:
    loop.inbox(str(save(answer(loop.message(), loop.address("osaka"), **headers).as_bytes())))
    assert loop.last().kind == Kind.AUTO_REPLIED
    assert "2 = 2 accepted" in loop.run("log").out


def test_a_reply_without_references_is_known_by_reference_and_address(loop: RoundTrip, save: Save) -> None:
    reply = answer(loop.message(), loop.address("osaka"), In_Reply_To="", References="")
    loop.inbox(str(save(reply.as_bytes())))
    assert loop.last().kind == Kind.REPLIED


def test_a_reply_from_a_colleague_in_the_mission_is_known_by_reference_and_domain(loop: RoundTrip, save: Save) -> None:
    reply = answer(loop.message(), "consul.li@example.cn", In_Reply_To="", References="")
    loop.inbox(str(save(reply.as_bytes())))
    assert loop.last().kind == Kind.REPLIED


@pytest.mark.parametrize("sender", ["someone@elsewhere.example", "hanako@example.org"])
def test_a_mail_from_elsewhere_that_holds_the_reference_is_for_a_person(
    loop: RoundTrip, save: Save, sender: str
) -> None:
    folder = save(answer(loop.message(), sender, In_Reply_To="", References="").as_bytes())
    ending = loop.inbox(str(folder))
    assert "perhaps about jp-osaka" in ending.out
    assert "petitioner log add replied jp-osaka --channel email" in ending.out
    assert loop.mail_workspace.list_kinds("jp-osaka") == SENT
    recorded = loop.run("log", "add", "replied", "jp-osaka", "--channel", "email", "--file", str(folder / "0.eml"))
    assert recorded.status == 0, recorded.err
    assert "perhaps" not in loop.inbox(str(folder)).out


def test_what_we_write_ourselves_in_the_thread_is_no_reply(loop: RoundTrip, save: Save) -> None:
    loop.inbox(str(save(answer(loop.message(), "alice@example.org").as_bytes())))
    assert loop.mail_workspace.list_kinds("jp-osaka") == SENT


def test_a_mail_that_names_two_messages_is_for_a_person(loop: RoundTrip, save: Save) -> None:
    both = f"{loop.message()['Message-ID']} {loop.message('jp-tokyo')['Message-ID']}"
    ending = loop.inbox(str(save(answer(loop.message(), loop.address("osaka"), References=both).as_bytes())))
    assert "perhaps about" in ending.out
    assert "jp-tokyo" in ending.out
    assert loop.mail_workspace.list_kinds("jp-osaka") == SENT


def test_a_bounce_with_a_replaced_message_id_is_known_by_its_token(loop: RoundTrip, save: Save) -> None:
    message = loop.message()
    message.replace_header("Message-ID", "<0102018f@email.amazonses.com>")
    loop.inbox(str(save(report(message, loop.address("osaka")))))
    assert loop.last().kind == Kind.BOUNCED


def test_a_bounce_without_id_and_token_is_known_by_reference_and_address(loop: RoundTrip, save: Save) -> None:
    message = loop.message()
    del message["Message-ID"], message["X-Petitioner-Packet"]
    loop.inbox(str(save(report(message, loop.address("osaka")))))
    assert loop.last().kind == Kind.BOUNCED


def test_a_bounce_that_gives_only_an_address_is_for_a_person(loop: RoundTrip, save: Save) -> None:
    message = loop.message()
    for name in ("Message-ID", "X-Petitioner-Packet", "Subject"):
        del message[name]
    ending = loop.inbox(str(save(report(message, loop.address("osaka")))))
    assert "perhaps about jp-osaka: only the address fits" in ending.out
    assert loop.mail_workspace.list_kinds("jp-osaka") == SENT


def test_after_a_second_attempt_the_reference_alone_names_neither(loop: RoundTrip, save: Save) -> None:
    first = loop.message()
    loop.inbox(str(save(report(first, loop.address("osaka")))))
    loop.run("log", "reopen", "jp-osaka", "--because", "the mailbox was full")
    loop.mail_workspace.approve()
    assert loop.mail_workspace.send().status == 0
    assert loop.message()["Message-ID"] != first["Message-ID"]
    kinds = loop.mail_workspace.list_kinds("jp-osaka")
    vague = answer(first, loop.address("osaka"), In_Reply_To="", References="")
    ending = loop.inbox(str(save(vague.as_bytes())))
    assert "reference and address fit more than one message" in ending.out
    assert loop.mail_workspace.list_kinds("jp-osaka") == kinds
    loop.inbox(str(save(answer(loop.message(), loop.address("osaka")).as_bytes())))
    assert (loop.last().kind, loop.last().attempt) == (Kind.REPLIED, 2)


def test_a_bounce_of_the_copy_to_ourselves_is_none_of_the_packet(loop: RoundTrip, save: Save) -> None:
    assert loop.inbox(str(save(report(loop.message(), "alice@example.org")))).status == 0
    assert loop.mail_workspace.list_kinds("jp-osaka") == SENT


def test_a_bounce_after_an_answer_leaves_the_answer(loop: RoundTrip, save: Save) -> None:
    save(answer(loop.message(), loop.address("osaka"), Date="Sat, 04 Sep 2027 10:00:00 +0900").as_bytes())
    loop.inbox(str(save(report(loop.message(), loop.address("osaka")))))
    assert loop.mail_workspace.list_kinds("jp-osaka") == [*SENT, Kind.REPLIED, Kind.BOUNCED]
    assert "1 replied" in loop.run("log").out


def test_a_clock_that_goes_wrong_elsewhere_does_not_date_a_bounce_before_the_sending(
    loop: RoundTrip, save: Save
) -> None:
    content = report(loop.message(), loop.address("osaka")).replace(b"5 Sep 2027", b"5 Sep 2011")
    loop.inbox(str(save(content)))
    assert (
        loop.last().happened_on
        == [event for event in loop.mail_workspace.read_log() if event.kind == Kind.ACCEPTED][-1].happened_on
    )
    assert "1 bounced" in loop.run("log").out


def test_the_copy_of_a_rehearsal_and_answers_to_it_are_about_nobody(
    loop: RoundTrip, save: Save, scripted: ScriptedServer
) -> None:
    loop.run("log", "add", "returned", "jp-osaka", "--channel", "email")
    loop.run("log", "reopen", "jp-osaka", "--because", "again")
    loop.mail_workspace.approve()
    before = len(scripted.kept)
    assert loop.run("send", "--to-me").status == 0
    (rehearsal,) = scripted.kept[before:]
    received = b"Received: from here by there; Sun, 5 Sep 2027 10:00:00 +0900\r\n"
    kinds = loop.mail_workspace.list_kinds("jp-osaka")
    ending = loop.inbox(str(save(received + rehearsal.content)))
    assert ending.status == 0
    assert loop.mail_workspace.list_kinds("jp-osaka") == kinds


def test_nothing_is_recorded_while_a_run_is_sending(loop: RoundTrip, save: Save) -> None:
    folder = save(report(loop.message(), loop.address("osaka")))
    with hold_lock(loop.mail_workspace.folder / SENDING_LOCK) as is_ours:
        assert is_ours
        ending = loop.inbox(str(folder))
    assert ending.status == 1
    assert "A run is sending from here" in ending.err
    assert loop.mail_workspace.list_kinds("jp-osaka") == SENT


def test_older_mail_can_be_left_out(loop: RoundTrip, save: Save) -> None:
    folder = str(save(report(loop.message(), loop.address("osaka"))))
    assert loop.inbox(folder, "--since", "2027-09-06").status == 0
    assert loop.inbox(folder, "--since", "soon").status == 2
    assert loop.inbox(folder, "--since", "2027-09-05").status == 1


def test_rubbish_among_the_mail_keeps_nothing_from_being_read(loop: RoundTrip, save: Save) -> None:
    save(b"\xff\xfe\x00")
    save(b"From: \xff\r\nContent-Type: multipart/report\r\n\r\n--\r\n")
    save(answer(loop.message("jp-tokyo"), "\udcff@example.cn", Message_ID="").as_bytes())
    ending = loop.inbox(str(save(report(loop.message(), loop.address("osaka")).replace(b"said", b"\xff\x1b[2J"))))
    assert ending.status == 1
    assert "\x1b" not in ending.out
    assert loop.last().kind == Kind.BOUNCED


def test_junk_is_looked_through_and_is_no_work(loop: RoundTrip, save: Save) -> None:
    """Bounces of what others sent in our name, what nobody can read, and a newsletter from the same domain."""
    other = answer(loop.message(), "news@example.cn", subject="Our festival", In_Reply_To="", References="")
    stranger = report(other, "somebody@elsewhere.example")
    save(other.as_bytes())
    save(stranger.replace(b"Message-ID: ", b"X-Nothing: "))
    save(b"\xff\xfe\x00")
    save(BROKEN)
    folder = str(save(report(loop.message(), loop.address("osaka"))))
    ending = loop.inbox(folder)
    assert ending.status == 1
    assert "Look at" not in ending.out
    assert "5 e-mails looked through, 1 about ours; 1 event recorded." in ending.err


def test_what_cannot_be_read_and_holds_a_mark_of_ours_is_for_a_person(loop: RoundTrip, save: Save) -> None:
    ending = loop.inbox(str(save(BROKEN + str(loop.message()["Message-ID"]).encode())))
    assert "perhaps about jp-osaka: this program cannot read it, and it contains an id of the message" in ending.out
    assert "1 e-mail looked through, 1 about ours; 0 events recorded." in ending.err


def test_a_bounce_that_names_nothing_at_all_is_for_a_person(loop: RoundTrip, save: Save) -> None:
    bounce = report(loop.message(), "").partition(b"Content-Type: text/rfc822-headers")[0] + b"\r\n--=_b--\r\n"
    ending = loop.inbox(str(save(bounce)))
    assert "a bounce that names neither a message nor an address" in ending.out


def test_a_program_reads_what_was_found_as_json(loop: RoundTrip, save: Save) -> None:
    save(report(loop.message(), loop.address("osaka")))
    folder = save(answer(loop.message("jp-tokyo"), "x@elsewhere.example", In_Reply_To="", References="").as_bytes())
    found = json.loads(loop.inbox(str(folder), "--json").out)
    assert (found["looked_through"], found["about_ours"]) == (2, 2)
    assert [event["kind"] for event in found["recorded"]] == ["bounced"]
    assert [remark["recipients"] for remark in found["to_look_at"]] == [["jp-tokyo"]]
    assert found["waiting"] == []


def test_an_mbox_is_read_as_well(loop: RoundTrip, tmp_path: Path) -> None:
    box = tmp_path / "Inbox"
    content = report(loop.message(), loop.address("osaka")).replace(b"\r\n", b"\n")
    box.write_bytes(b"From MAILER-DAEMON Sun Sep  5 10:00:00 2027\n" + content + b"\n")
    before = box.read_bytes()
    assert loop.inbox(str(box)).status == 1
    assert loop.last().kind == Kind.BOUNCED
    assert box.read_bytes() == before


@pytest.mark.parametrize("name", ["nowhere", "empty"])
def test_a_folder_without_mail_is_told(loop: RoundTrip, tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()
    ending = loop.inbox(str(tmp_path / name))
    assert ending.status == 2
    assert "Error:" in ending.err


def test_where_nothing_was_sent_nothing_is_looked_for(workspace: WorkspaceCopy) -> None:
    ending = workspace.run("inbox")
    assert ending.status == 0
    assert "nothing can come back" in ending.err


def test_exported_messages_hold_the_claim_until_an_answer_or_a_person_says_that_they_left(
    workspace: WorkspaceCopy, certificates: Certificates, tmp_path: Path, save: Save
) -> None:
    loop = RoundTrip(MailWorkspace(workspace), certificates)
    loop.write_account()
    loop.prepare("osaka")
    folder = tmp_path / "out"
    assert loop.mail_workspace.send("--eml", str(folder), "--yes").status == 0
    kinds = [Kind.HANDING_OVER, Kind.COMMITTING, Kind.EXPORTED]
    assert loop.mail_workspace.list_kinds("jp-osaka") == kinds
    # The exported file itself is no sign that it was sent, even where it is read back.
    ending = loop.inbox(str(folder))
    assert ending.status == 0
    assert "jp-osaka is exported since" in ending.err
    assert loop.mail_workspace.list_kinds("jp-osaka") == kinds
    loop.inbox(str(save(answer(loop.message(), loop.address("osaka")).as_bytes())))
    assert loop.mail_workspace.list_kinds("jp-osaka") == [*kinds, Kind.REPLIED]
    assert loop.run("log", "settle", "jp-tokyo", "--sent", "--because", "sent by hand").status == 0


NO_SENDER = """\
Return-Path: <>
To: alice@example.org
Subject: Mail was not delivered
Date: Sun, 5 Sep 2027 10:00:00 +0900
Message-ID: <1@mx.example.net>
{more}
Your e-mail to {address} was not delivered: 550 5.1.1 user unknown

Its headers:

From: alice@example.org
To: {address}
Subject: Petition
Message-ID: {id}
"""


@pytest.mark.parametrize("more", ["", "From: Mail System <>\n", "From:\n"])
def test_a_notice_without_a_sender_is_not_from_ourselves(loop: RoundTrip, save: Save, more: str) -> None:
    text = NO_SENDER.format(address=loop.address("osaka"), id=loop.message()["Message-ID"], more=more)
    assert loop.inbox(str(save(text.encode()))).status == 1
    assert loop.last().kind == Kind.BOUNCED
    assert "no such mailbox" in (loop.last().details.said or "")


def test_a_bounce_of_another_s_address_is_shown_and_not_recorded(loop: RoundTrip, save: Save) -> None:
    ending = loop.inbox(str(save(report(loop.message(), "deputy@elsewhere.example"))))
    assert ending.status == 0
    assert loop.mail_workspace.list_kinds("jp-osaka") == SENT
    assert "probable bounce, perhaps about jp-osaka" in ending.out
    assert "deputy@elsewhere.example: no such mailbox" in ending.out


def test_a_delivery_to_another_s_address_is_not_ours(loop: RoundTrip, save: Save) -> None:
    content = report(loop.message(), "deputy@elsewhere.example", action="delivered", status="2.0.0")
    loop.inbox(str(save(content)))
    assert loop.mail_workspace.list_kinds("jp-osaka") == SENT


def test_a_delay_at_another_s_address_does_not_say_that_nothing_is_to_be_done(loop: RoundTrip, save: Save) -> None:
    content = report(loop.message(), "deputy@elsewhere.example", action="delayed", status="4.2.2")
    ending = loop.inbox(str(save(content)))
    assert "Look at" in ending.out
    assert "Nothing to do now" not in ending.out


def test_a_notice_about_other_people_s_mail_is_shown_in_a_line_and_never_recorded(loop: RoundTrip, save: Save) -> None:
    foreign = report(loop.message(), "stranger@elsewhere.example")
    for name in ("Message-ID", "Subject", "X-Petitioner-Packet"):
        foreign = foreign.replace(f"\n{name}: {loop.message()[name]}".encode(), f"\n{name}: <x@other.example>".encode())
    ending = loop.inbox(str(save(foreign)))
    assert ending.status == 0
    assert "1 notice about other e-mails, which this program did not send:" in ending.out
    assert "stranger@elsewhere.example: no such mailbox" in ending.out
    assert loop.mail_workspace.list_kinds("jp-osaka") == SENT
    (remark,) = json.loads(loop.inbox(str(save(b"From: a@b.example\nSubject: x\n\n")), "--json").out)["to_look_at"]
    assert remark["recipients"] == []


def test_a_complaint_is_shown_as_one(loop: RoundTrip, save: Save) -> None:
    content = report(loop.message(), loop.address("osaka")).replace(b"delivery-status", b"feedback-report")
    ending = loop.inbox(str(save(content)))
    assert "a complaint: the recipient's provider says that it was reported as junk" in ending.out
    assert "Nothing to do now" not in ending.out
    assert loop.mail_workspace.list_kinds("jp-osaka") == SENT


def test_what_a_filter_holds_is_no_answer(loop: RoundTrip, save: Save) -> None:
    held = answer(loop.message(), "no-reply@example.cn", subject="Your e-mail was held")
    ending = loop.inbox(str(save(held.as_bytes())))
    assert "a filter has stopped it, so it has not arrived yet" in ending.out
    assert loop.mail_workspace.list_kinds("jp-osaka") == SENT


def test_a_notice_that_nobody_can_read_is_for_a_person(loop: RoundTrip, save: Save) -> None:
    odd = answer(loop.message(), "postmaster@example.cn", subject="Good morning")
    ending = loop.inbox(str(save(odd.as_bytes())))
    assert "a notice of a mail server that this program does not understand" in ending.out
    assert "Look at it yourself." in ending.out
    assert loop.mail_workspace.list_kinds("jp-osaka") == SENT


def test_what_reads_as_a_program_s_answer_and_may_be_a_person_s_is_for_a_person(loop: RoundTrip, save: Save) -> None:
    reply = answer(loop.message(), loop.address("osaka"))
    reply.set_content("Received. Please do not reply to this address.")
    folder = save(reply.as_bytes())
    ending = loop.inbox(str(folder))
    assert "perhaps written by a program" in ending.out
    assert f"petitioner log add replied jp-osaka --channel email --file {folder / '0.eml'}" not in ending.out
    assert "petitioner log add replied jp-osaka --channel email --file FILE" in ending.out
    assert loop.mail_workspace.list_kinds("jp-osaka") == SENT


@pytest.mark.parametrize(
    "text", ["贵方{}号来函收悉。", "貴信{}につき、拝受いたしました。", "문서번호{}을 잘 받았습니다."]
)
def test_our_reference_is_found_beside_east_asian_characters(loop: RoundTrip, save: Save, text: str) -> None:
    reply = answer(loop.message(), "chen@example.cn", subject="Petition", In_Reply_To="", References="")
    reply.set_content(text.format("LFNKR-2027-JP-OSAKA"))
    loop.inbox(str(save(reply.as_bytes())))
    assert loop.last().kind == Kind.REPLIED


@pytest.mark.parametrize("hyphen", "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\uff0d\u30fc\ufe63\u00ad")
def test_our_reference_is_found_whatever_its_hyphens_are(loop: RoundTrip, save: Save, hyphen: str) -> None:
    reply = answer(loop.message(), "chen@example.cn", subject="Petition", In_Reply_To="", References="")
    reply.set_content(f"文書番号：{hyphen.join(['LFNKR', '2027', 'JP', 'OSAKA'])} を拝受しました。")
    loop.inbox(str(save(reply.as_bytes())))
    assert loop.last().kind == Kind.REPLIED


def test_an_answer_from_a_free_mail_domain_is_a_colleague_s_only_from_the_very_address(
    workspace: WorkspaceCopy, scripted: ScriptedServer, certificates: Certificates, save: Save
) -> None:
    loop = RoundTrip(MailWorkspace(workspace), certificates)
    loop.write_account(smtp=scripted.ports.tls, user=(USER, PASSWORD))
    loop.mail_workspace.write_to("tokyo@example.cn", "consulate@163.com")
    loop.mail_workspace.approve()
    assert loop.mail_workspace.send().status == 0
    reply = answer(loop.message(), "anybody@163.com", In_Reply_To="", References="")
    ending = loop.inbox(str(save(reply.as_bytes())))
    assert "perhaps about jp-osaka: it contains the reference, and comes from another address" in ending.out
    assert loop.mail_workspace.list_kinds("jp-osaka") == SENT


def make_box(content: bytes) -> bytes:
    return b"From MAILER-DAEMON Sun Sep  5 10:00:00 2027\n" + content.replace(b"\r\n", b"\n") + b"\n"


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda box: b"\xef\xbb\xbf" + box, id="byte-order mark"),
        pytest.param(lambda box: b"\n" + box, id="blank line"),
        pytest.param(lambda box: box.replace(b"\n", b"\r"), id="CR alone"),
        pytest.param(lambda box: box.replace(b"\n", b"\r\n"), id="CRLF"),
        pytest.param(
            lambda box: box.replace(b"said the server", b"said\nFrom here on the server"), id="From in a text"
        ),
    ],
)
def test_an_mbox_of_two_is_read_in_a_folder_however_it_was_saved(
    loop: RoundTrip, tmp_path: Path, change: Callable[[bytes], bytes]
) -> None:
    reports = (report(loop.message(each), loop.address(each.removeprefix("jp-"))) for each in ("jp-osaka", "jp-tokyo"))
    folder = tmp_path / "saved"
    folder.mkdir()
    (folder / "Inbox").write_bytes(change(b"".join(map(make_box, reports))))
    ending = loop.inbox(str(folder))
    assert "2 e-mails looked through, 2 about ours; 2 events recorded." in ending.err
    assert loop.last("jp-tokyo").kind == loop.last("jp-osaka").kind == Kind.BOUNCED


def test_a_file_of_apple_mail_is_read_without_its_property_list(loop: RoundTrip, tmp_path: Path) -> None:
    content = report(loop.message(), loop.address("osaka"))
    plist = b"<?xml version='1.0'?>\n<plist><dict><key>flags</key></dict></plist>\n"
    (tmp_path / "4711.emlx").write_bytes(f"{len(content)}      \n".encode() + content + plist)
    assert loop.inbox(str(tmp_path / "4711.emlx")).status == 1
    (kept,) = loop.last().documents
    assert MailingLog.within(loop.mail_workspace.folder).read_blob(kept.sha256) == content


def test_each_file_that_was_not_read_is_named(loop: RoundTrip, save: Save) -> None:
    folder = save(b"From: x@example.net\nSubject: hello\n\nhello\n")
    (folder / "c.msg").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500))
    (folder / "notes.txt").write_text("They telephoned.\n")
    (folder / "photo.eml").write_bytes(b"\xff\xd8\xff\xe0" + bytes(50))
    (folder / "nothing.eml").touch()
    (folder / ".DS_Store").write_bytes(b"\x00\x00")
    ending = loop.inbox(str(folder))
    assert ending.status == 0
    assert f"{folder / 'c.msg'} is a file of Outlook, which cannot be read here." in ending.err
    assert f"{folder / 'notes.txt'} does not seem to be an e-mail" in ending.err
    assert f"{folder / 'photo.eml'} does not begin as an e-mail does" in ending.err
    assert f"{folder / 'nothing.eml'} is empty" in ending.err
    assert ".DS_Store" not in ending.err
    named = json.loads(loop.inbox(str(folder), "--json").out)["not_read"]
    assert len(named) == 4


def test_a_file_of_outlook_alone_is_an_error_that_says_what_to_do(loop: RoundTrip, tmp_path: Path) -> None:
    (tmp_path / "c.msg").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500))
    ending = loop.inbox(str(tmp_path / "c.msg"))
    assert ending.status == 2
    assert "a file of Outlook" in ending.err
    assert "Save that e-mail as .eml" in ending.err


def test_a_folder_of_other_things_fills_no_screen(loop: RoundTrip, tmp_path: Path) -> None:
    folder = tmp_path / "things"
    folder.mkdir()
    for number in range(120):
        (folder / f"{number:03}.txt").write_text("They telephoned.\n")
    alone = loop.inbox(str(folder))
    assert alone.status == 2
    assert "115 more files were not read either." in alone.err
    (folder / "a.eml").write_bytes(b"From: x@example.net\nSubject: hello\n\nhello\n")
    ending = loop.inbox(str(folder))
    assert ending.err.count("does not seem to be an e-mail") == 100
    assert "20 more files not read; --json names them all." in ending.err
    assert len(json.loads(loop.inbox(str(folder), "--json").out)["not_read"]) == 120
