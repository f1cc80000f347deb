"""Draw the pages of a PDF as one picture for the screen, with PDFium."""

from collections.abc import Iterable
from io import BytesIO

from PIL import Image
from pypdfium2 import PdfDocument

_DOTS = 144 / 72  # pixels a point: sharp on screens of high resolution, too
_GAP = 24  # pixels between pages, through which the background is seen


def draw_pages(pdf: bytes) -> bytes:
    """Return all pages, one below the other, as a PNG. Raises ``PdfiumError`` for what is no PDF."""
    document = PdfDocument(pdf)
    try:
        pages = [page.render(scale=_DOTS).to_pil().convert("RGB") for page in document]
    finally:
        document.close()
    target = BytesIO()
    _join(pages).save(target, "PNG", compress_level=3)
    return target.getvalue()


def _join(pages: Iterable[Image.Image]) -> Image.Image:
    sheets = list(pages)
    height = sum(sheet.height for sheet in sheets) + _GAP * (len(sheets) - 1)
    whole = Image.new("RGBA", (max(sheet.width for sheet in sheets), height), (0, 0, 0, 0))
    top = 0
    for sheet in sheets:
        whole.paste(sheet, (0, top))
        top += sheet.height + _GAP
    return whole
