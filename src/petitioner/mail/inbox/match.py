"""Find the message of ours that an e-mail is about."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from email.message import Message
from email.parser import BytesHeaderParser
from email.policy import default
from email.utils import getaddresses
from pathlib import PurePosixPath

from petitioner.approval.packets import LETTER
from petitioner.checks.records.posts import list_words
from petitioner.delivery.plan import ReadBlob
from petitioner.log.events import Document, Event, PacketKey
from petitioner.log.kinds import Kind
from petitioner.log.states.packets import UNDECIDED, State
from petitioner.mail.inbox.imap_folders import SearchCriteria, hash_files
from petitioner.mail.inbox.returned_mail import REPORTS, DeliveryStatus, Mail, MailFolder, MailKind
from petitioner.mail.message import TOKEN_HEADER
from petitioner.mail.outgoing import MESSAGE_ROLE

NOT_PROVED_SENT = UNDECIDED | {State.HANDING_OVER, State.DEFERRED, State.REFUSED, State.SETTLED_NOT_SENT}
"""The states of a packet that, for all the log knows, may not have left; a sign that it did changes them."""
_WRITTEN = frozenset({MailKind.REPLY, MailKind.AUTO_REPLY, MailKind.UNCLEAR, MailKind.HELD, MailKind.NOTICE})
"""What a message of ours may look like without our token."""
_ANSWERS = frozenset({MailKind.REPLY, MailKind.AUTO_REPLY, MailKind.UNCLEAR})
_DECIDING = {MailKind.BOUNCE: "failed", MailKind.RECEIPT: "delivered"}
"""What a report must say of one of our addresses for its entry in the log."""


@dataclass(frozen=True, slots=True)
class SentMessage:
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


def list_sent(events: Iterable[Event], read: ReadBlob) -> tuple[SentMessage, ...]:
    """Every message that was ever taken up, whichever way it went then."""
    return tuple(_list(events, read))


def make_search_criteria(sent: Iterable[SentMessage], states: dict[PacketKey, State], since: date) -> SearchCriteria:
    """What to look for in a mailbox."""
    everything = tuple(sent)
    unproved = [one for one in everything if states.get(one.key) in NOT_PROVED_SENT]
    marks = {mark for one in unproved for mark in (one.message_id, one.token)}
    return SearchCriteria(
        since=since,
        ids=frozenset(id_ for one in everything for id_ in one.ids),
        tokens=frozenset(one.token for one in everything) - {""},
        references=frozenset(one.reference for one in everything),
        addresses=frozenset(address for one in everything for address in one.addresses),
        wanted=frozenset(marks) - {""},
        awaited=frozenset(mark for one in unproved for mark in (one.reference, *one.addresses)),
        domains=frozenset(domain for one in everything for domain in one.domains),
    )


def _list(events: Iterable[Event], read: ReadBlob) -> Iterator[SentMessage]:
    everything = tuple(events)
    renamed: dict[PacketKey, set[str]] = {}
    for event in everything:
        if event.details.mail and any(document.role == MailKind.COPY for document in event.documents):
            renamed.setdefault(event.packet, set()).add(event.details.mail)
    for event in everything:
        kept = next((document for document in event.documents if document.role == MESSAGE_ROLE), None)
        if event.kind is Kind.HANDING_OVER and kept is not None:
            yield _describe(event, kept, read(kept.sha256) or b"", frozenset(renamed.get(event.packet, ())))


def _describe(claim: Event, kept: Document, content: bytes, renamed: frozenset[str]) -> SentMessage:
    head = BytesHeaderParser(policy=default).parsebytes(content.partition(b"\r\n\r\n")[0])
    return SentMessage(
        claim=claim,
        reference=PurePosixPath(kept.name).stem,
        message_id=_get(head, "Message-ID"),
        token=_get(head, TOKEN_HEADER),
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


@dataclass(frozen=True, slots=True)
class CopyMatch:
    """The messages that an e-mail of our own can be, ``how`` that is known, and whether it is sure."""

    sent: tuple[SentMessage, ...]
    how: str
    is_sure: bool = False


def find_copy(mail: Mail, sent: Sequence[SentMessage]) -> CopyMatch | None:
    """Of which of our messages an e-mail is a copy that has lost our token; None for what others wrote, and drafts."""
    if mail.nature not in _WRITTEN:
        return None
    same = tuple(one for one in sent if one.message_id and one.message_id == mail.id)
    if same:
        return CopyMatch(same, "by its Message-ID", is_sure=len(same) == 1)
    ours = [one for one in sent if mail.place is MailFolder.SENT or mail.sender.lower() in one.own]
    near = [one for one in ours if one.addresses & mail.recipients or one.reference in mail.mentions.references]
    if not near or mail.place is MailFolder.DRAFTS:
        return None
    files = hash_files(mail.content)
    whole = [one for one in near if one.letters and one.letters <= files and one.addresses <= mail.recipients]
    if whole:
        last = _choose_last(whole, mail.sent)
        return CopyMatch(last, "by its letters (SHA-256) and address", is_sure=len(last) == 1)
    return _find_part(mail, near, files)


def _find_part(mail: Mail, near: Sequence[SentMessage], files: frozenset[str]) -> CopyMatch | None:
    """What a person has to judge: other files, or other addresses, than those of the message."""
    some = tuple(one for one in near if one.letters & files)
    if some:
        return CopyMatch(some, "it holds our letters, and not all, or not to all addresses")
    titled = tuple(one for one in near if _is_titled(mail, one))
    return CopyMatch(titled, "it holds the reference and goes to the address, with other files") if titled else None


def _is_titled(mail: Mail, one: SentMessage) -> bool:
    """Whether an e-mail starts a thread under the reference; what answers another is a letter of its own."""
    is_begun = bool(one.ids & mail.mentions.ids)
    return not is_begun and bool(one.addresses & mail.recipients) and one.reference in mail.mentions.references


def _choose_last(sent: Sequence[SentMessage], written: datetime | None) -> tuple[SentMessage, ...]:
    """Of several attempts with the same letters, the last that was taken up before the copy was written."""
    before = [one for one in sent if written is not None and one.claim.recorded_at <= written]
    return (max(before, key=lambda one: one.claim.id),) if before else tuple(sent)


@dataclass(frozen=True, slots=True)
class Match:
    """The messages that an e-mail can be about. ``how`` says by what; ``is_named`` when by a mark that no other has."""

    mail: Mail
    sent: tuple[SentMessage, ...] = ()
    how: str = ""
    is_sure: bool = False
    is_named: bool = False


def match_mail(mail: Mail, sent: Sequence[SentMessage]) -> Match:
    """Find what an e-mail is about: by Message-ID and token, then by reference and address together.

    A reference alone stands in rehearsals and in what colleagues forward; an address alone in any correspondence.
    """
    if mail.nature is MailKind.UNREADABLE:
        marked = tuple(one for one in sent if _is_marked(mail.content, one))
        return Match(mail, marked, "this program cannot read it, and it holds a mark of the message")
    if copy := find_copy(mail, sent):
        return Match(replace(mail, nature=MailKind.COPY), copy.sent, copy.how, copy.is_sure, is_named=True)
    return _match_marks(mail, sent)


def _match_marks(mail: Mail, sent: Sequence[SentMessage]) -> Match:
    if mail.nature is not MailKind.COPY and mail.place in (MailFolder.SENT, MailFolder.DRAFTS):
        return Match(mail)  # we wrote it ourselves
    named = tuple(one for one in sent if one.token in mail.mentions.tokens or one.ids & mail.mentions.ids)
    is_ours = any(mail.sender.lower() in one.own for one in sent)
    if named and is_ours and mail.nature not in REPORTS | {MailKind.COPY}:
        return Match(mail)
    if named:
        how = "by its Message-ID or token" if mail.nature is MailKind.COPY else "it names the message"
        return Match(mail, named, how, len(named) == 1 and _is_sure(mail, named[0]), is_named=True)
    if mail.nature is MailKind.COPY or mail.mentions.tokens:
        return Match(mail)  # of a rehearsal, or of another office
    return _match_loosely(mail, sent)


def _match_loosely(mail: Mail, sent: Sequence[SentMessage]) -> Match:
    if mail.nature not in REPORTS and any(mail.sender.lower() in one.own for one in sent):
        return Match(mail)
    referred = tuple(one for one in sent if one.reference in mail.mentions.references)
    close = tuple(one for one in referred if is_from_recipient(mail, one))
    if close:
        told = "reference and address fit" if len(close) == 1 else "reference and address fit more than one message"
        return Match(mail, close, told, is_sure=len(close) == 1 and _is_sure(mail, close[0]))
    if referred:
        return Match(mail, referred, "it holds the reference, and comes from elsewhere")
    fitting = tuple(one for one in sent if _fits_alone(mail, one))
    return Match(mail, fitting, "only the address fits")


def _is_sure(mail: Mail, one: SentMessage) -> bool:
    """Whether an e-mail that names a message says what it seems to say about it.

    Whoever was shown our message can answer with it; only the recipient's own answer is one. A bounce of another
    address, to which it was forwarded perhaps, is none of ours.
    """
    if mail.nature is MailKind.UNCLEAR:
        return False
    if action := _DECIDING.get(mail.nature):
        about = {trouble.address.lower() for trouble in mail.troubles if trouble.action == action}
        return not about.isdisjoint(one.addresses) or (bool(about) and about <= one.own)
    return mail.nature not in _ANSWERS or is_from_recipient(mail, one)


def list_statuses(mail: Mail, one: SentMessage) -> tuple[DeliveryStatus, ...]:
    """What an e-mail says of the addresses of a message; of all others, where it says nothing of these."""
    about = tuple(trouble for trouble in mail.troubles if trouble.address.lower() in one.addresses)
    return about or tuple(trouble for trouble in mail.troubles if trouble.address.lower() not in one.own)


def _is_marked(content: bytes, one: SentMessage) -> bool:
    marks = (*one.ids, one.token, one.reference)
    return any(mark.encode() in content for mark in marks if mark)


def _fits_alone(mail: Mail, one: SentMessage) -> bool:
    """Whether it is the very address: all missions of a country share a domain, and much junk comes from one."""
    return is_from_recipient(mail, one) if mail.nature in REPORTS else mail.sender.lower() in one.addresses


def is_from_recipient(mail: Mail, one: SentMessage) -> bool:
    """Whether an e-mail is from whom we wrote to, or, where a server reports, about such an address."""
    if mail.nature in REPORTS:
        return not one.addresses.isdisjoint(trouble.address.lower() for trouble in mail.troubles)
    sender = mail.sender.lower()
    return sender in one.addresses or sender.rpartition("@")[2] in one.domains
