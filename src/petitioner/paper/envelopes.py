"""Lay out envelopes, with positions in mm, and render them as PDF."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from petitioner.checks.pages.box import Box
from petitioner.errors import Problem
from petitioner.model.letter import AddressPart
from petitioner.model.stationery import CodeBoxes, Envelope, FaceLayout, Measure, Size
from petitioner.model.theme import Theme
from petitioner.paper.address_lines import Area, FittedText, LineFitter, MailItem, MeasureText, Overflow
from petitioner.paper.page_style import (
    PrinterCorrection,
    QrCode,
    list_directions,
    make_qr_code,
    write_calibration_help,
    write_style,
)
from petitioner.render import render_sheet
from petitioner.tables.locales import OWN_LANGUAGE
from petitioner.tables.stationery import load_face_layouts, orient_for_window
from petitioner.templates.jinja import load_html_template

_GAP = 4.0  # mm between separate parts
_REFERENCE_HEIGHT = 3.2  # mm
_AIR_MAIL_HEIGHT = 5.6  # mm, with its frame
_STYLE = """
.digit { position: absolute; text-align: center }
.air-mail { position: absolute; box-sizing: border-box; height: 5.6mm; border: 0.5pt solid #000; padding: 0 2.4mm;
            font-size: 8pt; line-height: 5.2mm; letter-spacing: 0.06em }
.code { position: absolute }
.reference { position: absolute; font-size: 6.5pt; line-height: 3.2mm }
"""


@dataclass(frozen=True, slots=True)
class PlacedText:
    """Lines of text and their position."""

    left: float
    top: float
    text: FittedText

    @property
    def box(self) -> Box:
        """The area that they cover."""
        return Box(self.left, self.top, self.left + self.text.width, self.top + self.text.height)


@dataclass(frozen=True, slots=True)
class CodeDigit:
    """One digit of a postal code, and the inner edges of its box; ``line`` is the width of the frame."""

    text: str
    box: Box
    line: float


@dataclass(frozen=True, slots=True)
class EnvelopePage:
    """Everything on one envelope. ``hyphens`` are the lines between the groups of boxes, ``air_mail`` the upper left
    corner of the air mail label, or None for domestic mail."""

    item: MailItem
    sender: PlacedText
    address: PlacedText | None
    digits: tuple[CodeDigit, ...]
    hyphens: tuple[Box, ...]
    code: QrCode
    code_at: tuple[float, float]
    reference_at: tuple[float, float]
    air_mail: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class EnvelopeSetup:
    """The envelope in use: its size as printed, the country where it is posted, its layout, and its window, if any."""

    envelope: Envelope
    country: str
    layout: FaceLayout
    window: Box | None


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


def lay_out_envelope(item: MailItem, setup: EnvelopeSetup, measure: MeasureText) -> EnvelopePage | tuple[Problem, ...]:
    """Lay out one envelope, or return the problems of everything that does not fit."""
    boxes = find_boxes(item, setup)
    code = make_qr_code(item.reference, load_face_layouts().module)
    reference = _ReferencePosition(setup, code)
    sender = _place_sender(item, setup, reference, measure)
    address = _place_address(item, setup, measure, in_boxes=boxes is not None) if setup.window is None else None
    overflows = [one for one in (sender, address) if isinstance(one, Overflow)]
    if isinstance(sender, Overflow) or isinstance(address, Overflow):
        return tuple(
            make_overflow_problem(item, one, setup.envelope.name, is_sender=one is sender) for one in overflows
        )
    digits = tuple(list_digits(item.code, boxes, setup.envelope)) if boxes else ()
    return EnvelopePage(
        item=item,
        sender=sender,
        address=address,
        digits=digits,
        hyphens=tuple(list_hyphens(boxes, digits)) if boxes else (),
        code=code,
        code_at=(reference.left - code.quiet, reference.top),
        reference_at=(reference.left, reference.top + code.side),
        air_mail=_place_air_mail(setup, reference, sender) if item.is_abroad else None,
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
    """List the area for the address, or the window, by name."""
    return {"window": setup.window} if setup.window else {"address": _find_address_room(setup)}


def find_boxes(item: MailItem, setup: EnvelopeSetup) -> CodeBoxes | None:
    """Find the boxes for a postal code: on domestic portrait envelopes, if the number of digits fits."""
    post = load_face_layouts().posts.get(setup.country)
    boxes = post.boxes if post and setup.envelope.is_portrait and setup.window is None and not item.is_abroad else None
    return boxes if boxes and len(_find_digits(item.code)) == len(boxes.lefts) else None


def list_digits(code: str, boxes: CodeBoxes, size: Size) -> Iterator[CodeDigit]:
    """List the digits of a code with their boxes, from the left."""
    geometry = boxes.choose(size)
    first = size.width - geometry.right - boxes.lefts[-1] - boxes.width
    for place, (digit, offset) in enumerate(zip(_find_digits(code), boxes.lefts, strict=True)):
        left, top = first + offset, geometry.top
        box = Box(left, top, left + boxes.width, top + boxes.height)
        yield CodeDigit(digit, box, geometry.heavy if place < boxes.groups[0] else geometry.light)


def make_overflow_problem(item: MailItem, overflow: Overflow, what: str, *, is_sender: bool = False) -> Problem:
    """Make the problem for lines that do not fit, with the file and line where they were written."""
    (path, line), who = (
        item.find_line(overflow.line, is_sender=is_sender),
        "the sender" if is_sender else item.recipient,
    )
    if overflow.line:
        message = (
            f"for {who}, this line is {overflow.needed:.1f} mm long at {overflow.size:g} pt, "
            f"and {overflow.available:.1f} mm fit {what}: {overflow.line!r}"
        )
        return Problem(path, line, "A804", message, "Break it into two lines, or take something larger.")
    message = (
        f"for {who}, the address has {overflow.count} lines, {overflow.needed:.1f} mm high at {overflow.size:g} pt, "
        f"and {overflow.available:.1f} mm fit {what}"
    )
    return Problem(path, line, "A805", message, "Join lines of 'address.lines', or take something larger.")


class _ReferencePosition:
    """The position of the reference and its QR code: at the lower left, or right of a window there."""

    def __init__(self, setup: EnvelopeSetup, code: QrCode) -> None:
        layout, size = setup.layout, setup.envelope
        self.left = layout.margin
        self.top = size.height - layout.foot - _REFERENCE_HEIGHT - code.side
        self.foot = self.top + code.side - code.quiet
        self.right = self.left + code.side - code.quiet
        window = setup.window
        if window and Box(self.left, self.top, self.right, size.height).meets(window, -_GAP):
            self.left = window.right + _GAP + code.quiet
            self.right = self.left + code.side - code.quiet


def _place_sender(
    item: MailItem, setup: EnvelopeSetup, reference: _ReferencePosition, measure: MeasureText
) -> PlacedText | Overflow:
    """Fit the sender at the upper left, or beside the QR code, without meeting stamps or window."""
    layout, size = setup.layout, setup.envelope
    fitter = LineFitter(load_face_layouts().sender, measure)
    if layout.sender_below:
        left = reference.right + _GAP
        width = min(layout.sender_width, size.width - layout.margin - left)
        text = fitter.fit(item.sender, Area(width, layout.address.bottom - layout.foot - _GAP))
        return text if isinstance(text, Overflow) else PlacedText(left, reference.foot - text.height, text)
    foot = min(setup.window.top if setup.window else size.height, layout.address.top) - _GAP
    mark = _AIR_MAIL_HEIGHT + _GAP if item.is_abroad else 0
    width = min(layout.sender_width, size.width - layout.margin - layout.stamp.width - _GAP)
    text = fitter.fit(item.sender, Area(width, foot - mark - layout.margin))
    return text if isinstance(text, Overflow) else PlacedText(layout.margin, layout.margin, text)


def _place_address(
    item: MailItem, setup: EnvelopeSetup, measure: MeasureText, *, in_boxes: bool
) -> PlacedText | Overflow:
    faces, layout, area = load_face_layouts(), setup.layout, _find_address_room(setup)
    largest = setup.envelope.largest
    sizes = faces.address.model_copy(update={"largest": largest}) if largest else faces.address
    post = faces.posts.get(setup.country)
    lines = tuple(line for line in item.lines if not (in_boxes and line.part is AddressPart.CODE))
    text = LineFitter(sizes, measure, post.code_line if post else None).fit(lines, Area(area.width, area.height))
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


def _place_air_mail(setup: EnvelopeSetup, reference: _ReferencePosition, sender: PlacedText) -> tuple[float, float]:
    """Place the label below the sender, or above a sender at the foot."""
    if setup.layout.sender_below:
        return setup.layout.margin, min(reference.top, sender.top) - _GAP - _AIR_MAIL_HEIGHT
    return setup.layout.margin, sender.box.bottom + _GAP


def list_hyphens(boxes: CodeBoxes, digits: tuple[CodeDigit, ...]) -> Iterator[Box]:
    """List the lines between the groups of a code's boxes."""
    ends = {sum(boxes.groups[: count + 1]) for count in range(len(boxes.groups) - 1)}
    for place, (one, other) in enumerate(pairwise(digits), start=1):
        if place in ends:
            across = (one.box.right + one.line + other.box.left - other.line) / 2
            down = (one.box.top + one.box.bottom) / 2
            half, thick = boxes.hyphen / 2, one.line / 2
            yield Box(across - half, down - thick, across + half, down + thick)


def _find_digits(code: str) -> list[str]:
    return [sign for sign in code if sign.isdecimal()]


@dataclass(frozen=True, slots=True)
class EnvelopeOptions:
    """How envelopes are printed; ``with_boxes`` draws the frames of the code, for envelopes without them."""

    feed: PrinterCorrection = field(default_factory=PrinterCorrection)
    with_boxes: bool = False


def render_envelopes(
    pages: Sequence[EnvelopePage], setup: EnvelopeSetup, options: EnvelopeOptions, theme: Theme
) -> bytes:
    """Render a page for each envelope. Raises ``RenderError``."""
    return _print(setup, options, theme, {"pages": pages, "title": "Envelopes"})


def render_outlines(setup: EnvelopeSetup, options: EnvelopeOptions, theme: Theme) -> bytes:
    """Render one calibration page with rulers and outlines. Raises ``RenderError``."""
    boxes = _find_boxes(setup)
    digits = tuple(list_digits("0" * len(boxes.lefts), boxes, setup.envelope)) if boxes else ()
    values: dict[str, object] = {
        "title": "Calibration",
        "outlines": [*list_reserved_areas(setup).items(), *list_address_areas(setup).items()],
        "digits": digits,
        "hyphens": list_hyphens(boxes, digits) if boxes else (),
        "words": write_calibration_help(setup.envelope.name, setup.envelope, may_turn=True),
    }
    return _print(setup, options, theme, values)


def _find_boxes(setup: EnvelopeSetup) -> CodeBoxes | None:
    post = load_face_layouts().posts.get(setup.country)
    return post.boxes if post and setup.envelope.is_portrait else None


def _print(setup: EnvelopeSetup, options: EnvelopeOptions, theme: Theme, values: dict[str, object]) -> bytes:
    faces, boxes = load_face_layouts(), _find_boxes(setup)
    html = load_html_template("envelopes.html", family="paper").render(
        size=setup.envelope,
        language=OWN_LANGUAGE,
        directions=list_directions(),
        with_boxes=options.with_boxes,
        colour=boxes.colour if boxes else "",
        digit_size=boxes.figures if boxes else 0,
        air_mail=faces.air_mail,
        **{"pages": (), "outlines": (), "digits": (), "hyphens": (), "words": (), **values},
    )
    return render_sheet(html, write_style(setup.envelope, options.feed, theme) + _STYLE, theme, OWN_LANGUAGE)
