"""Convert YAML values to records, and report every mistake with its line."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from types import UnionType
from typing import Any, TypeVar, get_args, get_origin

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from petitioner.errors import Problem, WorkspaceError, advise_commas, advise_half_width, find_similar, suggest
from petitioner.model.types import Location, Record
from petitioner.source.text import decode
from petitioner.source.yaml import Document, parse_yaml

R = TypeVar("R", bound=Record)

_LONGEST_QUOTE = 60  # characters of a value that a message repeats
_MAPPING = ("a mapping", "Write one 'key: value' a line below it, indented by two spaces.")
_SHAPES = {
    "string_type": ("text on one line", "Write it after the colon, in double quotes if it has special characters."),
    "tuple_type": ("a list", "Write it as [a, b], or one entry a line below it, each after '- '."),
    "mapping_type": _MAPPING,
    "dict_type": _MAPPING,
    "model_type": _MAPPING,
    "model_attributes_type": _MAPPING,
}
_WORD = ("one word", "Write it after the colon.")
PackageRecord = TypeVar("PackageRecord", bound=Record)


def read_record(
    model: type[R], document: Document, at: Location = (), given: Mapping[str, Any] | None = None
) -> tuple[R | None, tuple[Problem, ...]]:
    """Make a record from the mapping at ``at`` in a document; None and the problems if it has mistakes.

    ``given`` are fields that the program sets and the file must not have, such as the origin.
    """
    reading = _Reading(document, at, model, given or {})
    value = document.value_at(at)
    if not isinstance(value, dict):
        return None, tuple(reading.check_shape(value))
    problems = tuple(reading.report_key((key,)) for key in value if key in reading.given)
    try:
        return model.model_validate({**value, **reading.given}), problems
    except ValidationError as error:
        return None, (*problems, *reading.list_problems(error))


def find_fault_locations(model: type[R], value: Mapping[str, object]) -> tuple[Location, ...]:
    """Return the locations of all faults in a mapping that should be a record."""
    try:
        model.model_validate(value)
    except ValidationError as error:
        return tuple(fault["loc"] for fault in error.errors(include_url=False))
    return ()


@dataclass(frozen=True, slots=True)
class _Reading:
    """Reports the mistakes of one record; locations are relative to the record."""

    document: Document
    at: Location
    model: type[Record]
    given: Mapping[str, Any]

    def list_problems(self, error: ValidationError) -> Iterator[Problem]:
        # A bad key of a mapping is reported with a part that is not in the file.
        faults = [(tuple(part for part in f["loc"] if part != "[key]"), f) for f in error.errors(include_url=False)]
        misspelt = {self._find_intended(location) for location, fault in faults if fault["type"] == "extra_forbidden"}
        for location, fault in faults:
            follows = fault["type"] == "missing" and location in misspelt
            if not follows and not self.document.has_reported((*self.at, *location)):
                yield self._explain_fault(location, fault)

    def _find_intended(self, location: Location) -> Location:
        """Return the location of the known key that is most similar to an unknown one, or its own location."""
        model = _find_model(self.model, location[:-1]) or self.model
        known = [field.alias or name for name, field in model.model_fields.items() if name not in self.given]
        return (*location[:-1], find_similar(str(location[-1]), known) or location[-1])

    def check_shape(self, value: object) -> Iterator[Problem]:
        if not self.document.has_reported(self.at):
            name = f"'{self.at[-1]}'" if self.at else "the file"
            wanted, hint = _MAPPING
            yield self._make_problem((), "V203", f"{name} must hold {wanted}; {_describe_value(value)}", hint)

    def report_key(self, location: Location) -> Problem:
        key = str(location[-1])
        model = _find_model(self.model, location[:-1]) or self.model
        fields = {name: field.alias or name for name, field in model.model_fields.items() if name not in self.given}
        known = list(fields.values())
        locations = [
            fields[name] for name in fields if (part := _find_model(model, (name,))) and key in part.model_fields
        ]
        advice = f"It belongs in '{locations[0]}'." if locations else suggest(key, known)
        return self._make_problem(
            location, "V202", f"unknown key '{key}'", f"{advice} Known here: {', '.join(known)}.".strip()
        )

    def _explain_fault(self, location: Location, fault: ErrorDetails) -> Problem:
        context, value = fault.get("ctx", {}), fault["input"]
        match fault["type"]:
            case "missing":
                where = f" in '{format_location(location[:-1])}'" if location[:-1] else ""
                message = f"'{location[-1]}' is missing{where}"
                return self._make_problem(location, "V201", message, f"Add a line '{location[-1]}: …'.")
            case "extra_forbidden":
                return self.report_key(location)
            case "enum" if isinstance(value, str):
                allowed = context["expected"].replace("'", "").replace(" or ", ", ")
                advice = advise_half_width(value) or (advise_commas(value) if isinstance(location[-1], int) else "")
                hint = advice or f"{suggest(value, allowed.split(', '))} Allowed: {allowed}.".strip()
                return self._make_problem(
                    location, "V204", f"'{format_location(location)}' cannot be {_quote(value)}", hint
                )
            case "value_error" if location[0] in self.given:  # the key itself, which the program took as a name
                hint = advise_half_width(str(value))
                return self._make_problem((), "V204", f"{_quote(value)} {context['error']}", hint)
            case "value_error":
                quoted = f": {_quote(value)}" if isinstance(value, str) else f"; {_describe_value(value)}"
                hint = advise_half_width(value) if isinstance(value, str) else ""
                return self._make_problem(
                    location, "V204", f"'{format_location(location)}' {context['error']}{quoted}", hint
                )
            case kind:
                wanted, hint = _SHAPES.get(kind, _WORD)
                message = f"'{format_location(location)}' must be {wanted}; {_describe_value(value)}"
                return self._make_problem(location, "V203", message, hint)

    def _make_problem(self, location: Location, code: str, message: str, hint: str = "") -> Problem:
        line = self.document.line_of((*self.at, *location))
        return Problem(self.document.path, line, code, message, hint)


def _find_model(model: type[Record], location: Location) -> type[Record] | None:
    """Return the record type at a location, found from the types of the fields."""
    kind: object = model
    for step in location:
        if isinstance(kind, type) and issubclass(kind, Record):
            kind = _strip_none(kind.model_fields[str(step)].annotation)
        else:
            kind = _strip_none(get_args(kind)[-1 if get_origin(kind) is not tuple else 0])
    return kind if isinstance(kind, type) and issubclass(kind, Record) else None


def _strip_none(kind: object) -> object:
    if isinstance(kind, UnionType):
        return next(part for part in get_args(kind) if part is not type(None))
    return kind


def format_location(location: Location) -> str:
    """Format a location as ``address.lines.ja``, or ``languages[2]`` for the second entry of a list."""
    name = ""
    for part in location:
        name += f"[{part + 1}]" if isinstance(part, int) else f".{part}"
    return name.lstrip(".")


def _describe_value(value: object) -> str:
    match value:
        case None:
            return "nothing is written there"
        case list():
            return "a list is written there"
        case Mapping():
            return "a mapping is written there"
        case _:
            return f"{_quote(value)} is written there"


def _quote(value: object) -> str:
    text = str(value)
    return repr(text if len(text) <= _LONGEST_QUOTE else text[:_LONGEST_QUOTE] + "…")


def read_package_record(model: type[PackageRecord], package: str, name: str) -> PackageRecord:
    """Read a record from a file of a package. Raises WorkspaceError, since people may add or change such files."""
    path = f"{package.replace('.', '/')}/{name}"
    text, problems = decode(path, (resources.files(package) / name).read_bytes())
    document, more = parse_yaml(path, text or "")
    record, faults = read_record(model, document) if document else (None, ())
    if record is None or problems or more or faults:
        hint = "The file is a part of the program. Correct it, or install petitioner again."
        raise WorkspaceError((*problems, *more, *faults), hint)
    return record
