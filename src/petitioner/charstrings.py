"""The points of outlines in Type 2 charstrings, as CFF fonts have them (Adobe Technical Note 5177)."""

from collections.abc import Callable
from itertools import accumulate
from typing import TypeAlias

Bounds: TypeAlias = tuple[float, float, float, float]
Numbers: TypeAlias = list[float]
Draw: TypeAlias = Callable[[Numbers, Numbers, Numbers], None]
"""Adds the ways across and up from each point to the next, from the arguments of an operator."""

_END, _STEMS, _MASKS = 14, (1, 3, 18, 23), (19, 20)
_MOVES = {21: 2, 22: 1, 4: 1}  # rmoveto, hmoveto and vmoveto, with the number of their arguments
_SHORT, _ONE, _POSITIVE, _NEGATIVE, _FIXED = 28, 32, 247, 251, 255  # the first signs of numbers, by their forms
_CURVE = 6  # arguments of a curve with three points


class UnfamiliarCharstringError(ValueError):
    """A charstring has operators that fonts rarely have, or is broken."""


def measure_points(code: bytes) -> Bounds | None:
    """Return the left, bottom, right and top of all points of an outline with its control points; None without points.

    Raises ``UnfamiliarCharstringError`` for subroutines, flexes, accents and arithmetic, and for a broken charstring.
    """
    try:
        ways = _read_ways(code)
    except (IndexError, KeyError, ValueError) as error:
        raise UnfamiliarCharstringError(code) from error
    across, up = (list(accumulate(way)) for way in ways)
    return (min(across), min(up), max(across), max(up)) if across else None


def _read_ways(code: bytes) -> tuple[Numbers, Numbers]:
    """Return the ways across and up from each point to the next.

    Raises ``IndexError``, ``KeyError`` or ``ValueError`` for an unfamiliar charstring.
    """
    across: Numbers = []
    up: Numbers = []
    held: Numbers = []  # the arguments of the next operator
    place, stems, has_width, has_mask = 0, 0, False, False
    while (sign := code[place]) != _END:
        place += 1
        if _ONE <= sign < _POSITIVE:
            held.append(sign - 139)
            continue
        if sign >= _POSITIVE or sign == _SHORT:
            place = _read_number(code, place, held)
            continue
        if sign in _STEMS or sign in _MASKS:
            _require(not (has_mask and held))
            stems += len(held) // 2
            if sign in _MASKS:
                has_mask = True
                place += (stems + 7) // 8
        else:
            count = _MOVES.get(sign)
            if count and not has_width and len(held) > count:
                del held[0]  # the width
            _require(len(held) == count if count else across)
            _OPERATORS[sign](held, across, up)
        has_width = True
        held.clear()
    _require(len(held) <= (not has_width) and place + 1 == len(code))
    return across, up


def _require(condition: object) -> None:
    if not condition:
        raise ValueError


def _read_number(code: bytes, place: int, held: Numbers) -> int:
    """Add the number of several bytes that begins before ``place``, and return where it ends."""
    sign = code[place - 1]
    if sign in (_SHORT, _FIXED):
        end, scale = (place + 2, 1) if sign == _SHORT else (place + 4, 65536)
        _require(end < len(code))
        number = int.from_bytes(code[place:end], signed=True)
        held.append(number if sign == _SHORT else number / scale)
        return end
    held.append((sign - 247) * 256 + code[place] + 108 if sign < _NEGATIVE else (251 - sign) * 256 - code[place] - 108)
    return place + 1


def _draw_pairs(rest: int, divisor: int, least: int = 0) -> Draw:
    """Return a function for points, each with two arguments, of whose number the rest is known."""

    def draw(held: Numbers, across: Numbers, up: Numbers) -> None:
        _require(len(held) % divisor == rest and len(held) >= least)
        across += held[::2]
        up += held[1::2]

    return draw


def _draw_alternating(*, is_across: bool) -> Draw:
    """Return a function for lines across and up in turn."""

    def draw(held: Numbers, across: Numbers, up: Numbers) -> None:
        one, other = (across, up) if is_across else (up, across)
        for way in held:
            one.append(way)
            other.append(0)
            one, other = other, one

    return draw


def _draw_flat(*, is_across: bool) -> Draw:
    """Return a function for curves that begin and end across, or up; the first may begin in any direction."""

    def draw(held: Numbers, across: Numbers, up: Numbers) -> None:
        beside = held.pop(0) if len(held) % 2 else 0
        for start, x, y, end in _take_fours(held):
            across += (start, x, end) if is_across else (beside, x, 0)
            up += (beside, y, 0) if is_across else (start, y, end)
            beside = 0

    return draw


def _draw_round(*, is_across: bool) -> Draw:
    """Return a function for curves from across to up and from up to across in turn; the last may end anywhere."""

    def draw(held: Numbers, across: Numbers, up: Numbers) -> None:
        beside = held.pop() if len(held) % 2 else 0
        fours = _take_fours(held)
        goes_across = is_across
        for number, (start, x, y, end) in enumerate(fours, 1):
            last = beside if number == len(fours) else 0
            across += (start, x, last) if goes_across else (0, x, end)
            up += (0, y, end) if goes_across else (start, y, last)
            goes_across = not goes_across
        _require(fours or not beside)

    return draw


def _take_fours(held: Numbers) -> list[tuple[float, float, float, float]]:
    return list(zip(held[::4], held[1::4], held[2::4], held[3::4], strict=True))


_OPERATORS: dict[int, Draw] = {
    4: _draw_alternating(is_across=False),  # vmoveto
    5: _draw_pairs(0, 2),  # rlineto
    6: _draw_alternating(is_across=True),  # hlineto
    7: _draw_alternating(is_across=False),  # vlineto
    8: _draw_pairs(0, _CURVE),  # rrcurveto
    21: _draw_pairs(0, 2),  # rmoveto
    22: _draw_alternating(is_across=True),  # hmoveto
    24: _draw_pairs(2, _CURVE),  # rcurveline
    25: _draw_pairs(0, 2, least=_CURVE),  # rlinecurve
    26: _draw_flat(is_across=False),  # vvcurveto
    27: _draw_flat(is_across=True),  # hhcurveto
    30: _draw_round(is_across=False),  # vhcurveto
    31: _draw_round(is_across=True),  # hvcurveto
}
