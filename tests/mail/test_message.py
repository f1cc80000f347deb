"""The e-mail itself: what a mail program makes of its bytes, and that no value can say more than it means."""

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from petitioner.mail.message import (
    AttachedFile,
    CoveringNote,
    Identity,
    Mailbox,
    Message,
    MessageError,
    MessageIds,
    check_message,
    find_differences,
    write_message,
)
from scale import IS_LONG

TOKYO = timezone(timedelta(hours=9))
DATE = datetime(2027, 9, 10, 9, 0, tzinfo=TOKYO)
PDF = b"%PDF-1.7\n.\n..\nFrom here\n" * 300
SAMPLE = Message(
    Identity(Mailbox("office@example.org", "Life Funds for North Korean Refugees"), Mailbox("answers@example.org")),
    (Mailbox("consulate@example.cn"), Mailbox("visa@example.cn", "総領事館")),
    CoveringNote("ja", "請願書（2027年9月24日）", "謹啓\n\n私ども\n\n謹白\n", "<html lang=ja><p>謹啓</p></html>\n"),
    (
        AttachedFile("petition.ja.pdf", "application/pdf", PDF),
        AttachedFile("enclosures/報告.pdf", "application/pdf", PDF),
    ),
    MessageIds.derive("LFNKR-2027-JP-OSAKA", "example.org", ("2027", 1, "jp-osaka", 1, "0" * 64)),
)
BARE = replace(SAMPLE, files=())
ANY_TEXT = st.text(max_size=60)
WORDS = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=12)
PRINTED = st.lists(WORDS, min_size=1, max_size=6).map(" ".join)
LINES = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=60)


def read(content: bytes) -> EmailMessage:
    message = message_from_bytes(content, policy=default)
    assert isinstance(message, EmailMessage)
    return message


def test_the_same_parts_make_the_same_bytes_but_for_the_date() -> None:
    one, other = write_message(SAMPLE, DATE), write_message(SAMPLE, DATE + timedelta(days=1))
    assert one == write_message(SAMPLE, DATE)
    changed = [(a, b) for a, b in zip(one.split(b"\r\n"), other.split(b"\r\n"), strict=True) if a != b]
    assert changed == [(b"Date: Fri, 10 Sep 2027 09:00:00 +0900", b"Date: Sat, 11 Sep 2027 09:00:00 +0900")]


def test_a_mail_program_finds_the_words_twice_and_each_file_whole() -> None:
    mail = read(write_message(SAMPLE, DATE))
    assert mail["Subject"] == "[LFNKR-2027-JP-OSAKA] 請願書（2027年9月24日）"
    assert mail["To"] == "consulate@example.cn, 総領事館 <visa@example.cn>"
    assert mail["Reply-To"] == "answers@example.org"
    assert [part.get_content_type() for part in mail.iter_parts()] == [
        "multipart/alternative",
        *["application/pdf"] * 2,
    ]
    files = {part.get_filename(): part.get_content() for part in mail.iter_attachments()}
    assert files == {"LFNKR-2027-JP-OSAKA_petition.ja.pdf": PDF, "LFNKR-2027-JP-OSAKA_enclosure-2.pdf": PDF}


def test_every_line_can_pass_the_oldest_server() -> None:
    content = write_message(SAMPLE, DATE)
    assert content.isascii()
    assert content.count(b"\n") == content.count(b"\r\n") == content.count(b"\r")
    assert max(map(len, content.split(b"\r\n"))) <= 76


def test_no_two_parts_share_a_boundary() -> None:
    mail = read(write_message(SAMPLE, DATE))
    boundaries = [part.get_boundary() for part in mail.walk() if part.is_multipart()]
    assert len(boundaries) == len(set(boundaries)) == 2


def test_two_files_of_one_name_stay_two() -> None:
    twice = replace(SAMPLE, files=(SAMPLE.files[0], SAMPLE.files[0]))
    names = [part.get_filename() for part in read(write_message(twice, DATE)).iter_attachments()]
    assert names == ["LFNKR-2027-JP-OSAKA_petition.ja.pdf", "LFNKR-2027-JP-OSAKA_2_petition.ja.pdf"]


def test_marks_differ_with_each_fact_and_not_with_the_day() -> None:
    facts: tuple[str | int, ...] = ("2027", 1, "jp-osaka", "email", 1, "0" * 64)
    marks = {
        MessageIds.derive("R", "example.org", (*facts[:place], "x", *facts[place + 1 :])) for place in range(len(facts))
    }
    assert len({mark.message_id for mark in marks}) == len({mark.token for mark in marks}) == len(facts)
    assert all(len(mark.message_id) <= 60 for mark in marks)


@pytest.mark.parametrize(
    "address",
    ["", "office", "a@b", "a..b@example.org", "a@-b.org",
     "a b@example.org", "a@example.org\r\nBcc: x@example.org", "büro@example.org", "a@münchen.de",
     "a,b@example.org", "<a@example.org>", "a@example.org, b@example.org", "@example.org", "a@" + "x" * 260 + ".org"],
)  # fmt: skip
def test_what_is_no_plain_address_is_refused_by_name(address: str) -> None:
    with pytest.raises(MessageError, match="is not an e-mail address"):
        Mailbox(address)


@settings(max_examples=10_000 if IS_LONG else 500)
@given(ANY_TEXT, ANY_TEXT)
def test_no_name_and_no_subject_can_make_a_header_or_a_recipient(name: str, subject: str) -> None:
    """Either it comes out as itself, or it is refused: never a Bcc, never a second address, never another subject."""
    try:
        to = (Mailbox("consulate@example.cn", name), Mailbox("visa@example.cn"))
        message = replace(BARE, to=to, note=replace(SAMPLE.note, subject=subject))
        content = write_message(message, DATE)
        check_message(content, message)
    except (MessageError, ValueError):
        return
    mail = read(content)
    assert [address.addr_spec for address in mail["To"].addresses] == ["consulate@example.cn", "visa@example.cn"]
    assert not {"bcc", "cc", "resent-to"} & {key.lower() for key in mail}
    assert mail["Subject"] == f"[LFNKR-2027-JP-OSAKA] {subject}"


@given(PRINTED, PRINTED)
def test_names_and_subjects_that_a_record_can_hold_come_out_as_themselves(name: str, subject: str) -> None:
    message = replace(BARE, to=(Mailbox("a@example.cn", name),), note=replace(SAMPLE.note, subject=subject))
    content = write_message(message, DATE)
    assert list(find_differences(content, message)) == []
    head = content.partition(b"\r\n\r\n")[0]
    assert max(map(len, head.split(b"\r\n"))) <= 78


@pytest.mark.parametrize(
    "subject",
    [
        "Rehearsal, for jp-tokyo <tokyo@example.cn>: 請願書の送付",
        "Petition 請願 petition 請願 petition, a long one that has to be folded somewhere in its middle 請願 or twice",
        "=?utf-8?q?not_encoded?= but written so",
        "x" * 300,
        "請" * 200,
    ],
)
def test_a_subject_keeps_its_blanks_and_its_words(subject: str) -> None:
    message = replace(BARE, note=replace(SAMPLE.note, subject=subject))
    assert list(find_differences(write_message(message, DATE), message)) == []


@given(st.lists(LINES, max_size=8))
def test_any_words_come_out_as_themselves(lines: list[str]) -> None:
    text = "\n".join(lines).rstrip("\n") + "\n"
    message = replace(BARE, note=replace(SAMPLE.note, text=text))
    content = write_message(message, DATE)
    assert list(find_differences(content, message)) == []
    assert max(map(len, content.split(b"\r\n"))) <= 76


def test_a_media_type_that_is_longer_than_a_line_stays_whole() -> None:
    docx = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    message = replace(SAMPLE, files=(AttachedFile("petition.ja.docx", docx, PDF),))
    content = write_message(message, DATE)
    assert list(find_differences(content, message)) == []
    assert f"\r\nContent-Type: {docx}\r\n".encode() in content


@given(st.binary(max_size=3000))
def test_any_file_comes_out_as_itself(content: bytes) -> None:
    message = replace(SAMPLE, files=(AttachedFile("a.pdf", "application/pdf", content),))
    assert list(find_differences(write_message(message, DATE), message)) == []


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (b"Reply-To: answers@", b"Reply-To: nowhere@", "Reply-To says  nowhere@example.org"),
        (b"Content-Language: ja", b"Content-Language: ja\r\nBcc: x@example.org", "bcc is not ours"),
        (b"Date: Fri", b"Date: Fri, 10 Sep 2027 09:00:00 +0900\r\nDate: Fri", "date appears twice"),
        (b"JVBERi0x", b"JVBERi0y", "not the ones that were approved"),
        (b"=E8=AC=B9", b"=E8=AC=BA", "the text in html is not the one"),
        (b"\r\nTo:", b"\nTo:", "does not end with CRLF"),
    ],
)  # fmt: skip
def test_bytes_that_were_changed_are_told_apart(old: bytes, new: bytes, told: str) -> None:
    content = write_message(SAMPLE, DATE)
    assert old in content
    with pytest.raises(MessageError, match=told):
        check_message(content.replace(old, new, 1), SAMPLE)
