"""What comes back by e-mail, measured: on a corpus of our own, and on any other in the folder PETITIONER_CORPUS.

`make torture` prints the figures. For the public corpus: fetch https://github.com/sisimai/set-of-emails, then
PETITIONER_CORPUS=set-of-emails/maildir make test ARGS="-s -k public_corpus"
"""

import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from petitioner.log.states.packets import State
from petitioner.mail.inbox.read_mail import read_mail
from petitioner.mail.inbox.returned_mail import MailKind
from returned_mail import (
    ANSWERS,
    MISSION,
    Figures,
    adapt,
    build,
    judge,
    name_reason,
    name_truth,
    read_corpus,
    read_own,
)

CORPUS = os.environ.get("PETITIONER_CORPUS", "")
KINDS = ("failed", "delayed", "held", "automatic", "persons")
Entry = Mapping[str, Any]


def measure_own() -> Figures:
    figures = Figures()
    for kind in KINDS:
        for entry in read_own(kind):
            truth = entry.get("is", kind.removesuffix("s"))
            figures.note(truth, entry.get("why", ""), entry["name"], judge(build(entry)))
    return figures


def test_our_own_corpus_reaches_its_aims() -> None:
    figures = measure_own()
    print(f"\nOur own corpus of returned e-mails:\n{figures.describe()}")  # noqa: T201 - the figures are the result
    assert figures.share("failed") >= 0.97
    assert figures.count("failed", *ANSWERS) == 0
    assert figures.share("automatic") >= 0.95
    assert figures.share_of_reasons() >= 0.8
    assert figures.share("delayed") == figures.share("held") == figures.share("complaint") == 1
    assert figures.share("person") == 1
    assert figures.count("person", "bounced", "auto-replied", "accepted, auto-replied", "shown as bounce") == 0


def test_the_corpus_is_large_enough_and_holds_every_dialect() -> None:
    sizes = {kind: len(read_own(kind)) for kind in KINDS}
    assert sizes["persons"] >= 40
    assert sizes["failed"] >= 70
    dialects = {entry["name"].partition("-")[0] for entry in read_own("failed")}
    assert dialects >= {"postfix", "exim", "qmail", "exchange", "365", "gmail", "yahoo", "docomo", "au", "softbank"}
    assert dialects >= {"ocn", "nifty", "sonet", "biglobe", "qq", "163", "naver", "daum"}


def list_entries(*kinds: str) -> list[Any]:
    return [pytest.param(entry, id=f"{kind}-{entry['name']}") for kind in kinds for entry in read_own(kind)]


@pytest.mark.parametrize("entry", list_entries("failed", "delayed", "held"))
def test_no_notice_is_an_answer_whoever_seems_to_send_it(entry: Entry) -> None:
    outcome = judge(build({**entry, "from": re.sub(r"@[\w.]+", "@mission.example", entry.get("from", ""))}))
    assert "replied" not in outcome.kinds
    assert "auto-replied" not in outcome.kinds
    assert outcome.kinds or outcome.shown


@pytest.mark.parametrize("entry", list_entries("failed"))
def test_nothing_is_to_be_done_is_never_said_of_a_failure(entry: Entry) -> None:
    outcome = judge(build(entry))
    assert "Nothing to do now" not in outcome.shown


@pytest.mark.parametrize("entry", list_entries("failed", "delayed", "held"))
def test_a_notice_without_a_mark_of_ours_is_never_recorded(entry: Entry) -> None:
    outcome = judge(make_foreign(build(entry)))
    assert outcome.kinds == ()


@pytest.mark.parametrize("entry", list_entries("failed"))
def test_a_failure_without_a_mark_of_ours_is_shown(entry: Entry) -> None:
    assert judge(make_foreign(build(entry))).shown


@pytest.mark.parametrize("entry", list_entries("failed"))
def test_a_failure_of_another_address_is_shown_and_not_recorded(entry: Entry) -> None:
    outcome = judge(build(entry).replace(MISSION.encode(), b"somebody@elsewhere.example"))
    assert outcome.kinds == ()
    assert outcome.shown


@pytest.mark.parametrize("entry", [one for one in list_entries("automatic") if "unsure" not in one.values[0]])
def test_an_automatic_answer_ends_a_doubt_and_moves_nothing_else(entry: Entry) -> None:
    assert judge(build(entry), State.IN_DOUBT).kinds == ("accepted", "auto-replied")


@pytest.mark.parametrize("entry", list_entries("persons"))
@pytest.mark.parametrize("change", [bytes, lambda content: content.replace(b"\r\n", b"\n")], ids=["as sent", "saved"])
def test_an_answer_of_a_person_is_never_a_program_s(entry: Entry, change: Callable[[bytes], bytes]) -> None:
    outcome = judge(change(build(entry)))
    assert set(outcome.kinds) <= {"replied"}
    assert outcome.kinds or outcome.shown
    assert bool(outcome.kinds) or entry.get("unsure", False)


SAVED: list[Any] = [
    pytest.param(lambda content: b"\xef\xbb\xbf" + content, id="byte-order mark"),
    pytest.param(lambda content: b"\r\n" + content, id="blank line"),
    pytest.param(lambda content: b" \n\n" + content, id="blank lines"),
    pytest.param(lambda content: content.replace(b"\r\n", b"\r"), id="CR alone"),
    pytest.param(lambda content: content.replace(b"\r\n", b"\n"), id="LF alone"),
    pytest.param(lambda content: content.replace(b"\r\n", b"\r\r\n"), id="CR twice"),
    pytest.param(lambda content: b"From MAILER-DAEMON Tue Sep  7 10:00:00 2027\r\n" + content, id="mbox line"),
    pytest.param(lambda content: content.decode("utf-8", "replace").encode("utf-16"), id="UTF-16"),
]


@pytest.mark.parametrize("save", SAVED)
def test_a_bounce_is_read_however_it_was_saved(save: Callable[[bytes], bytes]) -> None:
    entries = [entry for entry in read_own("failed") if "charset" not in entry and entry.get("returns") != "none"]
    outcomes = {entry["name"]: judge(save(build(entry))).name for entry in entries}
    assert {name for name, outcome in outcomes.items() if outcome not in ("bounced", "shown as bounce")} == set()


@pytest.mark.parametrize(
    ("named", "charset", "subject"),
    [
        ("iso-2022-jp", "iso2022_jp_ext", "送信エラー①".replace("①", "")),
        ("shift_jis", "cp932", "髙橋様 ①"),
        ("x-sjis", "cp932", "メールが届きませんでした"),
        ("windows-31j", "cp932", "メールが届きませんでした"),
        ("ks_c_5601-1987", "cp949", "똠방각하 메일 반송"),
        ("euc-kr", "cp949", "똠방각하 메일 반송"),
        ("gb2312", "gb18030", "退信：朱镕基"),
        ("x-gbk", "gb18030", "退信：朱镕基"),
        ("big5", "big5hkscs", "郵件無法傳遞"),
        ("us-ascii", "utf-8", "退信通知"),
        ("iso-8859-1", "utf-8", "Réponse automatique"),
        ("utf-8", "utf-8", "배달 실패"),
    ],
)
def test_a_character_set_is_read_as_it_was_meant(named: str, charset: str, subject: str) -> None:
    entry = {"name": "x", "subject": subject, "text": subject, "charset": charset, "named_charset": named}
    assert read_mail(build(entry)).subject == subject


@pytest.mark.parametrize("named", ["unknown-8bit", "x-unknown", "default", "base64", "no\x00name", ""])
def test_a_character_set_that_nobody_knows_loses_no_mark(named: str) -> None:
    body = "수신자 편지함이 가득 찼습니다. 보내신 메일을 전송하지 못했습니다.".encode("euc-kr")
    head = f"From: postmaster@nate.example\r\nSubject: x\r\nContent-Type: text/plain; charset={named}\r\n\r\n".encode()
    mail = read_mail(head + body + b"\r\nconsulate@mission.example\r\nMessage-ID: <ours@office.example>\r\n")
    assert "<ours@office.example>" in mail.mentions.ids
    assert mail.kind is MailKind.BOUNCE


def test_bytes_in_a_header_that_names_no_character_set_are_read_by_that_of_the_text() -> None:
    subject = "메일 전송 실패"
    head = b"From: a@b.example\r\nContent-Type: text/plain; charset=ks_c_5601-1987\r\nSubject: "
    assert read_mail(head + subject.encode("cp949") + b"\r\n\r\n").subject == subject


def make_foreign(content: bytes) -> bytes:
    """The same notice about somebody else's e-mail."""
    for ours, other in ((MISSION, "somebody@elsewhere.example"), ("petition-1@", "another-1@"), ("LFNKR-", "XYZ-")):
        content = content.replace(ours.encode(), other.encode())
    return content.replace(b"0123456789abcdef01234567", b"f" * 24)


if CORPUS:  # the test is only there with a corpus, since a skipped test is a failure in CI

    def test_the_public_corpus_reaches_its_aims() -> None:
        """As it lies, and made into e-mails about ours, from servers elsewhere and from the mission's own."""
        as_it_lies, from_elsewhere, from_mission = Figures(), Figures(), Figures()
        mails = list(read_corpus(Path(CORPUS)))
        assert mails, "there is no e-mail in the folder PETITIONER_CORPUS"
        for name, content in mails:
            truth, why = name_truth(name, content), name_reason(content)
            as_it_lies.note(truth, "", name, judge(content))
            sender = MISSION if truth in ("automatic", "person") else ""
            from_elsewhere.note(truth, why if truth == "failed" else "", name, judge(adapt(content, sender)))
            local = re.search(rb"(?im)^From:.*?([\w.+-]+)@", content)
            whose = f"{local[1].decode() if local else 'mailer-daemon'}@mission.example"
            from_mission.note(truth, "", name, judge(adapt(content, sender or whose)))
        print(f"\nAs it lies:\n{as_it_lies.describe()}")  # noqa: T201 - the figures are the result
        print(f"\nWith our marks:\n{from_elsewhere.describe()}\n\nAnd from the mission:\n{from_mission.describe()}")  # noqa: T201 - the figures are the result
        assert as_it_lies.share("failed") >= 0.97
        assert as_it_lies.count("failed", "bounced", "replied", "auto-replied") == 0
        assert from_elsewhere.share("failed") >= 0.97
        assert from_elsewhere.count("failed", *ANSWERS) == 0
        assert from_mission.count("failed", *ANSWERS) == 0
        assert from_elsewhere.share("automatic") >= 0.95
        assert from_elsewhere.share_of_reasons() >= 0.8


ENDLESS = {
    "blank lines": " \n" * 100_000,
    "quoted blanks": "> \n" * 70_000,
    "open tags": "<a " * 70_000,
    "unseen tags": "<style>" * 30_000,
    "addresses": "a@b." * 50_000,
    "no such": "no such " * 25_000,
    "statuses": "Final-Recipient: x\n\n" * 10_000,
    "heads": "From: a\nTo: b\nDate: c\n" * 10_000,
}


@pytest.mark.parametrize("kind", ["plain", "html"])
@pytest.mark.parametrize("body", ENDLESS.values(), ids=ENDLESS.keys())
def test_a_hostile_text_is_read_to_its_end(kind: str, body: str) -> None:
    """A pattern that goes back and forth would take minutes for each of these."""
    head = f"From: MAILER-DAEMON@mx.example\nSubject: failure notice\nContent-Type: text/{kind}\n\n"
    assert read_mail((head + body).encode()).subject == "failure notice"
