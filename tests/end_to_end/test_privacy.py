"""What is private is its owner's alone, stays inside of its folder, and is remembered before anything leaves."""

import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from conftest import NOW, WorkspaceCopy
from log_workspace import draft
from mail_workspace import MailWorkspace
from nobody import become_nobody, run_forked
from petitioner.cli import main
from petitioner.files import make_private, write_atomically, write_new
from petitioner.inputs.settings import locate_data, locate_settings
from petitioner.log.kinds import Kind
from petitioner.log.storage.location import LogLocationError
from petitioner.log.storage.store import FILE_NAME, SENDING_LOCK, MailingLog, NotRememberedError
from petitioner.user_data.privacy import STAGED, STAGED_LOCK

pytestmark = pytest.mark.usefixtures("named_machine")

ACCEPT = ("--unread", "en", "--unread", "ja", "--unverified", "jp-tokyo", "--unverified", "jp-osaka")


@contextmanager
def umask(mask: int) -> Iterator[None]:
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small workspace, built."""
    folder = shutil.copytree(Path(__file__).parents[1] / "data" / "small", tmp_path_factory.mktemp("built") / "small")
    assert main(["-C", str(folder), "build"], now=NOW) == 0
    return folder


@pytest.fixture
def small(built: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> WorkspaceCopy:
    return WorkspaceCopy(shutil.copytree(built, tmp_path / "small"), capsys)


def list_private(workspace: WorkspaceCopy) -> list[Path]:
    """Everything that belongs to the log and to the user."""
    tops = [top for top in (locate_data(), locate_settings().parent) if top.exists()]
    return [workspace.folder / FILE_NAME, *(path for top in tops for path in (top, *top.rglob("*")))]


def list_open(paths: list[Path]) -> list[str]:
    """Those that other users have any right to."""
    return [f"{path.name} {stat.S_IMODE(path.stat().st_mode):04o}" for path in paths if path.stat().st_mode & 0o077]


def use_everything(workspace: WorkspaceCopy, to: Path) -> list[Path]:
    """Let every command write that writes what is private, and give what they wrote."""
    (to / "receipt.txt").write_text("registered")
    receipt = str(to / "receipt.txt")
    runs = [
        ("approve", "--yes", "--by", "Hanako", *ACCEPT),
        ("log", "add", "posted", "jp-tokyo", "--file", receipt),
        ("log", "copy"),
        ("log", "copy", str(to / "copy.sqlite")),
        ("log", "evidence", "jp-tokyo", "--to", str(to / "evidence")),
        *(("log", "export", "--to", str(to / f"log.{form}")) for form in ("csv", "json", "xlsx")),
        ("log", "restore", str(to / "copy.sqlite"), "--because", "a trial"),
        ("read", "en", "--by", "Sato Hanako"),
    ]
    for run in runs:
        ending = workspace.run(*run)
        assert ending.status == 0, ending.err
    own = [path for path in to.rglob("*") if path.name != "receipt.txt" and path != workspace.folder]
    return [path for path in own if not path.is_relative_to(workspace.folder)]


class TestNobodyElseCanRead:
    @pytest.mark.parametrize("mask", [0o000, 0o022, 0o077])
    def test_what_is_made(self, small: WorkspaceCopy, tmp_path: Path, mask: int) -> None:
        with umask(mask):
            written = use_everything(small, tmp_path)
        names = {path.name for path in written}
        assert {"copy.sqlite", "log.csv", "log.json", "log.xlsx", "evidence"} < names
        assert list_open(list_private(small) + written) == []
        assert len(list(locate_data().rglob("*.sqlite"))) == 2

    def test_an_e_mail_that_is_written_out(self, tmp_path: Path) -> None:
        with umask(0):
            write_new(tmp_path / "out" / "a.eml", b"Dear Mr. President:", private=True)
        assert list_open([tmp_path / "out", tmp_path / "out" / "a.eml"]) == []

    def test_letters_follow_the_user_s_own_mask(self, tmp_path: Path) -> None:
        with umask(0o027):
            write_atomically(tmp_path / "out" / "a.pdf", b"%PDF")
        assert list_open([tmp_path / "out" / "a.pdf", tmp_path / "out"]) == ["a.pdf 0640", "out 0750"]

    def test_the_journal_of_an_append(self, tmp_path: Path) -> None:
        log = MailingLog.within(tmp_path)
        seen: list[str] = []

        def compose(_events: object) -> Iterator[object]:
            yield draft()
            with log.path.open("rb"):
                seen.extend(list_open(list(tmp_path.iterdir())))

        with umask(0):
            log.append(compose)  # type: ignore[arg-type]  # any generator of drafts
            log.append(compose)  # type: ignore[arg-type]  # any generator of drafts
        assert seen == []

    def test_what_an_older_version_left_open_is_mended_and_said_once(
        self, small: WorkspaceCopy, tmp_path: Path
    ) -> None:
        written = use_everything(small, tmp_path)
        locate_settings().parent.mkdir(parents=True, exist_ok=True)
        locate_settings().write_text('coordinator = "Hanako"\n')
        for path in list_private(small):
            path.chmod(0o755 if path.is_dir() else 0o644)
        opened = len(list_private(small))
        said = small.run().err
        first = small.folder / FILE_NAME
        assert said.count("Other users of this machine could read") == 1
        assert f"could read {first} and {opened - 1} more; from now on only you can." in said
        assert list_open(list_private(small)) == []
        assert "Other users" not in small.run().err
        (tmp_path / "evidence").chmod(0o755)
        for path in (tmp_path / "evidence").iterdir():
            path.chmod(0o644)
        assert small.run("log", "evidence", "jp-tokyo", "--to", str(tmp_path / "evidence")).status == 0
        assert list_open([path for path in written if path.parent.name == "evidence"]) == []

    @pytest.mark.parametrize("command", [("log",), ("log", "verify"), ("print",), ("log", "adopt", "--because", "x")])
    def test_by_whatever_command_comes_next(self, small: WorkspaceCopy, command: tuple[str, ...]) -> None:
        small.run("approve", "--yes", "--by", "Hanako", *ACCEPT)
        (small.folder / FILE_NAME).chmod(0o644)
        assert f"could read {small.folder / FILE_NAME}; from now on only you can." in small.run(*command).err
        assert list_open([small.folder / FILE_NAME]) == []

    def test_what_is_another_s_or_a_link_is_left_alone(self, tmp_path: Path) -> None:
        (tmp_path / "a").touch(0o644)
        (tmp_path / "link").symlink_to(tmp_path / "a")
        assert not make_private(tmp_path / "link")
        assert not make_private(tmp_path / "nothing")
        os.mkfifo(tmp_path / "pipe", 0o666)
        assert not make_private(tmp_path / "pipe")
        assert make_private(tmp_path / "a")


STAGE = """
import os, signal, sys, time
from pathlib import Path
from petitioner.log.storage.copies import open_staged
with open_staged(Path(sys.argv[1])) as staged:
    print(staged, flush=True)
    time.sleep(60)
"""


@contextmanager
def restoring(copy: Path) -> Iterator[tuple[subprocess.Popen[str], Path]]:
    """A process that is looking a copy through, and where."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", STAGE, str(copy)]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        yield process, Path(process.stdout.readline().strip())
        process.kill()


class TestWhatAKilledRestoreLeft:
    @pytest.fixture
    def copy(self, small: WorkspaceCopy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        (tmp_path / "temporary").mkdir()
        monkeypatch.setenv("TMPDIR", str(tmp_path / "temporary"))
        monkeypatch.setattr(tempfile, "tempdir", None)
        small.run("log", "add", "posted", "jp-tokyo")
        small.run("log", "copy", str(tmp_path / "copy.sqlite"))
        return tmp_path / "copy.sqlite"

    def test_goes_with_the_next_command(self, small: WorkspaceCopy, copy: Path) -> None:
        with restoring(copy) as (process, staged):
            assert staged.read_bytes() == copy.read_bytes()
            process.send_signal(signal.SIGKILL)
            process.wait()
        assert staged.exists()
        small.run("log")
        assert not staged.parent.exists()

    def test_stays_while_its_process_runs(self, small: WorkspaceCopy, copy: Path) -> None:
        with restoring(copy) as (_, staged):
            small.run("log")
            assert staged.read_bytes() == copy.read_bytes()

    def test_what_only_looks_like_it_stays(self, small: WorkspaceCopy, copy: Path, tmp_path: Path) -> None:
        (tmp_path / "temporary" / "petitioner-mine").mkdir()
        (tmp_path / "temporary" / f"{STAGED}file").touch()
        (tmp_path / "temporary" / f"{STAGED}link").symlink_to(tmp_path / "small")
        small.run("log")
        assert copy.exists()
        assert (small.folder / FILE_NAME).exists()
        assert len(list((tmp_path / "temporary").iterdir())) == 3
        assert not (small.folder / STAGED_LOCK).exists()


class TestLinks:
    COMMANDS: tuple[tuple[str, ...], ...] = (
        (),
        ("log",),
        ("log", "add", "posted", "jp-tokyo"),
        ("log", "adopt", "--because", "x"),
        ("approve", "--yes", "--by", "Hanako", *ACCEPT),
        ("log", "copy"),
        ("send",),
    )

    @pytest.mark.parametrize("command", COMMANDS)
    @pytest.mark.parametrize("name", [FILE_NAME, f"{FILE_NAME}-journal"])
    def test_the_log_and_its_journal_are_no_way_out(
        self, small: WorkspaceCopy, tmp_path: Path, command: tuple[str, ...], name: str
    ) -> None:
        if name != FILE_NAME:
            small.run("log", "add", "posted", "jp-osaka")
        (small.folder / name).symlink_to(tmp_path / "outside")
        ending = small.run(*command)
        assert ending.status == 1
        assert f"{small.folder / name} is a link, so the mailing log would be outside of its folder." in ending.err
        assert not (tmp_path / "outside").exists()

    def test_nor_is_a_log_elsewhere_written_to(self, small: WorkspaceCopy, tmp_path: Path) -> None:
        (tmp_path / "elsewhere").mkdir()
        log = MailingLog.within(tmp_path / "elsewhere")
        log.append(lambda _: [draft()])
        before = log.path.read_bytes()
        (small.folder / FILE_NAME).symlink_to(log.path)
        assert small.run("log", "add", "posted", "jp-tokyo").status == 1
        assert log.path.read_bytes() == before

    def test_nor_is_the_lock_of_a_run(self, small: WorkspaceCopy, tmp_path: Path) -> None:
        small.run("log", "add", "posted", "jp-osaka")
        (small.folder / SENDING_LOCK).symlink_to(tmp_path / "outside")
        shutil.rmtree(locate_data())
        ending = small.run("log", "adopt", "--because", "x")
        assert ending.status == 1
        assert f"{small.folder / SENDING_LOCK} cannot be written (it is a link)." in ending.err
        assert not (tmp_path / "outside").exists()


@pytest.fixture
def home(shared_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home and a workspace that a user without rights may use."""
    (shared_folder / "work").mkdir(mode=0o777)
    (shared_folder / "work").chmod(0o777)
    monkeypatch.setenv("HOME", str(shared_folder / "home"))
    MailingLog.within(shared_folder / "work").append(lambda _: [draft()])
    for path in shared_folder.rglob("*"):
        path.chmod(0o777)
    return shared_folder


def try_append(log: MailingLog, *, ahead: bool) -> str:
    """What is said when another user appends one entry."""
    said: list[str] = []
    heard = MailingLog(log.path, warn=lambda sentence, hint: said.extend([sentence, hint]))
    return run_forked(lambda: (len(heard.append(lambda _: [draft()], ahead=ahead)), *said), become_nobody)


class TestTheDataFolderWillNot:
    @pytest.mark.parametrize("mode", [0o555, 0o1777])
    def test_a_fact_is_recorded_all_the_same_and_that_is_said(self, home: Path, mode: int) -> None:
        """It may not be written to, or, with the sticky bit, no other user's file may be replaced in it."""
        (drawer,) = (path.parent for path in home.rglob("memory.json"))
        (drawer / "memory.json").chmod(0o644)
        drawer.chmod(mode)
        log = MailingLog.within(home / "work")
        said = try_append(log, ahead=False)
        assert said.startswith("done: (1, 'It is recorded in the log, but ")
        assert "Until then the program sends and prints nothing." in said
        assert len(log.read()) == 2
        assert [path.name for path in drawer.iterdir()] == ["memory.json"]

    @pytest.mark.parametrize("mode", [0o555, 0o1777])
    def test_nothing_leaves_that_it_could_not_remember(self, home: Path, mode: int) -> None:
        (drawer,) = (path.parent for path in home.rglob("memory.json"))
        (drawer / "memory.json").chmod(0o644)
        drawer.chmod(mode)
        said = try_append(MailingLog.within(home / "work"), ahead=True)
        assert said.startswith("NotRememberedError: The next packet did not leave, since ")
        assert [path.name for path in drawer.iterdir()] == ["memory.json"]

    def test_what_could_not_be_remembered_beforehand_is_not_in_the_log_either(self, home: Path) -> None:
        (drawer,) = (path.parent for path in home.rglob("memory.json"))
        drawer.chmod(0o555)
        log = MailingLog.within(home / "work")
        assert try_append(log, ahead=True).startswith("NotRememberedError")
        assert len(log.read()) == 1

    def test_one_that_may_not_be_looked_into_is_not_taken_for_an_empty_one(self, home: Path) -> None:
        log = MailingLog.within(home / "work")
        log.path.unlink()
        locate_data().chmod(0o000)
        said = run_forked(lambda: log.require_complete(()), become_nobody)
        assert said.startswith(
            f"LogLocationError: The mailing log {log.path} may be missing: {locate_data()} cannot be read"
        )

    def test_one_that_is_lost_is_told_before_anything_leaves(self, tmp_path: Path) -> None:
        log = MailingLog.within(tmp_path)
        log.append(lambda _: [draft()])
        shutil.rmtree(locate_data())
        with pytest.raises(NotRememberedError, match="it does not remember this log"):
            log.append(lambda _: [draft(Kind.HANDING_OVER)], ahead=True)
        with pytest.raises(LogLocationError, match="this user's data folder does not remember it"):
            log.require_location()
        assert len(log.read()) == 1


ACCOUNT = """
[accounts.office]
from = "office@example.org"
smtp = {host = "127.0.0.1", port = 1, login = "none", security = "none"}
imap = {host = "127.0.0.1", port = 1, login = "none", security = "none"}
"""


class TestARunThatCannotBeRemembered:
    """Everything is the other user's, but for the folder in which this machine remembers the log."""

    @pytest.fixture
    def mail_workspace(
        self, shared_folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> MailWorkspace:
        monkeypatch.setenv("HOME", str(shared_folder / "home"))
        work = shutil.copytree(Path(__file__).parents[1] / "data" / "small", shared_folder / "work")
        mail_workspace = MailWorkspace(WorkspaceCopy(work, capsys))
        mail_workspace.write_to("tokyo@example.cn", "osaka@example.cn")
        locate_settings().parent.mkdir(parents=True, exist_ok=True)
        locate_settings().write_text(ACCOUNT)
        mail_workspace.approve()
        mail_workspace.send("--json")  # so that every module is loaded by who may read it
        for path in shared_folder.rglob("*"):
            path.chmod(0o777)
        return mail_workspace

    def send(self, mail_workspace: MailWorkspace, mode: int, *way: str) -> str:
        """What a run says as a user to whom the folder of the memory grants no more than ``mode``."""
        (memory,) = locate_data().rglob("memory.json")
        memory.chmod(0o644)
        memory.parent.chmod(mode)
        ending = run_forked(lambda: mail_workspace.send(*way, "--yes"), become_nobody)
        assert "status=<ExitStatus.FAILED: 1>" in ending, ending
        return ending

    @pytest.mark.parametrize("way", [("--for-real",), ("--drafts",), ("--eml", "../letters")])
    def test_stops_before_anything_is_taken_up(self, mail_workspace: MailWorkspace, way: tuple[str, ...]) -> None:
        before = mail_workspace.read_log()
        assert "No copy of the log could be made in" in self.send(mail_workspace, 0o555, *way)
        assert mail_workspace.read_log() == before
        assert not (mail_workspace.folder.parent / "letters").exists()

    def test_stops_before_the_first_byte(self, mail_workspace: MailWorkspace) -> None:
        to = mail_workspace.folder / "written-out"
        said = self.send(mail_workspace, 0o1777, "--eml", str(to))  # copies can be made, and the memory not be replaced
        assert "The next packet did not leave, since " in said
        assert list(to.iterdir()) == []
        assert mail_workspace.list_kinds("jp-tokyo") == [Kind.HANDING_OVER]
        assert mail_workspace.list_kinds("jp-osaka") == []
