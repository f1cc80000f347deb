"""The program asks, and never answers for a person: hints, questions, what cannot be undone, and who did it."""

import ast
import re
import stat
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

import petitioner
from conftest import WorkspaceCopy
from log_workspace import draft
from petitioner.commands import recipients_verify
from petitioner.inputs.settings import SettingsError, locate_settings, save_coordinator
from petitioner.log.kinds import Kind
from petitioner.log.storage.store import MailingLog
from pseudo_terminal import Answer, TerminalSettings, run_at_terminal

SOURCE = Path(petitioner.__file__).parent
_ANSWERS = re.compile(r"--(?:yes|confirmed|release-hold|head|unread|unverified|sent|not-sent)\b")
# What names such an option and is no hint to use it: it tells what was typed, or says to leave it out.
_NO_HINTS = {
    "--source, --on, --head and --release-hold go with --confirmed.",
    "Leave --head out.",
    "Neither --sent nor --not-sent was given.",
    "--sent and --not-sent were both given.",
    "--unverified {} asks for the number of packets, but this run cannot ask.",
    "Run it at a terminal and without --yes, or name each recipient.",
}


def list_words(path: Path) -> Iterator[str]:
    """Every text of a module that somebody may be shown, with {} for what is filled in; docstrings are no such."""
    tree = ast.parse(path.read_text("utf-8"))
    bodies = (node.body for node in ast.walk(tree) if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef))
    told = {id(body[0].value) for body in bodies if body and isinstance(body[0], ast.Expr)}
    parts = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told | parts:
            yield node.value


def test_no_hint_answers_a_question_for_a_person() -> None:
    found = [
        f"{path.relative_to(SOURCE)}: {words}"
        for path in SOURCE.rglob("*.py")
        if path.parent.name != "cli"  # where the options are made
        for words in list_words(path)
        if _ANSWERS.search(words) and words not in _NO_HINTS
        if not re.fullmatch(r"--[a-z-]+", words)  # an option alone, as it was typed
    ]
    assert found == []


class TestSettling:
    @pytest.fixture
    def doubtful(self, workspace: WorkspaceCopy) -> WorkspaceCopy:
        workspace.run("log", "add", "posted", "jp-osaka")
        MailingLog.within(workspace.folder).append(lambda _: [draft(Kind.IN_DOUBT, "jp-tokyo", channel="email")])
        return workspace

    def test_the_command_that_is_named_asks_how_it_ended_and_how_that_is_known(self, doubtful: WorkspaceCopy) -> None:
        command = "log settle jp-tokyo"
        assert f"Next: petitioner {command}  (" in doubtful.run("log").err
        answers = [("jp-tokyo: was it sent? [y]es, [n]o,", "y"), ("How do you know?", ""), ("How do", "They told me")]
        status, shown = run_at_terminal(doubtful.folder, command.split(), answers)
        assert status == 0, shown
        event = MailingLog.within(doubtful.folder).read()[-1]
        assert (event.kind, event.details.note) == (Kind.SETTLED_SENT, "They told me")

    @pytest.mark.parametrize("answers", [[("was it sent?", "q")], [("was it sent?", "n"), ("How do you know?", "q")]])
    def test_whoever_does_not_know_quits(self, doubtful: WorkspaceCopy, answers: list[tuple[str, Answer]]) -> None:
        status, shown = run_at_terminal(doubtful.folder, ["log", "settle", "jp-tokyo"], answers)
        assert status == 1
        assert "You quit. Nothing more was done." in shown
        assert len(MailingLog.within(doubtful.folder).read()) == 2

    def test_there_is_no_question_where_nothing_is_in_doubt(self, doubtful: WorkspaceCopy) -> None:
        status, shown = run_at_terminal(doubtful.folder, ["log", "settle", "jp-osaka"], [])
        assert status == 1
        assert "only what is in doubt" in shown


class TestReasons:
    @pytest.mark.parametrize("because", ["…", "...", '"…"', " "])
    def test_the_dots_of_a_hint_are_no_reason(self, workspace: WorkspaceCopy, because: str) -> None:
        workspace.run("log", "add", "posted", "jp-osaka")
        ending = workspace.run("log", "withdraw", "1", "--because", because)
        assert ending.status == 2
        assert "The reason is empty." in ending.err

    @pytest.mark.parametrize("given", [(), ("--because", "…")])
    def test_a_reason_that_is_missing_is_asked_for(self, workspace: WorkspaceCopy, given: tuple[str, ...]) -> None:
        workspace.run("log", "add", "posted", "jp-osaka")
        answers = [("Why? The log keeps the answer (q quits):", "typed twice")]
        status, shown = run_at_terminal(workspace.folder, ["log", "withdraw", "1", *given], answers)
        assert status == 0, shown
        assert MailingLog.within(workspace.folder).read()[-1].details.note == "typed twice"


class TestErasing:
    @pytest.fixture
    def noted(self, workspace: WorkspaceCopy) -> WorkspaceCopy:
        workspace.run("build", "--only", "jp-osaka", "--lang", "en")
        workspace.run("log", "add", "posted", "jp-osaka", "--note", "Mrs Secret")
        return workspace

    COMMAND = ("log", "redact", "1", "--files", "--because", "she asked")

    def test_it_asks_what_is_to_go_for_good(self, noted: WorkspaceCopy) -> None:
        what = "Erase the words of event 1, jp-osaka posted on 2027-09-01, and 2 files?"
        question = f"{what} It cannot be undone. [y]es, [N]o, [q]uit:"
        for answer in ("", "n", "q"):
            status, shown = run_at_terminal(noted.folder, self.COMMAND, [(question, answer)])
            assert status == 1, shown
            assert MailingLog.within(noted.folder).read()[-1].details.note == "Mrs Secret"
        assert run_at_terminal(noted.folder, self.COMMAND, [(question, "y")])[0] == 0
        assert b"Mrs Secret" not in (noted.folder / "mailing-log.sqlite").read_bytes()

    def test_without_a_terminal_it_wants_yes(self, noted: WorkspaceCopy) -> None:
        ending = noted.run(*self.COMMAND)
        assert ending.status == 2
        assert "This would erase the words of event 1" in ending.err
        assert MailingLog.within(noted.folder).read()[-1].details.note == "Mrs Secret"
        assert noted.run(*self.COMMAND, "--yes").status == 0
        assert b"Mrs Secret" not in (noted.folder / "mailing-log.sqlite").read_bytes()


class TestDaysToCome:
    COMMAND = ("log", "add", "posted", "jp-osaka", "--on", "2027-12-24")

    def test_it_asks_about_a_day_that_is_still_to_come(self, workspace: WorkspaceCopy) -> None:
        question = "today is 2027-09-01. Record posted on that day all the same? [y]es, [N]o, [q]uit:"
        for answer in ("", "q"):
            status, shown = run_at_terminal(workspace.folder, self.COMMAND, [(question, answer)])
            assert status in {1, 2}, shown
            assert not (workspace.folder / "mailing-log.sqlite").exists()
        assert run_at_terminal(workspace.folder, self.COMMAND, [(question, "y")])[0] == 0
        assert MailingLog.within(workspace.folder).read()[0].happened_on.isoformat() == "2027-12-24"

    def test_without_a_terminal_it_wants_yes(self, workspace: WorkspaceCopy) -> None:
        ending = workspace.run(*self.COMMAND)
        assert ending.status == 2
        assert "2027-12-24 is still to come: today is 2027-09-01." in ending.err
        assert not (workspace.folder / "mailing-log.sqlite").exists()
        assert workspace.run(*self.COMMAND, "--yes").status == 0


class TestQuitting:
    def test_q_at_the_question_for_a_source_is_no_source(self, workspace: WorkspaceCopy) -> None:
        workspace.edit(
            "recipients.yaml", "languages: [ja, en]", "languages: [ja, en]\n    source: https://example.org/"
        )
        before = (workspace.folder / "recipients.yaml").read_bytes()
        answers = [("[s]kip, [q]uit:", "y"), ("Source of this confirmation", "q")]
        status, shown = run_at_terminal(workspace.folder, ["recipients", "verify", "jp-tokyo"], answers)
        assert status == 0, shown
        assert "You quit. What was confirmed before is kept." in shown
        assert "0 confirmed; 2 still to be confirmed" in shown
        assert (workspace.folder / "recipients.yaml").read_bytes() == before

    def test_q_at_a_yes_or_no_leaves_the_entry_as_it_is(self, workspace: WorkspaceCopy) -> None:
        workspace.edit("recipients.yaml", "languages: [ja, en]", "languages: [ja, en]\n    hold: ring them first")
        before = (workspace.folder / "recipients.yaml").read_bytes()
        answers = [("[s]kip, [q]uit:", "y"), ("Take the hold away (ring them first)? [y]es, [N]o, [q]uit:", "q")]
        status, _ = run_at_terminal(workspace.folder, ["recipients", "verify", "jp-tokyo"], answers)
        assert status == 0
        assert (workspace.folder / "recipients.yaml").read_bytes() == before

    def test_q_at_a_stack_of_scans_records_nothing(self, workspace: WorkspaceCopy) -> None:
        answers = [("an empty line ends, q quits.", "jp-tokyo"), ("1  jp-tokyo", "q")]
        status, shown = run_at_terminal(workspace.folder, ["log", "add", "posted", "--scan"], answers)
        assert status == 1
        assert "You quit. Nothing of this stack is recorded." in shown
        assert not (workspace.folder / "mailing-log.sqlite").exists()

    @pytest.mark.parametrize("command", ["log settle jp-tokyo", "log withdraw 1", "read ja", "approve --unread en"])
    def test_the_end_of_the_input_quits_too(self, workspace: WorkspaceCopy, command: str) -> None:
        workspace.build()
        workspace.run("log", "add", "posted", "jp-osaka")
        MailingLog.within(workspace.folder).append(lambda _: [draft(Kind.IN_DOUBT, "jp-tokyo", channel="email")])
        status, shown = run_at_terminal(workspace.folder, command.split(), [("q", "\x04")])
        assert status == 1, shown
        assert "You quit. Nothing more was done." in shown

    def test_every_question_goes_through_the_one_place_that_knows_quit(self) -> None:
        readers = {
            str(path.relative_to(SOURCE))
            for path in SOURCE.rglob("*.py")
            if re.search(r"\binput\(|stdin\.readline|getpass\.getpass", path.read_text("utf-8"))
        }
        assert readers == {"terminal.py"}
        assert "q" not in recipients_verify._ANSWERS  # noqa: SLF001 - what the terminal answers itself is answered nowhere else


class TestNames:
    def test_the_first_command_that_writes_asks_for_the_name_and_keeps_it(self, workspace: WorkspaceCopy) -> None:
        answers = [("Your name? (Enter takes ", '佐藤 "Hana"')]
        status, shown = run_at_terminal(workspace.folder, ["log", "add", "posted", "jp-osaka"], answers, is_known=False)
        assert status == 0, shown
        assert str(locate_settings()) in shown
        assert run_at_terminal(workspace.folder, ["log", "add", "posted", "jp-tokyo"], [], is_known=False)[0] == 0
        assert {event.by for event in MailingLog.within(workspace.folder).read()} == {'佐藤 "Hana"'}
        assert tomllib.loads(locate_settings().read_text("utf-8")) == {"coordinator": '佐藤 "Hana"'}
        assert stat.S_IMODE(locate_settings().stat().st_mode) == 0o600

    def test_a_yes_out_of_habit_does_not_become_the_name(self, workspace: WorkspaceCopy) -> None:
        answers = [("Your name?", "y"), ("Your name?", "Hanako")]
        status, shown = run_at_terminal(workspace.folder, ["log", "add", "posted", "jp-osaka"], answers, is_known=False)
        assert status == 0, shown
        assert "'y' is an answer to another question, and no name." in shown
        assert tomllib.loads(locate_settings().read_text("utf-8")) == {"coordinator": "Hanako"}

    def test_whoever_quits_there_records_nothing_and_keeps_nothing(self, workspace: WorkspaceCopy) -> None:
        answers = [("Your name?", "q")]
        status, _ = run_at_terminal(workspace.folder, ["log", "add", "posted", "jp-osaka"], answers, is_known=False)
        assert status == 1
        assert not (workspace.folder / "mailing-log.sqlite").exists()
        assert not locate_settings().exists()

    def test_who_is_named_for_once_is_not_asked_for_and_not_kept(self, workspace: WorkspaceCopy) -> None:
        command = ["log", "add", "posted", "jp-osaka", "--by", "Kenji"]
        assert run_at_terminal(workspace.folder, command, [], is_known=False)[0] == 0
        assert not locate_settings().exists()

    @pytest.mark.parametrize("command", [("log",), ("log", "show", "jp-osaka"), (), ("check",)])
    def test_what_writes_nothing_asks_for_no_name(self, workspace: WorkspaceCopy, command: tuple[str, ...]) -> None:
        _, shown = run_at_terminal(workspace.folder, command, [], is_known=False)
        assert "Your name?" not in shown

    def test_approving_asks_for_it_before_the_number(self, workspace: WorkspaceCopy) -> None:
        workspace.build()
        command = ["approve", "--only", "jp-osaka", "--unread", "en", "--unverified", "jp-osaka"]
        answers = [("Your name?", "Hanako"), ("Type 2 to say yes:", "2")]
        status, shown = run_at_terminal(workspace.folder, command, answers, is_known=False)
        assert status == 0, shown
        assert {event.by for event in MailingLog.within(workspace.folder).read()} == {"Hanako"}

    def test_without_a_terminal_the_login_name_is_taken_and_said(self, workspace: WorkspaceCopy) -> None:
        ending = workspace.run("log", "add", "posted", "jp-osaka")
        (event,) = MailingLog.within(workspace.folder).read()
        assert f"This is recorded under your login name, '{event.by}'. " in ending.err
        assert "--by NAME" in ending.err
        assert "login name" not in workspace.run("log", "add", "posted", "jp-tokyo", "--by", "Kenji").err
        assert "login name" not in workspace.run("log").err

    def test_every_other_byte_of_the_configuration_stays(self) -> None:
        place = locate_settings()
        place.parent.mkdir(parents=True)
        text = '# mine\r\n[accounts.office]   # at work\r\nfrom = "A <a@example.org>"'
        place.write_bytes(text.encode())
        place.chmod(0o640)
        save_coordinator(place, "洋子\\")
        assert place.read_bytes().decode() == f'coordinator = "洋子\\\\"\n{text}'
        assert stat.S_IMODE(place.stat().st_mode) == 0o640
        with pytest.raises(SettingsError):
            save_coordinator(place, "Another")
        assert "Another" not in place.read_text("utf-8")


class TestPaging:
    @pytest.fixture
    def built(self, workspace: WorkspaceCopy, monkeypatch: pytest.MonkeyPatch) -> WorkspaceCopy:
        workspace.run("build", "--only", "jp-osaka")
        monkeypatch.setenv("PAGED", str(workspace.folder / "paged.txt"))
        return workspace

    COMMAND = ("approve", "--only", "jp-osaka", "--unread", "en", "--unverified", "jp-osaka")

    def approve(self, built: WorkspaceCopy, pager: str, monkeypatch: pytest.MonkeyPatch) -> str:
        monkeypatch.setenv("PAGER", pager)
        answers = [("Type 2 to say yes:", "2")]
        status, shown = run_at_terminal(built.folder, self.COMMAND, answers, at=TerminalSettings(kind="xterm"))
        assert status == 0, shown
        return shown

    def test_the_letters_are_shown_in_the_user_s_own_pager(
        self, built: WorkspaceCopy, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        shown = self.approve(built, "sh -c 'cat > \"$PAGED\"'", monkeypatch)
        assert "Dear Mr. President:" in (built.folder / "paged.txt").read_text("utf-8")
        assert "Dear Mr. President:" not in shown

    def test_less_says_how_to_go_on(self, built: WorkspaceCopy, monkeypatch: pytest.MonkeyPatch) -> None:
        assert "Space shows the next page, q goes on" in self.approve(built, "sh -c 'echo \"$LESS\"; cat'", monkeypatch)

    @pytest.mark.parametrize("pager", ["no-such-pager", "'"])
    def test_where_it_cannot_be_run_they_are_printed(
        self, built: WorkspaceCopy, monkeypatch: pytest.MonkeyPatch, pager: str
    ) -> None:
        assert "Dear Mr. President:" in self.approve(built, pager, monkeypatch)
