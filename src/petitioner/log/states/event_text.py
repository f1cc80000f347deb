"""An event as one sentence, the history of a recipient, and what the log knows about a file."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC
from operator import attrgetter

from petitioner.files import digest
from petitioner.log.context import LogContext
from petitioner.log.events import Details, Document, Event, PacketKey
from petitioner.log.kinds import CHANNEL_OF, FAX, LEAVING, OBSERVED, Kind
from petitioner.log.states.packets import effective_events, map_withdrawals
from petitioner.log.states.recipient_status import is_current, name_as_sent
from petitioner.model.recipient import Campaign, Channel, Recipient

# A phrase for each kind; ``it`` is a letter or its packet. Without ``by`` the author follows the event's number.
PHRASES: Mapping[Kind, str] = {
    Kind.POSTED: "{by} posted {it}",
    Kind.HANDED_OVER: "{by} handed {it} over",
    Kind.LEFT_IN_LETTER_BOX: "{by} left {it} in the letter box",
    Kind.REFUSED_AT_GATE: "{it} was refused at the gate",
    Kind.FAXED: "{by} faxed {it}",
    Kind.RETURNED: "{it} came back",
    Kind.REPLIED: "{it} was answered",
    Kind.APPROVED: "{by} approved {it}",
    Kind.LAPSED: "the approval of {it} lapsed",
    Kind.PRINTED: "{by} printed {it}",
    Kind.PRINTING: "{by} gave {it} to a printer",
    Kind.PRINT_IN_DOUBT: "nobody knew whether {it} was printed",
    Kind.NOT_PRINTED: "{it} was not printed",
    Kind.HANDING_OVER: "{by} began to send {it}",
    Kind.COMMITTING: "{it} was about to leave",
    Kind.ACCEPTED: "{it} was accepted",
    Kind.REFUSED: "{it} was refused",
    Kind.DEFERRED: "{it} was put off",
    Kind.IN_DOUBT: "nobody knew whether {it} had left",
    Kind.DRAFTED: "{it} was put among the drafts",
    Kind.EXPORTED: "{it} was written as a file",
    Kind.BOUNCED: "{it} bounced",
    Kind.DELIVERED: "{it} was delivered",
    Kind.AUTO_REPLIED: "a program answered {it}",
    Kind.SETTLED_SENT: "{by} settled that {it} was sent",
    Kind.SETTLED_NOT_SENT: "{by} settled that {it} was not sent",
    Kind.REOPENED: "{by} began a new attempt with {it}",
    Kind.WITHDRAWN: "{by} took back what was said of {it}",
    Kind.CONFIRMED: "{by} confirmed what was said of {it}",
    Kind.REDACTED: "{by} erased words about {it}",
    Kind.REHEARSED: "{by} rehearsed {it}",
    Kind.ADOPTED: "{by} adopted the log with {it}",
    Kind.RESTORED: "{by} restored the log with {it}",
}

_BY_THE_OTHER_SIDE = frozenset({Kind.ACCEPTED, Kind.REFUSED})
_WITH_LETTERS = frozenset({*CHANNEL_OF, Kind.APPROVED, Kind.PRINTED, Kind.HANDING_OVER, Kind.REHEARSED})
_LINE_END = re.compile(rb"\r?\n")
_OUR_FIRST_LINE = re.compile(rb"(?:[^\r\n]+\r\n)*?(From: .*)", re.DOTALL)


def format_sentence(event: Event, it: str) -> str:
    """Format an event as a sentence: ``On 2027-09-10 Hanako posted it, with tracking number RR1 (event 3)``.

    Events that the program observed have their time, in UTC, and the answer of the server or queue.
    """
    phrase = PHRASES[event.kind]
    number = f"event {event.id}" if "{by}" in phrase else f"event {event.id}, recorded by {event.by}"
    done = f"{_format_when(event)} {phrase.format(by=event.by, it=it)}"
    done += f"{_format_details(event.details)}{_format_answer(event)} ({number})"
    return done[0].upper() + done[1:]


def format_event(event: Event) -> str:
    """Format an event in a few words: ``posted on 2027-09-10 by Hanako, with tracking number RR1 (event 3)``."""
    details = event.details
    answer = f", in answer '{' / '.join(details.said.splitlines())}'" if details.said else ""
    return f"{event.kind} {_format_when(event)} by {event.by}{_format_details(details)} (event {event.id}){answer}"


def _format_when(event: Event) -> str:
    if event.kind in OBSERVED:
        return f"at {event.recorded_at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
    return f"on {event.happened_on}"


def _format_details(details: Details) -> str:
    """Format the print job, class of mail, postage, tracking number and the person who was met."""
    mail_class, postage = (
        details.mail_class and f"as {details.mail_class}",
        details.postage and f"for {details.postage}",
    )
    parts = (
        f"as job {details.job} of the queue '{details.account}'" if details.job else "",
        " ".join(filter(None, (mail_class, postage))),
        f"with tracking number {details.tracking}" if details.tracking else "",
        f"met {details.met}" if details.met else "",
    )
    return "".join(f", {part}" for part in parts if part)


def _format_answer(event: Event) -> str:
    answer = " / ".join((event.details.said or "").splitlines())
    if not answer:
        return ""
    is_answer = event.kind in _BY_THE_OTHER_SIDE and event.details.mail is None and not event.documents
    return f", and the server answered '{answer}'" if is_answer else f": {answer}"


@dataclass(frozen=True, slots=True)
class RecipientHistory:
    """The events of one recipient. ``record`` is None if it is no longer in recipients.yaml; then it has an event.

    ``remembered`` are all its events, withdrawn ones too; ``present`` those that count in this campaign's edition.
    """

    id: str
    record: Recipient | None
    remembered: tuple[Event, ...]
    present: tuple[Event, ...]

    @property
    def name(self) -> str:
        """The name on the envelope, or on the last one."""
        return name_as_sent(self.record) if self.record else self.remembered[-1].recipient_name

    @property
    def sendings(self) -> tuple[Event, ...]:
        """The events after which a packet of this campaign was sent, or may have been."""
        return tuple(event for event in self.present if event.kind in LEAVING)

    def find_destination(self, channel: str, campaign: Campaign) -> str:
        """Return the destination of a packet by ``channel``, in lines: from recipients.yaml, or from the last event."""
        if self.record is None:
            return next((event.destination for event in reversed(self.remembered) if event.channel == channel), "")
        return find_destination(self.record, channel, campaign)

    def find_answered_channel(self) -> str:
        """Return the channel that a return or reply is about: of the last packet sent, or else the first planned."""
        if self.sendings:
            return self.sendings[-1].channel
        planned = self.record.channels if self.record else ()
        return str(next(iter(planned), Channel.POST))

    def find_attempt(self, channel: str) -> int:
        """Return the number of the attempt that a new event by ``channel`` belongs to."""
        return max((event.attempt for event in self.present if event.channel == channel), default=1)


def find_history(id_: str, context: LogContext, events: Iterable[Event]) -> RecipientHistory:
    """Return the history of a recipient that is in recipients.yaml or in the log."""
    record = next((recipient for recipient in context.recipients if recipient.id == id_), None)
    remembered = tuple(event for event in events if event.recipient == id_)
    present = effective_events(event for event in remembered if is_current(event, context.campaign))
    return RecipientHistory(id_, record, remembered, present)


def find_destination(record: Recipient, channel: str, campaign: Campaign) -> str:
    """Return the destination by ``channel`` in recipients.yaml, in lines."""
    if channel == FAX:
        return record.fax or ""
    if channel == Channel.EMAIL:
        return "\n".join(record.email)
    if not record.address.lines:  # a mission that gets no letters may have none
        return ""
    language = record.address.choose_language(next(iter(record.languages), ""))
    return "\n".join(_list_postal_lines(record, campaign, language))


def list_destinations(record: Recipient, channel: str, campaign: Campaign) -> tuple[str, ...]:
    """Return the destination in each language of the address, since the first language may change."""
    if channel in (FAX, Channel.EMAIL):
        return (find_destination(record, channel, campaign),)
    return tuple("\n".join(_list_postal_lines(record, campaign, language)) for language in record.address.lines)


def _list_postal_lines(recipient: Recipient, campaign: Campaign, language: str) -> tuple[str, ...]:
    countries = recipient.address.country_line if campaign.sender.country != recipient.country else {}
    country = countries.get(language) or next(iter(countries.values()), None)
    return (*recipient.address.lines[language], *([country] if country else []))


@dataclass(frozen=True, slots=True)
class Trace:
    """A packet that a file was part of. ``events`` name the file; ``others`` are about the packet.

    ``others`` end where other files were sent instead of it.
    """

    document: Document
    events: tuple[Event, ...]
    others: tuple[Event, ...]


def trace_file(sha256: str, events: Iterable[Event]) -> tuple[Trace, ...]:
    """Return every packet that had a file with this hash, in the order of the log."""
    everything = tuple(events)
    packets: dict[PacketKey, list[Event]] = {}
    for event in everything:
        if _find_document(sha256, event):
            packets.setdefault(event.packet, []).append(event)
    return tuple(_make_trace(sha256, named, everything) for named in packets.values())


def trace_message(content: bytes, events: Iterable[Event]) -> tuple[Trace, ...]:
    """Return every packet that a received e-mail is from, without the lines that servers added and with our line ends.

    Our lines begin with ``From:``; servers add theirs before all others (RFC 5321 §4.4).
    """
    found = _OUR_FIRST_LINE.match(_LINE_END.sub(b"\r\n", content))
    return trace_file(digest(found[1]), events) if found else ()


def format_trace(trace: Trace, taken_back: Mapping[int, Event]) -> Iterator[str]:
    """Yield sentences about a file: what it is, then one for each event of it or its packet."""
    first = trace.events[0]
    what = "the e-mail" if trace.document.role == "message" else f"the {trace.document.role}"
    whom = f"to {first.recipient}, {first.recipient_name}" if first.recipient else "kept with the log"
    yield f"This is {what} {trace.document.name} {whom} (campaign {first.campaign}, {first.channel})"
    for event in sorted((*trace.events, *trace.others), key=attrgetter("happened_on", "id")):
        details = format_sentence(event, "its packet" if event in trace.others else "it")
        by = taken_back.get(event.id)
        yield f"{details}; event {by.id} took that back: {by.details.note}" if by else details


def _make_trace(sha256: str, named: list[Event], everything: tuple[Event, ...]) -> Trace:
    document = _find_document(sha256, named[0])
    assert document  # noqa: S101 - it was found by that very document
    taken_back = map_withdrawals(everything)
    withdrawing = {event.id for event in taken_back.values()}
    related = tuple(event for event in everything if event.packet == named[0].packet)
    claim = next((event for event in related if event.kind is Kind.HANDING_OVER), None)
    end = claim.id if claim and claim not in named else len(everything) + 1
    others = (event for event in related if event.id < end and event.id not in withdrawing and event not in named)
    return Trace(document, tuple(named), tuple(event for event in others if not _names_letters(event)))


def _names_letters(event: Event) -> bool:
    """Whether an event is about its files and not about the packet; files of a return or reply only prove it."""
    return bool(event.documents) and event.kind in _WITH_LETTERS


def _find_document(sha256: str, event: Event) -> Document | None:
    return next((document for document in event.documents if document.sha256 == sha256), None)
