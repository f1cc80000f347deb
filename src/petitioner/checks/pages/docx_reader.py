"""A finished DOCX as its reader opens it: its paragraphs, notes, lists and pictures, and its measures in mm.

It is read as XML (ECMA-376-1, part 17), by another hand than the one that wrote it.
"""

import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import TypeAlias

from lxml import etree

from petitioner.checks.pages.expected_text import BULLET
from petitioner.checks.pages.pdf_reader import UnreadablePageError

Node: TypeAlias = etree._Element  # noqa: SLF001 - the only name that lxml has for it

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_P = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_TWIPS_PER_MM, _EMU_PER_MM = 1440 / 25.4, 36_000
_PARTS = frozenset(f"word/{name}.xml" for name in ("document", "numbering", "footnotes")) | {
    "word/_rels/document.xml.rels"
}
_CORE, _IDENTIFIER = "docProps/core.xml", "{http://purl.org/dc/elements/1.1/}identifier"
_LARGEST = 50_000_000  # bytes of all parts together, unpacked: a letter has a hundredth of that
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    etree.XMLSyntaxError,
    LookupError,  # a part, a style or a list is missing
    ValueError,
    StopIteration,
    EOFError,
    RuntimeError,  # it asks for a password
    NotImplementedError,  # it is packed in a way of its own
)
"""What comes up while a file is read that is damaged, or no DOCX of this program."""

_STRANGE = tuple(
    f"{_W}{tag}"
    for tag in ("ins", "del", "moveFrom", "moveTo", "vanish", "txbxContent", "commentReference", "altChunk")
)
_FIELDS = {"PAGE": "{page}", "NUMPAGES": "{pages}"}
_SPOKEN = tuple(f"{_W}{tag}" for tag in ("t", "br", "tab", "footnoteReference", "fldChar", "instrText"))


@dataclass(frozen=True, slots=True)
class Measures:
    """The sheet, its margins, and the heights of the rows of the address field, all in mm."""

    width: float
    height: float
    top: float
    right: float
    bottom: float
    left: float
    rows: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class DocxText:
    """What a DOCX says. Paragraphs without words are left out, and page numbers are ``{page}`` and ``{pages}``.

    ``heads`` and ``feet`` are those of the first page and of all others. ``markers`` are the numbers and signs that
    Word draws before the entries of lists, ``alternatives`` the words for pictures, whose ``widths`` are in mm.
    ``is_edited`` says that there are tracked changes, comments, hidden words or boxes of text, which no letter has.
    """

    heads: tuple[tuple[str, ...], ...]
    feet: tuple[tuple[str, ...], ...]
    paragraphs: tuple[str, ...]
    notes: tuple[str, ...]
    markers: tuple[str, ...]
    alternatives: tuple[str, ...]
    widths: tuple[float, ...]
    measures: Measures
    is_edited: bool


def read_docx(content: bytes) -> DocxText:
    """Read the parts of a DOCX. Raises ``UnreadablePageError`` if it is not a DOCX, or damaged."""
    try:
        wanted = _unpack(content, lambda name: name in _PARTS or name.startswith(("word/header", "word/footer")))
        return _read(wanted)
    except _DAMAGE as error:
        raise UnreadablePageError("it is damaged, or not a DOCX of this program") from error


def read_identifier(content: bytes) -> str:
    """The identifier in the metadata of a DOCX, where a letter has its reference; nothing for what is no DOCX."""
    try:
        return _unpack(content, _CORE.__eq__)[_CORE].findtext(_IDENTIFIER) or ""
    except _DAMAGE:
        return ""


def _unpack(content: bytes, is_read: Callable[[str], bool]) -> Mapping[str, Node]:
    """Return the parts that are wanted. Nothing outside of them is opened, and no entity is replaced."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    with zipfile.ZipFile(BytesIO(content)) as package:
        parts = [part for part in package.infolist() if is_read(part.filename)]
        if sum(part.file_size for part in parts) > _LARGEST:
            raise ValueError("too large")
        return {part.filename: etree.fromstring(package.read(part), parser) for part in parts}


def _read(parts: Mapping[str, Node]) -> DocxText:
    document = parts["word/document.xml"]
    targets = {str(link.get("Id")): str(link.get("Target")) for link in parts["word/_rels/document.xml.rels"]}
    heads = [_read_words(parts[f"word/{name}"]) for name in _follow(document, "headerReference", targets)]
    feet = [_read_words(parts[f"word/{name}"]) for name in _follow(document, "footerReference", targets)]
    pictures = [
        picture
        for part in (*(parts[f"word/{name}"] for name in _follow(document, "headerReference", targets)), document)
        for picture in part.iter(f"{_P}inline", f"{_P}anchor")
    ]
    notes = parts.get("word/footnotes.xml")
    return DocxText(
        heads=tuple(heads),
        feet=tuple(feet),
        paragraphs=_read_words(document),
        notes=tuple(_read_notes(notes)) if notes is not None else (),
        markers=tuple(_count_entries(document, parts["word/numbering.xml"])),
        alternatives=tuple(str(words.get("descr", "")) for one in pictures for words in one.iter(f"{_P}docPr")),
        widths=tuple(int(size.get("cx", 0)) / _EMU_PER_MM for one in pictures for size in one.iter(f"{_P}extent")),
        measures=_measure(document),
        is_edited=any(next(part.iter(_STRANGE), None) is not None for part in parts.values()),
    )


def _follow(document: Node, kind: str, targets: Mapping[str, str]) -> Iterator[str]:
    """Yield the parts for the first page and for the others, in this order."""
    found = {
        reference.get(f"{_W}type"): targets[reference.get(f"{_R}id", "")] for reference in document.iter(_W + kind)
    }
    yield from (found[when] for when in ("first", "default"))


def _read_words(part: Node) -> tuple[str, ...]:
    spoken = (_read_paragraph(paragraph) for paragraph in part.iter(f"{_W}p"))
    return tuple(words for words in spoken if words)


def _read_paragraph(paragraph: Node) -> str:
    words: list[str] = []
    name, is_result = "", False
    for node in paragraph.iter(_SPOKEN):
        match node.tag.removeprefix(_W):
            case "instrText":
                name = _FIELDS.get((node.text or "").strip(), "")
            case "fldChar":
                is_result = node.get(f"{_W}fldCharType") == "separate"
                words.append(name if is_result else "")
            case "footnoteReference":
                words.append(node.get(f"{_W}id", ""))
            case "t":
                words.append("" if is_result else node.text or "")
            case _:
                words.append("\n")
    return "".join(words)


def _read_notes(part: Node) -> Iterator[str]:
    for note in part.iter(f"{_W}footnote"):
        if int(note.get(f"{_W}id", "0")) > 0:
            yield "".join(_read_words(note)).removeprefix(" ")


def _count_entries(document: Node, numbering: Node) -> Iterator[str]:
    """Yield the marker of each entry, as Word counts: every list by itself, and an inner one anew in each entry."""
    patterns = _read_patterns(numbering)
    counts: dict[tuple[str, str], int] = {}
    for place in document.iter(f"{_W}numPr"):
        level, number = (_value(place, tag) for tag in ("ilvl", "numId"))
        counts[number, level] = counts.get((number, level), 0) + 1
        pattern = patterns[number, level]
        yield pattern.replace(f"%{int(level) + 1}", str(counts[number, level])) if "%" in pattern else BULLET


def _read_patterns(numbering: Node) -> Mapping[tuple[str, str], str]:
    kinds = {kind.get(f"{_W}abstractNumId", ""): kind for kind in numbering.iter(f"{_W}abstractNum")}
    return {
        (number.get(f"{_W}numId", ""), level.get(f"{_W}ilvl", "")): _value(level, "lvlText")
        for number in numbering.iter(f"{_W}num")
        for level in kinds[_value(number, "abstractNumId")].iter(f"{_W}lvl")
    }


def _value(node: Node, tag: str) -> str:
    found = node.find(_W + tag)
    return str(found.get(f"{_W}val", "")) if found is not None else ""


def _measure(document: Node) -> Measures:
    size, margins = next(document.iter(f"{_W}pgSz")), next(document.iter(f"{_W}pgMar"))
    table = next(document.iter(f"{_W}tbl"))
    heights = [height for height in table.iter(f"{_W}trHeight") if height.get(f"{_W}hRule") == "exact"]
    sides = {side: _to_mm(margins, side) for side in ("top", "right", "bottom", "left")}
    rows = tuple(_to_mm(height, "val") for height in heights)
    return Measures(width=_to_mm(size, "w"), height=_to_mm(size, "h"), **sides, rows=rows)


def _to_mm(node: Node, name: str) -> float:
    return int(node.get(_W + name, "0")) / _TWIPS_PER_MM
