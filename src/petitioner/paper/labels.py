"""Lay out labels on their sheets, with positions in mm, and render them as PDF."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from petitioner.checks.pages.box import Box
from petitioner.errors import Problem, UsageError
from petitioner.model.stationery import LabelSheet
from petitioner.model.theme import Theme
from petitioner.model.types import OWN_LANGUAGE
from petitioner.paper.address_lines import (
    Area,
    FittedText,
    LineFitter,
    MailItem,
    MeasureText,
    Overflow,
    make_overflow_problem,
    make_small_type_warning,
)
from petitioner.paper.page_style import PrinterCorrection, list_directions, write_calibration_help, write_style
from petitioner.render import render_sheet
from petitioner.tables.stationery import load_face_layouts, load_labels
from petitioner.templates.jinja import load_html_template

_INSET = (4.0, 3.0)  # mm from the sides, and from top and bottom: the accuracy of cutting and feeding
_PRINTABLE = 5.5  # mm from the edge of the paper that printers cannot print on
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
    """The position of a label: page and number on the page, both from 0, and its edges in mm."""

    page: int
    number: int
    box: Box


@dataclass(frozen=True, slots=True)
class Label:
    """A label as it is printed; its text stays within ``area``."""

    item: MailItem
    position: LabelPosition
    area: Box
    text: FittedText


def find_position(sheet: LabelSheet, place: int) -> LabelPosition:
    """Return the position of a label after ``place`` others, row by row and page by page."""
    page, number = divmod(place, sheet.count)
    row, column = divmod(number, sheet.columns)
    left, top = sheet.left + column * sheet.pitch_x, sheet.top + row * sheet.pitch_y
    return LabelPosition(page, number, Box(left, top, left + sheet.width, top + sheet.height))


@dataclass(frozen=True, slots=True)
class ArrangedLabels:
    """All labels of a run, and the problems: if there is an error among them, there are no labels."""

    labels: tuple[Label, ...]
    problems: tuple[Problem, ...] = ()


def arrange_labels(items: Sequence[MailItem], sheet: LabelSheet, skip: int, measure: MeasureText) -> ArrangedLabels:
    """Lay out the labels of all items after ``skip`` used ones, in one size of type for each sheet.

    The problems are errors for what does not fit, and warnings for what makes a sheet smaller than usual. Raises
    ``UsageError`` if ``skip`` is not less than the labels of a sheet.
    """
    if not 0 <= skip < sheet.count:
        hint = f"A sheet of {sheet.name} has {sheet.count}: skip {sheet.count - 1} at the most, or take a new sheet."
        raise UsageError(f"{skip} labels cannot be skipped.", hint)
    placed = [(item, find_position(sheet, skip + place)) for place, item in enumerate(items)]
    largest = [_place_label(item, position, sheet, measure) for item, position in placed]
    if errors := tuple(dict.fromkeys(one for one in largest if isinstance(one, Problem))):
        return ArrangedLabels((), errors)
    labels = [one for one in largest if isinstance(one, Label)]
    pages = [tuple(group) for _, group in groupby(labels, key=lambda label: label.position.page)]
    even = tuple(label for page in pages for label in _make_even(page, sheet, measure))
    return ArrangedLabels(even, tuple(dict.fromkeys(_list_small(labels, sheet))))


def list_positions(sheet: LabelSheet) -> Iterator[LabelPosition]:
    """Return every position of one sheet."""
    return (find_position(sheet, place) for place in range(sheet.count))


def find_text_area(sheet: LabelSheet, box: Box) -> Box:
    """Return the printable area of a label: within its edges and the printer's margins."""
    paper, (across, down) = load_labels().papers[sheet.paper], _INSET
    across = max(across, _PRINTABLE - sheet.left)  # the same in all columns
    return Box(
        box.left + across,
        max(box.top + down, _PRINTABLE),
        box.right - across,
        min(box.bottom - down, paper.height - _PRINTABLE),
    )


def _place_label(
    item: MailItem, position: LabelPosition, sheet: LabelSheet, measure: MeasureText, largest: float | None = None
) -> Label | Problem:
    """Set a label in the largest size that fits, and that is not above ``largest``."""
    faces, area = load_face_layouts(), find_text_area(sheet, position.box)
    post = faces.posts.get(item.country)
    fitter = LineFitter(faces.label, measure, post.code_line if post else None)
    text = fitter.fit(item.lines, Area(area.width, area.height - REFERENCE_HEIGHT), largest)
    if isinstance(text, Overflow):
        return make_overflow_problem(item, text, f"a label of {sheet.name}")
    return Label(item, position, area, text)


def _make_even(page: Sequence[Label], sheet: LabelSheet, measure: MeasureText) -> Iterator[Label]:
    """Set all labels of a sheet in the size of the smallest."""
    size = min(label.text.size for label in page)
    for label in page:
        smaller = _place_label(label.item, label.position, sheet, measure, size)
        yield smaller if isinstance(smaller, Label) else label


def _list_small(labels: Iterable[Label], sheet: LabelSheet) -> Iterator[Problem]:
    """Warn of each label that makes its sheet smaller than usual."""
    floor = load_face_layouts().label.floor
    for label in labels:
        if label.text.size < floor:
            yield make_small_type_warning(label.item, label.text.size, floor, f"a label of {sheet.name}")


def render_labels(labels: Sequence[Label], sheet: LabelSheet, feed: PrinterCorrection, theme: Theme) -> bytes:
    """Render the pages of labels. Raises ``RenderError``."""
    pages = [tuple(group) for _, group in groupby(labels, key=lambda label: label.position.page)]
    return _render_pages(sheet, feed, theme, {"title": "Labels", "pages": pages})


def render_outlines(sheet: LabelSheet, feed: PrinterCorrection, theme: Theme) -> bytes:
    """Render one calibration page with rulers and the outlines of all labels. Raises ``RenderError``."""
    words = write_calibration_help(sheet.name, load_labels().papers[sheet.paper], may_turn=False)
    return _render_pages(
        sheet, feed, theme, {"title": "Calibration", "positions": tuple(list_positions(sheet)), "words": words}
    )


def _render_pages(sheet: LabelSheet, feed: PrinterCorrection, theme: Theme, values: dict[str, object]) -> bytes:
    paper = load_labels().papers[sheet.paper]
    html = load_html_template("labels.html", family="paper").render(
        **{"pages": (), "positions": (), "words": (), **values},
        size=paper,
        language=OWN_LANGUAGE,
        directions=list_directions(),
    )
    return render_sheet(html, write_style(paper, feed, theme) + _STYLE, theme, OWN_LANGUAGE)
