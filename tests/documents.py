"""Reads finished documents the way other programs do: the PDF by PDFium, the DOCX as the XML that Word sees."""

import re
import unicodedata
import zipfile
from dataclasses import dataclass
from io import BytesIO

import pypdfium2
from lxml import etree

MM_PER_PT = 25.4 / 72
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


@dataclass(frozen=True)
class Glyph:
    """A character on a page, with its box in mm from the sheet's top left corner."""

    text: str
    left: float
    top: float
    right: float
    bottom: float


def read_pdf_pages(content: bytes) -> list[str]:
    """The text of each page in the order of the content."""
    with pypdfium2.PdfDocument(content) as pdf:
        return [page.get_textpage().get_text_range().replace("\r\n", "\n") for page in pdf]


def read_glyphs(content: bytes, page: int = 0) -> list[Glyph]:
    """Every visible character of a page and where it stands."""
    with pypdfium2.PdfDocument(content) as pdf:
        sheet = pdf[page]
        height = sheet.get_height()
        text = sheet.get_textpage()
        boxes = [(text.get_text_range(n, 1), text.get_charbox(n)) for n in range(text.count_chars())]
    return [
        Glyph(c, left * MM_PER_PT, (height - top) * MM_PER_PT, right * MM_PER_PT, (height - bottom) * MM_PER_PT)
        for c, (left, bottom, right, top) in boxes
        if c.strip()
    ]


def find_words(content: bytes, words: str, page: int = 0) -> Glyph:
    """The box of the first run of characters that spells ``words``, blanks aside."""
    glyphs = read_glyphs(content, page)
    spelt = "".join(glyph.text for glyph in glyphs)
    start = spelt.index("".join(words.split()))
    run = glyphs[start : start + len("".join(words.split()))]
    return Glyph(
        words,
        min(glyph.left for glyph in run),
        min(glyph.top for glyph in run),
        max(glyph.right for glyph in run),
        max(glyph.bottom for glyph in run),
    )


def read_docx_parts(content: bytes) -> dict[str, bytes]:
    """The parts of the package by name."""
    with zipfile.ZipFile(BytesIO(content)) as package:
        return {name: package.read(name) for name in package.namelist()}


def read_docx_text(content: bytes) -> str:
    """The words of the first page's header, of the body with its notes, each paragraph on a line; no page numbers."""
    parts = read_docx_parts(content)
    notes = _read_notes(parts.get("word/footnotes.xml"))
    headers = [name for name in sorted(parts) if name.startswith("word/header")]
    firsts = [_read_paragraphs(etree.fromstring(parts[name]), notes) for name in headers]
    # The first page's header is the letterhead; the running one holds the reference only.
    letterhead = max(firsts, key=len, default="")
    return letterhead + "\n" + _read_paragraphs(etree.fromstring(parts["word/document.xml"]), notes)


def fold(text: str) -> str:
    """Text as a sequence of characters that can be compared: composed, and without any blank."""
    return "".join(unicodedata.normalize("NFC", text).split())


def drop_list_numbers(text: str) -> str:
    """Take the markers of lists away that a PDF draws and a DOCX leaves to Word."""
    return re.sub(r"(?m)^\s*(\d+\.|[•–◦])[ \u2002]", "", text)


def _read_notes(part: bytes | None) -> dict[str, str]:
    if part is None:
        return {}
    notes = etree.fromstring(part).iter(f"{_W}footnote")
    return {note.get(f"{_W}id", ""): "".join(text.text or "" for text in note.iter(f"{_W}t")) for note in notes}


def _read_paragraphs(root: etree._Element, notes: dict[str, str]) -> str:
    return "\n".join(_read_paragraph(paragraph, notes) for paragraph in root.iter(f"{_W}p"))


def _read_paragraph(paragraph: etree._Element, notes: dict[str, str]) -> str:
    words = []
    for node in paragraph.iter(f"{_W}t", f"{_W}br", f"{_W}tab", f"{_W}footnoteReference"):
        if node.tag == f"{_W}t":
            words.append(node.text or "")
        elif node.tag == f"{_W}footnoteReference":
            number = node.get(f"{_W}id", "")
            words.append(number + notes[number])
        else:
            words.append("\n")
    return "".join(words)
