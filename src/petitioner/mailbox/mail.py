"""One e-mail that came back, as far as it tells about one of ours."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Place(StrEnum):
    """Where an e-mail lay; what a copy of ours proves depends on it."""

    INBOX = "inbox"
    SENT = "sent"
    DRAFTS = "drafts"
    FILE = "file"


class Nature(StrEnum):
    """What an e-mail is, for whoever waits for answers."""

    BOUNCE = "bounce"
    """A mail server says that it could not deliver, and will not try again (RFC 3464, action failed)."""
    PENDING = "report"
    """A mail server says what decides nothing: that it is still trying, or handed on what it no longer follows."""
    RECEIPT = "receipt"
    """A mail server says that it delivered (RFC 3464, action delivered)."""
    AUTO_REPLY = "automatic reply"
    """A program answered, and no person: an absence, an acknowledgement, that it was opened (RFC 3834, RFC 8098)."""
    COPY = "own copy"
    """One of our own messages, as it came back to us or lies among what was sent."""
    REPLY = "reply"
    """Anything else: a person wrote."""
    UNREADABLE = "unreadable"
    """Too broken to be read by this program."""


REPORTS = frozenset({Nature.BOUNCE, Nature.PENDING, Nature.RECEIPT})
"""What mail servers write."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """What a mail server says of one address: ``status`` as in RFC 3463 (5.1.1), and its reason in its own words."""

    address: str
    action: str
    status: str
    reason: str

    @property
    def words(self) -> str:
        """The trouble in plain words, for the log: what it means, then what the server said."""
        said = self.reason or self.status or self.action
        return ": ".join(part for part in (self.address, self._meaning.words, said) if part)

    @property
    def hint(self) -> str:
        """What a coordinator can do about it, if the status tells."""
        return self._meaning.hint

    @property
    def _meaning(self) -> "_Meaning":
        return _MEANINGS.get(self.status.partition(".")[2], _UNKNOWN)


@dataclass(frozen=True, slots=True)
class Mentions:
    """Everything by which an e-mail may name one of ours: Message-IDs, tokens of our own header, and references."""

    ids: frozenset[str] = frozenset()
    tokens: frozenset[str] = frozenset()
    references: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Mail:
    """One e-mail. ``id`` is its own Message-ID; ``sent`` is aware, or None where its date cannot be read.

    ``received`` is what the first mail server noted that took it on its way, and empty when none did: a program that
    puts a message into a folder leaves no such line. ``recipients`` are those to whom it says it goes, in lower case.
    """

    nature: Nature
    place: Place
    id: str
    sent: datetime | None
    sender: str
    subject: str
    mentions: Mentions
    troubles: tuple[Trouble, ...]
    received: str
    content: bytes
    recipients: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class _Meaning:
    """What the subject and detail of a status mean (RFC 3463), and what to do."""

    words: str = ""
    hint: str = ""


_ADDRESS = "Find the right address, and mend recipients.yaml, before a new attempt"
_LATER = "Wait some days before a new attempt; the address is right"
_SMALLER = "Make the enclosures smaller, or post it"
_UNKNOWN = _Meaning()
_MEANINGS: Mapping[str, _Meaning] = {
    "1.1": _Meaning("no such mailbox", _ADDRESS),
    "1.2": _Meaning("no such mail server", _ADDRESS),
    "1.3": _Meaning("this is no address", _ADDRESS),
    "1.6": _Meaning("the mailbox has moved", _ADDRESS),
    "1.10": _Meaning("this domain takes no mail", _ADDRESS),
    "2.1": _Meaning("the mailbox is closed", _ADDRESS),
    "2.2": _Meaning("the mailbox is full", _LATER),
    "2.3": _Meaning("the message is too large for this mailbox", _SMALLER),
    "3.4": _Meaning("the message is too large", _SMALLER),
    "4.1": _Meaning("the mail server does not answer", _LATER),
    "4.7": _Meaning("it could not be delivered in time", _LATER),
    "7.1": _Meaning("the server refuses mail from us", "Ask your provider, or post it"),
}
