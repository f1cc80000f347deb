"""``petitioner log show``: everything about one recipient, over all years."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from petitioner.commands.log_context import open_log, read_log
from petitioner.log.context import LogContext
from petitioner.log.events import Details, Document, Event
from petitioner.log.export import export_events, export_packets
from petitioner.log.states.packets import STATE_AFTER, list_packets, map_confirmations, map_redactions, map_withdrawals
from petitioner.log.states.recipient_status import require_known
from petitioner.model.types import OWN_LANGUAGE
from petitioner.terminal import Terminal

Corrections = Mapping[str, Mapping[int, Event]]
"""Later events that withdraw, confirm or redact another one: by what they do, then by the number of that event."""


def show_recipient(
    terminal: Terminal, context: LogContext, id_: str, *, verbose: bool = False, as_json: bool = False
) -> int:
    """Show every event about a recipient, year by year, with times in the campaign's zone.

    Files are shown by name, and when ``verbose`` with type and hash, one a line. Raises ``UsageError`` for an id that
    neither recipients.yaml nor the log has.
    """
    everything = read_log(terminal, open_log(terminal, context.folder, context.recipients))
    require_known([id_], context.recipients, everything)
    events = tuple(event for event in everything if event.recipient == id_)
    if as_json:
        packets = export_packets(list_packets(events))
        terminal.show_json({"recipient": id_, "packets": packets, "events": export_events(events, everything)})
    else:
        _show_events(terminal, context, id_, events, verbose=verbose)
    if any(event.documents for event in events):
        terminal.say_next(f"petitioner log evidence {id_}", "to write its files out")
    else:
        terminal.say_next("petitioner log", "to see the state of every packet")
    return 0


def _show_events(terminal: Terminal, context: LogContext, id_: str, events: Sequence[Event], *, verbose: bool) -> None:
    name = next(
        (one.name.get(OWN_LANGUAGE, "") for one in context.recipients if one.id == id_), "gone from recipients.yaml"
    )
    terminal.show(f"{id_}: {name}" if name else id_, style="bold")
    if not events:
        terminal.show("Nothing has happened to it yet.")
    later = map_corrections(events)
    in_order = sorted(events, key=lambda event: (event.campaign, event.edition))
    for (campaign, edition), of_mailing in groupby(in_order, key=lambda event: (event.campaign, event.edition)):
        mailing = tuple(of_mailing)
        terminal.show()
        terminal.show(_format_mailing(campaign, edition, mailing), style="bold")
        for event in sorted(mailing, key=lambda event: (event.happened_on, event.id)):
            for line in _format_event(event, context, later, verbose=verbose):
                terminal.show(line)


def map_corrections(events: Sequence[Event]) -> Corrections:
    """Return which events withdraw, confirm or redact another."""
    return {
        "withdrawn": map_withdrawals(events),
        "confirmed": map_confirmations(events),
        "words redacted": map_redactions(events),
    }


def _format_mailing(campaign: str, edition: int, events: Iterable[Event]) -> str:
    again = f", edition {edition}" if edition > 1 else ""
    channels = ", ".join(
        f"{packet.key.channel}{_format_attempt(packet.key.attempt)} {packet.state}" for packet in list_packets(events)
    )
    return f"{campaign}{again}: {channels or 'nothing that counts'}"


def _format_event(event: Event, context: LogContext, later: Corrections, *, verbose: bool) -> Iterator[str]:
    channel = f" by {event.channel}{_format_attempt(event.attempt)}" if event.kind in STATE_AFTER else ""
    recorded = f"recorded {context.format_local_time(event.recorded_at)} by {event.by}"
    yield f"  {event.happened_on}  event {event.id}  {event.kind}{channel}; {recorded}"
    yield from (f"      {line}" for line in _format_details(event, later, verbose=verbose))


def _format_details(event: Event, later: Corrections, *, verbose: bool) -> Iterator[str]:
    yield from describe_event(event)
    yield from _format_documents(event.documents, verbose=verbose)
    yield from describe_corrections(event, later)


def describe_event(event: Event) -> Iterator[str]:
    """Describe an event beyond its kind and day, in lines: destination, what was entered and seen, what is unusual."""
    details = event.details
    about = details.withdraws or details.confirms or details.redacts
    if about:
        yield f"about event {about}"
    if event.destination and event.kind in STATE_AFTER:
        yield "to " + ", ".join((event.recipient_name, *event.destination.splitlines()))
    yield from _format_entered(details)
    yield from _format_answer(details)
    yield from (f"note: {words}" for words in details.flags.values())


def describe_corrections(event: Event, later: Corrections) -> Iterator[str]:
    """Describe what later events say about an event, in lines."""
    for what, links in later.items():
        if by := links.get(event.id):
            reason = f": {by.details.note}" if by.details.note else ""
            yield f"{what} by event {by.id}{reason}"


def _format_documents(documents: Sequence[Document], *, verbose: bool) -> Iterator[str]:
    if verbose:
        for document in documents:
            yield f"{document.role} {document.name} ({document.media_type}) sha256 {document.sha256}"
        return
    names: dict[str, list[str]] = {}
    for document in documents:
        names.setdefault(document.role, []).append(document.name)
    yield from (f"{role}: {', '.join(own)}" for role, own in names.items())


def _format_entered(details: Details) -> Iterator[str]:
    """List what the person who did it entered."""
    if details.tracking:
        yield f"tracking number {details.tracking}"
    if details.mail_class or details.postage:
        yield ", ".join(word for word in (details.mail_class, details.postage) if word)
    if details.met:
        yield f"met {details.met}"
    if details.note:
        yield from details.note.splitlines()


def _format_answer(details: Details) -> Iterator[str]:
    """List what the program saw: the account or print queue, and the answer of the other side."""
    if details.job:
        yield f"job {details.job} of the print queue {details.account}: {details.title or '(its title was redacted)'}"
    elif details.account:
        yield f"from the account {details.account}"
    if details.said:
        yield f"said: {' / '.join(details.said.splitlines())}"
    yield from (f"refused {address}: {' / '.join(reply.splitlines())}" for address, reply in details.refused.items())


def _format_attempt(attempt: int) -> str:
    return f" (attempt {attempt})" if attempt > 1 else ""
