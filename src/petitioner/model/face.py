"""The face of an envelope or a label: what stands where, and what a country's post wants to find there. All in mm."""

from collections.abc import Mapping
from enum import StrEnum

from petitioner.model.stationery import Size, Source
from petitioner.model.types import Count, Flag, Line, Number, Record


class BoxGeometry(Record):
    """Boxes for a postal code by their inner edges, from the envelope's top and right edge.

    ``lefts`` are counted from the first box; ``heavy`` is the line of the boxes of the code's first group, in mm, and
    ``light`` that of the others.
    """

    top: Number
    right: Number
    heavy: Number
    light: Number


class CodeBoxes(Record):
    """Boxes for a postal code: on upright envelopes only, ``standard`` where the envelope is of the post's standard
    sizes (``short`` and ``long`` side, least and most), else ``other``.

    ``groups`` count the figures of each group; between them stands a line, ``hyphen`` mm long, at half height.
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
        """Where they stand on an envelope."""
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


class CountryPost(Record):
    """What a country's post wants on an envelope. ``code_sign`` is what people write before a code, and its machines do
    not read; ``portrait`` names the layout of upright envelopes."""

    code_sign: Line | None = None
    code_line: CodeLine | None = None
    boxes: CodeBoxes | None = None
    portrait: Line | None = None
    source: Line


class Side(StrEnum):
    """The side of an envelope on which something stands."""

    LEFT = "left"
    RIGHT = "right"


class Stamp(Size):
    """The room for stamps, in an upper corner."""

    side: Side


class TypeSizes(Record):
    """Sizes of type in pt, from the ``largest`` that is tried in ``step`` down to the ``floor``; ``pitch`` from line to
    line is a multiple of it."""

    largest: Number
    floor: Number
    step: Number
    pitch: Number


class AddressRoom(Record):
    """Where the address may stand: ``left`` and ``centre`` as parts of the envelope's width and height, the rest in mm
    from its edges. The lines are centred on ``centre`` as long as they keep within."""

    left: Number
    centre: Number
    right: Number
    top: Number
    bottom: Number


class Layout(Record):
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


class Faces(Record):
    """How faces of envelopes and labels are set; ``module`` is the side of one module of a QR code, in mm."""

    air_mail: Line
    module: Number
    address: TypeSizes
    sender: TypeSizes
    label: TypeSizes
    layouts: Mapping[str, Layout]
    posts: Mapping[str, CountryPost]
    sources: Mapping[str, Source]
