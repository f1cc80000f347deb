"""What comes back, measured: what is made of each e-mail of a corpus, and how often that is right.

An e-mail of somebody else's is made into one about a message of ours: it gets our Message-ID in what it returns, and
our mission's address in place of the one that failed.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from email import message_from_bytes
from email.message import Message
from email.utils import getaddresses
from pathlib import Path

from petitioner.mailbox.reading import read_mail
from petitioner.mailing.match import match_mail
from petitioner.mailing.remarks import list_remarks
from petitioner.mailing.returns import Docket, choose_kinds
from petitioner.mailing.sent import Sent
from petitioner.mailing_log.events.kinds import Kind
from petitioner.mailing_log.events.records import Event
from petitioner.mailing_log.states.packets import State

OFFICE, MISSION = "office@petitioner.example", "consulate@osaka.mission.example"
MESSAGE_ID, TOKEN = "<petition-1@petitioner.example>", "0123456789abcdef01234567"
REFERENCE = "LFNKR-2027-JP-OSAKA"

_ADDRESS = re.compile(rb"[\w.+=-]+@[\w-]+(?:\.[\w-]+)+")
_RETURNED_ID = re.compile(rb"(?im)^([> \t]*Message-ID:)[ \t]*(?:\r?\n[ \t]+)?<[^<>\s]*>?")
_RETURNED_HEADER = re.compile(rb"(?im)^([> \t]*)(?:To|Subject|From|Date):[^\n]*\n(?![ \t])")


def _send() -> Sent:
    event = Event(
        id=1, campaign="2027", edition=1, recipient="jp-osaka", recipient_name="Osaka", destination=MISSION,
        channel="email", attempt=1, kind=Kind.HANDING_OVER, happened_on=date(2027, 9, 1),
        recorded_at=datetime(2027, 9, 1, tzinfo=UTC), by="Hanako", documents=(), previous_hash="", hash="",
    )  # fmt: skip
    return Sent(
        claim=event, reference=REFERENCE, message_id=MESSAGE_ID, token=TOKEN, subject=f"[{REFERENCE}] Petition",
        addresses=frozenset({MISSION}), own=frozenset({OFFICE}), letters=frozenset(), renamed=frozenset(),
    )  # fmt: skip


SENT = _send()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was made of an e-mail: ``kinds`` were recorded, ``shown`` is the remark, ``said`` the words of both."""

    nature: str
    kinds: tuple[str, ...]
    shown: str
    said: str

    @property
    def name(self) -> str:
        """In a word or two, for a table."""
        return ", ".join(self.kinds) or (f"shown as {self.nature}" if self.shown else "neither recorded nor shown")


def judge(content: bytes, state: State = State.ACCEPTED) -> Outcome:
    """What the program makes of an e-mail, if one message of ours is out."""
    match = match_mail(read_mail(content), [SENT])
    kinds = choose_kinds(match, SENT, state) if match.is_sure else []
    after = Docket({SENT.key: state})
    if kinds:
        after.ids.add((SENT.key, match.mail.id))
    remarks = list_remarks([match], after) if not kinds else ()
    words = "; ".join(trouble.words for trouble in match.mail.troubles)
    shown = " ".join(f"{remark.words} {remark.hint}" for remark in remarks)
    return Outcome(match.mail.nature, tuple(kinds), shown, f"{words} {shown}")


def adapt(content: bytes, sender: str = "") -> bytes:
    """Make an e-mail about somebody's message into one about ours; ``sender`` takes the place of who wrote it."""
    mail = message_from_bytes(content)
    if sender:
        content = re.sub(rb"(?im)^From:.*$", b"From: " + sender.encode(), content, count=1)
    for address in sorted(set(_find_failed(mail)), key=len, reverse=True):
        content = re.sub(rb"(?i)(?<![\w.+=-])" + re.escape(address.encode()), MISSION.encode(), content)
    head, gap, body = _part(content)
    named, count = _RETURNED_ID.subn(rb"\1 " + MESSAGE_ID.encode(), body)
    if not count:
        named, count = _RETURNED_HEADER.subn(rb"\g<0>\g<1>Message-ID: " + MESSAGE_ID.encode() + b"\n", body, count=1)
    if not count:
        head += b"\nIn-Reply-To: " + MESSAGE_ID.encode()
    return head + gap + named


def _part(content: bytes) -> tuple[bytes, bytes, bytes]:
    for gap in (b"\r\n\r\n", b"\n\n", b"\r\r"):
        if gap in content:
            return content.partition(gap)
    return content, b"\n\n", b""


def _find_failed(mail: Message) -> Iterator[str]:
    """Whom the message was for that is returned; where nothing names them, whoever stands in the text."""
    ours = {address.lower() for _, address in getaddresses([str(mail.get("To", "")), str(mail.get("From", ""))])}
    found = [address for address in _list_failed(mail) if address.lower() not in ours]
    texts = (part.get_payload(decode=True) for part in mail.walk() if part.get_content_maintype() == "text")
    if not found:
        found = [one.decode() for text in texts if isinstance(text, bytes) for one in _ADDRESS.findall(text)]
    yield from (address for address in found if address.lower() not in ours and "@" in address)


def _list_failed(mail: Message) -> Iterator[str]:
    for part in mail.walk():
        names = ("Final-Recipient", "Original-Recipient", "X-Failed-Recipients")
        headers = [str(part[name]).rpartition(";")[2].strip(" <>\r\n") for name in names if name in part]
        if part is not mail and part.get_content_type() not in ("text/plain", "text/html") and "To" in part:
            headers.append(str(part["To"]))
        yield from (
            address for _, address in getaddresses(headers) if _ADDRESS.fullmatch(address.encode("ascii", "replace"))
        )


def read_corpus(folder: Path) -> Iterable[tuple[str, bytes]]:
    """Every e-mail of a folder, by its name."""
    files = sorted(file for file in folder.rglob("*.eml") if file.is_file())
    return ((str(file.relative_to(folder)), file.read_bytes()) for file in files)
