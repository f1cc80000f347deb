"""Elements of WordprocessingML (ECMA-376-1, part 17), and the measures of a letter.

Children are in the order of the schema. Lengths are in twips, twentieths of a point.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from typing import TypeAlias, cast

from docx.oxml.ns import nsmap, qn
from docx.oxml.parser import oxml_parser
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.parts.story import StoryPart
from docx.shared import Mm, Twips

from petitioner.fonts import measure_line
from petitioner.model.letter import Letter
from petitioner.model.locale import Direction, Layout, Locale
from petitioner.model.theme import MM_PER_PT, REFERENCE_SIZE, Fonts, Theme
from petitioner.render import RenderError
from petitioner.render.typography import HAIRLINE, measure_column, measure_top

SHEET_WIDTH = 11906
"""The width of A4 in twips, as Word rounds it."""

ENCLOSURE_SCALE = 0.9
"""The font size of lists under the signatures, as a factor of the letter's."""

RUNNING_HEIGHT = 11 * MM_PER_PT
"""The height in mm of the line in a header or footer."""


Element: TypeAlias = BaseOxmlElement
"""An XML element of python-docx."""

_BESIDE = 2  # mm that the column of the date is wider than its lines
_NAMESPACES = {"w": nsmap["w"]}
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_TWIPS_PER_MM = 1440 / 25.4


@dataclass(frozen=True, slots=True)
class LetterContext:
    """A letter with its theme and locale.

    ``date_column`` is the width of the column with date and reference beside an address without a window, in twips.
    """

    letter: Letter
    theme: Theme
    locale: Locale
    date_column: int

    @property
    def text_width(self) -> int:
        """The width of the column in twips."""
        return to_twips(measure_column(self.theme, self.locale))

    @property
    def is_east_asian(self) -> bool:
        """Whether the letter's language has an East Asian font."""
        return self.has_east_asian_font(self.locale.tag)

    @property
    def divides_words(self) -> bool:
        """Whether words are hyphenated, as in Latin and Cyrillic letters."""
        return self.locale.direction is Direction.LEFT_TO_RIGHT and not self.is_east_asian

    def has_east_asian_font(self, language: str) -> bool:
        """Whether a language has an East Asian font."""
        return self.theme.fonts[language].docx_east_asian is not None


def measure_date_column(letter: Letter, fonts: Fonts) -> int:
    """Return the width in twips of the column with date and reference beside an address without a window."""
    widths = (
        measure_line(letter.date_line, fonts.pdf, fonts.size),
        measure_line(letter.reference_line, fonts.pdf, REFERENCE_SIZE),
    )
    return to_twips(max(widths) + _BESIDE)


def measure_em(fonts: Fonts) -> int:
    """Return the font size in twips."""
    return round(fonts.size * 20)


def measure_list_step(fonts: Fonts, layout: Layout) -> int:
    """Return the indent of a list, in twips."""
    return round(layout.list_step * fonts.size * 20)


def measure_list_gaps(layout: Layout) -> tuple[float, float]:
    """Return the space before and after a list, in ems; with an indent there is none between paragraphs."""
    return (0.5, 0.5) if layout.indent else (0, 0.6)


def measure_head(theme: Theme) -> float:
    """Return where page headers start, in mm from the top: above the letterhead, and centred in the margin."""
    return min(measure_top(theme) - HAIRLINE * MM_PER_PT / 20, (theme.margins.top - RUNNING_HEIGHT) / 2)


def to_twips(millimetres: float) -> int:
    """Convert millimetres to twips."""
    return round(millimetres * _TWIPS_PER_MM)


def make(tag: str, *children: Element, **attributes: str | int) -> Element:
    """Make an element of the ``w`` namespace, with attributes of the same namespace."""
    values = {_qualify(name): str(value) for name, value in attributes.items()}
    element = cast(Element, oxml_parser.makeelement(_qualify(tag), values, _NAMESPACES))
    element.extend(children)
    return element


@cache
def _qualify(name: str) -> str:
    return qn(f"w:{name}")


def make_paragraph(style: str, runs: Iterable[Element] = (), *settings: Element) -> Element:
    """Make a paragraph. ``settings`` follow the style in its properties."""
    return make("p", make("pPr", make("pStyle", val=style), *settings), *runs)


def make_run(content: Element, style: str | None = None, *settings: Element) -> Element:
    """Make a run in a character style, or in that of its paragraph."""
    choice = (make("rStyle", val=style),) if style else ()
    properties = (*choice, *settings)
    return make("r", make("rPr", *properties), content) if properties else make("r", content)


def make_text(words: str) -> Element:
    """Make a text element that keeps spaces at its ends."""
    element = make("t")
    element.text = words
    element.set(_SPACE, "preserve")
    return element


def make_layout_table(
    rows: Iterable[Element], columns: Sequence[int] = (), *, indent: int = 0, ends: bool = False
) -> Element:
    """Make a table without borders or cell margins, which only holds things at their place.

    ``columns`` are widths in twips, by default those of the first row. The table ``ends`` at the right margin, or it
    has an ``indent``.
    """
    rows = tuple(rows)
    widths = columns or [int(width) for width in rows[0].xpath("w:tc/w:tcPr/w:tcW/@w:w")]
    properties = make(
        "tblPr",
        make("tblStyle", val="LayoutTable"),
        make("tblW", w=sum(widths), type="dxa"),
        make("jc", val="right") if ends else make("tblInd", w=indent, type="dxa"),
        make("tblLayout", type="fixed"),
        make("tblLook", val="0000"),
    )
    return make("tbl", properties, make_grid(widths), *rows)


def make_grid(widths: Iterable[int]) -> Element:
    """Make the column definitions of a table."""
    return make("tblGrid", *(make("gridCol", w=width) for width in widths))


def make_row(cells: Iterable[Element], *settings: Element) -> Element:
    """Make a row without page breaks in it. ``settings`` are its other properties."""
    return make("tr", make("trPr", make("cantSplit"), *settings), *cells)


def make_high_row(height: int, cells: Iterable[Element]) -> Element:
    """Make a row of a height in twips, which grows with its content."""
    return make_row(cells, make("trHeight", val=height, hRule="atLeast"))


def make_cell(width: int, paragraphs: Iterable[Element], *settings: Element) -> Element:
    """Make a cell. ``settings`` follow the width in its properties."""
    return make("tc", make("tcPr", make("tcW", w=width, type="dxa"), *settings), *paragraphs)


def make_top_margin(height: int) -> Element:
    """Make the setting for the top margin of a cell."""
    return make("tcMar", make("top", w=height, type="dxa"))


def keep_with_next(block: Element) -> None:
    """Allow no page break between a paragraph, or the paragraphs of a row, and what follows."""
    for properties in block.xpath("descendant::w:pPr"):
        properties.insert(1, make("keepNext"))


@dataclass(frozen=True, slots=True)
class Picture:
    """A PNG or JPEG with its alternative text and its number, which is unique in the letter."""

    content: bytes
    words: str
    number: int


def make_picture(picture: Picture, part: StoryPart, height: float, widest: int) -> tuple[Element, int]:
    """Return a run with a picture ``height`` mm high, or less to stay within the width ``widest``; and its width.

    Widths are in twips. Raises ``RenderError`` for a picture that cannot be read.
    """
    limit = Twips(widest)
    # python-docx raises plain Exception for some truncated pictures.
    try:
        inline = part.new_pic_inline(BytesIO(picture.content), height=Mm(height))
        if inline.extent.cx > limit:
            inline = part.new_pic_inline(BytesIO(picture.content), width=limit)
    except Exception as error:
        raise RenderError((f"the picture for {picture.words} is damaged, or not PNG or JPEG",)) from error
    for side in "TBLR":
        # LibreOffice leaves 3 mm beside a picture by default.
        inline.set(f"dist{side}", "0")
    inline.docPr.set("id", str(picture.number))
    inline.docPr.set("descr", picture.words)
    return make_run(make("drawing", inline)), round(inline.extent.cx / Twips(1))
