"""Remove from events and records what a report for the public must not show, before anything else sees them.

Fields are copied by name, so a field that is added to a record or an event is not public until it is named here.
"""

import re
from collections.abc import Iterable
from dataclasses import replace

from petitioner.log.events import Details, Document, Event
from petitioner.log.evidence import EVIDENCE
from petitioner.model.recipient import Recipient
from petitioner.report.joining import VerifiedLog

_HOST = re.compile(r"https?://(?:www\.)?([\w-]+(?:\.[\w-]+)+)", re.ASCII)


def make_public_log(log: VerifiedLog) -> VerifiedLog:
    """Return a log with the events as the public may see them."""
    return replace(log, events=tuple(map(_make_public_event, log.events)))


def _make_public_event(event: Event) -> Event:
    """Return who got a letter, when, how and what came of it, and the photographs that are marked for the public."""
    details = event.details
    return Event(
        id=event.id,
        campaign=event.campaign,
        edition=event.edition,
        recipient=event.recipient,
        recipient_name=event.recipient_name,
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
        documents=tuple(_list_public_files(event)),
        previous_hash=event.previous_hash,
        hash=event.hash,
    )


def _list_public_files(event: Event) -> Iterable[Document]:
    """Yield the evidence of a public event without its names, which may be those of persons."""
    for document in event.documents if event.details.public else ():
        if document.role == EVIDENCE:
            yield replace(document, name="")


def make_public_record(recipient: Recipient) -> Recipient:
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
