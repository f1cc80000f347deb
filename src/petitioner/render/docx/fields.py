"""Fields, whose text Word takes from the document: page numbers, and the date and reference of the letter.

Date and reference are custom properties of the document (ECMA-376-1, 22.3). A writer changes them once, and updates
the fields that show them. Until then each field shows the text that is in the file.
"""

from collections.abc import Iterable, Iterator
from string import Formatter
from xml.sax.saxutils import escape

from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.parts.document import DocumentPart

from petitioner.model.letter import Letter
from petitioner.render.docx.elements import Element, LetterContext, make, make_paragraph, make_run, make_text
from petitioner.render.docx.template import read_part
from petitioner.render.docx.text_runs import make_text_runs

_PAGE_FIELDS = {"page": "PAGE", "pages": "NUMPAGES"}
_DATE, _REFERENCE = "Letter date", "Letter reference"
_NAME = PackURI("/docProps/custom.xml")
_CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
_RELATIONSHIP = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/custom-properties"
_PROPERTY = (
    '<property fmtid="{{D5CDD505-2E9C-101B-9397-08002B2CF9AE}}" pid="{number}" name="{name}">'
    "<vt:lpwstr>{value}</vt:lpwstr></property>"
)
_FIRST_NUMBER = 2  # 0 and 1 are reserved


def _list_properties(letter: Letter) -> dict[str, str]:
    return {_DATE: letter.date_line, _REFERENCE: letter.reference}


def add_properties_part(letter: Letter, document: DocumentPart) -> None:
    """Add the date and the reference of a letter to the properties of its document."""
    properties = "".join(
        _PROPERTY.format(number=number, name=name, value=escape(value))
        for number, (name, value) in enumerate(_list_properties(letter).items(), start=_FIRST_NUMBER)
    )
    content = read_part("custom.xml").replace("$properties", properties).encode()
    package = document.package
    package.relate_to(Part(_NAME, _CONTENT_TYPE, content, package), _RELATIONSHIP)


def make_varying_line(style: str, text: str, context: LetterContext) -> Element:
    """Make a line in which the date and the reference of the letter are fields."""
    return make_paragraph(style, _make_varying_text(text, context))


def _make_varying_text(text: str, context: LetterContext) -> Iterator[Element]:
    names = {value: name for name, value in _list_properties(context.letter).items() if value}
    for piece in split_varying(text, names):
        runs = make_text_runs(piece, is_east_asian=context.is_east_asian)
        yield from _make_field(f'DOCPROPERTY "{names[piece]}"', runs) if piece in names else runs


def split_varying(text: str, values: Iterable[str]) -> list[str]:
    """Split a line before and after each of some values, the longest first: the date and the reference of a letter."""
    longest_first = sorted(filter(None, values), key=len, reverse=True)
    pieces: list[str] = []
    while found := [value for value in longest_first if value in text]:
        value = min(found, key=text.index)
        before, _, text = text.partition(value)
        pieces += [before, value]
    return [*pieces, text]


def make_page_label(context: LetterContext) -> Iterator[Element]:
    """Yield the page number and the number of pages, which show 1 until Word lays out the pages."""
    for words, name, _, _ in Formatter().parse(context.letter.page_label):
        if words:
            yield from make_text_runs(words, is_east_asian=context.is_east_asian)
        if name:
            yield from _make_field(_PAGE_FIELDS[name], [make_run(make_text("1"))])


def _make_field(instruction: str, shown: Iterable[Element]) -> Iterator[Element]:
    """Yield a field and the text that it shows until it is updated."""
    code = make("instrText")
    code.text = instruction
    yield make_run(make("fldChar", fldCharType="begin"))
    yield make_run(code)
    yield make_run(make("fldChar", fldCharType="separate"))
    yield from shown
    yield make_run(make("fldChar", fldCharType="end"))
