"""Enclosures: PDFs of somebody else's making, which every recipient must be able to open, print and be sent."""

from collections.abc import Iterator
from datetime import date

import pypdfium2.raw as pdfium
from pypdfium2 import PdfDocument, PdfiumError

from petitioner.errors import Problem
from petitioner.model.codes import severity_of
from petitioner.model.theme import MM_PER_PT
from petitioner.workspace import Workspace

_MEGABYTE = 1_000_000
_HEAVY, _TOO_HEAVY = 10, 25  # MB together: an e-mail grows by a third on its way, and mail servers refuse 25 to 35
_A4 = {(210, 297), (297, 210)}  # mm (ISO 216)
_ACTIVE = (b"/JavaScript", b"/Launch", b"/RichMedia")
_NO_LIMITS = -1  # the revision of the security handler of a file without one (ISO 32000-1, 7.6)
_PRINT_ANEW = "Print it into a new PDF: that leaves out what paper cannot show."

Finding = tuple[str, str, str]
"""A code, what it says of the file, and what to do."""


def check_enclosures(workspace: Workspace, _today: date) -> Iterator[Problem]:
    """What is wrong with the files that go along, each at its line of campaign.yaml."""
    campaign = workspace.campaign
    enclosures = campaign.enclosures if campaign else ()
    for place, enclosure in enumerate(enclosures):
        content = workspace.attached.get(enclosure.file)
        for code, message, hint in _examine(content) if content else ():
            yield _blame(workspace, code, f"{enclosure.file} {message}", hint, "enclosures", place, "file")
    yield from _weigh(workspace)


def _weigh(workspace: Workspace) -> Iterator[Problem]:
    """Mail servers refuse what is too heavy; paper does not care."""
    campaign = workspace.campaign
    names = {enclosure.file for enclosure in campaign.enclosures} if campaign else set()
    weight = sum(len(workspace.attached.get(name, b"")) for name in names) / _MEGABYTE
    has_mail = any("email" in recipient.channels for recipient in workspace.written_to)
    message = f"the enclosures have {weight:.0f} MB together"
    if has_mail and weight > _TOO_HEAVY:
        hint = (
            f"No mail server takes more than {_TOO_HEAVY}, and many refuse {_HEAVY}; make the pictures in them smaller."
        )
        yield _blame(workspace, "C413", message, hint, "enclosures")
    elif has_mail and weight > _HEAVY:
        hint = f"Many mail servers refuse more than {_HEAVY}; make the pictures in them smaller."
        yield _blame(workspace, "C451", message, hint, "enclosures")


def _examine(content: bytes) -> Iterator[Finding]:
    try:
        with PdfDocument(content) as pdf:
            yield from _look_through(pdf, content)
    except PdfiumError as error:
        if error.err_code == pdfium.FPDF_ERR_PASSWORD:
            yield "C412", "asks for a password", "No mission has it: save the file without one."
        else:
            yield "C411", "cannot be opened: it is damaged, or has no pages", "Save it anew, or ask for it again."


def _look_through(pdf: PdfDocument, content: bytes) -> Iterator[Finding]:
    if len(pdf) == 0:
        yield "C411", "has no pages", "Save it anew, or ask for it again."
        return
    if pdfium.FPDF_GetSecurityHandlerRevision(pdf) != _NO_LIMITS:
        yield "C454", "is encrypted, and limits what may be done with it", "Save it without restrictions."
    yield from _measure(pdf)
    if pdfium.FPDFDoc_GetJavaScriptActionCount(pdf) > 0 or any(mark in content for mark in _ACTIVE):
        yield "C453", "has a script or another program in it, which mail servers refuse", _PRINT_ANEW
    if pdf.count_attachments():
        yield "C453", "has other files in it, which nobody who prints it would see", _PRINT_ANEW
    if pdf.get_formtype() != pdfium.FORMTYPE_NONE:
        yield "C453", "has a form to fill in", _PRINT_ANEW


def _measure(pdf: PdfDocument) -> Iterator[Finding]:
    for number in range(len(pdf)):
        width, height = (side * MM_PER_PT for side in pdf.get_page_size(number))
        if (round(width), round(height)) not in _A4:
            message = f"has a page that is not A4: page {number + 1} is {width:.0f} by {height:.0f} mm"
            yield "C452", message, "A printer would cut it, or make it smaller; print it into an A4 PDF."
            break
    if turned := pdf[0].get_rotation():
        yield (
            "C452",
            f"has its first page turned by {turned} degrees",
            "Save it upright; not every program turns it back.",
        )


def _blame(workspace: Workspace, code: str, message: str, hint: str, *way: str | int) -> Problem:
    origin = workspace.campaign.origin if workspace.campaign else None
    path, line = (origin.path, origin.line_of(*way)) if origin else (workspace.home, 0)
    return Problem(path, line, code, message, hint, severity_of(code))
