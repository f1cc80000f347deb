"""Handing over one packet: what the log lets happen, whatever runs, clocks and people do meanwhile."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Self

import pytest

from conftest import NOW, WorkspaceCopy
from mail_workspace import MailWorkspace
from petitioner.commands.load_and_check import Scope
from petitioner.commands.prepare_send import MessageOptions, Outbox, prepare_outbox
from petitioner.delivery.handover import Answer, OutgoingMessage, SendOutcome
from petitioner.delivery.journal import PacketTakenError
from petitioner.inputs.selection import Selection
from petitioner.log.kinds import Kind
from petitioner.log.states.packets import State, list_packets
from petitioner.mail.dispatch import Dispatcher
from petitioner.terminal import Terminal
from servers.certificates import Certificates

LATER = Answer(SendOutcome.DEFERRED, "451 later")
Step = Callable[[Callable[[], None]], Answer]


@dataclass
class Road:
    """A way out that does what a test says, one step a message; each is given what commits."""

    steps: list[Step]
    carried: list[bytes] = field(default_factory=list)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return

    def prepare(self) -> None:
        return

    def hand_over(self, outgoing: OutgoingMessage, commit: Callable[[], None]) -> Answer:
        self.carried.append(outgoing.content)
        return self.steps.pop(0)(commit)


def put_off(commit: Callable[[], None]) -> Answer:
    """The whole message was sent, and put off."""
    commit()
    return LATER


def hang_up(_commit: Callable[[], None]) -> Answer:
    """The line was lost before the message was whole."""
    return LATER


def die(commit: Callable[[], None]) -> Answer:
    """The last byte went out, and then the power."""
    commit()
    raise KeyboardInterrupt


@pytest.fixture
def mail_workspace(workspace: WorkspaceCopy, certificates: Certificates) -> MailWorkspace:
    mail_workspace = MailWorkspace(workspace)
    mail_workspace.write_account(1, certificates)
    mail_workspace.write_to("tokyo@example.cn", "osaka@example.cn")
    mail_workspace.approve()
    return mail_workspace


def fill(mail_workspace: MailWorkspace) -> Outbox:
    """The outbox with Osaka's packet alone."""
    scope = Scope(mail_workspace.folder, None, NOW, Selection(("jp-osaka",)))
    return prepare_outbox(Terminal(quiet=True), scope, MessageOptions())


def direct(outbox: Outbox, *steps: Step, now: datetime = NOW) -> Dispatcher:
    return Dispatcher(outbox.log, outbox.context, Road(list(steps)), lambda: now, "office")


def find_state(mail_workspace: MailWorkspace) -> State:
    (packet,) = list_packets(event for event in mail_workspace.read_log() if event.recipient == "jp-osaka")
    return packet.state


def test_a_clock_that_was_set_back_hides_no_doubt(mail_workspace: MailWorkspace) -> None:
    """States follow the day first; an older `deferred` with a later date would make it a packet to be sent."""
    outbox = fill(mail_workspace)
    (job,) = outbox.jobs
    direct(outbox, put_off, now=NOW + timedelta(days=9)).hand_over(job)
    (job,) = fill(mail_workspace).jobs
    with pytest.raises(KeyboardInterrupt):
        direct(outbox, die).hand_over(job)
    assert find_state(mail_workspace) is State.IN_DOUBT
    assert fill(mail_workspace).jobs == ()


def test_a_try_that_failed_early_does_not_speak_over_one_that_went_further(mail_workspace: MailWorkspace) -> None:
    outbox = fill(mail_workspace)
    (job,) = outbox.jobs
    direct(outbox, hang_up).hand_over(job)
    (job,) = fill(mail_workspace).jobs

    def be_overtaken(_commit: Callable[[], None]) -> Answer:
        with pytest.raises(KeyboardInterrupt):
            direct(outbox, die).hand_over(job)
        return LATER

    with pytest.raises(PacketTakenError, match="another run took jp-osaka up"):
        direct(outbox, be_overtaken).hand_over(job)
    assert find_state(mail_workspace) is State.IN_DOUBT


def test_an_approval_that_is_taken_back_while_a_message_goes_out_stops_it_before_its_last_byte(
    mail_workspace: MailWorkspace,
) -> None:
    outbox = fill(mail_workspace)
    (job,) = outbox.jobs

    def wait(commit: Callable[[], None]) -> Answer:
        assert (
            mail_workspace.workspace.run("log", "withdraw", "2", "--because", "a slip in the second line").status == 0
        )
        commit()
        raise AssertionError("nothing may come as far as this")

    with pytest.raises(PacketTakenError, match="was taken back or renewed just now"):
        direct(outbox, wait).hand_over(job)
    assert Kind.COMMITTING not in mail_workspace.list_kinds("jp-osaka")


def test_every_try_of_a_claim_carries_the_same_bytes(mail_workspace: MailWorkspace) -> None:
    outbox = fill(mail_workspace)
    (job,) = outbox.jobs
    road = Road([hang_up, put_off])
    dispatcher = Dispatcher(outbox.log, outbox.context, road, lambda: NOW, "office")
    again = dispatcher.hand_over(job).job
    dispatcher.hand_over(again)
    assert road.carried[0] == road.carried[1] == job.outgoing.content
    assert fill(mail_workspace).jobs[0].outgoing.content == job.outgoing.content
