"""Standard streams as they are: full, closed, in an old encoding, interrupted; and what may be sent to a terminal."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from threading import Event, Thread

import pytest

from conftest import WorkspaceCopy
from petitioner.log.storage.store import MailingLog
from petitioner.render import report_missing_library

CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
COMMAND = [sys.executable, "-m", "petitioner"]
ESCAPE = "\x1b[31m"


def run_shell(workspace: WorkspaceCopy, line: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """A line as it is typed, with ``petitioner`` working on the workspace."""
    return subprocess.run(
        [
            "/bin/bash",
            "-c",
            f'petitioner() {{ "{sys.executable}" -m petitioner -C "{workspace.folder}" "$@"; }}; {line}',
        ],
        capture_output=True,
        env={**os.environ, **environment},
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize("command", ["", "log export", "--help"])
@pytest.mark.parametrize("where", [">/dev/full", ">&-"])
def test_a_result_that_cannot_be_printed_is_said_and_ends_with_1(
    workspace: WorkspaceCopy, command: str, where: str
) -> None:
    ending = run_shell(workspace, f"petitioner {command} {where}")
    assert b"Standard output cannot be written (" in ending.stderr
    assert b"Traceback" not in ending.stderr
    assert b"Exception ignored" not in ending.stderr
    assert ending.returncode == 1


@pytest.mark.parametrize("where", [">/dev/full", ">&-", ">&- 2>&- <&-", "2>/dev/full", "| true"])
def test_what_was_to_be_done_is_done_wherever_the_words_go(workspace: WorkspaceCopy, where: str) -> None:
    """A closed stream's number must not go to the log that is opened next."""
    ending = run_shell(workspace, f"petitioner log add posted jp-osaka {where}")
    assert b"Traceback" not in ending.stderr
    assert [event.recipient for event in MailingLog.within(workspace.folder).read()] == ["jp-osaka"]
    assert workspace.run("log", "verify").status == 0


@pytest.mark.slow
def test_closed_input_is_empty_input(workspace: WorkspaceCopy) -> None:
    for command in ("", "log add posted --scan", "approve", "recipients verify"):
        ending = run_shell(workspace, f"petitioner {command} <&-")
        assert b"Traceback" not in ending.stderr, ending.stderr


@pytest.mark.slow
@pytest.mark.parametrize("encoding", ["euc_jp", "iso-8859-1", "ascii"])
def test_in_an_old_encoding_nothing_is_lost(workspace: WorkspaceCopy, encoding: str) -> None:
    workspace.run("log", "add", "posted", "jp-tokyo", "--note", "驻日本大使馆 ‘ü’")
    for command in ("", "log", "log show jp-tokyo", "check", "--help", "nonsense"):
        ending = run_shell(workspace, f"petitioner {command}", PYTHONIOENCODING=encoding)
        assert b"Traceback" not in ending.stderr, ending.stderr
    (event,) = json.loads(run_shell(workspace, "petitioner log --json", PYTHONIOENCODING=encoding).stdout)["events"]
    assert event["note"] == "驻日本大使馆 ‘ü’"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("locale", "source", "charmap"), [("ja_JP.eucJP", "ja_JP", "EUC-JP"), ("en_US", "en_US", "ISO-8859-1")]
)
def test_in_an_old_locale_every_command_works(
    workspace: WorkspaceCopy, tmp_path: Path, locale: str, source: str, charmap: str
) -> None:
    made = subprocess.run(
        ["localedef", "-i", source, "-f", charmap, tmp_path / locale], capture_output=True, check=False
    )
    if not (tmp_path / locale).exists():
        pytest.skip(f"localedef cannot make the locale here: {made.stderr!r}")
    for command in ("build", "", "log add posted jp-tokyo", "log export", "doctor"):
        ending = run_shell(workspace, f"petitioner {command}", LOCPATH=str(tmp_path), LC_ALL=locale)
        assert b"Traceback" not in ending.stderr, ending.stderr
    assert run_shell(workspace, "petitioner log verify", LOCPATH=str(tmp_path), LC_ALL=locale).returncode == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ["nonsense" + ESCAPE],
        ["--nonsense" + ESCAPE],
        ["log", "show", "jp-x" + ESCAPE],
        ["log", "add", "posted", "jp-osaka", "--file", ESCAPE + "\x9b.pdf"],
        ["log", "add", "posted", "jp-osaka", "--channel", ESCAPE],
        ["log", "add", "posted", "jp-osaka", "--note", ESCAPE],
        ["log", "verify", ESCAPE + ".pdf"],
        ["--campaign", ESCAPE, "check"],
        ["-C", "/nowhere" + ESCAPE, "check"],
        ["check", "--only", "jp-x" + ESCAPE],
        ["check", "--limit", ESCAPE],
        ["print", "--printer", ESCAPE],
        ["log", "export", "--to", ESCAPE + "\udcff.csv"],
    ],
)
def test_what_is_typed_never_commands_the_terminal(
    workspace: WorkspaceCopy, arguments: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(workspace.folder)  # where `export` makes its file
    ending = workspace.run(*arguments)
    assert not CONTROLS.search(ending.out + ending.err)
    assert ending.err


def test_a_key_of_the_configuration_never_commands_the_terminal(workspace: WorkspaceCopy) -> None:
    settings = Path(os.environ["HOME"]) / ".config/petitioner/config.toml"
    settings.parent.mkdir(parents=True)
    settings.write_text(f'"a\\u001b[31m" = 1\n[accounts."x\\u001b[31m"]\n"b\\u009b" = "{ESCAPE}"\n', "utf-8")
    for command in (["doctor"], ["doctor", "--accounts"], ["log", "add", "posted", "jp-osaka"], ["send"]):
        ending = workspace.run(*command)
        assert not CONTROLS.search(ending.out + ending.err), command


@pytest.mark.parametrize("after", [0.1, 0.2, 0.4, 0.6])
def test_an_interruption_while_starting_shows_no_traceback(workspace: WorkspaceCopy, after: float) -> None:
    """Python's own first moments are beyond reach; from its first import of ours on, all is said."""
    program = "import sys; print(file=sys.stderr, flush=True); from petitioner.__main__ import main; sys.exit(main())"
    running = subprocess.Popen(
        [sys.executable, "-c", program, "-C", str(workspace.folder), "check"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert running.stderr
    running.stderr.readline()
    time.sleep(after)
    running.send_signal(signal.SIGINT)
    _, said = running.communicate(timeout=30)
    assert b"Traceback" not in said
    assert running.returncode in {0, 130}
    if running.returncode == 130:
        assert said.startswith(b"Interrupted")


def test_an_interruption_that_python_drops_in_a_callback_still_ends_the_program() -> None:
    """Python prints and forgets what is raised in a finalizer; ours comes again, without a traceback."""
    program = """
import signal, sys, time, types, weakref
from petitioner import __main__ as start

def run():
    thing = set()
    weakref.finalize(thing, signal.raise_signal, signal.SIGINT)
    del thing
    time.sleep(20)

sys.modules["petitioner.cli"] = types.SimpleNamespace(main=run)
sys.exit(start.main())
"""
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, timeout=15, check=False)
    assert (ended.returncode, ended.stderr) == (130, b"Interrupted before anything was done.\n")


def test_without_a_home_nothing_breaks(workspace: WorkspaceCopy) -> None:
    shutil.rmtree(os.environ["HOME"])
    assert workspace.run().status == 0


def test_a_library_that_prints_while_a_thread_loads_it_hides_no_result(workspace: WorkspaceCopy) -> None:
    loading, shown = Event(), Event()

    def load() -> None:
        with report_missing_library("WeasyPrint"):
            loading.set()
            shown.wait(timeout=30)

    thread = Thread(target=load)
    thread.start()
    assert loading.wait(timeout=30)
    out = workspace.run("log", "show", "jp-osaka").out
    shown.set()
    thread.join()
    assert out.startswith("jp-osaka: ")
