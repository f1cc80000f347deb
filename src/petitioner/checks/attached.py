"""What goes along with letters: PDFs of enclosures, the logo, and pictures of signatures."""

import warnings
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from io import BytesIO

import pypdfium2.raw as pdfium
from PIL import Image
from pypdfium2 import PdfDocument, PdfiumError

from petitioner.errors import Problem
from petitioner.inputs.theme import LOGOS
from petitioner.inputs.workspace import THEME, Workspace
from petitioner.model.codes import find_severity
from petitioner.model.theme import MM_PER_PT

_MEGABYTE = 1_000_000
_HEAVY, _TOO_HEAVY = 10, 25  # MB together: an e-mail grows by a third on its way, and mail servers refuse 25 to 35
_A4 = {(210, 297), (297, 210)}  # mm (ISO 216)
_ACTIVE = (b"/JavaScript", b"/Launch", b"/RichMedia")
_NO_LIMITS = -1  # the revision of the security handler of a file without one (ISO 32000-1, 7.6)
_PRINT_ANEW = "Print it to a new PDF, which leaves that out."

Finding = tuple[str, str, str]
"""A code, what it says of a file, and what to do."""

_SMALLEST = 16  # pixels on a side: smaller pictures show nothing
_LARGEST = 40  # megapixels: more than any scanner makes of a signature, and 160 MB in memory
_HEAVY_PICTURE = 2  # MB: every letter carries the picture
_MODES = frozenset({"1", "L", "LA", "P", "PA", "RGB", "RGBA", "CMYK"})  # what both formats can hold
_PAPER = 250  # of 255: what is lighter does not show


def check_enclosures(workspace: Workspace, _today: date) -> Iterator[Problem]:
    """Yield what is wrong with the files that go along, each at its line of campaign.yaml."""
    campaign = workspace.campaign
    enclosures = campaign.enclosures if campaign else ()
    for place, enclosure in enumerate(enclosures):
        content = workspace.attached.get(enclosure.file)
        for code, message, hint in _check_pdf(content) if content else ():
            yield _make_problem(workspace, code, f"{enclosure.file} {message}", hint, "enclosures", place, "file")
    yield from _check_total_size(workspace)


def _check_total_size(workspace: Workspace) -> Iterator[Problem]:
    """Mail servers refuse what is too heavy; paper does not care."""
    campaign = workspace.campaign
    names = {enclosure.file for enclosure in campaign.enclosures} if campaign else set()
    weight = sum(len(workspace.attached.get(name, b"")) for name in names) / _MEGABYTE
    has_mail = any("email" in recipient.channels for recipient in workspace.written_to)
    message = f"the enclosures are {weight:.0f} MB together"
    smaller = "Make the pictures in them smaller:"
    if has_mail and weight > _TOO_HEAVY:
        hint = f"{smaller} no mail server accepts more than {_TOO_HEAVY} MB, and many refuse {_HEAVY}."
        yield _make_problem(workspace, "C413", message, hint, "enclosures")
    elif has_mail and weight > _HEAVY:
        hint = f"{smaller} many mail servers refuse more than {_HEAVY} MB."
        yield _make_problem(workspace, "C451", message, hint, "enclosures")


def _check_pdf(content: bytes) -> Iterator[Finding]:
    try:
        with PdfDocument(content) as pdf:
            yield from _read_pdf(pdf, content)
    except PdfiumError as error:
        if error.err_code == pdfium.FPDF_ERR_PASSWORD:
            yield "C412", "needs a password", "Save the file without one: no mission has it."
        else:
            yield "C411", "cannot be opened: it is damaged, or has no pages", "Save it again, or ask for a new copy."


def _read_pdf(pdf: PdfDocument, content: bytes) -> Iterator[Finding]:
    if len(pdf) == 0:
        yield "C411", "has no pages", "Save it again, or ask for a new copy."
        return
    if pdfium.FPDF_GetSecurityHandlerRevision(pdf) != _NO_LIMITS:
        yield "C454", "is encrypted, and restricts what may be done with it", "Save it without restrictions."
    yield from _measure(pdf)
    if pdfium.FPDFDoc_GetJavaScriptActionCount(pdf) > 0 or any(mark in content for mark in _ACTIVE):
        yield "C453", "contains a script or another program, which mail servers refuse", _PRINT_ANEW
    if pdf.count_attachments():
        yield "C453", "contains other files, which are not printed", _PRINT_ANEW
    if pdf.get_formtype() != pdfium.FORMTYPE_NONE:
        yield "C453", "contains a form to fill in", _PRINT_ANEW


def _measure(pdf: PdfDocument) -> Iterator[Finding]:
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


def _make_problem(workspace: Workspace, code: str, message: str, hint: str, *location: str | int) -> Problem:
    origin = workspace.campaign.origin if workspace.campaign else None
    path, line = (origin.path, origin.line_of(*location)) if origin else (workspace.home, 0)
    return Problem(path, line, code, message, hint, find_severity(code))


def check_pictures(workspace: Workspace, _today: date) -> Iterator[Problem]:
    """Yield what is wrong with the logo, and with each picture of a signature at its line of campaign.yaml."""
    if logo := workspace.theme.logo:
        name = next(name for name, is_kind in LOGOS.items() if is_kind(logo))
        for code, message, hint in _check_picture(logo):
            yield Problem(f"{THEME}/{name}", 0, code, f"the logo {message}", hint, find_severity(code))
    campaign = workspace.campaign
    for place, person in enumerate(campaign.signatories if campaign else ()):
        content = workspace.attached.get(person.image or "")
        for code, message, hint in _check_picture(content) if content else ():
            yield _make_problem(workspace, code, f"{person.image} {message}", hint, "signatories", place, "image")


@lru_cache(maxsize=16)
def _check_picture(content: bytes) -> tuple[Finding, ...]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # a limit of our own follows
            with Image.open(BytesIO(content)) as picture:
                picture.verify()
            with Image.open(BytesIO(content)) as picture:  # one that was verified cannot be looked at any more
                return tuple(_read_picture(picture, content))
    except Image.DecompressionBombError:
        return (("I102", f"has more than {_LARGEST} megapixels", "Save it smaller: 1,000 pixels across are enough."),)
    except (OSError, ValueError, SyntaxError) as error:
        return (("I101", f"cannot be read: {error}", "Save it again."),)


def _read_picture(picture: Image.Image, content: bytes) -> Iterator[Finding]:
    width, height = picture.size
    if min(width, height) < _SMALLEST:
        yield "I102", f"is {width} by {height} pixels, too small to see", "Scan it again, 1,000 pixels across."
        return
    if width * height > _LARGEST * 1_000_000:
        message = f"is {width} by {height} pixels, more than {_LARGEST} million"
        yield "I102", message, "Save it smaller: 1,000 pixels across are enough."
        return
    if picture.mode not in _MODES:
        yield "I101", f"has an unusual pixel format ({picture.mode})", "Save it with 8 bits a colour."
        return
    if len(content) > _HEAVY_PICTURE * 1_000_000:
        message = f"is {len(content) / 1_000_000:.0f} MB, and is part of every letter"
        yield "I151", message, "Save it smaller: 1,000 pixels across are enough."
    if picture.mode == "CMYK":
        yield "I152", "uses printing colours (CMYK), which programs show differently", "Save it as RGB."
    if getattr(picture, "n_frames", 1) > 1:
        yield "I153", "is animated, but only its first picture is printed", "Save that picture alone."
    if _is_blank(picture):
        yield "I103", "is blank", "Save it again, with something on it that is darker than paper."


def _is_blank(picture: Image.Image) -> bool:
    """Return whether nothing of a picture would show on white paper."""
    seen = picture.convert("RGBA")
    paper = Image.new("RGBA", seen.size, "white")
    darkest, _ = Image.alpha_composite(paper, seen).convert("L").getextrema()
    return isinstance(darkest, int | float) and darkest > _PAPER
