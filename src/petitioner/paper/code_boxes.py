"""Find the boxes for a postal code on an envelope, and the position of each digit in them."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from petitioner.checks.pages.box import Box
from petitioner.model.stationery import CodeBoxes, Size


@dataclass(frozen=True, slots=True)
class CodeDigit:
    """One digit of a postal code, and the inner edges of its box; ``line`` is the width of the frame."""

    text: str
    box: Box
    line: float


def list_digits(code: str, boxes: CodeBoxes, size: Size) -> Iterator[CodeDigit]:
    """List the digits of a code with their boxes, from the left."""
    geometry = boxes.choose(size)
    first = size.width - geometry.right - boxes.lefts[-1] - boxes.width
    for place, (digit, offset) in enumerate(zip(find_digits(code), boxes.lefts, strict=True)):
        left, top = first + offset, geometry.top
        box = Box(left, top, left + boxes.width, top + boxes.height)
        yield CodeDigit(digit, box, geometry.heavy if place < boxes.groups[0] else geometry.light)


def list_hyphens(boxes: CodeBoxes, digits: tuple[CodeDigit, ...]) -> Iterator[Box]:
    """List the lines between the groups of a code's boxes."""
    ends = {sum(boxes.groups[: count + 1]) for count in range(len(boxes.groups) - 1)}
    for place, (one, other) in enumerate(pairwise(digits), start=1):
        if place in ends:
            across = (one.box.right + one.line + other.box.left - other.line) / 2
            down = (one.box.top + one.box.bottom) / 2
            half, thick = boxes.hyphen / 2, one.line / 2
            yield Box(across - half, down - thick, across + half, down + thick)


def find_digits(code: str) -> list[str]:
    """Return the digits of a postal code."""
    return [sign for sign in code if sign.isdecimal()]
