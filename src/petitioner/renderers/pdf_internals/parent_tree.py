"""The indices of a tag tree (ISO 32000-1, 14.7.4.4): what holds each piece of a page, and what nothing holds."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import pydyf

Node: TypeAlias = Any
"""An object of pydyf, which has no types: a dictionary that knows its number and its reference."""

Kid: TypeAlias = bytes | int
"""What an element holds: the reference of another or of an annotation, or the number of marked content on its page."""


@dataclass(slots=True)
class ParentTree:
    """Which element holds what: marked content by page and number, annotations, and elements with an identifier."""

    find: Callable[[bytes], Node]
    owners: dict[bytes, dict[int, bytes]] = field(default_factory=dict)
    annotations: list[tuple[Node, bytes]] = field(default_factory=list)
    identifiers: dict[bytes, bytes] = field(default_factory=dict)

    def enter(self, node: Node) -> None:
        """Enter an element and all that is in it."""
        if "ID" in node:
            self.identifiers[node["ID"].data] = node.reference
        for kid in node["K"]:
            if isinstance(kid, int):
                self.owners.setdefault(node["Pg"], {})[kid] = node.reference
                continue
            held = self.find(kid) if isinstance(kid, bytes) else kid
            if held["Type"] == "/StructElem":
                self.enter(held)
            elif held["Type"] == "/MCR":
                self.owners.setdefault(held["Pg"], {})[held["MCID"]] = node.reference
            else:
                self.annotations.append((self.find(held["Obj"]), node.reference))

    def write(self, pdf: pydyf.PDF, root: Node) -> None:
        """Write ParentTree and IDTree, which lead from a page and from an identifier to elements."""
        numbers = pydyf.Array()
        for page, reference in enumerate(pdf.page_references):
            owners = self.owners.get(reference, {})
            held = (owners.get(content, b"null") for content in range(max(owners, default=-1) + 1))
            numbers.extend((page, pydyf.Array(held)))
        for key, (annotation, owner) in enumerate(self.annotations, start=len(pdf.page_references)):
            annotation["StructParent"] = key
            numbers.extend((key, owner))
        self.find(root["ParentTree"])["Nums"] = numbers
        root["ParentTreeNextKey"] = len(numbers) // 2
        if self.identifiers:
            names = (part for name in sorted(self.identifiers) for part in (name, self.identifiers[name]))
            root["IDTree"] = pydyf.Dictionary({"Names": pydyf.Array(names)})

    def set_artifacts(self, pages: Sequence[bytes]) -> None:
        """Take the marks from content that no element holds, and say that it belongs to the sheet."""
        for page in pages:
            parts, owners = self.find(self.find(page)["Contents"]).stream, self.owners.get(page, {})
            for place, part in enumerate(parts):
                if isinstance(part, dict) and "MCID" in part and part["MCID"] not in owners:
                    parts[place - 1] = "/Artifact"
                    part.clear()
                    part["Type"] = "/Pagination"
