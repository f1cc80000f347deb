"""Make the report of ``petitioner inbox``: what was recorded, and what a person should check."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from petitioner.log.context import LogContext
from petitioner.log.events import Event, PacketKey
from petitioner.log.kinds import Kind
from petitioner.log.states.packets import UNDECIDED, PacketStatus, State
from petitioner.log.states.recipient_status import list_recipient_statuses
from petitioner.mail.inbox.imap_folders import SearchResult
from petitioner.mail.inbox.match import NOT_PROVED_SENT, Match, SentMessage, choose_delivery_statuses, is_from_recipient
from petitioner.mail.inbox.record import LEFT_BY_HAND, NOT_LEFT, ReplyIndex
from petitioner.mail.inbox.returned_mail import NOTICES, Mail, MailFolder, MailKind
from petitioner.model.recipient import Channel

_FINAL_STATES = frozenset({State.BOUNCED, State.RETURNED, State.DELIVERED, State.REPLIED})
_SAVE_ANSWER = "If it is an answer, save it, then: petitioner log add replied {id} --channel email --file FILE"
_HINT_BY_KIND: Mapping[MailKind, str] = {
    MailKind.REPLY: _SAVE_ANSWER,
    MailKind.UNCLEAR: _SAVE_ANSWER,
    MailKind.COPY: "If it was sent in its place: petitioner log settle {id}",
    MailKind.BOUNCE: "If it is about ours, save it, then: petitioner log add returned {id} --channel email --file FILE",
}
_NAME_BY_KIND: Mapping[MailKind, str] = {
    MailKind.BOUNCE: "probable bounce",
    MailKind.UNCLEAR: "perhaps written by a program",
    MailKind.HELD: "held by a filter",
    MailKind.NOTICE: "notice of a mail server",
}
_NOT_RECORDED: Mapping[MailKind, tuple[str, str]] = {
    MailKind.NOTICE: ("a notice of a mail server that this program does not understand", "Look at it yourself."),
    MailKind.HELD: (
        "a filter has stopped it, so it has not arrived yet",
        "Look at it. If a person has to confirm something, do so only on a page that you trust; else ask the mission.",
    ),
    MailKind.COMPLAINT: (
        "a complaint: the recipient's provider says that it was reported as junk",
        "It has arrived. Look at it before you write to this address again.",
    ),
    MailKind.BOUNCE: ("the copy to ourselves could not be delivered", "Look at your own address in config.toml."),
}
"""Text and hint for an e-mail that is certainly about a packet, but is not recorded."""


@dataclass(frozen=True, slots=True)
class MailToReview:
    """An e-mail that a person should check; ``recipients`` are the ids of those that it may be about.

    ``is_foreign``: it is a notice about other e-mails or addresses, shown in case it is about ours.
    """

    mail: Mail
    recipients: tuple[str, ...]
    words: str
    hint: str = ""
    is_foreign: bool = False


def list_mail_to_review(matches: Iterable[Match], index: ReplyIndex) -> tuple[MailToReview, ...]:
    """List what a person should check: e-mails that are not recorded, or recorded only as proof."""
    remaining = (match for match in matches if not index.is_recorded(match) or index.is_recorded_only_as_proof(match))
    return tuple(review for match in remaining if (review := _review_match(match, index.states)))


def _review_match(match: Match, states: Mapping[PacketKey, State]) -> MailToReview | None:
    mail, recipients = match.mail, tuple(dict.fromkeys(one.key.recipient for one in match.sent))
    if match.is_sure:
        state = states.get(match.sent[0].key, State.OPEN)
        return _review_contradiction(match, recipients, state) or _review_certain(match, recipients, state)
    if match.sent:
        if mail.kind is MailKind.COPY and not any(states.get(one.key) in NOT_PROVED_SENT for one in match.sent):
            return None
        hint = _HINT_BY_KIND.get(mail.kind, "").format(id=recipients[0] if len(recipients) == 1 else "ID")
        words = f"{_NAME_BY_KIND.get(mail.kind, mail.kind)}, perhaps about {' or '.join(recipients)}: {match.how}"
        return MailToReview(mail, recipients, _append_server_text(words, mail, match.sent[0]), hint)
    return _review_unmatched(mail)


def _review_contradiction(match: Match, recipients: tuple[str, ...], state: State) -> MailToReview | None:
    """Return a review of an e-mail that contradicts the state of its packet, or None."""
    mail = match.mail
    if mail.kind is MailKind.COPY:
        is_late = state is State.SETTLED_NOT_SENT and mail.folder is MailFolder.SENT
        hint = f"Then withdraw what was settled; its number is in: petitioner log show {recipients[0]}"
        words = "it was settled as not sent, but a copy is in Sent: it may have been sent"
        return MailToReview(mail, recipients, words, hint) if is_late else None
    if not match.is_named and state in NOT_LEFT:
        hint = (
            f"If it answers the letter on paper: petitioner log add replied {recipients[0]} --channel post --file FILE"
        )
        return MailToReview(mail, recipients, f"{mail.kind}, while the e-mail is {state}", hint)
    if state in LEFT_BY_HAND and not is_from_recipient(mail, match.sent[0]):
        words = f"{mail.kind} that names the message, but is not from its recipient"
        return MailToReview(mail, recipients, words, "If somebody else was shown the message, there is nothing to do.")
    return None


def _review_certain(match: Match, recipients: tuple[str, ...], state: State) -> MailToReview | None:
    mail = match.mail
    if mail.kind is MailKind.PENDING and state not in _FINAL_STATES:
        return _review_pending(match, recipients)
    if mail.kind is MailKind.HELD and state in (State.DELIVERED, State.REPLIED):
        return None  # it has arrived in the meantime
    if mail.kind in _NOT_RECORDED:
        words, hint = _NOT_RECORDED[mail.kind]
        return MailToReview(mail, recipients, words, hint)
    if mail.kind is MailKind.COPY and state is State.IN_DOUBT and mail.folder is MailFolder.SENT:
        hint = f"If your provider put it there: petitioner log settle {recipients[0]}"
        return MailToReview(mail, recipients, "a copy is in Sent without a Received header, which proves nothing", hint)
    if mail.kind is MailKind.COPY and state in LEFT_BY_HAND and mail.id not in match.sent[0].ids:
        hint = f"If it was in the folder of sent e-mails: petitioner log settle {recipients[0]}"
        return MailToReview(mail, recipients, f"a copy, found {match.how}, that a mail program has written", hint)
    return None


def _review_pending(match: Match, recipients: tuple[str, ...]) -> MailToReview:
    """Return a review of a report from a server that is still trying; one about other addresses needs a person."""
    mail, message = match.mail, match.sent[0]
    own_statuses = [status for status in mail.statuses if status.address.lower() in message.addresses]
    if mail.statuses and not own_statuses:
        words = _append_server_text("a report about other addresses", mail, message)
        return MailToReview(mail, recipients, words, "Look at it yourself.")
    is_trying = all(status.action == "delayed" for status in own_statuses)
    words = "a mail server is still trying" if is_trying else "it was passed on to a server that sends no reports"
    words = _append_server_text(words, mail, message)
    return MailToReview(mail, recipients, words, "Nothing to do now; run petitioner inbox again later.")


def _append_server_text(text: str, mail: Mail, message: SentMessage) -> str:
    """Return our text with the server's text, or the subject of a notice, after it."""
    server_text = "; ".join(status.words for status in choose_delivery_statuses(mail, message))
    return f"{text}: {server_text or mail.subject}" if server_text or mail.kind in NOTICES else text


def _review_unmatched(mail: Mail) -> MailToReview | None:
    """Return a review of a notice that matches no message; it may be about ours if it names no message and address."""
    if mail.kind not in _UNMATCHED_KINDS or mail.folder in (MailFolder.SENT, MailFolder.DRAFTS):
        return None
    is_nameless = not mail.mentions.ids and not mail.mentions.tokens
    status_text = "; ".join(status.words for status in mail.statuses)
    if mail.kind is MailKind.BOUNCE and is_nameless and not any(status.address for status in mail.statuses):
        text = f"a bounce that names neither a message nor an address: {status_text or mail.subject}"
        return MailToReview(mail, (), text)
    name = _NAME_BY_KIND.get(mail.kind, mail.kind)
    return MailToReview(mail, (), f"{name}: {status_text}" if status_text else name, is_foreign=True)


_UNMATCHED_KINDS = NOTICES - {MailKind.HELD}
"""The kinds shown without a matching message; requests to confirm something are mostly junk."""


@dataclass(frozen=True, slots=True)
class UndecidedPacket:
    """A packet that may not have been sent, its message, and the ``arguments`` that name it in commands."""

    packet: PacketStatus
    sent: SentMessage | None
    arguments: str

    @property
    def id(self) -> str:
        """The recipient's id."""
        return self.packet.key.recipient

    @property
    def is_in_doubt(self) -> bool:
        """Whether it is in doubt, and not left for a person to send."""
        return self.packet.state is State.IN_DOUBT


@dataclass(frozen=True, slots=True)
class InboxReport:
    """The result: recorded ``events``, e-mails ``to_review`` by a person, and ``undecided`` packets.

    ``failed`` are the command arguments for recipients whose e-mail bounced, and who have no later attempt, no answer,
    and are still written to.
    """

    found: SearchResult
    matches: Sequence[Match]
    events: tuple[Event, ...]
    to_review: tuple[MailToReview, ...]
    undecided: tuple[UndecidedPacket, ...]
    failed: tuple[str, ...]

    @property
    def concerning(self) -> int:
        """The number of e-mails that are, or may be, about our messages."""
        reviewed = {id(review.mail) for review in self.to_review if not review.is_foreign}
        return sum(bool(match.sent) or id(match.mail) in reviewed for match in self.matches)

    @property
    def has_bounced(self) -> bool:
        """Whether anything bounced."""
        return any(event.kind is Kind.BOUNCED for event in self.events)

    @property
    def advice(self) -> tuple[str, ...]:
        """What can be done about each address that failed, if its server gave a reason."""
        recorded = {event.details.mail for event in self.events if event.kind is Kind.BOUNCED}
        certain = (match for match in self.matches if match.is_sure and match.mail.id in recorded)
        statuses = (
            status for match in certain for status in choose_delivery_statuses(match.mail, match.sent[0]) if status.hint
        )
        return tuple(dict.fromkeys(f"{status.address}: {status.hint}." for status in statuses))

    @property
    def doubtful(self) -> tuple[str, ...]:
        """The command arguments of packets in doubt."""
        return tuple(undecided.arguments for undecided in self.undecided if undecided.is_in_doubt)


def make_inbox_report(
    found: SearchResult,
    matches: Sequence[Match],
    recorded: tuple[Event, ...],
    events: Sequence[Event],
    context: LogContext,
    sent: Sequence[SentMessage],
) -> InboxReport:
    """Return the report; ``events`` are the whole log, which already includes ``recorded``."""
    statuses = list_recipient_statuses(context.recipients, context.campaign, events)
    pairs = ((status, packet) for status in statuses for packet in status.packets)
    email_packets = [(status, packet) for status, packet in pairs if packet.key.channel == Channel.EMAIL]
    messages = {message.key: message for message in sent}
    undecided = tuple(
        UndecidedPacket(packet, messages.get(packet.key), status.format_id(packet))
        for status, packet in email_packets
        if packet.state in UNDECIDED
    )
    bounced = {event.packet for event in recorded if event.kind is Kind.BOUNCED}
    failed = tuple(
        status.format_id(packet)
        for status, packet in email_packets
        if packet.key in bounced and packet.state is State.BOUNCED and status.record and status.record.is_written_to
    )
    to_review = list_mail_to_review(matches, ReplyIndex.read(events))
    return InboxReport(found, matches, recorded, to_review, undecided, failed)
