"""What a file is, as far as the log knows: which letter to whom, and what was done with it."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC

from petitioner.files import digest
from petitioner.mailing_log.events.kinds import WITNESSED, Kind
from petitioner.mailing_log.events.records import Document, Event, PacketKey
from petitioner.mailing_log.states.packets import withdrawals

_LINE_END = re.compile(rb"\r?\n")
_OUR_FIRST_LINE = re.compile(rb"(?:[^\r\n]+\r\n)*?(From: .*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Trace:
    """A packet that a file was part of. ``events`` name the file; ``others`` are about the packet and name no file.

    Where other files were handed over in its place, nothing of what became of those is told.
    """

    document: Document
    events: tuple[Event, ...]
    others: tuple[Event, ...]


def trace_file(sha256: str, events: Iterable[Event]) -> tuple[Trace, ...]:
    """Every packet that has had a file with this hash among its documents, in the order in which it first did."""
    everything = tuple(events)
    packets: dict[PacketKey, list[Event]] = {}
    for event in everything:
        if _find(sha256, event):
            packets.setdefault(event.packet, []).append(event)
    return tuple(_trace(sha256, named, everything) for named in packets.values())


def trace_message(content: bytes, events: Iterable[Event]) -> tuple[Trace, ...]:
    """The same for an e-mail as it came back: lines that servers put above ours, and other line ends, are passed over.

    Ours begin with ``From:``; servers add theirs before all others (RFC 5321 §4.4).
    """
    found = _OUR_FIRST_LINE.match(_LINE_END.sub(b"\r\n", content))
    return trace_file(digest(found[1]), events) if found else ()


def tell_trace(trace: Trace, taken_back: Mapping[int, Event]) -> Iterator[str]:
    """A trace in words: one sentence on what the file is, then a line for whatever else became of the packet."""
    first = trace.events[0]
    what = "the e-mail" if trace.document.role == "message" else f"the {trace.document.role}"
    whom = f"to {first.recipient}, {first.recipient_name}" if first.recipient else "kept with the log"
    standing = [tell_event(event) for event in trace.events if event.id not in taken_back]
    yield ", ".join(
        [f"This is {what} {trace.document.name} {whom} (campaign {first.campaign}, {first.channel})", *standing]
    )
    for event in (*trace.events, *trace.others):
        if by := taken_back.get(event.id):
            yield f"{tell_event(event)}: withdrawn by event {by.id}, {by.details.note}"
        elif event in trace.others:
            yield f"About the same packet: {tell_event(event)}"


def tell_event(event: Event) -> str:
    """An event in words: ``posted on 2027-09-10 by Hanako with tracking number RR1 (event 3)``.

    What the program saw itself has its time, in UTC, and the words of the other side.
    """
    told = event.details
    when = f"on {event.happened_on}"
    if event.kind in WITNESSED:
        when = f"at {event.recorded_at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
    tracking = f" with tracking number {told.tracking}" if told.tracking else ""
    posting = "".join(f", {word}" for word in (told.mail_class, told.postage) if word)
    met = f", met {told.met}" if told.met else ""
    said = f", in answer '{' / '.join(told.said.splitlines())}'" if told.said else ""
    return f"{event.kind} {when} by {event.by}{tracking}{posting}{met} (event {event.id}){said}"


def _trace(sha256: str, named: list[Event], everything: tuple[Event, ...]) -> Trace:
    document = _find(sha256, named[0])
    assert document  # noqa: S101 - it was found by that very document
    taken_back = withdrawals(everything)
    withdrawing = {event.id for event in taken_back.values()}
    about = tuple(event for event in everything if event.packet == named[0].packet)
    claim = next((event for event in about if event.kind is Kind.HANDING_OVER), None)
    end = claim.id if claim and claim not in named else len(everything) + 1
    others = (event for event in about if not event.documents and event.id < end and event.id not in withdrawing)
    return Trace(document, tuple(named), tuple(others))


def _find(sha256: str, event: Event) -> Document | None:
    return next((document for document in event.documents if document.sha256 == sha256), None)
