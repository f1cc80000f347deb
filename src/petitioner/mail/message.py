"""An e-mail message: its parts, its bytes (RFC 5322, RFC 2045 to 2049), and the check of these bytes."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.header import Header, decode_header, make_header
from email.message import EmailMessage
from email.policy import SMTP, default
from email.utils import format_datetime, getaddresses
from hashlib import sha256

from petitioner.errors import PetitionerError
from petitioner.model.account import is_public_address

TOKEN_HEADER = "X-Petitioner-Packet"  # noqa: S105 - a header's name
"""The header that holds the token of a packet, for providers that replace the Message-ID."""

MAX_LINE_LENGTH = 76  # characters; RFC 2045 §6.7 and §6.8 for encoded text
# By default Python allows lines of 78, and so writes quoted-printable lines beyond 76 (cpython issue 78206).
POLICY = SMTP.clone(max_line_length=MAX_LINE_LENGTH, cte_type="7bit")
MAX_MESSAGE_BYTES = 10_000_000
"""Bytes of a whole message that hardly any mailbox refuses; encoding for the road adds 37 % to every file."""

LARGE_MESSAGE_BYTES = 5_000_000
"""Bytes from which a message is worth a word: some offices take no more."""

_HEADERS = frozenset(
    {"from", "to", "reply-to", "subject", "date", "message-id", TOKEN_HEADER.lower(), "content-language"}
)
_OF_MIME = frozenset({"mime-version", "content-type"})


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
class CoveringNote:
    """The covering note: its subject and its words, twice the same, in one language (a BCP 47 tag)."""

    language: str
    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class AttachedFile:
    """A file that goes along, as it was approved."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class MessageIds:
    """What tells one message from all others, in three places: the id, a token of our own, and the reference.

    Some providers replace the Message-ID, so the token stands in a header of its own. Both follow from what the packet
    is, so that a dry run and the message itself have the same.
    """

    reference: str
    message_id: str
    token: str

    @classmethod
    def derive(cls, reference: str, domain: str, facts: Iterable[str | int]) -> "MessageIds":
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
    note: CoveringNote
    attached: tuple[AttachedFile, ...]
    mark: MessageIds


def write_message(message: Message, date: datetime) -> bytes:
    """The exact bytes of an e-mail, lines ended by CRLF; ``date`` is aware, and written with its own offset."""
    mail = EmailMessage(policy=POLICY)
    for name, value in _list_headers(message, date):
        mail.set_raw(name, value)  # as spelt here: Python's own folding adds and loses blanks between encoded words
    mail.set_content(message.note.text)
    mail.add_alternative(message.note.html, subtype="html")
    for file, name in zip(message.attached, list_attachment_names(message), strict=True):
        kind, _, subtype = file.media_type.partition("/")
        mail.add_attachment(file.content, maintype=kind, subtype=subtype, filename=name)
    mail["Content-Language"] = message.note.language  # setting the content takes headers of this family away
    _set_boundaries(mail, message.mark.token)
    return mail.as_bytes()


def list_attachment_names(message: Message) -> tuple[str, ...]:
    """The names under which files go along: ASCII, so that every program shows them, and no two the same."""
    names: list[str] = []
    for number, file in enumerate(message.attached, start=1):
        name = f"{message.mark.reference}_{_fold_name(file, number)}"
        names.append(name if name not in names else f"{message.mark.reference}_{number}_{_fold_name(file, number)}")
    return tuple(names)


def read_subject(message: Message) -> str:
    """The subject of a message as the reader meets it."""
    return format_subject(message.mark.reference, message.note.subject)


def format_subject(reference: str, subject: str) -> str:
    """A subject with the reference in front: answers keep it even where they drop all else."""
    return f"[{reference}] {subject}"


def _list_headers(message: Message, date: datetime) -> Iterator[tuple[str, str]]:
    identity, mark = message.identity, message.mark
    yield "From", _spell_mailboxes("From", [identity.sender])
    yield "To", _spell_mailboxes("To", message.to)
    if identity.reply_to:
        yield "Reply-To", _spell_mailboxes("Reply-To", [identity.reply_to])
    yield "Subject", _spell_words("Subject", f"[{mark.reference}]", message.note.subject)
    yield "Date", format_datetime(date)
    yield "Message-ID", mark.message_id
    yield TOKEN_HEADER, mark.token


def _spell_words(header: str, *parts: str) -> str:
    """Words on folded lines, each part plain where it is ASCII and looks like no encoded word (RFC 2047)."""
    spelt = Header(header_name=header, maxlinelen=MAX_LINE_LENGTH)
    for part in parts:
        spelt.append(part, "us-ascii" if part.isascii() and "=?" not in part else "utf-8")
    return spelt.encode(linesep="\n")


def _spell_mailboxes(header: str, mailboxes: Iterable[Mailbox]) -> str:
    """One mailbox a line, which no program takes for two."""
    return ",\n ".join(_spell_mailbox(header, mailbox) for mailbox in mailboxes)


def _spell_mailbox(header: str, mailbox: Mailbox) -> str:
    if not mailbox.name:
        return mailbox.address
    # Any sign beside letters, digits and blanks is encoded as well, so that none has to be quoted.
    is_plain = re.fullmatch(r"[A-Za-z0-9]+( [A-Za-z0-9]+)*", mailbox.name) is not None
    name = Header(mailbox.name, "us-ascii" if is_plain else "utf-8", MAX_LINE_LENGTH, header).encode(linesep="\n")
    return f"{name}\n <{mailbox.address}>"


def _fold_name(file: AttachedFile, number: int) -> str:
    """A file's name in ASCII, without whatever a name may not hold; one with nothing left is numbered."""
    stem, _, ending = file.name.rpartition("/")[2].rpartition(".")
    plain = unicodedata.normalize("NFKD", stem).encode("ascii", "ignore").decode()
    kept = re.sub(r"[^A-Za-z0-9.-]+", "-", plain).strip("-.")
    return f"{kept or f'enclosure-{number}'}.{re.sub('[^a-z0-9]', '', ending.lower())}"


def _set_boundaries(mail: EmailMessage, token: str) -> None:
    """Python draws boundaries by lot; ours are the same each time, and no two alike in one message."""
    multiparts = (part for part in mail.walk() if part.is_multipart())
    for number, part in enumerate(multiparts, start=1):
        part.set_boundary(f"=_{token}_{number}")


def check_message(content: bytes, message: Message) -> None:
    """Raise ``MessageError`` that names everything in which the bytes of an e-mail differ from what it was made of."""
    if faults := list(find_differences(content, message)):
        hint = "Nothing was sent. This is a fault of the program; please report it with these words."
        raise MessageError(
            f"The e-mail {message.mark.reference} would not say what was meant: {'; '.join(faults)}.", hint
        )


def find_differences(content: bytes, message: Message) -> Iterator[str]:
    """What the bytes of an e-mail say that was not meant, and what they do not say that was."""
    yield from _check_lines(content, message)
    mail = message_from_bytes(content, policy=default)
    assert isinstance(mail, EmailMessage)  # noqa: S101 - the policy makes no other
    yield from _check_headers(mail, message)
    yield from _check_bodies(mail, message)
    yield from _check_files(mail, message)
    yield from (repr(defect) for part in mail.walk() for defect in part.defects)


def _check_lines(content: bytes, message: Message) -> Iterator[str]:
    lines = content.split(b"\r\n")
    if any(b"\n" in line or b"\r" in line for line in lines):
        yield "a line does not end with CRLF"
    # A long address or id cannot be folded; RFC 5322 §2.1.1 allows 998 there, and text has its own limit of 76.
    _, _, body = content.partition(b"\r\n\r\n")
    unfoldable = {f"Content-Type: {file.media_type}".encode() for file in message.attached}  # DOCX has 85
    if any(len(line) > MAX_LINE_LENGTH and line not in unfoldable for line in body.split(b"\r\n")):
        yield f"a line is longer than {MAX_LINE_LENGTH} characters"
    if not content.isascii():
        yield "a character is not ASCII"


def _check_headers(mail: EmailMessage, message: Message) -> Iterator[str]:
    identity = message.identity
    names = [name.lower() for name in mail.keys()]  # noqa: SIM118 - twice the same counts, and a message is no mapping
    known = _HEADERS | _OF_MIME
    yield from (f"the header {name} is not ours" for name in dict.fromkeys(names) if name not in known)
    yield from (f"the header {name} stands twice" for name in dict.fromkeys(names) if names.count(name) > 1)
    wanted = {
        "From": (identity.sender,),
        "To": message.to,
        "Reply-To": (identity.reply_to,) if identity.reply_to else (),
    }
    for name, mailboxes in wanted.items():
        told = _read_mailboxes(mail, name)
        if told != [(mailbox.name, mailbox.address) for mailbox in mailboxes]:
            yield f"{name} says {', '.join(' '.join(one) for one in told)}"
    texts = {
        "Subject": read_subject(message),
        "Message-ID": message.mark.message_id,
        TOKEN_HEADER: message.mark.token,
        "Content-Language": message.note.language,
    }
    yield from (f"{name} says {mail[name]!r}" for name, text in texts.items() if str(mail[name]) != text)


def _read_mailboxes(mail: EmailMessage, name: str) -> list[tuple[str, str]]:
    """Names and addresses of a header. Python's newer parser leaves a blank where a name goes on in a second word."""
    spelt = [value for key, value in mail.raw_items() if key == name]
    return [(str(make_header(decode_header(shown))), address) for shown, address in getaddresses(spelt)]


def _check_bodies(mail: EmailMessage, message: Message) -> Iterator[str]:
    wanted = {"plain": message.note.text, "html": message.note.html}
    for kind, text in wanted.items():
        part = mail.get_body((kind,))
        said = str(part.get_content()).replace("\r\n", "\n") if part else ""
        if said.rstrip("\n") != text.rstrip("\n"):
            yield f"the text in {kind} is not the one that was approved"


def _check_files(mail: EmailMessage, message: Message) -> Iterator[str]:
    found = [(part.get_filename(), part.get_content_type(), part.get_content()) for part in mail.iter_attachments()]
    names = list_attachment_names(message)
    wanted = [(name, file.media_type, file.content) for name, file in zip(names, message.attached, strict=True)]
    if found != wanted:
        yield f"the files are {[name for name, *_ in found]}, or not the ones that were approved"
