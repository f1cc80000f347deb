"""Extensions of Jinja: limits for loops and includes, and the origin of each line."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping, Sized
from dataclasses import dataclass
from functools import wraps
from typing import Any

from jinja2 import Template, nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

LONGEST = 200_000
"""The most characters of a template and of its result: a letter of a hundred pages."""

_LONGEST_VALUE = 10_000  # characters or entries that + and ~ may put together
_MOST_STEPS = 10_000  # rounds of loops and includes in one letter
_TOO_LONG = "Does a loop, or an include, go on too long?"
# Private-use characters are refused in input and in values, so that no text can contain a marker.
_OPEN, _CLOSE = "\ue000", "\ue001"
_MARK = re.compile(f"{_OPEN}([^{_CLOSE}]*):([0-9]+){_CLOSE}")
_HEAD = re.compile(f"(?:{_OPEN}[^{_CLOSE}]*{_CLOSE}|\\s)*")


class UnprintableError(Exception):
    """A template prints what no letter can contain, or is endless. ``hint`` says how to correct it."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.hint = hint


class BoundedEnvironment(ImmutableSandboxedEnvironment):
    """An environment with limits. Call ``begin`` before filling in a template.

    Filling in raises ``UnprintableError`` after too many steps, or for a value that is too long.
    """

    intercepted_binops = frozenset({"+"})
    steps_left = _MOST_STEPS

    def begin(self) -> None:
        """Start to count."""
        self.steps_left = _MOST_STEPS

    def step(self) -> None:
        """Count one round of a loop, or an include."""
        self.steps_left -= 1
        if self.steps_left < 0:
            raise UnprintableError(f"the template repeats more than {_MOST_STEPS} times", _TOO_LONG)

    def walk(self, values: Iterable[object]) -> Iterator[object]:
        """Yield the values of a loop, and count them."""
        for value in values:
            self.step()
            yield value

    def join(self, parts: Iterable[object]) -> str:
        """Return the result of ~ on values."""
        texts = [str(part) for part in parts]
        _limit_size(*texts)
        return "".join(texts)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:  # noqa: ANN401 - as in Jinja
        """Return the result of + on two values."""
        _limit_size(*(value for value in (left, right) if isinstance(value, Sized)))
        return super().call_binop(context, operator, left, right)

    def get_template(
        self,
        name: str | Template,
        parent: str | None = None,
        globals: MutableMapping[str, Any] | None = None,  # noqa: A002 - Jinja's own name for it
    ) -> Template:
        """Return the template of an include, and count it."""
        self.step()
        return super().get_template(name, parent, globals)


class _Counting(CodeGenerator):
    """Compiles loops and ~ so that the environment counts them."""

    def visit_For(self, node: nodes.For, frame: Frame) -> None:  # noqa: N802 - Jinja calls it so
        counted = nodes.EnvironmentAttribute("walk", lineno=node.lineno)
        node.iter = nodes.Call(counted, [node.iter], [], None, None, lineno=node.lineno)
        super().visit_For(node, frame)

    def visit_Concat(self, node: nodes.Concat, frame: Frame) -> None:  # noqa: N802 - Jinja calls it so
        counted = nodes.EnvironmentAttribute("join", lineno=node.lineno)
        parts = nodes.Tuple(node.nodes, "load", lineno=node.lineno)
        self.visit(nodes.Call(counted, [parts], [], None, None, lineno=node.lineno), frame)


BoundedEnvironment.code_generator_class = _Counting


def bound_filter(work: Callable[..., object]) -> Callable[..., object]:
    """Return a filter that raises UnprintableError for a value that is too long."""

    @wraps(work)
    def bounded(value: object, *others: object, **named: object) -> object:
        if isinstance(value, Sized):
            _limit_size(value)
        return work(value, *others, **named)

    return bounded


def limit_length(chunks: Iterable[str]) -> Iterator[str]:
    """Yield the output of a template. Raises UnprintableError when it is longer than the longest letter."""
    length = 0
    for chunk in chunks:
        length += len(chunk)
        if length > LONGEST:
            raise UnprintableError(f"the filled-in text is longer than {LONGEST} characters", _TOO_LONG)
        yield chunk


def _limit_size(*values: Sized) -> None:
    if sum(len(value) for value in values) > _LONGEST_VALUE:
        message = f"a value of more than {_LONGEST_VALUE} characters or entries is made here"
        raise UnprintableError(message, "Write the words out.")


@dataclass(frozen=True, slots=True)
class SourceLine:
    """A line of a template's file."""

    path: str
    line: int


@dataclass(frozen=True, slots=True)
class FilledText:
    """A filled-in template: its text, and the source of each line."""

    text: str
    places: tuple[SourceLine, ...]


@dataclass(frozen=True, slots=True)
class TemplateSource:
    """The file of a template: its path and its lines."""

    path: str
    lines: tuple[str, ...]

    def is_blank(self, line: int) -> bool:
        """Whether a line, counted from 1, is empty in the file, and so separates two paragraphs."""
        return not "".join(self.lines[line - 1 : line]).strip()


class LineMarkers(Extension):
    """Writes the file and number of each line before it. ``remove_markers`` removes them."""

    def filter_stream(self, stream: TokenStream) -> Iterable[Token]:
        """Put markers with the name and line into the tokens of a template."""
        if stream.current.type != "data":  # a tag at the very start: its line needs a marker too
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


def remove_markers(marked: str, sources: Mapping[str, TemplateSource]) -> FilledText:
    """Return the text without markers, lines left empty by tags or comments, and space at its start and line ends.

    ``sources`` are the templates by their name. An empty line is kept if it is empty in the file, so that tags and
    comments neither join nor separate paragraphs.
    """
    lines: list[str] = []
    places: list[SourceLine] = []
    for marked_line in marked.split("\n"):
        line = _MARK.sub("", marked_line).rstrip(" ")
        marks = [(sources[name], int(number)) for name, number in _MARK.findall(marked_line)]
        if line.strip() or (lines and all(source.is_blank(number) for source, number in marks)):
            source, number = marks[_count_ahead(marked_line) - 1]
            lines.append(line)
            places.append(SourceLine(source.path, number))
    return FilledText("\n".join(lines), tuple(places))


def _count_ahead(marked_line: str) -> int:
    """Count the markers before the first word. The last one belongs to it; the lines of the others became empty."""
    head = _HEAD.match(marked_line)
    return max(len(_MARK.findall(head.group())) if head else 0, 1)
