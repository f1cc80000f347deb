"""Killed between any two writes, or copied in the middle of one: a whole log is left, or what is not taken for one."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from components import require
from log_tampering import make_log, say_faults
from log_workspace import draft
from petitioner.errors import PetitionerError
from petitioner.log.storage.store import FILE_NAME, MailingLog

pytestmark = pytest.mark.slow

# Every call by which SQLite, or we, change anything on disk. rename is how the machine's memory takes its place.
CALLS = ("pwrite64", "fdatasync", "fsync", "unlink", "rename", "write", "ftruncate")
WHEN = 100

# strace kills a process at its WHENth call of a kind. Each child makes so many idle ones first that this is the Nth of
# the append. A child that has done its append before that many calls ends with 0, and the next kind begins.
HARNESS = """
import os, shutil, sys
from contextlib import suppress
from pathlib import Path
from log_workspace import draft
from petitioner.log.storage.store import MailingLog
import petitioner.log.storage.rows, petitioner.log.storage.schema
when = int(sys.argv[1])
idle = os.open("idle", os.O_CREAT | os.O_RDWR)
def make_idle(call):
    with suppress(OSError):
        match call:
            case "pwrite64": os.pwrite(idle, b"", 0)
            case "fdatasync": os.fdatasync(idle)
            case "fsync": os.fsync(idle)
            case "unlink": os.unlink("nothing")
            case "rename": os.rename("nothing", "nothing")
            case "write": os.write(idle, b"")
            case "ftruncate": os.ftruncate(idle, 0)
for call in sys.argv[2:]:
    for number in range(1, when):
        folder = Path(f"{call}-{number:02}")
        shutil.copytree("first", folder)
        child = os.fork()
        if child == 0:
            for _ in range(when - number):
                make_idle(call)
            MailingLog.within(folder).append(lambda _: [draft()])
            os._exit(0)
        if os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0:
            break
    else:
        sys.exit(f"more calls of {call} than this was made for")
"""


def run_killed(folder: Path) -> subprocess.CompletedProcess[str]:
    """Append once for every write that an append makes, killed right before that write."""
    inject = [f"--inject={call}:signal=KILL:when={WHEN}" for call in CALLS]
    tracer = [require("strace"), "--follow-forks", "--output=/dev/null", f"--trace={','.join(CALLS)}"]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [*tracer, *inject, sys.executable, "-c", HARNESS, str(WHEN), *CALLS]
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=120, check=False
    )


@pytest.mark.parametrize("events", [0, 5])
def test_killed_before_any_write_of_an_append_the_log_is_whole_and_the_next_goes_on(
    tmp_path: Path, events: int
) -> None:
    (tmp_path / "first").mkdir()
    if events:
        make_log(tmp_path / "first")
    done = run_killed(tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    killed = sorted(tmp_path.glob("*-??"))
    hot = [folder for folder in killed if (folder / f"{FILE_NAME}-journal").exists()]
    assert len(killed) > 30
    assert len(hot) > 10
    for folder in hot:
        check_copies(folder, tmp_path / "copies" / folder.name, events)
    assert {check_killed(folder, events) for folder in killed} == {events, events + 1}


def check_killed(folder: Path, events: int) -> int:
    """The log verifies and the next append goes on; gives how many events the killed one had left."""
    log = MailingLog.within(folder)
    length = len(log.read())
    assert say_faults(log) == [], folder
    log.append(lambda _: [draft()])
    assert [event.id for event in log.read()] == list(range(1, length + 2))
    assert say_faults(log) == [], folder
    if not events:  # begun here, and not copied here
        log.require_location()
    return length


def check_copies(folder: Path, place: Path, events: int) -> None:
    """A copy with its hot journal is the log; one without it is the log, or is not taken for one."""
    whole = MailingLog.within(shutil.copytree(folder, place))
    assert (len(whole.read()), say_faults(whole)) == (events, [])
    shutil.copy(folder / FILE_NAME, place / "alone.sqlite")
    assert judge(MailingLog(place / "alone.sqlite")) in {None, events, events + 1}


def judge(copy: MailingLog) -> int | None:
    """How many events a copy holds, or None when it was found not to be whole."""
    try:
        return None if say_faults(copy) else len(copy.read())
    except PetitionerError:
        return None


@contextmanager
def writing(log: MailingLog, work: str) -> Iterator[subprocess.Popen[str]]:
    """Another process that appends to the same log, and says so line by line."""
    head = (
        "import sys, time; from dataclasses import replace; from pathlib import Path; from log_workspace import draft;"
        "from petitioner.log.events import Attachment;"
        "from petitioner.log.storage.store import MailingLog;"
        "log = MailingLog(Path(sys.argv[1]))\n"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", head + work, str(log.path)]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        yield process
        process.kill()


HALF_AN_APPEND = """
def compose(events):
    yield replace(draft(), attachments=(Attachment("letter", "a.pdf", "application/pdf", bytes(16_000_000)),))
    print("half", flush=True)
    time.sleep(60)
log.append(compose)
"""


def test_a_plain_copy_taken_while_an_append_is_being_made_ready_is_the_log_before_it(tmp_path: Path) -> None:
    log = make_log(tmp_path)
    with writing(log, HALF_AN_APPEND) as process:
        assert process.stdout
        assert process.stdout.readline() == "half\n"
        copy = MailingLog(Path(shutil.copy(log.path, tmp_path / "copy.sqlite")))
        assert (len(copy.read()), say_faults(copy)) == (5, [])


def test_a_plain_copy_that_met_a_commit_is_never_taken_for_a_whole_one(tmp_path: Path) -> None:
    log = make_log(tmp_path)
    events = log.read()
    lengths = []
    with writing(
        log, "for number in range(1_000): log.append(lambda _: [draft()]); print(number, flush=True)"
    ) as process:
        assert process.stdout
        for number in range(40):
            assert process.stdout.readline() == f"{number}\n"
            copy = MailingLog(tmp_path / f"{number}.sqlite")
            subprocess.run(["cp", log.path, copy.path], check=True)
            lengths.append(judge(copy))
    whole = [length for length in lengths if length is not None]
    assert len(whole) > 20
    assert whole == sorted(whole)
    assert log.read()[:5] == events
    assert len(log.read()) >= whole[-1]
