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
from petitioner.mail.imap import open_imap, quote_folder
from petitioner.mail.inbox.parsing import parse
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
"""What has to be seen of an e-mail to know whether it is worth fetching."""

_AT_ONCE = 20  # terms in one search; some servers take no long lines
_FROM_SERVERS = (
    *("HEADER Content-Type multipart/report", "FROM daemon", "FROM postmaster", "FROM bounce", "FROM delivery"),
    *(
        "HEADER Auto-Submitted auto",
        "HEADER Return-Path <>",
        "SUBJECT undeliver",
        "SUBJECT returned",
        "SUBJECT failure",
    ),
)
_HEADERS_AT_ONCE, _MAILS_AT_ONCE = 200, 10
MAX_HEADERS_READ = 10_000
"""E-mails of which the headers are fetched and looked at here; of more, the server is asked which ones matter."""

MAX_MAIL_BYTES = 20_000_000
"""Bytes of an e-mail that is fetched; a larger one is told and left."""

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")  # RFC 9051, 9
_UID = re.compile(rb"\bUID (\d+)")
_SIZE = re.compile(rb"\bRFC822\.SIZE (\d+)")


@dataclass(frozen=True, slots=True)
class SearchCriteria:
    """The marks of our messages, and since which day they were out. ``addresses`` are in lower case.

    ``wanted`` are the ids and tokens of those that nothing proves to have left: only of these a copy is of use.
    ``awaited`` are their references and addresses, by which a copy is known that a mail program sent under marks of
    its own. ``domains`` are those of missions, where a colleague may answer and name the reference in the text alone.
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
        """Whether an e-mail may be about one of our messages; its headers are enough to tell."""
        if mail.nature is MailKind.COPY:
            return bool((mail.mentions.ids | mail.mentions.tokens) & self.wanted)
        if mail.place is not MailFolder.DRAFTS and self._may_be_copy(mail):
            return True
        if mail.place is not MailFolder.INBOX:
            return mail.id in self.wanted
        named = mail.mentions.ids & self.ids or mail.mentions.references & self.references
        sender = mail.sender.lower()
        known = sender in self.addresses or sender.rpartition("@")[2] in self.domains
        return bool(named) or mail.nature in _ANYWAY or known

    def _may_be_copy(self, mail: Mail) -> bool:
        return not self.awaited.isdisjoint(mail.recipients | mail.mentions.references)

    def list_searches(self) -> Iterator[str]:
        """The same as searches for the server (RFC 9051, 6.4.4), where not even all headers are to be read."""
        terms = [
            *_FROM_SERVERS,
            *(f'HEADER {name} "{id_}"' for id_ in sorted(self.ids) for name in ("References", "In-Reply-To")),
            *(f'HEADER {TOKEN_HEADER} "{token}"' for token in sorted(self.tokens)),
            *(f'SUBJECT "{reference}"' for reference in sorted(self.references)),
            *(f'FROM "{address}"' for address in sorted(self.addresses)),
            *(f'FROM "@{domain}"' for domain in sorted(self.domains)),
            *(f'{field} "{mark}"' for mark in sorted(self.awaited) if "@" in mark for field in ("TO", "CC", "BCC")),
            *(f'HEADER Message-ID "{mark}"' for mark in sorted(self.wanted) if "@" in mark),
        ]
        for start in range(0, len(terms), _AT_ONCE):
            some = terms[start : start + _AT_ONCE]
            yield " ".join(["OR"] * (len(some) - 1) + some)


# What mail servers write often names our message in its body alone.
_ANYWAY = NOTICES | {MailKind.UNCLEAR, MailKind.UNREADABLE}


@dataclass(frozen=True, slots=True)
class SearchResult:
    """The e-mails that may matter, how many were ``seen`` in all, and ``remarks`` on what could not be looked at."""

    mails: tuple[Mail, ...] = ()
    seen: int = 0
    remarks: tuple[str, ...] = ()


def read_folders(
    server: ImapServer, secret: Secret | None, watch: SearchCriteria, many: int = MAX_HEADERS_READ
) -> SearchResult:
    """What may be about our messages in the three folders of an account. Raises AccountError.

    ``many`` is the number of e-mails from which on the server is asked to search.
    """
    imap = open_imap(server, secret, Timeouts())
    try:
        harvest = _FolderReader(imap, server, watch, many).read()
        with suppress(imaplib.IMAP4.error, OSError):
            imap.logout()
        return harvest
    finally:
        with suppress(OSError):  # after a logout there is nothing left to close
            imap.shutdown()


@dataclass(slots=True)
class _FolderReader:
    """Reads the folders of an open session."""

    imap: imaplib.IMAP4
    server: ImapServer
    watch: SearchCriteria
    many: int
    _seen: int = 0
    _remarks: list[str] = field(default_factory=list)

    def read(self) -> SearchResult:
        places = {
            MailFolder.INBOX: self.server.inbox,
            MailFolder.SENT: self.server.sent,
            MailFolder.DRAFTS: self.server.drafts,
        }
        try:
            mails = tuple(mail for place, name in places.items() for mail in self._read_folder(place, name))
        except (imaplib.IMAP4.error, OSError) as error:
            hint = "Nothing was recorded. Run it again: petitioner inbox"
            raise AccountError(f"{self.server} gave up in the middle: {error}", hint) from None
        return SearchResult(mails, self._seen, tuple(self._remarks))

    def _read_folder(self, place: MailFolder, name: str) -> Iterator[Mail]:
        if self.imap.select(quote_folder(name), readonly=True)[0] != "OK":
            hint = f"write its name as '{place}' under 'imap' in config.toml"
            if place is MailFolder.INBOX:
                raise AccountError(f"{self.server} has no folder '{name}'.", f"To mend it, {hint}.")
            self._remarks.append(f"There is no folder '{name}', so nothing was looked for there; {hint}.")
            return
        self.imap.noop()  # some servers show what came a moment ago only after it
        for uids in _batch(list(self._choose(place, self._list_uids())), _MAILS_AT_ONCE):
            yield from (read_mail(content, place) for _, _, content in self._fetch(uids, "BODY.PEEK[]"))

    def _list_uids(self) -> list[str]:
        day = self.watch.since - timedelta(days=1)  # the server's day may be another one
        since = f"SINCE {day.day}-{_MONTHS[day.month - 1]}-{day.year}"
        uids = self._search(since)
        self._seen += len(uids)
        if len(uids) <= self.many:
            return uids
        return list(dict.fromkeys(uid for terms in self.watch.list_searches() for uid in self._search(since, terms)))

    def _search(self, *criteria: str) -> list[str]:
        status, found = self.imap.uid("SEARCH", *criteria)
        if status != "OK":
            raise imaplib.IMAP4.error(f"it refuses a search: {_tell(found)}")
        return b" ".join(line for line in found if isinstance(line, bytes)).decode("ascii").split()

    def _choose(self, place: MailFolder, uids: Sequence[str]) -> Iterator[str]:
        """Those worth fetching whole."""
        for some in _batch(uids, _HEADERS_AT_ONCE):
            for uid, size, head in self._fetch(some, f"BODY.PEEK[HEADER.FIELDS ({' '.join(HEADERS)})]"):
                mail = read_mail(head, place)
                if not self.watch.concerns(mail):
                    continue
                if size <= MAX_MAIL_BYTES:
                    yield uid
                else:
                    whose = f"'{mail.subject}' from {mail.sender}"
                    self._remarks.append(f"{whose} has {size / 1e6:.0f} MB and was not read; look at it yourself.")

    def _fetch(self, uids: Sequence[str], what: str) -> Iterator[tuple[str, int, bytes]]:
        """UID, size and bytes; what was deleted in the meantime is left out."""
        status, parts = self.imap.uid("FETCH", ",".join(uids), f"(UID RFC822.SIZE {what})")
        if status != "OK":
            raise imaplib.IMAP4.error(f"it does not give its e-mails out: {_tell(parts)}")
        for part, after in pairwise((*parts, b"")):
            if isinstance(part, tuple):
                told = part[0] + (after if isinstance(after, bytes) else b"")  # servers may tell before or after
                uid, size = _UID.search(told), _SIZE.search(told)
                if uid:
                    yield uid[1].decode("ascii"), int(size[1]) if size else 0, part[1]


def _batch(things: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    return (things[start : start + size] for start in range(0, len(things), size))


def _tell(said: Sequence[object]) -> str:
    return " ".join(word.decode("utf-8", "replace") for word in said if isinstance(word, bytes))


def hash_files(content: bytes) -> frozenset[str]:
    """The SHA-256 of every file in an e-mail, as it was before it was encoded for the road.

    Empty for an e-mail beyond ``MAX_MAIL_BYTES`` bytes, and for one that is too broken to be read.
    """
    if len(content) > MAX_MAIL_BYTES:
        return frozenset()
    try:
        return frozenset(_hash(parse(content)))
    except Exception:  # noqa: BLE001 - Python's parser falls over broken e-mails in more ways than can be listed
        return frozenset()


def _hash(mail: Message) -> Iterator[str]:
    for part in mail.walk():
        payload = None if part.is_multipart() else part.get_payload(decode=True)
        if isinstance(payload, bytes) and part.get_content_maintype() != "text":
            yield digest(payload)
