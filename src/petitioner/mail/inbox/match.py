"""Find which of our messages an e-mail is about."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from email.message import Message
from email.parser import BytesHeaderParser
from email.policy import default
from email.utils import getaddresses
from pathlib import PurePosixPath

from petitioner.approval.approvals import LETTER
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
"""The states of a packet that may not have been sent; evidence that it was changes them."""
_ANSWER_KINDS = frozenset({MailKind.REPLY, MailKind.AUTO_REPLY, MailKind.UNCLEAR})
_POSSIBLE_COPY_KINDS = _ANSWER_KINDS | {MailKind.HELD, MailKind.NOTICE}
"""The kinds that a copy of our message may seem to have when it lost our token."""
_DECIDING_ACTIONS = {MailKind.BOUNCE: "failed", MailKind.RECEIPT: "delivered"}
"""The action that a report must give for one of our addresses to be recorded."""


@dataclass(frozen=True, slots=True)
class SentMessage:
    """One sent message, with the event ``claim`` that started it. Ids are empty after redaction.

    ``addresses`` are its recipients, ``own`` its From and Reply-To, in lower case. ``letters`` are the SHA-256 of the
    attached letters, which differ for each recipient. ``renamed`` are other Message-IDs that mail programs gave to its
    copies, and that answers refer to.
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
        """The key of its packet."""
        return self.claim.packet

    @property
    def ids(self) -> frozenset[str]:
        """Every Message-ID by which others may name it."""
        return (self.renamed | {self.message_id}) - {""}

    @property
    def domains(self) -> frozenset[str]:
        """The domains where a colleague may answer; without our own and public mail providers."""
        return _list_domains(self.addresses) - _list_domains(self.own) - list_words("free_mail")


def list_sent(events: Iterable[Event], read: ReadBlob) -> tuple[SentMessage, ...]:
    """Return every message that a run began to send (by SMTP, as a draft, or as a file)."""
    all_events = tuple(events)
    renamed: dict[PacketKey, set[str]] = {}
    for event in all_events:
        if event.details.mail and any(document.role == MailKind.COPY for document in event.documents):
            renamed.setdefault(event.packet, set()).add(event.details.mail)
    sent: list[SentMessage] = []
    for event in all_events:
        recorded = next((document for document in event.documents if document.role == MESSAGE_ROLE), None)
        if event.kind is Kind.HANDING_OVER and recorded is not None:
            content = read(recorded.sha256) or b""
            sent.append(_make_sent_message(event, recorded, content, frozenset(renamed.get(event.packet, ()))))
    return tuple(sent)


def make_search_criteria(sent: Iterable[SentMessage], states: dict[PacketKey, State], since: date) -> SearchCriteria:
    """Make the criteria for a search in a mailbox."""
    all_messages = tuple(sent)
    unproved = [message for message in all_messages if states.get(message.key) in NOT_PROVED_SENT]
    unproved_ids = {id_ for message in unproved for id_ in (message.message_id, message.token)}
    return SearchCriteria(
        since=since,
        ids=frozenset(id_ for message in all_messages for id_ in message.ids),
        tokens=frozenset(message.token for message in all_messages) - {""},
        references=frozenset(message.reference for message in all_messages),
        addresses=frozenset(address for message in all_messages for address in message.addresses),
        wanted=frozenset(unproved_ids) - {""},
        awaited=frozenset(id_ for message in unproved for id_ in (message.reference, *message.addresses)),
        domains=frozenset(domain for message in all_messages for domain in message.domains),
    )


def _make_sent_message(claim: Event, recorded: Document, content: bytes, renamed: frozenset[str]) -> SentMessage:
    headers = BytesHeaderParser(policy=default).parsebytes(content.partition(b"\r\n\r\n")[0])
    own = getaddresses([_get_header_text(headers, "From"), _get_header_text(headers, "Reply-To")])
    return SentMessage(
        claim=claim,
        reference=PurePosixPath(recorded.name).stem,
        message_id=_get_header_text(headers, "Message-ID"),
        token=_get_header_text(headers, TOKEN_HEADER),
        subject=_get_header_text(headers, "Subject"),
        addresses=frozenset(address.lower() for address in claim.destination.split("\n")) - {""},
        own=frozenset(address.lower() for _, address in own) - {""},  # a notice without a sender is not ours
        letters=frozenset(document.sha256 for document in claim.documents if document.role == LETTER),
        renamed=renamed,
    )


def _get_header_text(headers: Message, name: str) -> str:
    return str(headers.get(name, ""))


def _list_domains(addresses: Iterable[str]) -> frozenset[str]:
    return frozenset(domain for address in addresses if (domain := address.lower().rpartition("@")[2]))


@dataclass(frozen=True, slots=True)
class CopyMatch:
    """The messages ``sent`` that an e-mail may be a copy of, ``how`` that was found, and whether it is certain."""

    sent: tuple[SentMessage, ...]
    how: str
    is_sure: bool = False


def find_copy(mail: Mail, sent: Sequence[SentMessage]) -> CopyMatch | None:
    """Find the message that an e-mail is a copy of, when it lost our token; None for other e-mails and for drafts."""
    if mail.kind not in _POSSIBLE_COPY_KINDS:
        return None
    same = tuple(message for message in sent if message.message_id and message.message_id == mail.id)
    if same:
        return CopyMatch(same, "by its Message-ID", is_sure=len(same) == 1)
    own = [message for message in sent if mail.folder is MailFolder.SENT or mail.sender.lower() in message.own]
    references = mail.mentions.references
    candidates = [message for message in own if message.addresses & mail.recipients or message.reference in references]
    if not candidates or mail.folder is MailFolder.DRAFTS:
        return None
    files = hash_files(mail.content)
    with_letters = [message for message in candidates if message.letters and message.letters <= files]
    complete = [message for message in with_letters if message.addresses <= mail.recipients]
    if complete:
        last = _choose_last_attempt(complete, mail.sent)
        return CopyMatch(last, "by its letters (SHA-256) and address", is_sure=len(last) == 1)
    return _find_partial_copy(mail, candidates, files)


def _find_partial_copy(mail: Mail, candidates: Sequence[SentMessage], files: frozenset[str]) -> CopyMatch | None:
    """Find a partial copy for a person to check: its files or addresses differ from the message."""
    with_letters = tuple(message for message in candidates if message.letters & files)
    if with_letters:
        return CopyMatch(with_letters, "it contains some of our letters, or goes to some of the addresses")
    same_reference = [message for message in candidates if message.reference in mail.mentions.references]
    same_address = [message for message in same_reference if message.addresses & mail.recipients]
    new_threads = tuple(message for message in same_address if not message.ids & mail.mentions.ids)  # no answers
    how = "it contains the reference and goes to the address, with other files"
    return CopyMatch(new_threads, how) if new_threads else None


def _choose_last_attempt(sent: Sequence[SentMessage], written_at: datetime | None) -> tuple[SentMessage, ...]:
    """Of several attempts with the same letters, return the last one claimed before the copy was written."""
    earlier = [message for message in sent if written_at is not None and message.claim.recorded_at <= written_at]
    return (max(earlier, key=lambda message: message.claim.id),) if earlier else tuple(sent)


@dataclass(frozen=True, slots=True)
class Match:
    """The messages ``sent`` that an e-mail may be about, and ``how`` that was found: ``is_named`` means by an id."""

    mail: Mail
    sent: tuple[SentMessage, ...] = ()
    how: str = ""
    is_sure: bool = False
    is_named: bool = False


def match_mail(mail: Mail, sent: Sequence[SentMessage]) -> Match:
    """Find what an e-mail is about: by Message-ID and token, then by reference and address together.

    The reference also occurs in rehearsals and forwarded mail, and the address in other correspondence.
    """
    if mail.kind is MailKind.UNREADABLE:
        ids = ((message, (*message.ids, message.token, message.reference)) for message in sent)
        containing = tuple(
            message for message, texts in ids if any(id_.encode() in mail.content for id_ in texts if id_)
        )
        return Match(mail, containing, "this program cannot read it, and it contains an id of the message")
    if copy := find_copy(mail, sent):
        return Match(replace(mail, kind=MailKind.COPY), copy.sent, copy.how, copy.is_sure, is_named=True)
    return _match_ids(mail, sent)


def _match_ids(mail: Mail, sent: Sequence[SentMessage]) -> Match:
    if mail.kind is not MailKind.COPY and mail.folder in (MailFolder.SENT, MailFolder.DRAFTS):
        return Match(mail)  # we wrote it ourselves
    mentions = mail.mentions
    mentioned = tuple(message for message in sent if message.token in mentions.tokens or message.ids & mentions.ids)
    is_ours = any(mail.sender.lower() in message.own for message in sent)
    if mentioned and is_ours and mail.kind not in REPORTS | {MailKind.COPY}:
        return Match(mail)
    if mentioned:
        how = "by its Message-ID or token" if mail.kind is MailKind.COPY else "it names the message"
        return Match(mail, mentioned, how, len(mentioned) == 1 and _is_sure(mail, mentioned[0]), is_named=True)
    if mail.kind is MailKind.COPY or mentions.tokens:
        return Match(mail)  # of a rehearsal, or of another office
    return _match_reference_or_address(mail, sent)


def _match_reference_or_address(mail: Mail, sent: Sequence[SentMessage]) -> Match:
    if mail.kind not in REPORTS and any(mail.sender.lower() in message.own for message in sent):
        return Match(mail)
    with_reference = tuple(message for message in sent if message.reference in mail.mentions.references)
    from_recipient = tuple(message for message in with_reference if is_from_recipient(mail, message))
    if from_recipient:
        is_only_one = len(from_recipient) == 1
        how = "reference and address fit" + ("" if is_only_one else " more than one message")
        return Match(mail, from_recipient, how, is_sure=is_only_one and _is_sure(mail, from_recipient[0]))
    if with_reference:
        return Match(mail, with_reference, "it contains the reference, and comes from another address")
    with_address = tuple(message for message in sent if _matches_address(mail, message))
    return Match(mail, with_address, "only the address fits")


def _is_sure(mail: Mail, message: SentMessage) -> bool:
    """Whether an e-mail that names a message is certainly about it.

    Anyone who saw our message can answer it; only an answer of the recipient counts. A bounce of another address, to
    which it may have been forwarded, does not count.
    """
    if mail.kind is MailKind.UNCLEAR:
        return False
    if action := _DECIDING_ACTIONS.get(mail.kind):
        reported = {status.address.lower() for status in mail.statuses if status.action == action}
        return not reported.isdisjoint(message.addresses) or (bool(reported) and reported <= message.own)
    return mail.kind not in _ANSWER_KINDS or is_from_recipient(mail, message)


def choose_delivery_statuses(mail: Mail, message: SentMessage) -> tuple[DeliveryStatus, ...]:
    """Return an e-mail's delivery statuses for the message's addresses.

    If there are none, return those for other addresses, but not for our own.
    """
    own_statuses = tuple(status for status in mail.statuses if status.address.lower() in message.addresses)
    return own_statuses or tuple(status for status in mail.statuses if status.address.lower() not in message.own)


def _matches_address(mail: Mail, message: SentMessage) -> bool:
    """Whether the address is the same; the domain is not enough, since all missions of a country share it."""
    return is_from_recipient(mail, message) if mail.kind in REPORTS else mail.sender.lower() in message.addresses


def is_from_recipient(mail: Mail, message: SentMessage) -> bool:
    """Whether an e-mail is from the recipient or, if it is a report, about the recipient's address."""
    if mail.kind in REPORTS:
        return not message.addresses.isdisjoint(status.address.lower() for status in mail.statuses)
    sender = mail.sender.lower()
    return sender in message.addresses or sender.rpartition("@")[2] in message.domains
