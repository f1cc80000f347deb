"""Write the PDF: standards it claims, and the ToUnicode maps of its fonts."""

from collections.abc import Iterator
from importlib import resources
from typing import Any, TypeAlias
from unicodedata import normalize

from pydyf import PDF
from weasyprint.document import Document

from petitioner.fonts import read_glyph_characters
from petitioner.render.pdf_internals import find_unknown_version
from petitioner.render.pdf_internals.structure import finish_structure, note_origins

_CMAP = b"/CMapName /Adobe-Identity-UCS def"
_SELECTORS = frozenset(map(chr, (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))))


Node: TypeAlias = Any
"""An object of WeasyPrint or pydyf, which have no types here."""
ARCHIVE = "pdf/a-2a"
"""WeasyPrint's word for PDF/A-2a."""

_METADATA_END = b"</rdf:RDF>"


def correct_unicode_maps(document: Node, pdf: Node) -> None:
    """Give each glyph in the maps of a PDF the character that it draws.

    WeasyPrint keeps of each font its file, cut down, and by glyph the characters (``to_unicode``) and the width.
    """
    streams = [thing for thing in pdf.objects if _CMAP in getattr(thing, "stream", ())]
    for font, thing in zip(document.fonts.values(), streams, strict=True):
        if mended := dict(_mend(font)):
            lines = {_write_line(glyph, font.to_unicode[glyph]): _write_line(glyph, mended[glyph]) for glyph in mended}
            thing.stream = [lines.get(line, line) for line in thing.stream]


def _mend(font: Node) -> Iterator[tuple[int, str]]:
    doubtful = {glyph: text for glyph, text in font.to_unicode.items() if _is_doubtful(text)}
    known = read_glyph_characters(font.file_content) if doubtful else {}
    for glyph, text in doubtful.items():
        if character := _choose(known.get(glyph, ""), text, is_mark=not font.widths.get(glyph, 1)):
            yield glyph, character


def _is_doubtful(text: str) -> bool:
    """Whether a glyph may stand for something else; in ASCII, what stands for several letters is a ligature."""
    return not text or (len(text) > 1 and not text.isascii())


def _choose(drawn: str, text: str, *, is_mark: bool) -> str:
    """The character of a glyph that WeasyPrint gave ``text``, or an empty text where that is right.

    ``drawn`` are the characters that the font draws with the glyph. A ligature stands for the whole text, and so does
    the chosen form of a character, which a selector follows.
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
    """The PDF of a document; plain, as WeasyPrint makes it, where its inside is not the one that is known here."""
    if find_unknown_version():
        return bytes(document.write_pdf(pdf_variant=variant, pdf_identifier=True))
    if variant == ARCHIVE:
        _declare_ua(document)
    with note_origins() as origins:

        def finish(laid_out: Document, pdf: PDF) -> None:
            correct_unicode_maps(laid_out, pdf)
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
