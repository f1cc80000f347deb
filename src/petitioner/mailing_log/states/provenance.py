"""What a file is, as far as the log knows: which letter to whom, and what was done with it."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from operator import attrgetter

from petitioner.files import digest
from petitioner.mailing_log.events.kinds import WAY_OF, Kind
from petitioner.mailing_log.events.records import Document, Event, PacketKey
from petitioner.mailing_log.states.packets import withdrawals
from petitioner.mailing_log.states.sentences import tell_in_a_sentence

_WITH_LETTERS = frozenset({*WAY_OF, Kind.APPROVED, Kind.PRINTED, Kind.HANDING_OVER, Kind.REHEARSED})
_LINE_END = re.compile(rb"\r?\n")
_OUR_FIRST_LINE = re.compile(rb"(?:[^\r\n]+\r\n)*?(From: .*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Trace:
    """A packet that a file was part of. ``events`` name the file; ``others`` are about the packet.

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
    """A trace in words: one sentence on what the file is, then one for each thing that became of it or its packet."""
    first = trace.events[0]
    what = "the e-mail" if trace.document.role == "message" else f"the {trace.document.role}"
    whom = f"to {first.recipient}, {first.recipient_name}" if first.recipient else "kept with the log"
    yield f"This is {what} {trace.document.name} {whom} (campaign {first.campaign}, {first.channel})"
    for event in sorted((*trace.events, *trace.others), key=attrgetter("happened_on", "id")):
        told = tell_in_a_sentence(event, "its packet" if event in trace.others else "it")
        by = taken_back.get(event.id)
        yield f"{told}; event {by.id} took that back: {by.details.note}" if by else told


def _trace(sha256: str, named: list[Event], everything: tuple[Event, ...]) -> Trace:
    document = _find(sha256, named[0])
    assert document  # noqa: S101 - it was found by that very document
    taken_back = withdrawals(everything)
    withdrawing = {event.id for event in taken_back.values()}
    about = tuple(event for event in everything if event.packet == named[0].packet)
    claim = next((event for event in about if event.kind is Kind.HANDING_OVER), None)
    end = claim.id if claim and claim not in named else len(everything) + 1
    others = (event for event in about if event.id < end and event.id not in withdrawing and event not in named)
    return Trace(document, tuple(named), tuple(event for event in others if not _names_letters(event)))


def _names_letters(event: Event) -> bool:
    """Whether an event is about the files that it names, and not about the packet: what came back only shows it."""
    return bool(event.documents) and event.kind in _WITH_LETTERS


def _find(sha256: str, event: Event) -> Document | None:
    return next((document for document in event.documents if document.sha256 == sha256), None)
