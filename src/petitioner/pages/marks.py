"""Where each line of a filled-in text came from.

A mark with its place goes before each line of a template; Jinja carries it through branches, loops and includes, and it
is taken out of what comes out at the end.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream

# Private-use characters cannot stand in any input, nor be printed, so nobody else can write a mark.
_OPEN, _CLOSE = "\ue000", "\ue001"
_MARK = re.compile(f"{_OPEN}([^{_CLOSE}]*):([0-9]+){_CLOSE}")
_HEAD = re.compile(f"(?:{_OPEN}[^{_CLOSE}]*{_CLOSE}|\\s)*")


@dataclass(frozen=True, slots=True)
class Place:
    """A line of a template's file."""

    path: str
    line: int


@dataclass(frozen=True, slots=True)
class Filled:
    """A template after filling in: its text, and for each line of it the place in a file that it came from."""

    text: str
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """A template as it was written: the path of its file, and its lines, of which the first is line 1 of the file."""

    path: str
    lines: tuple[str, ...]

    def is_blank(self, line: int) -> bool:
        """Return whether a line, counted from 1, is empty as written; it parts two paragraphs then."""
        return not "".join(self.lines[line - 1 : line]).strip()


class Marks(Extension):
    """Writes the place of each line of a template before it; ``take_out_marks`` takes them out again."""

    def filter_stream(self, stream: TokenStream) -> Iterable[Token]:
        """Put marks into the tokens of one template, whose name and lines they carry."""
        if stream.current.type != "data":  # a tag at the very start: its line has a place too
            yield Token(1, "data", self._mark(stream, 1))
        for token in stream:
            if token.type == "data":
                lines = enumerate(token.value.split("\n"), token.lineno)
                marked = (f"{self._mark(stream, number)}{line}" for number, line in lines)
                yield Token(token.lineno, token.type, "\n".join(marked))
            else:
                yield token

    def _mark(self, stream: TokenStream, line: int) -> str:
        return f"{_OPEN}{stream.name}:{line}{_CLOSE}"


def take_out_marks(marked: str, sources: Mapping[str, Source]) -> Filled:
    """The text without marks, lines on which tags or comments leave nothing, blank lines at the top and blanks at ends.

    ``sources`` are the templates by their name. A line that comes out blank stays only when it was blank as written:
    tags and comments neither join paragraphs nor part them, and two of them make no hard break either.
    """
    lines: list[str] = []
    places: list[Place] = []
    for marked_line in marked.split("\n"):
        line = _MARK.sub("", marked_line).rstrip(" ")
        marks = [(sources[name], int(number)) for name, number in _MARK.findall(marked_line)]
        if line.strip() or (lines and all(source.is_blank(number) for source, number in marks)):
            source, number = marks[_count_ahead(marked_line) - 1]
            lines.append(line)
            places.append(Place(source.path, number))
    return Filled("\n".join(lines), tuple(places))


def _count_ahead(marked_line: str) -> int:
    """Return how many marks stand before the first word: the last of them is its own, the others left nothing."""
    head = _HEAD.match(marked_line)
    return max(len(_MARK.findall(head.group())) if head else 0, 1)
