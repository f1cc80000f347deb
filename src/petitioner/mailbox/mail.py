"""One e-mail that came back, as far as it tells about one of ours."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Nature(StrEnum):
    """What an e-mail is, for whoever waits for answers."""

    BOUNCE = "bounce"
    """A mail server says that it could not deliver, and will not try again (RFC 3464, action failed)."""
    DELAY = "delay"
    """A mail server says that it is still trying; nothing is decided."""
    RECEIPT = "receipt"
    """A mail server says that it delivered (RFC 3464, action delivered or relayed)."""
    AUTO_REPLY = "automatic reply"
    """A program answered, and no person: an absence, an acknowledgement (RFC 3834)."""
    COPY = "our copy"
    """One of our own messages, as it came back to us or lies among what was sent."""
    REPLY = "reply"
    """Anything else: a person wrote."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """What a mail server says of one address: ``status`` as in RFC 3463 (5.1.1), and its reason in its own words."""

    address: str
    action: str
    status: str
    reason: str

    @property
    def words(self) -> str:
        """The trouble in plain words, for the log."""
        return f"{self.address}: {_explain(self.status)}{self.reason or self.status or 'no reason given'}"


@dataclass(frozen=True, slots=True)
class Mentions:
    """Everything by which an e-mail may name one of ours: Message-IDs, tokens of our own header, and references."""

    ids: frozenset[str] = frozenset()
    tokens: frozenset[str] = frozenset()
    references: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Mail:
    """One e-mail. ``id`` is its own Message-ID; ``sent`` is aware, or None where its date cannot be read.

    ``came_by_road`` tells whether a mail server handed it on (it has Received lines): a copy that a program put into a
    folder proves nothing.
    """

    nature: Nature
    id: str
    sent: datetime | None
    sender: str
    subject: str
    mentions: Mentions
    troubles: tuple[Trouble, ...]
    came_by_road: bool
    content: bytes


# RFC 3463: the subject digit and detail that a coordinator can do something about.
_MEANINGS = {
    "1.1": "no such mailbox. ",
    "1.2": "no such mail server. ",
    "1.6": "the mailbox has moved. ",
    "1.10": "this address takes no mail. ",
    "2.1": "the mailbox is closed. ",
    "2.2": "the mailbox is full; it may work later. ",
    "3.4": "the message is too large. ",
    "2.3": "the message is too large for this mailbox. ",
    "4.7": "it was not delivered in time. ",
    "7.1": "the server refuses mail from us. ",
}


def _explain(status: str) -> str:
    return _MEANINGS.get(status.partition(".")[2], "")
