"""Write the PDF: the standards that it claims, and each stream compressed once."""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any, TypeAlias

from pydyf import PDF
from weasyprint.document import Document

from petitioner.render.pdf_internals import find_unknown_version
from petitioner.render.pdf_internals.file import WrittenObject, write_file, write_object
from petitioner.render.pdf_internals.font_objects import compact_fonts
from petitioner.render.pdf_internals.recording import Piece, list_parts, note_surroundings, record_lines, split_pages
from petitioner.render.pdf_internals.structure import finish_structure, record_origins

Node: TypeAlias = Any
"""An object of WeasyPrint or pydyf, which have no types."""
ARCHIVE = "pdf/a-2a"
"""The name of PDF/A-2a in WeasyPrint."""

_METADATA_END = b"</rdf:RDF>"
_LANGUAGE = (
    b'<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/">'
    b"<dc:language><rdf:Bag><rdf:li>%b</rdf:li></rdf:Bag></dc:language></rdf:Description>"
)


def write_document(document: Document, variant: str) -> bytes:
    """Return the PDF of a document, without corrections if the version of WeasyPrint is unknown."""
    if find_unknown_version():
        return bytes(document.write_pdf(pdf_variant=variant, pdf_identifier=True))
    return draw_document(document, variant).write()


@dataclass(frozen=True, slots=True)
class DrawnDocument:
    """The finished PDF of a document, and the pieces of its pages, see ``split_pages``."""

    document: Document
    pdf: PDF
    pages: dict[int, list[Piece]]

    def write_objects(self) -> list[WrittenObject]:
        """Return the objects of the file, beginning with the number 1."""
        parts = {number: list_parts(pieces) for number, pieces in self.pages.items()}
        return [write_object(thing, parts.get(thing.number, ())) for thing in self.pdf.objects[1:]]

    def write(self, objects: Sequence[WrittenObject] | None = None) -> bytes:
        """Return the bytes of the file, perhaps with other objects."""
        return write_file(objects or self.write_objects(), self.pdf.catalog.number, self.pdf.info.number)


def draw_document(document: Document, variant: str | None) -> DrawnDocument:
    """Draw a document; with a ``variant`` with tags, metadata and corrections."""
    finished: list[PDF] = []
    note_surroundings(document)
    if variant == ARCHIVE:
        _declare(document, (resources.files(__package__) / "pdfua.xml").read_bytes())
    if variant and (language := document.metadata.lang):
        _declare(document, _LANGUAGE % language.encode())
    with compact_fonts(), record_origins() as origins, record_lines() as lines:

        def finish(_: Document, pdf: PDF) -> None:
            if variant:
                finish_structure(pdf, origins)
            pdf.add_object(pdf.info)
            pdf.write = lambda *_: finished.append(pdf)

        document.write_pdf(finisher=finish, pdf_variant=variant)
    return DrawnDocument(document, finished[0], split_pages(lines))


def write_sheet(document: Document) -> bytes:
    """Return the PDF of a document without tags, such as an envelope."""
    if find_unknown_version():
        return bytes(document.write_pdf(pdf_identifier=True))
    return draw_document(document, None).write()


def drop_margin_box(document: Document, place: str) -> None:
    """Remove a margin box such as ``@bottom-center`` from all pages of a document that is not written yet."""
    for page in document.pages:
        sheet = page._page_box  # noqa: SLF001 - the only way to it
        sheet.children = tuple(box for box in sheet.children if getattr(box, "at_keyword", "") != place)


def _declare(document: Document, declared: bytes) -> None:
    """Add to the metadata what WeasyPrint leaves out: the language, and PDF/UA-1 beside PDF/A.

    PDF/A requires an extension schema for the property of PDF/UA (ISO 19005-2, 6.6.2.3).
    """
    describe = document.metadata.generate_rdf_metadata

    def describe_more(variant: str, version: int, conformance: str) -> bytes:
        return bytes(describe(variant, version, conformance).replace(_METADATA_END, declared + _METADATA_END))

    document.metadata.generate_rdf_metadata = describe_more
