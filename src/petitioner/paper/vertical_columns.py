"""Arrange an address in columns on an upright envelope, from right to left, with positions in mm.

The order is that of Japanese letter writing: the address at the right, the mission and the title beside the name, the
name large in the middle, the sender small at the lower left, and above it a note of what is in the envelope.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from math import floor

from petitioner.checks.pages.box import Box, enclose
from petitioner.errors import Severity
from petitioner.model.letter import AddressLine, AddressPart
from petitioner.model.stationery import TypeSizes, VerticalLayout
from petitioner.model.theme import MM_PER_PT
from petitioner.paper.address_lines import MailItem, MeasureText
from petitioner.paper.vertical_text import ColumnPart, ColumnText, Form, write_column

_GAP = 4.0  # mm between the sender, its note and the stamps


@dataclass(frozen=True, slots=True)
class Column:
    """A column as it is printed: ``axis`` is its middle, ``top`` where it begins, ``size`` in pt, ``spacing`` in em."""

    text: ColumnText
    axis: float
    top: float
    size: float
    spacing: float = 0.0

    @property
    def width(self) -> float:
        """The width of a character in mm."""
        return self.size * MM_PER_PT

    @property
    def box(self) -> Box:
        """The area that the column covers."""
        half = self.width / 2
        return Box(
            self.axis - half, self.top, self.axis + half, self.top + self.text.measure(self.spacing) * self.width
        )

    def list_parts(self) -> Iterator[tuple[ColumnPart, float]]:
        """List the parts of the column, each with the height where it begins."""
        top = self.top
        for part in self.text.parts:
            yield part, top
            gaps = part.count if part.form is Form.UPRIGHT else 1
            top += (part.length + gaps * self.spacing) * self.width


@dataclass(frozen=True, slots=True)
class TightColumn:
    """A column that is smaller than its least or its usual smallest size, and that ``size``."""

    line: AddressLine
    size: float
    limit: float
    severity: Severity
    is_sender: bool


@dataclass(frozen=True, slots=True)
class ColumnFace:
    """The columns on an envelope, in the order of reading. ``frame`` is the outline of the ``note``, if there is one.

    ``tight`` lists the columns that are too small.
    """

    address: tuple[Column, ...]
    sender: tuple[Column, ...]
    note: Column | None
    frame: Box | None
    tight: tuple[TightColumn, ...]

    @property
    def size(self) -> float:
        """The size of the name in pt, the largest on the envelope."""
        return max(column.size for column in self.address)


@dataclass(frozen=True, slots=True)
class ColumnRoom:
    """The areas for columns: the address with the name in the middle, and the sender with its note.

    The middle of the name is at ``middle``. ``scale`` multiplies sizes. ``above_sender`` is the height of the sender's
    postal code in mm, which is above its columns.
    """

    address: Box
    sender: Box
    middle: float
    scale: float
    above_sender: float


@dataclass(frozen=True, slots=True)
class _Group:
    """Columns of one size, side by side."""

    lines: tuple[AddressLine, ...]
    texts: tuple[ColumnText, ...]
    sizes: TypeSizes
    size: float
    is_sender: bool = False

    @property
    def pitch(self) -> float:
        """The distance from column to column in mm."""
        return self.size * self.sizes.pitch * MM_PER_PT

    @property
    def width(self) -> float:
        """The width of all columns in mm."""
        return len(self.texts) * self.pitch

    def shrink(self, share: float) -> "_Group":
        """Return the group in a size that takes a ``share`` of the width."""
        return replace(self, size=_round_down(self.size * share, self.sizes.step)) if share < 1 else self

    def list_tight(self) -> Iterator[TightColumn]:
        """List the columns that are in too small a size, all but those that shrink with them."""
        for severity, limit in ((Severity.ERROR, self.sizes.smallest), (Severity.WARNING, self.sizes.floor)):
            if self.texts and self.size < limit:
                longest = max(zip(self.lines, self.texts, strict=True), key=lambda pair: pair[1].measure())
                yield TightColumn(longest[0], self.size, limit, severity, self.is_sender)
                return


class ColumnSetter:
    """Sets the columns of one envelope."""

    def __init__(self, layout: VerticalLayout, room: ColumnRoom, measure: MeasureText) -> None:
        self._layout, self._room, self._measure = layout, room, measure

    def set_face(self, item: MailItem, note: AddressLine | None) -> ColumnFace:
        """Return all columns of an envelope, without the postal codes. What is too long is set smaller."""
        address, office, name = self._set_address(item)
        note_group = self._make_group((note,) if note else (), self._layout.note.sizes, self._room.sender.height, 0)
        sender = self._set_sender(item, note_group)
        placed_name = self._place_name(name, office, address)
        placed_sender = tuple(self._place_sender(sender))
        placed_note, frame = self._place_note(note_group, placed_sender)
        tight = [one for group in (address, office, name, *sender) for one in group.list_tight()]
        if placed_note:
            tight.extend(replace(note_group, size=placed_note.size, is_sender=True).list_tight())
        placed_office = self._place_office(office, placed_name, len(address.texts))
        columns = (*self._place_address(address), *placed_office, placed_name)
        return ColumnFace(columns, placed_sender, placed_note, frame, tuple(tight))

    def _make_group(
        self, lines: Iterable[AddressLine], sizes: TypeSizes, height: float, indent: float, enlargement: float = 1.0
    ) -> _Group:
        """Write lines as columns in the largest size at which all of them end within ``height`` mm.

        The first begins ``indent`` ems lower, and each other one an em lower than the one before.
        """
        lines = tuple(lines)
        texts = tuple(write_column(line, self._layout, self._measure) for line in lines)
        longest = max((text.measure() + place for place, text in enumerate(texts)), default=0.0) + indent
        size = sizes.largest * self._room.scale * enlargement
        if longest * size * MM_PER_PT > height:
            size = height / longest / MM_PER_PT
        return _Group(lines, texts, sizes, _round_down(size, sizes.step))

    def _set_address(self, item: MailItem) -> tuple[_Group, _Group, _Group]:
        """Group the lines as address, mission with title, and name; all shrink where they are too wide."""
        layout, room = self._layout, self._room.address
        *office, name = (line for line in item.lines if line.part is AddressPart.NAME)
        place = [line for line in item.lines if line.part in (AddressPart.PLACE, AddressPart.COUNTRY)]
        groups = (
            self._make_group(place, layout.address, room.height, 0),
            self._make_group(office, layout.office, room.height, len(place)),
            self._make_group((name,), layout.name, room.height, len(place) + len(office)),
        )
        half = groups[2].size * MM_PER_PT / 2
        available = room.right - self._room.middle - half - 2 * layout.gap * self._room.scale
        share = available / max(groups[0].width + groups[1].width, 1.0)
        return groups[0].shrink(share), groups[1].shrink(share), groups[2]

    def _place_address(self, group: _Group) -> Iterator[Column]:
        room = self._room.address
        first = room.right - group.size * MM_PER_PT / 2
        for place, text in enumerate(group.texts):
            top = room.top + place * group.size * MM_PER_PT
            yield Column(text, first - place * group.pitch, top, group.size)

    def _place_office(self, group: _Group, name: Column, before: int) -> Iterator[Column]:
        """Place mission and title right of the name, each a character lower than the column before; ``before`` counts
        those of the address.

        PDFium reads columns that begin at one height from the left to the right; so no two of them do.
        """
        em, gap = group.size * MM_PER_PT, self._layout.gap * self._room.scale
        last = name.box.right + gap + group.pitch / 2
        for place, text in enumerate(group.texts):
            axis = last + (len(group.texts) - 1 - place) * group.pitch
            yield Column(text, axis, self._room.address.top + (before + place) * em, group.size)

    def _place_name(self, group: _Group, office: _Group, address: _Group) -> Column:
        """Place the name in the middle, with its characters apart, so that it ends lower than the address."""
        (text,), room, em = group.texts, self._room.address, group.size * MM_PER_PT
        gaps = max(1.0, (text.measure(1.0) - text.measure()))
        before = len(address.texts) + len(office.texts)
        spacing = min(self._layout.spread, max(0.0, room.height / em - before - text.measure()) / gaps)
        length = text.measure(spacing) * em
        ends = (room.top + one.measure() * address.size * MM_PER_PT for one in address.texts)
        centred = self._layout.centre * (room.bottom + room.top) - length / 2
        lowest = room.bottom - length
        top = min(max(room.top + before * em, centred, max(ends, default=0.0) + em / 2 - length), lowest)
        return Column(text, self._room.middle, top, group.size, spacing)

    def _set_sender(self, item: MailItem, note: _Group) -> tuple[_Group, _Group]:
        """Group the sender's lines as address and name; they leave room for the note beside them."""
        layout, room = self._layout, self._room.sender
        place = (line for line in item.sender if line.part in (AddressPart.PLACE, AddressPart.COUNTRY))
        name = (line for line in item.sender if line.part is AddressPart.NAME)
        groups = (
            self._make_group(place, layout.sender, room.height, 1),
            self._make_group(name, layout.sender, room.height, 0, layout.sender_name),
        )
        beside = note.width + 2 * layout.note.padding + _GAP if note.texts else 0.0
        share = (room.width - beside) / max(groups[0].width + groups[1].width, 1.0)
        return (
            replace(groups[0].shrink(share), is_sender=True),
            replace(groups[1].shrink(share), is_sender=True),
        )

    def _place_sender(self, groups: Sequence[_Group]) -> Iterator[Column]:
        """Place the sender's address, and left of it the name, which ends at the same height."""
        room, (place, name), em = self._room.sender, groups, groups[0].size * MM_PER_PT
        ends = (room.bottom - (number + text.measure()) * em for number, text in enumerate(place.texts))
        top, right = min(ends, default=room.bottom), room.left + place.width + name.width
        name_tops = [room.bottom - text.measure() * name.size * MM_PER_PT for text in name.texts]
        tops = [top + number * em for number in range(len(place.texts))]
        if any(abs(one - other) < em for one in tops for other in name_tops):
            tops = [top - em for top in tops]  # no two columns begin at one height: see _place_office
        for number, text in enumerate(place.texts):
            yield Column(text, right - (number + 0.5) * place.pitch, tops[number], place.size)
        for number, text in enumerate(name.texts):
            axis = right - place.width - (number + 0.5) * name.pitch
            yield Column(text, axis, name_tops[number], name.size)

    def _place_note(self, group: _Group, sender: Sequence[Column]) -> tuple[Column | None, Box | None]:
        """Place the note above the sender, or right of it where there is no room above."""
        if not group.texts:
            return None, None
        style, room, (text,) = self._layout.note, self._room.sender, group.texts
        block = enclose(column.box for column in sender)
        edge = style.padding + style.line

        def fit_note(height: float, size: float) -> float:
            ems = text.measure(style.spacing)
            return _round_down(min(size, (height - 2 * edge) / ems / MM_PER_PT), style.sizes.step)

        foot = block.top - self._room.above_sender - _GAP
        above = fit_note(foot - room.top, group.size)
        if above >= style.sizes.floor:
            width, axis = above * MM_PER_PT, room.left + above * MM_PER_PT / 2 + edge
            bottom = foot - edge
            column = Column(text, axis, bottom - text.measure(style.spacing) * width, above, style.spacing)
        else:
            beside = fit_note(room.height, group.size)
            axis = block.right + _GAP + beside * MM_PER_PT / 2 + edge
            height = text.measure(style.spacing) * beside * MM_PER_PT
            column = Column(text, axis, room.bottom - edge - height, beside, style.spacing)
        box = column.box
        grow = style.padding
        return column, Box(box.left - grow, box.top - grow, box.right + grow, box.bottom + grow)


def _round_down(size: float, step: float) -> float:
    return floor(size / step + 1e-9) * step
