"""Footnotes, for which python-docx has no part of its own."""

from collections.abc import Iterable
from dataclasses import dataclass

from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import XmlPart
from docx.oxml.parser import parse_xml
from docx.parts.document import DocumentPart

from petitioner.renderers.docx.elements import Element, make, make_paragraph, make_run, make_text
from petitioner.renderers.docx.template import read_part

_NAME = PackURI("/word/footnotes.xml")
_SEPARATORS = 2
_MARK = "FootnoteReference"


@dataclass(frozen=True, slots=True)
class Notes:
    """The footnotes of one letter. ``part`` keeps the addresses of the links in them."""

    part: XmlPart

    def add(self, content: Iterable[Element]) -> Element:
        """Take up a note, and give the run that calls it from the text. Notes count from 1."""
        notes = self.part.element
        number = len(notes) - _SEPARATORS + 1
        mark = make_run(make("footnoteRef"), _MARK)
        notes.append(
            make("footnote", make_paragraph("FootnoteText", [mark, make_run(make_text(" ")), *content]), id=number)
        )
        return make_run(make("footnoteReference", id=number), _MARK)


def open_notes(document: DocumentPart) -> Notes:
    """Give a document its part for footnotes, which holds the two separators that Word wants first."""
    element = parse_xml(read_part("footnotes.xml").encode())
    part = XmlPart(_NAME, CONTENT_TYPE.WML_FOOTNOTES, element, document.package)
    document.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)
    return Notes(part)
