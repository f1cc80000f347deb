"""Ten Septembers, written through the commands, with everything that goes wrong in ten years.

After every step the log is whole, everybody is accounted for once, and each stands where a person would say. What a
person would say is written out here, and not worked out.
"""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from conftest import Ending, WorkspaceCopy
from log_workspace import draft
from petitioner.log.kinds import Kind
from petitioner.log.storage.store import MailingLog

NAHA = """
  jp-naha:
    kind: office
    country: JP
    city: {en: Naha}
    name: {en: Office in Naha}
    address: {lines: {ja: [〒900-0001, 那覇市港町1-1]}}
    languages: [en]
    channels: [post]
"""


class Decade:
    """A workspace over ten years. Every step is checked, and the end of each year is remembered."""

    def __init__(self, workspace: WorkspaceCopy) -> None:
        self.workspace = workspace
        self.now = datetime(2027, 9, 10, 3, tzinfo=UTC)
        self.remembered: dict[str, dict[str, str]] = {}

    def begin(self, year: int) -> None:
        """A new campaign, made from the last one's folder; the years before stay as they were left."""
        last, new = (self.workspace.folder / "letters" / str(one) for one in (year - 1, year))
        for file in last.iterdir():
            self.workspace.write(f"letters/{year}/{file.name}", file.read_text().replace(str(year - 1), str(year)))
        assert new.is_dir()
        self.now = datetime(year, 9, 10, 3, tzinfo=UTC)

    def on(self, month: int, day: int) -> None:
        self.now = self.now.replace(month=month, day=day)

    def do(self, *arguments: str, status: int = 0, **expected: str) -> Ending:
        """Run one command of the log; then everybody named stands as said: ``tokyo="posted"``."""
        ending = self.workspace.run("log", *arguments, now=self.now)
        assert ending.status == status, ending.err
        assert re.search(r"^(Next: petitioner |Error: )", ending.err, re.MULTILINE)
        if status == 0:
            assert "Next: petitioner " in ending.err.splitlines()[-1]
        self.check(**expected)
        return ending

    def check(self, **expected: str) -> None:
        states = self.read()
        assert {name: states[f"jp-{name}"] for name in expected} == expected
        self.remembered[str(self.now.year)] = states
        assert self.workspace.run("log", "verify", now=self.now).status == 0

    def check_the_past(self) -> None:
        for year, before in self.remembered.items():
            left = {id_: state for id_, state in before.items() if state not in {"open", "closed", "skipped"}}
            told = self.read("--campaign", year)
            assert {id_: told[id_] for id_ in left} == left

    def read(self, *options: str) -> dict[str, str]:
        said = json.loads(self.workspace.run(*options, "log", "--json", now=self.now).out)
        counts = dict(said["sum"])
        assert counts.pop("recipients") == sum(counts.values())
        return {one["id"]: one["state"] for one in said["recipients"] if one["packets"] or one["in_recipients_yaml"]}

    def attention(self) -> list[str]:
        said = json.loads(self.workspace.run("log", "--json", now=self.now).out)
        return [f"{one['recipient']}: {one['words']}" for one in said["attention"]]

    def append(self, recipient: str, channel: str, *kinds: Kind, attempt: int = 1) -> None:
        """What the sending part of the program will append."""
        one = draft(recipient=recipient, channel=channel, on=self.now.date())
        one = replace(one, campaign=str(self.now.year), recorded_at=self.now, attempt=attempt)
        MailingLog.within(self.workspace.folder).append(lambda _: [replace(one, kind=kind) for kind in kinds])


@pytest.fixture
def decade(workspace: WorkspaceCopy) -> Decade:
    path = workspace.folder / "recipients.yaml"
    path.write_text(path.read_text().rstrip("\n") + "\n" + NAHA)
    return Decade(workspace)


@pytest.mark.slow
def test_ten_septembers(decade: Decade, tmp_path: Path) -> None:
    for year in (
        a_first_year_by_post,
        a_letter_comes_back_and_goes_out_again,
        a_mission_is_renamed_and_a_letter_edited_by_hand,
        words_that_should_not_stand_there,
        a_mission_gets_another_id,
        an_email_in_doubt,
        an_email_that_bounces,
        a_mission_closes,
        the_same_letter_twice,
        the_tenth_september,
    ):
        year(decade)
        decade.check_the_past()
    events = MailingLog.within(decade.workspace.folder).read()
    assert {event.campaign for event in events} == {str(year) for year in range(2027, 2037)}
    assert [event.id for event in events] == list(range(1, len(events) + 1))
    exported = decade.workspace.run("log", "export", "--format", "json", now=decade.now).out
    assert [event["hash"] for event in json.loads(exported)["events"]] == [event.hash for event in events]
    for form in ("csv", "xlsx"):
        assert decade.workspace.run("log", "export", "--to", str(tmp_path / f"log.{form}"), now=decade.now).status == 0


def a_first_year_by_post(decade: Decade) -> None:
    decade.check(tokyo="open", osaka="open", naha="open")
    assert decade.workspace.run("build", now=decade.now).status == 0
    decade.do("add", "posted", "jp-tokyo", "jp-naha", tokyo="posted", osaka="open", naha="posted")
    decade.do("add", "posted", "jp-osaka", osaka="open")  # it is to be handed over as well
    decade.on(9, 24)
    decade.do("add", "handed", "jp-osaka", "--outcome", "letter-box", osaka="left in the letter box")
    decade.on(10, 2)
    decade.do("add", "replied", "jp-osaka", "--channel", "post", tokyo="posted", osaka="replied", naha="posted")
    decade.do("withdraw", "5", "--because", "another letter was meant", osaka="left in the letter box")
    assert decade.attention() == []


def a_letter_comes_back_and_goes_out_again(decade: Decade) -> None:
    decade.begin(2028)
    decade.check(tokyo="open", osaka="open", naha="open")
    decade.do("add", "posted", "jp-tokyo", "--tracking", "RR1", tokyo="posted")
    decade.do("add", "returned", "jp-tokyo", "--on", "2028-09-16", "--yes", "--note", "moved", tokyo="returned")
    assert decade.attention()[0].startswith("jp-tokyo: returned on 2028-09-16: moved")
    decade.workspace.edit("recipients.yaml", "港区元麻布3-4-33", "港区元麻布9-9-99")
    decade.do("reopen", "jp-tokyo", "--because", "new address", tokyo="open")
    decade.do("reopen", "jp-tokyo", "--because", "again", status=1, tokyo="open")
    decade.on(9, 18)
    decade.do("add", "posted", "jp-tokyo", "--tracking", "RR2", tokyo="posted")
    assert "港区元麻布9-9-99" in decade.do("show", "jp-tokyo", tokyo="posted").out
    decade.do("add", "handed", "jp-osaka", "--outcome", "refused", osaka="open")
    decade.do("add", "posted", "jp-osaka", osaka="refused at the gate")
    decade.do("reopen", "jp-osaka", "--because", "once more", osaka="open")
    decade.do("add", "handed", "jp-osaka", osaka="posted")
    decade.on(9, 25)
    decade.do(status=1, naha="open")
    assert decade.attention() == ["jp-naha: still open by post, and the day was 2028-09-24"]


def a_mission_is_renamed_and_a_letter_edited_by_hand(decade: Decade) -> None:
    decade.begin(2029)
    decade.workspace.edit("recipients.yaml", "Office in Naha", "Consulate in Naha")
    edited = decade.workspace.folder / "petition.en.docx"
    edited.write_bytes((decade.workspace.folder / "out/2027/jp-naha/petition.en.docx").read_bytes() + b"edited")
    decade.do("add", "posted", "jp-naha", "--used", str(edited), naha="posted")
    decade.do("add", "posted", "jp-tokyo", "jp-osaka", tokyo="posted", osaka="open")
    decade.do("add", "handed", "jp-osaka", osaka="posted")
    names = [event.recipient_name for event in MailingLog.within(decade.workspace.folder).read()]
    assert names.count("Office in Naha") == 1
    assert names.count("Consulate in Naha") == 1
    decade.do("evidence", "jp-naha", "--to", str(decade.workspace.folder / "naha"))
    found = [path.read_bytes() for path in (decade.workspace.folder / "naha").iterdir()]
    assert edited.read_bytes() in found
    assert len(found) == 3  # the PDF and the DOCX of 2027, and the one of this year


def words_that_should_not_stand_there(decade: Decade) -> None:
    decade.begin(2030)
    decade.do("add", "posted", "jp-tokyo", "--note", "Mrs Kim took it to the post office", tokyo="posted")
    number = len(MailingLog.within(decade.workspace.folder).read())
    decade.do("redact", str(number), "--yes", "--because", "a name", tokyo="posted")
    decade.do("withdraw", str(number), "--because", "Mrs Kim did not", tokyo="open")
    decade.do("redact", str(number + 2), "--yes", "--because", "a name", tokyo="open")  # the withdrawal's own words
    assert b"Mrs Kim" not in (decade.workspace.folder / "mailing-log.sqlite").read_bytes()
    decade.do("withdraw", str(number), "--because", "again", status=1, tokyo="open")
    decade.do("add", "posted", "jp-tokyo", "jp-naha", "jp-osaka", tokyo="posted", naha="posted", osaka="open")
    decade.do("add", "handed", "jp-osaka", osaka="posted")


def a_mission_gets_another_id(decade: Decade) -> None:
    decade.begin(2031)
    decade.do("add", "posted", "jp-naha", "jp-tokyo", naha="posted", tokyo="posted")
    decade.workspace.edit("recipients.yaml", "  jp-naha:", "  jp-okinawa:")
    decade.check(naha="posted", okinawa="open")  # the log cannot know; it asks
    (concern,) = decade.attention()
    assert concern.startswith(
        "jp-okinawa: by post: jp-naha, gone from recipients.yaml, was posted at this very address"
    )
    decade.do(
        "add", "posted", "jp-okinawa", "--on", "2031-09-10", "--note", "the same as event of jp-naha", okinawa="posted"
    )
    decade.do("add", "handed", "jp-osaka", "--on", "2031-09-20", "--yes", osaka="open")
    decade.do("add", "posted", "jp-osaka", "--on", "2031-09-19", "--yes", osaka="posted")


def an_email_in_doubt(decade: Decade) -> None:
    decade.workspace.edit(
        "recipients.yaml", "    channels: [post, hand]", "    channels: [email]\n    email: [o@example.cn]"
    )
    decade.begin(2032)
    decade.append("jp-osaka", "email", Kind.APPROVED)
    decade.check(osaka="approved")
    decade.append("jp-osaka", "email", Kind.HANDING_OVER)
    decade.check(osaka="handing over")
    decade.append("jp-osaka", "email", Kind.COMMITTING)
    decade.check(osaka="in doubt")
    decade.do(status=4, osaka="in doubt")
    decade.do("reopen", "jp-osaka", "--because", "no answer", status=1, osaka="in doubt")
    decade.do("settle", "jp-osaka", "--not-sent", "--because", "not in Sent", osaka="settled not sent")
    number = len(MailingLog.within(decade.workspace.folder).read())
    decade.do("withdraw", str(number), "--because", "it was in Sent", status=0, osaka="in doubt")
    decade.do("settle", "jp-osaka", "--sent", "--because", "it is in Sent", osaka="settled sent")
    decade.do("add", "replied", "jp-osaka", osaka="replied")
    decade.do("add", "posted", "jp-tokyo", "jp-okinawa", tokyo="posted", okinawa="posted")


def an_email_that_bounces(decade: Decade) -> None:
    decade.begin(2033)
    decade.append("jp-osaka", "email", Kind.APPROVED, Kind.HANDING_OVER, Kind.COMMITTING, Kind.ACCEPTED)
    decade.check(osaka="accepted")
    decade.append("jp-osaka", "email", Kind.BOUNCED)
    decade.check(osaka="bounced")
    decade.do("reopen", "jp-osaka", "--because", "new address", osaka="open")
    decade.append("jp-osaka", "email", Kind.APPROVED, Kind.LAPSED, attempt=2)
    decade.check(osaka="lapsed")
    decade.append("jp-osaka", "email", Kind.APPROVED, Kind.HANDING_OVER, Kind.DEFERRED, attempt=2)
    decade.check(osaka="deferred")
    decade.append("jp-osaka", "email", Kind.COMMITTING, Kind.ACCEPTED, Kind.DELIVERED, attempt=2)
    decade.check(osaka="delivered")
    decade.do("add", "posted", "jp-tokyo", tokyo="posted", okinawa="open")
    decade.do("add", "handed", "jp-okinawa", okinawa="handed over")


def a_mission_closes(decade: Decade) -> None:
    decade.begin(2034)
    decade.do("add", "posted", "jp-okinawa", "--on", "2034-09-03", okinawa="posted")
    decade.do("add", "returned", "jp-okinawa", "--note", "closed", okinawa="returned")
    decade.workspace.edit("recipients.yaml", "  jp-okinawa:", "  jp-okinawa:\n    closed: 2034-08-31")
    decade.check(okinawa="returned")
    decade.do("reopen", "jp-okinawa", "--because", "try again", status=1, okinawa="returned")
    number = len(MailingLog.within(decade.workspace.folder).read())
    decade.do("confirm", str(number), "--because", "closed for good", okinawa="returned")
    assert decade.attention() == []
    decade.do("add", "posted", "jp-tokyo", tokyo="posted")
    decade.do("add", "faxed", "jp-osaka", "--note", "mail server down", osaka="open")  # a fax is no e-mail


def the_same_letter_twice(decade: Decade) -> None:
    decade.begin(2035)
    decade.check(okinawa="closed", tokyo="open")
    decade.do("add", "posted", "jp-tokyo", tokyo="posted")
    decade.on(9, 12)
    decade.do("add", "posted", "jp-tokyo", tokyo="posted")
    assert decade.attention()[0].startswith("jp-tokyo: posted, not the first time")
    number = len(MailingLog.within(decade.workspace.folder).read())
    decade.do("confirm", str(number), "--because", "a copy for the minister", tokyo="posted")
    assert decade.attention() == []
    decade.append("jp-osaka", "email", Kind.APPROVED, Kind.HANDING_OVER, Kind.DRAFTED)
    decade.check(osaka="drafted")
    decade.do("settle", "jp-osaka", "--sent", "--because", "sent from Drafts", osaka="settled sent")


def the_tenth_september(decade: Decade) -> None:
    decade.begin(2036)
    decade.workspace.edit("recipients.yaml", "  jp-tokyo:\n", "  jp-tokyo:\n    skip: received us in person\n")
    decade.check(tokyo="skipped", osaka="open", okinawa="closed")
    decade.append("jp-osaka", "email", Kind.APPROVED, Kind.HANDING_OVER, Kind.COMMITTING, Kind.REFUSED)
    decade.check(osaka="refused")
    decade.do("reopen", "jp-osaka", "--because", "they repaired it", osaka="open")
    decade.append("jp-osaka", "email", Kind.APPROVED, Kind.HANDING_OVER, Kind.COMMITTING, Kind.ACCEPTED, attempt=2)
    decade.check(tokyo="skipped", osaka="accepted", okinawa="closed")
    told = decade.do("show", "jp-tokyo").out
    assert [line[:4] for line in told.splitlines() if re.match(r"20\d\d: ", line)] == [
        str(year) for year in range(2027, 2036)
    ]
