"""Lay out envelopes, with positions in mm: what is printed on the front, and where."""

from dataclasses import dataclass, replace

from petitioner.checks.pages.box import Box
from petitioner.errors import Problem, Severity
from petitioner.model.letter import AddressLine, AddressPart
from petitioner.model.recipient import Campaign
from petitioner.model.stationery import CodeBoxes, CountryPost, Envelope, FaceLayout, Measure, Size, VerticalLayout
from petitioner.model.theme import MM_PER_PT
from petitioner.paper.address_lines import (
    Area,
    FittedText,
    LineFitter,
    MailItem,
    MeasureText,
    Overflow,
    PlacedText,
    make_overflow_problem,
)
from petitioner.paper.code_boxes import CodeDigit, find_digits, list_digits, list_hyphens
from petitioner.paper.vertical_columns import ColumnFace, ColumnRoom, ColumnSetter, TightColumn
from petitioner.tables.locales import OWN_LANGUAGE
from petitioner.tables.stationery import load_face_layouts, orient_for_window

GAP = 4.0
"""The distance in mm between separate parts."""

REFERENCE_SIZE = 6.5
"""The size of the reference in pt."""

REFERENCE_HEIGHT = 3.2
"""The height of its line in mm."""

AIR_MAIL_HEIGHT = 5.6
"""The height of the air mail label in mm, with its frame."""


@dataclass(frozen=True, slots=True)
class EnvelopePage:
    """Everything on the front of one envelope.

    The sender and the address are lines, or both are ``columns``. ``codes`` are postal codes outside of boxes, beside
    columns. ``hyphens`` are the lines between the groups of boxes. ``air_mail`` is the upper left corner of the label
    for air mail, or None for domestic mail. ``warnings`` are about type that is smaller than usual.
    """

    item: MailItem
    sender: PlacedText | None
    address: PlacedText | None
    columns: ColumnFace | None
    codes: tuple[PlacedText, ...]
    digits: tuple[CodeDigit, ...]
    hyphens: tuple[Box, ...]
    reference: Box
    air_mail: tuple[float, float] | None
    warnings: tuple[Problem, ...] = ()


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


def lay_out_envelope(
    item: MailItem, setup: EnvelopeSetup, measure: MeasureText, note: AddressLine | None = None
) -> EnvelopePage | tuple[Problem, ...]:
    """Lay out one envelope, or return the problems of everything that does not fit.

    ``note`` says what is in the envelope; it is printed beside columns.
    """
    boxes = find_boxes(item, setup)
    digits = tuple(list_digits(item.code, boxes, setup.envelope)) if boxes else ()
    page = EnvelopePage(
        item=item,
        sender=None,
        address=None,
        columns=None,
        codes=(),
        digits=digits,
        hyphens=tuple(list_hyphens(boxes, digits)) if boxes else (),
        reference=_place_reference(item, setup, measure),
        air_mail=None,
    )
    layout = setup.vertical
    if layout and _is_vertical(item, layout):
        return _set_columns(page, setup, layout, measure, note)
    return _set_lines(page, setup, measure)


def choose_note(item: MailItem, campaign: Campaign) -> AddressLine | None:
    """Choose the note of what is in the envelope: in the language of the address, or None."""
    language = item.lines[-1].language if item.lines else ""
    text = campaign.post.enclosed_note.get(language)
    return AddressLine(text, language, AddressPart.NAME) if text else None


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
    areas = {"address": _find_address_room(setup)}
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


def _is_vertical(item: MailItem, layout: VerticalLayout) -> bool:
    """Return whether an address is in columns: a domestic one with a name, all in the languages of the layout."""
    has_name = any(line.part is AddressPart.NAME for line in item.lines)
    return has_name and not item.is_abroad and all(line.language in layout.languages for line in item.lines)


def _set_columns(
    page: EnvelopePage, setup: EnvelopeSetup, layout: VerticalLayout, measure: MeasureText, note: AddressLine | None
) -> EnvelopePage | tuple[Problem, ...]:
    """Set address and sender in columns."""
    item, room = page.item, find_column_room(setup, layout)
    sender_code = next((line for line in item.sender if line.part is AddressPart.CODE), None)
    code = next((line for line in item.lines if line.part is AddressPart.CODE and not page.digits), None)
    codes = []
    if code:
        text = _set_code(code, layout, setup, measure)
        codes.append(PlacedText(room.address.right - text.width, room.address.top - GAP - text.height, text))
    above = 0.0
    if sender_code:
        text = _set_code(sender_code, layout, setup, measure, is_sender=True)
        above = text.height + GAP / 4
        box = room.sender
        room = replace(room, sender=Box(box.left, box.top + above, box.right, box.bottom), above_sender=above)
    face = ColumnSetter(layout, room, measure).set_face(item, note)
    if sender_code:
        top = min(column.top for column in face.sender)
        codes.append(PlacedText(room.sender.left, top - above, text))
    problems = tuple(_make_tight_problem(item, one, setup.envelope.name) for one in face.tight)
    if errors := tuple(problem for problem in problems if problem.severity is Severity.ERROR):
        return errors
    return replace(page, columns=face, codes=tuple(codes), warnings=problems)


def _set_code(
    line: AddressLine, layout: VerticalLayout, setup: EnvelopeSetup, measure: MeasureText, *, is_sender: bool = False
) -> FittedText:
    """Set a postal code on one horizontal line, that of the sender in its own size."""
    sizes, style = (
        (layout.sender, None) if is_sender else (layout.address, setup.post.code_line if setup.post else None)
    )
    size = setup.envelope
    text = LineFitter(sizes, measure, style).fit((line,), Area(size.width / 2, size.height), largest=sizes.floor + 1)
    assert isinstance(text, FittedText)  # noqa: S101 - a postal code is short
    return text


def _make_tight_problem(item: MailItem, tight: TightColumn, envelope: str) -> Problem:
    path, line = item.find_line(tight.line.text, is_sender=tight.is_sender)
    owner = item.name_owner(is_sender=tight.is_sender)
    hint = "Break it into two lines, or take something larger."
    message = f"for {owner}, this column fits {envelope} only in {tight.size:g} pt;"
    if tight.severity is Severity.ERROR:
        message = f"{message} nothing is printed below {tight.limit:g} pt: {tight.line.text!r}"
        return Problem(path, line, "A804", message, hint)
    message = f"{message} the smallest usual size is {tight.limit:g} pt: {tight.line.text!r}"
    return Problem(path, line, "A851", message, hint, Severity.WARNING)


def _set_lines(page: EnvelopePage, setup: EnvelopeSetup, measure: MeasureText) -> EnvelopePage | tuple[Problem, ...]:
    """Set address and sender in horizontal lines."""
    item = page.item
    sender = _place_sender(item, setup, page.reference, measure)
    address = _place_address(item, setup, measure, in_boxes=bool(page.digits)) if setup.window is None else None
    if isinstance(sender, Overflow) or isinstance(address, Overflow):
        overflows = [one for one in (sender, address) if isinstance(one, Overflow)]
        return tuple(
            make_overflow_problem(item, one, setup.envelope.name, is_sender=one is sender) for one in overflows
        )
    air_mail = _place_air_mail(setup, page.reference, sender) if item.is_abroad else None
    return replace(page, sender=sender, address=address, air_mail=air_mail)


def _place_reference(item: MailItem, setup: EnvelopeSetup, measure: MeasureText) -> Box:
    """Place the reference at the lower left, or right of a window there."""
    layout, size, window = setup.layout, setup.envelope, setup.window
    width = measure(item.reference, OWN_LANGUAGE, REFERENCE_SIZE)
    left, bottom = layout.margin, size.height - layout.foot
    if window and Box(left, bottom - REFERENCE_HEIGHT, left + width, size.height).meets(window, -GAP):
        left = window.right + GAP
    return Box(left, bottom - REFERENCE_HEIGHT, left + width, bottom)


def _place_sender(item: MailItem, setup: EnvelopeSetup, reference: Box, measure: MeasureText) -> PlacedText | Overflow:
    """Fit the sender at the upper left, or above the reference, without meeting stamps or window."""
    layout, size = setup.layout, setup.envelope
    fitter = LineFitter(load_face_layouts().sender, measure)
    if layout.sender_below:
        width = min(layout.sender_width, size.width - 2 * layout.margin)
        text = fitter.fit(
            item.sender, Area(width, reference.top - GAP / 2 - (size.height - layout.address.bottom) - GAP)
        )
        if isinstance(text, Overflow):
            return text
        return PlacedText(layout.margin, reference.top - GAP / 2 - text.height, text)
    foot = min(setup.window.top if setup.window else size.height, layout.address.top) - GAP
    mark = AIR_MAIL_HEIGHT + GAP if item.is_abroad else 0
    width = min(layout.sender_width, size.width - layout.margin - layout.stamp.width - GAP)
    text = fitter.fit(item.sender, Area(width, foot - mark - layout.margin))
    return text if isinstance(text, Overflow) else PlacedText(layout.margin, layout.margin, text)


def _place_address(
    item: MailItem, setup: EnvelopeSetup, measure: MeasureText, *, in_boxes: bool
) -> PlacedText | Overflow:
    faces, layout, area = load_face_layouts(), setup.layout, _find_address_room(setup)
    largest = setup.envelope.largest
    sizes = faces.address.model_copy(update={"largest": largest}) if largest else faces.address
    lines = tuple(line for line in item.lines if not (in_boxes and line.part is AddressPart.CODE))
    style = setup.post.code_line if setup.post else None
    text = LineFitter(sizes, measure, style).fit(lines, Area(area.width, area.height))
    if isinstance(text, Overflow):
        return text
    left = max(area.left, (setup.envelope.width - text.width) / 2) if layout.is_centred else area.left
    top = setup.envelope.height * layout.address.centre - text.height / 2
    return PlacedText(left, min(max(area.top, top), area.bottom - text.height), text)


def _find_address_room(setup: EnvelopeSetup) -> Box:
    size, area = setup.envelope, setup.layout.address
    return Box(size.width * area.left, area.top, size.width - area.right, size.height - area.bottom)


def _locate_window(size: Size, window: Measure | None) -> Box | None:
    if window is None:
        return None
    bottom = size.height - window.bottom
    return Box(window.left, bottom - window.height, window.left + window.width, bottom)


def _place_air_mail(setup: EnvelopeSetup, reference: Box, sender: PlacedText) -> tuple[float, float]:
    """Place the label below the sender, or above a sender at the foot."""
    if setup.layout.sender_below:
        return setup.layout.margin, min(reference.top, sender.top) - GAP - AIR_MAIL_HEIGHT
    return setup.layout.margin, sender.box.bottom + GAP
