"""Handing over a message: what is handed over, to whom, and what the other side answered."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol, Self

from petitioner.model.account import is_address

_LONGEST_REPLY = 300  # characters of another side's words that are kept
_LONGEST_LINE = 998  # characters, without the line's end: RFC 5322, 2.1.1
_MESSAGE_ID = re.compile(r"<[!-;=?-~]+@[!-;=?-~]+>")
_LINE = re.compile(rb"[\x01-\x09\x0b\x0c\x0e-\x7f]*\r\n")


class SendOutcome(StrEnum):
    """What became of one message."""

    ACCEPTED = "accepted"
    """The other side took it, and answers for it from now on."""
    REFUSED = "refused"
    """Nobody got it, and nobody will as it is: a person corrects it, or the address."""
    DEFERRED = "deferred"
    """Nobody got it, and the same may succeed later."""
    IN_DOUBT = "in doubt"
    """The last byte went out and no answer came: nobody knows. It is never sent again by a program."""
    FAILED = "failed"
    """Nobody got it, for a reason that every message would meet: the account or the line. It ends the run."""
    LIMITED = "limited"
    """Nobody got it, since the account may send no more for now. It ends the run as well; only time mends it."""
    DRAFTED = "drafted"
    """It lies among the drafts of the account, for a person to send."""
    EXPORTED = "exported"
    """It lies in a file, for a person to send."""


ENDING = frozenset({SendOutcome.FAILED, SendOutcome.LIMITED})
"""The outcomes that the next message would meet as well, so that a run ends with them."""


@dataclass(frozen=True, slots=True)
class OutgoingMessage:
    """A message and its envelope; ``content`` are the exact bytes, in CRLF lines of 7-bit characters.

    Raises ValueError for what could say something else to a server than was meant. ``recipients`` are all who get it,
    our own copy's address among them; none of them is read from the content.
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

    ``said`` is the last line of the other side as it came, with its code and what it calls the message, or in our words
    why there is none. ``refused`` gives the answer to each address that was not taken; then no address got anything.
    ``unclear`` is the code of an answer that does not tell whether it is about this message or about its sender, and
    empty for all others. ``advice`` is what to do where it is about the sender.
    """

    outcome: SendOutcome
    said: str
    refused: Mapping[str, str] = field(default_factory=dict)
    unclear: str = ""
    advice: str = ""


class Transport(Protocol):
    """A way out, open for one run: a context manager that connects when it is first needed."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *_: object) -> None: ...

    def prepare(self) -> None:
        """Make sure that the way is open, so that a bad account stops a run before its first message.

        Raises PetitionerError with what to do.
        """
        ...

    def hand_over(self, outgoing: OutgoingMessage, commit: Callable[[], None]) -> Answer:
        """Hand one message over, once.

        ``commit`` is called when all but the byte that commits the other side is out; it must have written the fact to
        disk when it returns. Whatever is raised from ``commit`` on, an interrupt as well, leaves the message in doubt;
        before it, nothing was handed over.
        """
        ...


def clean_answer(said: str) -> str:
    """Return an answer of a server in one line, without control characters, cut to the length that is kept."""
    return "".join(character if character.isprintable() else " " for character in said)[:_LONGEST_REPLY]


def _find_fault(content: bytes) -> str:
    """Why bytes cannot go as they are, or nothing."""
    end = 0
    while end < len(content):
        found = _LINE.match(content, end)
        if found is None:
            return f"byte {end} starts a line that does not end in CRLF, or holds a bare CR, LF, NUL or 8-bit character"
        if found.end() - end > _LONGEST_LINE + 2:
            return f"byte {end} starts a line of more than {_LONGEST_LINE} characters"
        end = found.end()
    return "" if content else "the message is empty"
