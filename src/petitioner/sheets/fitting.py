"""Lines of an address in the room that there is: as large as they fit, down to a floor, and never cut."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from petitioner.merge.address import wrap_address
from petitioner.model.face import CodeLine, TypeSizes
from petitioner.model.letter import AddressLine, AddressPart
from petitioner.model.theme import MM_PER_PT

MeasureText = Callable[[str, str, float], float]
"""The width in mm of a text in a language at a size in pt."""

_SLACK = 0.4  # mm that a line may come out wider than its glyphs add up to


@dataclass(frozen=True, slots=True)
class SetLine:
    """A line as it is printed: its size in pt, its height and the blank below it in mm, that between letters in
    ems."""

    text: str
    language: str
    size: float
    height: float
    width: float
    below: float = 0.0
    spacing: float = 0.0


@dataclass(frozen=True, slots=True)
class Setting:
    """Lines that fit, and the size of most of them in pt."""

    lines: tuple[SetLine, ...]
    size: float

    @property
    def height(self) -> float:
        """From the top of the first line to the bottom of the last, in mm."""
        return sum(line.height + line.below for line in self.lines)

    @property
    def width(self) -> float:
        """The width of the longest line in mm."""
        return max((line.width for line in self.lines), default=0.0)


@dataclass(frozen=True, slots=True)
class Room:
    """How wide and high lines may come out, in mm."""

    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Misfit:
    """What does not fit at ``size``, the smallest that is allowed: a ``line``, or else ``count`` lines of them all.

    ``needed`` is the width of the line, or the height of the lines, in mm; ``room`` what there is of it.
    """

    size: float
    needed: float
    room: float
    count: int = 0
    line: str = ""


@dataclass(frozen=True, slots=True)
class Typesetter:
    """Sets lines in sizes of type; ``code`` is how a postal code stands outside of boxes."""

    sizes: TypeSizes
    measure: MeasureText
    code: CodeLine | None = None

    def fit(self, lines: Sequence[AddressLine], room: Room) -> Setting | Misfit:
        """The lines in the largest size in which they fit."""
        setting = Setting((), self.sizes.largest)
        for size in self._list_sizes():
            setting = Setting(tuple(self._set_lines(lines, size, room.width)), size)
            if setting.width <= room.width and setting.height <= room.height:
                return setting
        wide = next((line for line in setting.lines if line.width > room.width), None)
        if wide:
            return Misfit(setting.size, wide.width, room.width, line=wide.text)
        return Misfit(setting.size, setting.height, room.height, count=len(setting.lines))

    def _list_sizes(self) -> Iterator[float]:
        steps = round((self.sizes.largest - self.sizes.floor) / self.sizes.step)
        return (self.sizes.largest - step * self.sizes.step for step in range(steps + 1))

    def _set_lines(self, lines: Iterable[AddressLine], size: float, width: float) -> Iterator[SetLine]:
        for line in lines:
            if line.part is AddressPart.CODE and self.code:
                yield self._set_line(line, max(self.code.floor, size * self.code.scale), self.code)
            else:
                pieces = wrap_address(line, width - _SLACK, lambda text, tag: self.measure(text, tag, size))
                yield from (self._set_line(piece, size) for piece in pieces)

    def _set_line(self, line: AddressLine, size: float, code: CodeLine | None = None) -> SetLine:
        below, spacing = (code.below, code.spacing) if code else (0.0, 0.0)
        spaced = len(line.text) * spacing * size * MM_PER_PT
        width = self.measure(line.text, line.language, size) + spaced + _SLACK
        height = size * self.sizes.pitch * MM_PER_PT
        return SetLine(line.text, line.language, size, height, width, below, spacing)
