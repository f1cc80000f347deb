"""The page of ``petitioner review`` on a port of its own, and two ways to ask it: bare requests and a browser."""

import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html import unescape
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

from petitioner.errors import PetitionerError
from petitioner.review.app import make_app
from petitioner.review.live import LiveWorkspace
from petitioner.review.server import PageServer

NOW = datetime(2027, 9, 1, 3, 0, tzinfo=UTC)
_BOX = re.compile(r'<input type="checkbox" name="(packet|accepted)" value="([^"]*)"')
_FIELD = re.compile(r'<input type="(?:hidden|checkbox)" name="([^"]*)" value="([^"]*)"')


@dataclass(frozen=True)
class Answer:
    """What the page answered: status, headers by lower-case name, and text."""

    status: int
    headers: Mapping[str, str]
    text: str


@dataclass
class ReviewPage:
    """A page that is open, and a client that is not a browser: it sends what a test says."""

    server: PageServer
    live: LiveWorkspace
    cookie: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def port(self) -> int:
        return self.server.guard.port

    @property
    def origin(self) -> str:
        return self.server.guard.origin

    @property
    def address(self) -> str:
        return self.server.guard.address

    def ask(self, path: str, method: str = "GET", body: bytes | str = "", **headers: str) -> Answer:
        """Send one request; a header with the value ``-`` is left out. Underscores in names stand for hyphens."""
        given = {"Host": f"127.0.0.1:{self.port}", "Cookie": self.cookie}
        if method == "POST":
            given |= {"Origin": self.origin, "Content-Type": "application/x-www-form-urlencoded"}
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
        for name, value in given.items():
            if value and value != "-":
                connection.putheader(name, value)
        content = body.encode() if isinstance(body, str) else body
        if method == "POST" and "Content-Length" not in given:
            connection.putheader("Content-Length", str(len(content)))
        try:
            connection.endheaders(content or None)
            answer = connection.getresponse()
            text = answer.read().decode("utf-8", "replace")
            return Answer(answer.status, {key.lower(): value for key, value in answer.getheaders()}, text)
        finally:
            connection.close()

    def enter(self) -> None:
        """Take the cookie, as the browser does with the address that is opened."""
        answer = self.ask(self.address.removeprefix(self.origin))
        assert answer.status == 200, answer
        self.cookie = answer.headers["set-cookie"].partition(";")[0]

    def post(self, path: str, *fields: tuple[str, str], **headers: str) -> Answer:
        """Send a form."""
        return self.ask(path, "POST", urlencode(fields), **headers)


def read_form(page: str, name: str) -> list[tuple[str, str]]:
    """The hidden fields of the form with this name, and its boxes as if all were ticked."""
    found = re.search(rf'<form method="post" action="[^"]*/{name}">(.*?)</form>', page, re.DOTALL)
    assert found, f"there is no form {name}"
    return [(field, unescape(value)) for field, value in _FIELD.findall(found[1])]


@contextmanager
def open_page(folder: Path, *, read_only: bool = False) -> Iterator[ReviewPage]:
    """Serve the page of a workspace in a thread until the context ends."""
    live = LiveWorkspace(folder, None, lambda: NOW, "Hanako Sato", read_only)
    with suppress(PetitionerError):  # which the pages show
        live.refresh()
    server = PageServer(make_app(live), 0)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        yield ReviewPage(server, live)
    finally:
        server.stop()
        thread.join(timeout=30)
        assert not thread.is_alive()


def list_rows(page: str) -> list[str]:
    """The packets that can be ticked on the page about paper."""
    return [unescape(value) for name, value in _BOX.findall(page) if name == "packet"]


def read_doubts(page: str) -> list[str]:
    """The doubts that the page asks about."""
    return [unescape(value) for name, value in _BOX.findall(page) if name == "accepted"]
