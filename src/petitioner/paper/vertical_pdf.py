"""Turn mirrored lines of a PDF into vertical text, since WeasyPrint has no vertical writing.

A column is written as a line that is mirrored at its diagonal (the matrix 0 1 1 0), which nothing else is. Here its
glyphs become upright: the font gets the encoding Identity-V, with which a viewer draws from top to bottom (ISO 32000-1,
9.7.4.3). So the words can be searched and copied in their order. The glyphs are the vertical forms already, by the
font's feature 'vert'.
"""

from collections.abc import Iterator, Sequence
from copy import copy
from io import BytesIO

from pikepdf import (
    Array,
    ContentStreamInlineImage,
    ContentStreamInstruction,
    Name,
    Object,
    Operator,
    Page,
    Pdf,
    String,
    parse_content_stream,
    unparse_content_stream,
)

_Operation = ContentStreamInstruction | ContentStreamInlineImage

_MIRRORED = (0.0, 1.0, 1.0, 0.0)
_DOWNWARD = "-Vertical"


def set_upright(content: bytes) -> bytes:
    """Return a PDF with its mirrored lines as vertical text. One without such a line stays as it is."""
    with Pdf.open(BytesIO(content)) as pdf:
        changed = [_change_page(pdf, page) for page in pdf.pages]
        if not any(changed):
            return content
        stream = BytesIO()
        pdf.save(stream, deterministic_id=True)
    return stream.getvalue()


def _change_page(pdf: Pdf, page: Page) -> bool:
    """Rewrite the lines of a page; return whether there was one to change."""
    operations = list(parse_content_stream(page))
    if not any(_is_mirrored(one) for one in operations):
        return False
    fonts = page.obj.Resources.Font
    rewritten = list(_rewrite_operations(pdf, fonts, operations))
    page.obj.Contents = pdf.make_stream(unparse_content_stream(rewritten))
    return True


def _rewrite_operations(
    pdf: Pdf, fonts: Object, operations: Sequence[_Operation]
) -> Iterator[ContentStreamInstruction]:
    """Yield the operations of a page; within mirrored lines, those of text are changed."""
    outer: list[float | None] = []
    shift: float | None = None  # of the mirrored line, along its column
    for one in operations:
        operator, operands = str(one.operator), list(one.operands)
        if operator == "q":
            outer.append(shift)
        elif operator == "Q":
            shift = outer.pop()
        elif _is_mirrored(one):
            shift = float(operands[4])
        elif shift is not None and operator == "Tm":
            yield _place_column(float(operands[4]), shift)
            continue
        elif shift is not None and operator == "Tf":
            operands[0] = _add_vertical_font(pdf, fonts, str(operands[0]))
        elif shift is not None and operator == "TJ":
            operands[0] = _turn_spaces(operands[0])
        yield ContentStreamInstruction(operands, one.operator)


def _place_column(start: float, shift: float) -> ContentStreamInstruction:
    """Return the text matrix of a column that begins at ``start``.

    Its axis is where the mirror lies, which leaves the point (start, start - shift) in its place.
    """
    return ContentStreamInstruction([0, 1, -1, 0, start, start - shift], Operator("Tm"))


def _turn_spaces(shown: Object) -> Array:
    """Return what is shown, with the space between glyphs downwards: in lines it is counted leftwards."""
    values: list[object] = [part if isinstance(part, String) else -float(part) for part in shown.as_list()]
    return Array(values)


def _is_mirrored(one: _Operation) -> bool:
    return str(one.operator) == "cm" and tuple(map(float, one.operands[:4])) == _MIRRORED


def _add_vertical_font(pdf: Pdf, fonts: Object, name: str) -> Name:
    """Add a font that is the same but for its direction, and return its name."""
    vertical = name + _DOWNWARD
    if vertical not in fonts:
        font = pdf.make_indirect(copy(fonts[name]))
        font.Encoding = Name("/Identity-V")
        fonts[vertical] = font
    return Name(vertical)
