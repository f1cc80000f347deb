"""``log``, ``log add`` and ``log withdraw`` as a coordinator meets them."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import WorkspaceCopy
from log_workspace import CAMPAIGN, FUKUOKA, OSAKA, TOKYO, LogWorkspace, mission
from paper_workspace import approve_all
from petitioner.errors import PetitionerError, UsageError
from petitioner.log.kinds import Fact, Kind
from petitioner.log.storage.store import FILE_NAME
from petitioner.model.recipient import Channel


@pytest.fixture
def log_workspace(tmp_path: Path) -> LogWorkspace:
    return LogWorkspace(tmp_path)


def flags_of(log_workspace: LogWorkspace) -> dict[str, str]:
    return dict(log_workspace.log.read()[-1].details.flags)


class TestShowing:
    def test_before_anything_was_sent_everybody_is_open_and_no_log_is_made(self, log_workspace: LogWorkspace) -> None:
        assert log_workspace.show() == 0
        assert "jp-osaka    Osaka consulate general    post  open" in log_workspace.out
        assert "3 = 3 open" in log_workspace.out.splitlines()
        assert log_workspace.err == "Next: petitioner  (what comes before posting and handing over)\n"
        assert list(log_workspace.folder.iterdir()) == []

    def test_the_table_tells_state_day_event_tracking_number_and_note(self, log_workspace: LogWorkspace) -> None:
        log_workspace.add("posted", "jp-osaka", on="2027-09-10", tracking="RR123456785JP", note="at the counter")
        log_workspace.add("handed", "jp-tokyo")
        log_workspace.show()
        assert "post  posted       2027-09-10  1      RR123456785JP; at the counter" in log_workspace.out
        assert "hand  handed over  2027-09-12  2" in log_workspace.out
        assert "3 = 1 posted + 1 handed over + 1 open" in log_workspace.out.splitlines()

    def test_the_tracking_number_still_shows_after_the_letter_came_back(self, log_workspace: LogWorkspace) -> None:
        log_workspace.add("posted", "jp-osaka", on="2027-09-10", tracking="RR123456785JP")
        log_workspace.add("returned", "jp-osaka", note="moved")
        log_workspace.show()
        assert "returned  2027-09-12  2      RR123456785JP; moved" in log_workspace.out

    def test_what_needs_attention_comes_first(self, log_workspace: LogWorkspace) -> None:
        log_workspace.add("posted", "jp-osaka", "jp-tokyo", on="2027-09-10")
        log_workspace.add("returned", "jp-osaka", note="nobody\nof that name")
        log_workspace.add("posted", "jp-tokyo")
        log_workspace.show()
        to_do = 'To write once more: petitioner log reopen jp-osaka --because "…"; '
        to_do += 'if nothing is left to do: petitioner log confirm 3 --because "…"'
        assert log_workspace.out.splitlines()[:4] == [
            "Needs attention:",
            f"  jp-osaka: returned on 2027-09-12: nobody of that name. {to_do} (event 3)",
            "  jp-tokyo: posted, not the first time: event 2 says posted on 2027-09-10 (event 4)",
            "",
        ]
        assert 'If the entry is correct: petitioner log confirm 4 --because "…"' in log_workspace.err

    def test_the_number_and_the_class_are_those_of_one_posting(self, log_workspace: LogWorkspace) -> None:
        log_workspace.add("posted", "jp-osaka", on="2027-09-10", mail_class="simple-registered", postage="460")
        log_workspace.add("posted", "jp-osaka", on="2027-09-11", tracking="RR123456785JP")
        log_workspace.show("jp-osaka")
        assert "RR123456785JP" in log_workspace.out
        assert "460 JPY" not in log_workspace.out

    def test_a_number_typed_in_full_width_is_recorded_in_half_width(self, log_workspace: LogWorkspace) -> None:
        log_workspace.add("posted", "jp-osaka", tracking="１２３−４５６７－８９")
        assert log_workspace.log.read()[-1].details.tracking == "123-4567-89"

    @pytest.mark.parametrize("typed", ["110円", "¥110", "１１０円", "￥ 110", "110 JPY"])
    def test_postage_is_read_as_people_of_the_country_write_it(self, log_workspace: LogWorkspace, typed: str) -> None:
        log_workspace.add("posted", "jp-osaka", postage=typed)
        assert log_workspace.log.read()[-1].details.postage == "110 JPY"

    def test_an_id_typed_in_full_width_is_named_as_such(self, log_workspace: LogWorkspace) -> None:
        with pytest.raises(UsageError, match=r"not a recipient. Type it in half width \(半角\): jp-osaka"):
            log_workspace.add("posted", "ｊｐ－ｏｓａｋａ")

    def test_what_is_printed_is_posted_next_and_what_is_approved_is_printed_first(
        self, workspace: WorkspaceCopy
    ) -> None:
        approve_all(workspace)
        assert "Next: petitioner print  (" in workspace.run("log").err
        workspace.run("log", "add", "printed", "jp-osaka")
        assert "Next: petitioner log add posted jp-osaka  (" in workspace.run("log").err

    def test_a_return_that_was_made_good_by_hand_needs_no_attention(self, log_workspace: LogWorkspace) -> None:
        log_workspace.add("posted", "jp-osaka", on="2027-09-10")
        log_workspace.add("returned", "jp-osaka")
        log_workspace.add("handed", "jp-osaka")
        log_workspace.show()
        assert "Needs attention" not in log_workspace.out
        assert "1 handed over" in log_workspace.out

    def test_after_the_day_an_open_packet_needs_attention_and_the_status_is_1(
        self, log_workspace: LogWorkspace
    ) -> None:
        log_workspace.add("posted", "jp-osaka", "jp-tokyo")
        log_workspace.now = datetime(2027, 9, 24, 14, 59, tzinfo=UTC)
        assert log_workspace.show() == 0
        log_workspace.now = datetime(2027, 9, 24, 15, 0, tzinfo=UTC)  # midnight in Tokyo
        assert log_workspace.show() == 1
        assert log_workspace.out.startswith(
            "Needs attention:\n  jp-fukuoka: still open by post, and the day was 2027-09-24\n"
        )
        assert log_workspace.show("jp-osaka") == 0

    def test_a_closed_a_skipped_and_a_held_mission_show_why(self, log_workspace: LogWorkspace) -> None:
        closed, skipped = mission("Kobe", closed=date(2020, 7, 24)), mission("Naha", skip="no office yet")
        log_workspace.recipients = (closed, skipped, OSAKA.model_copy(update={"hold": "confirm by telephone"}))
        log_workspace.show()
        cells = [line.split() for line in log_workspace.out.splitlines()[1:4]]
        assert [" ".join(row[-5:]) for row in cells] == [
            "general closed closed since 2020-07-24",
            "general skipped no office yet",
            "open hold: confirm by telephone",
        ]
        assert "3 = 1 open + 1 closed + 1 skipped" in log_workspace.out

    def test_a_mission_written_to_by_two_ways_has_a_line_for_each(self, log_workspace: LogWorkspace) -> None:
        log_workspace.recipients = (mission("Kobe", (Channel.EMAIL, Channel.HAND)),)
        log_workspace.show()
        assert [line.split()[4:6] for line in log_workspace.out.splitlines()[1:3]] == [
            ["email", "open"],
            ["hand", "open"],
        ]
        log_workspace.add("printed", "jp-kobe")
        assert log_workspace.err.endswith(
            "Next: petitioner log add handed jp-kobe  (once they are handed; petitioner print envelopes comes before)\n"
        )
        log_workspace.show()
        assert log_workspace.err.startswith("Next: petitioner log add handed jp-kobe  (after it is handed over")

    def test_with_nothing_open_the_next_thing_is_an_answer(self, log_workspace: LogWorkspace) -> None:
        log_workspace.add("posted", "jp-osaka", "jp-tokyo", "jp-fukuoka")
        log_workspace.show()
        assert log_workspace.err == "Next: petitioner log add replied ID  (when an answer comes)\n"

    def test_only_those_named_are_shown_and_summed_up(self, log_workspace: LogWorkspace) -> None:
        log_workspace.add("posted", "jp-osaka", "jp-tokyo")
        log_workspace.withdraw(1)
        log_workspace.show("jp-tokyo", "jp-fukuoka")
        assert "jp-osaka" not in log_workspace.out
        assert "2 = 1 posted + 1 open" in log_workspace.out

    def test_a_limit_takes_the_first_so_many(self, log_workspace: LogWorkspace) -> None:
        log_workspace.show(limit=2)
        assert "2 = 2 open" in log_workspace.out
        assert "jp-fukuoka" not in log_workspace.out

    def test_an_unknown_id_is_refused_with_the_one_that_was_meant(self, log_workspace: LogWorkspace) -> None:
        with pytest.raises(UsageError, match=r"'jp-osaca' is not a recipient. Did you mean 'jp-osaka'\?"):
            log_workspace.show("jp-osaca")

    def test_who_left_recipients_yaml_still_shows_under_the_name_it_was_written_to(
        self, log_workspace: LogWorkspace
    ) -> None:
        log_workspace.add("posted", "jp-osaka", on="2027-09-10")
        log_workspace.recipients = (TOKYO,)
        log_workspace.show()
        assert "jp-osaka   驻Osaka总领事馆" in log_workspace.out
        assert log_workspace.out.splitlines()[-2:] == [
            "1 = 1 open",
            "No longer in recipients.yaml: 1 = 1 posted",
        ]

    def test_last_years_events_stay_in_last_years_log(self, log_workspace: LogWorkspace) -> None:
        log_workspace.add("posted", "jp-osaka")
        log_workspace.campaign = CAMPAIGN.model_copy(update={"id": "2028"})
        log_workspace.show()
        assert "3 = 3 open" in log_workspace.out
        assert "posted" not in log_workspace.out

    def test_json_is_one_document_with_everything_in_it(self, log_workspace: LogWorkspace) -> None:
        log_workspace.build("jp-osaka")
        log_workspace.add("posted", "jp-osaka", on="2027-09-10", tracking="RR1", note="大阪 ‘x’")
        log_workspace.add("posted", "jp-tokyo")
        log_workspace.withdraw(2)
        log_workspace.as_json = True
        log_workspace.show()
        said = json.loads(log_workspace.out)
        assert {key: said[key] for key in ("campaign", "edition", "day", "time_zone", "attention", "sum")} == {
            "campaign": "2027",
            "edition": 1,
            "day": "2027-09-24",
            "time_zone": "Asia/Tokyo",
            "attention": [],
            "sum": {"recipients": 3, "posted": 1, "open": 2},
        }
        assert said["recipients"][0] == {
            "id": "jp-osaka",
            "name": "Consulate-General in Osaka",
            "languages": ["zh-Hans", "en"],
            "in_recipients_yaml": True,
            "state": "posted",
            "open_by": [],
            "packets": [
                {
                    "channel": "post",
                    "attempt": 1,
                    "state": "posted",
                    "since": "2027-09-10",
                    "event": 1,
                    "tracking": "RR1",
                    "note": "大阪 ‘x’",
                }
            ],
        }
        assert [(event["id"], event["kind"], event["withdrawn_by"]) for event in said["events"]] == [
            (1, "posted", None),
            (2, "posted", 3),
            (3, "withdrawn", None),
        ]
        assert said["events"][0]["recorded_at"] == "2027-09-12T03:04:05Z"
        assert said["events"][0]["documents"][0]["name"] == "petition.ja.pdf"

    def test_json_tells_what_needs_attention(self, log_workspace: LogWorkspace) -> None:
        log_workspace.add("handed", "jp-tokyo", outcome="refused")
        log_workspace.add("posted", "jp-osaka")
        log_workspace.add("returned", "jp-osaka")
        log_workspace.now = datetime(2027, 10, 1, tzinfo=UTC)
        log_workspace.as_json = True
        assert log_workspace.show("jp-osaka", "jp-tokyo") == 1
        again = "To write once more: petitioner log reopen jp-osaka"
        words = f'returned on 2027-09-12. {again} --because "…"; '
        words += 'if nothing is left to do: petitioner log confirm 3 --because "…"'
        assert json.loads(log_workspace.out)["attention"] == [
            {"recipient": "jp-osaka", "event": 3, "words": words},
            {"recipient": "jp-tokyo", "event": None, "words": "still open by post, and the day was 2027-09-24"},
        ]


class TestAdding:
    def test_several_are_recorded_at_once_and_told_one_by_one(self, log_workspace: LogWorkspace) -> None:
        assert log_workspace.add("posted", "jp-osaka", "jp-tokyo", on="2027-09-10") == 0
        assert log_workspace.out.splitlines() == [
            "Event 1: jp-osaka posted on 2027-09-10, 0 files kept",
            "Event 2: jp-tokyo posted on 2027-09-10, 0 files kept",
        ]
        assert log_workspace.err.splitlines() == [
            "Note: nothing was approved.",
            "Note: nothing was built, so no file is kept.",
            "Next: petitioner log  (to see the state of every packet)",
        ]

    def test_without_a_day_it_was_today_where_the_campaign_is(self, log_workspace: LogWorkspace) -> None:
        log_workspace.now = datetime(2027, 9, 12, 15, 30, tzinfo=UTC)
        log_workspace.add("posted", "jp-osaka")
        (event,) = log_workspace.log.read()
        assert (event.happened_on, event.recorded_at) == (date(2027, 9, 13), log_workspace.now)

    def test_name_and_address_are_kept_as_they_stand_on_the_envelope(self, log_workspace: LogWorkspace) -> None:
        log_workspace.add("posted", "jp-osaka")
        log_workspace.add("faxed", "jp-osaka")
        log_workspace.add("replied", "jp-osaka", channel="email")
        assert [(event.recipient_name, event.destination) for event in log_workspace.log.read()] == [
            ("驻Osaka总领事馆", "〒550-0004\n靱本町3-9-2"),
            ("驻Osaka总领事馆", "03-1"),
            ("驻Osaka总领事馆", "osaka@example.cn"),
        ]

    def test_the_country_is_kept_where_the_letter_went_abroad(self, log_workspace: LogWorkspace) -> None:
        address = OSAKA.address.model_copy(update={"country_line": {"en": "KOREA"}})
        log_workspace.recipients = (OSAKA.model_copy(update={"country": "KR", "address": address}),)
        log_workspace.add("posted", "jp-osaka")
        assert log_workspace.log.read()[0].destination == "〒550-0004\n靱本町3-9-2\nKOREA"

    def test_the_files_of_the_last_build_are_kept_with_what_was_sent(self, log_workspace: LogWorkspace) -> None:
        log_workspace.build("jp-osaka", "petition.en.pdf", b"en")
        log_workspace.build("jp-osaka", "petition.ja.pdf", b"ja")
        log_workspace.build("jp-tokyo", "petition.ja.pdf", b"ja, Tokyo")
        log_workspace.add("posted", "jp-osaka", "jp-tokyo")
        assert "Event 1: jp-osaka posted on 2027-09-12, 2 files kept" in log_workspace.out
        assert "Event 2: jp-tokyo posted on 2027-09-12, 1 file kept" in log_workspace.out
        kept = [
            [log_workspace.log.read_blob(file.sha256) for file in event.documents] for event in log_workspace.log.read()
        ]
        assert kept == [[b"en", b"ja"], [b"ja, Tokyo"]]
        assert {file.role for event in log_workspace.log.read() for file in event.documents} == {"letter"}

    def test_a_file_that_was_changed_after_it_was_built_is_not_kept(self, log_workspace: LogWorkspace) -> None:
        log_workspace.build("jp-osaka", "petition.en.pdf", b"en")
        log_workspace.build("jp-osaka", "petition.ja.docx").write_bytes(b"edited by hand")
        log_workspace.build("jp-osaka", "petition.ja.pdf").unlink()
        log_workspace.add("posted", "jp-osaka")
        assert [file.name for file in log_workspace.log.read()[0].documents] == ["petition.en.pdf"]
        assert flags_of(log_workspace)["left-out"] == (
            "not kept: petition.ja.docx was changed after it was built; "
            "petition.ja.pdf cannot be read (No such file or directory)"
        )
        assert "petition.ja.docx was changed after it was built" in log_workspace.err

    def test_a_reply_has_no_files_of_ours(self, log_workspace: LogWorkspace) -> None:
        log_workspace.build("jp-osaka")
        log_workspace.add("posted", "jp-osaka", on="2027-09-10")
        log_workspace.add("replied", "jp-osaka", note="a form letter")
        assert log_workspace.log.read()[1].documents == ()
        assert flags_of(log_workspace) == {}
        assert log_workspace.out == "Event 2: jp-osaka replied on 2027-09-12\n"

    @pytest.mark.parametrize("fact", ["returned", "replied"])
    def test_a_return_or_a_reply_is_about_the_packet_that_was_sent_last(
        self, log_workspace: LogWorkspace, fact: str
    ) -> None:
        log_workspace.add("posted", "jp-osaka", on="2027-09-10")
        log_workspace.add("handed", "jp-osaka", on="2027-09-11")
        log_workspace.add(fact, "jp-osaka")
        log_workspace.add(fact, "jp-osaka", channel="post")
        assert [event.channel for event in log_workspace.log.read()] == ["post", "hand", "hand", "post"]

    def test_json_gives_the_events_that_were_recorded(self, log_workspace: LogWorkspace) -> None:
        log_workspace.as_json = True
        log_workspace.add("posted", "jp-osaka", "jp-tokyo")
        assert [(event["id"], event["recipient"]) for event in json.loads(log_workspace.out)["recorded"]] == [
            (1, "jp-osaka"),
            (2, "jp-tokyo"),
        ]

    def test_whoever_did_it_is_recorded_by_name(self, log_workspace: LogWorkspace) -> None:
        log_workspace.by = " 洋子 "
        log_workspace.add("posted", "jp-osaka")
        assert log_workspace.log.read()[0].by == "洋子"


class TestFactsAreNeverRefused:
    def test_a_second_posting_is_recorded_and_flagged(self, log_workspace: LogWorkspace) -> None:
        log_workspace.add("posted", "jp-osaka", on="2027-09-10")
        log_workspace.add("posted", "jp-osaka", on="2027-09-11")
        assert len(log_workspace.log.read()) == 2
        assert "Note: jp-osaka: not the first time: event 1 says posted on 2027-09-10." in log_workspace.err

    def test_posting_once_more_what_came_back_is_no_second_posting(self, log_workspace: LogWorkspace) -> None:
        log_workspace.add("posted", "jp-osaka", on="2027-09-10")
        log_workspace.add("returned", "jp-osaka", on="2027-09-11")
        log_workspace.add("posted", "jp-osaka")
        assert set(flags_of(log_workspace)) == {"unapproved", "unbuilt"}

    def test_nor_is_one_after_a_withdrawn_slip(self, log_workspace: LogWorkspace) -> None:
        log_workspace.add("posted", "jp-osaka", on="2027-09-10")
        log_workspace.withdraw(1)
        log_workspace.add("posted", "jp-osaka")
        assert "again" not in flags_of(log_workspace)

    def test_an_unapproved_one_is_recorded_and_flagged(self, log_workspace: LogWorkspace) -> None:
        log_workspace.build("jp-osaka")
        log_workspace.add("posted", "jp-osaka")
        assert flags_of(log_workspace) == {"unapproved": "nothing was approved"}
        assert "Note: jp-osaka: nothing was approved." in log_workspace.err

    def test_a_day_in_the_future_is_recorded_and_flagged(self, log_workspace: LogWorkspace) -> None:
        with pytest.raises(UsageError, match="2027-09-13 is still to come: today is 2027-09-12"):
            log_workspace.add("posted", "jp-osaka", on="2027-09-13")
        assert not log_workspace.log.path.exists()
        log_workspace.add("posted", "jp-osaka", on="2027-09-13", yes=True)
        assert flags_of(log_workspace)["future"] == "2027-09-13 was still to come"
        log_workspace.show()
        assert "  jp-osaka: posted, 2027-09-13 was still to come (event 1)" in log_workspace.out
        log_workspace.now = datetime(2027, 9, 14, tzinfo=UTC)
        log_workspace.show()
        assert "Needs attention" not in log_workspace.out

    def test_a_day_before_the_letters_were_dated_is_recorded_and_flagged(self, log_workspace: LogWorkspace) -> None:
        log_workspace.add("posted", "jp-osaka", on="2026-09-10")
        assert flags_of(log_workspace)["early"] == "2026-09-10 is before the date of the letters, 2027-09-01"

    def test_a_closed_and_a_skipped_mission_are_recorded_and_flagged(self, log_workspace: LogWorkspace) -> None:
        closed, skipped = mission("Kobe", closed=date(2020, 7, 24)), mission("Naha", skip="no office yet")
        log_workspace.recipients = (closed, skipped)
        log_workspace.add("posted", "jp-kobe", "jp-naha")
        assert "Note: jp-kobe: closed since 2020-07-24." in log_workspace.err
        assert "Note: jp-naha: was to be skipped: no office yet." in log_workspace.err
        log_workspace.show()
        assert "2 = 2 posted" in log_workspace.out

    def test_a_way_that_was_not_planned_is_recorded_and_flagged(self, log_workspace: LogWorkspace) -> None:
        log_workspace.add("faxed", "jp-osaka")
        assert flags_of(log_workspace)["unplanned"] == "recipients.yaml plans post, not fax"

    def test_an_answer_to_what_was_never_logged_is_recorded_and_flagged(self, log_workspace: LogWorkspace) -> None:
        log_workspace.add("replied", "jp-osaka")
        assert flags_of(log_workspace) == {"unsent": "the log has nothing that was sent before"}
        assert log_workspace.log.read()[0].channel == "post"

    def test_who_left_recipients_yaml_may_answer_by_another_way(self, log_workspace: LogWorkspace) -> None:
        log_workspace.add("posted", "jp-osaka", on="2027-09-10")
        log_workspace.recipients = (TOKYO,)
        log_workspace.add("replied", "jp-osaka", channel="email")
        assert log_workspace.log.read()[1].destination == ""

    def test_who_left_recipients_yaml_may_still_answer(self, log_workspace: LogWorkspace) -> None:
        log_workspace.add("posted", "jp-osaka", on="2027-09-10")
        log_workspace.recipients = (TOKYO,)
        log_workspace.add("replied", "jp-osaka")
        posted, replied = log_workspace.log.read()
        assert (replied.recipient_name, replied.destination) == (posted.recipient_name, posted.destination)
        assert flags_of(log_workspace) == {"removed": "it is no longer in recipients.yaml"}


class TestSlips:
    def test_one_unknown_id_and_nothing_is_recorded_and_all_unknown_ones_are_named(
        self, log_workspace: LogWorkspace
    ) -> None:
        with pytest.raises(UsageError) as caught:
            log_workspace.add("posted", "jp-osaka", "jp-tokio", "mars")
        assert (
            str(caught.value) == "'jp-tokio' is not a recipient. Did you mean 'jp-tokyo'?\n'mars' is not a recipient."
        )
        assert caught.value.exit_status == 2
        assert list(log_workspace.folder.iterdir()) == []

    @pytest.mark.parametrize(
        ("fact", "typed", "complaint"),
        [
            ("posted", {"outcome": "accepted"}, "What was posted has no outcome; only what was handed has"),
            ("posted", {"channel": "hand"}, "What was posted went by post, never by hand"),
            ("handed", {"outcome": "acepted"}, "'acepted' is not an outcome; write accepted, letter-box, refused"),
            ("replied", {"channel": "pigeon"}, "'pigeon' is not a channel; write post, email, hand, fax"),
            ("postet", {}, "'postet' is not something that `log add` records; write printed, posted, handed"),
            ("posted", {"on": "2027-9-1"}, "The day '2027-9-1' is not written as YYYY-MM-DD"),
            ("posted", {"on": "２０２７－０９－０１"}, "The day '２０２７－０９－０１' is not written as YYYY-MM-DD"),
            ("posted", {"on": "2027-02-29"}, "'2027-02-29' is not a day of the calendar"),
            ("posted", {"on": ""}, "'' is not a day of the calendar"),
            ("posted", {"outcome": ""}, "What was posted has no outcome"),
            ("posted", {"on": "20270901"}, "'20270901' is not a day of the calendar"),
            ("posted", {"tracking": "RR1\nRR2"}, "--tracking must be one line"),
            ("posted", {"note": "to \u202eosaka"}, r"--note contains U\+202E, which is"),
            ("posted", {"note": "a\udc80b"}, r"--note contains U\+DC80, which is half of a surrogate pair"),
        ],
    )
    def test_words_that_make_no_sense_are_refused_and_nothing_is_recorded(
        self, log_workspace: LogWorkspace, fact: str, typed: dict[str, str], complaint: str
    ) -> None:
        with pytest.raises(UsageError, match=complaint):
            log_workspace.add(fact, "jp-osaka", files=(), used=(), yes=False, **typed)
        assert list(log_workspace.folder.iterdir()) == []

    def test_one_tracking_number_cannot_belong_to_two_packets(self, log_workspace: LogWorkspace) -> None:
        with pytest.raises(UsageError, match="One tracking number, RR1, cannot belong to 2 packets"):
            log_workspace.add("posted", "jp-osaka", "jp-tokyo", tracking="RR1")

    def test_one_id_given_twice_is_one_packet_and_has_one_tracking_number(self, log_workspace: LogWorkspace) -> None:
        log_workspace.add("posted", "jp-osaka", "jp-osaka", tracking="RR1")
        assert [event.details.tracking for event in log_workspace.log.read()] == ["RR1"]

    def test_several_ids_with_commas_are_not_taken_for_one_of_them(self, workspace: WorkspaceCopy) -> None:
        said = workspace.run("log", "add", "posted", "jp-osaka,jp-tokyo").err
        assert (
            "'jp-osaka,jp-tokyo' is not a recipient. These are 2 values: give each on its own, without commas." in said
        )
        assert "give each on its own" in workspace.run("build", "--only", "jp-osaka、jp-tokyo").err

    @pytest.mark.parametrize("command", ["withdraw", "confirm", "redact"])
    def test_an_id_is_no_number_of_an_event(self, workspace: WorkspaceCopy, command: str) -> None:
        ending = workspace.run("log", command, "jp-osaka", "--because", "wrong")
        assert ending.status == 2
        assert "'jp-osaka' is not the number of an event. `petitioner log show ID` shows the numbers." in ending.err

    def test_somebody_has_to_be_named(self, log_workspace: LogWorkspace) -> None:
        with pytest.raises(UsageError, match="No recipient is named for 'posted'"):
            log_workspace.add("posted")
        log_workspace.by = " "
        with pytest.raises(UsageError, match="Nobody is named as the one who did it"):
            log_workspace.add("posted", "jp-osaka")

    def test_a_file_that_is_no_log_is_told_before_anything_else_happens(self, log_workspace: LogWorkspace) -> None:
        (log_workspace.folder / FILE_NAME).write_text("not a log")
        commands: list[Callable[[], int]] = [
            log_workspace.show,
            partial(log_workspace.add, "posted", "jp-osaka"),
            partial(log_workspace.withdraw, 1),
        ]
        for command in commands:
            with pytest.raises(PetitionerError, match="is not a mailing log") as caught:
                command()
            assert caught.value.exit_status == 1
        assert (log_workspace.folder / FILE_NAME).read_text() == "not a log"


class TestWithdrawing:
    def test_a_slip_no_longer_counts_and_both_events_stay_visible(self, log_workspace: LogWorkspace) -> None:
        log_workspace.add("posted", "jp-osaka", on="2027-09-10")
        log_workspace.now = datetime(2027, 9, 13, 1, 0, tzinfo=UTC)
        assert log_workspace.withdraw(1, "it was Tokyo,\nnot Osaka") == 0
        assert log_workspace.out == "Event 2: event 1 (jp-osaka) is withdrawn and no longer counts\n"
        log_workspace.show()
        assert "3 = 3 open" in log_workspace.out
        told, why = log_workspace.out.splitlines()[-4:-2]
        assert told == "Taken back, and no longer counted:"
        assert why.startswith(
            "  event 1, jp-osaka posted on 2027-09-10: withdrawn 2027-09-13 10:00 JST by Hanako (event 2)"
        )
        assert why.endswith(": it was Tokyo, not Osaka")
        first, second = log_workspace.log.read()
        assert (first.kind, second.kind, second.packet) == (Kind.POSTED, Kind.WITHDRAWN, first.packet)

    def test_it_shows_even_when_its_recipient_is_gone_from_the_file(self, log_workspace: LogWorkspace) -> None:
        log_workspace.add("posted", "jp-osaka")
        log_workspace.withdraw(1)
        log_workspace.recipients = (TOKYO,)
        log_workspace.show()
        assert "event 1, jp-osaka posted on 2027-09-12: withdrawn" in log_workspace.out
        assert log_workspace.out.splitlines()[-1] == "1 = 1 open"

    def test_json_gives_the_event_that_was_recorded(self, log_workspace: LogWorkspace) -> None:
        log_workspace.add("posted", "jp-osaka")
        log_workspace.as_json = True
        log_workspace.withdraw(1)
        (recorded,) = json.loads(log_workspace.out)["recorded"]
        assert (recorded["id"], recorded["withdraws"], recorded["note"]) == (2, 1, "typed twice")

    def test_an_unknown_event_is_refused(self, log_workspace: LogWorkspace) -> None:
        with pytest.raises(UsageError, match="The log has no event 1; it is empty"):
            log_workspace.withdraw(1)
        assert list(log_workspace.folder.iterdir()) == []
        log_workspace.add("posted", "jp-osaka")
        with pytest.raises(UsageError, match="The log has no event 2; its numbers run from 1 to 1"):
            log_workspace.withdraw(2)

    def test_an_event_is_withdrawn_once(self, log_workspace: LogWorkspace) -> None:
        log_workspace.add("posted", "jp-osaka")
        log_workspace.withdraw(1, "typed twice")
        with pytest.raises(PetitionerError, match="Event 1 was withdrawn already, by event 2: typed twice"):
            log_workspace.withdraw(1)

    def test_a_withdrawal_stays(self, log_workspace: LogWorkspace) -> None:
        log_workspace.add("posted", "jp-osaka")
        log_workspace.withdraw(1)
        with pytest.raises(PetitionerError, match="Event 2 withdraws event 1, and cannot be withdrawn") as caught:
            log_workspace.withdraw(2)
        assert "Record once more" in caught.value.hint

    def test_a_reason_is_needed(self, log_workspace: LogWorkspace) -> None:
        log_workspace.add("posted", "jp-osaka")
        with pytest.raises(UsageError, match="The reason is empty"):
            log_workspace.withdraw(1, "  ")
        with pytest.raises(UsageError, match="The reason is empty"):
            log_workspace.withdraw(1, "…")  # what a hint says in the place of a reason
        assert len(log_workspace.log.read()) == 1


IDS = st.lists(st.sampled_from([OSAKA.id, TOKYO.id, FUKUOKA.id]), min_size=1, max_size=3, unique=True)
ADDING = st.tuples(st.sampled_from(Fact), IDS)


@settings(deadline=None, max_examples=15)
@given(st.lists(ADDING | st.integers(1, 8), max_size=8))
def test_whatever_is_added_and_withdrawn_the_sum_is_the_number_of_recipients(
    tmp_path_factory: pytest.TempPathFactory, entries: list[tuple[Fact, list[str]] | int]
) -> None:
    log_workspace = LogWorkspace(tmp_path_factory.mktemp("office"))
    for entry in entries:
        if isinstance(entry, tuple):
            log_workspace.add(entry[0], *entry[1])
        elif entry in {event.id for event in log_workspace.log.read()}:
            try_to_withdraw(log_workspace, entry)
    log_workspace.as_json = True
    log_workspace.show()
    counts = json.loads(log_workspace.out)["sum"]
    assert counts.pop("recipients") == 3 == sum(counts.values())


def try_to_withdraw(log_workspace: LogWorkspace, event: int) -> None:
    """Withdraw an event, unless it is one that stays."""
    before = log_workspace.log.read()
    try:
        log_workspace.withdraw(event)
    except PetitionerError:
        assert log_workspace.log.read() == before
