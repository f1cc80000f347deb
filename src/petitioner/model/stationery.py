"""Envelopes, windows, sheets of labels, and the parts of an address face. All measures in mm."""

from collections.abc import Mapping
from enum import StrEnum

from petitioner.model.types import Count, Flag, Line, Number, PartialDay, Record


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
        """Whether it is higher than wide."""
        return self.height > self.width

    def holds(self, other: "Size") -> bool:
        """Whether another one fits into it without turning."""
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


class BoxGeometry(Record):
    """Where the boxes for a postal code are, and how thick their lines are, in mm.

    ``top`` and ``right`` are measured from the envelope's edges to the inner edges of the boxes. ``heavy`` is the line
    width for the first group of digits, ``light`` that for the others.
    """

    top: Number
    right: Number
    heavy: Number
    light: Number


class CodeBoxes(Record):
    """Boxes for a postal code: on upright envelopes only, ``standard`` where the envelope is of the post's standard
    sizes (``short`` and ``long`` side, least and most), else ``other``.

    ``groups`` count the figures of each group; between them is a line, ``hyphen`` mm long, at half height.
    ``figures`` is the size of the figures in pt.
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
    """A postal code outside of boxes: ``scale`` times the size of the address, at least ``floor`` pt; the blank between
    two figures in ems, and the one ``below`` the line in mm."""

    scale: Number
    floor: Number
    spacing: Number
    below: Number


class EnvelopeSide(StrEnum):
    """A side of an envelope."""

    LEFT = "left"
    RIGHT = "right"


class Stamp(Size):
    """The room for stamps, in an upper corner."""

    side: EnvelopeSide


class TypeSizes(Record):
    """Sizes of type in pt, from the ``largest`` that is tried in ``step`` down to the ``floor``; ``pitch`` from line to
    line is a multiple of it. Where there is a ``least``, type may be smaller than the floor, down to it; that is
    reported as a warning."""

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
    """Where the address may stand: ``left`` and ``centre`` as parts of the envelope's width and height, the rest in mm
    from its edges. The lines are centred on ``centre`` as long as they keep within."""

    left: Number
    centre: Number
    right: Number
    top: Number
    bottom: Number


class FaceLayout(Record):
    """How the face of an envelope is laid out.

    ``margin`` is how far sender and reference keep from the edges; ``foot`` what stays blank below; ``coding`` where
    sorting machines print, in the lower right corner. ``sender_below`` has the sender beside the reference instead of
    in the upper left corner; ``sender_width`` is the widest that it may be. ``is_centred`` has the address in the
    middle of an envelope that is wider than its lines.
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
    """How faces of envelopes and labels are set; ``module`` is the side of one module of a QR code, in mm."""

    air_mail: Line
    module: Number
    address: TypeSizes
    sender: TypeSizes
    label: TypeSizes
    layouts: Mapping[str, FaceLayout]
    posts: Mapping[str, CountryPost]
    sources: Mapping[str, Source]
