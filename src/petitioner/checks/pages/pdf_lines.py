"""Read the lines of a page from their operators (ISO 32000-1, 9.4), in the form in which the program writes them.

The words and boxes are those that PDFium finds, but for blanks that it adds between letters of two scripts.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import TypeAlias

from petitioner.checks.pages.box import Box
from petitioner.checks.pages.embedded_fonts import EmbeddedFont, GlyphBox
from petitioner.checks.pages.expected_text import is_right_to_left, normalize_text
from petitioner.checks.pages.pdf_file import UnfamiliarFileError
from petitioner.checks.pages.pdf_reader import Run, is_silent, to_box

Matrix: TypeAlias = tuple[float, ...]
"""The six numbers of a transformation (ISO 32000-1, 8.3.3)."""
GetFont: TypeAlias = Callable[[bytes], EmbeddedFont]
"""Return a font by its name in lines. Raises ``UnfamiliarFileError``."""

_NUMBER = rb"-?[0-9]*\.?[0-9]+"
_SHOW = b" TJ\n"
_GLYPHS = rb"\[((?:<(?:[0-9a-f]{4})*>(?:%b)?)*)\]%b" % (_NUMBER, _SHOW)
_HYPHEN = rb"/Span <</ActualText <FEFF00AD>>> BDC\n%bEMC\n" % _GLYPHS  # one that divides a word is drawn alone
_LINE = re.compile(rb"((?:%b ){6})Tm\n/(\w+) (%b) Tf\n%b(?:%b)?" % (_NUMBER, _NUMBER, _GLYPHS, _HYPHEN))
_PART = re.compile(rb"<([0-9a-f]*)>(%b)?" % _NUMBER)
_STATE = re.compile(rb"^(?:(q)|(Q)|((?:%b ){6})cm)$|(?<!\S)(W\*?)(?!\S)" % _NUMBER, re.MULTILINE)

_HYPHEN_ALONE = "-"
_ABOVE = 65 / 64  # PDFium makes the box of a glyph so much higher
_SAME_PLACE = 0.05  # mm: PDFium rounds the box of a glyph
_NOTHING = 0.0, 0.0, 0.0, 0.0


def find_matrices(between: Sequence[bytes]) -> Iterator[Matrix]:
    """Yield the transformation at each line of a page, from the bytes between its lines.

    Raises ``UnfamiliarFileError`` for states that are not nested (8.4.2), and for lines of which a part may be cut away
    (8.5.4): PDFium reports that only of lines of which it is.
    """
    current: Matrix = (1, 0, 0, 1, 0, 0)
    is_clipped = False
    saved: list[tuple[Matrix, bool]] = []
    for part in between[:-1]:
        for save, restore, numbers, clip in _STATE.findall(part):
            if restore and not saved:
                raise UnfamiliarFileError("a state is restored that was not saved")
            if save:
                saved.append((current, is_clipped))
            elif restore:
                current, is_clipped = saved.pop()
            elif clip:
                is_clipped = True
            else:
                current = _multiply(_read_numbers(numbers), current)
        if is_clipped:
            raise UnfamiliarFileError("a part of a line may be cut away")
        yield current


def divide_runs(runs: Sequence[Run], lines: Sequence[bytes]) -> list[tuple[Run, ...]]:
    """Return the runs of each line. Raises ``UnfamiliarFileError`` if the lines draw more or fewer."""
    ends = list(accumulate(line.count(_SHOW) for line in lines))
    if ends[-1:] != [len(runs)]:
        raise UnfamiliarFileError("a line is not written as usual")
    return [tuple(runs[start:end]) for start, end in zip([0, *ends], ends, strict=False)]


def read_line(line: bytes, get_font: GetFont, matrix: Matrix, known: Sequence[Run], height: float) -> tuple[Run, ...]:
    """Return the runs of a line on a page of ``height`` pt, with all but words, font and box from a ``known`` run.

    ``matrix`` is the transformation at the line. Raises ``UnfamiliarFileError`` for a line in another form, and for
    words that run from right to left.
    """
    if not line and not known:
        return ()
    found = _LINE.fullmatch(line)
    if not found or not known:
        raise UnfamiliarFileError("a line is not written as usual")
    pen = _Pen(get_font(found[2]), float(found[3]) / 1000, _multiply(_read_numbers(found[1]), matrix), height)
    run = pen.draw(found[4], known[0])
    if normalize_text(run.text) == _HYPHEN_ALONE:
        raise UnfamiliarFileError("a line is a hyphen alone, which PDFium may take for a part of the line before")
    if found[5] is None:
        return (run,)
    hyphen = pen.draw(found[5], known[0])
    if normalize_text(hyphen.text) != _HYPHEN_ALONE:
        raise UnfamiliarFileError("a hyphen is another character")
    return run, replace(hyphen, text="")  # it only divides a word


def are_same(run: Run, other: Run) -> bool:
    """Return whether two runs are the same but for blanks, for what PDFium rounds, and for missing glyphs."""
    alike = replace(run, text=other.text, box=other.box, missing_glyphs=other.missing_glyphs) == other
    return alike and normalize_text(run.text) == normalize_text(other.text) and run.box.is_near(other.box, _SAME_PLACE)


@dataclass(slots=True)
class _Pen:
    """Draws glyphs of a font one after the other, on a page of ``height`` pt.

    ``size`` is a thousandth of the font's, and ``place`` the transformation at the line.
    """

    font: EmbeddedFont
    size: float
    place: Matrix
    height: float
    start: float = 0.0

    def draw(self, part: bytes, known: Run) -> Run:
        """Return a run with some glyphs, and with all else from a ``known`` one. Raises ``UnfamiliarFileError``."""
        characters: list[str] = []
        missing: list[str] = []
        boxes: list[GlyphBox] = []
        for codes, adjustment in _PART.findall(part):
            for place in range(0, len(codes), 4):
                glyph = self.font.get(int(codes[place : place + 4], 16))
                left, bottom, right, top = glyph.box or _NOTHING
                boxes.append((self.start + left, bottom, self.start + right, top))
                characters.append(glyph.characters)
                missing += () if glyph.box else (one for one in glyph.characters if not is_silent(one))
                self.start += glyph.width
            self.start -= float(adjustment or 0)
        text = "".join(characters).replace("\r", "").replace("\n", "")
        if not boxes or is_right_to_left(text):
            raise UnfamiliarFileError("a line has no glyphs, or runs from right to left")
        lefts, bottoms, rights, tops = zip(*boxes, strict=True)
        box = self._place_box((min(lefts), min(bottoms), max(rights), max(tops) * _ABOVE))
        return replace(known, text=text, box=box, font=self.font.name, missing_glyphs="".join(dict.fromkeys(missing)))

    def _place_box(self, drawn: GlyphBox) -> Box:
        across, turned, leaning, down, right, up = self.place
        if turned or leaning:
            raise UnfamiliarFileError("a line is turned")
        x = [bound * self.size * across + right for bound in drawn[::2]]
        y = [bound * self.size * down + up for bound in drawn[1::2]]
        return to_box((min(x), min(y), max(x), max(y)), self.height)


def _read_numbers(written: bytes) -> Matrix:
    return tuple(map(float, written.split()))


def _multiply(one: Matrix, other: Matrix) -> Matrix:
    """Return the transformation that is first ``one`` and then ``other``."""
    a, b, c, d, e, f = one
    g, h, i, j, k, m = other
    return a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m
