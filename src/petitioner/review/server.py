"""Serve the page on this machine until Ctrl-C, and open it in the browser."""

import asyncio
import logging
import os
import socket
import tempfile
import threading
import webbrowser
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from petitioner.errors import ExitStatus, PetitionerError
from petitioner.review.guard import ADDRESS, Application, Guard
from petitioner.terminal import Terminal

_MOST_CONNECTIONS = 128
_REQUEST_TIME = 30.0  # seconds in which a request and its answer must be complete
_HEAD_SIZE = 16_384  # bytes of a request without its body


class _BoundedProtocol(H11Protocol):
    """A connection that ends if its request is not answered in time, or if too many others were opened since."""

    _open: list["_BoundedProtocol"] = []  # noqa: RUF012 - of the one server of this process, the oldest first

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Start the clock of a new connection, and end the oldest of too many."""
        super().connection_made(transport)
        self._open.append(self)
        if len(self._open) > _MOST_CONNECTIONS:
            self._open[0].end()
        self._deadline = self.loop.call_later(_REQUEST_TIME, self.end)

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the clock."""
        self._deadline.cancel()
        with suppress(ValueError):
            self._open.remove(self)
        super().connection_lost(exc)

    def on_response_complete(self) -> None:
        """Start the clock anew for the next request on the same connection."""
        self._deadline.cancel()
        self._deadline = self.loop.call_later(_REQUEST_TIME, self.end)
        super().on_response_complete()

    def end(self) -> None:
        """End the connection, whatever is still to be read or written."""
        with suppress(ValueError):
            self._open.remove(self)
        self.transport.abort()


def open_socket(port: int) -> socket.socket:
    """Return a socket on this machine's own address; 0 chooses a free port. Raises ``PetitionerError``."""
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((ADDRESS, port))
        listening.listen()  # a browser that is early waits
    except OSError as error:
        listening.close()
        hint = "Choose another with --port, or leave it out: then a free one is used."
        raise PetitionerError(f"Port {port} cannot be used: {error.strerror}.", hint) from None
    return listening


class PageServer:
    """An application behind its guard, on a port of this machine."""

    def __init__(self, application: Application, port: int, started: Callable[[], None] = lambda: None) -> None:
        """Open the port; 0 chooses a free one. ``started`` is called when requests are answered.

        Raises ``PetitionerError`` for a port in use.
        """
        self._socket = open_socket(port)
        self._launcher: Path | None = None
        self.guard = Guard(application, self._socket.getsockname()[1], self._remove_launcher)
        config = uvicorn.Config(
            self.guard,
            http=_BoundedProtocol,
            ws="none",
            lifespan="on",
            interface="asgi3",
            log_config=None,
            access_log=False,  # it would print the token
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=1,
            h11_max_incomplete_event_size=_HEAD_SIZE,
        )
        logging.getLogger("uvicorn").setLevel(logging.ERROR)
        self._server = _Server(config, started)

    def run(self) -> None:
        """Answer until ``stop`` or Ctrl-C. Raises ``KeyboardInterrupt``."""
        try:
            self._server.run(sockets=[self._socket])
        finally:
            self._remove_launcher()
            self._socket.close()

    def stop(self) -> None:
        """End the server soon; any thread may call it."""
        self._server.should_exit = True

    def open_browser(self, folder: Path) -> None:
        """Open the page in the browser, by a private file in ``folder`` that leads there.

        Other users of the machine can see the arguments of a program, and so the token in an address among them.
        """
        self._launcher = _write_launcher(self.guard.address, folder)
        if self._launcher:  # in a thread, since a browser in the terminal would stop the server
            threading.Thread(target=webbrowser.open, args=(self._launcher.as_uri(),), daemon=True).start()

    def _remove_launcher(self) -> None:
        if self._launcher:
            self._launcher.unlink(missing_ok=True)


class _Server(uvicorn.Server):
    """A server that says when it has started: from then on, Ctrl-C ends it without a message."""

    def __init__(self, config: uvicorn.Config, started: Callable[[], None]) -> None:
        super().__init__(config)
        self._started = started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start to answer."""
        await super().startup(sockets)
        self._started()


def serve(terminal: Terminal, application: Application, folder: Path, port: int, *, opens_browser: bool) -> int:
    """Serve an application until Ctrl-C; return the exit status. Raises ``PetitionerError`` for a port in use."""

    def greet() -> None:
        terminal.say(f"The page is open at: {server.guard.address}", style="bold")
        terminal.say("This address works once, in one browser. Ctrl-C ends the page.")
        if opens_browser:
            server.open_browser(folder)

    server = PageServer(application, port, greet)
    with suppress(KeyboardInterrupt):
        server.run()
    return ExitStatus.INTERRUPTED


def _write_launcher(address: str, folder: Path) -> Path | None:
    """Write a private page that leads to an address, and return its path."""
    page = f'<!doctype html><meta charset="utf-8"><meta http-equiv="refresh" content="0;url={address}">'
    for place in (folder, Path(tempfile.gettempdir())):  # some browsers can read files in the home folder only
        try:
            handle, name = tempfile.mkstemp(prefix=".petitioner-review-", suffix=".html", dir=place)
        except OSError:
            continue
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(page)
        return Path(name)
    return None
