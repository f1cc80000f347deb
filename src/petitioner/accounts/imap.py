"""A session with an IMAP server: connected, under TLS, logged in."""

import imaplib
import socket
import ssl
from collections.abc import Callable
from contextlib import suppress

from petitioner.accounts.connections import Timeouts, explain_trouble, make_context, open_line
from petitioner.accounts.reading import AccountError
from petitioner.accounts.secrets import Secret
from petitioner.accounts.smtp import spell_xoauth2
from petitioner.model.account import ImapServer, Login, Security


class _Session(imaplib.IMAP4):
    """A session on a line of our own: what holds for SMTP, before a first byte is read, holds here as well."""

    def __init__(self, server: ImapServer, timeout: float) -> None:
        self._server = server
        super().__init__(server.host, server.port, timeout)

    def _create_socket(self, timeout: float) -> socket.socket:  # as imaplib's own session under TLS has it
        return open_line(self._server, timeout)


def open_imap(server: ImapServer, secret: Secret | None, timeouts: Timeouts) -> imaplib.IMAP4:
    """A session that is logged in; no folder is chosen yet. Raises AccountError, whose sentence never holds the secret.

    ``timeouts.connect`` holds until the greeting, ``timeouts.command`` for each step from then on.
    """
    imap = _connect(server, timeouts)
    try:
        imap.socket().settimeout(timeouts.command)
        _secure(imap, server)
        if server.login is not Login.NONE and secret is not None:
            _log_in(imap, server, secret)
    except BaseException:
        with suppress(OSError):  # where TLS was refused, imaplib holds what is left of a socket
            imap.shutdown()
        raise
    return imap


def name_tls(imap: imaplib.IMAP4) -> str:
    """``TLSv1.3``, say, or nothing."""
    line = imap.socket()
    return (line.version() or "") if isinstance(line, ssl.SSLSocket) else ""


def _connect(server: ImapServer, timeouts: Timeouts) -> imaplib.IMAP4:
    try:
        return _Session(server, timeouts.connect)
    except OSError as error:
        raise explain_trouble(error, server) from None
    except imaplib.IMAP4.error as error:
        message = f"{server} does not greet as an IMAP server does: {clean_words(error)}"
        raise AccountError(
            message, "Is it the right port? The usual ones are 993 for 'tls' and 143 for 'starttls'."
        ) from None


def _secure(imap: imaplib.IMAP4, server: ImapServer) -> None:
    """STARTTLS where it was asked for, and never on without it."""
    if server.security is Security.STARTTLS:
        _try(server, "offers no STARTTLS", lambda: imap.starttls(make_context(server)))


def _log_in(imap: imaplib.IMAP4, server: ImapServer, secret: Secret) -> None:
    user = server.user or ""
    if server.login is Login.XOAUTH2:
        answer = _answer_once(spell_xoauth2(user, secret).encode())
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
        raise explain_trouble(error, server) from None
    except imaplib.IMAP4.error as error:
        said = clean_words(error)
        said = secret.scrub(said) if secret else said
        hint = "Check 'user', 'login' and the secret, 'port' and 'security'; docs/email.md tells what providers want."
        raise AccountError(f"{server} {failure}: {said}", hint) from None


def clean_words(error: Exception) -> str:
    """What a server said in an exception of imaplib, without anything that could command a terminal."""
    said = error.args[0] if error.args else ""
    text = said.decode("utf-8", "backslashreplace") if isinstance(said, bytes) else str(said)
    return "".join(character if character.isprintable() else " " for character in text).strip()
