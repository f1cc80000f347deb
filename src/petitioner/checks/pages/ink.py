"""Ink: what of a page's content shows on paper, and where it stands."""

import ctypes
from collections.abc import Callable, Sequence

import pypdfium2.raw as pdfium
from pypdfium2 import PdfMatrix, PdfObject

from petitioner.checks.pages.box import Box, enclose
from petitioner.model.theme import MM_PER_PT

_WHITE = 240  # of 255 in each colour: what is lighter does not show on paper
_UNKNOWN = (0, 0, 0, 255)
_KEPT = 0.25  # of its height: how much of a thing may be cut away at each side, and still it counts as shown

Bounds = tuple[float, float, float, float]
"""Left, bottom, right and top in pt, from the sheet's bottom left corner."""

_Reader = Callable[..., int]


def leaves_ink(one: PdfObject) -> bool:
    """Whether a line or a surface is drawn at all, and not in white."""
    if one.type == pdfium.FPDF_PAGEOBJ_SHADING:
        return True
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDFPath_GetDrawMode(one, fill, stroke)
    fills = fill.value != 0 and _is_dark(_read_colour(one, pdfium.FPDFPageObj_GetFillColor))
    return fills or (stroke.value != 0 and _is_dark(_read_colour(one, pdfium.FPDFPageObj_GetStrokeColor)))


def shows(one: PdfObject, box: Box, surfaces: Sequence[Box], height: float) -> bool:
    """Whether words at ``box`` can be seen: neither transparent, nor white on white, nor cut away."""
    colour = _read_colour(one, pdfium.FPDFPageObj_GetFillColor)
    if colour[3] == 0 or _is_faded(one) or _is_cut_away(one, box, height):
        return False
    return _is_dark(colour) or any(box.is_within(surface) for surface in surfaces)


def locate(one: PdfObject, height: float) -> Box:
    """Where a thing stands on a sheet of a ``height`` in pt, also when it is part of a group with its own measures."""
    left, bottom, right, top = one.get_bounds()
    corners = [(left, bottom), (left, top), (right, bottom), (right, top)]
    while (one := one.container) is not None:
        matrix: PdfMatrix = one.get_matrix()
        corners = [matrix.on_point(*corner) for corner in corners]
    return enclose(to_box((x, y, x, y), height) for x, y in corners)


def to_box(bounds: Bounds, height: float) -> Box:
    """Bounds in pt on a sheet of a ``height`` in pt as a box in mm."""
    left, bottom, right, top = (bound * MM_PER_PT for bound in bounds)
    return Box(left, height * MM_PER_PT - top, right, height * MM_PER_PT - bottom)


def _is_dark(colour: tuple[int, ...]) -> bool:
    return colour[3] > 0 and min(colour[:3]) < _WHITE


def _read_colour(one: PdfObject, read: _Reader) -> tuple[int, ...]:
    parts = [ctypes.c_uint(value) for value in _UNKNOWN]
    read(one, *parts)
    return tuple(part.value for part in parts)


def _is_faded(one: PdfObject) -> bool:
    """Whether something stands in a group that is wholly transparent."""
    group = one.container
    return group is not None and (_read_colour(group, pdfium.FPDFPageObj_GetFillColor)[3] == 0 or _is_faded(group))


def _is_cut_away(one: PdfObject, box: Box, height: float) -> bool:
    """Whether a good part of something lies outside of what the page lets through."""
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
