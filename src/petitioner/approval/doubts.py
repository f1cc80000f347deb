"""What stands in the way of an approval: what nobody read, what nobody confirmed, and what is held back."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from petitioner.approval.requests import Request
from petitioner.errors import Problem
from petitioner.locales import choose_text
from petitioner.merge.readings import Unread
from petitioner.model.recipient import CONFIRMED_FOR, Recipient


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a packet is not approved; ``path`` and ``line`` are where that can be mended."""

    path: str
    line: int
    code: str
    reason: str
    hint: str

    def tell(self, packets: Iterable[str]) -> Problem:
        """One problem for all the packets that were refused for it."""
        names = ", ".join(packets)
        return Problem(self.path, self.line, self.code, f"not approved: {names}: {self.reason}", self.hint)


def refuse_hold(request: Request) -> Refusal | None:
    """A packet on hold cannot be approved."""
    recipient = request.recipient
    if not recipient.hold:
        return None
    hint = f"When that is settled: {name_release(recipient.id)}"
    return Refusal(recipient.origin.path, recipient.origin.line, "P101", f"on hold: {recipient.hold}", hint)


def name_release(id_: str) -> str:
    """The command that asks whether a hold is settled, and takes it away."""
    return f"petitioner recipients verify {id_}"


def refuse_unread(unread: Sequence[Unread], accepted: Iterable[str]) -> Refusal | None:
    """A text that no native reader has read as it is now goes out only where its language is ``accepted`` so."""
    allowed = set(accepted)
    left = [one for one in unread if one.template.language not in allowed]
    if not left:
        return None
    languages = dict.fromkeys(one.template.language for one in left)
    reason = "; ".join(one.reason for one in left)
    hint = f"Once a native reader has read it: petitioner read {' '.join(languages)}"
    return Refusal(left[0].template.origin.path, 1, "P102", reason, hint)


def refuse_unverified(request: Request, day: date) -> Refusal | None:
    """An address or a head that nobody confirmed lately has to be asked about; ``day`` is the date on the letters."""
    recipient = request.recipient
    if not (doubts := doubt_contact(recipient, day)):
        return None
    hint = f"Confirm it: petitioner recipients verify {recipient.id}"
    return Refusal(recipient.origin.path, recipient.origin.line, "P103", "; ".join(doubts), hint)


def doubt_contact(recipient: Recipient, day: date) -> tuple[str, ...]:
    """What nobody confirmed in the twelve months before ``day``, the date on the letters, or since then."""
    return tuple(_doubt(recipient, day))


def _doubt(recipient: Recipient, day: date) -> Iterator[str]:
    if words := _tell_age(recipient.verified, day):
        yield f"its address was {words}"
    if recipient.head and (words := _tell_age(recipient.head.confirmed, day)):
        name = choose_text(recipient.head.name) or "its head"
        yield f"{name} as its head was {words}, so the letters name the office alone"


def _tell_age(confirmed: date | None, day: date) -> str:
    if confirmed is None:
        return "never confirmed by a person"
    return f"last confirmed on {confirmed}" if confirmed < day - CONFIRMED_FOR else ""
