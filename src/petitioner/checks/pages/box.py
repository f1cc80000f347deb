"""Rectangles on a sheet, in mm from its top left corner."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle; ``right`` and ``bottom`` are its far sides."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        """The width in mm."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """The height in mm."""
        return self.bottom - self.top

    def is_within(self, other: "Box", slack: float = 0.0) -> bool:
        """Return whether this box is inside another, or at most ``slack`` mm outside on each side."""
        across = other.left - slack <= self.left and self.right <= other.right + slack
        return across and other.top - slack <= self.top and self.bottom <= other.bottom + slack

    def meets(self, other: "Box", least: float = 0.0) -> bool:
        """Return whether the two overlap by more than ``least`` mm in both directions."""
        across = min(self.right, other.right) - max(self.left, other.left)
        down = min(self.bottom, other.bottom) - max(self.top, other.top)
        return across > least and down > least

    def is_near(self, other: "Box", slack: float) -> bool:
        """Return whether all sides are within ``slack`` mm of those of another box."""
        return self.is_within(other, slack) and other.is_within(self, slack)


def enclose(boxes: Iterable[Box]) -> Box:
    """Return the smallest box around at least one other box."""
    around = list(boxes)
    return Box(
        min(box.left for box in around),
        min(box.top for box in around),
        max(box.right for box in around),
        max(box.bottom for box in around),
    )
