"""What was taken up for sending, as the log remembers it: the marks by which answers name it, and its addresses."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from email.message import Message
from email.parser import BytesHeaderParser
from email.policy import default
from email.utils import getaddresses
from pathlib import PurePosixPath

from petitioner.approval.packets import LETTER
from petitioner.checks.records.posts import list_words
from petitioner.mailbox.mail import Nature
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
    ``letters`` are the SHA-256 of the letters that went along, which are no other recipient's. ``renamed`` are the
    Message-IDs that mail programs gave to copies which were found, and that answers will name.
    """

    claim: Event
    reference: str
    message_id: str
    token: str
    subject: str
    addresses: frozenset[str]
    own: frozenset[str]
    letters: frozenset[str]
    renamed: frozenset[str]

    @property
    def key(self) -> PacketKey:
        """The packet that it carries."""
        return self.claim.packet

    @property
    def ids(self) -> frozenset[str]:
        """Every Message-ID by which others may name it."""
        return (self.renamed | {self.message_id}) - {""}

    @property
    def domains(self) -> frozenset[str]:
        """The domains where a colleague may answer; none that we share, or where anybody can have an address."""
        return _list_domains(self.addresses) - _list_domains(self.own) - list_words("free_mail")


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
        ids=frozenset(id_ for one in everything for id_ in one.ids),
        tokens=frozenset(one.token for one in everything) - {""},
        references=frozenset(one.reference for one in everything),
        addresses=frozenset(address for one in everything for address in one.addresses),
        wanted=frozenset(marks) - {""},
        awaited=frozenset(mark for one in unproved for mark in (one.reference, *one.addresses)),
        domains=frozenset(domain for one in everything for domain in one.domains),
    )


def _list(events: Iterable[Event], read: ReadBlob) -> Iterator[Sent]:
    everything = tuple(events)
    renamed: dict[PacketKey, set[str]] = {}
    for event in everything:
        if event.details.mail and any(document.role == Nature.COPY for document in event.documents):
            renamed.setdefault(event.packet, set()).add(event.details.mail)
    for event in everything:
        kept = next((document for document in event.documents if document.role == MESSAGE), None)
        if event.kind is Kind.HANDING_OVER and kept is not None:
            yield _describe(event, kept, read(kept.sha256) or b"", frozenset(renamed.get(event.packet, ())))


def _describe(claim: Event, kept: Document, content: bytes, renamed: frozenset[str]) -> Sent:
    head = BytesHeaderParser(policy=default).parsebytes(content.partition(b"\r\n\r\n")[0])
    return Sent(
        claim=claim,
        reference=PurePosixPath(kept.name).stem,
        message_id=_get(head, "Message-ID"),
        token=_get(head, TOKEN),
        subject=_get(head, "Subject"),
        addresses=frozenset(address.lower() for address in claim.destination.split("\n")) - {""},
        own=frozenset(address.lower() for _, address in getaddresses([_get(head, "From"), _get(head, "Reply-To")]))
        - {""},  # no Reply-To is no address; a notice without a sender is not from ourselves
        letters=frozenset(document.sha256 for document in claim.documents if document.role == LETTER),
        renamed=renamed,
    )


def _get(head: Message, name: str) -> str:
    return str(head.get(name, ""))


def _list_domains(addresses: Iterable[str]) -> frozenset[str]:
    return frozenset(domain for address in addresses if (domain := address.lower().rpartition("@")[2]))
