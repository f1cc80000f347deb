"""Sheets of labels as PDF, and a page to try how a printer takes them."""

from collections.abc import Sequence
from itertools import groupby

from petitioner.locales import OWN_LANGUAGE
from petitioner.model.stationery import LabelSheet
from petitioner.model.theme import Theme
from petitioner.pages import load_frame
from petitioner.renderers import render_sheet
from petitioner.sheets.labels.layout import REFERENCE_HEIGHT, REFERENCE_SIZE, Label, list_spots
from petitioner.sheets.style import Feed, list_directions, write_advice, write_style
from petitioner.stationery import load_labels

_STYLE = f"""
.label {{ position: absolute }}
.lines {{ display: flex; flex-direction: column; justify-content: center; height: calc(100% - {REFERENCE_HEIGHT}mm) }}
.reference {{ font-size: {REFERENCE_SIZE}pt; line-height: {REFERENCE_HEIGHT}mm; text-align: right }}
"""


def print_labels(labels: Sequence[Label], sheet: LabelSheet, feed: Feed, theme: Theme) -> bytes:
    """The pages of labels in their order. Raises ``RenderError``."""
    pages = [tuple(group) for _, group in groupby(labels, key=lambda label: label.spot.page)]
    return _print(sheet, feed, theme, {"title": "Labels", "pages": pages})


def print_outlines(sheet: LabelSheet, feed: Feed, theme: Theme) -> bytes:
    """One page with rulers and the outlines of all labels. Raises ``RenderError``."""
    words = write_advice(sheet.name, load_labels().papers[sheet.paper], may_turn=False)
    return _print(sheet, feed, theme, {"title": "Calibration", "spots": tuple(list_spots(sheet)), "words": words})


def _print(sheet: LabelSheet, feed: Feed, theme: Theme, filling: dict[str, object]) -> bytes:
    paper = load_labels().papers[sheet.paper]
    html = load_frame("labels/labels.html", family="sheets").render(
        **{"pages": (), "spots": (), "words": (), **filling},
        size=paper,
        language=OWN_LANGUAGE,
        directions=list_directions(),
    )
    return render_sheet(html, write_style(paper, feed, theme) + _STYLE, theme, OWN_LANGUAGE)
