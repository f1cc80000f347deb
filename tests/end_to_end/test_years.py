"""2027 is sent, comes back and is answered; it becomes 2028, and 2028 becomes 2029."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from conftest import MakeOnce, WorkspaceCopy
from documents import read_docx_text
from mail_round_trip import RoundTrip, answer, report
from mail_workspace import MailWorkspace
from petitioner.log.storage.store import MailingLog
from servers.certificates import Certificates
from servers.scripted import ScriptedServer

AUGUST_2028 = datetime(2028, 8, 1, tzinfo=UTC)
AUGUST_2029 = datetime(2029, 8, 1, tzinfo=UTC)
ACCEPTED = "accepted_warnings: {D110: read again}\n"


@pytest.fixture
def sent(make_once: MakeOnce, scripted: ScriptedServer, certificates: Certificates) -> MailWorkspace:
    """Three missions of 2027: Tokyo answered, Osaka bounced, and Nagoya did not answer; a fourth was missed."""
    mail = MailWorkspace(make_once("years", lambda workspace: send_to_three(workspace, scripted, certificates)))
    mail.write_account(scripted.ports.tls, certificates)
    return mail


def send_to_three(workspace: WorkspaceCopy, scripted: ScriptedServer, certificates: Certificates) -> None:
    mail = MailWorkspace(workspace)
    workspace.edit("letters/2027/campaign.yaml", "day: 2027-09-24", f"{ACCEPTED}day: 2027-09-24    # a Friday of 2027")
    mail.write_to("tokyo@example.cn", "osaka@example.cn")
    mail.write_to_a_third("nagoya@example.cn")
    people = workspace.folder / "recipients.yaml"
    people.write_text(people.read_text("utf-8") + MISSED, "utf-8")
    mail.write_account(scripted.ports.tls, certificates)
    mail.approve("jp-nagoya", "jp-naha")
    assert workspace.run("read", "ja", "--by", "Sato").status == 0
    mail.approve("jp-nagoya", "jp-naha")
    for id_ in ("jp-tokyo", "jp-osaka", "jp-nagoya"):
        mail.send("--for-real", "--yes", "--only", id_)
    trip, box = RoundTrip(mail, certificates), workspace.folder.with_name("box")
    box.mkdir()
    (box / "1.eml").write_bytes(answer(trip.message("jp-tokyo"), "tokyo@example.cn").as_bytes())
    (box / "2.eml").write_bytes(report(trip.message("jp-osaka"), "osaka@example.cn"))
    workspace.run("inbox", str(box))


MISSED = """
  jp-naha:
    kind: consulate-general
    country: JP
    city: {en: Naha}
    name: {en: Consulate-General of the People's Republic of China in Naha}
    address: {postal_code: 900-0001, lines: {ja: [〒900-0001, 沖縄県那覇市泉崎1-1-1]}}
    languages: [en]
    channels: [post]
    telephone: 098-866-0000
    coordinator: Sato
"""


def roll_over(mail: MailWorkspace, year: str, now: datetime) -> dict[str, Any]:
    ending = mail.workspace.run("rollover", year, "--json", now=now)
    assert ending.status == 0, ending.err
    given: dict[str, Any] = json.loads(ending.out)
    return given


def test_the_next_campaign_is_the_last_with_what_belongs_to_one_year_taken_away(sent: MailWorkspace) -> None:
    given = roll_over(sent, "2028", AUGUST_2028)
    old, new = (sent.folder / "letters" / year for year in ("2027", "2028"))
    assert {path.name for path in new.iterdir()} == {path.name for path in old.iterdir()}
    campaign = (new / "campaign.yaml").read_text("utf-8")
    assert (
        "day: 2028-09-22                  # suggested: the Friday before 24 September, which is a Sunday\n" in campaign
    )
    assert "date: 2028-09-01\n" in campaign
    assert "accepted_warnings" not in campaign
    assert "read_by" in (old / "petition.ja.md").read_text("utf-8")
    assert "read_by" not in (new / "petition.ja.md").read_text("utf-8")
    assert (new / "petition.en.md").read_bytes() == (old / "petition.en.md").read_bytes()
    assert (given["from"], given["campaign"], given["day"], given["date"]) == (
        "2027",
        "2028",
        "2028-09-22",
        "2028-09-01",
    )


def test_stale_texts_are_named_at_once(sent: MailWorkspace) -> None:
    sent.workspace.edit("letters/2027/petition.en.md", "one request.", "one request on 24 September 2027.")
    problems = roll_over(sent, "2028", AUGUST_2028)["problems"]
    codes = {(one["path"].rpartition("/")[2], one["code"]) for one in problems}
    texts = ("petition.en.md", "petition.ja.md", "email.en.md", "email.ja.md")
    assert {("petition.en.md", "D101"), *((name, "D110") for name in texts)} <= codes


def test_a_remark_about_last_year_is_named(sent: MailWorkspace) -> None:
    sent.workspace.edit("letters/2027/campaign.yaml", "reference: LFNKR", "reference: LFNKR   # gives LFNKR-2027-X")
    ending = sent.workspace.run("rollover", "2028", now=AUGUST_2028)
    assert "letters/2028/campaign.yaml:5: a comment names 2027: gives LFNKR-2027-X" in ending.err
    assert "The day 2028-09-22 is only suggested: the Friday before 24 September" in ending.err


def test_the_outcome_is_beside_each_recipient_and_calls_come_with_numbers(sent: MailWorkspace) -> None:
    ending = sent.workspace.run("rollover", "2028", now=AUGUST_2028)
    rows = {line.split("  ")[0]: line for line in ending.out.splitlines()}
    assert rows["jp-tokyo"].endswith("replied on 2027-09-01")
    assert rows["jp-osaka"].endswith("bounced on 2027-09-01")
    assert rows["jp-nagoya"].endswith("accepted on 2027-09-01, no answer")
    assert rows["jp-naha"].endswith("nothing was sent")
    calls = ending.out.split("Telephone before you write again:\n")[1].splitlines()
    assert calls[0].startswith(
        "  jp-osaka: no telephone number (recipients.yaml:18): bounced on 2027-09-01; its address"
    )
    assert "  jp-naha, Sato: 098-866-0000: nothing was sent; its address was never confirmed by a person" in calls
    assert "  jp-tokyo: no telephone number (recipients.yaml:2): its address was never confirmed by a person" in calls


def test_the_year_after_knows_both_years(sent: MailWorkspace) -> None:
    roll_over(sent, "2028", AUGUST_2028)
    workspace = sent.workspace
    before = MailingLog.within(sent.folder).read()
    for tag in ("en", "ja"):
        workspace.edit(f"letters/2028/email.{tag}.md", "{{ addressee.name }}", "{{ addressee.title }}")
    assert workspace.run("build", now=AUGUST_2028).status == 0
    assert workspace.run("log", "add", "posted", "jp-osaka", "jp-naha", now=AUGUST_2028).status == 0
    assert workspace.run("log", "add", "replied", "jp-naha", now=AUGUST_2028).status == 0
    workspace.edit("recipients.yaml", "    telephone: 098-866-0000\n", "    verified: 2029-07-01\n")
    given = roll_over(sent, "2029", AUGUST_2029)
    assert (given["from"], given["day"]) == ("2028", "2029-09-24")
    assert {one["id"]: (one["state"], one["answered"]) for one in given["recipients"]} == {
        "jp-tokyo": ("open", False),
        "jp-osaka": ("posted", False),
        "jp-nagoya": ("open", False),
        "jp-naha": ("replied", True),
    }
    assert {one["id"]: bool(one["call"]) for one in given["recipients"]}["jp-naha"] is False
    assert MailingLog.within(sent.folder).read()[: len(before)] == before
    again = json.loads(workspace.run("rollover", "2030", "--campaign", "2027", "--json", now=AUGUST_2029).out)
    assert {one["id"]: one["state"] for one in again["recipients"]}["jp-osaka"] == "bounced"


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (("2027",), 1, "letters/2027 is there already; nothing was written."),
        (("2026",), 2, "There is no campaign before 2026."),
        (("next",), 2, "'next' is not a year."),
        (("2028", "--campaign", "2026"), 3, "there is no such campaign"),
    ],
    ids=str,
)
def test_a_year_that_cannot_follow_is_refused(
    workspace: WorkspaceCopy, arguments: tuple[str, ...], status: int, said: str
) -> None:
    before = sorted(workspace.folder.rglob("*"))
    ending = workspace.run("rollover", *arguments)
    assert (ending.status, said in ending.err) == (status, True), ending.err
    assert sorted(workspace.folder.rglob("*")) == before


@pytest.mark.parametrize(
    ("path", "old", "new", "said"),
    [
        ("campaign.yaml", "day: 2027-09-24", "day: >-\n  2027-09-24", "campaign.yaml:2: the value is not on one line"),
        ("petition.en.md", "subject:", "read_by: |\n  x\nsubject:", ""),
    ],
)
def test_a_file_that_cannot_be_changed_line_by_line_stops_it_whole(
    workspace: WorkspaceCopy, path: str, old: str, new: str, said: str
) -> None:
    workspace.edit(f"letters/2027/{path}", old, new)
    ending = workspace.run("rollover", "2028")
    assert ending.status == 1
    assert said in ending.err
    assert not (workspace.folder / "letters/2028").exists()


OCTOBER = datetime(2027, 10, 15, 3, 0, tzinfo=UTC)
AGAIN = ("jp-osaka", "jp-nagoya", "jp-naha")


def approve_again(mail: MailWorkspace) -> None:
    """Build and approve the second edition."""
    run = mail.workspace.run
    assert run("build", now=OCTOBER).status == 0
    unverified = [word for id_ in AGAIN for word in ("--unverified", id_)]
    ending = run("approve", "--yes", "--unread", "en", "--unread", "ja", *unverified, now=OCTOBER)
    assert ending.status == 0, ending.err


def test_a_follow_up_reaches_exactly_those_who_did_not_answer(sent: MailWorkspace, scripted: ScriptedServer) -> None:
    run = sent.workspace.run
    before = {path: path.read_bytes() for path in (sent.folder / "out/2027").rglob("*.*")}
    first, count = sent.read_log(), len(scripted.kept)
    given = json.loads(run("followup", "--json", now=OCTOBER).out)
    assert (given["folder"], given["edition"], given["date"]) == ("letters/2027-2", 2, "2027-10-15")
    assert [one["id"] for one in given["recipients"]] == list(AGAIN)
    assert [one["id"] for one in given["left_out"]] == ["jp-tokyo"]
    assert [one["code"] for one in given["problems"]] == []
    approve_again(sent)
    assert run("send", "--for-real", "--yes", now=OCTOBER).status == 0
    whom = [recipient for kept in scripted.kept[count:] for recipient in kept.recipients]
    assert whom == ["osaka@example.cn", "nagoya@example.cn"]
    assert run("send", "--for-real", "--yes", now=OCTOBER).status == 0  # the claim holds in this edition, too
    assert len(scripted.kept) == count + 2
    assert "jp-naha" in run("print", now=OCTOBER).out + run("print", "--json", now=OCTOBER).out
    assert (sent.folder / "out/2027-2/print").is_dir()
    second = sent.read_log()
    assert second[: len(first)] == first
    assert {(event.campaign, event.edition) for event in second[len(first) :]} == {("2027", 2)}
    assert {path: path.read_bytes() for path in before} == before
    states = {
        one["id"]: one["state"] for one in json.loads(run("--campaign", "2027", "log", "--json").out)["recipients"]
    }
    assert (states["jp-tokyo"], states["jp-osaka"], states["jp-nagoya"]) == ("replied", "bounced", "accepted")
    exported = json.loads(run("log", "export", "--format", "json", "--campaign", "2027-2").out)
    assert {one["edition"] for one in exported["events"]} == {2}


def test_a_follow_up_prints_what_was_sent_when(sent: MailWorkspace) -> None:
    run = sent.workspace.run
    run("followup", now=OCTOBER)
    text = "We wrote to you on {{ previous.date }}, in our letter {{ previous.reference }}."
    assert text in (sent.folder / "letters/2027-2/petition.en.md").read_text("utf-8")
    approve_again(sent)
    shown = run(now=OCTOBER)
    assert shown.status == 0  # the day is past, but not for an edition that is dated after it
    assert "Save North Korean Refugees Day, 24 September 2027, edition 2" in shown.out
    assert "dated after the day, 2027-09-24" in run("print", "--mail-by", now=OCTOBER).err
    files = {id_: sent.folder / f"out/2027-2/{id_}/petition.en.docx" for id_ in AGAIN}
    words = {id_: " ".join(read_docx_text(path.read_bytes()).split()) for id_, path in files.items()}
    assert "on 1 September 2027, in our letter LFNKR-2027-JP-NAGOYA" in words["jp-nagoya"]
    assert "LFNKR-2027-2-JP-NAGOYA" in words["jp-nagoya"]
    assert "We wrote to you on" not in words["jp-osaka"] + words["jp-naha"]


def test_an_answer_to_the_first_letter_still_finds_it(sent: MailWorkspace, certificates: Certificates) -> None:
    trip = RoundTrip(sent, certificates)
    reply = answer(trip.message("jp-nagoya"), "nagoya@example.cn").as_bytes()
    sent.workspace.run("followup", now=OCTOBER)
    sent.workspace.write("late/1.eml", reply)
    assert sent.workspace.run("inbox", str(sent.folder / "late"), now=OCTOBER).status == 0
    last = sent.read_log()[-1]
    assert (last.kind, last.recipient, last.edition) == ("replied", "jp-nagoya", 1)


def test_a_third_letter_counts_on_and_the_next_year_knows_both(sent: MailWorkspace) -> None:
    run = sent.workspace.run
    run("followup", "--only", "jp-naha", now=OCTOBER)
    run("log", "add", "posted", "jp-naha", now=OCTOBER)
    given = json.loads(run("followup", "--json", now=OCTOBER).out)
    assert (given["folder"], [one["id"] for one in given["recipients"]]) == ("letters/2027-3", list(AGAIN))
    naha = next(one for one in given["recipients"] if one["id"] == "jp-naha")
    assert (naha["edition"], naha["sent"]) == (2, "2027-10-15")
    assert "reference: LFNKR-2027-2-JP-NAHA" in (sent.folder / "letters/2027-3/campaign.yaml").read_text("utf-8")
    ending = run("rollover", "2028", now=AUGUST_2028)
    assert "posted on 2027-10-15 in edition 2, no answer" in ending.out
    assert "recipients:" not in (sent.folder / "letters/2028/campaign.yaml").read_text("utf-8")


@pytest.mark.parametrize(
    ("options", "status", "said"),
    [
        (("--only", "jp-tokyo"), 1, "Nobody who was chosen is left to write to in 2027; nothing was written."),
        (("--group", "x"), 2, "No group is called 'x'."),
    ],
    ids=str,
)
def test_a_follow_up_for_nobody_is_refused(
    sent: MailWorkspace, options: tuple[str, ...], status: int, said: str
) -> None:
    ending = sent.workspace.run("followup", *options, now=OCTOBER)
    assert (ending.status, said in ending.err) == (status, True), ending.err
    assert not (sent.folder / "letters/2027-2").exists()


def test_nothing_follows_what_was_not_sent(workspace: WorkspaceCopy) -> None:
    ending = workspace.run("followup")
    assert (ending.status, "Nothing of 2027 was sent yet" in ending.err) == (1, True)


def test_a_letter_in_doubt_waits_for_a_person(sent: MailWorkspace) -> None:
    sent.workspace.run("log", "reopen", "jp-osaka", "--because", "again")
    sent.approve("jp-nagoya", "jp-naha")
    sent.send("--eml", str(sent.folder / "files"), "--yes", "--only", "jp-osaka")
    given = json.loads(sent.workspace.run("followup", "--json", now=OCTOBER).out)
    reasons = {one["id"]: one["reason"] for one in given["left_out"]}
    assert reasons["jp-osaka"].endswith("find out first: petitioner --campaign 2027 log settle jp-osaka")
