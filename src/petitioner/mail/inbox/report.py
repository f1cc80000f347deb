"""What ``petitioner inbox`` found: what was recorded, and what a person should look at."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from petitioner.log.context import LogContext
from petitioner.log.events import Event, PacketKey
from petitioner.log.kinds import Kind
from petitioner.log.states.packets import UNDECIDED, PacketStatus, State
from petitioner.log.states.recipient_status import list_recipient_statuses
from petitioner.mail.inbox.imap_folders import SearchResult
from petitioner.mail.inbox.match import NOT_PROVED_SENT, Match, SentMessage, is_from_recipient, list_statuses
from petitioner.mail.inbox.record import LEFT_BY_HAND, NOT_LEFT, ReplyIndex
from petitioner.mail.inbox.returned_mail import NOTICES, Mail, MailFolder, MailKind
from petitioner.model.recipient import Channel

_SETTLED = frozenset({State.BOUNCED, State.RETURNED, State.DELIVERED, State.REPLIED})
_ANSWER = "If it is an answer, save it, then: petitioner log add replied {id} --channel email --file FILE"
_HINTS: Mapping[MailKind, str] = {
    MailKind.REPLY: _ANSWER,
    MailKind.UNCLEAR: _ANSWER,
    MailKind.COPY: "If it was sent in its place: petitioner log settle {id}",
    MailKind.BOUNCE: "If it is about ours, save it, then: petitioner log add returned {id} --channel email --file FILE",
}
_NAMES: Mapping[MailKind, str] = {
    MailKind.BOUNCE: "probable bounce",
    MailKind.UNCLEAR: "perhaps written by a program",
    MailKind.HELD: "held by a filter",
    MailKind.NOTICE: "notice of a mail server",
}
_SURE: Mapping[MailKind, tuple[str, str]] = {
    MailKind.NOTICE: ("a mail server wrote about it, and this program cannot read what", "Look at it yourself."),
    MailKind.HELD: (
        "a filter holds it back, so it has not arrived yet",
        "Look at it. If a person has to confirm something, do so only on a page that you trust; else ask the mission.",
    ),
    MailKind.COMPLAINT: (
        "a complaint: the recipient's provider says that it was reported as junk",
        "It has arrived. Look at it before you write to this address again.",
    ),
    MailKind.BOUNCE: ("the copy to ourselves could not be delivered", "Look at your own address in config.toml."),
}
"""What to say of an e-mail that surely is about a packet, and is not recorded."""


@dataclass(frozen=True, slots=True)
class MailToReview:
    """An e-mail that a person should look at; ``recipients`` are those whom it may be about.

    ``is_foreign`` is a notice that names other e-mails, or other addresses: shown, in case it is about ours after all.
    """

    mail: Mail
    recipients: tuple[str, ...]
    words: str
    hint: str = ""
    is_foreign: bool = False


def list_mail_to_review(matches: Iterable[Match], docket: ReplyIndex) -> tuple[MailToReview, ...]:
    """What to look at, once the log holds what was sure; nothing that it holds, but for what a proof says beside it."""
    left = (match for match in matches if not docket.has(match) or docket.has_as_proof(match))
    return tuple(remark for match in left if (remark := _remark(match, docket.states)))


def _remark(match: Match, states: Mapping[PacketKey, State]) -> MailToReview | None:
    mail, recipients = match.mail, tuple(dict.fromkeys(one.key.recipient for one in match.sent))
    if match.is_sure:
        state = states.get(match.sent[0].key, State.OPEN)
        return _remark_odd(match, recipients, state) or _remark_sure(match, recipients, state)
    if match.sent:
        if mail.nature is MailKind.COPY and not any(states.get(one.key) in NOT_PROVED_SENT for one in match.sent):
            return None
        hint = _HINTS.get(mail.nature, "").format(id=recipients[0] if len(recipients) == 1 else "ID")
        told = f"{_NAMES.get(mail.nature, mail.nature)}, perhaps about {' or '.join(recipients)}: {match.how}"
        return MailToReview(mail, recipients, _join(told, mail, match.sent[0]), hint)
    return _remark_unknown(mail)


def _remark_odd(match: Match, recipients: tuple[str, ...], state: State) -> MailToReview | None:
    """What is surely about a packet, and cannot be what it seems as that packet stands."""
    mail = match.mail
    if mail.nature is MailKind.COPY:
        is_late = state is State.SETTLED_NOT_SENT and mail.place is MailFolder.SENT
        hint = "Then withdraw what was settled: petitioner log withdraw EVENT"
        told = "it was settled as not sent, and a copy lies in Sent: it may have left"
        return MailToReview(mail, recipients, told, hint) if is_late else None
    if not match.is_named and state in NOT_LEFT:
        hint = (
            f"If it answers the letter on paper: petitioner log add replied {recipients[0]} --channel post --file FILE"
        )
        return MailToReview(mail, recipients, f"{mail.nature}, while the e-mail is {state}", hint)
    if state in LEFT_BY_HAND and not is_from_recipient(mail, match.sent[0]):
        told = f"{mail.nature} that names the message, and is not from those it is for"
        return MailToReview(mail, recipients, told, "Was it shown to somebody else? Then nothing is to be done.")
    return None


def _remark_sure(match: Match, recipients: tuple[str, ...], state: State) -> MailToReview | None:
    mail = match.mail
    if mail.nature is MailKind.PENDING and state not in _SETTLED:
        return _remark_pending(match, recipients)
    if mail.nature is MailKind.HELD and state in (State.DELIVERED, State.REPLIED):
        return None  # it has arrived in the meantime
    if mail.nature in _SURE:
        words, hint = _SURE[mail.nature]
        return MailToReview(mail, recipients, words, hint)
    if mail.nature is MailKind.COPY and state is State.IN_DOUBT and mail.place is MailFolder.SENT:
        hint = f"If your provider put it there: petitioner log settle {recipients[0]}"
        return MailToReview(
            mail, recipients, "a copy lies in Sent without a mail server's mark: a sign, and no proof", hint
        )
    if mail.nature is MailKind.COPY and state in LEFT_BY_HAND and mail.id not in match.sent[0].ids:
        hint = f"If it lay among what was sent: petitioner log settle {recipients[0]}"
        return MailToReview(mail, recipients, f"a copy, known {match.how}, that a mail program has written", hint)
    return None


def _remark_pending(match: Match, recipients: tuple[str, ...]) -> MailToReview:
    """Nothing is to be done only where the server that goes on trying says so of this very address, or of no other."""
    mail, one = match.mail, match.sent[0]
    ours = [trouble for trouble in mail.troubles if trouble.address.lower() in one.addresses]
    if mail.troubles and not ours:
        return MailToReview(
            mail, recipients, _join("a report about other addresses", mail, one), "Look at it yourself."
        )
    is_trying = all(trouble.action == "delayed" for trouble in ours)
    told = "a mail server is still at it" if is_trying else "it was handed on to a server that reports no more"
    return MailToReview(mail, recipients, _join(told, mail, one), "Nothing is to be done; look again later.")


def _join(words: str, mail: Mail, one: SentMessage) -> str:
    """Words, and behind them what the e-mail says."""
    said = "; ".join(trouble.words for trouble in list_statuses(mail, one))
    return f"{words}: {said or mail.subject}" if said or mail.nature in NOTICES else words


def _remark_unknown(mail: Mail) -> MailToReview | None:
    """A notice that names neither a message nor whom it was for can be ours; one about others hardly is."""
    if mail.nature not in _UNASKED or mail.place in (MailFolder.SENT, MailFolder.DRAFTS):
        return None
    is_nameless = not mail.mentions.ids and not mail.mentions.tokens
    said = "; ".join(trouble.words for trouble in mail.troubles)
    if mail.nature is MailKind.BOUNCE and is_nameless and not any(trouble.address for trouble in mail.troubles):
        return MailToReview(mail, (), f"a bounce that names neither a message nor an address: {said or mail.subject}")
    name = _NAMES.get(mail.nature, mail.nature)
    return MailToReview(mail, (), f"{name}: {said}" if said else name, is_foreign=True)


_UNASKED = NOTICES - {MailKind.HELD}
"""What is shown though nothing names one of ours; what asks to confirm something is mostly junk."""


@dataclass(frozen=True, slots=True)
class UndecidedPacket:
    """A packet of which nobody can say yet whether it left, and the message that carries it."""

    packet: PacketStatus
    sent: SentMessage | None
    spelt: str

    @property
    def id(self) -> str:
        """Whose packet it is."""
        return self.packet.key.recipient

    @property
    def is_in_doubt(self) -> bool:
        """Whether not even a person has it in hand."""
        return self.packet.state is State.IN_DOUBT


@dataclass(frozen=True, slots=True)
class InboxReport:
    """What a look brought: ``events`` were recorded, ``remarks`` are for a person, ``waiting`` is still undecided.

    ``failed`` are those of whom it became known that they got nothing, as commands are told of them; nobody whose
    later attempt is under way, who answered all the same, or to whom nothing is sent any more.
    """

    harvest: SearchResult
    matches: Sequence[Match]
    events: tuple[Event, ...]
    remarks: tuple[MailToReview, ...]
    waiting: tuple[UndecidedPacket, ...]
    failed: tuple[str, ...]

    @property
    def concerning(self) -> int:
        """How many e-mails are about ours, or may be."""
        remarked = {id(remark.mail) for remark in self.remarks if not remark.is_foreign}
        return sum(bool(match.sent) or id(match.mail) in remarked for match in self.matches)

    @property
    def has_bounced(self) -> bool:
        """Whether anything came back."""
        return any(event.kind is Kind.BOUNCED for event in self.events)

    @property
    def advice(self) -> tuple[str, ...]:
        """What can be done about each address that failed, where its server's status tells."""
        noted = {event.details.mail for event in self.events if event.kind is Kind.BOUNCED}
        sure = (match for match in self.matches if match.is_sure and match.mail.id in noted)
        troubles = (trouble for match in sure for trouble in list_statuses(match.mail, match.sent[0]) if trouble.hint)
        return tuple(dict.fromkeys(f"{trouble.address}: {trouble.hint}." for trouble in troubles))

    @property
    def doubtful(self) -> tuple[str, ...]:
        """Whose packets are in doubt, as commands are told of them."""
        return tuple(waiting.spelt for waiting in self.waiting if waiting.is_in_doubt)


def make_inbox_report(
    harvest: SearchResult,
    matches: Sequence[Match],
    recorded: tuple[Event, ...],
    events: Sequence[Event],
    context: LogContext,
    sent: Sequence[SentMessage],
) -> InboxReport:
    """What is left to say once ``recorded`` stands among the ``events`` of the log."""
    statuses = list_recipient_statuses(context.recipients, context.campaign, events)
    stood = [(one, packet) for one in statuses for packet in one.packets if packet.key.channel == Channel.EMAIL]
    messages = {one.key: one for one in sent}
    waiting = tuple(
        UndecidedPacket(packet, messages.get(packet.key), one.format_id(packet))
        for one, packet in stood
        if packet.state in UNDECIDED
    )
    bounced = {event.packet for event in recorded if event.kind is Kind.BOUNCED}
    failed = tuple(
        one.format_id(packet)
        for one, packet in stood
        if packet.key in bounced and packet.state is State.BOUNCED and one.record and one.record.is_written_to
    )
    remarks = list_mail_to_review(matches, ReplyIndex.read(events))
    return InboxReport(harvest, matches, recorded, remarks, waiting, failed)
