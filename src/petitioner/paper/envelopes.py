"""Lay out envelopes, with positions in mm: what is printed on the front, and where."""

from dataclasses import dataclass, replace

from petitioner.checks.pages.box import Box
from petitioner.errors import Problem, Severity
from petitioner.model.letter import AddressLine, AddressPart
from petitioner.model.recipient import Campaign
from petitioner.model.stationery import VerticalLayout
from petitioner.model.types import OWN_LANGUAGE
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
from petitioner.paper.code_boxes import CodeDigit, list_digits, list_hyphens
from petitioner.paper.envelope_setup import (
    GAP,
    REFERENCE_HEIGHT,
    REFERENCE_SIZE,
    EnvelopeSetup,
    find_address_room,
    find_boxes,
    find_column_room,
)
from petitioner.paper.vertical_columns import ColumnFace, ColumnSetter, TightColumn
from petitioner.tables.stationery import load_face_layouts

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
        text = _fit_postal_code(code, layout, setup, measure)
        codes.append(PlacedText(room.address.right - text.width, room.address.top - GAP - text.height, text))
    above = 0.0
    if sender_code:
        text = _fit_postal_code(sender_code, layout, setup, measure, is_sender=True)
        above = text.height + GAP / 4
        box = room.sender
        room = replace(room, sender=Box(box.left, box.top + above, box.right, box.bottom), above_sender=above)
    face = ColumnSetter(layout, room, measure).set_face(item, note)
    if sender_code:
        top = min(column.top for column in face.sender)
        codes.append(PlacedText(room.sender.left, top - above, text))
    problems = tuple(_make_tight_problem(item, one, note, setup.envelope.name) for one in face.tight)
    if errors := tuple(problem for problem in problems if problem.severity is Severity.ERROR):
        return errors
    return replace(page, columns=face, codes=tuple(codes), warnings=problems)


def _fit_postal_code(
    line: AddressLine, layout: VerticalLayout, setup: EnvelopeSetup, measure: MeasureText, *, is_sender: bool = False
) -> FittedText:
    """Fit a postal code into one horizontal line, and return it with its size; the sender's has other limits."""
    sizes, style = (
        (layout.sender, None) if is_sender else (layout.address, setup.post.code_line if setup.post else None)
    )
    size = setup.envelope
    text = LineFitter(sizes, measure, style).fit((line,), Area(size.width / 2, size.height), largest=sizes.floor + 1)
    assert isinstance(text, FittedText)  # noqa: S101 - a postal code is short
    return text


def _make_tight_problem(item: MailItem, tight: TightColumn, note: AddressLine | None, envelope: str) -> Problem:
    """Make the problem of a column in small type: an error below the smallest size, else a warning."""
    path, line = item.find_line(tight.line.text, is_sender=tight.is_sender)
    if tight.line is note:
        line = item.sender_origin.line_of("post", "enclosed_note", tight.line.language)
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
    faces, layout, area = load_face_layouts(), setup.layout, find_address_room(setup)
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


def _place_air_mail(setup: EnvelopeSetup, reference: Box, sender: PlacedText) -> tuple[float, float]:
    """Place the label below the sender, or above a sender at the foot."""
    if setup.layout.sender_below:
        return setup.layout.margin, min(reference.top, sender.top) - GAP - AIR_MAIL_HEIGHT
    return setup.layout.margin, sender.box.bottom + GAP
