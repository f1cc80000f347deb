"""The logo and the signatures as they were set: within the column, and sharp enough."""

from collections.abc import Iterator

from petitioner.checks.pages.finished import Finished
from petitioner.errors import Problem
from petitioner.model.theme import MM_PER_PT

_SHARP = 150  # dots per inch: what is less shows its steps in print
_SLACK = 0.5  # mm


def check_pictures(finished: Finished) -> Iterator[Problem]:
    """Pictures that are wider than the text, or too coarse for the size at which they are printed."""
    left = finished.theme.margins.left
    right = left + finished.column
    for number, picture in ((n, one) for n, page in enumerate(finished.pages, start=1) for one in page.pictures):
        box, inches = picture.box, picture.box.width / (72 * MM_PER_PT)
        if box.left < left - _SLACK or box.right > right + _SLACK:
            message = f"page {number}: a picture reaches from {box.left:.0f} to {box.right:.0f} mm, out of the column"
            yield finished.blame("pdf", "F913", message, "Cut the picture to what it shows, or make it lower.")
        if inches and (dots := picture.pixels[0] / inches) < _SHARP:
            message = f"page {number}: a picture {box.width:.0f} mm wide has only {dots:.0f} dots per inch"
            yield finished.blame("pdf", "F924", message, f"Scan it anew, with {_SHARP} at least.")
    for width in finished.manuscript.widths if finished.manuscript else ():
        if width > finished.column + _SLACK:
            message = f"a picture is {width:.0f} mm wide, and the column {finished.column:.0f}"
            yield finished.blame("docx", "F913", message, "Cut the picture to what it shows, or make it lower.")
