"""Read a finished PDF with PDFium: positions on each page in mm, and the reading order."""

import ctypes
import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

import pypdfium2.raw as pdfium
from pypdfium2 import PdfDocument, PdfFont, PdfImage, PdfiumError, PdfMatrix, PdfObject, PdfPage, PdfTextObj

from petitioner.checks.pages.box import Box, enclose
from petitioner.model.theme import MM_PER_PT

LABEL, TABLE_HEAD, FIGURE, NOTE, HEADINGS = "Lbl", "THead", "Figure", "Note", frozenset({"H1", "H2", "H3"})
"""The PDF tags of a label of a list or note, a table head, a picture, a note, and headings (ISO 32000-1, 14.8.4)."""

# Invisible words do not count as printed: white, transparent, faded and cut-away ones (F908, planted in
# tests/checks/test_finished_pages.py). White words on a dark surface are visible.
_MIN_WHITE = 240  # of 255 in each colour: a lighter one is invisible on paper
_BLACK = (0, 0, 0, 255)
_COLOUR = tuple(ctypes.c_uint() for _ in _BLACK)
_MAX_CUT_AWAY = 0.25  # of its height: an item counts as visible if no more is cut away at each side
_HYPHEN = "\x02"  # what PDFium returns for a hyphen at the end of a line
_DRAWN = (pdfium.FPDF_PAGEOBJ_PATH, pdfium.FPDF_PAGEOBJ_SHADING)
_BUFFER = ctypes.create_string_buffer(256)  # for a short text, so that PDFium is asked once
_TEXT = (ctypes.c_ushort * 512)()  # UTF-16
_SELECTORS = frozenset(map(chr, (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))))
"""Variation selectors, which draw nothing themselves (UTS #37)."""
_LIGATURES = re.compile(
    "|".join(unicodedata.normalize("NFKC", chr(code)) for code in (0xFB03, 0xFB04, 0xFB00, 0xFB01, 0xFB02, 0xFEFB))
)
"""The characters that many fonts draw as one glyph: ffi, ffl, ff, fi and fl, and lam with alef, longest first."""


@dataclass(frozen=True, slots=True)
class ReadingStep:
    """One step in the reading order: ``roles`` are the tags around it, from the outermost, ``content_id`` its number.

    A picture has the number -1, and its alternative text in ``words``.
    """

    roles: tuple[str, ...]
    content_id: int
    words: str = ""


def read_order(page: PdfPage) -> tuple[ReadingStep, ...]:
    """Return the reading order of a page from its tags; empty for a page without tags."""
    tree = pdfium.FPDF_StructTree_GetForPage(page)
    if not tree:
        return ()
    steps: list[ReadingStep] = []
    try:
        for place in range(pdfium.FPDF_StructTree_CountChildren(tree)):
            if root := pdfium.FPDF_StructTree_GetChildAtIndex(tree, place):
                _walk_tags(root, (), steps)
    finally:
        pdfium.FPDF_StructTree_Close(tree)
    return tuple(steps)


def _walk_tags(element: object, around: tuple[str, ...], steps: list[ReadingStep]) -> None:
    roles = (*around, _read_tag_text(pdfium.FPDF_StructElement_GetType, element))
    if roles[-1] == FIGURE:
        steps.append(ReadingStep(roles, -1, _read_tag_text(pdfium.FPDF_StructElement_GetAltText, element)))
    for place in range(pdfium.FPDF_StructElement_CountChildren(element)):
        if child := pdfium.FPDF_StructElement_GetChildAtIndex(element, place):
            _walk_tags(child, roles, steps)
        elif (content_id := pdfium.FPDF_StructElement_GetChildMarkedContentID(element, place)) >= 0:
            steps.append(ReadingStep(roles, content_id))


def _read_tag_text(read: Callable[..., int], element: object) -> str:
    size = read(element, _BUFFER, len(_BUFFER))
    if size > len(_BUFFER):
        buffer = ctypes.create_string_buffer(size)
        read(element, buffer, size)
        return buffer.raw[: size - 2].decode("utf-16-le")
    return _BUFFER.raw[: max(size - 2, 0)].decode("utf-16-le")


Bounds = tuple[float, float, float, float]
"""Left, bottom, right and top in pt, from the sheet's bottom left corner."""

_ColourFunction = Callable[..., int]


def is_drawn(item: PdfObject) -> bool:
    """Return whether a line or surface is drawn in a colour that is visible on paper."""
    if item.type == pdfium.FPDF_PAGEOBJ_SHADING:
        return True
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDFPath_GetDrawMode(item, fill, stroke)
    fills = fill.value != 0 and _is_dark(_get_colour(item, pdfium.FPDFPageObj_GetFillColor))
    return fills or (stroke.value != 0 and _is_dark(_get_colour(item, pdfium.FPDFPageObj_GetStrokeColor)))


def is_text_visible(item: PdfObject, box: Box, drawn_surfaces: Sequence[Box], height: float) -> tuple[bool, bool]:
    """Return whether text at ``box`` is visible: neither transparent, nor white on white, nor cut away.

    ``drawn_surfaces`` are the boxes of the lines and surfaces that ``is_drawn`` finds. Covered text counts as
    visible. Also return whether text is visible only at some places: a part may be cut away, or it is light.
    """
    colour, hole = _get_colour(item, pdfium.FPDFPageObj_GetFillColor), _find_hole(item, height)
    is_dark = _is_dark(colour)
    if colour[3] == 0 or _is_faded(item):
        return False, False
    is_whole = hole is None or box.is_within(hole, box.height * _MAX_CUT_AWAY)
    is_seen = is_dark or any(box.is_within(surface) for surface in drawn_surfaces)
    return is_whole and is_seen, hole is not None or not is_dark


def get_box(item: PdfObject, height: float) -> Box:
    """Return the box in mm of an object on a page of ``height`` pt, also inside a transformed group."""
    left, bottom, right, top = bounds = item.get_bounds()
    if item.container is None:
        return to_box(bounds, height)
    corners = [(left, bottom), (left, top), (right, bottom), (right, top)]
    while (item := item.container) is not None:
        matrix: PdfMatrix = item.get_matrix()
        corners = [matrix.on_point(*corner) for corner in corners]
    return enclose(to_box((x, y, x, y), height) for x, y in corners)


def to_box(bounds: Bounds, height: float) -> Box:
    """Convert bounds in pt, on a page of ``height`` pt, to a box in mm."""
    left, bottom, right, top = (bound * MM_PER_PT for bound in bounds)
    return Box(left, height * MM_PER_PT - top, right, height * MM_PER_PT - bottom)


def _is_dark(colour: tuple[int, ...]) -> bool:
    return colour[3] > 0 and min(colour[:3]) < _MIN_WHITE


def _get_colour(item: PdfObject, read: _ColourFunction) -> tuple[int, ...]:
    return tuple([part.value for part in _COLOUR]) if read(item, *_COLOUR) else _BLACK


def _is_faded(item: PdfObject) -> bool:
    """Return whether an object is in a fully transparent group."""
    group = item.container
    return group is not None and (_get_colour(group, pdfium.FPDFPageObj_GetFillColor)[3] == 0 or _is_faded(group))


def _find_hole(item: PdfObject, height: float) -> Box | None:
    """Return the box of the page's clipping path, outside of which an object is cut away, if there is one."""
    clip = pdfium.FPDFPageObj_GetClipPath(item)
    points = [
        _get_point(pdfium.FPDFClipPath_GetPathSegment(clip, path, place))
        for path in range(max(0, pdfium.FPDFClipPath_CountPaths(clip)))
        for place in range(max(0, pdfium.FPDFClipPath_CountPathSegments(clip, path)))
    ]
    if not points:
        return None
    across, down = zip(*points, strict=True)
    return to_box((min(across), min(down), max(across), max(down)), height)


def _get_point(segment: object) -> tuple[float, float]:
    x, y = ctypes.c_float(), ctypes.c_float()
    pdfium.FPDFPathSegment_GetPoint(segment, x, y)
    return x.value, y.value


_UNREADABLE = "it is damaged, or not a PDF"


class UnreadablePageError(Exception):
    """A file cannot be read as the format of its name; the message is the reason."""


@dataclass(frozen=True, slots=True)
class Run:
    """A line of text, or a part of one in one font.

    ``content_id`` is its number in the reading order (MCID). ``missing_glyphs`` are the characters without a glyph in
    the embedded font. ``is_shown``: it is visible on paper. ``depends_on_place``: it would not be, at other places.
    """

    text: str
    box: Box
    font: str
    content_id: int
    missing_glyphs: str
    is_shown: bool
    depends_on_place: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture on the page, and its width and height in pixels."""

    box: Box
    pixels: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Page:
    """One page: ``boxes`` are its media, crop, bleed, trim and art box, ``surfaces`` its lines and filled areas.

    ``runs`` are in the order in which they were painted; ``order`` is the reading order. ``annotations`` is the number
    of notes, stamps and form fields, which somebody added to the finished page; links do not count.
    """

    boxes: tuple[Box, ...]
    runs: tuple[Run, ...]
    surfaces: tuple[Box, ...]
    pictures: tuple[Picture, ...]
    order: tuple[ReadingStep, ...]
    annotations: int

    @property
    def header_footer(self) -> tuple[Run, ...]:
        """The runs outside the reading order: the reference above, the page number below."""
        content_ids = {step.content_id for step in self.order if step.content_id >= 0}
        return tuple(run for run in self.runs if run.content_id not in content_ids)

    def read(self) -> Iterable[tuple[tuple[str, ...], Run]]:
        """Yield the visible runs in reading order, each with the tags around it."""
        runs_by_id: defaultdict[int, list[Run]] = defaultdict(list)
        for run in self.runs:
            runs_by_id[run.content_id].append(run)
        steps = (step for step in self.order if step.content_id >= 0)
        return ((step.roles, run) for step in steps for run in runs_by_id[step.content_id] if run.is_shown)


def read_pages(content: bytes) -> tuple[Page, ...]:
    """Return every page of a PDF. Raises ``UnreadablePageError`` if PDFium cannot read it."""
    try:
        with PdfDocument(content) as pdf:
            fonts = _FontCache()
            return tuple(_read_page(page, fonts) for page in pdf)
    except PdfiumError as error:
        raise UnreadablePageError(_UNREADABLE) from error


def read_keywords(content: bytes) -> str:
    """Return the keywords in the metadata of a PDF, which are a letter's reference; empty for other files."""
    try:
        with PdfDocument(content) as pdf:
            return str(pdf.get_metadata_value("Keywords"))
    except PdfiumError:
        return ""


def count_pages(content: bytes) -> int:
    """Return the number of pages of a PDF. Raises ``pypdfium2.PdfiumError`` for other files."""
    with PdfDocument(content) as pdf:
        return len(pdf)


def _read_page(page: PdfPage, fonts: "_FontCache") -> Page:
    height = page.get_height()
    objects = list(page.get_objects(textpage=page.get_textpage()))
    surfaces = tuple(get_box(item, height) for item in objects if item.type in _DRAWN and is_drawn(item))
    images = (item for item in objects if isinstance(item, PdfImage))
    boxes = (page.get_mediabox, page.get_cropbox, page.get_bleedbox, page.get_trimbox, page.get_artbox)
    return Page(
        boxes=tuple(to_box(read(), height) for read in boxes),
        runs=tuple(_read_run(item, fonts, surfaces, height) for item in objects if isinstance(item, PdfTextObj)),
        surfaces=surfaces,
        pictures=tuple(Picture(get_box(image, height), image.get_px_size()) for image in images),
        order=read_order(page),
        annotations=_count_annotations(page),
    )


def _count_annotations(page: PdfPage) -> int:
    count = 0
    for place in range(pdfium.FPDFPage_GetAnnotCount(page)):
        annotation = pdfium.FPDFPage_GetAnnot(page, place)
        count += pdfium.FPDFAnnot_GetSubtype(annotation) != pdfium.FPDF_ANNOT_LINK
        pdfium.FPDFPage_CloseAnnot(annotation)
    return count


def _read_run(item: PdfTextObj, fonts: "_FontCache", drawn_surfaces: Sequence[Box], height: float) -> Run:
    text = _read_text(item).replace("\r", "").replace("\n", "")
    # A hyphen that only divides a word at the end of a line is drawn alone, with a replacement for readers.
    text = "" if text == _HYPHEN and _has_replacement(item) else text.replace(_HYPHEN, "-")
    box, font = get_box(item, height), fonts.open(item.get_font())
    content_id = int(pdfium.FPDFPageObj_GetMarkedContentID(item))
    is_shown, depends_on_place = is_text_visible(item, box, drawn_surfaces, height)
    return Run(text, box, font.name, content_id, font.find_missing_glyphs(text), is_shown, depends_on_place)


def _read_text(item: PdfTextObj) -> str:
    """Return the text of an object. PDFium looks through the whole page each time, so it is asked once if possible."""
    size = pdfium.FPDFTextObj_GetText(item, item.textpage, _TEXT, ctypes.sizeof(_TEXT))
    return item.extract() if size > ctypes.sizeof(_TEXT) else _decode(bytes(_TEXT)[: max(size - 2, 0)])


def _decode(text: bytes) -> str:
    """Return a text of PDFium, which turns the two halves of a rare character around in a line from right to left."""
    return text.decode("utf-16-le", errors="replace")


def _has_replacement(item: PdfTextObj) -> bool:
    """Return whether text is marked with a replacement for readers (ISO 32000-1, 14.9.4)."""
    marks = (pdfium.FPDFPageObj_GetMark(item, index) for index in range(pdfium.FPDFPageObj_CountMarks(item)))
    size = ctypes.c_ulong()
    return any(pdfium.FPDFPageObjMark_GetParamStringValue(mark, b"ActualText", None, 0, size) for mark in marks)


@dataclass(frozen=True, slots=True)
class _Font:
    """A font of a file: its family and style, and the characters that it is known to draw."""

    font: PdfFont
    name: str
    drawn: set[str] = field(default_factory=set)

    def find_missing_glyphs(self, text: str) -> str:
        """Return the characters of a text without a glyph in the embedded font, except blanks."""
        if self.drawn.issuperset(text):
            return ""
        self.drawn.update(filter(self._draws, {*text} - self.drawn))
        # The one glyph of a ligature draws several characters, which may have no glyph of their own in a subset.
        alone = _LIGATURES.sub("", text)
        return "".join(character for character in dict.fromkeys(alone) if character not in self.drawn)

    def _draws(self, character: str) -> bool:
        return is_silent(character) or bool(pdfium.FPDFFont_GetGlyphPath(self.font, ord(character), 1.0))


def is_silent(character: str) -> bool:
    """Return whether a character draws nothing: a blank, or a variation selector."""
    return character.isspace() or character in _SELECTORS


@dataclass(frozen=True, slots=True)
class _FontCache:
    """The fonts of a file, each opened once."""

    _fonts: dict[int, _Font] = field(default_factory=dict)

    def open(self, font: PdfFont) -> _Font:
        """Return a font, whose name is without the prefix of a subset (ISO 32000-1, 9.6.4)."""
        key = ctypes.addressof(font.raw.contents)
        if key not in self._fonts:
            self._fonts[key] = _Font(font, font.get_base_name().rpartition("+")[2])
        return self._fonts[key]
