"""The servers as fixtures; whoever asks for one that is not installed is skipped, or fails where all must be there."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from components import require
from servers.certificates import Certificates, make_certificates
from servers.cups import Cups
from servers.dovecot import Dovecot
from servers.exim import Exim
from servers.scripted import ScriptedServer


@pytest.fixture(scope="session")
def open_folder() -> Iterator[Path]:
    """A folder that servers can enter after they have given up root; pytest's own are closed to them."""
    folder = Path(tempfile.mkdtemp(prefix="petitioner-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """Authorities and what they signed."""
    return make_certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def scripted(certificates: Certificates) -> Iterator[ScriptedServer]:
    """A submission server that does what the recipient's name says, new for each test."""
    with ScriptedServer(certificates) as server:
        yield server


@pytest.fixture
def cups(open_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cups]:
    """A scheduler with nothing in its queues, new for each test, and the one that is asked."""
    server = Cups(require("cupsd"), Path(tempfile.mkdtemp(dir=open_folder)) / "cups")
    server.folder.parent.chmod(0o711)
    monkeypatch.setenv("CUPS_SERVER", server.server)
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def exim(open_folder: Path, certificates: Certificates) -> Iterator[Exim]:
    """Exim, one for all tests: look for a message by its Message-ID."""
    server = Exim(require("exim4"), open_folder / "exim", certificates.good)
    with server.daemon:
        yield server


@pytest.fixture(scope="session")
def dovecot(open_folder: Path, certificates: Certificates, exim: Exim) -> Iterator[Dovecot]:
    """Dovecot over the Maildirs into which exim delivers, one for all tests: what is sent comes back as it would."""
    program = require("dovecot")
    server = Dovecot(program, open_folder / "dovecot", certificates.good, exim.mail, exim.user)
    with server.daemon:
        yield server
