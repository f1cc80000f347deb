"""Envelopes: the position of every part in mm, and the PDF."""

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
    PaperFeed,
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

_GAP = 4.0  # mm between things that do not belong together
_REFERENCE_HEIGHT = 3.2  # mm
_AIR_MAIL_HEIGHT = 5.6  # mm, with its frame
_STYLE = """
.figure { position: absolute; text-align: center }
.air-mail { position: absolute; box-sizing: border-box; height: 5.6mm; border: 0.5pt solid #000; padding: 0 2.4mm;
            font-size: 8pt; line-height: 5.2mm; letter-spacing: 0.06em }
.code { position: absolute }
.reference { position: absolute; font-size: 6.5pt; line-height: 3.2mm }
"""


@dataclass(frozen=True, slots=True)
class PlacedText:
    """Lines that stand below each other."""

    left: float
    top: float
    setting: FittedText

    @property
    def box(self) -> Box:
        """The room that they take."""
        return Box(self.left, self.top, self.left + self.setting.width, self.top + self.setting.height)


@dataclass(frozen=True, slots=True)
class CodeDigit:
    """One figure of a postal code, and the inner edges of its box; ``line`` is how heavy the frame is."""

    text: str
    box: Box
    line: float


@dataclass(frozen=True, slots=True)
class EnvelopePage:
    """All that stands on one envelope. ``hyphens`` are the lines between the groups of boxes, ``air_mail`` the upper
    left corner of the mark, or None at home."""

    piece: MailItem
    sender: PlacedText
    address: PlacedText | None
    figures: tuple[CodeDigit, ...]
    hyphens: tuple[Box, ...]
    code: QrCode
    code_at: tuple[float, float]
    reference_at: tuple[float, float]
    air_mail: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class EnvelopeSetup:
    """The envelopes in use: their size as printed, the country in which they are posted, their layout, and their
    window, if they have one."""

    envelope: Envelope
    country: str
    layout: FaceLayout
    window: Box | None


def choose_setup(envelope: Envelope, country: str, window: Measure | None) -> EnvelopeSetup:
    """How an envelope is laid out that is posted in a country; one with a window is printed as it lies to be read."""
    size = orient_for_window(envelope) if window else envelope
    used = envelope.model_copy(update={"width": size.width, "height": size.height})
    faces = load_face_layouts()
    post = faces.posts.get(country)
    upright = (post.portrait if post else None) or "portrait"
    return EnvelopeSetup(
        used, country, faces.layouts[upright if used.is_portrait else "landscape"], _locate_window(used, window)
    )


def lay_out_envelope(piece: MailItem, blank: EnvelopeSetup, measure: MeasureText) -> EnvelopePage | tuple[Problem, ...]:
    """Everything at its place on one envelope, or all that does not fit."""
    boxes = find_boxes(piece, blank)
    code = make_qr_code(piece.reference, load_face_layouts().module)
    band = _Band(blank, code)
    sender = _set_sender(piece, blank, band, measure)
    address = _set_address(piece, blank, measure, in_boxes=boxes is not None) if blank.window is None else None
    misfits = [one for one in (sender, address) if isinstance(one, Overflow)]
    if isinstance(sender, Overflow) or isinstance(address, Overflow):
        return tuple(make_overflow_problem(piece, one, blank.envelope.name, is_sender=one is sender) for one in misfits)
    figures = tuple(list_digits(piece.code, boxes, blank.envelope)) if boxes else ()
    return EnvelopePage(
        piece=piece,
        sender=sender,
        address=address,
        figures=figures,
        hyphens=tuple(list_hyphens(boxes, figures)) if boxes else (),
        code=code,
        code_at=(band.left - code.quiet, band.top),
        reference_at=(band.left, band.top + code.side),
        air_mail=_place_air_mail(blank, band, sender) if piece.is_abroad else None,
    )


def list_reserved_areas(blank: EnvelopeSetup) -> dict[str, Box]:
    """What must stay blank for stamps and machines, by name."""
    size, layout = blank.envelope, blank.layout
    stamp, coding = layout.stamp, layout.coding
    left = 0 if stamp.side == "left" else size.width - stamp.width
    zones = {"stamps": Box(left, 0, left + stamp.width, stamp.height)}
    if coding:
        zones["machines"] = Box(max(0, size.width - coding.width), size.height - coding.height, size.width, size.height)
    return zones


def list_address_areas(blank: EnvelopeSetup) -> dict[str, Box]:
    """Where the address may stand, or where the window shows it."""
    return {"window": blank.window} if blank.window else {"address": _find_address_room(blank)}


def find_boxes(piece: MailItem, blank: EnvelopeSetup) -> CodeBoxes | None:
    """The boxes that a piece's code goes into: on upright envelopes at home, for a code with as many figures."""
    post = load_face_layouts().posts.get(blank.country)
    boxes = post.boxes if post and blank.envelope.is_portrait and blank.window is None and not piece.is_abroad else None
    return boxes if boxes and len(_find_digits(piece.code)) == len(boxes.lefts) else None


def list_digits(code: str, boxes: CodeBoxes, size: Size) -> Iterator[CodeDigit]:
    """The figures of a code, each in its box, from the left."""
    geometry = boxes.choose(size)
    first = size.width - geometry.right - boxes.lefts[-1] - boxes.width
    for place, (figure, offset) in enumerate(zip(_find_digits(code), boxes.lefts, strict=True)):
        left, top = first + offset, geometry.top
        box = Box(left, top, left + boxes.width, top + boxes.height)
        yield CodeDigit(figure, box, geometry.heavy if place < boxes.groups[0] else geometry.light)


def make_overflow_problem(piece: MailItem, misfit: Overflow, what: str, *, is_sender: bool = False) -> Problem:
    """A problem for lines that do not fit, at the place where they were written."""
    (path, line), who = (
        piece.find_line(misfit.line, is_sender=is_sender),
        "the sender" if is_sender else piece.recipient,
    )
    if misfit.line:
        message = (
            f"for {who}, this line is {misfit.needed:.1f} mm long at {misfit.size:g} pt, "
            f"and {misfit.room:.1f} mm fit {what}: {misfit.line!r}"
        )
        return Problem(path, line, "A804", message, "Break it into two lines, or take something larger.")
    message = (
        f"for {who}, the address has {misfit.count} lines, {misfit.needed:.1f} mm high at {misfit.size:g} pt, "
        f"and {misfit.room:.1f} mm fit {what}"
    )
    return Problem(path, line, "A805", message, "Join lines of 'address.lines', or take something larger.")


class _Band:
    """The reference and its code: at the lower left, or right of a window that is there."""

    def __init__(self, blank: EnvelopeSetup, code: QrCode) -> None:
        layout, size = blank.layout, blank.envelope
        self.left = layout.margin
        self.top = size.height - layout.foot - _REFERENCE_HEIGHT - code.side
        self.foot = self.top + code.side - code.quiet
        self.right = self.left + code.side - code.quiet
        window = blank.window
        if window and Box(self.left, self.top, self.right, size.height).meets(window, -_GAP):
            self.left = window.right + _GAP + code.quiet
            self.right = self.left + code.side - code.quiet


def _set_sender(piece: MailItem, blank: EnvelopeSetup, band: _Band, measure: MeasureText) -> PlacedText | Overflow:
    """At the upper left, or beside the code; what it may be is bounded by stamps, and by the window."""
    layout, size = blank.layout, blank.envelope
    setter = LineFitter(load_face_layouts().sender, measure)
    if layout.sender_below:
        left = band.right + _GAP
        width = min(layout.sender_width, size.width - layout.margin - left)
        setting = setter.fit(piece.sender, Area(width, layout.address.bottom - layout.foot - _GAP))
        return setting if isinstance(setting, Overflow) else PlacedText(left, band.foot - setting.height, setting)
    foot = min(blank.window.top if blank.window else size.height, layout.address.top) - _GAP
    mark = _AIR_MAIL_HEIGHT + _GAP if piece.is_abroad else 0
    width = min(layout.sender_width, size.width - layout.margin - layout.stamp.width - _GAP)
    setting = setter.fit(piece.sender, Area(width, foot - mark - layout.margin))
    return setting if isinstance(setting, Overflow) else PlacedText(layout.margin, layout.margin, setting)


def _set_address(
    piece: MailItem, blank: EnvelopeSetup, measure: MeasureText, *, in_boxes: bool
) -> PlacedText | Overflow:
    faces, layout, room = load_face_layouts(), blank.layout, _find_address_room(blank)
    largest = blank.envelope.largest
    sizes = faces.address.model_copy(update={"largest": largest}) if largest else faces.address
    post = faces.posts.get(blank.country)
    lines = tuple(line for line in piece.lines if not (in_boxes and line.part is AddressPart.CODE))
    setting = LineFitter(sizes, measure, post.code_line if post else None).fit(lines, Area(room.width, room.height))
    if isinstance(setting, Overflow):
        return setting
    left = max(room.left, (blank.envelope.width - setting.width) / 2) if layout.is_centred else room.left
    top = blank.envelope.height * layout.address.centre - setting.height / 2
    return PlacedText(left, min(max(room.top, top), room.bottom - setting.height), setting)


def _find_address_room(blank: EnvelopeSetup) -> Box:
    size, room = blank.envelope, blank.layout.address
    return Box(size.width * room.left, room.top, size.width - room.right, size.height - room.bottom)


def _locate_window(size: Size, window: Measure | None) -> Box | None:
    if window is None:
        return None
    bottom = size.height - window.bottom
    return Box(window.left, bottom - window.height, window.left + window.width, bottom)


def _place_air_mail(blank: EnvelopeSetup, band: _Band, sender: PlacedText) -> tuple[float, float]:
    """Below the sender, or above it where that stands at the foot."""
    if blank.layout.sender_below:
        return blank.layout.margin, min(band.top, sender.top) - _GAP - _AIR_MAIL_HEIGHT
    return blank.layout.margin, sender.box.bottom + _GAP


def list_hyphens(boxes: CodeBoxes, figures: tuple[CodeDigit, ...]) -> Iterator[Box]:
    """The lines between the groups of a code's boxes."""
    ends = {sum(boxes.groups[: count + 1]) for count in range(len(boxes.groups) - 1)}
    for place, (one, other) in enumerate(pairwise(figures), start=1):
        if place in ends:
            across = (one.box.right + one.line + other.box.left - other.line) / 2
            down = (one.box.top + one.box.bottom) / 2
            half, thick = boxes.hyphen / 2, one.line / 2
            yield Box(across - half, down - thick, across + half, down + thick)


def _find_digits(code: str) -> list[str]:
    return [sign for sign in code if sign.isdecimal()]


@dataclass(frozen=True, slots=True)
class EnvelopeOptions:
    """How envelopes are printed: ``with_boxes`` draws the frames of the code, which most envelopes have already."""

    feed: PaperFeed = field(default_factory=PaperFeed)
    with_boxes: bool = False


def render_envelopes(
    faces: Sequence[EnvelopePage], blank: EnvelopeSetup, manner: EnvelopeOptions, theme: Theme
) -> bytes:
    """A page for each envelope, in their order. Raises ``RenderError``."""
    return _print(blank, manner, theme, {"faces": faces, "title": "Envelopes"})


def render_outlines(blank: EnvelopeSetup, manner: EnvelopeOptions, theme: Theme) -> bytes:
    """One page with rulers, and the outlines of all that must meet the envelope. Raises ``RenderError``."""
    boxes = _find_boxes(blank)
    figures = tuple(list_digits("0" * len(boxes.lefts), boxes, blank.envelope)) if boxes else ()
    filling: dict[str, object] = {
        "title": "Calibration",
        "outlines": [*list_reserved_areas(blank).items(), *list_address_areas(blank).items()],
        "figures": figures,
        "hyphens": list_hyphens(boxes, figures) if boxes else (),
        "words": write_calibration_help(blank.envelope.name, blank.envelope, may_turn=True),
    }
    return _print(blank, manner, theme, filling)


def _find_boxes(blank: EnvelopeSetup) -> CodeBoxes | None:
    post = load_face_layouts().posts.get(blank.country)
    return post.boxes if post and blank.envelope.is_portrait else None


def _print(blank: EnvelopeSetup, manner: EnvelopeOptions, theme: Theme, filling: dict[str, object]) -> bytes:
    faces, boxes = load_face_layouts(), _find_boxes(blank)
    html = load_html_template("envelopes.html", family="paper").render(
        size=blank.envelope,
        language=OWN_LANGUAGE,
        directions=list_directions(),
        with_boxes=manner.with_boxes,
        colour=boxes.colour if boxes else "",
        figure_size=boxes.figures if boxes else 0,
        air_mail=faces.air_mail,
        **{"faces": (), "outlines": (), "figures": (), "hyphens": (), "words": (), **filling},
    )
    return render_sheet(html, write_style(blank.envelope, manner.feed, theme) + _STYLE, theme, OWN_LANGUAGE)
