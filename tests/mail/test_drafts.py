"""The ways out that leave the last step to a person: files, and what holds for them as for all others."""

import shutil
from email import message_from_bytes
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import WorkspaceCopy
from mail_round_trip import RoundTrip
from mail_workspace import MailWorkspace
from petitioner.delivery.handover import Answer, OutgoingMessage, SendOutcome
from petitioner.files import write_new
from petitioner.log.kinds import Kind
from petitioner.mail.drafts import EmlTransport
from servers.certificates import Certificates

EXPORTED = [Kind.HANDING_OVER, Kind.COMMITTING, Kind.EXPORTED]
CONTENT = b"Message-ID: <a@example.org>\r\nSubject: Petition\r\n\r\nDear Mr. President:\r\n"
OUTGOING = OutgoingMessage("<a@example.org>", "office@example.org", ("osaka@example.cn",), CONTENT)


@pytest.fixture
def loop(workspace: WorkspaceCopy, certificates: Certificates) -> RoundTrip:
    loop = RoundTrip(MailWorkspace(workspace), certificates)
    loop.write_account()
    loop.prepare("osaka")
    return loop


def test_a_file_opens_as_a_draft_and_holds_the_very_message(loop: RoundTrip, tmp_path: Path) -> None:
    ending = loop.mail_workspace.send("--eml", str(tmp_path / "out"), "--yes")
    assert ending.status == 0, ending.err
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "LFNKR-2027-JP-OSAKA.eml",
        "LFNKR-2027-JP-TOKYO.eml",
    ]
    content = (tmp_path / "out" / "LFNKR-2027-JP-OSAKA.eml").read_bytes()
    assert content == b"X-Unsent: 1\r\n" + loop.content()
    assert content.count(b"\n") == content.count(b"\r\n")
    assert message_from_bytes(content)["Bcc"] is None
    assert loop.mail_workspace.list_kinds("jp-osaka") == EXPORTED


def test_files_hold_the_claim_whatever_way_is_tried_next(loop: RoundTrip, tmp_path: Path) -> None:
    loop.mail_workspace.send("--eml", str(tmp_path / "one"), "--yes")
    ending = loop.mail_workspace.send("--eml", str(tmp_path / "two"), "--yes")
    assert "jp-osaka stays: exported" in ending.err
    assert not (tmp_path / "two").exists()
    assert loop.mail_workspace.list_kinds("jp-osaka") == EXPORTED


def test_a_file_that_is_there_is_never_written_over(loop: RoundTrip, tmp_path: Path) -> None:
    taken = tmp_path / "LFNKR-2027-JP-OSAKA.eml"
    taken.write_bytes(b"somebody's")
    ending = loop.mail_workspace.send("--eml", str(tmp_path), "--yes")
    assert ending.status == 1
    assert "is there already; move it away" in ending.out
    assert taken.read_bytes() == b"somebody's"
    assert loop.mail_workspace.list_kinds("jp-osaka") == [Kind.HANDING_OVER, Kind.DEFERRED]
    assert loop.mail_workspace.list_kinds("jp-tokyo") == EXPORTED
    taken.unlink()
    assert loop.mail_workspace.send("--eml", str(tmp_path), "--yes", "--only", "jp-osaka").status == 0
    assert loop.mail_workspace.list_kinds("jp-osaka")[-2:] == [Kind.COMMITTING, Kind.EXPORTED]


def test_a_file_that_comes_in_between_is_not_written_over_either(tmp_path: Path) -> None:
    def interfere() -> None:
        (tmp_path / "a.eml").write_bytes(b"somebody's")

    with EmlTransport(tmp_path, lambda _: "a.eml") as transport:
        answer = transport.hand_over(OUTGOING, interfere)
    assert answer == Answer(SendOutcome.DEFERRED, f"{tmp_path / 'a.eml'} is there already; move it away")
    assert (tmp_path / "a.eml").read_bytes() == b"somebody's"
    assert [path.name for path in tmp_path.iterdir()] == ["a.eml"]


def test_a_folder_that_cannot_be_made_ends_the_run_before_anything_is_taken_up(loop: RoundTrip, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    ending = loop.mail_workspace.send("--eml", str(tmp_path / "file" / "out"), "--yes")
    assert ending.status == 1
    assert "cannot be made" in ending.err
    assert loop.mail_workspace.list_kinds("jp-osaka") == []


@given(content=st.binary())
def test_a_new_file_is_whole(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.mktemp("new") / "sub" / "a"
    write_new(path, content)
    assert path.read_bytes() == content
    with pytest.raises(FileExistsError):
        write_new(path, b"other")
    assert [path.read_bytes() for path in path.parent.iterdir()] == [content]


@pytest.mark.parametrize("way", [["--drafts"], ["--eml", "out-of-here"], ["--for-real"]])
def test_a_copied_folder_sends_nothing_by_any_way(loop: RoundTrip, tmp_path: Path, way: list[str]) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(loop.mail_workspace.folder, copy)
    ending = MailWorkspace(_move(loop, copy)).send(*way, "--yes")
    assert ending.status == 1
    assert "is not in use here" in ending.err
    assert "petitioner log adopt" in ending.err
    assert not Path("out-of-here").exists()
    assert loop.mail_workspace.list_kinds("jp-osaka") == []


@pytest.mark.parametrize("way", [["--drafts"], ["--eml", "out-of-here"], ["--for-real"]])
def test_an_older_log_that_was_put_back_sends_nothing_by_any_way(
    loop: RoundTrip, tmp_path: Path, way: list[str]
) -> None:
    log = loop.mail_workspace.folder / "mailing-log.sqlite"
    older = log.read_bytes()
    assert loop.mail_workspace.send("--eml", str(tmp_path / "out"), "--yes", "--only", "jp-osaka").status == 0
    log.write_bytes(older)
    ending = loop.mail_workspace.send(*way, "--yes")
    assert ending.status == 1
    assert "is not in use here" in ending.err
    assert not Path("out-of-here").exists()


def _move(loop: RoundTrip, folder: Path) -> WorkspaceCopy:
    workspace = loop.mail_workspace.workspace
    return WorkspaceCopy(folder, workspace._capsys)  # noqa: SLF001 - the same terminal, another folder
