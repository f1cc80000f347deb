"""Limits: a template may loop, join and include as much as a letter needs, and no template runs on for ever.

Each way in which a template can go on for ever is one of tests/test_endless_templates.py: loops, includes, + and ~, and
filters. Jinja's sandbox counts none of them (it limits ``range`` alone, which letters do not have), so loops and ~ are
compiled to methods of the environment.
"""

from collections.abc import Callable, Iterable, Iterator, MutableMapping, Sized
from functools import wraps
from typing import Any

from jinja2 import Template, nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

LONGEST = 200_000
"""Characters of a template, and of what comes out of it: a letter of a hundred pages."""

_LONGEST_VALUE = 10_000  # characters or entries that + and ~ may put together
_MOST_STEPS = 10_000  # turns of loops and includes in one letter
_TOO_LONG = "Does a loop, or an include, go on too long?"


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
