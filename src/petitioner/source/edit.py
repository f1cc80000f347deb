"""Change values in a YAML file, and no other byte of it.

A YAML library would change lists, quotes and comments when it writes the file; the owner of a file wants a diff with
the changed value only.
"""

import json
import re
from collections.abc import Mapping

import yaml

from petitioner.model.types import Location
from petitioner.source.yaml import Value, parse_yaml

_BOM = "\ufeff"


class EditError(ValueError):
    """A value cannot be changed in place because of the way it is written; ``line`` counts from 1."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.line = line


def set_value(text: str, at: Location, value: str | None, after: tuple[str, ...] = ()) -> str:
    """Set the value at the location ``at`` in a block mapping; None removes its lines.

    A new key is inserted below the last present key of ``after``, or else below the first key of its mapping.
    Raises EditError when the mapping is missing or is written on one line in braces.
    """
    return _set_formatted(text, at, None if value is None else format_scalar(value), after)


def set_part(text: str, at: Location, value: Value, after: tuple[str, ...] = ()) -> str:
    """Set a text or a list at the location ``at``, also in a mapping in braces; missing mappings are made in braces.

    ``after`` is as for ``set_value``. Raises EditError when the present value is not on one line.
    """
    bom = _BOM if text.startswith(_BOM) else ""
    body = text.removeprefix(_BOM)
    mapping, depth = _find_deepest_mapping(body, at)
    for step in reversed(at[depth + 1 :]):
        value = {str(step): value}
    if not _is_flow(mapping):
        written = format_scalar(value) if isinstance(value, str) else format_flow(value)
        return _set_formatted(text, at[: depth + 1], written, after)
    return bom + _set_in_braces(body, mapping, str(at[depth]), format_flow(value))


def set_mapping(text: str, at: Location, values: Mapping[str, str], after: tuple[str, ...] = ()) -> str:
    """Set a small mapping of texts: in braces on one line, or key by key when each key has its own line already.

    Raises EditError as ``set_value`` does.
    """
    present = next((node for key, node in _find_mapping(text, at[:-1]).value if key.value == at[-1]), None)
    if isinstance(present, yaml.MappingNode) and not _is_flow(present):
        for key, value in values.items():
            text = set_value(text, (*at, key), value, tuple(values))
        return text
    return _set_formatted(text, at, format_flow(dict(values)), after)


def _set_formatted(text: str, at: Location, written: str | None, after: tuple[str, ...]) -> str:
    bom = _BOM if text.startswith(_BOM) else ""
    body = text.removeprefix(_BOM)
    mapping = _find_mapping(body, at[:-1])
    name = str(at[-1])
    entries = {key.value: (key, node) for key, node in mapping.value}
    if name in entries:
        key, node = entries[name]
        return bom + (_remove_entry(body, key, node) if written is None else _replace_value(body, node, written))
    if written is None:
        return text
    anchors = [entry for known, entry in entries.items() if known in after and _ends_on_its_line(entry[1])]
    first = next((entry for entry in entries.values() if _ends_on_its_line(entry[1])), None)
    if not anchors and first is None:
        raise EditError("no line was found to write it below", mapping.start_mark.line + 1)
    key, node = anchors[-1] if anchors else first  # type: ignore[misc]  # one of them is there, see above
    return bom + _insert_line(body, key, node, f"{name}: {written}")


def format_scalar(value: str) -> str:
    """Format a text as YAML: plain if it is read back as the same text, else in double quotes."""
    document, problems = parse_yaml("", f"key: {value}\n")
    reads_back = document is not None and not problems and document.value == {"key": value}
    # Text that looks like a number or a boolean needs no quotes, since this program reads all values as text.
    return value if reads_back else json.dumps(value, ensure_ascii=False)


def format_flow(value: Value) -> str:
    """Format a value on one line: mappings in braces, lists in brackets, texts as they may be written there."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {format_flow(part)}" for key, part in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(format_flow, value)) + "]"
    plain = format_scalar(value or "")
    document, problems = parse_yaml("", f"key: {{key: {plain}}}\n")
    reads_back = document is not None and not problems and document.value == {"key": {"key": value}}
    return plain if reads_back else json.dumps(value, ensure_ascii=False)


def _set_in_braces(text: str, mapping: yaml.MappingNode, key: str, written: str) -> str:
    """Replace or add one entry of a mapping in braces."""
    entries = {known.value: node for known, node in mapping.value}
    if key in entries:
        return _replace_value(text, entries[key], written)
    last = mapping.value[-1][1].end_mark.index if mapping.value else mapping.start_mark.index + 1
    comma = ", " if mapping.value else ""
    return f"{text[:last]}{comma}{key}: {written}{text[last:]}"


def _find_deepest_mapping(text: str, at: Location) -> tuple[yaml.MappingNode, int]:
    """Return the last mapping on the way to a location that is there, and how many steps lead to it."""
    node = yaml.compose(text, Loader=yaml.CSafeLoader)
    if not isinstance(node, yaml.MappingNode):
        raise EditError("its keys are not on lines of their own", 1)
    for depth, step in enumerate(at[:-1]):
        inner = next((value for key, value in node.value if key.value == step), None)
        if not isinstance(inner, yaml.MappingNode):
            return node, depth
        node = inner
    return node, len(at) - 1


def _find_mapping(text: str, at: Location) -> yaml.MappingNode:
    node = yaml.compose(text, Loader=yaml.CSafeLoader)
    for step in at:
        node = next((value for key, value in _require_block_mapping(node).value if key.value == step), None)
    return _require_block_mapping(node)


def _require_block_mapping(node: yaml.Node | None) -> yaml.MappingNode:
    if not isinstance(node, yaml.MappingNode) or _is_flow(node):
        line = node.start_mark.line + 1 if node else 1
        raise EditError("its keys are not on lines of their own", line)
    return node


def _is_flow(node: yaml.CollectionNode) -> bool:
    return bool(node.flow_style)


def _ends_on_its_line(node: yaml.Node) -> bool:
    """Return whether a value's end mark is at its last character, and not at the start of the next key."""
    if isinstance(node, yaml.ScalarNode):
        return node.style not in ("|", ">")
    return isinstance(node, yaml.CollectionNode) and _is_flow(node)


def _replace_value(text: str, node: yaml.Node, written: str) -> str:
    if not _ends_on_its_line(node) or node.start_mark.line != node.end_mark.line:
        raise EditError("the value is not on one line", node.start_mark.line + 1)
    start, end = node.start_mark.index, node.end_mark.index
    space = "" if text[start - 1 : start].isspace() else " "  # an empty value starts right behind its colon
    return text[:start] + space + written + text[end:]


def _remove_entry(text: str, key: yaml.Node, node: yaml.Node) -> str:
    last = _find_last_scalar(node)
    if not _ends_on_its_line(last):
        raise EditError("the value is not on one line", node.start_mark.line + 1)
    start = text.rfind("\n", 0, key.start_mark.index) + 1
    return text[:start] + text[_find_line_end(text, last.end_mark.index) :]


def _find_last_scalar(node: yaml.Node) -> yaml.Node:
    """Return the last value in a block collection: its own end mark is behind the comments of the next key."""
    while isinstance(node, yaml.CollectionNode) and not _is_flow(node) and node.value:
        last = node.value[-1]
        node = last[1] if isinstance(node, yaml.MappingNode) else last
    return node


def _insert_line(text: str, key: yaml.Node, node: yaml.Node, line: str) -> str:
    at = _find_line_end(text, node.end_mark.index)
    before, rest = text[:at], text[at:]
    ending = "\r\n" if before.endswith("\r\n") or "\r\n" in text else "\n"
    if not before.endswith("\n"):
        return f"{before}{ending}{' ' * key.start_mark.column}{line}{rest}"
    return f"{before}{' ' * key.start_mark.column}{line}{ending}{rest}"


def _find_line_end(text: str, index: int) -> int:
    found = re.compile(r"\n|\Z").search(text, index)
    return found.end() if found else len(text)
