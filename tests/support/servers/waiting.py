"""Free ports, and waiting for what happens elsewhere without guessing how long it takes."""

import socket
import time
from collections.abc import Callable

_PATIENCE = 20.0  # seconds, after which something is broken
_GLANCE = 0.01  # seconds between two looks


def find_port() -> int:
    """A port of 127.0.0.1 that nobody uses."""
    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        port: int = line.getsockname()[1]
        return port


def is_listening(port: int) -> bool:
    """Whether a server takes connections."""
    try:
        with socket.create_connection(("127.0.0.1", port), 1):
            return True
    except OSError:
        return False


def wait_until(condition: Callable[[], object], complaint: Callable[[], str] = lambda: "it never came true") -> None:
    """Look again and again until a condition is true; AssertionError with the complaint when it never is."""
    end = time.monotonic() + _PATIENCE
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(complaint())
        time.sleep(_GLANCE)
