"""Where lines of Chinese and Japanese end: one line at a time, with what a typesetter would compress or push out."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from unicodedata import category

from petitioner.render.pdf_internals.spacing import QUARTER, Cluster, set_line

_RUNT = 3  # em: the least that stands on the last line of a paragraph
_LOOSEST = 0.06  # of the line that may be left for justification, so that the last line gets enough
_OPENING, _CLOSING = frozenset({"Ps", "Pi"}), frozenset({"Pe", "Pf"})


def find_breaks(
    clusters: Sequence[Cluster], breaks: Sequence[bool], patterns: Sequence[re.Pattern[str]]
) -> tuple[int, ...]:
    """Return the clusters that may begin a line.

    ``breaks`` says of each cluster whether Unicode allows a line to begin with it (UAX #14). It forbids it at the
    quotation marks “ and ”, which in Chinese are full-width and as good a place as any other bracket. What matches a
    pattern is not broken.
    """
    starts, text = [], ""
    for cluster in clusters:
        starts.append(len(text))
        text += cluster.text
    kept = {place for pattern in patterns for found in pattern.finditer(text) for place in range(*_inside(found))}
    return tuple(
        place
        for place in range(1, len(clusters))
        if starts[place] not in kept and (breaks[place] or _is_at_quotation(clusters[place - 1], clusters[place]))
    )


def _inside(found: re.Match[str]) -> tuple[int, int]:
    return found.start() + 1, found.end()


def _is_at_quotation(before: Cluster, after: Cluster) -> bool:
    """Whether a line may begin between a quotation mark and a character that are both full-width."""
    if not (before.is_wide and after.is_wide):
        return False
    first, second = category(before.text[-1]), category(after.text[0])
    opens = second == "Pi" and first not in _OPENING
    closes = first == "Pf" and second not in _CLOSING and (not after.is_mark or second in _OPENING)
    return opens or closes


def choose_break(
    clusters: Sequence[Cluster], allowed: Sequence[int], width: float, *, is_start: bool, is_whole: bool
) -> int | None:
    """Return the number of clusters that go on a line of ``width`` px; all of them if they fit, None if none fits.

    ``is_start`` says whether the line begins with them, ``is_whole`` whether they go on to the end of the text.
    """
    measure = _measure_beginnings(clusters, is_start=is_start)
    whole = measure(len(clusters))
    if is_whole and whole.width <= width:
        return len(clusters)
    fitting = tight = None
    room = excess = 0.0
    for count in _skip_short(clusters, allowed, width):
        line = measure(count)
        if line.width <= width:
            fitting, room = count, width - line.width
        elif line.width - line.shrink <= width:
            tight, excess = count, line.width - width
            break
        else:
            break
    if is_whole and whole.width - whole.shrink <= width and _is_runt(clusters, fitting or 0):
        return len(clusters)
    if tight and (fitting is None or excess <= room):
        fitting = tight
    if fitting and is_whole and _is_runt(clusters, fitting):
        return _break_earlier(clusters, allowed, width, measure) or fitting
    return fitting


def fits(clusters: Sequence[Cluster], width: float, *, is_start: bool) -> bool:
    """Whether all clusters go on a line of ``width`` px without being set closer."""
    return _measure_beginnings(clusters, is_start=is_start)(len(clusters)).width <= width


@dataclass(frozen=True, slots=True)
class _Extent:
    """The natural width of a line, and how much narrower it may be, in px."""

    width: float
    shrink: float


def _measure_beginnings(clusters: Sequence[Cluster], *, is_start: bool) -> Callable[[int], _Extent]:
    """Return a function from a number of clusters to the extent of a line of them, as ``set_line`` would set it."""
    line = set_line(clusters, is_start=is_start, is_end=False)
    advances = list(accumulate((cluster.advance for cluster in clusters), initial=0.0))
    extras = list(accumulate((gap.extra for gap in line.gaps), initial=0.0))
    shrinks = list(accumulate((gap.shrink for gap in line.gaps), initial=0.0))

    def measure(count: int) -> _Extent:
        while count and clusters[count - 1].text == " ":
            count -= 1
        if not count:
            return _Extent(0.0, 0.0)
        added = extras[count - 1] - clusters[count - 1].right - line.shift
        return _Extent(added + advances[count], shrinks[count - 1])

    return measure


def _skip_short(clusters: Sequence[Cluster], allowed: Sequence[int], width: float) -> Sequence[int]:
    """Return the breaks from the last one that surely fits: no distance adds more than a quarter em."""
    widest = list(accumulate(cluster.advance + QUARTER * cluster.size for cluster in clusters))
    surely = sum(widest[count - 1] <= width for count in allowed)
    return allowed[max(surely - 1, 0) :]


def _break_earlier(
    clusters: Sequence[Cluster], allowed: Sequence[int], width: float, measure: Callable[[int], _Extent]
) -> int | None:
    """Return the last break that leaves enough for the last line, unless this line would be too loose."""
    count = next((count for count in reversed(allowed) if not _is_runt(clusters, count)), None)
    return None if count is None or width - measure(count).width > _LOOSEST * width else count


def _is_runt(clusters: Sequence[Cluster], count: int) -> bool:
    rest = clusters[count:]
    return sum(cluster.advance for cluster in rest) < _RUNT * max((cluster.size for cluster in rest), default=0)
