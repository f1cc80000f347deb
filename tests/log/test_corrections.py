"""``log reopen``, ``settle``, ``confirm``, ``redact`` and ``show``: what a person says about what happened."""

import json
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from log_desk import CAMPAIGN, OSAKA, TOKYO, Office, mission
from petitioner.errors import PetitionerError, UsageError
from petitioner.log.kinds import Kind
from petitioner.log.states.packets import withdrawals
from petitioner.model.recipient import Channel

NAHA = mission("Naha", (Channel.EMAIL,))
IN_DOUBT = (Kind.APPROVED, Kind.HANDING_OVER, Kind.COMMITTING)


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path, recipients=(OSAKA, TOKYO, NAHA))


def states(office: Office) -> dict[str, str]:
    office.as_json = True
    office.show()
    office.as_json = False
    return {one["id"]: one["state"] for one in json.loads(office.out)["recipients"]}


class TestReopening:
    def test_what_came_back_is_open_again_at_the_present_address(self, office: Office) -> None:
        office.add("posted", "jp-osaka", on="2027-09-10")
        office.add("returned", "jp-osaka", on="2027-09-11")
        address = OSAKA.address.model_copy(update={"lines": {"ja": ("新町1-1",)}})
        office.recipients = (OSAKA.model_copy(update={"address": address}), TOKYO)
        assert office.reopen("jp-osaka", "they moved") == 0
        assert office.out == "Event 3: jp-osaka is open again by post, attempt 2\n"
        assert office.err.startswith("Next: petitioner approve --only jp-osaka")
        event = office.log.read()[-1]
        assert (event.kind, event.attempt, event.destination) == (Kind.REOPENED, 2, "新町1-1")
        assert event.details.note == "they moved"
        office.show()
        assert "Needs attention" not in office.out
        assert "post, attempt 2 open 2027-09-12 3 they moved" in " ".join(office.out.split())

    def test_the_new_attempt_is_posted_and_is_no_second_posting(self, office: Office) -> None:
        office.add("posted", "jp-osaka", on="2027-09-10")
        office.add("returned", "jp-osaka", on="2027-09-11")
        office.reopen("jp-osaka")
        office.add("posted", "jp-osaka")
        event = office.log.read()[-1]
        assert (event.attempt, "again" in event.details.flags) == (2, False)
        assert states(office)["jp-osaka"] == "posted"

    @pytest.mark.parametrize("end", [Kind.REFUSED, Kind.BOUNCED, Kind.SETTLED_NOT_SENT])
    def test_what_was_refused_bounced_or_not_sent_is_reopened(self, office: Office, end: Kind) -> None:
        office.append(*IN_DOUBT, end, recipient=NAHA.id)
        assert office.reopen(NAHA.id) == 0
        assert states(office)[NAHA.id] == "open"

    @pytest.mark.parametrize(
        ("kinds", "words", "hint"),
        [
            ([], "Nothing has happened to jp-naha in 2027: it is still to be sent", "petitioner log"),
            ([Kind.APPROVED], "jp-naha is approved by email in 2027: it is still to be sent", "petitioner log"),
            (IN_DOUBT, "jp-naha is in doubt by email in 2027: nobody knows whether it left", "log settle jp-naha"),
            ([Kind.DRAFTED], "jp-naha is drafted by email in 2027: nobody knows", "log settle jp-naha"),
            ([Kind.ACCEPTED], "jp-naha is accepted by email in 2027: it arrived, as far", "log add returned"),
        ],
    )
    def test_what_may_have_arrived_is_refused_in_words(
        self, office: Office, kinds: Sequence[Kind], words: str, hint: str
    ) -> None:
        office.append(*kinds, recipient=NAHA.id)
        with pytest.raises(PetitionerError) as caught:
            office.reopen(NAHA.id)
        assert words in str(caught.value)
        assert hint in caught.value.hint
        assert len(office.log.read()) == len(kinds)

    def test_of_two_ways_that_failed_one_has_to_be_named(self, office: Office) -> None:
        office.append(Kind.RETURNED, channel="post")
        office.append(Kind.BOUNCED)
        with pytest.raises(UsageError, match="jp-osaka is returned by post and bounced by email; say which"):
            office.reopen("jp-osaka")
        office.reopen("jp-osaka", channel="post")
        assert office.log.read()[-1].channel == "post"

    def test_nobody_is_reopened_who_is_no_longer_written_to(self, office: Office) -> None:
        office.append(Kind.BOUNCED)
        office.recipients = (TOKYO,)
        with pytest.raises(PetitionerError, match="Nothing is sent to jp-osaka"):
            office.reopen("jp-osaka")

    def test_an_unknown_recipient_a_misspelt_way_and_no_reason_are_refused(self, office: Office) -> None:
        with pytest.raises(UsageError, match=r"'jp-osaca' is not a recipient\. Did you mean 'jp-osaka'"):
            office.reopen("jp-osaca")
        with pytest.raises(UsageError, match="'pigeon' is not a channel"):
            office.reopen("jp-osaka", channel="pigeon")
        assert list(office.folder.iterdir()) == []
        office.add("posted", "jp-osaka")
        office.add("returned", "jp-osaka")
        with pytest.raises(UsageError, match="The reason is empty"):
            office.reopen("jp-osaka", because=" ")

    def test_a_return_cannot_be_withdrawn_from_under_an_attempt_that_is_still_to_be_sent(self, office: Office) -> None:
        office.add("posted", "jp-osaka", on="2027-09-10")
        office.add("returned", "jp-osaka", on="2027-09-11")
        office.reopen("jp-osaka")
        with pytest.raises(PetitionerError, match=r"Event 3 \(reopened\) depends on event 2") as caught:
            office.withdraw(2)
        assert "petitioner log withdraw 3" in caught.value.hint
        office.withdraw(3)
        office.withdraw(2)
        assert states(office)["jp-osaka"] == "posted"

    def test_a_reopening_cannot_be_withdrawn_from_under_an_approval(self, office: Office) -> None:
        office.append(Kind.BOUNCED)
        office.reopen("jp-osaka")
        office.append(Kind.APPROVED, attempt=2)
        with pytest.raises(PetitionerError, match=r"Event 3 \(approved\) depends on event 2"):
            office.withdraw(2)
        office.withdraw(3)
        assert office.withdraw(2) == 0

    def test_once_the_new_attempt_is_out_a_wrong_return_can_be_withdrawn(self, office: Office) -> None:
        office.add("posted", "jp-osaka", on="2027-09-10")
        office.add("returned", "jp-osaka", on="2027-09-11")
        office.reopen("jp-osaka")
        office.add("posted", "jp-osaka")
        assert office.withdraw(2) == 0
        assert states(office)["jp-osaka"] == "posted"


class TestSettling:
    @pytest.mark.parametrize(("sent", "state"), [(True, "settled sent"), (False, "settled not sent")])
    @pytest.mark.parametrize("kinds", [IN_DOUBT, (Kind.DRAFTED,), (Kind.EXPORTED,)])
    def test_a_person_says_how_it_ended(
        self, office: Office, kinds: tuple[Kind, ...], *, sent: bool, state: str
    ) -> None:
        office.append(*kinds, recipient=NAHA.id)
        assert office.settle(NAHA.id, sent=sent, not_sent=not sent) == 0
        assert office.out == f"Event {len(kinds) + 1}: jp-naha {state} by email\n"
        assert states(office)[NAHA.id] == state

    def test_until_then_the_log_asks_for_it_first_and_ends_with_4(self, office: Office) -> None:
        office.add("posted", "jp-osaka", on="2027-09-10")
        office.add("posted", "jp-osaka")
        office.append(*IN_DOUBT, recipient=NAHA.id)
        assert office.show() == 4
        first, second = office.out.splitlines()[1:3]
        assert first.startswith("  jp-naha: in doubt on 2027-09-12: nobody knows whether it left; find out, then:")
        assert second.startswith("  jp-osaka: posted, not the first time")
        assert first.endswith("petitioner log settle jp-naha (event 5)")
        assert "Next: petitioner log settle jp-naha  (once you know)" in office.err
        assert office.show("jp-osaka") == 0
        office.settle(NAHA.id, sent=True)
        assert office.show() == 0

    def test_what_shows_it_is_kept(self, office: Office) -> None:
        office.append(*IN_DOUBT, recipient=NAHA.id)
        (office.folder / "sent.txt").write_text("Sent: Petition")
        office.settle(NAHA.id, sent=True, files=(office.folder / "sent.txt",))
        (document,) = office.log.read()[-1].documents
        assert (document.role, document.name, document.media_type) == ("evidence", "sent.txt", "text/plain")

    @pytest.mark.parametrize(
        ("both", "told"),
        [(False, "Neither --sent nor --not-sent was given"), (True, "--sent and --not-sent were both given")],
    )
    def test_it_is_one_or_the_other(self, office: Office, *, both: bool, told: str) -> None:
        office.append(*IN_DOUBT, recipient=NAHA.id)
        with pytest.raises(UsageError, match=told):
            office.settle(NAHA.id, sent=both, not_sent=both)

    @pytest.mark.parametrize("kind", [Kind.ACCEPTED, Kind.HANDING_OVER, Kind.BOUNCED, Kind.APPROVED])
    def test_what_is_known_is_not_settled(self, office: Office, kind: Kind) -> None:
        office.append(kind, recipient=NAHA.id)
        with pytest.raises(PetitionerError, match=f"jp-naha is {kind} by email in 2027: only what is in doubt"):
            office.settle(NAHA.id, sent=True)

    def test_a_wrong_settlement_is_withdrawn_and_the_doubt_is_back(self, office: Office) -> None:
        office.append(*IN_DOUBT, recipient=NAHA.id)
        office.settle(NAHA.id, not_sent=True)
        office.withdraw(4)
        assert states(office)[NAHA.id] == "in doubt"

    def test_what_the_program_saw_itself_cannot_be_withdrawn(self, office: Office) -> None:
        office.append(*IN_DOUBT, recipient=NAHA.id)
        for event in (2, 3):
            with pytest.raises(PetitionerError, match=f"Event {event} .* is what the program itself did, and stays"):
                office.withdraw(event)
        assert states(office)[NAHA.id] == "in doubt"


class TestConfirming:
    def test_an_unusual_fact_is_laid_to_rest_and_stays_as_it_is(self, office: Office) -> None:
        office.add("posted", "jp-osaka", on="2027-09-10")
        office.add("posted", "jp-osaka")
        assert office.confirm(2, "two copies were asked for") == 0
        assert office.out == "Event 3: event 2 (jp-osaka) is confirmed as correct\n"
        office.show()
        assert "Needs attention" not in office.out
        assert states(office)["jp-osaka"] == "posted"

    def test_a_return_that_is_left_at_that_no_longer_needs_attention(self, office: Office) -> None:
        office.add("posted", "jp-osaka", on="2027-09-10")
        office.add("returned", "jp-osaka")
        office.confirm(2, "closed for good; nothing more this year")
        office.show()
        assert "Needs attention" not in office.out
        assert states(office)["jp-osaka"] == "returned"

    def test_a_confirmation_that_was_a_slip_is_withdrawn(self, office: Office) -> None:
        office.add("returned", "jp-osaka")
        office.confirm(1)
        office.withdraw(2)
        office.show()
        assert "Needs attention" in office.out

    def test_what_needs_no_yes_is_refused(self, office: Office) -> None:
        office.append(*IN_DOUBT, recipient=NAHA.id)
        with pytest.raises(PetitionerError, match="Event 3 says committing: that waits for an answer"):
            office.confirm(3)
        office.confirm(1)
        with pytest.raises(PetitionerError, match="Event 1 was confirmed already, by event 4: it was so"):
            office.confirm(1)
        with pytest.raises(PetitionerError, match=r"Event 4 \(confirmed\) needs no confirming"):
            office.confirm(4)
        with pytest.raises(UsageError, match="The log has no event 9"):
            office.confirm(9)
        office.withdraw(1)
        with pytest.raises(PetitionerError, match="Event 1 was withdrawn already"):
            office.confirm(1)


class TestRedacting:
    def test_the_words_are_gone_from_the_file_and_the_log_says_so(self, office: Office) -> None:
        office.add("posted", "jp-osaka", tracking="RR123456785JP", note="given to Mrs Secret")
        assert b"Mrs Secret" in office.log.path.read_bytes()
        assert office.redact(1) == 0
        assert office.out == "Event 2: the words of event 1 are erased; that it happened is still in the log\n"
        assert "Older copies of the log still contain" in office.err
        content = office.log.path.read_bytes()
        assert b"Secret" not in content
        assert b"RR123456785JP" not in content
        office.show()
        assert "event 1, jp-osaka posted on 2027-09-12: its words erased 2027-09-12 12:04 JST by Hanako" in office.out
        assert states(office)["jp-osaka"] == "posted"

    def test_files_go_only_when_asked_for_and_whoever_shares_them_is_named(self, office: Office) -> None:
        office.build("jp-osaka", content=b"%PDF private")
        office.built["jp-tokyo"] = office.built["jp-osaka"]
        office.add("posted", "jp-osaka", "jp-tokyo")
        office.redact(1)
        sha256 = office.log.read()[0].documents[0].sha256
        assert office.log.read_blob(sha256) == b"%PDF private"
        assert office.redact(1, files=True) == 0
        assert "Note: event 2 had one of these files too; it is erased there as well." in office.err
        assert office.log.read_blob(sha256) is None
        assert b"%PDF private" not in office.log.path.read_bytes()
        assert office.log.read()[0].documents[0].sha256 == sha256

    def test_a_redacted_withdrawal_still_takes_back(self, office: Office) -> None:
        office.add("posted", "jp-osaka")
        office.withdraw(1, "it was Mrs Secret's mistake")
        office.redact(2)
        events = office.log.read()
        assert events[1].details.withdraws is None
        assert {number: by.id for number, by in withdrawals(events).items()} == {1: 2}
        assert states(office)["jp-osaka"] == "open"
        with pytest.raises(PetitionerError, match="Event 1 was withdrawn already, by event 2"):
            office.withdraw(1)
        with pytest.raises(PetitionerError, match="Event 2 takes back event 1, and stays"):
            office.withdraw(2)
        office.show()
        assert "event 1, jp-osaka posted on 2027-09-12: withdrawn" in office.out

    def test_nothing_is_redacted_twice_nor_is_a_redaction(self, office: Office) -> None:
        office.add("posted", "jp-osaka")
        office.redact(1)
        with pytest.raises(PetitionerError, match="words of event 1 were redacted already, by event 2"):
            office.redact(1)
        with pytest.raises(PetitionerError, match="Event 2 is a redaction; its reason stays"):
            office.redact(2)
        with pytest.raises(PetitionerError, match="Event 1 has no files left to redact"):
            office.redact(1, files=True)
        with pytest.raises(PetitionerError, match=r"Event 2 \(redacted\) is what the program itself did"):
            office.withdraw(2)

    def test_what_is_still_to_be_sent_is_not_erased(self, office: Office) -> None:
        office.append(Kind.APPROVED, Kind.HANDING_OVER, recipient=NAHA.id)
        for event in (1, 2):
            with pytest.raises(PetitionerError, match="is what would be sent to jp-naha; it is still needed"):
                office.redact(event, files=True)
        office.append(Kind.ACCEPTED, recipient=NAHA.id)
        assert office.redact(1) == 0

    def test_the_chain_is_as_it_was(self, office: Office) -> None:
        office.add("posted", "jp-osaka", note="private")
        office.add("replied", "jp-osaka")
        before = [event.hash for event in office.log.read()]
        office.redact(1)
        with closing(sqlite3.connect(office.log.path)) as connection:
            rows = connection.execute("SELECT hash, previous_hash FROM events ORDER BY id").fetchall()
        assert [row[0] for row in rows[:2]] == before
        assert [row[1] for row in rows[1:]] == [row[0] for row in rows[:-1]]


class TestShowingOne:
    def test_every_year_is_told_with_who_when_and_what_was_kept(self, office: Office) -> None:
        office.build("jp-osaka")
        office.add("posted", "jp-osaka", on="2027-09-10", tracking="RR1", note="at the counter")
        office.withdraw(1)
        office.campaign = CAMPAIGN.model_copy(update={"id": "2028"})
        office.now = datetime(2028, 9, 12, 1, tzinfo=UTC)
        office.by = "洋子"
        office.add("handed", "jp-osaka", outcome="letter-box")
        assert office.show_one("jp-osaka") == 0
        lines = office.out.splitlines()
        assert lines[0] == "jp-osaka: Consulate-General in Osaka"
        assert lines[2:5] == [
            "2027: nothing that counts",
            "  2027-09-10  event 1  posted by post; recorded 2027-09-12 12:04 JST by Hanako",
            "      to 驻Osaka总领事馆, 〒550-0004, 靱本町3-9-2",
        ]
        assert "      tracking number RR1" in lines
        assert "      at the counter" in lines
        assert "      withdrawn by event 2: typed twice" in lines
        sha256 = office.log.read()[0].documents[0].sha256
        assert sha256 not in office.out
        assert "      letter: petition.ja.pdf" in lines
        office.show_one("jp-osaka", verbose=True)
        assert f"      letter petition.ja.pdf (application/pdf) sha256 {sha256}" in office.out.splitlines()
        assert "2028: hand left in the letter box" in lines
        assert "  2028-09-12  event 3  left in the letter box by hand; recorded 2028-09-12 10:00 JST by 洋子" in lines
        assert office.err.startswith("Next: petitioner log evidence jp-osaka")

    def test_as_json_it_is_packets_and_events(self, office: Office) -> None:
        office.append(Kind.BOUNCED)
        office.reopen("jp-osaka")
        office.as_json = True
        office.show_one("jp-osaka")
        said = json.loads(office.out)
        assert [(one["campaign"], one["attempt"], one["state"]) for one in said["packets"]] == [
            ("2027", 1, "bounced"),
            ("2027", 2, "open"),
        ]
        assert [event["kind"] for event in said["events"]] == ["bounced", "reopened"]

    def test_one_to_whom_nothing_happened_and_an_unknown_one(self, office: Office) -> None:
        office.show_one("jp-tokyo")
        assert "Nothing has happened to it yet." in office.out
        with pytest.raises(UsageError, match="'jp-tokio' is not a recipient"):
            office.show_one("jp-tokio")


def test_a_new_id_at_an_address_that_was_written_to_is_told(office: Office) -> None:
    office.add("posted", "jp-osaka", on="2027-09-10")
    office.recipients = (OSAKA.model_copy(update={"id": "jp-kansai"}), TOKYO)
    office.show()
    assert (
        "  jp-kansai: by post: jp-osaka, gone from recipients.yaml, was posted at this very address under the same name"
        " on 2027-09-10. If it is the same mission, write 'formerly: [jp-osaka]' below jp-kansai in recipients.yaml."
        " (event 1)"
    ) in office.out.splitlines()
    assert "log confirm" not in office.err  # which would change nothing about it


def test_every_repair_gives_the_event_that_was_recorded_as_json(office: Office) -> None:
    office.append(*IN_DOUBT, recipient=NAHA.id)
    office.as_json = True
    office.settle(NAHA.id, not_sent=True)
    office.reopen(NAHA.id)
    office.confirm(4)
    office.redact(4)
    assert json.loads(office.out)["recorded"][0]["redacts"] == 4
    assert [event.kind for event in office.log.read()[3:]] == [
        Kind.SETTLED_NOT_SENT,
        Kind.REOPENED,
        Kind.CONFIRMED,
        Kind.REDACTED,
    ]
