"""JSON Schemas of the YAML files that people write, with which editors complete and explain them."""

import ast
import inspect
import json
import textwrap
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import pairwise
from typing import Any

from petitioner.model.recipient import Campaign, Recipient
from petitioner.model.theme import Theme
from petitioner.model.types import Record

Schema = dict[str, Any]

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_GIVEN = {
    Recipient: ("id", "origin", "left_out"),
    Campaign: ("id", "origin", "folder_name"),
    Theme: ("css", "logo", "names_window"),
}
"""The fields that the program sets itself, or reads from other files."""


@cache
def make_schemas() -> Mapping[str, str]:
    """Return each schema as JSON, by the name of the YAML file that it is for."""
    recipients = {
        "properties": {"recipients": {"additionalProperties": {"$ref": "#/$defs/Recipient"}, "type": "object"}},
        "additionalProperties": False,
        "required": ["recipients"],
        "type": "object",
    }
    mission = _make_schema(Recipient)
    definitions = mission.pop("$defs")
    schemas = {
        "recipients.yaml": {**recipients, "$defs": {**definitions, "Recipient": mission}},
        "campaign.yaml": _make_schema(Campaign),
        "theme.yaml": _drop_required(_make_schema(Theme)),
    }
    return {name: _format_schema(schema) for name, schema in schemas.items()}


def _format_schema(schema: Schema) -> str:
    return json.dumps({"$schema": _DIALECT, **schema}, ensure_ascii=False, indent=1) + "\n"


def _make_schema(model: type[Record]) -> Schema:
    """Return the schema of a record with descriptions, and without the fields that the program sets."""
    schema: Schema = _adapt(model.model_json_schema())
    definitions = schema.setdefault("$defs", {})
    for name in _GIVEN[model]:
        del schema["properties"][name]
    schema["required"] = [name for name in schema["required"] if name not in _GIVEN[model]]
    definitions.pop("Origin", None)
    for record in _list_records(Record):
        described = schema if record is model else definitions.get(record.__name__, {})
        for name, field in described.get("properties", {}).items():
            field["description"] = _read_descriptions(record)[name]
    return schema


def _adapt(value: Any) -> Any:  # noqa: ANN401 - JSON
    """Change what editors would read in another way than this program, which reads everything as text.

    An editor reads 01234 as a number. It shows titles, which are the names once more, instead of descriptions.
    """
    if isinstance(value, list):
        return [_adapt(one) for one in value if one != {"type": "null"}]
    if not isinstance(value, dict):
        return value
    adapted = {key: _adapt(one) for key, one in value.items() if not _is_needless(key, one)}
    if len(adapted.get("anyOf", ())) == 1:  # the other was null, which an optional field has by default
        adapted |= adapted.pop("anyOf")[0]
    if adapted.get("type") == "string" and not {"enum", "format", "const"} & adapted.keys():
        adapted["type"] = ["string", "number"]
    if isinstance(adapted.get("description"), str):
        adapted["description"] = _format_description(adapted["description"])
    return adapted


def _is_needless(key: str, value: object) -> bool:
    """Whether a keyword is the title that pydantic makes of a name, or a default that means nothing."""
    return (key == "title" and isinstance(value, str)) or (key == "default" and value is None)


def _drop_required(schema: Schema) -> Schema:
    """Return a schema in which every key may be left out, even all, as in a theme that changes some values only."""
    for part in (schema, *schema["$defs"].values()):
        part.pop("required", None)
    return {**schema, "type": ["object", "null"]}


def _list_records(model: type[Record]) -> Iterator[type[Record]]:
    for child in model.__subclasses__():
        yield child
        yield from _list_records(child)


@cache
def _read_descriptions(model: type[Record]) -> Mapping[str, str]:
    """Return what the source says below each field of a record (PEP 258), which Python itself does not keep."""
    found: dict[str, str] = {}
    for base in reversed([base for base in model.__mro__ if issubclass(base, Record)]):
        (definition,) = ast.parse(textwrap.dedent(inspect.getsource(base))).body
        for field, below in pairwise(definition.body if isinstance(definition, ast.ClassDef) else ()):
            match field, below:
                case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(words))):
                    found[name] = _format_description(words)
                case _:
                    pass
    return found


def _format_description(words: str) -> str:
    return " ".join(inspect.cleandoc(words).replace("``", "'").split())
