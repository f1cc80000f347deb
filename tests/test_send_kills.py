"""Killed anywhere in a run: nothing is delivered twice, and nothing is lost that is not listed as in doubt."""

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from conftest import Bench
from mail_office import MailOffice
from petitioner.mailing_log.states.packets import State, fold_packets
from scale import IS_LONG
from servers.certificates import Certificates
from servers.scripted import ScriptedServer
from servers.waiting import wait_until

TOKYO, OSAKA = "tokyo@example.cn", "once-451@example.cn"
KILLS = 200 if IS_LONG else 10


@pytest.fixture
def office(bench: Bench, scripted: ScriptedServer, certificates: Certificates) -> MailOffice:
    """Two packets, of which one is put off once, so that a run has every kind of step."""
    office = MailOffice(bench)
    office.write_account(scripted.ports.tls, certificates)
    office.write_to(TOKYO, OSAKA)
    office.approve()
    return office


class Killer:
    """The other process, and what came of its runs."""

    def __init__(self, process: subprocess.Popen[str], office: MailOffice, scripted: ScriptedServer) -> None:
        self._process, self._office, self._scripted = process, office, scripted
        self.counts: Counter[str] = Counter()

    def try_once(self) -> str | None:
        """A run that is killed, and what is left of it sent by another; at which step, or None when it ended first."""
        self._scripted.kept.clear()
        self._scripted.commands.clear()
        killed = self._order("begin")
        delivered = len(self._scripted.kept)
        if killed["status"] == -9:
            again = self._order("go on")
            self._check(str(killed["step"]), int(again["status"]), delivered)
            return str(killed["step"])
        assert killed["status"] == 0
        self._check("its end", 0, delivered)
        return None

    def _order(self, words: str) -> dict[str, object]:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(f"{words}\n")
        self._process.stdin.flush()
        answer: dict[str, object] = json.loads(self._process.stdout.readline())
        wait_until(lambda: self._scripted.lines_open == 0)
        return answer

    def _check(self, step: str, status: int, before: int) -> None:
        states = {packet.key.recipient: packet.state for packet in fold_packets(self._office.read_log())}
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
def kill(office: MailOffice, scripted: ScriptedServer, by: str) -> Iterator[Killer]:
    """Runs that are killed, each from the same beginning."""
    program = Path(__file__).with_name("send_killed.py")
    command = [sys.executable, str(program), str(office.folder), os.environ["HOME"], by, str(os.getpid())]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout
        yield Killer(process, office, scripted)
        assert process.stdin
        process.stdin.close()


def test_killed_at_every_step_and_run_again_nothing_is_twice_and_nothing_lost(
    office: MailOffice, scripted: ScriptedServer
) -> None:
    steps = []
    with kill(office, scripted, "steps") as killer:
        while step := killer.try_once():
            steps.append(step)
    print(f"\n{len(steps)} kills, at every step: {dict(killer.counts)}")
    named = " ".join(steps)
    for moment in (
        "after append",
        "before open_line",
        "after ask DATA",
        "before ask .",
        "after ask .",
        "after ask QUIT",
    ):
        assert moment in named
    assert len(steps) > 60
    assert killer.counts["delivered and in doubt"] > 1
    assert killer.counts["not delivered and in doubt"] > 1


def test_killed_at_some_moment_and_run_again_nothing_is_twice_and_nothing_lost(
    office: MailOffice, scripted: ScriptedServer
) -> None:
    with kill(office, scripted, "times") as killer:
        killed = sum(killer.try_once() is not None for _ in range(KILLS))
    print(f"\n{killed} of {KILLS} runs killed by lot: {dict(killer.counts)}")
    assert killed > KILLS / 4
