"""The log: search, filters, export, and what needs attention."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from http import HTTPStatus
from urllib.parse import urlencode

from starlette.datastructures import QueryParams
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from petitioner.commands.log_export import format_events
from petitioner.commands.log_show import map_corrections
from petitioner.log.events import Event, find_tip
from petitioner.review.downloads import answer_file
from petitioner.review.live import LiveWorkspace, OncePerSnapshot, Snapshot
from petitioner.review.pages.corrections import find_last, list_doubtful, settle, undo
from petitioner.review.pages.entries import make_entries
from petitioner.review.pages.page import Form, Page, form_handler, get_site, go_to, render
from petitioner.review.search import SearchTexts

_HERE = "/log"
_MOST = 100  # events on one page
_TYPES = {"csv": "text/csv", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


@dataclass(frozen=True, slots=True)
class Filter:
    """Which events are shown; an empty text chooses all. ``q`` has words that must all be in an event."""

    q: str = ""
    recipient: str = ""
    kind: str = ""
    channel: str = ""
    year: str = ""
    by: str = ""
    attention: str = ""

    @classmethod
    def read(cls, query: QueryParams) -> "Filter":
        """Read it from an address."""
        return cls(**{one.name: query.get(one.name, "").strip() for one in fields(cls)})

    @property
    def query(self) -> str:
        """The filter as a part of an address."""
        return urlencode({one.name: value for one in fields(self) if (value := getattr(self, one.name))})

    def includes(self, event: Event, needing: frozenset[int]) -> bool:
        """Whether an event is chosen, but for its words; ``needing`` are the events that need attention."""
        return (
            self.recipient in ("", event.recipient)
            and self.kind in ("", event.kind)
            and self.channel in ("", event.channel)
            and self.year in ("", event.campaign)
            and self.by in ("", event.by)
            and (not self.attention or event.id in needing)
        )


@dataclass(frozen=True, slots=True)
class LogIndex:
    """The values that the filters offer."""

    choices: Mapping[str, Sequence[str]]


def _make_index(_live: LiveWorkspace, snapshot: Snapshot) -> LogIndex:
    events = snapshot.events
    return LogIndex(
        {
            "recipient": sorted({event.recipient for event in events if event.recipient}),
            "kind": sorted({str(event.kind) for event in events}),
            "channel": sorted({event.channel for event in events if event.channel}),
            "year": sorted({event.campaign for event in events}, reverse=True),
            "by": sorted({event.by for event in events}),
        }
    )


_INDEX = OncePerSnapshot(_make_index)
_TEXTS = SearchTexts()
_CORRECTIONS = OncePerSnapshot(lambda _live, snapshot: map_corrections(snapshot.events))


def show_log(request: Request) -> Response:
    """Show a page of the log, the latest event first."""
    live = get_site(request).live
    snapshot = live.snapshot
    chosen = Filter.read(request.query_params)
    found = _find_events(snapshot, chosen)
    pages = max(1, -(-len(found) // _MOST))
    page = min(max(_read_number(request.query_params.get("page", "1")), 1), pages)
    shown = found[(page - 1) * _MOST : page * _MOST]
    values = {
        "title": "Log",
        "filter": chosen,
        "choices": _INDEX.get(live, snapshot).choices,
        "count": len(found),
        "total": len(snapshot.events),
        "tip": find_tip(snapshot.events) or "",
        "entries": make_entries(request, shown, _CORRECTIONS.get(live, snapshot)),
        "page": page,
        "pages": pages,
        "previous": _make_path(chosen, page - 1) if page > 1 else "",
        "following": _make_path(chosen, page + 1) if page < pages else "",
        "exports": [(ending, f"{_HERE}/log.{ending}?{chosen.query}") for ending in _TYPES],
        "concerns": snapshot.state.concerns,
        "doubtful": list_doubtful(snapshot),
        "last": find_last(live, snapshot),
    }
    return render(request, "log.html", values)


def export(request: Request) -> Response:
    """Answer with the chosen events as `log export` writes them."""
    ending = str(request.path_params["ending"])
    if ending not in _TYPES:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    live = get_site(request).live
    snapshot = live.snapshot
    found = _find_events(snapshot, Filter.read(request.query_params))
    content = format_events(ending, found[::-1], snapshot.events)
    return answer_file(content, f"log.{ending}", _TYPES[ending])


@form_handler
def settle_one(request: Request, form: Form) -> Response:
    """Record how a packet in doubt ended."""
    settle(get_site(request).live, form)
    return go_to(_HERE, "settled")


@form_handler
def undo_last(request: Request, form: Form) -> Response:
    """Take back what was recorded last."""
    undo(get_site(request).live, form)
    return go_to(_HERE, "undone")


def _find_events(snapshot: Snapshot, chosen: Filter) -> list[Event]:
    """Return the chosen events, the latest first."""
    needing = frozenset(one.event.id for one in snapshot.state.concerns if one.event)
    found = [event for event in reversed(snapshot.events) if chosen.includes(event, needing)]
    return _TEXTS.search(snapshot.events, found, chosen.q)


def _prepare(live: LiveWorkspace, snapshot: Snapshot) -> None:
    """Collect what a search and the filters need."""
    _TEXTS.get(snapshot.events)
    _INDEX.get(live, snapshot)
    _CORRECTIONS.get(live, snapshot)


def _read_number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < len(str(10**9)) else 1


def _make_path(chosen: Filter, page: int) -> str:
    return f"{_HERE}?{chosen.query}&page={page}" if chosen.query else f"{_HERE}?page={page}"


PAGE = Page(
    (
        Route(_HERE, show_log),
        Route(f"{_HERE}/log.{{ending}}", export),
        Route(f"{_HERE}/settle", settle_one, methods=["POST"]),
        Route(f"{_HERE}/undo", undo_last, methods=["POST"]),
    ),
    "Log",
    _HERE,
    "g",
    _prepare,
)
