"""The tag tree of a PDF (ISO 32000-1, 14.7 and 14.8) for PDF/UA-1 (ISO 14289-1)."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeAlias
from xml.etree.ElementTree import Element

import pydyf
from weasyprint import pdf as library

Node: TypeAlias = Any
"""An object of pydyf, which has no types: a dictionary that knows its number and its reference."""

Kid: TypeAlias = bytes | int
"""What an element holds: the reference of another or of an annotation, or the number of marked content on its page."""
_BUILD = "_build_box_tree"  # WeasyPrint's own function, which gives the structure elements of a box
_STRESS = {"strong": "Strong", "em": "Em"}
_STANDARD = {"Strong": "Span", "Em": "Span"}  # PDF 1.7 has no types of its own for stress, and PDF 2.0 has these
_CALL, _MARKER = "::footnote-call", "::footnote-marker"
_NOTE = "footnote"  # the class of notes in the HTML
_REPEATED = ("thead", "tfoot")
_POINTS_PER_PIXEL = 0.75  # CSS: 96 pixels and 72 points an inch


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


@dataclass(frozen=True, slots=True)
class Origin:
    """What a structure element was made from: an HTML element, and its name with that of the pseudo-element."""

    element: Element
    name: str


@contextmanager
def note_origins() -> Iterator[dict[int, Origin]]:
    """Note from which HTML element each structure element is made, by number: WeasyPrint itself forgets it."""
    origins: dict[int, Origin] = {}
    build = getattr(library.tags, _BUILD)  # the one place that knows both

    def build_and_note(box: Node, *rest: Node) -> Iterator[Node]:
        for node in build(box, *rest):
            if box.element is not None:
                # A box that stands for its children gives theirs, which were noted with the children.
                origins.setdefault(node.number, Origin(box.element, box.element_tag))
            yield node

    setattr(library.tags, _BUILD, build_and_note)
    try:
        yield origins
    finally:
        setattr(library.tags, _BUILD, build)


def finish_structure(pdf: pydyf.PDF, origins: dict[int, Origin]) -> None:
    """Complete the tag tree of a finished document, as PDF/UA-1 requires."""
    tree = _Tree(pdf, origins)
    tree.root["RoleMap"] = pydyf.Dictionary({name: f"/{standard}" for name, standard in _STANDARD.items()})
    document = tree.find(tree.root["K"][0])
    kids, document["K"] = document["K"], pydyf.Array()
    tree.take(kids, document, document)
    tree.place_notes()
    tree.shape_lists(document)
    parents = ParentTree(tree.find)
    parents.enter(document)
    parents.write(pdf, tree.root)
    parents.set_artifacts(pdf.page_references)


@dataclass(slots=True)
class _Tree:
    """A structure tree while it is corrected.

    ``first`` is the element that holds all of an HTML element; ``parts`` maps the number of each part of an
    element that was cut to the number of the whole.
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
        """The object that a reference such as ``b"12 0 R"`` names."""
        return self.pdf.objects[int(reference.split()[0])]

    def take(self, kids: list[Kid], giver: Node, home: Node) -> None:
        """Hand on to ``home`` what an element held, each element described, joined to what it was cut from, or left
        out because it holds nothing."""
        for kid in kids:
            if isinstance(kid, int) and giver["Pg"] != home["Pg"]:
                home["K"].append(pydyf.Dictionary({"Type": "/MCR", "Pg": giver["Pg"], "MCID": kid}))
            elif isinstance(kid, int):
                home["K"].append(kid)
            elif self.find(kid)["Type"] == "/OBJR":
                self._take_annotation(kid, giver, home)
            else:
                self._take_element(self.find(kid), home)

    def _take_element(self, node: Node, home: Node) -> None:
        kids, node["K"] = node["K"], pydyf.Array()
        whole = self._find_whole(node, home)
        if whole is node:
            self._describe(node)
            node["P"] = home.reference
            home["K"].append(node.reference)
            self.take(kids, node, node)
            if not node["K"]:
                home["K"].remove(node.reference)
        elif self.origins[node.number].name not in _REPEATED:
            self.parts[str(node.number)] = str(whole.number)
            self.take(kids, node, whole)

    def _take_annotation(self, kid: bytes, giver: Node, home: Node) -> None:
        """Keep the annotation of a link; that of words within it, such as stressed ones, says the same again."""
        if home["S"] == "/Link":
            home["K"].append(kid)
        else:  # it lies on the page of what gave it, which may be a later one than where its words begin
            self.find(giver["Pg"])["Annots"].remove(self.find(kid)["Obj"])

    def _find_whole(self, node: Node, home: Node) -> Node:
        """The element that this one is the rest of, or itself."""
        origin, around = self.origins.get(node.number), self.origins.get(home.number)
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
        if name in _STRESS:
            node["S"] = f"/{_STRESS[name]}"
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
        """Return the identifier of a column's head in the tree: WeasyPrint begins it with the table's number."""
        table, rest = name.string.split("-", 1)
        return pydyf.String(f"{self.parts.get(table, table)}-{rest}")

    def _place_figure(self, node: Node) -> None:
        """Give the place of a picture in points from the foot of the page, not in pixels from its head."""
        height = self.find(node["Pg"])["MediaBox"][3]
        left, top, right, bottom = (length * _POINTS_PER_PIXEL for length in node["A"]["BBox"])
        node["A"]["BBox"] = pydyf.Array((left, height - bottom, right, height - top))

    def place_notes(self) -> None:
        """Let each note follow the reference to it, so that it is read there and not at the end of a page."""
        for element, note in self.notes.items():
            call = self.calls.get(element)
            # A theme may hide the numbers of notes; they are then read in their own place.
            if call is not None and call["K"]:
                self._move_behind(note, call)

    def _move_behind(self, note: Node, call: Node) -> None:
        area, around = self.find(note["P"]), self.find(call["P"])
        area["K"].remove(note.reference)
        if not area["K"]:
            self.find(area["P"])["K"].remove(area.reference)
        around["K"].insert(around["K"].index(call.reference) + 1, note.reference)
        note["P"] = around.reference

    def shape_lists(self, node: Node) -> None:
        """Give each item of a list a body, in which its paragraphs and nested lists are in their order."""
        if node["S"] == "/L":
            self._move_lists_into_items(node)
        if node["S"] == "/LI":
            self._give_body(node)
        for kid in self._list_elements(node):
            self.shape_lists(kid)

    def _list_elements(self, node: Node) -> list[Node]:
        held = [self.find(kid) for kid in node["K"] if isinstance(kid, bytes)]
        return [kid for kid in held if kid["Type"] == "/StructElem"]

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
        self._hold(body, content)
        self._hold(item, [*labels, body] if content else labels)

    def _list_parts(self, item: Node) -> Iterator[Node]:
        """Yield the elements of an item; WeasyPrint gives some items a body, with the label of an empty one."""
        for kid in self._list_elements(item):
            yield from self._list_elements(kid) if kid["S"] == "/LBody" else (kid,)

    def _hold(self, home: Node, kids: list[Node]) -> None:
        home["K"] = pydyf.Array(kid.reference for kid in kids)
        for kid in kids:
            kid["P"] = home.reference
