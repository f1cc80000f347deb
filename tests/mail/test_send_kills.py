"""Killed anywhere in a run: nothing is delivered twice, and nothing is lost that is not listed as in doubt."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from conftest import WorkspaceCopy
from mail_workspace import MailWorkspace
from petitioner.log.states.packets import State, list_packets
from scale import IS_LONG
from servers.certificates import Certificates
from servers.scripted import ScriptedServer
from servers.waiting import wait_until

pytestmark = pytest.mark.slow

TOKYO = "tokyo@example.cn"
OSAKA = "once-451@example.cn" if IS_LONG else "osaka@example.cn"
KILLS = 200 if IS_LONG else 10


@pytest.fixture
def mail_workspace(workspace: WorkspaceCopy, scripted: ScriptedServer, certificates: Certificates) -> MailWorkspace:
    """Two packets; in the long form one of them is put off once, so that a run has every kind of step."""
    mail_workspace = MailWorkspace(workspace)
    mail_workspace.write_account(scripted.ports.tls, certificates)
    mail_workspace.write_to(TOKYO, OSAKA)
    mail_workspace.approve()
    return mail_workspace


class Killer:
    """The other process, and what came of its runs."""

    def __init__(self, process: subprocess.Popen[str], mail_workspace: MailWorkspace, scripted: ScriptedServer) -> None:
        self._process, self._workspace, self._scripted = process, mail_workspace, scripted
        self.counts: Counter[str] = Counter()

    def try_once(self) -> str | None:
        """A run that is killed, and what is left of it sent by another; at which step, or None when it ended first."""
        self._scripted.kept.clear()
        self._scripted.commands.clear()
        status, step = self._order("begin")
        delivered = len(self._scripted.kept)
        if status == -signal.SIGKILL:
            status, _ = self._order("go on")
            self._check(step, status, delivered)
            return step
        self._check("at its end", status, delivered)
        return None

    def try_with_clone(self) -> str | None:
        """A run that is killed; then a run of a clone, and only then what is left of it; at which step, or None."""
        self._scripted.kept.clear()
        status, step = self._order("begin")
        if status != -signal.SIGKILL:
            return None
        self._order("clone")
        self._order("go on")
        own = {packet.key.recipient: packet.state for packet in list_packets(self._workspace.read_log())}
        for recipient, address in (("jp-tokyo", TOKYO), ("jp-osaka", OSAKA)):
            copies = len(self._scripted.deliveries(address))
            told = f"killed {step}: {recipient} is {own[recipient]}, and was delivered {copies} times"
            assert copies <= 1, told
            assert copies == 1 or own[recipient] is State.IN_DOUBT, told
            self.counts[f"{own[recipient]}, delivered {copies} times"] += 1
        return step

    def _order(self, words: str) -> tuple[int, str]:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(f"{words}\n")
        self._process.stdin.flush()
        status, step = json.loads(self._process.stdout.readline())
        wait_until(lambda: self._scripted.lines_open == 0)
        return int(status), str(step)

    def _check(self, step: str, status: int, before: int) -> None:
        states = {packet.key.recipient: packet.state for packet in list_packets(self._workspace.read_log())}
        doubtful = 0
        for recipient, address in (("jp-tokyo", TOKYO), ("jp-osaka", OSAKA)):
            copies, state = len(self._scripted.deliveries(address)), states[recipient]
            told = f"killed {step}: {recipient} is {state}, and was delivered {copies} times"
            assert copies <= 1, told
            assert state in {State.ACCEPTED, State.IN_DOUBT}, told
            assert copies == 1 or state is State.IN_DOUBT, told
            doubtful += state is State.IN_DOUBT
            self.counts["delivered and accepted"] += copies == 1 and state is State.ACCEPTED
            self.counts["delivered and in doubt"] += copies == 1 and state is State.IN_DOUBT
            self.counts["not delivered and in doubt"] += copies == 0
        assert doubtful <= 1, f"killed {step}: one run can leave one packet in doubt"
        assert status == (4 if doubtful else 0), f"killed {step}"
        self.counts["runs"] += 1
        self.counts["delivered before the kill"] += before


@contextmanager
def kill(mail_workspace: MailWorkspace, scripted: ScriptedServer, by: str, *clones: MailWorkspace) -> Iterator[Killer]:
    """Runs that are killed, each from the same beginning."""
    program = Path(__file__).parents[1].joinpath("support/kill_during_send.py")
    command = [sys.executable, str(program), str(mail_workspace.folder), os.environ["HOME"], by, str(os.getpid())]
    command += [str(clone.folder) for clone in clones]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout
        yield Killer(process, mail_workspace, scripted)
        assert process.stdin
        process.stdin.close()


def test_killed_at_every_step_and_run_again_nothing_is_twice_and_nothing_lost(
    mail_workspace: MailWorkspace, scripted: ScriptedServer
) -> None:
    steps = []
    with kill(mail_workspace, scripted, "steps") as killer:
        while step := killer.try_once():
            steps.append(step)
    print(f"\n{len(steps)} kills, at every step: {dict(killer.counts)}")  # noqa: T201 - the counts are the result
    named = " ".join(steps)
    for moment in (
        "after append",
        "before open_connection",
        "after command DATA",
        "before command .",
        "after command .",
        "after command QUIT",
    ):
        assert moment in named
    assert len(steps) > 50
    assert killer.counts["delivered and in doubt"] > 1
    assert killer.counts["not delivered and in doubt"] > 1


def test_killed_at_any_step_a_clone_and_then_the_next_run_deliver_nothing_twice_and_lose_nothing(
    mail_workspace: MailWorkspace, scripted: ScriptedServer, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = mail_workspace.folder.with_name("clone")
    shutil.copytree(mail_workspace.folder, folder, ignore=shutil.ignore_patterns("mailing-log*"))
    clone = MailWorkspace(WorkspaceCopy(folder, capsys))
    clone.approve()
    steps = []
    with kill(mail_workspace, scripted, "steps" if IS_LONG else "steps-3", clone) as killer:
        while step := killer.try_with_clone():
            steps.append(step)
    print(f"\n{len(steps)} kills, and a clone: {dict(killer.counts)}")  # noqa: T201 - the counts are the result
    assert "write_new" in " ".join(steps)
    assert killer.counts["approved, delivered 1 times"] > 1, "what was not begun the clone has sent"
    assert killer.counts["accepted, delivered 1 times"] > 1, "what was begun the next run has sent"


def test_killed_at_some_moment_and_run_again_nothing_is_twice_and_nothing_lost(
    mail_workspace: MailWorkspace, scripted: ScriptedServer
) -> None:
    with kill(mail_workspace, scripted, "times") as killer:
        killed = 0
        while killed < KILLS:
            killed += killer.try_once() is not None
    print(f"\n{killed} kills by lot: {dict(killer.counts)}")  # noqa: T201 - the counts are the result
    assert killer.counts["runs"] >= KILLS


BOTH = """
import sys
from datetime import UTC, datetime
from contextlib import nullcontext
from petitioner import cli
from petitioner.commands import send
from petitioner.log.storage import store
if sys.argv[2] == "without the lock":
    assert callable(store.hold_lock)
    store.hold_lock = lambda path: nullcontext(True)
fill = send.prepare_outbox
def wait(*arguments):
    filled = fill(*arguments)
    print("planned", flush=True)
    sys.stdin.readline()
    return filled
send.prepare_outbox = wait
sys.exit(cli.main(["-C", sys.argv[1], "send", "--for-real", "--yes"], now=datetime(2027, 9, 1, 3, tzinfo=UTC)))
"""


@pytest.mark.parametrize("claimed", [False, True], ids=["new", "taken up before"])
def test_two_runs_at_once_without_the_lock_deliver_each_packet_once(
    mail_workspace: MailWorkspace, scripted: ScriptedServer, *, claimed: bool
) -> None:
    """The lock is taken out on purpose; what is left is the index of claims, and the look before each entry."""
    if claimed:
        take_up(mail_workspace)
    with start(mail_workspace, "without the lock") as one, start(mail_workspace, "without the lock") as other:
        said = [process.communicate("go\n", timeout=60)[0] for process in (one, other)]
    assert sorted(len(scripted.deliveries(address)) for address in (TOKYO, OSAKA)) == [1, 1], said
    states = [packet.state for packet in list_packets(mail_workspace.read_log())]
    assert states == [State.ACCEPTED, State.ACCEPTED]
    told = "".join(said)
    assert told.count("accepted:") == 2
    assert "Traceback" not in told


def test_two_runs_at_once_with_the_lock_are_one_run_and_a_refusal(
    mail_workspace: MailWorkspace, scripted: ScriptedServer
) -> None:
    with start(mail_workspace, "with the lock") as one:
        ending = mail_workspace.send()
        one.communicate("go\n", timeout=60)
    assert ending.status == 1
    assert "A run is sending from here." in ending.err
    assert one.returncode == 0
    assert len(scripted.kept) == 2


@contextmanager
def start(mail_workspace: MailWorkspace, how: str) -> Iterator[subprocess.Popen[str]]:
    """A run of its own that has planned, and waits for a word before it goes on."""
    command = [sys.executable, "-c", BOTH, str(mail_workspace.folder), how]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        assert process.stdout
        while (line := process.stdout.readline()) != "planned\n":
            assert line, "it ended before it had planned"
        yield process


def take_up(mail_workspace: MailWorkspace) -> None:
    """Leave both packets taken up, and nothing sent: the address of the server leads nowhere at their turn."""
    for _ in range(2):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("petitioner.mail.smtp.SmtpTransport.hand_over", interrupt)
            assert mail_workspace.send("--for-real", "--yes", *(("--only", "jp-osaka") if _ else ())).status == 130


def interrupt(*_: object) -> None:
    """What Ctrl-C does right after a packet was taken up."""
    raise KeyboardInterrupt
