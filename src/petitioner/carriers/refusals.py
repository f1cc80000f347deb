"""Whom a refusal is about: this message and its recipient, or the sender, whose next message would meet it as well.

What a server means stands in its enhanced status code (RFC 3463, RFC 5248 and its registry at IANA), whatever its words
and their language. Only where it gives none, or one that leaves this open, does the step tell at which it was said.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from enum import Enum, auto

from petitioner.accounts.smtp import Reply
from petitioner.carriers import ENDING, Answer, Outcome


class Step(Enum):
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


def answer_refusal(reply: Reply, step: Step) -> Answer:
    """What a refusal comes to."""
    status = find_status(reply)
    if reply.code == _AUTHENTICATION_REQUIRED:
        return Answer(Outcome.FAILED, str(reply), advice=_MEND)
    if _is_of_message(reply, status, step):
        return Answer(_choose_outcome(reply), str(reply))
    if status in _LIMITS | _OF_ACCOUNT or reply.code == _CLOSING or step in (Step.SENDER, Step.START):
        return _blame_sender(reply, status)
    return Answer(_choose_outcome(reply), str(reply), unclear=f"{reply.code} {status}".strip())


def answer_recipients(refused: Mapping[str, Reply]) -> Answer:
    """What refusals of one recipient or more come to: what is about the sender before what is about one of them.

    Refused for good as soon as one address is: another try would only meet that refusal again.
    """
    answers = [answer_refusal(reply, Step.RECIPIENT) for reply in refused.values()]
    said = {address: str(reply) for address, reply in refused.items()}
    general = next((answer for answer in answers if answer.outcome in ENDING), None)
    if general is not None:
        return replace(general, refused=said)
    is_for_now = all(answer.outcome is Outcome.DEFERRED for answer in answers)
    unclear = answers[-1].unclear if all(answer.unclear for answer in answers) else ""
    return Answer(Outcome.DEFERRED if is_for_now else Outcome.REFUSED, answers[-1].said, said, unclear)


def blame_what_recurs(answer: Answer, before: Answer) -> Answer:
    """The answer to one message, after the one to another before it.

    Two that are refused for good in the same way, neither of which tells whom it is about, are not refused for their
    recipients: the second stays free to be sent, and so do all after it.
    """
    if answer.outcome is Outcome.REFUSED and answer.unclear and answer.unclear == before.unclear:
        return replace(answer, outcome=Outcome.FAILED, unclear="", advice=_AGAIN)
    return answer


def _blame_sender(reply: Reply, status: str) -> Answer:
    if reply.is_for_now or status in _LIMITS:
        return Answer(Outcome.LIMITED, str(reply), advice=_SOON if reply.is_for_now else _NEXT_DAY)
    return Answer(Outcome.FAILED, str(reply), advice=_MEND)


def _is_of_message(reply: Reply, status: str, step: Step) -> bool:
    if step is Step.SENDER:
        return status in _SIZES or (not status and reply.code == _TOO_LARGE)
    if status:
        return status in _OF_MESSAGE or status.startswith(_OF_CONTENT)
    return reply.code == _TOO_LARGE or (step is Step.RECIPIENT and reply.code in _OF_A_MAILBOX)


def _choose_outcome(reply: Reply) -> Outcome:
    return Outcome.DEFERRED if reply.is_for_now else Outcome.REFUSED
