"""What all tests share: a small workspace to spoil, the command line, and guards that keep tests at home."""

import compileall
import os
import shutil
import signal
import socket
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp
from typing import Any

import pytest
from hypothesis import settings

from petitioner.cli import main
from petitioner.user_data import logs

NOW = datetime(2027, 9, 1, 3, 0, tzinfo=UTC)
"""Noon in Tokyo on the day that the letters are dated; 23 days are left."""

# The same examples are tried every time and everywhere, so that no run is red by chance; `make fuzz` and `make torture`
# try new ones. How long a thing takes is measured by `make bench`, not by tests.
settings.register_profile("same", derandomize=True, deadline=None)
settings.register_profile("new", deadline=None)
settings.load_profile("new" if os.environ.get("PETITIONER_TORTURE") else "same")

# A shell that runs tests in the background lets them ignore interrupts, and so whatever they start.
signal.signal(signal.SIGINT, signal.default_int_handler)

pytest_plugins = ["servers.fixtures", "slow"]

_DATA = Path(__file__).parent / "data"
_ROOT = _DATA.parent.parent


def copy_workspace(origin: Path, to: Path) -> None:
    """Copy the letters and recipients of a workspace, and nothing else that lies beside them."""
    shutil.copytree(origin / "letters", to / "letters")
    shutil.copy(origin / "recipients.yaml", to)


@dataclass(frozen=True)
class Ending:
    """How a command ended: its exit status, and what it printed on both streams."""

    status: int
    out: str
    err: str


class WorkspaceCopy:
    """A workspace in a temporary folder that a test may spoil, and the command line at work on it."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str], origin: Path = _DATA / "small") -> None:
        self.folder = folder
        self.origin = origin
        self._capsys = capsys

    def run(self, *arguments: str, now: datetime = NOW) -> Ending:
        """Run ``petitioner`` in the workspace as its user would."""
        self._capsys.readouterr()
        status = main(["-C", str(self.folder), *arguments], now=now)
        said = self._capsys.readouterr()
        return Ending(status, said.out, said.err)

    def build(self) -> None:
        """Build, for a test that is about something else: only what differs from the workspace that was copied is made.

        That workspace is built once in a run of the tests; ``run("build")`` makes everything.
        """
        if not any(self.folder.glob("out/*/built.json")):
            shutil.copytree(self._build_origin(), self.folder / "out", dirs_exist_ok=True)
        ending = self.run("build")
        assert ending.status == 0, ending.err

    def _build_origin(self) -> Path:
        folder = Path(os.environ["PETITIONER_BUILT_BEFORE"])
        built = folder / "-".join(self.origin.parts[1:])
        if not built.exists():
            made = WorkspaceCopy(Path(mkdtemp(dir=folder)), self._capsys)
            copy_workspace(self.origin, made.folder)
            assert made.run("build").status == 0
            with suppress(OSError):  # another process was faster
                made.folder.rename(built)
        return built / "out"

    def edit(self, path: str, old: str, new: str) -> None:
        """Replace a text that stands exactly once in a file, as in an editor."""
        file = self.folder / path
        text = file.read_text("utf-8")
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {path}"
        file.write_text(text.replace(old, new), "utf-8")

    def write(self, path: str, content: str | bytes) -> None:
        """Write a file whole, with the folders that it needs."""
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else content.encode())

    def list_made(self) -> list[str]:
        """The files under ``out/`` by their path, whatever made them."""
        out = self.folder / "out"
        return sorted(str(path.relative_to(out)) for path in out.rglob("*") if path.is_file())


def pytest_configure(config: pytest.Config) -> None:
    """Compile the program once: tests start it hundreds of times, also where Python keeps no compiled modules."""
    if not hasattr(config, "workerinput"):
        compileall.compile_dir(_ROOT / "src", quiet=2)


@pytest.fixture(scope="session", autouse=True)
def _built_before(tmp_path_factory: pytest.TempPathFactory) -> None:
    """All workers of pytest-xdist share one folder of what was built.

    The environment names it, since pytest and the tests may each import this module.
    """
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "built-before"
    folder.mkdir(exist_ok=True)
    os.environ["PETITIONER_BUILT_BEFORE"] = str(folder)


@pytest.fixture
def workspace(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> WorkspaceCopy:
    """Two missions, two languages, three letters."""
    shutil.copytree(_DATA / "small", tmp_path / "small")
    return WorkspaceCopy(tmp_path / "small", capsys)


MakeOnce = Callable[[str, Callable[[WorkspaceCopy], None]], WorkspaceCopy]


@pytest.fixture
def make_once(
    tmp_path_factory: pytest.TempPathFactory, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> MakeOnce:
    """Returns the small workspace as a function leaves it, and sets its user's home.

    The function is called once for each name. Later tests get a copy at the same place, since a log knows its folder.
    """

    def get(name: str, change: Callable[[WorkspaceCopy], None]) -> WorkspaceCopy:
        place, kept = (tmp_path_factory.getbasetemp() / f"{name}-{state}" for state in ("now", "kept"))
        workspace = WorkspaceCopy(place / "small", capsys)
        monkeypatch.setenv("HOME", str(place / "home"))
        if place.exists():
            shutil.rmtree(place)
        if kept.exists():
            shutil.copytree(kept, place, symlinks=True)
        else:
            (place / "home").mkdir(parents=True)
            shutil.copytree(_DATA / "small", workspace.folder)
            change(workspace)
            shutil.copytree(place, kept, symlinks=True)
        return workspace

    return get


@pytest.fixture
def real(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> WorkspaceCopy:
    """A copy of this repository's own workspace: the letters that will be sent."""
    copy_workspace(_ROOT, tmp_path / "real")
    return WorkspaceCopy(tmp_path / "real", capsys, _ROOT)


@pytest.fixture
def seoul(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> WorkspaceCopy:
    """A copy of the example workspace in Korean."""
    shutil.copytree(_ROOT / "examples" / "seoul", tmp_path / "seoul")
    return WorkspaceCopy(tmp_path / "seoul", capsys, _ROOT / "examples" / "seoul")


@pytest.fixture
def five_languages(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> WorkspaceCopy:
    """A copy of the example workspace with letters abroad in five languages."""
    folder = _ROOT / "examples" / "five-languages"
    copy_workspace(folder, tmp_path / "five-languages")
    return WorkspaceCopy(tmp_path / "five-languages", capsys, folder)


@pytest.fixture
def showcase(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> WorkspaceCopy:
    """A copy of the example workspace that shows everything a letter may hold."""
    shutil.copytree(_ROOT / "examples" / "showcase", tmp_path / "showcase")
    return WorkspaceCopy(tmp_path / "showcase", capsys, _ROOT / "examples" / "showcase")


@pytest.fixture
def shared_folder() -> Iterator[Path]:
    """A folder that other users can look into, unlike those of pytest."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder
        folder.chmod(0o755)


@pytest.fixture(scope="session", autouse=True)
def _homes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder of all homes. Fixtures of a module, which come before the home of a test, have a home there too."""
    homes = tmp_path_factory.mktemp("homes")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", mkdtemp(dir=homes))
        yield homes


@pytest.fixture(autouse=True)
def _own_home(_homes: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reads or writes the settings of whoever runs it."""
    monkeypatch.setenv("HOME", mkdtemp(dir=_homes))  # pytest's own folders are numbered, which lists all others first
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def named_machine(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A name of this machine that does not depend on the data folder, also in a container without a machine-id."""
    with tempfile.TemporaryDirectory() as folder:
        name = Path(folder, "machine-id")
        name.write_text(f"{'0123456789abcdef' * 2}\n")
        name.parent.chmod(0o755)  # tests that become another user read it, too
        if not any(place.exists() for place in logs.MACHINE_IDS):
            monkeypatch.setattr(logs, "MACHINE_IDS", (name,))
        yield


@pytest.fixture(autouse=True)
def _stay_home(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test opens a connection to another machine."""
    connect: Callable[..., None] = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        host = address[0] if isinstance(address, tuple) else ""
        if self.family != socket.AF_UNIX and host not in ("127.0.0.1", "::1", "localhost"):
            raise AssertionError(f"a test tried to reach {host}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(autouse=True)
def _know_localhost(monkeypatch: pytest.MonkeyPatch) -> None:
    """The name of this machine is known without a resolver: a minimal system has no /etc/hosts."""
    find: Any = socket.getaddrinfo

    def find_current_location(host: object, *rest: object, **named: object) -> object:
        return find("127.0.0.1" if host == "localhost" else host, *rest, **named)

    monkeypatch.setattr(socket, "getaddrinfo", find_current_location)
