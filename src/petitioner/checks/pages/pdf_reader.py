"""Read a finished PDF with PDFium: positions on each page in mm, and the reading order."""

import ctypes
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import pypdfium2.raw as pdfium
from pypdfium2 import PdfDocument, PdfFont, PdfImage, PdfiumError, PdfMatrix, PdfObject, PdfPage, PdfTextObj

from petitioner.checks.pages.box import Box, enclose
from petitioner.model.theme import MM_PER_PT

LABEL, HEAD, FIGURE, NOTE, HEADINGS = "Lbl", "THead", "Figure", "Note", frozenset({"H1", "H2", "H3"})
"""The tags of the number of an entry or note, of the head of a table, of a picture, of a note, and of headings."""

# What does not show is not said: white, transparent, faded and cut-away words in a theme's style sheet are faults of
# tests/checks/test_finished_pages.py (F908), and white words on a dark surface are none.
_WHITE = 240  # of 255 in each colour: what is lighter does not show on paper
_UNKNOWN = (0, 0, 0, 255)
_KEPT = 0.25  # of its height: how much of a thing may be cut away at each side, and still it counts as shown
_HYPHEN = "\x02"  # what PDFium gives for a hyphen at the end of a line
_DRAWN = (pdfium.FPDF_PAGEOBJ_PATH, pdfium.FPDF_PAGEOBJ_SHADING)
_SELECTORS = frozenset(map(chr, (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))))
"""What chooses the form of the character before it, and draws nothing itself (UTS #37)."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step in the order of reading: ``roles`` are the tags around it from the outermost in, ``mark`` its number.

    A picture has no number, but alternative ``words``.
    """

    roles: tuple[str, ...]
    mark: int
    words: str = ""


def read_order(page: PdfPage) -> tuple[Step, ...]:
    """Return what a page says, step by step; nothing when it has no tags."""
    tree = pdfium.FPDF_StructTree_GetForPage(page)
    if not tree:
        return ()
    try:
        count = pdfium.FPDF_StructTree_CountChildren(tree)
        roots = [pdfium.FPDF_StructTree_GetChildAtIndex(tree, place) for place in range(count)]
        return tuple(step for root in roots if root for step in _walk(root, ()))
    finally:
        pdfium.FPDF_StructTree_Close(tree)


def _walk(element: object, around: tuple[str, ...]) -> Iterator[Step]:
    roles = (*around, _read_text(pdfium.FPDF_StructElement_GetType, element))
    if roles[-1] == FIGURE:
        yield Step(roles, -1, _read_text(pdfium.FPDF_StructElement_GetAltText, element))
    for place in range(pdfium.FPDF_StructElement_CountChildren(element)):
        if child := pdfium.FPDF_StructElement_GetChildAtIndex(element, place):
            yield from _walk(child, roles)
        elif (mark := pdfium.FPDF_StructElement_GetChildMarkedContentID(element, place)) >= 0:
            yield Step(roles, mark)


def _read_text(read: Callable[..., int], element: object) -> str:
    size = read(element, None, 0)
    buffer = ctypes.create_string_buffer(max(size, 2))
    read(element, buffer, size)
    return buffer.raw[: max(size - 2, 0)].decode("utf-16-le")


Bounds = tuple[float, float, float, float]
"""Left, bottom, right and top in pt, from the sheet's bottom left corner."""

_Reader = Callable[..., int]


def is_visible(one: PdfObject) -> bool:
    """Return whether a line or a surface is drawn at all, and not in white."""
    if one.type == pdfium.FPDF_PAGEOBJ_SHADING:
        return True
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDFPath_GetDrawMode(one, fill, stroke)
    fills = fill.value != 0 and _is_dark(_read_colour(one, pdfium.FPDFPageObj_GetFillColor))
    return fills or (stroke.value != 0 and _is_dark(_read_colour(one, pdfium.FPDFPageObj_GetStrokeColor)))


def shows(one: PdfObject, box: Box, surfaces: Sequence[Box], height: float) -> bool:
    """Return whether words at ``box`` can be seen: neither transparent, nor white on white, nor cut away."""
    colour = _read_colour(one, pdfium.FPDFPageObj_GetFillColor)
    if colour[3] == 0 or _is_faded(one) or _is_cut_away(one, box, height):
        return False
    return _is_dark(colour) or any(box.is_within(surface) for surface in surfaces)


def locate(one: PdfObject, height: float) -> Box:
    """Return the box of an object on a sheet of a ``height`` in pt, also inside a transformed group."""
    left, bottom, right, top = one.get_bounds()
    corners = [(left, bottom), (left, top), (right, bottom), (right, top)]
    while (one := one.container) is not None:
        matrix: PdfMatrix = one.get_matrix()
        corners = [matrix.on_point(*corner) for corner in corners]
    return enclose(to_box((x, y, x, y), height) for x, y in corners)


def to_box(bounds: Bounds, height: float) -> Box:
    """Return bounds in pt on a sheet of a ``height`` in pt as a box in mm."""
    left, bottom, right, top = (bound * MM_PER_PT for bound in bounds)
    return Box(left, height * MM_PER_PT - top, right, height * MM_PER_PT - bottom)


def _is_dark(colour: tuple[int, ...]) -> bool:
    return colour[3] > 0 and min(colour[:3]) < _WHITE


def _read_colour(one: PdfObject, read: _Reader) -> tuple[int, ...]:
    parts = [ctypes.c_uint(value) for value in _UNKNOWN]
    read(one, *parts)
    return tuple(part.value for part in parts)


def _is_faded(one: PdfObject) -> bool:
    """Return whether an object is in a fully transparent group."""
    group = one.container
    return group is not None and (_read_colour(group, pdfium.FPDFPageObj_GetFillColor)[3] == 0 or _is_faded(group))


def _is_cut_away(one: PdfObject, box: Box, height: float) -> bool:
    """Return whether a good part of something lies outside of what the page lets through."""
    clip = pdfium.FPDFPageObj_GetClipPath(one)
    points = [
        _read_point(pdfium.FPDFClipPath_GetPathSegment(clip, path, place))
        for path in range(max(0, pdfium.FPDFClipPath_CountPaths(clip)))
        for place in range(max(0, pdfium.FPDFClipPath_CountPathSegments(clip, path)))
    ]
    if not points:
        return False
    across, down = zip(*points, strict=True)
    hole = to_box((min(across), min(down), max(across), max(down)), height)
    return not box.is_within(hole, box.height * _KEPT)


def _read_point(segment: object) -> tuple[float, float]:
    x, y = ctypes.c_float(), ctypes.c_float()
    pdfium.FPDFPathSegment_GetPoint(segment, x, y)
    return x.value, y.value


class UnreadablePageError(Exception):
    """A file cannot be read as what its name says; the message says why."""


@dataclass(frozen=True, slots=True)
class Run:
    """Words set in one go: a line or a part of one, in one font.

    ``mark`` is their number in the order of reading. ``lacking`` are the characters that the font in the file cannot
    draw. ``is_shown`` says whether the words can be seen on paper.
    """

    text: str
    box: Box
    font: str
    mark: int
    lacking: str
    is_shown: bool


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture on the page, and its width and height in pixels."""

    box: Box
    pixels: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Page:
    """One page: ``boxes`` are its media, crop, bleed, trim and art box, ``surfaces`` what is drawn and is no word.

    ``runs`` stand in the order in which they were painted; ``order`` is the one in which they are read. ``annotations``
    counts what a reader can put on a finished page: notes, stamps, fields of forms; links do not count.
    """

    boxes: tuple[Box, ...]
    runs: tuple[Run, ...]
    surfaces: tuple[Box, ...]
    pictures: tuple[Picture, ...]
    order: tuple[Step, ...]
    annotations: int

    @property
    def header_footer(self) -> tuple[Run, ...]:
        """The runs outside the reading order: the reference above, the page number below."""
        told = {step.mark for step in self.order if step.mark >= 0}  # what is not read with the text has no number
        return tuple(run for run in self.runs if run.mark not in told)

    def read(self) -> Iterable[tuple[tuple[str, ...], Run]]:
        """Yield the runs that can be seen in the order of reading, each with the tags around it."""
        marked: defaultdict[int, list[Run]] = defaultdict(list)
        for run in self.runs:
            marked[run.mark].append(run)
        told = (step for step in self.order if step.mark >= 0)
        return ((step.roles, run) for step in told for run in marked[step.mark] if run.is_shown)


def read_pages(content: bytes) -> tuple[Page, ...]:
    """Return every page of a PDF. Raises ``UnreadablePageError`` for what PDFium cannot read."""
    try:
        with PdfDocument(content) as pdf:
            fonts = _Fonts()
            return tuple(_read_page(page, fonts) for page in pdf)
    except PdfiumError as error:
        raise UnreadablePageError("it is damaged, or not a PDF") from error


def read_keywords(content: bytes) -> str:
    """Return the keywords in the metadata of a PDF, where a letter has its reference; nothing for what is no PDF."""
    try:
        with PdfDocument(content) as pdf:
            return str(pdf.get_metadata_value("Keywords"))
    except PdfiumError:
        return ""


def count_pages(content: bytes) -> int:
    """Return how many pages a PDF has. Raises ``pypdfium2.PdfiumError`` for what is no PDF."""
    with PdfDocument(content) as pdf:
        return len(pdf)


def _read_page(page: PdfPage, fonts: "_Fonts") -> Page:
    height = page.get_height()
    objects = list(page.get_objects(textpage=page.get_textpage()))
    surfaces = tuple(locate(one, height) for one in objects if one.type in _DRAWN and is_visible(one))
    boxes = (page.get_mediabox, page.get_cropbox, page.get_bleedbox, page.get_trimbox, page.get_artbox)
    return Page(
        boxes=tuple(to_box(read(), height) for read in boxes),
        runs=tuple(_read_run(one, fonts, surfaces, height) for one in objects if isinstance(one, PdfTextObj)),
        surfaces=surfaces,
        pictures=tuple(Picture(locate(one, height), one.get_px_size()) for one in objects if isinstance(one, PdfImage)),
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


def _read_run(one: PdfTextObj, fonts: "_Fonts", surfaces: tuple[Box, ...], height: float) -> Run:
    text = one.extract().replace("\r", "").replace("\n", "")
    # A hyphen that only divides a word at the end of a line is drawn alone, with words for readers (14.8.2.2.3).
    text = "" if text == _HYPHEN and _has_replacement(one) else text.replace(_HYPHEN, "-")
    box, font = locate(one, height), one.get_font()
    mark = int(pdfium.FPDFPageObj_GetMarkedContentID(one))
    return Run(text, box, fonts.name(font), mark, fonts.find_lacking(font, text), shows(one, box, surfaces, height))


def _has_replacement(one: PdfTextObj) -> bool:
    """Return whether words are marked with what should be read instead (ISO 32000-1, 14.9.4)."""
    marks = (pdfium.FPDFPageObj_GetMark(one, place) for place in range(pdfium.FPDFPageObj_CountMarks(one)))
    size = ctypes.c_ulong()
    return any(pdfium.FPDFPageObjMark_GetParamStringValue(mark, b"ActualText", None, 0, size) for mark in marks)


@dataclass(slots=True)
class _Fonts:
    """The fonts in a file, each asked only once for a name or for a character."""

    _names: dict[int, str] = field(default_factory=dict)
    _drawn: dict[tuple[int, str], bool] = field(default_factory=dict)

    def name(self, font: PdfFont) -> str:
        """Return the family and style as the file has it, without the mark of a part of a font (ISO 32000-1, 9.6.4)."""
        key = _identify(font)
        if key not in self._names:
            self._names[key] = font.get_base_name().rpartition("+")[2]
        return self._names[key]

    def find_lacking(self, font: PdfFont, text: str) -> str:
        """Return the characters for which the font in the file has no shape at all, blanks aside."""
        key = _identify(font)
        return "".join(sign for sign in dict.fromkeys(text) if not self._draws(font, key, sign))

    def _draws(self, font: PdfFont, key: int, sign: str) -> bool:
        if (key, sign) not in self._drawn:
            is_silent = sign.isspace() or sign in _SELECTORS
            self._drawn[key, sign] = is_silent or bool(pdfium.FPDFFont_GetGlyphPath(font, ord(sign), 1.0))
        return self._drawn[key, sign]


def _identify(font: PdfFont) -> int:
    return ctypes.addressof(font.raw.contents)
