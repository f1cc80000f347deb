"""Labels: the position of each on its sheet, and the PDF."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from petitioner.checks.pages.box import Box
from petitioner.errors import Problem, UsageError
from petitioner.model.stationery import LabelSheet
from petitioner.model.theme import Theme
from petitioner.paper.address_lines import Area, FittedText, LineFitter, MailItem, MeasureText, Overflow
from petitioner.paper.envelopes import make_overflow_problem
from petitioner.paper.page_style import PaperFeed, list_directions, write_calibration_help, write_style
from petitioner.render import render_sheet
from petitioner.tables.locales import OWN_LANGUAGE
from petitioner.tables.stationery import load_face_layouts, load_labels
from petitioner.templates.jinja import load_html_template

_INSET = (4.0, 3.0)  # mm that words keep from the sides, and from top and foot: sheets are cut and fed about so well
_PRINTABLE = 5.5  # mm from the edge of the paper: what printers do not reach, and a letter that leans out
REFERENCE_SIZE = 5.5
"""The size of the reference on a label, in pt."""

REFERENCE_HEIGHT = 2.6
"""The height of its line, in mm."""
_STYLE = f"""
.label {{ position: absolute }}
.lines {{ display: flex; flex-direction: column; justify-content: center; height: calc(100% - {REFERENCE_HEIGHT}mm) }}
.reference {{ font-size: {REFERENCE_SIZE}pt; line-height: {REFERENCE_HEIGHT}mm; text-align: right }}
"""


@dataclass(frozen=True, slots=True)
class LabelPosition:
    """A place for a label: the page, from 0, its number on that, from 0, and its edges in mm."""

    page: int
    number: int
    box: Box


@dataclass(frozen=True, slots=True)
class Label:
    """A label as it is printed; its words keep within ``room``."""

    piece: MailItem
    spot: LabelPosition
    room: Box
    setting: FittedText


def find_position(sheet: LabelSheet, place: int) -> LabelPosition:
    """The place of a label that ``place`` others come before, row by row and page by page."""
    page, number = divmod(place, sheet.count)
    row, column = divmod(number, sheet.columns)
    left, top = sheet.left + column * sheet.pitch_x, sheet.top + row * sheet.pitch_y
    return LabelPosition(page, number, Box(left, top, left + sheet.width, top + sheet.height))


def arrange_labels(
    pieces: Sequence[MailItem], sheet: LabelSheet, skip: int, measure: MeasureText
) -> tuple[Label, ...] | tuple[Problem, ...]:
    """The labels of all pieces, the first after ``skip`` that are gone already, or all that does not fit.

    Raises ``UsageError`` for a ``skip`` that no sheet has.
    """
    if not 0 <= skip < sheet.count:
        hint = f"A sheet of {sheet.name} has {sheet.count}: skip {sheet.count - 1} at the most, or take a new sheet."
        raise UsageError(f"{skip} labels cannot be skipped.", hint)
    placed = [(piece, find_position(sheet, skip + place)) for place, piece in enumerate(pieces)]
    labels = [_set_label(piece, spot, sheet, measure) for piece, spot in placed]
    problems = tuple(dict.fromkeys(one for one in labels if isinstance(one, Problem)))
    return problems or tuple(one for one in labels if isinstance(one, Label))


def list_positions(sheet: LabelSheet) -> Iterator[LabelPosition]:
    """Every place of one sheet."""
    return (find_position(sheet, place) for place in range(sheet.count))


def find_text_area(sheet: LabelSheet, box: Box) -> Box:
    """Where words may stand on a label: within its edges, and where printers reach."""
    paper, (across, down) = load_labels().papers[sheet.paper], _INSET
    across = max(across, _PRINTABLE - sheet.left)  # the same in all columns, so that they look alike
    return Box(
        box.left + across,
        max(box.top + down, _PRINTABLE),
        box.right - across,
        min(box.bottom - down, paper.height - _PRINTABLE),
    )


def _set_label(piece: MailItem, spot: LabelPosition, sheet: LabelSheet, measure: MeasureText) -> Label | Problem:
    faces, room = load_face_layouts(), find_text_area(sheet, spot.box)
    post = faces.posts.get(piece.country)
    setter = LineFitter(faces.label, measure, post.code_line if post else None)
    setting = setter.fit(piece.lines, Area(room.width, room.height - REFERENCE_HEIGHT))
    if isinstance(setting, Overflow):
        return make_overflow_problem(piece, setting, f"a label of {sheet.name}")
    return Label(piece, spot, room, setting)


def render_labels(labels: Sequence[Label], sheet: LabelSheet, feed: PaperFeed, theme: Theme) -> bytes:
    """The pages of labels in their order. Raises ``RenderError``."""
    pages = [tuple(group) for _, group in groupby(labels, key=lambda label: label.spot.page)]
    return _print(sheet, feed, theme, {"title": "Labels", "pages": pages})


def render_outlines(sheet: LabelSheet, feed: PaperFeed, theme: Theme) -> bytes:
    """One page with rulers and the outlines of all labels. Raises ``RenderError``."""
    words = write_calibration_help(sheet.name, load_labels().papers[sheet.paper], may_turn=False)
    return _print(sheet, feed, theme, {"title": "Calibration", "spots": tuple(list_positions(sheet)), "words": words})


def _print(sheet: LabelSheet, feed: PaperFeed, theme: Theme, filling: dict[str, object]) -> bytes:
    paper = load_labels().papers[sheet.paper]
    html = load_html_template("labels.html", family="paper").render(
        **{"pages": (), "spots": (), "words": (), **filling},
        size=paper,
        language=OWN_LANGUAGE,
        directions=list_directions(),
    )
    return render_sheet(html, write_style(paper, feed, theme) + _STYLE, theme, OWN_LANGUAGE)
