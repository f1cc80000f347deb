"""Fonts in a PDF as pikepdf and fontTools read them, and its pages as PDFium and Poppler paint them."""

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import pikepdf
import pypdfium2
from fontTools.cffLib import CFFFontSet
from fontTools.pens.recordingPen import RecordingPen
from PIL import Image, ImageChops

from components import require


@dataclass(frozen=True)
class Embedded:
    """A CFF font in a PDF: the kind of its file, the file, its widths by CID, and its map to Unicode."""

    kind: str
    file: bytes
    widths: dict[int, int]
    unicode: bytes


def read_fonts(content: bytes) -> dict[str, Embedded]:
    """The fonts with a FontFile3, by the name of the face."""
    with pikepdf.open(BytesIO(content)) as pdf:
        found = [font for page in pdf.pages for font in page.Resources.Font.values()]
        return {str(font.BaseFont).rpartition("+")[2]: embedded for font in found for embedded in _read_font(font)}


def _read_font(font: pikepdf.Object) -> Iterator[Embedded]:
    (descendant,) = font.DescendantFonts
    file = descendant.FontDescriptor.get("/FontFile3")
    if file is not None:
        entries = list(descendant.W)
        widths: dict[int, int] = {}
        for first, row in zip(entries[::2], entries[1::2], strict=True):
            widths |= {int(first) + place: int(width) for place, width in enumerate(row)}
        yield Embedded(str(file.Subtype), file.read_bytes(), widths, font.ToUnicode.read_bytes())


def read_outlines(file: bytes) -> dict[int, tuple[list[object], int]]:
    """The outline and the width of each glyph in a table of outlines, by CID; 0 is ".notdef"."""
    fonts = CFFFontSet()
    fonts.decompile(BytesIO(file), None)
    top, found = fonts[0], {}
    for name in top.charset:
        pen, glyph = RecordingPen(), top.CharStrings[name]
        glyph.draw(pen)
        found[int(name.removeprefix("cid")) if name != ".notdef" else 0] = pen.value, glyph.width
    return found


def paint_by_pdfium(content: bytes, dots_per_inch: int) -> list[Image.Image]:
    """The pages in colour, as browsers show them."""
    with pypdfium2.PdfDocument(content) as pdf:
        return [page.render(scale=dots_per_inch / 72).to_pil().convert("RGB") for page in pdf]


def paint_by_poppler(content: bytes, folder: Path) -> list[bytes]:
    """The pages in grey, as Evince and Okular show them."""
    folder.mkdir()
    command = [require("pdftoppm"), "-r", "150", "-gray", "-", str(folder / "page")]
    subprocess.run(command, input=content, check=True, capture_output=True)
    return [path.read_bytes() for path in sorted(folder.iterdir())]


def compare(before: list[Image.Image], after: list[Image.Image]) -> list[list[int]]:
    """For each page, the number of pixels with each difference from 0 to 255."""
    pairs = zip(before, after, strict=True)
    return [ImageChops.difference(one, other).convert("L").histogram() for one, other in pairs]
