"""Send by SMTP, at most once, and decide whether a refusal is about this message or about the sender."""

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

_BLOCK_BYTES = 1 << 16  # bytes; each block has its own time limit, for slow connections
_START_INPUT_CODE = 354
_FIRST_REFUSAL_CODE = 400
_CONNECTION_LOST = "line lost"
_OWN_COPY = (
    "The server refused the copy to ourselves, and would refuse every other one. Write own_copy = false in config.toml."
)


class SmtpStep(Enum):
    """The step of SMTP that the server refused."""

    SENDER = auto()
    """MAIL: no recipient is given yet."""
    RECIPIENT = auto()
    """RCPT."""
    START = auto()
    """DATA: all recipients are accepted, and nothing of the message is sent yet."""
    END = auto()
    """The final dot: the whole message is sent."""


_STATUS = re.compile(r"([45])\.(\d{1,3}\.\d{1,3})\b")
_CLOSING_CODE = 421  # RFC 5321, 3.8: the server is closing the connection
_LOGIN_REQUIRED_CODE = 530  # RFC 4954, 6
_TOO_LARGE_CODE = 552
_MAILBOX_CODES = frozenset({450, 550, 551, 552, 553})  # RFC 5321, 4.2.3, where RCPT is answered

# Subject and detail of enhanced status codes; their class, 4 or 5, is only temporary or permanent.
_LIMIT_STATUSES = frozenset(
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
_ACCOUNT_STATUSES = frozenset(
    {
        *("1.7", "1.8"),  # the sender's address, or its domain
        "3.5",  # the server is set up wrongly
        *("7.8", "7.9", "7.10", "7.11", "7.12", "7.13", "7.14"),  # the login, encryption, an account switched off
        *("7.20", "7.21", "7.22", "7.23", "7.24", "7.25", "7.26", "7.27"),  # signatures and records of our domain
    }
)
_MESSAGE_STATUSES = frozenset(
    {
        *("1.1", "1.2", "1.3", "1.4", "1.5", "1.6", "1.9", "1.10"),  # the recipient's address
        *("2.0", "2.1", "2.2", "2.3", "2.4"),  # the recipient's mailbox
        "3.4",  # the message is too large
        *("4.1", "4.4", "4.6", "4.7"),  # the way to the recipient
        *("7.2", "7.17", "7.18", "7.19"),  # what the recipient allows, or whether it is still the same one
    }
)
_CONTENT_STATUS_PREFIX = "6."
_SIZE_STATUSES = frozenset({"2.3", "3.4"})

_NOT_RECIPIENT = "The cause is our account, not the recipient."
_RETRY_IN_AN_HOUR = f"{_NOT_RECIPIENT} Wait an hour, then send again; deferred packets need no new approval."
_RETRY_NEXT_DAY = f"{_NOT_RECIPIENT} Wait a day, then send again; deferred packets need no new approval."
_FIX_ACCOUNT = f"{_NOT_RECIPIENT} Correct the account, or ask your provider; see docs/email.md. Then send again."
_SAME_REFUSAL_TWICE = (
    "The message before was refused in the same way, so the cause is probably our account. Correct it, or ask your "
    "provider. Then run petitioner log reopen for the recipient before, and send again."
)


def find_enhanced_status(reply: Reply) -> str:
    """Return subject and detail of a reply's enhanced status code (RFC 3463), as ``7.1``; else an empty text."""
    for words in reply.words:
        match = _STATUS.match(words)
        if match and match[1] == str(reply.code)[0]:
            return match[2]
    return ""


def classify_refusal(reply: Reply, step: SmtpStep) -> Answer:
    """Return the outcome of a refusal: whether it is about this message, the account, or a limit."""
    status = find_enhanced_status(reply)
    if reply.code == _LOGIN_REQUIRED_CODE:
        return Answer(SendOutcome.FAILED, str(reply), advice=_FIX_ACCOUNT)
    if _is_about_message(reply, status, step):
        return Answer(_choose_outcome(reply), str(reply))
    is_before_recipients = step in (SmtpStep.SENDER, SmtpStep.START)
    if status in _LIMIT_STATUSES | _ACCOUNT_STATUSES or reply.code == _CLOSING_CODE or is_before_recipients:
        return _classify_account_refusal(reply, status)
    return Answer(_choose_outcome(reply), str(reply), unclear=f"{reply.code} {status}".strip())


def classify_recipient_refusals(refused: Mapping[str, Reply]) -> Answer:
    """Return the outcome when recipients were refused; a refusal that is about the sender comes first.

    One permanent refusal makes the outcome permanent: another try would be refused again.
    """
    answers = [classify_refusal(reply, SmtpStep.RECIPIENT) for reply in refused.values()]
    replies = {address: str(reply) for address, reply in refused.items()}
    sender_refusal = next((answer for answer in answers if answer.outcome in ENDING), None)
    if sender_refusal is not None:
        return replace(sender_refusal, refused=replies)
    is_temporary = all(answer.outcome is SendOutcome.DEFERRED for answer in answers)
    unclear = answers[-1].unclear if all(answer.unclear for answer in answers) else ""
    return Answer(SendOutcome.DEFERRED if is_temporary else SendOutcome.REFUSED, answers[-1].said, replies, unclear)


def compare_refusals(answer: Answer, previous: Answer) -> Answer:
    """Return the answer to a message, changed if the message before it was refused in the same way.

    Two permanent refusals with the same unclear code are about the sender, not the recipients: the second message and
    all later ones can still be sent.
    """
    if answer.outcome is SendOutcome.REFUSED and answer.unclear and answer.unclear == previous.unclear:
        return replace(answer, outcome=SendOutcome.FAILED, unclear="", advice=_SAME_REFUSAL_TWICE)
    return answer


def _classify_account_refusal(reply: Reply, status: str) -> Answer:
    if reply.is_temporary:
        return Answer(SendOutcome.LIMITED, str(reply), advice=_RETRY_IN_AN_HOUR)
    if status in _LIMIT_STATUSES:
        return Answer(SendOutcome.LIMITED, str(reply), advice=_RETRY_NEXT_DAY)
    return Answer(SendOutcome.FAILED, str(reply), advice=_FIX_ACCOUNT)


def _is_about_message(reply: Reply, status: str, step: SmtpStep) -> bool:
    if step is SmtpStep.SENDER:
        return status in _SIZE_STATUSES or (not status and reply.code == _TOO_LARGE_CODE)
    if status:
        return status in _MESSAGE_STATUSES or status.startswith(_CONTENT_STATUS_PREFIX)
    return reply.code == _TOO_LARGE_CODE or (step is SmtpStep.RECIPIENT and reply.code in _MAILBOX_CODES)


def _choose_outcome(reply: Reply) -> SendOutcome:
    return SendOutcome.DEFERRED if reply.is_temporary else SendOutcome.REFUSED


class SmtpTransport:
    """Sends through an account's submission server, over one connection that is opened on demand.

    ``secret`` is None for a server without login. No message is tried twice.
    """

    def __init__(self, server: SmtpServer, secret: Secret | None, timeouts: Timeouts | None = None) -> None:
        self._server = server
        self._secret = secret
        self._timeouts = timeouts or Timeouts()
        self._session: SmtpSession | None = None
        self._previous: tuple[str, Answer] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._session is not None:
            self._session.quit()
            self._session = None

    def prepare(self) -> None:
        """Connect and log in, if not yet done. Raises AccountError."""
        self._get_session()

    def hand_over(self, outgoing: OutgoingMessage, commit: Callable[[], None]) -> Answer:
        """Send one message, to all its recipients or to none; ``commit`` is called right before the final dot."""
        try:
            session = self._get_session()
        except AccountError as error:
            return Answer(SendOutcome.FAILED, f"{error} {error.hint}".strip())
        try:
            answer = _send_message(session, outgoing, commit)
        except BaseException:
            session.close()  # within a message, even QUIT would count as text
            raise
        if self._previous and self._previous[0] != outgoing.message_id:
            answer = compare_refusals(answer, self._previous[1])
        self._previous = outgoing.message_id, answer
        return answer

    def _get_session(self) -> SmtpSession:
        if self._session is None or not _reset_session(self._session):
            self._session = open_session(self._server, self._secret, self._timeouts)
        return self._session


def _reset_session(session: SmtpSession) -> bool:
    """Reset the session; return whether the connection still answers, since servers close idle ones."""
    try:
        if session.command("RSET", session.timeouts.command).is_success:
            return True
    except ConnectionLostError:
        pass
    session.close()
    return False


def _send_message(session: SmtpSession, outgoing: OutgoingMessage, commit: Callable[[], None]) -> Answer:
    try:
        refusal = _send_envelope(session, outgoing) or _send_content(session, outgoing.content)
    except ConnectionLostError as error:
        return Answer(SendOutcome.DEFERRED, f"{error}, before the message was whole", unclear=_CONNECTION_LOST)
    if refusal is not None:
        return refusal
    commit()
    try:
        reply = session.command(".", session.timeouts.termination)
    except ConnectionLostError as error:
        return Answer(SendOutcome.IN_DOUBT, f"{error}, after the whole message")
    if reply.is_success:
        return Answer(SendOutcome.ACCEPTED, str(reply))
    is_refusal = reply.code >= _FIRST_REFUSAL_CODE
    return classify_refusal(reply, SmtpStep.END) if is_refusal else Answer(SendOutcome.IN_DOUBT, str(reply))


def _send_envelope(session: SmtpSession, outgoing: OutgoingMessage) -> Answer | None:
    """Send sender and recipients; return None when all are accepted."""
    size, largest = len(outgoing.content), session.largest
    if largest is not None and size > largest:
        message = f"{session.server} takes messages of up to {largest:,} bytes, and this one has {size:,}"
        return Answer(SendOutcome.REFUSED, message)
    size_parameter = f" SIZE={size}" if "size" in session.features else ""  # RFC 1870
    reply = session.command(f"MAIL FROM:<{outgoing.sender}>{size_parameter}", session.timeouts.command)
    if not reply.is_success:
        return _classify_mail_from_refusal(reply, outgoing.sender)
    refused = _collect_rcpt_refusals(session, outgoing.recipients)
    if not refused:
        return None
    _reset_session(session)  # RSET, so that the server does not deliver to the accepted ones
    return _classify_rcpt_refusals(refused, outgoing.sender)


def _collect_rcpt_refusals(session: SmtpSession, recipients: tuple[str, ...]) -> dict[str, Reply]:
    """Return the replies to the refused recipients; all are tried, so that all refusals are reported at once."""
    refused: dict[str, Reply] = {}
    for address in recipients:
        try:
            reply = session.command(f"RCPT TO:<{address}>", session.timeouts.command)
        except ConnectionLostError:
            if refused:  # some servers close the connection after a refusal
                return refused
            raise
        if not reply.is_success:
            refused[address] = reply
    return refused


def _send_content(session: SmtpSession, content: bytes) -> Answer | None:
    """Send all but the final dot; return None when the server waits for it."""
    reply = session.command("DATA", session.timeouts.data)
    if reply.code == _START_INPUT_CODE:
        stuffed = stuff_dots(content)
        for start in range(0, len(stuffed), _BLOCK_BYTES):
            session.send(stuffed[start : start + _BLOCK_BYTES], session.timeouts.block)
        return None
    if reply.code >= _FIRST_REFUSAL_CODE:
        return classify_refusal(reply, SmtpStep.START)
    session.close()  # replies and commands are out of step; no later reply could be trusted
    return Answer(SendOutcome.DEFERRED, str(reply))


def stuff_dots(content: bytes) -> bytes:
    """Add a dot to each line that starts with one (RFC 5321, 4.5.2)."""
    return (b"\r\n" + content).replace(b"\r\n.", b"\r\n..")[2:]


def _classify_mail_from_refusal(reply: Reply, sender: str) -> Answer:
    """Classify a refusal of MAIL FROM: it applies to all messages, unless this one was too large."""
    answer = classify_refusal(reply, SmtpStep.SENDER)
    if answer.outcome is not SendOutcome.FAILED:
        return answer
    return replace(answer, said=f"The server does not take messages from {sender}: {reply}")


def _classify_rcpt_refusals(refused: dict[str, Reply], sender: str) -> Answer:
    """Classify refusals of RCPT TO; if the copy to ourselves is refused, the run ends, as all others would be too."""
    answer = classify_recipient_refusals(refused)
    if sender not in refused or answer.outcome in ENDING:
        return answer
    return replace(answer, outcome=SendOutcome.FAILED, said=str(refused[sender]), unclear="", advice=_OWN_COPY)
