"""What stands in the way of an approval: what nobody read, what nobody confirmed, and what is held back."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from petitioner.approval.requests import Request
from petitioner.errors import Problem
from petitioner.locales import choose_text
from petitioner.model.letter import Letter, Template
from petitioner.model.recipient import CONFIRMED_FOR, Recipient

Templates = Mapping[tuple[str, str], Template]
"""The files of the letters, by letter and language."""


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
    """The command that takes a hold away."""
    return f"petitioner recipients verify {id_} --confirmed --release-hold"


def refuse_unread(request: Request, templates: Templates, accepted: Iterable[str]) -> Refusal | None:
    """A letter that no native reader has read is approved only where its language is ``accepted`` so."""
    allowed = set(accepted)
    unread = [template for template in find_unread(request.papers, templates) if template.language not in allowed]
    if not unread:
        return None
    languages = dict.fromkeys(template.language for template in unread)
    reason = f"no native reader has read the letter in {', '.join(languages)}"
    options = " ".join(f"--unread {language}" for language in languages)
    hint = f"Add 'read_by: {{name: …, date: …}}' to the head of the file, or take it as it is: {options}"
    return Refusal(unread[0].origin.path, 1, "P102", reason, hint)


def refuse_unverified(request: Request, day: date) -> Refusal | None:
    """An address or a head that nobody confirmed lately has to be asked about; ``day`` is the date on the letters."""
    recipient = request.recipient
    if not (doubts := doubt_contact(recipient, day)):
        return None
    hint = f"Confirm it: petitioner recipients verify {recipient.id}    Or take it so: --unverified {recipient.id}"
    return Refusal(recipient.origin.path, recipient.origin.line, "P103", "; ".join(doubts), hint)


def doubt_contact(recipient: Recipient, day: date) -> tuple[str, ...]:
    """What nobody confirmed in the twelve months before ``day``, the date on the letters, or since then."""
    return tuple(_doubt(recipient, day))


def find_unread(letters: Iterable[Letter], templates: Templates) -> tuple[Template, ...]:
    """The files of these letters that no native reader has read, each once."""
    keys = dict.fromkeys((letter.stem, letter.language) for letter in letters)
    return tuple(templates[key] for key in keys if templates[key].front.read_by is None)


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
