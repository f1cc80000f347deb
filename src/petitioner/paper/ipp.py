"""Send IPP requests over HTTP (RFC 8010, RFC 8011): each on its own connection, and never twice.

pyipp encodes attributes and parses responses. Its client is not used: it supports no tray (a collection of attributes),
drops the printer's messages, and raises the same exception for a refused request and for a lost answer.
"""

import socket
import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse
from io import BufferedReader
from typing import Any

from pyipp.enums import IppTag
from pyipp.exceptions import IPPError
from pyipp.parser import parse
from pyipp.serializer import construct_attribute

from petitioner.mail.connections import LimitedReader
from petitioner.model.types import OWN_LANGUAGE

_HEADERS = {"Content-Type": "application/ipp", "Accept": "application/ipp"}
_VERSION = (2, 0)
_PORT = 631
_FIRST_ERROR = 0x0100  # below it a request was carried out: RFC 8011, appendix B
_HTTP_OK = 200
_MAX_RESPONSE_BYTES = 16_000_000  # bytes; a queue of thousands of jobs fills some of them
_CHARSET = "utf-8"


class NoResponseError(Exception):
    """No readable answer came: it is unknown whether the request was carried out."""


@dataclass(frozen=True, slots=True)
class Scheduler:
    """The address of a print service: a host and port, or the path of a ``socket`` on this machine.

    ``timeout`` is for each answer, in seconds.
    """

    host: str = "localhost"
    port: int = _PORT
    socket: str = ""
    timeout: float = 30.0

    def __str__(self) -> str:
        """``localhost:631``."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return self.socket or f"{host}:{self.port}"


@dataclass(frozen=True, slots=True)
class Attribute:
    """An IPP attribute: name, syntax and value; several values, or the members of a collection, are a tuple."""

    name: str
    tag: IppTag
    value: Any

    def encode(self) -> bytes:
        """Encode the attribute (RFC 8010, 3.1)."""
        if self.tag is not IppTag.BEGIN_COLLECTION:
            encoded: bytes = construct_attribute(self.name, self.value, self.tag)
            return encoded
        members = b"".join(_encode_member(member) for member in self.value)
        return (
            construct_attribute(self.name, "", self.tag) + members + construct_attribute("", "", IppTag.END_COLLECTION)
        )


@dataclass(frozen=True, slots=True)
class Request:
    """A request: ``attributes`` are attributes of the operation, ``job`` those of a new job."""

    operation: int
    path: str
    attributes: tuple[Attribute, ...]
    job: tuple[Attribute, ...] = ()
    content: bytes = b""

    def encode(self) -> bytes:
        """Encode the request; charset and language must be first (RFC 8011, 4.1.4)."""
        begin = struct.pack(">bbhi", *_VERSION, self.operation, 1)
        first = (
            Attribute("attributes-charset", IppTag.CHARSET, _CHARSET),
            Attribute("attributes-natural-language", IppTag.LANGUAGE, OWN_LANGUAGE),
        )
        groups = _encode_group(IppTag.OPERATION, (*first, *self.attributes))
        groups += _encode_group(IppTag.JOB, self.job) if self.job else b""
        return begin + groups + bytes([IppTag.END]) + self.content


@dataclass(frozen=True, slots=True)
class Response:
    """A response: its status and message, and its groups of jobs and printers."""

    status: int
    message: str
    jobs: tuple[Mapping[str, Any], ...] = ()
    printers: tuple[Mapping[str, Any], ...] = ()

    @property
    def is_success(self) -> bool:
        """Whether the request was carried out."""
        return 0 <= self.status < _FIRST_ERROR


def parse_cups_server(text: str | None) -> Scheduler:
    """Parse CUPS_SERVER: ``host``, ``host:port``, or the path of a socket; empty is the default on this machine.

    Raises ValueError for anything else.
    """
    server = (text or "").strip().partition("/version=")[0]  # client.conf(5)
    if not server or server.startswith("/"):
        return Scheduler(socket=server)
    host, colon, port = server.rpartition(":")
    if not colon or server.endswith("]"):
        host, port = server, str(_PORT)
    host = host.removeprefix("[").removesuffix("]")
    if not host or not port.isascii() or not port.isdecimal() or not 0 < int(port) < 1 << 16:
        raise ValueError(server)
    return Scheduler(host, int(port))


def send_request(scheduler: Scheduler, request: Request) -> Response:
    """Send a request once, and read the response. Raises NoResponseError."""
    connection = _Connection(scheduler)
    try:
        try:
            connection.connect()
        except OSError as error:
            raise NoResponseError(f"nobody answers at {scheduler} ({error.strerror or error})") from None
        try:
            connection.request("POST", request.path, request.encode(), _HEADERS)
            answer = connection.getresponse()
            content = answer.read()
        except (OSError, HTTPException) as error:
            raise NoResponseError(f"no answer from {scheduler} ({str(error) or type(error).__name__})") from None
    finally:
        connection.close()
    if answer.status != _HTTP_OK:
        return Response(-answer.status, f"{scheduler} answers HTTP {answer.status} {answer.reason}")
    return _parse_response(content, scheduler)


class _LimitedResponse(HTTPResponse):
    """An HTTP response with limits of time and size."""

    def __init__(self, connection: socket.socket, *rest: Any, **named: Any) -> None:  # noqa: ANN401 - http.client's own
        super().__init__(connection, *rest, **named)
        reader = LimitedReader(connection)
        reader.start_answer(connection.gettimeout() or 0.0, _MAX_RESPONSE_BYTES)
        self.fp.close()
        self.fp = BufferedReader(reader)


class _Connection(HTTPConnection):
    """A connection to a scheduler, by TCP or by a socket file."""

    response_class = _LimitedResponse

    def __init__(self, scheduler: Scheduler) -> None:
        super().__init__(scheduler.host, scheduler.port, timeout=scheduler.timeout)
        self._path = scheduler.socket

    def connect(self) -> None:
        if not self._path:
            super().connect()
            return
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)


def _encode_group(tag: IppTag, attributes: Iterable[Attribute]) -> bytes:
    return bytes([tag]) + b"".join(attribute.encode() for attribute in attributes)


def _encode_member(member: Attribute) -> bytes:
    """Encode a member of a collection, with its name as a separate value (RFC 8010, 3.1.7)."""
    name: bytes = construct_attribute("", member.name, IppTag.MEMBER_NAME)
    return name + Attribute("", member.tag, member.value).encode()


def _parse_response(content: bytes, scheduler: Scheduler) -> Response:
    try:
        read = parse(content)
        message = read["operation-attributes"].get("status-message", "")
        jobs, printers = (tuple(filter(None, read[group])) for group in ("jobs", "printers"))  # without empty groups
        return Response(read["status-code"], str(message), jobs, printers)
    except (IPPError, struct.error, ValueError, LookupError, TypeError, AttributeError, OverflowError) as error:
        raise NoResponseError(f"the answer of {scheduler} cannot be read ({type(error).__name__})") from None
