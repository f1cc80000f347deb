"""``log reopen``, ``settle``, ``confirm``, ``redact`` and ``show``: what a person says about what happened."""

import json
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from log_workspace import CAMPAIGN, OSAKA, TOKYO, LogWorkspace, mission
from petitioner.errors import PetitionerError, UsageError
from petitioner.log.kinds import Kind
from petitioner.log.states.packets import map_withdrawals
from petitioner.model.recipient import Channel

NAHA = mission("Naha", (Channel.EMAIL,))
IN_DOUBT = (Kind.APPROVED, Kind.HANDING_OVER, Kind.COMMITTING)


@pytest.fixture
def log_workspace(tmp_path: Path) -> LogWorkspace:
    return LogWorkspace(tmp_path, recipients=(OSAKA, TOKYO, NAHA))


def states(log_workspace: LogWorkspace) -> dict[str, str]:
    log_workspace.as_json = True
    log_workspace.show()
    log_workspace.as_json = False
    return {one["id"]: one["state"] for one in json.loads(log_workspace.out)["recipients"]}


class TestReopening:
    def test_what_came_back_is_open_again_at_the_present_address(self, log_workspace: LogWorkspace) -> None:
        log_workspace.add("posted", "jp-osaka", on="2027-09-10")
        log_workspace.add("returned", "jp-osaka", on="2027-09-11")
        address = OSAKA.address.model_copy(update={"lines": {"ja": ("新町1-1",)}})
        log_workspace.recipients = (OSAKA.model_copy(update={"address": address}), TOKYO)
        assert log_workspace.reopen("jp-osaka", "they moved") == 0
        assert log_workspace.out == "Event 3: jp-osaka is open again by post, attempt 2\n"
        assert log_workspace.err.startswith("Next: petitioner approve --only jp-osaka")
        event = log_workspace.log.read()[-1]
        assert (event.kind, event.attempt, event.destination) == (Kind.REOPENED, 2, "新町1-1")
        assert event.details.note == "they moved"
        log_workspace.show()
        assert "Needs attention" not in log_workspace.out
        assert "post, attempt 2 open 2027-09-12 3 they moved" in " ".join(log_workspace.out.split())

    def test_the_new_attempt_is_posted_and_is_no_second_posting(self, log_workspace: LogWorkspace) -> None:
        log_workspace.add("posted", "jp-osaka", on="2027-09-10")
        log_workspace.add("returned", "jp-osaka", on="2027-09-11")
        log_workspace.reopen("jp-osaka")
        log_workspace.add("posted", "jp-osaka")
        event = log_workspace.log.read()[-1]
        assert (event.attempt, "again" in event.details.flags) == (2, False)
        assert states(log_workspace)["jp-osaka"] == "posted"

    @pytest.mark.parametrize("end", [Kind.REFUSED, Kind.BOUNCED, Kind.SETTLED_NOT_SENT])
    def test_what_was_refused_bounced_or_not_sent_is_reopened(self, log_workspace: LogWorkspace, end: Kind) -> None:
        log_workspace.append(*IN_DOUBT, end, recipient=NAHA.id)
        assert log_workspace.reopen(NAHA.id) == 0
        assert states(log_workspace)[NAHA.id] == "open"

    @pytest.mark.parametrize(
        ("kinds", "words", "hint"),
        [
            ([], "Nothing has happened to jp-naha in 2027: it is still to be sent", "petitioner log"),
            ([Kind.APPROVED], "jp-naha is approved by email in 2027: it is still to be sent", "petitioner log"),
            (IN_DOUBT, "jp-naha is in doubt by email in 2027: nobody knows whether it was sent", "log settle jp-naha"),
            ([Kind.DRAFTED], "jp-naha is drafted by email in 2027: nobody knows", "log settle jp-naha"),
            ([Kind.ACCEPTED], "jp-naha is accepted by email in 2027: it arrived, as far", "log add returned"),
        ],
    )
    def test_what_may_have_arrived_is_refused_in_words(
        self, log_workspace: LogWorkspace, kinds: Sequence[Kind], words: str, hint: str
    ) -> None:
        log_workspace.append(*kinds, recipient=NAHA.id)
        with pytest.raises(PetitionerError) as caught:
            log_workspace.reopen(NAHA.id)
        assert words in str(caught.value)
        assert hint in caught.value.hint
        assert len(log_workspace.log.read()) == len(kinds)

    def test_of_two_ways_that_failed_one_has_to_be_named(self, log_workspace: LogWorkspace) -> None:
        log_workspace.append(Kind.RETURNED, channel="post")
        log_workspace.append(Kind.BOUNCED)
        with pytest.raises(UsageError, match="jp-osaka is returned by post and bounced by email; say which"):
            log_workspace.reopen("jp-osaka")
        log_workspace.reopen("jp-osaka", channel="post")
        assert log_workspace.log.read()[-1].channel == "post"

    def test_nobody_is_reopened_who_is_no_longer_written_to(self, log_workspace: LogWorkspace) -> None:
        log_workspace.append(Kind.BOUNCED)
        log_workspace.recipients = (TOKYO,)
        with pytest.raises(PetitionerError, match="Nothing is sent to jp-osaka"):
            log_workspace.reopen("jp-osaka")

    def test_an_unknown_recipient_a_misspelt_way_and_no_reason_are_refused(self, log_workspace: LogWorkspace) -> None:
        with pytest.raises(UsageError, match=r"'jp-osaca' is not a recipient\. Did you mean 'jp-osaka'"):
            log_workspace.reopen("jp-osaca")
        with pytest.raises(UsageError, match="'pigeon' is not a channel"):
            log_workspace.reopen("jp-osaka", channel="pigeon")
        assert list(log_workspace.folder.iterdir()) == []
        log_workspace.add("posted", "jp-osaka")
        log_workspace.add("returned", "jp-osaka")
        with pytest.raises(UsageError, match="The reason is empty"):
            log_workspace.reopen("jp-osaka", because=" ")

    def test_a_return_cannot_be_withdrawn_from_under_an_attempt_that_is_still_to_be_sent(
        self, log_workspace: LogWorkspace
    ) -> None:
        log_workspace.add("posted", "jp-osaka", on="2027-09-10")
        log_workspace.add("returned", "jp-osaka", on="2027-09-11")
        log_workspace.reopen("jp-osaka")
        with pytest.raises(PetitionerError, match=r"Event 3 \(reopened\) depends on event 2") as caught:
            log_workspace.withdraw(2)
        assert "petitioner log withdraw 3" in caught.value.hint
        log_workspace.withdraw(3)
        log_workspace.withdraw(2)
        assert states(log_workspace)["jp-osaka"] == "posted"

    def test_a_reopening_cannot_be_withdrawn_from_under_an_approval(self, log_workspace: LogWorkspace) -> None:
        log_workspace.append(Kind.BOUNCED)
        log_workspace.reopen("jp-osaka")
        log_workspace.append(Kind.APPROVED, attempt=2)
        with pytest.raises(PetitionerError, match=r"Event 3 \(approved\) depends on event 2"):
            log_workspace.withdraw(2)
        log_workspace.withdraw(3)
        assert log_workspace.withdraw(2) == 0

    def test_once_the_new_attempt_is_out_a_wrong_return_can_be_withdrawn(self, log_workspace: LogWorkspace) -> None:
        log_workspace.add("posted", "jp-osaka", on="2027-09-10")
        log_workspace.add("returned", "jp-osaka", on="2027-09-11")
        log_workspace.reopen("jp-osaka")
        log_workspace.add("posted", "jp-osaka")
        assert log_workspace.withdraw(2) == 0
        assert states(log_workspace)["jp-osaka"] == "posted"


class TestSettling:
    @pytest.mark.parametrize(("sent", "state"), [(True, "settled sent"), (False, "settled not sent")])
    @pytest.mark.parametrize("kinds", [IN_DOUBT, (Kind.DRAFTED,), (Kind.EXPORTED,)])
    def test_a_person_says_how_it_ended(
        self, log_workspace: LogWorkspace, kinds: tuple[Kind, ...], *, sent: bool, state: str
    ) -> None:
        log_workspace.append(*kinds, recipient=NAHA.id)
        assert log_workspace.settle(NAHA.id, sent=sent, not_sent=not sent) == 0
        assert log_workspace.out == f"Event {len(kinds) + 1}: jp-naha {state} by email\n"
        assert states(log_workspace)[NAHA.id] == state

    def test_until_then_the_log_asks_for_it_first_and_ends_with_4(self, log_workspace: LogWorkspace) -> None:
        log_workspace.add("posted", "jp-osaka", on="2027-09-10")
        log_workspace.add("posted", "jp-osaka")
        log_workspace.append(*IN_DOUBT, recipient=NAHA.id)
        assert log_workspace.show() == 4
        first, second = log_workspace.out.splitlines()[1:3]
        assert first.startswith("  jp-naha: in doubt on 2027-09-12: nobody knows whether it was sent; find out, then:")
        assert second.startswith("  jp-osaka: posted, not the first time")
        assert first.endswith("petitioner log settle jp-naha (event 5)")
        assert "Next: petitioner log settle jp-naha  (once you know)" in log_workspace.err
        assert log_workspace.show("jp-osaka") == 0
        log_workspace.settle(NAHA.id, sent=True)
        assert log_workspace.show() == 0

    def test_what_shows_it_is_kept(self, log_workspace: LogWorkspace) -> None:
        log_workspace.append(*IN_DOUBT, recipient=NAHA.id)
        (log_workspace.folder / "sent.txt").write_text("Sent: Petition")
        log_workspace.settle(NAHA.id, sent=True, files=(log_workspace.folder / "sent.txt",))
        (document,) = log_workspace.log.read()[-1].documents
        assert (document.role, document.name, document.media_type) == ("evidence", "sent.txt", "text/plain")

    @pytest.mark.parametrize(
        ("both", "told"),
        [(False, "Neither --sent nor --not-sent was given"), (True, "--sent and --not-sent were both given")],
    )
    def test_it_is_one_or_the_other(self, log_workspace: LogWorkspace, *, both: bool, told: str) -> None:
        log_workspace.append(*IN_DOUBT, recipient=NAHA.id)
        with pytest.raises(UsageError, match=told):
            log_workspace.settle(NAHA.id, sent=both, not_sent=both)

    @pytest.mark.parametrize("kind", [Kind.ACCEPTED, Kind.HANDING_OVER, Kind.BOUNCED, Kind.APPROVED])
    def test_what_is_known_is_not_settled(self, log_workspace: LogWorkspace, kind: Kind) -> None:
        log_workspace.append(kind, recipient=NAHA.id)
        with pytest.raises(PetitionerError, match=f"jp-naha is {kind} by email in 2027: only what is in doubt"):
            log_workspace.settle(NAHA.id, sent=True)

    def test_a_wrong_settlement_is_withdrawn_and_the_doubt_is_back(self, log_workspace: LogWorkspace) -> None:
        log_workspace.append(*IN_DOUBT, recipient=NAHA.id)
        log_workspace.settle(NAHA.id, not_sent=True)
        log_workspace.withdraw(4)
        assert states(log_workspace)[NAHA.id] == "in doubt"

    def test_what_the_program_saw_itself_cannot_be_withdrawn(self, log_workspace: LogWorkspace) -> None:
        log_workspace.append(*IN_DOUBT, recipient=NAHA.id)
        for event in (2, 3):
            with pytest.raises(
                PetitionerError, match=f"Event {event} .* is what the program did; it cannot be withdrawn"
            ):
                log_workspace.withdraw(event)
        assert states(log_workspace)[NAHA.id] == "in doubt"


class TestWhatWasFlaggedBecauseOfAWithdrawnEntry:
    def test_a_second_posting_needs_no_attention_once_the_first_is_withdrawn(self, log_workspace: LogWorkspace) -> None:
        log_workspace.add("posted", "jp-osaka", tracking="131-12-38385-3")
        log_workspace.add("posted", "jp-osaka", tracking="131-12-38385-2")
        log_workspace.show()
        assert "not the first time: event 1 says posted" in log_workspace.out
        log_workspace.withdraw(1, "typed wrong")
        log_workspace.show()
        assert "not the first time" not in log_workspace.out

    def test_of_three_the_one_that_still_counts_is_named(self, log_workspace: LogWorkspace) -> None:
        for _ in range(3):
            log_workspace.add("posted", "jp-osaka")
        log_workspace.withdraw(2)
        log_workspace.show()
        assert "not the first time: event 1 says posted on 2027-09-12 (event 3)" in log_workspace.out

    def test_a_tracking_number_is_no_longer_that_of_another_packet(self, log_workspace: LogWorkspace) -> None:
        log_workspace.add("posted", "jp-osaka", tracking="131-12-38385-2")
        log_workspace.add("posted", "jp-tokyo", tracking="131-12-38385-2")
        log_workspace.show()
        assert "is the tracking number of another packet, too: jp-osaka" in log_workspace.out
        log_workspace.withdraw(1, "it was Tokyo")
        log_workspace.show()
        assert "another packet" not in log_workspace.out


class TestConfirming:
    def test_an_unusual_fact_is_laid_to_rest_and_stays_as_it_is(self, log_workspace: LogWorkspace) -> None:
        log_workspace.add("posted", "jp-osaka", on="2027-09-10")
        log_workspace.add("posted", "jp-osaka")
        assert log_workspace.confirm(2, "two copies were asked for") == 0
        assert log_workspace.out == "Event 3: event 2 (jp-osaka) is confirmed as correct\n"
        log_workspace.show()
        assert "Needs attention" not in log_workspace.out
        assert states(log_workspace)["jp-osaka"] == "posted"

    def test_a_return_that_is_left_at_that_no_longer_needs_attention(self, log_workspace: LogWorkspace) -> None:
        log_workspace.add("posted", "jp-osaka", on="2027-09-10")
        log_workspace.add("returned", "jp-osaka")
        log_workspace.confirm(2, "closed for good; nothing more this year")
        log_workspace.show()
        assert "Needs attention" not in log_workspace.out
        assert states(log_workspace)["jp-osaka"] == "returned"

    def test_a_confirmation_that_was_a_slip_is_withdrawn(self, log_workspace: LogWorkspace) -> None:
        log_workspace.add("returned", "jp-osaka")
        log_workspace.confirm(1)
        log_workspace.withdraw(2)
        log_workspace.show()
        assert "Needs attention" in log_workspace.out

    def test_what_needs_no_yes_is_refused(self, log_workspace: LogWorkspace) -> None:
        log_workspace.append(*IN_DOUBT, recipient=NAHA.id)
        with pytest.raises(PetitionerError, match="Event 3 says committing: that waits for an answer"):
            log_workspace.confirm(3)
        log_workspace.confirm(1)
        with pytest.raises(PetitionerError, match="Event 1 was confirmed already, by event 4: it was so"):
            log_workspace.confirm(1)
        with pytest.raises(PetitionerError, match=r"Event 4 \(confirmed\) needs no confirming"):
            log_workspace.confirm(4)
        with pytest.raises(UsageError, match="The log has no event 9"):
            log_workspace.confirm(9)
        log_workspace.withdraw(1)
        with pytest.raises(PetitionerError, match="Event 1 was withdrawn already"):
            log_workspace.confirm(1)


class TestRedacting:
    def test_the_words_are_gone_from_the_file_and_the_log_says_so(self, log_workspace: LogWorkspace) -> None:
        log_workspace.add("posted", "jp-osaka", tracking="RR123456785JP", note="given to Mrs Secret")
        assert b"Mrs Secret" in log_workspace.log.path.read_bytes()
        assert log_workspace.redact(1) == 0
        assert log_workspace.out == "Event 2: the words of event 1 are erased; that it happened is still in the log\n"
        assert "Older copies of the log still contain" in log_workspace.err
        content = log_workspace.log.path.read_bytes()
        assert b"Secret" not in content
        assert b"RR123456785JP" not in content
        log_workspace.show()
        assert (
            "event 1, jp-osaka posted on 2027-09-12: its words erased 2027-09-12 12:04 JST by Hanako"
            in log_workspace.out
        )
        assert states(log_workspace)["jp-osaka"] == "posted"

    def test_files_go_only_when_asked_for_and_whoever_shares_them_is_named(self, log_workspace: LogWorkspace) -> None:
        log_workspace.build("jp-osaka", content=b"%PDF private")
        log_workspace.built["jp-tokyo"] = log_workspace.built["jp-osaka"]
        log_workspace.add("posted", "jp-osaka", "jp-tokyo")
        log_workspace.redact(1)
        sha256 = log_workspace.log.read()[0].documents[0].sha256
        assert log_workspace.log.read_blob(sha256) == b"%PDF private"
        assert log_workspace.redact(1, files=True) == 0
        assert "Note: event 2 had one of these files too; it is erased there as well." in log_workspace.err
        assert log_workspace.log.read_blob(sha256) is None
        assert b"%PDF private" not in log_workspace.log.path.read_bytes()
        assert log_workspace.log.read()[0].documents[0].sha256 == sha256

    def test_a_redacted_withdrawal_still_takes_back(self, log_workspace: LogWorkspace) -> None:
        log_workspace.add("posted", "jp-osaka")
        log_workspace.withdraw(1, "it was Mrs Secret's mistake")
        log_workspace.redact(2)
        events = log_workspace.log.read()
        assert events[1].details.withdraws is None
        assert {number: by.id for number, by in map_withdrawals(events).items()} == {1: 2}
        assert states(log_workspace)["jp-osaka"] == "open"
        with pytest.raises(PetitionerError, match="Event 1 was withdrawn already, by event 2"):
            log_workspace.withdraw(1)
        with pytest.raises(PetitionerError, match="Event 2 withdraws event 1, and cannot be withdrawn"):
            log_workspace.withdraw(2)
        log_workspace.show()
        assert "event 1, jp-osaka posted on 2027-09-12: withdrawn" in log_workspace.out

    def test_nothing_is_redacted_twice_nor_is_a_redaction(self, log_workspace: LogWorkspace) -> None:
        log_workspace.add("posted", "jp-osaka")
        log_workspace.redact(1)
        with pytest.raises(PetitionerError, match="words of event 1 were redacted already, by event 2"):
            log_workspace.redact(1)
        with pytest.raises(PetitionerError, match="Event 2 is a redaction; its reason stays"):
            log_workspace.redact(2)
        with pytest.raises(PetitionerError, match="Event 1 has no files left to redact"):
            log_workspace.redact(1, files=True)
        with pytest.raises(PetitionerError, match=r"Event 2 \(redacted\) is what the program did"):
            log_workspace.withdraw(2)

    def test_what_is_still_to_be_sent_is_not_erased(self, log_workspace: LogWorkspace) -> None:
        log_workspace.append(Kind.APPROVED, Kind.HANDING_OVER, recipient=NAHA.id)
        for event in (1, 2):
            with pytest.raises(PetitionerError, match="is what would be sent to jp-naha; it is still needed"):
                log_workspace.redact(event, files=True)
        log_workspace.append(Kind.ACCEPTED, recipient=NAHA.id)
        assert log_workspace.redact(1) == 0

    def test_the_chain_is_as_it_was(self, log_workspace: LogWorkspace) -> None:
        log_workspace.add("posted", "jp-osaka", note="private")
        log_workspace.add("replied", "jp-osaka")
        before = [event.hash for event in log_workspace.log.read()]
        log_workspace.redact(1)
        with closing(sqlite3.connect(log_workspace.log.path)) as connection:
            rows = connection.execute("SELECT hash, previous_hash FROM events ORDER BY id").fetchall()
        assert [row[0] for row in rows[:2]] == before
        assert [row[1] for row in rows[1:]] == [row[0] for row in rows[:-1]]


class TestShowingOne:
    def test_every_year_is_told_with_who_when_and_what_was_kept(self, log_workspace: LogWorkspace) -> None:
        log_workspace.build("jp-osaka")
        log_workspace.add("posted", "jp-osaka", on="2027-09-10", tracking="RR1", note="at the counter")
        log_workspace.withdraw(1)
        log_workspace.campaign = CAMPAIGN.model_copy(update={"id": "2028"})
        log_workspace.now = datetime(2028, 9, 12, 1, tzinfo=UTC)
        log_workspace.by = "洋子"
        log_workspace.add("handed", "jp-osaka", outcome="letter-box")
        assert log_workspace.show_one("jp-osaka") == 0
        lines = log_workspace.out.splitlines()
        assert lines[0] == "jp-osaka: Consulate-General in Osaka"
        assert lines[2:5] == [
            "2027: nothing that counts",
            "  2027-09-10  event 1  posted by post; recorded 2027-09-12 12:04 JST by Hanako",
            "      to 驻Osaka总领事馆, 〒550-0004, 靱本町3-9-2",
        ]
        assert "      tracking number RR1" in lines
        assert "      at the counter" in lines
        assert "      withdrawn by event 2: typed twice" in lines
        sha256 = log_workspace.log.read()[0].documents[0].sha256
        assert sha256 not in log_workspace.out
        assert "      letter: petition.ja.pdf" in lines
        log_workspace.show_one("jp-osaka", verbose=True)
        assert f"      letter petition.ja.pdf (application/pdf) sha256 {sha256}" in log_workspace.out.splitlines()
        assert "2028: hand left in the letter box" in lines
        assert "  2028-09-12  event 3  left in the letter box by hand; recorded 2028-09-12 10:00 JST by 洋子" in lines
        assert log_workspace.err.startswith("Next: petitioner log evidence jp-osaka")

    def test_as_json_it_is_packets_and_events(self, log_workspace: LogWorkspace) -> None:
        log_workspace.append(Kind.BOUNCED)
        log_workspace.reopen("jp-osaka")
        log_workspace.as_json = True
        log_workspace.show_one("jp-osaka")
        said = json.loads(log_workspace.out)
        assert [(one["campaign"], one["attempt"], one["state"]) for one in said["packets"]] == [
            ("2027", 1, "bounced"),
            ("2027", 2, "open"),
        ]
        assert [event["kind"] for event in said["events"]] == ["bounced", "reopened"]

    def test_one_to_whom_nothing_happened_and_an_unknown_one(self, log_workspace: LogWorkspace) -> None:
        log_workspace.show_one("jp-tokyo")
        assert "Nothing has happened to it yet." in log_workspace.out
        with pytest.raises(UsageError, match="'jp-tokio' is not a recipient"):
            log_workspace.show_one("jp-tokio")


def test_a_new_id_at_an_address_that_was_written_to_is_told(log_workspace: LogWorkspace) -> None:
    log_workspace.add("posted", "jp-osaka", on="2027-09-10")
    log_workspace.recipients = (OSAKA.model_copy(update={"id": "jp-kansai"}), TOKYO)
    log_workspace.show()
    assert (
        "  jp-kansai: by post: jp-osaka, gone from recipients.yaml, was posted at this very address under the same name"
        " on 2027-09-10. If it is the same mission, write 'formerly: [jp-osaka]' below jp-kansai in recipients.yaml."
        " (event 1)"
    ) in log_workspace.out.splitlines()
    assert "log confirm" not in log_workspace.err  # which would change nothing about it


def test_every_repair_gives_the_event_that_was_recorded_as_json(log_workspace: LogWorkspace) -> None:
    log_workspace.append(*IN_DOUBT, recipient=NAHA.id)
    log_workspace.as_json = True
    log_workspace.settle(NAHA.id, not_sent=True)
    log_workspace.reopen(NAHA.id)
    log_workspace.confirm(4)
    log_workspace.redact(4)
    assert json.loads(log_workspace.out)["recorded"][0]["redacts"] == 4
    assert [event.kind for event in log_workspace.log.read()[3:]] == [
        Kind.SETTLED_NOT_SENT,
        Kind.REOPENED,
        Kind.CONFIRMED,
        Kind.REDACTED,
    ]


class TestUndoing:
    def test_what_the_last_command_recorded_no_longer_counts(self, log_workspace: LogWorkspace) -> None:
        log_workspace.add("posted", "jp-tokyo", on="2027-09-10")
        log_workspace.now += timedelta(minutes=1)
        log_workspace.add("posted", "jp-osaka", on="2027-09-11")
        assert log_workspace.undo() == 0
        assert log_workspace.out == "Withdrawn: event 2 (jp-osaka posted on 2027-09-11).\n"
        assert "Next: petitioner log --only jp-osaka" in log_workspace.err
        assert set(map_withdrawals(log_workspace.log.read())) == {2}
        assert log_workspace.log.read()[-1].details.note == "taken back with log undo"

    def test_all_recipients_of_the_command_are_taken_back(self, log_workspace: LogWorkspace) -> None:
        log_workspace.add("posted", "jp-osaka", "jp-tokyo", on="2027-09-10", yes=True)
        log_workspace.undo("the post office was closed")
        assert set(map_withdrawals(log_workspace.log.read())) == {1, 2}
        assert states(log_workspace)["jp-osaka"] == states(log_workspace)["jp-tokyo"]

    def test_a_second_undo_takes_back_the_entry_before(self, log_workspace: LogWorkspace) -> None:
        log_workspace.add("posted", "jp-tokyo", on="2027-09-10")
        log_workspace.now += timedelta(minutes=1)
        log_workspace.add("posted", "jp-osaka", on="2027-09-11")
        log_workspace.undo()
        log_workspace.undo()
        assert set(map_withdrawals(log_workspace.log.read())) == {1, 2}
        with pytest.raises(PetitionerError, match=r"There is no entry of Hanako to take back\."):
            log_workspace.undo()

    def test_entries_of_others_stay(self, log_workspace: LogWorkspace) -> None:
        log_workspace.add("posted", "jp-osaka", on="2027-09-10")
        log_workspace.by = "Taro"
        with pytest.raises(PetitionerError, match=r"There is no entry of Taro to take back\.") as refused:
            log_workspace.undo()
        words = "The last entry, event 1, is of Hanako. If that is you: petitioner log undo --by Hanako"
        assert refused.value.hint == words

    def test_the_entry_that_was_recorded_last_is_taken_back_whatever_its_day(self, log_workspace: LogWorkspace) -> None:
        log_workspace.add("posted", "jp-tokyo", on="2027-09-11")
        log_workspace.now += timedelta(minutes=1)
        log_workspace.add("posted", "jp-osaka", on="2027-09-10")
        log_workspace.undo()
        assert set(map_withdrawals(log_workspace.log.read())) == {2}

    def test_what_the_program_saw_is_not_taken_back(self, log_workspace: LogWorkspace) -> None:
        log_workspace.append(*IN_DOUBT, Kind.ACCEPTED)
        with pytest.raises(PetitionerError, match="is what the program did"):
            log_workspace.undo()
        assert len(log_workspace.log.read()) == 4

    def test_without_yes_somebody_must_answer(self, log_workspace: LogWorkspace) -> None:
        log_workspace.add("posted", "jp-osaka", on="2027-09-10")
        with pytest.raises(UsageError, match=r"This would withdraw event 1 \(jp-osaka posted on 2027-09-10\)\."):
            log_workspace.undo(yes=False)
        assert len(log_workspace.log.read()) == 1
