"""A workspace, a log and approvals of version 0.1 in the present version: nothing is lost, and nothing sent again.

``version_0_1.tar.xz`` holds what that version left on disk on 1 September 2027: three missions, all approved. Tokyo was
written to by e-mail, Osaka by post and by hand; Nagoya is still waiting. A ``read_by:`` stands in the letter.
"""

import shutil
import tarfile
from pathlib import Path

import pytest

from conftest import WorkspaceCopy
from mail_workspace import MailWorkspace
from servers.certificates import Certificates
from servers.scripted import ScriptedServer

_FROZEN = Path(__file__).parents[1] / "data" / "version_0_1.tar.xz"


@pytest.fixture
def old(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> MailWorkspace:
    """The workspace, and the user's data folder, in other places than where version 0.1 left them."""
    with tarfile.open(_FROZEN) as archive:
        archive.extractall(tmp_path / "old", filter="data")
    shutil.copytree(tmp_path / "old" / "home", Path.home(), dirs_exist_ok=True)
    return MailWorkspace(WorkspaceCopy(tmp_path / "old" / "office", capsys))


@pytest.fixture
def adopted(old: MailWorkspace, scripted: ScriptedServer, certificates: Certificates) -> MailWorkspace:
    """The same, with an account, and with a log that was adopted where it is now."""
    old.write_account(scripted.ports.tls, certificates)
    assert old.workspace.run("log", "adopt", "--because", "moved to the new computer").status == 0
    return old


def test_the_log_is_read_and_verified_as_it_was(old: MailWorkspace) -> None:
    assert "The log is whole: 11 events" in old.workspace.run("log", "verify").out
    shown = old.workspace.run("log").out
    assert "3 = 1 left in the letter box + 1 accepted + 1 approved" in shown
    assert "131-12-38385-2; at the counter" in shown


def test_what_was_built_and_approved_stays_so(old: MailWorkspace) -> None:
    assert "6 kept" in old.workspace.run("build").err
    ending = old.workspace.run("approve")
    assert ending.status == 0
    assert "Approved before, and unchanged: jp-nagoya (email)." in ending.err
    assert "Nothing is left to approve." in ending.err


def test_a_reading_of_no_known_text_is_asked_for_once(old: MailWorkspace) -> None:
    ending = old.workspace.run("check", "--strict")
    assert ending.status == 0
    (line,) = [line for line in ending.err.splitlines() if "read_by" in line]
    assert "does not say which text Ann Reader read on 2027-08-20" in line
    assert old.workspace.run("read", "en", "--by", "Ann Reader").status == 0
    assert "Still to be read" not in old.workspace.run("check").err


def test_nothing_leaves_before_the_moved_log_is_adopted(
    old: MailWorkspace, scripted: ScriptedServer, certificates: Certificates
) -> None:
    old.write_account(scripted.ports.tls, certificates)
    ending = old.send()
    assert ending.status != 0
    assert "petitioner log adopt" in ending.err
    assert scripted.kept == []


def test_who_was_written_to_is_not_written_to_again(adopted: MailWorkspace, scripted: ScriptedServer) -> None:
    assert adopted.send().status == 0
    assert [kept.recipients for kept in scripted.kept] == [("nagoya@example.cn",)]
    assert "There is nothing to print now." in adopted.workspace.run("print").err


def test_a_clone_without_the_log_sends_nothing_again(
    adopted: MailWorkspace, scripted: ScriptedServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert adopted.workspace.run("log").status == 0  # the first use claims what version 0.1 sent
    clone = tmp_path / "clone"
    clone.mkdir()
    shutil.copy(adopted.folder / "recipients.yaml", clone)
    shutil.copytree(adopted.folder / "letters", clone / "letters")
    mail_workspace = MailWorkspace(WorkspaceCopy(clone, capsys))
    assert mail_workspace.workspace.run("build").status == 0
    unverified = [word for id_ in ("jp-tokyo", "jp-osaka", "jp-nagoya") for word in ("--unverified", id_)]
    mail_workspace.workspace.run("approve", "--yes", "--unread", "en", *unverified)
    ending = mail_workspace.send()
    assert "jp-tokyo" in ending.err
    assert str(adopted.folder) in ending.err
    assert [kept.recipients for kept in scripted.kept] == [("nagoya@example.cn",)]
