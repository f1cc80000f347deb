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
        # The Python of Debian 12 has no filter.
        archive.extraction_filter = getattr(tarfile, "data_filter", None)
        archive.extractall(tmp_path / "old")  # noqa: S202 - of our own files
    shutil.copytree(tmp_path / "old" / "home", Path.home(), dirs_exist_ok=True)
    return MailWorkspace(WorkspaceCopy(tmp_path / "old" / "office", capsys))


@pytest.fixture
def adopted(old: MailWorkspace, scripted: ScriptedServer, certificates: Certificates) -> MailWorkspace:
    """The same, with an account, and with a log that was adopted where it is now."""
    old.write_account(scripted.ports.tls, certificates)
    assert old.workspace.run("log", "adopt", "--because", "moved to the new computer").status == 0
    return old


def approve_nagoya(old: MailWorkspace) -> None:
    """Build, and approve the one packet that is still to go out."""
    assert old.workspace.run("build").status == 0
    answers = ("--unread", "en", "--unverified", "jp-nagoya")
    ending = old.workspace.run("approve", "--yes", "--by", "Hanako", *answers)
    assert ending.status == 0, ending.err


def test_the_log_is_read_and_verified_as_it_was(old: MailWorkspace) -> None:
    assert "The log is whole: 11 events" in old.workspace.run("log", "verify").out
    shown = old.workspace.run("log").out
    assert "3 = 1 left in the letter box + 1 accepted + 1 approved" in shown
    assert "131-12-38385-2; at the counter" in shown


def test_what_was_built_is_made_again_and_what_was_approved_stays_in_the_log(
    old: MailWorkspace, tmp_path: Path
) -> None:
    """No file counts as changed by hand. The log keeps the pages of 0.1, byte by byte."""
    built = {path: path.read_bytes() for path in old.folder.glob("out/2027/*/petition.en.*")}
    assert "3 letters to 3 recipients in out/2027: 6 made." in old.workspace.run("build").err
    assert [path.name for path, content in built.items() if path.read_bytes() == content] == []
    assert old.workspace.run("log", "evidence", "4", "--to", str(tmp_path / "kept")).status == 0
    kept = {path.read_bytes() for path in (tmp_path / "kept").rglob("*") if path.is_file()}
    assert built[old.folder / "out/2027/jp-nagoya/petition.en.pdf"] in kept


def test_an_approval_lapses_since_the_pages_are_set_otherwise_and_no_word_of_the_text_differs(
    old: MailWorkspace,
) -> None:
    """The pages of 0.2 differ from those approved: no line of the sender, long names broken at joints, larger letters,
    a head on the second page. ``approve`` shows each of these, and no change of a word that the campaign wrote."""
    assert "changed since it was approved on 2027-09-01" in old.workspace.run().out
    old.workspace.run("build")
    ending = old.workspace.run("approve")
    shown = (ending.out + ending.err).splitlines()
    assert "jp-nagoya (email): approved by Hanako 2027-09-01 12:00 JST (event 4), changed since" in shown
    places = [line.strip() for line in shown if line.startswith("  ") and line.endswith(", for jp-nagoya:")]
    assert places == [
        "petition.en: address, for jp-nagoya:",
        "petition.en: running head, for jp-nagoya:",
        "theme, for jp-nagoya:",
    ]
    assert "    - LFNKR, Hongo 1-33-3-801, Bunkyo-ku, Tokyo 113-0033" in shown
    assert "    + ⟦People's ⟧Republic of China in Nagoya" in shown
    assert "    + fonts.en.size: ⟦11⟧.5" in shown
    assert "    + align: justify" in shown
    approve_nagoya(old)
    again = old.workspace.run("approve")
    assert again.status == 0
    assert "Approved before, and unchanged: jp-nagoya (email)." in again.err
    assert "Nothing is left to approve." in again.err


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
    before = adopted.send()
    assert "jp-nagoya stays: approved on 2027-09-01 (event 4), and changed since" in before.err
    assert "jp-tokyo: accepted on 2027-09-01" in before.err
    assert scripted.kept == []
    approve_nagoya(adopted)
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
