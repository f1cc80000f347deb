"""Find faults in an enclosed PDF or a picture. This module is loaded only if letters use such files."""

import warnings
from collections.abc import Iterator
from functools import lru_cache
from io import BytesIO

import pypdfium2.raw as pdfium
from PIL import Image
from pypdfium2 import PdfDocument, PdfiumError

from petitioner.model.theme import MM_PER_PT

_A4 = {(210, 297), (297, 210)}  # mm (ISO 216)
_ACTIVE_CONTENT = (b"/JavaScript", b"/Launch", b"/RichMedia")
_NOT_ENCRYPTED = -1  # the revision of the security handler of a file without one (ISO 32000-1, 7.6)
_SAVE_SMALLER = "Save it smaller: 1,000 pixels across are enough."
_PRINT_TO_NEW_PDF = "Print it to a new PDF, which leaves that out."

FileFault = tuple[str, str, str]
"""The code of a problem, the message about the file, and the hint."""

_MIN_PIXELS = 16  # on each side: smaller pictures show nothing
_MAX_MEGAPIXELS = 40  # more than any scanner makes of a signature, and 160 MB in memory
_HEAVY_PICTURE_MB = 2  # every letter contains the picture
_PIXEL_FORMATS = frozenset({"1", "L", "LA", "P", "PA", "RGB", "RGBA", "CMYK"})  # what both formats can hold
_MAX_VISIBLE = 250  # of 255: lighter pixels cannot be seen on paper


def check_pdf(content: bytes) -> Iterator[FileFault]:
    """Yield the faults of an enclosed PDF."""
    try:
        with PdfDocument(content) as pdf:
            yield from _check_pdf_content(pdf, content)
    except PdfiumError as error:
        if error.err_code == pdfium.FPDF_ERR_PASSWORD:
            yield "C412", "needs a password", "Save the file without one: no mission has it."
        else:
            yield "C411", "cannot be opened: it is damaged, or has no pages", "Save it again, or ask for a new copy."


def _check_pdf_content(pdf: PdfDocument, content: bytes) -> Iterator[FileFault]:
    if len(pdf) == 0:
        yield "C411", "has no pages", "Save it again, or ask for a new copy."
        return
    if pdfium.FPDF_GetSecurityHandlerRevision(pdf) != _NOT_ENCRYPTED:
        yield "C454", "is encrypted, and restricts what may be done with it", "Save it without restrictions."
    yield from _check_page_sizes(pdf)
    if pdfium.FPDFDoc_GetJavaScriptActionCount(pdf) > 0 or any(name in content for name in _ACTIVE_CONTENT):
        yield "C453", "contains a script or another program, which mail servers refuse", _PRINT_TO_NEW_PDF
    if pdf.count_attachments():
        yield "C453", "contains other files, which are not printed", _PRINT_TO_NEW_PDF
    if pdf.get_formtype() != pdfium.FORMTYPE_NONE:
        yield "C453", "contains a form to fill in", _PRINT_TO_NEW_PDF


def _check_page_sizes(pdf: PdfDocument) -> Iterator[FileFault]:
    for number in range(len(pdf)):
        width, height = (side * MM_PER_PT for side in pdf.get_page_size(number))
        if (round(width), round(height)) not in _A4:
            message = f"has a page that is not A4: page {number + 1} is {width:.0f} by {height:.0f} mm"
            yield "C452", message, "Print it to an A4 PDF: a printer would cut or shrink it."
            break
    if turned := pdf[0].get_rotation():
        yield (
            "C452",
            f"has its first page rotated by {turned} degrees",
            "Save it upright: not every program turns it back.",
        )


@lru_cache(maxsize=16)
def check_picture(content: bytes) -> tuple[FileFault, ...]:
    """Return the faults of a logo or a picture of a signature."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # a limit of our own follows
            with Image.open(BytesIO(content)) as picture:
                picture.verify()
            with Image.open(BytesIO(content)) as picture:  # opened again, since verify() closes the picture
                return tuple(_check_picture_content(picture, content))
    except Image.DecompressionBombError:
        return (("I102", f"has more than {_MAX_MEGAPIXELS} megapixels", _SAVE_SMALLER),)
    except (OSError, ValueError, SyntaxError) as error:
        return (("I101", f"cannot be read: {error}", "Save it again."),)


def _check_picture_content(picture: Image.Image, content: bytes) -> Iterator[FileFault]:
    width, height = picture.size
    if min(width, height) < _MIN_PIXELS:
        yield "I102", f"is {width} by {height} pixels, too small to see", "Scan it again, 1,000 pixels across."
        return
    if width * height > _MAX_MEGAPIXELS * 1_000_000:
        message = f"is {width} by {height} pixels, more than {_MAX_MEGAPIXELS} million"
        yield "I102", message, _SAVE_SMALLER
        return
    if picture.mode not in _PIXEL_FORMATS:
        yield "I101", f"has an unusual pixel format ({picture.mode})", "Save it with 8 bits a colour."
        return
    if len(content) > _HEAVY_PICTURE_MB * 1_000_000:
        message = f"is {len(content) / 1_000_000:.0f} MB, and is part of every letter"
        yield "I151", message, _SAVE_SMALLER
    if picture.mode == "CMYK":
        yield "I152", "uses printing colours (CMYK), which programs show differently", "Save it as RGB."
    if getattr(picture, "n_frames", 1) > 1:
        yield "I153", "is animated, but only its first picture is printed", "Save that picture alone."
    if _is_blank(picture):
        yield "I103", "is blank", "Save it again, with something on it that is darker than paper."


def _is_blank(picture: Image.Image) -> bool:
    """Return whether a picture would be invisible on white paper."""
    rgba = picture.convert("RGBA")
    paper = Image.new("RGBA", rgba.size, "white")
    darkest, _ = Image.alpha_composite(paper, rgba).convert("L").getextrema()
    return isinstance(darkest, int | float) and darkest > _MAX_VISIBLE
