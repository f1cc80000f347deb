"""Write the PDF: standards it claims, the ToUnicode maps of its fonts, and each stream compressed once."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any, TypeAlias
from unicodedata import normalize

from pydyf import PDF
from weasyprint.document import Document

from petitioner.fonts import read_glyph_characters
from petitioner.render.pdf_internals import find_unknown_version
from petitioner.render.pdf_internals.cid_fonts import compact_fonts, name_compact_fonts
from petitioner.render.pdf_internals.file import WrittenObject, write_file, write_object
from petitioner.render.pdf_internals.recording import Piece, list_parts, note_surroundings, record_lines, split_pages
from petitioner.render.pdf_internals.structure import finish_structure, record_origins

_CMAP = b"/CMapName /Adobe-Identity-UCS def"
_SELECTORS = frozenset(map(chr, (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))))


Node: TypeAlias = Any
"""An object of WeasyPrint or pydyf, which have no types."""
ARCHIVE = "pdf/a-2a"
"""The name of PDF/A-2a in WeasyPrint."""

_METADATA_END = b"</rdf:RDF>"
_LANGUAGE = (
    b'<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/">'
    b"<dc:language><rdf:Bag><rdf:li>%b</rdf:li></rdf:Bag></dc:language></rdf:Description>"
)


def correct_unicode_maps(document: Node, pdf: Node) -> None:
    """Correct the ToUnicode maps of a PDF, so that each glyph has the character that it shows.

    A font has its whole file, and for each glyph the characters by WeasyPrint (``to_unicode``) and the width.
    """
    streams = [thing for thing in pdf.objects if _CMAP in getattr(thing, "stream", ())]
    for font, thing in zip(document.fonts.values(), streams, strict=True):
        if corrected := dict(_find_corrections(font)):
            lines = {
                _write_line(glyph, font.to_unicode[glyph]): _write_line(glyph, corrected[glyph]) for glyph in corrected
            }
            thing.stream = [lines.get(line, line) for line in thing.stream]


def _find_corrections(font: Node) -> Iterator[tuple[int, str]]:
    doubtful = {glyph: text for glyph, text in font.to_unicode.items() if _is_doubtful(text)}
    known = read_glyph_characters(font.face.content, font.index) if doubtful else {}
    for glyph, text in doubtful.items():
        if character := _choose_character(known.get(glyph, ""), text, is_mark=not font.widths.get(glyph, 1)):
            yield glyph, character


def _is_doubtful(text: str) -> bool:
    """Whether the text of a glyph may be wrong; several ASCII letters are a ligature."""
    return not text or (len(text) > 1 and not text.isascii())


def _choose_character(drawn: str, text: str, *, is_mark: bool) -> str:
    """Return the character of a glyph that has ``text`` in WeasyPrint, or an empty text if that is correct.

    ``drawn`` are the characters of the glyph in the font. The whole text is correct for a ligature, and for a
    character with a variation selector.
    """
    if not text:
        return min(drawn, key=lambda character: (normalize("NFKC", character) != character, character), default="")
    if _SELECTORS.issuperset(text[1:]):
        return ""
    own = [character for character in drawn if character in text]
    return own[0] if own else text[-1] if is_mark else ""


def _write_line(glyph: int, text: str) -> bytes:
    return f"<{glyph:04x}> <{text.encode('utf-16-be').hex()}>".encode()


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

        def finish(laid_out: Document, pdf: PDF) -> None:
            name_compact_fonts(laid_out, pdf)
            if variant:
                correct_unicode_maps(laid_out, pdf)
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
