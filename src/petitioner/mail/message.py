"""Build e-mail messages (RFC 5322, RFC 2045 to 2049), and compare their bytes with the approved content."""

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
"""Largest message in bytes: nearly every mailbox accepts it. Encoding adds 37 % to every file."""

LARGE_MESSAGE_BYTES = 5_000_000
"""Size in bytes above which a warning is shown: some mailboxes accept no more."""

_HEADERS = frozenset(
    {"from", "to", "reply-to", "subject", "date", "message-id", TOKEN_HEADER.lower(), "content-language"}
)
_MIME_HEADERS = frozenset({"mime-version", "content-type"})


class MessageError(PetitionerError):
    """A message cannot be built from the given values."""


@dataclass(frozen=True, slots=True)
class Mailbox:
    """An address with a display name. Raises ``MessageError`` for an invalid address.

    Only plain ASCII addresses are valid: no comments, no quotes, no other scripts (RFC 5322 §3.4.1, dot-atom).
    """

    address: str
    name: str = ""

    def __post_init__(self) -> None:
        if not is_public_address(self.address):
            hint = "Write it as name@example.org: letters of the Latin alphabet, digits and common punctuation."
            raise MessageError(f"{self.address!r} is not an e-mail address.", hint)
        if not self.name.isprintable() or self.name != self.name.strip():
            raise MessageError(f"The name {self.name!r} has an invisible character.", "Type it again.")


@dataclass(frozen=True, slots=True)
class Identity:
    """The sender of a message, and the address for answers (``reply_to``), if it is another one."""

    sender: Mailbox
    reply_to: Mailbox | None = None

    @property
    def domain(self) -> str:
        """The domain of the sender's address, in lower case."""
        return self.sender.address.rpartition("@")[2].lower()


@dataclass(frozen=True, slots=True)
class CoveringNote:
    """The covering note in one language (a BCP 47 tag): its subject, and its text in two formats."""

    language: str
    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class AttachedFile:
    """A file attached to the message, as it was approved."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class MessageIds:
    """What identifies one message: Message-ID, our own token, and the reference.

    Some providers replace the Message-ID, so the token has its own header. Both are derived from the packet, so that a
    dry run and the message itself have the same.
    """

    reference: str
    message_id: str
    token: str

    @classmethod
    def derive(cls, reference: str, domain: str, facts: Iterable[str | int]) -> "MessageIds":
        """Derive the ids from the ``facts`` that identify a packet: campaign, edition, recipient, attempt, content."""
        encoded = "\n".join(map(str, facts))
        token = sha256(f"token\n{encoded}".encode()).hexdigest()[:24]
        name = sha256(f"message\n{encoded}".encode()).hexdigest()[:24]
        return cls(reference, f"<{name}.{token[:8]}@{domain}>", token)


@dataclass(frozen=True, slots=True)
class Message:
    """One e-mail without its date: sender, recipients, covering note and attached files."""

    identity: Identity
    to: tuple[Mailbox, ...]
    note: CoveringNote
    files: tuple[AttachedFile, ...]
    ids: MessageIds


def write_message(message: Message, date: datetime) -> bytes:
    """Return the exact bytes of an e-mail with CRLF line ends; ``date`` is aware, and keeps its offset."""
    mail = EmailMessage(policy=POLICY)
    for name, value in _list_headers(message, date):
        mail.set_raw(name, value)  # raw: Python's own folding adds and loses spaces between encoded words
    mail.set_content(message.note.text)
    mail.add_alternative(message.note.html, subtype="html")
    for file, name in zip(message.files, list_attachment_names(message), strict=True):
        kind, _, subtype = file.media_type.partition("/")
        mail.add_attachment(file.content, maintype=kind, subtype=subtype, filename=name)
    mail["Content-Language"] = message.note.language  # set_content removes Content- headers, so this comes last
    _set_boundaries(mail, message.ids.token)
    return mail.as_bytes()


def list_attachment_names(message: Message) -> tuple[str, ...]:
    """Return the names of the attached files: ASCII, which every program shows, and all different."""
    names: list[str] = []
    for number, file in enumerate(message.files, start=1):
        reference, ascii_name = message.ids.reference, _make_ascii_name(file, number)
        name = f"{reference}_{ascii_name}"
        names.append(name if name not in names else f"{reference}_{number}_{ascii_name}")
    return tuple(names)


def get_full_subject(message: Message) -> str:
    """Return the full subject of a message."""
    return format_subject(message.ids.reference, message.note.subject)


def format_subject(reference: str, subject: str) -> str:
    """Put the reference before a subject: answers keep it even if they lose the other ids."""
    return f"[{reference}] {subject}"


def _list_headers(message: Message, date: datetime) -> Iterator[tuple[str, str]]:
    identity, ids = message.identity, message.ids
    yield "From", _format_mailboxes("From", [identity.sender])
    yield "To", _format_mailboxes("To", message.to)
    if identity.reply_to:
        yield "Reply-To", _format_mailboxes("Reply-To", [identity.reply_to])
    yield "Subject", _encode_text("Subject", f"[{ids.reference}]", message.note.subject)
    yield "Date", format_datetime(date)
    yield "Message-ID", ids.message_id
    yield TOKEN_HEADER, ids.token


def _encode_text(header: str, *parts: str) -> str:
    """Encode and fold a header's text; a part stays plain if it is ASCII and not like an encoded word (RFC 2047)."""
    encoded = Header(header_name=header, maxlinelen=MAX_LINE_LENGTH)
    for part in parts:
        encoded.append(part, "us-ascii" if part.isascii() and "=?" not in part else "utf-8")
    return encoded.encode(linesep="\n")


def _format_mailboxes(header: str, mailboxes: Iterable[Mailbox]) -> str:
    """Format mailboxes, one on each line."""
    return ",\n ".join(_format_mailbox(header, mailbox) for mailbox in mailboxes)


def _format_mailbox(header: str, mailbox: Mailbox) -> str:
    if not mailbox.name:
        return mailbox.address
    # Names with other characters than letters, digits and spaces are encoded too, so that no name needs quotes.
    is_plain = re.fullmatch(r"[A-Za-z0-9]+( [A-Za-z0-9]+)*", mailbox.name) is not None
    name = Header(mailbox.name, "us-ascii" if is_plain else "utf-8", MAX_LINE_LENGTH, header).encode(linesep="\n")
    return f"{name}\n <{mailbox.address}>"


def _make_ascii_name(file: AttachedFile, number: int) -> str:
    """Convert a file's name to safe ASCII; a name with nothing left becomes ``enclosure-NUMBER``."""
    stem, _, ending = file.name.rpartition("/")[2].rpartition(".")
    ascii_stem = unicodedata.normalize("NFKD", stem).encode("ascii", "ignore").decode()
    safe_stem = re.sub(r"[^A-Za-z0-9.-]+", "-", ascii_stem).strip("-.")
    return f"{safe_stem or f'enclosure-{number}'}.{re.sub('[^a-z0-9]', '', ending.lower())}"


def _set_boundaries(mail: EmailMessage, token: str) -> None:
    """Set boundaries that are the same each time and different within a message; Python's own are random."""
    multiparts = (part for part in mail.walk() if part.is_multipart())
    for number, part in enumerate(multiparts, start=1):
        part.set_boundary(f"=_{token}_{number}")


def check_message(content: bytes, message: Message) -> None:
    """Raise ``MessageError`` with all differences between the bytes of an e-mail and its message."""
    if faults := list(find_differences(content, message)):
        hint = "Nothing was sent. This is a fault of the program; please report it with this message."
        raise MessageError(f"The e-mail {message.ids.reference} differs from its letter: {'; '.join(faults)}.", hint)


def find_differences(content: bytes, message: Message) -> Iterator[str]:
    """Yield a description of each difference between the bytes of an e-mail and its message."""
    yield from _compare_lines(content, message)
    mail = message_from_bytes(content, policy=default)
    assert isinstance(mail, EmailMessage)  # noqa: S101 - the policy makes no other
    yield from _compare_headers(mail, message)
    yield from _compare_bodies(mail, message)
    yield from _compare_files(mail, message)
    yield from (repr(defect) for part in mail.walk() for defect in part.defects)


def _compare_lines(content: bytes, message: Message) -> Iterator[str]:
    lines = content.split(b"\r\n")
    if any(b"\n" in line or b"\r" in line for line in lines):
        yield "a line does not end with CRLF"
    # A long address or id cannot be folded; RFC 5322 §2.1.1 allows 998 there, and text has its own limit of 76.
    _, _, body = content.partition(b"\r\n\r\n")
    unfoldable = {f"Content-Type: {file.media_type}".encode() for file in message.files}  # DOCX has 85
    if any(len(line) > MAX_LINE_LENGTH and line not in unfoldable for line in body.split(b"\r\n")):
        yield f"a line is longer than {MAX_LINE_LENGTH} characters"
    if not content.isascii():
        yield "a character is not ASCII"


def _compare_headers(mail: EmailMessage, message: Message) -> Iterator[str]:
    identity = message.identity
    names = [name.lower() for name in mail.keys()]  # noqa: SIM118 - twice the same counts, and a message is no mapping
    allowed = _HEADERS | _MIME_HEADERS
    yield from (f"the header {name} is not ours" for name in dict.fromkeys(names) if name not in allowed)
    yield from (f"the header {name} appears twice" for name in dict.fromkeys(names) if names.count(name) > 1)
    expected = {
        "From": (identity.sender,),
        "To": message.to,
        "Reply-To": (identity.reply_to,) if identity.reply_to else (),
    }
    for name, mailboxes in expected.items():
        actual = _read_mailboxes(mail, name)
        if actual != [(mailbox.name, mailbox.address) for mailbox in mailboxes]:
            yield f"{name} says {', '.join(' '.join(one) for one in actual)}"
    texts = {
        "Subject": get_full_subject(message),
        "Message-ID": message.ids.message_id,
        TOKEN_HEADER: message.ids.token,
        "Content-Language": message.note.language,
    }
    yield from (f"{name} says {mail[name]!r}" for name, text in texts.items() if str(mail[name]) != text)


def _read_mailboxes(mail: EmailMessage, name: str) -> list[tuple[str, str]]:
    """Return names and addresses of a header. Python's newer parser adds a space between two encoded words."""
    encoded = [value for key, value in mail.raw_items() if key == name]
    return [(str(make_header(decode_header(shown))), address) for shown, address in getaddresses(encoded)]


def _compare_bodies(mail: EmailMessage, message: Message) -> Iterator[str]:
    expected = {"plain": message.note.text, "html": message.note.html}
    for kind, text in expected.items():
        part = mail.get_body((kind,))
        actual = str(part.get_content()).replace("\r\n", "\n") if part else ""
        if actual.rstrip("\n") != text.rstrip("\n"):
            yield f"the text in {kind} is not the one that was approved"


def _compare_files(mail: EmailMessage, message: Message) -> Iterator[str]:
    actual = [(part.get_filename(), part.get_content_type(), part.get_content()) for part in mail.iter_attachments()]
    names = list_attachment_names(message)
    expected = [(name, file.media_type, file.content) for name, file in zip(names, message.files, strict=True)]
    if actual != expected:
        yield f"the files are {[name for name, *_ in actual]}, or not the ones that were approved"
