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
"""Characters of a template, and of what comes out of it: a letter of a hundred pages."""

_LONGEST_VALUE = 10_000  # characters or entries that + and ~ may put together
_MOST_STEPS = 10_000  # turns of loops and includes in one letter
_TOO_LONG = "Does a loop, or an include, go on too long?"
# Private-use characters cannot stand in any input, nor be printed, so nobody else can write a mark.
_OPEN, _CLOSE = "\ue000", "\ue001"
_MARK = re.compile(f"{_OPEN}([^{_CLOSE}]*):([0-9]+){_CLOSE}")
_HEAD = re.compile(f"(?:{_OPEN}[^{_CLOSE}]*{_CLOSE}|\\s)*")


class UnprintableError(Exception):
    """A template prints what cannot stand in a letter, or does not end; ``hint`` says what to do about it."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.hint = hint


class BoundedEnvironment(ImmutableSandboxedEnvironment):
    """An environment that counts. Call ``begin`` before a template is filled in.

    Filling in raises ``UnprintableError`` for a template that takes too many steps, or joins too much.
    """

    intercepted_binops = frozenset({"+"})
    steps_left = _MOST_STEPS

    def begin(self) -> None:
        """Count from the beginning."""
        self.steps_left = _MOST_STEPS

    def step(self) -> None:
        """Count a turn of a loop, or an include."""
        self.steps_left -= 1
        if self.steps_left < 0:
            raise UnprintableError(f"the template goes round more than {_MOST_STEPS} times", _TOO_LONG)

    def walk(self, values: Iterable[object]) -> Iterator[object]:
        """Yield the values of a loop, each counted."""
        for value in values:
            self.step()
            yield value

    def join(self, parts: Iterable[object]) -> str:
        """Return what ~ makes of values."""
        texts = [str(part) for part in parts]
        _weigh(*texts)
        return "".join(texts)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:  # noqa: ANN401 - as in Jinja
        """Return what + makes of two values."""
        _weigh(*(value for value in (left, right) if isinstance(value, Sized)))
        return super().call_binop(context, operator, left, right)

    def get_template(
        self,
        name: str | Template,
        parent: str | None = None,
        globals: MutableMapping[str, Any] | None = None,  # noqa: A002 - Jinja's own name for it
    ) -> Template:
        """Return the template of an include, counted."""
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
    """Return a filter that refuses to work on what is too long. Raises UnprintableError then."""

    @wraps(work)
    def bounded(value: object, *others: object, **named: object) -> object:
        _weigh(*(text for text in (value,) if isinstance(text, Sized)))
        return work(value, *others, **named)

    return bounded


def limit_length(chunks: Iterable[str]) -> Iterator[str]:
    """Pass on what a template prints, up to the length of the longest letter. Raises UnprintableError beyond."""
    length = 0
    for chunk in chunks:
        length += len(chunk)
        if length > LONGEST:
            raise UnprintableError(f"the text comes out longer than {LONGEST} characters", _TOO_LONG)
        yield chunk


def _weigh(*values: Sized) -> None:
    if sum(len(value) for value in values) > _LONGEST_VALUE:
        message = f"a value of more than {_LONGEST_VALUE} characters or entries is put together here"
        raise UnprintableError(message, "Write the words out where they stand.")


@dataclass(frozen=True, slots=True)
class SourceLine:
    """A line of a template's file."""

    path: str
    line: int


@dataclass(frozen=True, slots=True)
class FilledText:
    """A template after filling in: its text, and for each line of it the place in a file that it came from."""

    text: str
    places: tuple[SourceLine, ...]


@dataclass(frozen=True, slots=True)
class TemplateSource:
    """A template as it was written: the path of its file, and its lines, of which the first is line 1 of the file."""

    path: str
    lines: tuple[str, ...]

    def is_blank(self, line: int) -> bool:
        """Return whether a line, counted from 1, is empty as written; it parts two paragraphs then."""
        return not "".join(self.lines[line - 1 : line]).strip()


class LineMarkers(Extension):
    """Writes the place of each line of a template before it; ``remove_markers`` takes them out again."""

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


def remove_markers(marked: str, sources: Mapping[str, TemplateSource]) -> FilledText:
    """The text without marks, lines on which tags or comments leave nothing, blank lines at the top and blanks at ends.

    ``sources`` are the templates by their name. A line that comes out blank stays only when it was blank as written:
    tags and comments neither join paragraphs nor part them, and two of them make no hard break either.
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
    """Return how many marks stand before the first word: the last of them is its own, the others left nothing."""
    head = _HEAD.match(marked_line)
    return max(len(_MARK.findall(head.group())) if head else 0, 1)
