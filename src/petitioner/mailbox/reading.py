"""From the bytes of an e-mail to what it tells about one of ours.

Bounces are read from their delivery-status part (RFC 3464). Those of servers that write none are left to flufl.bounce,
which knows their forms; it gives addresses and no codes, and falls over a few malformed e-mails, so it is guarded.
"""

import logging
import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage, Message
from email.policy import default

from flufl.bounce import all_failures

from petitioner.mailbox.mail import Mail, Mentions, Nature, Trouble
from petitioner.message.writing import TOKEN

# Its detectors' tracebacks would land on the coordinator's screen; what they fell over counts as no bounce.
logging.getLogger("flufl.bounce").addHandler(logging.NullHandler())

_ID = re.compile(r"<[^<>\s]+@[^<>\s]+>")
_TOKEN = re.compile(rf"(?mi)^[>\s]*{re.escape(TOKEN)}:\s*([0-9a-f]{{24}})\b")
_REFERENCE = re.compile(r"\b[A-Z][A-Z0-9]{1,11}-\d{4}-[A-Z0-9]+(?:-[A-Z0-9]+)*\b")
_ADDRESS = re.compile(r"[^\s<>;,\"]+@[^\s<>;,\"]+")
_AUTOMATIC = re.compile(
    r"(?i)^\s*(auto(matic)?[ -]?(reply|response)|out of (the )?office|자동 ?응답|自動(返信|応答)|自动(回复|答复))"
)
_NATURES = {"failed": Nature.BOUNCE, "delayed": Nature.DELAY, "delivered": Nature.RECEIPT, "relayed": Nature.RECEIPT}
_LONGEST = 300  # characters of a server's reason


def read_mail(content: bytes) -> Mail:
    """What an e-mail tells. Never raises, whatever the bytes are."""
    mail = message_from_bytes(content, policy=default)
    assert isinstance(mail, EmailMessage)  # noqa: S101 - the policy makes no other
    troubles = tuple(_read_statuses(mail))
    return Mail(
        nature=_judge(mail, troubles),
        id=_find_first(_ID, _get(mail, "Message-ID")),
        sent=_read_date(mail),
        sender=_find_first(_ADDRESS, _get(mail, "From")),
        subject=_get(mail, "Subject"),
        mentions=_gather_mentions(mail),
        troubles=troubles or tuple(_guess_troubles(mail)),
        came_by_road="Received" in mail,
        content=content,
    )


def _judge(mail: EmailMessage, troubles: Iterable[Trouble]) -> Nature:
    actions = [_NATURES[trouble.action] for trouble in troubles if trouble.action in _NATURES]
    for nature in (Nature.BOUNCE, Nature.DELAY, Nature.RECEIPT):
        if nature in actions:
            return nature
    if mail.get_content_type() != "multipart/report" and _get(mail, TOKEN):
        return Nature.COPY
    if any(True for _ in _guess_troubles(mail)):
        return Nature.BOUNCE
    return Nature.AUTO_REPLY if _is_automatic(mail) else Nature.REPLY


def _is_automatic(mail: Message) -> bool:
    """RFC 3834 §5, and what programs write that do not know it."""
    said = _get(mail, "Auto-Submitted").partition(";")[0].strip().lower()
    marks = ("X-Autoreply", "X-Autorespond", "X-Auto-Response-From")
    precedence = _get(mail, "Precedence").lower() in {"auto_reply", "bulk", "junk"}
    return (
        said not in ("", "no")
        or precedence
        or any(mark in mail for mark in marks)
        or bool(_AUTOMATIC.match(_get(mail, "Subject")))
    )


def _read_statuses(mail: Message) -> Iterator[Trouble]:
    for part in mail.walk():
        if part.get_content_type() == "message/delivery-status" and isinstance(part.get_payload(), list):
            for group in part.get_payload():
                yield from _read_status(group)


def _read_status(group: object) -> Iterator[Trouble]:
    if not isinstance(group, Message) or "Action" not in group:
        return  # the first group is about the message, and has no action
    recipient = _get(group, "Original-Recipient") or _get(group, "Final-Recipient")
    address = recipient.rpartition(";")[2].strip().strip("<>")
    reason = " ".join(_get(group, "Diagnostic-Code").rpartition(";")[2].split())[:_LONGEST]
    status = _find_first(re.compile(r"[245]\.\d{1,3}\.\d{1,3}"), _get(group, "Status"))
    yield Trouble(address, _get(group, "Action").strip().lower(), status, reason)


def _guess_troubles(mail: Message) -> Iterator[Trouble]:
    try:
        temporary, permanent = all_failures(mail)
    except Exception:  # noqa: BLE001 - its detectors fall over malformed e-mails in more ways than can be listed
        return
    for addresses, action in ((permanent, "failed"), (temporary, "delayed")):
        yield from (Trouble(address.decode("ascii", "replace"), action, "", "") for address in sorted(addresses))


def _gather_mentions(mail: Message) -> Mentions:
    """The marks in the e-mail's own headers, in those of the e-mail that it returns, and in its words."""
    heads, words = "", _get(mail, "Subject")
    for part in mail.walk():
        heads += " ".join(_get(part, name) for name in ("In-Reply-To", "References", "X-Microsoft-Original-Message-ID"))
        if part is not mail:
            heads += " " + _get(part, "Message-ID")
        words += f"\n{TOKEN}: {_get(part, TOKEN)}\n{_get(part, 'Subject')}\n"
        if part.get_content_maintype() == "text":
            words += _read_text(part)
    ids = frozenset(_ID.findall(heads)) | frozenset(_ID.findall(words))
    own = {_get(mail, "Message-ID")} if _get(mail, TOKEN) else set()
    return Mentions(ids | own, frozenset(_TOKEN.findall(words)), frozenset(_REFERENCE.findall(words)))


def _read_text(part: Message) -> str:
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return ""
    try:
        return payload.decode(part.get_content_charset("utf-8"), "replace")
    except LookupError:
        return payload.decode("utf-8", "replace")


def _read_date(mail: EmailMessage) -> datetime | None:
    try:
        date = mail["Date"].datetime if "Date" in mail else None
    except (ValueError, TypeError, AttributeError):
        return None
    return date if date and date.tzinfo else None


def _get(mail: Message, name: str) -> str:
    """A header as text on one line; what cannot be parsed is as good as none."""
    try:
        return " ".join(str(mail.get(name, "")).split())
    except Exception:  # noqa: BLE001 - the parser of headers has many ways to fall over what spammers write
        return ""


def _find_first(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text)
    return found.group() if found else ""
