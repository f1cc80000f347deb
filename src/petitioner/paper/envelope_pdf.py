"""Render envelopes as PDF: a page for the front of each, and one for its back where that is asked for."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from petitioner.checks.pages.box import Box
from petitioner.model.stationery import VerticalLayout
from petitioner.model.theme import Theme
from petitioner.model.types import OWN_LANGUAGE
from petitioner.paper.code_boxes import list_digits, list_hyphens
from petitioner.paper.envelope_setup import (
    REFERENCE_HEIGHT,
    REFERENCE_SIZE,
    EnvelopeSetup,
    list_address_areas,
    list_reserved_areas,
)
from petitioner.paper.envelopes import EnvelopePage
from petitioner.paper.page_style import (
    PrinterCorrection,
    QrCode,
    list_directions,
    make_qr_code,
    write_calibration_help,
    write_style,
)
from petitioner.paper.vertical_pdf import set_upright
from petitioner.render import render_sheet
from petitioner.tables.stationery import load_face_layouts
from petitioner.templates.jinja import load_html_template

_STYLE = f"""
.digit {{ position: absolute; text-align: center }}
.air-mail {{ position: absolute; box-sizing: border-box; height: 5.6mm; border: 0.5pt solid #000; padding: 0 2.4mm;
            font-size: 8pt; line-height: 5.2mm; letter-spacing: 0.06em }}
.code {{ position: absolute }}
.reference {{ position: absolute; font-size: {REFERENCE_SIZE}pt; line-height: {REFERENCE_HEIGHT}mm }}
.column {{ position: absolute; transform-origin: 0 50% }}
.upright {{ transform: matrix(0, 1, 1, 0, 0, 0); font-feature-settings: "vert" }}
.turned {{ transform: rotate(90deg) }}
.abreast {{ text-align: center }}
"""


@dataclass(frozen=True, slots=True)
class EnvelopeOptions:
    """How envelopes are printed. ``with_boxes`` draws the frames of the code, for envelopes without them.

    ``with_backs`` adds a page with the QR code after each front, for printing on both sides.
    """

    feed: PrinterCorrection = field(default_factory=PrinterCorrection)
    with_boxes: bool = False
    with_backs: bool = False


@dataclass(frozen=True, slots=True)
class EnvelopeBack:
    """The back of an envelope: the QR code of its reference, in ``box``, and the reference below it."""

    code: QrCode
    box: Box
    text: str


def render_envelopes(
    pages: Sequence[EnvelopePage], setup: EnvelopeSetup, options: EnvelopeOptions, theme: Theme
) -> bytes:
    """Render the front of each envelope, and its back where that is asked for. Raises ``RenderError``."""
    sheets = [(page, _make_back(page, setup) if options.with_backs else None) for page in pages]
    return _render_pages(setup, options, theme, {"sheets": sheets, "title": "Envelopes"})


def render_outlines(setup: EnvelopeSetup, options: EnvelopeOptions, theme: Theme) -> bytes:
    """Render one calibration page with rulers and outlines. Raises ``RenderError``."""
    boxes = setup.boxes
    digits = tuple(list_digits("0" * len(boxes.lefts), boxes, setup.envelope)) if boxes else ()
    values: dict[str, object] = {
        "title": "Calibration",
        "outlines": [*list_reserved_areas(setup).items(), *list_address_areas(setup).items()],
        "digits": digits,
        "hyphens": list_hyphens(boxes, digits) if boxes else (),
        "words": write_calibration_help(setup.envelope.name, setup.envelope, may_turn=True),
    }
    return _render_pages(setup, options, theme, values)


def _make_back(page: EnvelopePage, setup: EnvelopeSetup) -> EnvelopeBack:
    """Place the QR code at the lower left of the back, where neither flap nor seam is."""
    code = make_qr_code(page.item.reference, load_face_layouts().module)
    left = setup.layout.margin - code.quiet
    top = setup.envelope.height - setup.layout.foot - REFERENCE_HEIGHT - code.side
    return EnvelopeBack(code, Box(left, top, left + code.side, top + code.side), page.item.reference)


def _render_pages(setup: EnvelopeSetup, options: EnvelopeOptions, theme: Theme, values: dict[str, object]) -> bytes:
    faces, boxes = load_face_layouts(), setup.boxes
    html = load_html_template("envelopes.html", family="paper").render(
        size=setup.envelope,
        language=OWN_LANGUAGE,
        directions=list_directions(),
        with_boxes=options.with_boxes,
        colour=boxes.colour if boxes else "",
        digit_size=boxes.figures if boxes else 0,
        air_mail=faces.air_mail,
        note=_get_note_style(setup.vertical),
        **{"sheets": (), "outlines": (), "digits": (), "hyphens": (), "words": (), **values},
    )
    style = write_style(setup.envelope, options.feed, theme) + _STYLE
    return set_upright(render_sheet(html, style, theme, OWN_LANGUAGE))


def _get_note_style(layout: VerticalLayout | None) -> dict[str, object]:
    return {"line": layout.note.line, "colour": layout.note.colour} if layout else {}
