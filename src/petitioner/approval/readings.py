"""One text that stands for the letters of many recipients, with what is not the same for all of them marked."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from itertools import chain, zip_longest

from petitioner.approval.differences import are_alike, mark_words
from petitioner.approval.words import write_reading
from petitioner.model.letter import Letter


@dataclass(slots=True)
class _Line:
    """One line of the text: who has it in which words."""

    variants: dict[str, list[str]] = field(default_factory=dict)

    @property
    def first(self) -> str:
        return next(iter(self.variants))

    def add(self, words: str, reader: str) -> None:
        self.variants.setdefault(words, []).append(reader)

    def takes(self, words: str) -> bool:
        return words in self.variants or are_alike(self.first, words)


@dataclass(frozen=True, slots=True)
class ReadingLine:
    """A line as the first recipient has it; words that others have otherwise are marked.

    ``only`` are those who have the line, and empty when all do.
    """

    text: str
    only: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """One letter in one language, to be read once; ``recipients`` are those who get it, in order."""

    stem: str
    language: str
    recipients: tuple[str, ...]
    lines: tuple[ReadingLine, ...]


def read_together(letters: Iterable[Letter]) -> tuple[Reading, ...]:
    """Return one reading per letter and language, in the order in which they are first met."""
    groups: dict[tuple[str, str], dict[str, Letter]] = {}
    for letter in letters:
        groups.setdefault((letter.stem, letter.language), {})[letter.recipient] = letter
    return tuple(
        Reading(stem, language, tuple(group), overlay({who: _list_lines(one) for who, one in group.items()}))
        for (stem, language), group in groups.items()
    )


def overlay(texts: Mapping[str, Sequence[str]]) -> tuple[ReadingLine, ...]:
    """Lay the texts of several recipients over each other, line by line."""
    merged: list[_Line] = []
    for reader, text in texts.items():
        merged = _lay(merged, text, reader)
    return tuple(_show(line, len(texts)) for line in merged)


def _list_lines(letter: Letter) -> tuple[str, ...]:
    return tuple(chain(*write_reading(letter).values()))


def _lay(merged: Sequence[_Line], text: Sequence[str], reader: str) -> list[_Line]:
    known = [next((words for words in text if words in line.variants), line.first) for line in merged]
    laid: list[_Line] = []
    for tag, at, end, new_at, new_end in SequenceMatcher(None, known, text, autojunk=False).get_opcodes():
        pairs = zip_longest(merged[at:end], text[new_at:new_end])
        for line, words in pairs:
            laid += _pair(line, words, reader, same=tag == "equal")
    return laid


def _pair(line: _Line | None, words: str | None, reader: str, *, same: bool) -> list[_Line]:
    if line is not None and words is not None and (same or line.takes(words)):
        line.add(words, reader)
        return [line]
    own = [] if words is None else [_Line({words: [reader]})]
    return ([] if line is None else [line]) + own


def _show(line: _Line, total: int) -> ReadingLine:
    readers = [reader for them in line.variants.values() for reader in them]
    text = mark_words(line.first, [words for words in line.variants if words != line.first])
    return ReadingLine(text, () if len(readers) == total else tuple(readers))
