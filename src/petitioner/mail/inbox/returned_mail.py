"""The record of one e-mail, and the table of phrases that programs use in notices."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache, lru_cache

from petitioner.model.wording import Meaning, Notices, Patterns
from petitioner.source.records import read_package_record

_STATUS_CODE = re.compile(r"(?<![\d.])[245]\.(\d{1,3}\.\d{1,3})(?![\d.])")
_CJK_LINE_BREAK = re.compile(r"(?<=[\u3000-\u9fff\uff00-\uffef])\s+(?=[\u3000-\u9fff\uff00-\uffef])")
_SUBJECT_START = r"[\W_]*"


@cache
def load_notices() -> Notices:
    """Read the table, once a process."""
    return read_package_record(Notices, __package__, "notices.yaml")


def normalize_text(text: str) -> str:
    """Normalize a text for patterns: one line, full-width characters as ASCII, no blanks between CJK characters."""
    return " ".join(_CJK_LINE_BREAK.sub("", unicodedata.normalize("NFKC", text)).split())


def opens_with(kind: str, subject: str) -> bool:
    """Whether a subject starts with a phrase of this kind, or ends with one in brackets."""
    start_pattern, end_pattern = _compile_subject(kind)
    flat = normalize_text(subject)
    return bool(start_pattern.match(flat) or end_pattern.search(flat))


def has_phrase(kind: str, text: str) -> bool:
    """Whether a normalized text contains a phrase of this kind."""
    return bool(_compile_phrases(getattr(load_notices().texts, kind)).search(text))


def has_code(text: str) -> bool:
    """Whether a normalized text contains the code of a permanent refusal."""
    return bool(_compile_patterns((load_notices().codes,)).search(text))


@lru_cache(maxsize=1_000)
def find_meaning(status: str, reason: str) -> Meaning | None:
    """Return the meaning of a server's text and its code in our table, or None.

    Text counts before codes, and a code in the text before the status, except for codes that ``outrank`` text.
    """
    flat = normalize_text(reason)
    meanings = load_notices().meanings
    codes = (*_STATUS_CODE.findall(flat), status.partition(".")[2])
    coded = [meaning for code in codes for meaning in meanings if code in meaning.statuses]
    worded = [meaning for meaning in meanings if meaning.says and _compile_phrases(meaning.says).search(flat)]
    in_text = frozenset(codes[:-1])
    outranking = [meaning for meaning in coded if meaning.outranks and not in_text.isdisjoint(meaning.statuses)]
    hinted = [meaning for meaning in meanings if meaning.hints_at and _compile_phrases(meaning.hints_at).search(flat)]
    return next(iter((*outranking, *worded, *coded, *hinted)), None)


def has_reason(text: str) -> bool:
    """Whether a normalized text gives a reason for a failed delivery."""
    return any(one.says and _compile_phrases(one.says).search(text) for one in load_notices().meanings)


def is_mail_server(local_part: str) -> bool:
    """Whether an address belongs to a mail server, by its part before the @."""
    return bool(_compile_patterns(load_notices().systems).fullmatch(local_part))


def is_no_reply(local_part: str) -> bool:
    """Whether an address accepts no answers, by its part before the @, such as ``noreply``."""
    return bool(_compile_patterns(load_notices().robots).fullmatch(local_part))


def is_mail_server_name(name: str) -> bool:
    """Whether a sender has the name of a mail server."""
    return bool(_compile_patterns(load_notices().system_names).fullmatch(normalize_text(name)))


def is_automatic_header(name: str) -> bool:
    """Whether automatic answers have this header."""
    return bool(_compile_patterns(load_notices().automatic_headers).fullmatch(name))


def is_automatic_precedence(value: str) -> bool:
    """Whether a header Precedence says that a program answered."""
    return bool(_compile_patterns(load_notices().precedence).fullmatch(value))


@cache
def _compile_subject(kind: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    patterns = "|".join(_list_patterns(getattr(load_notices().subjects, kind)))
    return (
        re.compile(rf"{_SUBJECT_START}(?:{patterns})", re.IGNORECASE),
        re.compile(rf"[\[(【「<〔]\s*(?:{patterns})\s*[\])】」>〕]\s*$", re.IGNORECASE),
    )


def _compile_phrases(patterns: Patterns) -> re.Pattern[str]:
    return _compile_patterns(_list_patterns(patterns))


@cache
def _compile_patterns(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE)


def _list_patterns(patterns: Patterns) -> tuple[str, ...]:
    return tuple(pattern for some in patterns.values() for pattern in some)


class MailFolder(StrEnum):
    """The folder of an e-mail; what a copy of ours proves depends on it."""

    INBOX = "inbox"
    SENT = "sent"
    DRAFTS = "drafts"
    FILE = "file"


class MailKind(StrEnum):
    """The kind of an e-mail that came back: a report of a mail server, an answer, or a copy of our own."""

    BOUNCE = "bounce"
    """A mail server says that it could not deliver, and will not try again (RFC 3464, action failed)."""
    PENDING = "report"
    """A mail server reports no result: it is still trying, or has passed the e-mail on."""
    NOTICE = "notice"
    """A mail server wrote something that is not understood."""
    HELD = "held"
    """A filter holds the e-mail back, as junk or until the sender confirms it: it has not arrived."""
    COMPLAINT = "complaint"
    """The recipient reported it as junk, and the provider passes that on (RFC 5965)."""
    RECEIPT = "receipt"
    """A mail server says that it delivered (RFC 3464, action delivered)."""
    AUTO_REPLY = "automatic reply"
    """A program answered, and no person: an absence, an acknowledgement, that it was opened (RFC 3834, RFC 8098)."""
    UNCLEAR = "unclear"
    """It looks automatic, but no header says so: a person may have written it."""
    COPY = "own copy"
    """One of our own messages, returned to us or in Sent."""
    REPLY = "reply"
    """Anything else: a person wrote it."""
    UNREADABLE = "unreadable"
    """It is too broken to be read."""


REPORTS = frozenset({MailKind.BOUNCE, MailKind.PENDING, MailKind.RECEIPT})
"""The kinds of reports about addresses."""

NOTICES = REPORTS | {MailKind.NOTICE, MailKind.HELD, MailKind.COMPLAINT}
"""The kinds that servers and filters write."""


@dataclass(frozen=True, slots=True)
class DeliveryStatus:
    """The delivery status of one address (RFC 3464): ``status`` as 5.1.1, and the server's own ``reason``."""

    address: str
    action: str
    status: str
    reason: str

    @property
    def words(self) -> str:
        """The status in plain words, for the log: its meaning, then the server's text."""
        meaning = find_meaning(self.status, self.reason)
        server_text = self.reason or self.status or self.action
        return ": ".join(part for part in (self.address, meaning.words if meaning else "", server_text) if part)

    @property
    def hint(self) -> str:
        """What a coordinator can do, if the server gives a reason."""
        meaning = find_meaning(self.status, self.reason)
        return meaning.hint if meaning else ""


@dataclass(frozen=True, slots=True)
class Mentions:
    """What an e-mail mentions of our messages: Message-IDs, tokens of our own header, and references."""

    ids: frozenset[str] = frozenset()
    tokens: frozenset[str] = frozenset()
    references: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Mail:
    """One e-mail. ``id`` is its own Message-ID; ``sent`` is aware, or None where its date cannot be read.

    ``received`` is the Received header of the first mail server; empty for a message that a program saved in a folder.
    ``recipients`` are the addresses in To, Cc and Bcc, in lower case.
    """

    kind: MailKind
    folder: MailFolder
    id: str
    sent: datetime | None
    sender: str
    subject: str
    mentions: Mentions
    statuses: tuple[DeliveryStatus, ...]
    received: str
    content: bytes
    recipients: frozenset[str] = frozenset()
