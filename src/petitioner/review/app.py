"""The application: routes of all pages, the style sheet and the script, and the number of changes."""

import asyncio
import contextlib
import gc
from collections.abc import AsyncIterator, Callable
from http import HTTPStatus

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from petitioner.errors import PetitionerError
from petitioner.review.live import LiveWorkspace
from petitioner.review.pages import PAGES
from petitioner.review.pages.page import Site, render, render_error
from petitioner.review.pictures import Pictures
from petitioner.review.watching import watch
from petitioner.review.words import write_language_styles

_WORDS = {
    HTTPStatus.NOT_FOUND: "This page does not exist. Perhaps the letter or the recipient is no longer there.",
    HTTPStatus.METHOD_NOT_ALLOWED: "This address does not accept a form.",
    HTTPStatus.BAD_REQUEST: "The form could not be read.",
}


def make_app(live: LiveWorkspace) -> Starlette:
    """Return the application for a workspace. While it runs, it reads again what is saved."""
    site = Site(live, Pictures(live.lock), PAGES)

    @contextlib.asynccontextmanager
    async def run(_app: Starlette) -> AsyncIterator[None]:
        preparation = asyncio.create_task(asyncio.to_thread(_prepare, site))
        async with watch(live):
            yield
        await preparation

    handlers: dict[int | type[Exception], Callable[[Request, Exception], Response]] = {
        PetitionerError: render_error,
        HTTPException: _render_refusal,
        ClientDisconnect: _answer_closed,
    }
    routes: list[BaseRoute] = [route for page in PAGES for route in page.routes]
    static = Mount("/static", StaticFiles(packages=[("petitioner.review", "static")]))
    app = Starlette(
        routes=[*routes, Route("/number", _answer_number), Route("/languages.css", _answer_styles), static],
        exception_handlers=handlers,
        lifespan=run,
    )
    app.state.site = site
    return app


def _prepare(site: Site) -> None:
    """Draw one letter and compare all, so that this is done before a person waits for it."""
    with contextlib.suppress(PetitionerError):
        snapshot = site.live.snapshot
        for text in {(one.stem, one.language) for one in snapshot.letters.values()}:
            snapshot.get_table(*text)
        for letter in list(snapshot.letters.values())[:1]:
            site.pictures.draw(snapshot, letter)
        for page in PAGES:
            with contextlib.suppress(PetitionerError):
                page.prepare(site.live, snapshot)
    gc.freeze()  # else a collection walks over all letters and events while a person waits


def _answer_styles(_request: Request) -> Response:
    return PlainTextResponse(write_language_styles(), media_type="text/css")


def _answer_number(request: Request) -> Response:
    """Answer with the number of changes, which the script asks for twice a second."""
    return PlainTextResponse(str(request.app.state.site.live.number))


def _answer_closed(_request: Request, _error: Exception) -> Response:
    """Return an answer that nobody reads: the browser closed the connection before its form was read."""
    return Response(status_code=HTTPStatus.BAD_REQUEST)


def _render_refusal(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - the only class it is registered for
    sentence = _WORDS.get(HTTPStatus(error.status_code), error.detail)
    values = {"title": "Not found", "sentence": sentence, "hint": "", "problems": ()}
    response = render(request, "error.html", values, error.status_code)
    response.headers.update(error.headers or {})
    return response
