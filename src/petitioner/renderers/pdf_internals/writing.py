"""Writing a document that WeasyPrint has laid out, with the tags, character maps and metadata that it leaves out."""

from importlib import resources

from pydyf import PDF
from weasyprint.document import Document

from petitioner.renderers.pdf_internals import find_unknown_version
from petitioner.renderers.pdf_internals.structure import finish_structure, note_origins
from petitioner.renderers.pdf_internals.unicode_maps import mend_unicode_maps

ARCHIVE = "pdf/a-2a"
"""WeasyPrint's word for PDF/A-2a."""

_METADATA_END = b"</rdf:RDF>"


def write_document(document: Document, variant: str) -> bytes:
    """The PDF of a document; plain, as WeasyPrint makes it, where its inside is not the one that is known here."""
    if find_unknown_version():
        return bytes(document.write_pdf(pdf_variant=variant, pdf_identifier=True))
    if variant == ARCHIVE:
        _declare_ua(document)
    with note_origins() as origins:

        def finish(laid_out: Document, pdf: PDF) -> None:
            mend_unicode_maps(laid_out, pdf)
            finish_structure(pdf, origins)

        return bytes(document.write_pdf(finisher=finish, pdf_variant=variant, pdf_identifier=True))


def _declare_ua(document: Document) -> None:
    """Let a document in PDF/A say that it keeps PDF/UA-1 too: WeasyPrint declares one of the two.

    PDF/A knows no such word in metadata, so the file must explain it (ISO 19005-2, 6.6.2.3: extension schemas).
    """
    describe = document.metadata.generate_rdf_metadata
    declared = (resources.files(__package__) / "pdfua.xml").read_bytes()

    def describe_both(variant: str, version: int, conformance: str) -> bytes:
        return bytes(describe(variant, version, conformance).replace(_METADATA_END, declared + _METADATA_END))

    document.metadata.generate_rdf_metadata = describe_both
