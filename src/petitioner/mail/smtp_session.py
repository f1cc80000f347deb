"""A session with a submission server: connected, under TLS, logged in. Nothing is sent by any of this."""

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

_OUR_NAME = "[127.0.0.1]"  # a server writes it into the message's trace; the real name of the machine concerns nobody
_LARGEST_REPLY = 100_000  # bytes of a reply, with all its lines; EHLO has some twenty
_LONGEST_REPLY = 2000  # characters of a reply that are kept
_READY, _LOGGED_IN, _CHALLENGE = 220, 235, 334
_OK = range(200, 300)
_WRONG_PASSWORD = 535
_TRANSIENT = range(400, 500)
_REPLIES = range(200, 600)
_NO_AUTH = (
    "Is it the right port? Messages are handed in at 465 (tls) or 587 (starttls). Where a provider has switched this "
    "off, as Microsoft 365 often has, docs/email.md tells of drafts and files."
)


class ConnectionLostError(Exception):
    """The other side closed the connection, fell silent, or stopped speaking SMTP."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What a server answered: its code, and its words, one line each. Source: RFC 5321, 4.2."""

    code: int
    words: tuple[str, ...]

    def __str__(self) -> str:
        text = "\n".join(f"{self.code} {line}".rstrip() for line in self.words)
        return text if len(text) <= _LONGEST_REPLY else text[:_LONGEST_REPLY] + "…"

    @property
    def is_yes(self) -> bool:
        """Whether the command was done."""
        return self.code in _OK

    @property
    def is_for_now(self) -> bool:
        """Whether it was refused now, and may be done later (4xx)."""
        return self.code in _TRANSIENT


class SmtpSession:
    """One connection, spoken on in commands and replies. Any step raises LineLostError when there is no reply."""

    def __init__(self, server: SmtpServer, timeouts: Timeouts) -> None:
        """Connect, and wait for the greeting. Raises AccountError too."""
        self.server = server
        self.timeouts = timeouts
        self._smtp = smtplib.SMTP(local_hostname=_OUR_NAME)
        self._listen(open_connection(server, timeouts.connect))
        greeting = self.read(timeouts.greeting)
        if greeting.code != _READY:
            self.close()
            raise AccountError(f"{server} does not take messages: {greeting}", "Try again later, or ask who runs it.")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def features(self) -> Mapping[str, str]:
        """What the server said that it can do, by keyword in small letters."""
        return self._smtp.esmtp_features

    @property
    def largest(self) -> int | None:
        """The size of the largest message that the server takes, in bytes; None where it sets no limit (RFC 1870)."""
        limit = self.features.get("size", "")
        return int(limit) or None if limit.isdecimal() else None

    @property
    def tls_version(self) -> str:
        """``TLSv1.3``, say, or nothing."""
        line = self._smtp.sock
        return (line.version() or "") if isinstance(line, ssl.SSLSocket) else ""

    def ask(self, command: str, timeout: float) -> Reply:
        """Send one line and wait for the reply; the timeout is in seconds."""
        self._try(partial(self._smtp.putcmd, command), timeout)
        return self.read(timeout)

    def send(self, content: bytes, timeout: float) -> None:
        """Send bytes as they are, to which no reply comes; the timeout is in seconds."""
        self._try(partial(self._smtp.send, content), timeout)

    def read(self, timeout: float) -> Reply:
        """Wait for a reply; the timeout is in seconds."""
        code, words = self._try(self._smtp.getreply, timeout)
        lines = tuple(make_printable(line) for line in words.split(b"\n"))
        _LOGGER.debug("%s answered %d", self.server, code)  # without its words: they can repeat what was sent
        if code not in _REPLIES:
            self.close()
            raise ConnectionLostError(f"the server said something that is no reply of SMTP: {lines[0]}".rstrip(" :"))
        return Reply(code, lines)

    def introduce(self) -> None:
        """Say EHLO, and learn what the server can do. Raises AccountError too."""
        code, words = self._try(self._smtp.ehlo, self.timeouts.command)
        if code not in _OK:
            said = make_printable(words)
            raise AccountError(f"{self.server} refuses to talk: {code} {said}", "Ask those who run it.")

    def start_tls(self) -> None:
        """Go on under TLS. What was learnt before is forgotten (RFC 3207, 4.2). Raises AccountError too."""
        if "starttls" not in self.features:
            message = f"{self.server} offers no STARTTLS, and without it nothing is sent."
            raise AccountError(message, "Is the port right? For one that has TLS from the first byte, write 'tls'.")
        context = make_tls_context(self.server)
        reply = self.ask("STARTTLS", self.timeouts.command)
        if reply.code != _READY or self._smtp.sock is None:
            raise AccountError(f"{self.server} refuses STARTTLS: {reply}", "Ask those who run it.")
        self._listen(start_tls(self._smtp.sock, self.server, context))
        self.introduce()

    def close(self) -> None:
        """Cut the connection, whatever it was in the middle of; a message whose dot was not sent is void."""
        self._smtp.close()

    def part(self) -> None:
        """Say QUIT and close. What was accepted is accepted, so no failure matters any more."""
        try:
            self.ask("QUIT", self.timeouts.parting)
        except ConnectionLostError:
            pass
        finally:
            self.close()

    def _try(self, step: Callable[[], T], timeout: float) -> T:
        """Take one step; smtplib's many exceptions all mean that no reply came."""
        if self._smtp.sock is None:
            raise ConnectionLostError("the connection is closed")
        try:
            self._reader.expect(timeout, _LARGEST_REPLY)
            self._smtp.sock.settimeout(timeout)
            return step()
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            raise ConnectionLostError(_explain_loss(error, timeout)) from None

    def _listen(self, line: socket.socket) -> None:
        """Go on with a connection, on which nothing was said yet."""
        self._reader = LimitedReader(line)
        self._smtp.sock, self._smtp.file = line, BufferedReader(self._reader)


def _explain_loss(error: Exception, timeout: float) -> str:
    """Why no reply came, by an error of the connection or the one behind smtplib's own."""
    causes = (error, error.__context__)
    if any(isinstance(cause, AnswerTooLongError) for cause in causes):
        return "the server's answer has no end"
    silent = any(isinstance(cause, TimeoutError) for cause in causes)
    return f"no answer within {timeout:g} s" if silent else "the connection was closed"


def open_session(server: SmtpServer, secret: Secret | None, timeouts: Timeouts) -> SmtpSession:
    """A session that is ready to take a message. Raises AccountError, whose sentence never holds the secret."""
    try:
        session = SmtpSession(server, timeouts)
        try:
            session.introduce()
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
    """Log in by the first mechanism that fits (RFC 4954). Raises AccountError and LineLostError."""
    offered = session.features.get("auth", "").upper().split()
    if not offered:
        raise AccountError(f"{session.server} offers no login (AUTH).", _NO_AUTH)
    wanted = ("XOAUTH2",) if session.server.login is Login.XOAUTH2 else ("PLAIN", "LOGIN")
    mechanism = next((mechanism for mechanism in wanted if mechanism in offered), None)
    if mechanism is None:
        message = f"{session.server} offers the logins {', '.join(offered)}, and not {' or '.join(wanted)}."
        raise AccountError(message, "Set 'login' to what your provider offers: 'password' or 'xoauth2'.")
    try:
        reply = _AUTH[mechanism](session, session.server.user or "", secret)
    except ConnectionLostError:  # what came may repeat what was sent, in pieces that no scrubbing finds
        raise ConnectionLostError("the line was lost, or no SMTP was spoken, during the login") from None
    if reply.code != _LOGGED_IN:
        raise _explain_refusal(session.server, secret.scrub(str(reply)), reply)


def _explain_refusal(server: SmtpServer, said: str, reply: Reply) -> AccountError:
    hint = "Check 'user', 'login' and the secret. docs/email.md tells what Gmail and Microsoft 365 want."
    if reply.code == _WRONG_PASSWORD:
        return AccountError(f"{server} does not know this user with this password: {said}", hint)
    hint = "Try again later." if reply.is_for_now else hint
    return AccountError(f"{server} refuses the login: {said}", hint)


def _say_plain(session: SmtpSession, user: str, secret: Secret) -> Reply:
    """RFC 4616."""
    words = _encode(f"\0{user}\0{secret.reveal()}")
    return session.ask(f"AUTH PLAIN {words}", session.timeouts.command)


def _say_login(session: SmtpSession, user: str, secret: Secret) -> Reply:
    """The older way, of which there is a draft only: draft-murchison-sasl-login."""
    reply = session.ask("AUTH LOGIN", session.timeouts.command)
    for word in (user, secret.reveal()):
        if reply.code == _CHALLENGE:
            reply = session.ask(_encode(word), session.timeouts.command)
    return reply


def _say_xoauth2(session: SmtpSession, user: str, secret: Secret) -> Reply:
    """Google's and Microsoft's way; a refusal comes as a challenge, after an empty line as a code."""
    reply = session.ask(f"AUTH XOAUTH2 {_encode(format_xoauth2(user, secret))}", session.timeouts.command)
    return session.ask("", session.timeouts.command) if reply.code == _CHALLENGE else reply


_AUTH: Mapping[str, Callable[[SmtpSession, str, Secret], Reply]] = {
    "PLAIN": _say_plain,
    "LOGIN": _say_login,
    "XOAUTH2": _say_xoauth2,
}


def format_xoauth2(user: str, secret: Secret) -> str:
    """A user and a token as XOAUTH2 wants them, for SMTP and IMAP."""
    return f"user={user}\1auth=Bearer {secret.reveal()}\1\1"


def _encode(text: str) -> str:
    return base64.b64encode(text.encode()).decode("ascii")
