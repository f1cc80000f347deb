"""A recipient: the record with sources and ages, the packets of this campaign, and the history over the years."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from http import HTTPStatus
from itertools import groupby

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from petitioner.commands.log_show import map_corrections
from petitioner.commands.recipients_show import format_place, list_doubts, list_fields
from petitioner.log.events import Event
from petitioner.log.states.packets import PacketStatus, list_packets
from petitioner.log.states.recipient_status import ChannelStatus, RecipientStatus, name_in_english
from petitioner.model.recipient import Channel, Recipient
from petitioner.review.ages import describe_age
from petitioner.review.live import Snapshot
from petitioner.review.pages.corrections import list_doubtful, settle
from petitioner.review.pages.entries import DOWNLOAD, Entry, make_entries
from petitioner.review.pages.page import Form, Page, form_handler, get_site, go_to, render

_AT = "/recipients/{recipient}"
_SHOWN = {"source", "confirmed", "line"}  # above the other fields, with their age


@dataclass(frozen=True, slots=True)
class RecipientRow:
    """One recipient in the table of all."""

    id: str
    name: str
    state: str
    source: str
    confirmed: str
    remark: str


@dataclass(frozen=True, slots=True)
class Mailing:
    """What happened in one edition of one campaign, and how its packets ended."""

    name: str
    packets: Sequence[PacketStatus]
    entries: Sequence[Entry]


def show_recipients(request: Request) -> Response:
    """Show all recipients in a table."""
    snapshot = get_site(request).live.snapshot
    rows = [_make_row(status, snapshot.context.today) for status in snapshot.statuses]
    return render(request, "recipients.html", {"title": "Recipients", "rows": rows})


def show_recipient(request: Request) -> Response:
    """Show one recipient: also one that only the log knows."""
    snapshot = get_site(request).live.snapshot
    id_ = str(request.path_params["recipient"])
    events = [event for event in snapshot.events if event.recipient == id_]
    record = next((one for one in snapshot.context.recipients if one.id == id_), None)
    if record is None and not events:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    people = [status.id for status in snapshot.statuses]
    place = people.index(id_) if id_ in people else -1
    values = {
        "title": id_,
        "id": id_,
        "name": name_in_english(record) if record else events[-1].recipient_name,
        "record": record,
        "place_in_file": format_place(record) if record else "",
        "fields": list(_list_rest(record)) if record else [],
        "facts": list(_list_facts(record, snapshot.context.today)) if record else [],
        "doubts": list_doubts(snapshot.context, record) if record else (),
        "packets": [(one, _find_link(one, snapshot)) for one in snapshot.state.channels if one.status.id == id_],
        "letters": [f"/letters/{who}/{stem}.{tag}" for who, stem, tag in snapshot.letters if who == id_],
        "doubtful": list_doubtful(snapshot, id_),
        "mailings": list(_list_mailings(request, events)),
        "previous": f"/recipients/{people[place - 1]}" if place > 0 else "",
        "following": f"/recipients/{people[place + 1]}" if place >= 0 and people[place + 1 :] else "",
        "place": f"{place + 1} of {len(people)}",
    }
    return render(request, "recipient.html", values)


@form_handler
def settle_one(request: Request, form: Form) -> Response:
    """Record how a packet in doubt ended."""
    settle(get_site(request).live, form)
    return go_to(f"/recipients/{request.path_params['recipient']}", "settled")


def _list_facts(record: Recipient, today: date) -> Iterator[tuple[str, str, str]]:
    """Yield what is known about the address and the head: the fact, its source or day, and how old that is."""
    as_of = str(record.as_of or "")
    yield (
        "address, source",
        record.source or "none given",
        f"as of {as_of}, {describe_age(as_of, today)}" if as_of else "",
    )
    yield "address, confirmed", *_date_confirmation(record.verified, today)
    if record.head:
        yield "head of mission, confirmed", *_date_confirmation(record.head.confirmed, today)


def _list_rest(record: Recipient) -> Iterator[tuple[str, str]]:
    for name, text in list_fields(record):
        if name not in _SHOWN:
            yield (f"address {name}" if name.startswith("in ") else name), text


def _date_confirmation(day: date | None, today: date) -> tuple[str, str]:
    return (day.isoformat(), describe_age(day.isoformat(), today)) if day else ("never", "")


def _make_row(status: RecipientStatus, today: date) -> RecipientRow:
    record = status.record
    if record is None:
        return RecipientRow(status.id, status.short_name, status.state, "", "", "no longer in recipients.yaml")
    as_of = f"as of {record.as_of}, {describe_age(str(record.as_of), today)}" if record.as_of else ""
    source = "; ".join(filter(None, (record.source, as_of)))
    confirmed = " ".join(filter(None, _date_confirmation(record.verified, today)))
    return RecipientRow(status.id, status.short_name, status.state, source, confirmed, status.hold_reason)


def _find_link(one: ChannelStatus, snapshot: Snapshot) -> str:
    """Return the page that shows what a packet is."""
    if one.channel == Channel.EMAIL:
        return f"/messages/{one.status.id}"
    return next((f"/letters/{who}/{stem}.{tag}" for who, stem, tag in snapshot.letters if who == one.status.id), "")


def _list_mailings(request: Request, events: Sequence[Event]) -> Iterator[Mailing]:
    """Yield the history, the latest mailing first."""
    later = map_corrections(events)
    in_order = sorted(events, key=_get_mailing, reverse=True)
    for (campaign, edition), group in groupby(in_order, key=_get_mailing):
        own = sorted(group, key=lambda event: (event.happened_on, event.id), reverse=True)
        name = f"{campaign}, edition {edition}" if edition > 1 else campaign
        yield Mailing(name, list_packets(own), make_entries(request, own, later))


def _get_mailing(event: Event) -> tuple[str, int]:
    return event.campaign, event.edition


PAGE = Page(
    (
        Route("/recipients", show_recipients),
        Route(_AT, show_recipient),
        Route(f"{_AT}/settle", settle_one, methods=["POST"]),
        DOWNLOAD,
    ),
    "Recipients",
    "/recipients",
    "c",
)
