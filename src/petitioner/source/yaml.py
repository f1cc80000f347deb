"""Read YAML: all scalars stay text, and every value keeps its line."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from sys import intern
from typing import Union, cast

import yaml

from petitioner.errors import Problem
from petitioner.model.characters import find_refused_character
from petitioner.model.types import Location, Origin
from petitioner.source.lines import LineCollector
from petitioner.source.text import hide_refused_characters
from petitioner.source.yaml_errors import explain_error

Value = Union[dict[str, "Value"], list["Value"], str, None]  # noqa: UP007 - a string in a union needs the old form
"""A value in a YAML document."""

_DEEPEST = 20  # our files have at most six levels; more is a mistake or an attack
_RECORD = 2  # keys that lead to a record in a mapping of records, such as ("recipients", "jp-tokyo")
_TEXTS = 1000  # of which equal ones become one object: those of about a hundred records
_NULLS = {"", "~", "null", "Null", "NULL"}
_GLUED = re.compile(r"[^\S\n]+#\S")
_FENCE = "---"
_BETWEEN = "Put a line '---' between the subject and the text."
_FIRST = "Start the file with a line '---', then 'subject: …', then another '---' before the text."


@dataclass(frozen=True, slots=True)
class Document:
    """A YAML file: nested dicts, lists, texts and Nones, with the line of every value.

    ``reported`` are the locations with problems that were found while reading; nothing else is reported there.
    """

    path: str
    value: Value
    lines: Mapping[Location, int] = field(default_factory=dict)
    reported: frozenset[Location] = frozenset()

    def line_of(self, location: Location) -> int:
        """Return the line of a value, or of the nearest enclosing one in the file."""
        return self.origin_of(location).line

    def origin_of(self, location: Location) -> Origin:
        """Return the origin of a record, with the lines of all its parts."""
        whole = Origin(self.path, 1, lines=self.lines)
        return Origin(self.path, whole.line_of(*location), location, self.lines)

    def value_at(self, location: Location) -> Value:
        """Return the value at a location, or None."""
        value: Value = self.value
        for step in location:
            match value, step:
                case dict(), str():
                    value = value.get(step)
                case list(), int() if step < len(value):
                    value = value[step]
                case _:
                    return None
        return value

    def has_reported(self, location: Location) -> bool:
        """Return whether a problem was reported at a location, or at an enclosing one."""
        return any(location[:length] in self.reported for length in range(len(location) + 1))


def parse_yaml(
    path: str, text: str, first_line: int = 1, take: Callable[[Document, Location], object] | None = None
) -> tuple[Document | None, tuple[Problem, ...]]:
    """Read one YAML document that starts on ``first_line`` of its file.

    The document is None after a syntax error. Duplicate keys, empty values, aliases, tags and hidden characters are
    problems, too, but the document is returned, so that more problems can be found.

    ``take`` gets each value of a mapping in the top mapping as soon as it is read, in a document without the others.
    The document that is returned has None in its place: the values of many records are never in memory together.
    """
    builder = _Builder(path, text, first_line, take)
    try:
        value = builder.build(yaml.parse(text, Loader=yaml.CSafeLoader))
    except yaml.MarkedYAMLError as error:
        if not any(problem.code == "S103" for problem in builder.problems):  # else this follows from what was reported
            builder.problems.append(explain_error(path, error, text.split("\n"), first_line))
        return None, tuple(builder.problems)
    except _TooDeepError as error:
        message = f"lists and mappings are nested more than {_DEEPEST} deep"
        builder.problems.append(Problem(path, error.line, "S103", message, "Check the brackets on this line."))
        return None, tuple(builder.problems)
    return Document(path, value, builder.lines.close(), frozenset(builder.reported)), tuple(builder.problems)


class _TooDeepError(Exception):
    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


class _Builder:
    """Builds values from events, and collects their lines and problems."""

    def __init__(
        self, path: str, text: str, first_line: int, take: Callable[[Document, Location], object] | None
    ) -> None:
        self.path = path
        self.text = text
        self.first_line = first_line
        self.take = take
        self.lines = LineCollector()
        self.reported: set[Location] = set()
        self.problems: list[Problem] = []
        self.texts: dict[str, str] = {}

    def build(self, events: Iterator[yaml.Event]) -> Value:
        value: Value = None
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent) and self.lines.outer:
                self._report(event, "S103", "a second document starts here", "Delete the line '---'.")
                return value
            if isinstance(event, yaml.NodeEvent):
                value = self._read_node(event, events, ())
        return value

    def _read_node(self, event: yaml.NodeEvent, events: Iterator[yaml.Event], at: Location) -> Value:
        if len(at) > _DEEPEST:
            raise _TooDeepError(self._get_line(event))
        self.lines.add(at, self._get_line(event))
        if isinstance(event, yaml.AliasEvent):
            hint = "Write the value out; if the * belongs to a text, put the text into quotes."
            self._report(event, "S105", f"*{event.anchor} refers to something written elsewhere", hint, at)
            return None
        self._check_properties(event)
        if isinstance(event, yaml.MappingStartEvent):
            return self._read_mapping(event, events, at)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._read_list(events, at)
        return self._read_scalar(cast("yaml.ScalarEvent", event), at)

    def _check_properties(self, event: yaml.NodeEvent) -> None:
        if event.anchor is not None:
            hint = "Write each value out; if the & belongs to a text, put the text into quotes."
            self._report(event, "S105", f"&{event.anchor} gives a name to what follows", hint)
        if tag := getattr(event, "tag", None):
            hint = "Delete it; if the ! belongs to a text, put the text into quotes."
            self._report(event, "S106", f"the tag {tag} has no meaning here", hint)

    def _read_mapping(self, start: yaml.Event, events: Iterator[yaml.Event], at: Location) -> Value:
        mapping: dict[str, Value] = {}
        for event in events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            if not isinstance(event, yaml.ScalarEvent):
                self._skip_mapping(start, event, events, at)
                return None
            self._check_properties(event)
            key = intern(self._hide_escaped_characters(event))
            location = (*at, key)
            if key in mapping:
                message = f"'{key}' is written twice; it is first on line {self.lines.close()[location]}"
                self._report(event, "S104", message, "Merge the two, or delete one.")
                self._read_node(_next_node(events), events, (*location, ""))  # for its own faults only
                continue
            self.lines.add(location, self._get_line(event))
            mapping[key] = self._read_node(_next_node(events), events, location)
            if self.take and len(location) == _RECORD:
                outer, lines, reported = str(at[0]), self.lines.close(), frozenset(self.reported)
                self.take(Document(self.path, {outer: {key: mapping[key]}}, lines, reported), location)
                mapping[key] = None
        return mapping

    def _skip_mapping(self, start: yaml.Event, event: yaml.Event, events: Iterator[yaml.Event], at: Location) -> None:
        """Report and skip a mapping with a key that is not text: nearly always template braces without quotes."""
        hint = f'Put the whole value into quotes, as in {at[-1] if at else "subject"}: "{{{{ … }}}}".'
        self._report(start, "S103", "a text that starts with { must be in quotes", hint, at)
        depth = 1 + isinstance(event, yaml.CollectionStartEvent)
        while depth:
            event = next(events)
            depth += isinstance(event, yaml.CollectionStartEvent)
            depth -= isinstance(event, yaml.CollectionEndEvent)
            if depth > _DEEPEST:
                raise _TooDeepError(self._get_line(event))

    def _read_list(self, events: Iterator[yaml.Event], at: Location) -> list[Value]:
        items: list[Value] = []
        for event in events:
            if isinstance(event, yaml.SequenceEndEvent):
                break
            items.append(self._read_node(cast("yaml.NodeEvent", event), events, (*at, len(items))))
        return items

    def _read_scalar(self, event: yaml.ScalarEvent, at: Location) -> str | None:
        if not event.style and event.value in _NULLS:
            if at:
                what = f"after '{at[-1]}:'" if isinstance(at[-1], str) else "after '-'"
                hint = "Fill it in, write [] for a list without entries, or delete the line."
                self._report(event, "S110", f"there is no value {what}", hint, at)
            return None
        if not event.style and self._is_glued(event):
            message = f"the text after the # behind {event.value[-20:]!r} is left out as a comment"
            hint = "Put the whole value into quotes if the # belongs to it; if not, write a space after the #."
            self._report(event, "S111", message, hint, at)
        return self._share(self._hide_escaped_characters(event))

    def _share(self, text: str) -> str:
        """Return the object of an equal text that was read shortly before: records often have the same values."""
        if len(self.texts) >= _TEXTS:
            self.texts.clear()
        return self.texts.setdefault(text, text)

    def _hide_escaped_characters(self, event: yaml.ScalarEvent) -> str:
        # The text of the file was checked before, but an escape such as "\u202e" becomes a character only here.
        if event.style == '"' and (found := find_refused_character(event.value)):
            _, name, reason = found
            hint = "Delete the backslash and what follows it."
            self._report(event, "S107", f"this value contains {name}, which is {reason}", hint)
            return hide_refused_characters(event.value)
        return event.value

    def _is_glued(self, event: yaml.Event) -> bool:
        """Whether a # without a space behind it follows a value on its line."""
        return bool(event.end_mark and _GLUED.match(self.text, event.end_mark.index))

    def _get_line(self, event: yaml.Event) -> int:
        return (event.start_mark.line if event.start_mark else 0) + self.first_line

    def _report(self, event: yaml.Event, code: str, message: str, hint: str, at: Location | None = None) -> None:
        self.problems.append(Problem(self.path, self._get_line(event), code, message, hint))
        if at is not None:
            self.reported.add(at)


def _next_node(events: Iterator[yaml.Event]) -> yaml.NodeEvent:
    """Return the value after a key; no other event can follow in libyaml's grammar."""
    return cast("yaml.NodeEvent", next(events))


@dataclass(frozen=True, slots=True)
class SplitFile:
    """Front matter and body of a file; ``body`` starts on line ``body_line``, ``front`` is None after a mistake."""

    front: Document | None
    body: str
    body_line: int


def find_front_matter(text: str) -> tuple[int, int] | None:
    """Return start and end of the front matter in a text, in characters, without the two lines ``---``."""
    lines = text.split("\n")
    end = next((number for number, line in enumerate(lines) if number and line.rstrip() == _FENCE), None)
    return None if end is None else (len(lines[0]) + 1, sum(len(line) + 1 for line in lines[:end]))


def split_front_matter(path: str, text: str) -> tuple[SplitFile | None, tuple[Problem, ...]]:
    """Split a file into front matter and body; lines are those of the whole file."""
    lines = text.split("\n")
    if lines[0].rstrip() != _FENCE:
        return None, (Problem(path, 1, "L501", "the file does not start with '---' and its subject", _FIRST),)
    end = next((number for number, line in enumerate(lines) if number and line.rstrip() == _FENCE), None)
    if end is None:
        return None, (Problem(path, 1, "L501", "the head that starts here has no end", _BETWEEN),)
    front, problems = parse_yaml(path, "\n".join(lines[1:end]) + "\n", first_line=2)
    if front is not None and front.value is None:
        front, problems = None, (*problems, Problem(path, 1, "L501", "the head of the letter is empty", _FIRST))
    return SplitFile(front, "\n".join(lines[end + 1 :]), end + 2), problems
