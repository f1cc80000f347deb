"""What an e-mail tells: bounces, delays, answers of people and of programs, and whatever else lies in a mailbox."""

from email.message import EmailMessage
from email.policy import SMTP

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mail_loop import answer, report
from petitioner.mail.inbox.read_mail import read_mail
from petitioner.mail.inbox.returned_mail import MailKind

TOKEN = "0123456789abcdef01234567"  # noqa: S105 - the mark of a packet, and no secret


@pytest.fixture
def message() -> EmailMessage:
    """One of ours."""
    mail = EmailMessage(policy=SMTP)
    mail["From"] = "alice@example.org"
    mail["To"] = "osaka@example.cn"
    mail["Subject"] = "[LFNKR-2027-JP-OSAKA] Petition"
    mail["Message-ID"] = "<ours@example.org>"
    mail["X-Petitioner-Packet"] = TOKEN
    mail.set_content("Your Excellency:\n")
    return mail


@pytest.mark.parametrize(
    ("action", "status", "nature"),
    [
        ("failed", "5.1.1", MailKind.BOUNCE),
        ("failed", "4.4.7", MailKind.BOUNCE),  # after days of trying
        ("delayed", "4.2.2", MailKind.PENDING),
        ("relayed", "2.1.9", MailKind.PENDING),
        ("expanded", "2.1.5", MailKind.PENDING),
        ("delivered", "2.1.5", MailKind.RECEIPT),
        ("expired", "5.4.7", MailKind.BOUNCE),  # no standard knows it; the status says what it means
        ("unheard-of", "5.0.0", MailKind.BOUNCE),
        ("unheard-of", "4.0.0", MailKind.PENDING),
    ],
)
def test_the_action_of_a_report_says_what_it_is(
    message: EmailMessage, action: str, status: str, nature: MailKind
) -> None:
    mail = read_mail(report(message, "osaka@example.cn", action=action, status=status))
    assert mail.nature is nature
    assert mail.mentions.ids >= {"<ours@example.org>"}
    assert mail.mentions.tokens == {TOKEN}
    assert mail.mentions.references == {"LFNKR-2027-JP-OSAKA"}
    assert [(trouble.address, trouble.status) for trouble in mail.troubles] == [("osaka@example.cn", status)]


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("5.1.1", "no such mailbox"),
        ("5.2.2", "the mailbox is full"),
        ("4.2.2", "the mailbox is full"),
        ("5.3.4", "the message is too large"),
    ],
)
def test_a_status_is_told_in_words_before_those_of_the_server(message: EmailMessage, status: str, words: str) -> None:
    (trouble,) = read_mail(report(message, "osaka@example.cn", status=status)).troubles
    assert trouble.words == f"osaka@example.cn: {words}: {status[0]}50 {status} said the server"
    assert trouble.hint


def test_the_address_that_we_wrote_to_counts_and_not_the_one_that_it_was_forwarded_to(message: EmailMessage) -> None:
    content = report(message, "private@elsewhere.example").replace(
        b"Final-Recipient:", b"Original-Recipient: rfc822;osaka@example.cn\r\nFinal-Recipient:"
    )
    (trouble,) = read_mail(content).troubles
    assert trouble.address == "osaka@example.cn"


def test_a_bounce_without_a_delivery_status_is_read_all_the_same() -> None:
    content = b"""\
Return-Path: <>
From: MAILER-DAEMON@mx.example.cn
To: alice@example.org
Subject: failure notice

Hi. This is the qmail-send program at mx.example.cn.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<osaka@example.cn>:
192.0.2.1 does not like recipient.
Remote host said: 550 5.1.1 unknown user

--- Below this line is a copy of the message.

Subject: [LFNKR-2027-JP-OSAKA] Petition
Message-ID: <ours@example.org>
"""
    mail = read_mail(content)
    assert mail.nature is MailKind.BOUNCE
    assert [trouble.address for trouble in mail.troubles] == ["osaka@example.cn"]
    assert "<ours@example.org>" in mail.mentions.ids


def test_a_person_who_quotes_a_bounce_has_sent_a_reply(message: EmailMessage) -> None:
    reply = answer(message, "osaka@example.cn")
    reply.set_content("Hi. This is the qmail-send program at mx.example.cn.\n\n<osaka@example.cn>:\nno mailbox\n")
    assert read_mail(reply.as_bytes()).nature is MailKind.REPLY


def test_a_mark_that_a_message_was_opened_is_no_reply(message: EmailMessage) -> None:
    content = report(message, "osaka@example.cn").replace(b"delivery-status", b"disposition-notification")
    assert read_mail(content).nature is MailKind.AUTO_REPLY


def test_a_mail_server_s_own_letter_that_nobody_can_read_is_no_reply() -> None:
    assert read_mail(b"From: postmaster@example.cn\r\nSubject: Notice\r\n\r\nHello\r\n").nature is MailKind.NOTICE


@pytest.mark.parametrize("subject", ["Out of office: Petition", "自动回复: Petition", "부재중: Petition"])
def test_programs_say_in_any_language_that_nobody_is_there(message: EmailMessage, subject: str) -> None:
    assert read_mail(answer(message, "osaka@example.cn", subject).as_bytes()).nature is MailKind.AUTO_REPLY


def test_auto_submitted_no_means_a_person(message: EmailMessage) -> None:
    assert read_mail(answer(message, "osaka@example.cn", Auto_Submitted="no").as_bytes()).nature is MailKind.REPLY


def test_our_own_message_is_a_copy_and_only_a_mail_server_leaves_its_mark_on_it(message: EmailMessage) -> None:
    content = message.as_bytes()
    assert read_mail(content).nature is MailKind.COPY
    assert read_mail(content).received == ""
    road = b"Received: from b by c; now\r\nReceived: from a\r\n\tby b; before\r\n"
    assert read_mail(road + content).received == "from a by b; before"


def test_a_name_that_looks_like_an_address_is_not_the_sender() -> None:
    spelt = b"From: =?utf-8?q?=3Cosaka=40example=2Ecn=3E?= <spam@example.com>\r\n\r\n"
    assert read_mail(spelt).sender == "spam@example.com"


def test_nothing_that_anybody_writes_steers_the_terminal(message: EmailMessage) -> None:
    evil = b"Subject: =?utf-8?q?=1B[2Jgone=E2=80=AE?=\r\nFrom: \x1b[31m@example.cn\r\nReceived: \x07\xff\r\n\r\n"
    mail = read_mail(evil)
    assert (mail.subject, mail.sender.isprintable(), mail.received.isprintable()) == ("[2Jgone", True, True)
    content = report(message, "osaka@example.cn").replace(b"said the server", b"\x1b]0;title\x07 \xff")
    (trouble,) = read_mail(content).troubles
    assert trouble.words.isprintable()


def test_one_reference_is_not_found_within_another() -> None:
    mail = read_mail(b"Subject: LFNKR-2027-JP-OSAKA-2, LFNKR-2027-JP-OSAKA_petition.en.pdf\r\n\r\n")
    assert mail.mentions.references == {"LFNKR-2027-JP-OSAKA-2"}


@pytest.mark.parametrize("day", ["never", "", "Mon, 99 Foo 2027", "Fri, 01 Jan 1200 00:00:00 +0000"])
def test_a_date_that_cannot_be_is_none(day: str) -> None:
    assert read_mail(f"Date: {day}\r\n\r\n".encode()).sent is None


def test_a_date_without_a_zone_is_in_utc() -> None:
    sent = read_mail(b"Date: Sun, 05 Sep 2027 10:00:00 -0000\r\n\r\n").sent
    assert sent is not None
    assert sent.isoformat() == "2027-09-05T10:00:00+00:00"


def test_parts_within_parts_without_end_are_unreadable_and_no_crash() -> None:
    deep = b"".join(
        b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (level, level) for level in range(3_000)
    )
    assert read_mail(deep).content == deep


@given(st.binary(max_size=600))
def test_any_bytes_can_be_read(content: bytes) -> None:
    assert read_mail(content).content == content


_HEADERS = ["From", "Date", "Subject", "Message-ID", "Content-Type", "References", "Return-Path", "Received"]
_VALUES = st.one_of(
    st.text(max_size=60),
    st.sampled_from(
        [
            "=?utf-8?q?=",
            "=?none?b?AAA?=",
            "multipart/report; report-type=delivery-status; boundary=b",
            "message/delivery-status",
            "text/plain; charset=none",
            "text/plain; charset*=utf-8''%ff",
            "<>",
            "<@>",
            "MAILER-DAEMON",
            "multipart/mixed",
        ]
    ),
)


@given(st.lists(st.tuples(st.sampled_from(_HEADERS), _VALUES), max_size=8), st.binary(max_size=200))
def test_any_headers_can_be_read(headers: list[tuple[str, str]], body: bytes) -> None:
    head = "".join(f"{name}: {value}\r\n" for name, value in headers).encode("utf-8", "surrogatepass")
    assert read_mail(head + b"\r\n" + body).nature in MailKind


@given(st.data())
def test_a_report_with_something_cut_or_changed_can_be_read(data: st.DataObject) -> None:
    mail = EmailMessage(policy=SMTP)
    mail["Message-ID"], mail["X-Petitioner-Packet"] = "<ours@example.org>", TOKEN
    content = bytearray(report(mail, "osaka@example.cn"))
    for _ in range(data.draw(st.integers(1, 5))):
        place = data.draw(st.integers(0, len(content) - 1))
        content[place : place + data.draw(st.integers(0, 30))] = data.draw(st.binary(max_size=5))
        if not content:
            break
    assert read_mail(bytes(content)).nature in MailKind
