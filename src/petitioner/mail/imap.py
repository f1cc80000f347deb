"""Open IMAP sessions (connect, encrypt, log in), and convert folder names."""

import base64
import imaplib
import logging
import re
import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from io import BufferedReader
from typing import TYPE_CHECKING

from petitioner.mail.accounts import AccountError
from petitioner.mail.connections import (
    LimitedReader,
    Timeouts,
    explain_connection_error,
    make_printable,
    make_tls_context,
    open_connection,
)
from petitioner.mail.passwords import Secret
from petitioner.mail.smtp_session import format_xoauth2
from petitioner.model.account import ImapServer, Login, Security

if TYPE_CHECKING:
    from typing_extensions import Buffer

_LOGGER = logging.getLogger(__name__)
_MAX_LINE_BYTES = 10_000_000  # bytes; SEARCH names all e-mails of a folder on one
_MAX_ANSWER_BYTES = 8_000_000  # bytes; the numbers of a million e-mails
_MAX_FETCH_BYTES = 250_000_000  # bytes; ten e-mails at once of the largest size that is fetched
_NON_ASCII = re.compile(r"[^\x20-\x7e]+")
_ENCODED_RUN = re.compile(r"&([^-]*)-")
_LIST_LINE = re.compile(rb'\([^)]*\) (?:NIL|"(?:[^"\\]|\\.)*") (?:"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<atom>\S+))')
_ESCAPED_CHARACTER = re.compile(rb"\\(.)")


class _ImapSession(imaplib.IMAP4):
    """An IMAP session over our own verified connection, with limits of time and size for each answer."""

    def __init__(self, server: ImapServer, timeouts: Timeouts) -> None:
        self._server = server
        self._timeout = timeouts.connect
        self._reader: LimitedReader | None = None
        super().__init__(server.host, server.port, timeouts.connect)
        self._timeout = timeouts.command

    def _create_socket(self, timeout: float) -> socket.socket:  # as imaplib's own session under TLS has it
        return open_connection(self._server, timeout)

    def read(self, size: int) -> bytes:
        """Read so many bytes."""
        return self._get_reader().read(size)

    def readline(self) -> bytes:
        """Read a line; this replaces imaplib's method and its limit."""
        line = self._get_reader().readline(_MAX_LINE_BYTES + 1)
        if len(line) > _MAX_LINE_BYTES:
            raise self.error(f"a line of more than {_MAX_LINE_BYTES} bytes")
        return line

    def send(self, data: "Buffer") -> None:
        """Send bytes, and set the limits of time and size for the answer."""
        self.sock.settimeout(self._timeout)
        super().send(data)
        if self._reader is not None:
            max_bytes = _MAX_FETCH_BYTES if b" FETCH " in bytes(data) else _MAX_ANSWER_BYTES
            self._reader.start_answer(self._timeout, max_bytes)

    def _get_reader(self) -> "BufferedReader[LimitedReader]":
        """Return the reader of the present connection, which STARTTLS replaces."""
        if self._reader is None or self._reader.connection is not self.sock:
            self._reader = LimitedReader(self.sock)
            self._reader.start_answer(self._timeout, _MAX_ANSWER_BYTES)
            self._answer = BufferedReader(self._reader)
        return self._answer

    def shutdown(self) -> None:
        """Close the connection and its reader."""
        if self._reader is not None:
            self._answer.close()
        super().shutdown()


def open_imap(server: ImapServer, secret: Secret | None, timeouts: Timeouts) -> imaplib.IMAP4:
    """Open a session and log in; no folder is selected yet. Raises AccountError, which never contains the secret.

    ``timeouts.connect`` is until the greeting, ``timeouts.command`` for each later step.
    """
    imap = _connect(server, timeouts)
    try:
        if server.security is Security.STARTTLS:
            _run_step(server, "offers no STARTTLS", lambda: imap.starttls(make_tls_context(server)))
        if server.login is not Login.NONE and secret is not None:
            _log_in(imap, server, secret)
    except BaseException:
        with suppress(OSError):  # where TLS was refused, imaplib holds what is left of a socket
            imap.shutdown()
        raise
    _LOGGER.debug("%s is ready: %s", server, find_tls_version(imap) or "without TLS")
    return imap


def find_tls_version(imap: imaplib.IMAP4) -> str:
    """Return the TLS version, such as ``TLSv1.3``, or an empty text without TLS."""
    connection = imap.socket()
    return (connection.version() or "") if isinstance(connection, ssl.SSLSocket) else ""


def _connect(server: ImapServer, timeouts: Timeouts) -> imaplib.IMAP4:
    try:
        return _ImapSession(server, timeouts)
    except OSError as error:
        raise explain_connection_error(error, server) from None
    except imaplib.IMAP4.error as error:
        message = f"{server} does not greet as an IMAP server does: {format_imap_error(error)}"
        raise AccountError(
            message, "Is it the right port? The usual ones are 993 for 'tls' and 143 for 'starttls'."
        ) from None


def _log_in(imap: imaplib.IMAP4, server: ImapServer, secret: Secret) -> None:
    user = server.user or ""
    if server.login is Login.XOAUTH2:
        authenticator = _answer_first_challenge(format_xoauth2(user, secret).encode())
        _run_step(server, "refuses the login", lambda: imap.authenticate("XOAUTH2", authenticator), secret)
    elif "AUTH=PLAIN" in imap.capabilities:
        authenticator = _answer_first_challenge(f"\0{user}\0{secret.reveal()}".encode())
        _run_step(server, "refuses the login", lambda: imap.authenticate("PLAIN", authenticator), secret)
    elif secret.reveal().isascii() and user.isascii():
        _run_step(server, "refuses the login", lambda: imap.login(user, secret.reveal()), secret)
    else:
        message = f"{server} takes no password with characters beyond ASCII."
        raise AccountError(message, "Choose another password with your provider.")


def _answer_first_challenge(answer: bytes) -> Callable[[bytes], bytes]:
    """Return a function that answers the first challenge of a login; a second one, a refusal, gets an empty answer."""
    answers = [answer]
    return lambda _challenge: answers.pop() if answers else b""


def _run_step(server: ImapServer, failure_text: str, step: Callable[[], object], secret: Secret | None = None) -> None:
    """Call ``step``. Raises AccountError with ``failure_text`` and the server's reason, without the secret."""
    try:
        step()
    except (ssl.SSLError, OSError) as error:
        raise explain_connection_error(error, server) from None
    except imaplib.IMAP4.error as error:
        reason = format_imap_error(error)
        reason = secret.scrub(reason) if secret else reason
        hint = "Check 'user', 'login' and the secret, 'port' and 'security'; docs/email.md says what providers want."
        raise AccountError(f"{server} {failure_text}: {reason}", hint) from None


def format_imap_error(error: Exception) -> str:
    """Return the server's text in an exception of imaplib, without control characters."""
    text = error.args[0] if error.args else ""
    return make_printable(text).strip()


def encode_folder_name(name: str) -> str:
    """Encode a folder's name for imaplib: modified UTF-7 (RFC 3501, 5.1.3) in quotes."""
    coded = _NON_ASCII.sub(lambda run: f"&{_encode_run(run.group())}-", name.replace("&", "&-"))
    return '"' + coded.replace("\\", "\\\\").replace('"', '\\"') + '"'


def list_folders(imap: imaplib.IMAP4) -> tuple[str, ...]:
    """Return the decoded names of all folders. Raises AccountError when the server does not list them."""
    try:
        status, lines = imap.list()
    except (OSError, imaplib.IMAP4.error) as error:
        message = f"{imap.host} does not list its folders: {format_imap_error(error)}"
        raise AccountError(message, "Try again later.") from None
    if status != "OK":
        raise AccountError(f"{imap.host} does not list its folders: {status}", "Ask those who run it.")
    return tuple(name for line in lines if (name := parse_folder_line(line)))


def parse_folder_line(line: object) -> str:
    """Return the folder's name in one line of a LIST response: an atom, a quoted text, or a literal; else empty."""
    if isinstance(line, tuple):
        return _decode_folder_name(line[1])
    match = _LIST_LINE.fullmatch(line) if isinstance(line, bytes) else None
    if match is None:
        return ""
    quoted = match["quoted"]
    return _decode_folder_name(_ESCAPED_CHARACTER.sub(rb"\1", quoted) if quoted is not None else match["atom"])


def _decode_folder_name(name: bytes) -> str:
    """Decode modified UTF-7; return an invalid name unchanged."""
    try:
        return _ENCODED_RUN.sub(lambda run: _decode_run(run[1]), name.decode("ascii"))
    except ValueError:
        return name.decode("utf-8", "backslashreplace")


def _decode_run(coded: str) -> str:
    padded = coded.replace(",", "/") + "=" * (-len(coded) % 4)
    return base64.b64decode(padded, validate=True).decode("utf-16-be") if coded else "&"


def _encode_run(text: str) -> str:
    return base64.b64encode(text.encode("utf-16-be")).decode("ascii").rstrip("=").replace("/", ",")
