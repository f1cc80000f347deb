"""Words that run from right to left: what Word must be told so that it sets them so.

Word mirrors a paragraph that is marked ``bidi``: its left and right are then where lines start and end. Each run within
says by ``rtl`` whether its words run from right to left, which also chooses font and size (ECMA-376-1, 17.3.2.30).
"""

from collections.abc import Iterator
from copy import deepcopy
from itertools import groupby
from typing import cast
from unicodedata import bidirectional

from docx.oxml.ns import qn

from petitioner.renderers.docx.elements import Element, make, make_text

_LEFTWARDS = frozenset(["R", "AL", "AN"])  # classes of characters in UAX #9
_RIGHTWARDS = "L"
_PLACED = "EnvelopeAddress"  # an envelope is not mirrored, nor is the table that stands in its window


def turn_words(root: Element) -> None:
    """Mark the words of a part that run from right to left, each in a run of its own."""
    for paragraph in root.iter(qn("w:p"), qn("w:hyperlink")):
        for run in cast("list[Element]", paragraph.findall(qn("w:r"))):
            text = "".join(words.text or "" for words in run.iter(qn("w:t")))
            if any(bidirectional(sign) in _LEFTWARDS for sign in text):
                for words, leftwards in _split_words(text):
                    run.addprevious(_copy_run(run, words, leftwards=leftwards))
                paragraph.remove(run)


def turn_tables(root: Element) -> None:
    """Let the first column of tables be the rightmost, but where an address stands."""
    for table in root.iter(qn("w:tbl")):
        if not any(style.get(qn("w:val")) == _PLACED for style in table.iter(qn("w:pStyle"))):
            next(table.iter(qn("w:tblPr"))).insert(1, make("bidiVisual"))


def _split_words(text: str) -> Iterator[tuple[str, bool]]:
    """Stretches of text with whether they run leftwards; what stands between two of one kind belongs to them."""
    kinds = _find_kinds(text)
    for leftwards, group in groupby(zip(text, kinds, strict=True), key=lambda pair: pair[1]):
        yield "".join(sign for sign, _ in group), leftwards


def _find_kinds(text: str) -> list[bool]:
    """For each character whether it is to run leftwards; figures among Latin letters run with these."""
    strong = [
        (place, kind) for place, sign in enumerate(text) if (kind := bidirectional(sign)) in {*_LEFTWARDS, _RIGHTWARDS}
    ]
    kinds = [True] * len(text)
    for (start, kind), (end, next_kind) in zip(strong, [*strong[1:], (len(text), "")], strict=True):
        if kind == _RIGHTWARDS:
            reach = end if next_kind == _RIGHTWARDS else _end_of_figures(text, start + 1)
            kinds[start:reach] = [False] * (reach - start)
    return kinds


def _end_of_figures(text: str, start: int) -> int:
    """Where figures end that follow Latin letters immediately or after a hyphen, as in A4 and EG-2027."""
    end = start
    for place in range(start, len(text)):
        if bidirectional(text[place]) == "EN":
            end = place + 1
        elif text[place] not in "-/.":
            break
    return end


def _copy_run(run: Element, words: str, *, leftwards: bool) -> Element:
    turn = (make("rtl"),) if leftwards else ()
    look = (cast(Element, deepcopy(setting)) for properties in run.iter(qn("w:rPr")) for setting in properties)
    return make("r", make("rPr", *look, *turn), make_text(words))
