"""A session with an IMAP server: connected, under TLS, logged in."""

import base64
import imaplib
import re
import ssl
from collections.abc import Callable

from petitioner.accounts.connections import Timeouts, explain_trouble, make_context, refuse_distant
from petitioner.accounts.reading import AccountError
from petitioner.accounts.secrets import Secret
from petitioner.accounts.smtp import spell_xoauth2
from petitioner.model.account import ImapServer, Login, Security

_RUN = re.compile(r"[^\x20-\x7e]+")


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
        imap.shutdown()
        raise
    return imap


def quote_folder(name: str) -> str:
    """A folder's name as imaplib wants it: in modified UTF-7 and in quotes. Source: RFC 3501, 5.1.3 and 9."""
    coded = _RUN.sub(lambda run: f"&{_shift(run.group())}-", name.replace("&", "&-"))
    return '"' + coded.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _shift(text: str) -> str:
    return base64.b64encode(text.encode("utf-16-be")).decode("ascii").rstrip("=").replace("/", ",")


def _connect(server: ImapServer, timeouts: Timeouts) -> imaplib.IMAP4:
    try:
        if server.security is Security.TLS:
            context = make_context(server)
            return imaplib.IMAP4_SSL(server.host, server.port, ssl_context=context, timeout=timeouts.connect)
        return imaplib.IMAP4(server.host, server.port, timeout=timeouts.connect)
    except OSError as error:
        raise explain_trouble(error, server) from None
    except imaplib.IMAP4.error as error:
        message = f"{server} does not greet as an IMAP server does: {_clean(error)}"
        raise AccountError(
            message, "Is it the right port? The usual ones are 993 for 'tls' and 143 for 'starttls'."
        ) from None


def _secure(imap: imaplib.IMAP4, server: ImapServer) -> None:
    """STARTTLS where it was asked for, and never on without it; on this machine, nothing."""
    if server.security is Security.NONE:
        refuse_distant(imap.socket(), server)
    elif server.security is Security.STARTTLS:
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
        said = _clean(error)
        said = secret.scrub(said) if secret else said
        hint = "Check 'user', 'login' and the secret, 'port' and 'security'; docs/email.md tells what providers want."
        raise AccountError(f"{server} {failure}: {said}", hint) from None


def _clean(error: Exception) -> str:
    said = error.args[0] if error.args else ""
    text = said.decode("utf-8", "backslashreplace") if isinstance(said, bytes) else str(said)
    return "".join(character if character.isprintable() else " " for character in text).strip()
