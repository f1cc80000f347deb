"""What comes back, measured: what is made of each e-mail of a corpus, and how often that is right.

An e-mail of somebody else's is made into one about a message of ours: it gets our Message-ID in what it returns, and
our mission's address in place of the one that failed.
"""

import re
from base64 import b64encode
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from email import message_from_bytes
from email.message import Message
from email.utils import getaddresses
from pathlib import Path
from typing import Any

import yaml

from petitioner.log.events import Event
from petitioner.log.kinds import Kind
from petitioner.log.states.packets import State
from petitioner.mail.inbox.match import SentMessage, match_mail
from petitioner.mail.inbox.parsing import clean_content
from petitioner.mail.inbox.read_mail import read_mail
from petitioner.mail.inbox.record import ReplyIndex, choose_kinds
from petitioner.mail.inbox.report import list_mail_to_review

OFFICE, MISSION = "office@petitioner.example", "consulate@mission.example"
MESSAGE_ID, TOKEN = "<petition-1@petitioner.example>", "0123456789abcdef01234567"
REFERENCE = "LFNKR-2027-JP-OSAKA"

_ADDRESS = re.compile(rb"[\w.+=-]+@[\w-]+(?:\.[\w-]+)+")
_RETURNED_ID = re.compile(rb"(?im)^([> \t]*Message-ID:)[ \t]*(?:\r?\n[ \t]+)?<[^<>\s]*>?")
_RETURNED_HEADER = re.compile(rb"(?im)^([> \t]*)(?:To|Subject|From|Date):[^\n]*\n(?![ \t])")


def _send() -> SentMessage:
    event = Event(
        id=1, campaign="2027", edition=1, recipient="jp-osaka", recipient_name="Osaka", destination=MISSION,
        channel="email", attempt=1, kind=Kind.HANDING_OVER, happened_on=date(2027, 9, 1),
        recorded_at=datetime(2027, 9, 1, tzinfo=UTC), by="Hanako", documents=(), previous_hash="", hash="",
    )  # fmt: skip
    return SentMessage(
        claim=event, reference=REFERENCE, message_id=MESSAGE_ID, token=TOKEN, subject=f"[{REFERENCE}] Petition",
        addresses=frozenset({MISSION}), own=frozenset({OFFICE}), letters=frozenset(), renamed=frozenset(),
    )  # fmt: skip


SENT = _send()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was made of an e-mail: ``kinds`` were recorded, ``shown`` is the remark, ``said`` the words of both."""

    kind: str
    kinds: tuple[str, ...]
    shown: str
    said: str

    @property
    def name(self) -> str:
        """In a word or two, for a table."""
        return ", ".join(self.kinds) or (f"shown as {self.kind}" if self.shown else "neither recorded nor shown")


def judge(content: bytes, state: State = State.ACCEPTED) -> Outcome:
    """What the program makes of an e-mail, if one message of ours is out."""
    match = match_mail(read_mail(content), [SENT])
    kinds = choose_kinds(match, SENT, state) if match.is_sure else []
    after = ReplyIndex({SENT.key: state})
    if kinds:
        after.ids.add((SENT.key, match.mail.id))
    remarks = list_mail_to_review([match], after) if not kinds else ()
    words = "; ".join(one.words for one in match.mail.statuses)
    shown = " ".join(f"{remark.words} {remark.hint}" for remark in remarks)
    return Outcome(match.mail.kind, tuple(kinds), shown, f"{words} {shown}")


def adapt(content: bytes, sender: str = "") -> bytes:
    """Make an e-mail about somebody's message into one about ours; ``sender`` takes the place of who wrote it."""
    content = clean_content(content)
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
        head = re.sub(rb"(?im)^(?:In-Reply-To|References):", b"X-Was:", head)
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


def read_own(name: str) -> tuple[Mapping[str, Any], ...]:
    """The entries of one file of our own corpus."""
    return tuple(yaml.safe_load((OWN / f"{name}.yaml").read_text("utf-8")))


def build(entry: Mapping[str, Any]) -> bytes:
    """The e-mail that an entry describes, with lines that end as on the road."""
    charset: str = entry.get("charset", "utf-8")
    named: str = entry.get("named_charset", charset)
    returns = entry.get("returns", "reply")
    given = {"From": entry.get("from", "" if "why" in entry else "@TO@"), **entry.get("headers", {})}
    if returns == "reply" and "In-Reply-To" not in given:
        given["In-Reply-To"] = MESSAGE_ID
    head = [f"{name}: {value}" for name, value in given.items() if value or name != "From"]
    head.append(f"Subject: {_encode(entry['subject'], charset, named)}")
    head += ["To: " + OFFICE, "Date: Tue, 7 Sep 2027 10:00:00 +0900", f"Message-ID: <{entry['name']}@mx.example>"]
    parts = [_write_text(entry, charset, named)]
    if "status" in entry:
        parts.append(_write_status(entry["status"]))
    if returns in _RETURNED:
        parts.append(f"Content-Type: {_RETURNED[returns]}\r\n\r\n{_ORIGINAL}".encode())
    if "report" in entry:
        parts.append(f"Content-Type: message/{entry['report']}\r\n\r\nUser-Agent: x/1\r\nVersion: 1\r\n".encode())
    report = entry.get("report") or ("delivery-status" if "status" in entry else "")
    content: bytes = _join(head, parts, report)
    return content.replace(b"@TO@", MISSION.encode())


OWN = Path(__file__).parents[1] / "data" / "returned"
_RETURNED = {"rfc822": "message/rfc822", "headers": "text/rfc822-headers"}
_ORIGINAL = (
    f"From: Our Office <{OFFICE}>\r\nTo: {MISSION}\r\nSubject: [{REFERENCE}] Petition\r\n"
    f"Date: Mon, 6 Sep 2027 09:00:00 +0900\r\nMessage-ID: {MESSAGE_ID}\r\nX-Petitioner-Packet: {TOKEN}\r\n\r\nhello\r\n"
)


def _encode(subject: str, charset: str, named: str) -> str:
    encoded = b64encode(subject.encode(charset)).decode("ascii")
    return subject if subject.isascii() else f"=?{named}?B?{encoded}?="


def _write_text(entry: Mapping[str, Any], charset: str, named: str) -> bytes:
    if "html" in entry:
        return f"Content-Type: text/html; charset=utf-8\r\n\r\n{entry['html']}\r\n".encode()
    text: str = entry["text"] + ("\n\n" + _ORIGINAL if entry.get("returns") == "inline" else "")
    coded = text.replace("\r\n", "\n").replace("\n", "\r\n").encode(charset) + b"\r\n"
    return f"Content-Type: text/plain; charset={named}\r\nContent-Transfer-Encoding: 8bit\r\n\r\n".encode() + coded


def _write_status(status: str) -> bytes:
    action, code, diagnostic = status.split(" ", 2)
    fields = [
        f"Final-Recipient: rfc822; {MISSION}",
        f"Action: {action}",
        f"Status: {code}",
        f"Diagnostic-Code: {diagnostic}",
    ]
    told = "\r\n".join(field for field in fields if field != "Action: -")
    return f"Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n{told}\r\n".encode()


def _join(head: list[str], parts: list[bytes], report: str) -> bytes:
    top = "\r\n".join([*head, "MIME-Version: 1.0"]).encode()
    if len(parts) == 1 and not report:
        return top + b"\r\n" + parts[0]
    kind = f"multipart/report; report-type={report}" if report else "multipart/mixed"
    body = b"".join(b"--=_b\r\n" + part + b"\r\n" for part in parts) + b"--=_b--\r\n"
    return top + f'\r\nContent-Type: {kind}; boundary="=_b"\r\n\r\n'.encode() + body


@dataclass(slots=True)
class Figures:
    """How often the program was right, by what each e-mail really was."""

    outcomes: dict[str, Counter[str]] = field(default_factory=dict)
    reasons: Counter[tuple[str, bool]] = field(default_factory=Counter)
    missed: list[str] = field(default_factory=list)

    def note(self, truth: str, why: str, name: str, outcome: Outcome) -> None:
        """Count one e-mail; ``why`` is what it says of a mailbox, full or unknown."""
        self.outcomes.setdefault(truth, Counter())[outcome.name] += 1
        if why:
            self.reasons[why, _SAID[why] in outcome.said] += 1
        if outcome.name not in RIGHT.get(truth, (outcome.name,)):
            self.missed.append(f"{name} ({truth}): {outcome.name}")

    def count(self, truth: str, *names: str) -> int:
        """How many of a kind came out as one of some names."""
        return sum(self.outcomes.get(truth, Counter())[name] for name in names)

    def share(self, truth: str) -> float:
        """Which part of a kind came out right."""
        counted = self.outcomes.get(truth, Counter()).total()
        return self.count(truth, *RIGHT[truth]) / counted if counted else 1.0

    def share_of_reasons(self) -> float:
        """Which part of those that say why was understood."""
        told = self.reasons.total()
        return sum(count for (_, is_right), count in self.reasons.items() if is_right) / told if told else 1.0

    def describe(self) -> str:
        """The figures as a table."""
        lines = [
            f"{truth}: {counted.total()}, {self.share(truth):.1%} right: {dict(counted)}"
            for truth, counted in self.outcomes.items()
        ]
        return "\n".join([*lines, f"reasons: {self.share_of_reasons():.1%} of {self.reasons.total()}", *self.missed])


_SAID = {"full": "the mailbox is full", "unknown": "no such mailbox"}
BOUNCES = ("bounced", "shown as bounce")
RIGHT = {
    "failed": BOUNCES,
    "delayed": ("shown as report",),
    "delivered": ("delivered", "shown as receipt"),
    "automatic": ("auto-replied",),
    "held": ("shown as held",),
    "complaint": ("shown as complaint",),
    "person": ("replied", "shown as unclear"),
}
ANSWERS = ("replied", "auto-replied", "shown as reply", "shown as automatic reply")


def name_truth(name: str, content: bytes) -> str:
    """What an e-mail of sisimai/set-of-emails is: by its name, and by what its standard headers say."""
    actions = {action.lower() for action in re.findall(rb"(?im)^Action:[ \t]*(\w+)", content)}
    subject = re.search(rb"(?im)^Subject:[ \t]*(.*)$", content)
    title = subject[1].lower() if subject else b""
    if "arf-" in name or b'"Complaint"' in content:
        return "complaint"
    if "rfc3834-" in name:
        return "automatic"
    if title.startswith(b"fwd:") or "is-not-bounce" in name:
        return "person"
    if b'"Delivery"' in content or (actions and actions <= {b"delivered", b"deliverable", b"relayed", b"expanded"}):
        return "delivered"
    if (actions and actions <= {b"delayed", b"delivered"}) or (not actions and re.search(rb"delay|warning", title)):
        return "delayed"
    return "failed"


def name_reason(content: bytes) -> str:
    """Whether an e-mail says plainly that a mailbox is full, or that there is none."""
    is_full = re.search(rb"(?i)\b[45]\.2\.2\b|mailbox (?:is )?full|over ?quota", content)
    is_unknown = re.search(rb"(?i)\b5\.1\.1\b|user unknown|unknown user|no such user", content)
    return "" if bool(is_full) == bool(is_unknown) else "full" if is_full else "unknown"
