"""YAML to plain values: every scalar stays the text that was written, and every value knows its line.

PyYAML's own constructors guess (``NO`` is False, ``01234`` is 668, the last of two equal keys wins without a word), so
this module takes libyaml's events and builds the tree itself.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Union, cast

import yaml

from petitioner.errors import Problem
from petitioner.source.text import check_characters

Value = Union[dict[str, "Value"], list["Value"], str, None]  # noqa: UP007 - a string in a union needs the old form
"""What a document is made of."""

Location = tuple[str | int, ...]
"""The way to a value: keys and places in lists, from the top of the document."""

_DEEPEST = 20  # no file of ours nests deeper than six; more is a mistake or an attack
_NULLS = {"", "~", "null", "Null", "NULL"}
_ADVICE = {
    "found character '\\t' that cannot start any token": (
        "a tab stands where YAML wants spaces",
        "Indent with spaces only, two a level.",
    ),
    "mapping values are not allowed in this context": (
        "a ':' stands where no key can be",
        "Check the indentation, and put a text that holds ': ' in double quotes.",
    ),
    "could not find expected ':'": (
        "a ':' is missing after a key",
        "Write 'key: value', with a blank after the colon; is a quotation mark above left open?",
    ),
    "did not find expected <document start>": (
        "the text goes on after the end of the values",
        "Check the indentation of this line and of the one above.",
    ),
    "did not find expected key": (
        "a key was expected here",
        "Check the indentation of this line and of the one above, and that quotation marks are closed.",
    ),
    "did not find expected '-' indicator": (
        "a list goes on without '- '",
        "Start each entry of a list with '- ', all at the same indentation.",
    ),
    "found unexpected end of stream": ("the file ends inside a quotation", "Close the quotation mark."),
    "control characters are not allowed": ("a control character stands in the text", "Delete it."),
}


@dataclass(frozen=True, slots=True)
class Document:
    """A YAML file as written: nested dicts, lists, texts and Nones, and the line of every value in it."""

    path: str
    value: Value
    lines: Mapping[Location, int] = field(default_factory=dict)

    def line_of(self, location: Location) -> int:
        """The line of a value, or of the nearest thing around it that stands in the file."""
        for length in range(len(location), -1, -1):
            if line := self.lines.get(location[:length]):
                return line
        return 1


def parse_yaml(path: str, text: str, first_line: int = 1) -> tuple[Document | None, tuple[Problem, ...]]:
    """Read one YAML document that starts on ``first_line`` of its file.

    The document is None after a mistake in the syntax, since nothing after it can be trusted. Duplicate keys, aliases,
    tags and hidden characters are problems, and the document is there all the same so that more can be found.
    """
    builder = _Builder(path, first_line)
    events = yaml.parse(text, Loader=yaml.CSafeLoader)
    try:
        value = builder.build(events)
    except yaml.MarkedYAMLError as error:
        return None, (*builder.problems, _explain(path, error, first_line))
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + first_line
        message = f"U+{error.character:04X} may not stand in YAML"
        return None, (*builder.problems, Problem(path, line, "S107", message, "Delete this character."))
    except _TooDeepError as error:
        message = f"lists and mappings are nested more than {_DEEPEST} deep"
        return None, (*builder.problems, Problem(path, error.line, "S103", message, "Check the brackets on this line."))
    return Document(path, value, builder.lines), tuple(builder.problems)


class _TooDeepError(Exception):
    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


class _Builder:
    """Turns events into values; it remembers lines and problems on the way."""

    def __init__(self, path: str, first_line: int) -> None:
        self.path = path
        self.first_line = first_line
        self.lines: dict[Location, int] = {}
        self.problems: list[Problem] = []

    def build(self, events: Iterator[yaml.Event]) -> Value:
        value: Value = None
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent) and self.lines:
                self._complain(event, "S103", "a second document starts here", "Delete the line '---'.")
            elif isinstance(event, yaml.NodeEvent):
                value = self._node(event, events, ())
        return value

    def _node(self, event: yaml.NodeEvent, events: Iterator[yaml.Event], at: Location) -> Value:
        if len(at) > _DEEPEST:
            raise _TooDeepError(self._line(event))
        self.lines.setdefault(at, self._line(event))
        if isinstance(event, yaml.AliasEvent):
            hint = "Write the value out again; each mission stands for itself."
            self._complain(event, "S105", f"the alias *{event.anchor} stands for something written elsewhere", hint)
            return None
        tag = getattr(event, "tag", None)
        if tag is not None and tag != "!":
            self._complain(event, "S106", f"the tag {tag} has no meaning here", "Delete it; every value is text.")
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(events, at)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(events, at)
        return self._scalar(cast("yaml.ScalarEvent", event))

    def _mapping(self, events: Iterator[yaml.Event], at: Location) -> dict[str, Value]:
        mapping: dict[str, Value] = {}
        for event in events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            key = self._key(event, events, at)
            location = (*at, key)
            if key in mapping:
                first = self.lines[location]
                hint = "Join the two, or delete one."
                self._complain(event, "S104", f"'{key}' stands here twice; it is first on line {first}", hint)
                location = (*at, key, "")  # the second value is read for its own faults, then dropped
                self._node(_next_node(events), events, location)
                continue
            self.lines[location] = self._line(event)
            mapping[key] = self._node(_next_node(events), events, location)
        return mapping

    def _key(self, event: yaml.Event, events: Iterator[yaml.Event], at: Location) -> str:
        if isinstance(event, yaml.ScalarEvent):
            self._check(event)
            return event.value
        self._complain(event, "S103", "a key must be a single text", "Put it in quotes if it starts with [ or {.")
        if isinstance(event, yaml.NodeEvent):
            self._node(event, events, (*at, ""))
        return ""

    def _sequence(self, events: Iterator[yaml.Event], at: Location) -> list[Value]:
        items: list[Value] = []
        for event in events:
            if isinstance(event, yaml.SequenceEndEvent):
                break
            items.append(self._node(cast("yaml.NodeEvent", event), events, (*at, len(items))))
        return items

    def _scalar(self, event: yaml.ScalarEvent) -> str | None:
        if event.style is None and event.value in _NULLS:
            return None
        self._check(event)
        return event.value

    def _check(self, event: yaml.ScalarEvent) -> None:
        # The text of the file was checked already; "\u202e" in double quotes becomes a character only here.
        if event.style == '"':
            self.problems.extend(check_characters(self.path, event.value, self._line(event)))

    def _line(self, event: yaml.Event) -> int:
        return (event.start_mark.line if event.start_mark else 0) + self.first_line

    def _complain(self, event: yaml.Event, code: str, message: str, hint: str) -> None:
        self.problems.append(Problem(self.path, self._line(event), code, message, hint))


def _next_node(events: Iterator[yaml.Event]) -> yaml.NodeEvent:
    """The value after a key: libyaml's grammar lets no other event follow."""
    return cast("yaml.NodeEvent", next(events))


def _explain(path: str, error: yaml.MarkedYAMLError, first_line: int) -> Problem:
    """A mistake in the syntax, in words for somebody who does not know the words of the parser."""
    mark = error.problem_mark or error.context_mark
    line = (mark.line if mark else 0) + first_line
    problem = error.problem or "the file cannot be read as YAML"
    message, hint = _ADVICE.get(problem, (problem, "Check indentation, colons and quotation marks around here."))
    return Problem(path, line, "S103", f"{message}; the rest of the file was not read", hint)
