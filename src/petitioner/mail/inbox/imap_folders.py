"""Search the folders of an account by IMAP without changing them."""

import imaplib
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from email.message import Message
from itertools import pairwise

from petitioner.files import digest
from petitioner.mail.accounts import AccountError
from petitioner.mail.connections import Timeouts
from petitioner.mail.imap import encode_folder_name, open_imap
from petitioner.mail.inbox.parsing import parse_mail
from petitioner.mail.inbox.read_mail import read_mail
from petitioner.mail.inbox.returned_mail import NOTICES, Mail, MailFolder, MailKind
from petitioner.mail.message import TOKEN_HEADER
from petitioner.mail.passwords import Secret
from petitioner.model.account import ImapServer

HEADERS = (
    *("Message-ID", "In-Reply-To", "References", "X-Microsoft-Original-Message-ID", "Subject", "From", "Return-Path"),
    *("To", "Cc", "Bcc", "Content-Type", "Auto-Submitted", "Precedence", "X-Failed-Recipients", TOKEN_HEADER),
    *("X-MS-Exchange-Message-Is-Ndr", "Date"),
)
"""The headers that decide whether an e-mail is fetched."""

_TERMS_PER_SEARCH = 20  # terms in one search; some servers limit the length of a line
_NOTICE_TERMS = (
    *("HEADER Content-Type multipart/report", "FROM daemon", "FROM postmaster", "FROM bounce", "FROM delivery"),
    *(
        "HEADER Auto-Submitted auto",
        "HEADER Return-Path <>",
        "SUBJECT undeliver",
        "SUBJECT returned",
        "SUBJECT failure",
    ),
)
_HEADERS_PER_FETCH, _MAILS_PER_FETCH = 200, 10
MAX_HEADERS_READ = 10_000
"""Number of e-mails up to which all headers are fetched; above it, the server searches."""

MAX_MAIL_BYTES = 20_000_000
"""Largest e-mail in bytes that is fetched; a larger one is only reported."""

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")  # RFC 9051, 9
_UID = re.compile(rb"\bUID (\d+)")
_SIZE = re.compile(rb"\bRFC822\.SIZE (\d+)")


@dataclass(frozen=True, slots=True)
class SearchCriteria:
    """The ids of our messages, and the day from which to search. ``addresses`` are in lower case.

    ``wanted`` are the ids and tokens of messages not yet proved sent: only copies of these are useful. ``awaited`` are
    their references and addresses, which identify copies that a mail program sent under other ids. ``domains`` are the
    mail domains of missions, where a colleague may answer with the reference in the text only.
    """

    since: date
    ids: frozenset[str]
    tokens: frozenset[str]
    references: frozenset[str]
    addresses: frozenset[str]
    wanted: frozenset[str]
    awaited: frozenset[str] = frozenset()
    domains: frozenset[str] = frozenset()

    def concerns(self, mail: Mail) -> bool:
        """Whether an e-mail may be about one of our messages, by its headers alone."""
        if mail.kind is MailKind.COPY:
            return bool((mail.mentions.ids | mail.mentions.tokens) & self.wanted)
        may_be_copy = not self.awaited.isdisjoint(mail.recipients | mail.mentions.references)
        if may_be_copy and mail.folder is not MailFolder.DRAFTS:
            return True
        if mail.folder is not MailFolder.INBOX:
            return mail.id in self.wanted
        mentioned = mail.mentions.ids & self.ids or mail.mentions.references & self.references
        sender = mail.sender.lower()
        is_known_sender = sender in self.addresses or sender.rpartition("@")[2] in self.domains
        return bool(mentioned) or mail.kind in _ALWAYS_RELEVANT or is_known_sender

    def list_searches(self) -> Iterator[str]:
        """Yield the same criteria as SEARCH commands for the server (RFC 9051, 6.4.4)."""
        terms = [
            *_NOTICE_TERMS,
            *(f'HEADER {name} "{id_}"' for id_ in sorted(self.ids) for name in ("References", "In-Reply-To")),
            *(f'HEADER {TOKEN_HEADER} "{token}"' for token in sorted(self.tokens)),
            *(f'SUBJECT "{reference}"' for reference in sorted(self.references)),
            *(f'FROM "{address}"' for address in sorted(self.addresses)),
            *(f'FROM "@{domain}"' for domain in sorted(self.domains)),
            *(f'{field} "{id_}"' for id_ in sorted(self.awaited) if "@" in id_ for field in ("TO", "CC", "BCC")),
            *(f'HEADER Message-ID "{id_}"' for id_ in sorted(self.wanted) if "@" in id_),
        ]
        for start in range(0, len(terms), _TERMS_PER_SEARCH):
            batch = terms[start : start + _TERMS_PER_SEARCH]
            yield " ".join(["OR"] * (len(batch) - 1) + batch)


# What mail servers write often names our message in its body alone.
_ALWAYS_RELEVANT = NOTICES | {MailKind.UNCLEAR, MailKind.UNREADABLE}


@dataclass(frozen=True, slots=True)
class SearchResult:
    """The relevant e-mails, the number ``seen`` in all, and ``skipped``: a sentence for each e-mail not read."""

    mails: tuple[Mail, ...] = ()
    seen: int = 0
    skipped: tuple[str, ...] = ()


def read_folders(
    server: ImapServer, secret: Secret | None, criteria: SearchCriteria, many: int = MAX_HEADERS_READ
) -> SearchResult:
    """Read the e-mails that may be about our messages in the three folders of an account. Raises AccountError.

    With more than ``many`` e-mails in a folder, the server searches.
    """
    imap = open_imap(server, secret, Timeouts())
    try:
        found = _FolderReader(imap, server, criteria, many).read()
        with suppress(imaplib.IMAP4.error, OSError):
            imap.logout()
        return found
    finally:
        with suppress(OSError):  # after a logout there is nothing left to close
            imap.shutdown()


@dataclass(slots=True)
class _FolderReader:
    """Reads the folders of an open session."""

    imap: imaplib.IMAP4
    server: ImapServer
    criteria: SearchCriteria
    many: int
    _seen: int = 0
    _skipped: list[str] = field(default_factory=list)

    def read(self) -> SearchResult:
        folders = {
            MailFolder.INBOX: self.server.inbox,
            MailFolder.SENT: self.server.sent,
            MailFolder.DRAFTS: self.server.drafts,
        }
        try:
            mails = tuple(mail for folder, name in folders.items() for mail in self._read_folder(folder, name))
        except (imaplib.IMAP4.error, OSError) as error:
            hint = "Nothing was recorded. Run it again: petitioner inbox"
            raise AccountError(f"{self.server} failed during the search: {error}", hint) from None
        return SearchResult(mails, self._seen, tuple(self._skipped))

    def _read_folder(self, folder: MailFolder, name: str) -> Iterator[Mail]:
        if self.imap.select(encode_folder_name(name), readonly=True)[0] != "OK":
            hint = f"write its name as '{folder}' under 'imap' in config.toml"
            if folder is MailFolder.INBOX:
                raise AccountError(f"{self.server} has no folder '{name}'.", f"To correct this, {hint}.")
            self._skipped.append(f"There is no folder '{name}', so it was not searched; {hint}.")
            return
        self.imap.noop()  # some servers show the newest e-mails only after it
        for uids in _split_into_batches(list(self._choose_relevant(folder, self._list_uids())), _MAILS_PER_FETCH):
            yield from (read_mail(content, folder) for _, _, content in self._fetch(uids, "BODY.PEEK[]"))

    def _list_uids(self) -> list[str]:
        day = self.criteria.since - timedelta(days=1)  # the server's day may differ
        since = f"SINCE {day.day}-{_MONTHS[day.month - 1]}-{day.year}"
        uids = self._search(since)
        self._seen += len(uids)
        if len(uids) <= self.many:
            return uids
        return list(dict.fromkeys(uid for terms in self.criteria.list_searches() for uid in self._search(since, terms)))

    def _search(self, *criteria: str) -> list[str]:
        status, response = self.imap.uid("SEARCH", *criteria)
        if status != "OK":
            raise imaplib.IMAP4.error(f"it refuses a search: {_join_response(response)}")
        return b" ".join(line for line in response if isinstance(line, bytes)).decode("ascii").split()

    def _choose_relevant(self, folder: MailFolder, uids: Sequence[str]) -> Iterator[str]:
        """Choose the e-mails to fetch whole, by their headers."""
        for batch in _split_into_batches(uids, _HEADERS_PER_FETCH):
            for uid, size, headers in self._fetch(batch, f"BODY.PEEK[HEADER.FIELDS ({' '.join(HEADERS)})]"):
                mail = read_mail(headers, folder)
                if not self.criteria.concerns(mail):
                    continue
                if size <= MAX_MAIL_BYTES:
                    yield uid
                else:
                    title = f"'{mail.subject}' from {mail.sender}"
                    self._skipped.append(f"{title} has {size / 1e6:.0f} MB and was not read; look at it yourself.")

    def _fetch(self, uids: Sequence[str], what: str) -> Iterator[tuple[str, int, bytes]]:
        """Yield UID, size and bytes; e-mails deleted in the meantime are left out."""
        status, parts = self.imap.uid("FETCH", ",".join(uids), f"(UID RFC822.SIZE {what})")
        if status != "OK":
            raise imaplib.IMAP4.error(f"it refuses to send e-mails: {_join_response(parts)}")
        for part, after in pairwise((*parts, b"")):
            if isinstance(part, tuple):
                items = part[0] + (after if isinstance(after, bytes) else b"")  # before or after the content
                uid, size = _UID.search(items), _SIZE.search(items)
                if uid:
                    yield uid[1].decode("ascii"), int(size[1]) if size else 0, part[1]


def _split_into_batches(items: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    return (items[start : start + size] for start in range(0, len(items), size))


def _join_response(response: Sequence[object]) -> str:
    return " ".join(part.decode("utf-8", "replace") for part in response if isinstance(part, bytes))


def hash_files(content: bytes) -> frozenset[str]:
    """Return the SHA-256 of every decoded file in an e-mail; empty for one that is too large or too broken to read."""
    if len(content) > MAX_MAIL_BYTES:
        return frozenset()
    try:
        return frozenset(_hash_parts(parse_mail(content)))
    except Exception:  # noqa: BLE001 - Python's parser falls over broken e-mails in more ways than can be listed
        return frozenset()


def _hash_parts(mail: Message) -> Iterator[str]:
    for part in mail.walk():
        payload = None if part.is_multipart() else part.get_payload(decode=True)
        if isinstance(payload, bytes) and part.get_content_maintype() != "text":
            yield digest(payload)
