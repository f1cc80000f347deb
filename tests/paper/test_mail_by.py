"""``print --mail-by``, and the one line about it that the bare command shows."""

import json
from datetime import UTC, date, datetime

import pytest

from conftest import WorkspaceCopy
from petitioner.tables.postage.posting_days import PostalRoute, find_deadline

CAMPAIGN, LIST = "letters/2027/campaign.yaml", "recipients.yaml"
ABROAD = ("country: JP\n    city: {en: Osaka", "country: KR\n    city: {en: Osaka")


def on(day: int, month: int = 9) -> datetime:
    """Noon in Tokyo."""
    return datetime(2027, month, day, 3, tzinfo=UTC)


def ask(workspace: WorkspaceCopy, now: datetime, *arguments: str) -> list[dict[str, object]]:
    ending = workspace.run("print", "--mail-by", "--json", *arguments, now=now)
    assert ending.status == 0
    recipients: list[dict[str, object]] = json.loads(ending.out)["recipients"]
    return recipients


class TestMailBy:
    def test_each_letter_has_its_day_and_holidays_in_between_are_named(self, real: WorkspaceCopy) -> None:
        ending = real.run("print", "--mail-by", now=on(1))
        assert ending.status == 0
        rows = [line for line in ending.out.splitlines() if line.startswith("jp-")]
        assert len(rows) == 7
        assert all("ordinary letter (普通郵便)" in row and "Friday 17 September 2027" in row for row in rows)
        assert "In between, Monday 20 September 2027 is Respect for the Aged Day in Japan." in ending.out
        assert "In between, Thursday 23 September 2027 is Autumnal Equinox Day in Japan." in ending.out
        assert ending.err == "Next: petitioner  (what comes before posting)\n"
        real.run("log", "add", "printed", *(row.split()[0] for row in rows))
        assert real.run("print", "--mail-by", now=on(1)).err.startswith("Next: petitioner log add posted --scan")

    def test_on_the_very_day_it_says_what_is_left_after_the_last_collection(self, workspace: WorkspaceCopy) -> None:
        workspace.edit(LIST, "channels: [post, hand]", "channels: [post]")
        assert "last collection" not in workspace.run("print", "--mail-by", now=on(16)).out
        assert (
            "What misses today's last collection counts as posted on another day; then for jp-tokyo, jp-osaka: post it "
            "as express letter (速達), simply registered letter (簡易書留), registered letter (一般書留) by "
            "Wednesday 22 September 2027, or hand it over by Friday 24 September 2027."
        ) in workspace.run("print", "--mail-by", now=on(17)).out

    def test_the_campaign_names_the_class(self, workspace: WorkspaceCopy) -> None:
        workspace.edit(CAMPAIGN, "reference: LFNKR", "reference: LFNKR\npost: {mail_class: express}")
        (tokyo,) = ask(workspace, on(1), "--only", "jp-tokyo")
        assert (tokyo["mail_class"], tokyo["post_by"], tokyo["counts_working_days"]) == ("express", "2027-09-22", False)

    def test_a_misspelt_class_is_an_error_with_the_one_that_was_meant(self, workspace: WorkspaceCopy) -> None:
        workspace.edit(CAMPAIGN, "reference: LFNKR", "reference: LFNKR\npost: {mail_class: expres}")
        ending = workspace.run("check")
        assert ending.status == 3
        assert "the post of JP has no class of mail called 'expres' [C425]" in ending.err
        assert "Did you mean 'express'?" in ending.err

    def test_once_the_day_is_past_it_says_what_is_left(self, workspace: WorkspaceCopy) -> None:
        workspace.edit(LIST, "channels: [post, hand]", "channels: [post]")
        late = workspace.run("print", "--mail-by", now=on(21)).out
        assert (
            "Past for jp-tokyo, jp-osaka: post it as express letter (速達), simply registered letter (簡易書留), "
            "registered letter (一般書留) by Wednesday 22 September 2027, or hand it over by Friday 24 September 2027"
        ) in late
        later = workspace.run("print", "--mail-by", now=on(23)).out
        assert "Past for jp-tokyo, jp-osaka: hand it over by Friday 24 September 2027" in later
        assert "cannot arrive in time" in workspace.run("print", "--mail-by", now=on(25)).out

    def test_mail_abroad_counts_the_days_of_both_countries(self, workspace: WorkspaceCopy) -> None:
        workspace.edit(LIST, *ABROAD)
        osaka = ask(workspace, on(1), "--only", "jp-osaka")[0]
        assert (osaka["mail_class"], osaka["post_by"], osaka["days"]) == ("air", "2027-09-08", 7)
        assert isinstance(osaka["holidays"], list)
        assert {one["country"] for one in osaka["holidays"]} == {"JP", "KR"}

    def test_the_holidays_of_the_country_whose_missions_they_are_count_too(self, workspace: WorkspaceCopy) -> None:
        workspace.edit(CAMPAIGN, "day: 2027-09-24", "day: 2027-09-15")
        assert ask(workspace, on(1), "--only", "jp-tokyo")[0]["arrives"] == "2027-09-15"
        workspace.edit(CAMPAIGN, "in_office_since: 2013-03", "in_office_since: 2013-03\n  country: CN")
        told = "jp-tokyo: closed on the day itself, so it has to be there by Tuesday 14 September 2027."
        assert told in workspace.run("print", "--mail-by", "--only", "jp-tokyo").out
        assert ask(workspace, on(1), "--only", "jp-tokyo")[0]["arrives"] == "2027-09-14"

    def test_who_is_written_to_by_hand_has_a_day_of_its_own_and_no_post(self, workspace: WorkspaceCopy) -> None:
        hand = next(one for one in ask(workspace, on(1), "--only", "jp-osaka") if one["channel"] == "hand")
        assert (hand["post_by"], hand["arrives"], hand["ways_left"]) == (None, "2027-09-24", [])

    def test_what_is_posted_waits_no_longer(self, workspace: WorkspaceCopy) -> None:
        workspace.edit(LIST, "channels: [post, hand]", "channels: [post]")
        workspace.run("log", "add", "posted", "jp-tokyo", "jp-osaka")
        ending = workspace.run("print", "--mail-by")
        assert ending.status == 1
        assert "Nobody is left who was chosen and gets a letter on paper" in ending.err

    def test_a_post_of_which_nothing_is_known_is_treated_with_caution(self, workspace: WorkspaceCopy) -> None:
        workspace.edit(CAMPAIGN, "short_name: LFNKR\n  country: JP", "short_name: LFNKR\n  country: FR")
        workspace.edit(CAMPAIGN, "reference: LFNKR", "reference: LFNKR\npost: {mail_class: lettre}")
        text = workspace.run("print", "--mail-by").out
        assert "Note: how long mail takes from FR is not known here; 14 days by caution." in text


class TestTheBareCommand:
    @pytest.mark.parametrize(
        ("now", "told"),
        [
            (on(3), ""),
            (on(4), "The first letter has to be posted by Friday 17 September 2027: petitioner print --mail-by"),
            (on(18), "The first letter had to be posted by Friday 17 September 2027: petitioner print --mail-by"),
            (on(25), ""),
        ],
    )
    def test_it_tells_the_first_day_while_that_is_near(
        self, workspace: WorkspaceCopy, now: datetime, told: str
    ) -> None:
        lines = [line for line in workspace.run(now=now).out.splitlines() if "posted by" in line]
        assert lines == ([told] if told else [])

    def test_and_no_longer_once_everything_is_posted(self, workspace: WorkspaceCopy) -> None:
        workspace.run("log", "add", "posted", "jp-tokyo", "jp-osaka")
        assert "posted by" not in workspace.run(now=on(10)).out


def test_nothing_is_counted_on_in_the_first_days_of_january() -> None:
    deadline = find_deadline(PostalRoute("JP", "JP"), date(2028, 1, 6))
    assert (deadline.arrives, deadline.post_by) == (date(2028, 1, 6), date(2027, 12, 30))
    names = {holiday.day.isoformat() for holiday in deadline.holidays}
    assert {"2027-12-31", "2028-01-03"} <= names, "banks are closed, and so are counters and missions"


@pytest.mark.parametrize("option", [("--printer", "ok"), ("--again", "jp-tokyo"), ("--simplex",), ("--yes",)])
def test_whoever_means_to_print_is_told_that_nothing_would_be(
    workspace: WorkspaceCopy, option: tuple[str, ...]
) -> None:
    ending = workspace.run("print", "--mail-by", *option)
    assert (ending.status, ending.out) == (2, "")
    assert f"--mail-by prints nothing, and {option[0]} was given too." in ending.err
