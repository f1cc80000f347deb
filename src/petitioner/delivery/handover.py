"""The interface of a transport: the message that it is given, and the answer of the other side."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol, Self

from petitioner.model.account import is_address

_LONGEST_REPLY = 300  # characters of a server's answer that are kept
_LONGEST_LINE = 998  # characters, without the line's end: RFC 5322, 2.1.1
_MESSAGE_ID = re.compile(r"<[!-;=?-~]+@[!-;=?-~]+>")
_LINE = re.compile(rb"[\x01-\x09\x0b\x0c\x0e-\x7f]*\r\n")


class SendOutcome(StrEnum):
    """The result of handing over one message."""

    ACCEPTED = "accepted"
    """The server took it, and is responsible for it from now on."""
    REFUSED = "refused"
    """Nobody got it, and trying again is useless before a person corrects the message or the address."""
    DEFERRED = "deferred"
    """Nobody got it; the same message may succeed later."""
    IN_DOUBT = "in doubt"
    """The last byte was sent and no answer came, so nobody knows. It is never sent again by a program."""
    FAILED = "failed"
    """Nobody got it because of the account or the connection. The next message would fail too, so the run ends."""
    LIMITED = "limited"
    """Nobody got it because the account may send no more for now. The run ends; it can be tried later."""
    DRAFTED = "drafted"
    """It is among the drafts of the account, for a person to send."""
    EXPORTED = "exported"
    """It was written to a file, for a person to send."""


ENDING = frozenset({SendOutcome.FAILED, SendOutcome.LIMITED})
"""The outcomes that end a run, because the next message would have the same."""


@dataclass(frozen=True, slots=True)
class OutgoingMessage:
    """A message and its envelope; ``content`` are the exact bytes, in CRLF lines of 7-bit characters.

    ``recipients`` are all addresses that get it, with our own if we get a copy; none is read from the content. Raises
    ValueError for addresses and content that a server could misunderstand.
    """

    message_id: str
    sender: str
    recipients: tuple[str, ...]
    content: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if not self.recipients or len(set(self.recipients)) < len(self.recipients):
            raise ValueError("a message goes to somebody, and to nobody twice")
        for address in (self.sender, *self.recipients):
            if not is_address(address):
                raise ValueError(f"{address!r} cannot be in an envelope")
        if not _MESSAGE_ID.fullmatch(self.message_id):
            raise ValueError(f"{self.message_id!r} is no Message-ID")
        if fault := _find_fault(self.content):
            raise ValueError(fault)


@dataclass(frozen=True, slots=True)
class Answer:
    """How handing over one message ended.

    ``said`` is the last answer of the server, with its code, or why there is none. ``refused`` has the answer for each
    address that was refused; then no address got the message. ``unclear`` is the code of an answer that may be about
    this message or about its sender, else empty. ``advice`` is what to do if it is about the sender.
    """

    outcome: SendOutcome
    said: str
    refused: Mapping[str, str] = field(default_factory=dict)
    unclear: str = ""
    advice: str = ""


class Transport(Protocol):
    """A connection or folder that messages are handed to during one run; it connects when it is first needed."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *_: object) -> None: ...

    def prepare(self) -> None:
        """Connect, so that a wrong account stops a run before its first message. Raises PetitionerError."""
        ...

    def hand_over(self, outgoing: OutgoingMessage, commit: Callable[[], None]) -> Answer:
        """Hand one message over, once.

        ``commit`` is called before the last byte, after which the server has the message; it must have written that to
        disk when it returns. An error or interrupt from ``commit`` on leaves the message in doubt; before it, nothing
        was handed over.
        """
        ...


def clean_answer(text: str) -> str:
    """Return an answer of a server in one line, without control characters, cut to 300 characters."""
    return "".join(character if character.isprintable() else " " for character in text)[:_LONGEST_REPLY]


def _find_fault(content: bytes) -> str:
    """Return why bytes cannot be sent as they are, or an empty text."""
    end = 0
    while end < len(content):
        found = _LINE.match(content, end)
        if found is None:
            return f"byte {end} starts a line that does not end in CRLF, or holds a bare CR, LF, NUL or 8-bit character"
        if found.end() - end > _LONGEST_LINE + 2:
            return f"byte {end} starts a line of more than {_LONGEST_LINE} characters"
        end = found.end()
    return "" if content else "the message is empty"
