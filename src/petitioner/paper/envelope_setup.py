"""Choose how an envelope is printed, and find the areas for its parts, in mm."""

from dataclasses import dataclass

from petitioner.checks.pages.box import Box
from petitioner.model.stationery import CodeBoxes, CountryPost, Envelope, FaceLayout, Measure, Size, VerticalLayout
from petitioner.model.theme import MM_PER_PT
from petitioner.paper.address_lines import MailItem
from petitioner.paper.code_boxes import find_digits
from petitioner.paper.vertical_columns import ColumnRoom
from petitioner.tables.stationery import load_face_layouts, orient_for_window

GAP = 4.0
"""The distance in mm between separate parts."""

REFERENCE_SIZE = 6.5
"""The size of the reference in pt."""

REFERENCE_HEIGHT = 3.2
"""The height of its line in mm."""


@dataclass(frozen=True, slots=True)
class EnvelopeSetup:
    """The envelope in use: its size as printed, the country where it is posted, its layout, and its window, if any."""

    envelope: Envelope
    country: str
    layout: FaceLayout
    window: Box | None

    @property
    def post(self) -> CountryPost | None:
        """The rules of the country's post, if they are known."""
        return load_face_layouts().posts.get(self.country)

    @property
    def vertical(self) -> VerticalLayout | None:
        """The layout of addresses in columns, on envelopes that can have them."""
        is_possible = self.post and self.envelope.is_portrait and self.window is None
        return self.post.vertical if self.post and is_possible else None

    @property
    def boxes(self) -> CodeBoxes | None:
        """The boxes for postal codes, on envelopes that have them."""
        return self.post.boxes if self.post and self.envelope.is_portrait else None


def choose_setup(envelope: Envelope, country: str, window: Measure | None) -> EnvelopeSetup:
    """Choose the layout of an envelope posted in a country; one with a window is printed in reading direction."""
    size = orient_for_window(envelope) if window else envelope
    used = envelope.model_copy(update={"width": size.width, "height": size.height})
    faces = load_face_layouts()
    post = faces.posts.get(country)
    upright = (post.portrait if post else None) or "portrait"
    return EnvelopeSetup(
        used, country, faces.layouts[upright if used.is_portrait else "landscape"], _locate_window(used, window)
    )


def list_reserved_areas(setup: EnvelopeSetup) -> dict[str, Box]:
    """List the areas that must stay empty for stamps and sorting machines, by name."""
    size, layout = setup.envelope, setup.layout
    stamp, coding = layout.stamp, layout.coding
    left = 0 if stamp.side == "left" else size.width - stamp.width
    zones = {"stamps": Box(left, 0, left + stamp.width, stamp.height)}
    if coding:
        zones["machines"] = Box(max(0, size.width - coding.width), size.height - coding.height, size.width, size.height)
    return zones


def list_address_areas(setup: EnvelopeSetup) -> dict[str, Box]:
    """List the areas for the address, or the window, by name; columns have another area than lines."""
    if setup.window:
        return {"window": setup.window}
    areas = {"address": find_address_room(setup)}
    if setup.vertical:
        areas["columns"] = find_column_room(setup, setup.vertical).address
    return areas


def find_boxes(item: MailItem, setup: EnvelopeSetup) -> CodeBoxes | None:
    """Find the boxes for a postal code: on domestic portrait envelopes, if the number of digits fits."""
    boxes = setup.boxes if setup.window is None and not item.is_abroad else None
    return boxes if boxes and len(find_digits(item.code)) == len(boxes.lefts) else None


def find_column_room(setup: EnvelopeSetup, layout: VerticalLayout) -> ColumnRoom:
    """Find the areas for columns: below the postal code, between the edges; the sender's at the left, below stamps."""
    size, face = setup.envelope, setup.layout
    least, most = layout.growth
    scale = max(least, min(size.width / layout.base.width, size.height / layout.base.height, most))
    foot = size.height - face.foot - REFERENCE_HEIGHT - GAP / 2
    middle, half = size.width / 2, layout.name.largest * scale * MM_PER_PT / 2
    code_foot = setup.boxes.choose(size).top + setup.boxes.height if setup.boxes else face.margin
    address = Box(middle - half, code_foot + layout.below_code * scale, size.width - layout.right * scale, foot)
    sender = Box(face.margin, face.stamp.height + GAP, middle - half - GAP, foot)
    return ColumnRoom(address, sender, middle, scale, 0.0)


def find_address_room(setup: EnvelopeSetup) -> Box:
    """Find the area for an address in lines."""
    size, area = setup.envelope, setup.layout.address
    return Box(size.width * area.left, area.top, size.width - area.right, size.height - area.bottom)


def _locate_window(size: Size, window: Measure | None) -> Box | None:
    if window is None:
        return None
    bottom = size.height - window.bottom
    return Box(window.left, bottom - window.height, window.left + window.width, bottom)
