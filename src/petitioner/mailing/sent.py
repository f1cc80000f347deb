"""What was taken up for sending, as the log remembers it: the marks by which answers name it, and its addresses."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from email.message import Message
from email.parser import BytesHeaderParser
from email.policy import default
from email.utils import getaddresses
from pathlib import PurePosixPath

from petitioner.mailbox.watch import Watch
from petitioner.mailing.jobs import MESSAGE
from petitioner.mailing.plan import ReadBlob
from petitioner.mailing_log.events.kinds import Kind
from petitioner.mailing_log.events.records import Document, Event, PacketKey
from petitioner.mailing_log.states.packets import UNDECIDED, State
from petitioner.message.writing import TOKEN

UNPROVED = UNDECIDED | {State.HANDING_OVER, State.DEFERRED, State.REFUSED, State.SETTLED_NOT_SENT}
"""The states of a packet that, for all the log knows, may not have left; a sign that it did changes them."""


@dataclass(frozen=True, slots=True)
class Sent:
    """One message, by the event that took it up. Marks are empty once its words were redacted.

    ``addresses`` are those that it went to, ``own`` those that it came from and answers go to, in lower case.
    """

    claim: Event
    reference: str
    message_id: str
    token: str
    subject: str
    addresses: frozenset[str]
    own: frozenset[str]

    @property
    def key(self) -> PacketKey:
        """The packet that it carries."""
        return self.claim.packet


def list_sent(events: Iterable[Event], read: ReadBlob) -> tuple[Sent, ...]:
    """Every message that was ever taken up, whichever way it went then."""
    return tuple(_list(events, read))


def make_watch(sent: Iterable[Sent], states: dict[PacketKey, State], since: date) -> Watch:
    """What to look for in a mailbox."""
    everything = tuple(sent)
    unproved = [one for one in everything if states.get(one.key) in UNPROVED]
    marks = {mark for one in unproved for mark in (one.message_id, one.token)}
    return Watch(
        since=since,
        ids=frozenset(one.message_id for one in everything) - {""},
        tokens=frozenset(one.token for one in everything) - {""},
        references=frozenset(one.reference for one in everything),
        addresses=frozenset(address for one in everything for address in one.addresses),
        wanted=frozenset(marks) - {""},
    )


def _list(events: Iterable[Event], read: ReadBlob) -> Iterator[Sent]:
    for event in events:
        kept = next((document for document in event.documents if document.role == MESSAGE), None)
        if event.kind is Kind.HANDING_OVER and kept is not None:
            yield _describe(event, kept, read(kept.sha256) or b"")


def _describe(claim: Event, kept: Document, content: bytes) -> Sent:
    head = BytesHeaderParser(policy=default).parsebytes(content.partition(b"\r\n\r\n")[0])
    return Sent(
        claim=claim,
        reference=PurePosixPath(kept.name).stem,
        message_id=_get(head, "Message-ID"),
        token=_get(head, TOKEN),
        subject=_get(head, "Subject"),
        addresses=frozenset(address.lower() for address in claim.destination.split("\n")),
        own=frozenset(address.lower() for _, address in getaddresses([_get(head, "From"), _get(head, "Reply-To")])),
    )


def _get(head: Message, name: str) -> str:
    return str(head.get(name, ""))
