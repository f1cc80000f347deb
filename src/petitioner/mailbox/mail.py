"""One e-mail that came back, as far as it tells about one of ours."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from petitioner.mailbox.notices import explain


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
    NOTICE = "notice"
    """A mail server wrote, and nobody can tell what."""
    HELD = "held"
    """A filter says that it holds the e-mail, as junk or until a person has shown to be one: it has not arrived."""
    COMPLAINT = "complaint"
    """Whoever got the e-mail called it junk, and the provider passes that on (RFC 5965)."""
    RECEIPT = "receipt"
    """A mail server says that it delivered (RFC 3464, action delivered)."""
    AUTO_REPLY = "automatic reply"
    """A program answered, and no person: an absence, an acknowledgement, that it was opened (RFC 3834, RFC 8098)."""
    UNCLEAR = "unclear"
    """It reads as if a program wrote it, and no header says so: perhaps a person did."""
    COPY = "own copy"
    """One of our own messages, as it came back to us or lies among what was sent."""
    REPLY = "reply"
    """Anything else: a person wrote."""
    UNREADABLE = "unreadable"
    """Too broken to be read by this program."""


REPORTS = frozenset({Nature.BOUNCE, Nature.PENDING, Nature.RECEIPT})
"""What mail servers write about addresses."""

NOTICES = REPORTS | {Nature.NOTICE, Nature.HELD, Nature.COMPLAINT}
"""What servers and filters write, whoever it is about."""


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
        meaning = explain(self.status, self.reason)
        said = self.reason or self.status or self.action
        return ": ".join(part for part in (self.address, meaning.words if meaning else "", said) if part)

    @property
    def hint(self) -> str:
        """What a coordinator can do about it, if the server says why."""
        meaning = explain(self.status, self.reason)
        return meaning.hint if meaning else ""


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
