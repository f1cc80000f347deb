"""Open sessions with a submission server: connect, start TLS, log in. No message is sent here."""

import base64
import logging
import smtplib
import socket
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from io import BufferedReader
from typing import Self, TypeVar

from petitioner.mail.accounts import AccountError
from petitioner.mail.connections import (
    AnswerTooLongError,
    LimitedReader,
    Timeouts,
    make_printable,
    make_tls_context,
    open_connection,
    start_tls,
)
from petitioner.mail.passwords import Secret
from petitioner.model.account import Login, Security, SmtpServer

_LOGGER = logging.getLogger(__name__)
T = TypeVar("T")

_HELLO_NAME = "[127.0.0.1]"  # servers write it into Received; the machine's real name stays private
_MAX_REPLY_BYTES = 100_000  # bytes of a reply, with all its lines; EHLO has some twenty
_MAX_REPLY_CHARACTERS = 2000  # characters of a reply that are kept
_READY_CODE, _LOGGED_IN_CODE, _CHALLENGE_CODE = 220, 235, 334
_SUCCESS_CODES = range(200, 300)
_WRONG_PASSWORD_CODE = 535
_TEMPORARY_CODES = range(400, 500)
_REPLY_CODES = range(200, 600)
_NO_LOGIN_HINT = (
    "Is it the right port? Messages are handed in at 465 (tls) or 587 (starttls). Where a provider has switched this "
    "off, as Microsoft 365 often has, docs/email.md describes drafts and files."
)


class ConnectionLostError(Exception):
    """The server closed the connection, gave no answer, or sent something that is not SMTP."""


@dataclass(frozen=True, slots=True)
class Reply:
    """A server's reply: its code, and its text, one line each. Source: RFC 5321, 4.2."""

    code: int
    words: tuple[str, ...]

    def __str__(self) -> str:
        text = "\n".join(f"{self.code} {line}".rstrip() for line in self.words)
        return text if len(text) <= _MAX_REPLY_CHARACTERS else text[:_MAX_REPLY_CHARACTERS] + "…"

    @property
    def is_success(self) -> bool:
        """Whether the command succeeded."""
        return self.code in _SUCCESS_CODES

    @property
    def is_temporary(self) -> bool:
        """Whether the refusal is temporary (4xx)."""
        return self.code in _TEMPORARY_CODES


class SmtpSession:
    """One SMTP connection. Every method raises ConnectionLostError when there is no reply."""

    def __init__(self, server: SmtpServer, timeouts: Timeouts) -> None:
        """Connect, and wait for the greeting. Also raises AccountError."""
        self.server = server
        self.timeouts = timeouts
        self._smtp = smtplib.SMTP(local_hostname=_HELLO_NAME)
        self._use_connection(open_connection(server, timeouts.connect))
        greeting = self.read(timeouts.greeting)
        if greeting.code != _READY_CODE:
            self.close()
            raise AccountError(f"{server} does not take messages: {greeting}", "Try again later, or ask who runs it.")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def features(self) -> Mapping[str, str]:
        """The extensions that the server offers, by keyword in lower case."""
        return self._smtp.esmtp_features

    @property
    def largest(self) -> int | None:
        """The largest message in bytes that the server accepts; None without a limit (RFC 1870)."""
        limit = self.features.get("size", "")
        return int(limit) or None if limit.isdecimal() else None

    @property
    def tls_version(self) -> str:
        """The TLS version, such as ``TLSv1.3``; empty without TLS."""
        connection = self._smtp.sock
        return (connection.version() or "") if isinstance(connection, ssl.SSLSocket) else ""

    def command(self, command: str, timeout: float) -> Reply:
        """Send one command and wait for the reply; the timeout is in seconds."""
        self._run_step(partial(self._smtp.putcmd, command), timeout)
        return self.read(timeout)

    def send(self, content: bytes, timeout: float) -> None:
        """Send bytes that get no reply; the timeout is in seconds."""
        self._run_step(partial(self._smtp.send, content), timeout)

    def read(self, timeout: float) -> Reply:
        """Wait for a reply; the timeout is in seconds."""
        code, text = self._run_step(self._smtp.getreply, timeout)
        lines = tuple(make_printable(line) for line in text.split(b"\n"))
        _LOGGER.debug("%s answered %d", self.server, code)  # without its words: they can repeat what was sent
        if code not in _REPLY_CODES:
            self.close()
            raise ConnectionLostError(f"the server's reply is not SMTP: {lines[0]}".rstrip(" :"))
        return Reply(code, lines)

    def send_ehlo(self) -> None:
        """Send EHLO, and read the server's extensions. Also raises AccountError."""
        code, text = self._run_step(self._smtp.ehlo, self.timeouts.command)
        if code not in _SUCCESS_CODES:
            response = make_printable(text)
            raise AccountError(f"{self.server} refuses to talk: {code} {response}", "Ask those who run it.")

    def start_tls(self) -> None:
        """Start TLS, and send EHLO again (RFC 3207, 4.2). Also raises AccountError."""
        if "starttls" not in self.features:
            message = f"{self.server} offers no STARTTLS, and without it nothing is sent."
            raise AccountError(message, "Is the port right? For one that has TLS from the first byte, write 'tls'.")
        context = make_tls_context(self.server)
        reply = self.command("STARTTLS", self.timeouts.command)
        if reply.code != _READY_CODE or self._smtp.sock is None:
            raise AccountError(f"{self.server} refuses STARTTLS: {reply}", "Ask those who run it.")
        self._use_connection(start_tls(self._smtp.sock, self.server, context))
        self.send_ehlo()

    def close(self) -> None:
        """Close the connection at once; a message without its final dot is void."""
        self._smtp.close()

    def quit(self) -> None:
        """Send QUIT and close. Failures do not matter: accepted messages stay accepted."""
        try:
            self.command("QUIT", self.timeouts.quit)
        except ConnectionLostError:
            pass
        finally:
            self.close()

    def _run_step(self, step: Callable[[], T], timeout: float) -> T:
        """Call ``step`` with a timeout in seconds; every exception of smtplib means that no reply came."""
        if self._smtp.sock is None:
            raise ConnectionLostError("the connection is closed")
        try:
            self._reader.start_answer(timeout, _MAX_REPLY_BYTES)
            self._smtp.sock.settimeout(timeout)
            return step()
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            raise ConnectionLostError(_describe_connection_loss(error, timeout)) from None

    def _use_connection(self, connection: socket.socket) -> None:
        """Use a new connection from now on."""
        self._reader = LimitedReader(connection)
        self._smtp.sock, self._smtp.file = connection, BufferedReader(self._reader)


def _describe_connection_loss(error: Exception, timeout: float) -> str:
    """Return why no reply came, from an error of the connection or the cause of smtplib's error."""
    causes = (error, error.__context__)
    if any(isinstance(cause, AnswerTooLongError) for cause in causes):
        return "the server's answer has no end"
    has_timed_out = any(isinstance(cause, TimeoutError) for cause in causes)
    return f"no answer within {timeout:g} s" if has_timed_out else "the connection was closed"


def open_session(server: SmtpServer, secret: Secret | None, timeouts: Timeouts) -> SmtpSession:
    """Open a session that is ready to send. Raises AccountError, which never contains the secret."""
    try:
        session = SmtpSession(server, timeouts)
        try:
            session.send_ehlo()
            if server.security is Security.STARTTLS:
                session.start_tls()
            if server.login is not Login.NONE and secret is not None:
                _log_in(session, secret)
        except BaseException:
            session.close()
            raise
    except ConnectionLostError as error:
        hint = "Is it the right port, and the right 'security'? Otherwise try again later."
        raise AccountError(f"{server}: {error}, before any message.", hint) from None
    _LOGGER.debug("%s is ready: %s", server, session.tls_version or "without TLS")
    return session


def _log_in(session: SmtpSession, secret: Secret) -> None:
    """Log in by the first mechanism that both sides support (RFC 4954). Raises AccountError and ConnectionLostError."""
    offered = session.features.get("auth", "").upper().split()
    if not offered:
        raise AccountError(f"{session.server} offers no login (AUTH).", _NO_LOGIN_HINT)
    wanted = ("XOAUTH2",) if session.server.login is Login.XOAUTH2 else ("PLAIN", "LOGIN")
    mechanism = next((mechanism for mechanism in wanted if mechanism in offered), None)
    if mechanism is None:
        message = f"{session.server} offers the logins {', '.join(offered)}, and not {' or '.join(wanted)}."
        raise AccountError(message, "Set 'login' to what your provider offers: 'password' or 'xoauth2'.")
    try:
        reply = _LOGIN_FUNCTIONS[mechanism](session, session.server.user or "", secret)
    except ConnectionLostError:  # the answer may repeat parts of the secret, which ``scrub`` does not find
        raise ConnectionLostError("the connection was lost during the login") from None
    if reply.code != _LOGGED_IN_CODE:
        raise _explain_login_refusal(session.server, secret.scrub(str(reply)), reply)


def _explain_login_refusal(server: SmtpServer, shown_reply: str, reply: Reply) -> AccountError:
    hint = "Check 'user', 'login' and the secret. docs/email.md says what Gmail and Microsoft 365 want."
    if reply.code == _WRONG_PASSWORD_CODE:
        return AccountError(f"{server} does not know this user with this password: {shown_reply}", hint)
    hint = "Try again later." if reply.is_temporary else hint
    return AccountError(f"{server} refuses the login: {shown_reply}", hint)


def _auth_plain(session: SmtpSession, user: str, secret: Secret) -> Reply:
    """Log in by PLAIN (RFC 4616)."""
    credentials = _encode_base64(f"\0{user}\0{secret.reveal()}")
    return session.command(f"AUTH PLAIN {credentials}", session.timeouts.command)


def _auth_login(session: SmtpSession, user: str, secret: Secret) -> Reply:
    """Log in by LOGIN, an older mechanism (draft-murchison-sasl-login)."""
    reply = session.command("AUTH LOGIN", session.timeouts.command)
    for word in (user, secret.reveal()):
        if reply.code == _CHALLENGE_CODE:
            reply = session.command(_encode_base64(word), session.timeouts.command)
    return reply


def _auth_xoauth2(session: SmtpSession, user: str, secret: Secret) -> Reply:
    """Log in by XOAUTH2 (Google, Microsoft); a refusal is a challenge, and its code comes after an empty line."""
    reply = session.command(f"AUTH XOAUTH2 {_encode_base64(format_xoauth2(user, secret))}", session.timeouts.command)
    return session.command("", session.timeouts.command) if reply.code == _CHALLENGE_CODE else reply


_LOGIN_FUNCTIONS: Mapping[str, Callable[[SmtpSession, str, Secret], Reply]] = {
    "PLAIN": _auth_plain,
    "LOGIN": _auth_login,
    "XOAUTH2": _auth_xoauth2,
}


def format_xoauth2(user: str, secret: Secret) -> str:
    """Format a user and a token for XOAUTH2, in SMTP and IMAP."""
    return f"user={user}\1auth=Bearer {secret.reveal()}\1\1"


def _encode_base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode("ascii")
