"""The tag tree of a PDF (ISO 32000-1, 14.7 and 14.8) for PDF/UA-1 (ISO 14289-1)."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeAlias
from xml.etree.ElementTree import Element

import pydyf
from weasyprint import pdf as library

Node: TypeAlias = Any
"""An object of pydyf, which has no types: a dictionary with a number and a reference."""

Kid: TypeAlias = bytes | int
"""A child: the reference of an element or annotation, or the number of marked content on its page."""
_BUILD_FUNCTION = "_build_box_tree"  # the function of WeasyPrint that yields the structure elements of a box
_EMPHASIS = {"strong": "Strong", "em": "Em"}
_STANDARD = {"Strong": "Span", "Em": "Span"}  # PDF 1.7 has no types for emphasis; these are of PDF 2.0
_CALL, _MARKER = "::footnote-call", "::footnote-marker"
_NOTE = "footnote"  # the class of notes in the HTML
_REPEATED = ("thead", "tfoot")
_CELLS = ("/TD", "/TH")  # kept when they are empty: all rows must have the same number of cells
_HIDDEN = "aria-hidden"  # the attribute of what is not read aloud (WAI-ARIA 1.2)
_POINTS_PER_PIXEL = 0.75  # CSS: 96 pixels and 72 points an inch


@dataclass(slots=True)
class ParentTree:
    """The parent elements of marked content (by page and number) and annotations, and elements with an identifier."""

    find: Callable[[bytes], Node]
    owners: dict[bytes, dict[int, bytes]] = field(default_factory=dict)
    annotations: list[tuple[Node, bytes]] = field(default_factory=list)
    identifiers: dict[bytes, bytes] = field(default_factory=dict)

    def add(self, node: Node) -> None:
        """Add an element and all that it contains."""
        if "ID" in node:
            self.identifiers[node["ID"].data] = node.reference
        for kid in node["K"]:
            if isinstance(kid, int):
                self.owners.setdefault(node["Pg"], {})[kid] = node.reference
                continue
            held = self.find(kid) if isinstance(kid, bytes) else kid
            if held["Type"] == "/StructElem":
                self.add(held)
            elif held["Type"] == "/MCR":
                self.owners.setdefault(held["Pg"], {})[held["MCID"]] = node.reference
            else:
                self.annotations.append((self.find(held["Obj"]), node.reference))

    def write(self, pdf: pydyf.PDF, root: Node) -> None:
        """Write ParentTree and IDTree, which map pages and identifiers to elements."""
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
        """Mark content without an element as an artifact of the page."""
        for page in pages:
            parts, owners = self.find(self.find(page)["Contents"]).stream, self.owners.get(page, {})
            for place, part in enumerate(parts):
                if isinstance(part, dict) and "MCID" in part and part["MCID"] not in owners:
                    _mark_artifact(parts, place)


def _mark_artifact(parts: list[Node], place: int) -> None:
    parts[place - 1] = "/Artifact"
    parts[place] = pydyf.Dictionary({"Type": "/Pagination"})


def copy_artifacts(operators: Sequence[Node], others: list[Node]) -> bool:
    """Mark in ``others`` the same contents as artifacts. Return whether both have the same number of contents."""
    marked = [part for part in operators if isinstance(part, dict)]
    places = [place for place, part in enumerate(others) if isinstance(part, dict)]
    for part, place in zip(marked, places, strict=False):
        if "MCID" not in part:
            _mark_artifact(others, place)
    return len(marked) == len(places)


@dataclass(frozen=True, slots=True)
class Origin:
    """The HTML element of a structure element, and its name with that of a pseudo-element."""

    element: Element
    name: str


@contextmanager
def record_origins() -> Iterator[dict[int, Origin]]:
    """Record the HTML element of each structure element, by number: WeasyPrint does not keep it."""
    origins: dict[int, Origin] = {}
    build = getattr(library.tags, _BUILD_FUNCTION)

    def build_and_record(box: Node, *rest: Node) -> Iterator[Node]:
        for node in build(box, *rest):
            if box.element is not None:
                # Some boxes only pass on the elements of their children, which were recorded before.
                origins.setdefault(node.number, Origin(box.element, box.element_tag))
            yield node

    setattr(library.tags, _BUILD_FUNCTION, build_and_record)
    try:
        yield origins
    finally:
        setattr(library.tags, _BUILD_FUNCTION, build)


def finish_structure(pdf: pydyf.PDF, origins: dict[int, Origin]) -> None:
    """Complete the tag tree of a finished document, as PDF/UA-1 requires."""
    tree = _Tree(pdf, origins)
    tree.root["RoleMap"] = pydyf.Dictionary({name: f"/{standard}" for name, standard in _STANDARD.items()})
    document = tree.find(tree.root["K"][0])
    kids, document["K"] = document["K"], pydyf.Array()
    tree.move(kids, document, document)
    tree.place_notes()
    tree.shape_lists(document)
    parents = ParentTree(tree.find)
    parents.add(document)
    parents.write(pdf, tree.root)
    parents.set_artifacts(pdf.page_references)


@dataclass(slots=True)
class _Tree:
    """A structure tree while it is corrected.

    ``first`` is the structure element of an HTML element. ``parts`` maps the numbers of its later parts, made at page
    breaks, to that of the first.
    """

    pdf: pydyf.PDF
    origins: dict[int, Origin]
    first: dict[Element, Node] = field(default_factory=dict)
    calls: dict[Element, Node] = field(default_factory=dict)
    notes: dict[Element, Node] = field(default_factory=dict)
    parts: dict[str, str] = field(default_factory=dict)

    @property
    def root(self) -> Node:
        return self.find(self.pdf.catalog["StructTreeRoot"])

    def find(self, reference: bytes) -> Node:
        """Return the object of a reference such as ``b"12 0 R"``."""
        return self.pdf.objects[int(reference.split()[0])]

    def move(self, kids: list[Kid], source: Node, parent: Node) -> None:
        """Move the children of an element to ``parent``, complete each, join split elements, and drop empty ones."""
        for kid in kids:
            if isinstance(kid, int) and source["Pg"] != parent["Pg"]:
                parent["K"].append(pydyf.Dictionary({"Type": "/MCR", "Pg": source["Pg"], "MCID": kid}))
            elif isinstance(kid, int):
                parent["K"].append(kid)
            elif self.find(kid)["Type"] == "/OBJR":
                self._move_annotation(kid, source, parent)
            else:
                self._move_element(self.find(kid), parent)

    def _move_element(self, node: Node, parent: Node) -> None:
        origin = self.origins.get(node.number)
        if origin and origin.element.get(_HIDDEN) == "true":
            return  # its content is then marked as an artifact
        kids, node["K"] = node["K"], pydyf.Array()
        whole = self._find_whole(node, parent)
        if whole is node:
            self._describe(node)
            node["P"] = parent.reference
            parent["K"].append(node.reference)
            self.move(kids, node, node)
            if not node["K"] and node["S"] not in _CELLS:
                parent["K"].remove(node.reference)
        elif self.origins[node.number].name not in _REPEATED:
            self.parts[str(node.number)] = str(whole.number)
            self.move(kids, node, whole)

    def _move_annotation(self, kid: bytes, source: Node, parent: Node) -> None:
        """Keep the annotation of a link; those of emphasis within the link repeat it."""
        if parent["S"] == "/Link":
            parent["K"].append(kid)
        else:  # it is on the page of its source, which may be after that of the link
            self.find(source["Pg"])["Annots"].remove(self.find(kid)["Obj"])

    def _find_whole(self, node: Node, parent: Node) -> Node:
        """Return the first part of a split element, or the element itself."""
        origin, around = self.origins.get(node.number), self.origins.get(parent.number)
        if origin is None or "::" in origin.name or (around and around.element is origin.element):
            return node
        return self.first.setdefault(origin.element, node)

    def _describe(self, node: Node) -> None:
        if node["S"] == "/TH":
            node["A"]["Scope"] = "/Column"
        elif node["S"] == "/TD":
            node["A"]["Headers"] = pydyf.Array(map(self._find_header, node["A"].get("Headers", ())))
        elif node["S"] == "/Figure":
            self._place_figure(node)
        if origin := self.origins.get(node.number):
            self._describe_by_origin(node, origin)

    def _describe_by_origin(self, node: Node, origin: Origin) -> None:
        element, name = origin.element, origin.name
        if name in _EMPHASIS:
            node["S"] = f"/{_EMPHASIS[name]}"
        elif name.endswith(_CALL):
            node["S"] = "/Reference"
            self.calls[element] = node
        elif name.endswith(_MARKER):
            node["S"] = "/Lbl"
        elif element.get("class") == _NOTE and self.first[element] is node:
            node["S"], node["ID"] = "/Note", pydyf.String(f"note-{len(self.notes) + 1}")
            self.notes[element] = node
        if language := element.get("lang"):
            node["Lang"] = pydyf.String(language)

    def _find_header(self, name: pydyf.String) -> pydyf.String:
        """Return the identifier of a column header, which begins with the number of the table."""
        table, rest = name.string.split("-", 1)
        return pydyf.String(f"{self.parts.get(table, table)}-{rest}")

    def _place_figure(self, node: Node) -> None:
        """Convert the place of a picture from pixels below the top of the page to points above its bottom."""
        height = self.find(node["Pg"])["MediaBox"][3]
        left, top, right, bottom = (length * _POINTS_PER_PIXEL for length in node["A"]["BBox"])
        node["A"]["BBox"] = pydyf.Array((left, height - bottom, right, height - top))

    def place_notes(self) -> None:
        """Move each footnote after its reference, so that it is read there and not at the end of a page."""
        for element, note in self.notes.items():
            call = self.calls.get(element)
            # A theme may hide the numbers of footnotes; they are then read in place.
            if call is not None and call["K"]:
                self._move_after(note, call)

    def _move_after(self, note: Node, call: Node) -> None:
        area, around = self.find(note["P"]), self.find(call["P"])
        area["K"].remove(note.reference)
        if not area["K"]:
            self.find(area["P"])["K"].remove(area.reference)
        around["K"].insert(around["K"].index(call.reference) + 1, note.reference)
        note["P"] = around.reference

    def shape_lists(self, node: Node) -> None:
        """Give each list item a body with its paragraphs and nested lists in order."""
        if node["S"] == "/L":
            self._move_lists_into_items(node)
            self._name_numbering(node)
        if node["S"] == "/LI":
            self._give_body(node)
        for kid in self._list_elements(node):
            self.shape_lists(kid)

    def _list_elements(self, node: Node) -> list[Node]:
        held = [self.find(kid) for kid in node["K"] if isinstance(kid, bytes)]
        return [kid for kid in held if kid["Type"] == "/StructElem"]

    def _name_numbering(self, listing: Node) -> None:
        """Say how the items of a list are numbered (ISO 32000-1, 14.8.5.5)."""
        origin = self.origins.get(listing.number)
        numbering = "/Decimal" if origin and origin.element.tag.endswith("ol") else "/Disc"
        listing["A"] = pydyf.Dictionary({"O": "/List", "ListNumbering": numbering})

    def _move_lists_into_items(self, listing: Node) -> None:
        item = None
        for kid in self._list_elements(listing):
            if kid["S"] == "/LI":
                item = kid
            elif item is not None:
                listing["K"].remove(kid.reference)
                item["K"].append(kid.reference)

    def _give_body(self, item: Node) -> None:
        kids = list(self._list_parts(item))
        labels, content = [kid for kid in kids if kid["S"] == "/Lbl"], [kid for kid in kids if kid["S"] != "/Lbl"]
        places = {element: place for place, element in enumerate(self.origins[item.number].element)}
        origins = {kid.number: self.origins.get(kid.number) for kid in content}
        content.sort(key=lambda kid: places.get(origin.element, 0) if (origin := origins[kid.number]) else 0)
        body = pydyf.Dictionary({"Type": "/StructElem", "S": "/LBody", "Pg": item["Pg"]})
        self.pdf.add_object(body)
        self._set_kids(body, content)
        self._set_kids(item, [*labels, body] if content else labels)

    def _list_parts(self, item: Node) -> Iterator[Node]:
        """Yield the elements of an item, also from a body that WeasyPrint made, where an empty item has its label."""
        for kid in self._list_elements(item):
            yield from self._list_elements(kid) if kid["S"] == "/LBody" else (kid,)

    def _set_kids(self, parent: Node, kids: list[Node]) -> None:
        parent["K"] = pydyf.Array(kid.reference for kid in kids)
        for kid in kids:
            kid["P"] = parent.reference
