"""Values to records: every fault of a record at once, in words, at its line."""

from collections.abc import Mapping
from types import UnionType
from typing import Any, TypeVar, cast, get_args, get_origin

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from petitioner.errors import Problem, suggest
from petitioner.model.types import Record
from petitioner.source.yaml import Document, Location, Value

R = TypeVar("R", bound=Record)

_LONGEST_QUOTE = 60  # characters of a value that a message repeats
_SHAPES = {
    "string_type": "text on one line",
    "tuple_type": "a list: one entry a line, each after '- '",
    "mapping_type": "a mapping: one 'key: value' a line, indented",
    "dict_type": "a mapping: one 'key: value' a line, indented",
    "model_type": "a mapping: one 'key: value' a line, indented",
}


def read_record(
    model: type[R], document: Document, at: Location = (), given: Mapping[str, Any] | None = None
) -> tuple[R | None, tuple[Problem, ...]]:
    """Make a record from the mapping at ``at`` in a document.

    ``given`` are fields that the program knows and the file may not name, such as where the record stands.
    """
    given = given or {}
    value = _value_at(document, at)
    if not isinstance(value, Mapping):
        return None, (_misshapen(document, at, value),)
    own = [_unknown(document, (*at, key), model, hidden=given) for key in value if key in given]
    try:
        return model.model_validate({**value, **given}), tuple(own)
    except ValidationError as error:
        faults = error.errors(include_url=False, include_context=True)
        return None, (*own, *(_translate(document, at, model, fault, given) for fault in faults))


def _value_at(document: Document, at: Location) -> Value:
    value: Any = document.value
    for step in at:
        value = value[step]
    return cast("Value", value)


def _misshapen(document: Document, at: Location, value: object) -> Problem:
    name = f"'{at[-1]}'" if at else "the file"
    message = f"{name} must hold {_SHAPES['model_type']}, and {_describe(value)}"
    return Problem(document.path, document.line_of(at), "V203", message, "See the example in the README.")


def _translate(
    document: Document, at: Location, model: type[Record], fault: ErrorDetails, given: Mapping[str, Any]
) -> Problem:
    # A bad key of a mapping is reported with a part that is not in the file.
    inner = tuple(part for part in fault["loc"] if part != "[key]")
    location, line = (*at, *inner), document.line_of((*at, *inner))
    name, value = _name(inner), fault["input"]
    match fault["type"]:
        case "missing":
            message = f"'{inner[-1]}' is missing" + (f" in '{_name(inner[:-1])}'" if inner[:-1] else "")
            return Problem(document.path, line, "V201", message, f"Add a line '{inner[-1]}: …'.")
        case "extra_forbidden":
            return _unknown(document, location, _model_at(model, inner[:-1]), hidden=given)
        case "enum":
            allowed = str(fault.get("ctx", {}).get("expected", "")).replace("'", "").replace(" or ", ", ")
            hint = f"{suggest(str(value), allowed.split(', '))} Allowed: {allowed}.".strip()
            return Problem(document.path, line, "V204", f"'{name}' cannot be {value!r}", hint)
        case "value_error":
            said = str(fault.get("ctx", {}).get("error", fault["msg"]))
            return Problem(document.path, line, "V204", f"'{name}' {said}: {_quote(value)}")
        case kind:
            wanted = _SHAPES.get(kind, fault["msg"])
            return Problem(document.path, line, "V203", f"'{name}' must be {wanted}; {_describe(value)}")


def _unknown(document: Document, location: Location, model: type[Record] | None, hidden: Mapping[str, Any]) -> Problem:
    known = [name for name in model.model_fields if name not in hidden] if model else []
    key = str(location[-1])
    hint = f"{suggest(key, known)} Known here: {', '.join(known)}.".strip()
    return Problem(document.path, document.line_of(location), "V202", f"unknown key '{key}'", hint)


def _model_at(model: type[Record], steps: Location) -> type[Record] | None:
    """The record type that stands at a location, found by walking the fields' types."""
    kind: object = model
    for step in steps:
        if isinstance(kind, type) and issubclass(kind, Record):
            kind = _strip_none(kind.model_fields[str(step)].annotation)
        else:
            kind = _strip_none(get_args(kind)[-1 if get_origin(kind) is not tuple else 0])
    return kind if isinstance(kind, type) and issubclass(kind, Record) else None


def _strip_none(kind: object) -> object:
    if isinstance(kind, UnionType):
        return next(part for part in get_args(kind) if part is not type(None))
    return kind


def _name(location: Location) -> str:
    """``address.lines.ja``, and ``languages[2]`` for the second entry, counted as people count."""
    name = ""
    for part in location:
        name += f"[{part + 1}]" if isinstance(part, int) else f".{part}"
    return name.lstrip(".")


def _describe(value: object) -> str:
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
