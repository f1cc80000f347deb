"""What changed in a text since it was read and since last year, and what each recipient gets that others do not."""

import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from petitioner.approval.content import CLOSING, OPENING, diff_lines
from petitioner.approval.review import VaryingLine, find_varying_lines
from petitioner.inputs.workspace import Workspace
from petitioner.model.letter import Letter, Template
from petitioner.templates.readings import list_paragraphs
from petitioner.user_data.read_texts import recall_text

_MOST = 0.8
"""The part of the recipients that must agree so that another one is odd."""
_KANA = {"HIRAGANA": "KANA", "KATAKANA": "KANA"}
_FEWEST = 4  # recipients: of fewer, none can be odd


@dataclass(frozen=True, slots=True)
class TextChange:
    """What changed in a text ``since`` another form of it: removed (``- …``) and added lines (``+ …``).

    ``lines`` is None if the other form is not known.
    """

    since: str
    lines: tuple[str, ...] | None


def list_text_changes(workspace: Workspace, template: Template) -> Iterator[TextChange]:
    """Yield what changed since a native reader read the text, and since the last campaign that had it."""
    present, reading = list_paragraphs(template, workspace.shared), template.front.read_by
    if reading and reading.text:
        read = recall_text(reading.text)
        change = TextChange(f"{reading.name} read it on {reading.date}", read and diff_lines(read, present))
        if change.lines != ():
            yield change
    key = template.stem, template.language
    if last := next((one for one in workspace.earlier if (one.stem, one.language) == key), None):
        year = last.origin.path.split("/")[1]
        yield TextChange(f"the campaign of {year}", diff_lines(list_paragraphs(last, {}), present))


@dataclass(frozen=True, slots=True)
class Cell:
    """What one recipient gets in a line that varies, with brackets around its own words; ``odd`` is what is unusual."""

    text: str
    odd: str = ""


@dataclass(frozen=True, slots=True)
class VaryingTable:
    """The lines that differ between the recipients of a text: one column each, and a row of cells by recipient."""

    columns: tuple[VaryingLine, ...]
    rows: Mapping[str, tuple[Cell, ...]]


def make_table(letters: Sequence[Letter]) -> VaryingTable:
    """Return what differs between the letters of one text to all its recipients."""
    columns = find_varying_lines(letters)
    cells = [_make_cells(column, [letter.recipient for letter in letters]) for column in columns]
    return VaryingTable(columns, {one.recipient: tuple(column[one.recipient] for column in cells) for one in letters})


def _make_cells(line: VaryingLine, recipients: Sequence[str]) -> dict[str, Cell]:
    texts = {id_: line.variants.get(id_, "") for id_ in recipients}
    counts = Counter(text for text in texts.values() if text)
    shapes = Counter(map(_describe_shape, filter(None, texts.values())))
    having, total = sum(counts.values()), len(recipients)
    are_distinct = len(counts) > _MOST * having
    cells: dict[str, Cell] = {}
    for id_, text in texts.items():
        odd = ""
        if total < _FEWEST:
            pass
        elif not text:
            odd = "does not have this line" if having >= _MOST * total else ""
        elif having <= (1 - _MOST) * total:
            odd = f"only {having} of {total} have this line"
        elif shapes[_describe_shape(text)] <= (1 - _MOST) * having:
            odd = "written with other characters than the others"
        elif are_distinct and counts[text] > 1:
            same = [other for other, own in texts.items() if own == text and other != id_]
            odd = f"the same as {', '.join(same)}"
        cells[id_] = Cell(text, odd)
    return cells


def _describe_shape(text: str) -> frozenset[str]:
    """Return the kinds of characters of the words that differ: letters by their script, digits."""
    own = "".join(part.partition(CLOSING)[0] for part in text.split(OPENING)[1:])
    kinds = {unicodedata.name(sign, "?").split(" ")[0].split("-")[0] for sign in own if sign.isalpha()}
    return frozenset({*(_KANA.get(kind, kind) for kind in kinds), *(["DIGIT"] if any(map(str.isdigit, own)) else [])})
