"""Lines of a page and what PDFium reads of them: which lines it reads alike when others are not on the page."""

import re
from collections.abc import Collection, Iterable, Sequence
from itertools import accumulate, pairwise

from petitioner.checks.pages.expected_text import is_right_to_left
from petitioner.checks.pages.pdf_reader import Run

_SHOW = b" TJ\n"
_GLYPHS = rb"\[(?:<(?:[0-9a-f]{4})*>[-\d.]*)*\]" + _SHOW
_HYPHEN = rb"/Span <</ActualText <FEFF00AD>>> BDC\n%bEMC\n" % _GLYPHS  # one that divides a word is drawn alone
_LINE = re.compile(rb"(?:(?:-?[\d.]+ ){6}Tm\n/\w+ -?[\d.]+ Tf\n%b(?:%b)?)?" % (_GLYPHS, _HYPHEN))  # or empty

_LEAST_HEIGHT = 1.6  # mm: PDFium compares the places of two lines only if both are higher than 4.5 pt
_HYPHENS = "-", "\u00ad"


def divide_runs(runs: Sequence[Run], lines: Sequence[bytes]) -> list[tuple[Run, ...]]:
    """Return the runs of each line; nothing if a line is not written as usual, or draws more or fewer runs."""
    if not all(map(_LINE.fullmatch, lines)):
        return []
    ends = list(accumulate(line.count(_SHOW) for line in lines))
    if not ends or ends[-1] != len(runs):
        return []
    return [tuple(runs[start:end]) for start, end in zip([0, *ends], ends, strict=False)]


def is_reordered(runs: Iterable[Run]) -> bool:
    """Return whether some text runs from right to left, where a run depends on others in its line."""
    return any(is_right_to_left(run.text) for run in runs)


def are_alone(runs: Sequence[tuple[Run, ...]], places: Collection[int]) -> bool:
    """Return whether PDFium reads some lines of a page alike with all others, without them, and with the lines around.

    How it reads the end of a line depends on the next one: on whether a hyphen divides a word, and on whether both are
    at one height.
    """
    ordered = sorted(places)
    around = ((place + step - 1, place + step) for place in ordered for step in (0, 1))
    pairs = {pair for pair in (*pairwise(ordered), *around) if pair[0] >= 0 and pair[1] < len(runs)}
    return all(_are_apart(runs[one], runs[other]) for one, other in pairs)


def _are_apart(line: tuple[Run, ...], after: tuple[Run, ...]) -> bool:
    """Return whether PDFium takes two lines for two, of which the first does not end with a hyphen."""
    if len(line) != 1 or len(after) != 1:
        return False
    one, other = line[0].box, after[0].box
    is_below = one.bottom <= other.top or other.bottom <= one.top
    is_high = one.height > _LEAST_HEIGHT and other.height > _LEAST_HEIGHT
    is_long = not is_short(line) and not is_short(after)
    return is_below and is_high and is_long and not line[0].text.rstrip().endswith(_HYPHENS)


def is_short(line: tuple[Run, ...]) -> bool:
    """Return whether a line has no two characters. PDFium takes its direction from all other lines of the page."""
    return len("".join(run.text for run in line).strip()) < 2  # noqa: PLR2004
