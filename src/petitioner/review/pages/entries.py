"""Events of the log as rows of a page, with their files as downloads."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from petitioner.commands.log_show import Corrections, describe_corrections, describe_event
from petitioner.log.events import Event
from petitioner.log.evidence import EVIDENCE, list_exported_files
from petitioner.log.states.packets import STATE_AFTER
from petitioner.review.downloads import answer_file
from petitioner.review.pages.page import get_site

_AT = "/files/{event:int}/{number:int}"


@dataclass(frozen=True, slots=True)
class EntryFile:
    """A file of an event, and the address that downloads it."""

    role: str
    name: str
    link: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One event as a row; ``counts`` is false if it was withdrawn."""

    event: Event
    recorded: str
    lines: Sequence[str]
    corrections: Sequence[str]
    files: Sequence[EntryFile]
    counts: bool

    @property
    def evidence(self) -> int:
        """The number of its files that are evidence."""
        return sum(file.role == EVIDENCE for file in self.files)

    @property
    def how(self) -> str:
        """The channel, and the attempt if it is not the first; empty for what is not about a packet."""
        if self.event.kind not in STATE_AFTER:
            return ""
        return f"{self.event.channel}, attempt {self.event.attempt}" if self.event.attempt > 1 else self.event.channel


def make_entries(request: Request, events: Iterable[Event], later: Corrections) -> list[Entry]:
    """Return events as rows, with times in the campaign's zone."""
    context = get_site(request).live.snapshot.context
    return [
        Entry(
            event,
            context.format_local_time(event.recorded_at),
            tuple(describe_event(event)),
            tuple(describe_corrections(event, later)),
            _list_files(event),
            event.id not in later["withdrawn"],
        )
        for event in events
    ]


def download(request: Request) -> Response:
    """Answer with a file of the log, by the numbers of the event and of the file; no path is made of them."""
    live = get_site(request).live
    number, place = request.path_params["event"], request.path_params["number"]
    events = live.snapshot.events
    found = [event for event in events[max(number - 1, 0) : number] if event.id == number]
    files = list_exported_files(found)
    if not 1 <= place <= len(files):
        raise HTTPException(HTTPStatus.NOT_FOUND)
    file = files[place - 1]
    content = live.log.read_blob(file.document.sha256)
    if content is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return answer_file(content, file.name, file.document.media_type)


def _list_files(event: Event) -> tuple[EntryFile, ...]:
    return tuple(
        EntryFile(one.document.role, one.document.name, f"/files/{event.id}/{place}")
        for place, one in enumerate(list_exported_files([event]), start=1)
    )


DOWNLOAD = Route(_AT, download)
