"""Compare the versions of one letter: in each language it must have the same parts, numbers and dates."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache

from petitioner.checks.letter_text import WRITTEN_PARTS, LetterText
from petitioner.checks.reading.numerals import read_certain_numbers, read_possible_numbers
from petitioner.checks.records.siblings import find_outlier
from petitioner.errors import Problem
from petitioner.model.blocks import (
    Block,
    Footnote,
    Heading,
    Inline,
    Link,
    Listing,
    Paragraph,
    Quotation,
    Table,
    walk_blocks,
    walk_inlines,
)
from petitioner.model.codes import find_severity
from petitioner.model.limits import KEPT_TEXTS
from petitioner.tables.locales import list_months, load_locales

_MIN_VERSIONS = 3  # if two disagree, nobody can say which is wrong
_MIN_LARGE = 1000  # smaller numbers may be written in words
_MIN_COUNTED = 10  # smaller numbers are words, or parts of words: one, both, 統一
_HINT = "Compare the places. If this is right, accept the warning in campaign.yaml, by its code and with a reason."

Versions = Mapping[str, LetterText]
"""The versions of one letter to one recipient, by the path of their template."""


@dataclass(frozen=True, slots=True)
class _Numbers:
    """Numbers of a letter: ``certain`` ones, written in digits, and all ``possible`` ones of each paragraph."""

    certain: frozenset[int | date]
    possible: tuple[frozenset[int], ...]

    def may_hold(self, number: int | date) -> bool:
        """Return whether the letter may contain a number somewhere, or the parts of a date in one paragraph."""
        parts = {number.year, number.month, number.day} if isinstance(number, date) else {number}
        return number in self.certain or any(parts <= numbers for numbers in self.possible)


def check_versions(letter_texts: Iterable[LetterText]) -> Iterator[Problem]:
    """Yield a problem for a language with other parts, numbers or dates than all other languages."""
    versions = {letter_text.template.origin.path: letter_text for letter_text in letter_texts}
    if len(versions) >= _MIN_VERSIONS:
        yield from _compare_part_counts(versions)
        yield from _compare_numbers(versions)


def _compare_part_counts(versions: Versions) -> Iterator[Problem]:
    counts = {path: _count_parts(letter_text.letter.body) for path, letter_text in versions.items()}
    for part in sorted(set().union(*counts.values())):
        if found := find_outlier({path: count[part] for path, count in counts.items()}):
            others = " and ".join(
                _format_place(versions[other], versions[other].template.body_line) for other in found.others
            )
            message = f"this letter has {_format_count(found.value, part)}, but there are {found.common} in {others}"
            line = versions[found.name].template.body_line
            yield Problem(found.name, line, "L520", message, _HINT, find_severity("L520"))


def _count_parts(blocks: tuple[Block, ...]) -> Counter[str]:
    """Count the parts of a text by name; a list counts by its entries, and a table by its rows."""
    inlines = [part for content in walk_blocks(blocks) for part in walk_inlines(content)]
    names: dict[type[Inline], str] = {Footnote: "footnote", Link: "link"}
    counts = Counter(names[type(part)] for part in inlines if type(part) in names)
    for block in blocks:
        counts.update(_name_parts(block))
    return counts


def _name_parts(block: Block) -> Iterator[str]:
    match block:
        case Paragraph():
            yield "paragraph"
        case Heading():
            yield "heading"
        case Quotation(content):
            yield from ("paragraph of quotations" for _ in content)
        case Table(_, _, rows):
            yield from ("row of tables" for _ in rows)
        case Listing(_, items):
            for item in items:
                yield "entry of lists"
                yield from (part for inner in item if not isinstance(inner, Paragraph) for part in _name_parts(inner))


def _format_count(number: int, part: str) -> str:
    """Format a number and a name of parts, such as ``1 footnote`` or ``3 entries of lists``."""
    noun, _, rest = part.partition(" ")
    plural = noun if number == 1 else f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"
    return " ".join(filter(None, (str(number), plural, rest)))


def _compare_numbers(versions: Versions) -> Iterator[Problem]:
    numbers = {path: _read_letter_numbers(letter_text) for path, letter_text in versions.items()}
    for path, own in numbers.items():
        others = {other: found for other, found in numbers.items() if other != path}
        only_here = {n for n in own.certain if not any(found.may_hold(n) for found in others.values())}
        known = frozenset[int | date]().union(*(found.certain for found in others.values()))
        missing = {n for n in known if not own.may_hold(n) and all(found.may_hold(n) for found in others.values())}
        only_here, missing = _drop_spelled_numbers(only_here, missing)
        if only_here or missing:
            yield _report_numbers(versions, path, only_here, missing)


_NumberSet = set[int | date]


def _drop_spelled_numbers(only_here: _NumberSet, missing: _NumberSet) -> tuple[_NumberSet, _NumberSet]:
    """Return both sets without numbers that a language may write in words; small ones only if both sets have some."""
    only_here, missing = (
        {n for n in found if isinstance(n, date) or n >= _MIN_COUNTED} for found in (only_here, missing)
    )
    if only_here and missing:
        return only_here, missing
    first, second = ({n for n in found if isinstance(n, date) or n >= _MIN_LARGE} for found in (only_here, missing))
    return first, second


def _report_numbers(versions: Versions, path: str, only_here: _NumberSet, missing: _NumberSet) -> Problem:
    found = [f"only this letter has {_format_numbers(only_here)}"] if only_here else []
    if missing:
        found.append(f"{'' if found else 'this letter '}lacks {_format_numbers(missing)}")
    others = [letter_text for other, letter_text in versions.items() if other != path]
    places = " and ".join(_format_place(letter_text, _find_line(letter_text, missing)) for letter_text in others)
    line = _find_line(versions[path], only_here)
    message = f"{' and '.join(found)}; compare {places}"
    return Problem(path, line, "L521", message, _HINT, find_severity("L521"))


def _format_numbers(numbers: _NumberSet) -> str:
    return ", ".join(sorted(map(str, numbers)))


def _format_place(letter_text: LetterText, line: int) -> str:
    return f"{letter_text.template.origin.path.rpartition('/')[2]}:{line}"


def _find_line(letter_text: LetterText, numbers: _NumberSet) -> int:
    """Return the line of a letter's file that contains one of the numbers, or the first of its text."""
    template, language = letter_text.template, letter_text.letter.language
    front = ((line, getattr(template.front, name) or "") for name, line in template.front_lines.items())
    body = enumerate(template.body.split("\n"), start=template.body_line)
    lines = ((line, _read_text_numbers(text, language).certain) for line, text in (*front, *body))
    return next((line for line, certain in lines if not certain.isdisjoint(numbers)), template.body_line)


def _read_letter_numbers(letter_text: LetterText) -> _Numbers:
    found = [_read_text_numbers(part.text, part.language) for part in letter_text.parts if part.name in WRITTEN_PARTS]
    certain = frozenset[int | date]().union(*(numbers.certain for numbers in found))
    return _Numbers(certain, tuple(possible for numbers in found for possible in numbers.possible))


@lru_cache(maxsize=KEPT_TEXTS)
def _read_text_numbers(text: str, language: str) -> _Numbers:
    dates, rest = _read_dates(text, language)
    return _Numbers(read_certain_numbers(rest) | dates, (read_possible_numbers(text) | _read_months(text, language),))


def _read_months(text: str, language: str) -> frozenset[int]:
    months = list_months(load_locales()[language])
    words = {word.casefold() for word in re.findall(r"\w+", text)} if months else set()
    return frozenset(number for name, number in months.items() if name in words)


def _read_dates(text: str, language: str) -> tuple[frozenset[date], str]:
    """Return the dates in the form of the language, and the text without them."""
    months = list_months(load_locales()[language])
    found: set[date] = set()
    for match in _make_date_pattern(language).finditer(text):
        month = match["month"].casefold()
        number = int(month) if month.isdecimal() else months[month]
        try:
            found.add(date(int(match["year"]), number, int(match["day"])))
        except ValueError:
            continue  # not a day of the calendar: the check of dates reports it
    return frozenset(found), _make_date_pattern(language).sub(" ", text)


@cache
def _make_date_pattern(language: str) -> re.Pattern[str]:
    """Return a regular expression for the date format of a language (Unicode TR 35), with any blanks."""
    locale = load_locales()[language]
    names = "|".join(map(re.escape, list_months(locale))) or "(?!)"
    parts = {
        "y": r"(?P<year>\d{4})",
        "MMMM": f"(?P<month>{names})",
        "M": r"(?P<month>\d{1,2})",
        "d": r"(?P<day>\d{1,2})",
    }
    pieces = re.findall(r"y+|M+|d+|\s+|.", locale.date)
    built = "".join(parts.get(piece, r"\s*" if piece.isspace() else re.escape(piece)) for piece in pieces)
    return re.compile(rf"(?<!\d){built}", re.IGNORECASE)
