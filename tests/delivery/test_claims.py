"""No packet leaves twice, whichever log says what: clones, copies, older logs, lost logs, and ids that were changed."""

import json
import os
import shutil
from pathlib import Path

import pytest

from conftest import MakeOnce, WorkspaceCopy
from mail.test_send_kills import start
from mail_workspace import OSAKA, TOKYO, MailWorkspace, make_approved
from petitioner.inputs.settings import locate_data
from petitioner.log.states.packets import State, list_packets
from petitioner.log.storage.store import MailingLog
from petitioner.user_data.claims import locate_claims, normalize_destination
from servers.certificates import Certificates
from servers.scripted import ScriptedServer

BECAUSE = ("--because", "telephoned")


@pytest.fixture
def mail_workspace(make_once: MakeOnce, scripted: ScriptedServer, certificates: Certificates) -> MailWorkspace:
    """Two packets by e-mail, approved."""
    return make_approved(make_once, scripted, certificates)


def copy(mail_workspace: MailWorkspace, capsys: pytest.CaptureFixture[str], *without: str) -> MailWorkspace:
    """A copy of the workspace; without the log it is what `git clone` makes."""
    folder = mail_workspace.folder.with_name("copy")
    shutil.copytree(mail_workspace.folder, folder, ignore=shutil.ignore_patterns(*without))
    return MailWorkspace(WorkspaceCopy(folder, capsys))


def clone(mail_workspace: MailWorkspace, capsys: pytest.CaptureFixture[str]) -> MailWorkspace:
    """The same, approved anew."""
    made = copy(mail_workspace, capsys, "mailing-log*")
    made.approve()
    return made


def count(scripted: ScriptedServer) -> list[int]:
    return [len(scripted.deliveries(address)) for address in (TOKYO, OSAKA)]


def forget_hand_overs() -> None:
    """Leave of what this machine remembers of logs what an older version of the program remembered."""
    for path in locate_data().glob("*/memory.json"):
        remembered = json.loads(path.read_text("utf-8"))
        del remembered["hand_overs"]
        path.write_text(json.dumps(remembered), "utf-8")


class TestAClone:
    def test_sends_nothing_again_and_says_which_log_did_and_when(
        self,
        mail_workspace: MailWorkspace,
        scripted: ScriptedServer,
        capsys: pytest.CaptureFixture[str],
        tmp_path: Path,
    ) -> None:
        assert mail_workspace.send().status == 0
        made = clone(mail_workspace, capsys)
        for way in (["--for-real"], ["--eml", str(tmp_path / "drafts")], ["--drafts"]):
            ending = made.send(*way, "--yes")
            assert ending.status == 1
            assert "jp-tokyo, jp-osaka stay: another log has it as 'accepted' on 20" in ending.err
            assert (
                f": the one in {mail_workspace.folder}\n"
                "    Go on with that log. If it is gone, find out whether it left, then: "
                "petitioner log settle ID\n"
            ) in ending.err
        assert count(scripted) == [1, 1]
        assert not (tmp_path / "drafts").exists()

    def test_sends_what_another_run_left_and_no_more(
        self, mail_workspace: MailWorkspace, scripted: ScriptedServer, capsys: pytest.CaptureFixture[str]
    ) -> None:
        mail_workspace.send("--for-real", "--yes", "--only", "jp-osaka")
        assert clone(mail_workspace, capsys).send().status == 1
        assert mail_workspace.send().status == 1
        assert count(scripted) == [1, 1]

    def test_is_stopped_whatever_the_sender_is_called_and_however_the_address_is_written(
        self, mail_workspace: MailWorkspace, scripted: ScriptedServer, capsys: pytest.CaptureFixture[str]
    ) -> None:
        mail_workspace.send()
        mail_workspace.workspace.edit("letters/2027/campaign.yaml", "short_name: LFNKR", "short_name: Life Funds")
        mail_workspace.workspace.edit("recipients.yaml", f"[{TOKYO}]", f"[second@example.cn, {TOKYO.upper()}]")
        mail_workspace.workspace.edit("recipients.yaml", "jp-osaka", "jp-kansai")
        made = copy(mail_workspace, capsys, "mailing-log*")
        made.workspace.build()
        accept = [word for id_ in ("jp-tokyo", "jp-kansai") for word in ("--unverified", id_)]
        made.workspace.run("approve", "--yes", "--unread", "en", "--unread", "ja", *accept)
        ending = made.send()
        assert "jp-kansai stays: another log has it as 'accepted' as jp-osaka on 20" in ending.err
        assert ending.status == 1
        assert scripted.deliveries(OSAKA)
        assert len(scripted.kept) == 2

    def test_that_says_it_was_sent_counts_it_as_sent(
        self, mail_workspace: MailWorkspace, capsys: pytest.CaptureFixture[str]
    ) -> None:
        mail_workspace.send()
        made = copy(mail_workspace, capsys, "mailing-log*")
        assert made.workspace.run("log", "settle", "jp-tokyo", "--sent", *BECAUSE).status == 0
        (packet,) = list_packets(made.read_log())
        assert packet.state is State.SETTLED_SENT
        (event,) = made.read_log()
        assert event.details.flags["claimed"].endswith(f"by the log in {mail_workspace.folder}")
        assert "jp-tokyo: settled sent on" in made.send("--only", "jp-tokyo").err

    def test_begins_a_new_attempt_only_once_somebody_says_that_it_never_left(
        self, mail_workspace: MailWorkspace, scripted: ScriptedServer, capsys: pytest.CaptureFixture[str]
    ) -> None:
        mail_workspace.send()
        made = clone(mail_workspace, capsys)
        assert made.workspace.run("log", "reopen", "jp-tokyo", *BECAUSE).status == 1
        made.workspace.run("log", "settle", "jp-tokyo", "--not-sent", *BECAUSE)
        assert "settled not sent" in made.send("--for-real", "--yes", "--only", "jp-tokyo").err
        assert "attempt 2" in made.workspace.run("log", "reopen", "jp-tokyo", *BECAUSE).out
        made.approve()
        assert made.send("--for-real", "--yes", "--only", "jp-tokyo").status == 0
        assert count(scripted) == [2, 1]
        self._cannot_be_repeated_by_the_first(mail_workspace)

    def _cannot_be_repeated_by_the_first(self, mail_workspace: MailWorkspace) -> None:
        """The copy's second attempt is known to the first log, and its own second attempt would be a third."""
        mail_workspace.workspace.run("log", "add", "returned", "jp-tokyo", "--channel", "email")
        ending = mail_workspace.workspace.run("log", "reopen", "jp-tokyo", *BECAUSE)
        assert ending.status == 1
        assert "jp-tokyo is not reopened: another log has it as 'accepted' on" in ending.err
        assert mail_workspace.workspace.run("log", "settle", "jp-tokyo", "--not-sent", *BECAUSE).status == 0
        assert "attempt 3" in mail_workspace.workspace.run("log", "reopen", "jp-tokyo", *BECAUSE).out

    def test_has_its_say_also_where_a_new_attempt_is_corrected_to_its_address(
        self, mail_workspace: MailWorkspace, scripted: ScriptedServer, capsys: pytest.CaptureFixture[str]
    ) -> None:
        mail_workspace.workspace.edit("recipients.yaml", TOKYO, "r550@example.cn")
        mail_workspace.approve()
        made = copy(mail_workspace, capsys, "mailing-log*")
        made.workspace.edit("recipients.yaml", "r550@example.cn", TOKYO)
        made.approve()
        assert made.send("--for-real", "--yes", "--only", "jp-tokyo").status == 0
        mail_workspace.send("--for-real", "--yes", "--only", "jp-tokyo")
        assert mail_workspace.workspace.run("log", "reopen", "jp-tokyo", *BECAUSE).status == 0
        mail_workspace.workspace.edit("recipients.yaml", "r550@example.cn", TOKYO)
        mail_workspace.approve()
        assert "jp-tokyo stays: another log has it as 'accepted' on" in mail_workspace.send().err
        assert count(scripted) == [1, 1]

    def test_is_told_so_before_anything_is_approved(
        self, mail_workspace: MailWorkspace, capsys: pytest.CaptureFixture[str]
    ) -> None:
        mail_workspace.send()
        made = copy(mail_workspace, capsys, "mailing-log*")
        bare = made.workspace.run()
        assert "2 things need attention: petitioner log" in bare.out
        assert "Next: petitioner log  (2 things need attention)" in bare.err
        assert "  jp-osaka: by email: another log has it as 'accepted' on" in made.workspace.run("log").out
        found = json.loads(made.workspace.run("log", "--json").out)["attention"]
        assert [one["recipient"] for one in found] == ["jp-tokyo", "jp-osaka"]

    def test_of_a_log_from_before_there_were_claims_is_stopped_once_that_log_was_used_again(
        self, mail_workspace: MailWorkspace, scripted: ScriptedServer, capsys: pytest.CaptureFixture[str]
    ) -> None:
        mail_workspace.send("--for-real", "--yes", "--only", "jp-osaka")
        shutil.rmtree(locate_claims())
        mail_workspace.send()
        assert clone(mail_workspace, capsys).send().status == 1
        assert count(scripted) == [1, 1]

    def test_and_its_origin_at_once_deliver_each_packet_once(
        self, mail_workspace: MailWorkspace, scripted: ScriptedServer, capsys: pytest.CaptureFixture[str]
    ) -> None:
        made = clone(mail_workspace, capsys)
        with start(mail_workspace, "with the lock") as one, start(made, "with the lock") as other:
            for process in (one, other):
                assert process.stdin
                process.stdin.write("go\n")
                process.stdin.flush()
            said = [process.communicate(timeout=60)[0] for process in (one, other)]
        assert count(scripted) == [1, 1], said
        told = "".join(said)
        assert told.count("accepted:") == 2
        assert told.count("another log ") >= 2
        assert "Traceback" not in told


class TestALogThatKnowsLess:
    def test_an_adopted_copy_does_not_send_what_the_first_has_sent_since(
        self, mail_workspace: MailWorkspace, scripted: ScriptedServer, capsys: pytest.CaptureFixture[str]
    ) -> None:
        mail_workspace.send("--for-real", "--yes", "--only", "jp-osaka")
        made = copy(mail_workspace, capsys)
        mail_workspace.send()
        forget_hand_overs()
        assert made.workspace.run("log", "adopt", *BECAUSE).status == 0
        ending = made.send()
        assert "jp-tokyo stays: another copy of this log has it as 'accepted' on" in ending.err
        assert f"in {mail_workspace.folder}; this one does not have that entry\n" in ending.err
        assert "petitioner log restore COPY" in ending.err
        assert "jp-osaka: accepted on" in ending.err
        assert count(scripted) == [1, 1]

    def test_nor_does_an_older_copy_that_was_restored(
        self, mail_workspace: MailWorkspace, scripted: ScriptedServer, tmp_path: Path
    ) -> None:
        mail_workspace.workspace.run("log", "copy", str(tmp_path / "older.sqlite"))
        mail_workspace.send()
        assert mail_workspace.workspace.run("log", "restore", str(tmp_path / "older.sqlite"), *BECAUSE).status == 0
        forget_hand_overs()
        mail_workspace.workspace.run("log", "adopt", *BECAUSE)
        assert "this one does not have that entry" in mail_workspace.send().err
        assert count(scripted) == [1, 1]

    def test_nor_does_a_new_one_after_the_log_was_deleted(
        self, mail_workspace: MailWorkspace, scripted: ScriptedServer
    ) -> None:
        mail_workspace.send()
        for path in mail_workspace.folder.glob("mailing-log*"):
            path.unlink()
        forget_hand_overs()
        mail_workspace.workspace.run("log", "adopt", *BECAUSE)
        mail_workspace.approve()
        mail_workspace.send()
        mail_workspace.workspace.run("log", "adopt", *BECAUSE)
        assert "the log that is lost has it as 'accepted' on" in mail_workspace.send().err
        assert count(scripted) == [1, 1]

    def test_what_a_lost_log_sent_and_came_back_is_sent_again_without_a_false_word(
        self, mail_workspace: MailWorkspace, scripted: ScriptedServer
    ) -> None:
        mail_workspace.send()
        MailingLog.within(mail_workspace.folder).path.unlink()
        mail_workspace.workspace.run("log", "adopt", *BECAUSE)
        assert mail_workspace.workspace.run("log", "reopen", "jp-tokyo", *BECAUSE).status == 1
        assert mail_workspace.workspace.run("log", "add", "returned", "jp-tokyo", "--channel", "email").status == 0
        assert "attempt 2" in mail_workspace.workspace.run("log", "reopen", "jp-tokyo", *BECAUSE).out
        mail_workspace.approve()
        assert mail_workspace.send().status == 0
        assert count(scripted) == [2, 1]

    def test_what_a_lost_log_only_began_to_send_is_said_to_be_of_the_lost_log(
        self, mail_workspace: MailWorkspace, scripted: ScriptedServer
    ) -> None:
        mail_workspace.workspace.edit("recipients.yaml", TOKYO, "r451@example.cn")
        mail_workspace.approve()
        mail_workspace.send()
        MailingLog.within(mail_workspace.folder).path.unlink()
        mail_workspace.workspace.run("log", "adopt", *BECAUSE)
        mail_workspace.approve()
        ending = mail_workspace.send()
        assert "jp-tokyo stays: the log that is lost began to send it on 20" in ending.err
        assert "If it is gone for good, find out whether it left, then: petitioner log settle jp-tokyo\n" in ending.err
        assert count(scripted) == [0, 1]

    def test_paper_that_a_lost_log_had_printed_is_taken_over_with_nothing_left_to_look_at(
        self, workspace: WorkspaceCopy
    ) -> None:
        workspace.build()
        workspace.run("log", "add", "printed", "jp-tokyo")
        MailingLog.within(workspace.folder).path.unlink()
        workspace.run("log", "adopt", *BECAUSE)
        MailWorkspace(workspace).approve()
        assert "and you have its paper: petitioner log add printed jp-tokyo; if" in workspace.run("print").err
        assert "Note: jp-tokyo: the log that is lost has it" in workspace.run("log", "add", "printed", "jp-tokyo").err
        assert "needs attention" not in workspace.run().out
        assert "jp-tokyo: printed on" in workspace.run("print").err
        assert workspace.run("log", "add", "posted", "jp-tokyo").status == 0
        assert json.loads(workspace.run("log", "--json").out)["attention"] == []


class TestTheDataFolder:
    def test_that_cannot_be_written_lets_nothing_leave_and_says_so_first(
        self, mail_workspace: MailWorkspace, scripted: ScriptedServer
    ) -> None:
        locate_claims().write_text("not a folder")
        before = len(mail_workspace.read_log())
        ending = mail_workspace.send()
        assert ending.status == 1
        assert f"{locate_claims()} cannot be " in ending.err
        assert "Nothing leaves before that." in ending.err
        assert scripted.kept == []
        assert len(mail_workspace.read_log()) == before

    @pytest.mark.parametrize("kind", ["pipe", "folder", "link", "huge"])
    @pytest.mark.parametrize("what", ["key", "*/*.1.1"])
    def test_whose_claims_are_no_files_lets_nothing_leave_and_waits_for_nothing(
        self, mail_workspace: MailWorkspace, scripted: ScriptedServer, kind: str, what: str
    ) -> None:
        mail_workspace.send("--for-real", "--yes", "--only", "jp-osaka")
        path = next(locate_claims().glob(what))
        kept = path.rename(path.with_name(".kept"))
        match kind:
            case "pipe":
                os.mkfifo(path)
            case "folder":
                path.mkdir()
            case "link":
                path.symlink_to(kept)
            case _:
                path.touch()
                os.truncate(path, 10**12)
        ending = mail_workspace.send()
        assert ending.status == 1
        assert "cannot be " in ending.err
        assert len(scripted.kept) == 1

    def test_that_lost_the_key_of_its_claims_lets_nothing_leave(
        self, mail_workspace: MailWorkspace, scripted: ScriptedServer
    ) -> None:
        mail_workspace.send("--for-real", "--yes", "--only", "jp-osaka")
        (locate_claims() / "key").unlink()
        ending = mail_workspace.send()
        assert ending.status == 1
        assert f"{locate_claims() / 'key'} is missing or damaged" in ending.err
        assert len(scripted.kept) == 1

    def test_shows_claims_to_nobody_else_and_no_address_in_them(self, mail_workspace: MailWorkspace) -> None:
        mail_workspace.send()
        files = [path for path in locate_claims().rglob("*") if path.is_file() and not path.name.startswith(".")]
        folders = [path for path in (locate_claims(), *locate_claims().iterdir()) if path.is_dir()]
        assert len(files) == 5  # the key, and of each packet that it was begun and accepted
        assert {path.stat().st_mode & 0o777 for path in folders} == {0o700}
        assert {path.stat().st_mode & 0o777 for path in files} == {0o600}
        assert not any(b"example.cn" in path.read_bytes() or "example" in path.name for path in files)

    def test_a_claim_that_cannot_be_read_counts_as_one_by_a_log_that_nobody_knows(
        self, mail_workspace: MailWorkspace, scripted: ScriptedServer, capsys: pytest.CaptureFixture[str]
    ) -> None:
        mail_workspace.send()
        spoilt = list(locate_claims().glob("*/*.1.[12]"))
        for path in spoilt:
            path.write_bytes(os.urandom(20))
        assert len(spoilt) == 4
        assert clone(mail_workspace, capsys).send().status == 1
        assert count(scripted) == [1, 1]


@pytest.mark.parametrize(
    ("channel", "one", "other"),
    [
        ("email", "A@x.org\nb@x.org", "B@X.ORG\na@x.org"),
        ("email", "a@例え.jp", "A@XN--R8JZ45G.jp"),
        ("email", "caf\u00e9@x.org", "cafe\u0301@x.org"),
        ("post", "〒550-0004\n大阪府大阪市西区靱本町3-9-2", "550-0004 大阪府大阪市 西区靱本町３－９ー２"),
        ("post", "3-9-2 Utsubo-Hommachi\nNishi-ku, Osaka", "3-9-2, UTSUBO HOMMACHI, Nishi-Ku Osaka."),
        ("fax", "+81 3-3403-3388", "８１ ３３ ４０ ３３ ３８ ８"),
    ],
)
def test_two_ways_to_write_a_destination_are_one(channel: str, one: str, other: str) -> None:
    assert normalize_destination(channel, one) == normalize_destination(channel, other) != ()


@pytest.mark.parametrize(("one", "other"), [("3-9-2 A", "39-2 A"), ("1-12", "11-2"), ("西区 1", "東区 1")])
def test_two_houses_are_not(one: str, other: str) -> None:
    assert normalize_destination("post", one) != normalize_destination("post", other)


class TestAnIdThatWasChanged:
    @pytest.fixture
    def renamed(self, mail_workspace: MailWorkspace) -> MailWorkspace:
        """Osaka was written to, and has another id now."""
        mail_workspace.send("--for-real", "--yes", "--only", "jp-osaka")
        mail_workspace.workspace.edit("recipients.yaml", "jp-osaka:", "jp-kansai:")
        return mail_workspace

    def approve(self, mail_workspace: MailWorkspace, *ids: str) -> None:
        mail_workspace.workspace.build()
        accept = [word for id_ in ids for word in ("--unverified", id_)]
        assert mail_workspace.workspace.run("approve", "--yes", "--unread", "en", "--unread", "ja", *accept).status == 0

    def test_does_not_send_again(self, renamed: MailWorkspace, scripted: ScriptedServer) -> None:
        assert renamed.workspace.run("check", "--strict").status == 0
        self.approve(renamed, "jp-tokyo", "jp-kansai")
        ending = renamed.send()
        assert ending.status == 1
        assert "jp-kansai stays: jp-osaka, gone from recipients.yaml, was accepted at this very address" in ending.err
        assert "under the same name on" in ending.err
        assert "write 'formerly: [jp-osaka]' below jp-kansai in recipients.yaml." in ending.err
        assert count(scripted) == [1, 1]

    def test_does_not_send_again_in_other_case_either(self, renamed: MailWorkspace, scripted: ScriptedServer) -> None:
        renamed.workspace.edit("recipients.yaml", OSAKA, f"{OSAKA.upper()}, more@example.cn")
        self.approve(renamed, "jp-tokyo", "jp-kansai")
        assert renamed.send().status == 1
        assert len(scripted.kept) == 2

    def test_keeps_its_history_once_the_former_id_is_named(
        self, renamed: MailWorkspace, scripted: ScriptedServer
    ) -> None:
        renamed.workspace.edit("recipients.yaml", "jp-kansai:", "jp-kansai:\n    formerly: [jp-osaka]")
        assert renamed.workspace.run("check", "--strict").status == 0
        self.approve(renamed, "jp-tokyo")
        workspace = renamed.workspace
        assert "jp-kansai: accepted on" in renamed.send().err
        assert "2 = 2 accepted" in workspace.run().out
        assert "2 = 2 accepted" in workspace.run("log").out
        assert "jp-osaka" not in workspace.run("log").out
        shown = json.loads(workspace.run("log", "show", "jp-kansai", "--json").out)
        assert [one["state"] for one in shown["packets"]] == ["accepted"]
        assert workspace.run("log", "verify").status == 0
        assert workspace.run("log", "add", "returned", "jp-kansai").status == 0
        assert "attempt 2" in workspace.run("log", "reopen", "jp-kansai", *BECAUSE).out
        self.approve(renamed, "jp-kansai")
        assert renamed.send().status == 0
        assert count(scripted) == [1, 2]

    def test_another_name_at_the_same_address_is_asked_about(self, renamed: MailWorkspace) -> None:
        renamed.workspace.edit("recipients.yaml", "of China in Osaka", "of China in Osaka, Visa Office")
        self.approve(renamed, "jp-tokyo", "jp-kansai")
        ending = renamed.send()
        assert ending.status == 1
        assert "at this very address as Consulate-General of the People's Republic of China in Osaka on" in ending.err
        assert "if it is another one, put jp-osaka back with 'closed:', and write 'shares_with: jp-osaka'" in ending.err

    def test_that_is_another_mission_s_now_goes_back_to_the_one_that_had_it(
        self, mail_workspace: MailWorkspace, scripted: ScriptedServer
    ) -> None:
        mail_workspace.send("--for-real", "--yes", "--only", "jp-tokyo")
        self.exchange(mail_workspace.folder / "recipients.yaml")
        self.approve(mail_workspace, "jp-tokyo", "jp-osaka")
        ending = mail_workspace.send()
        assert "jp-osaka stays: jp-tokyo was accepted at this very address under the same name on" in ending.err
        assert "jp-tokyo is the id of another mission now. Give each the id in recipients.yaml that it " in ending.err
        self.exchange(mail_workspace.folder / "recipients.yaml")
        self.approve(mail_workspace, "jp-tokyo", "jp-osaka")
        assert mail_workspace.send().status == 0
        assert count(scripted) == [1, 1]

    def exchange(self, file: Path) -> None:
        text = file.read_text("utf-8")
        file.write_text(
            text.replace("jp-tokyo:", "jp-other:").replace("jp-osaka:", "jp-tokyo:").replace("jp-other:", "jp-osaka:"),
            "utf-8",
        )

    def test_does_not_stop_the_mission_that_shares_its_address(
        self, renamed: MailWorkspace, scripted: ScriptedServer
    ) -> None:
        renamed.workspace.edit("recipients.yaml", TOKYO, OSAKA)
        self.approve(renamed, "jp-tokyo", "jp-kansai")
        told = renamed.send().err
        assert "If that mission is jp-kansai now, write 'formerly: [jp-osaka]' below jp-kansai" in told
        assert "and 'shares_with: jp-kansai' below jp-tokyo." in told
        renamed.workspace.edit("recipients.yaml", "jp-kansai:", "jp-kansai:\n    shares_with: jp-tokyo")
        told = renamed.send("--for-real", "--yes").err
        assert "jp-tokyo stays" not in told
        assert "jp-kansai stays" in told
        assert len(scripted.deliveries(OSAKA)) == 2

    def test_an_attempt_begun_anew_does_not_go_to_an_address_that_was_written_in_after_that(
        self, mail_workspace: MailWorkspace, scripted: ScriptedServer
    ) -> None:
        mail_workspace.workspace.edit("recipients.yaml", TOKYO, "r550@example.cn")
        self.approve(mail_workspace, "jp-tokyo", "jp-osaka")
        mail_workspace.send()
        assert mail_workspace.workspace.run("log", "reopen", "jp-tokyo", *BECAUSE).status == 0
        mail_workspace.workspace.edit("recipients.yaml", "r550@example.cn", OSAKA)
        self.approve(mail_workspace, "jp-tokyo", "jp-osaka")
        assert "jp-tokyo stays: jp-osaka was accepted at this very address as" in mail_workspace.send().err
        assert len(scripted.kept) == 1
        assert mail_workspace.workspace.run("log", "settle", "jp-tokyo", "--not-sent", *BECAUSE).status == 0
        assert mail_workspace.workspace.run("log", "reopen", "jp-tokyo", *BECAUSE).status == 0
        self.approve(mail_workspace, "jp-tokyo", "jp-osaka")
        assert mail_workspace.send().status == 0
        assert len(scripted.kept) == 2

    def test_does_not_post_again_with_its_languages_in_another_order(self, workspace: WorkspaceCopy) -> None:
        workspace.build()
        workspace.run("log", "add", "posted", "jp-tokyo")
        workspace.edit("recipients.yaml", "[ja, en]", "[en, ja]")
        workspace.edit("recipients.yaml", "jp-tokyo:", "jp-edo:")
        self.approve(MailWorkspace(workspace), "jp-edo", "jp-osaka")
        ending = workspace.run("print")
        assert "jp-edo stays: jp-tokyo, gone from recipients.yaml, was posted at this very address" in ending.err
        assert "under the same name on" in ending.err

    def test_nor_does_a_clone(self, workspace: WorkspaceCopy, capsys: pytest.CaptureFixture[str]) -> None:
        workspace.build()
        workspace.run("log", "add", "posted", "jp-tokyo")
        workspace.edit("recipients.yaml", "[ja, en]", "[en, ja]")
        made = clone(MailWorkspace(workspace), capsys)
        assert "jp-tokyo stays: another log has it as 'posted' on" in made.workspace.run("print").err

    def test_two_missions_at_one_address_both_get_a_letter_only_if_they_share_it(
        self, mail_workspace: MailWorkspace, scripted: ScriptedServer
    ) -> None:
        mail_workspace.workspace.edit("recipients.yaml", TOKYO, OSAKA)
        self.approve(mail_workspace, "jp-tokyo", "jp-osaka")
        ending = mail_workspace.send()
        assert "jp-osaka stays: it goes to the same address as jp-tokyo" in ending.err
        assert len(scripted.kept) == 1
        assert "jp-osaka stays: jp-tokyo was accepted at this very address as" in mail_workspace.send().err
        mail_workspace.workspace.edit("recipients.yaml", "  jp-osaka:\n", "  jp-osaka:\n    shares_with: jp-tokyo\n")
        assert mail_workspace.send().status == 0
        assert len(scripted.kept) == 2

    @pytest.mark.parametrize(
        ("ids", "words"),
        [
            ("[jp-tokyo]", "'formerly' of jp-osaka names jp-tokyo, which is an id in this file"),
            ("[jp-osaka]", "'formerly' of jp-osaka names jp-osaka, which is an id in this file"),
        ],
    )
    def test_a_former_id_that_somebody_has_is_an_error(self, workspace: WorkspaceCopy, ids: str, words: str) -> None:
        workspace.edit("recipients.yaml", "  jp-osaka:\n", f"  jp-osaka:\n    formerly: {ids}\n")
        assert f"recipients.yaml:18: {words} [R317]" in workspace.run("check").err

    def test_so_is_one_that_two_have_had(self, workspace: WorkspaceCopy) -> None:
        workspace.edit("recipients.yaml", "  jp-osaka:\n", "  jp-osaka:\n    formerly: [old]\n")
        workspace.edit("recipients.yaml", "  jp-tokyo:\n", "  jp-tokyo:\n    formerly: [old]\n")
        assert "both jp-tokyo and jp-osaka have old under 'formerly' [R317]" in workspace.run("check").err
