"""A bounce stays in sight until a person has decided, whatever answers come before or after it."""

import shlex
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import Ending, WorkspaceCopy
from mail_round_trip import RoundTrip, answer, report
from mail_workspace import MailWorkspace
from petitioner.log.kinds import Kind
from servers.certificates import Certificates
from servers.scripted import PASSWORD, USER, ScriptedServer

SENT = [Kind.HANDING_OVER, Kind.COMMITTING, Kind.ACCEPTED]
ON_THE_NEXT_DAY = "Mon, 06 Sep 2027 10:00:00 +0900"
THE_DAY_BEFORE = "Sat, 04 Sep 2027 10:00:00 +0900"

Save = Callable[[bytes], Path]


@pytest.fixture
def loop(workspace: WorkspaceCopy, scripted: ScriptedServer, certificates: Certificates) -> RoundTrip:
    """Osaka has two addresses; everything was accepted by a server."""
    loop = RoundTrip(MailWorkspace(workspace), certificates)
    loop.write_account(smtp=scripted.ports.tls, user=(USER, PASSWORD))
    loop.prepare("osaka visa")
    assert loop.mail_workspace.send().status == 0
    return loop


@pytest.fixture
def save(tmp_path: Path) -> Save:
    """Saves an e-mail as a file, and gives the folder."""
    folder = tmp_path / "saved"
    folder.mkdir()

    def write(content: bytes) -> Path:
        (folder / f"{len(list(folder.iterdir()))}.eml").write_bytes(content)
        return folder

    return write


def bounce(loop: RoundTrip) -> bytes:
    """The first address of Osaka does not exist."""
    return report(loop.message(), loop.address("osaka"))


def reply(loop: RoundTrip, date: str = ON_THE_NEXT_DAY, **headers: str) -> bytes:
    """A person, or a program, answers from the second."""
    return answer(loop.message(), loop.address("visa"), Date=date, **headers).as_bytes()


def run_as_named(loop: RoundTrip, said: str, what: str) -> Ending:
    """Type the command that was named, with a reason in place of the dots."""
    command = next(part for part in said.replace("; ", "\n").splitlines() if f"petitioner log {what}" in part)
    typed = command[command.index("log ") :].partition("  (")[0].partition(" (event")[0]
    return loop.run(*shlex.split(typed.replace("…", "we decided so")))


def read_attention(loop: RoundTrip) -> str:
    """The part of `log` that says what needs attention; empty when nothing does."""
    before, _, _ = loop.run("log").out.partition("recipient")
    return before


def test_a_reply_from_another_address_leaves_the_bounce_in_sight_and_is_told_with_it(
    loop: RoundTrip, save: Save
) -> None:
    assert loop.inbox(str(save(bounce(loop)))).status == 1
    assert loop.inbox(str(save(reply(loop)))).status == 0
    assert loop.mail_workspace.list_kinds("jp-osaka") == [*SENT, Kind.BOUNCED, Kind.REPLIED]
    attention = read_attention(loop)
    assert "jp-osaka: bounced on 2027-09-01, and replied on 2027-09-01 (event " in attention
    assert f"{loop.address('osaka')}: no such mailbox" in attention
    assert "bounced on 2027-09-01" in loop.run("log").out.partition("recipient")[2]
    assert "1 thing needs attention" in loop.run().out


def test_a_bounce_that_comes_after_the_reply_is_told_as_well(loop: RoundTrip, save: Save) -> None:
    loop.inbox(str(save(reply(loop, THE_DAY_BEFORE))))
    ending = loop.inbox(str(save(bounce(loop))))
    assert ending.status == 1
    assert "Next: petitioner log  (" in ending.err
    assert "bounced on 2027-09-01, and replied on 2027-09-01" in read_attention(loop)


def test_an_automatic_reply_hides_no_bounce_and_the_command_that_is_named_runs(loop: RoundTrip, save: Save) -> None:
    save(reply(loop, Auto_Submitted="auto-replied"))
    ending = loop.inbox(str(save(bounce(loop))))
    assert loop.mail_workspace.list_kinds("jp-osaka") == [*SENT, Kind.BOUNCED, Kind.AUTO_REPLIED]
    assert "jp-osaka: bounced on 2027-09-01: " in read_attention(loop)
    assert run_as_named(loop, ending.err, "reopen").status == 0
    assert read_attention(loop) == ""


def test_each_command_that_is_named_for_an_answered_bounce_runs(loop: RoundTrip, save: Save) -> None:
    save(bounce(loop))
    ending = loop.inbox(str(save(reply(loop))))
    assert (ending.status, "log reopen" in ending.err) == (1, False)
    assert "Next: petitioner log  (it shows what bounced" in ending.err
    attention = read_attention(loop)
    confirmed = run_as_named(loop, attention, "confirm")
    assert confirmed.status == 0, confirmed.err
    assert read_attention(loop) == ""
    assert "replied" in loop.run("log").out
    reopened = run_as_named(loop, attention, "reopen")
    assert reopened.status == 0, reopened.err
    assert loop.address("visa") in reopened.err  # who has it already is named


def test_what_was_reopened_although_it_was_answered_goes_out_once_more(
    loop: RoundTrip, save: Save, scripted: ScriptedServer
) -> None:
    save(bounce(loop))
    loop.inbox(str(save(reply(loop))))
    assert loop.run("log", "reopen", "jp-osaka", "--because", "the consul should have it too").status == 0
    loop.mail_workspace.workspace.edit(
        "recipients.yaml", f"{loop.address('osaka')}, {loop.address('visa')}", loop.address("li")
    )
    loop.mail_workspace.approve()
    assert loop.mail_workspace.send().status == 0
    assert len(scripted.deliveries(loop.address("li"))) == 1
    assert len(scripted.deliveries(loop.address("visa"))) == 1
    assert read_attention(loop) == ""


def test_an_answer_that_comes_after_it_was_reopened_stops_the_second_attempt(loop: RoundTrip, save: Save) -> None:
    loop.inbox(str(save(bounce(loop))))
    first = reply(loop)
    assert loop.run("log", "reopen", "jp-osaka", "--because", "the address was wrong").status == 0
    loop.mail_workspace.approve()
    loop.inbox(str(save(first)))
    ending = loop.mail_workspace.send()
    assert "attempt 1 is replied after all" in ending.err


def test_a_bounce_of_an_earlier_attempt_names_no_command_that_refuses(loop: RoundTrip, save: Save) -> None:
    late = report(loop.message(), loop.address("visa"))
    loop.inbox(str(save(bounce(loop))))
    loop.run("log", "reopen", "jp-osaka", "--because", "the address was wrong")
    ending = loop.inbox(str(save(late)))
    assert ending.status == 1
    assert "log reopen" not in ending.err.partition("Next: ")[2]


def test_two_bounces_are_two_things_to_look_at(loop: RoundTrip, save: Save) -> None:
    save(bounce(loop))
    loop.inbox(str(save(report(loop.message(), loop.address("visa")))))
    attention = read_attention(loop)
    assert attention.count("jp-osaka: bounced on ") == 2
    assert run_as_named(loop, attention, "confirm").status == 0
    assert read_attention(loop).count("jp-osaka: bounced on ") == 1


def test_where_the_letter_came_back_too_the_command_says_by_which_way(loop: RoundTrip, save: Save) -> None:
    loop.run("log", "add", "posted", "jp-osaka")
    loop.run("log", "add", "returned", "jp-osaka", "--channel", "post")
    ending = loop.inbox(str(save(bounce(loop))))
    assert "Next: petitioner log reopen jp-osaka --channel email --because" in ending.err
    assert run_as_named(loop, ending.err, "reopen").status == 0


def test_a_letter_by_another_way_ends_it_once_e_mail_is_planned_no_longer(loop: RoundTrip, save: Save) -> None:
    loop.inbox(str(save(bounce(loop))))
    loop.run("log", "add", "posted", "jp-osaka")
    assert "jp-osaka: bounced" in read_attention(loop)
    two = f"email: [{loop.address('osaka')}, {loop.address('visa')}]"
    loop.mail_workspace.workspace.edit("recipients.yaml", f"[email]\n    {two}", f"[post]\n    {two}")
    assert read_attention(loop) == ""


def test_a_letter_that_is_asked_about_tells_of_the_bounce_and_the_answer(loop: RoundTrip, save: Save) -> None:
    save(bounce(loop))
    loop.inbox(str(save(reply(loop))))
    letter = loop.mail_workspace.folder / "out/2027/jp-osaka/petition.en.pdf"
    told = loop.run("log", "verify", str(letter)).out
    assert f"On 2027-09-01 its packet bounced: {loop.address('osaka')}: no such mailbox: 550" in told
    assert "On 2027-09-01 its packet was answered: Re: [LFNKR-2027-JP-OSAKA]" in told
