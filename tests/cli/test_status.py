"""Bare ``petitioner``: where the campaign stands, and what to do next."""

import json
import shlex
from datetime import UTC, datetime

import pytest

from conftest import Ending, WorkspaceCopy
from mail_workspace import MailWorkspace
from pseudo_terminal import run_at_terminal
from servers.certificates import Certificates
from servers.scripted import ScriptedServer

LATE = datetime(2027, 9, 25, 3, 0, tzinfo=UTC)


def test_it_names_the_day_the_days_left_and_every_recipient(workspace: WorkspaceCopy) -> None:
    ending = workspace.run()
    assert ending.status == 0
    assert "Save North Korean Refugees Day, 24 September 2027" in ending.out
    assert "23 days are left." in ending.out
    assert "jp-tokyo" in ending.out
    assert "jp-osaka" in ending.out
    assert "2 = 2 open" in ending.out
    assert "Nothing has been built." in ending.out
    assert "Next: petitioner build" in ending.err


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (23, "1 day is left."),
        (24, "Today is the day."),
        (25, "The day was yesterday."),
        (30, "The day is 6 days past."),
    ],
)
def test_days_are_counted_where_the_campaign_is_run(workspace: WorkspaceCopy, day: int, said: str) -> None:
    """15:30 UTC is half past midnight of the next day in Tokyo."""
    assert said in workspace.run(now=datetime(2027, 9, day - 1, 15, 30, tzinfo=UTC)).out


def test_after_the_day_an_open_packet_is_a_failure(workspace: WorkspaceCopy) -> None:
    assert workspace.run(now=LATE).status == 1
    assert workspace.run("log", now=LATE).status == 1


def test_after_the_day_all_is_well_when_everybody_was_written_to(workspace: WorkspaceCopy) -> None:
    workspace.build()
    assert workspace.run("log", "add", "posted", "jp-tokyo", "jp-osaka", "--on", "2027-09-10", "--yes").status == 0
    assert workspace.run("log", "add", "handed", "jp-osaka", "--on", "2027-09-24", "--yes").status == 0
    ending = workspace.run(now=LATE)
    assert ending.status == 0
    assert "2 = 2 posted" in ending.out


def test_what_was_posted_shows_and_the_rest_is_named_next(workspace: WorkspaceCopy) -> None:
    workspace.build()
    workspace.run("log", "add", "posted", "jp-tokyo")
    ending = workspace.run()
    assert "2 = 1 posted + 1 open" in ending.out
    assert "6 files in out/2027." in ending.out
    assert "Next: petitioner approve" in ending.err


def test_a_hold_and_a_closed_mission_are_told(workspace: WorkspaceCopy) -> None:
    workspace.edit("recipients.yaml", "languages: [ja, en]", "languages: [ja, en]\n    hold: ring them first")
    workspace.edit("recipients.yaml", "languages: [en]", "languages: [en]\n    closed: 2026-03-31")
    ending = workspace.run()
    assert "hold: ring them first" in ending.out
    assert "closed since 2026-03-31" in ending.out
    assert "2 = 1 open + 1 closed" in ending.out


def test_json_says_the_same(workspace: WorkspaceCopy) -> None:
    said = json.loads(workspace.run("--json").out)
    assert said["campaign"] == "2027"
    assert said["days_left"] == 23
    assert said["states"] == {"open": 2}
    assert [recipient["id"] for recipient in said["recipients"]] == ["jp-tokyo", "jp-osaka"]


def test_a_fault_in_a_letter_does_not_close_the_log(workspace: WorkspaceCopy) -> None:
    workspace.edit("letters/2027/petition.en.md", "{{ recipient.city }}", "{{ nonsense")
    assert workspace.run("build").status == 3
    assert workspace.run("log", "add", "handed", "jp-osaka").status == 0
    assert "handed over" in workspace.run("log").out


def test_a_missing_enclosure_does_not_close_the_log(workspace: WorkspaceCopy) -> None:
    workspace.edit(
        "letters/2027/campaign.yaml",
        "signatories:",
        "enclosures:\n  - {file: lost.pdf, title: {en: Report, ja: 報告}}\nsignatories:",
    )
    assert workspace.run("build").status == 3
    assert workspace.run("log", "add", "handed", "jp-osaka").status == 0


def test_a_fault_in_the_list_of_recipients_closes_it_and_is_named(workspace: WorkspaceCopy) -> None:
    workspace.edit("recipients.yaml", "kind: embassy", "kind: ambassy")
    ending = workspace.run("log", "add", "posted", "jp-osaka")
    assert ending.status == 3
    assert "recipients.yaml:3: " in ending.err


def test_looking_makes_no_log(workspace: WorkspaceCopy) -> None:
    workspace.run()
    workspace.run("log")
    assert not (workspace.folder / "mailing-log.sqlite").exists()


def test_the_coordinator_of_the_settings_signs_the_log(
    workspace: WorkspaceCopy, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace.write("home/petitioner/config.toml", 'coordinator = "Sato Hanako"\n')
    monkeypatch.setenv("XDG_CONFIG_HOME", str(workspace.folder / "home"))
    workspace.run("log", "add", "posted", "jp-osaka")
    workspace.run("log", "add", "posted", "jp-tokyo", "--by", "Suzuki Ichiro")
    events = json.loads(workspace.run("log", "--json").out)["events"]
    assert [event["by"] for event in events] == ["Sato Hanako", "Suzuki Ichiro"]


class TestByPostAndByEmail:
    """Both missions are written to by e-mail and by post; the server loses its line after one of the e-mails."""

    @pytest.fixture
    def mail_workspace(
        self, workspace: WorkspaceCopy, scripted: ScriptedServer, certificates: Certificates
    ) -> MailWorkspace:
        mail_workspace = MailWorkspace(workspace)
        mail_workspace.write_account(scripted.ports.tls, certificates)
        mail_workspace.write_to("drop-after@example.cn", "osaka@example.cn")
        for address in ("drop-after", "osaka"):
            workspace.edit(
                "recipients.yaml", f"[email]\n    email: [{address}", f"[post, email]\n    email: [{address}"
            )
        return mail_workspace

    def test_every_packet_has_its_own_row_and_each_way_its_own_sum(self, mail_workspace: MailWorkspace) -> None:
        mail_workspace.approve()
        mail_workspace.send()
        mail_workspace.workspace.run("log", "add", "posted", "jp-osaka")
        out = mail_workspace.workspace.run().out
        assert list_rows(out) == [
            ("jp-tokyo", "post", "approved"),
            ("jp-tokyo", "email", "in doubt"),
            ("jp-osaka", "post", "posted"),
            ("jp-osaka", "email", "accepted"),
        ]
        assert "by post: 2 = 1 posted + 1 approved" in out
        assert "by email: 2 = 1 accepted + 1 in doubt" in out

    def test_who_is_closed_is_counted_in_each_way(self, mail_workspace: MailWorkspace) -> None:
        mail_workspace.workspace.edit("recipients.yaml", "languages: [en]", "languages: [en]\n    closed: 2026-03-31")
        out = mail_workspace.workspace.run().out
        assert "by post: 2 = 1 open + 1 closed" in out
        assert "by email: 2 = 1 open + 1 closed" in out

    def test_who_is_no_longer_posted_to_does_not_count_by_post(self, mail_workspace: MailWorkspace) -> None:
        mail_workspace.approve()
        mail_workspace.workspace.run("log", "add", "posted", "jp-osaka")
        mail_workspace.workspace.edit(
            "recipients.yaml", "[post, email]\n    email: [drop-after", "[email]\n    email: [drop-after"
        )
        out = mail_workspace.workspace.run().out
        assert "by post: 1 = 1 posted" in out
        assert ("jp-tokyo", "post", "approved") in list_rows(out)
        assert "by email: 2 = " in out
        mail_workspace.workspace.edit(
            "recipients.yaml", "[post, email]\n    email: [osaka", "[email]\n    email: [osaka"
        )
        assert "by post: 1 = 1 posted" in mail_workspace.workspace.run().out  # what was posted stays true

    def test_a_program_reads_each_packet(self, mail_workspace: MailWorkspace) -> None:
        mail_workspace.approve()
        mail_workspace.send()
        said = json.loads(mail_workspace.workspace.run("--json").out)
        assert said["channels"] == {"post": {"approved": 2}, "email": {"accepted": 1, "in doubt": 1}}
        assert said["packets"][1] == {
            "recipient": "jp-tokyo",
            "channel": "email",
            "attempt": 1,
            "state": "in doubt",
            "instead": None,
            "approval": None,
        }

    def test_what_is_urgent_is_named_first_and_nothing_is_left_out(self, mail_workspace: MailWorkspace) -> None:
        assert list_steps(mail_workspace.workspace.run()) == ["petitioner build"]
        mail_workspace.approve()
        mail_workspace.workspace.edit("letters/2027/petition.ja.md", "closing: 謹白", "closing: 敬白")
        mail_workspace.workspace.build()
        steps = list_steps(mail_workspace.workspace.run())
        posting = "petitioner log add posted jp-osaka"
        assert steps == ["petitioner approve", "petitioner send", "petitioner print", posting]
        posting = "petitioner log add posted jp-tokyo jp-osaka"
        mail_workspace.send()
        assert list_steps(mail_workspace.workspace.run())[0] == "petitioner approve"
        mail_workspace.approve()
        mail_workspace.send()
        steps = list_steps(mail_workspace.workspace.run())
        assert steps == ["petitioner inbox", "petitioner print", posting]
        mail_workspace.workspace.run("log", "settle", "jp-tokyo", "--not-sent", "--because", "they say so")
        assert list_steps(mail_workspace.workspace.run()) == ["petitioner log", "petitioner print", posting]

    def test_letters_that_changed_are_built_before_they_are_approved(self, mail_workspace: MailWorkspace) -> None:
        mail_workspace.approve()
        mail_workspace.workspace.edit("letters/2027/petition.ja.md", "closing: 謹白", "closing: 敬白")
        assert list_steps(mail_workspace.workspace.run())[0] == "petitioner build"
        assert "petitioner approve" not in list_steps(mail_workspace.workspace.run())
        mail_workspace.workspace.build()
        assert list_steps(mail_workspace.workspace.run())[0] == "petitioner approve"

    def test_what_needs_attention_has_one_number(self, mail_workspace: MailWorkspace) -> None:
        mail_workspace.approve()
        mail_workspace.send()
        for _ in range(2):
            mail_workspace.workspace.run("log", "add", "posted", "jp-osaka")
        ending = mail_workspace.workspace.run()
        assert "2 things need attention: petitioner log" in ending.out
        assert "Also: petitioner log  (2 things need attention)" in ending.err

    def test_letters_with_errors_are_to_be_checked(self, mail_workspace: MailWorkspace) -> None:
        mail_workspace.approve()
        mail_workspace.workspace.edit("letters/2027/petition.ja.md", "closing: 謹白", "closing: '{{ nobody }}'")
        assert list_steps(mail_workspace.workspace.run()) == ["petitioner check"]

    def test_what_is_on_hold_is_not_called_ready_to_be_sent(self, mail_workspace: MailWorkspace) -> None:
        mail_workspace.approve()
        for languages in ("[ja, en]", "[en]"):
            mail_workspace.workspace.edit(
                "recipients.yaml", f"languages: {languages}", f"languages: {languages}\n    hold: ring"
            )
        steps = list_steps(mail_workspace.workspace.run())
        assert "petitioner send" not in steps
        assert steps[-1] == "petitioner recipients verify jp-tokyo jp-osaka"
        answers = [
            ("[s]kip, [q]uit:", "y"),
            ("Take the hold away (ring)? [y]es, [N]o, [q]uit:", "y"),
            ("Source of this", ""),
        ]
        status, shown = run_at_terminal(mail_workspace.workspace.folder, shlex.split(steps[-1])[1:], answers * 2)
        assert status == 0, shown


def test_a_way_that_another_stood_in_for_says_so(workspace: WorkspaceCopy) -> None:
    workspace.build()
    workspace.run("log", "add", "handed", "jp-tokyo")
    out = workspace.run().out
    assert ("jp-tokyo", "post", "handed over") in list_rows(out)
    assert "handed over  by hand" in out


def list_rows(out: str) -> list[tuple[str, str, str]]:
    """Recipient, way and state of each row."""
    rows = (line.split("  ") for line in out.splitlines() if line.startswith("jp-"))
    cells = ([cell.strip() for cell in row if cell.strip()] for row in rows)
    return [(row[0], row[2], row[3]) for row in cells]


def list_steps(ending: Ending) -> list[str]:
    """The commands that are named at the end, in their order."""
    lines = (line.partition(": ") for line in ending.err.splitlines())
    return [said.partition("  (")[0] for head, _, said in lines if head in ("Next", "Also")]
