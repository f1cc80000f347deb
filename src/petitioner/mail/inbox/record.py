"""From e-mails that came back to entries of the log: each is recorded once, and only where it is sure what it is about.

Whatever names our message proves that it left: all recipients are accepted or none, so a copy that a mail server handed
on, or a report about one address, settles a doubt. That nothing was found proves nothing (RFC 1047).
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
from petitioner.mail.inbox.match import NOT_PROVED_SENT, Match, SentMessage, is_from_recipient, list_statuses
from petitioner.mail.inbox.returned_mail import Mail, MailFolder, MailKind

_KINDS: Mapping[MailKind, Kind] = {
    MailKind.BOUNCE: Kind.BOUNCED,
    MailKind.RECEIPT: Kind.DELIVERED,
    MailKind.REPLY: Kind.REPLIED,
    MailKind.AUTO_REPLY: Kind.AUTO_REPLIED,
}
LEFT_BY_HAND = frozenset({State.DRAFTED, State.EXPORTED})
"""The states of a packet whose last step is a person's."""

NOT_LEFT = UNSENT | FAILED
"""The states of a packet of which, for all that is known, nobody has the e-mail."""

_LONGEST = 500  # characters of what is said


@dataclass(slots=True)
class ReplyIndex:
    """What the log knows while entries are drafted: where each packet stands, and which e-mails it has already.

    ``hashes`` are those of files, ``proofs`` of such as are there only because they prove that a message left.
    """

    states: dict[PacketKey, State] = field(default_factory=dict)
    days: dict[PacketKey, date] = field(default_factory=dict)
    hashes: set[str] = field(default_factory=set)
    ids: set[tuple[PacketKey, str]] = field(default_factory=set)
    proofs: set[str] = field(default_factory=set)

    @classmethod
    def read(cls, events: Sequence[Event]) -> "ReplyIndex":
        """What the events say; what was taken back counts as known, since a person has looked at it."""
        docket = cls({packet.key: packet.state for packet in list_packets(events)})
        for event in events:
            hashes = docket.proofs if event.kind is Kind.ACCEPTED else docket.hashes
            hashes.update(document.sha256 for document in event.documents)
            if event.details.mail:
                docket.ids.add((event.packet, event.details.mail))
            if event.kind in DATED:
                docket.days[event.packet] = max(event.happened_on, docket.days.get(event.packet, event.happened_on))
        return docket

    def has(self, match: Match) -> bool:
        """Whether the log has an e-mail already, by its bytes or by its Message-ID.

        It has every message of ours from the beginning; what a copy says depends on where it lies by now.
        """
        mail = match.mail
        if mail.nature is MailKind.COPY:
            return False
        known = any((one.key, mail.id) in self.ids for one in match.sent)
        return known or digest(mail.content) in self.hashes | self.proofs

    def has_as_proof(self, match: Match) -> bool:
        """Whether an e-mail is in the log only to prove that a message left; what else it says is not recorded."""
        return digest(match.mail.content) in self.proofs - self.hashes

    def note(self, match: Match, draft: Draft) -> None:
        """Remember an entry that is about to be made."""
        self.states[draft.packet] = STATE_AFTER.get(draft.kind, self.states.get(draft.packet, State.OPEN))
        self.hashes.add(digest(match.mail.content))
        self.ids.add((draft.packet, match.mail.id))


def draft_inbox_events(matches: Iterable[Match], context: LogContext, events: Sequence[Event]) -> Iterator[Draft]:
    """The entries for what came back, in the order in which it was written."""
    docket = ReplyIndex.read(events)
    for match in sorted(matches, key=lambda match: match.mail.sent.timestamp() if match.mail.sent else inf):
        if not match.is_sure or docket.has(match):
            continue
        (sent,) = match.sent
        for draft in _draft(match, sent, docket, context):
            yield draft
            docket.note(match, draft)


def _draft(match: Match, sent: SentMessage, docket: ReplyIndex, context: LogContext) -> list[Draft]:
    mail = match.mail
    attachment = Attachment(mail.nature, f"{mail.nature.replace(' ', '-')}.eml", "message/rfc822", mail.content)
    happened_on = _choose_day(mail, docket.days.get(sent.key, sent.claim.happened_on), context)
    kinds = choose_kinds(match, sent, docket.states.get(sent.key, State.OPEN))
    told = {kind: Details(said=_tell(kind, match, sent), mail=mail.id or None) for kind in kinds}
    drafts = (draft_about(sent.claim, kind, details, context, (attachment,)) for kind, details in told.items())
    return [replace(draft, happened_on=happened_on) for draft in drafts]


def choose_kinds(match: Match, sent: SentMessage, state: State) -> list[Kind]:
    """What an e-mail that is surely about a packet says of it; nothing for what is known or decides nothing."""
    mail = match.mail
    if mail.nature is MailKind.COPY:
        return _judge_copy(mail, state)
    if not match.is_named and state in NOT_LEFT:
        return []  # the same reference stands on the letter that went by post: its answer must not stop the e-mail
    if state in LEFT_BY_HAND and not is_from_recipient(mail, sent):
        return []  # a person may have shown the draft to somebody else, whose answer proves nothing
    kind = _KINDS.get(mail.nature)
    if mail.troubles and all(trouble.address.lower() in sent.own for trouble in mail.troubles):
        kind = None  # about the copy to ourselves
    proof = [Kind.ACCEPTED] if match.is_named and state in NOT_PROVED_SENT else []
    if kind is None:
        return proof
    return [*proof, kind] if kind is Kind.AUTO_REPLIED else [kind]


def _judge_copy(mail: Mail, state: State) -> list[Kind]:
    """A copy without a mail server's mark was put there by a program, this one perhaps, and is no proof of sending.

    What a person was to send from the drafts, or from a file, is sent once it lies in Sent.
    """
    by_road = mail.place is not MailFolder.DRAFTS and bool(mail.received) and state in NOT_PROVED_SENT
    by_hand = mail.place is MailFolder.SENT and state in LEFT_BY_HAND
    if by_road or by_hand:
        return [Kind.ACCEPTED]
    return [Kind.DRAFTED] if mail.place is MailFolder.DRAFTS and state is State.IN_DOUBT else []


def _choose_day(mail: Mail, earliest: date, context: LogContext) -> date:
    """The day of the e-mail where the campaign is run; clocks elsewhere may be wrong, and nothing comes back early."""
    day = context.campaign.day_at(mail.sent) if mail.sent else context.today
    return max(min(day, context.today), earliest)


def _tell(kind: Kind, match: Match, sent: SentMessage) -> str:
    mail = match.mail
    if mail.nature is MailKind.COPY:
        road = f": {mail.received}" if mail.received else ", without a mail server's mark"
        return f"our own copy, known {match.how}, lies in {mail.place}{road}"[:_LONGEST]
    said = "; ".join(trouble.words for trouble in list_statuses(mail, sent)) or mail.subject
    return (f"proved by this {mail.nature}: {said}" if kind is Kind.ACCEPTED else said)[:_LONGEST]
