"""The files in an e-mail, by their hashes: the one mark of a letter that no mail program changes."""

from collections.abc import Iterator
from email.message import Message

from petitioner.files import digest
from petitioner.mailbox.folders import LARGEST
from petitioner.mailbox.parsing import parse


def hash_files(content: bytes) -> frozenset[str]:
    """The SHA-256 of every file in an e-mail, as it was before it was encoded for the road.

    Empty for an e-mail beyond ``LARGEST`` bytes, and for one that is too broken to be read.
    """
    if len(content) > LARGEST:
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
