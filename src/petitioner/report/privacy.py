"""Remove private fields from events and records, before a report for the public is made from them.

Fields are copied by name, so a field that is added to a record or an event is not public until it is named here.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from petitioner.log.events import Details, Document, Event
from petitioner.log.evidence import EVIDENCE
from petitioner.model.recipient import Recipient
from petitioner.report.joining import JoinedLogs

_HOST = re.compile(r"https?://(?:www\.)?([\w-]+(?:\.[\w-]+)+)", re.ASCII)


def make_public(joined: JoinedLogs, recipients: Sequence[Recipient]) -> tuple[JoinedLogs, tuple[Recipient, ...]]:
    """Return logs and records as the public may see them. A private mission has no name, no city and another id."""
    private = [one for one in recipients if one.private]
    masked = {one.id: f"private-{number}" for number, one in enumerate(private, start=1)}
    logs = tuple(
        replace(log, events=tuple(_make_public_event(event, masked) for event in log.events)) for log in joined.logs
    )
    overlaps = tuple(
        replace(one, recipients=tuple(masked.get(id_, id_) for id_ in one.recipients)) for one in joined.overlaps
    )
    records = tuple(
        _make_private_record(one, masked[one.id]) if one.private else _make_public_record(one) for one in recipients
    )
    return replace(joined, logs=logs, overlaps=overlaps), records


def _make_public_event(event: Event, masked: Mapping[str, str]) -> Event:
    """Return recipient, day, channel and outcome of an event, and the photographs that are marked for the public."""
    details = event.details
    is_private = event.recipient in masked
    return Event(
        id=event.id,
        campaign=event.campaign,
        edition=event.edition,
        recipient=masked.get(event.recipient, event.recipient),
        recipient_name="" if is_private else event.recipient_name,
        destination="",
        channel=event.channel,
        attempt=event.attempt,
        kind=event.kind,
        happened_on=event.happened_on,
        recorded_at=event.recorded_at,
        by="",
        details=Details(
            withdraws=details.withdraws, confirms=details.confirms, redacts=details.redacts, public=details.public
        ),
        documents=() if is_private else tuple(_list_public_files(event)),
        previous_hash=event.previous_hash,
        hash=event.hash,
    )


def _list_public_files(event: Event) -> Iterable[Document]:
    """Yield the evidence of a public event without its names, which may be those of persons."""
    for document in event.documents if event.details.public else ():
        if document.role == EVIDENCE:
            yield replace(document, name="")


def _make_private_record(recipient: Recipient, id_: str) -> Recipient:
    """Return only the country of a mission, which is counted."""
    return Recipient(id=id_, origin=recipient.origin, kind=recipient.kind, country=recipient.country, city={}, name={})


def _make_public_record(recipient: Recipient) -> Recipient:
    """Return the names of a mission and its place, and how old its address is.

    Of the source, only the name of a website is public: other words may name a person.
    """
    host = _HOST.search(recipient.source or "")
    return Recipient(
        id=recipient.id,
        origin=recipient.origin,
        kind=recipient.kind,
        country=recipient.country,
        city=recipient.city,
        name=recipient.name,
        channels=recipient.channels,
        source=host[1] if host else None,
        as_of=recipient.as_of,
        verified=recipient.verified,
        formerly=recipient.formerly,
        closed=recipient.closed,
        skip="-" if recipient.skip else None,
        left_out="-" if recipient.left_out else None,
    )
