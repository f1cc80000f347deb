"""By SMTP: at most once, since it is known of every failure how far the message had come.

RFC 5321 tells a queue to send again after a lost connection (3.8, 4.5.4.1), and so mail arrives twice now and then.
Here one window is treated otherwise: when the final dot is out and no answer has come, the message is in doubt and
stays so.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Self

from petitioner.accounts.connections import Timeouts
from petitioner.accounts.reading import AccountError
from petitioner.accounts.secrets import Secret
from petitioner.accounts.smtp import LineLostError, Reply, SmtpSession, open_session
from petitioner.carriers import ENDING, Answer, Outcome, Outgoing
from petitioner.carriers.refusals import Step, answer_recipients, answer_refusal, blame_what_recurs
from petitioner.model.account import SmtpServer

_BLOCK = 1 << 16  # bytes at once, each with a time limit of its own, so that a slow line is no dead line
_START_INPUT = 354
_FIRST_REFUSAL = 400
_LOST = "line lost"
_OWN_COPY = (
    "Our own copy is refused, and so would every other be. Mend our mailbox, or write own_copy = false in config.toml."
)


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

    def hand_over(self, outgoing: Outgoing, commit: Callable[[], None]) -> Answer:
        """Hand one message over, to all its recipients or to none; ``commit`` is called right before the final dot."""
        try:
            session = self._get_session()
        except AccountError as error:
            return Answer(Outcome.FAILED, f"{error} {error.hint}".strip())
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
        return blame_what_recurs(answer, self._before[1]) if self._before and is_other else answer

    def _get_session(self) -> SmtpSession:
        if self._session is None or not _is_alive(self._session):
            self._session = open_session(self._server, self._secret, self._timeouts)
        return self._session


def _is_alive(session: SmtpSession) -> bool:
    """Whether a connection still answers, with nothing left of the message before; servers close one that is idle."""
    try:
        if session.ask("RSET", session.timeouts.command).is_yes:
            return True
    except LineLostError:
        pass
    session.close()
    return False


def _hand_over(session: SmtpSession, outgoing: Outgoing, commit: Callable[[], None]) -> Answer:
    try:
        refusal = _offer(session, outgoing) or _upload(session, outgoing.content)
    except LineLostError as loss:
        return Answer(Outcome.DEFERRED, f"{loss}, before the message was whole", unclear=_LOST)
    if refusal is not None:
        return refusal
    commit()
    try:
        reply = session.ask(".", session.timeouts.ending)
    except LineLostError as loss:
        return Answer(Outcome.IN_DOUBT, f"{loss}, after the whole message")
    if reply.is_yes:
        return Answer(Outcome.ACCEPTED, str(reply))
    is_refusal = reply.code >= _FIRST_REFUSAL
    return answer_refusal(reply, Step.END) if is_refusal else Answer(Outcome.IN_DOUBT, str(reply))


def _offer(session: SmtpSession, outgoing: Outgoing) -> Answer | None:
    """Name sender and recipients; nothing when all of them are taken."""
    size, largest = len(outgoing.content), session.largest
    if largest is not None and size > largest:
        said = f"{session.server} takes messages of up to {largest:,} bytes, and this one has {size:,}"
        return Answer(Outcome.REFUSED, said)
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
        except LineLostError:
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
        return answer_refusal(reply, Step.START)
    session.close()  # its replies and our commands have come apart; no later one could be trusted
    return Answer(Outcome.DEFERRED, str(reply))


def stuff_dots(content: bytes) -> bytes:
    """The same lines with a dot more before each that starts with one (RFC 5321, 4.5.2)."""
    return (b"\r\n" + content).replace(b"\r\n.", b"\r\n..")[2:]


def _refuse_sender(reply: Reply, sender: str) -> Answer:
    """A server that refuses the sender will do so for the next message as well, unless this one was too large."""
    answer = answer_refusal(reply, Step.SENDER)
    if answer.outcome is not Outcome.FAILED:
        return answer
    return replace(answer, said=f"The server does not take messages from {sender}: {reply}")


def _refuse_recipients(refused: dict[str, Reply], sender: str) -> Answer:
    """Where our own copy is refused, every other message would be, and the run ends."""
    answer = answer_recipients(refused)
    if sender not in refused or answer.outcome in ENDING:
        return answer
    return replace(answer, outcome=Outcome.FAILED, said=str(refused[sender]), unclear="", advice=_OWN_COPY)
