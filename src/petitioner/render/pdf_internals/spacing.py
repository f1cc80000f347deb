"""Distances between characters on a line, in Chinese and Japanese by W3C's JLREQ (3.1 to 3.8) and CLREQ (3 and 4)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from unicodedata import category, east_asian_width

QUARTER = 0.25
"""The distance in em between a Latin letter or a figure and a Chinese or Japanese character."""

_WIDEST = 0.5  # em that justification may add between characters; a line that needs more stays ragged
_WIDEST_SPACE = 1.0  # em that it may add between words
_WIDEST_LETTER = 0.15  # em that it may add between Korean letters if that is not enough
_DASHES = frozenset("—―─…‥")  # two of them are one sign
_SPACES = frozenset(" \u00a0")


@dataclass(frozen=True, slots=True, eq=False)  # compared by identity, so that it is quickly found in caches
class Cluster:
    """One or more characters that the font draws as one, with their advance in px.

    ``left`` and ``right`` are the blank halves of a full-width punctuation mark, in px. ``size`` is that of the font in
    px. ``is_raised`` says whether it is above or below the line, as the number of a footnote.
    """

    text: str
    advance: float
    size: float
    left: float = 0.0
    right: float = 0.0
    is_raised: bool = False

    @property
    def is_wide(self) -> bool:
        """Whether it is a Chinese or Japanese character, or a full-width mark."""
        return east_asian_width(self.text[0]) in "WF" or bool(self.left or self.right)

    @property
    def is_mark(self) -> bool:
        """Whether it is punctuation."""
        return category(self.text[0])[0] == "P"

    @property
    def is_narrow(self) -> bool:
        """Whether it is a Latin letter or a figure."""
        return not self.is_wide and self.text[0].isalnum()


make_cluster = lru_cache(maxsize=1 << 16)(Cluster)
"""Return one object for all clusters with the same values."""


@dataclass(frozen=True, slots=True)
class Gap:
    """The distance after a cluster, in px, that is added to its advance.

    ``shrink`` is how much less it may be; ``stretches`` says whether justification may widen it.
    """

    extra: float = 0.0
    shrink: float = 0.0
    stretches: bool = False


_NONE = Gap()


@lru_cache(maxsize=1 << 16)
def find_gap(first: Cluster | None, second: Cluster | None) -> Gap:
    """Return the distance between two clusters; None stands for something that is no text, such as a picture."""
    if not first or not second or first.is_raised or second.is_raised:
        return _NONE
    if _SPACES.intersection((first.text, second.text)):
        return _find_word_gap(first)
    if first.text == second.text and first.text in _DASHES:
        return _NONE
    if first.left or first.right or second.left or second.right:
        return _find_mark_gap(first, second)
    pair = (first, second)
    if any(one.is_narrow for one in pair) and any(one.is_wide and one.text[0].isalnum() for one in pair):
        quarter = QUARTER * min(first.size, second.size)
        return Gap(quarter, quarter / 2, stretches=True)
    return Gap(stretches=first.is_wide or second.is_wide)


def _find_mark_gap(first: Cluster, second: Cluster) -> Gap:
    """Return the distance where at least one of two clusters is a mark with a blank half."""
    if first.right and second.is_wide and second.is_mark:  # 、「 and 」。
        return Gap(-first.right, second.left / 2, stretches=True)
    if first.left and second.left:  # （「
        return Gap(-second.left, stretches=True)
    return Gap(shrink=max(first.right, second.left) / 2, stretches=True)


def _find_word_gap(first: Cluster | None) -> Gap:
    return Gap(shrink=first.advance / 4, stretches=True) if first and first.text in _SPACES else _NONE


@dataclass(frozen=True, slots=True)
class SetLine:
    """Clusters of one line with the distance after each; ``shift`` moves the first one to the left, in px.
    ``widest`` is what justification may add in one place, in em.
    """

    clusters: tuple[Cluster | None, ...]
    gaps: tuple[Gap, ...]
    shift: float
    widest: float

    @property
    def width(self) -> float:
        """The width in px."""
        return self.added + sum(cluster.advance for cluster in self.clusters if cluster)

    @property
    def added(self) -> float:
        """What the distances add to the advances, in px."""
        return sum(gap.extra for gap in self.gaps) - self.shift

    @property
    def shrink(self) -> float:
        """How much narrower it may be, in px."""
        return sum(gap.shrink for gap in self.gaps)

    def fit(self, room: float, *, justify: bool) -> "SetLine":
        """Return the line with ``room`` px (which may be negative) distributed among its gaps, as far as they allow."""
        if room < 0 < self.shrink:
            part = min(-room / self.shrink, 1)
            return replace(self, gaps=tuple(replace(gap, extra=gap.extra - gap.shrink * part) for gap in self.gaps))
        places = sum(gap.stretches for gap in self.gaps)
        size = max((cluster.size for cluster in self.clusters if cluster), default=0)
        if not justify or room <= 0 or not places:
            return self
        if room / places > self.widest * size:
            return self._spread_letters(room - places * self.widest * size, size)
        wider = tuple(replace(gap, extra=gap.extra + room / places * gap.stretches) for gap in self.gaps)
        return replace(self, gaps=wider)

    def _spread_letters(self, rest: float, size: float) -> "SetLine":
        """Return the line with its spaces as wide as they may be, and ``rest`` px between wide characters as in Korean.

        Return it unchanged if that is too much for them.
        """
        pairs = [*pairwise(self.clusters), (None, None)]
        inner = [bool(one and other and one.is_wide and other.is_wide) for one, other in pairs]
        if self.widest == _WIDEST or rest > _WIDEST_LETTER * size * sum(inner):
            return self
        each = rest / sum(inner)
        gaps = (
            replace(gap, extra=gap.extra + self.widest * size * gap.stretches + each * is_inner)
            for gap, is_inner in zip(self.gaps, inner, strict=True)
        )
        return replace(self, gaps=tuple(gaps))


def set_words(clusters: Sequence[Cluster | None]) -> SetLine:
    """Return a line of a language with spaces between words, which are all that may be widened."""
    return SetLine(tuple(clusters), tuple(map(_find_word_gap, clusters)), 0.0, _WIDEST_SPACE)


def set_line(clusters: Sequence[Cluster | None], *, is_start: bool = True, is_end: bool = True) -> SetLine:
    """Return a line of Chinese or Japanese with its natural distances, without blank at its start and its end."""
    gaps = [find_gap(first, second) for first, second in pairwise(clusters)]
    first, last = (clusters[0], clusters[-1]) if clusters else (None, None)
    shift = first.left if first and is_start else 0.0
    end = Gap(-last.right) if last and is_end else _NONE
    return SetLine(tuple(clusters), (*gaps, end), shift, _WIDEST)
