"""CUPS, a real scheduler; its printers are a shell script that keeps what arrives, and ends as its queue is called."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from socket import AF_UNIX, socket

from servers.daemons import Daemon, choose_user, give, make_folder, name_group
from servers.waiting import find_port, wait_until

QUEUES = ("ok", "fail", "hold", "stop", "cancel", "slow")
"""Printed, aborted, held, left lying while the queue stops, cancelled, and printed once it is let go: their jobs."""

# What the scheduler calls to bring a job to a printer (backend(7)). Its exit status is what becomes of the job.
_BACKEND = r"""#!/bin/sh
if [ $# -eq 0 ]; then echo 'direct keep "keep" "a printer of tests"'; exit 0; fi
number=$1 title=$3 copies=$4 options=$5 file=${6-}
case $DEVICE_URI in
    */fail) echo 'ERROR: out of toner' >&2; exit 1 ;;
    */hold) exit 3 ;;
    */stop) echo 'STATE: +media-empty-error' >&2; exit 4 ;;
    */cancel) exit 5 ;;
    */slow) echo 'INFO: warming up' >&2; until [ -e @FOLDER@/let-go ]; do sleep 0.02; done ;;
esac
cat ${file:+"$file"} >@FOLDER@/part-$$
printf '%s\n%s\n%s\n%s\n' "$number" "$title" "$copies" "$options" >@FOLDER@/$number-$$.told
mv @FOLDER@/part-$$ @FOLDER@/$number-$$.bytes
"""

_FILES = """\
User {user}
Group {group}
SystemGroup {system}
ServerRoot {folder}/etc
ServerBin {folder}/bin
DataDir /usr/share/cups
CacheDir {folder}/cache
StateDir {folder}/state
RequestRoot {folder}/spool
TempDir {folder}/spool/tmp
AccessLog {folder}/access
ErrorLog {folder}/error
PageLog {folder}/pages
Printcap
"""

# Jobs are their owner's, and only he sees their titles, as in Debian's own configuration.
_CONFIGURATION = """\
LogLevel info
Listen 127.0.0.1:{port}
Listen {folder}/socket
Browsing No
WebInterface No
DefaultAuthType None
ErrorPolicy abort-job
DirtyCleanInterval 0
PreserveJobHistory {history}
PreserveJobFiles No
<Location />
  Order allow,deny
  Allow all
</Location>
<Policy default>
  <Limit Send-Document Hold-Job Release-Job Set-Job-Attributes Cancel-My-Jobs Close-Job Cancel-Job>
    Require user @OWNER @SYSTEM
    Order deny,allow
  </Limit>
  <Limit All>
    Order deny,allow
    Allow all
  </Limit>
</Policy>
"""

_QUEUE = """\
<Printer {name}>
DeviceURI {uri}
State Idle
Accepting Yes
ErrorPolicy abort-job
</Printer>
"""


@dataclass(frozen=True)
class Arrival:
    """What came to a printer as one job."""

    number: int
    title: str
    copies: int
    options: str
    content: bytes


class Cups:
    """A scheduler on ``port`` and on ``socket``, with the queues in ``QUEUES`` and ``more``: device URIs by name."""

    def __init__(self, program: str, folder: Path, *, more: dict[str, str] | None = None, history: str = "Yes") -> None:
        self.folder, self.port, self.socket = folder, find_port(), folder / "socket"
        user = choose_user("lp")
        folder.mkdir(mode=0o711)
        for name in ("etc/ppd", "cache", "state", "spool/tmp", "bin/backend"):
            (folder / name).mkdir(parents=True)
        for name in ("filter", "cgi-bin", "monitor", "driver"):
            (folder / "bin" / name).mkdir()
        self.printed = make_folder(folder / "printed", user)
        _furnish(folder / "bin", self.printed)
        group = name_group(user)
        system = "root" if os.geteuid() == 0 else group
        _write(folder / "etc/cups-files.conf", _FILES, folder=folder, user=user, group=group, system=system)
        _write(folder / "etc/cupsd.conf", _CONFIGURATION, folder=folder, port=self.port, history=history)
        queues = {name: f"keep:/{name}" for name in QUEUES} | (more or {})
        lines = "".join(_QUEUE.format(name=name, uri=uri) for name, uri in queues.items())
        _write(folder / "etc/printers.conf", "{lines}", lines=lines)
        give(folder / "etc/printers.conf", user)
        etc = folder / "etc"
        command = [program, "-f", "-c", str(etc / "cupsd.conf"), "-s", str(etc / "cups-files.conf")]
        self._is_up = False
        self._daemon = Daemon(command, self.port, folder / "said")

    def start(self) -> None:
        """Begin, or begin again: jobs that were not done are taken up."""
        self._daemon.__enter__()
        self._is_up = True
        wait_until(lambda: _accepts(self.socket))  # the scheduler listens there a moment later than on its port

    def stop(self) -> None:
        """End the scheduler, and whatever it prints with; nothing where it has ended."""
        if self._is_up:
            self._is_up = False
            self._daemon.__exit__(None, None, None)

    def forbid(self, operation: str) -> None:
        """Let nobody do a thing with jobs any more."""
        self.stop()
        configuration = self.folder / "etc/cupsd.conf"
        text = configuration.read_text("utf-8").replace(f" {operation}>", ">")
        limit = f"  <Limit {operation}>\n    Require user nobody-at-all\n    Order deny,allow\n  </Limit>\n"
        configuration.write_text(text.replace("  <Limit All>", f"{limit}  <Limit All>"), "utf-8")
        self.start()

    @property
    def server(self) -> str:
        """What CUPS_SERVER says of it."""
        return f"127.0.0.1:{self.port}"

    def let_go(self) -> None:
        """Let the slow printer print."""
        (self.printed / "let-go").touch()

    def forget(self) -> None:
        """Let go of all jobs, and of all that was printed."""
        self.call("cancel", "-a", "-x")
        for path in self.printed.iterdir():
            path.unlink()

    def list_arrivals(self) -> list[Arrival]:
        """Everything that came to a printer, whole, job by job."""
        return sorted((_read(path) for path in self.printed.glob("*.bytes")), key=lambda one: one.number)

    def call(self, *command: str) -> str:
        """Use CUPS's own programs, as somebody at the printer would; gives what they say."""
        environment = {**os.environ, "CUPS_SERVER": self.server, "LC_ALL": "C.UTF-8"}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=20, check=True)
        return done.stdout


def _accepts(path: Path) -> bool:
    with socket(AF_UNIX) as tried:
        return tried.connect_ex(str(path)) == 0


def _furnish(folder: Path, printed: Path) -> None:
    """Put there what the scheduler runs: its own helpers, its way to other printers, and ours."""
    for name in ("daemon", "notifier"):
        (folder / name).symlink_to(f"/usr/lib/cups/{name}")
    (folder / "backend/ipp").symlink_to("/usr/lib/cups/backend/ipp")
    backend = folder / "backend/keep"
    backend.write_text(_BACKEND.replace("@FOLDER@", str(printed)))
    backend.chmod(0o755)  # one that only root can read, the scheduler would run as root


def _read(path: Path) -> Arrival:
    number, title, copies, options = path.with_suffix(".told").read_text("utf-8").split("\n")[:4]
    return Arrival(int(number), title, int(copies), options, path.read_bytes())


def _write(path: Path, text: str, **values: object) -> None:
    path.write_text(text.format(**values), "utf-8")
