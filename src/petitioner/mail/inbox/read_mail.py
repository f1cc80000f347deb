"""Read an e-mail, and the delivery statuses that it reports (RFC 3464)."""

import re
import unicodedata
from base64 import b64decode
from binascii import Error
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from email import message_from_string
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime
from itertools import groupby
from quopri import decodestring
from textwrap import dedent

from petitioner.mail.inbox.kind import MailFeatures, classify_mail, find_report_kind
from petitioner.mail.inbox.parsing import (
    MailText,
    TooMuchError,
    find_status_parts,
    get_header,
    is_text,
    make_single_line,
    parse_mail,
    read_part_text,
    read_text,
)
from petitioner.mail.inbox.returned_mail import (
    DeliveryStatus,
    Mail,
    MailFolder,
    MailKind,
    Mentions,
    find_meaning,
    has_code,
    is_mail_server,
    load_notices,
    normalize_text,
)
from petitioner.mail.message import TOKEN_HEADER

_STATUS = re.compile(r"(?<![\d.])[245]\.\d{1,3}\.\d{1,3}(?![\d.])")
_ADDRESS = re.compile(r"[\w.!#$%&'*+/=?^{|}~-]+@[\w-]+(?:\.[\w-]+)+")
_ID_LINES = re.compile(r"(?im)^.{0,20}\b(?:Message-ID|In-Reply-To|References|Received|Return-Path):.*$")
_ACTIONS = frozenset({"failed", "delayed", "delivered", "relayed", "expanded"})
_ACTION_BY_CLASS = {"5": "failed", "4": "delayed", "2": "delivered"}
_MAX_REASON_CHARACTERS = 300
_REASON_LINES = 4  # after an address, in which a server says why
_MAX_NOTICE_LINES = 500  # searched for a reason
_MAX_ADDRESSES = 20  # of a notice without a delivery status
# These patterns are bounded, so that the time is linear in the length of any text.
_ID = re.compile(r"<[^<>\s]{1,300}@[^<>\s]{1,300}>")
_BARE_ID = re.compile(
    r"(?im)^[>| \t]*(?:[\w-]*-)?Message-ID:[ \t]*([^<>\s]+@[^<>\s]+)"
)  # some programs omit the brackets
_TOKEN = re.compile(rf"(?mi)^[>| \t]*{re.escape(TOKEN_HEADER)}:[ \t]*([0-9a-f]{{24}})\b")
_REFERENCE = re.compile(r"(?<![A-Za-z0-9_-])[A-Z][A-Z0-9]{1,11}(?:-[A-Za-z0-9]+)+(?![A-Za-z0-9_-])")
# What input methods and word processors write for a hyphen, between letters and digits of a reference.
_HYPHENS = re.compile(
    r"(?<=[A-Za-z0-9])[\u00ad\u058a\u2010-\u2015\u2043\u2212\u2500\u30fc\ufe58\ufe63\uff0d\uff70](?=[A-Za-z0-9])"
)
_ID_HEADERS = ("In-Reply-To", "References", "X-Microsoft-Original-Message-ID", "Original-Message-ID")
_KIND_BY_ACTION = {"failed": MailKind.BOUNCE, "delayed": MailKind.PENDING, "delivered": MailKind.RECEIPT}
_KIND_BY_ACTION |= dict.fromkeys(("relayed", "expanded"), MailKind.PENDING)
_MAX_HEADER_CHARACTERS = 300
_MAX_TEXT_CHARACTERS = 200_000  # searched for ids
_FIRST_YEAR, _LAST_YEAR = 1990, 2200  # other years are from a broken clock, and may not fit into another time zone


def read_statuses(mail: Message, mail_text: MailText) -> Iterator[DeliveryStatus]:
    """Yield the status of each address in a delivery status part, or else in the text."""
    texts = [_decode_status_part(part) for part in find_status_parts(mail)] or [mail_text.own, mail_text.whole]
    for text in texts:
        statuses = [_read_status_group(group, mail_text) for group in _split_status_groups(text)]
        if statuses:
            yield from statuses
            return


def guess_failures(mail: Message, mail_text: MailText) -> Iterator[DeliveryStatus]:
    """Yield the addresses that failed according to the text of a bounce without a delivery status, with the reasons."""
    listed = [address for _, address in getaddresses([str(mail.get("X-Failed-Recipients", ""))]) if address]
    addresses = listed or _list_addresses(mail, mail_text.own) or _list_addresses(mail, mail_text.whole)
    failures = [(address, _find_reason(address, mail_text)) for address in dict.fromkeys(addresses)]
    with_reason = [(address, reason) for address, reason in failures if _gives_reason(reason)]
    for address, reason in (with_reason or failures)[:_MAX_ADDRESSES]:
        yield DeliveryStatus(address, "failed", _find_status(reason), reason[:_MAX_REASON_CHARACTERS])


def _decode_status_part(part: Message) -> str:
    """Return the text of a delivery status part, decoded; Python's parser does not decode it."""
    payload = part.get_payload()
    if not isinstance(payload, list):
        return str(payload)
    text = "\n".join(str(group) for group in payload)
    encoding = str(part.get("Content-Transfer-Encoding", "")).strip().lower()
    with suppress(Error, ValueError):
        if encoding == "base64":
            return b64decode(text).decode("utf-8", "replace")
        if encoding == "quoted-printable":
            return decodestring(text.encode("utf-8", "replace")).decode("utf-8", "replace")
    return text


def _split_status_groups(text: str) -> Iterator[Message]:
    """Yield the group of headers for each address (RFC 3464, 2.3)."""
    for is_blank, block in groupby(text.splitlines(), key=lambda line: not line.strip(" \t>|")):
        lines = [] if is_blank else dedent("\n".join(block)).splitlines()
        first = next((number for number, line in enumerate(lines) if "-recipient:" in line.lower()), None)
        if first is None:
            continue
        group = message_from_string("\n".join(lines[_find_group_start(lines, first) :]))
        if "Action" in group or "Status" in group:
            yield group


def _find_group_start(lines: list[str], first: int) -> int:
    """Return the index of the first header line in the group of headers that has the line at index ``first``."""
    while first and re.match(r"[A-Z][\w-]*:", lines[first - 1]):
        first -= 1
    return first


def _read_status_group(group: Message, mail_text: MailText) -> DeliveryStatus:
    recipient = get_header(group, "Original-Recipient") or get_header(group, "Final-Recipient")
    address = recipient.rpartition(";")[2].strip(" <>")
    diagnostic = get_header(group, "Diagnostic-Code")
    reason = diagnostic.partition(";")[2].strip() or diagnostic.strip()
    status = _find_status(get_header(group, "Status"))
    if not _gives_reason(reason) and find_meaning(status, reason) is None:
        reason = _find_reason(address, mail_text) or reason
    if not status or status.endswith(".0.0"):  # servers with a general status often give details in their text
        status = _find_status(reason) or status
    action = get_header(group, "Action").lower().partition(" ")[0]
    if action not in _ACTIONS:  # not in the standard: ``expired`` with 5.4.7 means failed
        action = _ACTION_BY_CLASS.get(status[:1], action)
    return DeliveryStatus(address, action, status, reason[:_MAX_REASON_CHARACTERS])


def _list_addresses(mail: Message, text: str) -> list[str]:
    """Return the addresses in a text, without those of the notice itself and of mail servers."""
    headers = [str(mail.get(name, "")) for name in ("From", "To", "Reply-To")]
    excluded = {address.lower() for _, address in getaddresses(headers)}
    addresses = (address.strip(".'") for address in _ADDRESS.findall(_ID_LINES.sub("", text)))
    other = (address for address in addresses if address.lower() not in excluded)
    return [address for address in other if not is_mail_server(address.partition("@")[0])]


def _find_reason(address: str, mail_text: MailText) -> str:
    """Find the reason that a server gives after an address, or else anywhere in its notice."""
    own, whole = (text.splitlines()[:_MAX_NOTICE_LINES] for text in (mail_text.own, mail_text.whole))
    candidates = (
        _join_reason(lines, number, address)
        for lines in (own, whole)
        for number, line in enumerate(lines)
        if address and address.lower() in line.lower()
    )
    return _find_first_reason(candidates) or _find_reason_line(own if mail_text.own.strip() else whole)


def _join_reason(lines: list[str], number: int, address: str) -> str:
    """Join the text after an address with the lines below it, up to an empty line once it gives a reason."""
    line = lines[number]
    reason = line[line.lower().rindex(address.lower()) + len(address) :].strip(" >:;)]\"'")
    for below in lines[number + 1 : number + 1 + _REASON_LINES]:
        if not below.strip() and _gives_reason(reason):
            break
        reason = f"{reason} {below.strip(' >|')}"
    return make_single_line(reason)


def _find_first_reason(reasons: Iterable[str]) -> str:
    return next((reason for reason in reasons if _gives_reason(reason)), "")


def _find_reason_line(lines: list[str]) -> str:
    """Return the first line, or pair of lines, that gives a reason."""
    for size in (1, 2):
        windows = (make_single_line(" ".join(lines[start : start + size])) for start in range(len(lines)))
        if reason := _find_first_reason(windows):
            return reason
    return ""


def _gives_reason(reason: str) -> bool:
    return bool(reason) and (find_meaning("", reason) is not None or has_code(normalize_text(reason)))


def _find_status(text: str) -> str:
    found = _STATUS.search(text)
    return found.group() if found else ""


def read_mail(content: bytes, folder: MailFolder = MailFolder.FILE) -> Mail:
    """Parse an e-mail. Whatever the bytes, it returns a ``Mail``, of the kind UNREADABLE if they cannot be read."""
    load_notices()  # outside of the try: an error in that table must be raised
    try:
        return _parse_content(content, folder)
    except TooMuchError as error:
        return Mail(MailKind.UNREADABLE, folder, "", None, "", f"an e-mail with {error}", Mentions(), (), "", content)
    except Exception:  # noqa: BLE001 - Python's parser falls over what spammers write in more ways than can be listed
        return Mail(MailKind.UNREADABLE, folder, "", None, "", "", Mentions(), (), "", content)


def _parse_content(content: bytes, folder: MailFolder) -> Mail:
    mail = parse_mail(content)
    mail_text = read_text(mail)
    features = MailFeatures(mail, mail_text)
    kind, statuses = _find_kind_and_statuses(mail, mail_text, features)
    id_match = _ID.search(get_header(mail, "Message-ID"))
    hops = mail.get_all("Received") or [""]
    recipients = getaddresses([str(value) for name in ("To", "Cc", "Bcc") for value in mail.get_all(name, [])])
    return Mail(
        kind=kind,
        folder=folder,
        id=id_match.group() if id_match else "",
        sent=_read_date(mail),
        sender=features.sender,
        subject=features.subject[:_MAX_HEADER_CHARACTERS],
        mentions=_find_mentions(mail),
        statuses=statuses,
        received=make_single_line(str(hops[-1]))[:_MAX_HEADER_CHARACTERS],
        content=content,
        recipients=frozenset(make_single_line(address).lower() for _, address in recipients) - {""},
    )


def _find_kind_and_statuses(
    mail: Message, mail_text: MailText, features: MailFeatures
) -> tuple[MailKind, tuple[DeliveryStatus, ...]]:
    if kind := find_report_kind(mail):
        return kind, ()
    if TOKEN_HEADER in mail and not features.is_report:
        return MailKind.COPY, ()
    if features.may_be_notice:
        statuses = tuple(read_statuses(mail, mail_text))
        kinds = {_KIND_BY_ACTION.get(one.action) for one in statuses}
        for kind in (MailKind.BOUNCE, MailKind.PENDING, MailKind.RECEIPT):
            if kind in kinds:
                return kind, statuses
    kind, is_certain = classify_mail(features)
    return kind, tuple(guess_failures(mail, mail_text)) if kind is MailKind.BOUNCE and is_certain else ()


def _find_mentions(mail: Message) -> Mentions:
    """Find ids, tokens and references in all headers and texts, also of a returned e-mail."""
    id_headers: list[str] = []
    texts: list[str] = []
    for part in mail.walk():
        id_headers += [get_header(part, name) for name in _ID_HEADERS]
        if part is not mail or TOKEN_HEADER in mail:
            id_headers.append(get_header(part, "Message-ID"))
        texts += [f"{TOKEN_HEADER}: {get_header(part, TOKEN_HEADER)}", get_header(part, "Subject")]
        if is_text(part):
            texts.append(read_part_text(part))
    text = "\n".join(texts)[:_MAX_TEXT_CHARACTERS]
    ids = {*_ID.findall(" ".join(id_headers)), *_ID.findall(text), *(f"<{bare}>" for bare in _BARE_ID.findall(text))}
    plain = _HYPHENS.sub("-", unicodedata.normalize("NFKC", text))
    return Mentions(frozenset(ids), frozenset(_TOKEN.findall(text)), frozenset(_REFERENCE.findall(plain)))


def _read_date(mail: Message) -> datetime | None:
    try:
        date = parsedate_to_datetime(get_header(mail, "Date"))
    except (ValueError, TypeError, OverflowError):
        return None
    aware = date if date.tzinfo else date.replace(tzinfo=UTC)  # -0000 is UTC without a known zone (RFC 5322, 3.3)
    return aware if _FIRST_YEAR <= date.year <= _LAST_YEAR else None
