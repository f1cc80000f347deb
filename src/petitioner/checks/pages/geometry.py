"""Positions on the sheet: its edges, the window of the envelope, the column, pictures, and overlaps."""

from collections.abc import Iterator
from itertools import combinations
from unicodedata import combining

from petitioner.checks.pages.box import Box
from petitioner.checks.pages.finished import FinishedLetter, PlacedLine
from petitioner.errors import Problem
from petitioner.model.theme import MM_PER_PT

_SHEET = Box(0, 0, 210, 297)  # A4 (ISO 216)
_PRINTABLE = Box(5, 5, 205, 292)  # what every printer reaches
_EXACT = 0.1  # mm
_TOUCH = 0.35  # mm in both directions that letters may share: an italic leans, an accent is high
_OUT = 1.0  # mm by which a line may be wider than its column
_LONG = 40  # characters: no word of any language, so a link or a name of a file
_SHORTEN = "Shorten it; write a long link with words: [the report](https://…)."
_THEME = "Check the measurements and the style sheet in letters/theme/."

_SLACK = 0.5  # mm: a round letter is a little higher than its line
_WINDOW = "Check 'window' in letters/theme/theme.yaml, and the address in letters/theme/letter.css."
_SHARP = 150  # dots per inch: what is less shows its steps in print


def check_sheets(finished: FinishedLetter) -> Iterator[Problem]:
    """Yield a problem for pages that are not A4, or whose boxes do not agree, in the PDF and in the DOCX."""
    for number, page in enumerate(finished.pages, start=1):
        wrong = next((box for box in page.boxes if not box.is_near(_SHEET, _EXACT)), None)
        if wrong:
            message = f"page {number} is {wrong.width:.1f} by {wrong.height:.1f} mm, not A4 (210 by 297)"
            yield finished.make_problem(
                "pdf", "F901", message, "Remove '@page { size: … }' from letters/theme/letter.css."
            )


def check_edges(finished: FinishedLetter) -> Iterator[Problem]:
    """Yield a problem for the first thing on each page that is outside the printable area."""
    for number, page in enumerate(finished.pages, start=1):
        shown = [run for run in page.runs if run.is_shown and run.text.strip()]
        words = [(f"'{run.text.strip()}'", run.box, _SHORTEN if _is_long(run.text) else _THEME) for run in shown]
        drawn = [("a line or a surface", box, _THEME) for box in page.surfaces]
        things = [*words, *drawn, *(("a picture", picture.box, _THEME) for picture in page.pictures)]
        for name, box, hint in [thing for thing in things if not thing[1].is_within(_PRINTABLE)][:1]:
            distance = min(box.left, box.top, _SHEET.right - box.right, _SHEET.bottom - box.bottom)
            message = f"page {number}: {name} is {distance:.1f} mm from the edge; printers need 5"
            yield finished.make_problem("pdf", "F902", message, hint)


def _is_long(text: str) -> bool:
    return any(len(word) >= _LONG for word in text.split())


def check_overlaps(finished: FinishedLetter) -> Iterator[Problem]:
    """Yield a problem for the first words on each page that are printed over others."""
    for number, page in enumerate(finished.pages, start=1):
        pairs = combinations((run for run in page.runs if run.is_shown and not _may_overlap(run.text)), 2)
        if pair := next((pair for pair in pairs if pair[0].box.meets(pair[1].box, _TOUCH)), None):
            one, other = (run.text.strip() for run in pair)
            message = f"page {number}: '{one}' and '{other}' overlap"
            yield finished.make_problem("pdf", "F904", message, _THEME)


def check_column(finished: FinishedLetter) -> Iterator[Problem]:
    """Yield lines of the text that are wider than their column, such as a long web address."""
    margins = finished.theme.margins
    column = Box(margins.left - _OUT, 0, margins.left + finished.column + _OUT, _SHEET.bottom)
    for placed in finished.find_text():
        if not placed.run.box.is_within(column):
            out = max(column.left - placed.run.box.left, placed.run.box.right - column.right) + _OUT
            message = f"page {placed.page}: '{placed.run.text.strip()[-40:]}' is {out:.1f} mm wider than the column"
            yield finished.make_problem("pdf", "F925", message, "Shorten it, or add a space where it may break.")


def check_docx_measures(finished: FinishedLetter) -> Iterator[Problem]:
    """Yield measures of the DOCX that are not the theme's: its sheet, its margins, and the field of the address."""
    if finished.docx is None:
        return
    found, margins, window = finished.docx.measures, finished.theme.margins, finished.theme.window
    wanted = {
        "width": (found.width, _SHEET.width),
        "height": (found.height, _SHEET.height),
        "margin at the top": (found.top, margins.top),
        "margin at the foot": (found.bottom, margins.bottom),
        "margin at the left": (found.left, margins.left),
        "margin at the right": (found.right, _SHEET.width - margins.left - finished.column),
    }
    if finished.letter.address.has_window:
        wanted["field down to the sender's line"] = (sum(found.rows[:1]), window.return_line - window.top)
        wanted["field below the sender's line"] = (sum(found.rows[1:]), window.bottom - window.return_line)
    for name, (measure, asked) in wanted.items():
        if abs(measure - asked) > _EXACT:
            message = f"its {name} is {measure:.1f} mm, but the theme asks for {asked:.1f}"
            yield finished.make_problem(
                "docx", "F911", message, "This is a fault of the program: please report it, with the theme."
            )


def _may_overlap(text: str) -> bool:
    """Return whether text may overlap: spaces, and combining marks."""
    return all(sign.isspace() or combining(sign) for sign in text)


# On its way the sheet slides in the envelope (DIN 680): to either side and up and down.
_SLIDE_DOWN, _SLIDE_LEFT, _SLIDE_RIGHT = 5, 5, 12  # mm; with DIN 5008's numbers x 20 to 110 and y 45 to 90 may show


def check_window(finished: FinishedLetter) -> Iterator[Problem]:
    """Yield the first line of the sender or the address that the window may hide, and what else it may show."""
    window, count = finished.theme.window, len(finished.letter.address.printed)
    if not finished.letter.address.has_window:
        return
    across = (window.text_left - _SLACK, window.text_right + _SLACK)
    sender = Box(across[0], window.top + _SLIDE_DOWN, across[1], window.return_line + _SLACK)
    address = Box(across[0], window.return_line, across[1], window.bottom)
    field = (*_list_outside(finished, 0, 1, sender), *_list_outside(finished, 1, count, address))
    for placed, room in field[:1]:
        message = f"'{placed.run.text.strip()}' is not in the part that the window always shows, {_describe(room)}"
        yield finished.make_problem("pdf", "F903", message, _WINDOW)
    yield from _check_strangers(finished, count)


def _list_outside(finished: FinishedLetter, first: int, last: int, room: Box) -> Iterator[tuple[PlacedLine, Box]]:
    lines = finished.find(first, last)
    return ((placed, room) for placed in lines if placed.page != 1 or not placed.run.box.is_within(room))


def _check_strangers(finished: FinishedLetter, count: int) -> Iterator[Problem]:
    window = finished.theme.window
    seen = Box(window.text_left - _SLIDE_LEFT, window.top, window.text_right + _SLIDE_RIGHT, window.bottom)
    own = {id(placed.run) for placed in finished.find(0, count)}
    for page in finished.pages[:1] if own else ():
        words = [(f"'{run.text.strip()}'", run.box) for run in page.runs if run.is_shown and id(run) not in own]
        things = [
            *words,
            *(("a picture", one.box) for one in page.pictures),
            *(("a line", one) for one in page.surfaces),
        ]
        for name, box in things:
            if box.meets(seen):
                message = f"{name} is in the window, {_describe(seen)}, which must show only the address"
                yield finished.make_problem("pdf", "F903", message, _WINDOW)


def _describe(room: Box) -> str:
    return f"x {room.left:g} to {room.right:g}, y {room.top:g} to {room.bottom:g} mm"


def check_pictures(finished: FinishedLetter) -> Iterator[Problem]:
    """Yield pictures that are wider than the text, or too coarse for the size at which they are printed."""
    left = finished.theme.margins.left
    right = left + finished.column
    for number, picture in ((n, one) for n, page in enumerate(finished.pages, start=1) for one in page.pictures):
        box, inches = picture.box, picture.box.width / (72 * MM_PER_PT)
        if box.left < left - _SLACK or box.right > right + _SLACK:
            message = f"page {number}: a picture is from {box.left:.0f} to {box.right:.0f} mm, wider than the column"
            yield finished.make_problem("pdf", "F913", message, "Crop the picture, or make it smaller.")
        if inches and (dots := picture.pixels[0] / inches) < _SHARP:
            message = f"page {number}: a picture {box.width:.0f} mm wide has only {dots:.0f} dots per inch"
            yield finished.make_problem("pdf", "F924", message, f"Scan it again, with at least {_SHARP}.")
    for width in finished.docx.widths if finished.docx else ():
        if width > finished.column + _SLACK:
            message = f"a picture is {width:.0f} mm wide, but the column {finished.column:.0f}"
            yield finished.make_problem("docx", "F913", message, "Crop the picture, or make it smaller.")
