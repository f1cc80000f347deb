"""Checks of the files that letters use: PDFs of enclosures, the logo, and pictures of signatures."""

from collections.abc import Iterable, Iterator
from datetime import date

from petitioner.errors import Problem
from petitioner.inputs.folder import THEME
from petitioner.inputs.theme import LOGOS
from petitioner.inputs.workspace import Workspace
from petitioner.model.codes import find_severity

_MEGABYTE = 1_000_000
_HEAVY_MB, _TOO_HEAVY_MB = 10, 25  # of all enclosures: encoding adds a third, and mail servers refuse 25 to 35


def check_enclosures(workspace: Workspace, _today: date) -> Iterator[Problem]:
    """Yield a problem for each fault in an enclosed PDF, at its line of campaign.yaml."""
    campaign = workspace.campaign
    enclosures = campaign.enclosures if campaign else ()
    for place, enclosure in enumerate(enclosures):
        content = workspace.attached.get(enclosure.file)
        for code, message, hint in _list_pdf_faults(content) if content else ():
            yield _make_problem(workspace, code, f"{enclosure.file} {message}", hint, "enclosures", place, "file")
    yield from _check_total_size(workspace)


def _check_total_size(workspace: Workspace) -> Iterator[Problem]:
    """Yield a problem if the enclosures are too large together for mail servers, and a letter goes by e-mail."""
    campaign = workspace.campaign
    names = {enclosure.file for enclosure in campaign.enclosures} if campaign else set()
    weight = sum(len(workspace.attached.get(name, b"")) for name in names) / _MEGABYTE
    has_mail = any("email" in recipient.channels for recipient in workspace.written_to)
    message = f"the enclosures are {weight:.0f} MB together"
    smaller = "Make the pictures in them smaller:"
    if has_mail and weight > _TOO_HEAVY_MB:
        hint = f"{smaller} no mail server accepts more than {_TOO_HEAVY_MB} MB, and many refuse {_HEAVY_MB}."
        yield _make_problem(workspace, "C413", message, hint, "enclosures")
    elif has_mail and weight > _HEAVY_MB:
        hint = f"{smaller} many mail servers refuse more than {_HEAVY_MB} MB."
        yield _make_problem(workspace, "C451", message, hint, "enclosures")


def _make_problem(workspace: Workspace, code: str, message: str, hint: str, *location: str | int) -> Problem:
    origin = workspace.campaign.origin if workspace.campaign else None
    path, line = (origin.path, origin.line_of(*location)) if origin else (workspace.home, 0)
    return Problem(path, line, code, message, hint, find_severity(code))


def check_pictures(workspace: Workspace, _today: date) -> Iterator[Problem]:
    """Yield a problem for each fault in the logo, and in a picture of a signature at its line of campaign.yaml."""
    if logo := workspace.theme.logo:
        name = next(name for name, is_kind in LOGOS.items() if is_kind(logo))
        for code, message, hint in _list_picture_faults(logo):
            yield Problem(f"{THEME}/{name}", 0, code, f"the logo {message}", hint, find_severity(code))
    campaign = workspace.campaign
    for place, person in enumerate(campaign.signatories if campaign else ()):
        content = workspace.attached.get(person.image or "")
        for code, message, hint in _list_picture_faults(content) if content else ():
            yield _make_problem(workspace, code, f"{person.image} {message}", hint, "signatories", place, "image")


def _list_pdf_faults(content: bytes) -> Iterable[tuple[str, str, str]]:
    """Return code, message and hint of each fault in a PDF."""
    from petitioner.checks.attached_files import check_pdf  # noqa: PLC0415 - as below

    return check_pdf(content)


def _list_picture_faults(content: bytes) -> Iterable[tuple[str, str, str]]:
    """Return code, message and hint of each fault in a picture."""
    from petitioner.checks.attached_files import check_picture  # noqa: PLC0415 - PDFium and Pillow are slow to load

    return check_picture(content)
