"""The shape of JSON: the keys and types of values, without the values."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

_TYPES = {type(None): "null", bool: "boolean", int: "integer", float: "number", str: "text"}
_NAMED_BY_VALUES = frozenset(
    {"approval", "channels", "city", "country_line", "flags", "lines", "name", "refused", "states"}
)
"""The keys of objects whose own keys are values: addresses, languages, states."""


@dataclass
class Shape:
    """What some values have in common: every value that is added widens it.

    ``items`` is the shape of all items of lists, ``keys`` the shapes below each key of objects, ``seen`` how many of
    the objects had it.
    """

    plain: set[str] = field(default_factory=set)
    items: "Shape | None" = None
    keys: dict[str, "Shape"] | None = None
    seen: dict[str, int] = field(default_factory=dict)
    objects: int = 0

    def add(self, value: object, *, by_values: bool = False) -> None:
        """Widen the shape by a value; ``by_values`` for an object whose keys are values."""
        if isinstance(value, list):
            self.items = self.items or Shape()
            for item in value:
                self.items.add(item)
        elif isinstance(value, Mapping):
            self._add_object(value, by_values=by_values)
        else:
            self.plain.add(_TYPES[type(value)])

    def _add_object(self, value: Mapping[str, object], *, by_values: bool) -> None:
        self.keys = {} if self.keys is None else self.keys
        self.objects += 1
        for name, inner in value.items():
            key = "*" if by_values else name
            self.seen[key] = self.seen.get(key, 0) + 1
            self.keys.setdefault(key, Shape()).add(inner, by_values=key == "*" or key in _NAMED_BY_VALUES)

    def describe(self) -> object:
        """The shape as JSON: a key that some objects lack ends in ``?``; several kinds of values are listed."""
        kinds: list[object] = [" | ".join(sorted(self.plain))] if self.plain else []
        if self.items is not None:
            inner = self.items.describe()
            kinds.append([] if inner == {"either": []} else [inner])
        if self.keys is not None:
            kinds.append({self._name(key): self.keys[key].describe() for key in sorted(self.keys)})
        return kinds[0] if len(kinds) == 1 else {"either": kinds}

    def _name(self, key: str) -> str:
        return key if self.seen[key] == self.objects or key == "*" else f"{key}?"

    def write(self) -> str:
        """The shape as a text that a person reads."""
        return json.dumps(self.describe(), ensure_ascii=False, indent=2) + "\n"
