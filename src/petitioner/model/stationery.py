"""Stationery: envelopes, their windows and sheets of labels. All measures in mm."""

from collections.abc import Mapping

from petitioner.model.types import Count, Line, Number, PartialDay, Record


class Source(Record):
    """Where measures were read, and when."""

    title: Line
    as_of: PartialDay


class Size(Record):
    """A width and a height."""

    width: Number
    height: Number

    @property
    def is_portrait(self) -> bool:
        """Whether it stands upright."""
        return self.height > self.width

    def holds(self, other: "Size") -> bool:
        """Whether another one fits into it as it stands."""
        return other.width <= self.width and other.height <= self.height

    def turn(self) -> "Size":
        """The same, a quarter turned."""
        return Size(width=self.height, height=self.width)

    def __str__(self) -> str:
        """``235 by 120 mm``."""
        return f"{self.width:g} by {self.height:g} mm"


class Envelope(Size):
    """An envelope as it is used: upright, or lying on its long side.

    ``fold`` is how an A4 sheet goes in, ``grams`` what it weighs empty, and ``largest`` the size in pt that an address
    on it may have, where that is not the usual one. ``also`` are other names that the trade has for it.
    """

    key: Line
    name: Line
    also: tuple[Line, ...] = ()
    grams: Number
    fold: Line
    largest: Number | None = None
    source: Line


class Fold(Size):
    """A sheet of A4 after it was folded: its first panel, which is what lies in front."""

    text: Line


class Measure(Record):
    """A window: its size, and its place from the left and the bottom edge of the envelope lying as it is read."""

    width: Number
    height: Number
    left: Number
    bottom: Number

    def __str__(self) -> str:
        """``90x45+20+15``, as it is written on the command line."""
        return f"{self.width:g}x{self.height:g}+{self.left:g}+{self.bottom:g}"


class Preset(Record):
    """Windows of one standard or maker, by the key of the envelope."""

    key: Line
    name: Line
    windows: Mapping[str, Measure]
    source: Line


class LabelSheet(Record):
    """A sheet of labels: ``pitch_x`` and ``pitch_y`` from one label to the next, ``left`` and ``top`` of the first."""

    key: Line
    name: Line
    also: tuple[Line, ...] = ()
    width: Number
    height: Number
    pitch_x: Number
    pitch_y: Number
    left: Number
    top: Number
    columns: Count
    rows: Count
    paper: Line
    source: Line

    @property
    def count(self) -> int:
        """How many labels a sheet has."""
        return self.columns * self.rows


class Envelopes(Record):
    """The envelopes that are known, and how an A4 ``sheet`` is folded for them.

    ``least`` and ``most`` bound what can be given in millimetres; an envelope so given weighs
    ``grams_per_square_metre`` of its face. ``ambiguous`` are names of several sizes.
    """

    sheet: Size
    least: Size
    most: Size
    grams_per_square_metre: Number
    folds: Mapping[str, Fold]
    ambiguous: Mapping[str, tuple[Line, ...]]
    envelopes: tuple[Envelope, ...]
    sources: Mapping[str, Source]


class Windows(Record):
    """The windows that are known."""

    presets: tuple[Preset, ...]
    sources: Mapping[str, Source]


class Labels(Record):
    """The sheets of labels that are known, and the papers that they are made of."""

    papers: Mapping[str, Size]
    labels: tuple[LabelSheet, ...]
    sources: Mapping[str, Source]
