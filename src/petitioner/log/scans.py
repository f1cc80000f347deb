"""Understand the lines of a hand scanner: references, ids and tracking numbers of a stack of packets."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from petitioner.log.context import LogContext
from petitioner.log.events import Event
from petitioner.model.recipient import list_former
from petitioner.tables.postage import has_false_digit, normalize_code

_SHORTEST, _LONGEST_NUMBER = 8, 40  # letters and digits: no post has tracking numbers that are shorter or longer
_DASHES = frozenset("-\u30fc\u2212\uff70")  # what the hyphen key types on some keyboards; also real dashes
_SYMBOLOGY = re.compile(r"^\][A-Za-z][0-9A-Za-z]")  # some scanners name the kind of code first (ISO/IEC 15424)
_OF_YEAR = re.compile(r"(\d{4})[A-Z].*")
_LONGEST = 80  # characters of a line that are shown and kept


@dataclass(frozen=True, slots=True)
class Misread:
    """A line that was not understood: its number from 1, its text, and why."""

    line: int
    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class ScanResult:
    """The answer to a line: ``words`` for the person who scans."""

    words: str
    is_understood: bool = True


@dataclass(frozen=True, slots=True)
class _UndoStep:
    """The session before a line, so that the line can be undone; ``words`` describe the line."""

    words: str
    ids: list[str]
    trackings: dict[str, str]
    misread: list[Misread]
    last: str | None


@dataclass(slots=True)
class ScanSession:
    """The packets that were scanned so far, in order, and their tracking numbers by recipient.

    ``takes_tracking`` says whether a line may be a tracking number. ``find_other_campaign`` returns the folder of the
    earlier campaign that a recipient's packet must be of, or an empty text.
    """

    context: LogContext
    events: tuple[Event, ...]
    takes_tracking: bool = True
    find_other_campaign: Callable[[str], str] = lambda _: ""
    ids: list[str] = field(default_factory=list)
    trackings: dict[str, str] = field(default_factory=dict)
    misread: list[Misread] = field(default_factory=list)
    _lines: int = 0
    _last: str | None = None
    _undo_steps: list[_UndoStep] = field(default_factory=list)
    _known: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._known = _map_codes_to_recipients(self.context, self.events)

    def read_line(self, line: str) -> ScanResult:
        """Process one line; empty lines are counted and change nothing."""
        self._lines += 1
        text = _make_printable(line.strip())
        if not text:
            return ScanResult("")
        if _is_undo(text):
            return self._undo()
        code = normalize_code(text)
        meant = self._known.get(text.casefold()) or self._known.get(code, ())
        if len(meant) == 1:
            return self._count_packet(meant[0], text)
        if meant:
            return self._report_misread(text, f"it may be {' or '.join(meant)}; type the id itself")
        if reason := self._explain_reference(code):
            return self._report_misread(text, reason)
        return (
            self._store_tracking(text, code) if _looks_like_tracking(code) else self._report_misread(text, "not known")
        )

    def _count_packet(self, id_: str, text: str) -> ScanResult:
        if other := self.find_other_campaign(id_):
            unsent = f"nothing of {self.context.campaign.folder} was sent to it"
            return self._report_misread(text, f"{unsent}; it needs petitioner --campaign {other}")
        is_repeat = id_ in self.ids
        self._save_for_undo(f"only the second scan; {id_} still counts once" if is_repeat else id_)
        self._last = id_
        if is_repeat:
            return ScanResult(f"{id_} was scanned already, as number {self.ids.index(id_) + 1}; it counts once")
        self.ids.append(id_)
        return ScanResult(id_)

    def _store_tracking(self, text: str, code: str) -> ScanResult:
        if not self.takes_tracking:
            return self._report_misread(text, "no reference, and only what is posted has a tracking number")
        if self._last is None:
            return self._report_misread(
                text, "not a reference, and no reference before it could have it as its tracking number"
            )
        present = self.trackings.get(self._last)
        if present is None:
            self._save_for_undo(f"tracking number {text} of {self._last}")
            self.trackings[self._last] = text
            is_false = has_false_digit(text, self.context.campaign.sender.country)
            doubt = "; its check digit is wrong: was it misread?" if is_false else ""
            return ScanResult(f"tracking number {text} for {self._last}{doubt}")
        if normalize_code(present) == code:
            self._save_for_undo(f"only the second scan; {self._last} still counts once")
            return ScanResult(f"{present} was scanned already for {self._last}")
        return self._report_misread(text, f"{self._last} has the tracking number {present} already")

    def _report_misread(self, text: str, reason: str) -> ScanResult:
        self._save_for_undo(text)
        self.misread.append(Misread(self._lines, text, reason))
        # What is scanned next must not be taken for the number of the packet before this line.
        self._last = None
        return ScanResult(f"{reason}: {text}", is_understood=False)

    def _undo(self) -> ScanResult:
        if not self._undo_steps:
            return ScanResult("there is nothing to take back")
        before = self._undo_steps.pop()
        self.ids, self.trackings, self.misread = before.ids, before.trackings, before.misread
        self._last = before.last
        return ScanResult(f"taken back: {before.words}")

    def _save_for_undo(self, words: str) -> None:
        self._undo_steps.append(_UndoStep(words, [*self.ids], {**self.trackings}, [*self.misread], self._last))

    def _explain_reference(self, code: str) -> str:
        """Return why a code that begins like our references is unknown; an empty text for any other code."""
        campaign = self.context.campaign
        ours = normalize_code(campaign.reference)
        if not code.startswith(ours):
            return ""
        found = _OF_YEAR.fullmatch(code.removeprefix(ours))
        if found is None or found[1] == campaign.id:
            return "not known, though it begins as a reference"
        return f"of the campaign {found[1]}, and this is {campaign.id}; it needs petitioner --campaign {found[1]}"


def _map_codes_to_recipients(context: LogContext, events: Iterable[Event]) -> Mapping[str, tuple[str, ...]]:
    """Map each reference and id to its recipients, as written and normalized; a normalized one may mean several."""
    ids = dict.fromkeys((*(one.id for one in context.recipients), *(event.recipient for event in events)))
    codes: dict[str, tuple[str, ...]] = {}
    for id_ in filter(None, ids):
        for serialized in (context.campaign.make_reference(id_), id_):
            codes[normalize_code(serialized)] = (*codes.get(normalize_code(serialized), ()), id_)
            codes[serialized.casefold()] = (id_,)
    for former, id_ in list_former(context.recipients).items():  # letters that were printed before have it
        codes[normalize_code(context.campaign.make_reference(former))] = codes[
            context.campaign.make_reference(former).casefold()
        ] = (id_,)
    return codes


def _make_printable(line: str) -> str:
    """Remove the prefix that some scanners add, and replace each character that cannot be shown."""
    text = _SYMBOLOGY.sub("", line)[:_LONGEST]
    return "".join(character if character.isprintable() else "\ufffd" for character in text).strip("\ufffd \u3000")


def _is_undo(text: str) -> bool:
    folded = unicodedata.normalize("NFKC", text).casefold()
    dash = len(folded) == 1 and (folded in _DASHES or unicodedata.category(folded) == "Pd")
    return dash or folded == "undo"


def _looks_like_tracking(code: str) -> bool:
    """Whether a code has the length and mostly the digits of a tracking number."""
    return _SHORTEST <= len(code) <= _LONGEST_NUMBER and sum(map(str.isdecimal, code)) * 2 > len(code)
