#!/usr/bin/env python3
"""Measures how the shipped letters and the examples are set as PDF, and prints a row for each language."""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from statistics import mean
from unicodedata import category, east_asian_width

import pypdfium2
from measure_docx import Offset, measure_offsets

from petitioner.checks.pages.box import Box
from petitioner.checks.pages.finished import FinishedLetter, PlacedRun
from petitioner.checks.pages.pdf_reader import to_box
from petitioner.commands.load_and_check import Scope, load_and_check
from petitioner.model.theme import MM_PER_PT
from petitioner.render.pdf import render_pdf
from petitioner.tables.locales import load_locales

ROOT = Path(__file__).parent.parent
WORKSPACES = (".", "examples/seoul", "examples/showcase", "examples/five-languages")
DAY = datetime(2027, 9, 1, 3, tzinfo=UTC)  # the day of the letters: what is confirmed today may be stale tomorrow
_TOUCH, _WIDE = 0.1, 3.0  # mm
_PART = 0.95  # the percentile that is printed
_HANGING = ("Pe", "Pf", "Po")  # marks whose blank right half is outside the column


@dataclass(frozen=True, slots=True)
class SetLine:
    """A line of the text of a letter. ``gap`` is in mm from its right edge to that of the column.

    ``is_full`` is false for the last line of a paragraph, and for one that ends in a break by the writer.
    """

    text: str
    page: int
    gap: float
    is_full: bool


def main() -> int:
    """Print a row for each language of the shipped letters, and of the examples."""
    names = (("gap, 95 % (mm)", 16), ("characters", 12), ("pages", 7), ("last page", 11), ("kB", 6))
    docx = (("DOCX: text", 12), ("numbers", 9), ("ending (mm)", 13), ("elsewhere", 11))
    print(f"{'workspace':20}{'language':10}" + "".join(f"{name:>{width}}" for name, width in (*names, *docx)))
    for name in WORKSPACES:
        for language, files in groupby(list_files(ROOT / name), key=lambda done: done.letter.language):
            _print_row(name, language, list(files))
    return 0


def list_files(folder: Path) -> list[FinishedLetter]:
    """Return all letters of a workspace as PDF, by language."""
    checked = load_and_check(Scope(folder, None, DAY))
    _, theme = checked.require()
    letters = sorted(checked.letters, key=lambda letter: letter.language)
    return [
        FinishedLetter(letter, theme, "", {"pdf": render_pdf(letter, theme, load_locales()[letter.language])})
        for letter in letters
    ]


def list_lines(finished: FinishedLetter) -> Iterator[SetLine]:
    """Yield the lines of the text of a letter, without those in columns of their own, and where the writer breaks."""
    edges = _read_edges(finished.files["pdf"])
    texts = [*finished.expected.letterhead, *finished.expected.lines]
    for number, paragraph in groupby(finished.find_text(), key=lambda placed: placed.line):
        runs = list(paragraph)
        if "\n" in texts[number].text or {"TD", "TH", "BlockQuote"} & {role for one in runs for role in one.roles}:
            continue
        lines = list(_split_lines(runs))
        for place, line in enumerate(lines, start=1):
            yield _measure_line(line, finished, edges, is_full=place < len(lines))


def _split_lines(runs: Sequence[PlacedRun]) -> Iterator[list[PlacedRun]]:
    line: list[PlacedRun] = []
    for placed in runs:
        if line and (placed.page != line[-1].page or not _is_beside(placed.run.box, line[-1].run.box)):
            yield line
            line = []
        line.append(placed)
    yield line


def _is_beside(one: Box, other: Box) -> bool:
    return min(one.bottom, other.bottom) - max(one.top, other.top) > min(one.height, other.height) / 2


def _measure_line(
    line: Sequence[PlacedRun], finished: FinishedLetter, edges: Sequence[Sequence[Box]], *, is_full: bool
) -> SetLine:
    text, last = "".join(placed.run.text for placed in line), line[-1]
    right = finished.theme.margins.left + finished.column
    sign = text.rstrip()[-1]
    hangs = (
        category(sign) in _HANGING and east_asian_width(sign) in "AFW" and not finished.locale.joins_lines_with_space
    )
    half = finished.theme.fonts[finished.letter.language].size * MM_PER_PT / 2 if hangs else 0.0
    box = last.run.box
    rest = Box(box.right - _TOUCH, box.top, right + _WIDE, box.bottom)  # also a soft hyphen, which is no word
    end = max((edge for edge in edges[last.page - 1] if edge.meets(rest)), key=lambda edge: edge.left, default=box)
    return SetLine(text, last.page, right - end.right + half, is_full)


def _read_edges(pdf: bytes) -> list[list[Box]]:
    """Return the boxes of all characters of each page with the blank that belongs to them."""
    pages = []
    with pypdfium2.PdfDocument(pdf) as document:
        for page in document:
            text, height = page.get_textpage(), page.get_height()
            boxes = (text.get_charbox(number, loose=True) for number in range(text.count_chars()))
            pages.append([to_box(box, height) for box in boxes])
    return pages


def find_percentile(values: Sequence[float], part: float = _PART) -> float:
    """Return the smallest value that ``part`` of all values do not exceed."""
    ordered = sorted(values)
    return ordered[min(int(part * len(ordered)), len(ordered) - 1)] if ordered else 0.0


def _print_row(name: str, language: str, files: Sequence[FinishedLetter]) -> None:
    lines = [list(list_lines(finished)) for finished in files]
    full = [line for letter in lines for line in letter if line.is_full]
    gap = find_percentile([abs(line.gap) for line in full])
    characters = mean(len(line.text) for line in full) if full else 0
    pages = max(len(finished.pages) for finished in files)
    last = [
        sum(line.page == len(finished.pages) for line in letter) for finished, letter in zip(files, lines, strict=True)
    ]
    size = max(len(finished.files["pdf"]) for finished in files) / 1000
    offsets = [offset for letter in measure_offsets(files) for offset in letter]
    row = f"{name:20}{language:10}{gap:16.2f}{characters:12.1f}{pages:7}{min(last):11}{size:6.0f}"
    print(f"{row}{_describe_offsets(offsets)}")


def _describe_offsets(offsets: Sequence[Offset]) -> str:
    """Return the largest distances of the DOCX from the PDF, and how many lines are on another page."""
    text, numbers, ending = (
        max((max(one.x, one.y) for one in offsets if one.kind == kind), default=0)
        for kind in ("paragraph", "number", "ending")
    )
    elsewhere = sum(one.pages[0] != one.pages[1] for one in offsets)
    return f"{text:12.2f}{numbers:9.2f}{ending:13.2f}{elsewhere:11}"


if __name__ == "__main__":
    sys.exit(main())
