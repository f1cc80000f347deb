"""Access control of the page: which requests are answered, how long a form may be, and what a browser may load.

It wraps the whole application, so that answers about errors have the same headers.
"""

import secrets
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field
from hmac import compare_digest
from http import HTTPStatus
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qs

from starlette.exceptions import HTTPException

from petitioner.model.types import OWN_LANGUAGE

ADDRESS = "127.0.0.1"
"""The only address that the page listens on."""

LARGEST_BODY = 1_000_000
"""Bytes of a form; the largest one has a digest for each packet."""

TOKEN = "token"  # noqa: S105 - the name of the parameter
_TOO_LARGE = "The form is too large."
_COOKIE_HEADER = b"cookie"
_OWN_SITE = {b"same-origin", b"none"}  # Fetch Metadata: from our own pages, or typed by a person

HEADERS = {
    # No script and no style in the page itself, nothing from elsewhere (Content Security Policy, level 3).
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",  # with no-referrer, Chromium sends "Origin: null" with our own forms
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]


@dataclass(slots=True)
class Guard:
    """Passes to ``application`` only requests that the person at this machine made from our own pages.

    The address that is opened has a token. Its first use sets a cookie, ends the token, and calls ``used``.
    """

    application: Application
    port: int
    used: Callable[[], None] = lambda: None
    _token: str = field(default_factory=secrets.token_urlsafe, init=False, repr=False)
    _secret: str = field(default_factory=secrets.token_urlsafe, init=False, repr=False)

    @property
    def origin(self) -> str:
        """The origin of the page: ``http://127.0.0.1:8000``."""
        return f"http://{ADDRESS}:{self.port}"

    @property
    def address(self) -> str:
        """The address to open, with the token that is valid once."""
        return f"{self.origin}/?{TOKEN}={self._token}"

    @property
    def cookie(self) -> str:
        """The name of the cookie; with the port, since browsers keep cookies of all ports together."""
        return f"petitioner-{self.port}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it."""
        if scope["type"] != "http":  # the start and end of the server, which is not a request
            await self.application(scope, receive, send)
            return
        guarded = _add_headers(send)
        if fault := self._find_fault(scope):
            await _answer(guarded, *fault)
        elif token := self._read_token(scope):
            await self._exchange(token, guarded)
        elif not self._has_cookie(scope):
            await _answer(guarded, 403, "This page is open in another browser. Run again: petitioner review")
        else:
            await self._pass_on(scope, receive, guarded)

    def _find_fault(self, scope: Scope) -> tuple[int, str] | None:
        """Return the status and the reason of a refusal that needs no cookie to decide."""
        if scope["method"] not in {"GET", "HEAD", "POST"}:
            return 405, "Only GET, HEAD and POST are answered."
        if _list_values(scope, b"host") != [f"{ADDRESS}:{self.port}".encode()]:
            return 421, "This is not the address of the page."  # a name that leads here (DNS rebinding)
        is_post, origins = scope["method"] == "POST", _list_values(scope, b"origin")
        if (origins or is_post) and origins != [self.origin.encode()]:
            return 403, "The request does not come from this page."
        sites = _list_values(scope, b"sec-fetch-site")
        if not _OWN_SITE.issuperset(sites) and (is_post or self._read_token(scope) is None):
            return 403, "The request does not come from this page."
        lengths = _list_values(scope, b"content-length")
        if any(not one.isdigit() or int(one) > LARGEST_BODY for one in lengths):
            return 413, _TOO_LARGE
        return None

    def _read_token(self, scope: Scope) -> str | None:
        if scope["method"] != "GET" or scope["path"] != "/":
            return None
        return next(iter(parse_qs(scope["query_string"].decode("latin-1")).get(TOKEN, [])), None)

    async def _exchange(self, token: str, send: Send) -> None:
        """Answer a token with a cookie and a page that opens Today. A redirect would not send a strict cookie."""
        if not self._token or not compare_digest(token.encode(), self._token.encode()):
            await _answer(send, 403, "This address was used before. Run again: petitioner review")
            return
        self._token = ""
        self.used()
        cookie = f"{self.cookie}={self._secret}; Path=/; SameSite=Strict; HttpOnly"
        page = (
            f'<!doctype html><html lang="{OWN_LANGUAGE}"><title>petitioner</title>'
            '<link rel="icon" href="/static/icon.svg">'
            '<meta http-equiv="refresh" content="0;url=/">'
            '<p><a href="/">Open the page</a></p></html>'
        )
        await _answer(send, 200, page, {"content-type": "text/html; charset=utf-8", "set-cookie": cookie})

    def _has_cookie(self, scope: Scope) -> bool:
        try:
            cookies = SimpleCookie(b"; ".join(_list_values(scope, _COOKIE_HEADER)).decode("latin-1"))
        except CookieError:
            return False
        given = cookies.get(self.cookie)
        return given is not None and compare_digest(given.value.encode(), self._secret.encode())

    async def _pass_on(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the application answer, but read at most ``LARGEST_BODY`` bytes."""
        received = 0

        async def count() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > LARGEST_BODY:
                raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, _TOO_LARGE)
            return message

        await self.application(scope, count, send)


def _list_values(scope: Scope, name: bytes) -> list[bytes]:
    return [value for key, value in scope["headers"] if key == name]


def _add_headers(send: Send) -> Send:
    """Add the headers that every answer has; one that the application set stays."""

    async def add(message: Message) -> None:
        if message["type"] == "http.response.start":
            present = {key.lower() for key, _ in message.get("headers", ())}
            wanted = {"cache-control": "no-store", **HEADERS}
            added = [(key.encode(), value.encode()) for key, value in wanted.items() if key.encode() not in present]
            message["headers"] = [*message.get("headers", ()), *added]
        await send(message)

    return add


async def _answer(send: Send, status: int, text: str, headers: MutableMapping[str, str] | None = None) -> None:
    content = text.encode()
    given = {"content-type": "text/plain; charset=utf-8", "content-length": str(len(content)), **(headers or {})}
    # The rest of a refused body is not read, so the connection ends.
    listed = [(key.encode(), value.encode()) for key, value in {**given, "connection": "close"}.items()]
    await send({"type": "http.response.start", "status": status, "headers": listed})
    await send({"type": "http.response.body", "body": content})
