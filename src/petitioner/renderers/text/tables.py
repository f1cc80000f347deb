"""Tables as plain text: side by side where they fit, else row by row."""

from collections.abc import Iterator

from petitioner.model.blocks import Alignment
from petitioner.renderers.text.lines import Column

_GAP = "  "

Cells = list[list[str]]


def write_table(cells: Cells, alignments: tuple[Alignment, ...], column: Column) -> list[str]:
    """Return the header and the rows, one line each and a rule between; or every row as lines of ``header: cell``."""
    cells = [[cell.strip() for cell in row] for row in cells]
    widths = [max(map(column.measure, cell)) for cell in zip(*cells, strict=True)]
    fits = sum(widths) + len(_GAP) * (len(widths) - 1) <= column.width
    if not fits or any("\n" in cell for row in cells for cell in row):
        return list(_write_row_by_row(cells, column))
    aligned = ((_align(*cell, column) for cell in zip(row, alignments, widths, strict=True)) for row in cells)
    header, *rows = (_GAP.join(row).rstrip() for row in aligned)
    return [header, _GAP.join("-" * width for width in widths), *rows]


def _align(cell: str, alignment: Alignment, width: int, column: Column) -> str:
    blanks = column.pad(cell, width)
    match alignment:
        case Alignment.START:
            return cell + blanks
        case Alignment.END:
            return blanks + cell
        case Alignment.CENTRE:
            half = len(blanks) // 2
            return blanks[:half] + cell + blanks[half:]


def _write_row_by_row(cells: Cells, column: Column) -> Iterator[str]:
    header, *rows = cells
    for number, row in enumerate(rows or [[""] * len(header)]):
        if number:
            yield ""
        for name, cell in zip(header, row, strict=True):
            yield from column.indent("", f"{name}: {cell}" if name else cell)
