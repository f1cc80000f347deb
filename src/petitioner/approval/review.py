"""What a person reads before approving: each text once, what differs between recipients, what is unconfirmed."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from difflib import SequenceMatcher
from itertools import chain, zip_longest

from petitioner.approval.approvals import format_hold_command
from petitioner.approval.content import CLOSING, OPENING, are_similar, list_text_parts, mark_words
from petitioner.approval.packets import ApprovalRequest
from petitioner.errors import Problem
from petitioner.model.letter import Letter
from petitioner.model.recipient import CONFIRMED_FOR, Recipient
from petitioner.model.types import choose_text
from petitioner.templates.readings import UnreadText

_DIFFERENCE = re.compile(f"{OPENING}[^{CLOSING}]*{CLOSING}")


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a packet is not approved; ``path`` and ``line`` are where that can be corrected."""

    path: str
    line: int
    code: str
    reason: str
    hint: str

    def to_problem(self, packets: Iterable[str]) -> Problem:
        """Return one problem for all ``packets`` that were refused for this reason."""
        names = ", ".join(packets)
        return Problem(self.path, self.line, self.code, f"not approved: {names}: {self.reason}", self.hint)


def refuse_hold(request: ApprovalRequest) -> Refusal | None:
    """Refuse a packet on hold; return None for any other."""
    recipient = request.recipient
    if not recipient.hold:
        return None
    hint = f"To solve this: {format_hold_command(recipient.id)}"
    return Refusal(recipient.origin.path, recipient.origin.line, "P101", f"on hold: {recipient.hold}", hint)


def refuse_unread(unread: Sequence[UnreadText], accepted: Iterable[str]) -> Refusal | None:
    """Refuse texts that no native reader has read in their present form, except in ``accepted`` languages."""
    allowed = set(accepted)
    left = [one for one in unread if one.template.language not in allowed]
    if not left:
        return None
    languages = dict.fromkeys(one.template.language for one in left)
    reason = "; ".join(one.reason for one in left)
    hint = f"Once a native reader has read it: petitioner read {' '.join(languages)}"
    return Refusal(left[0].template.origin.path, 1, "P102", reason, hint)


def refuse_unverified(request: ApprovalRequest, day: date) -> Refusal | None:
    """Refuse a packet whose address or head of mission is unconfirmed; ``day`` is the date on the letters."""
    recipient = request.recipient
    if not (doubts := list_unconfirmed(recipient, day)):
        return None
    hint = f"Confirm it: petitioner recipients verify {recipient.id}"
    return Refusal(recipient.origin.path, recipient.origin.line, "P103", "; ".join(doubts), hint)


def list_unconfirmed(recipient: Recipient, day: date) -> tuple[str, ...]:
    """List what nobody confirmed in the twelve months before ``day``, the date on the letters, or since then."""
    unconfirmed = []
    if words := _describe_age(recipient.verified, day):
        unconfirmed.append(f"its address was {words}")
    if recipient.head and (words := _describe_age(recipient.head.confirmed, day)):
        name = choose_text(recipient.head.name) or "its head"
        unconfirmed.append(f"{name} as its head was {words}, so the letters name the office alone")
    return tuple(unconfirmed)


def _describe_age(confirmed: date | None, day: date) -> str:
    if confirmed is None:
        return "never confirmed by a person"
    return f"last confirmed on {confirmed}" if confirmed < day - CONFIRMED_FOR else ""


@dataclass(slots=True)
class _Line:
    """One line of a text: its variants, each with the recipients that have it."""

    variants: dict[str, list[str]] = field(default_factory=dict)

    @property
    def first(self) -> str:
        """The line as the first recipient gets it."""
        return next(iter(self.variants))

    def add(self, text: str, recipient: str) -> None:
        """Add the line as another recipient gets it."""
        self.variants.setdefault(text, []).append(recipient)

    def is_shared(self, total: int) -> bool:
        """Whether all recipients, so many as ``total``, have the same line."""
        return len(self.variants) == 1 and sum(map(len, self.variants.values())) == total

    def matches(self, text: str) -> bool:
        """Whether a text is the same line, or a variant of it."""
        return text in self.variants or are_similar(self.first, text)


@dataclass(frozen=True, slots=True)
class CombinedLine:
    """A line as the first recipient gets it, with brackets around the words that differ for others.

    ``only`` are the recipients that get the line; it is empty if all do.
    """

    text: str
    only: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CombinedText:
    """One letter in one language, for all the ``recipients`` that get it."""

    stem: str
    language: str
    recipients: tuple[str, ...]
    lines: tuple[CombinedLine, ...]


def combine_letters(letters: Iterable[Letter]) -> tuple[CombinedText, ...]:
    """Combine the letters to all recipients into one text for each letter and language, in order."""
    groups: dict[tuple[str, str], dict[str, Letter]] = {}
    for letter in letters:
        groups.setdefault((letter.stem, letter.language), {})[letter.recipient] = letter
    return tuple(
        CombinedText(
            stem,
            language,
            tuple(group),
            combine_lines({id_: tuple(chain(*list_text_parts(letter).values())) for id_, letter in group.items()}),
        )
        for (stem, language), group in groups.items()
    )


@dataclass(frozen=True, slots=True)
class VaryingLine:
    """A line that is not the same for all: ``text`` as of a CombinedLine, and each recipient's own line.

    In ``variants``, brackets are around the words that differ. Who does not get the line is not in it.
    """

    part: str
    text: str
    variants: Mapping[str, str]


def find_varying_lines(letters: Sequence[Letter]) -> tuple[VaryingLine, ...]:
    """Return the lines of one text that differ between its recipients, in their order."""
    found: list[VaryingLine] = []
    parts = {letter.recipient: list_text_parts(letter) for letter in letters}
    for part in dict.fromkeys(name for named in parts.values() for name in named):
        lines = _merge_texts({id_: named.get(part, ()) for id_, named in parts.items()})
        found += (_make_varying_line(part, line) for line in lines if not line.is_shared(len(letters)))
    return tuple(found)


def _make_varying_line(part: str, line: _Line) -> VaryingLine:
    text = _make_combined_line(line, 0).text
    shared = _DIFFERENCE.sub("", text)
    variants = {id_: mark_words(own, [shared]) for own, ids in line.variants.items() for id_ in ids}
    return VaryingLine(part, text, variants)


def combine_lines(texts: Mapping[str, Sequence[str]]) -> tuple[CombinedLine, ...]:
    """Combine the texts of several recipients, given by id, line by line."""
    return tuple(_make_combined_line(line, len(texts)) for line in _merge_texts(texts))


def _merge_texts(texts: Mapping[str, Sequence[str]]) -> list[_Line]:
    merged: list[_Line] = []
    for recipient, text in texts.items():
        merged = _merge_text(merged, text, recipient)
    return merged


def _merge_text(merged: Sequence[_Line], text: Sequence[str], recipient: str) -> list[_Line]:
    known = [next((words for words in text if words in line.variants), line.first) for line in merged]
    lines: list[_Line] = []
    for tag, at, end, new_at, new_end in SequenceMatcher(None, known, text, autojunk=False).get_opcodes():
        pairs = zip_longest(merged[at:end], text[new_at:new_end])
        for line, new_text in pairs:
            lines += _merge_line(line, new_text, recipient, same=tag == "equal")
    return lines


def _merge_line(line: _Line | None, text: str | None, recipient: str, *, same: bool) -> list[_Line]:
    if line is not None and text is not None and (same or line.matches(text)):
        line.add(text, recipient)
        return [line]
    added = [] if text is None else [_Line({text: [recipient]})]
    return ([] if line is None else [line]) + added


def _make_combined_line(line: _Line, total: int) -> CombinedLine:
    recipients = [recipient for them in line.variants.values() for recipient in them]
    text = mark_words(line.first, [words for words in line.variants if words != line.first])
    return CombinedLine(text, () if len(recipients) == total else tuple(recipients))
