"""A submission server that does what the recipient's local part says, and keeps what it took.

    r550, r451 …                  RCPT is refused with that code
    once-451, twice-451           RCPT is refused with that code the first time, or the first two times
    once-452-4.5                  the same with 452 4.4.5
    data-554, data-451 …          the message is refused after the final dot, and not kept
    data354-554 …                 DATA is refused before the message
    drop-before, drop-after       hangs up after the final dot, before or after keeping the message: one looks like the
                                  other from outside
    reset-after                   the same with a reset in place of an orderly end (shows only without TLS)
    stall-before, stall-after     says nothing after the final dot, before or after keeping the message
    stall-rcpt, drop-rcpt         says nothing to RCPT, hangs up at RCPT
    garbage                       keeps the message and answers the final dot with what is no reply
    half                          keeps the message and answers with the first half of a reply
    r452-4.5, data-550-4.5 …      the same with subject and detail of the enhanced status code: 452 4.4.5, 550 5.4.5
    quit-421, quit-drop           answers QUIT with 421, or not at all
    idle                          keeps the message, says so, and hangs up

A sender's local part of s550, s451 or s552 is refused at MAIL, s451-7.1 with 4.7.1. Everything else is taken.
"""

import asyncio
import logging
import re
import socket
import ssl
import struct
from base64 import b64decode, b64encode
from dataclasses import dataclass, field
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from servers.background import Background, port_of
from servers.certificates import Certificates, Leaf

USER, PASSWORD, TOKEN = "alice", "sécret-naïf 密", "ya29.a0-token"
SIZE_LIMIT = 12_000_000
_CUT = "421 4.3.0 nobody hears this"  # aiosmtpd wants an answer even where the line is gone

logging.getLogger("mail.log").setLevel(logging.CRITICAL)  # it would log each broken connection, which are our purpose


@dataclass(frozen=True)
class KeptFiles:
    """A message that the server took: its envelope, its bytes with dots undone, and how it came."""

    sender: str
    recipients: tuple[str, ...]
    content: bytes
    tls: bool


@dataclass
class Ports:
    """Where the server listens: for each way to connect, a port."""

    starttls: int = 0
    tls: int = 0
    plain: int = 0
    login_only: int = 0
    no_login: int = 0
    mute: int = 0
    other_name: int = 0
    expired: int = 0


@dataclass
class ScriptedServer(Background):
    """The server; start it by ``with``."""

    certificates: Certificates
    kept: list[KeptFiles] = field(default_factory=list)
    logins: list[tuple[str, bool]] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    ports: Ports = field(default_factory=Ports)
    lines_open: int = 0

    def deliveries(self, recipient: str) -> list[KeptFiles]:
        """What was kept for a recipient."""
        return [message for message in self.kept if recipient in message.recipients]

    async def open(self) -> list[asyncio.Server]:
        """Listen in every way that there is."""
        tls = _make_context(self.certificates.good)
        under_tls = {"auth_require_tls": False}  # aiosmtpd takes STARTTLS alone for TLS
        servers = {
            "starttls": await self._listen({"tls_context": tls, "require_starttls": True, "auth_required": True}),
            "tls": await self._listen(under_tls, tls),
            "plain": await self._listen({}),
            "login_only": await self._listen({**under_tls, "auth_exclude_mechanism": ["PLAIN", "XOAUTH2"]}, tls),
            "no_login": await self._listen({}, tls),
            "mute": await asyncio.get_running_loop().create_server(asyncio.Protocol, "127.0.0.1", 0),
            "other_name": await self._listen(under_tls, _make_context(self.certificates.other_name)),
            "expired": await self._listen(under_tls, _make_context(self.certificates.expired)),
        }
        self.ports = Ports(**{name: port_of(server) for name, server in servers.items()})
        return list(servers.values())

    async def _listen(self, options: dict[str, Any], tls: ssl.SSLContext | None = None) -> asyncio.Server:
        def make() -> SMTP:
            return _Scripted(
                _Script(self), hostname="localhost", data_size_limit=SIZE_LIMIT, authenticator=self._check, **options
            )

        return await asyncio.get_running_loop().create_server(make, "127.0.0.1", 0, ssl=tls)

    def _check(self, _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: Any) -> AuthResult:  # noqa: ANN401 - aiosmtpd's own
        right = data.login.decode() == USER and data.password.decode() == PASSWORD
        self.logins.append((data.login.decode(), right))
        return AuthResult(success=right, handled=False)


class _Script:
    """What the server does at each step, by names that aiosmtpd looks for."""

    def __init__(self, server: ScriptedServer) -> None:
        self._server = server

    def count_line(self, change: int) -> None:
        self._server.lines_open += change

    async def handle_MAIL(  # noqa: N802 - a name of aiosmtpd
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        code = _code(address, "s", "3.4" if address.startswith("s552@") else "1.8")
        return f"{code} not from {address}" if code else "250 2.1.0 OK"

    async def handle_RCPT(  # noqa: N802 - a name of aiosmtpd
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        self._server.commands.append(f"RCPT {address}")
        if code := _code(address, "r", "1.1"):
            return f"{code} <{address}>: not here"
        if self._is_too_early(address):
            return f"{'452 4.4.5' if '4.5' in address else '451 4.2.0'} <{address}>: not yet"
        if address.startswith("drop-rcpt@"):
            return _cut(server)
        if address.startswith("stall-rcpt@"):
            await self._server.stall()
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - a name of aiosmtpd
        name = str(envelope.rcpt_tos[0]).partition("@")[0]
        if code := _code(name, "data-", "6.0"):
            return f"{code} no"
        if name.endswith("-before"):
            return await self._fail(server, name)
        self._keep(session, envelope)
        if name.endswith("-after"):
            return await self._fail(server, name)
        return await self._answer(server, name)

    async def handle_RSET(self, _server: SMTP, _session: Session, _envelope: Envelope) -> str:  # noqa: N802 - a name of aiosmtpd
        self._server.commands.append("RSET")
        return "250 OK"

    async def handle_QUIT(self, server: SMTP, _session: Session, _envelope: Envelope) -> str:  # noqa: N802 - a name of aiosmtpd
        self._server.commands.append("QUIT")
        last = self._server.kept[-1].recipients[0] if self._server.kept else ""
        if last.startswith("quit-421@"):
            return "421 4.3.2 the server is going down"
        return _cut(server) if last.startswith("quit-drop@") else "221 Bye"

    def _is_too_early(self, address: str) -> bool:
        patience = {"once-451": 1, "once-452-4.5": 1, "twice-451": 2}.get(address.partition("@")[0], 0)
        return self._server.commands.count(f"RCPT {address}") <= patience

    def _keep(self, session: Session, envelope: Envelope) -> None:
        recipients = tuple(str(address) for address in envelope.rcpt_tos)
        content = envelope.original_content or b""
        self._server.kept.append(KeptFiles(str(envelope.mail_from), recipients, content, bool(session.ssl)))

    async def _fail(self, server: SMTP, name: str) -> str:
        if name.startswith("stall"):
            await self._server.stall()
        return _cut(server, reset=name.startswith("reset"))

    async def _answer(self, server: SMTP, name: str) -> str:
        taken = f"250 2.0.0 Ok: queued as {len(self._server.kept):04d}"
        if name == "garbage":
            return "\x1b[31mquite all right"
        assert isinstance(server.transport, asyncio.Transport)
        if name == "half":
            server.transport.write(b"25")
            server.transport.close()
        if name == "idle":
            await server.push(taken)
            server.transport.close()
        return taken


class _Scripted(SMTP):
    """aiosmtpd's server, and what its handlers cannot reach: tokens of XOAUTH2, DATA itself, the lines."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.event_handler.count_line(1)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        self.event_handler.count_line(-1)
        super().connection_lost(error)

    async def auth_XOAUTH2(self, _server: SMTP, words: list[str]) -> AuthResult:  # noqa: N802 - a name of aiosmtpd
        said = b64decode(words[1]).decode()
        if said == f"user={USER}\1auth=Bearer {TOKEN}\1\1":
            return AuthResult(success=True)
        await self.push("334 " + b64encode(b'{"status":"401"}').decode())
        await self._reader.readline()
        await self.push("535 5.7.8 token refused")
        return AuthResult(success=False, handled=True)

    async def smtp_DATA(self, arg: str | None) -> None:  # noqa: N802 - a name of aiosmtpd
        assert self.envelope is not None
        code = _code(str(self.envelope.rcpt_tos[0]), "data354-", "7.1") if self.envelope.rcpt_tos else ""
        if code:
            await self.push(f"{code} not now")
        else:
            await super().smtp_DATA(arg)


def _code(address: str, prefix: str, status: str) -> str:
    """``550 5.1.1`` for ``r550@example.org``, ``r`` and ``1.1``, ``550`` alone for ``r550-0``; nothing for others."""
    found = re.fullmatch(rf"{prefix}(\d{{3}})(?:-([\d.]+))?", address.partition("@")[0])
    if not found:
        return ""
    code, own = found[1], found[2] or status
    return code if own == "0" else f"{code} {code[0]}.{own}"


def _cut(server: SMTP, *, reset: bool = False) -> str:
    """End the connection now, without a reply and without a word of TLS: by FIN, or by RST."""
    assert isinstance(server.transport, asyncio.Transport)
    if reset:
        line: socket.socket = server.transport.get_extra_info("socket")
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    server.transport.abort()
    return _CUT


def _make_context(leaf: Leaf) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(leaf.chain, leaf.key)
    return context
