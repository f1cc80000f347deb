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

from petitioner.mail.inbox.kind import MailFeatures, classify, find_report_kind
from petitioner.mail.inbox.parsing import (
    MailText,
    TooMuchError,
    find_status_parts,
    get_header,
    is_text,
    make_line,
    parse,
    read_part_text,
    read_text,
)
from petitioner.mail.inbox.returned_mail import (
    DeliveryStatus,
    Mail,
    MailFolder,
    MailKind,
    Mentions,
    explain,
    flatten,
    has_code,
    is_system,
    load_notices,
)
from petitioner.mail.message import TOKEN_HEADER

_STATUS = re.compile(r"(?<![\d.])[245]\.\d{1,3}\.\d{1,3}(?![\d.])")
_ADDRESS = re.compile(r"[\w.!#$%&'*+/=?^{|}~-]+@[\w-]+(?:\.[\w-]+)+")
_IDS = re.compile(r"(?im)^.{0,20}\b(?:Message-ID|In-Reply-To|References|Received|Return-Path):.*$")
_ACTIONS = frozenset({"failed", "delayed", "delivered", "relayed", "expanded"})
_BY_CLASS = {"5": "failed", "4": "delayed", "2": "delivered"}
_LONGEST = 300  # characters of a server's reason
_LINES = 4  # after an address, in which a server says why
_MOST_LINES = 500  # of a notice that are looked through for a reason
_MOST = 20  # addresses of a notice in words
# Every pattern here is bounded so that no text, whatever is in it, takes longer than its length.
_ID = re.compile(r"<[^<>\s]{1,300}@[^<>\s]{1,300}>")
_BARE_ID = re.compile(
    r"(?im)^[>| \t]*(?:[\w-]*-)?Message-ID:[ \t]*([^<>\s]+@[^<>\s]+)"
)  # without the brackets due to it
_TOKEN = re.compile(rf"(?mi)^[>| \t]*{re.escape(TOKEN_HEADER)}:[ \t]*([0-9a-f]{{24}})\b")
_REFERENCE = re.compile(r"(?<![A-Za-z0-9_-])[A-Z][A-Z0-9]{1,11}(?:-[A-Za-z0-9]+)+(?![A-Za-z0-9_-])")
# What input methods and word processors write for a hyphen, between letters and digits of a reference.
_HYPHENS = re.compile(
    r"(?<=[A-Za-z0-9])[\u00ad\u058a\u2010-\u2015\u2043\u2212\u2500\u30fc\ufe58\ufe63\uff0d\uff70](?=[A-Za-z0-9])"
)
_NAMING = ("In-Reply-To", "References", "X-Microsoft-Original-Message-ID", "Original-Message-ID")
_NATURES = {"failed": MailKind.BOUNCE, "delayed": MailKind.PENDING, "delivered": MailKind.RECEIPT}
_NATURES |= dict.fromkeys(("relayed", "expanded"), MailKind.PENDING)
_LONGEST_TEXT = 300  # characters of a header that are kept
_MOST_WORDS = 200_000  # characters of text that are looked through
_FIRST_YEAR, _LAST_YEAR = 1990, 2200  # what lies outside is a broken clock, and may not fit into another time zone


def read_statuses(mail: Message, words: MailText) -> Iterator[DeliveryStatus]:
    """What the delivery status of an e-mail says, address by address; the status may be written in its text."""
    texts = [_read_status(part) for part in find_status_parts(mail)] or [words.own, words.whole]
    for text in texts:
        found = [_read_group(group, words) for group in _split(text)]
        if found:
            yield from found
            return


def guess_failures(mail: Message, words: MailText) -> Iterator[DeliveryStatus]:
    """Which addresses failed by the words of a notice that is known to say so, and why."""
    named = [address for _, address in getaddresses([str(mail.get("X-Failed-Recipients", ""))]) if address]
    addresses = named or _list_addresses(mail, words.own) or _list_addresses(mail, words.whole)
    found = [(address, _find_reason(address, words)) for address in dict.fromkeys(addresses)]
    told = [(address, reason) for address, reason in found if _gives_reason(reason)]
    for address, reason in (told or found)[:_MOST]:
        yield DeliveryStatus(address, "failed", _find_status(reason), reason[:_LONGEST])


def _read_status(part: Message) -> str:
    """The text of a status part; Python's parser does not undo its encoding."""
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


def _split(text: str) -> Iterator[Message]:
    """The groups of headers that are about an address each; the first is about the message, and has none."""
    for is_blank, block in groupby(text.splitlines(), key=lambda line: not line.strip(" \t>|")):
        lines = [] if is_blank else dedent("\n".join(block)).splitlines()
        first = next((number for number, line in enumerate(lines) if "-recipient:" in line.lower()), None)
        if first is None:
            continue
        group = message_from_string("\n".join(lines[_begin(lines, first) :]))
        if "Action" in group or "Status" in group:
            yield group


def _begin(lines: list[str], first: int) -> int:
    """Where the headers begin around a line."""
    while first and re.match(r"[A-Z][\w-]*:", lines[first - 1]):
        first -= 1
    return first


def _read_group(group: Message, words: MailText) -> DeliveryStatus:
    recipient = get_header(group, "Original-Recipient") or get_header(group, "Final-Recipient")
    address = recipient.rpartition(";")[2].strip(" <>")
    said = get_header(group, "Diagnostic-Code")
    reason = said.partition(";")[2].strip() or said.strip()
    status = _find_status(get_header(group, "Status"))
    if not _gives_reason(reason) and explain(status, reason) is None:
        reason = _find_reason(address, words) or reason
    if not status or status.endswith(".0.0"):  # servers that say no more here often do in their own words
        status = _find_status(reason) or status
    action = get_header(group, "Action").lower().partition(" ")[0]
    if action not in _ACTIONS:  # no standard knows it: ``expired`` with 5.4.7 has failed
        action = _BY_CLASS.get(status[:1], action)
    return DeliveryStatus(address, action, status, reason[:_LONGEST])


def _list_addresses(mail: Message, text: str) -> list[str]:
    """The addresses in a text but those of the notice itself and of mail servers."""
    headers = [str(mail.get(name, "")) for name in ("From", "To", "Reply-To")]
    known = {address.lower() for _, address in getaddresses(headers)}
    found = (address.strip(".'") for address in _ADDRESS.findall(_IDS.sub("", text)))
    return [address for address in found if address.lower() not in known and not is_system(address.partition("@")[0])]


def _find_reason(address: str, words: MailText) -> str:
    """What a server says after an address, or else anywhere in its notice."""
    own, whole = (text.splitlines()[:_MOST_LINES] for text in (words.own, words.whole))
    near = (
        _gather(lines, number, address)
        for lines in (own, whole)
        for number, line in enumerate(lines)
        if address and address.lower() in line.lower()
    )
    return _choose(near) or _find_reason_line(own if words.own.strip() else whole)


def _gather(lines: list[str], number: int, address: str) -> str:
    """The words behind an address and on the lines below it, up to a blank one once they say why."""
    line = lines[number]
    said = line[line.lower().rindex(address.lower()) + len(address) :].strip(" >:;)]\"'")
    for below in lines[number + 1 : number + 1 + _LINES]:
        if not below.strip() and _gives_reason(said):
            break
        said = f"{said} {below.strip(' >|')}"
    return make_line(said)


def _choose(reasons: Iterable[str]) -> str:
    return next((reason for reason in reasons if _gives_reason(reason)), "")


def _find_reason_line(lines: list[str]) -> str:
    """The first lines that say why."""
    for size in (1, 2):
        windows = (make_line(" ".join(lines[start : start + size])) for start in range(len(lines)))
        if reason := _choose(windows):
            return reason
    return ""


def _gives_reason(reason: str) -> bool:
    return bool(reason) and (explain("", reason) is not None or has_code(flatten(reason)))


def _find_status(text: str) -> str:
    found = _STATUS.search(text)
    return found.group() if found else ""


def read_mail(content: bytes, place: MailFolder = MailFolder.FILE) -> Mail:
    """What an e-mail tells. Never raises, whatever the bytes are: what cannot be read is of that nature."""
    load_notices()  # a fault in that table is no fault of the e-mail
    try:
        return _read(content, place)
    except TooMuchError as error:
        return Mail(MailKind.UNREADABLE, place, "", None, "", f"an e-mail with {error}", Mentions(), (), "", content)
    except Exception:  # noqa: BLE001 - Python's parser falls over what spammers write in more ways than can be listed
        return Mail(MailKind.UNREADABLE, place, "", None, "", "", Mentions(), (), "", content)


def _read(content: bytes, place: MailFolder) -> Mail:
    mail = parse(content)
    words = read_text(mail)
    signs = MailFeatures(mail, words)
    nature, troubles = _judge(mail, words, signs)
    found = _ID.search(get_header(mail, "Message-ID"))
    hops = mail.get_all("Received") or [""]
    named = [str(value) for name in ("To", "Cc", "Bcc") for value in mail.get_all(name, [])]
    return Mail(
        nature=nature,
        place=place,
        id=found.group() if found else "",
        sent=_read_date(mail),
        sender=signs.sender,
        subject=signs.subject[:_LONGEST_TEXT],
        mentions=_gather_mentions(mail),
        troubles=troubles,
        received=make_line(str(hops[-1]))[:_LONGEST_TEXT],
        content=content,
        recipients=frozenset(make_line(address).lower() for _, address in getaddresses(named)) - {""},
    )


def _judge(mail: Message, words: MailText, signs: MailFeatures) -> tuple[MailKind, tuple[DeliveryStatus, ...]]:
    if nature := find_report_kind(mail):
        return nature, ()
    if TOKEN_HEADER in mail and not signs.is_report:
        return MailKind.COPY, ()
    if signs.may_be_notice:
        troubles = tuple(read_statuses(mail, words))
        natures = {_NATURES.get(trouble.action) for trouble in troubles}
        for nature in (MailKind.BOUNCE, MailKind.PENDING, MailKind.RECEIPT):
            if nature in natures:
                return nature, troubles
    nature, is_certain = classify(signs)
    return nature, tuple(guess_failures(mail, words)) if nature is MailKind.BOUNCE and is_certain else ()


def _gather_mentions(mail: Message) -> Mentions:
    """The marks in the e-mail's own headers, in those of the e-mail that it returns, and in its words."""
    heads: list[str] = []
    words: list[str] = []
    for part in mail.walk():
        heads += [get_header(part, name) for name in _NAMING]
        if part is not mail or TOKEN_HEADER in mail:
            heads.append(get_header(part, "Message-ID"))
        words += [f"{TOKEN_HEADER}: {get_header(part, TOKEN_HEADER)}", get_header(part, "Subject")]
        if is_text(part):
            words.append(read_part_text(part))
    text = "\n".join(words)[:_MOST_WORDS]
    ids = {*_ID.findall(" ".join(heads)), *_ID.findall(text), *(f"<{bare}>" for bare in _BARE_ID.findall(text))}
    plain = _HYPHENS.sub("-", unicodedata.normalize("NFKC", text))
    return Mentions(frozenset(ids), frozenset(_TOKEN.findall(text)), frozenset(_REFERENCE.findall(plain)))


def _read_date(mail: Message) -> datetime | None:
    try:
        date = parsedate_to_datetime(get_header(mail, "Date"))
    except (ValueError, TypeError, OverflowError):
        return None
    aware = date if date.tzinfo else date.replace(tzinfo=UTC)  # -0000: in UTC, from nobody knows where (RFC 5322, 3.3)
    return aware if _FIRST_YEAR <= date.year <= _LAST_YEAR else None
