"""From an e-mail's parts to its bytes (RFC 5322, RFC 2045 to 2049), the same for the same parts and date."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import datetime
from email.header import Header
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from petitioner.message.parts import Attached, Mailbox, Message

TOKEN = "X-Petitioner-Packet"  # noqa: S105 - a header's name
"""The header that holds the token of a packet, for providers that replace the Message-ID."""

LONGEST_LINE = 76  # characters; RFC 2045 §6.7 and §6.8 for encoded text
# By default Python allows lines of 78, and so writes quoted-printable lines beyond 76 (cpython issue 78206).
POLICY = SMTP.clone(max_line_length=LONGEST_LINE, cte_type="7bit")


def write_message(message: Message, date: datetime) -> bytes:
    """The exact bytes of an e-mail, lines ended by CRLF; ``date`` is aware, and written with its own offset."""
    mail = EmailMessage(policy=POLICY)
    for name, value in _list_headers(message, date):
        mail.set_raw(name, value)  # as spelt here: Python's own folding adds and loses blanks between encoded words
    mail.set_content(message.note.text)
    mail.add_alternative(message.note.html, subtype="html")
    for file, name in zip(message.attached, name_files(message), strict=True):
        kind, _, subtype = file.media_type.partition("/")
        mail.add_attachment(file.content, maintype=kind, subtype=subtype, filename=name)
    mail["Content-Language"] = message.note.language  # setting the content takes headers of this family away
    _set_boundaries(mail, message.mark.token)
    return mail.as_bytes()


def name_files(message: Message) -> tuple[str, ...]:
    """The names under which files go along: ASCII, so that every program shows them, and no two the same."""
    names: list[str] = []
    for number, file in enumerate(message.attached, start=1):
        name = f"{message.mark.reference}_{_fold_name(file, number)}"
        names.append(name if name not in names else f"{message.mark.reference}_{number}_{_fold_name(file, number)}")
    return tuple(names)


def title(message: Message) -> str:
    """The subject of a message as the reader meets it."""
    return entitle(message.mark.reference, message.note.subject)


def entitle(reference: str, subject: str) -> str:
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
    yield TOKEN, mark.token


def _spell_words(header: str, *parts: str) -> str:
    """Words on folded lines, each part plain where it is ASCII and looks like no encoded word (RFC 2047)."""
    spelt = Header(header_name=header, maxlinelen=LONGEST_LINE)
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
    name = Header(mailbox.name, "us-ascii" if is_plain else "utf-8", LONGEST_LINE, header).encode(linesep="\n")
    return f"{name}\n <{mailbox.address}>"


def _fold_name(file: Attached, number: int) -> str:
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
