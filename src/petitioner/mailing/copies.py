"""Our own messages, found again where a mail program has put marks of its own in the place of ours.

Outlook drops headers that it does not know from a draft, and whoever sends a saved message from a web page gives it a
new Message-ID. The letters that go along stay the same to the last byte, and each is for one recipient alone: with the
address they prove which packet it was.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from petitioner.mailbox.attachments import hash_files
from petitioner.mailbox.mail import Mail, Nature, Place
from petitioner.mailing.sent import Sent

_WRITTEN = frozenset({Nature.REPLY, Nature.AUTO_REPLY, Nature.UNCLEAR, Nature.HELD, Nature.NOTICE})
"""What a message of ours may look like without our token."""


@dataclass(frozen=True, slots=True)
class Copy:
    """The messages that an e-mail of our own can be, ``how`` that is known, and whether it is sure."""

    sent: tuple[Sent, ...]
    how: str
    is_sure: bool = False


def find_copy(mail: Mail, sent: Sequence[Sent]) -> Copy | None:
    """Of which of our messages an e-mail is a copy that has lost our token; None for what others wrote, and drafts."""
    if mail.nature not in _WRITTEN:
        return None
    same = tuple(one for one in sent if one.message_id and one.message_id == mail.id)
    if same:
        return Copy(same, "by its Message-ID", is_sure=len(same) == 1)
    ours = [one for one in sent if mail.place is Place.SENT or mail.sender.lower() in one.own]
    near = [one for one in ours if one.addresses & mail.recipients or one.reference in mail.mentions.references]
    if not near or mail.place is Place.DRAFTS:
        return None
    files = hash_files(mail.content)
    whole = [one for one in near if one.letters and one.letters <= files and one.addresses <= mail.recipients]
    if whole:
        last = _choose_last(whole, mail.sent)
        return Copy(last, "by its letters (SHA-256) and address", is_sure=len(last) == 1)
    return _find_part(mail, near, files)


def _find_part(mail: Mail, near: Sequence[Sent], files: frozenset[str]) -> Copy | None:
    """What a person has to judge: other files, or other addresses, than those of the message."""
    some = tuple(one for one in near if one.letters & files)
    if some:
        return Copy(some, "it holds our letters, and not all, or not to all addresses")
    titled = tuple(one for one in near if _is_titled(mail, one))
    return Copy(titled, "it holds the reference and goes to the address, with other files") if titled else None


def _is_titled(mail: Mail, one: Sent) -> bool:
    """Whether an e-mail starts a thread under the reference; what answers another is a letter of its own."""
    is_begun = bool(one.ids & mail.mentions.ids)
    return not is_begun and bool(one.addresses & mail.recipients) and one.reference in mail.mentions.references


def _choose_last(sent: Sequence[Sent], written: datetime | None) -> tuple[Sent, ...]:
    """Of several attempts with the same letters, the last that was taken up before the copy was written."""
    before = [one for one in sent if written is not None and one.claim.recorded_at <= written]
    return (max(before, key=lambda one: one.claim.id),) if before else tuple(sent)
