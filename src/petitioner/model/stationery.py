"""Envelopes, windows, sheets of labels, and the layout of an envelope's front. All measurements are in mm."""

from collections.abc import Mapping
from enum import StrEnum

from petitioner.model.types import Count, Flag, Line, Number, PartialDay, Record


class Source(Record):
    """The source of measurements, and the day when it was read."""

    title: Line
    as_of: PartialDay


class Size(Record):
    """A width and a height."""

    width: Number
    height: Number

    @property
    def is_portrait(self) -> bool:
        """Whether the height is larger than the width."""
        return self.height > self.width

    def holds(self, other: "Size") -> bool:
        """Whether another size fits into this one without turning."""
        return other.width <= self.width and other.height <= self.height

    def turn(self) -> "Size":
        """Return the size after a quarter turn."""
        return Size(width=self.height, height=self.width)

    def __str__(self) -> str:
        """``235 by 120 mm``."""
        return f"{self.width:g} by {self.height:g} mm"


class Envelope(Size):
    """An envelope; width and height are as the address is read, upright or with the long side at the bottom.

    ``fold`` is the key of the fold for an A4 sheet, ``grams`` the weight of the empty envelope, ``largest`` the largest
    font size of the address in pt, if it is not the usual one. ``also`` are other names for it.
    """

    key: Line
    name: Line
    also: tuple[Line, ...] = ()
    grams: Number
    fold: Line
    largest: Number | None = None
    source: Line


class Fold(Size):
    """A folded A4 sheet, with the size of its front panel."""

    text: Line


class Measure(Record):
    """A window: its size, and its distances from the left and the bottom edge of the envelope as it is read."""

    width: Number
    height: Number
    left: Number
    bottom: Number

    def __str__(self) -> str:
        """``90x45+20+15``, as on the command line."""
        return f"{self.width:g}x{self.height:g}+{self.left:g}+{self.bottom:g}"


class Preset(Record):
    """The windows of one standard or manufacturer, by the key of the envelope."""

    key: Line
    name: Line
    windows: Mapping[str, Measure]
    source: Line


class LabelSheet(Record):
    """A sheet of labels: ``pitch_x`` and ``pitch_y`` are the distances from label to label, ``left`` and ``top`` those
    of the first label from the edges."""

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
    """All known envelopes, and the folds of an A4 ``sheet`` for them.

    A size in millimetres is allowed from ``least`` to ``most``; such an envelope weighs ``grams_per_square_metre`` of
    its front. ``ambiguous`` are names of several sizes.
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
    """All known windows."""

    presets: tuple[Preset, ...]
    sources: Mapping[str, Source]


class Labels(Record):
    """All known sheets of labels, and the sizes of their paper."""

    papers: Mapping[str, Size]
    labels: tuple[LabelSheet, ...]
    sources: Mapping[str, Source]


class BoxGeometry(Record):
    """The position of the boxes for a postal code, and the width of their lines, in mm.

    ``top`` and ``right`` are measured from the envelope's edges to the inner edges of the boxes. ``heavy`` is the line
    width for the first group of digits, ``light`` that for the others.
    """

    top: Number
    right: Number
    heavy: Number
    light: Number


class CodeBoxes(Record):
    """The boxes for a postal code on upright envelopes: ``standard`` is for envelopes of the post's standard sizes
    (least and most of the ``short`` and ``long`` side), ``other`` for all others.

    ``groups`` are the numbers of digits in each group; between groups is a line of ``hyphen`` mm. ``figures`` is the
    font size of the digits in pt.
    """

    groups: tuple[Count, ...]
    width: Number
    height: Number
    lefts: tuple[Number, ...]
    hyphen: Number
    colour: Line
    figures: Number
    short: tuple[Number, Number]
    long: tuple[Number, Number]
    standard: BoxGeometry
    other: BoxGeometry
    source: Line

    def choose(self, size: Size) -> BoxGeometry:
        """Return the position of the boxes on an envelope."""
        short, long = sorted((size.width, size.height))
        is_standard = self.short[0] <= short <= self.short[1] and self.long[0] <= long <= self.long[1]
        return self.standard if is_standard else self.other


class CodeLine(Record):
    """A postal code without boxes: ``scale`` times the font size of the address, at least ``floor`` pt; ``spacing``
    between two digits in ems, and the space ``below`` the line in mm."""

    scale: Number
    floor: Number
    spacing: Number
    below: Number


class EnvelopeSide(StrEnum):
    """A side of an envelope."""

    LEFT = "left"
    RIGHT = "right"


class Stamp(Size):
    """The space for stamps, in an upper corner."""

    side: EnvelopeSide


class TypeSizes(Record):
    """The font sizes that are tried, in pt, from ``largest`` in steps of ``step`` down to ``floor``; ``pitch`` is the
    distance from line to line as a multiple of the font size. A size between ``floor`` and ``least`` is a warning."""

    largest: Number
    floor: Number
    least: Number | None = None
    step: Number
    pitch: Number

    @property
    def smallest(self) -> float:
        """The smallest size that is ever printed."""
        return self.floor if self.least is None else self.least


class EnclosedNote(Record):
    """The note in a frame that says what an envelope contains: 請願書在中. ``spacing`` between its characters is in em,
    ``padding`` inside the frame and its ``line`` in mm."""

    sizes: TypeSizes
    spacing: Number
    padding: Number
    line: Number
    colour: Line


class VerticalLayout(Record):
    """How an upright envelope is addressed in columns, from right to left, in some ``languages``.

    The largest sizes and the distances are those of an envelope of the size ``base``. On others they are in proportion,
    within the two limits of ``growth``. The address begins ``below_code`` mm below the boxes of the postal code, and
    ``right`` mm from the edge. ``gap`` is the distance in mm between groups of columns. The middle of the name is at
    ``centre``, a part of the height, with up to ``spread`` em between its characters. The ``sender`` is at the lower
    left; its name is ``sender_name`` times as large. Numbers before ``counters`` are written with 十 for ten,
    and capitals up to ``acronym`` letters are not turned.
    """

    languages: tuple[Line, ...]
    base: Size
    growth: tuple[Number, Number]
    below_code: Number
    right: Number
    gap: Number
    centre: Number
    spread: Number
    address: TypeSizes
    office: TypeSizes
    name: TypeSizes
    sender: TypeSizes
    sender_name: Number
    note: EnclosedNote
    counters: tuple[Line, ...]
    acronym: Count
    source: Line


class CountryPost(Record):
    """What a country's post wants on an envelope. ``code_sign`` is what people write before a code, and its machines do
    not read; ``portrait`` names the layout of upright envelopes, and ``vertical`` is that of addresses in columns."""

    code_sign: Line | None = None
    code_line: CodeLine | None = None
    boxes: CodeBoxes | None = None
    portrait: Line | None = None
    vertical: VerticalLayout | None = None
    source: Line


class AddressRoom(Record):
    """The area of the address: ``left`` and ``centre`` are parts of the envelope's width and height, from 0 to 1; the
    others are distances from its edges in mm. The lines are centred vertically on ``centre`` if they fit."""

    left: Number
    centre: Number
    right: Number
    top: Number
    bottom: Number


class FaceLayout(Record):
    """The layout of an envelope's front.

    ``margin`` is the distance of sender and reference from the edges; ``foot`` the height of the empty space at the
    bottom; ``coding`` the area for sorting machines in the lower right corner. ``sender_below`` puts the sender next to
    the reference, not in the upper left corner; ``sender_width`` is its largest width. ``is_centred`` centres the
    address horizontally.
    """

    stamp: Stamp
    coding: Size | None = None
    margin: Number
    foot: Number
    sender_below: Flag = False
    sender_width: Number
    is_centred: Flag = False
    address: AddressRoom


class FaceLayouts(Record):
    """The layouts of envelopes and labels; ``module`` is the side of one module of a QR code, in mm."""

    air_mail: Line
    module: Number
    address: TypeSizes
    sender: TypeSizes
    label: TypeSizes
    layouts: Mapping[str, FaceLayout]
    posts: Mapping[str, CountryPost]
    sources: Mapping[str, Source]
