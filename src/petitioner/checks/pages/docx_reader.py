"""Read a finished DOCX: its paragraphs, notes, lists and pictures, and its measures in mm.

It is read as XML (ECMA-376-1, part 17), independently of the library that wrote it.
"""

import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from itertools import chain
from typing import TypeAlias

from lxml import etree

from petitioner.checks.pages.expected_text import BULLET
from petitioner.checks.pages.pdf_reader import UnreadablePageError

Node: TypeAlias = etree._Element  # noqa: SLF001 - the only name that lxml has for it

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_P = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_TWIPS_PER_MM, _EMU_PER_MM = 1440 / 25.4, 36_000
DOCUMENT, _LINKS = "word/document.xml", "word/_rels/document.xml.rels"
_NUMBERING, _NOTES = "word/numbering.xml", "word/footnotes.xml"
_PARTS = {DOCUMENT, _LINKS, _NUMBERING, _NOTES}
_CORE, _IDENTIFIER = "docProps/core.xml", "{http://purl.org/dc/elements/1.1/}identifier"
MAX_UNPACKED_BYTES = 50_000_000  # bytes of all parts together, unpacked: a letter has a hundredth of that
READ_ERRORS = (
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
_LAYOUT_TAGS = tuple(f"{_W}{tag}" for tag in ("headerReference", "footerReference", "pgSz", "pgMar", "tbl", "trHeight"))
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True)
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


@dataclass(frozen=True, slots=True)
class Words:
    """What paragraphs say. ``entries`` are the number and the level of the list of each entry.

    ``alternatives`` are the alternative texts of pictures, whose ``widths`` are in mm. ``is_edited`` is that of
    ``DocxText``.
    """

    paragraphs: tuple[str, ...] = ()
    entries: tuple[tuple[str, str], ...] = ()
    alternatives: tuple[str, ...] = ()
    widths: tuple[float, ...] = ()
    is_edited: bool = False


@dataclass(frozen=True, slots=True)
class Layout:
    """The measures of a document, and the links to the headers and footers of the first page and of the others."""

    measures: Measures
    headers: tuple[str, ...]
    footers: tuple[str, ...]


def read_docx(content: bytes) -> DocxText:
    """Read the parts of a DOCX. Raises ``UnreadablePageError`` if it is not a DOCX, or damaged."""
    try:
        parts = _unpack_parts(content, is_read)
        document = parts[DOCUMENT]
        return join_parts(parts, read_words(document), read_layout(document))
    except READ_ERRORS as error:
        raise UnreadablePageError("it is damaged, or not a DOCX of this program") from error


def is_read(name: str) -> bool:
    """Return whether a part is one of those that are read."""
    return name in _PARTS or name.startswith(("word/header", "word/footer"))


def read_identifier(content: bytes) -> str:
    """Return the identifier in the metadata of a DOCX, which is a letter's reference; empty for other files."""
    try:
        return _unpack_parts(content, _CORE.__eq__)[_CORE].findtext(_IDENTIFIER) or ""
    except READ_ERRORS:
        return ""


def _unpack_parts(content: bytes, is_read: Callable[[str], bool]) -> Mapping[str, Node]:
    """Return the XML of the parts that ``is_read`` accepts, by name."""
    with zipfile.ZipFile(BytesIO(content)) as package:
        parts = [part for part in package.infolist() if is_read(part.filename)]
        if sum(part.file_size for part in parts) > MAX_UNPACKED_BYTES:
            raise ValueError("too large")
        return {part.filename: parse_part(package.read(part)) for part in parts}


@lru_cache(maxsize=64)  # letters share most of their parts
def parse_part(part: bytes) -> Node:
    """Return the XML of a part. No external entity is loaded."""
    return etree.fromstring(part, _PARSER)


def join_parts(parts: Mapping[str, Node], words: Words, layout: Layout) -> DocxText:
    """Return the text of a DOCX from its parts by name, and from what its document says."""
    targets = _read_targets(parts[_LINKS])
    headers, footers = (
        [_read_part(parts[f"word/{targets[link]}"]) for link in links] for links in (layout.headers, layout.footers)
    )
    notes = parts.get(_NOTES)
    return DocxText(
        headers=tuple(header.paragraphs for header in headers),
        footers=tuple(footer.paragraphs for footer in footers),
        paragraphs=words.paragraphs,
        notes=_read_notes(notes) if notes is not None else (),
        markers=tuple(_list_markers(words.entries, parts[_NUMBERING])),
        alternatives=tuple(chain.from_iterable(part.alternatives for part in (*headers, words))),
        widths=tuple(chain.from_iterable(part.widths for part in (*headers, words))),
        measures=layout.measures,
        is_edited=words.is_edited or any(_is_edited(part) for name, part in parts.items() if name != DOCUMENT),
    )


def join_words(parts: Iterable[Words]) -> Words:
    """Return what several parts of a document say, one after the other."""
    paragraphs: list[str] = []
    entries: list[tuple[str, str]] = []
    alternatives: list[str] = []
    widths: list[float] = []
    is_edited = False
    for part in parts:
        paragraphs += part.paragraphs
        entries += part.entries
        alternatives += part.alternatives
        widths += part.widths
        is_edited |= part.is_edited
    return Words(tuple(paragraphs), tuple(entries), tuple(alternatives), tuple(widths), is_edited)


def read_words(part: Node) -> Words:
    """Return what the paragraphs of a part say."""
    pictures = list(part.iter(f"{_P}inline", f"{_P}anchor"))
    return Words(
        paragraphs=_read_paragraphs(part),
        entries=tuple((_get_value(place, "numId"), _get_value(place, "ilvl")) for place in part.iter(f"{_W}numPr")),
        alternatives=tuple(str(words.get("descr", "")) for one in pictures for words in one.iter(f"{_P}docPr")),
        widths=tuple(int(size.get("cx", 0)) / _EMU_PER_MM for one in pictures for size in one.iter(f"{_P}extent")),
        is_edited=next(part.iter(_EDITING_TAGS), None) is not None,
    )


def read_layout(document: Node) -> Layout:
    """Return the layout of a document."""
    headers, footers = (tuple(_find_links(document, kind)) for kind in ("headerReference", "footerReference"))
    return Layout(_measure_page(document), headers, footers)


def has_layout(node: Node) -> bool:
    """Return whether there is a part of a document's layout in a node."""
    return next(node.iter(_LAYOUT_TAGS), None) is not None


# Letters share most of their parts, so these are read once:


@lru_cache(maxsize=64)
def _is_edited(part: Node) -> bool:
    return next(part.iter(_EDITING_TAGS), None) is not None


@lru_cache(maxsize=16)
def _read_targets(links: Node) -> Mapping[str, str]:
    return {str(link.get("Id")): str(link.get("Target")) for link in links}


@lru_cache(maxsize=64)
def _read_part(part: Node) -> Words:
    return read_words(part)


@lru_cache(maxsize=16)
def _read_marker_patterns(numbering: Node) -> Mapping[tuple[str, str], str]:
    kinds = {kind.get(f"{_W}abstractNumId", ""): kind for kind in numbering.iter(f"{_W}abstractNum")}
    return {
        (number.get(f"{_W}numId", ""), level.get(f"{_W}ilvl", "")): _get_value(level, "lvlText")
        for number in numbering.iter(f"{_W}num")
        for level in kinds[_get_value(number, "abstractNumId")].iter(f"{_W}lvl")
    }


@lru_cache(maxsize=16)
def _read_notes(part: Node) -> tuple[str, ...]:
    return tuple(
        "".join(_read_paragraphs(note)).removeprefix(" ")
        for note in part.iter(f"{_W}footnote")
        if int(note.get(f"{_W}id", "0")) > 0
    )


def _find_links(document: Node, kind: str) -> Iterator[str]:
    """Yield the links to the header or footer of the first page and of the others, in this order."""
    found = {reference.get(f"{_W}type"): reference.get(f"{_R}id", "") for reference in document.iter(_W + kind)}
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


def _list_markers(entries: Iterable[tuple[str, str]], numbering: Node) -> Iterator[str]:
    """Yield the marker of each entry of a list, counted as Word does."""
    patterns = _read_marker_patterns(numbering)
    counts: Counter[tuple[str, str]] = Counter()
    for number, level in entries:
        counts[number, level] += 1
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
