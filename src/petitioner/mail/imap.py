"""IMAP: a session that is connected, encrypted and logged in, and names of folders."""

import imaplib
import logging
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
import base64
import re

_LOGGER = logging.getLogger(__name__)
_LONGEST_LINE = 10_000_000  # bytes; SEARCH names all e-mails of a folder on one
_LARGEST_ANSWER = 8_000_000  # bytes; the numbers of a million e-mails
_LARGEST_FETCH = 250_000_000  # bytes; ten e-mails at once of the largest size that is fetched
_RUN = re.compile(r"[^\x20-\x7e]+")
_SHIFTED = re.compile(r"&([^-]*)-")
_LISTED = re.compile(rb'\([^)]*\) (?:NIL|"(?:[^"\\]|\\.)*") (?:"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<atom>\S+))')
_ESCAPED = re.compile(rb"\\(.)")


class _Session(imaplib.IMAP4):
    """A session on a line of our own: what holds for SMTP, before a first byte is read, holds here as well.

    Every answer has an end in time and bytes, counted from the last thing that was sent.
    """

    def __init__(self, server: ImapServer, timeouts: Timeouts) -> None:
        self._server = server
        self._patience = timeouts.connect
        self._reader: LimitedReader | None = None
        super().__init__(server.host, server.port, timeouts.connect)
        self._patience = timeouts.command

    def _create_socket(self, timeout: float) -> socket.socket:  # as imaplib's own session under TLS has it
        return open_connection(self._server, timeout)

    def read(self, size: int) -> bytes:
        """Read so many bytes."""
        return self._open_answer().read(size)

    def readline(self) -> bytes:
        """Read a line, which imaplib limits no more once it is read by this."""
        line = self._open_answer().readline(_LONGEST_LINE + 1)
        if len(line) > _LONGEST_LINE:
            raise self.error(f"a line of more than {_LONGEST_LINE} bytes")
        return line

    def send(self, data: "Buffer") -> None:
        """Send bytes; what comes from now on is another answer."""
        self.sock.settimeout(self._patience)
        super().send(data)
        if self._reader is not None:
            self._reader.expect(self._patience, _LARGEST_FETCH if b" FETCH " in bytes(data) else _LARGEST_ANSWER)

    def _open_answer(self) -> "BufferedReader[LimitedReader]":
        """What the present connection says; under STARTTLS that is another than before."""
        if self._reader is None or self._reader.line is not self.sock:
            self._reader = LimitedReader(self.sock)
            self._reader.expect(self._patience, _LARGEST_ANSWER)
            self._answer = BufferedReader(self._reader)
        return self._answer

    def shutdown(self) -> None:
        """Close the connection, and what is read from it."""
        if self._reader is not None:
            self._answer.close()
        super().shutdown()


def open_imap(server: ImapServer, secret: Secret | None, timeouts: Timeouts) -> imaplib.IMAP4:
    """A session that is logged in; no folder is chosen yet. Raises AccountError, whose sentence never holds the secret.

    ``timeouts.connect`` holds until the greeting, ``timeouts.command`` for each step from then on.
    """
    imap = _connect(server, timeouts)
    try:
        if server.security is Security.STARTTLS:
            _try(server, "offers no STARTTLS", lambda: imap.starttls(make_tls_context(server)))
        if server.login is not Login.NONE and secret is not None:
            _log_in(imap, server, secret)
    except BaseException:
        with suppress(OSError):  # where TLS was refused, imaplib holds what is left of a socket
            imap.shutdown()
        raise
    _LOGGER.debug("%s is ready: %s", server, name_tls(imap) or "without TLS")
    return imap


def name_tls(imap: imaplib.IMAP4) -> str:
    """``TLSv1.3``, say, or nothing."""
    line = imap.socket()
    return (line.version() or "") if isinstance(line, ssl.SSLSocket) else ""


def _connect(server: ImapServer, timeouts: Timeouts) -> imaplib.IMAP4:
    try:
        return _Session(server, timeouts)
    except OSError as error:
        raise explain_connection_error(error, server) from None
    except imaplib.IMAP4.error as error:
        message = f"{server} does not greet as an IMAP server does: {clean_words(error)}"
        raise AccountError(
            message, "Is it the right port? The usual ones are 993 for 'tls' and 143 for 'starttls'."
        ) from None


def _log_in(imap: imaplib.IMAP4, server: ImapServer, secret: Secret) -> None:
    user = server.user or ""
    if server.login is Login.XOAUTH2:
        answer = _answer_once(format_xoauth2(user, secret).encode())
        _try(server, "refuses the login", lambda: imap.authenticate("XOAUTH2", answer), secret)
    elif "AUTH=PLAIN" in imap.capabilities:
        answer = _answer_once(f"\0{user}\0{secret.reveal()}".encode())
        _try(server, "refuses the login", lambda: imap.authenticate("PLAIN", answer), secret)
    elif secret.reveal().isascii() and user.isascii():
        _try(server, "refuses the login", lambda: imap.login(user, secret.reveal()), secret)
    else:
        message = f"{server} takes no password with characters beyond ASCII."
        raise AccountError(message, "Choose another password with your provider.")


def _answer_once(words: bytes) -> Callable[[bytes], bytes]:
    """What is said to the first challenge; a second one only brings the reason of a refusal, and is acknowledged."""
    answers = [words]
    return lambda _challenge: answers.pop() if answers else b""


def _try(server: ImapServer, failure: str, step: Callable[[], object], secret: Secret | None = None) -> None:
    try:
        step()
    except (ssl.SSLError, OSError) as error:
        raise explain_connection_error(error, server) from None
    except imaplib.IMAP4.error as error:
        said = clean_words(error)
        said = secret.scrub(said) if secret else said
        hint = "Check 'user', 'login' and the secret, 'port' and 'security'; docs/email.md tells what providers want."
        raise AccountError(f"{server} {failure}: {said}", hint) from None


def clean_words(error: Exception) -> str:
    """What a server said in an exception of imaplib, without anything that could command a terminal."""
    said = error.args[0] if error.args else ""
    return make_printable(said).strip()


def quote_folder(name: str) -> str:
    """A folder's name as imaplib wants it: in modified UTF-7 and in quotes."""
    coded = _RUN.sub(lambda run: f"&{_shift(run.group())}-", name.replace("&", "&-"))
    return '"' + coded.replace("\\", "\\\\").replace('"', '\\"') + '"'


def list_folders(imap: imaplib.IMAP4) -> tuple[str, ...]:
    """The names of all folders, as people read them. Raises AccountError when the server will not tell."""
    try:
        status, lines = imap.list()
    except (OSError, imaplib.IMAP4.error) as error:
        raise AccountError(f"{imap.host} does not list its folders: {clean_words(error)}", "Try again later.") from None
    if status != "OK":
        raise AccountError(f"{imap.host} does not list its folders: {status}", "Ask those who run it.")
    return tuple(name for line in lines if (name := read_folder(line)))


def read_folder(line: object) -> str:
    """The name in one line of LIST: an atom, quoted, or apart as a literal."""
    if isinstance(line, tuple):
        return _decode(line[1])
    found = _LISTED.fullmatch(line) if isinstance(line, bytes) else None
    if found is None:
        return ""
    quoted = found["quoted"]
    return _decode(_ESCAPED.sub(rb"\1", quoted) if quoted is not None else found["atom"])


def _decode(name: bytes) -> str:
    """Modified UTF-7 as text; what is not well-formed stays as it is."""
    try:
        return _SHIFTED.sub(lambda run: _unshift(run[1]), name.decode("ascii"))
    except ValueError:
        return name.decode("utf-8", "backslashreplace")


def _unshift(coded: str) -> str:
    padded = coded.replace(",", "/") + "=" * (-len(coded) % 4)
    return base64.b64decode(padded, validate=True).decode("utf-16-be") if coded else "&"


def _shift(text: str) -> str:
    return base64.b64encode(text.encode("utf-16-be")).decode("ascii").rstrip("=").replace("/", ",")
