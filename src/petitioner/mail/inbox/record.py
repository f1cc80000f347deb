"""Make log events from e-mails that came back: each once, and only if it is certain which packet it is about.

An e-mail that names our message proves that it was sent: a server accepts all recipients or refuses all, so a copy that
passed a mail server, or a report about one address, ends a doubt. Finding nothing proves nothing (RFC 1047).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from math import inf

from petitioner.files import digest
from petitioner.log.context import LogContext
from petitioner.log.corrections import draft_about
from petitioner.log.events import Attachment, Details, Draft, Event, PacketKey
from petitioner.log.kinds import DATED, Kind
from petitioner.log.states.packets import FAILED, STATE_AFTER, UNSENT, State, list_packets
from petitioner.mail.inbox.match import NOT_PROVED_SENT, Match, SentMessage, choose_delivery_statuses, is_from_recipient
from petitioner.mail.inbox.returned_mail import Mail, MailFolder, MailKind

_KIND_BY_MAIL: Mapping[MailKind, Kind] = {
    MailKind.BOUNCE: Kind.BOUNCED,
    MailKind.RECEIPT: Kind.DELIVERED,
    MailKind.REPLY: Kind.REPLIED,
    MailKind.AUTO_REPLY: Kind.AUTO_REPLIED,
}
LEFT_BY_HAND = frozenset({State.DRAFTED, State.EXPORTED})
"""The states of a packet that a person sends."""

NOT_LEFT = UNSENT | FAILED
"""The states of a packet whose e-mail has probably not arrived."""

_MAX_EVIDENCE_CHARACTERS = 500


@dataclass(slots=True)
class ReplyIndex:
    """The state of each packet, and the e-mails already recorded; kept up to date while events are drafted.

    ``hashes`` are those of recorded e-mails, ``proofs`` those of e-mails recorded only as proof of sending.
    """

    states: dict[PacketKey, State] = field(default_factory=dict)
    days: dict[PacketKey, date] = field(default_factory=dict)
    hashes: set[str] = field(default_factory=set)
    ids: set[tuple[PacketKey, str]] = field(default_factory=set)
    proofs: set[str] = field(default_factory=set)

    @classmethod
    def read(cls, events: Sequence[Event]) -> "ReplyIndex":
        """Read the index from events; withdrawn e-mails count as recorded, since a person has seen them."""
        index = cls({packet.key: packet.state for packet in list_packets(events)})
        for event in events:
            hashes = index.proofs if event.kind is Kind.ACCEPTED else index.hashes
            hashes.update(document.sha256 for document in event.documents)
            if event.details.mail:
                index.ids.add((event.packet, event.details.mail))
            if event.kind in DATED:
                index.days[event.packet] = max(event.happened_on, index.days.get(event.packet, event.happened_on))
        return index

    def is_recorded(self, match: Match) -> bool:
        """Whether an e-mail is already recorded, by its bytes or its Message-ID.

        Always False for copies of ours: what a copy proves depends on the folder that it is in now.
        """
        mail = match.mail
        if mail.kind is MailKind.COPY:
            return False
        has_known_id = any((one.key, mail.id) in self.ids for one in match.sent)
        return has_known_id or digest(mail.content) in self.hashes | self.proofs

    def is_recorded_only_as_proof(self, match: Match) -> bool:
        """Whether an e-mail is recorded only as proof that a message was sent."""
        return digest(match.mail.content) in self.proofs - self.hashes

    def add(self, match: Match, draft: Draft) -> None:
        """Add a drafted event."""
        self.states[draft.packet] = STATE_AFTER.get(draft.kind, self.states.get(draft.packet, State.OPEN))
        self.hashes.add(digest(match.mail.content))
        self.ids.add((draft.packet, match.mail.id))


def draft_inbox_events(matches: Iterable[Match], context: LogContext, events: Sequence[Event]) -> Iterator[Draft]:
    """Yield the events for e-mails that came back, in the order of their dates."""
    index = ReplyIndex.read(events)
    for match in sorted(matches, key=lambda match: match.mail.sent.timestamp() if match.mail.sent else inf):
        if not match.is_sure or index.is_recorded(match):
            continue
        (sent,) = match.sent
        for draft in _draft_mail_events(match, sent, index, context):
            yield draft
            index.add(match, draft)


def _draft_mail_events(match: Match, sent: SentMessage, index: ReplyIndex, context: LogContext) -> list[Draft]:
    mail = match.mail
    attachment = Attachment(mail.kind, f"{mail.kind.replace(' ', '-')}.eml", "message/rfc822", mail.content)
    happened_on = _choose_day(mail, index.days.get(sent.key, sent.claim.happened_on), context)
    kinds = choose_kinds(match, sent, index.states.get(sent.key, State.OPEN))
    drafts: list[Draft] = []
    for kind in kinds:
        details = Details(said=_describe_evidence(kind, match, sent), mail=mail.id or None)
        draft = draft_about(sent.claim, kind, details, context, (attachment,))
        drafts.append(replace(draft, happened_on=happened_on))
    return drafts


def choose_kinds(match: Match, sent: SentMessage, state: State) -> list[Kind]:
    """Choose the kinds of events for an e-mail that is certainly about a packet; empty if it changes nothing."""
    mail = match.mail
    if mail.kind is MailKind.COPY:
        return _choose_copy_kind(mail, state)
    if not match.is_named and state in NOT_LEFT:
        return []  # it may answer the letter by post, which has the same reference
    if state in LEFT_BY_HAND and not is_from_recipient(mail, sent):
        return []  # somebody else may have seen the draft, and an answer of theirs proves nothing
    kind = _KIND_BY_MAIL.get(mail.kind)
    if mail.statuses and all(status.address.lower() in sent.own for status in mail.statuses):
        kind = None  # about our own copy
    proof_kinds = [Kind.ACCEPTED] if match.is_named and state in NOT_PROVED_SENT else []
    if kind is None:
        return proof_kinds
    return [*proof_kinds, kind] if kind is Kind.AUTO_REPLIED else [kind]


def _choose_copy_kind(mail: Mail, state: State) -> list[Kind]:
    """Choose the event for a copy: proof of sending only if a mail server passed it on (Received).

    A draft or file that a person was to send is sent once it is in Sent.
    """
    by_server = mail.folder is not MailFolder.DRAFTS and bool(mail.received) and state in NOT_PROVED_SENT
    by_hand = mail.folder is MailFolder.SENT and state in LEFT_BY_HAND
    if by_server or by_hand:
        return [Kind.ACCEPTED]
    return [Kind.DRAFTED] if mail.folder is MailFolder.DRAFTS and state is State.IN_DOUBT else []


def _choose_day(mail: Mail, earliest: date, context: LogContext) -> date:
    """Return the day of an e-mail in the campaign's time zone, between the sending and today: clocks may be wrong."""
    day = context.campaign.day_at(mail.sent) if mail.sent else context.today
    return max(min(day, context.today), earliest)


def _describe_evidence(kind: Kind, match: Match, sent: SentMessage) -> str:
    mail = match.mail
    if mail.kind is MailKind.COPY:
        received = f": {mail.received}" if mail.received else ", without a Received header"
        return f"our own copy, found {match.how}, is in {mail.folder}{received}"[:_MAX_EVIDENCE_CHARACTERS]
    text = "; ".join(status.words for status in choose_delivery_statuses(mail, sent)) or mail.subject
    return (f"proved by this {mail.kind}: {text}" if kind is Kind.ACCEPTED else text)[:_MAX_EVIDENCE_CHARACTERS]
