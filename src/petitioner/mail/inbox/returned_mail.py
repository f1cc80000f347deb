"""One e-mail that came back, and the table of how programs word their notices."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache, lru_cache

from petitioner.model.wording import Meaning, Notices, Patterns
from petitioner.source.records import read_package_record

_STATUS = re.compile(r"(?<![\d.])[245]\.(\d{1,3}\.\d{1,3})(?![\d.])")
_BROKEN_LINE = re.compile(r"(?<=[\u3000-\u9fff\uff00-\uffef])\s+(?=[\u3000-\u9fff\uff00-\uffef])")
_OPENING = r"[\W_]*"


@cache
def load_notices() -> Notices:
    """The table. Read once a process."""
    return read_package_record(Notices, __package__, "notices.yaml")


def flatten(text: str) -> str:
    """A text as patterns expect it: on one line, full-width signs made ASCII, no break between CJK characters."""
    return " ".join(_BROKEN_LINE.sub("", unicodedata.normalize("NFKC", text)).split())


def opens_with(kind: str, subject: str) -> bool:
    """Whether a subject begins as programs write it, or names it in brackets at its end."""
    begun, ended = _compile_subject(kind)
    flat = flatten(subject)
    return bool(begun.match(flat) or ended.search(flat))


def has_phrase(kind: str, text: str) -> bool:
    """Whether a flattened text says so."""
    return bool(_compile_all(getattr(load_notices().texts, kind)).search(text))


def has_code(text: str) -> bool:
    """Whether a flattened text holds a code by which servers refuse for good."""
    return bool(_compile((load_notices().codes,)).search(text))


@lru_cache(maxsize=1_000)
def explain(status: str, reason: str) -> Meaning | None:
    """What a server means by its words and its code.

    Words count before codes, and the code among the words before the status, but for codes that ``outrank`` words.
    """
    flat = flatten(reason)
    meanings = load_notices().meanings
    codes = (*_STATUS.findall(flat), status.partition(".")[2])
    coded = [one for code in codes for one in meanings if code in one.statuses]
    worded = [one for one in meanings if one.says and _compile_all(one.says).search(flat)]
    outranking = [one for one in coded if one.outranks and any(code in one.statuses for code in codes[:-1])]
    hinted = [one for one in meanings if one.hints_at and _compile_all(one.hints_at).search(flat)]
    return next(iter((*outranking, *worded, *coded, *hinted)), None)


def has_reason(text: str) -> bool:
    """Whether a flattened text gives a reason why something cannot be delivered."""
    return any(one.says and _compile_all(one.says).search(text) for one in load_notices().meanings)


def is_system(local_part: str) -> bool:
    """Whether an address belongs to a mail server itself."""
    return bool(_compile(load_notices().systems).fullmatch(local_part))


def is_robot(local_part: str) -> bool:
    """Whether nobody can answer to an address."""
    return bool(_compile(load_notices().robots).fullmatch(local_part))


def is_system_name(name: str) -> bool:
    """Whether a sender calls itself as mail servers do."""
    return bool(_compile(load_notices().system_names).fullmatch(flatten(name)))


def is_automatic_header(name: str) -> bool:
    """Whether answering programs write such a header."""
    return bool(_compile(load_notices().automatic_headers).fullmatch(name))


def is_automatic_precedence(value: str) -> bool:
    """Whether a header Precedence says that a program answered."""
    return bool(_compile(load_notices().precedence).fullmatch(value))


@cache
def _compile_subject(kind: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    patterns = "|".join(_list(getattr(load_notices().subjects, kind)))
    return (
        re.compile(rf"{_OPENING}(?:{patterns})", re.IGNORECASE),
        re.compile(rf"[\[(【「<〔]\s*(?:{patterns})\s*[\])】」>〕]\s*$", re.IGNORECASE),
    )


def _compile_all(patterns: Patterns) -> re.Pattern[str]:
    return _compile(_list(patterns))


@cache
def _compile(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE)


def _list(patterns: Patterns) -> tuple[str, ...]:
    return tuple(pattern for some in patterns.values() for pattern in some)


class MailFolder(StrEnum):
    """Where an e-mail lay; what a copy of ours proves depends on it."""

    INBOX = "inbox"
    SENT = "sent"
    DRAFTS = "drafts"
    FILE = "file"


class MailKind(StrEnum):
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


REPORTS = frozenset({MailKind.BOUNCE, MailKind.PENDING, MailKind.RECEIPT})
"""What mail servers write about addresses."""

NOTICES = REPORTS | {MailKind.NOTICE, MailKind.HELD, MailKind.COMPLAINT}
"""What servers and filters write, whoever it is about."""


@dataclass(frozen=True, slots=True)
class DeliveryStatus:
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

    nature: MailKind
    place: MailFolder
    id: str
    sent: datetime | None
    sender: str
    subject: str
    mentions: Mentions
    troubles: tuple[DeliveryStatus, ...]
    received: str
    content: bytes
    recipients: frozenset[str] = frozenset()
