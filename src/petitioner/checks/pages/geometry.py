"""Checks of positions on the page: its edges, the envelope window, the column, pictures, and overlaps."""

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain, islice
from unicodedata import combining

from petitioner.checks.pages.box import Box
from petitioner.checks.pages.finished import FinishedLetter, PlacedRun
from petitioner.checks.pages.pdf_reader import Run
from petitioner.errors import Problem
from petitioner.model.limits import KEPT_TEXTS
from petitioner.model.theme import MM_PER_PT
from petitioner.render.typography import measure_rise, measure_top

_SHEET = Box(0, 0, 210, 297)  # A4 (ISO 216)
_PRINTABLE = Box(5, 5, 205, 292)  # what every printer reaches
_TOLERANCE = 0.1  # mm
_ALLOWED_OVERLAP = 0.35  # mm in both directions: an italic leans, an accent is high
_ALLOWED_EXCESS = 1.0  # mm by which a line may be wider than its column
_LONG_WORD = 40  # characters: longer than any word, so a link or a file name
_SHORTEN_HINT = "Shorten it; write a long link with words: [the report](https://…)."
_THEME_HINT = "Check the measurements and the style sheet in letters/theme/."

_GLYPH_EXCESS = 0.5  # mm: a round letter is a little higher than its line
_WINDOW_HINT = "Check 'window' in letters/theme/theme.yaml, and the address in letters/theme/letter.css."
_MIN_DPI = 150  # coarser pictures show their pixels in print


def check_sheets(finished: FinishedLetter) -> Iterator[Problem]:
    """Yield a problem for pages that are not A4, or whose boxes do not agree, in the PDF and in the DOCX."""
    for number, page in enumerate(finished.pages, start=1):
        wrong = next((box for box in page.boxes if not box.is_near(_SHEET, _TOLERANCE)), None)
        if wrong:
            message = f"page {number} is {wrong.width:.1f} by {wrong.height:.1f} mm, not A4 (210 by 297)"
            yield finished.make_problem(
                "pdf", "F901", message, "Remove '@page { size: … }' from letters/theme/letter.css."
            )


def check_edges(finished: FinishedLetter) -> Iterator[Problem]:
    """Yield a problem for the first text, line or picture on each page that is outside the printable area."""
    for number, page in enumerate(finished.pages, start=1):
        words = ((run.text.strip(), run.box) for run in page.runs if run.is_shown)
        quoted = ((f"'{text}'", box, text) for text, box in words if text and not box.is_within(_PRINTABLE))
        drawn = (("a line or a surface", box, "") for box in page.surfaces if not box.is_within(_PRINTABLE))
        boxes = (picture.box for picture in page.pictures)
        pictures = (("a picture", box, "") for box in boxes if not box.is_within(_PRINTABLE))
        for name, box, text in islice(chain(quoted, drawn, pictures), 1):
            is_long = any(len(word) >= _LONG_WORD for word in text.split())
            hint = _SHORTEN_HINT if is_long else _THEME_HINT
            distance = min(box.left, box.top, _SHEET.right - box.right, _SHEET.bottom - box.bottom)
            message = f"page {number}: {name} is {distance:.1f} mm from the edge; printers need 5"
            yield finished.make_problem("pdf", "F902", message, hint)


def check_overlaps(finished: FinishedLetter) -> Iterator[Problem]:
    """Yield a problem for the first words on each page that are printed over others."""
    for number, page in enumerate(finished.pages, start=1):
        if pair := min(_find_overlaps(page.runs), default=None):
            one, other = (page.runs[place].text.strip() for place in pair)
            message = f"page {number}: '{one}' and '{other}' overlap"
            yield finished.make_problem("pdf", "F904", message, _THEME_HINT)


def _find_overlaps(runs: Sequence[Run]) -> Iterator[tuple[int, int]]:
    """Yield the places of each two runs that overlap."""
    shown = ((place, run.box) for place, run in enumerate(runs) if run.is_shown and not _may_overlap(run.text))
    above: list[tuple[int, Box]] = []
    for place, box in sorted(shown, key=lambda one: one[1].top):
        above = [(other, its) for other, its in above if its.bottom - box.top > _ALLOWED_OVERLAP]
        yield from ((min(place, other), max(place, other)) for other, its in above if box.meets(its, _ALLOWED_OVERLAP))
        above.append((place, box))


def check_column(finished: FinishedLetter) -> Iterator[Problem]:
    """Yield a problem for each line of the text that is wider than the column, such as a long web address."""
    margins = finished.theme.margins
    column = Box(margins.left - _ALLOWED_EXCESS, 0, margins.left + finished.column + _ALLOWED_EXCESS, _SHEET.bottom)
    for placed in finished.find_text():
        if not placed.run.box.is_within(column):
            excess = max(column.left - placed.run.box.left, placed.run.box.right - column.right) + _ALLOWED_EXCESS
            message = f"page {placed.page}: '{placed.run.text.strip()[-40:]}' is {excess:.1f} mm wider than the column"
            yield finished.make_problem("pdf", "F925", message, "Shorten it, or add a space where it may break.")


def check_docx_measures(finished: FinishedLetter) -> Iterator[Problem]:
    """Yield a problem for each measure of the DOCX that differs from the theme: page, margins, and address field."""
    if finished.docx is None:
        return
    fonts = finished.theme.fonts[finished.letter.language]
    docx, margins, window = finished.docx.measures, finished.theme.margins, finished.theme.window
    measures = {
        "width": (docx.width, _SHEET.width),
        "height": (docx.height, _SHEET.height),
        "margin at the top": (docx.top, measure_top(finished.theme)),
        "margin at the foot": (docx.bottom, margins.bottom + measure_rise(fonts)),
        "margin at the left": (docx.left, margins.left),
        "margin at the right": (docx.right, _SHEET.width - margins.left - finished.column),
    }
    if finished.letter.address.has_window:
        measures["field down to the sender's line"] = (sum(docx.rows[:1]), window.return_line - window.top)
        measures["field below the sender's line"] = (sum(docx.rows[1:]), window.bottom - window.return_line)
    for name, (measure, expected) in measures.items():
        if abs(measure - expected) > _TOLERANCE:
            message = f"its {name} is {measure:.1f} mm, but the theme asks for {expected:.1f}"
            yield finished.make_problem(
                "docx", "F911", message, "This is a fault of the program: please report it, with the theme."
            )


@lru_cache(maxsize=KEPT_TEXTS)
def _may_overlap(text: str) -> bool:
    """Return whether a text has only characters that may overlap others: spaces and combining characters."""
    return all(character.isspace() or combining(character) for character in text)


# The sheet slides in the envelope (DIN 680): to either side, and up and down.
_SLIDE_DOWN, _SLIDE_LEFT, _SLIDE_RIGHT = 5, 5, 12  # mm; with DIN 5008's numbers x 20 to 110 and y 45 to 90 may show


def check_window(finished: FinishedLetter) -> Iterator[Problem]:
    """Yield problems for a line of sender or address that the window may hide, and for other content that may show."""
    window, count = finished.theme.window, len(finished.letter.address.lines)
    if not finished.letter.address.has_window:
        return
    across = (window.text_left - _GLYPH_EXCESS, window.text_right + _GLYPH_EXCESS)
    sender = Box(across[0], window.top + _SLIDE_DOWN, across[1], window.return_line + _GLYPH_EXCESS)
    address = Box(across[0], window.return_line, across[1], window.bottom)
    back, lines = tuple(finished.find_return_line()), tuple(finished.find_runs(0, count))
    field = (*_find_lines_outside(back, sender), *_find_lines_outside(lines, address))
    for placed, area in field[:1]:
        message = f"'{placed.run.text.strip()}' is not in the part that the window always shows, {_format_area(area)}"
        yield finished.make_problem("pdf", "F903", message, _WINDOW_HINT)
    yield from _check_other_content(finished, (*back, *lines))


def _find_lines_outside(lines: Iterable[PlacedRun], area: Box) -> Iterator[tuple[PlacedRun, Box]]:
    return ((placed, area) for placed in lines if placed.page != 1 or not placed.run.box.is_within(area))


def _check_other_content(finished: FinishedLetter, lines: Iterable[PlacedRun]) -> Iterator[Problem]:
    window = finished.theme.window
    visible = Box(window.text_left - _SLIDE_LEFT, window.top, window.text_right + _SLIDE_RIGHT, window.bottom)
    own = {id(placed.run) for placed in lines}
    for page in finished.pages[:1] if own else ():
        words = [(f"'{run.text.strip()}'", run.box) for run in page.runs if run.is_shown and id(run) not in own]
        drawn = (("a line", box) for box in page.surfaces)
        for name, box in (*words, *(("a picture", picture.box) for picture in page.pictures), *drawn):
            if box.meets(visible):
                message = f"{name} is in the window, {_format_area(visible)}, which must show only the address"
                yield finished.make_problem("pdf", "F903", message, _WINDOW_HINT)


def _format_area(area: Box) -> str:
    return f"x {area.left:g} to {area.right:g}, y {area.top:g} to {area.bottom:g} mm"


def check_pictures(finished: FinishedLetter) -> Iterator[Problem]:
    """Yield a problem for each picture that is wider than the column, or has too few pixels for its printed size."""
    left = finished.theme.margins.left
    right = left + finished.column
    for number, picture in ((n, one) for n, page in enumerate(finished.pages, start=1) for one in page.pictures):
        box, inches = picture.box, picture.box.width / (72 * MM_PER_PT)
        if box.left < left - _GLYPH_EXCESS or box.right > right + _GLYPH_EXCESS:
            message = f"page {number}: a picture is from {box.left:.0f} to {box.right:.0f} mm, wider than the column"
            yield finished.make_problem("pdf", "F913", message, "Crop the picture, or make it smaller.")
        if inches and (dots := picture.pixels[0] / inches) < _MIN_DPI:
            message = f"page {number}: a picture {box.width:.0f} mm wide has only {dots:.0f} dots per inch"
            yield finished.make_problem("pdf", "F924", message, f"Scan it again, with at least {_MIN_DPI}.")
    for width in finished.docx.widths if finished.docx else ():
        if width > finished.column + _GLYPH_EXCESS:
            message = f"a picture is {width:.0f} mm wide, but the column {finished.column:.0f}"
            yield finished.make_problem("docx", "F913", message, "Crop the picture, or make it smaller.")
