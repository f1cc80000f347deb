"""Send by SMTP, at most once, and decide what a refusal is about: this message, or the sender."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from enum import Enum, auto
from typing import Self

from petitioner.delivery.handover import ENDING, Answer, OutgoingMessage, SendOutcome
from petitioner.mail.accounts import AccountError
from petitioner.mail.connections import Timeouts
from petitioner.mail.passwords import Secret
from petitioner.mail.smtp_session import ConnectionLostError, Reply, SmtpSession, open_session
from petitioner.model.account import SmtpServer

_BLOCK = 1 << 16  # bytes at once, each with a time limit of its own, so that a slow line is no dead line
_START_INPUT = 354
_FIRST_REFUSAL = 400
_LOST = "line lost"
_OWN_COPY = (
    "Our own copy is refused, and so would every other be. Mend our mailbox, or write own_copy = false in config.toml."
)


class SmtpStep(Enum):
    """What was asked of the server when it refused."""

    SENDER = auto()
    """MAIL: no recipient is named yet."""
    RECIPIENT = auto()
    """RCPT."""
    START = auto()
    """DATA: all recipients are taken, and nothing of the message is known yet."""
    END = auto()
    """The final dot: the message is known, and so is everybody whom it concerns."""


_STATUS = re.compile(r"([45])\.(\d{1,3}\.\d{1,3})\b")
_CLOSING = 421  # RFC 5321, 3.8: the server gives up whatever was said, and closes the connection
_AUTHENTICATION_REQUIRED = 530  # RFC 4954, 6
_TOO_LARGE = 552
_OF_A_MAILBOX = frozenset({450, 550, 551, 552, 553})  # RFC 5321, 4.2.3, where RCPT is answered

# By subject and detail; a class of 4 or 5 says for how long, and not whom.
_LIMITS = frozenset(
    {
        "3.1",  # the server's disk is full
        "3.2",  # it takes no messages now
        "4.2",  # it ends this connection: so Exchange where messages come too fast
        "4.5",  # congestion: so Gmail where the day's quota is used up
        "5.3",  # too many recipients: ours are few, so they are counted over many messages
        "7.28",  # a flood of mail
        "1.90",  # beyond the registry, Exchange Online: this mailbox's recipients for the day are used up
        "7.232",  # the same: a trial tenant's
        "7.233",  # the same: a tenant's
    }
)
_OF_ACCOUNT = frozenset(
    {
        *("1.7", "1.8"),  # the sender's address, or its domain
        "3.5",  # the server is set up wrongly
        *("7.8", "7.9", "7.10", "7.11", "7.12", "7.13", "7.14"),  # the login, encryption, an account switched off
        *("7.20", "7.21", "7.22", "7.23", "7.24", "7.25", "7.26", "7.27"),  # signatures and records of our domain
    }
)
_OF_MESSAGE = frozenset(
    {
        *("1.1", "1.2", "1.3", "1.4", "1.5", "1.6", "1.9", "1.10"),  # the recipient's address
        *("2.0", "2.1", "2.2", "2.3", "2.4"),  # the recipient's mailbox
        "3.4",  # the message is too large
        *("4.1", "4.4", "4.6", "4.7"),  # the way to the recipient
        *("7.2", "7.17", "7.18", "7.19"),  # what the recipient allows, or whether it is still the same one
    }
)
_OF_CONTENT = "6."
_SIZES = frozenset({"2.3", "3.4"})

_ABOUT_US = "That is about us, and not about the recipient."
_SOON = f"{_ABOUT_US} Wait an hour, then send again; what was put off needs no new approval."
_NEXT_DAY = f"{_ABOUT_US} Wait a day, then send again; what was put off needs no new approval."
_MEND = f"{_ABOUT_US} Mend the account, or ask your provider; docs/email.md tells more. Then send again."
_AGAIN = (
    "The message before was refused in the same way, so it is hardly about the recipients. Mend the account, or ask "
    "your provider; then petitioner log reopen for the one before, and send again."
)


def find_status(reply: Reply) -> str:
    """Subject and detail of the enhanced status code, such as ``7.1``; empty where none stands that fits the code."""
    for words in reply.words:
        found = _STATUS.match(words)
        if found and found[1] == str(reply.code)[0]:
            return found[2]
    return ""


def classify_refusal(reply: Reply, step: SmtpStep) -> Answer:
    """What a refusal comes to."""
    status = find_status(reply)
    if reply.code == _AUTHENTICATION_REQUIRED:
        return Answer(SendOutcome.FAILED, str(reply), advice=_MEND)
    if _is_of_message(reply, status, step):
        return Answer(_choose_outcome(reply), str(reply))
    if status in _LIMITS | _OF_ACCOUNT or reply.code == _CLOSING or step in (SmtpStep.SENDER, SmtpStep.START):
        return _blame_sender(reply, status)
    return Answer(_choose_outcome(reply), str(reply), unclear=f"{reply.code} {status}".strip())


def classify_recipient_refusals(refused: Mapping[str, Reply]) -> Answer:
    """What refusals of one recipient or more come to: what is about the sender before what is about one of them.

    Refused for good as soon as one address is: another try would only meet that refusal again.
    """
    answers = [classify_refusal(reply, SmtpStep.RECIPIENT) for reply in refused.values()]
    said = {address: str(reply) for address, reply in refused.items()}
    general = next((answer for answer in answers if answer.outcome in ENDING), None)
    if general is not None:
        return replace(general, refused=said)
    is_for_now = all(answer.outcome is SendOutcome.DEFERRED for answer in answers)
    unclear = answers[-1].unclear if all(answer.unclear for answer in answers) else ""
    return Answer(SendOutcome.DEFERRED if is_for_now else SendOutcome.REFUSED, answers[-1].said, said, unclear)


def compare_refusals(answer: Answer, before: Answer) -> Answer:
    """The answer to one message, after the one to another before it.

    Two that are refused for good in the same way, neither of which tells whom it is about, are not refused for their
    recipients: the second stays free to be sent, and so do all after it.
    """
    if answer.outcome is SendOutcome.REFUSED and answer.unclear and answer.unclear == before.unclear:
        return replace(answer, outcome=SendOutcome.FAILED, unclear="", advice=_AGAIN)
    return answer


def _blame_sender(reply: Reply, status: str) -> Answer:
    if reply.is_for_now or status in _LIMITS:
        return Answer(SendOutcome.LIMITED, str(reply), advice=_SOON if reply.is_for_now else _NEXT_DAY)
    return Answer(SendOutcome.FAILED, str(reply), advice=_MEND)


def _is_of_message(reply: Reply, status: str, step: SmtpStep) -> bool:
    if step is SmtpStep.SENDER:
        return status in _SIZES or (not status and reply.code == _TOO_LARGE)
    if status:
        return status in _OF_MESSAGE or status.startswith(_OF_CONTENT)
    return reply.code == _TOO_LARGE or (step is SmtpStep.RECIPIENT and reply.code in _OF_A_MAILBOX)


def _choose_outcome(reply: Reply) -> SendOutcome:
    return SendOutcome.DEFERRED if reply.is_for_now else SendOutcome.REFUSED


class SmtpCarrier:
    """One account's submission server, and one connection to it that is made when it is needed.

    ``secret`` is None for a server without login. No message is tried twice.
    """

    def __init__(self, server: SmtpServer, secret: Secret | None, timeouts: Timeouts | None = None) -> None:
        self._server = server
        self._secret = secret
        self._timeouts = timeouts or Timeouts()
        self._session: SmtpSession | None = None
        self._before: tuple[str, Answer] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._session is not None:
            self._session.part()
            self._session = None

    def prepare(self) -> None:
        """Connect and log in, if that has not been done. Raises AccountError."""
        self._get_session()

    def hand_over(self, outgoing: OutgoingMessage, commit: Callable[[], None]) -> Answer:
        """Hand one message over, to all its recipients or to none; ``commit`` is called right before the final dot."""
        try:
            session = self._get_session()
        except AccountError as error:
            return Answer(SendOutcome.FAILED, f"{error} {error.hint}".strip())
        try:
            answer = self._compare(outgoing.message_id, _hand_over(session, outgoing, commit))
        except BaseException:
            session.close()  # in the middle of a message even QUIT would be taken for text
            raise
        self._before = outgoing.message_id, answer
        return answer

    def _compare(self, message_id: str, answer: Answer) -> Answer:
        """The answer in the light of what another message met right before."""
        is_other = self._before is not None and self._before[0] != message_id
        return compare_refusals(answer, self._before[1]) if self._before and is_other else answer

    def _get_session(self) -> SmtpSession:
        if self._session is None or not _is_alive(self._session):
            self._session = open_session(self._server, self._secret, self._timeouts)
        return self._session


def _is_alive(session: SmtpSession) -> bool:
    """Whether a connection still answers, with nothing left of the message before; servers close one that is idle."""
    try:
        if session.ask("RSET", session.timeouts.command).is_yes:
            return True
    except ConnectionLostError:
        pass
    session.close()
    return False


def _hand_over(session: SmtpSession, outgoing: OutgoingMessage, commit: Callable[[], None]) -> Answer:
    try:
        refusal = _offer(session, outgoing) or _upload(session, outgoing.content)
    except ConnectionLostError as loss:
        return Answer(SendOutcome.DEFERRED, f"{loss}, before the message was whole", unclear=_LOST)
    if refusal is not None:
        return refusal
    commit()
    try:
        reply = session.ask(".", session.timeouts.ending)
    except ConnectionLostError as loss:
        return Answer(SendOutcome.IN_DOUBT, f"{loss}, after the whole message")
    if reply.is_yes:
        return Answer(SendOutcome.ACCEPTED, str(reply))
    is_refusal = reply.code >= _FIRST_REFUSAL
    return classify_refusal(reply, SmtpStep.END) if is_refusal else Answer(SendOutcome.IN_DOUBT, str(reply))


def _offer(session: SmtpSession, outgoing: OutgoingMessage) -> Answer | None:
    """Name sender and recipients; nothing when all of them are taken."""
    size, largest = len(outgoing.content), session.largest
    if largest is not None and size > largest:
        said = f"{session.server} takes messages of up to {largest:,} bytes, and this one has {size:,}"
        return Answer(SendOutcome.REFUSED, said)
    sizes = f" SIZE={size}" if "size" in session.features else ""  # RFC 1870
    reply = session.ask(f"MAIL FROM:<{outgoing.sender}>{sizes}", session.timeouts.command)
    if not reply.is_yes:
        return _refuse_sender(reply, outgoing.sender)
    refused = _address(session, outgoing.recipients)
    if not refused:
        return None
    _is_alive(session)  # RSET, so that no server delivers to those that it did take
    return _refuse_recipients(refused, outgoing.sender)


def _address(session: SmtpSession, recipients: tuple[str, ...]) -> dict[str, Reply]:
    """The replies to the recipients that were not taken; all are asked, so that a person hears of all at once."""
    refused: dict[str, Reply] = {}
    for address in recipients:
        try:
            reply = session.ask(f"RCPT TO:<{address}>", session.timeouts.command)
        except ConnectionLostError:
            if refused:  # some servers hang up after a refusal, which is an answer all the same
                return refused
            raise
        if not reply.is_yes:
            refused[address] = reply
    return refused


def _upload(session: SmtpSession, content: bytes) -> Answer | None:
    """Send all but the final dot; nothing when the server waits for it."""
    reply = session.ask("DATA", session.timeouts.data)
    if reply.code == _START_INPUT:
        stuffed = stuff_dots(content)
        for start in range(0, len(stuffed), _BLOCK):
            session.send(stuffed[start : start + _BLOCK], session.timeouts.block)
        return None
    if reply.code >= _FIRST_REFUSAL:
        return classify_refusal(reply, SmtpStep.START)
    session.close()  # its replies and our commands have come apart; no later one could be trusted
    return Answer(SendOutcome.DEFERRED, str(reply))


def stuff_dots(content: bytes) -> bytes:
    """The same lines with a dot more before each that starts with one (RFC 5321, 4.5.2)."""
    return (b"\r\n" + content).replace(b"\r\n.", b"\r\n..")[2:]


def _refuse_sender(reply: Reply, sender: str) -> Answer:
    """A server that refuses the sender will do so for the next message as well, unless this one was too large."""
    answer = classify_refusal(reply, SmtpStep.SENDER)
    if answer.outcome is not SendOutcome.FAILED:
        return answer
    return replace(answer, said=f"The server does not take messages from {sender}: {reply}")


def _refuse_recipients(refused: dict[str, Reply], sender: str) -> Answer:
    """Where our own copy is refused, every other message would be, and the run ends."""
    answer = classify_recipient_refusals(refused)
    if sender not in refused or answer.outcome in ENDING:
        return answer
    return replace(answer, outcome=SendOutcome.FAILED, said=str(refused[sender]), unclear="", advice=_OWN_COPY)
