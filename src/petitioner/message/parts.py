"""What an e-mail is put together from."""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from petitioner.errors import PetitionerError
from petitioner.model.account import is_public_address


class MessageError(PetitionerError):
    """An e-mail cannot be put together from what it was given."""


@dataclass(frozen=True, slots=True)
class Mailbox:
    """Somebody's address, with the name that is shown beside it. Raises ``MessageError`` for what is no address.

    Only plain ASCII addresses are taken: no comments, no quotes, no other scripts (RFC 5322 §3.4.1, dot-atom).
    """

    address: str
    name: str = ""

    def __post_init__(self) -> None:
        if not is_public_address(self.address):
            hint = "Write it as name@example.org: letters of the Latin alphabet, digits and the common signs."
            raise MessageError(f"{self.address!r} is no e-mail address.", hint)
        if not self.name.isprintable() or self.name != self.name.strip():
            raise MessageError(f"The name {self.name!r} holds what cannot be shown.", "Type it again.")


@dataclass(frozen=True, slots=True)
class Identity:
    """From whom e-mails come, and where answers go; without ``reply_to`` they come back to the sender."""

    sender: Mailbox
    reply_to: Mailbox | None = None

    @property
    def domain(self) -> str:
        """The domain that the sender's provider answers for."""
        return self.sender.address.rpartition("@")[2].lower()


@dataclass(frozen=True, slots=True)
class Note:
    """The covering note: its subject and its words, twice the same, in one language (a BCP 47 tag)."""

    language: str
    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class Attached:
    """A file that goes along, as it was approved."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Mark:
    """What tells one message from all others, in three places: the id, a token of our own, and the reference.

    Some providers replace the Message-ID, so the token stands in a header of its own. Both follow from what the packet
    is, so that a dry run and the message itself have the same.
    """

    reference: str
    message_id: str
    token: str

    @classmethod
    def derive(cls, reference: str, domain: str, facts: Iterable[str | int]) -> "Mark":
        """The mark of a packet that ``facts`` tell from all others: campaign, edition, recipient, attempt, content."""
        spelt = "\n".join(map(str, facts))
        token = sha256(f"token\n{spelt}".encode()).hexdigest()[:24]
        name = sha256(f"message\n{spelt}".encode()).hexdigest()[:24]
        return cls(reference, f"<{name}.{token[:8]}@{domain}>", token)


@dataclass(frozen=True, slots=True)
class Message:
    """One e-mail before it has a date: from whom, to whom, what it says, and what goes along."""

    identity: Identity
    to: tuple[Mailbox, ...]
    note: Note
    attached: tuple[Attached, ...]
    mark: Mark
