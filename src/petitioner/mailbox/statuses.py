"""The delivery status of a bounce (RFC 3464): one group of headers for each address that something is said of."""

import re
from collections.abc import Iterator
from email.message import Message

from petitioner.mailbox.headers import get_header, make_line
from petitioner.mailbox.mail import Trouble

_STATUS = re.compile(r"\b[245]\.\d{1,3}\.\d{1,3}\b")
_LONGEST = 300  # characters of a server's reason


def read_statuses(mail: Message) -> Iterator[Trouble]:
    """What the delivery-status parts of an e-mail say, address by address."""
    words = _find_words(mail)
    for part in mail.walk():
        groups = part.get_payload() if part.get_content_type() == "message/delivery-status" else None
        for group in groups if isinstance(groups, list) else ():
            if isinstance(group, Message) and "Action" in group:  # the first is about the message, and has none
                yield _read_group(group, words)


def _read_group(group: Message, words: str) -> Trouble:
    recipient = get_header(group, "Original-Recipient") or get_header(group, "Final-Recipient")
    address = recipient.rpartition(";")[2].strip(" <>")
    reason = get_header(group, "Diagnostic-Code").partition(";")[2].strip() or _find_reason(address, words)
    status = _find_status(get_header(group, "Status"))
    if not status or status.endswith(".0.0"):  # servers that say no more here often do in their own words
        status = _find_status(reason) or status
    return Trouble(address, get_header(group, "Action").lower(), status, reason[:_LONGEST])


def _find_words(mail: Message) -> str:
    """The first text, which servers write for people."""
    texts = (part.get_payload(decode=True) for part in mail.walk() if part.get_content_type() == "text/plain")
    first = next(texts, b"")
    return first.decode("utf-8", "replace") if isinstance(first, bytes) else ""


def _find_reason(address: str, words: str) -> str:
    """The first line after the address, as exim and others write it."""
    _, _, after = words.partition(address) if address else ("", "", "")
    return next((make_line(line) for line in after.splitlines()[1:3] if line.strip()), "")


def _find_status(text: str) -> str:
    found = _STATUS.search(text)
    return found.group() if found else ""
