"""Limits of the sender: what would meet every packet ends the run, and uses up nobody's attempt."""

import json
from collections import Counter

import pytest

from conftest import Ending, WorkspaceCopy
from mail_workspace import MailWorkspace
from petitioner.inputs.settings import locate_settings
from petitioner.log.kinds import Kind
from servers.certificates import Certificates
from servers.scripted import ScriptedServer

OSAKA = "osaka@example.cn"


@pytest.fixture
def mail_workspace(workspace: WorkspaceCopy, scripted: ScriptedServer, certificates: Certificates) -> MailWorkspace:
    mail_workspace = MailWorkspace(workspace)
    mail_workspace.write_account(scripted.ports.tls, certificates)
    return mail_workspace


def send_to_three(mail_workspace: MailWorkspace, kind: str) -> Ending:
    """Send to three missions, each of whose servers answers in the same way."""
    mail_workspace.write_to(f"{kind}@tokyo.example.cn", f"{kind}@osaka.example.cn")
    mail_workspace.write_to_a_third(f"{kind}@nagoya.example.cn")
    mail_workspace.approve("jp-nagoya")
    return mail_workspace.send()


def count(mail_workspace: MailWorkspace) -> Counter[Kind]:
    return Counter(event.kind for event in mail_workspace.read_log())


@pytest.mark.parametrize(
    ("kind", "said", "wait"),
    [
        ("r452-5.3", "452 4.5.3", "an hour"),
        ("r421-7.0", "421 4.7.0", "an hour"),
        ("r550-4.5", "550 5.4.5", "a day"),
        ("data354-451", "451 4.7.1", "an hour"),
        ("data-451-4.5", "451 4.4.5", "an hour"),
        ("data-550-4.5", "550 5.4.5", "a day"),
        ("data-550-7.28", "550 5.7.28", "a day"),
    ],
)
def test_a_limit_ends_the_run_at_the_first_packet_and_says_how_long_to_wait(
    mail_workspace: MailWorkspace, scripted: ScriptedServer, kind: str, said: str, wait: str
) -> None:
    ending = send_to_three(mail_workspace, kind)
    assert ending.status == 1
    assert mail_workspace.list_kinds("jp-tokyo")[-1] is Kind.DEFERRED
    assert [mail_workspace.list_kinds(id_) for id_ in ("jp-osaka", "jp-nagoya")] == [[], []]
    assert f"the account may send no more for now, and the run ends: {said}" in ending.out
    assert f"not the recipient. Wait {wait}, then send again" in ending.err
    assert "Not tried: jp-osaka, jp-nagoya." in ending.err
    assert "Next: petitioner send --for-real" in ending.err
    again = json.loads(mail_workspace.send("--for-real", "--yes", "--json").out)
    assert [one["outcome"] for one in again["tries"]] == ["limited"]
    assert count(mail_workspace)[Kind.REFUSED] == 0
    assert scripted.kept == []


def test_once_a_limit_is_over_the_packet_goes_out_without_more_ado(
    mail_workspace: MailWorkspace, scripted: ScriptedServer
) -> None:
    mail_workspace.write_to("once-452-4.5@example.cn", OSAKA)
    mail_workspace.approve()
    assert mail_workspace.send().status == 1
    assert scripted.kept == []
    assert mail_workspace.send().status == 0
    assert [message.recipients for message in scripted.kept] == [("once-452-4.5@example.cn",), (OSAKA,)]


@pytest.mark.parametrize("sender", ["s451-7.1", "s452-0", "s550-4.5"])
def test_a_limit_at_the_sender_s_own_name_ends_the_run(
    mail_workspace: MailWorkspace, scripted: ScriptedServer, sender: str
) -> None:
    config = locate_settings()
    config.write_text(config.read_text("utf-8").replace("<office@", f"<{sender}@"), "utf-8")
    ending = send_to_three(mail_workspace, "tokyo")
    assert ending.status == 1
    assert mail_workspace.list_kinds("jp-tokyo") == [Kind.HANDING_OVER, Kind.DEFERRED]
    assert "Not tried: jp-osaka, jp-nagoya." in ending.err
    assert scripted.kept == []


@pytest.mark.parametrize("kind", ["r550-7.1", "data-550-7.1", "data-554-0"])
def test_the_same_unclear_refusal_twice_in_a_row_costs_the_second_nothing(
    mail_workspace: MailWorkspace, kind: str
) -> None:
    ending = send_to_three(mail_workspace, kind)
    assert ending.status == 1
    assert [mail_workspace.list_kinds(id_)[-1:] for id_ in ("jp-tokyo", "jp-osaka", "jp-nagoya")] == [
        [Kind.REFUSED],
        [Kind.DEFERRED],
        [],
    ]
    assert "the cause is probably our account" in ending.err
    assert "petitioner log reopen for the recipient before" in ending.err


@pytest.mark.parametrize(("kind", "deferred", "refused"), [("r452-2.2", 9, 0), ("data-451", 9, 0), ("r550-1.1", 0, 3)])
def test_what_is_about_each_recipient_stops_nobody(
    mail_workspace: MailWorkspace, kind: str, deferred: int, refused: int
) -> None:
    send_to_three(mail_workspace, kind)
    counted = count(mail_workspace)
    assert (counted[Kind.DEFERRED], counted[Kind.REFUSED]) == (deferred, refused)


@pytest.mark.parametrize("kind", ["data-451-7.1", "drop-rcpt"])
def test_what_puts_two_off_in_the_same_unclear_way_pauses_the_run_and_the_others_come_first(
    mail_workspace: MailWorkspace, scripted: ScriptedServer, kind: str
) -> None:
    mail_workspace.write_to(f"{kind}@tokyo.example.cn", f"{kind}@osaka.example.cn")
    mail_workspace.write_to_a_third("nagoya@example.cn")
    mail_workspace.approve("jp-nagoya")
    ending = mail_workspace.send()
    assert ending.status == 1
    tried = [event.recipient for event in mail_workspace.read_log() if event.kind in (Kind.DEFERRED, Kind.ACCEPTED)]
    assert tried[:3] == ["jp-tokyo", "jp-osaka", "jp-nagoya"]
    assert len(scripted.kept) == 1


def test_a_pause_after_which_nothing_changes_ends_the_run(mail_workspace: MailWorkspace) -> None:
    config = locate_settings()
    config.write_text(config.read_text("utf-8").replace("again_after = [0, 0]", "again_after = []"), "utf-8")
    ending = send_to_three(mail_workspace, "data-451-7.1")
    assert count(mail_workspace)[Kind.DEFERRED] == 2
    assert "Not tried: jp-nagoya. Each was put off for the same reason" in ending.err


def test_two_doubts_in_a_row_end_the_run(mail_workspace: MailWorkspace, scripted: ScriptedServer) -> None:
    ending = send_to_three(mail_workspace, "drop-after")
    assert ending.status == 4
    assert len(scripted.kept) == 2
    assert mail_workspace.list_kinds("jp-nagoya") == []
    assert "Not tried: jp-nagoya. Two in a row are in doubt: the line to the server may be bad." in ending.err


def test_a_rehearsal_that_meets_a_limit_ends_as_well(mail_workspace: MailWorkspace) -> None:
    config = locate_settings()
    config.write_text(config.read_text("utf-8").replace("<office@", "<data-550-4.5@"), "utf-8")
    mail_workspace.write_to("tokyo@example.cn", OSAKA)
    mail_workspace.approve()
    ending = mail_workspace.send("--to-me")
    assert ending.status == 1
    assert count(mail_workspace)[Kind.REHEARSED] == 1
    assert "Next: petitioner send --to-me" in ending.err
