"""Sentences: how far the words reach that say something together."""

import re
from dataclasses import dataclass
from itertools import pairwise

from petitioner.checks.reading.numerals import Folded

# A full stop ends a sentence after a word of three letters or a number, so that "Mr. President" and "24 Sept. 2027"
# stay whole; the next sentence does not begin in lower case, nor with a number.
_END = re.compile(r"[。！？!?\n]+|(?:(?<=[^\W\d_]{3})|(?<=\d)|(?<=\)))\.['\"”)]*\s+(?=[^\da-z\s])")


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a folded text, from ``start`` up to ``end``."""

    start: int
    end: int

    def holds(self, start: int, end: int) -> bool:
        """Whether another stretch lies in this one."""
        return self.start <= start and end <= self.end


def split_sentences(folded: Folded) -> tuple[Span, ...]:
    """The sentences of a text, in order and without gaps."""
    ends = [found.end() for found in _END.finditer(folded.text)]
    edges = [0, *(end for end in ends if end < len(folded.text)), len(folded.text)]
    return tuple(Span(start, end) for start, end in pairwise(edges))
