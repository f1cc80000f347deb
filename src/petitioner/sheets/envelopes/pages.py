"""Envelopes as PDF: a page for each, of its own size, and a page to try how a printer takes them."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from petitioner.locales import OWN_LANGUAGE
from petitioner.model.face import CodeBoxes
from petitioner.model.theme import Theme
from petitioner.pages import load_frame
from petitioner.renderers import render_sheet
from petitioner.sheets.envelopes.layout import Blank, Face, list_figures, list_hyphens, list_rooms, list_zones
from petitioner.sheets.style import Feed, list_directions, write_advice, write_style
from petitioner.stationery import load_faces

_STYLE = """
.figure { position: absolute; text-align: center }
.air-mail { position: absolute; box-sizing: border-box; height: 5.6mm; border: 0.5pt solid #000; padding: 0 2.4mm;
            font-size: 8pt; line-height: 5.2mm; letter-spacing: 0.06em }
.code { position: absolute }
.reference { position: absolute; font-size: 6.5pt; line-height: 3.2mm }
"""


@dataclass(frozen=True, slots=True)
class Manner:
    """How envelopes are printed: ``with_boxes`` draws the frames of the code, which most envelopes have already."""

    feed: Feed = field(default_factory=Feed)
    with_boxes: bool = False


def print_faces(faces: Sequence[Face], blank: Blank, manner: Manner, theme: Theme) -> bytes:
    """A page for each envelope, in their order. Raises ``RenderError``."""
    return _print(blank, manner, theme, {"faces": faces, "title": "Envelopes"})


def print_outlines(blank: Blank, manner: Manner, theme: Theme) -> bytes:
    """One page with rulers, and the outlines of all that must meet the envelope. Raises ``RenderError``."""
    boxes = _find_boxes(blank)
    figures = tuple(list_figures("0" * len(boxes.lefts), boxes, blank.envelope)) if boxes else ()
    filling: dict[str, object] = {
        "title": "Calibration",
        "outlines": [*list_zones(blank).items(), *list_rooms(blank).items()],
        "figures": figures,
        "hyphens": list_hyphens(boxes, figures) if boxes else (),
        "words": write_advice(blank.envelope.name, blank.envelope, may_turn=True),
    }
    return _print(blank, manner, theme, filling)


def _find_boxes(blank: Blank) -> CodeBoxes | None:
    post = load_faces().posts.get(blank.country)
    return post.boxes if post and blank.envelope.is_portrait else None


def _print(blank: Blank, manner: Manner, theme: Theme, filling: dict[str, object]) -> bytes:
    faces, boxes = load_faces(), _find_boxes(blank)
    html = load_frame("envelopes/envelopes.html", family="sheets").render(
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
