"""Fit text to the width of a terminal: tables, and lines of a file with a marker; wide characters count twice."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest
from pathlib import Path

from rich.cells import cell_len, set_cell_size

from petitioner.errors import Problem
from petitioner.files import read_regular_file
from petitioner.streams import make_visible

_GAP = "  "
_MIN_COLUMN = 4
_LONG_WORD = 24  # characters: no id or day is longer, but a link or a file name may be
_CONTEXT = 20  # characters that are shown before a value that is far to the right
_QUOTED = re.compile(r"'([^']+)'|\"([^\"]+)\"")
_WORD = re.compile(r"\s*\S+")
_POSITION = re.compile(r"^character (\d+) of this line ")


def format_table(columns: Sequence[str], rows: Iterable[Sequence[str]], width: int | None) -> Iterator[str]:
    """Format rows under their headings, without spaces at line ends; a width of None has no limit.

    Cells that are too wide continue in the next line; a word wider than its column is cut. In a very narrow window,
    each row is a list of its cells instead, so that ids and days, which are typed again, are never cut.
    """
    table = [[make_visible(" ".join(cell.splitlines())) for cell in row] for row in (columns, *rows)]
    widths = [max(cell_len(cell) for cell in column) for column in zip(*table, strict=True)]
    if width is not None:
        words = [[*map(cell_len, " ".join(column).split())] for column in zip(*table, strict=True)]
        longest_words = [max(lengths, default=0) for lengths in words]
        room = width - len(_GAP) * (len(widths) - 1)
        if sum(min(longest, _LONG_WORD) for longest in longest_words) > room:
            yield from _list_cells(table, width)
            return
        _shrink_columns(widths, longest_words, room)
    for row in table:
        cells = [wrap_words(cell, limit) for cell, limit in zip(row, widths, strict=True)]
        for line in zip_longest(*cells, fillvalue=""):
            parts = (set_cell_size(cut(cell, limit), limit) for cell, limit in zip(line, widths, strict=True))
            yield _GAP.join(parts).rstrip()


def _list_cells(table: Sequence[Sequence[str]], width: int) -> Iterator[str]:
    """Yield each row as lines such as ``id: jp-osaka``, without its empty cells, and an empty line between two rows."""
    headings, *rows = table
    for number, row in enumerate(rows):
        if number:
            yield ""
        for heading, cell in zip(headings, row, strict=True):
            if cell:
                yield from (cut(line, width) for line in wrap_words(f"{heading}: {cell}" if heading else cell, width))


def cut(text: str, width: int) -> str:
    """Shorten a text to a width; … marks what is left out."""
    return text if cell_len(text) <= width else set_cell_size(text, width - 1).rstrip() + "…"


def _shrink_columns(widths: list[int], longest: Sequence[int], room: int) -> None:
    """Shrink the widest columns until all fit into ``room``; below the width of their words only if needed."""
    for min_widths in (longest, [_MIN_COLUMN] * len(widths)):
        while sum(widths) > room:
            spare = [width - min_width for width, min_width in zip(widths, min_widths, strict=True)]
            if max(spare) <= 0:
                break
            widths[max((i for i in range(len(widths)) if spare[i] > 0), key=widths.__getitem__)] -= 1


def wrap_words(text: str, width: int) -> Iterator[str]:
    """Break a line between words, and indent all parts like the first; a very wide word stays whole."""
    if cell_len(text) <= width:
        yield text
        return
    line = indent = text[: len(text) - len(text.lstrip(" "))]
    for word in _WORD.findall(text[len(indent) :]):
        if line.strip() and cell_len(line + word) > width:
            yield line
            line = indent
        line += word if line.strip() else word.lstrip()
    yield line


class SourceLines:
    """The lines of the files below a folder, each file read once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files: dict[str, list[str]] = {}

    def underline(self, problem: Problem, width: int) -> tuple[str, ...]:
        """Return the line of a problem and ``^^^`` under the value, or nothing if there is no such line."""
        lines = self._read(problem.path)
        if not 0 < problem.line <= len(lines) or not lines[problem.line - 1].strip():
            return ()
        margin = f"{problem.line:>5} | "
        text, underline = _underline_value(lines[problem.line - 1], problem.message, width - len(margin))
        return margin + text, f"{'|':>{len(margin) - 1}} {underline}"

    def _read(self, path: str) -> list[str]:
        if path not in self._files:
            self._files[path] = [] if Path(path).is_absolute() else _read_lines(self._folder / path)
        return self._files[path]


def _read_lines(path: Path) -> list[str]:
    """Read a file as ``source.text`` does; empty if it is not text."""
    try:
        text = read_regular_file(path).decode("utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return []
    return unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _underline_value(line: str, message: str, room: int) -> tuple[str, str]:
    """Return a line, cut so that the value is visible, and ``^^^`` under the value."""
    first, last = _find_value(line, message)
    start = 0 if cell_len(make_visible(line[:last])) < room else max(first - _CONTEXT, 0)
    before, value, rest = (_make_text_visible(part) for part in (line[start:first], line[first:last], line[last:]))
    before = f"…{before}" if start else before
    column = cell_len(before)
    length = max(min(cell_len(value), room - column), 1)
    return cut((before + value + rest).rstrip(), room), " " * column + "^" * length


def _make_text_visible(text: str) -> str:
    return make_visible(text.replace("\t", " "))


def _find_value(line: str, message: str) -> tuple[int, int]:
    """Find the value in its line: what the message quotes last, else the first character."""
    if position := _POSITION.match(message):
        return int(position[1]) - 1, int(position[1])
    for value in reversed([one or other for one, other in _QUOTED.findall(message)]):
        # A short word is not looked for inside of a longer one; Chinese and Japanese have no blanks between words.
        before = r"(?<![\w-])" if value[0].isascii() and value[0].isalnum() else ""
        after = r"(?![\w-])" if value[-1].isascii() and value[-1].isalnum() else ""
        if found := re.search(before + re.escape(value) + after, line):
            return found.span()
    first = len(line) - len(line.lstrip())
    return first, first + 1
