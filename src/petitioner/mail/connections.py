"""Connections to mail servers: always verified, with a limit to every wait, and failures told in words."""

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

_ENCRYPTED_PORTS = "the usual ports are 465 and 993 for 'tls', 587 and 143 for 'starttls'"
_OTHER_NAME = (62, 64)  # X509_V_ERR_HOSTNAME_MISMATCH and X509_V_ERR_IP_ADDRESS_MISMATCH, openssl/x509_vfy.h
_SLOWEST = 5_000  # bytes a second at which a long answer may come in
_EXPIRED = 10  # X509_V_ERR_CERT_HAS_EXPIRED


@dataclass(frozen=True, slots=True)
class Timeouts:
    """How long to wait, in seconds, for each step of SMTP. Source: RFC 5321, 4.5.3.2, but for the first and the last.

    ``greeting`` is for the first 220, ``command`` for EHLO to RCPT, ``data`` for the 354, ``block`` for each block of
    the message, and ``ending`` for the answer to the final dot, where giving up early leaves a message in doubt.
    """

    connect: float = 30.0
    greeting: float = 300.0
    command: float = 300.0
    data: float = 120.0
    block: float = 180.0
    ending: float = 600.0
    parting: float = 5.0


class AnswerTooLongError(OSError):
    """A server goes on answering beyond what an answer can have."""


class LimitedReader(RawIOBase):
    """Reads a connection within limits that hold for one answer as a whole, however it comes in.

    The timeout of a socket is for each read alone, so a server that never ends its answer would be read for ever.
    """

    def __init__(self, line: socket.socket) -> None:
        super().__init__()
        self.line = line
        self._raw = line.makefile("rb", buffering=0)
        self.expect(0, 0)

    def expect(self, seconds: float, most: int) -> None:
        """Begin with a new answer, of ``most`` bytes at the most; a long one may take longer, at ``_SLOWEST``."""
        self._until = time.monotonic() + seconds
        self._left = most

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int | None:
        """Read what is there. Raises ``TimeoutError`` and ``AnswerTooLongError`` beyond the limits, and OSError."""
        left = self._until - time.monotonic()
        if left <= 0:
            raise TimeoutError("timed out")
        if self._left <= 0:
            raise AnswerTooLongError("its answer has no end")
        usual = self.line.gettimeout()
        self.line.settimeout(left)
        count: int | None = self._raw.readinto(buffer)
        self.line.settimeout(usual)
        self._left -= count or 0
        self._until += (count or 0) / _SLOWEST
        return count

    def close(self) -> None:
        """Close what is read from; the connection itself stays."""
        self._raw.close()
        super().close()


def make_tls_context(server: Server) -> ssl.SSLContext:
    """What a server must prove: a certificate for its name, from an authority that is trusted. TLS 1.2 or newer.

    ``ca_file`` takes the place of the system's authorities. Raises AccountError when it cannot be read.
    """
    if server.ca_file is None:
        context = ssl.create_default_context()
    else:
        try:
            context = ssl.create_default_context(cafile=Path(server.ca_file).expanduser())
        except (OSError, RuntimeError) as error:  # an SSLError, which tells what is no certificate, is an OSError
            reason = getattr(error, "strerror", None) or error
            hint = "It must hold a certificate in PEM, which starts with -----BEGIN CERTIFICATE-----."
            raise AccountError(f"ca_file '{server.ca_file}' cannot be used: {reason}", hint) from None
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def open_connection(server: Server, timeout: float) -> socket.socket:
    """A connection to a server, under TLS where it has that from the first byte. Raises AccountError.

    The timeout, in seconds, is for each step: finding, connecting, agreeing on TLS. Without TLS no other machine is
    called, and should the name lead to one all the same, it is hung up on before a byte goes either way.
    """
    context = make_tls_context(server) if server.security is Security.TLS else None
    try:
        if server.security is Security.NONE:
            _require_here(server)
        line = socket.create_connection((server.host, server.port), timeout)
    except OSError as error:
        raise explain_connection_error(error, server) from None
    if server.security is Security.NONE:
        _refuse_distant(line, server)
    return start_tls(line, server, context) if context else line


def start_tls(line: socket.socket, server: Server, context: ssl.SSLContext) -> ssl.SSLSocket:
    """The same connection under TLS, with the server's certificate and name verified. Raises AccountError."""
    try:
        return context.wrap_socket(line, server_hostname=server.host)
    except OSError as error:
        line.close()
        raise explain_connection_error(error, server) from None


def _require_here(server: Server) -> None:
    """See that every address of a server is this machine's own."""
    for *_, address in socket.getaddrinfo(server.host, server.port, type=socket.SOCK_STREAM):
        _require_loopback(str(address[0]), server)


def _refuse_distant(line: socket.socket, server: Server) -> None:
    """Close a connection that leads to another machine; between asking and calling a name may have changed."""
    try:
        _require_loopback(line.getpeername()[0], server)
    except BaseException:
        line.close()
        raise


def _require_loopback(address: str, server: Server) -> None:
    if not ip_address(address).is_loopback:
        raise AccountError(
            f"{server} is {address}, another machine, and security is 'none'.", "Write 'tls' or 'starttls'."
        )


def explain_connection_error(error: OSError, server: Server) -> AccountError:
    """Why a server cannot be reached or trusted, and what to do."""
    match error:
        case ssl.SSLCertVerificationError():
            return _explain_distrust(error, server)
        case ssl.SSLError():
            message = f"{server} and this machine do not agree on TLS: {error.reason or error}"
            return AccountError(message, f"Is it the right port, and the right 'security'? {_ENCRYPTED_PORTS}.")
        case socket.gaierror():
            message = f"There is no server called {server.host}, or no network."
            return AccountError(message, "Check 'host' for slips, and the connection of this machine.")
        case TimeoutError():
            message = f"{server} gave no sign of life in time."
            return AccountError(message, f"Is it the right port, and the right 'security'? {_ENCRYPTED_PORTS}.")
        case _:
            message = f"{server} cannot be reached: {error.strerror or str(error) or type(error).__name__}"
            return AccountError(message, "Check 'host' and 'port', and the connection of this machine.")


def _explain_distrust(error: ssl.SSLCertVerificationError, server: Server) -> AccountError:
    if error.verify_code in _OTHER_NAME:
        message = f"The certificate of {server} is for another name: {error.verify_message}"
        return AccountError(message, "Write 'host' as your provider does; a wrong name can also mean a wrong server.")
    message = f"The certificate of {server} is not trusted: {error.verify_message}"
    if error.verify_code == _EXPIRED:
        return AccountError(message, "Ask those who run the server; and is this machine's clock right?")
    hint = "For an office's own authority, name its certificate with ca_file. Otherwise ask before going on."
    return AccountError(message, hint)


def make_printable(said: object) -> str:
    """Return what a server said without anything that could command a terminal; what is not UTF-8 as its bytes."""
    text = said.decode("utf-8", "backslashreplace") if isinstance(said, bytes) else str(said)
    return "".join(character if character.isprintable() else " " for character in text)
