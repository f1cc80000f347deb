"""Read a finished DOCX: its paragraphs, notes, lists and pictures, and its measures in mm.

It is read as XML (ECMA-376-1, part 17), independently of the library that wrote it.
"""

import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
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
_MAX_UNPACKED_BYTES = 50_000_000  # bytes of all parts together, unpacked: a letter has a hundredth of that
_READ_ERRORS = (
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
"""The exceptions for a file that is damaged, or not a DOCX of this program."""

_EDITING_TAGS = tuple(
    f"{_W}{tag}"
    for tag in ("ins", "del", "moveFrom", "moveTo", "vanish", "txbxContent", "commentReference", "altChunk")
)
_PAGE_FIELDS = {"PAGE": "{page}", "NUMPAGES": "{pages}"}
_TEXT_TAGS = tuple(f"{_W}{tag}" for tag in ("t", "br", "tab", "footnoteReference", "fldChar", "instrText"))


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
    """The text of a DOCX. Empty paragraphs are left out, and page numbers are ``{page}`` and ``{pages}``.

    ``headers`` and ``footers`` are those of the first page and of all others. ``markers`` are the numbers and bullets
    of lists, ``alternatives`` the alternative texts of pictures, whose ``widths`` are in mm. ``is_edited`` means that
    there are tracked changes, comments, hidden words or text boxes, which no letter has.
    """

    headers: tuple[tuple[str, ...], ...]
    footers: tuple[tuple[str, ...], ...]
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
        wanted = _unpack_parts(content, lambda name: name in _PARTS or name.startswith(("word/header", "word/footer")))
        return _parse_parts(wanted)
    except _READ_ERRORS as error:
        raise UnreadablePageError("it is damaged, or not a DOCX of this program") from error


def read_identifier(content: bytes) -> str:
    """Return the identifier in the metadata of a DOCX, which is a letter's reference; empty for other files."""
    try:
        return _unpack_parts(content, _CORE.__eq__)[_CORE].findtext(_IDENTIFIER) or ""
    except _READ_ERRORS:
        return ""


def _unpack_parts(content: bytes, is_read: Callable[[str], bool]) -> Mapping[str, Node]:
    """Return the XML of the parts that ``is_read`` accepts, by name. No external entity is loaded."""
    with zipfile.ZipFile(BytesIO(content)) as package:
        parts = [part for part in package.infolist() if is_read(part.filename)]
        if sum(part.file_size for part in parts) > _MAX_UNPACKED_BYTES:
            raise ValueError("too large")
        return {part.filename: _parse(package.read(part)) for part in parts}


@lru_cache(maxsize=64)  # letters share most of their parts
def _parse(part: bytes) -> Node:
    return etree.fromstring(part, etree.XMLParser(resolve_entities=False, no_network=True))


def _parse_parts(parts: Mapping[str, Node]) -> DocxText:
    document = parts["word/document.xml"]
    targets = _read_targets(parts["word/_rels/document.xml.rels"])
    header_parts = [parts[f"word/{name}"] for name in _find_header_parts(document, "headerReference", targets)]
    footer_parts = [parts[f"word/{name}"] for name in _find_header_parts(document, "footerReference", targets)]
    pictures = [one for part in (*header_parts, document) for one in part.iter(f"{_P}inline", f"{_P}anchor")]
    notes = parts.get("word/footnotes.xml")
    return DocxText(
        headers=tuple(map(_read_header, header_parts)),
        footers=tuple(map(_read_header, footer_parts)),
        paragraphs=_read_paragraphs(document),
        notes=tuple(_read_notes(notes)) if notes is not None else (),
        markers=tuple(_list_markers(document, parts["word/numbering.xml"])),
        alternatives=tuple(str(words.get("descr", "")) for one in pictures for words in one.iter(f"{_P}docPr")),
        widths=tuple(int(size.get("cx", 0)) / _EMU_PER_MM for one in pictures for size in one.iter(f"{_P}extent")),
        measures=_measure_page(document),
        is_edited=any(map(_is_edited, parts.values())),
    )


# Letters share most of their parts, so these are read once:


@lru_cache(maxsize=64)
def _is_edited(part: Node) -> bool:
    return next(part.iter(_EDITING_TAGS), None) is not None


@lru_cache(maxsize=16)
def _read_targets(links: Node) -> Mapping[str, str]:
    return {str(link.get("Id")): str(link.get("Target")) for link in links}


@lru_cache(maxsize=64)
def _read_header(part: Node) -> tuple[str, ...]:
    return _read_paragraphs(part)


@lru_cache(maxsize=16)
def _read_marker_patterns(numbering: Node) -> Mapping[tuple[str, str], str]:
    kinds = {kind.get(f"{_W}abstractNumId", ""): kind for kind in numbering.iter(f"{_W}abstractNum")}
    return {
        (number.get(f"{_W}numId", ""), level.get(f"{_W}ilvl", "")): _get_value(level, "lvlText")
        for number in numbering.iter(f"{_W}num")
        for level in kinds[_get_value(number, "abstractNumId")].iter(f"{_W}lvl")
    }


def _find_header_parts(document: Node, kind: str, targets: Mapping[str, str]) -> Iterator[str]:
    """Yield the names of the header or footer parts for the first page and for the others, in this order."""
    found = {
        reference.get(f"{_W}type"): targets[reference.get(f"{_R}id", "")] for reference in document.iter(_W + kind)
    }
    yield from (found[page_type] for page_type in ("first", "default"))


def _read_paragraphs(part: Node) -> tuple[str, ...]:
    paragraphs = (_read_paragraph(paragraph) for paragraph in part.iter(f"{_W}p"))
    return tuple(words for words in paragraphs if words)


def _read_paragraph(paragraph: Node) -> str:
    words: list[str] = []
    name, is_result = "", False
    for node in paragraph.iter(_TEXT_TAGS):
        match node.tag.removeprefix(_W):
            case "instrText":
                name = _PAGE_FIELDS.get((node.text or "").strip(), "")
            case "fldChar":
                is_result = node.get(f"{_W}fldCharType") == "separate"
                words.append(name if is_result else "")
            case "footnoteReference":
                words.append(node.get(f"{_W}id", ""))
            case "t":
                words.append("" if is_result and name else node.text or "")
            case _:
                words.append("\n")
    return "".join(words)


def _read_notes(part: Node) -> Iterator[str]:
    for note in part.iter(f"{_W}footnote"):
        if int(note.get(f"{_W}id", "0")) > 0:
            yield "".join(_read_paragraphs(note)).removeprefix(" ")


def _list_markers(document: Node, numbering: Node) -> Iterator[str]:
    """Yield the marker of each entry of a list, counted as Word does."""
    patterns = _read_marker_patterns(numbering)
    counts: dict[tuple[str, str], int] = {}
    for place in document.iter(f"{_W}numPr"):
        level, number = (_get_value(place, tag) for tag in ("ilvl", "numId"))
        counts[number, level] = counts.get((number, level), 0) + 1
        pattern = patterns[number, level]
        yield pattern.replace(f"%{int(level) + 1}", str(counts[number, level])) if "%" in pattern else BULLET


def _get_value(node: Node, tag: str) -> str:
    found = node.find(_W + tag)
    return str(found.get(f"{_W}val", "")) if found is not None else ""


def _measure_page(document: Node) -> Measures:
    size, margins = next(document.iter(f"{_W}pgSz")), next(document.iter(f"{_W}pgMar"))
    _, table, *_ = document.iter(f"{_W}tbl")  # after that of the letterhead
    heights = table.iter(f"{_W}trHeight")
    sides = {side: _read_mm(margins, side) for side in ("top", "right", "bottom", "left")}
    rows = tuple(_read_mm(height, "val") for height in heights)
    return Measures(width=_read_mm(size, "w"), height=_read_mm(size, "h"), **sides, rows=rows)


def _read_mm(node: Node, name: str) -> float:
    return int(node.get(_W + name, "0")) / _TWIPS_PER_MM
