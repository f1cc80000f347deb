"""From the bytes of an e-mail to what it tells about one of ours.

Bounces are read from their delivery-status part (RFC 3464). Those of servers that write none are left to flufl.bounce,
which knows their forms; it gives addresses and no codes, and falls over a few malformed e-mails, so it is guarded.
"""

import logging
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import Message
from email.utils import getaddresses, parseaddr, parsedate_to_datetime
from functools import cache

from flufl.bounce import all_failures

from petitioner.locales import load_locales
from petitioner.mailbox.headers import get_header, make_line
from petitioner.mailbox.mail import Mail, Mentions, Nature, Place, Trouble
from petitioner.mailbox.statuses import read_statuses
from petitioner.message.writing import TOKEN

# Its detectors' tracebacks would land on the coordinator's screen; what they fell over counts as no bounce.
logging.getLogger("flufl.bounce").addHandler(logging.NullHandler())

_ID = re.compile(r"<[^<>\s]+@[^<>\s]+>")
_TOKEN = re.compile(rf"(?mi)^[>\s]*{re.escape(TOKEN)}:\s*([0-9a-f]{{24}})\b")
_REFERENCE = re.compile(r"(?<![\w-])[A-Z][A-Z0-9]{1,11}(?:-[A-Za-z0-9]+)+(?![\w-])")
_NAMING = ("In-Reply-To", "References", "X-Microsoft-Original-Message-ID", "Original-Message-ID")
_DAEMONS = frozenset({"mailer-daemon", "mailerdaemon", "mail-daemon", "postmaster"})
_NATURES = {"failed": Nature.BOUNCE, "delayed": Nature.PENDING, "delivered": Nature.RECEIPT}
_NATURES |= dict.fromkeys(("relayed", "expanded"), Nature.PENDING)
_LONGEST = 300  # characters of a header that are kept
_MOST_WORDS = 200_000  # characters of text that are looked through
_FIRST_YEAR, _LAST_YEAR = 1990, 2200  # what lies outside is a broken clock, and may not fit into another time zone


def read_mail(content: bytes, place: Place = Place.FILE) -> Mail:
    """What an e-mail tells. Never raises, whatever the bytes are: what cannot be read is of that nature."""
    try:
        return _read(content, place)
    except Exception:  # noqa: BLE001 - Python's parser falls over what spammers write in more ways than can be listed
        return Mail(Nature.UNREADABLE, place, "", None, "", "", Mentions(), (), "", content)


def _read(content: bytes, place: Place) -> Mail:
    mail = message_from_bytes(content)
    troubles = tuple(read_statuses(mail)) or tuple(_guess_troubles(mail))
    return Mail(
        nature=_judge(mail, troubles),
        place=place,
        id=_find_id(mail),
        sent=_read_date(mail),
        sender=_find_sender(mail),
        subject=get_header(mail, "Subject")[:_LONGEST],
        mentions=_gather_mentions(mail),
        troubles=troubles,
        received=_find_first_hop(mail),
        content=content,
        recipients=_find_recipients(mail),
    )


def _judge(mail: Message, troubles: Iterable[Trouble]) -> Nature:
    natures = {_NATURES.get(trouble.action) for trouble in troubles}
    for nature in (Nature.BOUNCE, Nature.PENDING, Nature.RECEIPT):
        if nature in natures:
            return nature
    if mail.get_content_type() == "multipart/report":
        about_reading = str(mail.get_param("report-type")).lower() == "disposition-notification"
        return Nature.AUTO_REPLY if about_reading else Nature.PENDING
    if TOKEN in mail:
        return Nature.COPY
    if _is_daemon(mail):
        return Nature.PENDING
    return Nature.AUTO_REPLY if _is_automatic(mail) else Nature.REPLY


def _is_automatic(mail: Message) -> bool:
    """RFC 3834, 5, and what programs write that do not know it."""
    said = get_header(mail, "Auto-Submitted").partition(";")[0].strip().lower()
    marked = any(mark in mail for mark in ("X-Autoreply", "X-Autorespond", "X-Auto-Response-From"))
    precedence = get_header(mail, "Precedence").lower() in {"auto_reply", "bulk", "junk"}
    subject = get_header(mail, "Subject").casefold()
    return said not in ("", "no") or marked or precedence or subject.startswith(_list_openings())


@cache
def _list_openings() -> tuple[str, ...]:
    return tuple(words.casefold() for locale in load_locales().values() for words in locale.automatic_replies)


def _is_daemon(mail: Message) -> bool:
    return _find_sender(mail).partition("@")[0].lower() in _DAEMONS or "X-Failed-Recipients" in mail


def _guess_troubles(mail: Message) -> Iterator[Trouble]:
    """What flufl.bounce sees in the e-mail of a server; in a person's, it might take a quotation for a bounce."""
    is_report = mail.get_content_type() == "multipart/report" or get_header(mail, "Return-Path") == "<>"
    if TOKEN in mail or not (is_report or _is_daemon(mail) or not _find_sender(mail)):
        return
    try:
        temporary, permanent = all_failures(mail)
    except Exception:  # noqa: BLE001 - its detectors fall over malformed e-mails in more ways than can be listed
        return
    for addresses, action in ((permanent, "failed"), (temporary, "delayed")):
        yield from (Trouble(address.decode("ascii", "replace"), action, "", "") for address in sorted(addresses))


def _gather_mentions(mail: Message) -> Mentions:
    """The marks in the e-mail's own headers, in those of the e-mail that it returns, and in its words."""
    heads: list[str] = []
    words: list[str] = []
    for part in mail.walk():
        heads += [get_header(part, name) for name in _NAMING]
        if part is not mail or TOKEN in mail:
            heads.append(get_header(part, "Message-ID"))
        words += [f"{TOKEN}: {get_header(part, TOKEN)}", get_header(part, "Subject")]
        if part.get_content_maintype() == "text":
            words.append(read_text(part))
    text = "\n".join(words)[:_MOST_WORDS]
    ids = frozenset(_ID.findall(" ".join(heads))) | frozenset(_ID.findall(text))
    return Mentions(ids, frozenset(_TOKEN.findall(text)), frozenset(_REFERENCE.findall(text)))


def read_text(part: Message) -> str:
    """The words of a part; what its character set does not know is replaced."""
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return ""
    try:
        return payload.decode(part.get_content_charset("utf-8"), "replace")
    except (LookupError, ValueError):  # an unknown character set, or none that a text can be in, or no name at all
        return payload.decode("utf-8", "replace")


def _read_date(mail: Message) -> datetime | None:
    try:
        date = parsedate_to_datetime(get_header(mail, "Date"))
    except (ValueError, TypeError, OverflowError):
        return None
    aware = date if date.tzinfo else date.replace(tzinfo=UTC)  # -0000: in UTC, from nobody knows where (RFC 5322, 3.3)
    return aware if _FIRST_YEAR <= date.year <= _LAST_YEAR else None


def _find_id(mail: Message) -> str:
    found = _ID.search(get_header(mail, "Message-ID"))
    return found.group() if found else ""


def _find_sender(mail: Message) -> str:
    spelt = str(mail.get("From", ""))  # a name could look like an address once it is decoded
    return make_line(parseaddr(spelt)[1])


def _find_recipients(mail: Message) -> frozenset[str]:
    spelt = [str(value) for name in ("To", "Cc", "Bcc") for value in mail.get_all(name, [])]
    return frozenset(make_line(address).lower() for _, address in getaddresses(spelt)) - {""}


def _find_first_hop(mail: Message) -> str:
    hops = mail.get_all("Received") or [""]
    return make_line(str(hops[-1]))[:_LONGEST]
