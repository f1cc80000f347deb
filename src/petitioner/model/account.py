"""The user's mail accounts in ``config.toml``: servers and names of folders, without passwords."""

import re
from enum import StrEnum
from ipaddress import ip_address
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field

from petitioner.model.types import Flag, Identifier, Line, Record

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
_ADDRESS = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@{_LABEL}(?:\.{_LABEL})*")
_HOST = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")
_MAILBOX = re.compile(r"(?:(?P<name>[^<>]*\S)\s*)?<(?P<address>[^<>]*)>")
_LONGEST_LOCAL_PART, _LONGEST_ADDRESS = 64, 254  # characters: RFC 5321, 4.5.3.1.1 and 4.5.3.1.3
_LAST_PORT = 65535
_LONGEST_PAUSE = 3600  # seconds: more is a mistake about the unit


class Security(StrEnum):
    """How a connection is encrypted: by TLS from its first byte, by STARTTLS, or not at all (this machine only)."""

    TLS = "tls"
    STARTTLS = "starttls"
    NONE = "none"


class Login(StrEnum):
    """How to log in to a server: with a password, with an OAuth 2 token, or not at all."""

    PASSWORD = "password"  # noqa: S105 - the word itself, and no password
    XOAUTH2 = "xoauth2"
    NONE = "none"


def is_address(text: str) -> bool:
    """Whether a text is an address for an SMTP command: ASCII, unquoted, without spaces.

    Source: the dot-string and domain of RFC 5321, 4.1.2; quoted local parts, which nobody uses, are not admitted.
    """
    return (
        _ADDRESS.fullmatch(text) is not None
        and len(text) <= _LONGEST_ADDRESS
        and len(text.partition("@")[0]) <= _LONGEST_LOCAL_PART
    )


def is_public_address(text: str) -> bool:
    """Whether a text is an address as in ``is_address``, with a dot in its domain."""
    return is_address(text) and "." in text.partition("@")[2]


def is_loopback(host: str) -> bool:
    """Whether a host is this machine by its name or number."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _is_host(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return _HOST.fullmatch(text) is not None
    return True


def _check_host(text: str) -> str:
    if not _is_host(text):
        raise ValueError("must be the name of a server only, such as mail.example.org")
    return text


def _read_port(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= _LAST_PORT:
        raise ValueError(f"must be a whole number from 1 to {_LAST_PORT}, without quotes")
    return value


def _read_pause(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= _LONGEST_PAUSE:
        raise ValueError(f"must be a number of seconds from 0 to {_LONGEST_PAUSE}, without quotes")
    return value


def _read_mailbox(value: object) -> object:
    if not isinstance(value, str):
        raise ValueError("must be text such as 'Our Name <office@example.org>'")  # noqa: TRY004 - as in types.py
    text = value.strip()
    found = _MAILBOX.fullmatch(text)
    name, address = (found["name"] or "", found["address"]) if found else ("", text)
    if not is_address(address):
        raise ValueError("must be an address such as 'Our Name <office@example.org>'")
    name = name[1:-1].strip() if len(name) > 1 and name[0] == name[-1] == '"' else name
    return {"address": address, "name": name} if name else {"address": address}


Host = Annotated[Line, AfterValidator(_check_host)]
"""A server by its name or IP address, without port, user or path."""

Port = Annotated[int, BeforeValidator(_read_port)]
"""A TCP port."""

Pause = Annotated[float, BeforeValidator(_read_pause)]
"""A time to wait, in seconds."""


class MailAddress(Record):
    """An e-mail address with the name of its owner."""

    address: str
    name: Line | None = None


Mailbox = Annotated[MailAddress, BeforeValidator(_read_mailbox)]
"""``Our Name <office@example.org>``, or only the address."""


class Server(Record):
    """A mail server; ``ca_file`` is the path of the office's own certificate authority."""

    host: Host
    port: Port
    security: Security
    user: Line | None = None
    login: Login = Login.PASSWORD
    ca_file: Line | None = None

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


class SmtpServer(Server):
    """The server that sends messages (RFC 6409)."""


class ImapServer(Server):
    """The server with the account's folders (RFC 9051), and the names of three of them."""

    drafts: Line = "Drafts"
    sent: Line = "Sent"
    inbox: Line = "INBOX"


class Account(Record):
    """A mail account. ``pause`` is the time between messages, in seconds; ``own_copy`` sends each message to us, too.

    A message that the server defers is tried again after each of the times in ``again_after``, in seconds.
    ``password_command`` is a program and its arguments, without a shell.
    """

    name: Identifier
    sender: Mailbox = Field(alias="from")
    reply_to: Mailbox | None = None
    own_copy: Flag = True
    pause: Pause = 5.0
    again_after: tuple[Pause, ...] = (30.0, 120.0, 600.0)
    password_command: tuple[Line, ...] = ()
    smtp: SmtpServer | None = None
    imap: ImapServer | None = None
