"""Open connections to mail servers: verified TLS, a limit for every wait, and errors with advice."""

import socket
import ssl
import time
from dataclasses import dataclass
from io import RawIOBase
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING

from petitioner.mail.accounts import AccountError
from petitioner.model.account import Security, Server

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_USUAL_PORTS = "the usual ports are 465 and 993 for 'tls', 587 and 143 for 'starttls'"
_WRONG_NAME_CODES = (62, 64)  # X509_V_ERR_HOSTNAME_MISMATCH and X509_V_ERR_IP_ADDRESS_MISMATCH, openssl/x509_vfy.h
_MIN_BYTES_PER_SECOND = 5_000  # a long answer may be this slow
_EXPIRED_CODE = 10  # X509_V_ERR_CERT_HAS_EXPIRED


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds to wait for each step of SMTP. Source: RFC 5321, 4.5.3.2, except ``connect`` and ``quit``.

    ``greeting`` is for the first 220, ``command`` for EHLO to RCPT, ``data`` for the 354, ``block`` for each block of
    the message, and ``termination`` for the answer to the final dot, where giving up early leaves a message in doubt.
    """

    connect: float = 30.0
    greeting: float = 300.0
    command: float = 300.0
    data: float = 120.0
    block: float = 180.0
    termination: float = 600.0
    quit: float = 5.0


class AnswerTooLongError(OSError):
    """A server's answer is longer than any valid answer."""


class LimitedReader(RawIOBase):
    """Reads a connection, with limits of time and size for each whole answer of the server.

    The timeout of a socket is for one read only, so a server that never ends its answer would be read for ever.
    """

    def __init__(self, connection: socket.socket) -> None:
        super().__init__()
        self.connection = connection
        self._raw = connection.makefile("rb", buffering=0)
        self.start_answer(0, 0)

    def start_answer(self, seconds: float, max_bytes: int) -> None:
        """Set the limits of the next answer: ``max_bytes``, and ``seconds`` plus 1 second for each 5,000 bytes."""
        self._end = time.monotonic() + seconds
        self._bytes_left = max_bytes

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int | None:
        """Read the bytes that have arrived. Raises OSError; beyond the limits TimeoutError or AnswerTooLongError."""
        seconds_left = self._end - time.monotonic()
        if seconds_left <= 0:
            raise TimeoutError("timed out")
        if self._bytes_left <= 0:
            raise AnswerTooLongError("its answer has no end")
        usual_timeout = self.connection.gettimeout()
        self.connection.settimeout(seconds_left)
        count: int | None = self._raw.readinto(buffer)
        self.connection.settimeout(usual_timeout)
        self._bytes_left -= count or 0
        self._end += (count or 0) / _MIN_BYTES_PER_SECOND
        return count

    def close(self) -> None:
        """Close the reader; the connection stays open."""
        self._raw.close()
        super().close()


def make_tls_context(server: Server) -> ssl.SSLContext:
    """Make the TLS settings: a trusted certificate for the server's name, TLS 1.2 or newer.

    ``ca_file`` takes the place of the system's authorities. Raises AccountError when it cannot be read.
    """
    if server.ca_file is None:
        context = ssl.create_default_context()
    else:
        try:
            context = ssl.create_default_context(cafile=Path(server.ca_file).expanduser())
        except (OSError, RuntimeError) as error:  # an SSLError, raised for an invalid certificate, is an OSError
            reason = getattr(error, "strerror", None) or error
            hint = "It must hold a certificate in PEM, which starts with -----BEGIN CERTIFICATE-----."
            raise AccountError(f"ca_file '{server.ca_file}' cannot be used: {reason}", hint) from None
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def open_connection(server: Server, timeout: float) -> socket.socket:
    """Connect to a server, with TLS from the first byte where it is set so. Raises AccountError.

    The timeout, in seconds, is for each step: look up the name, connect, start TLS. Without TLS only this machine is
    allowed: the connection is closed before the first byte when the name leads to another one.
    """
    context = make_tls_context(server) if server.security is Security.TLS else None
    try:
        if server.security is Security.NONE:
            for *_, address in socket.getaddrinfo(server.host, server.port, type=socket.SOCK_STREAM):
                _require_loopback_address(str(address[0]), server)
        connection = socket.create_connection((server.host, server.port), timeout)
    except OSError as error:
        raise explain_connection_error(error, server) from None
    if server.security is Security.NONE:
        _require_loopback_peer(connection, server)
    return start_tls(connection, server, context) if context else connection


def start_tls(connection: socket.socket, server: Server, context: ssl.SSLContext) -> ssl.SSLSocket:
    """Start TLS on a connection, and verify the server's certificate and name. Raises AccountError."""
    try:
        return context.wrap_socket(connection, server_hostname=server.host)
    except OSError as error:
        connection.close()
        raise explain_connection_error(error, server) from None


def _require_loopback_peer(connection: socket.socket, server: Server) -> None:
    """Close a connection that leads to another machine: the name may have changed since it was looked up."""
    try:
        _require_loopback_address(connection.getpeername()[0], server)
    except BaseException:
        connection.close()
        raise


def _require_loopback_address(address: str, server: Server) -> None:
    if not ip_address(address).is_loopback:
        raise AccountError(
            f"{server} is {address}, another machine, and security is 'none'.", "Write 'tls' or 'starttls'."
        )


def explain_connection_error(error: OSError, server: Server) -> AccountError:
    """Return an AccountError with the reason why a server cannot be reached or trusted, and what to do."""
    match error:
        case ssl.SSLCertVerificationError():
            return _explain_certificate_error(error, server)
        case ssl.SSLError():
            message = f"{server} and this machine do not agree on TLS: {error.reason or error}"
            return AccountError(message, f"Is it the right port, and the right 'security'? {_USUAL_PORTS}.")
        case socket.gaierror():
            message = f"There is no server called {server.host}, or no network."
            return AccountError(message, "Check 'host' for typing mistakes, and the connection of this machine.")
        case TimeoutError():
            message = f"{server} did not answer in time."
            return AccountError(message, f"Is it the right port, and the right 'security'? {_USUAL_PORTS}.")
        case _:
            message = f"{server} cannot be reached: {error.strerror or str(error) or type(error).__name__}"
            return AccountError(message, "Check 'host' and 'port', and the connection of this machine.")


def _explain_certificate_error(error: ssl.SSLCertVerificationError, server: Server) -> AccountError:
    if error.verify_code in _WRONG_NAME_CODES:
        message = f"The certificate of {server} is for another name: {error.verify_message}"
        return AccountError(message, "Write 'host' as your provider does; a wrong name can also mean a wrong server.")
    message = f"The certificate of {server} is not trusted: {error.verify_message}"
    if error.verify_code == _EXPIRED_CODE:
        return AccountError(message, "Ask those who run the server, and check the clock of this machine.")
    hint = "For an office's own authority, name its certificate with ca_file. Otherwise ask before going on."
    return AccountError(message, hint)


def make_printable(answer: object) -> str:
    """Return a server's text without control characters, which a terminal might obey; invalid UTF-8 as escapes."""
    text = answer.decode("utf-8", "backslashreplace") if isinstance(answer, bytes) else str(answer)
    return "".join(character if character.isprintable() else " " for character in text)
