"""Reads finished documents the way other programs do: the PDF by PDFium, the DOCX as the XML that Word sees."""

import re
import unicodedata
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO

import pikepdf
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


def read_mapped_text(content: bytes) -> str:
    """The text by the file's own ToUnicode maps, in the order of drawing, with no reader's guesses."""
    with pikepdf.open(BytesIO(content)) as pdf:
        return "".join(piece for page in pdf.pages for piece in _read_mapped_page(page))


def _read_mapped_page(page: pikepdf.Page) -> Iterator[str]:
    maps = {str(name): _read_map(font.ToUnicode.read_bytes()) for name, font in page.Resources.Font.items()}
    current: dict[bytes, str] = {}
    for instruction in pikepdf.parse_content_stream(page):
        operands, operator = list(instruction.operands), str(instruction.operator)
        if operator == "Tf":
            current = maps[str(operands[0])]
        elif operator in ("Tj", "TJ"):
            shown = operands if operator == "Tj" else operands[0]
            for codes in (bytes(piece) for piece in shown if isinstance(piece, pikepdf.String)):
                yield from (current[codes[place : place + 2]] for place in range(0, len(codes), 2))
        elif operator == "ET":
            yield "\n"


def _read_map(stream: bytes) -> dict[bytes, str]:
    """What each code of two bytes stands for."""
    lines = re.findall(rb"^<([0-9a-f]{4})> <([0-9a-f]*)>$", stream.partition(b"endcodespacerange")[2], re.MULTILINE)
    return {bytes.fromhex(code.decode()): bytes.fromhex(text.decode()).decode("utf-16-be") for code, text in lines}


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
    """The words of the document with its notes, each paragraph on a line, without headers and footers."""
    parts = read_docx_parts(content)
    notes = _read_notes(parts.get("word/footnotes.xml"))
    return _read_paragraphs(etree.fromstring(parts["word/document.xml"]), notes)


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
