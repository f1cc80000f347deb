"""Lines of plain text: how wide they are, and where they may be broken."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from uniseg.linebreak import line_break_boundaries
from uniseg.wrap import tt_text_extents

_NARROWEST = 24  # columns: what is nested deeper runs over rather than down the page
# An address on the web that is broken leads nowhere; the call of a note belongs to the word before it.
_WHOLE = re.compile(r"<?[a-z]+:/?/?[!-~]*[!-~]|(?<=\S)\[\d+\]")
_WORD = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class Column:
    """A column of text, ``width`` half-width characters wide.

    Characters count as UAX #11 has it, clusters as their first character; the ambiguous ones, such as “ and …, count
    as wide if ``is_wide``. ``keeps_words`` is for Korean, whose words UAX #14 would break anywhere.
    """

    width: int
    is_wide: bool
    keeps_words: bool

    def narrow(self, by: int) -> "Column":
        """Return the column that is left beside a margin."""
        return replace(self, width=max(self.width - by, _NARROWEST))

    def measure(self, text: str) -> int:
        """Return the width of a text in half-width characters."""
        return self._extents(text)[-1] if text else 0

    def pad(self, text: str, width: int) -> str:
        """Return the blanks that make a text as wide as ``width``."""
        return " " * (width - self.measure(text))

    def wrap(self, text: str) -> list[str]:
        """Return lines that fit, as full as can be, without blanks at their ends; a line feed breaks in any case.

        Source of the places where a line may be broken: UAX #14, which knows what no line of Chinese or Japanese may
        start or end with. What cannot be broken runs over.
        """
        return [row for line in text.split("\n") for row in self._fill(line.strip())]

    def indent(self, mark: str, text: str) -> list[str]:
        """Return lines beside a mark, which stands before the first of them."""
        return hang(mark, self.narrow(self.measure(mark)).wrap(text), self)

    def find_breaks(self, line: str) -> Iterator[int]:
        """Yield the places where a line may be broken, its end included."""
        kept = [found.span() for found in _WHOLE.finditer(line)]
        if self.keeps_words:
            words = (found.span() for found in _WORD.finditer(line))
            kept += [(start, end) for start, end in words if self.measure(line[start:end]) <= self.width]
        inner = {place for start, end in kept for place in range(start + (line[start] != "["), end)}
        return (place for place in line_break_boundaries(line) if place and place not in inner)

    def _fill(self, line: str) -> Iterator[str]:
        extents = [0, *self._extents(line)]
        start = last = 0
        for end in self.find_breaks(line):
            if extents[len(line[:end].rstrip())] - extents[start] > self.width and last > start:
                yield line[start:last].rstrip()
                start = last
            last = end
        yield line[start:]

    def _extents(self, text: str) -> list[int]:
        return list(tt_text_extents(text, ambiguous_as_wide=self.is_wide))


def hang(mark: str, lines: list[str], column: Column) -> list[str]:
    """Return lines with a mark before the first, and as many blanks before the others."""
    margin = " " * column.measure(mark)
    return [((margin if number else mark) + line).rstrip() for number, line in enumerate(lines)]
