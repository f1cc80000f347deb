"""What every page needs: its place in the navigation, templates, forms and links."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, wraps
from http import HTTPStatus

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from petitioner.campaign_option import keep_campaign
from petitioner.errors import PetitionerError, WorkspaceError, errors_in
from petitioner.model.types import OWN_LANGUAGE
from petitioner.review.live import LiveWorkspace, Snapshot
from petitioner.review.pictures import Pictures
from petitioner.review.words import mark_change, mark_differences, write_fragments

_MOST_FIELDS = 10_000
NOTES = {
    "read": "The reading is recorded.",
    "approved": "Approved. The log keeps the files.",
    "taken-back": "The approval is taken back.",
    "recorded": "Recorded in the log.",
    "settled": "The answer is recorded in the log.",
    "undone": "Taken back. Both entries stay in the log. The first one does not count any more.",
}
"""The notes that a page shows after a form was sent, by the word in its address."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page: its ``title`` and ``path`` in the navigation, the ``key`` that opens it, and all its routes.

    Without a title, it is not in the navigation. ``prepare`` does slow work before a person opens the page.
    """

    routes: Sequence[Route]
    title: str = ""
    path: str = ""
    key: str = ""
    prepare: Callable[[LiveWorkspace, Snapshot], object] = lambda _live, _snapshot: None


@dataclass(frozen=True, slots=True)
class Site:
    """The workspace, the pictures and the navigation, which all pages share."""

    live: LiveWorkspace
    pictures: Pictures
    navigation: Sequence[Page]


Form = Mapping[str, Sequence[str]]
"""The values of each field of a form that was sent."""


def get_one(form: Form, name: str) -> str:
    """Return the first value of a field of a form; an empty text without any."""
    return next(iter(form.get(name, ())), "")


def get_site(request: Request) -> Site:
    """Return the site of a request."""
    site = request.app.state.site
    assert isinstance(site, Site)  # noqa: S101 - starlette's state has no types
    return site


def render(request: Request, template: str, values: Mapping[str, object], status: int = HTTPStatus.OK) -> Response:
    """Return a page made from a template; everything in it is escaped, and its commands are about this campaign."""
    site = get_site(request)
    shared = {
        "own_language": OWN_LANGUAGE,
        "path": request.url.path,
        "navigation": [page for page in site.navigation if page.title],
        "note": NOTES.get(request.query_params.get("note", "")),
        "number": site.live.number,
        "read_only": site.live.read_only,
    }
    text = _load_environment().get_template(template).render(shared | dict(values))
    return HTMLResponse(keep_campaign(text, site.live.campaign), status)


def render_error(request: Request, error: Exception) -> Response:
    """Return a page about an error of a person, as the command line reports it."""
    assert isinstance(error, PetitionerError)  # noqa: S101 - the only class it is registered for
    values: dict[str, object] = {"sentence": str(error), "hint": error.hint, "problems": ()}
    if isinstance(error, WorkspaceError):
        values = _describe_errors(request, error)
    return render(request, "error.html", values, HTTPStatus.CONFLICT)


def _describe_errors(request: Request, error: WorkspaceError) -> dict[str, object]:
    """Return what the page says about errors in files, instead of what a command says."""
    count = len(errors_in(error.problems))
    nothing = "" if request.method == "GET" else " Nothing was recorded."
    return {
        "title": "A file has an error" if count == 1 else f"There are {count} errors in files",
        "sentence": f"Correct what is listed here, and save the file.{nothing}",
        "hint": "The page continues by itself when the file is saved without errors." if not nothing else "",
        "problems": error.problems,
    }


def form_handler(handle: Callable[[Request, Form], Response]) -> Callable[[Request], Awaitable[Response]]:
    """Make a request handler from a function that handles a form. The function runs in a thread and may write files."""

    @wraps(handle)
    async def receive(request: Request) -> Response:
        sent = await request.form(max_files=0, max_fields=_MOST_FIELDS)
        form = {name: [value for value in sent.getlist(name) if isinstance(value, str)] for name in sent}
        return await run_in_threadpool(handle, request, form)

    return receive


def go_to(path: str, note: str = "") -> Response:
    """Return the answer to a form that was sent: the page at ``path``, with a note of ``NOTES``."""
    return RedirectResponse(f"{path}?note={note}" if note else path, HTTPStatus.SEE_OTHER)


@cache
def _load_environment() -> Environment:
    loader = PackageLoader("petitioner.review")
    environment = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= {"fragments": write_fragments, "marked": mark_differences, "change": mark_change}
    return environment
