"""The tags of a page: in which order a screen reader speaks what stands on it (ISO 32000-1, 14.7 and 14.8)."""

import ctypes
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pypdfium2.raw as pdfium
from pypdfium2 import PdfPage

LABEL, HEAD, FIGURE, NOTE, HEADINGS = "Lbl", "THead", "Figure", "Note", frozenset({"H1", "H2", "H3"})
"""The tags of the number of an entry or note, of the head of a table, of a picture, of a note, and of headings."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step in the order of reading: ``roles`` are the tags around it from the outermost in, ``mark`` its number.

    A picture has no number, but ``words`` that stand for it.
    """

    roles: tuple[str, ...]
    mark: int
    words: str = ""


def read_order(page: PdfPage) -> tuple[Step, ...]:
    """What a page says, step by step; nothing when it has no tags."""
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
